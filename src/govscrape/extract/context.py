"""Context cues in the manner of ConText: words that change what a statement near them is."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from govscrape.extract.document import Document, Passage, Sentence
from govscrape.rules.ruleset import CUE
from govscrape.rules.schema import Cue

_LONGEST_TITLE, _SHORT_LEAD = 20, 12
_STOPS = frozenset(".;,!?…")
_YEAR = re.compile("(?:19|20)[0-9]{2}")


@dataclass(frozen=True)
class Reach:
    """Tokens [start, end) over which a cue of ``category`` holds; ``at`` is where its words stand."""

    category: str
    start: int
    end: int
    at: tuple[int, int]
    cue: str


class Context:
    """All reaches of a document."""

    def __init__(self, reaches: Iterable[Reach]) -> None:
        self.reaches = tuple(reaches)
        self._holding: dict[str, dict[int, list[Reach]]] = {}
        for reach in self.reaches:
            places = self._holding.setdefault(reach.category, {})
            for place in range(reach.start, reach.end):
                places.setdefault(place, []).append(reach)

    def at(self, place: int, category: str) -> Reach | None:
        """The nearest cue of ``category`` that holds at token ``place``, or None."""
        holding = self._holding.get(category, {}).get(place, ())
        return min(holding, key=lambda reach: abs(reach.at[0] - place), default=None)

    def every(self, place: int, category: str) -> list[Reach]:
        """The cues of ``category`` that hold at token ``place``, the nearest first."""
        holding = self._holding.get(category, {}).get(place, ())
        return sorted(holding, key=lambda reach: abs(reach.at[0] - place))


def read_context(document: Document, cues: list[Cue]) -> Context:
    """Every cue of the document with the stretch it governs."""
    reaches: list[Reach] = []
    named = {place for part in document.reading.lattice.all("component") for place in range(part.start + 1, part.end)}
    for cue in cues:
        told = list(document.reading.lattice.all(f"{CUE}{cue.id}"))
        if not told:
            continue
        stops = [m.start for m in document.reading.lattice.all(f"{CUE}{cue.id}:end")]
        seeming = list(document.reading.lattice.all(f"{CUE}{cue.id}:not"))
        for mention in told:
            if mention.start in named or any(other.overlaps(mention) for other in seeming):
                continue  # the name of a part may hold the words of a cue
            start, end = _scope(document, cue, mention.start)
            if cue.direction == "forward":
                start = mention.start
            elif cue.direction == "backward":
                end = mention.end
            if cue.category == "target" and cue.scope == "sentence":
                end = _gone_on(document, mention.end, end)
            end = min((stop for stop in stops if mention.end <= stop < end), default=end)
            start = max((stop + 1 for stop in stops if start <= stop < mention.start), default=start)
            reaches.append(Reach(cue.category, start, end, (mention.start, mention.end), cue.id))
    return Context(reaches)


def _scope(document: Document, cue: Cue, place: int) -> tuple[int, int]:
    sentence, passage = document.sentence_of[place], document.passage_of[place]
    if sentence is None or passage is None:
        return place, place + 1
    if cue.scope == "clause":
        return next(((s, e) for s, e in sentence.clauses if s <= place < e), (sentence.start, sentence.end))
    if cue.scope == "sentence":
        if cue.direction == "forward" and passage is not document.passages[0] and _is_title(document, passage):
            return sentence.start, _section_end(document, passage)
        leads = cue.direction == "forward" and _leads_list(document, passage, sentence)
        return sentence.start, _list_end(document, place) if leads else sentence.end
    if cue.scope == "own_sentence":
        return sentence.start, sentence.end
    if cue.scope == "paragraph":
        return passage.start, passage.end
    if passage is not document.passages[0] and _is_title(document, passage):
        return passage.start, _section_end(document, passage)
    return passage.start, _list_end(document, place)


def _years(document: Document, start: int, end: int) -> set[str]:
    return {word for word in document.reading.tokens.words[start:end] if _YEAR.fullmatch(word)}


def _section_end(document: Document, title: Passage) -> int:
    """The end of what stands under a title: its list, and paragraphs that tell no year but the title's."""
    end, told = title.end, _years(document, title.start, title.end)
    at = bisect_right(document.passages, title.start, key=lambda other: other.start)
    for passage in document.passages[at:]:
        apart = passage.kind == "heading" or _is_title(document, passage)
        if apart or (passage.kind != "list_item" and _years(document, passage.start, passage.end) - told):
            break
        end = passage.end
    return end


def _gone_on(document: Document, start: int, end: int) -> int:
    """The end of an aim that the next sentences go on with: "Phấn đấu PCI đạt 68 điểm. Đối với DTI, xếp thứ 5"."""
    words, passage = document.reading.tokens.words, document.passage_of[start - 1]
    if passage is None:
        return end
    told = any(word[0].isdigit() for word in words[start:end])
    for sentence in passage.sentences:
        if sentence.start < end:
            continue
        opening = "goes_on" if told else "in_detail"
        opens = document.reading.lattice.begins(opening, sentence.start, sentence.start + 1)
        if sentence.start != end or not opens or _years(document, sentence.start, sentence.end):
            break
        end = sentence.end
    return end


def _leads_list(document: Document, passage: Passage, sentence: Sentence) -> bool:
    """Whether a list goes on with ``sentence``: it stands before one, before ":" or a short "In detail:"."""
    at = bisect_right(document.passages, passage.start, key=lambda other: other.start)
    listed = at < len(document.passages) and document.passages[at].kind == "list_item"
    headed = listed and passage.kind == "text" and sentence.end == passage.end
    return headed or (
        document.reading.tokens.words[passage.end - 1] == ":" and passage.end - sentence.end <= _SHORT_LEAD
    )


def _is_title(document: Document, passage: Passage) -> bool:
    """Whether a passage heads others: few words, no figure but a year, no sentence's end."""
    words = document.reading.tokens.words[passage.start : passage.end]
    if len(words) > _LONGEST_TITLE or words[-1] in _STOPS:
        return False
    return not any(word[0].isdigit() and not _YEAR.fullmatch(word) for word in words[1:])


def _list_end(document: Document, place: int) -> int:
    """The end of the list items that follow the passage of ``place``, or of the passage itself; a title ends them."""
    index = bisect_right(document.passages, place, key=lambda passage: passage.start) - 1
    end = document.passages[index].end
    for passage in document.passages[index + 1 :]:
        if passage.kind != "list_item" or _is_title(document, passage):
            break
        end = passage.end
    return end

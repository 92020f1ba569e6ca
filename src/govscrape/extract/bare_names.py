"""Districts and communes named without their kind, where the text has said that it tells of such.

"Ở cấp huyện, Bình Xuyên ghi tên ở ngôi đầu với 93,47%" names a district: words with capitals that are nothing else.
"""

from govscrape.extract.document import Document
from govscrape.extract.index_words import IndexWords
from govscrape.extract.lattice import Mention

_FIGURES = frozenset({"score", "bare_score", "rank", "delta", "from_to_rank", "from_to_score", "earlier_rank"})
_HEADS = frozenset({"organisation", "agency_head", "title", "district_kind", "commune_kind", "province", "region_name"})
_SHORTEST, _LONGEST = 2, 4
BARE = "subject.bare"


def with_bare_names(
    document: Document, lists: IndexWords, events: list[Mention], span: tuple[int, int], level: str | None
) -> list[Mention]:
    """The mentions of the sentence ``span``, with the units that it only names: of ``level`` or of a block in it."""
    blocks = [(block.start, _level(document, lists, block)) for block in events if block.type == "block"]
    if level is None and not any(told for _, told in blocks):
        return events
    taken = {place for event in events if event.type != "block" for place in range(event.start, event.end)}
    taken.update(p for who in document.reading.mentions("noise_who") for p in range(who.start, who.end))
    figures = [event.start for event in events if event.type in _FIGURES]
    found = []
    for start, end in _names(document, span):
        told = next((kind for place, kind in reversed(blocks) if place < start), level)
        free = told is not None and taken.isdisjoint(range(start, end)) and _stands_alone(document, lists, span, start)
        if free and figures and _has_figure(document, lists, figures, span, start, end):
            found.append(Mention("subject", start, end, {"level": told, "bare": 1}, {}, BARE))
    return sorted([*events, *found], key=lambda event: (event.start, -event.end)) if found else events


def _level(document: Document, lists: IndexWords, block: Mention) -> str | None:
    words = document.reading.tokens.words[block.start : block.end]
    return next((lists.block_levels[word] for word in words if word in lists.block_levels), None)


def _names(document: Document, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Where two to four words with capitals stand together that head no other name."""
    tokens, at = document.reading.tokens, document.reading.lattice.at
    found, place = [], span[0]
    while place < span[1]:
        end = place
        while end < span[1] and tokens.text[tokens.starts[end]].isupper() and tokens.words[end].isalpha():
            end += 1
        shouted = any(document.text(p, p + 1).isupper() for p in range(place, end))
        if _SHORTEST <= end - place <= _LONGEST and not shouted and _HEADS.isdisjoint(at.get(place, {})):
            found.append((place, end))
        place = max(end, place + 1)
    return found


def _stands_alone(document: Document, lists: IndexWords, span: tuple[int, int], start: int) -> bool:
    """Whether a name opens a clause, joins another, or is told by a link ("dẫn đầu là …"): a person's has a title."""
    if start == span[0]:
        return True
    word = document.reading.tokens.words[start - 1]
    return word in lists.before_names or word.isdigit()


def _has_figure(
    document: Document, lists: IndexWords, figures: list[int], span: tuple[int, int], start: int, end: int
) -> bool:
    """Whether a figure follows in the same part of the sentence, or a link tells the unit of the one before."""
    words = document.reading.tokens.words
    stop = next((place for place in range(end, span[1]) if words[place] == ";"), span[1])
    led = start > span[0] and words[start - 1] in lists.holder_links and figures[0] < start
    return led or any(end <= place < stop for place in figures)

"""Parts of an index that no catalogue knows, by where they stand: in a list that says it is one of parts.

"Các chỉ số thành phần gồm: Hạ tầng kỹ thuật, xếp thứ 44; Nhân lực cho ứng dụng, xếp thứ 47" names two parts.
"""

from govscrape.extract.document import Document
from govscrape.extract.index_words import IndexWords
from govscrape.extract.lattice import Mention

_FIGURES = frozenset({"score", "bare_score", "rank", "delta", "from_to_score"})
_OWN = frozenset({"named_part", "subject", "subject_pair", "block", "beside"})
_OPENING, _CLOSING = frozenset('"“‘'), frozenset('"”’')
_STOPS = frozenset(",(:")
_SHORTEST, _LONGEST = 2, 16
LISTED = "part.listed"
_LED = frozenset({"part_head", "goes_on"})
_VERBS = ("attain", "rank_verb", "up", "down", "approx")


def with_listed_parts(
    document: Document, lists: IndexWords, events: list[Mention], start: int, end: int, codes: frozenset[str]
) -> list[Mention]:
    """The mentions of the sentence [start, end); the parts of its list stand for what their names hold."""
    parts = _listed_parts(document, lists, events, start, end, codes)
    if not parts:
        return events
    kept = [e for e in events if not any(p.start <= e.start < p.end for p in parts)]
    return sorted([*kept, *parts], key=lambda event: (event.start, -event.end))


def _listed_parts(
    document: Document, lists: IndexWords, events: list[Mention], start: int, end: int, codes: frozenset[str]
) -> list[Mention]:
    lattice, words = document.reading.lattice, document.reading.tokens.words
    leads = lattice.begins("part_list", start, end)
    if not leads:
        return []
    colon = next((p for p in range(leads[0], end) if words[p] == ":" or words[p] in lists.part_openers), None)
    quoted = any(event.type in ("component", "named_part") for event in events)
    found = []
    for first, last in _chunks(document, start if colon is None else colon + 1, end):
        part = _part(document, lists, events, first, last, codes)
        beside = quoted and (words[part.start - 1] in _OPENING or words[first - 1] == ";") if part else False
        if part and (colon is not None or beside):
            found.append(part)
    return found


def _chunks(document: Document, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a list: between semicolons, and at commas behind brackets or figures with their unit."""
    words, at = document.reading.tokens.words, document.reading.lattice.at
    cuts = [start]
    for place in range(start, end):
        behind = words[place - 1] in (")",) or "mark" in at.get(place - 1, {}) or "place_unit" in at.get(place - 1, {})
        if words[place] == ";" or (words[place] == "," and behind):
            cuts.append(place + 1)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _is_known(document: Document, event: Mention, first: int, codes: frozenset[str]) -> bool:
    """Whether a name is one that others read: an index, with its kind or without, a part that begins there, a unit."""
    if event.type == "index":
        return event.start <= first
    if event.type == "component":
        options = document.reading.lattice.at[event.start].get("component", ())
        return event.start == first and any(m.slots["index"] in codes for m in options)
    return event.type in _OWN and not (event.type == "subject" and event.slots["level"] == "home")


def _part(
    document: Document, lists: IndexWords, events: list[Mention], first: int, last: int, codes: frozenset[str]
) -> Mention | None:
    """The part that a stretch begins with, when a figure follows its name at once."""
    lattice, words = document.reading.lattice, document.reading.tokens.words
    signs = lists.joins | _OPENING | _STOPS
    while first < last and (words[first] in signs or not _LED.isdisjoint(lattice.at.get(first, {}))):
        heads = [m.end for type_ in _LED for m in lattice.of(first, type_)]
        first = max(heads, default=first + 1)
    figure = next((e for e in events if e.type in _FIGURES and first < e.start < last), None)
    if figure is None or lattice.begins("respectively", first, figure.start):
        return None
    stop = next((p for p in range(first, figure.start) if _ends_name(document, p, figure.start)), figure.start)
    name = [p for p in range(first, stop) if words[p] not in _CLOSING]
    known = any(_is_known(document, e, first, codes) for e in events if e.start < stop and e.end > first)
    fits = _SHORTEST <= len(name) <= _LONGEST and all(words[p][0].isalpha() or words[p] in ",&-" for p in name)
    if known or not fits or len(name) != name[-1] - first + 1:
        return None
    return Mention(
        "named_part", first, stop, {}, {"n": (first, first + 1), "stop": (name[-1] + 1, stop)}, "part.listed"
    )


def _ends_name(document: Document, place: int, figure: int) -> bool:
    """Whether only signs and verbs stand from ``place`` to the figure: a comma inside a name does not end it."""
    lattice, words = document.reading.lattice, document.reading.tokens.words
    while place < figure:
        after = max((m.end for verb in _VERBS for m in lattice.of(place, verb)), default=None)
        if after is None and words[place] not in _STOPS and words[place] not in _CLOSING:
            return False
        place = after or place + 1
    return True

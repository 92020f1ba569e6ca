"""Paragraphs of plain text, and blocks, sentences and clauses of a body, all as offsets.

Nothing is cut inside a number (82,17 · 1.234), a date (26.6.2024), an address of the web, a document number or after a
known abbreviation. List markers (``-``, ``1.``, ``a)``, ``(1)``) lie in the block but outside its sentences and
clauses: their digits mean nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govscrape.models.article import Paragraph
from govscrape.text.layout import MARKER, NEUTRAL, SegmentRules, after_marker, trim
from govscrape.text.paragraphs import paragraphs_of_text

__all__ = ["Block", "Clause", "SegmentRules", "Sentence", "paragraphs_of_text", "segment"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch ``body[start:end]`` between semicolons, list markers or after a colon that leads a list."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch ``body[start:end]`` with its final mark; its clauses lie inside, in order."""

    start: int
    end: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph; ``kind`` is the paragraph's. The text before the first sentence is a list marker."""

    kind: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]


_OPENERS = "\"'“‘«([{"
_CLOSERS = "\"'”’»)]}"
_BULLETS = "-–—+*•·●►"

# Where a sentence may end: a line's end, marks before a space, a dot glued to the next word.
# Every repeat is bounded, so that no text costs more than its length.
_STOP = re.compile("[.!?…\n](?:(?<=\n)|[./!?…]{0,9}[\"'”’»)\\]]{0,4}(?=[\\s\u200b])|(?<=[.…])(?=[^\\W\\d_]))")
_GAP = re.compile("[\\s\u200b]*")


def segment(body: str, paragraphs: Sequence[Paragraph] = (), rules: SegmentRules = NEUTRAL) -> list[Block]:
    """Cut ``body`` into blocks, sentences and clauses, with offsets into it.

    One block per paragraph that has text; without paragraphs, blank lines separate blocks of kind ``text``.
    Every character but spaces, list markers and semicolons between clauses lies in exactly one clause.
    """
    spans = [(p.kind, p.start, p.end) for p in paragraphs] if paragraphs else list(_blank_line_blocks(body))
    blocks = []
    for kind, first, last in spans:
        start, end = trim(body, first, last)
        if start < end:
            blocks.append(Block(kind, start, end, tuple(_sentences(body, start, end, rules))))
    return blocks


def _blank_line_blocks(body: str) -> Iterator[tuple[str, int, int]]:
    start = 0
    for match in re.finditer(r"\n[ \t]*\n\s*", body):
        yield "text", start, match.start()
        start = match.end()
    yield "text", start, len(body)


def _sentences(body: str, start: int, end: int, rules: SegmentRules) -> Iterator[Sentence]:
    begin = after_marker(body, start, end, rules)
    for stop in _STOP.finditer(body, begin, end):
        if stop.start() < begin or not _ends(body, begin, stop, end, rules):
            continue
        yield from _sentence(body, begin, stop.end(), rules)
        begin = after_marker(body, _after_gap(body, stop.end(), end), end, rules)
    yield from _sentence(body, begin, end, rules)


def _sentence(body: str, start: int, end: int, rules: SegmentRules) -> Iterator[Sentence]:
    start, end = trim(body, start, end)
    if start < end:
        yield Sentence(start, end, tuple(_clauses(body, start, end, rules)))


def _ends(body: str, begin: int, stop: re.Match[str], end: int, rules: SegmentRules) -> bool:
    """Whether the mark ``stop`` ends the sentence that starts at ``begin``."""
    mark, dot = stop[0], stop.start()
    if mark == "\n":
        return True
    after = _after_gap(body, stop.end(), end)
    if after == stop.end() and after < end:
        return _glued(body, dot) and not _in_address(body, begin, dot) and not _abbreviates(body, begin, dot, rules)
    if after >= end or "./." in mark:
        return True
    if not _may_begin(body, after, quoted=mark[-1] in _CLOSERS):
        return False
    return mark.rstrip(_CLOSERS) != "." or not (
        _abbreviates(body, begin, dot, rules) or (mark == "." and _numbers_item(body, begin, dot))
    )


def _after_gap(body: str, at: int, end: int) -> int:
    match = _GAP.match(body, at, end)
    return match.end() if match else at


def _glued(body: str, dot: int) -> bool:
    """Whether the dot at ``dot`` stands between a sentence and the next one's capitalised word, the space forgotten."""
    if not (body[dot + 1].isupper() and body[dot + 2 : dot + 3].islower()):
        return False
    if body[dot] == "…" or body[max(dot - 2, 0) : dot + 1] == "...":
        return True
    before = body[max(dot - 4, 0) : dot]
    return before[-2:].islower() or before[-1:] in ("%", ")", "”") or (len(before) == 4 and before.isdigit())


def _may_begin(body: str, at: int, *, quoted: bool) -> bool:
    """Whether a sentence may begin at ``at``: at a capital, a digit, an opening mark or a list's dash.

    A dash after a closing quotation mark names the speaker of what was said.
    """
    char = body[at]
    if char.isupper() or char.isdigit() or char in _OPENERS:
        return True
    if char in _BULLETS:
        return not quoted
    return not char.isalnum() and char not in ",;:)]}”’»/%"


# A single letter with a tone is a word, not an initial.
_INITIAL = re.compile(r"(?:[^\W\d_]{1,2}\.)*[A-ZĐĂÂÊÔƠƯ]")
_NUMBERING = re.compile(r"\(?(?:[0-9]{1,2}(?:\.[0-9]{1,2})*|[IVX]{1,4})")
_LONGEST_WORD = 80
_SINGLE_NUMERALS = ("I", "V", "X")


def _word_before(body: str, begin: int, dot: int) -> tuple[int, str]:
    """Where the run of letters, digits and dots that ends at ``dot`` starts, and the run."""
    begin = max(begin, dot - _LONGEST_WORD)
    space = max(body.rfind(char, begin, dot) for char in " \n\t\u00a0")
    start = max(space + 1, begin)
    return start, body[start:dot].lstrip(_OPENERS + "-–/,;")


def _abbreviates(body: str, begin: int, dot: int, rules: SegmentRules) -> bool:
    """Whether the dot belongs to a known abbreviation or to an initial."""
    _, word = _word_before(body, begin, dot)
    if word in rules.abbreviations or word.rpartition(".")[2] in rules.abbreviations:
        return True
    return _INITIAL.fullmatch(word) is not None and word not in _SINGLE_NUMERALS


def _numbers_item(body: str, begin: int, dot: int) -> bool:
    """Whether the dot follows the number of a heading or list item: at the start, or after a colon or semicolon."""
    start, word = _word_before(body, begin, dot)
    if _NUMBERING.fullmatch(word) is None:
        return False
    return start == begin or body[max(begin, start - 4) : start].rstrip()[-1:] in (":", ";")


def _in_address(body: str, begin: int, dot: int) -> bool:
    _, word = _word_before(body, begin, dot)
    return "." in word or "@" in word or "//" in word


_PAUSES = tuple(",;:.")
_CLAUSE_MARK = re.compile("[;:()]")


def _clauses(body: str, start: int, end: int, rules: SegmentRules) -> Iterator[Clause]:
    begin = start
    for cut, resume in _cuts(body, start, end):
        yield from _clause(body, begin, cut, rules)
        begin = resume
    yield from _clause(body, begin, end, rules)


def _clause(body: str, start: int, end: int, rules: SegmentRules) -> Iterator[Clause]:
    start, end = trim(body, start, end)
    start = after_marker(body, start, end, rules)
    if start < end:
        yield Clause(start, end)


def _cuts(body: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where a clause ends and the next may begin: semicolons outside brackets, inline markers, a list's colon."""
    depth, semicolons = 0, 0
    colons: list[list[int]] = [[]]
    cuts: list[tuple[int, int]] = []
    for match in _CLAUSE_MARK.finditer(body, start, end):
        mark, at = match[0], match.start()
        if mark == "(":
            if depth == 0 and _marks_item(body, start, at, end):
                cuts.append((_before_marker(body, start, at), at))
            depth += 1
        elif mark == ")":
            depth = max(depth - 1, 0)
        elif depth == 0 and mark == ";":
            cuts.append((at, at + 1))
            colons.append([])
            semicolons += 1
        elif depth == 0 and _introduces(body, at, end):
            colons[-1].append(at)
    leading = _leading_colon(body, colons, end, many=semicolons > 1)
    if leading is not None:
        cuts = sorted([*cuts, (leading + 1, leading + 1)])
    return cuts


def _marks_item(body: str, start: int, at: int, end: int) -> bool:
    """Whether the bracket at ``at`` opens a list marker such as (1) after punctuation."""
    match = MARKER.match(body, at, end)
    return (
        match is not None
        and at > start
        and body[at - 1].isspace()
        and body[max(start, at - 4) : at].rstrip().endswith(_PAUSES)
    )


def _before_marker(body: str, start: int, at: int) -> int:
    """The end of the clause before an inline marker, without the comma between them."""
    while at > start and body[at - 1] in " \t\u00a0,;":
        at -= 1
    return at


def _introduces(body: str, colon: int, end: int) -> bool:
    """Whether the colon stands before words or a list marker, not before a value or inside a time or address."""
    after = _after_gap(body, colon + 1, end)
    if after == colon + 1 or after >= end:
        return False
    return not body[after].isdigit() or MARKER.match(body, after, end) is not None


def _leading_colon(body: str, colons: list[list[int]], end: int, *, many: bool) -> int | None:
    """The colon that introduces the list which follows, if one does.

    Where the items have colons of their own ("name: value; …") as many of the first part's belong to its first item.
    """
    own = max(map(len, colons[1:]), default=0)
    if len(colons[0]) <= own:
        return None
    colon = colons[0][len(colons[0]) - own - 1]
    listed = MARKER.match(body, _after_gap(body, colon + 1, end), end) is not None
    return colon if many or listed else None

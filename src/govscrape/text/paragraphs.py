"""Paragraphs of plain text: what each line is, and which line breaks are only where a line was full."""

import re
from collections.abc import Iterator
from itertools import pairwise

from govscrape.models.article import CELL_SEPARATOR, PARAGRAPH_SEPARATOR, Paragraph, ParagraphKind
from govscrape.text.layout import MARKER, NEUTRAL, SegmentRules
from govscrape.text.normalize import nfc

__all__ = ["paragraphs_of_text"]

_IMAGE_FILE = re.compile(r"[\w .()%+~\-]{1,150}\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic)", re.IGNORECASE)
_LINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_DATE = re.compile("[0-9][/.-][0-9]")
_ENDS = tuple('.!?…:;”"')
_HEADING_WORDS = 40
_CAPTION_WORDS = 40
_NARROWEST, _WIDEST = 40, 160
_SHORTEST_WRAPPED, _SHORTEST_SENTENCES, _SHORTEST_AFTER = 20, 60, 30
_INNER_END = re.compile(r"[^\W\d_]{2}[.!?] +[^\W\d_a-z]")


def paragraphs_of_text(text: str, rules: SegmentRules = NEUTRAL) -> tuple[str, tuple[Paragraph, ...]]:
    """The body that plain ``text`` makes, NFC, and its paragraphs, joined by a blank line.

    A line is a paragraph, but lines broken only because they were full (several of like width, or one that goes on in
    lower case) are joined by a space. Lines that are nothing but an image file's name are dropped; nothing else is.
    The tabs of a table's row become bars, as between the cells of a page's table.
    """
    lines = [line.strip() for line in _LINE.sub("\n", nfc(text)).split("\n")]
    parts = list(_joined(lines, rules))
    body: list[str] = []
    paragraphs: list[Paragraph] = []
    at = 0
    for line, kind in zip(parts, _kinds(parts, rules), strict=True):
        if kind is None:
            continue
        cells = line.split("\t") if kind == "table_row" else [line]
        part = CELL_SEPARATOR.join(cell.strip() for cell in cells)
        at += len(PARAGRAPH_SEPARATOR) if body else 0
        paragraphs.append(Paragraph(kind=kind, start=at, end=at + len(part)))
        body.append(part)
        at += len(part)
    return PARAGRAPH_SEPARATOR.join(body), tuple(paragraphs)


def _joined(lines: list[str], rules: SegmentRules) -> Iterator[str]:
    width = _wrap_width(lines, rules)
    part: list[str] = []
    for line in lines:
        if part and not (line and _wraps(part[-1], line, width, rules)):
            yield " ".join(part)
            part = []
        if line:
            part.append(line)
    if part:
        yield " ".join(part)


def _starts_anew(line: str, rules: SegmentRules) -> bool:
    return any((MARKER.match(line), line.startswith(rules.caption_words), _IMAGE_FILE.fullmatch(line)))


def _full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would not have fitted after ``line``."""
    return len(line) + 1 + len(following.split(" ", 1)[0]) > width


def _wrap_width(lines: list[str], rules: SegmentRules) -> int:
    """The width at which the text was wrapped, or 0 when it was not.

    It was when at least three lines stop in mid-sentence and nearly all of those were full.
    """
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if line and after and not line.endswith(_ENDS) and not _starts_anew(after, rules)
    ]
    if len(pairs) < 3:
        return 0
    width = max(len(line) for line, _ in pairs)
    full = sum(_full(line, after, width) for line, after in pairs)
    return width if _NARROWEST <= width <= _WIDEST and full >= 3 and full >= 0.8 * len(pairs) else 0


def _wraps(line: str, after: str, width: int, rules: SegmentRules) -> bool:
    """Whether ``after`` goes on with the sentence of ``line``."""
    if line.endswith(_ENDS) or _starts_anew(after, rules) or _IMAGE_FILE.fullmatch(line):
        return False
    if width and _full(line, after, width):
        return True
    if after[0].islower():
        return len(line) >= _SHORTEST_WRAPPED
    return (  # several sentences of which the last is not at its end; a signature would be shorter
        len(line) >= _SHORTEST_SENTENCES
        and len(after) >= _SHORTEST_AFTER
        and line[-1].islower()
        and _INNER_END.search(line) is not None
    )


def _kinds(parts: list[str], rules: SegmentRules) -> Iterator[ParagraphKind | None]:
    """The kind of each part; None for the name of an image file."""
    after_image = False
    rows = [_is_row(part) for part in parts]
    for number, part in enumerate(parts):
        if _IMAGE_FILE.fullmatch(part):
            after_image = True
            yield None
            continue
        neighbour = (number > 0 and rows[number - 1]) or (number + 1 < len(rows) and rows[number + 1])
        if rows[number] and neighbour:
            yield "table_row"
        elif part.startswith(rules.caption_words) or (after_image and _unended(part, _CAPTION_WORDS)):
            yield "caption"
        elif MARKER.match(part):
            yield "list_item"
        elif _is_heading(parts, number):
            yield "heading"
        else:
            yield "text"
        after_image = False


def _is_row(part: str) -> bool:
    return part.count("|") >= 2 or "\t" in part


def _unended(part: str, words: int) -> bool:
    return not part.endswith(_ENDS) and len(part.split()) <= words


def _is_heading(parts: list[str], number: int) -> bool:
    """The first line when it is short and no sentence; later, capitals that are no dateline; text must follow."""
    part = parts[number]
    if number + 1 >= len(parts) or not _unended(part, _HEADING_WORDS):
        return False
    return number == 0 or (part.isupper() and len(part.split()) > 2 and _DATE.search(part) is None)

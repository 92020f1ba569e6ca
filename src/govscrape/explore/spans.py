"""A text cut wherever the words of a record begin or end, so that overlapping records can all be shown in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from govscrape.models.article import Paragraph

TEXT_MAX = 200_000
"""Characters of a text that a page shows; what is longer can be read in the archived copy."""


@dataclass(frozen=True)
class Span:
    """The words ``body[start:end]`` of the record with that number; ``kind`` is what it is a record of."""

    start: int
    end: int
    record: int
    kind: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text with the records it belongs to, the longest first, and those whose words end with it."""

    text: str
    records: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class Block:
    """A paragraph: its kind, as in the article, and its pieces."""

    kind: str
    pieces: tuple[Piece, ...]


def blocks(body: str, paragraphs: Sequence[Paragraph], spans: Iterable[Span]) -> list[Block]:
    """The first TEXT_MAX characters of a body, by paragraph; no character that is not white space is left out."""
    shown = body[:TEXT_MAX]
    inside = sorted(
        (Span(max(0, span.start), min(span.end, len(shown)), span.record, span.kind) for span in spans),
        key=lambda span: (span.start, -span.end, span.record),
    )
    found, at = [], 0
    active: list[Span] = []
    for kind, start, end in _stretches(shown, paragraphs):
        while at < len(inside) and inside[at].start < end:
            active.append(inside[at])
            at += 1
        active = [span for span in active if span.end > start]
        found.append(Block(kind, tuple(_pieces(shown, start, end, active))))
    return found


def _stretches(body: str, paragraphs: Sequence[Paragraph]) -> Iterable[tuple[str, int, int]]:
    """Paragraphs as they lie in the body, and what lies between them and is not white space."""
    last = 0
    for paragraph in paragraphs:
        start, end = min(paragraph.start, len(body)), min(paragraph.end, len(body))
        if body[last:start].strip():
            yield "text", last, start
        if end > start:
            yield paragraph.kind, start, end
        last = end
    if body[last:].strip():
        yield "text", last, len(body)


def _pieces(body: str, start: int, end: int, spans: Sequence[Span]) -> Iterable[Piece]:
    cuts = {start, end}
    for span in spans:
        cuts.update(edge for edge in (span.start, span.end) if start < edge < end)
    edges = sorted(cuts)
    for first, last in pairwise(edges):
        over = sorted(
            (span for span in spans if span.start <= first and last <= span.end),
            key=lambda span: (span.start - span.end, span.record),
        )
        yield Piece(
            body[first:last],
            tuple(dict.fromkeys(span.record for span in over)),
            tuple(dict.fromkeys(span.kind for span in over)),
            tuple(dict.fromkeys(span.record for span in over if span.end == last)),
        )

"""What changed between two versions of a text: paragraphs with the words taken out and put in.

Both steps look for the longest common subsequence, by rapidfuzz: 64 pairs at a time, so that no text takes long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rapidfuzz.distance import LCSseq

TEXT_MAX = 100_000
PARAGRAPHS_MAX = 400
PAIRS_MAX = 100_000_000
"""Words of a paragraph times words of its other version; where there are more, both are shown whole."""
STRETCHES_MAX = 2000
"""Of all paragraphs: what is cut into more is a new text, and a page of it too long to be looked through."""


@dataclass(frozen=True)
class Change:
    """A stretch of a paragraph: ``kind`` is same, taken or put."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[tuple[Change, ...]] | None:
    """The paragraphs that differ, each as its stretches; None where the texts are too long or too unlike."""
    old, new = _paragraphs(before), _paragraphs(after)
    if max(len(before), len(after)) > TEXT_MAX or max(len(old), len(new)) > PARAGRAPHS_MAX:
        return None
    found: list[tuple[Change, ...]] = []
    for (last, end, size), (start, begin, _) in pairwise(((0, 0, 0), *_kept(old, new))):
        found += _blocks(old[last + size : start], new[end + size : begin])
    return found if sum(map(len, found)) <= STRETCHES_MAX else None


def _paragraphs(text: str) -> list[str]:
    return [line for line in (" ".join(part.split()) for part in text.split("\n")) if line]


def _blocks(old: list[str], new: list[str]) -> list[tuple[Change, ...]]:
    if len(old) == len(new):
        return [_words(*pair) for pair in zip(old, new, strict=True)]
    return [*((Change("taken", text),) for text in old), *((Change("put", text),) for text in new)]


def _words(old: str, new: str) -> tuple[Change, ...]:
    a, b = old.split(" "), new.split(" ")
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    inner = a[head : len(a) - tail], b[head : len(b) - tail]
    if len(inner[0]) * len(inner[1]) <= PAIRS_MAX:
        kept = [(head + first, head + start, size) for first, start, size in _kept(*inner) if size]
        blocks = [(0, 0, head), *kept, (len(a) - tail, len(b) - tail, tail)]
        return tuple(_stretches(a, b, blocks))
    return Change("taken", old), Change("put", new)


def _stretches(a: Sequence[str], b: Sequence[str], kept: Sequence[tuple[int, int, int]]) -> Iterator[Change]:
    """All words in order; the blanks between stretches belong to what stayed."""
    last = end = 0
    for start, begin, size in kept:
        if last < start:
            yield Change("taken", " ".join(a[last:start]))
        if end < begin:
            yield Change("put", " ".join(b[end:begin]))
        last, end = start + size, begin + size
        if size:
            before = " " if start or begin else ""
            after = " " if last < len(a) or end < len(b) else ""
            yield Change("same", f"{before}{' '.join(a[start:last])}{after}")


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _kept(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """What both have in a row: where in ``a``, where in ``b``, how long; last comes the end of both, of length 0."""
    return [(one.a, one.b, one.size) for one in LCSseq.editops(a, b).as_matching_blocks()]

"""What a page shows of two versions of a long article, and that it is compared at once."""

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from rapidfuzz.distance import LCSseq

from govscrape.explore import changes as module
from govscrape.explore.changes import PAIRS_MAX, Change, changes


def test_blanks_stay_with_what_stayed() -> None:
    """Compared like words, blanks held sentences together that have no word in common."""
    assert changes("a b", "a b c") == [(Change("same", "a b "), Change("put", "c"))]
    assert changes("b b", "a b") == [(Change("taken", "b"), Change("put", "a"), Change("same", " b"))]
    assert changes("a b c", "d e f") == [(Change("taken", "a b c"), Change("put", "d e f"))]


def test_long_paragraphs_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word by word in cubic time, one paragraph of 4,000 words held its page for more than a minute."""
    compared: list[int] = []

    def counted(a: Sequence[str], b: Sequence[str]) -> Any:
        compared.append(len(a) * len(b))
        return LCSseq.editops(a, b)

    monkeypatch.setattr(module, "LCSseq", SimpleNamespace(editops=counted))
    old = [f"w{number % 9}" for number in range(25_000)]
    new = [f"x{at}" if 10_000 <= at < 14_000 and at % 100 == 0 else word for at, word in enumerate(old)]
    found = changes(" ".join(old), " ".join(new))
    assert found is not None
    kinds = Counter(piece.kind for piece in found[0])
    assert (kinds["taken"], kinds["put"]) == (40, 40)
    assert max(compared) <= 4000 * 4000, "what both begin and end with is not compared"
    before, after = " ".join(old), " ".join(["y", *reversed(old), "z"])
    assert changes(before, after) == [(Change("taken", before), Change("put", after))]
    assert max(compared) <= PAIRS_MAX


def test_what_is_cut_into_thousands_of_stretches_is_not_shown() -> None:
    """Of an article written anew in each of its versions, the page would be tens of megabytes of single words."""
    lines = [" ".join("abc"[(at * at + line) % 3] for at in range(100)) for line in range(100)]
    others = [" ".join("abc"[(at * line) % 3] for at in range(100)) for line in range(100)]
    assert changes("\n".join(lines), "\n".join(others)) is None
    assert changes("\n".join(lines[:9]), "\n".join(others[:9])) is not None

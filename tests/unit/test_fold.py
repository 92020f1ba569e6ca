"""Folding for search and look-up: no case, no diacritics, offsets kept."""

import pytest

from govscrape.text.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Đà Nẵng", "da nang", id="d-with-stroke-is-d"),
        pytest.param("UỶ BAN NHÂN DÂN", "uy ban nhan dan", id="all-capitals"),
        pytest.param("ƯỜNG ưỡng Ơ ờ", "uong uong o o", id="horns"),
        pytest.param("82,17% “PAPI” – 2023…", "82,17% “papi” – 2023…", id="signs-stay-for-offsets"),
        pytest.param("İstanbul", "istanbul", id="the-letter-whose-lower-case-grows"),
        pytest.param("ÇÉÑŽ", "cenz", id="foreign-latin-names"),
        pytest.param("\u03a3\u03b1\u03c2", "\u03c3\u03b1\u03c3", id="final-sigma-does-not-depend-on-its-place"),
        pytest.param("漢字 Ж", "漢字 ж", id="other-scripts-lose-only-case"),
        pytest.param("q\u0303", "q\u0303", id="a-mark-without-a-letter-of-its-own-stays"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert len(fold(text)) == len(text)
    assert fold(folded) == folded

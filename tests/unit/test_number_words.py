"""Places are read from number words, whichever way they are spelled."""

import pytest

from govscrape.extract.extractor import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
HEADS = {
    1: ("mười",),
    2: ("hai mươi", "hăm"),
    3: ("ba mươi", "băm"),
    4: ("bốn mươi",),
    5: ("năm mươi",),
    6: ("sáu mươi",),
}
ENDS = {1: ("mốt",), 4: ("tư", "bốn"), 5: ("lăm", "nhăm"), 7: ("bảy", "bẩy")}


def spellings(number: int) -> list[str]:
    """All ways to write ``number`` from 10 to 64."""
    tens, ones = divmod(number, 10)
    if ones == 0:
        return [HEADS[tens][0]]
    ends = ("một",) if tens == 1 and ones == 1 else ENDS.get(ones, (ONES[ones],))
    return [f"{head} {end}" for head in HEADS[tens] for end in ends]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


@pytest.mark.parametrize("form", ["xếp thứ {}", "đứng ở vị trí thứ {} trên 64 tỉnh", "hạng {}"])
def test_every_spelling_of_a_place_is_read(extractor: Extractor, form: str) -> None:
    """A longer number word is not read as the shorter one that it begins with."""
    for number in range(10, 65):
        for words in spellings(number):
            text = f"Năm 2023, PCI của tỉnh Gia Lai {form.format(words)}."
            found = extractor.extract(article_from_text(text)).indices
            assert [record.rank for record in found] == [number], words

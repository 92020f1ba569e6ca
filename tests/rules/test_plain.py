"""Paragraphs that state no result of an index give none, alone or behind a paragraph that names indices."""

from pathlib import Path

import pytest

from govscrape.extract.extractor import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

PARAGRAPHS = Path(__file__).parents[1] / "fixtures" / "plain" / "paragraphs.txt"
ONE = "Chỉ số PAPI năm 2023 của tỉnh Kon Tum đã được công bố."
NAMES = "Tỉnh Kon Tum tiếp tục cải thiện các chỉ số PAR INDEX, SIPAS, PAPI và PCI năm 2023."


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


@pytest.mark.parametrize(
    "before",
    ["", f"{NAMES}\n\n", f"{NAMES} ", f"{ONE} "],
    ids=["alone", "behind_a_paragraph", "behind_a_sentence", "behind_one_index"],
)
def test_plain_paragraphs_give_no_index_result(extractor: Extractor, before: str) -> None:
    """Budgets, harvests, sports, weather, plans: the index named before them is not what they measure."""
    wrong: list[str] = []
    for line in PARAGRAPHS.read_text(encoding="utf-8").splitlines():
        records = extractor.extract(article_from_text(before + line, province="Kon Tum")).indices
        wrong.extend(f"{r.index} {r.evidence.text!r} in {line!r}" for r in records if r.status == "result")
    assert not wrong, "\n".join(wrong[:10])

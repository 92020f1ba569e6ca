"""The gold files themselves: what they quote stands in their articles."""

import unicodedata
from pathlib import Path

import pytest

from govscrape.evaluate.case import Case
from govscrape.evaluate.gold import gold_files, load_cases
from govscrape.evaluate.taxonomy import locate

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "gold"
FILES = gold_files([FOLDER])
LISTS = ("gold_indices", "gold_officials", "gold_directives", "gold_legal_refs")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> Case:
    return load_cases([request.param])[0]


def test_what_is_quoted_stands_in_the_article(case: Case) -> None:
    """Evidence that is not there was written from memory; a negative that is not there guards nothing."""
    text = unicodedata.normalize("NFC", f"{case.title or ''}\n\n{case.text}")
    quotes = [record["evidence"] for kind in LISTS for record in getattr(case, kind) or ()]
    quotes += [quote.text for quote in (*case.negatives, *case.ambiguous)]
    assert [quote for quote in quotes if locate(text, quote) is None] == []


def test_a_case_measures_something(case: Case) -> None:
    assert any(getattr(case, kind) is not None for kind in LISTS)


def test_names_are_unique() -> None:
    """Two files of one name would be told apart nowhere in a report."""
    names = [file.stem for file in FILES]
    assert len(names) == len(set(names))

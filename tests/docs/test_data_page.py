"""docs/data.md describes exactly the fields that the models have."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from govscrape.models.article import Article
from govscrape.models.records import Directive, IndexResult, Issue, LegalRef, Official, Record

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def described(section: str) -> list[str]:
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("section", "model", "inherited"),
    [
        ("article", Article, None),
        ("Every record", Record, None),
        ("indices", IndexResult, Record),
        ("officials", Official, Record),
        ("directives", Directive, Record),
        ("legal_refs", LegalRef, Record),
        ("issues", Issue, None),
    ],
)
def test_fields(section: str, model: type[BaseModel], inherited: type[BaseModel] | None) -> None:
    """Who codes against the page finds every field and no other, in the order of the output."""
    above = set(inherited.model_fields) if inherited else set()
    assert described(section) == [name for name in model.model_fields if name not in above]

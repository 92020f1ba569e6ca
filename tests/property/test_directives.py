"""Orders from any mixture of the words that make them."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.extract import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

RULES = load_ruleset()
PHRASES = sorted({e.phrase for e in RULES.entries if e.type.startswith(("directive_", "told_", "task_", "deadline_"))})
SIGNS = [
    ",",
    ";",
    ":",
    '"',
    "“",
    "”",
    "(",
    ")",
    "-",
    "–",
    ".",
    "…",
    "\n\n",
    "1.",
    "(1)",
    "- ",
    "./.",
    "30/6",
    "31/2/2024",
]


@cache
def extractor() -> Extractor:
    """One for all examples: rules are compiled once."""
    return Extractor(RULES)


@settings(max_examples=150)
@given(st.lists(st.one_of(st.sampled_from(PHRASES), st.sampled_from(SIGNS)), max_size=40).map(" ".join))
def test_any_text_gives_records_that_quote_it(text: str) -> None:
    """Guards against a crash at the edge of a text, and against tasks, units and deadlines that no text holds."""
    article = article_from_text(text)
    for record in extractor().extract(article).directives:
        assert article.body[record.evidence.start : record.evidence.end] == record.evidence.text == record.action
        parts = (*record.addressees, *record.coordinating, record.deadline_text or "")
        assert all(part in article.body for part in parts)

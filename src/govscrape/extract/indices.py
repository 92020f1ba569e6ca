"""Index results: what the figures of a text measure."""

from govscrape.extract.context import Context
from govscrape.extract.document import Document
from govscrape.models.records import IndexResult, Issue
from govscrape.rules.ruleset import RuleSet


def read_indices(document: Document, context: Context, ruleset: RuleSet, issues: list[Issue]) -> list[IndexResult]:
    """One record per index, component, subject, year and rank scope."""
    return []

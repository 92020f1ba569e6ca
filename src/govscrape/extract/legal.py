"""Legal documents cited in a text."""

from govscrape.extract.document import Document
from govscrape.models.records import LegalRef
from govscrape.rules.ruleset import RuleSet


def read_legal_refs(document: Document, ruleset: RuleSet) -> list[LegalRef]:
    """One record per document and article cited."""
    return []

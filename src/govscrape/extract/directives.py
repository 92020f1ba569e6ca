"""Who tells whom to do what, by when, on what basis."""

from govscrape.extract.context import Context
from govscrape.extract.document import Document
from govscrape.extract.officials import People
from govscrape.models.records import Directive, LegalRef
from govscrape.rules.ruleset import RuleSet


def read_directives(document: Document, context: Context, people: People, legal_refs: list[LegalRef], ruleset: RuleSet) -> list[Directive]:
    """One record per addressee group and task."""
    return []

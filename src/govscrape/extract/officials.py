"""The officials of an article, and who a title stands for."""

from dataclasses import dataclass, field

from govscrape.extract.document import Document
from govscrape.models.records import Official
from govscrape.rules.ruleset import RuleSet


@dataclass
class People:
    """The officials of one article; ``at`` maps the token where a mention starts to its place in ``records``."""

    records: list[Official] = field(default_factory=list)
    at: dict[int, int] = field(default_factory=dict)


def read_officials(document: Document, ruleset: RuleSet) -> People:
    """One record per person or unnamed office that acts."""
    return People()

"""The documents that a text cites, and nothing else of it: ``govscrape.legal.find(text)``.

Kind, number, article, date of issue, issuer and one key for one document, each with its place in the text.
"""

from datetime import datetime
from functools import cache

from govscrape.extract.document import read_document
from govscrape.extract.extractor import Extractor
from govscrape.extract.legal import read_legal_refs
from govscrape.extract.legal_issuers import canonical_key
from govscrape.models.records import LegalRef
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset


class Citation(LegalRef):
    """A document cited; ``key`` is the same wherever the document is cited, however its number is written."""

    key: str


@cache
def _extractor() -> Extractor:
    return Extractor(load_ruleset())


def find(text: str, *, province: str | None = None, published_at: datetime | None = None) -> list[Citation]:
    """Every document that ``text`` cites, once for each of its articles, in the order of the text.

    ``province`` completes marks that each province has ("UBND", "TU"). Offsets are those of the text's paragraphs
    joined by blank lines, as in all records. Never raises on any text; a broken rule file raises RuleError.
    """
    extractor = _extractor()
    article = article_from_text(text, province=province, published_at=published_at)
    document = read_document(article, extractor.recogniser, extractor.segmentation)
    refs = read_legal_refs(document, extractor.ruleset)
    return [Citation(**dict(ref), key=canonical_key(ref)) for ref in refs]

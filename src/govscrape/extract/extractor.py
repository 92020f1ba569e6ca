"""The order in which an article is read: mentions, context, legal references, officials, directives, indices."""

from govscrape.extract.context import read_context
from govscrape.extract.directives import read_directives
from govscrape.extract.document import read_document
from govscrape.extract.indices import read_indices
from govscrape.extract.legal import read_legal_refs, title_disagrees
from govscrape.extract.mentions import Recogniser
from govscrape.extract.officials import read_officials
from govscrape.models.article import Article
from govscrape.models.records import Extraction, Issue
from govscrape.rules.ruleset import RuleSet
from govscrape.text.segment import SegmentRules


class Extractor:
    """Reads articles by the rules of a set. Holds no state: the same article gives the same records."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.recogniser = Recogniser(ruleset)
        self.segmentation = SegmentRules(
            abbreviations=ruleset.list("abbreviations"), caption_words=ruleset.list("caption_words")
        )

    def extract(self, article: Article) -> Extraction:
        """Every record of ``article``."""
        document = read_document(article, self.recogniser, self.segmentation)
        context = read_context(document, self.ruleset.cues)
        legal_refs = read_legal_refs(document, self.ruleset)
        issues: list[Issue] = title_disagrees(document, legal_refs)
        people = read_officials(document, self.ruleset)
        orders = read_directives(document, people, legal_refs, self.ruleset)
        indices = read_indices(document, context, self.ruleset, issues)
        return Extraction(
            article=article,
            indices=tuple(indices),
            officials=tuple(people.acting(orders.told)),
            directives=tuple(orders.records),
            legal_refs=tuple(legal_refs),
            issues=tuple(issues),
        )

"""Reads every gold article with the rules of today and scores it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from govscrape.errors import GovscrapeError
from govscrape.evaluate.case import Case
from govscrape.evaluate.metrics import score_case
from govscrape.evaluate.sheet import Sheet
from govscrape.evaluate.taxonomy import explain_misses
from govscrape.evaluate.wording import wording_of
from govscrape.extract import Extractor
from govscrape.models.article import Article
from govscrape.models.portal import PageWords
from govscrape.parse import article_from_text
from govscrape.rules.ruleset import RuleSet


@dataclass(frozen=True)
class Result:
    """A case, the article and records read from it, and its score. ``fault``: reading it broke off."""

    case: Case
    article: Article
    found: dict[str, Any] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)
    fault: str | None = None


def evaluate(cases: Iterable[Case], ruleset: RuleSet, page_words: PageWords) -> Iterator[Result]:
    """Extract and score, case by case, in order. A fault of the extractor counts as an article read empty."""
    extractor = Extractor(ruleset)
    words = wording_of(ruleset)
    for case in cases:
        article = article_from_text(
            case.text, title=case.title, province=case.province, published_at=case.published_at, words=page_words
        )
        fault = None
        try:
            found = extractor.extract(article).model_dump(mode="json", exclude={"article"})
        except GovscrapeError:
            raise  # the rules do not fit the code
        except Exception as error:  # noqa: BLE001 - one broken article must not hide how the others fare
            found, fault = {}, f"{type(error).__name__}: {error}"
        sheet = score_case(case, found, words)
        sheet.misses = explain_misses(sheet.misses, case, found, article.body, words)
        yield Result(case, article, found, sheet, fault)

"""Reads everything that is gold with the rules of today and scores it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from govscrape.errors import GovscrapeError, NotAnArticle
from govscrape.evaluate.case import Case
from govscrape.evaluate.metrics import score_case
from govscrape.evaluate.page_case import PageCase
from govscrape.evaluate.page_scoring import score_page
from govscrape.evaluate.sheet import Sheet
from govscrape.evaluate.taxonomy import DISPLACED, explain_misses
from govscrape.evaluate.wording import wording_of
from govscrape.extract import Extractor
from govscrape.models.article import Article
from govscrape.models.portal import PageWords, Portal
from govscrape.parse import article_from_text, parse_article
from govscrape.rules.ruleset import RuleSet


class Scored(Protocol):
    """What was read once and scored."""

    @property
    def id(self) -> str:
        """The case's id."""
        ...

    @property
    def sheet(self) -> Sheet:
        """The score."""
        ...

    @property
    def fault(self) -> str | None:
        """What broke the reading off, if anything."""
        ...


@dataclass(frozen=True)
class Result:
    """A case, the article and records read from it, and its score. ``fault``: reading it broke off."""

    case: Case
    article: Article
    found: dict[str, Any] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)
    fault: str | None = None

    @property
    def id(self) -> str:
        """The case's id."""
        return self.case.id


@dataclass(frozen=True)
class PageResult:
    """A page, how it was read (``selectors`` or ``generic``), the article found, and its score."""

    case: PageCase
    reading: str
    article: Article | None
    sheet: Sheet
    fault: str | None = None

    @property
    def id(self) -> str:
        """The case's id and the reading."""
        return f"{self.case.id}, {self.reading}"


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
        for miss in sheet.misses:
            if miss.slot is None and miss.error in DISPLACED:
                sheet.counts[miss.kind].add(near=1)
        yield Result(case, article, found, sheet, fault)


def read_pages(pages: Iterable[tuple[PageCase, Portal | None]], page_words: PageWords) -> Iterator[PageResult]:
    """Read each page by the selectors of its portal, if it has one, and by none; score both."""
    for case, portal in pages:
        if portal is not None:
            yield _read_page(case, portal, page_words)
        yield _read_page(case, None, page_words)


def _read_page(case: PageCase, portal: Portal | None, page_words: PageWords) -> PageResult:
    reading = "selectors" if portal else "generic"
    article, fault = None, None
    try:
        article, _ = parse_article(case.as_fetched, portal, None if portal else page_words)
    except NotAnArticle:
        pass  # a page without an article, it says: all of gold is missed
    except GovscrapeError:
        raise
    except Exception as error:  # noqa: BLE001 - one broken page must not hide how the others fare
        fault = f"{type(error).__name__}: {error}"
    return PageResult(case, reading, article, score_page(case, article, reading), fault)

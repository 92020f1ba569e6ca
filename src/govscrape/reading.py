"""Pages, files and listings made into records: what a worker does with one, and the door by which a run has it done.

Whatever goes wrong with one page is a NotAnArticle of that page: a refusal of the parser, an unforeseen error, and a
worker that was stopped because the page took too long or too much memory.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol, TypeVar, TypeVarTuple, Unpack

from govscrape.errors import GovscrapeError, InputError, NotAnArticle, TaskLost
from govscrape.extract import Extractor
from govscrape.models.article import Article
from govscrape.models.page import ListingPage, Page
from govscrape.models.portal import Listing, Portal
from govscrape.models.records import Extraction, Issue
from govscrape.parse import article_from_text, form_values, parse_article, parse_listing
from govscrape.parse.files import file_text
from govscrape.rules import load_ruleset
from govscrape.settings import Settings
from govscrape.workers import Pool

STOPPED = {"time": "parse_timeout", "memory": "parse_memory", "crash": "parse_crashed", "fault": "not_read"}
"""Issue codes of pages and files whose reading was stopped, by what stopped it."""

GONE = frozenset({"not_found", "soft_404"})
"""Issue codes of pages that the portal itself says are no more."""

TRUNCATED = "text_truncated"
"""Issue code of an article of whose text only a part was read for records."""

PARTS = (100_000, 30_000)
"""How many characters are read of a text that is too much for the memory: as many as of these fit, tried in turn."""

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class Extracts(Protocol):
    """What turns an article into records."""

    def extract(self, article: Article) -> Extraction:
        """The article with everything read from it."""
        ...


class Runs(Protocol):
    """What runs functions of this module: a pool of workers, whose greeting is the version of the rules."""

    async def ready(self) -> str:
        """The version of the rules."""
        ...

    async def run(
        self,
        function: Callable[[Extracts, Unpack[Arguments]], Result],
        *arguments: *Arguments,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> Result:
        """The function's result; TaskLost."""
        ...

    def map(
        self,
        function: Callable[[Extracts, Unpack[Arguments]], Result],
        tasks: Iterable[tuple[*Arguments]],
        *,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> Iterator[Result | GovscrapeError]:
        """Results and errors in the order of the tasks."""
        ...

    def greeting(self) -> str:
        """As ``ready``."""
        ...


def open_pool(settings: Settings, *, jobs: int = 1) -> Pool[Extracts]:
    """Workers that read by the rules of the settings, within the settings' bounds; use it in a ``with`` block."""
    return Pool(
        partial(load_extractor, settings.rules),
        jobs=jobs,
        seconds=settings.read_time_max_s,
        memory=settings.read_memory_max,
    )


def load_extractor(rules: Path | None) -> tuple[Extracts, str]:
    """An extractor by the rules of a folder, or by the package's own, and their version. RuleError: a wrong file."""
    ruleset = load_ruleset(rules)
    return Extractor(ruleset), ruleset.version


class Reader:
    """How a run has things read: by ``runs``, every failure told as an error of the page."""

    def __init__(self, runs: Runs, settings: Settings) -> None:
        self._runs = runs
        self._settings = settings
        self._packed: dict[str, bytes] = {}

    async def version(self) -> str:
        """The version of the rules that it reads by. RuleError when they are wrong."""
        return await self._runs.ready()

    async def page(self, page: Page, portal: Portal) -> Extraction:
        """As :func:`read_page`."""
        return await self._ask(page.url, read_page, page, self._portal(portal))

    async def file(self, page: Page, record: Article) -> Extraction:
        """As :func:`read_file`, for at most ``attachment_time_max_s`` within ``attachment_memory_max``."""
        seconds, memory = self._settings.attachment_time_max_s, self._settings.attachment_memory_max
        return await self._ask(page.url, read_file, page, record, seconds=seconds, memory=memory)

    async def listing(self, page: Page, portal: Portal, listing: Listing) -> ListingPage:
        """As :func:`read_listing`."""
        return await self._ask(page.url, read_listing, page, self._portal(portal), listing)

    async def form(self, page: Page, listing: Listing) -> tuple[tuple[str, str], ...]:
        """As ``parse.form_values``."""
        return await self._ask(page.url, read_form, page, listing)

    def _portal(self, portal: Portal) -> bytes:
        if portal.id not in self._packed:
            self._packed[portal.id] = packed(portal)
        return self._packed[portal.id]

    async def _ask(
        self,
        url: str,
        function: Callable[[Extracts, Unpack[Arguments]], Result],
        *arguments: *Arguments,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> Result:
        try:
            return await self._runs.run(function, *arguments, seconds=seconds, memory=memory)
        except TaskLost as error:
            raise lost(url, error) from error


def lost(url: str, error: TaskLost) -> NotAnArticle:
    """What a lost task says of its page."""
    return NotAnArticle(f"{url}: {error}", STOPPED[error.reason])


def packed(portal: Portal | None) -> bytes:
    """A portal as it travels to a worker with each of its pages; unpacked there only once."""
    return pickle.dumps(portal)


@lru_cache(maxsize=256)
def _unpacked(portal: bytes) -> Portal | None:
    found = pickle.loads(portal)  # noqa: S301 - made by packed(), in the process that started this one
    assert found is None or isinstance(found, Portal)  # noqa: S101 - for the type checker
    return found


def read_page(extractor: Extracts, page: Page, portal: bytes) -> Extraction:
    """Parse and extract one page, by its ``packed`` portal; NotAnArticle also for a crash.

    The article keeps the address it was asked by, so that the listing's link is known although it redirects.
    """
    try:
        article, issues = parse_article(page, _unpacked(portal))
        if page.url not in (article.url, article.canonical_url):
            article = article.model_copy(update={"url": page.url})
        extraction = extract(extractor, article)
    except (NotAnArticle, MemoryError):
        raise
    except Exception as error:
        raise NotAnArticle(f"{page.url}: {crash(error)}", "not_read") from error
    return extraction.model_copy(update={"issues": (*issues, *extraction.issues)})


def read_file(extractor: Extracts, page: Page, record: Article) -> Extraction:
    """The text of a PDF or DOCX as an article of its own, with the title, date and place of the article it belongs to.

    Its issue ``attachment_of`` names that article in ``where``. Raises NotAnArticle with the codes of
    ``parse/files.py``.
    """
    try:
        text = file_text(page.body)
    except NotAnArticle as error:
        raise NotAnArticle(f"{page.url}: {error}", error.code) from error
    title = next((file.title for file in record.attachments if file.url == page.url and file.title), record.title)
    article = article_from_text(
        text, title=title, url=page.url, province=record.province, published_at=record.published_at
    ).model_copy(update={"portal": record.portal, "section": record.section})
    link = Issue(code="attachment_of", message="the text of a file that an article links to", where=record.url)
    try:
        extraction = extract(extractor, article)
    except MemoryError:
        raise
    except Exception as error:
        raise NotAnArticle(f"{page.url}: {crash(error)}", "not_read") from error
    return extraction.model_copy(update={"issues": (link, *extraction.issues)})


def extract(extractor: Extracts, article: Article) -> Extraction:
    """The article with its records; if it is too long for the memory, with those of its first part and an issue.

    MemoryError: not even a small part can be read.
    """
    for most in (len(article.body), *PARTS):
        if most > len(article.body):
            continue
        # What was built until then is freed only when its error is gone.
        with suppress(MemoryError):
            found = extractor.extract(first_part(article, most))
            return found if most == len(article.body) else _truncated(found, article)
    raise MemoryError


def first_part(article: Article, most: int) -> Article:
    """An article without what lies beyond ``most`` characters of its body; it ends with a paragraph, else a word."""
    if most >= len(article.body):
        return article
    kept = [paragraph for paragraph in article.paragraphs if paragraph.end <= most]
    end = kept[-1].end if kept else max(article.body.rfind(" ", 0, most), most // 2)
    if not kept and article.paragraphs:
        kept = [article.paragraphs[0].model_copy(update={"end": end})]
    return article.model_copy(update={"body": article.body[:end], "paragraphs": tuple(kept)})


def truncated(extraction: Extraction) -> int:
    """1 when only the first part of a text was read for records, else 0."""
    return sum(issue.code == TRUNCATED for issue in extraction.issues)


def _truncated(found: Extraction, article: Article) -> Extraction:
    read, whole = len(found.article.body), len(article.body)
    message = f"the first {read} of {whole} characters were read for records; the rest needs more memory"
    issue = Issue(code=TRUNCATED, message=message, where=article.url)
    return found.model_copy(update={"article": article, "issues": (*found.issues, issue)})


def read_listing(_: Extracts, page: Page, portal: bytes, listing: Listing) -> ListingPage:
    """What a page of a listing shows. NotAnArticle: none is there; InputError also for a crash."""
    where = _unpacked(portal)
    if where is None:
        raise InputError(f"{page.url}: a listing of no portal")
    try:
        return parse_listing(page, where, listing)
    except (GovscrapeError, MemoryError):
        raise
    except Exception as error:
        raise InputError(f"{page.url}: {crash(error)}") from error


def read_form(_: Extracts, page: Page, listing: Listing) -> tuple[tuple[str, str], ...]:
    """The hidden values of a form, as ``parse.form_values``."""
    return form_values(page, listing)


def crash(error: Exception) -> str:
    """An unforeseen error in one line."""
    return f"could not be read, {type(error).__name__}: {' '.join(str(error).split())[:200]}"

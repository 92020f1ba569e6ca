"""One page, or one file that an article links to, made into records: parse and extract, whatever may go wrong."""

import json
import subprocess
import sys
import threading
from typing import Protocol

from govscrape.errors import NotAnArticle
from govscrape.models.article import Article
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.models.records import Extraction, Issue
from govscrape.parse import article_from_text, parse_article

FILE_TIME_MAX_S = 30.0
_ONE_AT_A_TIME = threading.Lock()


class Versioned(Protocol):
    """Rules that say which they are."""

    @property
    def version(self) -> str:
        """A short digest of the rules' bytes."""
        ...


class Extracts(Protocol):
    """What turns an article into records, by which rules."""

    @property
    def ruleset(self) -> Versioned:
        """The rules it reads by."""
        ...

    def extract(self, article: Article) -> Extraction:
        """The article with everything read from it."""
        ...


def read_page(page: Page, portal: Portal | None, extractor: Extracts) -> Extraction:
    """Parse and extract one page; NotAnArticle also for a crash, so that one page never ends a run.

    The article keeps the address it was asked by, so that the listing's link is known although it redirects.
    """
    try:
        article, issues = parse_article(page, portal)
        if page.url not in (article.url, article.canonical_url):
            article = article.model_copy(update={"url": page.url})
        extraction = _extract(extractor, article)
    except NotAnArticle:
        raise
    except Exception as error:
        raise NotAnArticle(f"{page.url}: {crash(error)}", "not_read") from error
    return extraction.model_copy(update={"issues": (*issues, *extraction.issues)})


def read_file(page: Page, record: Article, extractor: Extracts, *, time_max_s: float = FILE_TIME_MAX_S) -> Extraction:
    """The text of a PDF or DOCX as an article of its own, with the title, date and place of the article it belongs to.

    Its issue ``attachment_of`` names that article in ``where``. Raises NotAnArticle with the codes of
    ``parse/files.py``, and ``file_too_slow`` when reading took longer than ``time_max_s``.
    """
    text = text_of(page, time_max_s)
    title = next((file.title for file in record.attachments if file.url == page.url and file.title), record.title)
    article = article_from_text(
        text, title=title, url=page.url, province=record.province, published_at=record.published_at
    ).model_copy(update={"portal": record.portal, "section": record.section})
    link = Issue(code="attachment_of", message="the text of a file that an article links to", where=record.url)
    try:
        extraction = _extract(extractor, article)
    except Exception as error:
        raise NotAnArticle(f"{page.url}: {crash(error)}", "not_read") from error
    return extraction.model_copy(update={"issues": (link, *extraction.issues)})


def text_of(page: Page, time_max_s: float) -> str:
    """What a file says, read in a process of its own, which is killed when it takes too long or too much memory."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "govscrape.parse.files"],
            input=page.body,
            capture_output=True,
            timeout=time_max_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotAnArticle(f"{page.url}: took longer than {time_max_s:g} s to read", "file_too_slow") from error
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        raise NotAnArticle(f"{page.url}: its reader ended with code {done.returncode}", "unreadable_file") from error
    if "text" not in told:
        raise NotAnArticle(f"{page.url}: {told['message']}", str(told["code"]))
    return str(told["text"])


def _extract(extractor: Extracts, article: Article) -> Extraction:
    """Pages are read in threads, so that a long one never holds up the event loop; the extractor is one for all."""
    with _ONE_AT_A_TIME:
        return extractor.extract(article)


def crash(error: Exception) -> str:
    """An unforeseen error in one line."""
    return f"could not be read, {type(error).__name__}: {' '.join(str(error).split())[:200]}"

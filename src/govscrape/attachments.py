"""The files that stored articles link to: which are still to be read, and reading them after the articles.

They are found in the database, so that a run that was killed between an article and its files leaves nothing out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from govscrape import __version__
from govscrape.clock import Clock
from govscrape.errors import FetchError, NotAnArticle
from govscrape.models.article import Article
from govscrape.models.page import ArchiveRef, Page, Send
from govscrape.models.portal import Portal
from govscrape.models.records import Issue
from govscrape.parse.files import is_file, readable
from govscrape.reading import STOPPED, Reader, truncated
from govscrape.settings import Settings
from govscrape.store import Store
from govscrape.store.pending import UnreadFile, unread_files

FAILED = "attachment_failed"
GONE = "attachment_gone"
NOT_READ = "attachment_not_read"
UNSUPPORTED = "attachment_unsupported"
FINAL = frozenset({GONE, UNSUPPORTED, "not_a_file", "unreadable_file", "no_text_layer", *STOPPED.values()})
"""Issue codes of files that are not asked for again."""
LOST = frozenset({FAILED, "unreadable_file", *STOPPED.values()})
"""Issue codes that make a run partial: there is text that was not read."""
_READ = frozenset(
    {"application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
)
_PAGES = ("text/", "application/xhtml")


class Keeps(Protocol):
    """A fetcher that archives; ``last`` is where the newest response lies."""

    last: ArchiveRef | None

    async def fetch(self, url: str, send: Send | None = None) -> Page:
        """The response, archived."""
        ...

    def forget_session(self) -> None:
        """Ask as somebody whom the portal has not seen."""
        ...

    async def durable(self) -> None:
        """Return when the disk has what was fetched."""
        ...


@dataclass
class Files:
    """Reads what the articles of one portal link to. ``read`` and ``lost`` count the files."""

    portal: Portal
    store: Store
    reader: Reader
    settings: Settings
    clock: Clock
    note: Callable[[Issue], None]
    read: int = 0
    lost: int = 0
    truncated: int = 0
    _seen: str | None = None
    """The article whose page was asked for last, for the sake of its files."""

    async def go(self, fetcher: Keeps, halted: Callable[[], str | None]) -> None:
        """Fetch, archive, read and store every file not read so far; stops when ``halted``."""
        if not self.settings.attachments:
            return
        wanted = unread_files(self.store, self.portal.id, FINAL, FAILED)
        if wanted and not readable():
            message = "files are not read: install govscrape[attachments]"
            self.note(Issue(code=NOT_READ, message=message, where=self.portal.id))
            return
        for file in wanted:
            if halted():
                return
            try:
                await self._one(fetcher, file)
            except FetchError as error:
                self._failed(FAILED, str(error), file)
            except NotAnArticle as error:
                self._failed(error.code, str(error), file)

    async def _one(self, fetcher: Keeps, file: UnreadFile) -> None:
        if file.media_type not in _READ:
            raise NotAnArticle(f"{file.url}: {file.media_type or 'a file of unknown type'} is not read", UNSUPPORTED)
        record = self.store.load(file.record)
        if record is None:
            return
        page = await self._fetch(fetcher, file)
        ref = fetcher.last
        extraction = await self.reader.file(page, record.article)
        await fetcher.durable()
        self.store.save(
            extraction,
            page=ref,
            fetched_at=page.fetched_at,
            ruleset_version=await self.reader.version(),
            code_version=__version__,
        )
        self.read += 1
        self.truncated += truncated(extraction)

    async def _fetch(self, fetcher: Keeps, file: UnreadFile) -> Page:
        bound = self.portal.files.after_page
        send = Send(headers=(("Referer", file.record),)) if bound else None
        if bound and self._seen != file.record:
            await self._see(fetcher, file)
        page = await fetcher.fetch(file.url, send)
        if bound and _withheld(page):
            # The session is over.
            fetcher.forget_session()
            await self._see(fetcher, file)
            page = await fetcher.fetch(file.url, send)
        if page.status in (404, 410):
            raise NotAnArticle(f"{file.url}: HTTP {page.status}", GONE)
        if page.status != 200:
            raise FetchError(f"{file.url}: HTTP {page.status}")
        if bound and _withheld(page):
            raise FetchError(f"{file.url}: a page of text in its place, also just after {file.record}")
        return page

    async def _see(self, fetcher: Keeps, file: UnreadFile) -> None:
        await fetcher.fetch(file.record)
        self._seen = file.record

    def _failed(self, code: str, message: str, file: UnreadFile) -> None:
        self.lost += code in LOST
        self.note(Issue(code=code, message=message, where=file.url))


def _withheld(page: Page) -> bool:
    """Whether a portal may give the file to others: it refuses, or sends a page (log in, not found) in its place."""
    if page.status in (401, 403):
        return True
    return page.status == 200 and (page.header("content-type") or "").lower().startswith(_PAGES)


class Records:
    """Which article links to which file, as far as they were read again or are stored."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_file: dict[str, Article] = {}

    def add(self, article: Article) -> None:
        """Remember the files that an article links to."""
        self._by_file.update((file.url, article) for file in article.attachments)

    def linking(self, page: Page) -> Article | None:
        """The article that links to a page which is a file; None when the page is none or nobody links to it."""
        if not is_file(page.body):
            return None
        return self._by_file.get(page.url) or self._stored(page.url)

    def _stored(self, url: str) -> Article | None:
        known = self._store.load(url)
        links = [issue.where for issue in known.issues if issue.code == "attachment_of"] if known else []
        record = self._store.load(links[0]) if links and links[0] else None
        return record.article if record else None

"""What every visit to a portal shares: its stages, a fetcher that archives, and asking for one article after another.

A page is on disk before it is parsed, an article is one transaction, and whatever goes wrong with one article is an
issue of that article.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from govscrape import __version__
from govscrape.archive import Archive, GroupCommit, pack, pack_revisit
from govscrape.attachments import Files
from govscrape.clock import Clock, SystemClock
from govscrape.errors import ArchiveError, Blocked, FetchError, NotAnArticle, TooLarge
from govscrape.fetch import HttpFetcher, Spacing
from govscrape.heap import give_back
from govscrape.models.page import ArchiveRef, ListingPage, Page, Send
from govscrape.models.portal import Listing, Portal
from govscrape.models.records import Extraction, Issue
from govscrape.models.run import Counts, Event, PortalReport, Walk, counted
from govscrape.reading import GONE, STOPPED, Reader, Runs, truncated
from govscrape.settings import Settings
from govscrape.store import Store
from govscrape.store.pending import newest_page

SILENCE_MAX = 5
"""After how many failures in a row a portal is left alone."""

NOT_MODIFIED = 304
NOT_ASKED = "not_asked"
ASKED_AGAIN = frozenset({"fetch_failed", "fetch_blocked", "login", "blocked", *STOPPED.values()})
"""Issue codes of addresses that later runs ask again, because the cause may lie outside the page."""

_GONE_SHARE_MAX = 0.5
_LARGE = 1_000_000

_log = logging.getLogger(__name__)

Progress = Callable[[Event], None]
Halt = Callable[[Portal], str | None]
"""Asked before every article: why a portal's run must stop now, or None to go on."""

Mode = Literal["new", "deep", "refresh"]

Result = TypeVar("Result")


def silent(_: Event) -> None:
    """Tell nobody."""


def never(_: Portal) -> str | None:
    """Go on to the end."""
    return None


@dataclass(frozen=True, slots=True)
class Stages:
    """What every step of a run shares."""

    store: Store
    archive: Archive
    disk: GroupCommit
    reader: Reader
    version: str
    settings: Settings
    clock: Clock
    progress: Progress
    halt: Halt = never
    spacing: Spacing = field(default_factory=Spacing)


async def open_stages(
    store: Store,
    archive: Archive,
    workers: Runs,
    settings: Settings,
    *,
    clock: Clock | None,
    progress: Progress,
    halt: Halt,
) -> Stages:
    """The stages of a run that begins now. RuleError: the workers' rules are wrong."""
    reader = Reader(workers, settings)
    version = await reader.version()
    disk = GroupCommit(archive)
    return Stages(store, archive, disk, reader, version, settings, clock or SystemClock(), progress, halt)


async def each(
    portals: Iterable[Portal], stages: Stages, one: Callable[[Portal], Awaitable[Result]]
) -> tuple[Result, ...]:
    """``one`` for every portal, several at a time; the results in the order of the portals."""
    gate = asyncio.Semaphore(stages.settings.concurrency)

    async def gated(portal: Portal) -> Result:
        async with gate:
            return await one(portal)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(gated(portal)) for portal in portals]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return tuple(task.result() for task in tasks)


def log_end(report: PortalReport[Walk]) -> None:
    """A portal's part of a run in one line of the log."""
    counts, state = report.counts, "partial" if report.partial else "complete"
    figures = f"new={counts.new} changed={counts.changed} failed={counts.failed} gone={counts.gone}"
    _log.info("portal=%s state=%s %s requests=%d", report.portal, state, figures, report.requests)


class Archiving:
    """A fetcher whose responses are archived before anybody looks at them."""

    def __init__(self, fetcher: HttpFetcher, stages: Stages, halted: Callable[[], str | None]) -> None:
        self._fetcher = fetcher
        self._archive = stages.archive
        self._disk = stages.disk
        self._halted = halted
        self._large = False
        self.cut: str | None = None
        self.last: ArchiveRef | None = None
        fetcher.on_the_way = lambda page: self._disk.append(pack(page))

    async def fetch(self, url: str, send: Send | None = None) -> Page:
        """As ``Fetcher.fetch``; FetchError also when the run must stop, and then ``cut`` says why."""
        return await self._get(url, send, as_article=False)

    async def fetch_article(self, url: str) -> Page:
        """As :meth:`fetch`, of what is to be read as an article."""
        return await self._get(url, None, as_article=True)

    async def _get(self, url: str, send: Send | None, *, as_article: bool) -> Page:
        if reason := self._halted():
            self.cut = reason
            raise FetchError(f"{url}: not asked, {reason}")
        if self._large:
            give_back()
        page = await self._fetcher.fetch(url, send)
        return await self._keep(page.model_copy(update={"as_article": as_article}), send)

    async def fetch_again(self, url: str, ref: ArchiveRef | None) -> Page:
        """Fetch unless it is as the response at ``ref``; status 304 then. What has not changed is not kept twice."""
        try:
            previous = self._archive.read(ref) if ref else None
        except ArchiveError:
            previous = None
        page = await (self._fetcher.fetch_again(url, previous) if previous else self._fetcher.fetch(url))
        if previous and (page.status == NOT_MODIFIED or (page.status, page.body) == (previous.status, previous.body)):
            self._disk.append(pack_revisit(page, previous))
            self.last = ref
            return page
        return await self._keep(page.model_copy(update={"as_article": True}))

    async def _keep(self, page: Page, sent: Send | None = None) -> Page:
        self._large = len(page.body) >= _LARGE
        self.last = await self._disk.write(page, sent)
        return page

    def forget_session(self) -> None:
        """As :meth:`HttpFetcher.forget_session`."""
        self._fetcher.forget_session()

    async def durable(self) -> None:
        """Return when the responses so far are on the disk: before it, nothing is told as stored."""
        await self._disk.durable()


class Visit:
    """One visit to a portal: asks for articles, stores them and counts what became of them.

    ``run_id`` is that of the run whose issues are noted; ``silence`` counts the failures in a row.
    """

    def __init__(
        self, portal: Portal, stages: Stages, fetcher: Archiving, mode: Mode = "new", run_id: int | None = None
    ) -> None:
        self.portal = portal
        self.stages = stages
        self.fetcher = fetcher
        self.mode = mode
        self.counts = Counts()
        self.run_id = run_id
        self.silence = 0

    def must_stop(self) -> str | None:
        """Why no further article may be asked for: the portal has failed too often in a row."""
        return f"stopped after {SILENCE_MAX} failures in a row" if self.silence >= SILENCE_MAX else None

    async def read_listing(self, page: Page, portal: Portal, listing: Listing) -> ListingPage:
        """A listing's page as parsed; tells of it."""
        found = await self.stages.reader.listing(page, portal, listing)
        self.stages.progress(Event(portal=portal.id, stage="listing", done=len(found.items), url=page.url))
        return found

    async def article(self, url: str) -> None:
        """Ask for an article and store it, or note why there is none."""
        try:
            page = await self._ask(url)
            ref = self.fetcher.last
            if page.status == NOT_MODIFIED and self.stages.store.known(url):
                self.counts = self.counts.plus(same=1)
                self.silence = 0
                return
            if page.status not in (200, 404, 410):
                raise FetchError(f"{page.url}: HTTP {page.status}")
        except FetchError as error:
            self.silence += 1
            self._failed(Issue(code=_code(error), message=str(error), where=url))
            return
        try:
            extraction = await self.stages.reader.page(page, self.portal)
        except NotAnArticle as error:
            if error.code in GONE:
                await self.fetcher.durable()
                self._gone(url, page.fetched_at, error)
                return
            self.silence = self.silence + 1 if error.code in ("blocked", "login") else 0
            self._failed(Issue(code=error.code, message=str(error), where=url))
            return
        self.silence = 0
        await self.fetcher.durable()
        self._save(extraction, ref, page.fetched_at)

    async def files(self) -> None:
        """Read what the stored articles link to and what was not read so far."""
        stages = self.stages
        files = Files(self.portal, stages.store, stages.reader, stages.settings, stages.clock, self.note)
        await files.go(self.fetcher, lambda: stages.halt(self.portal))
        self.counts = self.counts.plus(files=files.read, files_lost=files.lost, truncated=files.truncated)

    def note(self, issue: Issue) -> None:
        """Store an issue and count it."""
        self.counts = self.counts.plus(issues=1)
        self.stages.store.save_issue(issue, seen_at=self.stages.clock.now(), portal=self.portal.id, run_id=self.run_id)

    def complaints(self) -> Sequence[str]:
        """What of the articles and files is missing, or was not read, that should be."""
        found = []
        if self.counts.failed:
            found.append(f"{counted(self.counts.failed, 'article')} failed")
        if self.counts.files_lost:
            found.append(f"{counted(self.counts.files_lost, 'attachment')} failed")
        if self.counts.truncated:
            found.append(f"{counted(self.counts.truncated, 'text')} read only in the first part (text_truncated)")
        # A dead link is the portal's; most of them dead means that its addresses changed.
        if self.counts.gone > max(2, self.counts.asked * _GONE_SHARE_MAX):
            found.append(f"{self.counts.gone} of {self.counts.asked} articles are gone")
        return found

    async def _ask(self, url: str) -> Page:
        if self.mode == "refresh":
            return await self.fetcher.fetch_again(url, newest_page(self.stages.store, url))
        return await self.fetcher.fetch_article(url)

    def _gone(self, url: str, at: datetime, error: NotAnArticle) -> None:
        self.stages.store.mark_withdrawn(url, at)
        self.counts = self.counts.plus(gone=1)
        self.note(Issue(code=error.code, message=str(error), where=url))

    def _save(self, extraction: Extraction, ref: ArchiveRef | None, fetched_at: datetime) -> None:
        outcome = self.stages.store.save(
            extraction,
            page=ref,
            fetched_at=fetched_at,
            ruleset_version=self.stages.version,
            code_version=__version__,
        )
        cut = truncated(extraction)
        self.counts = self.counts.plus(**{outcome: 1, "issues": len(extraction.issues), "truncated": cut})

    def _failed(self, issue: Issue) -> None:
        self.counts = self.counts.plus(failed=1)
        self.note(issue)


def _code(error: FetchError) -> str:
    if isinstance(error, Blocked):
        return "fetch_blocked"
    if isinstance(error, TooLarge):
        return "too_large"
    return "fetch_failed"

"""A crawl wires the stages: discover, fetch, archive, parse, extract, store.

A page is on disk before it is parsed, an article is one transaction, and whatever goes wrong with one article is an
issue of that article: the run goes on, and says ``partial`` when it saw less than it should.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from govscrape import __version__
from govscrape.archive import Archive, GroupCommit, pack, pack_revisit
from govscrape.attachments import Files
from govscrape.clock import Clock, SystemClock
from govscrape.errors import ArchiveError, Blocked, FetchError, NotAnArticle, TooLarge
from govscrape.fetch import HttpFetcher, Spacing, discover, fetcher_for
from govscrape.models.health import HALTED
from govscrape.models.page import ArchiveRef, ListingPage, Page, Send
from govscrape.models.portal import Listing, Portal
from govscrape.models.records import Extraction, Issue
from govscrape.models.run import Certificate, Counts, CrawlReport, Event, PortalReport
from govscrape.reading import GONE, STOPPED, Reader, Runs
from govscrape.settings import Settings
from govscrape.store import Certificate as StoredCertificate
from govscrape.store import Store
from govscrape.store.pending import chain_is_whole, newest_page, pending, settled

SILENCE_MAX = 5
GONE_SHARE_MAX = 0.5
NOT_MODIFIED = 304
NOT_ASKED = "not_asked"
ASKED_AGAIN = frozenset({"fetch_failed", "fetch_blocked", "login", "blocked", *STOPPED.values()})
"""Issue codes of addresses that later runs ask again, because the cause may lie outside the page."""


__all__ = ["Mode", "Progress", "crawl", "silent"]

Progress = Callable[[Event], None]
Halt = Callable[[Portal], str | None]
"""Asked before every article: why a portal's run must stop now, or None to go on."""

Mode = Literal["new", "deep", "refresh"]


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


class _Archiving:
    """A fetcher whose responses are archived before anybody looks at them."""

    def __init__(self, fetcher: HttpFetcher, stages: Stages, halted: Callable[[], str | None]) -> None:
        self._fetcher = fetcher
        self._archive = stages.archive
        self._disk = stages.disk
        self._halted = halted
        self.cut: str | None = None
        self.last: ArchiveRef | None = None
        fetcher.on_the_way = lambda page: self._disk.append(pack(page))

    async def fetch(self, url: str, send: Send | None = None) -> Page:
        if reason := self._halted():
            self.cut = reason
            raise FetchError(f"{url}: not asked, {reason}")
        return await self._keep(await self._fetcher.fetch(url, send), send)

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
        return await self._keep(page)

    async def _keep(self, page: Page, sent: Send | None = None) -> Page:
        self.last = await self._disk.write(page, sent)
        return page

    def forget_session(self) -> None:
        """As :meth:`HttpFetcher.forget_session`."""
        self._fetcher.forget_session()

    async def durable(self) -> None:
        """Return when the responses so far are on the disk: before it, nothing is told as stored."""
        await self._disk.durable()


async def crawl(  # noqa: PLR0913 - the stages and how to go through them, each by name
    portals: Iterable[Portal],
    *,
    store: Store,
    archive: Archive,
    workers: Runs,
    settings: Settings,
    clock: Clock | None = None,
    progress: Progress = silent,
    max_pages: int | None = None,
    mode: Mode = "new",
    halt: Halt = never,
) -> CrawlReport:
    """Visit portals, several at a time, and store what their new articles say.

    ``max_pages`` caps each listing's walk. Mode ``new`` stops at what is known, ``deep`` walks on past it, ``refresh``
    also asks for the known articles again, to find edits. ``halt`` ends a portal's run after the article at hand; what
    is left is asked by the next run. Raises what makes going on pointless (StoreError, ArchiveError, RuleError,
    FetchError when no contact is set); what was stored until then stays.
    """
    reader = Reader(workers, settings)
    version = await reader.version()
    stages = Stages(
        store, archive, GroupCommit(archive), reader, version, settings, clock or SystemClock(), progress, halt
    )
    gate = asyncio.Semaphore(settings.concurrency)

    async def one(portal: Portal) -> PortalReport:
        async with gate:
            if reason := halt(portal):
                return PortalReport(portal=portal.id, reason=f"{HALTED}{reason}, not begun")
            return await _Run(portal, stages, max_pages, mode).go()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(portal)) for portal in portals]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return CrawlReport(portals=tuple(task.result() for task in tasks))


class _Run:
    """One portal's run."""

    def __init__(self, portal: Portal, stages: Stages, max_pages: int | None, mode: Mode) -> None:
        self.portal = portal
        self.stages = stages
        self.max_pages = max_pages
        self.mode = mode
        self.counts = Counts()
        self.run_id = 0
        self.silence = 0

    async def go(self) -> PortalReport:
        store, clock = self.stages.store, self.stages.clock
        async with fetcher_for(self.portal, self.stages.settings, clock, spacing=self.stages.spacing) as http:
            self.run_id = store.runs.start_run(self.portal.id, started_at=clock.now())
            fetcher = _Archiving(http, self.stages, lambda: self.stages.halt(self.portal))
            found, certificates = await self._discover(fetcher)
            stopped = await self._articles(fetcher, found)
            if stopped is None:
                await self._files(fetcher)
            await fetcher.durable()
            reason = stopped or self._reason(certificates)
            report = PortalReport(
                portal=self.portal.id,
                listings=certificates,
                counts=self.counts,
                requests=http.requests,
                reason=reason,
            )
        store.runs.finish_run(
            self.run_id,
            finished_at=clock.now(),
            counts=self.counts.model_dump(),
            partial=report.partial,
            certificates={walk.listing: _stored(walk) for walk in certificates},
            reason=reason,
        )
        self.stages.progress(Event(portal=self.portal.id, stage="done", done=len(found), total=len(found)))
        return report

    async def _discover(self, fetcher: _Archiving) -> tuple[list[str], tuple[Certificate, ...]]:
        """Addresses to ask, oldest first so that a killed run leaves no hole below what it stored, and the walks."""
        store, portal = self.stages.store, self.portal
        wanted = dict.fromkeys(pending(store, portal.id, ASKED_AGAIN, NOT_ASKED))
        given_up = settled(store, portal.id, ASKED_AGAIN, NOT_ASKED)
        # What an earlier run found and left is asked below; for the chain it is as good as stored.
        noted = given_up | frozenset(wanted)
        certificates = []
        for listing in portal.listings:
            walk = await discover(
                portal,
                listing,
                fetcher,
                lambda url: url in noted or store.known(url),
                read=self._read_listing,
                read_form=self.stages.reader.form,
                max_pages=self.max_pages,
                trust_overlap=self.mode == "new" and chain_is_whole(store, self.run_id, listing.id),
            )
            certificates.append(walk.certificate)
            if not fetcher.cut:
                self._judge(walk.certificate)
            for item in reversed(walk.items):
                if self.mode == "refresh" or not (item.url in given_up or store.known(item.url)):
                    wanted.setdefault(item.url)
        return list(wanted), tuple(certificates)

    async def _read_listing(self, page: Page, portal: Portal, listing: Listing) -> ListingPage:
        found = await self.stages.reader.listing(page, portal, listing)
        self.stages.progress(Event(portal=portal.id, stage="listing", done=len(found.items), url=page.url))
        return found

    def _judge(self, walk: Certificate) -> None:
        where = f"{self.portal.id}/{walk.listing}"
        if not walk.closed:
            self._issue(Issue(code="listing_open", message=walk.detail or f"stopped by {walk.reason}", where=where))
        if walk.without_link:
            self._issue(Issue(code="item_without_link", message=f"{walk.without_link} items have no link", where=where))
        if walk.items < self.portal.expect.links_per_listing and walk.closed:
            message = f"{walk.items} links, at least {self.portal.expect.links_per_listing} expected"
            self._issue(Issue(code="few_links", message=message, where=where))

    async def _articles(self, fetcher: _Archiving, urls: list[str]) -> str | None:
        for number, url in enumerate(urls, 1):
            if halted := self.stages.halt(self.portal):
                return self._left(urls[number - 1 :], f"{HALTED}{halted}")
            await self._article(fetcher, url)
            self.stages.progress(Event(portal=self.portal.id, stage="article", done=number, total=len(urls), url=url))
            if self.silence >= SILENCE_MAX:
                return self._left(urls[number:], f"stopped after {SILENCE_MAX} failures in a row")
        # A halt while the listings were walked hides articles even when none of those found is left.
        return f"{HALTED}{fetcher.cut}" if fetcher.cut else None

    async def _files(self, fetcher: _Archiving) -> None:
        stages = self.stages
        files = Files(self.portal, stages.store, stages.reader, stages.settings, stages.clock, self._issue)
        await files.go(fetcher, lambda: stages.halt(self.portal))
        self.counts = self.counts.plus(files=files.read, files_lost=files.lost)

    def _left(self, urls: list[str], why: str) -> str:
        for url in urls:
            self._issue(Issue(code=NOT_ASKED, message="left when the run had to stop", where=url))
        return f"{why}, {len(urls)} articles not asked"

    async def _article(self, fetcher: _Archiving, url: str) -> None:
        try:
            page = await self._ask(fetcher, url)
            ref = fetcher.last
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
                await fetcher.durable()
                self._gone(url, page.fetched_at, error)
                return
            self.silence = self.silence + 1 if error.code in ("blocked", "login") else 0
            self._failed(Issue(code=error.code, message=str(error), where=url))
            return
        self.silence = 0
        await fetcher.durable()
        self._save(extraction, ref, page.fetched_at)

    async def _ask(self, fetcher: _Archiving, url: str) -> Page:
        if self.mode == "refresh":
            return await fetcher.fetch_again(url, newest_page(self.stages.store, url))
        return await fetcher.fetch(url)

    def _gone(self, url: str, at: datetime, error: NotAnArticle) -> None:
        self.stages.store.mark_withdrawn(url, at)
        self.counts = self.counts.plus(gone=1)
        self._issue(Issue(code=error.code, message=str(error), where=url))

    def _save(self, extraction: Extraction, ref: ArchiveRef | None, fetched_at: datetime) -> None:
        outcome = self.stages.store.save(
            extraction,
            page=ref,
            fetched_at=fetched_at,
            ruleset_version=self.stages.version,
            code_version=__version__,
        )
        self.counts = self.counts.plus(**{outcome: 1, "issues": len(extraction.issues)})

    def _failed(self, issue: Issue) -> None:
        self.counts = self.counts.plus(failed=1)
        self._issue(issue)

    def _issue(self, issue: Issue) -> None:
        self.counts = self.counts.plus(issues=1)
        self.stages.store.save_issue(issue, seen_at=self.stages.clock.now(), portal=self.portal.id, run_id=self.run_id)

    def _reason(self, walks: tuple[Certificate, ...]) -> str | None:
        broken = [f"{walk.listing}: {walk.detail or walk.reason}" for walk in walks if not walk.closed]
        broken += [f"{walk.listing}: {walk.without_link} items without a link" for walk in walks if walk.without_link]
        few = [walk.listing for walk in walks if walk.items < self.portal.expect.links_per_listing and walk.closed]
        broken += [f"{listing}: few_links" for listing in few]
        if self.counts.failed:
            broken.append(f"{self.counts.failed} articles failed")
        if self.counts.files_lost:
            broken.append(f"{self.counts.files_lost} attachments failed")
        # A dead link is the portal's; most of them dead means that its addresses changed.
        if self.counts.gone > max(2, self.counts.asked * GONE_SHARE_MAX):
            broken.append(f"{self.counts.gone} of {self.counts.asked} articles are gone")
        return "; ".join(broken) or None


def _stored(walk: Certificate) -> StoredCertificate:
    return StoredCertificate(walk.pages, walk.items, walk.overlap, walk.closed, walk.reason)


def _code(error: FetchError) -> str:
    if isinstance(error, Blocked):
        return "fetch_blocked"
    if isinstance(error, TooLarge):
        return "too_large"
    return "fetch_failed"

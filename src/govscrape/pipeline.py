"""A crawl wires the stages: discover, fetch, archive, parse, extract, store.

Each listing is walked until it meets what is known, then the articles found are asked for; the run goes on whatever
happens to one of them, and says ``partial`` when it saw less than it should.
"""

from collections.abc import Iterable

from govscrape.archive import Archive
from govscrape.clock import Clock
from govscrape.fetch import discover, fetcher_for
from govscrape.fetch.discover import why
from govscrape.models.health import HALTED
from govscrape.models.portal import Portal
from govscrape.models.records import Issue
from govscrape.models.run import Certificate, CrawlReport, Event, PortalReport
from govscrape.reading import Runs
from govscrape.settings import Settings
from govscrape.store import Certificate as StoredCertificate
from govscrape.store import Store
from govscrape.store.pending import chain_of, pending, settled
from govscrape.visiting import (
    ASKED_AGAIN,
    NOT_ASKED,
    Archiving,
    Halt,
    Mode,
    Progress,
    Stages,
    Visit,
    each,
    log_end,
    never,
    open_stages,
    silent,
)

__all__ = ["Mode", "Progress", "crawl", "silent"]


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
    stages = await open_stages(store, archive, workers, settings, clock=clock, progress=progress, halt=halt)

    async def one(portal: Portal) -> PortalReport[Certificate]:
        if reason := halt(portal):
            return PortalReport[Certificate](portal=portal.id, reason=f"{HALTED}{reason}, not begun")
        return await _crawl_one(portal, stages, max_pages, mode)

    return CrawlReport(portals=await each(portals, stages, one))


async def _crawl_one(portal: Portal, stages: Stages, max_pages: int | None, mode: Mode) -> PortalReport[Certificate]:
    store, clock = stages.store, stages.clock
    async with fetcher_for(portal, stages.settings, clock, spacing=stages.spacing) as http:
        run_id = store.runs.start_run(portal.id, started_at=clock.now())
        fetcher = Archiving(http, stages, lambda: stages.halt(portal))
        run = _Run(Visit(portal, stages, fetcher, mode, run_id), max_pages)
        report = (await run.go()).model_copy(update={"requests": http.requests})
    store.runs.finish_run(
        run_id,
        finished_at=clock.now(),
        counts=report.counts.model_dump(),
        partial=report.partial,
        certificates={walk.listing: _stored(walk) for walk in report.listings},
        reason=report.reason,
    )
    stages.progress(Event(portal=portal.id, stage="done", done=len(run.found), total=len(run.found)))
    log_end(report)
    return report


class _Run:
    """One portal's run."""

    def __init__(self, visit: Visit, max_pages: int | None) -> None:
        self.visit = visit
        self.portal = visit.portal
        self.stages = visit.stages
        self.max_pages = max_pages
        self.found: list[str] = []

    async def go(self) -> PortalReport[Certificate]:
        """Walk the listings, ask for the articles, then for their files."""
        certificates = await self._discover()
        stopped = await self._articles()
        if stopped is None:
            await self.visit.files()
        await self.visit.fetcher.durable()
        return PortalReport[Certificate](
            portal=self.portal.id,
            listings=certificates,
            counts=self.visit.counts,
            reason=stopped or self._reason(certificates),
        )

    async def _discover(self) -> tuple[Certificate, ...]:
        """The walks; finds addresses to ask, oldest first so that a killed run leaves no hole below what it stored."""
        store, portal = self.stages.store, self.portal
        wanted = dict.fromkeys(pending(store, portal.id, ASKED_AGAIN, NOT_ASKED))
        given_up = settled(store, portal.id, ASKED_AGAIN, NOT_ASKED)
        certificates = []
        for listing in portal.listings:
            chain = chain_of(store, self.visit.run_id or 0, listing.id)
            walk = await discover(
                portal,
                listing,
                self.visit.fetcher,
                chain.holds,
                read=self.visit.read_listing,
                read_form=self.stages.reader.form,
                max_pages=self.max_pages,
                trust_overlap=self.visit.mode == "new" and chain.begun,
                told_before=chain.expected,
            )
            certificates.append(walk.certificate)
            if not self.visit.fetcher.cut:
                self._judge(walk.certificate)
            for item in reversed(walk.items):
                if self.visit.mode == "refresh" or not (item.url in given_up or store.known(item.url)):
                    wanted.setdefault(item.url)
        self.found = list(wanted)
        return tuple(certificates)

    def _judge(self, walk: Certificate) -> None:
        where = f"{self.portal.id}/{walk.listing}"
        if not walk.closed:
            self.visit.note(Issue(code="listing_open", message=why(walk.reason, walk.detail), where=where))
        if walk.without_link:
            message = f"{walk.without_link} items have no link"
            self.visit.note(Issue(code="item_without_link", message=message, where=where))
        if walk.items < self.portal.expect.links_per_listing and walk.closed:
            message = f"{walk.items} links, at least {self.portal.expect.links_per_listing} expected"
            self.visit.note(Issue(code="few_links", message=message, where=where))

    async def _articles(self) -> str | None:
        for number, url in enumerate(self.found, 1):
            if halted := self.stages.halt(self.portal):
                return self._left(self.found[number - 1 :], f"{HALTED}{halted}")
            await self.visit.article(url)
            total = len(self.found)
            self.stages.progress(Event(portal=self.portal.id, stage="article", done=number, total=total, url=url))
            if why := self.visit.must_stop():
                return self._left(self.found[number:], why)
        # A halt while the listings were walked hides articles even when none of those found is left.
        return f"{HALTED}{self.visit.fetcher.cut}" if self.visit.fetcher.cut else None

    def _left(self, urls: list[str], why: str) -> str:
        for url in urls:
            self.visit.note(Issue(code=NOT_ASKED, message="left when the run had to stop", where=url))
        return f"{why}, {len(urls)} articles not asked"

    def _reason(self, walks: tuple[Certificate, ...]) -> str | None:
        broken = [f"{walk.listing}: {why(walk.reason, walk.detail)}" for walk in walks if not walk.closed]
        broken += [f"{walk.listing}: {walk.without_link} items without a link" for walk in walks if walk.without_link]
        few = [walk.listing for walk in walks if walk.items < self.portal.expect.links_per_listing and walk.closed]
        broken += [f"{listing}: fewer links than expected (few_links)" for listing in few]
        return "; ".join([*broken, *self.visit.complaints()]) or None


def _stored(walk: Certificate) -> StoredCertificate:
    return StoredCertificate(walk.pages, walk.items, walk.overlap, walk.closed, walk.reason, walk.expected)

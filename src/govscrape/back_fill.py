"""A back-fill wires the stages of a crawl for a range of days: page after page of a listing, each with its articles.

A page counts as walked when its articles were asked for, so that a run that is killed goes on with it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from govscrape.archive import Archive
from govscrape.clock import Clock
from govscrape.errors import InputError
from govscrape.fetch import fetcher_for, walk_back
from govscrape.fetch.back_fill import HALTED, Days, listed_day, why_open
from govscrape.fetch.discover import FAILED
from govscrape.models.back_fill import GIVEN_UP, BackFill, BackFillReport, Span
from govscrape.models.page import ListingItem
from govscrape.models.portal import Listing, Portal
from govscrape.models.records import Issue
from govscrape.models.run import Event, PortalReport
from govscrape.models.schedule import VIETNAM
from govscrape.reading import GONE, Runs
from govscrape.settings import Settings
from govscrape.store import Store
from govscrape.store.back_fills import StoredBackFill
from govscrape.store.pending import settled
from govscrape.visiting import (
    ASKED_AGAIN,
    NOT_ASKED,
    Archiving,
    Halt,
    Progress,
    Stages,
    Visit,
    each,
    log_end,
    never,
    open_stages,
    silent,
)

__all__ = ["back_fill", "give_up"]

OPEN = "back_fill_open"
"""Code of the issue of a range that is not whole; it opens with the range, by which it is over when that is."""


_COMPARED_MIN = 4
_DAYS_APART_MAX = 7
"""When a list's days are distrusted: most of at least so many articles are dated further apart by themselves."""


async def back_fill(  # noqa: PLR0913 - the stages and the range, each by name
    portals: Iterable[Portal],
    *,
    since: date,
    until: date | None = None,
    store: Store,
    archive: Archive,
    workers: Runs,
    settings: Settings,
    clock: Clock | None = None,
    progress: Progress = silent,
    max_pages: int | None = None,
    halt: Halt = never,
) -> BackFillReport:
    """Fetch and store what portals published from ``since`` to ``until``, both included, by Vietnam's days.

    An unfinished back-fill of the same range is gone on with; without ``until`` one begun without it, which ends on the
    day when it was begun, else a new one begins, to today. All are noted before the first is walked, so that what a
    killed run never came to is seen too. ``max_pages`` caps this run's walk of each listing; ``halt`` ends a portal's
    part after the article at hand.
    Raises as ``pipeline.crawl`` does.
    """
    stages = await open_stages(store, archive, workers, settings, clock=clock, progress=progress, halt=halt)
    chosen = tuple(portals)
    now = stages.clock.now().astimezone(VIETNAM)
    begun = {
        portal.id: [_begin(store, portal.id, one.id, since, until, now) for one in portal.listings] for portal in chosen
    }

    async def one(portal: Portal) -> PortalReport[BackFill]:
        if reason := halt(portal):
            return PortalReport[BackFill](
                portal=portal.id,
                listings=tuple(_left(found, stages) for found in begun[portal.id]),
                reason=f"{reason}, not begun",
            )
        return await _fill_one(portal, stages, begun[portal.id], max_pages)

    return BackFillReport(portals=await each(chosen, stages, one))


def give_up(portal: str, *, since: date, until: date | None, store: Store, clock: Clock) -> tuple[Span, ...]:
    """Let go what is still open of a range, without ``until`` of all that begin on that day; the range of each listing.

    It is no fault any more; whoever asks for the range again goes on with it.
    """
    found = []
    for begun in store.back_fills.of(portal):
        span = begun.walk.span
        is_open = begun.finished_at is None and begun.walk.reason != GIVEN_UP
        if is_open and span.since == since and until in (None, span.until):
            walk = begun.walk.model_copy(update={"reason": GIVEN_UP})
            store.back_fills.keep(begun.id, walk, {}, clock.now())
            found.append(span)
    return tuple(found)


def _begin(store: Store, portal: str, listing: str, since: date, until: date | None, now: datetime) -> StoredBackFill:
    """The back-fill that a run goes on with; until it ends nothing says why it stopped, so that a kill is told."""
    begun = store.back_fills.take_up(portal, listing, since, until, now)
    issue = Issue(code=OPEN, message=f"{begun.walk.span}: not whole yet", where=f"{portal}/{listing}")
    store.save_issue(issue, seen_at=now, portal=portal)
    walk = begun.walk.model_copy(update={"reason": None})
    store.back_fills.keep(begun.id, walk, {}, now)
    return begun._replace(walk=walk)


def _left(begun: StoredBackFill, stages: Stages) -> BackFill:
    """A range whose turn did not come."""
    walk = begun.walk.model_copy(update={"reason": HALTED})
    stages.store.back_fills.keep(begun.id, walk, {}, stages.clock.now())
    return walk


async def _fill_one(
    portal: Portal, stages: Stages, begun: Sequence[StoredBackFill], max_pages: int | None
) -> PortalReport[BackFill]:
    async with fetcher_for(portal, stages.settings, stages.clock, spacing=stages.spacing) as http:
        visit = Visit(portal, stages, Archiving(http, stages, lambda: stages.halt(portal)))
        pairs = zip(portal.listings, begun, strict=True)
        walks = [await _fill_listing(visit, listing, found, max_pages) for listing, found in pairs]
        if not (visit.must_stop() or stages.halt(portal)):
            await visit.files()
        await visit.fetcher.durable()
        whys = [f"{walk.listing}: {why}" for walk in walks if (why := why_open(walk))]
        found = PortalReport[BackFill](
            portal=portal.id,
            listings=tuple(walks),
            counts=visit.counts,
            requests=http.requests,
            reason="; ".join([*whys, *visit.complaints()]) or None,
        )
    stages.progress(Event(portal=portal.id, stage="done", done=visit.counts.asked, total=visit.counts.asked))
    log_end(found)
    return found


async def _fill_listing(visit: Visit, listing: Listing, begun: StoredBackFill, max_pages: int | None) -> BackFill:
    stages, kept = visit.stages, visit.stages.store.back_fills
    given_up = settled(stages.store, visit.portal.id, ASKED_AGAIN, NOT_ASKED)
    desk = _Desk(visit, begun, given_up, today=stages.clock.now().astimezone(VIETNAM).date())
    await desk.ask(url for url in kept.missing(begun.id, GONE) if url not in given_up)
    walk = begun.walk
    if not walk.closed:
        walk = await walk_back(
            visit.portal,
            listing,
            visit.fetcher,
            walk,
            desk,
            read=visit.read_listing,
            read_form=stages.reader.form,
            max_pages=max_pages,
        )
        if walk.reason == HALTED and visit.must_stop():
            walk = walk.model_copy(update={"reason": FAILED})
        kept.keep(begun.id, walk, {}, stages.clock.now())
    # What is no longer asked for is missing all the same.
    walk = walk.model_copy(update={"missing": len(kept.missing(begun.id, GONE))})
    if walk.complete:
        kept.finish(begun.id, stages.clock.now())
    elif why := why_open(walk, figures=False):
        where = f"{visit.portal.id}/{listing.id}"
        visit.note(Issue(code=OPEN, message=f"{walk.span}: {why}", where=where))
    return walk


class _Desk:
    """What a walk asks of the store and of the portal's articles."""

    def __init__(self, visit: Visit, begun: StoredBackFill, given_up: Collection[str], *, today: date) -> None:
        self._visit = visit
        self._store = visit.stages.store
        self._key = begun.id
        self._of = f"{visit.portal.id}/{begun.walk.listing}"
        self._span = begun.walk.span
        self._given_up = given_up
        self._tomorrow = today + timedelta(days=1)
        self._compared = self._apart = 0
        self._example = ""

    def seen(self, urls: Collection[str]) -> Collection[str]:
        return self._store.back_fills.seen(self._key, urls)

    def halted(self) -> str | None:
        return self._visit.stages.halt(self._visit.portal) or self._visit.must_stop()

    async def days(self, items: Sequence[ListingItem]) -> Days | None:
        """By the listing's date, else by the article's; None when the run must stop before all were asked."""
        days = {item.url: self._listed(item) for item in items}
        asked = [url for url, day in days.items() if day is None or self._span.holds(day)]
        # The oldest first, as everywhere.
        if not await self.ask(reversed(asked)):
            return None
        stored = self._store.back_fills.published(days)
        told = {url: at.astimezone(VIETNAM).date() for url, at in stored.items() if at}
        self._compare({item.url: listed_day(item.published_at) for item in items}, told)
        return days | {url: day for url, day in told.items() if days[url] is None}

    def _compare(self, listed: Days, told: Mapping[str, date]) -> None:
        """Hold a list's days against those of its stored articles; InputError when they are others."""
        for url, day in told.items():
            if (shown := listed[url]) is not None:
                self._compared += 1
                if abs((shown - day).days) > _DAYS_APART_MAX:
                    self._apart += 1
                    self._example = f"{url} is of {day}, listed for {shown}"
        if self._compared >= _COMPARED_MIN and 2 * self._apart > self._compared:
            told_apart = f"{self._apart} of {self._compared} cases ({self._example})"
            raise InputError(
                f"{self._of}: the days of the list are not those of its articles in {told_apart}: mend its date"
            )

    async def ask(self, urls: Iterable[str]) -> bool:
        """Ask for those that are not stored; False when the run must stop before the last."""
        for url in urls:
            if url in self._given_up or self._store.known(url):
                continue
            if self.halted():
                return False
            await self._visit.article(url)
            asked = self._visit.counts.asked
            self._visit.stages.progress(Event(portal=self._visit.portal.id, stage="article", done=asked, url=url))
        return True

    def keep(self, walk: BackFill, days: Days) -> None:
        met = {url: day is None or self._span.holds(day) for url, day in days.items()}
        self._store.back_fills.keep(self._key, walk, met, self._visit.stages.clock.now())

    def _listed(self, item: ListingItem) -> date | None:
        """The day by the listing; a sitemap's date only tells of what was last changed before the range."""
        day, changed = listed_day(item.published_at), listed_day(item.changed_at)
        if day is not None:
            return day if day <= self._tomorrow else None
        return changed if changed and changed < self._span.since else None

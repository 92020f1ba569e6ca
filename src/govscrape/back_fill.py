"""A back-fill wires the stages of a crawl for a range of days: page after page of a listing, each with its articles.

A page counts as walked when its articles were asked for, so that a run that is killed goes on with it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from govscrape.archive import Archive
from govscrape.clock import Clock
from govscrape.errors import InputError
from govscrape.fetch import fetcher_for, walk_back
from govscrape.fetch.back_fill import Days, listed_day
from govscrape.fetch.discover import EMPTY, MAX_PAGES, REPEATED, WINDOW
from govscrape.models.back_fill import BackFill, PortalBackFill
from govscrape.models.page import ListingItem
from govscrape.models.portal import Listing, Portal
from govscrape.models.run import Event
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
    never,
    open_stages,
    silent,
)

__all__ = ["back_fill"]


_COMPARED_MIN = 4
_DAYS_APART_MAX = 7
"""When a list's days are distrusted: most of at least so many articles are dated further apart by themselves."""


class _Range(NamedTuple):
    since: date
    until: date | None
    max_pages: int | None


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
) -> tuple[PortalBackFill, ...]:
    """Fetch and store what portals published from ``since`` to ``until``, both included, by Vietnam's days.

    An unfinished back-fill of the same range is gone on with; without ``until`` one begun without it, which ends on the
    day when it was begun, else a new one begins, to today. ``max_pages`` caps this run's walk of each listing; ``halt``
    ends a portal's part after the article at hand.
    Raises as ``pipeline.crawl`` does.
    """
    stages = await open_stages(store, archive, workers, settings, clock=clock, progress=progress, halt=halt)

    async def one(portal: Portal) -> PortalBackFill:
        if reason := halt(portal):
            return PortalBackFill(portal=portal.id, reason=f"{reason}, not begun")
        return await _fill_one(portal, stages, _Range(since, until, max_pages))

    return await each(portals, stages, one)


async def _fill_one(portal: Portal, stages: Stages, wanted: _Range) -> PortalBackFill:
    async with fetcher_for(portal, stages.settings, stages.clock, spacing=stages.spacing) as http:
        visit = Visit(portal, stages, Archiving(http, stages, lambda: stages.halt(portal)))
        walks = [await _fill_listing(visit, listing, wanted) for listing in portal.listings]
        if not (visit.must_stop() or stages.halt(portal)):
            await visit.files()
        await visit.fetcher.durable()
        found = PortalBackFill(
            portal=portal.id,
            listings=tuple(walks),
            counts=visit.counts,
            requests=http.requests,
            reason="; ".join([*filter(None, map(_complaint, walks)), *visit.complaints()]) or None,
        )
    stages.progress(Event(portal=portal.id, stage="done", done=visit.counts.asked, total=visit.counts.asked))
    return found


async def _fill_listing(visit: Visit, listing: Listing, wanted: _Range) -> BackFill:
    stages, kept = visit.stages, visit.stages.store.back_fills
    now = stages.clock.now().astimezone(VIETNAM)
    begun = kept.take_up(visit.portal.id, listing.id, wanted.since, wanted.until, now)
    given_up = settled(stages.store, visit.portal.id, ASKED_AGAIN, NOT_ASKED)
    desk = _Desk(visit, begun, given_up, today=now.date())
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
            max_pages=wanted.max_pages,
        )
        kept.keep(begun.id, walk, {}, stages.clock.now())
    # What is no longer asked for is missing all the same.
    walk = walk.model_copy(update={"missing": len(kept.missing(begun.id, GONE))})
    if walk.complete:
        kept.finish(begun.id, stages.clock.now())
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


_STOPPED = {
    MAX_PAGES: "as many pages as were allowed",
    WINDOW: "all that the feed shows; an earlier day needs a listing with pages",
    REPEATED: "every page number shows the same page",
    EMPTY: "no items",
}


def _complaint(walk: BackFill) -> str | None:
    """Why a range is not whole, for people; None when it is."""
    if walk.complete:
        return None
    if walk.closed:
        return f"{walk.listing}: {walk.missing} articles of the range could not be had"
    why = walk.detail or _STOPPED.get(walk.reason or "", walk.reason)
    oldest = f", back to {walk.oldest}" if walk.oldest else ""
    return f"{walk.listing}: {why} ({walk.pages} {'page' if walk.pages == 1 else 'pages'}{oldest})"

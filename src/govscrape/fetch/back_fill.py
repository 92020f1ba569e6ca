"""Walking a listing back through the days of a range, past what is known, over as many runs as it takes.

A portal adds articles while days pass between two runs, and takes some away: each run begins with the last page that
the one before it read, and steps back until it meets something seen, so that no item slips through between them.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from govscrape.errors import FetchError, InputError, NotAnArticle
from govscrape.fetch.client import Fetcher
from govscrape.fetch.discover import (
    EMPTY,
    END,
    HOLE_PAGES_MAX,
    MAX_PAGES,
    REPEATED,
    SHORT,
    WINDOW,
    ReadForm,
    ReadListing,
    first_form,
    read_page,
    stopped_by,
    why,
)
from govscrape.fetch.paging import Request, asked_for, linked_request, page_request
from govscrape.models.back_fill import BackFill, Place
from govscrape.models.page import ListingItem, ListingPage
from govscrape.models.portal import Listing, Portal
from govscrape.models.run import counted
from govscrape.models.schedule import VIETNAM

OLDER = "older"
HALTED = "halted"
HOLE = "hole"
NO_LINK = "item_without_link"
FEW = "few_links"
CLOSING = frozenset({OLDER, END})
_ENDED = frozenset({HOLE, NO_LINK, FEW, SHORT, REPEATED, WINDOW, EMPTY})

OLD_PAGES = 2
"""How many pages in a row must lie before the range: the first may hold nothing but articles pinned to the top."""

PAGES_MAX = 10_000
"""What ends a walk through a list without end, of which no page lies before the range."""

REPEATS_MAX = 2
"""How many pages without a new link end a walk: a page's worth of articles may come out between two requests."""

STRAY_SHARE = 4
"""Of this many items on a page one may stand out of order: pinned, or dated by hand."""

_FIRST_DAY = date(1997, 1, 1)
"""Vietnam went online in 1997."""

Days = Mapping[str, date | None]


class Desk(Protocol):
    """Who is asked what was seen before and what day an item has, and who keeps how far the walk came."""

    def seen(self, urls: Collection[str]) -> Collection[str]:
        """Those of the addresses that earlier runs of this back-fill met."""
        ...

    async def days(self, items: Sequence[ListingItem]) -> Days | None:
        """The day of each item, once those in the range, or that may be, are stored; None when the run must stop."""
        ...

    def keep(self, walk: BackFill, days: Days) -> None:
        """Store how far the walk came, together with the page's new items."""
        ...

    def halted(self) -> str | None:
        """Why no further page may be asked for, or None."""
        ...


class _At(NamedTuple):
    """A page by number, or by address where links are followed; ``form`` is the page's before it, sent back for it."""

    number: int
    url: str | None
    form: tuple[tuple[str, str], ...] = ()


async def walk_back(
    portal: Portal,
    listing: Listing,
    fetcher: Fetcher,
    begun: BackFill,
    desk: Desk,
    *,
    read: ReadListing,
    read_form: ReadForm | None = None,
    max_pages: int | None = None,
) -> BackFill:
    """Go on with a back-fill, at most ``max_pages`` further; the certificate as it stands then.

    Closed when the listing has ended, or is in the order of days and has come to those before the range. Neither the
    listing's ``max_pages`` nor known articles end the walk. An error of the network is told in the certificate.
    """
    walker = _Walker(portal, asked_for(listing, begun.span), fetcher, begun, desk, read)
    try:
        walker.form += await first_form(portal, listing, fetcher, read_form)
        reason = await walker.go(max_pages)
    except (FetchError, InputError) as error:
        reason = HALTED if desk.halted() else stopped_by(error, begun=walker.walk.items > 0)
        walker.detail = str(error)
    return walker.certified(reason)


class _Walker:
    def __init__(
        self, portal: Portal, listing: Listing, fetcher: Fetcher, walk: BackFill, desk: Desk, read: ReadListing
    ) -> None:
        self.portal = portal
        self.listing = listing
        self.fetcher = fetcher
        self.walk = walk
        self.desk = desk
        self.read = read
        self.form: list[tuple[str, str]] = []
        self.detail: str | None = None
        self.met: set[str] = set()
        self.asked: set[str] = set()
        self.empty: list[str] = []
        self.repeats = 0
        self.more = False
        self.last_page: int | None = None
        self.begun_at: _At | None = None

    async def go(self, max_pages: int | None) -> str:
        """Page after page; why it stopped. Raises FetchError and InputError."""
        at: _At | None = self._start()
        self.begun_at = at if self.walk.place.number is not None else None
        resuming, left = self.walk.pages > 0, max_pages
        while at is not None:
            if left == 0 or self.walk.pages >= PAGES_MAX:
                return MAX_PAGES
            if why := self.desk.halted():
                self.detail = why
                return HALTED
            request = self._request(at)
            self.asked.add(request.label)
            page = await self._page(request, resuming=resuming)
            left = None if left is None else left - 1
            if resuming and not self._overlaps(page) and (earlier := self._before(at)):
                at = earlier
                continue
            resuming = False
            if stop := await self._take(page, at, request.label):
                return stop
            at = self._next(page, at)
        if not self.walk.items:
            return EMPTY
        return END if not self._is_window(page) else OLDER if self._reaches_back(page) else WINDOW

    async def _page(self, request: Request, *, resuming: bool) -> ListingPage:
        """A page; where the last run ended, one that is gone proves nothing: the list may have grown shorter."""
        try:
            return await read_page(request, self.portal, self.listing, self.fetcher, self.read)
        except NotAnArticle as error:
            if not resuming or error.code not in ("soft_404", "not_found"):
                raise
            return ListingPage()

    def _start(self) -> _At:
        place = self.walk.place
        # A form that holds what was shown before, or is the page before, cannot be sent for a page in the middle.
        shown = self.listing.postback or any(source.every for source in self.listing.form_from.values())
        anew = place.number is None or shown
        return self._top() if anew or place.number is None else _At(place.number, place.url)

    def _top(self) -> _At:
        """The first page; what is new there since the walk began is later than what was seen."""
        place = self.walk.place.model_copy(update={"middle": None})
        self.walk = self.walk.model_copy(update={"place": place})
        return _At(self.listing.first_page, None)

    def _before(self, at: _At) -> _At | None:
        """Where to look for something seen: a page further up, or the top where pages are known by their link only."""
        if at.url is None and at.number == self.listing.first_page:
            return None
        return self._top() if at.url is not None else _At(at.number - 1, None)

    def _request(self, at: _At) -> Request:
        if at.form and at.url is not None:
            return linked_request(self.portal, self.listing, at.number, at.url, at.form)
        numbered = page_request(self.portal, self.listing, at.number, self.form)
        return numbered if at.url is None else Request(at.url, numbered.send)

    def _next(self, page: ListingPage, at: _At) -> _At | None:
        following = _At(at.number + 1, page.next_url, page.next_form)
        if page.next_url is not None:
            return None if self._request(following).label in self.asked else following
        numbered = self.listing.counts_pages and self.listing.next is None
        return following if numbered and (self.last_page is None or following.number <= self.last_page) else None

    def _overlaps(self, page: ListingPage) -> bool:
        return bool(self.desk.seen([item.url for item in page.items]))

    def _is_window(self, page: ListingPage) -> bool:
        """Whether a list shows only its newest items: a feed, unless it is a sitemap."""
        one_page = not (self.listing.next or self.listing.counts_pages)
        return one_page and not any(item.changed_at for item in page.items)

    def _reaches_back(self, page: ListingPage) -> bool:
        """Whether such a list is in the order of days and its last item lies before the range."""
        last = listed_day(page.items[-1].published_at) if page.items else None
        return self.walk.ordered and last is not None and last < self.walk.span.since

    async def _take(self, page: ListingPage, at: _At, label: str) -> str | None:
        """Store a page's articles and how far the walk came; the reason to stop, or None to go on."""
        self.form += page.form
        self.more = self.more or page.more
        self.last_page = page.last_page if page.last_page is not None else self.last_page
        if page.total is not None:
            self.walk = self.walk.model_copy(update={"expected": page.total})
        if not page.items:
            self.empty.append(label)
            if len(self.empty) < HOLE_PAGES_MAX and self.walk.items:
                return None
            return END if self.walk.items or self._tells_of_none(page) else EMPTY
        unmet = [item for item in page.items if item.url not in self.met]
        if not unmet:
            return self._repeated(page)
        self.repeats = 0
        self.met.update(item.url for item in unmet)
        known = self.desk.seen([item.url for item in unmet])
        fresh = [item for item in unmet if item.url not in known]
        days = await self.desk.days(fresh)
        if days is None:
            self.detail = self.desk.halted()
            return HALTED
        self._advance(page, at, days)
        self.desk.keep(self.walk, days)
        return OLDER if self.walk.ordered and self.walk.place.old_pages >= OLD_PAGES else None

    def _tells_of_none(self, page: ListingPage) -> bool:
        """Whether a list that was asked for some days says that nothing came out on them."""
        return self.listing.days is not None and page.total == 0

    def _repeated(self, page: ListingPage) -> str | None:
        self.repeats += 1
        if self.repeats < REPEATS_MAX:
            return None
        # Beyond its end a listing may show its last page again; one that offers more pages ignores their number.
        ends = self.walk.pages > 1 and not page.next_form
        return END if ends or not self.more else REPEATED

    def _advance(self, page: ListingPage, at: _At, days: Days) -> None:
        walk, span = self.walk, self.walk.span
        dated = [day for day in days.values() if day]
        place = Place(
            number=at.number,
            url=at.url,
            middle=sorted(dated)[len(dated) // 2] if dated else walk.place.middle,
            old_pages=self._old_pages(page, at, days),
            holes=(*walk.place.holes, *self.empty),
            without_link=walk.place.without_link + page.without_link * (at != self.begun_at),
        )
        self.empty.clear()
        self.walk = walk.model_copy(
            update={
                "pages": walk.pages + bool(days),
                "items": walk.items + len(days) + max(0, page.rows - len(page.items)) * bool(days),
                "wanted": walk.wanted + sum(day is None or span.holds(day) for day in days.values()),
                "undated": walk.undated + sum(day is None for day in days.values()),
                "oldest": min([*dated, *([walk.oldest] if walk.oldest else [])], default=None),
                "ordered": walk.ordered and in_order(dated, walk.place.middle),
                "place": place,
            }
        )

    def _old_pages(self, page: ListingPage, at: _At, days: Days) -> int:
        """How many pages in a row lie wholly before the range, this one included unless the last run counted it."""
        walk = self.walk
        if at == self.begun_at:
            return walk.place.old_pages
        told = [days[item.url] if item.url in days else listed_day(item.published_at) for item in page.items]
        dated = [day for day in told if day]
        return walk.place.old_pages + 1 if 2 * len(dated) >= len(told) and max(dated) < walk.span.since else 0

    def certified(self, reason: str) -> BackFill:
        """The walk as it stands, with why it stopped and whether that closes the range."""
        walk = self.walk
        if reason in CLOSING and (fault := self._fault(reason)):
            reason, self.detail = fault
        # What ended without closing the range is walked anew the next time; what was stopped is gone on with.
        place = Place() if reason in _ENDED else walk.place
        told = {"closed": reason in CLOSING, "reason": reason, "detail": self.detail, "place": place}
        return walk.model_copy(update=told)

    def _fault(self, reason: str) -> tuple[str, str] | None:
        """Why a walk that came to its end may have missed something all the same."""
        walk, place, least = self.walk, self.walk.place, self.portal.expect.links_per_listing
        if place.holes:
            return HOLE, f"{len(place.holes)} pages stayed empty, the first {place.holes[0]}"
        if place.without_link:
            return NO_LINK, f"{place.without_link} items without a link"
        if reason == END and walk.expected is not None and walk.items < walk.expected:
            return SHORT, f"{walk.items} items listed, {walk.expected} told"
        if reason == END and walk.items and self.last_page is not None and (place.number or 0) < self.last_page:
            return SHORT, f"page {place.number} was the last, {self.last_page} told"
        # How many articles come out on some days says nothing about a list that shows only those.
        few = self.listing.days is None and walk.items < least
        return (FEW, f"{walk.items} links, at least {least} expected") if few else None


def why_open(walk: BackFill, *, figures: bool = True) -> str | None:
    """Why a range is not whole, for people, with how far the walk came or without ``figures``; None when it is whole.

    A walk without a reason was killed or ended by an error, unless it is at work.
    """
    if walk.complete:
        return None
    if walk.closed:
        return f"{counted(walk.missing, 'article') if figures else 'articles'} of the range could not be had"
    told = why(walk.reason or "broken off", walk.detail)
    if not figures:
        return told
    oldest = f", back to {walk.oldest}" if walk.oldest else ""
    return f"{told} ({counted(walk.pages, 'page')}{oldest})"


def listed_day(moment: datetime | None) -> date | None:
    """The day in Vietnam that a list gives for an item; None also for what a portal prints where it knows none."""
    day = moment.astimezone(VIETNAM).date() if moment else None
    return day if day and day >= _FIRST_DAY else None


def in_order(days: Sequence[date], middle: date | None) -> bool:
    """Whether days go from new to old, but for strays, and follow a page whose middle day was ``middle``."""
    later = 0 if middle is None else sum(day > middle for day in days)
    return max(len(days) - _longest_fall(days), later) <= len(days) // STRAY_SHARE


def _longest_fall(days: Sequence[date]) -> int:
    """How many of the days can be kept so that none is later than the one before it."""
    ends: list[int] = []
    for day in days:
        at = bisect_right(ends, -day.toordinal())
        ends[at : at + 1] = [-day.toordinal()]
    return len(ends)

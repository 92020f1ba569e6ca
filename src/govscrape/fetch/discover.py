"""Walking a listing until it meets what is already known, and saying whether the chain is whole."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from govscrape.errors import FetchError, InputError, NotAnArticle
from govscrape.fetch.client import Fetcher
from govscrape.fetch.paging import Request, absolute_url, linked_request, page_request
from govscrape.models.page import ListingItem, ListingPage, Page
from govscrape.models.portal import Listing, Portal
from govscrape.models.run import Certificate

ReadListing = Callable[[Page, Portal, Listing], Awaitable[ListingPage]]
ReadForm = Callable[[Page, Listing], Awaitable[tuple[tuple[str, str], ...]]]
HOLE_PAGES_MAX = 3

OVERLAP = "overlap"
END = "end"
REPEATED = "repeated_page"
NO_NEW_LINK = "no_new_link"
MAX_PAGES = "max_pages"
WINDOW = "feed_window"
EMPTY = "empty"
FAILED = "failed"
UNREADABLE = "not_read"
SHORT = "short"
_CLOSING = frozenset({OVERLAP, END, MAX_PAGES, WINDOW})


@dataclass(frozen=True, slots=True)
class Discovery:
    """The articles of a listing, newest first as listed and each once, with the walk's certificate."""

    items: tuple[ListingItem, ...]
    pages: tuple[str, ...]
    certificate: Certificate


@dataclass(slots=True)
class _Walk:
    items: dict[str, ListingItem] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    shapes: set[tuple[str, ...]] = field(default_factory=set)
    holes: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    overlap: int = 0
    met: bool = False
    without_link: int = 0
    more: bool = False
    leads_on: bool = False
    """Whether the newest page sends its form back for another."""
    rows: int = 0
    total: int | None = None
    last_page: int | None = None
    told_before: int | None = None
    detail: str | None = None

    def told(self, page: ListingPage) -> None:
        """Remember what a page says of the whole listing: the newest word counts."""
        self.total = page.total if page.total is not None else self.total
        self.last_page = page.last_page if page.last_page is not None else self.last_page

    @property
    def accounted(self) -> bool:
        """Whether as many new items were seen as the listing says it has more than before."""
        if self.total is None or self.told_before is None:
            return True
        return self.rows - self.overlap >= self.total - self.told_before

    @property
    def shortfall(self) -> str | None:
        """What is missing by the listing's own word when its end was reached."""
        if self.total is not None and self.rows < self.total:
            return f"{self.rows} items listed, {self.total} told"
        if self.last_page is not None and len(self.shapes) < self.last_page:
            return f"{len(self.shapes)} pages listed, {self.last_page} told"
        return None


async def discover(
    portal: Portal,
    listing: Listing,
    fetcher: Fetcher,
    known: Callable[[str], bool],
    *,
    read: ReadListing,
    read_form: ReadForm | None = None,
    max_pages: int | None = None,
    trust_overlap: bool = True,
    told_before: int | None = None,
) -> Discovery:
    """Walk ``listing`` from its first page.

    ``read`` parses a listing page, ``read_form`` the page that a POST listing's form is filled from. ``trust_overlap``
    False walks on through known articles: for a listing never walked, or whose last walk did not close, where a known
    article proves nothing about the older ones. ``told_before`` is how many items the listing last said it has: known
    articles end the walk only when the growth since was seen. An error of the network ends the walk and is told in the
    certificate, never raised.
    """
    limit = min(max_pages or listing.max_pages, listing.max_pages)
    walk = _Walk(told_before=told_before)
    reason = MAX_PAGES
    try:
        walk.form += await first_form(portal, listing, fetcher, read_form)
        request: Request | None = page_request(portal, listing, listing.first_page, walk.form)
        while request is not None and len(walk.pages) < limit:
            page = await read_page(request, portal, listing, fetcher, read)
            walk.pages.append(request.label)
            stop = _take(page, walk, known, trust_overlap)
            request = _next(page, portal, listing, walk)
            if stop or request is None:
                reason = stop or _last_reason(listing, walk)
                break
    except (FetchError, InputError) as error:
        reason = stopped_by(error, begun=bool(walk.items))
        walk.detail = str(error)
    return Discovery(tuple(walk.items.values()), tuple(walk.pages), _certify(listing, walk, reason, trust_overlap))


async def first_form(
    portal: Portal, listing: Listing, fetcher: Fetcher, read_form: ReadForm | None
) -> tuple[tuple[str, str], ...]:
    """What the portal's own page adds to a POST listing's form. FetchError, InputError."""
    if listing.form_page is None or read_form is None:
        return ()
    page = await fetcher.fetch(absolute_url(portal, listing.form_page))
    if page.status >= 400:
        raise FetchError(f"{page.url}: HTTP {page.status}")
    return await read_form(page, listing)


async def read_page(
    request: Request, portal: Portal, listing: Listing, fetcher: Fetcher, read: ReadListing
) -> ListingPage:
    """A page of a listing; one without items is asked for twice. FetchError, InputError."""
    page = await _listing_page(request, portal, listing, fetcher, read)
    if page.items:
        return page
    # Some portals answer one page of a walk empty and fill it when asked again.
    again = await _listing_page(request, portal, listing, fetcher, read)
    return again if again.items else page


async def _listing_page(
    request: Request, portal: Portal, listing: Listing, fetcher: Fetcher, read: ReadListing
) -> ListingPage:
    page = await (fetcher.fetch(request.url, request.send) if request.send else fetcher.fetch(request.url))
    if page.status in (404, 410):
        raise NotAnArticle(f"{request.label}: HTTP {page.status}", "soft_404")
    if page.status != 200:
        raise FetchError(f"{request.label}: HTTP {page.status}")
    try:
        return await read(page, portal, listing)
    except NotAnArticle as error:
        if error.code == EMPTY:
            return ListingPage()
        raise


_WHY = {
    MAX_PAGES: "as many pages as were allowed",
    WINDOW: "all that the feed shows; what came out before needs a listing with pages",
    REPEATED: "every page number shows the same page",
    NO_NEW_LINK: "a page without a new link, and nothing known was met",
    EMPTY: "no items; was the list redesigned or moved?",
    FAILED: "the list could not be read",
    UNREADABLE: "the list could not be read",
}


def why(reason: str, detail: str | None = None) -> str:
    """Why a walk proves nothing, for people; a ``detail`` tells it best."""
    return detail or _WHY.get(reason, reason)


def stopped_by(error: FetchError | InputError, *, begun: bool) -> str:
    """The reason that an error gives for the end of a walk; ``begun``: it has seen items."""
    if not isinstance(error, NotAnArticle):
        return FAILED if isinstance(error, FetchError) else UNREADABLE
    if error.code in ("soft_404", "not_found") and begun:
        return END
    return error.code


def _take(page: ListingPage, walk: _Walk, known: Callable[[str], bool], trust_overlap: bool) -> str | None:
    """Add a page's items; the reason to stop, or None to go on."""
    walk.without_link += page.without_link
    walk.more = walk.more or page.more
    walk.leads_on = bool(page.next_form)
    walk.form += page.form
    walk.told(page)
    if not page.items:
        walk.empty.append(walk.pages[-1])
        return EMPTY if len(walk.empty) >= HOLE_PAGES_MAX or not walk.items else None
    urls = tuple(item.url for item in page.items)
    if urls in walk.shapes:
        return REPEATED
    fresh = [item for item in page.items if item.url not in walk.items]
    if not fresh:
        return NO_NEW_LINK
    walk.shapes.add(urls)
    walk.holes += walk.empty
    walk.empty.clear()
    walk.items.update((item.url, item) for item in fresh)
    walk.rows += len(fresh) + max(0, page.rows - len(page.items))
    already = sum(known(item.url) for item in fresh)
    walk.overlap += already
    # An old article pinned to the top is known too; the oldest on the page is what tells.
    walk.met = known(page.items[-1].url)
    return OVERLAP if trust_overlap and already == len(fresh) and walk.accounted else None


def _next(page: ListingPage, portal: Portal, listing: Listing, walk: _Walk) -> Request | None:
    number = listing.first_page + len(walk.pages)
    if page.next_url is not None:
        request = linked_request(portal, listing, number, page.next_url, page.next_form)
        return None if request.label in walk.pages else request
    if listing.counts_pages and listing.next is None and (walk.last_page is None or number <= walk.last_page):
        return page_request(portal, listing, number, walk.form)
    return None


def _last_reason(listing: Listing, walk: _Walk) -> str:
    if not walk.items:
        return EMPTY
    return END if listing.next or listing.counts_pages else WINDOW


def _certify(listing: Listing, walk: _Walk, reason: str, trust_overlap: bool) -> Certificate:
    if reason == EMPTY and walk.items:
        reason = END
    if reason in (REPEATED, NO_NEW_LINK) and len(walk.shapes) > 1 and not walk.leads_on:
        # Beyond its end such a listing shows its last page again.
        reason = END
    if reason == END and walk.shortfall:
        reason, walk.detail = SHORT, walk.shortfall
    if reason == MAX_PAGES and trust_overlap and not walk.accounted:
        new, told = walk.rows - walk.overlap, (walk.total or 0) - (walk.told_before or 0)
        reason, walk.detail = SHORT, f"{new} new items listed, {told} more told than before"
    met = walk.met and trust_overlap
    # A first page that comes again is all there is, unless it offers another: then the page number is ignored.
    ends = reason in _CLOSING or (reason in (REPEATED, NO_NEW_LINK) and (met or not walk.more))
    closed = not walk.holes and (met or not trust_overlap) and ends
    return Certificate(
        listing=listing.id,
        pages=len(walk.pages),
        items=len(walk.items),
        overlap=walk.overlap,
        closed=closed,
        reason=reason,
        holes=tuple(walk.holes),
        without_link=walk.without_link,
        detail=walk.detail,
        expected=walk.total,
    )

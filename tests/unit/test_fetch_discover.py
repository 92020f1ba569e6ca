"""Walks over listings that are lists of numbers: when to stop, and what the certificate may claim."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

import pytest

from govscrape.errors import FetchError, NotAnArticle
from govscrape.fetch.discover import Discovery, discover
from govscrape.fetch.paging import page_url
from govscrape.models.page import ListingItem, ListingPage, Page, Send
from govscrape.models.portal import Listing, Portal
from govscrape.models.run import Certificate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://tinh.example"
LISTING = Listing(id="news", url="/news?page={page}", item="li", max_pages=6)
PORTAL = Portal(id="p", name="P", province="Test", base_url=BASE, listings=(LISTING,))
Pages = Mapping[int, list[int] | Exception | int]


class Site:
    """Page number → article numbers, an error, or a status; a list of lists answers each time another."""

    def __init__(self, pages: Pages, beyond: Callable[[int], list[int]] = lambda _: []) -> None:
        self.pages = pages
        self.beyond = beyond
        self.asked: list[int] = []

    async def fetch(self, url: str, send: Send | None = None) -> Page:  # noqa: ARG002
        number = int(url.rpartition("=")[2])
        self.asked.append(number)
        answer = self.pages.get(number, 200)
        if isinstance(answer, FetchError):
            raise answer
        return Page(url=url, final_url=url, status=answer if isinstance(answer, int) else 200, fetched_at=NOW)

    async def read(self, page: Page, portal: Portal, listing: Listing) -> ListingPage:  # noqa: ARG002
        number = int(page.url.rpartition("=")[2])
        answer = self.pages.get(number)
        if isinstance(answer, NotAnArticle):
            raise answer
        numbers = answer if isinstance(answer, list) else self.beyond(number)
        return ListingPage(items=tuple(ListingItem(url=f"{BASE}/{n}") for n in numbers))


def walk(site: Site, known: Collection[int] = (), *, trust: bool = True, max_pages: int | None = None) -> Discovery:
    urls = {f"{BASE}/{n}" for n in known}
    return asyncio.run(
        discover(PORTAL, LISTING, site, urls.__contains__, read=site.read, max_pages=max_pages, trust_overlap=trust)
    )


def numbers(found: Discovery) -> list[int]:
    return [int(item.url.rpartition("/")[2]) for item in found.items]


def test_stops_where_everything_is_known() -> None:
    """The steady state: one page more than what is new, and the chain is whole."""
    site = Site({1: [9, 8], 2: [7, 6], 3: [5, 4]})
    found = walk(site, known=[7, 6, 5, 4])
    assert (numbers(found), site.asked) == ([9, 8, 7, 6], [1, 2])
    assert (found.certificate.closed, found.certificate.reason, found.certificate.overlap) == (True, "overlap", 2)


def test_a_pinned_old_article_is_no_overlap() -> None:
    """An article kept on top for years must not end the walk before the new ones."""
    found = walk(Site({1: [1, 9], 2: [8, 7], 3: [3, 2]}), known=[1, 2, 3])
    assert numbers(found) == [1, 9, 8, 7, 3, 2]


def test_without_trust_known_articles_do_not_end_the_walk() -> None:
    """After a killed first run the newest pages are known and the older ones are not."""
    found = walk(Site({1: [9, 8], 2: [7, 6]}), known=[9, 8], trust=False)
    assert numbers(found) == [9, 8, 7, 6]
    assert (found.certificate.closed, found.certificate.reason) == (True, "end")


def test_a_page_parameter_that_is_ignored() -> None:
    """?page=2 that answers page 1 for ever: two requests, not six, and no claim to have met the past."""
    site = Site({}, beyond=lambda _: [9, 8])
    found = walk(site, known=[1])
    assert site.asked == [1, 2]
    assert (found.certificate.closed, found.certificate.reason) == (False, "repeated_page")


def test_the_last_page_again_is_the_end() -> None:
    """Many listings show their last page for every number beyond it."""
    found = walk(Site({1: [9, 8], 2: [7, 6]}, beyond=lambda _: [7, 6]), trust=False)
    assert (numbers(found), found.certificate.closed, found.certificate.reason) == ([9, 8, 7, 6], True, "end")


def test_the_same_links_in_another_order_are_no_new_page() -> None:
    """A box of random articles must not keep the walk going."""
    site = Site({1: [9, 8]}, beyond=lambda _: [8, 9])
    assert walk(site).certificate.reason == "no_new_link"
    assert site.asked == [1, 2]


def test_an_empty_page_in_the_middle_is_asked_again_and_then_a_hole() -> None:
    """Empty is not the end until nothing follows; what stayed empty leaves the chain open."""
    site = Site({1: [9, 8], 2: [], 3: [5, 4]})
    found = walk(site, trust=False)
    assert numbers(found) == [9, 8, 5, 4]
    assert site.asked[:4] == [1, 2, 2, 3]
    assert (found.certificate.closed, found.certificate.holes) == (False, (f"{BASE}/news?page=2",))


def test_a_page_that_is_empty_only_once_is_no_hole() -> None:
    """Some portals fill the page when it is asked a second time."""

    class OnceEmpty(Site):
        async def read(self, page: Page, portal: Portal, listing: Listing) -> ListingPage:
            return ListingPage() if self.asked == [1, 2] else await super().read(page, portal, listing)

    found = walk(OnceEmpty({1: [9, 8], 2: [7, 6]}), trust=False)
    assert (numbers(found), found.certificate.closed, found.certificate.holes) == ([9, 8, 7, 6], True, ())


def test_an_empty_first_page_is_never_success() -> None:
    """A redesign empties the listing; that must be loud."""
    found = walk(Site({}), trust=False)
    assert (found.certificate.closed, found.certificate.reason, found.items) == (False, "empty", ())


@pytest.mark.parametrize("error", [404, NotAnArticle("x", "soft_404")], ids=["404", "soft 404"])
def test_a_missing_page_ends_a_walk_only_after_others(error: int | Exception) -> None:
    """Page 3 of 2 is the end; a first page that is missing is a broken address."""
    assert walk(Site({1: [9], 2: [8], 3: error}), trust=False).certificate.closed
    broken = walk(Site({1: error}), trust=False).certificate
    assert (broken.closed, broken.reason) == (False, "soft_404")


@pytest.mark.parametrize(
    ("error", "reason"),
    [(FetchError("x: HTTP 503"), "failed"), (403, "failed"), (NotAnArticle("x", "blocked"), "blocked")],
)
def test_a_failure_keeps_what_was_seen_and_says_so(error: int | Exception, reason: str) -> None:
    """Blocked is not empty, and half a walk is no whole one."""
    found = walk(Site({1: [9, 8], 2: error}), trust=False)
    assert (numbers(found), found.certificate.closed, found.certificate.reason) == ([9, 8], False, reason)
    assert found.certificate.detail


def test_the_page_limit() -> None:
    """A first walk may stop at its limit; a later one that met nothing known by then has a hole."""
    site = Site({n: [100 - 2 * n, 99 - 2 * n] for n in range(1, 20)})
    first = walk(site, max_pages=2, trust=False).certificate
    later = walk(site, max_pages=2, known=[1]).certificate
    assert (first.pages, first.closed, first.reason) == (2, True, "max_pages")
    assert (later.pages, later.closed, later.reason) == (2, False, "max_pages")
    assert walk(site, trust=False).certificate.pages == LISTING.max_pages


def test_a_listing_that_ends_before_anything_known_is_open() -> None:
    """A pager that a redesign took away looks like a short listing."""
    assert walk(Site({1: [9, 8]}), known=[1]).certificate == walk(Site({1: [9, 8]})).certificate
    assert not walk(Site({1: [9, 8]}), known=[1]).certificate.closed


@pytest.mark.parametrize("known", [(), (8,)], ids=["all new", "met"])
def test_a_feed_shows_a_window(known: tuple[int, ...]) -> None:
    """What fell out of a feed between two runs is lost unless the feed still shows something known."""
    feed = Listing(id="rss", url="/rss?n=1", kind="rss")
    site = Site({1: [9, 8]})
    urls = {f"{BASE}/{n}" for n in known}
    found = asyncio.run(discover(PORTAL, feed, site, urls.__contains__, read=site.read))
    assert (found.certificate.reason, found.certificate.closed) == ("feed_window", bool(known))
    assert site.asked == [1]


def test_follows_the_next_link_and_not_in_circles() -> None:
    """A portal whose pages have no numbers; a last page that points at the first."""
    listing = Listing(id="next", url="/x?p=1", next="a.next")
    site = Site({1: [9], 2: [8], 3: [7]})

    async def read(page: Page, portal: Portal, of: Listing) -> ListingPage:
        number = int(page.url.rpartition("=")[2])
        found = await site.read(page, portal, of)
        return found.model_copy(update={"next_url": f"{BASE}/x?p={number % 3 + 1}"})

    found = asyncio.run(discover(PORTAL, listing, site, lambda _: False, read=read, trust_overlap=False))
    assert (site.asked, found.certificate.reason, found.certificate.closed) == ([1, 2, 3], "end", True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/news?page={page}", f"{BASE}/news?page=2"),
        ("news/page-{page}", f"{BASE}/news/page-2"),
        ("https://other.example/rss", "https://other.example/rss"),
    ],
)
def test_listing_addresses(url: str, expected: str) -> None:
    """Relative to the portal's base, or whole."""
    assert page_url(PORTAL, Listing(id="x", url=url), 2) == expected


class Telling(Site):
    """A site that tells its total, and its last page."""

    total: int | None = None
    last_page: int | None = None

    async def read(self, page: Page, portal: Portal, listing: Listing) -> ListingPage:
        found = await super().read(page, portal, listing)
        told = {"rows": len(found.items), "total": self.total, "last_page": self.last_page}
        return found.model_copy(update=told)


def told(site: Site, known: Collection[int] = (), *, before: int | None = None, trust: bool = True) -> Certificate:
    urls = {f"{BASE}/{n}" for n in known}
    walked = discover(PORTAL, LISTING, site, urls.__contains__, read=site.read, trust_overlap=trust, told_before=before)
    return asyncio.run(walked).certificate


@pytest.mark.parametrize(("total", "closed"), [(4, True), (3, True), (5, False)], ids=["as told", "more", "fewer"])
def test_an_end_is_held_against_the_total(total: int, closed: bool) -> None:
    """A list that breaks off looks like one that ends; an article taken away meanwhile is nothing."""
    site = Telling({1: [9, 8], 2: [7, 6]})
    site.total = total
    walk = told(site, trust=False)
    assert (walk.closed, walk.reason, walk.expected) == (closed, "end" if closed else "short", total)


def test_no_page_beyond_the_last_is_asked_for() -> None:
    """One CMS answers it with an error, which would leave every walk open."""
    site = Telling({1: [9, 8], 2: [7, 6], 3: 400})
    site.last_page = 2
    assert (told(site, trust=False).reason, site.asked) == ("end", [1, 2])
    early = Telling({1: [9, 8]})
    early.last_page = 2
    assert (told(early, trust=False).reason, told(early, trust=False).closed) == ("short", False)


@pytest.mark.parametrize(
    ("total", "last", "reason"),
    [(8, 2, "overlap"), (9, 4, "overlap"), (7, 2, "overlap"), (12, 6, "short")],
    ids=["one new and one told", "the second stands among the old", "some were taken away", "more than is listed"],
)
def test_known_articles_end_a_walk_only_when_the_growth_was_seen(total: int, last: int, reason: str) -> None:
    """An article put in below the newest known ones is found, once the list counts it."""
    site = Telling({1: [9, 8], 2: [7, 6], 3: [99, 5], 4: [4, 3]})
    site.total = total
    walk = told(site, known=[8, 7, 6, 5, 4, 3], before=7)
    assert (walk.reason, max(site.asked), walk.closed) == (reason, last, reason == "overlap")


def test_growth_that_the_page_limit_hides_is_told_once() -> None:
    """The next run counts from what was told then: an address that is no article must not ring for ever."""
    pages = {1: [9, 8], **{n: [20 - 2 * n, 19 - 2 * n] for n in range(2, 20)}}
    site = Telling(pages)
    site.total = 90
    known = {n for numbers in pages.values() for n in numbers} - {9}
    walk = told(site, known, before=80)
    assert (walk.closed, walk.reason, walk.detail) == (False, "short", "1 new items listed, 10 more told than before")
    assert told(Telling(pages), known, before=90).closed

"""A back-fill that is stopped and taken up again while its listing shifts misses nothing of a range it calls closed."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.errors import FetchError, NotAnArticle
from govscrape.fetch.back_fill import Days, in_order, walk_back
from govscrape.models.back_fill import BackFill, Span
from govscrape.models.page import ListingItem, ListingPage, Page, Send
from govscrape.models.portal import Listing, Portal

NOW = datetime(2026, 1, 1, 5, tzinfo=UTC)
FIRST = date(2020, 1, 1)
BASE = "https://tinh.example"
LISTING = Listing(id="news", url="/news?page={page}", item="li")
PORTAL = Portal(id="p", name="P", province="Test", base_url=BASE, listings=(LISTING,))
Beyond = Literal["empty", "missing", "last again", "first again"]


def day_of(number: int) -> date:
    """Two articles a day."""
    return FIRST + timedelta(days=number // 2)


class Site:
    """A listing that grows and shrinks: article numbers, the newest first."""

    def __init__(self, numbers: list[int], per_page: int, beyond: Beyond, *, dated: bool, told: bool) -> None:
        self.numbers = numbers
        self.per_page = per_page
        self.beyond = beyond
        self.dated = dated
        self.told = told
        self.next = max(numbers, default=0) + 1
        self.fails: set[int] = set()
        self.grows: dict[int, int] = {}
        self.asked = 0

    def grow(self, count: int) -> None:
        for _ in range(count):
            self.numbers.insert(0, self.next)
            self.next += 1

    async def fetch(self, url: str, send: Send | None = None) -> Page:  # noqa: ARG002
        self.asked += 1
        self.grow(self.grows.pop(self.asked, 0))
        if self.asked in self.fails:
            raise FetchError(url)
        return Page(url=url, final_url=url, status=200, fetched_at=NOW)

    async def read(self, page: Page, _portal: Portal, _listing: Listing) -> ListingPage:
        number = int(page.url.rpartition("=")[2])
        last = -(-len(self.numbers) // self.per_page)
        if number > last:
            if self.beyond == "missing":
                raise NotAnArticle(page.url, "soft_404")
            if self.beyond == "empty" or not self.numbers:
                return ListingPage()
            number = last if self.beyond == "last again" else 1
        shown = self.numbers[(number - 1) * self.per_page : number * self.per_page]
        return ListingPage(
            items=tuple(self.item(n) for n in shown), rows=len(shown), total=len(self.numbers) if self.told else None
        )

    def item(self, number: int) -> ListingItem:
        at = datetime.combine(day_of(number), datetime.min.time(), UTC) if self.dated else None
        return ListingItem(url=f"{BASE}/{number}", published_at=at)


class Memory:
    """A desk that stores what it is asked for."""

    def __init__(self, span: Span) -> None:
        self.walk = BackFill(listing="news", span=span)
        self.met: dict[str, date | None] = {}
        self.stored: set[int] = set()
        self.out_of_range = 0

    def seen(self, urls: Collection[str]) -> Collection[str]:
        return [url for url in urls if url in self.met]

    async def days(self, items: Sequence[ListingItem]) -> Days:
        days: dict[str, date | None] = {}
        for item in items:
            number = int(item.url.rpartition("/")[2])
            days[item.url] = day_of(number)
            inside = self.walk.span.holds(day_of(number))
            if item.published_at is None or inside:
                self.stored.add(number)
            self.out_of_range += item.published_at is not None and number in self.stored and not inside
        return days

    def keep(self, walk: BackFill, days: Days) -> None:
        self.walk = walk
        self.met.update(days)

    def halted(self) -> str | None:
        return None


@st.composite
def sessions(draw: st.DrawFn) -> list[tuple[int, int, list[int], int, int]]:
    """Runs: how many pages each may ask for, what came and what was taken away before it, when it grows and fails."""
    run = st.tuples(
        st.integers(1, 6),
        st.integers(0, 12),
        st.lists(st.integers(0, 60), max_size=40),
        st.integers(0, 6),
        st.integers(0, 9),
    )
    return draw(st.lists(run, min_size=1, max_size=12))


@settings(max_examples=400)
@given(
    total=st.integers(0, 60),
    per_page=st.integers(3, 7),
    beyond=st.sampled_from(["empty", "missing", "last again", "first again"]),
    dated=st.booleans(),
    told=st.booleans(),
    upside_down=st.booleans(),
    since=st.integers(0, 30),
    length=st.integers(0, 15),
    runs=sessions(),
)
def test_a_closed_range_has_all_that_stayed(
    total: int,
    per_page: int,
    beyond: Beyond,
    dated: bool,
    told: bool,
    upside_down: bool,
    since: int,
    length: int,
    runs: list[tuple[int, int, list[int], int, int]],
) -> None:
    """Whatever comes and goes between the runs, and a page's worth of articles in the middle of one."""
    numbers = list(range(1, total + 1)) if upside_down else list(range(total, 0, -1))
    site = Site(numbers, per_page, beyond, dated=dated, told=told)
    start = FIRST + timedelta(days=since)
    desk = Memory(Span(since=start, until=start + timedelta(days=length)))
    stayed = set(site.numbers)
    for budget, came, gone, grows, fails in runs:
        if not upside_down:
            site.grow(came)
        for at in gone:
            if at < len(site.numbers):
                stayed.discard(site.numbers.pop(at))
        site.grows = {} if upside_down else {site.asked + 2: min(grows, per_page)}
        site.fails = {site.asked + fails}
        asked = site.asked
        walk = asyncio.run(walk_back(PORTAL, LISTING, site, desk.walk, desk, read=site.read, max_pages=budget))
        assert site.asked - asked <= 2 * budget
        assert len({*desk.met}) == len(desk.met)
        assert walk.wanted == sum(desk.walk.span.holds(day) for day in desk.met.values() if day)
        if walk.closed:
            assert {n for n in stayed if desk.walk.span.holds(day_of(n))} <= desk.stored
            break
        desk.walk = walk
    assert desk.out_of_range == 0


@given(days=st.lists(st.dates(date(2020, 1, 1), date(2024, 1, 1)), min_size=4, max_size=30, unique=True))
def test_order_is_told_from_disorder(days: list[date]) -> None:
    """From new to old, with at most one of four out of place."""
    fallen = sorted(days, reverse=True)
    assert in_order(fallen, None)
    assert in_order([fallen[-1], *fallen[:-1]], None)
    assert not in_order(fallen[::-1], None)
    assert not in_order(fallen, fallen[-1])

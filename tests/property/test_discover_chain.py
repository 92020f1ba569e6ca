"""A certificate must never claim more than the walk saw, whatever the listing does."""

import asyncio
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.errors import FetchError, NotAnArticle
from govscrape.fetch.discover import discover
from govscrape.models.page import ListingItem, ListingPage, Page, Send
from govscrape.models.portal import Listing, Portal

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://tinh.example"
FAULTS = st.sampled_from(["fine", "fails", "empty", "empty once", "missing", "blocked"])
BEYOND = st.sampled_from(["empty", "missing", "last again", "first again"])


class Site:
    def __init__(self, pages: list[list[int]], faults: list[str], beyond: str) -> None:
        self.pages = pages
        self.faults = faults
        self.beyond = beyond
        self.asked = 0
        self.seen: set[int] = set()

    async def fetch(self, url: str, send: Send | None = None) -> Page:  # noqa: ARG002
        self.asked += 1
        number = int(url.rpartition("=")[2])
        fault = self.faults[number - 1] if number <= len(self.faults) else "fine"
        if fault == "fails":
            raise FetchError(url)
        return Page(url=url, final_url=url, status=404 if fault == "missing" else 200, fetched_at=NOW)

    async def read(self, page: Page, _portal: Portal, _listing: Listing) -> ListingPage:
        number = int(page.url.rpartition("=")[2])
        fault = self.faults[number - 1] if number <= len(self.faults) else "fine"
        first = number not in self.seen
        self.seen.add(number)
        if fault == "blocked":
            raise NotAnArticle(page.url, "blocked")
        if fault == "empty" or (fault == "empty once" and first):
            return ListingPage()
        if number > len(self.pages):
            if self.beyond == "missing":
                raise NotAnArticle(page.url, "soft_404")
            if self.beyond == "empty" or not self.pages:
                return ListingPage()
            number = len(self.pages) if self.beyond == "last again" else 1
        return ListingPage(items=tuple(ListingItem(url=f"{BASE}/{n}") for n in self.pages[number - 1]))


@settings(max_examples=400)
@given(
    total=st.integers(0, 30),
    per_page=st.integers(2, 6),
    known=st.integers(0, 30),
    pinned=st.booleans(),
    faults=st.lists(FAULTS, max_size=8),
    beyond=BEYOND,
    trust=st.booleans(),
    max_pages=st.integers(1, 10),
)
def test_closed_means_that_nothing_new_was_missed(
    total: int, per_page: int, known: int, pinned: bool, faults: list[str], beyond: str, trust: bool, max_pages: int
) -> None:
    """Articles 1..total, the newest first, of which 1..known are stored; the oldest may be pinned to the top."""
    numbers = list(range(total, 0, -1))
    if pinned and total > per_page:
        numbers = [1, *numbers]
    pages = [numbers[at : at + per_page] for at in range(0, len(numbers), per_page)]
    site = Site(pages, faults, beyond)
    listing = Listing(id="news", url="/news?page={page}", item="li", max_pages=20)
    portal = Portal(id="p", name="P", province="Test", base_url=BASE, listings=(listing,))
    stored = {f"{BASE}/{n}" for n in range(1, known + 1)}
    found = asyncio.run(
        discover(portal, listing, site, stored.__contains__, read=site.read, max_pages=max_pages, trust_overlap=trust)
    )
    seen = {int(item.url.rpartition("/")[2]) for item in found.items}
    assert len(seen) == len(found.items)
    assert site.asked <= 2 * max_pages
    assert len(found.pages) <= max_pages
    if found.certificate.closed and trust:
        assert seen >= set(range(known + 1, total + 1))
    # A tail that stays empty cannot be told from the end, nor can a pager that starts anew.
    end_shows = beyond != "first again" and "empty" not in faults
    if found.certificate.closed and found.certificate.reason == "end" and end_shows:
        assert seen >= set(range(known + 1, total + 1))
    if not found.items:
        assert not found.certificate.closed

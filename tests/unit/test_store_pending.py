"""What the next run takes up again, and when it stops trying."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govscrape.models.article import Article
from govscrape.models.records import Extraction, Issue
from govscrape.store import Certificate, Store
from govscrape.store.pending import GIVEN_UP, PATIENCE, Chain, chain_of, pending, settled

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://tinh.example/1"
LATER = ("fetch_failed",)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db") as opened:
        yield opened


def note(store: Store, code: str, times: int = 1, url: str = URL) -> None:
    for _ in range(times):
        store.save_issue(Issue(code=code, message="x", where=url), seen_at=NOW, portal="p")


def left(store: Store) -> tuple[bool, bool]:
    """Whether the address is asked again of itself, and whether it is refused when listed."""
    return URL in pending(store, "p", LATER, "not_asked"), URL in settled(store, "p", LATER, "not_asked")


@pytest.mark.parametrize(
    ("code", "times", "expected"),
    [
        ("fetch_failed", 1, (True, False)),
        ("fetch_failed", PATIENCE - 1, (True, False)),
        ("fetch_failed", PATIENCE, (False, True)),
        ("soft_404", 1, (False, False)),
        ("soft_404", GIVEN_UP, (False, True)),
        ("not_asked", 100, (True, False)),
    ],
)
def test_patience(store: Store, code: str, times: int, expected: tuple[bool, bool]) -> None:
    """An outage of a week loses nothing, a dead link is not asked for years, not being asked is no failure."""
    note(store, code, times)
    assert left(store) == expected


def test_another_portals_issue_and_a_stored_article_are_no_debt(store: Store) -> None:
    """What was read in the end is done."""
    assert pending(store, "q", LATER, "not_asked") == ()
    note(store, "fetch_failed", PATIENCE)
    extraction = Extraction(article=Article(url=URL, portal="p", title="t", body="b"))
    store.save(extraction, fetched_at=NOW, ruleset_version="1", code_version="1")
    assert left(store) == (False, False)


def finish(store: Store, at: datetime, *, closed: bool = True, listing: str = "news", told: int | None = None) -> None:
    run = store.runs.start_run("p", started_at=at)
    walks = {listing: Certificate(1, 1, 1, closed, "overlap", told)}
    store.runs.finish_run(run, finished_at=at, counts={}, partial=not closed, certificates=walks)


def chain(store: Store) -> Chain:
    return chain_of(store, store.runs.start_run("p", started_at=NOW + 9 * DAY), "news")


def put(store: Store, url: str, at: datetime) -> None:
    extraction = Extraction(article=Article(url=url, portal="p", title="t", body=url))
    store.save(extraction, fetched_at=at, ruleset_version="1", code_version="1")


def test_before_a_closed_walk_there_is_no_chain(store: Store) -> None:
    """Meeting a known article proves something only when what lies below it was walked."""
    put(store, URL, NOW)
    assert (chain(store).begun, chain(store).holds(URL), chain(store).holds(f"{URL}0")) == (False, True, False)


@pytest.mark.parametrize(
    ("closed", "listing", "expected"), [(True, "news", True), (False, "news", False), (True, "x", False)]
)
def test_a_closed_walk_of_the_listing_begins_it(store: Store, closed: bool, listing: str, expected: bool) -> None:
    """Open, or a listing that is new to the portal's file."""
    finish(store, NOW, closed=closed, listing=listing)
    assert chain(store).begun is expected


def test_what_came_after_the_last_closed_walk_is_no_part_of_it(store: Store) -> None:
    """A killed run, an open one and a back-fill store articles whose older neighbours nobody has seen."""
    put(store, URL, NOW)
    note(store, "fetch_failed", url=f"{URL}/failed")
    finish(store, NOW)
    put(store, f"{URL}/later", NOW + DAY)
    store.save_issue(Issue(code="not_asked", message="x", where=f"{URL}/left"), seen_at=NOW + DAY, portal="p")
    finish(store, NOW + 2 * DAY, closed=False)
    store.runs.start_run("p", started_at=NOW + 3 * DAY)
    held = [url for url in (URL, f"{URL}/failed", f"{URL}/later", f"{URL}/left") if chain(store).holds(url)]
    assert held == [URL, f"{URL}/failed"]


def test_the_newest_total_that_was_told_counts(store: Store) -> None:
    """Growth is what came since the list was last seen, whatever became of that walk."""
    assert chain(store).expected is None
    finish(store, NOW, told=7)
    finish(store, NOW + DAY, closed=False, told=9)
    finish(store, NOW + 2 * DAY)
    assert chain(store).expected == 9

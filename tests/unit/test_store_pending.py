"""What the next run takes up again, and when it stops trying."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.models.article import Article
from govscrape.models.records import Extraction, Issue
from govscrape.store import Certificate, Store
from govscrape.store.pending import GIVEN_UP, PATIENCE, chain_is_whole, pending, settled

NOW = datetime(2026, 1, 1, tzinfo=UTC)
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


def finish(store: Store, *, closed: bool, listing: str = "news") -> None:
    run = store.runs.start_run("p", started_at=NOW)
    walks = {listing: Certificate(1, 1, 1, closed, "overlap")}
    store.runs.finish_run(run, finished_at=NOW, counts={}, partial=not closed, certificates=walks)


def whole(store: Store) -> bool:
    return chain_is_whole(store, store.runs.start_run("p", started_at=NOW), "news")


def test_a_chain_is_whole_only_after_a_closed_walk(store: Store) -> None:
    """Meeting a known article proves something only when what lies below it was walked."""
    assert not whole(store)


@pytest.mark.parametrize(
    ("closed", "listing", "expected"), [(True, "news", True), (False, "news", False), (True, "x", False)]
)
def test_the_last_run_decides(store: Store, closed: bool, listing: str, expected: bool) -> None:
    """Open last time, or a listing that is new to the portal's file."""
    finish(store, closed=closed, listing=listing)
    assert whole(store) is expected


def test_after_a_killed_run_nothing_is_trusted(store: Store) -> None:
    """Its articles are known although its walk was not finished."""
    finish(store, closed=True)
    store.runs.start_run("p", started_at=NOW)
    assert not whole(store)

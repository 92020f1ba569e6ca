"""What the store remembers of a portal: the figures that alarms are made of."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from govscrape.models.article import Article
from govscrape.models.health import History
from govscrape.models.records import Extraction, Issue
from govscrape.store import Certificate, Store
from govscrape.store.history import ARTICLES_READ, RUNS_SEEN, certificates, history

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HANOI = timezone(timedelta(hours=7))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "g.db") as opened:
        yield opened


def run(store: Store, at: datetime, status: str, reason: str | None = None, portal: str = "a") -> None:
    run_id = store.runs.start_run(portal, started_at=at)
    if status != "running":
        end = at + timedelta(hours=1)
        store.runs.finish_run(run_id, finished_at=end, counts={}, partial=status == "partial", reason=reason)


def article(store: Store, number: int, seen: datetime, published: datetime | None = None, *codes: str) -> None:
    found = Article(url=f"https://a.example/{number}", body=f"text {number}", portal="a", published_at=published)
    issues = tuple(Issue(code=code, message="m") for code in codes)
    store.save(Extraction(article=found, issues=issues), fetched_at=seen, ruleset_version="r", code_version="1")


def test_nothing_is_known_of_a_portal_never_seen(store: Store) -> None:
    """Null, not zero: zero would be a time or a rate."""
    run(store, NOW, "complete", portal="b")
    found = history(store.db, "a", NOW)
    assert found == History(portal="a")
    assert (found.miss_rate, found.disagree_rate) == (None, None)


def test_runs(store: Store) -> None:
    """The last whole crawl is not the last run, and a halted run is no partial one to complain of."""
    run(store, NOW - 5 * DAY, "complete")
    run(store, NOW - 4 * DAY, "partial", "news: failed")
    run(store, NOW - 3 * DAY, "partial", "halted: quiet hours, 3 articles not asked")
    run(store, NOW - 2 * DAY, "running")
    run(store, NOW - DAY, "running", portal="b")
    found = history(store.db, "a", NOW)
    assert (found.status, found.last_start) == ("running", NOW - 2 * DAY)
    assert found.last_complete == NOW - 5 * DAY + timedelta(hours=1)
    assert (found.runs_seen, found.runs_partial, found.unfinished) == (4, 1, 2)
    run(store, NOW, "partial", "halted: asked to stop, not begun")
    assert history(store.db, "a", NOW).halted
    run(store, NOW + DAY, "complete")
    assert history(store.db, "a", NOW).unfinished == 0


def test_only_the_last_runs_count(store: Store) -> None:
    """A bad week two years ago is no news."""
    for number in range(RUNS_SEEN):
        run(store, NOW + number * DAY, "partial", "x")
    for number in range(RUNS_SEEN):
        run(store, NOW + (100 + number) * DAY, "complete")
    found = history(store.db, "a", NOW)
    assert (found.runs_seen, found.runs_partial) == (RUNS_SEEN, 0)


def test_the_newest_article_is_by_its_own_date(store: Store) -> None:
    """A back-fill of old news is no sign of life; neither is a date in the future; times have zones."""
    article(store, 1, NOW, NOW - 900 * DAY)
    assert history(store.db, "a", NOW).last_article == NOW - 900 * DAY
    article(store, 2, NOW, (NOW - 30 * DAY).astimezone(HANOI))
    assert history(store.db, "a", NOW).last_article == NOW - 30 * DAY
    article(store, 3, NOW - 20 * DAY)
    assert history(store.db, "a", NOW).last_article == NOW - 20 * DAY
    article(store, 4, NOW - DAY, NOW + 3000 * DAY)
    assert history(store.db, "a", NOW).last_article == NOW - DAY


def test_how_the_newest_articles_were_read(store: Store) -> None:
    """A redesign is seen in the new articles, however many old ones were read well; its end is seen too."""
    for number in range(ARTICLES_READ):
        article(store, number, NOW)
    article(store, 100, NOW + DAY, None, "selector_missing")
    article(store, 101, NOW + 2 * DAY, None, "selector_missing", "selector_missing")
    article(store, 102, NOW + 3 * DAY, None, "selector_disagrees")
    found = history(store.db, "a", NOW)
    assert (found.articles, found.read, found.missed, found.disagreed) == (ARTICLES_READ + 3, ARTICLES_READ, 2, 1)
    assert found.last_extraction == NOW + 3 * DAY
    article(store, 103, NOW + 4 * DAY, None, "selector_missing")
    assert history(store.db, "a", NOW).last_extraction == NOW + 3 * DAY
    for number in range(200, 200 + ARTICLES_READ):
        article(store, number, NOW + 9 * DAY)
    assert history(store.db, "a", NOW).missed == 0


def test_weeks_are_counted_as_far_as_articles_reach_back(store: Store) -> None:
    """A week before the first article is not known to be empty; the last seven days are no whole week yet."""
    assert (history(store.db, "a", NOW).week, history(store.db, "a", NOW).weeks) == (0, ())
    for number, days in enumerate((0, 6, 7, 8, 13, 20, 30, 36)):
        article(store, number, NOW, NOW - days * DAY)
    found = history(store.db, "a", NOW)
    assert (found.week, found.weeks) == (2, (3, 1, 0, 1))
    article(store, 99, NOW, NOW - 4000 * DAY)
    assert history(store.db, "a", NOW).weeks == (3, 1, 0, 1, 1, 0, 0, 0)


def test_the_newest_certificate_of_each_listing(store: Store) -> None:
    """One that an older run walked last is shown as it was then."""
    for at, walks in ((NOW, {"x": 1, "y": 2}), (NOW + DAY, {"y": 3})):
        run_id = store.runs.start_run("a", started_at=at)
        told = {name: Certificate(pages, 5, 0, True, "end", 7) for name, pages in walks.items()}
        store.runs.finish_run(run_id, finished_at=at, counts={}, partial=False, certificates=told)
    found = {row["listing"]: (row["pages"], row["expected"], row["closed"]) for row in certificates(store.db, "a")}
    assert found == {"x": (1, 7, 1), "y": (3, 7, 1)}
    assert certificates(store.db, "b") == ()

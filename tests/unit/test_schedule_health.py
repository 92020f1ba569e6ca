"""What counts as wrong: each alarm by its one cause, and silence when nothing is the matter."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from govscrape.models.back_fill import GIVEN_UP, BackFill, Filled, Span
from govscrape.models.health import AlarmCode, History
from govscrape.models.portal import Expect, Portal
from govscrape.schedule.health import ADVICE, alarms, assess, unfilled, usual

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PORTAL = Portal(
    id="a", name="a", province="X", base_url="https://a.example", listings=(), expect=Expect(silence_days=7)
)
HOURS = timedelta(hours=1)
WELL: dict[str, object] = {
    "portal": "a",
    "status": "complete",
    "last_start": NOW - 3 * HOURS,
    "last_complete": NOW - 2 * HOURS,
    "runs_seen": 10,
    "articles": 300,
    "last_article": NOW - 20 * HOURS,
    "last_extraction": NOW - 2 * HOURS,
    "read": 50,
}


def codes(changed: dict[str, object], portal: Portal = PORTAL, *, at_work: bool = False) -> list[str]:
    past = History.model_validate({**WELL, **changed})
    return [alarm.code for alarm in alarms(assess([portal], {"a": past}, NOW, at_work_since=NOW if at_work else None))]


def test_a_healthy_portal_is_quiet() -> None:
    """An alarm that always rings is no alarm."""
    assert codes({}) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"last_complete": NOW - 53 * HOURS}, []),
        ({"last_complete": NOW - 55 * HOURS}, ["overdue"]),
        ({"last_complete": None}, ["overdue"]),
        ({"last_complete": None, "runs_seen": 2}, []),
        ({"status": "running"}, ["killed"]),
        ({"status": "partial", "reason": "news: failed"}, ["partial"]),
        ({"status": "partial", "reason": "halted: quiet hours, 3 articles not asked"}, []),
        ({"last_article": NOW - timedelta(days=7)}, []),
        ({"last_article": NOW - timedelta(days=7, seconds=1)}, ["silent"]),
        ({"articles": 0, "last_article": None, "last_extraction": None, "read": 0}, ["no_extraction"]),
        ({"missed": 10}, []),
        ({"missed": 11}, ["selectors_miss"]),
        ({"missed": 3, "read": 3}, []),
        ({"disagreed": 16}, ["selectors_disagree"]),
        ({"missed": 50, "status": "partial", "reason": "x"}, ["partial", "selectors_miss"]),
    ],
    ids=[
        "two missed visits are patience",
        "more are not",
        "never whole in ten runs",
        "two runs are too few to say",
        "killed",
        "partial",
        "halted on purpose is no fault",
        "seven days of silence are allowed",
        "and no second more",
        "runs without any article",
        "a fifth of misses is allowed",
        "and no article more",
        "three articles tell nothing",
        "two readings that differ",
        "two causes, two alarms",
    ],
)
def test_each_cause_its_alarm(changed: dict[str, object], expected: list[str]) -> None:
    """The limits are where docs/operate.md says."""
    assert codes(changed) == expected


def test_an_open_run_is_no_killed_one_while_somebody_works() -> None:
    """Status must not cry wolf whenever it is asked during a crawl."""
    assert codes({"status": "running"}, at_work=True) == []


def test_never_crawled() -> None:
    """A portal file that nobody visits is what an operator forgets."""
    found = assess([PORTAL], {}, NOW)
    assert [alarm.code for alarm in found[0].alarms] == ["never_crawled"]


def test_an_archive_has_no_alarms() -> None:
    """A portal that publishes no more is silent by nature."""
    assert codes({"last_article": NOW - timedelta(days=900)}, PORTAL.model_copy(update={"archive": True})) == []


def test_messages_name_figure_and_limit() -> None:
    """Whoever is woken must see at once how bad it is."""
    past = History.model_validate({**WELL, "last_article": NOW - timedelta(days=30), "missed": 25})
    texts = [alarm.message for alarm in assess([PORTAL], {"a": past}, NOW)[0].alarms]
    assert texts == [
        "newest article 30 days old, at most 7 days expected",
        "50% of the newest 50 articles were read without the portal's selectors, at most 20% expected",
    ]


BUSY = (40, 36, 41, 2, 38, 40, 39, 44)
OPEN = PORTAL.model_copy(update={"expect": Expect()})


@pytest.mark.parametrize(
    ("expect", "weeks", "expected"),
    [
        (Expect(), (), None),
        (Expect(), (5, 5, 5), None),
        (Expect(), (5, 1, 5, 7), (5.0, 4)),
        (Expect(articles_per_week=20), (5, 1, 5, 7), (20.0, None)),
    ],
    ids=["nothing is known", "three weeks tell nothing", "the middle of four", "the file's word goes first"],
)
def test_the_usual_week(expect: Expect, weeks: tuple[int, ...], expected: tuple[float, int | None] | None) -> None:
    """Learned only from enough, and never against what the portal's file says."""
    found = usual(PORTAL.model_copy(update={"expect": expect}), History(portal="a", weeks=weeks))
    assert (found and (found.per_week, found.learned_from)) == expected


@pytest.mark.parametrize(
    ("weeks", "days"),
    [((), 7), (BUSY, 7), ((1, 1, 1, 1), 21), ((1, 0, 1, 0), 42), ((0, 0, 0, 0), 60)],
    ids=["unknown", "many a day", "one a week", "one in two weeks", "none"],
)
def test_the_silence_that_is_likely(weeks: tuple[int, ...], days: int) -> None:
    """A district's portal with an article a month must not ring every week."""
    changed = {"weeks": weeks, "week": 99}
    assert codes({**changed, "last_article": NOW - timedelta(days=days)}, OPEN) == []
    assert codes({**changed, "last_article": NOW - timedelta(days=days, seconds=1)}, OPEN) == ["silent"]
    assert codes({**changed, "last_article": NOW - timedelta(days=8)}, PORTAL) == ["silent"], (
        "the file's word goes first"
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"weeks": BUSY, "week": 10}, []),
        ({"weeks": BUSY, "week": 9}, ["silent"]),
        ({"weeks": (7, 7, 7, 7), "week": 1}, []),
        ({"weeks": BUSY[:3], "week": 1}, []),
        ({"weeks": BUSY, "week": 0, "last_complete": NOW - timedelta(days=4)}, ["overdue"]),
    ],
    ids=["a fourth is enough", "less is not", "few anyway", "not learned yet", "not crawled has its own alarm"],
)
def test_a_busy_portal_that_nearly_stopped(changed: dict[str, object], expected: list[str]) -> None:
    """One section still publishes, so that there is always a new article, and the others are missed."""
    assert codes(changed, OPEN) == expected


def test_the_message_tells_where_the_usual_comes_from() -> None:
    """What was learned may be learned wrongly."""
    past = History.model_validate({**WELL, "weeks": BUSY, "week": 2})
    assert [alarm.message for alarm in assess([OPEN], {"a": past}, NOW)[0].alarms] == [
        "2 articles in 7 days, 39.5 are usual (the middle of 8 weeks)"
    ]


def test_every_alarm_has_its_advice(root: Path) -> None:
    """Whoever is woken is told what to do first, there and in docs/operate.md."""
    known = set(get_args(AlarmCode))
    page = (root / "docs" / "operate.md").read_text(encoding="utf-8")
    assert (
        set(ADVICE)
        == known
        == set(re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", page.split("## What each alarm")[1].split("##")[0], re.M))
    )


SPAN = Span(since=date(2025, 1, 1), until=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("walk", "hours", "told"),
    [
        (
            {"reason": "failed", "pages": 2, "oldest": "2025-06-01"},
            0,
            "news: the list could not be read (2 pages, back",
        ),
        ({"reason": None, "pages": 1}, 0, "news: broken off (1 page)"),
        ({"closed": True, "missing": 3}, 0, "news: 3 articles of the range could not be had"),
        ({"reason": "halted"}, 23, None),
        ({"reason": "max_pages"}, 23, None),
        ({"reason": "max_pages"}, 25, "news: as many pages as were allowed"),
        ({"reason": GIVEN_UP}, 99, None),
    ],
)
def test_a_range_that_is_not_whole_is_told_of(walk: dict[str, object], hours: int, told: str | None) -> None:
    """A back-fill that failed was seen by nobody but who watched its terminal."""
    found = BackFill.model_validate({"listing": "news", "span": SPAN, **walk})
    message = unfilled([Filled(walk=found, updated_at=NOW - timedelta(hours=hours))], NOW)
    if told is None:
        assert message is None
    else:
        assert (message or "").startswith(f"2025-01-01 to 2025-12-31: {told}")


def test_a_range_is_at_work_only_while_its_own_run_is() -> None:
    """A loop holds the lock for months: a back-fill that was killed before it began must not pass for a living one."""
    fill = Filled(walk=BackFill(listing="news", span=SPAN), updated_at=NOW)
    assert unfilled([fill], NOW, NOW - timedelta(hours=1)) is None
    assert unfilled([fill], NOW, NOW + timedelta(hours=1)) is not None


def test_an_archive_tells_of_its_ranges_alone() -> None:
    """What is filled by hand is most often what nobody crawls any more."""
    portal = PORTAL.model_copy(update={"archive": True})
    fill = Filled(walk=BackFill(listing="news", span=SPAN, reason="failed"), updated_at=NOW)
    (health,) = assess([portal], {}, NOW, filled={portal.id: [fill]})
    assert [alarm.code for alarm in health.alarms] == ["back_fill"]

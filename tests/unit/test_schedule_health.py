"""What counts as wrong: each alarm by its one cause, and silence when nothing is the matter."""

from datetime import UTC, datetime, timedelta

import pytest

from govscrape.models.health import History
from govscrape.models.portal import Expect, Portal
from govscrape.schedule.health import alarms, assess

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
    return [alarm.code for alarm in alarms(assess([portal], {"a": past}, NOW, at_work=at_work))]


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

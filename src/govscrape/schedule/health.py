"""What is wrong with a portal, by what is stored of it. Pure.

Each alarm has one cause and goes away by itself when the cause does; docs/operate.md says what to do about each.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from govscrape.models.health import Alarm, AlarmCode, Health, History
from govscrape.models.portal import Portal
from govscrape.schedule.due import plan

MISSES_MAX = 2
"""After how many missed visits a portal is overdue."""

READ_MIN = 5
MISS_RATE_MAX = 0.2
DISAGREE_RATE_MAX = 0.3
"""Shares of the newest articles above which selectors are suspected, once ``READ_MIN`` articles were read."""

_DAY = timedelta(days=1)


def assess(
    portals: Iterable[Portal], pasts: Mapping[str, History], now: datetime, *, at_work: bool = False
) -> tuple[Health, ...]:
    """The state of each portal, by id. ``at_work``: a run holds the lock, so that an open run is no killed one."""
    found = []
    for visit in plan(portals, pasts, now):
        portal = visit.portal
        past = pasts.get(portal.id, History(portal=portal.id))
        running = at_work and past.status == "running"
        alarms = () if portal.archive else tuple(_alarms(portal, past, now, running=running))
        found.append(Health(portal=portal.id, history=past, due_at=visit.due_at, at_work=running, alarms=alarms))
    return tuple(sorted(found, key=lambda health: health.portal))


def alarms(healths: Iterable[Health], codes: Collection[str] = ()) -> tuple[Alarm, ...]:
    """All alarms, or those with one of the codes."""
    return tuple(alarm for health in healths for alarm in health.alarms if not codes or alarm.code in codes)


def _alarms(portal: Portal, past: History, now: datetime, *, running: bool) -> Iterable[Alarm]:
    checks: tuple[tuple[AlarmCode, str | None], ...] = (
        ("never_crawled", None if past.last_start else "no run so far"),
        ("overdue", _overdue(portal, past, now)),
        ("killed", _killed(past, running=running)),
        ("partial", _partial(past)),
        ("silent", _silent(portal, past, now)),
        ("no_extraction", _no_extraction(past)),
        ("selectors_miss", _rate(past, past.miss_rate, MISS_RATE_MAX, "were read without the portal's selectors")),
        ("selectors_disagree", _rate(past, past.disagree_rate, DISAGREE_RATE_MAX, "are read differently without them")),
    )
    for code, message in checks:
        if message:
            yield Alarm(portal=portal.id, code=code, message=message)


def patience(portal: Portal) -> timedelta:
    """How old the last whole crawl may be: two cadences and a half, and a day for quiet hours and long runs."""
    return timedelta(hours=portal.schedule.every_h) * (MISSES_MAX + 0.5) + _DAY


def _overdue(portal: Portal, past: History, now: datetime) -> str | None:
    if past.last_start is None:
        return None
    if past.last_complete is None:
        return "no run saw everything so far" if past.runs_seen > MISSES_MAX else None
    age = now - past.last_complete
    if age <= patience(portal):
        return None
    return f"last whole crawl {_ago(age)} ago, at most {_ago(patience(portal))} expected"


def _killed(past: History, *, running: bool) -> str | None:
    return "the last run was killed" if past.status == "running" and not running else None


def _partial(past: History) -> str | None:
    if past.status != "partial" or past.halted:
        return None
    return f"{past.reason or 'the last run saw less than it should'} ({past.runs_partial} of {past.runs_seen} runs)"


def _silent(portal: Portal, past: History, now: datetime) -> str | None:
    days = portal.expect.silence_days
    if past.last_article is None or now - past.last_article <= timedelta(days=days):
        return None
    return f"newest article {_ago(now - past.last_article)} old, at most {days} days expected"


def _no_extraction(past: History) -> str | None:
    finished = past.last_complete is not None or past.runs_partial > 0
    return "crawled, but no article was ever stored" if finished and not past.articles else None


def _rate(past: History, rate: float | None, most: float, what: str) -> str | None:
    if rate is None or past.read < READ_MIN or rate <= most:
        return None
    return f"{rate:.0%} of the newest {past.read} articles {what}, at most {most:.0%} expected"


def _ago(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"

"""What is wrong with a portal, by what is stored of it. Pure.

Each alarm has one cause and goes away by itself when the cause does; docs/operate.md says what to do about each.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from govscrape.fetch.back_fill import why_open
from govscrape.models.back_fill import Filled
from govscrape.models.health import Alarm, AlarmCode, Health, History, Usual
from govscrape.models.portal import Portal
from govscrape.schedule.due import plan

MISSES_MAX = 2
"""After how many missed visits a portal is overdue."""

READ_MIN = 5
MISS_RATE_MAX = 0.2
DISAGREE_RATE_MAX = 0.3
"""Shares of the newest articles above which selectors are suspected, once ``READ_MIN`` articles were read."""

SILENCE_DAYS = (7, 60)
"""The shortest and longest silence that counts as likely; between them three times the usual gap of two articles."""

WEEKS_MIN = 4
FEW_SHARE = 4
FEW_FROM = 8
"""A usual week is learned from so many weeks; where it has eight articles, less than a fourth of it is an alarm."""

REST_MAX = timedelta(days=1)
"""How long a back-fill that was bounded or asked to stop may lie before it counts as forgotten."""

ADVICE: Mapping[AlarmCode, str] = {
    "never_crawled": "govscrape schedule list; is the timer enabled?",
    "overdue": "does the crawler run? govscrape issues --portal ID",
    "killed": "the machine's log: memory, power, kill -9; it is taken up again by itself",
    "partial": "govscrape issues --portal ID; govscrape status ID --listings",
    "back_fill": "govscrape crawl ID --since DAY --until DAY goes on with the range; with --give-up it is let go",
    "silent": "open the site: news there mean that the listing's address or selectors are wrong",
    "no_extraction": "govscrape portals check ID",
    "selectors_miss": "the site was redesigned: add a version to the portal's file, then govscrape reextract",
    "selectors_disagree": "govscrape issues --portal ID --code selector_disagrees",
}
"""What to do first about each alarm, in a line; docs/operate.md says more."""

_DAY = timedelta(days=1)
_CLOCK_APART = timedelta(seconds=1)
"""What the clocks of a file's time and of a row may differ, the latter cut to milliseconds."""


def assess(
    portals: Iterable[Portal],
    pasts: Mapping[str, History],
    now: datetime,
    *,
    filled: Mapping[str, Sequence[Filled]] | None = None,
    at_work_since: datetime | None = None,
) -> tuple[Health, ...]:
    """The state of each portal, by id, with its back-fills.

    ``at_work_since``: a run holds the lock since then, so that an open run is no killed one.
    """
    found = []
    for visit in plan(portals, pasts, now):
        portal = visit.portal
        past = pasts.get(portal.id, History(portal=portal.id))
        running = at_work_since is not None and past.status == "running"
        fills = tuple((filled or {}).get(portal.id, ()))
        messages = {} if portal.archive else _messages(portal, past, now, running=running)
        messages["back_fill"] = unfilled(fills, now, at_work_since)
        alarms = (Alarm(portal=portal.id, code=code, message=told) for code in ADVICE if (told := messages.get(code)))
        state = Health(portal=portal.id, history=past, due_at=visit.due_at, usual=usual(portal, past), filled=fills)
        found.append(state.model_copy(update={"at_work": running, "alarms": tuple(alarms)}))
    return tuple(sorted(found, key=lambda health: health.portal))


def alarms(healths: Iterable[Health], codes: Collection[str] = ()) -> tuple[Alarm, ...]:
    """All alarms, or those with one of the codes."""
    return tuple(alarm for health in healths for alarm in health.alarms if not codes or alarm.code in codes)


def _messages(portal: Portal, past: History, now: datetime, *, running: bool) -> dict[AlarmCode, str | None]:
    return {
        "never_crawled": None if past.last_start else "no run so far",
        "overdue": _overdue(portal, past, now),
        "killed": _killed(past, running=running),
        "partial": _partial(past),
        "silent": _silent(portal, past, now),
        "no_extraction": _no_extraction(past),
        "selectors_miss": _rate(past, past.miss_rate, MISS_RATE_MAX, "were read without the portal's selectors"),
        "selectors_disagree": _rate(past, past.disagree_rate, DISAGREE_RATE_MAX, "are read differently without them"),
    }


def unfilled(filled: Iterable[Filled], now: datetime, at_work_since: datetime | None = None) -> str | None:
    """Which ranges of days of a portal failed or were forgotten, and why, by the day they begin on; None when none."""
    ranges: dict[str, list[str]] = {}
    for fill in filled:
        if fill.open and not is_filling(fill, at_work_since) and not _rests(fill, now):
            ranges.setdefault(str(fill.walk.span), []).append(f"{fill.walk.listing}: {why_open(fill.walk)}")
    return "; ".join(f"{span}: {', '.join(sorted(whys))}" for span, whys in sorted(ranges.items())) or None


def is_filling(fill: Filled, at_work_since: datetime | None) -> bool:
    """Whether a run is at work on a range: it has the lock, and noted how far it came since it took it."""
    begun = at_work_since is not None and fill.updated_at >= at_work_since - _CLOCK_APART
    return begun and fill.open and fill.walk.reason is None


def _rests(fill: Filled, now: datetime) -> bool:
    """Whether a range was left as it was meant to be, to be gone on with soon."""
    return fill.bounded and now - fill.updated_at <= REST_MAX


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


def usual(portal: Portal, past: History) -> Usual | None:
    """What a portal publishes in a week: by its file, else the middle of the weeks stored; None when neither tells."""
    if portal.expect.articles_per_week:
        return Usual(per_week=portal.expect.articles_per_week)
    if len(past.weeks) < WEEKS_MIN:
        return None
    return Usual(per_week=median(past.weeks), learned_from=len(past.weeks))


def silence_allowed(portal: Portal, past: History) -> int:
    """For how many days a portal may publish nothing."""
    if portal.expect.silence_days:
        return portal.expect.silence_days
    shortest, longest = SILENCE_DAYS
    rate = usual(portal, past)
    if rate is None:
        return shortest
    return max(shortest, min(longest, math.ceil(3 * 7 / rate.per_week))) if rate.per_week else longest


def _silent(portal: Portal, past: History, now: datetime) -> str | None:
    days = silence_allowed(portal, past)
    if past.last_article is None:
        return None
    if now - past.last_article > timedelta(days=days):
        return f"newest article {_ago(now - past.last_article)} old, at most {days} days expected"
    rate = usual(portal, past)
    # Whatever was not crawled is not missing from the portal; that has an alarm of its own.
    if rate is None or rate.per_week < FEW_FROM or _overdue(portal, past, now):
        return None
    if past.week * FEW_SHARE >= rate.per_week:
        return None
    source = f"the middle of {rate.learned_from} weeks" if rate.learned_from else "as the portal's file says"
    return f"{past.week} articles in 7 days, {rate.per_week:g} are usual ({source})"


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

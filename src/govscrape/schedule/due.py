"""When a portal is to be visited. Pure: the same portals, history and time give the same answer.

Each portal has a grid of visits, ``every_h`` apart, shifted by a part of that cadence that its id decides, so that many
portals with one cadence are spread over the day and the same on every machine. A visit that is missed is made up for as
soon as may be; a visit shortly before a grid point takes that point's place.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from govscrape.models.health import History
from govscrape.models.portal import Portal

RESUME_AFTER = timedelta(minutes=15)
"""How long after its start a run that was killed or halted is taken up again; doubled with every further one."""

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_DOUBLINGS_MAX = 16


class Visit(NamedTuple):
    """When a portal is next to be visited: now (``due``), when its quiet hours end, or later."""

    portal: Portal
    due_at: datetime
    state: Literal["due", "quiet", "waiting"]


def phase(portal_id: str) -> float:
    """Where in its cadence a portal is visited: at least 0, below 1, and never another for the same id."""
    return int.from_bytes(hashlib.sha256(portal_id.encode()).digest()[:6], "big") / 2**48


def plan(portals: Iterable[Portal], pasts: Mapping[str, History], now: datetime) -> tuple[Visit, ...]:
    """Each portal's next visit, the longest due first."""
    visits = [_visit(portal, pasts.get(portal.id, History(portal=portal.id)), now) for portal in portals]
    return tuple(sorted(visits, key=lambda visit: (visit.due_at, visit.portal.id)))


def _visit(portal: Portal, past: History, now: datetime) -> Visit:
    wanted = _wanted(portal, past, now)
    if wanted > now:
        return Visit(portal, portal.schedule.free_from(wanted), "waiting")
    free = portal.schedule.free_from(now)
    return Visit(portal, free, "quiet") if free > now else Visit(portal, wanted, "due")


def _wanted(portal: Portal, past: History, now: datetime) -> datetime:
    """When a visit is wanted, quiet hours left aside."""
    start = past.last_start
    # A start that lies ahead was written by a clock that went wrong; it must not keep a portal waiting for years.
    if start is None or start > now:
        return now
    every = timedelta(hours=portal.schedule.every_h)
    if past.unfinished:
        return start + min(every, RESUME_AFTER * (1 << min(past.unfinished - 1, _DOUBLINGS_MAX)))
    origin = _EPOCH + every * phase(portal.id)
    steps: int = -((origin - (start + every / 2)) // every)
    return origin + every * steps

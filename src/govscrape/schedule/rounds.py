"""Visiting the portals that are due: once, or again and again until somebody asks to stop.

The effects around the decisions of ``due`` and ``health``: this module reads the store, crawls, waits and tells.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from govscrape import pipeline
from govscrape.archive import Archive
from govscrape.clock import Clock
from govscrape.errors import GovscrapeError
from govscrape.models.back_fill import Filled
from govscrape.models.health import Alarm, Health, History
from govscrape.models.portal import Portal
from govscrape.models.run import CrawlReport
from govscrape.pipeline import Progress
from govscrape.reading import GONE, Runs
from govscrape.schedule import alerts, metrics
from govscrape.schedule.due import Visit, plan
from govscrape.schedule.health import alarms, assess, unfilled
from govscrape.schedule.lock import held_since
from govscrape.settings import Settings
from govscrape.store import Store, explained, open_readonly
from govscrape.store.back_fills import BackFills, StoredBackFill
from govscrape.store.history import certificates, crawled, history

LOOK_AGAIN = timedelta(minutes=15)
"""The longest that a loop waits before it looks what is due."""

NAP_MAX_S = 60.0
"""The longest single sleep: a machine that was suspended wakes to the right time."""

ROUND_MAX_S = 6 * 3600.0
"""How long portals are visited before others that became due meanwhile get their turn."""

FAILURE_PAUSE_MAX_S = 3600.0
_FAILURE_PAUSE_S = 60.0

_log = logging.getLogger(__name__)

Opens = Callable[[], AbstractContextManager[Runs]]
"""Starts workers, which read the rules; done only when somebody is visited."""

Loads = Callable[[], tuple[list[Portal], Opens]]
"""Reads the portals afresh, so that an edited file counts from the next round on, and says how to start workers."""


@dataclass(slots=True)
class Stop:
    """Whether somebody asked to stop; set from a signal, seen before every article and in every nap."""

    event: asyncio.Event

    def ask(self) -> None:
        """Stop after the article at hand."""
        self.event.set()

    @property
    def asked(self) -> bool:
        """Whether to stop."""
        return self.event.is_set()

    async def nap(self, seconds: float, clock: Clock) -> None:
        """Sleep, at most ``NAP_MAX_S``, or until asked to stop."""
        sleep = asyncio.ensure_future(clock.sleep(max(0.0, min(seconds, NAP_MAX_S))))
        wake = asyncio.ensure_future(self.event.wait())
        try:
            await asyncio.wait((sleep, wake), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sleep, wake):
                task.cancel()
            await asyncio.gather(sleep, wake, return_exceptions=True)


class Walk(NamedTuple):
    """A listing's walk: the ``crawled`` row of the newest run, or a range that is or was ``filled``."""

    portal: str
    crawled: Mapping[str, Any] | None
    filled: Filled | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """What a round needs to know of how it is run."""

    settings: Settings
    clock: Clock
    stop: Stop
    progress: Progress = pipeline.silent
    warn: Callable[[str], None] = _log.warning


def look(portals: Iterable[Portal], db: Path, now: datetime) -> dict[str, History]:
    """What is stored of each portal at ``now``. StoreError: no database, or one that cannot be read."""
    store = open_readonly(db)
    try:
        with explained(db):
            return {portal.id: history(store, portal.id, now) for portal in portals}
    finally:
        store.close()


def states(portals: Iterable[Portal], db: Path, now: datetime) -> tuple[Health, ...]:
    """The state of each portal as the database tells it."""
    known = list(portals)
    return assess(known, look(known, db, now), now, filled=fills(db), at_work_since=held_since(db))


def undescribed(described: Collection[str], db: Path) -> tuple[str, ...]:
    """Portals of a database that no file describes, as when another folder has them. StoreError as ``look``."""
    store = open_readonly(db)
    try:
        with explained(db):
            return tuple(portal for portal in crawled(store) if portal not in described)
    finally:
        store.close()


def fills(db: Path) -> dict[str, tuple[Filled, ...]]:
    """The back-fills of every portal, the newest first, also of those that nobody crawls by schedule. StoreError."""
    store = open_readonly(db)
    try:
        kept = BackFills(db, store)
        return {portal: tuple(_filled(kept, fill) for fill in kept.of(portal)) for portal in kept.portals()}
    finally:
        store.close()


def _filled(kept: BackFills, fill: StoredBackFill) -> Filled:
    missing = 0 if fill.finished_at else len(kept.missing(fill.id, GONE))
    walk = fill.walk.model_copy(update={"missing": missing})
    return Filled(walk=walk, updated_at=fill.updated_at, finished_at=fill.finished_at)


def walks(portals: Iterable[Portal], db: Path) -> tuple[Walk, ...]:
    """How each listing was last walked, by crawls and by back-fills. StoreError as ``look``."""
    store = open_readonly(db)
    try:
        with explained(db):
            found = []
            for portal in portals:
                found += [Walk(portal.id, row) for row in certificates(store, portal.id)]
                kept = BackFills(db, store)
                found += [Walk(portal.id, None, _filled(kept, fill)) for fill in kept.of(portal.id)]
            return tuple(found)
    finally:
        store.close()


async def visit(portals: list[Portal], workers: Runs, operator: Operator) -> CrawlReport:
    """Crawl portals, each until it is done, its quiet hours begin, the round's time is up or somebody asks to stop.

    Whoever calls holds the lock. Raises as ``pipeline.crawl`` does.
    """
    settings, clock, stop = operator.settings, operator.clock, operator.stop
    begun = clock.monotonic()

    def halt(portal: Portal) -> str | None:
        if stop.asked:
            return "asked to stop"
        if clock.monotonic() - begun > ROUND_MAX_S:
            return f"{ROUND_MAX_S / 3600:g} hours are over"
        return "quiet hours" if portal.schedule.is_quiet(clock.now()) else None

    with Store.open(settings.db) as store, Archive(settings.archive) as archive:
        return await pipeline.crawl(
            portals,
            store=store,
            archive=archive,
            workers=workers,
            settings=settings,
            clock=clock,
            progress=operator.progress,
            halt=halt,
        )


async def publish(portals: Iterable[Portal], operator: Operator) -> None:
    """Write the metrics file and tell alarms, where that is set; what fails is warned of and never raised.

    Back-fills are told of all portals: one of an archive, or begun by hand, is nobody else's round.
    """
    known = [portal for portal in portals if not portal.archive]
    settings, now = operator.settings, operator.clock.now()
    try:
        # The run is over although its lock is still held.
        filled = fills(settings.db)
        found = assess(known, look(known, settings.db, now), now, filled=filled)
        if settings.metrics:
            metrics.write(settings.metrics, metrics.render(found, now, filled))
        names = {portal.id for portal in known}
        others = [
            Alarm(portal=portal, code="back_fill", message=told)
            for portal, of_portal in filled.items()
            if portal not in names and (told := unfilled(of_portal, now))
        ]
        standing = (*alarms(found), *others)
        faults = await alerts.tell(standing, known=names | set(filled), settings=settings, now=now)
    except GovscrapeError as error:
        faults = (str(error),)
    for fault in faults:
        operator.warn(fault)


async def run_once(portals: list[Portal], opens: Opens, operator: Operator, *, due_only: bool) -> CrawlReport:
    """Visit the portals, or those that are due, then publish. The rules are read only when somebody is visited.

    Whoever calls holds the lock. Makes the database, or brings it to the newest schema, before it looks.
    """
    Store.open(operator.settings.db).close()
    chosen = due(portals, operator.settings.db, operator.clock.now()) if due_only else portals
    try:
        if not chosen:
            return CrawlReport(portals=())
        with opens() as workers:
            return await visit(chosen, workers, operator)
    finally:
        await publish(portals, operator)


def due(portals: Iterable[Portal], db: Path, now: datetime) -> list[Portal]:
    """The portals that are due, the longest due first."""
    return [visit.portal for visit in visits(portals, db, now) if visit.state == "due"]


def visits(portals: Iterable[Portal], db: Path, now: datetime) -> tuple[Visit, ...]:
    """Each portal's next visit; all are due when there is no database yet."""
    known = list(portals)
    return plan(known, look(known, db, now) if db.exists() else {}, now)


async def loop(loads: Loads, operator: Operator, told: Callable[[CrawlReport], None]) -> None:
    """Visit what is due until asked to stop. Whoever calls holds the lock.

    A round that fails as a whole (a full disk, a broken rule file) is warned of and tried again, later every time.
    """
    failures = 0
    while not operator.stop.asked:
        try:
            portals, opens = loads()
            report = await run_once(portals, opens, operator, due_only=True)
            if report.portals:
                told(report)
            until = _next_look(portals, operator)
            failures = 0
        except GovscrapeError as error:
            pause = min(_FAILURE_PAUSE_S * 2 ** min(failures, 10), FAILURE_PAUSE_MAX_S)
            operator.warn(f"{error}; next try in {pause:g} s")
            until, failures = operator.clock.now() + timedelta(seconds=pause), failures + 1
        await _wait(until, operator)


def _next_look(portals: Iterable[Portal], operator: Operator) -> datetime:
    now = operator.clock.now()
    first = min((visit.due_at for visit in visits(portals, operator.settings.db, now)), default=now + LOOK_AGAIN)
    return min(max(first, now + timedelta(seconds=1)), now + LOOK_AGAIN)


async def _wait(until: datetime, operator: Operator) -> None:
    while not operator.stop.asked and (left := (until - operator.clock.now()).total_seconds()) > 0:
        await operator.stop.nap(left, operator.clock)

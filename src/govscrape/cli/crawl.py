"""``govscrape crawl`` and ``govscrape reextract``: visit portals, or read what was kept of them again."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

import click

from govscrape.cli.options import DAY, admitted, loopback_option
from govscrape.cli.output import Format, Row, cell_text, format_option, write_rows
from govscrape.cli.stopping import Bounds, on_signals, seconds
from govscrape.errors import InputError

if TYPE_CHECKING:
    from govscrape.models.back_fill import BackFill, BackFillReport
    from govscrape.models.portal import Portal
    from govscrape.models.run import Certificate, CrawlReport, Event, PortalReport, ReextractReport
    from govscrape.pipeline import Mode, Progress
    from govscrape.settings import Settings
    from govscrape.store import Store

PARTIAL = 3

Found = TypeVar("Found")

_db = click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="Database [default: db/govscrape.db].")
_archive = click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of archived responses [default: archive].",
)
_portals = click.option(
    "--portals",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of portal files [default: the rules' own].",
)


@click.command()
@click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1)
@_db
@_archive
@_portals
@click.option(
    "--since", type=DAY, metavar="DAY", help="Fill a range of days instead: walk past what is known back to that day."
)
@click.option("--until", type=DAY, metavar="DAY", help="Last day of the range [default: the day it is begun].")
@loopback_option
@click.option("--give-up", is_flag=True, help="Let go of what is open of that range; nothing is fetched.")
@click.option("--max-pages", type=click.IntRange(min=1), help="Walk at most that many pages of each listing.")
@click.option("--max-time", callback=seconds, metavar="TIME", help="Stop after that time, like 90m or 2h.")
@click.option("--deep", "mode", flag_value="deep", help="Walk on past what is known, to the listing's end.")
@click.option(
    "--refresh", "mode", flag_value="refresh", help="As --deep, and ask for known articles again, to find edits."
)
@format_option
def crawl(  # noqa: PLR0913, PLR0917 - one parameter for each option
    portal_ids: tuple[str, ...],
    db: Path | None,
    archive: Path | None,
    folder: Path | None,
    since: datetime | None,
    until: datetime | None,
    loopback: bool,
    give_up: bool,
    max_pages: int | None,
    max_time: float | None,
    mode: Literal["deep", "refresh"] | None,
    form: Format,
) -> int:
    """Visit PORTALs (all but the archives, when none is named), archive their news and store the records.

    Set GOVSCRAPE_CONTACT to a mail address or URL first: it tells the portals who asks. Exit code 3: partial run. With
    --since only articles of that day up to --until are fetched; a run that was stopped, bounded or killed is gone on
    with by the same command, which ends with exit code 0 once the range is whole. Until then `status` tells of it, or
    until it is given up. Days are Vietnam's.
    """
    from govscrape.settings import load_settings

    _check_range(since, until, mode, give_up=give_up)
    described, settings = _described(folder), load_settings(db=db, archive=archive)
    chosen = admitted(choose(described, portal_ids), loopback)
    if since is not None and give_up:
        return _let_go(chosen, settings, since.date(), until.date() if until else None)
    session = _Session(settings, chosen, list(described.values()), Bounds(max_time), max_pages)
    if since is None:
        report = session.run(partial(_crawling, mode=mode or "new"))
        show_crawl(report, form)
        return PARTIAL if report.partial else 0
    filled = session.run(partial(_filling, since=since.date(), until=until.date() if until else None))
    show_back_fill(filled, form)
    return PARTIAL if filled.partial else 0


def _let_go(portals: "Sequence[Portal]", settings: "Settings", since: date, until: date | None) -> int:
    from govscrape.back_fill import give_up
    from govscrape.clock import SystemClock
    from govscrape.schedule.lock import held
    from govscrape.store import Store

    with held(settings.db), Store.open(settings.db, create=False) as store:
        for portal in portals:
            given_up = give_up(portal.id, since=since, until=until, store=store, clock=SystemClock())
            for span in dict.fromkeys(given_up):
                click.echo(f"{portal.id}: {span} given up; the same command without --give-up takes it up again")
            if not given_up:
                click.echo(f"{portal.id}: no range from {since} on is open", err=True)
    return 0


def _check_range(since: datetime | None, until: datetime | None, mode: str | None, *, give_up: bool) -> None:
    from govscrape.models.schedule import VIETNAM

    for option, given in (("--until", until is not None), ("--give-up", give_up)):
        if since is None and given:
            raise click.UsageError(f"{option} needs --since, the first day of the range")
    if since is not None and mode is not None:
        raise click.UsageError(f"--since walks past what is known by itself; leave out --{mode}")
    if since and until and since > until:
        raise click.BadParameter(f"{until:%Y-%m-%d} is before {since:%Y-%m-%d}", param_hint="--until")
    today = datetime.now(VIETNAM).date()
    for day, option in ((since, "--since"), (until, "--until")):
        if day and day.date() > today:
            raise click.BadParameter(f"{day:%Y-%m-%d} lies ahead", param_hint=option)


def _described(folder: Path | None) -> "Mapping[str, Portal]":
    from govscrape.rules.portals import load_portals

    return load_portals(folder)


class _Session(NamedTuple):
    """A crawl by hand: which of the portals described, with what, and what bounds it."""

    settings: "Settings"
    portals: "list[Portal]"
    described: "list[Portal]"
    bounds: Bounds
    max_pages: int | None

    def run(self, work: "Callable[[_Session, dict[str, Any]], Awaitable[Found]]") -> "Found":
        """Open everything, do the work with the stages as keywords, and tell of corrections that no longer fit."""
        from govscrape.archive import Archive
        from govscrape.fetch import require_contact, silence_retry_library
        from govscrape.reading import open_pool
        from govscrape.schedule.lock import held
        from govscrape.store import Store

        require_contact(self.portals, self.settings)
        silence_retry_library()
        with (
            open_pool(self.settings) as workers,
            held(self.settings.db),
            Store.open(self.settings.db) as store,
            Archive(self.settings.archive) as responses,
            shown_progress() as progress,
        ):
            stages = {"store": store, "archive": responses, "workers": workers, "progress": progress}
            found = asyncio.run(self._watched(work(self, stages), store))
        _show_void(store.corrections.voided)
        return found

    async def _watched(self, work: "Awaitable[Found]", store: "Store") -> "Found":
        """The work; then, as after every round, metrics and alarms for who asked for them, of all that is crawled."""
        from govscrape.clock import SystemClock
        from govscrape.schedule.rounds import Operator, Stop, publish
        from govscrape.store.history import crawled

        on_signals(self.bounds.ask)
        try:
            return await work
        finally:
            # A portal that nobody crawls here is no alarm because somebody crawls another one by hand.
            known = {portal.id for portal in self.portals}.union(crawled(store.db))
            ours = [portal for portal in self.described if portal.id in known]
            await publish(ours, Operator(self.settings, SystemClock(), Stop(asyncio.Event()), warn=warn))


async def _crawling(session: _Session, stages: dict[str, Any], *, mode: "Mode") -> "CrawlReport":
    from govscrape import pipeline

    return await pipeline.crawl(
        session.portals,
        settings=session.settings,
        max_pages=session.max_pages,
        halt=session.bounds.halt,
        mode=mode,
        **stages,
    )


async def _filling(session: _Session, stages: dict[str, Any], *, since: date, until: date | None) -> "BackFillReport":
    from govscrape.back_fill import back_fill
    from govscrape.clock import SystemClock

    clock = SystemClock()

    def halt(portal: "Portal") -> str | None:
        # It may take days, so that quiet hours come; a short crawl by hand is somebody's own decision.
        quiet = portal.schedule.is_quiet(clock.now())
        return session.bounds.halt(portal) or ("quiet hours" if quiet else None)

    return await back_fill(
        session.portals,
        since=since,
        until=until,
        settings=session.settings,
        max_pages=session.max_pages,
        halt=halt,
        clock=clock,
        **stages,
    )


@click.command()
@_db
@_archive
@_portals
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="How many processes read; 0: one per core.",
)
def reextract(db: Path | None, archive: Path | None, folder: Path | None, jobs: int) -> int:
    """Read the archive again with today's rules, without the network. Exit code 3: some pages could not be read."""
    from govscrape.archive import Archive
    from govscrape.reading import open_pool
    from govscrape.reextraction import reextract as read_again
    from govscrape.rules.portals import load_portals
    from govscrape.settings import load_settings
    from govscrape.store import Store

    settings = load_settings(db=db, archive=archive)
    portals = load_portals(folder)
    with (
        open_pool(settings, jobs=jobs or os.cpu_count() or 1) as workers,
        Store.open(settings.db, create=False) as store,
        shown_progress() as progress,
    ):
        report = read_again(
            store=store,
            archive=Archive(settings.archive),
            workers=workers,
            portals=portals,
            settings=settings,
            progress=progress,
        )
    show_reextract(report)
    _show_void(store.corrections.voided)
    return PARTIAL if report.partial else 0


def choose(portals: "Mapping[str, Portal]", ids: Sequence[str]) -> "list[Portal]":
    """The named portals, or all but the archives; InputError names an unknown id and what comes near it."""
    from rapidfuzz import process

    for name in ids:
        if name not in portals:
            near = [found for found, _, _ in process.extract(name, list(portals), limit=3, score_cutoff=60)]
            hint = f"did you mean {', '.join(near)}?" if near else "see `govscrape portals`"
            raise InputError(f"no portal {name!r}; {hint}")
    if not portals:
        raise InputError("no portal is described under rules/portals")
    if ids:
        return [portals[name] for name in dict.fromkeys(ids)]
    return [portal for portal in portals.values() if not portal.archive]


@contextmanager
def shown_progress() -> "Iterator[Progress]":
    """A bar per portal on stderr; nothing when stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(event: "Event") -> None:
            if event.portal not in tasks:
                tasks[event.portal] = bars.add_task(event.portal or "archive", total=None)
            if event.stage != "listing":
                bars.update(tasks[event.portal], completed=event.done, total=event.total)

        yield show


def warn(line: str) -> None:
    """What went wrong beside the work, on stderr."""
    click.secho(f"warning: {' '.join(line.split())}", fg="yellow", err=True)


def _show_void(lines: Sequence[str]) -> None:
    """The corrections that no longer fit what was read."""
    for line in lines:
        click.secho(cell_text(line), fg="yellow", err=True)


_NAMED_MAX = 3
_PER_PORTAL = ("portal", "pages", "listed", "new", "changed", "same", "failed", "gone", "state")


def show_crawl(report: "CrawlReport", form: Format) -> None:
    """What each portal gave on stdout, in JSON each with its listings; on stderr why a run is partial, what to do."""
    from govscrape.models.health import HALTED

    rows = [_row(portal) for portal in report.portals]
    more = ("files", "requests", "issues", "reason", "listings") if form in ("json", "jsonl") else ()
    columns = (*_PER_PORTAL, *more)
    write_rows(rows, columns, form)
    for portal in report.portals:
        if portal.reason:
            click.secho(f"partial: {portal.portal}: {portal.reason}", fg="yellow", err=True)
    reasons = {portal.portal: portal.reason for portal in report.portals if portal.reason}
    if lacking := [f"--portal {portal}" for portal, reason in reasons.items() if not reason.startswith(HALTED)]:
        click.echo(f"`govscrape issues {' '.join(lacking[:_NAMED_MAX])}` names what is missing", err=True)
    if len(lacking) < len(reasons):
        click.echo("what was halted is gone on with by the next crawl", err=True)


def _row(portal: "PortalReport[Certificate]") -> Row:
    return {
        "portal": portal.portal,
        "pages": sum(walk.pages for walk in portal.listings),
        "listed": sum(walk.items for walk in portal.listings),
        **portal.counts.model_dump(),
        "state": "partial" if portal.partial else "complete",
        "requests": portal.requests,
        "reason": portal.reason,
        "listings": [walk.model_dump(mode="json") for walk in portal.listings],
    }


_PER_RANGE = ("portal", "listing", "since", "until", "pages", "listed", "in_range", "oldest", "missing", "state")


def show_back_fill(report: "BackFillReport", form: Format) -> None:
    """How far each listing was filled on stdout, and on stderr what is still missing and what to do."""
    rows = [_range_row(portal.portal, walk) for portal in report.portals for walk in portal.listings]
    more = ("undated", "expected", "ordered", "reason", "detail", "holes") if form in ("json", "jsonl") else ()
    write_rows(rows, (*_PER_RANGE, *more), form)
    for portal in report.portals:
        counts = portal.counts
        click.echo(f"{portal.portal}: {counts.new} new, {counts.failed} failed, {counts.gone} gone", err=True)
        if portal.reason:
            click.secho(f"partial: {portal.portal}: {portal.reason}", fg="yellow", err=True)
    if not all(walk.complete for portal in report.portals for walk in portal.listings):
        click.echo("the same command goes on from there, and `govscrape status` tells of it until then", err=True)


def _range_row(portal: str, walk: "BackFill") -> Row:
    return {
        "portal": portal,
        **walk.model_dump(mode="json", exclude={"span", "place"}),
        **walk.span.model_dump(mode="json"),
        "listed": walk.items,
        "in_range": walk.wanted,
        "missing": walk.missing or None,
        "holes": walk.place.holes,
        "state": "complete" if walk.complete else "partial",
    }


def show_reextract(report: "ReextractReport") -> None:
    """One line of counts on stdout, and on stderr each page that could not be read."""
    counts = report.counts
    click.echo(f"{counts.same} same, {counts.changed} changed, {counts.new} new, {counts.failed} failed")
    for fault in report.faults:
        click.secho(f"{fault.code}: {fault.message}", fg="yellow", err=True)

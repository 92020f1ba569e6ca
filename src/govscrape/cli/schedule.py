"""``govscrape run`` and ``govscrape schedule``: crawling unattended, once or for ever."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from govscrape.cli.crawl import PARTIAL, choose, show_crawl, shown_progress, warn
from govscrape.cli.options import admitted, loopback_option
from govscrape.cli.output import Format, format_option, local, write_rows
from govscrape.cli.stopping import on_signals

if TYPE_CHECKING:
    from govscrape.models.portal import Portal
    from govscrape.models.run import CrawlReport
    from govscrape.pipeline import Progress
    from govscrape.reading import Extracts
    from govscrape.schedule.rounds import Operator
    from govscrape.settings import Settings
    from govscrape.workers import Pool

Command = Callable[..., Any]


def _options(function: Command) -> Command:
    kinds = {"file": click.Path(path_type=Path, dir_okay=False), "folder": click.Path(path_type=Path, file_okay=False)}
    for option in (
        click.option("--metrics", type=kinds["file"], help="File for Prometheus' textfile collector, ending in .prom."),
        click.option(
            "--portals",
            "folder",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help="Folder of portal files [default: the rules' own].",
        ),
        click.option("--archive", type=kinds["folder"], help="Folder of archived responses [default: archive]."),
        click.option("--db", type=kinds["file"], help="Database [default: db/govscrape.db]."),
        click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1),
    ):
        function = option(function)
    return function


@click.command()
@_options
@loopback_option
@click.option("--due", is_flag=True, help="Only portals whose cadence says so and whose quiet hours allow it.")
@format_option
def run(
    portal_ids: tuple[str, ...],
    db: Path | None,
    archive: Path | None,
    folder: Path | None,
    metrics: Path | None,
    loopback: bool,
    due: bool,
    form: Format,
) -> int:
    """Visit PORTALs (all but the archives, when none is named) unattended: locked, with metrics and alerts.

    Stops after the article at hand when asked by SIGTERM or Ctrl-C, and when a portal's quiet hours begin; the next run
    goes on there. Exit code 3: something was not seen; 4: another run is at work, nothing was done.
    """
    from govscrape.fetch import require_contact
    from govscrape.schedule import rounds
    from govscrape.schedule.lock import held
    from govscrape.settings import load_settings

    settings = load_settings(db=db, archive=archive, metrics=metrics)
    chosen = admitted(_portals(folder, portal_ids), loopback)
    require_contact(chosen, settings)
    with held(settings.db), shown_progress() as progress:
        report = asyncio.run(
            _unattended(
                settings,
                progress,
                lambda operator: rounds.run_once(chosen, lambda: _pool(settings), operator, due_only=due),
            )
        )
    if not report.portals:
        click.echo(f"no portal is due; {_next_visit(chosen, settings.db)}", err=True)
    show_crawl(report, form)
    return PARTIAL if report.partial else 0


@click.group()
def schedule() -> None:
    """Who is due, crawling in a loop, and what to give to systemd or cron."""


@schedule.command()
@_options
def loop(
    portal_ids: tuple[str, ...], db: Path | None, archive: Path | None, folder: Path | None, metrics: Path | None
) -> int:
    """Visit PORTALs whenever they are due, until SIGTERM or Ctrl-C; for containers.

    Portal files and rules are read again for every round. Exit code 0: stopped when asked; 4: another run is at work.
    """
    from govscrape.fetch import require_contact
    from govscrape.schedule import rounds
    from govscrape.schedule.lock import held
    from govscrape.settings import load_settings

    settings = load_settings(db=db, archive=archive, metrics=metrics)

    def loads() -> "tuple[list[Portal], Callable[[], Pool[Extracts]]]":
        return _portals(folder, portal_ids), lambda: _pool(settings)

    # A mistake of today is told at once and not in a log.
    require_contact(loads()[0], settings)
    with held(settings.db), shown_progress() as progress:
        asyncio.run(_unattended(settings, progress, lambda operator: rounds.loop(loads, operator, _tell)))
    click.echo("stopped", err=True)
    return 0


@schedule.command("list")
@_options
@format_option
def list_(
    portal_ids: tuple[str, ...],
    db: Path | None,
    folder: Path | None,
    form: Format,
    **_: object,
) -> None:
    """Show when each of PORTALs is visited next, the first first."""
    from govscrape.clock import SystemClock
    from govscrape.schedule.rounds import visits
    from govscrape.settings import load_settings

    now = SystemClock().now()
    rows = [
        {
            "portal": visit.portal.id,
            "state": visit.state,
            "due_at": visit.due_at.astimezone(UTC).isoformat(timespec="minutes"),
            "every_h": visit.portal.schedule.every_h,
            "quiet_hours": visit.portal.schedule.quiet_hours,
        }
        for visit in visits(_portals(folder, portal_ids), load_settings(db=db).db, now)
    ]
    write_rows(rows, ("portal", "state", "due_at", "every_h", "quiet_hours"), form)


@schedule.command("print")
@_options
@click.option("--systemd", "form", flag_value="systemd", help="A service and its timer.")
@click.option("--cron", "form", flag_value="cron", help="A line for crontab -e, or /etc/cron.d with --user.")
@click.option("--user", metavar="NAME", help="Run as that user.")
def print_(
    portal_ids: tuple[str, ...],
    db: Path | None,
    archive: Path | None,
    folder: Path | None,
    metrics: Path | None,
    form: Literal["systemd", "cron"] | None,
    user: str | None,
) -> None:
    """Print what makes systemd or cron visit the PORTALs that are due, with the paths of this machine."""
    from govscrape.schedule import units
    from govscrape.settings import load_settings

    if form is None:
        raise click.UsageError("say --systemd or --cron")
    if user is not None and not units.is_user(user):
        raise click.BadParameter(f"{user!r} is no user name", param_hint="--user")
    chosen = _portals(folder, portal_ids)
    settings = load_settings(db=db, archive=archive, metrics=metrics)
    paths = {"--db": settings.db, "--archive": settings.archive, "--portals": folder, "--metrics": settings.metrics}
    words = [sys.executable, "-m", "govscrape", "run", "--due"]
    for name, path in paths.items():
        words += [name, str(path.absolute())] if path else []
    job = units.Job((*words, *portal_ids), Path.cwd(), units.minutes_between(chosen), user, settings.contact)
    click.echo(units.systemd(job) if form == "systemd" else units.cron(job), nl=False)


def _next_visit(portals: "list[Portal]", db: Path) -> str:
    from govscrape.clock import SystemClock
    from govscrape.schedule.rounds import visits

    first = min(visits(portals, db, SystemClock().now()), key=lambda visit: visit.due_at)
    return f"the next is {first.portal.id}, {local(first.due_at)}"


def _portals(folder: Path | None, ids: Sequence[str]) -> "list[Portal]":
    from govscrape.rules.portals import load_portals

    return choose(load_portals(folder), ids)


def _pool(settings: "Settings") -> "Pool[Extracts]":
    from govscrape.reading import open_pool

    return open_pool(settings)


def _tell(report: "CrawlReport") -> None:
    for portal in report.portals:
        counts = portal.counts
        line = f"{portal.portal}: {counts.new} new, {counts.changed} changed, {counts.failed} failed"
        click.echo(f"{line}; partial: {portal.reason}" if portal.reason else line, err=True)


async def _unattended(settings: "Settings", progress: "Progress", work: "Callable[[Operator], Any]") -> Any:
    """Do the work; the first SIGTERM or SIGINT asks it to stop, the second ends the process at once."""
    from govscrape.clock import SystemClock
    from govscrape.fetch import silence_retry_library
    from govscrape.schedule.rounds import Operator, Stop

    silence_retry_library()
    stop = Stop(asyncio.Event())
    on_signals(stop.ask)
    return await work(Operator(settings, SystemClock(), stop, progress, warn))

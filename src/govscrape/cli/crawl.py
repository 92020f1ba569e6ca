"""``govscrape crawl`` and ``govscrape reextract``: visit portals, or read what was kept of them again."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from govscrape.cli.output import Format, Row, cell_text, format_option, write_rows
from govscrape.errors import InputError

if TYPE_CHECKING:
    from govscrape.models.portal import Portal
    from govscrape.models.run import CrawlReport, Event, PortalReport, ReextractReport
    from govscrape.pipeline import Progress

PARTIAL = 3

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
@click.option("--max-pages", type=click.IntRange(min=1), help="Walk at most that many pages of each listing.")
@click.option("--deep", "mode", flag_value="deep", help="Walk on past what is known, to the listing's end.")
@click.option(
    "--refresh", "mode", flag_value="refresh", help="As --deep, and ask for known articles again, to find edits."
)
@format_option
def crawl(
    portal_ids: tuple[str, ...],
    db: Path | None,
    archive: Path | None,
    folder: Path | None,
    max_pages: int | None,
    mode: Literal["deep", "refresh"] | None,
    form: Format,
) -> int:
    """Visit PORTALs (all but the archives, when none is named), archive their news and store the records.

    Set GOVSCRAPE_CONTACT to a mail address or URL first: it tells the portals who asks. Exit code 3: partial run.
    """
    from govscrape import pipeline
    from govscrape.archive import Archive
    from govscrape.fetch import silence_retry_library
    from govscrape.reading import open_pool
    from govscrape.rules.portals import load_portals
    from govscrape.schedule.lock import held
    from govscrape.settings import load_settings
    from govscrape.store import Store

    silence_retry_library()
    settings = load_settings(db=db, archive=archive)
    chosen = choose(load_portals(folder), portal_ids)
    with (
        open_pool(settings) as workers,
        held(settings.db),
        Store.open(settings.db) as store,
        Archive(settings.archive) as responses,
        shown_progress() as progress,
    ):
        report = asyncio.run(
            pipeline.crawl(
                chosen,
                store=store,
                archive=responses,
                workers=workers,
                settings=settings,
                progress=progress,
                max_pages=max_pages,
                mode=mode or "new",
            )
        )
    show_crawl(report, form)
    _show_void(store.corrections.voided)
    return PARTIAL if report.partial else 0


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


def _show_void(lines: Sequence[str]) -> None:
    """The corrections that no longer fit what was read."""
    for line in lines:
        click.secho(cell_text(line), fg="yellow", err=True)


_PER_PORTAL = ("portal", "pages", "listed", "new", "changed", "same", "failed", "gone", "state")


def show_crawl(report: "CrawlReport", form: Format) -> None:
    """What each portal gave on stdout, in JSON each with its listings, and on stderr why a run is partial."""
    rows = [_row(portal) for portal in report.portals]
    more = ("files", "requests", "issues", "reason", "listings") if form in ("json", "jsonl") else ()
    columns = (*_PER_PORTAL, *more)
    write_rows(rows, columns, form)
    for portal in report.portals:
        if portal.reason:
            click.secho(f"partial: {portal.portal}: {portal.reason}", fg="yellow", err=True)


def _row(portal: "PortalReport") -> Row:
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


def show_reextract(report: "ReextractReport") -> None:
    """One line of counts on stdout, and on stderr each page that could not be read."""
    counts = report.counts
    click.echo(f"{counts.same} same, {counts.changed} changed, {counts.new} new, {counts.failed} failed")
    for fault in report.faults:
        click.secho(f"{fault.code}: {fault.message}", fg="yellow", err=True)

"""``govscrape status`` and ``govscrape issues``: what is wrong, and what could not be settled."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from govscrape.cli.output import Format, Row, format_option, write_rows

if TYPE_CHECKING:
    from govscrape.models.health import Health

WRONG = 3

_COLUMNS = (
    *("portal", "state", "last_complete", "last_extraction", "last_article", "articles", "runs_partial", "runs_seen"),
    *("miss_rate", "disagree_rate", "due_at", "last_start", "reason", "alarms"),
)
_TABLE = ("portal", "state", "last_crawl", "extraction", "newest", "partial", "miss", "disagree", "due", "alarms")

_db = click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="Database [default: db/govscrape.db].")


@click.command()
@click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1)
@_db
@click.option(
    "--portals",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of portal files [default: the rules' own].",
)
@click.option("--metrics", type=click.Path(path_type=Path, dir_okay=False), help="Also write this file for Prometheus.")
@click.option("--wrong", is_flag=True, help="Show only portals with an alarm.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="How to print.",
)
def status(
    portal_ids: tuple[str, ...],
    db: Path | None,
    folder: Path | None,
    metrics: Path | None,
    wrong: bool,
    form: Literal["table", "json"],
) -> int:
    """Show the state of PORTALs (all but the archives, when none is named): last good crawl and extraction, alarms.

    Exit code 3: an alarm stands. docs/operate.md says what each alarm means.
    """
    from govscrape.cli.crawl import choose
    from govscrape.clock import SystemClock
    from govscrape.rules.portals import load_portals
    from govscrape.schedule.metrics import render, write
    from govscrape.schedule.rounds import states
    from govscrape.settings import load_settings

    settings, now = load_settings(db=db), SystemClock().now()
    found = states(choose(load_portals(folder), portal_ids), settings.db, now)
    if metrics:
        write(metrics, render(found, now))
    shown = [health for health in found if health.alarms or not wrong]
    if form == "json":
        write_rows(map(_row, shown), _COLUMNS, form)
    else:
        write_rows((_for_people(health, now) for health in shown), _TABLE, form)
    bad = sum(bool(health.alarms) for health in found)
    click.echo(f"{bad} of {len(found)} portals have alarms" if bad else f"{len(found)} portals, no alarm", err=True)
    return WRONG if bad else 0


@click.command()
@click.option("--portal", "portals", multiple=True, help="Id of a portal. May be given again.")
@click.option("--code", "codes", multiple=True, help="Code of the issue. May be given again.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Seen since then, in Vietnam's time."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N rows, the newest.")
@_db
@format_option
def issues(
    portals: tuple[str, ...],
    codes: tuple[str, ...],
    since: datetime | None,
    limit: int | None,
    db: Path | None,
    form: Format,
) -> None:
    """List what runs noted and what stands beside the records of today's articles, the newest first."""
    from govscrape.dataset.issues import COLUMNS, IssueFilters, stored_issues
    from govscrape.models.schedule import VIETNAM
    from govscrape.settings import load_settings

    moment = since.replace(tzinfo=VIETNAM) if since else None
    rows = stored_issues(load_settings(db=db).db, IssueFilters(portals, codes, moment, limit))
    columns = ("portal", "code", "message", "where", "times", "last_seen_at") if form == "table" else COLUMNS
    write_rows(rows, columns, form)
    if not rows:
        click.echo("no issues", err=True)


def _row(health: "Health") -> Row:
    return {
        **health.history.model_dump(mode="json"),
        "state": _state(health),
        "miss_rate": health.history.miss_rate,
        "disagree_rate": health.history.disagree_rate,
        "due_at": health.due_at.isoformat(),
        "alarms": [alarm.model_dump(mode="json", exclude={"portal"}) for alarm in health.alarms],
    }


def _for_people(health: "Health", now: datetime) -> Row:
    past = health.history
    return {
        "portal": health.portal,
        "state": _state(health),
        "last_crawl": _ago(past.last_complete, now),
        "extraction": _ago(past.last_extraction, now),
        "newest": _ago(past.last_article, now),
        "partial": f"{past.runs_partial}/{past.runs_seen}" if past.runs_seen else None,
        "miss": None if past.miss_rate is None else f"{past.miss_rate:.0%}",
        "disagree": None if past.disagree_rate is None else f"{past.disagree_rate:.0%}",
        "due": "now" if health.due_at <= now else f"in {_span((health.due_at - now).total_seconds())}",
        "alarms": "\n".join(f"{alarm.code}: {alarm.message}" for alarm in health.alarms),
    }


def _state(health: "Health") -> str:
    past = health.history
    if health.at_work:
        return "at work"
    if past.status == "running":
        return "killed"
    return "halted" if past.halted else past.status or "never crawled"


def _ago(moment: datetime | None, now: datetime) -> str | None:
    return None if moment is None else f"{_span(max(0.0, (now - moment).total_seconds()))} ago"


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"

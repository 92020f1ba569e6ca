"""``govscrape status`` and ``govscrape issues``: what is wrong, and what could not be settled."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from govscrape.cli.output import Format, Row, cell_text, format_option, write_rows

if TYPE_CHECKING:
    from govscrape.models.back_fill import Filled
    from govscrape.models.health import Health
    from govscrape.schedule.rounds import Walk

WRONG = 3

_COLUMNS = (
    *("portal", "state", "last_complete", "last_extraction", "last_article", "articles", "week", "usual_per_week"),
    *("usual_learned_from", "runs_partial", "runs_seen", "miss_rate", "disagree_rate", "due_at", "last_start"),
    *("reason", "back_fills", "alarms"),
)
_TABLE = ("portal", "state", "crawled", "read", "newest", "7_days", "partial", "miss", "differ", "due", "alarms")
_TABLE_WIDTH = 110
_MESSAGE_CHARS = 200
_WALKS = ("portal", "listing", "walked", "range", "pages", "listed", "expected", "known", "state", "ended_by")

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
@click.option("--listings", is_flag=True, help="Show how each listing was last walked instead, ranges of days too.")
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
    listings: bool,
    form: Literal["table", "json"],
) -> int:
    """Show the state of PORTALs (all but the archives, when none is named): last good crawl and extraction, alarms.

    Exit code 3: an alarm stands. docs/operate.md says what each alarm means.

    \b
    crawled  how long ago a run last saw everything
    read     how long ago an article was last read by the portal's selectors
    newest   how old the newest article is
    7 days   articles of the last seven days, of how many are usual; ~ where that was learned
    partial  runs that saw less than they should, of the last ten
    miss     newest articles that the portal's selectors did not read
    differ   newest articles that selectors and generic reading read differently
    due      when the portal is visited next
    """  # noqa: D301 - a form feed for click
    from govscrape.cli.crawl import choose
    from govscrape.clock import SystemClock
    from govscrape.rules.portals import load_portals
    from govscrape.schedule.lock import held_since
    from govscrape.schedule.metrics import render, write
    from govscrape.schedule.rounds import fills, states, undescribed, walks
    from govscrape.settings import load_settings

    settings, now = load_settings(db=db), SystemClock().now()
    described, filled = load_portals(folder), fills(settings.db)
    chosen = choose(described, portal_ids)
    if not portal_ids:
        chosen += [portal for portal in described.values() if portal.archive and _is_open(filled.get(portal.id, ()))]
        if strangers := undescribed(described, settings.db):
            click.echo(f"crawled, but described in no file here (--portals DIR): {', '.join(strangers)}", err=True)
    found = states(chosen, settings.db, now)
    if metrics:
        write(metrics, render(found, now, filled, held_since(settings.db)))
    shown = [health for health in found if health.alarms or not wrong]
    if listings:
        names = {health.portal for health in shown}
        told = walks((portal for portal in chosen if portal.id in names), settings.db)
        write_rows((_walk(walk, now, form) for walk in told), _WALKS, form, narrow=_TABLE_WIDTH)
    elif form == "json":
        write_rows(map(_row, shown), _COLUMNS, form)
    else:
        write_rows((_for_people(health, now) for health in shown), _TABLE, form, narrow=_TABLE_WIDTH)
        for alarm in (alarm for health in shown for alarm in health.alarms):
            click.echo(f"{alarm.portal}: {alarm.code}: {_shortened(cell_text(alarm.message))}")
        for line in (line for health in shown for line in _being_filled(health, now)):
            click.echo(line)
    return _verdict(found)


def _verdict(found: "Sequence[Health]") -> int:
    """How many portals have alarms, and what to do first about each kind; the exit code."""
    from govscrape.schedule.health import ADVICE

    bad = sum(bool(health.alarms) for health in found)
    alarmed = f"{bad} of {len(found)} portals {'has' if bad == 1 else 'have'} alarms"
    click.echo(alarmed if bad else f"{len(found)} portals, no alarm", err=True)
    standing = {alarm.code for health in found for alarm in health.alarms}
    if any(_is_open(health.filled) for health in found):
        standing.add("back_fill")
    for code, advice in ADVICE.items():
        if code in standing:
            click.echo(f"  {code}: {advice}", err=True)
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


def _is_open(fills: "Iterable[Filled]") -> bool:
    return any(fill.open for fill in fills)


def _being_filled(health: "Health", now: datetime) -> Iterator[str]:
    """A line for each list with days that are still to be filled, and how far that came."""
    from govscrape.models.run import counted

    for fill in health.filled:
        if fill.open:
            walk = fill.walk
            share = "" if walk.share is None else f"{walk.share:.0%} walked, "
            had = counted(walk.wanted - walk.missing, "article")
            missing = f", {walk.missing} missing" if walk.missing else ""
            since = f"last run {_age(fill.updated_at, now)} ago"
            yield f"{health.portal}/{walk.listing}: {walk.span} to be filled: {share}{had}{missing}, {since}"


def _fill_row(fill: "Filled") -> Row:
    walk = fill.walk
    return {
        **walk.model_dump(mode="json", include={"listing", "pages", "wanted", "missing", "share", "reason"}),
        **walk.span.model_dump(mode="json"),
        "share": walk.share,
        "last_run": fill.updated_at.isoformat(),
    }


def _row(health: "Health") -> Row:
    return {
        **health.history.model_dump(mode="json"),
        "state": _state(health),
        "usual_per_week": health.usual.per_week if health.usual else None,
        "usual_learned_from": health.usual.learned_from if health.usual else None,
        "miss_rate": health.history.miss_rate,
        "disagree_rate": health.history.disagree_rate,
        "due_at": health.due_at.astimezone(UTC).isoformat(),
        "back_fills": [_fill_row(fill) for fill in health.filled if fill.open],
        "alarms": [alarm.model_dump(mode="json", exclude={"portal"}) for alarm in health.alarms],
    }


def _for_people(health: "Health", now: datetime) -> Row:
    past = health.history
    return {
        "portal": health.portal,
        "state": _state(health),
        "crawled": _age(past.last_complete, now),
        "read": _age(past.last_extraction, now),
        "newest": _age(past.last_article, now),
        "7_days": _week(health),
        "partial": f"{past.runs_partial} of {past.runs_seen}" if past.runs_seen else None,
        "miss": None if past.miss_rate is None else f"{past.miss_rate:.0%}",
        "differ": None if past.disagree_rate is None else f"{past.disagree_rate:.0%}",
        "due": "now" if health.due_at <= now else f"in {_span((health.due_at - now).total_seconds())}",
        "alarms": ", ".join(alarm.code for alarm in health.alarms),
    }


def _week(health: "Health") -> str | None:
    if not health.history.articles:
        return None
    if health.usual is None or not health.usual.per_week:
        return str(health.history.week)
    return f"{health.history.week} of {'~' if health.usual.learned_from else ''}{health.usual.per_week:g}"


def _walk(walk: "Walk", now: datetime, form: str) -> Row:
    """A listing's certificate."""
    from govscrape.models.back_fill import GIVEN_UP

    if walk.filled is not None:
        filled = walk.filled.walk
        row: dict[str, object] = filled.model_dump(mode="json", include={"listing", "pages", "expected", "reason"})
        row |= {"range": str(filled.span), "listed": filled.items}
        at, state = walk.filled.updated_at, "open" if walk.filled.open else "closed"
        state = "given up" if filled.reason == GIVEN_UP else state
    else:
        row = {**(walk.crawled or {})}
        row |= {"listed": row["items"], "known": row["overlap"]}
        at, state = datetime.fromisoformat(str(row["started_at"])), "closed" if row["closed"] else "open"
    return {
        **row,
        "portal": walk.portal,
        "walked": at.isoformat() if form == "json" else _age(at, now),
        "state": state,
        "ended_by": row["reason"],
    }


def _state(health: "Health") -> str:
    past = health.history
    if health.at_work:
        return "at work"
    if past.status == "running":
        return "killed"
    return "halted" if past.halted else past.status or "never crawled"


def _age(moment: datetime | None, now: datetime) -> str | None:
    return None if moment is None else _span(max(0.0, (now - moment).total_seconds()))


def _shortened(text: str) -> str:
    """A message in a few lines; the whole of it stands in the JSON and among the issues."""
    return text if len(text) <= _MESSAGE_CHARS else f"{text[:_MESSAGE_CHARS]} …"


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"

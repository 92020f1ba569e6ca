"""``govscrape evaluate``: how right the records are, where they are wrong, and whether that is worse than it was."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.cli.output import cell_text
from govscrape.errors import InputError
from govscrape.evaluate.breakdown import WAYS, breakdown
from govscrape.evaluate.floors import breaches, load_floors, save_floors, updated
from govscrape.evaluate.gold import load_cases
from govscrape.evaluate.page import html_page
from govscrape.evaluate.report import (
    Report,
    as_data,
    group_row,
    markdown,
    measure_rows,
    miss_row,
    report_of,
    with_table,
)
from govscrape.evaluate.run import evaluate as evaluate_cases
from govscrape.evaluate.taxonomy import ERRORS
from govscrape.evaluate.why import Why
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words

GOLD = "tests/fixtures/gold"
_PIPE_WIDTH = 120
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Output."
)
@click.option("--by", multiple=True, type=click.Choice(WAYS), help="Also count by this; can be given several times.")
@click.option("--show", metavar="N", type=click.IntRange(min=0), default=0, help="List the first N misses.")
@click.option("--html", type=_FILE, help="Write one offline page: every miss, with its article in colour.")
@click.option("--floors", type=_FILE, help="Compare with the floors in this file; exit 1 when a figure is below.")
@click.option("--update", is_flag=True, help="Raise the floors to today's figures and note the gold they hold for.")
@click.option("--allow-regression", is_flag=True, help="With --update: also lower floors.")
@click.option("--readme", type=_FILE, help="Write the table between the accuracy marks of this Markdown file.")
def evaluate(
    paths: tuple[Path, ...],
    form: str,
    by: tuple[str, ...],
    show: int,
    html: Path | None,
    floors: Path | None,
    update: bool,
    allow_regression: bool,
    readme: Path | None,
) -> int:
    """Compare what is read from annotated articles with what annotators wrote down.

    PATH is a gold file or a folder of them (default: tests/fixtures/gold). What counts as right stands in
    docs/annotation.md. low and high bound the F1 in 95 of 100 random redraws of the articles; partial is the F1 when a
    record in the wrong place, or cut wrongly, counts half. The exit code is 1 when a figure is below its floor or an
    article could not be read.
    """
    if (update or allow_regression) and not floors:
        raise click.UsageError("--update and --allow-regression need --floors FILE")
    if allow_regression and not update:
        raise click.UsageError("--allow-regression needs --update")
    ruleset = load_ruleset()
    cases = load_cases(paths or (Path(GOLD),))
    report = report_of(list(evaluate_cases(cases, ruleset, load_page_words())), ruleset.version)
    if form == "json":
        click.echo(json.dumps(as_data(report, by, show), ensure_ascii=False, indent=2, default=str))
    else:
        _print(report, by, show)
    if html:
        _write(html, lambda: html_page(report, Why(ruleset).lines))
    if readme:
        _write(readme, lambda: with_table(readme.read_text(encoding="utf-8"), markdown(report)))
    problems = _gate(floors, report, update, allow_regression) if floors else []
    for line in problems or [f"{article}: {message}" for article, message in report.faults]:
        click.secho(cell_text(line), fg="red", err=True)
    return 1 if problems or report.faults else 0


def _write(path: Path, make: Callable[[], str]) -> None:
    try:
        path.write_text(make(), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _gate(path: Path, report: Report, update: bool, allow_regression: bool) -> list[str]:
    """What is below its floor; with ``update`` the file is written instead."""
    if not update:
        return breaches(load_floors(path), report)
    known = load_floors(path) if path.exists() else None
    save_floors(path, updated(known, report, allow_regression=allow_regression))
    return []


def _print(report: Report, by: Sequence[str], show: int) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPE_WIDTH)
    about = f"{len(report.results)} articles, ruleset {report.ruleset}, gold {report.gold}"
    _table(
        console, about, measure_rows(report), ("about", "precision", "recall", "f1", "low", "high", "partial", "gold")
    )
    if report.errors:
        rows = [{"error": name, "times": count, "meaning": ERRORS[name]} for name, count in report.errors.items()]
        _table(console, "Errors", rows, ("error", "times", "meaning"))
    for way in by:
        rows = [group_row(group, way) for group in breakdown(report.results, way)]
        if rows:
            _table(console, f"By {way}", rows, tuple(rows[0]))
    for article, miss in list(report.misses)[:show]:
        _print_miss(console, miss_row(article, miss))


def _table(console: Console, title: str, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for at, column in enumerate(columns):
        is_text = not at or column == "meaning"
        heading = {"about": "measure", "f1": "F1", "wrong_slots": "slots"}.get(column, column)
        justify: Literal["left", "right"] = "left" if is_text else "right"
        table.add_column(heading.replace("_", " "), justify=justify, overflow="fold", no_wrap=column != "meaning")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    console.print(table)
    console.print()


def _cell(value: Any) -> Text:
    return Text(f"{value:.3f}" if isinstance(value, float) else cell_text(value))


def _print_miss(console: Console, row: dict[str, Any]) -> None:
    what = f"{row['kind']} {row['slot']}" if row["slot"] else row["kind"]
    console.print(Text.assemble((row["article"], "bold"), "  ", (row["error"], "red"), f"  {what}"))
    if row["value"]:
        console.print(Text(f"  expected {row['value']['expected']!r}, found {row['value']['found']!r}", "yellow"))
    for name, style in (("gold", "green"), ("found", "red"), ("rule", "dim")):
        if row[name]:
            console.print(Text(f"  {name:<6} {cell_text(row[name])}", style))
    console.print(Text(f"  “{cell_text(row['evidence'])}”", "dim"))

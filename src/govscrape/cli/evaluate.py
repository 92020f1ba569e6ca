"""``govscrape evaluate``: how right the records are, where they are wrong, and whether that is worse than it was."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.cli.output import cell_text
from govscrape.errors import InputError
from govscrape.evaluate.breakdown import WAYS
from govscrape.evaluate.case import Case
from govscrape.evaluate.floors import breaches, load_floors, save_floors, updated
from govscrape.evaluate.gold import Gold, load_gold
from govscrape.evaluate.page import html_page
from govscrape.evaluate.page_case import PageCase
from govscrape.evaluate.report import (
    ABOUT,
    PAGES,
    TEST,
    Part,
    Report,
    as_data,
    groups_of,
    markdown,
    measure_rows,
    miss_row,
    report_of,
    with_table,
)
from govscrape.evaluate.rule_table import rule_rows
from govscrape.evaluate.run import Result, read_pages
from govscrape.evaluate.run import evaluate as evaluate_cases
from govscrape.evaluate.taxonomy import ERRORS
from govscrape.evaluate.why import Why
from govscrape.models.portal import Portal
from govscrape.rules import RuleSet, load_ruleset
from govscrape.rules.load import rules_dir
from govscrape.rules.portals import load_page_words, load_portal, load_portals

GOLD = ("tests/fixtures/gold", "tests/fixtures/pages")
_RULE = "rule"
_PIPE_WIDTH = 120
_FILE = click.Path(dir_okay=False, path_type=Path)
_COLUMNS = ("about", "precision", "recall", "f1", "low", "high", "partial", "gold")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Output."
)
@click.option(
    "--by", multiple=True, type=click.Choice([*WAYS, _RULE]), help="Also count by this; can be given several times."
)
@click.option("--show", metavar="N", type=click.IntRange(min=0), default=0, help="List the first N misses.")
@click.option("--show-test", is_flag=True, help="Tell the misses of held-out articles too: never while mending rules.")
@click.option("--html", type=_FILE, help="Write one offline page: every miss, with its article in colour.")
@click.option("--floors", type=_FILE, help="Compare with the floors in this file; exit 1 when a figure is below.")
@click.option("--update", is_flag=True, help="Raise the floors to today's figures and note the gold they hold for.")
@click.option("--allow-regression", is_flag=True, help="With --update: also lower floors.")
@click.option("--readme", type=_FILE, help="Write the tables between the accuracy marks of this Markdown file.")
def evaluate(
    paths: tuple[Path, ...],
    form: str,
    by: tuple[str, ...],
    show: int,
    show_test: bool,
    html: Path | None,
    readme: Path | None,
    **gate: Any,
) -> int:
    """Compare what is read from annotated articles and pages with what annotators wrote down.

    PATH is a gold file or a folder of them (default: tests/fixtures/gold and tests/fixtures/pages). What counts as
    right stands in docs/annotation.md. Articles in a folder named test are held out: they are counted apart, and their
    misses are only counted. low and high bound the F1 in 95 of 100 random redraws of the articles; partial is the F1
    when an answer that is right in part counts half. --by portal: an article that names none counts for its province's.
    The exit code is 1 when a figure is below its floor or an article could not be read.
    """
    if (gate["update"] or gate["allow_regression"]) and not gate["floors"]:
        raise click.UsageError("--update and --allow-regression need --floors FILE")
    if gate["allow_regression"] and not gate["update"]:
        raise click.UsageError("--allow-regression needs --update")
    ruleset = load_ruleset()
    known = tuple(path for path in map(Path, GOLD) if path.exists())
    if not paths and not known:
        raise InputError(f"no {' and no '.join(GOLD)} here: give a PATH")
    gold = load_gold(paths or known)
    report = _measure(gold, ruleset, _with_portals(gold.cases) if "portal" in by else gold.cases)
    shown = [name for name in report.parts if name != TEST or show_test]
    if form == "json":
        click.echo(json.dumps(_as_data(report, by, show, shown, ruleset), ensure_ascii=False, indent=2, default=str))
    else:
        _print(report, by, show, shown, ruleset)
    for draft in gold.drafts:
        click.secho(cell_text(f"{draft}: a draft, not scored"), fg="yellow", err=True)
    if html:
        _write(html, lambda: html_page(report, shown, Why(ruleset).lines))
    if readme:
        _write(readme, lambda: with_table(readme.read_text(encoding="utf-8"), markdown(report)))
    problems = _gate(report, **gate) if gate["floors"] else []
    for line in problems or [f"{article}: {message}" for article, message in report.faults]:
        click.secho(cell_text(line), fg="red", err=True)
    return 1 if problems or report.faults else 0


def _measure(gold: Gold, ruleset: RuleSet, cases: Sequence[Case]) -> Report:
    words = load_page_words()
    pages = [(page, _portal_of(page)) for page in gold.pages]
    return report_of(
        list(evaluate_cases(cases, ruleset, words)), ruleset.version, gold.digest, list(read_pages(pages, words))
    )


def _with_portals(cases: Sequence[Case]) -> list[Case]:
    """The cases; those that name no portal have that of their province."""
    homes = {portal.province: portal.id for portal in load_portals().values()}
    return [case.model_copy(update={"portal": case.portal or homes.get(case.province or "")}) for case in cases]


def _portal_of(page: PageCase) -> Portal | None:
    if page.portal is None:
        return None
    beside = Path(page.folder) / page.portal
    return load_portal(beside if page.portal.endswith(".yaml") else rules_dir() / "portals" / f"{page.portal}.yaml")


def _write(path: Path, make: Callable[[], str]) -> None:
    try:
        path.write_text(make(), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _gate(report: Report, *, floors: Path, update: bool, allow_regression: bool) -> list[str]:
    """What is below its floor; with ``update`` the file is written instead."""
    if not update:
        return breaches(load_floors(floors), report)
    known = load_floors(floors) if floors.exists() else None
    save_floors(floors, updated(known, report, allow_regression=allow_regression))
    return []


def _rules_of(part: Part, ruleset: RuleSet) -> list[dict[str, Any]]:
    return rule_rows([result for result in part.results if isinstance(result, Result)], ruleset)


def _as_data(report: Report, by: Sequence[str], show: int, shown: Sequence[str], ruleset: RuleSet) -> dict[str, Any]:
    data = as_data(report, [way for way in by if way != _RULE], show, shown)
    if _RULE in by:
        for name in set(shown) - {PAGES}:
            data["parts"][name]["by"][_RULE] = _rules_of(report.parts[name], ruleset)
    return data


def _print(report: Report, by: Sequence[str], show: int, shown: Sequence[str], ruleset: RuleSet) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPE_WIDTH)
    for name, part in report.parts.items():
        _table(console, f"{name}: {part.articles} {ABOUT[name]}", measure_rows(part), _COLUMNS)
    errors = [error for error in ERRORS if any(error in part.errors for part in report.parts.values())]
    if errors:
        rows = [{"error": error, **_times(report, error), "meaning": ERRORS[error]} for error in errors]
        _table(console, "Errors", rows, tuple(rows[0]))
    for name, way, rows in _groups(report, by, shown, ruleset):
        _table(console, f"{name}, by {way}", rows, tuple(rows[0]))
    for article, miss in [told for name in shown for told in report.parts[name].misses][:show]:
        _print_miss(console, miss_row(article, miss))
    console.print(Text(f"ruleset {report.ruleset}, gold {report.gold}", "dim"))


def _times(report: Report, error: str) -> dict[str, int]:
    return {name: part.errors.get(error, 0) for name, part in report.parts.items()}


def _groups(
    report: Report, by: Sequence[str], shown: Sequence[str], ruleset: RuleSet
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """The tables asked for, with part and way; empty ones are left out, and so are rules that never fire."""
    for name in shown:
        for way in by:
            part = report.parts[name]
            rows = _rules_of(part, ruleset) if way == _RULE else groups_of(part, way)
            rows = [row for row in rows if way != _RULE or row["fires"]]
            if rows:
                yield name, way, rows


def _table(console: Console, title: str, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for at, column in enumerate(columns):
        is_text = not at or column == "meaning"
        heading = {"about": "measure", "f1": "F1", "wrong_slots": "slots", "alone": "only by it"}.get(column, column)
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
    if row["evidence"]:
        console.print(Text(f"  “{cell_text(row['evidence'])}”", "dim"))

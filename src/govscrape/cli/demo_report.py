"""What ``govscrape demo`` prints: a page of tables for a terminal of 80 columns and more."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from govscrape.cli.output import cell_text
from govscrape.dataset import query
from govscrape.demo import MARK, SENTENCE, WORDS, expected, sample_articles
from govscrape.demo.compare import Comparison, compare

if TYPE_CHECKING:
    from govscrape.models.portal import Portal
    from govscrape.models.run import CrawlReport

Row = Mapping[str, Any]

_PIPE_WIDTH = 100
_PER_PORTAL = 2
_ROLES = {"chair": 0, "cochair": 1, "speaker": 2, "reporter": 3}


def show(report: "CrawlReport", portals: "Sequence[Portal]", base_url: str, db: Path) -> None:
    """The run portal by portal, results with their evidence, some officials and directives, what was left alone."""
    console = Console(highlight=False, width=None if "COLUMNS" in os.environ else _width())
    rows = {kind: query(kind, db) for kind in ("indices", "officials", "directives", "articles", "issues")}
    provinces = [portal.province for portal in portals]
    console.print(f"[bold]Sample portals[/] on {base_url}: public figures, invented people")
    _print(console, _crawled(report, portals, rows))
    if not any(run.counts.new for run in report.portals):
        same, changed = (sum(getattr(run.counts, name) for run in report.portals) for name in ("same", "changed"))
        console.print(f"  [dim]Nothing new: of the known articles {same} are the same, {changed} changed.[/]")
    _results(console, rows["indices"], provinces)
    _officials(console, rows["officials"], provinces)
    _directives(console, rows["directives"], provinces)
    _left_alone(console, rows)
    _checked(console, rows)
    _next(console, db)
    console.print(f"[dim]{MARK}.\nSample text, written for testing: people and remarks are invented.[/]")


def _width() -> int | None:
    return None if Console().is_terminal else _PIPE_WIDTH


def _crawled(report: "CrawlReport", portals: "Sequence[Portal]", rows: Mapping[str, Sequence[Row]]) -> Table:
    table = _table("portal", "CMS", *(f">{name}" for name in ("articles", "new", "results", "officials", "directives")))
    kinds = ("indices", "officials", "directives")
    for portal, run in zip(portals, report.portals, strict=True):
        mine = [row for row in rows["articles"] if row["portal"] == portal.id]
        found = (sum(row[kind] for row in mine) for kind in kinds)
        table.add_row(portal.province, portal.family, *map(str, (len(mine), run.counts.new, *found)))
    return table


def _results(console: Console, rows: Sequence[Row], provinces: Sequence[str]) -> None:
    own = [row for row in rows if _is_overall(row) and row["subject"] in provinces]
    newest: dict[tuple[str, str], Row] = {}
    for row in sorted(own, key=_fullness):
        newest[row["subject"], row["index"]] = row
    shown = sorted(newest.values(), key=lambda row: (provinces.index(row["subject"]), row["index"]))
    table = _table("province", "index", "year", ">score", ">rank", ">change", "evidence")
    for row in shown:
        score = "" if row["score"] is None else f"{row['score']:g}"
        place = [str(row[key]) for key in ("rank", "rank_of") if row[key]]
        table.add_row(
            row["subject"], row["index"], str(row["year"]), score, "/".join(place), _change(row), _line(row["evidence"])
        )
    _heading(console, "Index results", f"newest year of each index; {len(rows)} records in all")
    _print(console, table)


def _is_overall(row: Row) -> bool:
    is_result = row["status"] == "result" and row["component_text"] is None and row["year"] is not None
    return is_result and row["rank_scope"] in {None, "national"}


def _fullness(row: Row) -> tuple[int, int]:
    return row["year"], sum(row[key] is not None for key in ("score", "rank", "rank_of", "rank_delta"))


def _change(row: Row) -> Text:
    step = row["rank_delta"]
    if step is None:
        return Text("")
    if step == 0:
        return Text("=")
    return Text(f"▲{step}", style="green") if step > 0 else Text(f"▼{-step}", style="red")


def _officials(console: Console, rows: Sequence[Row], provinces: Sequence[str]) -> None:
    named = [row for row in rows if row["name"] and row["titles"]]
    named.sort(key=lambda row: (_ROLES.get(row["role"], 9), row["name"]))
    table = _table("province", "name", "role", "titles")
    for row in _some(named, provinces, "name"):
        table.add_row(row["province"], _line(row["name"]), row["role"], _line("; ".join(row["titles"])))
    if table.row_count:
        _heading(console, "Officials", f"{table.row_count} of {len(rows)}")
        _print(console, table)


def _directives(console: Console, rows: Sequence[Row], provinces: Sequence[str]) -> None:
    dated = [row for row in rows if row["deadline"] and row["addressees"]]
    dated.sort(key=lambda row: (row["issuer_name"] is None, row["deadline"]))
    table = _table("issuer", "to", "by", "task")
    for row in _some(dated, provinces, "url"):
        issuer = row["issuer_name"] or row["issuer_title"] or ""
        table.add_row(_line(issuer), _line("; ".join(row["addressees"])), str(row["deadline"]), _line(row["action"]))
    if table.row_count:
        _heading(console, "Directives", f"{table.row_count} of {len(rows)}")
        _print(console, table)


def _some(rows: Iterable[Row], provinces: Sequence[str], distinct: str) -> list[Row]:
    """The first few of each province, no two with the same ``distinct``."""
    taken: Counter[str] = Counter()
    out, seen = [], set()
    for row in rows:
        if taken[row["province"]] < _PER_PORTAL and row[distinct] not in seen:
            taken[row["province"]] += 1
            seen.add(row[distinct])
            out.append(row)
    return sorted(out, key=lambda row: provinces.index(row["province"]) if row["province"] in provinces else 99)


def _left_alone(console: Console, rows: Mapping[str, Sequence[Row]]) -> None:
    kinds: dict[tuple[str, str], str] = {(a.portal, a.title): a.kind for a in sample_articles()}
    results = Counter(row["url"] for row in rows["indices"] if row["status"] == "result")
    empty = Counter(kinds.get((row["portal"], row["title"])) for row in rows["articles"] if not results[row["url"]])
    _heading(console, "Left alone")
    for kind, text in (
        ("news", "plain news: harvests, festivals, sports, weather; figures in them, but no index"),
        ("plan", "plans: what they aim at is kept as a target, never as a result"),
        ("attachment", "notices whose text is only in an attached file"),
    ):
        if empty[kind]:
            console.print(f"  {empty[kind]:>3} {text}", soft_wrap=True)
    for code, times in Counter(row["code"] for row in rows["issues"]).items():
        where = next(row["where"] or "" for row in rows["issues"] if row["code"] == code)
        console.print(f"  {times:>3} {cell_text(code)}: {cell_text(where)}", soft_wrap=True)


def _checked(console: Console, rows: Mapping[str, Sequence[Row]]) -> None:
    stated, total = expected(), Comparison()
    for article in rows["articles"]:
        found = [row for row in rows["indices"] if row["url"] == article["url"]]
        total = total.plus(compare(stated.get((article["portal"], article["title"]), ()), found))
    _heading(console, "Checked", "against what the articles state, written down by hand")
    of = len(total.found) + len(total.missed)
    other = f"{len(total.other)} {'result' if len(total.other) == 1 else 'results'} that no article states"
    console.print(f"  {len(total.found)} of {of} stated results found, {other}")


def _next(console: Console, db: Path) -> None:
    _heading(console, "What next")
    command = _command()
    pages = (f"{command} explore --db {db}",) if find_spec("datasette") else ()
    for line in (
        *pages,
        f"{command} query indices --db {db} --province 'gia lai' --index papi",
        f"{command} query directives --db {db} --text '{WORDS}'",
        f"{command} explain '{SENTENCE}'",
        f"{command} status --db {db} --portals {db.parent / f'portals-{db.stem}'}",
        f"GOVSCRAPE_CONTACT=you@example.org {command} crawl gia_lai --max-pages 2",
    ):
        console.print(f"  {line}", soft_wrap=True, markup=False)


def _command() -> str:
    """How the command is called from here: by its name, or where it lies beside this Python."""
    beside = Path(sys.executable).with_name("govscrape")
    if shutil.which("govscrape") or not beside.exists():
        return "govscrape"
    return os.path.relpath(beside)


def _heading(console: Console, text: str, note: str = "") -> None:
    console.print(f"\n[bold]{text}[/]" + (f" [dim]({note})[/]" if note else ""))


def _table(*columns: str) -> Table:
    """A plain table; ">" before a name sets the column to the right, and the last column takes what is left."""
    table = Table(box=None, header_style="dim", pad_edge=False, expand=True, padding=(0, 2, 0, 0))
    for name in columns:
        is_last = name == columns[-1] and len(columns) > 1
        long = is_last or name in {"issuer", "to"}
        table.add_column(
            name.lstrip(">"),
            justify="right" if name.startswith(">") else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=(2 if is_last else 1) if long and not name.startswith(">") else None,
        )
    return table


def _print(console: Console, table: Table) -> None:
    console.print(Padding(table, (0, 0, 0, 2)))


def _line(text: str) -> Text:
    return Text(cell_text(text))

"""Rows to a table, CSV or JSON: the formats that all verbs share."""

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal, TextIO

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from govscrape.text.cells import joined, markdown_line, safe_for_spreadsheet

Format = Literal["table", "csv", "json", "jsonl", "markdown"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json", "jsonl", "markdown")

Row = Mapping[str, Any]

_NARROW = 80  # columns of a terminal below which a table is unreadable
_PIPE_WIDTH = 120
_LONG = frozenset(
    (
        "evidence evidence_a evidence_b action title titles addressees organisation message url where "
        "certainty old_provinces"
    ).split()
)
_SAYS = frozenset({"evidence", "url"})  # need no label
_LONG_MIN = 24
_URLS = ("http://", "https://")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

format_option = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How to print the rows.",
)


def write_rows(
    rows: Iterable[Row], columns: Sequence[str], form: Format, *, stream: TextIO | None = None, narrow: int = _NARROW
) -> None:
    """Prints the ``columns`` of each row to ``stream`` (default stdout).

    JSON keeps lists, numbers and null; in CSV and tables a list's items stand "; " apart and null is empty. A table has
    moments in Vietnam's time with its offset. CSV is UTF-8 without a byte order mark; text that a spreadsheet would run
    as a formula begins with an apostrophe.
    Markdown is a table in GitHub's dialect. Where a table would break words or URLs, its long columns stand below each
    row; in a terminal of fewer than ``narrow`` columns rows become cards.
    """
    out = stream or sys.stdout
    writers: Mapping[str, Callable[[Iterable[Row], Sequence[str], TextIO], None]] = {
        "csv": _write_csv,
        "json": _write_json,
        "jsonl": _write_jsonl,
        "markdown": _write_markdown,
        "table": partial(_write_table, narrow=narrow),
    }
    writers[form](rows, columns, out)


def cell_text(value: object) -> str:
    """A value as one line for people: no control characters, no terminal escapes, no direction marks."""
    return _CONTROL.sub(" ", joined(value)).strip()


def _write_csv(rows: Iterable[Row], columns: Sequence[str], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_for_spreadsheet(row.get(column)) for column in columns] for row in rows)


def _write_json(rows: Iterable[Row], columns: Sequence[str], out: TextIO) -> None:
    before = "[\n"
    for row in rows:
        out.write(before + "  " + _as_json(row, columns))
        before = ",\n"
    out.write("[]\n" if before == "[\n" else "\n]\n")


def _write_jsonl(rows: Iterable[Row], columns: Sequence[str], out: TextIO) -> None:
    out.writelines(_as_json(row, columns) + "\n" for row in rows)


def _write_markdown(rows: Iterable[Row], columns: Sequence[str], out: TextIO) -> None:
    out.write(f"{markdown_line(columns)}\n{markdown_line(['---'] * len(columns))}\n")
    out.writelines(f"{markdown_line([cell_text(row.get(column)) for column in columns])}\n" for row in rows)


def console_for(out: TextIO) -> Console:
    """A console as wide as the terminal, or as COLUMNS says where there is none."""
    return Console(file=out, highlight=False, width=None if out.isatty() else _pipe_width())


def _write_table(rows: Iterable[Row], columns: Sequence[str], out: TextIO, *, narrow: int) -> None:
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    used = [at for at in range(len(columns)) if any(line[at] for line in lines)]
    if not lines:
        return
    console = console_for(out)
    names, cells = [columns[at] for at in used], [[line[at] for at in used] for line in lines]
    columns_of = [[Text(name.replace("_", " ")), *(line[at] for line in cells)] for at, name in enumerate(names)]
    tight = [max(map(_longest_word, column)) for column in columns_of]
    least = [max(tight[at], min(_LONG_MIN, max(map(_widest, column)))) for at, column in enumerate(columns_of)]
    short = [at for at, name in enumerate(names) if name not in _LONG]
    if len(short) == len(names):
        least = tight
    if console.width >= max(narrow, sum(least) + 3 * len(least) + 1):
        _print_table(console, names, cells, least)
    elif narrow <= console.width >= sum(tight[at] + 2 for at in short) - 2 and short:
        _print_entries(console, names, cells, short, tight)
    else:
        _print_cards(console, names, cells)


def _longest_word(cell: Text) -> int:
    """How wide a column must be so that no word in it is broken and no URL; other endless words are."""
    words = cell.plain.split()
    return max((len(word) if word.startswith(_URLS) else min(len(word), _LONG_MIN) for word in words), default=0)


def _print_table(console: Console, names: Sequence[str], lines: Sequence[Sequence[Text]], least: Sequence[int]) -> None:
    wanted = [max(least[at], *(_widest(line[at]) for line in lines)) for at in range(len(names))]
    table = Table(header_style="bold", show_lines=True, expand=False)
    for name, width in zip(names, _fitted(least, wanted, console.width - 3 * len(names) - 1), strict=True):
        table.add_column(name.replace("_", " "), overflow="fold", width=width)
    for line in lines:
        table.add_row(*line)
    console.print(table)


def _fitted(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """Widths of columns: what each wants, as far as there is room; those that want least get it first."""
    widths = list(least)
    spare = room - sum(least)
    order = sorted(range(len(least)), key=lambda at: wanted[at] - least[at])
    for done, at in enumerate(order):
        more = min(wanted[at] - least[at], spare // (len(order) - done))
        widths[at] += more
        spare -= more
    return widths


def _print_entries(
    console: Console,
    names: Sequence[str],
    lines: Sequence[Sequence[Text]],
    short: Sequence[int],
    least: Sequence[int],
) -> None:
    """The short columns as a table without lines, and below each row the long ones over the whole width."""
    wanted = [max(least[at], *(_widest(line[at]) for line in lines)) for at in short]
    widths = _fitted([least[at] for at in short], wanted, console.width - 2 * len(short) + 2)
    for number, line in enumerate(lines):
        row = Table(
            show_header=not number,
            header_style="bold",
            box=None,
            pad_edge=False,
            collapse_padding=True,
            padding=(0, 2, 0, 0),
        )
        for at, width in zip(short, widths, strict=True):
            row.add_column(names[at].replace("_", " "), width=width, overflow="fold")
        row.add_row(*(line[at] for at in short))
        console.print(row)
        said: set[str] = set()  # evidence often is what another column says
        for at in (at for at in range(len(names)) if at not in short and line[at]):
            told = [part for part in line[at].split("\n") if part.plain not in said]
            said.update(part.plain for part in told)
            print_below(console, told, "" if names[at] in _SAYS else names[at].replace("_", " "))


def print_below(console: Console, lines: Iterable[Text], label: str = "") -> None:
    """Texts of any length below what they belong to; URLs stay whole, so that they can be followed."""
    for line in lines:
        if line.plain.startswith(_URLS):
            console.print(Text("  ").append_text(line), style="blue", soft_wrap=True)
        else:
            begun = Text(f"{label}: ", style="dim").append_text(line) if label else line
            console.print(Padding(begun, (0, 0, 0, 2), expand=False), overflow="fold")
        label = ""


def _widest(cell: Text) -> int:
    return max((line.cell_len for line in cell.split("\n")), default=0)


def _print_cards(console: Console, names: Sequence[str], lines: Sequence[Sequence[Text]]) -> None:
    for line in lines:
        for name, value in zip(names, line, strict=True):
            if value:
                console.print(Text(f"{name.replace('_', ' ')}: ", style="bold") + value, overflow="fold")
        console.print()


def local(moment: datetime) -> str:
    """A moment as people read it: Vietnam's time, which portals and their quiet hours keep, with its offset."""
    from govscrape.models.schedule import VIETNAM

    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M} +07:00"


def _cell(value: object) -> Text:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return Text(local(datetime.fromisoformat(value)))
    # Lines given by the verb stay; anything that came from a page is cleaned line by line.
    return Text("\n".join(filter(None, (cell_text(line) for line in joined(value).split("\n")))))


def _pipe_width() -> int:
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdigit() and int(given) > 0 else _PIPE_WIDTH


def _as_json(row: Row, columns: Sequence[str]) -> str:
    return json.dumps({column: row.get(column) for column in columns}, ensure_ascii=False, default=str)

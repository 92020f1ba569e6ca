"""Rows to a table, CSV or JSON: the formats that all verbs share."""

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.text.cells import joined, markdown_line, safe_for_spreadsheet

Format = Literal["table", "csv", "json", "jsonl", "markdown"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json", "jsonl", "markdown")

Row = Mapping[str, Any]

_NARROW = 80  # columns of a terminal below which a table is unreadable
_PIPE_WIDTH = 120
_LONG = frozenset({"evidence", "action", "title", "titles", "addressees", "organisation", "message", "url", "where"})
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

    JSON keeps lists, numbers and null; in CSV and tables a list's items stand "; " apart and null is empty. CSV is
    UTF-8 without a byte order mark; text that a spreadsheet would run as a formula begins with an apostrophe.
    Markdown is a table in GitHub's dialect. A table in a terminal of fewer than ``narrow`` columns becomes cards.
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


def _write_table(rows: Iterable[Row], columns: Sequence[str], out: TextIO, *, narrow: int) -> None:
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    used = [at for at in range(len(columns)) if any(line[at] for line in lines)]
    if not lines:
        return
    console = Console(file=out, highlight=False, width=None if out.isatty() else _pipe_width())
    if console.width < narrow:
        _print_cards(console, [columns[at] for at in used], [[line[at] for at in used] for line in lines])
        return
    table = Table(header_style="bold", show_lines=True, expand=False)
    for at in used:
        is_long = columns[at] in _LONG
        table.add_column(columns[at].replace("_", " "), overflow="fold", ratio=None, min_width=24 if is_long else None)
    for line in lines:
        table.add_row(*(line[at] for at in used))
    console.print(table)


def _print_cards(console: Console, names: Sequence[str], lines: Sequence[Sequence[Text]]) -> None:
    for line in lines:
        for name, value in zip(names, line, strict=True):
            if value:
                console.print(Text(f"{name.replace('_', ' ')}: ", style="bold") + value, overflow="fold")
        console.print()


def _cell(value: object) -> Text:
    # Lines given by the verb stay; anything that came from a page is cleaned line by line.
    return Text("\n".join(filter(None, (cell_text(line) for line in joined(value).split("\n")))))


def _pipe_width() -> int:
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdigit() and int(given) > 0 else _PIPE_WIDTH


def _as_json(row: Row, columns: Sequence[str]) -> str:
    return json.dumps({column: row.get(column) for column in columns}, ensure_ascii=False, default=str)

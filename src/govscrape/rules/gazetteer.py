"""The lists under rules/gazetteer: rows with the lines they stand on, and what is wrong with one, by file and line."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

from govscrape.errors import RuleError
from govscrape.rules.load import rules_dir

Row = dict[str, str]
_COLUMNS = ("name", "aliases", "kind", "level", "valid_from", "valid_to", "successor", "name_en")


def table(path: Path) -> list[tuple[int, Row]]:
    """Each row with the line it begins on. Raises RuleError (file:line) on one with too many columns or too few."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(_rows(lines, path))
    except UnicodeDecodeError as error:
        raise RuleError(f"not UTF-8 at byte {error.start}", str(path)) from error
    except OSError as error:
        raise RuleError(f"cannot be read: {error.strerror or error}", str(path)) from error


def provinces() -> dict[str, tuple[str, ...]]:
    """The names of all provinces, also of those that were merged, each with its other spellings. Raises RuleError."""
    rows = table(rules_dir() / "gazetteer" / "province.csv")
    return {row["name"]: tuple(filter(None, row["aliases"].split("|"))) for _, row in rows}


def _rows(lines: TextIO, path: Path) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(lines, strict=True)
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not header:
                header = cells
            elif cells:
                if len(cells) != len(header):
                    raise RuleError(f"{len(cells)} columns instead of {len(header)}", f"{path}:{line}")
                yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise RuleError(f"not CSV: {error}", f"{path}:{line}") from error


def bodies(path: Path, kinds: Iterable[str], tiers: Iterable[str]) -> list[Row]:
    """The list of bodies, each with a name of its own, a kind and a tier that are known, and days that are days.

    Raises RuleError (file:line).
    """
    rows = table(path)
    known, own, seen = frozenset(kinds), frozenset(tiers), dict[str, int]()
    for line, row in rows:
        fault = _fault(row, known, own) or (
            f"{row['name']!r} is also line {seen[row['name']]}" if row["name"] in seen else ""
        )
        if fault:
            raise RuleError(fault, f"{path}:{line}")
        seen[row["name"]] = line
    return [row for _, row in rows]


def _fault(row: Row, kinds: frozenset[str], tiers: frozenset[str]) -> str:
    missing = [column for column in _COLUMNS if column not in row]
    if missing:
        return f"no column {missing[0]!r}"
    if not row["name"].strip():
        return "name is empty"
    if row["kind"] not in kinds:
        return f"unknown kind {row['kind']!r}; known: {', '.join(sorted(kinds))}"
    tier = row["level"].replace("/", ";").partition(";")[0].strip()
    if tier not in tiers:
        return f"unknown level {row['level']!r}; known: {', '.join(sorted(tiers))}"
    for column in ("valid_from", "valid_to"):
        if row[column] and not _is_day(row[column]):
            return f"{column}: {row[column]!r} is no day such as 2025-03-01"
    if row["valid_from"] and row["valid_to"] and row["valid_from"] > row["valid_to"]:
        return "valid_to is before valid_from"
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

"""A release's tables as files. Each format gets the same columns, a few thousand rows at a time."""

import csv
import importlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from govscrape.dataset.codebook import Table
from govscrape.errors import InputError
from govscrape.text.cells import joined, safe_for_spreadsheet

Columns = Sequence[Sequence[Any]]

WORKBOOK = "govscrape.xlsx"
ROWS_OF_A_SHEET = 200_000
"""A longer table is left out of the workbook, which a spreadsheet could hardly open; its first sheet says so."""
TEXT_OF_A_CELL = 32_767  # the format's own limit
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_PARQUET = {"compression": "zstd", "compression_level": 3, "write_statistics": True, "version": "2.6"}


class TableFile(AbstractContextManager["TableFile"], Protocol):
    """A table being written."""

    def write(self, columns: Columns) -> None:
        """More rows: for each variable its cells, lists as lists."""
        ...


class Csv(TableFile):
    """UTF-8, RFC 4180, lists joined by "; "; text that a spreadsheet would run begins with an apostrophe."""

    def __init__(self, path: Path, table: Table) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(variable.name for variable in table.variables)

    def write(self, columns: Columns) -> None:
        """More rows."""
        self._writer.writerows(zip(*map(_safe, columns), strict=True))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


class JsonLines(TableFile):
    """One object a line, as it is: null, lists, and text that a spreadsheet would run."""

    def __init__(self, path: Path, table: Table) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._names = [variable.name for variable in table.variables]
        self._encode = json.JSONEncoder(ensure_ascii=False).encode

    def write(self, columns: Columns) -> None:
        """More rows."""
        names, encode = self._names, self._encode
        self._file.writelines(f"{encode(dict(zip(names, row, strict=True)))}\n" for row in zip(*columns, strict=True))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


class Parquet(TableFile):
    """Typed columns, days and times as such, compressed."""

    def __init__(self, path: Path, table: Table) -> None:
        self._arrow = library("govscrape.dataset.arrow", "pyarrow")
        self._name = table.name
        parquet = library("pyarrow.parquet", "pyarrow")
        self._writer = parquet.ParquetWriter(path, self._arrow.schema(table.name), **_PARQUET)
        self._waiting: list[Any] = []

    def write(self, columns: Columns) -> None:
        """More rows; a row group is made of what came in ten writes."""
        self._waiting.append(self._arrow.batch(self._name, columns))
        if len(self._waiting) == 10:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(library("pyarrow", "pyarrow").Table.from_batches(self._waiting))
            self._waiting = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()


class Workbook(AbstractContextManager["Workbook"]):
    """An Excel file with a sheet for each table that fits; nothing in it is a formula or a link."""

    def __init__(self, path: Path, day: str) -> None:
        writer = library("xlsxwriter", "XlsxWriter")
        never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = writer.Workbook(path, {"constant_memory": True, "nan_inf_to_errors": True, **never})
        created = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else _EPOCH
        self._book.set_properties({"created": created.replace(tzinfo=None)})
        self._bold = self._book.add_format({"bold": True})
        self._book.use_zip64()

    def about(self, lines: Iterable[tuple[str, str]]) -> None:
        """The first sheet: name and meaning of each other one."""
        sheet = self._book.add_worksheet("README")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 110)
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)

    def table(self, table: Table) -> "Sheet":
        """A new sheet."""
        sheet = self._book.add_worksheet(table.name[:31])
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [variable.name for variable in table.variables], self._bold)
        return Sheet(sheet)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Writes the file."""
        self._book.close()


class Sheet(TableFile):
    """A table in a workbook; cells as in CSV."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._row = 1

    def write(self, columns: Columns) -> None:
        """More rows."""
        text, number = self._sheet.write_string, self._sheet.write_number
        for cells in zip(*map(_safe, columns), strict=True):
            for at, value in enumerate(cells):
                if isinstance(value, int | float):
                    number(self._row, at, value)
                elif value is not None and value != []:
                    text(self._row, at, joined(value)[:TEXT_OF_A_CELL])
            self._row += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing: the workbook is written as a whole."""


TABLE_FILES: Mapping[str, type[Csv | JsonLines | Parquet]] = {"csv": Csv, "jsonl": JsonLines, "parquet": Parquet}


def library(module: str, package: str) -> Any:
    """An optional library. Raises InputError with the way to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(f'{package} is not installed; `pip install "govscrape[export]"`') from error


def _safe(cells: Sequence[Any]) -> Sequence[Any]:
    """A column's cells for a spreadsheet. What begins with a letter or digit is none of its signs."""
    return [
        cell
        if cell is None or isinstance(cell, int | float) or (isinstance(cell, str) and cell[:1].isalnum())
        else safe_for_spreadsheet(cell)
        for cell in cells
    ]

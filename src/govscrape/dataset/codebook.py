"""The codebook: what each table and variable of a release means, read from rules/published/codebook.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govscrape.errors import RuleError
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.text.cells import joined

LANGUAGES = ("vi", "en")
FIELD_TYPES = {"list": "string", "year": "integer", "datetime": "datetime", "date": "date"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EXAMPLE_MAX = 80


@dataclass(frozen=True)
class Variable:
    """A column: type (string, integer, number, year, date, datetime, list), unit, values, and meaning by language."""

    name: str
    type: str
    meaning: Mapping[str, str]
    unit: str
    range: str

    def as_field(self) -> dict[str, object]:
        """The column as a Table Schema field; a list is text with "; " between its items."""
        field_type = FIELD_TYPES.get(self.type, self.type)
        described: dict[str, object] = {"name": self.name, "type": field_type, "description": self.meaning["en"]}
        if self.type == "datetime":
            described["format"] = "any"
        return described


@dataclass(frozen=True)
class Table:
    """A table of a release and where its rows come from (articles, records, view, crosswalk)."""

    name: str
    meaning: Mapping[str, str]
    source: str
    variables: tuple[Variable, ...]


@dataclass
class Coverage:
    """What a table of one release holds: rows, and of each column how many have a value and one such value."""

    rows: int = 0
    present: dict[str, int] = field(default_factory=dict)
    example: dict[str, str] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """Counts a row; a text that is longer than an example may be is skipped as one."""
        self.rows += 1
        for name, value in row.items():
            if value is None or value in ("", []):
                continue
            self.present[name] = self.present.get(name, 0) + 1
            if name not in self.example:
                text = " ".join(joined(value).split())
                self.example[name] = text if len(text) <= _EXAMPLE_MAX else text[:_EXAMPLE_MAX] + "…"


@dataclass(frozen=True)
class Codebook:
    """Title and tables of a release, and the words for the headings of its description."""

    title: Mapping[str, str]
    tables: tuple[Table, ...]
    words: Mapping[str, Mapping[str, str]]

    def markdown(self, language: str, coverage: Mapping[str, Coverage]) -> str:
        """The codebook of one release in one of LANGUAGES."""
        words = self.words[language]
        head = [words[name] for name in ("variable", "kind", "meaning", "unit", "range", "coverage", "example")]
        lines = [f"# {self.title[language]}"]
        for table in self.tables:
            seen = coverage.get(table.name, Coverage())
            lines += [f"\n## {table.name}\n", f"{table.meaning[language]} ({seen.rows} {words['rows']})\n"]
            lines += [_line(head), _line(["---"] * len(head))]
            lines += [_line(_described(variable, language, seen)) for variable in table.variables]
        return "\n".join(lines) + "\n"


def load_codebook(path: Path | None = None) -> Codebook:
    """Reads the codebook. Raises RuleError when a column has no meaning in one of the languages."""
    file = path or rules_dir() / "published" / "codebook.yaml"
    data = read_yaml(file)
    try:
        variables = data["variables"]
        tables = tuple(_table(name, about, variables) for name, about in data["tables"].items())
        return Codebook(title=data["title"], tables=tables, words=data["words"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleError(f"{file}: {type(error).__name__} {error}") from error


def _table(name: str, about: Mapping[str, Any], variables: Mapping[str, Any]) -> Table:
    columns = [str(column) for column in about["columns"]]
    for text in (name, *columns):
        if not _NAME.fullmatch(text):
            raise ValueError(f"{text!r} is no name of a table or column")
    found = tuple(_variable(column, variables.get(f"{name}.{column}") or variables[column]) for column in columns)
    return Table(name, {language: about[language] for language in LANGUAGES}, about["source"], found)


def _variable(name: str, about: Mapping[str, str]) -> Variable:
    meaning = {language: about[language] for language in LANGUAGES}
    return Variable(name, about["type"], meaning, about.get("unit", ""), about.get("range", ""))


def _described(variable: Variable, language: str, seen: Coverage) -> list[str]:
    share = f"{100 * seen.present.get(variable.name, 0) / seen.rows:.0f} %" if seen.rows else ""
    example = seen.example.get(variable.name, "")
    return [variable.name, variable.type, variable.meaning[language], variable.unit, variable.range, share, example]


def _line(cells: list[str]) -> str:
    escaped = (re.sub(r"([\\|<>`*_\[\]])", r"\\\1", cell) if cell != "---" else cell for cell in cells)
    return f"| {' | '.join(escaped)} |"

"""The codebook: what each table and variable of a release means, read from rules/published/codebook.yaml."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govscrape.errors import RuleError
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.text.cells import joined, markdown_line

LANGUAGES = ("vi", "en")
FIELD_TYPES = {"list": "string", "year": "integer", "datetime": "datetime", "date": "date"}
_OF_EVERY_RECORD = frozenset(
    "evidence evidence_start evidence_end rule ruleset_version code_version published_at url".split()
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EXAMPLE_MAX = 80
_SENTENCE_MAX = 200
_FAMILY = 2  # figure.score.marked is of the family figure.score
_FAMILIES_SHOWN = 3


@dataclass(frozen=True)
class Variable:
    """A column: type (string, integer, number, year, date, datetime, list), unit, values, meaning and known errors."""

    name: str
    type: str
    meaning: Mapping[str, str]
    unit: str
    range: str
    errors: Mapping[str, str]

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
    """What a table of one release holds: rows, and of each column how many have a value and one such value.

    Of records, ``rules`` counts the families of rules that gave the column a value, and ``sentence`` holds the words
    and the value of one record.
    """

    rows: int = 0
    present: dict[str, int] = field(default_factory=dict)
    example: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    sentence: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Counts rows that come column by column."""
        self.rows += len(columns[0])
        cells = dict(zip(names, columns, strict=True))
        families = [".".join(rule.split(".")[:_FAMILY]) for rule in cells.get("rule", ())]
        for name, column in cells.items():
            present = [at for at, value in enumerate(column) if value is not None and value not in ("", [])]
            if not present:
                continue
            self.present[name] = self.present.get(name, 0) + len(present)
            self.example.setdefault(name, _short(joined(column[present[0]]), _EXAMPLE_MAX))
            if families:
                self.rules.setdefault(name, Counter()).update(map(families.__getitem__, present))
                self._remember(name, column, present, cells["evidence"])

    def _remember(self, name: str, column: Sequence[Any], present: Sequence[int], words: Sequence[str]) -> None:
        """The words of a record that has the value; rather one in whose words it stands."""
        if name in self.sentence:
            return
        # Figures are written with a comma.
        told = ((at, joined(column[at]).casefold(), words[at].casefold()) for at in present)
        stands = (at for at, value, said in told if value in said or value.replace(".", ",") in said)
        at = next(stands, present[0])
        self.sentence[name] = (_short(words[at], _SENTENCE_MAX), _short(joined(column[at]), _EXAMPLE_MAX))


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
            lines += [markdown_line(head), markdown_line(["---"] * len(head))]
            lines += [markdown_line(_described(variable, language, seen)) for variable in table.variables]
            lines += self._origins(table, language, seen)
        return "\n".join(lines) + "\n"

    def _origins(self, table: Table, language: str, seen: Coverage) -> list[str]:
        """Where the values of a table of records come from, and what is known to go wrong with them."""
        words = self.words[language]
        told = [variable for variable in table.variables if variable.name in seen.sentence or variable.errors]
        told = [variable for variable in told if variable.name not in _OF_EVERY_RECORD]
        if not told:
            return []
        head = [words[name] for name in ("variable", "rules", "sentence", "value", "errors")]
        return [
            "",
            markdown_line(head),
            markdown_line(["---"] * len(head)),
            *(markdown_line(_origin(one, language, seen)) for one in told),
        ]


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


def _variable(name: str, about: Mapping[str, Any]) -> Variable:
    meaning = {language: about[language] for language in LANGUAGES}
    errors: Mapping[str, str] = about.get("errors", {})
    if errors and set(errors) != set(LANGUAGES):
        raise ValueError(f"{name}: errors in {', '.join(errors)} only")
    return Variable(name, about["type"], meaning, about.get("unit", ""), about.get("range", ""), errors)


def _described(variable: Variable, language: str, seen: Coverage) -> list[str]:
    share = f"{100 * seen.present.get(variable.name, 0) / seen.rows:.0f} %" if seen.rows else ""
    example = seen.example.get(variable.name, "")
    return [variable.name, variable.type, variable.meaning[language], variable.unit, variable.range, share, example]


def _origin(variable: Variable, language: str, seen: Coverage) -> list[str]:
    families = [family for family, _ in seen.rules.get(variable.name, Counter()).most_common(_FAMILIES_SHOWN)]
    sentence, value = seen.sentence.get(variable.name, ("", ""))
    return [variable.name, ", ".join(families), sentence, value, variable.errors.get(language, "")]


def _short(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most] + "…"

"""The 63 provinces and today's 34 units, by rules/gazetteer/province.csv. Nothing is averaged across a merger."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from govscrape.errors import RuleError
from govscrape.rules.load import rules_dir


@dataclass(frozen=True)
class Province:
    """One of the 63, as before 1 July 2025; ``names`` are all it was called (Thừa Thiên Huế, Huế), ``iso`` is VN-26."""

    code: str
    name: str
    name_en: str
    iso: str
    names: frozenset[str]


@dataclass(frozen=True)
class Unit:
    """One of the 34, with the old provinces it was made of, by code."""

    code: str
    name: str
    name_en: str
    kind: str
    parts: tuple[Province, ...]


class Crosswalk:
    """From the old provinces to today's units."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = tuple(units)
        self._by_code = {part.code: unit for unit in self.units for part in unit.parts}
        self._by_name = {name: unit for unit in self.units for part in unit.parts for name in part.names}
        self._provinces = {name: part for unit in self.units for part in unit.parts for name in part.names}

    def unit_of(self, code: str | None, name: str | None) -> Unit | None:
        """Today's unit of an old province, by its code of the 63 or else its name; None when it is neither."""
        return self._by_code.get(code or "") or self._by_name.get(name or "")

    def rows(self) -> list[dict[str, str]]:
        """One row per old province, by its code, with today's unit."""
        pairs = [(part, unit) for unit in self.units for part in unit.parts]
        return [
            {
                "code_63": old.code,
                "name_63": old.name,
                "name_63_en": old.name_en,
                "iso_3166_2": old.iso,
                "code_34": unit.code,
                "name_34": unit.name,
                "name_34_en": unit.name_en,
                "kind_34": unit.kind,
            }
            for old, unit in sorted(pairs, key=lambda pair: pair[0].code)
        ]

    def same_place(self, names: Iterable[str]) -> set[str]:
        """The names with those that mean the same old province."""
        found = set(names)
        return found.union(*(self._provinces[name].names for name in found if name in self._provinces))


def load_crosswalk(path: Path | None = None) -> Crosswalk:
    """Reads the gazetteer (or the file at ``path``). Raises RuleError on a missing file or an unknown merger.

    The ISO 3166-2 codes are those of the 63 (rules/published/iso_3166_2.csv); of the 34 none is certain yet.
    """
    file = path or rules_dir() / "gazetteer" / "province.csv"
    codes = rules_dir() / "published" / "iso_3166_2.csv"
    try:
        return _crosswalk(file, codes, file.stat().st_mtime_ns, codes.stat().st_mtime_ns)
    except OSError as error:
        raise RuleError(f"{error.filename}: {error.strerror}") from error


@lru_cache(2)
def _crosswalk(file: Path, codes: Path, *_times: int) -> Crosswalk:
    """Read again only when a file changes."""
    iso = {row["code_63"]: row["iso_3166_2"] for row in _rows(codes)}
    try:
        return Crosswalk(_units(_rows(file), iso))
    except KeyError as error:
        raise RuleError(f"{file}: no column, unit or ISO code {error}") from error


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RuleError(f"{file}: {error}") from error


def _units(rows: list[dict[str, str]], iso: dict[str, str]) -> list[Unit]:
    today = {row["code_34"]: row for row in rows if row["code_34"]}
    old: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["code_63"]:
            old.setdefault(row["code_63"], []).append(row)
    parts: dict[str, list[Province]] = {code: [] for code in today}
    for code, called in sorted(old.items()):
        first = min(called, key=lambda row: row["valid_to"] or "9999")
        names = frozenset(row["name"] for row in called)
        province = Province(code, first["name"], first["name_en"], iso[code], names)
        parts[first["merged_into"].partition(" ")[0]].append(province)
    return [
        Unit(code, row["name"], row["name_en"], row["kind_34"], tuple(parts[code]))
        for code, row in sorted(today.items())
    ]

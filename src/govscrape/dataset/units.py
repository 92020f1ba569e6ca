"""The panel and index results by today's 34 units. Nothing is averaged across a merger."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from govscrape.dataset.geography import Crosswalk, Unit, load_crosswalk
from govscrape.dataset.names import named_places, province_vocabulary
from govscrape.dataset.query import Filters, Row, query

UNIT_COLUMNS = (
    *("unit_34", "code_34", "index", "component", "year", "score", "rank", "rank_of"),
    *("old_provinces", "parts", "evidence", "url"),
)
"""What the panel answers by today's units: values told of the new unit itself, and those of its old provinces."""


def panel_by_units(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """The panel by today's 34 units: the values of a unit's old provinces stand side by side and are never averaged.

    ``score`` and ``rank`` are only what was measured of the unit itself, under its new borders or, where it was never
    merged, as the one province it was. ``province`` is a unit or an old province.
    """
    wanted = filters or Filters()
    everywhere = Filters(index=wanted.index, component=wanted.component, years=wanted.years)
    crosswalk = load_crosswalk()
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in query("panel", path, everywhere):
        unit = crosswalk.unit_of(row["province_code"], row["province"])
        if unit is not None:
            groups.setdefault((row["index"], row["component"], row["year"], unit), []).append(row)
    asked = _units(crosswalk, wanted.province)
    rows = [_unit_row(key, members) for key, members in groups.items() if asked is None or key[3] in asked]
    return rows[: wanted.limit]


def with_units(rows: Sequence[Row]) -> list[Row]:
    """Index results with today's unit of their subject; None for who is no province. Values stay as reported."""
    crosswalk = load_crosswalk()
    found = []
    for row in rows:
        unit = crosswalk.unit_of(None, row["subject"]) if row["subject_level"] == "province" else None
        about = {"unit_34": None, "code_34": None} if unit is None else {"unit_34": unit.name, "code_34": unit.code}
        found.append(row | about)
    return sorted(found, key=lambda row: (row["index"], row["code_34"] or "~", -(row["year"] or 0)))


def _units(crosswalk: Crosswalk, province: Sequence[str]) -> set[Unit] | None:
    if not province:
        return None
    names = crosswalk.same_place(named_places(province_vocabulary(()), province))
    return {unit for name in names if (unit := crosswalk.unit_of(None, name)) is not None}


def _unit_row(key: tuple[Any, ...], members: list[Row]) -> Row:
    index, component, year, unit = key
    own = next(
        (row for row in sorted(members, key=lambda row: row["era"]) if row["era"] == 34 or len(unit.parts) == 1), None
    )
    old = {row["province_code"]: row for row in members if row["era"] == 63}
    parts = [_part(part.name, old.get(part.code)) for part in unit.parts] if old else []
    row: Row = {"index": index, "component": component, "year": year, "unit_34": unit.name, "code_34": unit.code}
    values = {name: own[name] if own else None for name in ("score", "rank", "rank_of", "evidence", "url")}
    return row | values | {"parts": parts, "old_provinces": [_in_words(part) for part in parts]}


def _part(name: str, row: Row | None) -> Row:
    told = ("score", "rank", "rank_of", "evidence", "url")
    return {"province": name, **{column: row[column] if row else None for column in told}}


def _in_words(part: Row) -> str:
    rank = None if part["rank"] is None else f"{part['rank']}/{part['rank_of'] or '?'}"
    values = [str(value) for value in (part["score"], rank) if value is not None]
    return f"{part['province']}: {', '.join(values) or '–'}"

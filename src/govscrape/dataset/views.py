"""Questions to the schema's views: panel, disagreements, posts, calendar, health; and the panel by today's 34 units."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govscrape.dataset.geography import Crosswalk, Unit, load_crosswalk
from govscrape.dataset.names import contains, index_vocabulary, named_places, plain, province_vocabulary
from govscrape.dataset.query import Filters
from govscrape.errors import InputError
from govscrape.store import Database, explained, open_readonly

Row = dict[str, Any]

_BOTH = ("index", "component", "province", "province_code", "era", "year")
_WIDE = ("par_index", "sipas", "papi", "pci", "pgi", "dti", "pii")
_DIRECTIVE = ("issuer_name", "issuer_title", "verb", "verb_class", "action", "addressees", "coordinating", "legal_refs")
_TOLD = ("evidence", "confidence", "published_at", "url")

VIEWS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "panel": (
        "index_panel",
        (
            *(*_BOTH, "score", "score_max", "unit", "score_bound", "rank", "rank_of", "rank_group"),
            *("claims", "articles", "scores", "ranks", *_TOLD, "rank_evidence", "rank_url"),
        ),
        "index,-year,component,province",
    ),
    "wide": (
        "index_panel_wide",
        (*_BOTH[2:], *(f"{index}_{value}" for index in _WIDE for value in ("score", "rank"))),
        "province,year",
    ),
    "disagreements": (
        "index_disagreements",
        (*_BOTH, "measure", *("value_a", "value_b"), *(f"{name}_{side}" for side in "ab" for name in _TOLD)),
        "index,-year,province",
    ),
    "posts": (
        "official_posts",
        ("name", "title", "organisation", "acting", "province", "first_seen", "last_seen", "articles", *_TOLD),
        "name,-last_seen,title",
    ),
    "calendar": (
        "directive_calendar",
        ("deadline", "recurring", "deadline_text", *_DIRECTIVE, "province", "rule", *_TOLD),
        "deadline,recurring,province",
    ),
    "health": (
        "portal_health",
        (
            *("portal", "province", "articles", "withdrawn", "first_published", "newest_published", "newest_fetched"),
            *("last_run", "last_status", "last_reason", "open_listings", "issues"),
        ),
        "portal",
    ),
}
"""Of each question the view, what it answers in this order, and how it is sorted."""

UNIT_COLUMNS = (
    *("unit_34", "code_34", "index", "component", "year", "score", "rank", "rank_of"),
    *("old_provinces", "parts", "evidence", "url"),
)
"""What the panel answers by today's units: values told of the new unit itself, and those of its old provinces."""

_LISTS = frozenset({"addressees", "coordinating", "legal_refs"})
_DAY = {"calendar": "deadline", "posts": "last_seen", "panel": "published_at", "health": "newest_published"}
_WORDS = {"name": ("name", "issuer_name"), "title": ("title", "issuer_title"), "component": ("component",)}


def query_view(kind: str, path: str | Path, filters: Filters | None = None) -> list[Row]:
    """The rows of a view (a key of VIEWS) that pass the filters which its columns allow.

    ``since`` and ``until`` are days of the deadline for the calendar, of the newest article for posts.
    Raises InputError on an unknown index, province or sort column, StoreError on an unusable database.
    """
    file, wanted = Path(path), filters or Filters()
    db = open_readonly(file)
    try:
        with explained(file):
            return _select(db, kind, wanted)
    finally:
        db.close()


def panel_by_units(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """The panel by today's 34 units: the values of a unit's old provinces stand side by side and are never averaged.

    ``score`` and ``rank`` are only what was measured of the new unit itself. ``province`` is a unit or an old province.
    """
    wanted = filters or Filters()
    everywhere = Filters(index=wanted.index, component=wanted.component, years=wanted.years)
    crosswalk = load_crosswalk()
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in query_view("panel", path, everywhere):
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
    own = next((row for row in members if row["era"] == 34), None)
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


def _select(db: Database, kind: str, filters: Filters) -> list[Row]:
    view, columns, order = VIEWS[kind]
    db.conn.create_function("plain", 1, lambda text: None if text is None else plain(str(text)), deterministic=True)
    db.conn.create_function("has_words", 2, contains, deterministic=True)
    conditions: list[str] = []
    values: list[Any] = []
    for condition, value in (*_by_names(db, view, columns, filters), *_by_values(kind, columns, filters)):
        conditions.append(condition)
        values.extend(value)
    where = " AND ".join(conditions) or "1"
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f"SELECT {names} FROM {view} WHERE {where} ORDER BY {_order(kind, filters.sort or order)} LIMIT ?"  # noqa: S608 (our names; values are bound)
    found = db.query(sql, [*values, -1 if filters.limit is None else filters.limit])
    return [{name: json.loads(cell) if name in _LISTS else cell for name, cell in row.items()} for row in found]


def _by_names(db: Database, view: str, columns: Sequence[str], filters: Filters) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    if filters.index and "index" in columns:
        stored: dict[str, list[str]] = {
            str(code): [] for (code,) in db.conn.execute('SELECT DISTINCT "index" FROM index_results')
        }
        vocabulary = index_vocabulary(stored)
        codes = sorted(set().union(*(vocabulary.resolve(text) for text in filters.index)))
        found.append((f'"index" IN ({", ".join("?" * len(codes))})', list(codes)))
    if filters.province and "province" in columns:
        known = [str(name) for (name,) in db.conn.execute(f"SELECT DISTINCT province FROM {view}") if name]  # noqa: S608
        places = province_vocabulary(known)
        wanted = load_crosswalk().same_place(named_places(places, filters.province))
        names = [name for name in known if places.find(name) & wanted]
        found.append((f"province IN ({', '.join('?' * len(names))})", list(names)))
    return found


def _by_values(kind: str, columns: Sequence[str], filters: Filters) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    if filters.years and "year" in columns:
        found.append(("year BETWEEN ? AND ?", list(filters.years)))
    for name, candidates in _WORDS.items():
        column = next((column for column in candidates if column in columns), None)
        if column and getattr(filters, name):
            found.append((f'has_words("{column}", ?)', [getattr(filters, name)]))
    day = _DAY.get(kind)
    if day and filters.since:
        found.append((f"substr({day}, 1, 10) >= ?", [filters.since.isoformat()]))
    if day and filters.until:
        found.append((f"substr({day}, 1, 10) <= ?", [filters.until.isoformat()]))
    return found


def _order(kind: str, sort: str) -> str:
    columns = VIEWS[kind][1]
    terms = []
    for part in sort.split(","):
        column, descending = part.strip().lstrip("-"), part.strip().startswith("-")
        if column not in columns:
            raise InputError(f"cannot sort {kind} by {column!r}; columns: {', '.join(columns)}")
        key = f'CASE WHEN typeof("{column}") = \'text\' THEN plain("{column}") ELSE "{column}" END'
        terms.append(f'"{column}" IS NULL, {key}{" DESC" if descending else ""}')
    return ", ".join(terms)

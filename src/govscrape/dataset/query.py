"""Questions to the database, read-only: rows made for people, each with its evidence and the article's URL."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from govscrape.dataset.names import contains, index_vocabulary, named_places, plain, province_vocabulary
from govscrape.errors import InputError
from govscrape.store import Database, explained, open_readonly

Row = dict[str, Any]

_FROM_ARTICLE = ("province", "published_at", "url")
_EVIDENCE = ("evidence", "evidence_start", "evidence_end", "rule", "confidence", "corrected")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "indices": (
        *("index", "component", "component_text", "subject", "subject_level", "year", "status"),
        *("score", "score_max", "unit", "score_bound", "rank", "rank_of", "rank_scope", "rank_group"),
        *("score_delta", "rank_delta", "prev_score", "prev_rank", "baseline_year", "checks"),
        *(*_EVIDENCE, *_FROM_ARTICLE),
    ),
    "officials": ("name", "honorific", "titles", "organisation", "role", "acting", *_EVIDENCE, *_FROM_ARTICLE),
    "directives": (
        *("issuer_name", "issuer_title", "verb", "verb_class", "addressees", "coordinating", "action"),
        *("deadline_text", "deadline", "recurring", "legal_refs", *_EVIDENCE, *_FROM_ARTICLE),
    ),
    "articles": (
        *("title", "portal", "province", "section", "author", "published_at", "version", "withdrawn_at"),
        *("indices", "officials", "directives", "evidence", "url"),
    ),
    "issues": ("portal", "code", "message", "where", "times", "first_seen_at", "last_seen_at"),
}
"""What each question answers, in this order. ``corrected`` names the slots whose values people put right."""

_SOURCES: Mapping[str, str] = {
    "indices": "index_results AS r JOIN current_articles AS a ON a.version_id = r.version_id",
    "officials": "officials AS r JOIN current_articles AS a ON a.version_id = r.version_id",
    "directives": "directives AS r JOIN current_articles AS a ON a.version_id = r.version_id",
    "articles": "current_articles AS a",
    "issues": "issues AS r",
}
_CORRECTED = """(
    SELECT json_group_array(slot) FROM (
      SELECT c.slot FROM applied_corrections AS c
      WHERE c.version_id = r.version_id AND c.kind = '{kind}' AND c.position = r.position ORDER BY c.slot
    )
)"""
_EXPRESSIONS: Mapping[str, Mapping[str, str]] = {
    "indices": {"corrected": _CORRECTED.replace("{kind}", "index")},
    "officials": {"corrected": _CORRECTED.replace("{kind}", "official")},
    "directives": {"corrected": _CORRECTED.replace("{kind}", "directive")},
    "articles": {
        "indices": "(SELECT count(*) FROM index_results AS x WHERE x.version_id = a.version_id)",
        "officials": "(SELECT count(*) FROM officials AS x WHERE x.version_id = a.version_id)",
        "directives": "(SELECT count(*) FROM directives AS x WHERE x.version_id = a.version_id)",
        "evidence": "coalesce(a.summary, substr(a.body, 1, 200))",
    },
}
_ORDERS: Mapping[str, str] = {
    "indices": "index,-year,subject,component",
    "officials": "name,-published_at",
    "directives": "-published_at,url,evidence_start",
    "articles": "-published_at,url",
    "issues": "-last_seen_at",
}
_LISTS = frozenset({"checks", "corrected", "titles", "addressees", "coordinating", "legal_refs"})
_BELOW_PROVINCE = "('department', 'district', 'commune')"


@dataclass(frozen=True)
class Filters:
    """What rows must have; an empty filter asks nothing.

    ``index`` and ``province`` are names as a user types them, any one of which may match; ``years`` are the first and
    the last year; ``name``, ``title`` and ``text`` are words in a row, where accents count only if some are given;
    ``since`` and ``until`` are days of publication, both included; ``sort`` names columns, comma between, "-" for
    descending.
    """

    index: tuple[str, ...] = ()
    component: str | None = None
    province: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    status: str | None = None
    name: str | None = None
    title: str | None = None
    text: str | None = None
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    sort: str | None = None


@dataclass
class _Where:
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(f"({condition})")
        self.values.extend(values)

    def sql(self) -> str:
        return " AND ".join(self.conditions) or "1"


def query(kind: str, path: str | Path, filters: Filters | None = None) -> list[Row]:
    """The rows of one kind (a key of COLUMNS) that pass the filters, from the visible version of each article.

    Raises InputError on an index, province or sort column that does not exist, StoreError on an unusable database.
    """
    file, wanted = Path(path), filters or Filters()
    db = open_readonly(file)
    try:
        with explained(file):
            return _select(db, kind, wanted)
    finally:
        db.close()


def query_indices(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """Index results; ``province`` is that of the subject, for units below it that of the article."""
    return query("indices", path, filters)


def query_officials(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """Officials; ``title`` looks in their titles, ``province`` is the article's."""
    return query("officials", path, filters)


def query_directives(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """Directives; ``name`` and ``title`` are the issuer's, ``province`` is the article's."""
    return query("directives", path, filters)


def query_articles(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """Articles with the number of their records; ``title`` looks in the headline, ``text`` also in sapo and body."""
    return query("articles", path, filters)


def query_issues(path: str | Path, filters: Filters | None = None) -> list[Row]:
    """What crawls saw and could not settle, newest first."""
    return query("issues", path, filters)


def stored_provinces(path: str | Path, wanted: Sequence[str]) -> list[str]:
    """The stored articles' provinces that a user means. Raises InputError on a name that nobody knows."""
    file = Path(path)
    db = open_readonly(file)
    try:
        with explained(file):
            stored = _texts(db, "SELECT DISTINCT province FROM articles WHERE province IS NOT NULL ORDER BY 1")
    finally:
        db.close()
    vocabulary = province_vocabulary(stored)
    names = named_places(vocabulary, wanted)
    return [text for text in stored if vocabulary.find(text) & names]


def _select(db: Database, kind: str, filters: Filters) -> list[Row]:
    db.conn.create_function("plain", 1, _nullable(plain), deterministic=True)
    db.conn.create_function("has_words", 2, contains, deterministic=True)
    where = _Where()
    for add in (_by_index, _by_province, _by_words, _by_time):
        add(db, kind, filters, where)
    columns = ", ".join(f'{_expression(kind, column)} AS "{column}"' for column in COLUMNS[kind])
    sql = f"SELECT {columns} FROM {_SOURCES[kind]} WHERE {where.sql()} ORDER BY {_order(kind, filters.sort)} LIMIT ?"  # noqa: S608 (column names of COLUMNS; every value is bound)
    limit = -1 if filters.limit is None else filters.limit
    return [_decoded(row) for row in db.query(sql, [*where.values, limit])]


def _by_index(db: Database, kind: str, filters: Filters, where: _Where) -> None:
    if kind != "indices":
        return
    if filters.index:
        stored: dict[str, list[str]] = {}
        for code, text in db.conn.execute('SELECT DISTINCT "index", index_text FROM index_results'):
            stored.setdefault(code, []).extend([text] if text else [])
        vocabulary = index_vocabulary(stored)
        codes = sorted(set().union(*(vocabulary.resolve(text) for text in filters.index)))
        where.add(f'r."index" IN ({_marks(codes)})', *codes)
    if filters.component:
        either = "has_words(r.component, ?) OR has_words(r.component_text, ?)"
        where.add(either, filters.component, filters.component)
    if filters.years:
        where.add("r.year BETWEEN ? AND ?", *filters.years)
    if filters.status:
        where.add("r.status = ?", filters.status)


def _by_province(db: Database, kind: str, filters: Filters, where: _Where) -> None:
    if kind == "issues" or not filters.province:
        return
    of_articles = _texts(db, "SELECT DISTINCT province FROM articles WHERE province IS NOT NULL")
    of_subjects = _texts(
        db, "SELECT DISTINCT subject FROM index_results WHERE subject_level = 'province' AND subject IS NOT NULL"
    )
    vocabulary = province_vocabulary({*of_articles, *of_subjects})
    names = named_places(vocabulary, filters.province)
    articles = [text for text in of_articles if vocabulary.find(text) & names]
    in_articles = f"a.province IN ({_marks(articles)})"
    if kind != "indices":
        where.add(in_articles, *articles)
        return
    subjects = [text for text in of_subjects if vocabulary.find(text) & names]
    where.add(
        f"(r.subject_level = 'province' AND r.subject IN ({_marks(subjects)}))"
        f" OR ((r.subject IS NULL OR r.subject_level IN {_BELOW_PROVINCE}) AND {in_articles})",
        *subjects,
        *articles,
    )


def _by_words(_db: Database, kind: str, filters: Filters, where: _Where) -> None:
    names = {"officials": "r.name", "directives": "r.issuer_name"}
    titles = {"directives": "r.issuer_title", "articles": "a.title", "indices": "a.title"}
    if filters.name and kind in names:
        where.add(f"has_words({names[kind]}, ?)", filters.name)
    if filters.title and kind == "officials":
        where.add("EXISTS (SELECT 1 FROM json_each(r.titles) AS t WHERE has_words(t.value, ?))", filters.title)
    elif filters.title and kind in titles:
        where.add(f"has_words({titles[kind]}, ?)", filters.title)
    if filters.text and kind != "issues":
        words = plain(filters.text)
        if not words:
            raise InputError(f"nothing to look for in {filters.text!r}")
        where.add("a.version_id IN (SELECT rowid FROM article_search WHERE article_search MATCH ?)", f'"{words}"')
        whole = "has_words(coalesce(a.title, '') || char(10) || coalesce(a.summary, '') || char(10) || a.body, ?)"
        where.add(whole, filters.text)


def _by_time(_db: Database, kind: str, filters: Filters, where: _Where) -> None:
    if kind == "issues":
        return
    if filters.since:
        where.add("substr(a.published_at, 1, 10) >= ?", filters.since.isoformat())
    if filters.until:
        where.add("substr(a.published_at, 1, 10) <= ?", filters.until.isoformat())


def _expression(kind: str, column: str) -> str:
    special = _EXPRESSIONS.get(kind, {}).get(column)
    if special:
        return special
    if kind == "articles" or (kind != "issues" and column in _FROM_ARTICLE):
        return f'a."{column}"'
    return "r.evidence_text" if column == "evidence" else f'r."{column}"'


def _order(kind: str, sort: str | None) -> str:
    terms = []
    for part in (sort or _ORDERS[kind]).split(","):
        column, descending = part.strip().lstrip("-"), part.strip().startswith("-")
        if column not in COLUMNS[kind]:
            raise InputError(f"cannot sort {kind} by {column!r}; columns: {', '.join(COLUMNS[kind])}")
        value = _expression(kind, column)
        key = f"CASE WHEN typeof({value}) = 'text' THEN plain({value}) ELSE {value} END"
        terms.append(f"{value} IS NULL, {key}{' DESC' if descending else ''}")
    return ", ".join([*terms, "a.version_id" if kind == "articles" else "r.id"])


def _decoded(row: Mapping[str, Any]) -> Row:
    return {name: json.loads(value) if name in _LISTS else value for name, value in row.items()}


def _nullable(function: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else function(text)


def _texts(db: Database, sql: str) -> list[str]:
    return [str(row[0]) for row in db.conn.execute(sql)]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))

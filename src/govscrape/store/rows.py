"""Models to rows and back; nothing is lost on the way."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from pydantic_core import to_json, to_jsonable_python
from sqlite_utils import Database

from govscrape.models.article import Article
from govscrape.models.page import ArchiveRef
from govscrape.models.records import (
    Directive,
    Extraction,
    IndexResult,
    Issue,
    LegalRef,
    Official,
    Record,
)

Row = dict[str, Any]

RECORD_TABLES: Mapping[str, type[Record]] = {
    "index_results": IndexResult,
    "officials": Official,
    "directives": Directive,
    "legal_refs": LegalRef,
}
"""Table of each kind of record; a table's columns are the model's fields, evidence as three of them."""

_TEXT = ("title", "summary", "body")
_DETAILS = ("paragraphs", "tables", "author", "section", "published_at", "images", "attachments", "language")
_LISTS = ("tables", "images", "attachments")
_NO_CELLS = (tuple[str, ...], date | None)
_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_SORTED = sorted(_DETAILS)
_PLAIN = ("author", "section", "language", "published_at", "updated_at", "views")
"""What a column holds as it is; updated_at and views move at every fetch, so they never make a version or a change."""


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: text order is time order. Raises ValueError on a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"time without a zone: {moment.isoformat()}")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text_hash(article: Article) -> str:
    """What decides whether an article changed: its title, summary and body, and nothing else.

    Raises PydanticSerializationError, or UnicodeEncodeError as ``details_hash`` does, when there is half a character
    in it.
    """
    return _sha256(to_json([article.title, article.summary, article.body]))


def details_hash(article: Article) -> str:
    """Digest of what the page says beside the text, without what moves at every fetch (views, clock)."""
    return _details(article)[0]


def _details(article: Article) -> tuple[str, Row]:
    """The digest, and the cells: lists as the canonical JSON that the digest is made of."""
    cells = {name: _plain(getattr(article, name)) for name in _PLAIN}
    told = {name: _canonical(cells[name]) for name in _DETAILS if name in cells}
    spans = [f'{{"end":{one.end},"kind":"{one.kind}","start":{one.start}}}' for one in article.paragraphs]
    told["paragraphs"] = cells["paragraphs"] = f"[{','.join(spans)}]"
    for name in _LISTS:
        told[name] = cells[name] = _canonical(getattr(article, name))
    stays = ",".join([f'"{name}":{told[name]}' for name in _SORTED])
    place = f"{_canonical(article.portal)},{_canonical(article.province)}"
    return _sha256(f"[{{{stays}}},{place}]".encode()), cells


def _plain(value: Any) -> Any:
    return to_jsonable_python(value) if isinstance(value, datetime) else value


def _canonical(value: object) -> str:
    """JSON that equal values share; most are nothing, a word or an empty list."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return encode_basestring(value)
    return _ENCODE(to_jsonable_python(value)) if value else "[]"


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def records_hash(extraction: Extraction) -> str:
    """Digest of all records and issues of an article."""
    return _sha256(extraction.__pydantic_serializer__.to_json(extraction, exclude={"article"}, warnings=False))


def version_row(article: Article) -> Row:
    """The columns of article_versions that come from the article."""
    return {
        "text_hash": text_hash(article),
        **{name: getattr(article, name) for name in _TEXT},
        **details_row(article),
    }


def details_row(article: Article) -> Row:
    """The columns of article_versions that may be put right without a new version."""
    found, dump = _details(article)
    return {
        "details_hash": found,
        "source_url": article.url,
        "canonical_url": article.canonical_url,
        **dump,
    }


def visible_row(article: Article) -> Row:
    """The columns of articles that repeat what the visible version says."""
    published = None if article.published_at is None else article.published_at.isoformat()
    return {
        "portal": article.portal,
        "province": article.province,
        "title": article.title,
        "published_at": published,
    }


def cell(value: object) -> object:
    """A model's value as a column holds it: lists of texts as JSON, days and times as text."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(encode_basestring, value))}]"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def record_row(record: Record) -> tuple[object, ...]:
    """A record's cells, in the order of ``columns``; ``mentions`` of an official have a table of their own."""
    _, values, lists = _shape(type(record))
    cells = list(values(record))
    for at in lists:
        cells[at] = "[]" if cells[at] == () else cell(cells[at])
    return tuple(cells)


@cache
def columns(model: type[Record]) -> tuple[str, ...]:
    """The columns of a kind of record that come from the model."""
    return (*_shape(model)[0], "evidence_start", "evidence_end", "evidence_text")


@cache
def _shape(model: type[Record]) -> tuple[tuple[str, ...], Callable[[Record], tuple[object, ...]], tuple[int, ...]]:
    """Names of a model's plain fields, how to get their values and the evidence, and which are no cells yet."""
    names = tuple(name for name in model.model_fields if name not in ("evidence", "mentions"))
    lists = [at for at, name in enumerate(names) if model.model_fields[name].annotation in _NO_CELLS]
    return names, attrgetter(*names, "evidence.start", "evidence.end", "evidence.text"), tuple(lists)


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Inserts one row and gives its rowid."""
    cursor = db.conn.execute(insertion(table, tuple(row)), tuple(row.values()))
    return int(cursor.lastrowid or 0)


@cache
def insertion(table: str, names: tuple[str, ...]) -> str:
    """The statement that inserts a row with these columns."""
    quoted, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    return f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})'  # noqa: S608 (names of our own schema)


def page_id(db: Database, page: ArchiveRef) -> int | None:
    """The id of an archived response that is noted already."""
    sql = "SELECT id FROM pages WHERE archive_file = ? AND archive_offset = ?"
    found = db.conn.execute(sql, (page.file, page.offset)).fetchone()
    return None if found is None else int(found[0])


def page_row(article_id: int, page: ArchiveRef, seen: str) -> Row:
    """The columns of pages."""
    place = {"archive_file": page.file, "archive_offset": page.offset}
    return {"article_id": article_id, **place, "sha256": page.sha256, "fetched_at": seen}


def update(db: Database, table: str, row_id: int, row: Mapping[str, Any]) -> None:
    """Sets the columns of ``row`` in the row with that id."""
    names = ", ".join(f'"{name}" = ?' for name in row)
    db.conn.execute(f'UPDATE "{table}" SET {names} WHERE id = ?', (*row.values(), row_id))  # noqa: S608 (our names)


def delete_records(db: Database, version_id: int) -> None:
    """Removes all records and issues of a version."""
    for table in (*RECORD_TABLES, "article_issues"):
        db.conn.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))  # noqa: S608 (our tables)


def note_issue(db: Database, issue: Mapping[str, Any], seen: str) -> None:
    """Notes an issue (portal, code, message, where, run_id); the same again moves ``last_seen_at`` and counts up."""
    sql = """
        INSERT INTO issues (portal, code, message, "where", run_id, first_seen_at, last_seen_at)
        VALUES (:portal, :code, :message, :where, :run_id, :seen, :seen)
        ON CONFLICT (coalesce(portal, ''), code, coalesce("where", ''), message)
        DO UPDATE SET last_seen_at = excluded.last_seen_at, run_id = excluded.run_id, times = times + 1
    """
    db.conn.execute(sql, {**issue, "seen": seen})


def read_extraction(db: Database, version_id: int, *, as_stated: bool = False) -> Extraction:
    """The extraction as it is stored, with corrections; ``as_stated``: with the confidence that the rules state."""
    records = {table: tuple(_read_records(db, table, version_id, as_stated)) for table in RECORD_TABLES}
    issues = _select(
        db, 'SELECT code, message, "where" FROM article_issues WHERE version_id = ? ORDER BY position', version_id
    )
    return Extraction.model_validate(
        {
            "article": _read_article(db, version_id),
            "indices": records["index_results"],
            "officials": records["officials"],
            "directives": records["directives"],
            "legal_refs": records["legal_refs"],
            "issues": tuple(Issue.model_validate(issue) for issue in issues),
        }
    )


def _read_article(db: Database, version_id: int) -> Article:
    (row,) = _select(
        db,
        "SELECT v.*, a.portal, a.province FROM article_versions AS v JOIN articles AS a ON a.id = v.article_id"
        " WHERE v.id = ?",
        version_id,
    )
    fields = {name: row[name] for name in Article.model_fields if name in row}
    for name in ("paragraphs", "tables", "images", "attachments"):
        fields[name] = json.loads(fields[name])
    return Article.model_validate({**fields, "url": row["source_url"], "canonical_url": row["canonical_url"]})


def _read_records(db: Database, table: str, version_id: int, as_stated: bool) -> Iterable[Record]:
    model = RECORD_TABLES[table]
    for row in db.table(table).rows_where("version_id = ?", [version_id], order_by="position"):
        fields = {name: row[name] for name in model.model_fields if name in row}
        for name, field in model.model_fields.items():
            if name in fields and field.annotation == tuple[str, ...]:
                fields[name] = json.loads(fields[name])
        if as_stated:
            fields["confidence"] = row["stated_confidence"] or row["confidence"]
        if model is Official:
            query = 'SELECT "start", "end", "text" FROM official_mentions WHERE official_id = ? ORDER BY position'
            fields["mentions"] = _select(db, query, row["id"])
        evidence = {"start": row["evidence_start"], "end": row["evidence_end"], "text": row["evidence_text"]}
        yield model.model_validate({**fields, "evidence": evidence})


def _select(db: Database, sql: str, *parameters: object) -> list[Row]:
    return list(db.query(sql, parameters))

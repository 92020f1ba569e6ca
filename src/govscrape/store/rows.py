"""Models to rows and back; nothing is lost on the way."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlite_utils import Database

from govscrape.models.article import Article
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
_VOLATILE = ("updated_at", "views")  # they move at every fetch, so they never make a version or a change


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: text order is time order. Raises ValueError on a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"time without a zone: {moment.isoformat()}")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def digest(value: object) -> str:
    """SHA-256 (hex) of a value's canonical JSON."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def text_hash(article: Article) -> str:
    """What decides whether an article changed: its title, summary and body, and nothing else."""
    return digest([getattr(article, name) for name in _TEXT])


def details_hash(article: Article) -> str:
    """Digest of what the page says beside the text, without what moves at every fetch (views, clock)."""
    dump = article.model_dump(mode="json", include=set(_DETAILS))
    return digest([dump, article.portal, article.province])


def records_hash(extraction: Extraction) -> str:
    """Digest of all records and issues of an article."""
    return digest(extraction.model_dump(mode="json", exclude={"article"}))


def version_row(article: Article) -> Row:
    """The columns of article_versions that come from the article."""
    return {
        "text_hash": text_hash(article),
        **{name: getattr(article, name) for name in _TEXT},
        **details_row(article),
    }


def details_row(article: Article) -> Row:
    """The columns of article_versions that may be put right without a new version."""
    dump = article.model_dump(mode="json", include={*_DETAILS, *_VOLATILE})
    return {
        "details_hash": details_hash(article),
        "source_url": article.url,
        "canonical_url": article.canonical_url,
        **{name: _cell(value) for name, value in dump.items()},
    }


def record_row(record: Record) -> Row:
    """A record's columns; ``mentions`` of an official have a table of their own."""
    row = {
        name: _cell(getattr(record, name)) for name in type(record).model_fields if name not in ("evidence", "mentions")
    }
    evidence = record.evidence
    return {**row, "evidence_start": evidence.start, "evidence_end": evidence.end, "evidence_text": evidence.text}


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Inserts one row and gives its rowid."""
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 (names of our own schema)
    cursor = db.conn.execute(sql, tuple(row.values()))
    return int(cursor.lastrowid or 0)


def update(db: Database, table: str, row_id: int, row: Mapping[str, Any]) -> None:
    """Sets the columns of ``row`` in the row with that id."""
    db.table(table).update(row_id, dict(row))


def insert_records(db: Database, version_id: int, extraction: Extraction, made_by: Row) -> None:
    """Stores all records and issues of a version; ``made_by`` holds ruleset_version and code_version."""
    groups = (extraction.indices, extraction.officials, extraction.directives, extraction.legal_refs)
    for table, records in zip(RECORD_TABLES, groups, strict=True):
        for position, record in enumerate(records):
            row = {"version_id": version_id, "position": position, **record_row(record), **made_by}
            row_id = insert(db, table, row)
            if isinstance(record, Official):
                _insert_mentions(db, row_id, record)
    for position, issue in enumerate(extraction.issues):
        insert(db, "article_issues", {"version_id": version_id, "position": position, **issue.model_dump()})


def delete_records(db: Database, version_id: int) -> None:
    """Removes all records and issues of a version."""
    for table in (*RECORD_TABLES, "article_issues"):
        db.table(table).delete_where("version_id = ?", [version_id])


def read_extraction(db: Database, version_id: int) -> Extraction:
    """The extraction as it was saved."""
    records = {table: tuple(_read_records(db, table, version_id)) for table in RECORD_TABLES}
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


def _insert_mentions(db: Database, official_id: int, official: Official) -> None:
    for position, mention in enumerate(official.mentions):
        insert(db, "official_mentions", {"official_id": official_id, "position": position, **mention.model_dump()})


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


def _read_records(db: Database, table: str, version_id: int) -> Iterable[Record]:
    model = RECORD_TABLES[table]
    for row in db.table(table).rows_where("version_id = ?", [version_id], order_by="position"):
        fields = {name: row[name] for name in model.model_fields if name in row}
        for name, field in model.model_fields.items():
            if name in fields and field.annotation == tuple[str, ...]:
                fields[name] = json.loads(fields[name])
        if model is Official:
            query = 'SELECT "start", "end", "text" FROM official_mentions WHERE official_id = ? ORDER BY position'
            fields["mentions"] = _select(db, query, row["id"])
        evidence = {"start": row["evidence_start"], "end": row["evidence_end"], "text": row["evidence_text"]}
        yield model.model_validate({**fields, "evidence": evidence})


def _select(db: Database, sql: str, *parameters: object) -> list[Row]:
    return list(db.query(sql, parameters))


def _cell(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value

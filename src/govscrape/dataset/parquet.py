"""Questions to the Parquet files of a release, or of an extraction spread over machines, as if they were the database.

Of an article that was archived several times the newest response counts; records that two of them give are one. What a
question needs is read into an SQLite database in memory, so that the same SQL gives the same answers. Where the
question names indices or years, only those are read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from govscrape.dataset.questions import RECORD_KINDS
from govscrape.dataset.writers import library
from govscrape.errors import InputError
from govscrape.store import Database
from govscrape.store.facts import name_indices, rebuild, rebuild_bodies
from govscrape.store.migrations import schema_sql

_VIETNAM = timezone(timedelta(hours=7))
_BATCH = 5000
_RECORDS: Mapping[str, tuple[str, ...]] = {
    "indices": ("index_results",),
    "panel": ("index_results",),
    "wide": ("index_results",),
    "disagreements": ("index_results",),
    "officials": ("officials",),
    "posts": ("officials",),
    "directives": ("directives",),
    "calendar": ("directives",),
    "organisations": ("officials", "directives"),
    "documents": ("legal_refs", "directives"),
}
_ALL = ("index_results", "officials", "directives", "legal_refs")
_OF_FACTS = frozenset({"panel", "wide", "disagreements", "posts", "officials"})
_OF_BODIES = frozenset({"organisations", "documents"})
_NO_COLUMNS = frozenset({"url", "province", "published_at", "corrected"})
_SINCE = frozenset({"corrected"})
"""Columns that files of earlier releases do not have."""
_ARTICLE = """
    INSERT INTO articles (id, url, portal, province, current_version_id, first_seen_at, withdrawn_at, title,
      published_at, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_VERSION = """
    INSERT INTO article_versions (id, article_id, version, text_hash, details_hash, records_hash, ruleset_version,
      code_version, fetched_at, title, body, paragraphs, tables, author, section, published_at, images, attachments,
      language) VALUES (?, ?, ?, '', '', '', '', '', ?, ?, '', '[]', '[]', ?, ?, ?, '[]', '[]', 'vi')
"""


@contextmanager
def loaded(
    folder: Path,
    kind: str | None = None,
    *,
    indices: Iterable[str] = (),
    years: tuple[int, int] | None = None,
    linked: bool = False,
) -> Iterator[Database]:
    """A database in memory with what the question ``kind`` needs (None: all) of the files in ``folder``.

    ``linked``: also bodies and documents, and what links the records to them.

    Raises InputError when a file is missing or is none of ours, or when the extra `export` is not installed.
    """
    db = Database(memory=True)
    try:
        db.executescript(schema_sql())
        # A release holds what points at each other; nothing is stored here.
        db.conn.executescript("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN;")
        versions = _read_articles(db, folder)
        for table in _ALL if kind is None or linked else _RECORDS.get(kind, _ALL):
            _read_records(db, folder, table, versions, _narrowed(table, indices, years))
        if kind is None or kind in _OF_FACTS:
            rebuild(db)
        else:
            name_indices(db)
        if kind is None or linked or kind in _OF_BODIES:
            rebuild_bodies(db)
        db.conn.execute("COMMIT")
        db.conn.execute("PRAGMA query_only = ON")
        yield db
    finally:
        db.close()


def index_names(folder: Path) -> list[tuple[str, str | None]]:
    """Every index of the files' results with every name that articles give it. Raises as ``loaded`` does."""
    data = library("pyarrow.dataset", "pyarrow")
    found = data.dataset([str(file) for file in _files(folder, "index_results")], format="parquet")
    pairs = found.to_table(columns=["index", "index_text"]).group_by(["index", "index_text"]).aggregate([])
    return [(row["index"], row["index_text"]) for row in pairs.to_pylist()]


def _narrowed(table: str, indices: Iterable[str], years: tuple[int, int] | None) -> Any:
    """The filter that the files themselves can apply."""
    wanted = list(indices)
    if table != "index_results" or not (wanted or years):
        return None
    compute = library("pyarrow.compute", "pyarrow")
    parts = [compute.field("index").isin(wanted)] if wanted else []
    if years:
        parts += [compute.field("year") >= years[0], compute.field("year") <= years[1]]
    found = parts[0]
    for part in parts[1:]:
        found &= part
    return found


def _read_articles(db: Database, folder: Path) -> dict[str, int]:
    versions: dict[str, int] = {}
    newest: dict[str, dict[str, Any]] = {}
    for row in _rows(folder, "articles", None):
        before = newest.get(row["url"])
        if before is None or (row["fetched_at"] or _NEVER) >= (before["fetched_at"] or _NEVER):
            newest[row["url"]] = row
    for number, url in enumerate(sorted(newest), 1):
        row = newest[url]
        versions[url] = number
        published, fetched = _local(row["published_at"]), _utc(row["fetched_at"])
        first, withdrawn = _utc(row["first_seen_at"]) or "", _utc(row["withdrawn_at"])
        told = (row["title"], published, fetched)
        db.conn.execute(_ARTICLE, (number, url, row["portal"], row["province"], number, first, withdrawn, *told))
        values = (number, number, row["version"], fetched or "", row["title"], row["author"], row["section"], published)
        db.conn.execute(_VERSION, values)
    return versions


_NEVER = datetime.min.replace(tzinfo=_VIETNAM)


def _read_records(db: Database, folder: Path, table: str, versions: Mapping[str, int], narrowed: Any) -> None:
    positions: dict[int, int] = {}
    seen: set[int] = set()
    insertion = ""
    names: list[str] = []
    for row in _rows(folder, table, narrowed):
        if not insertion:
            names = [name for name in row if name not in _NO_COLUMNS]
            columns = ["version_id", "position", *("evidence_text" if name == "evidence" else name for name in names)]
            quoted = ", ".join(f'"{column}"' for column in columns)
            insertion = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 (ours)
        version = versions.get(row["url"])
        if version is None:
            raise InputError(f"{folder}: {table} tells of {row['url']}, which is none of its articles")
        cells = tuple(_cell(row[name]) for name in names)
        # An archive may hold a page several times, and each response gives the same records again.
        if hash((version, cells)) in seen:
            continue
        seen.add(hash((version, cells)))
        position = positions[version] = positions.get(version, -1) + 1
        db.conn.execute(insertion, (version, position, *cells))
        for slot in row.get("corrected") or ():
            mark = (version, f"{table} {position} {slot}", RECORD_KINDS[table], position, slot)
            db.conn.execute("INSERT INTO applied_corrections VALUES (?, ?, ?, ?, ?)", mark)


def _rows(folder: Path, table: str, narrowed: Any) -> Iterator[dict[str, Any]]:
    data = library("pyarrow.dataset", "pyarrow")
    names = library("govscrape.dataset.arrow", "pyarrow").schema(table).names
    files = _files(folder, table)
    try:
        found = data.dataset([str(file) for file in files], format="parquet")
        missing = sorted(set(names) - set(found.schema.names) - _SINCE)
        if missing:
            raise InputError(f"{files[0]}: no column {', '.join(missing)}")
        present = [name for name in names if name in found.schema.names]
        for batch in found.to_batches(columns=present, filter=narrowed, batch_size=_BATCH):
            yield from batch.to_pylist()
    except (OSError, library("pyarrow", "pyarrow").ArrowException) as error:
        raise InputError(f"{files[0]}: {' '.join(str(error).split())[:200]}") from error


def _files(folder: Path, table: str) -> Sequence[Path]:
    """A release has ``data/TABLE.parquet``, an extraction over many machines ``TABLE/*.parquet``."""
    for whole in (folder / "data" / f"{table}.parquet", folder / f"{table}.parquet"):
        if whole.is_file():
            return [whole]
    parts = sorted((folder / table).glob("**/*.parquet"))
    if not parts:
        raise InputError(f"{folder}: no {table}.parquet; make one with `govscrape export DIR --format parquet`")
    return parts


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else value


def _local(moment: datetime | None) -> str | None:
    """A portal's time as the database has it, in Vietnam's zone."""
    return None if moment is None else moment.astimezone(_VIETNAM).isoformat(timespec="auto")


def _utc(moment: datetime | None) -> str | None:
    """A time of the program as the database has it."""
    text = None if moment is None else moment.astimezone(_UTC).isoformat(timespec="milliseconds")
    return None if text is None else text.replace("+00:00", "Z")


_UTC = timezone(timedelta())

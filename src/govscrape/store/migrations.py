"""The schema's steps: ``sql/NNNN_name.sql`` takes a database from version N-1 to N.

A step that has been released never changes; a new need is a new file. ``db/schema.sql`` is what all of them give.
"""

import sqlite3
import time
from functools import cache
from importlib import resources
from pathlib import Path

from sqlite_utils import Database

from govscrape.errors import StoreError
from govscrape.store import facts
from govscrape.store.connection import immediate

_KEEPS_FACTS, _KEEPS_BODIES = 4, 5  # the steps whose tables no SQL can fill
APPLICATION_ID = 0x676F7673
"""Marks the file as ours: "govs" in ASCII, SQLite's ``application_id``."""


@cache
def steps() -> tuple[str, ...]:
    """The SQL of every step, oldest first."""
    folder = resources.files("govscrape.store") / "sql"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in files)


def check(db: Database, path: Path) -> int:
    """The schema version of a database of ours; 0 for an empty one.

    Raises StoreError when the file is another program's database or newer than this code.
    """
    application_id, version = _pragma(db, "application_id"), _pragma(db, "user_version")
    if application_id != APPLICATION_ID:
        if application_id == 0 and version == 0 and not _has_tables(db):
            return 0
        raise StoreError(f"{path}: not a govscrape database (application_id {application_id:#x}); nothing was changed")
    if version > len(steps()):
        raise StoreError(
            f"{path}: schema version {version} is newer than this program's {len(steps())}; upgrade govscrape"
        )
    return version


def migrate(db: Database, path: Path, *, timeout_s: float) -> None:
    """Brings the database to the newest schema, all steps in one transaction. Raises as ``check`` does."""
    if check(db, path) == len(steps()):
        return
    _use_wal(db, timeout_s)
    with immediate(db):
        version = check(db, path)
        for number, sql in enumerate(steps()[version:], start=version + 1):
            db.executescript(sql)
            db.conn.execute(f"PRAGMA user_version = {number}")
        if version < _KEEPS_FACTS <= len(steps()):
            facts.rebuild(db)
        if version < _KEEPS_BODIES <= len(steps()):
            facts.rebuild_bodies(db)
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def schema_sql() -> str:
    """The newest schema as one SQL text: what ``db/schema.sql`` must hold."""
    db = Database(memory=True)
    try:
        for sql in steps():
            db.executescript(sql)
        rows = db.conn.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '*_search_[cdi]*' ORDER BY rowid"
        ).fetchall()
    finally:
        db.close()
    header = (
        "-- Generated from src/govscrape/store/sql, do not edit; tests/unit/test_store_schema.py says how.\n"
        f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {len(steps())};\n\n"
    )
    return header + "\n\n".join(f"{sql};" for (sql,) in rows) + "\n"


def _use_wal(db: Database, timeout_s: float) -> None:
    # Switching to WAL does not wait for SQLite's busy timeout.
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            db.conn.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                raise
            time.sleep(0.02)


def _pragma(db: Database, name: str) -> int:
    return int(db.conn.execute(f"PRAGMA {name}").fetchone()[0])


def _has_tables(db: Database) -> bool:
    return bool(db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])

"""Opening a database file safely: each refusal is one line that names the path."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlite_utils import Database

from govscrape.errors import StoreError, told

BUSY_TIMEOUT_S = 30.0
_CACHE_KIB = 65_536  # with SQLite's own 2 MiB a batch reads and writes the same pages of its indexes again and again
# An article's text and records fill pages of 8 KiB better than of 4 (new files take it); and a page that many
# transactions write is copied from the log to the file once in 64 MiB, not after each.
_WRITABLE = ("page_size = 8192", "synchronous = NORMAL", "wal_autocheckpoint = 8192")
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_NESTED = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))
# Python looks in vain for an adapter of every NULL, by way of errors that it forgets: a third of what a row costs. This
# one is asked instead, and gives NULL.
sqlite3.register_adapter(type(None), cast("Callable[[None], None]", {}.get))


def explain(path: Path, error: sqlite3.Error) -> StoreError:
    """The StoreError for what SQLite says about the file at ``path``."""
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith("SQLITE_BUSY") or code.startswith("SQLITE_LOCKED"):
        return StoreError(f"{path}: locked by another process; try again when it has finished")
    if code.startswith("SQLITE_READONLY"):
        return StoreError(f"{path}: read-only; nothing was written")
    if code.startswith("SQLITE_NOTADB"):
        return StoreError(f"{path}: not an SQLite database")
    if code.startswith("SQLITE_CANTOPEN"):
        return StoreError(f"{path}: cannot be opened; check that the folder exists and may be written")
    if code.startswith("SQLITE_CORRUPT"):
        return StoreError(f"{path}: damaged ({error}); restore a copy or re-extract from the archive")
    if code.startswith("SQLITE_FULL"):
        return StoreError(f"{path}: the disk is full; the last article was not stored")
    return StoreError(f"{path}: {told(error)}")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns every sqlite3 error of the block into a StoreError naming ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error


def open_writable(path: Path, *, create: bool, timeout_s: float = BUSY_TIMEOUT_S) -> Database:
    """A writable connection; with ``create`` the file and its folder are made.

    Raises StoreError: missing file or folder, a folder in the file's place, no permission.
    """
    _refuse_folder(path)
    if not path.exists():
        if not create:
            raise missing(path)
        _make_folder(path.parent)
    elif not os.access(path, os.W_OK):
        raise StoreError(f"{path}: read-only; nothing was written")
    with explained(path):
        connection = sqlite3.connect(
            _uri(path, "rwc" if create else "rw"), uri=True, timeout=timeout_s, isolation_level=None
        )
        return _configured(connection, writable=True)


def open_readonly(path: Path, *, timeout_s: float = BUSY_TIMEOUT_S) -> Database:
    """A connection that cannot write, not even by accident. Raises StoreError when there is no such database."""
    _refuse_folder(path)
    if not path.exists():
        raise missing(path)
    try:
        return _readonly(path, "ro", timeout_s)
    except sqlite3.OperationalError as error:
        # A WAL database in a folder that may not be written: SQLite cannot make its -shm file there.
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise explain(path, error) from error
    with explained(path):
        return _readonly(path, "ro&immutable=1", timeout_s)


def missing(path: Path) -> StoreError:
    """The error for a database that is not there, with the way to make one."""
    return StoreError(f"{path}: no such database; `govscrape crawl` makes one, or name another with --db")


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """One write transaction: the lock is taken at the start, so that a read before a write cannot go stale.

    Inside another one it is a part that is undone alone when it fails.
    """
    nested = db.conn.in_transaction
    begin, end, undo = _NESTED if nested else _WHOLE
    db.conn.execute(begin)
    try:
        yield
        db.conn.execute(end)
    except BaseException:
        # A full disk may have undone everything already.
        if db.conn.in_transaction:
            for statement in undo:
                db.conn.execute(statement)
        raise


def _readonly(path: Path, mode: str, timeout_s: float) -> Database:
    with_closing = sqlite3.connect(_uri(path, mode), uri=True, timeout=timeout_s, isolation_level=None)
    return _configured(with_closing, writable=False)


def _configured(connection: sqlite3.Connection, *, writable: bool) -> Database:
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        for pragma in _WRITABLE if writable else ("query_only = ON",):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return Database(connection, execute_plugins=False)
    except sqlite3.Error:
        connection.close()
        raise


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path}: a folder, not a database file")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made for the database ({error.strerror or error})") from error

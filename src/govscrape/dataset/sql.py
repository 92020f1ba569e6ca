"""SQL that a user wrote: one SELECT that can read and nothing else, in bounded time, memory and rows."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from govscrape.dataset.query import SECONDS_MAX, source, words_in_sql
from govscrape.errors import InputError, StoreError

ROWS_MAX = 10_000
BYTES_MAX = 50_000_000
"""The longest text or blob that an expression may make, and all that an answer may hold."""
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_OF_SEARCH = "data_version"  # FTS5 asks this itself


def ask_sql(
    path: str | Path, sql: str, *, limit: int = ROWS_MAX, seconds: float = SECONDS_MAX
) -> tuple[tuple[str, ...], list[dict[str, Any]], bool]:
    """Columns and rows of a SELECT over the database's tables and views, and whether ``limit`` cut it off.

    ``plain(text)`` and ``has_words(text, words)`` may be used in it. Raises InputError on anything but one SELECT, on
    a mistake in it, and when it takes longer than ``seconds``; StoreError on an unusable database.
    """
    try:
        with source(Path(path), None, None, seconds) as db:
            words_in_sql(db.conn)
            db.conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, BYTES_MAX)
            # A full-text index declares a table of its own when it is first used.
            for index in ("article_search", "accent_search"):
                db.conn.execute(f"SELECT 1 FROM {index} LIMIT 0")  # noqa: S608 (ours)
            db.conn.set_authorizer(_may)
            found = db.conn.execute(sql)
            columns = _unlike(tuple(column[0] for column in found.description or ()))
            rows = [dict(zip(columns, row, strict=True)) for row in _bounded(found.fetchone, limit + 1)]
    except StoreError as error:
        if isinstance(error.__cause__, sqlite3.Error):
            raise _told(error.__cause__) from error
        raise
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _told(error) from error
    if not columns:
        raise InputError("--sql takes one SELECT")
    return columns, rows[:limit], len(rows) > limit


def _bounded(fetch: Callable[[], tuple[Any, ...] | None], most: int) -> Iterator[tuple[Any, ...]]:
    size = 0
    for _ in range(most):
        row = fetch()
        if row is None:
            return
        size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        if size > BYTES_MAX:
            raise InputError(f"--sql: more than {BYTES_MAX // 1_000_000} MB of answers; ask for less")
        yield row


def _may(action: int, first: str | None, second: str | None, *_: object) -> int:
    if action in _READING and not (action == sqlite3.SQLITE_FUNCTION and second == "load_extension"):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == _OF_SEARCH and second is None:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _told(error: BaseException) -> InputError:
    text = " ".join(str(error).split())
    if "not authorized" in text or "prohibited" in text or "one statement" in text:
        return InputError(f"--sql takes one SELECT, which only reads ({text})")
    return InputError(f"--sql: {text}")


def _unlike(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names with a number where one stands twice, so that no column hides another."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(found)

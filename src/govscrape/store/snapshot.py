"""A copy of a database as it stood at the end of a day, for releases that can be made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from sqlite_utils import Database

from govscrape.errors import InputError
from govscrape.store import connection, facts, rows
from govscrape.store.writer import open_readonly

_VIETNAM = timezone(timedelta(hours=7))
_CUT = (
    "UPDATE articles SET current_version_id = (SELECT v.id FROM article_versions AS v WHERE v.article_id = articles.id"
    " AND v.fetched_at < :end ORDER BY v.version DESC LIMIT 1)",
    "DELETE FROM articles WHERE current_version_id IS NULL",
    "UPDATE articles SET (title, published_at, fetched_at) = (SELECT v.title, v.published_at, v.fetched_at"
    " FROM article_versions AS v WHERE v.id = articles.current_version_id)",
    "DELETE FROM article_versions WHERE fetched_at >= :end",
    "DELETE FROM pages WHERE fetched_at >= :end",
    "DELETE FROM issues WHERE first_seen_at >= :end",
    "DELETE FROM runs WHERE started_at >= :end",
    "UPDATE runs SET finished_at = NULL, status = 'running', reason = NULL, counts = '{}' WHERE finished_at >= :end",
    "UPDATE articles SET withdrawn_at = NULL WHERE withdrawn_at >= :end",
    # How far a crawl has come is told as it stands now.
    "DELETE FROM back_fill_items",
    "DELETE FROM back_fills",
)
_FIXED = "article_text_is_fixed"
_WITHOUT_TEXTS = (
    "INSERT INTO article_search (article_search) VALUES ('delete-all')",
    "INSERT INTO accent_search (accent_search) VALUES ('delete-all')",
    "UPDATE article_versions SET summary = NULL, body = '', paragraphs = '[]', tables = '[]', images = '[]'",
)


@contextmanager
def snapshot(source: Path, target: Path, *, as_of: date | None = None) -> Iterator[Database]:
    """Copies ``source`` to the new file ``target`` and opens that; it is compact when the block is left.

    With ``as_of`` the copy holds the texts fetched by the end of that day in Vietnam, with the records that are stored
    for them now; InputError when there is none. Raises StoreError as opening does.
    """
    original = open_readonly(source)
    try:
        copy = connection.open_writable(target, create=True)
        try:
            with connection.explained(source):
                original.conn.backup(copy.conn)
                copy.conn.execute("PRAGMA journal_mode = DELETE")
                if as_of is not None:
                    _cut(copy, as_of, source)
                yield copy
                copy.conn.execute("VACUUM")
        finally:
            copy.close()
    finally:
        original.close()


def drop_texts(copy: Database) -> None:
    """Takes the articles' texts out of a copy; addresses, dates and records with their words stay."""
    with connection.immediate(copy):
        rule = copy.conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (_FIXED,)).fetchone()[0]
        copy.conn.execute(f"DROP TRIGGER {_FIXED}")
        for sql in _WITHOUT_TEXTS:
            copy.conn.execute(sql)
        copy.conn.execute(rule)


def _cut(copy: Database, as_of: date, source: Path) -> None:
    end = rows.utc(datetime.combine(as_of + timedelta(days=1), time(), _VIETNAM))
    first = copy.conn.execute("SELECT min(fetched_at) FROM article_versions").fetchone()[0]
    if first is None or first >= end:
        day = datetime.fromisoformat(first).astimezone(_VIETNAM).date() if first else None
        told = f"the first text is of {day}" if day else "there is no text at all"
        raise InputError(f"{source}: nothing was fetched by {as_of}; {told}")
    with connection.immediate(copy):
        for sql in _CUT:
            copy.conn.execute(sql, {"end": end} if ":end" in sql else {})
        facts.rebuild(copy)
        facts.rebuild_bodies(copy)

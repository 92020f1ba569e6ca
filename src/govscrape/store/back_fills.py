"""How far the back-fills of listings came, so that a run that was killed or bounded is gone on with."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from govscrape.models.back_fill import BackFill, Place, Span
from govscrape.models.schedule import VIETNAM
from govscrape.store import connection, rows

_COLUMNS = "pages", "items", "wanted", "undated", "expected", "oldest", "ordered", "closed", "reason"
_AT_ONCE = 500


class StoredBackFill(NamedTuple):
    """A back-fill with its key; ``finished_at`` is null while something of its range is missing."""

    id: int
    portal: str
    walk: BackFill
    updated_at: datetime
    finished_at: datetime | None


class BackFills:
    """The back-fills of a database, one for each listing and range."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db

    def take_up(self, portal: str, listing: str, since: date, until: date | None, at: datetime) -> StoredBackFill:
        """The unfinished back-fill of a range, or a new one that takes the place of a finished one.

        Without ``until`` the range ends on the day when it is begun, in Vietnam, so that such a one is taken up.
        """
        sql = """
            SELECT * FROM back_fills WHERE portal = ? AND listing = ? AND since = ? AND finished_at IS NULL
            AND (until = ? OR ? AND until = date(started_at, '+7 hours')) ORDER BY id DESC LIMIT 1
        """
        end = until or at.astimezone(VIETNAM).date()
        key = (portal, listing, since.isoformat(), end.isoformat(), until is None)
        with connection.explained(self.path):
            found = next(self._rows(sql, key), None)
        return found or self._begin(portal, BackFill(listing=listing, span=Span(since=since, until=end)), at)

    def _begin(self, portal: str, walk: BackFill, at: datetime) -> StoredBackFill:
        key = {"portal": portal, "listing": walk.listing, **walk.span.model_dump(mode="json")}
        row = {**key, **_cells(walk), "started_at": rows.utc(at), "updated_at": rows.utc(at)}
        with connection.explained(self.path), connection.immediate(self.db):
            sql = "DELETE FROM back_fills WHERE portal = ? AND listing = ? AND since = ? AND until = ?"
            self.db.conn.execute(sql, tuple(key.values()))
            return StoredBackFill(rows.insert(self.db, "back_fills", row), portal, walk, at, None)

    def keep(self, key: int, walk: BackFill, met: Mapping[str, bool], at: datetime) -> None:
        """Stores how far a walk came together with the items it met since, each with whether it is wanted."""
        sql = "INSERT OR IGNORE INTO back_fill_items (back_fill_id, url, wanted) VALUES (?, ?, ?)"
        with connection.explained(self.path), connection.immediate(self.db):
            self.db.conn.executemany(sql, [(key, url, int(wanted)) for url, wanted in met.items()])
            rows.update(self.db, "back_fills", key, {**_cells(walk), "updated_at": rows.utc(at)})

    def finish(self, key: int, at: datetime) -> None:
        """Notes that nothing of the range is missing, and forgets its items."""
        with connection.explained(self.path), connection.immediate(self.db):
            rows.update(self.db, "back_fills", key, {"finished_at": rows.utc(at), "updated_at": rows.utc(at)})
            self.db.conn.execute("DELETE FROM back_fill_items WHERE back_fill_id = ?", (key,))

    def seen(self, key: int, urls: Collection[str]) -> set[str]:
        """Those of the addresses that the back-fill met."""
        sql = "SELECT url FROM back_fill_items WHERE back_fill_id = ? AND url IN ({})"
        return {str(url) for (url,) in self._among(sql, (key,), urls)}

    def missing(self, key: int, gone: Collection[str]) -> tuple[str, ...]:
        """Wanted items that are not stored, but for those with an issue among ``gone``."""
        marks = ", ".join("?" for _ in gone)
        sql = f"""
            SELECT url FROM back_fill_items WHERE back_fill_id = ? AND wanted
            AND url NOT IN (SELECT url FROM article_urls)
            AND url NOT IN (SELECT "where" FROM issues WHERE code IN ({marks}) AND "where" IS NOT NULL) ORDER BY url
        """  # noqa: S608 - only question marks are put in
        with connection.explained(self.path):
            return tuple(str(url) for (url,) in self.db.conn.execute(sql, (key, *gone)))

    def published(self, urls: Collection[str]) -> dict[str, datetime | None]:
        """When the stored ones of some articles came out, by the address they were asked by."""
        sql = """
            SELECT u.url, a.published_at FROM article_urls AS u JOIN articles AS a ON a.id = u.article_id
            WHERE u.url IN ({})
        """
        return {str(url): datetime.fromisoformat(at) if at else None for url, at in self._among(sql, (), urls)}

    def portals(self) -> tuple[str, ...]:
        """Those with back-fills, by id."""
        with connection.explained(self.path):
            found = self.db.conn.execute("SELECT DISTINCT portal FROM back_fills ORDER BY portal").fetchall()
        return tuple(str(portal) for (portal,) in found)

    def of(self, portal: str) -> tuple[StoredBackFill, ...]:
        """A portal's back-fills, the newest first."""
        with connection.explained(self.path):
            return tuple(self._rows("SELECT * FROM back_fills WHERE portal = ? ORDER BY updated_at DESC", (portal,)))

    def _among(self, sql: str, before: tuple[object, ...], urls: Collection[str]) -> Iterator[Any]:
        asked = list(urls)
        with connection.explained(self.path):
            for at in range(0, len(asked), _AT_ONCE):
                part = asked[at : at + _AT_ONCE]
                yield from self.db.conn.execute(sql.format(", ".join("?" for _ in part)), (*before, *part)).fetchall()

    def _rows(self, sql: str, values: tuple[object, ...]) -> Iterator[StoredBackFill]:
        cursor = self.db.conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield _stored(dict(zip(names, row, strict=True)))


def _cells(walk: BackFill) -> rows.Row:
    told = walk.model_dump(mode="json", include=set(_COLUMNS))
    return {**told, "ordered": int(walk.ordered), "closed": int(walk.closed), "place": walk.place.model_dump_json()}


def _stored(row: dict[str, Any]) -> StoredBackFill:
    walk = BackFill(
        listing=row["listing"],
        span=Span.model_validate({"since": row["since"], "until": row["until"]}),
        place=Place.model_validate_json(row["place"]),
        **{name: row[name] for name in _COLUMNS},
    )
    finished = datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None
    return StoredBackFill(row["id"], row["portal"], walk, datetime.fromisoformat(row["updated_at"]), finished)

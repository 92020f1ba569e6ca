"""What an earlier run left undone, so that the next one goes on there."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from govscrape.models.page import ArchiveRef
from govscrape.store import connection
from govscrape.store.writer import Store

PATIENCE = 30
GIVEN_UP = 5


class UnreadFile(NamedTuple):
    """A file that the stored article ``record`` links to and whose text is not stored."""

    record: str
    url: str
    media_type: str | None


def pending(store: Store, portal: str, codes: Collection[str], not_asked: str) -> tuple[str, ...]:
    """URLs of a portal with an issue among ``codes`` or ``not_asked`` that never became an article, oldest first.

    An address that failed ``PATIENCE`` times is no longer named; not having been asked is no failure.
    """
    sql = f"""
        SELECT "where" FROM issues WHERE portal = ? AND code IN ({_marks(codes)}, ?)
        AND "where" IS NOT NULL AND "where" NOT IN (SELECT url FROM article_urls)
        GROUP BY "where" HAVING sum(CASE WHEN code = ? THEN 0 ELSE times END) < ?
        ORDER BY min(first_seen_at), min(id)
    """  # noqa: S608 - only question marks are put in
    with connection.explained(store.path):
        found = store.db.conn.execute(sql, (portal, *codes, not_asked, not_asked, PATIENCE)).fetchall()
    return tuple(str(url) for (url,) in found)


def settled(store: Store, portal: str, codes: Collection[str], not_asked: str) -> frozenset[str]:
    """URLs of a portal that will not be asked again unless wanted: no article at all ``GIVEN_UP`` times.

    A failure among ``codes`` may lie outside the page, so that ``PATIENCE`` of them are needed.
    """
    sql = f"""
        SELECT "where" FROM issues WHERE portal = ? AND code <> ? AND "where" LIKE 'http%'
        AND "where" NOT IN (SELECT url FROM article_urls)
        GROUP BY "where" HAVING sum(times) >= ? OR sum(CASE WHEN code IN ({_marks(codes)}) THEN 0 ELSE times END) >= ?
    """  # noqa: S608 - only question marks are put in
    with connection.explained(store.path):
        found = store.db.conn.execute(sql, (portal, not_asked, PATIENCE, *codes, GIVEN_UP)).fetchall()
    return frozenset(str(url) for (url,) in found)


def unread(store: Store) -> dict[str, str | None]:
    """URLs with an issue that never became an article, with their portal."""
    sql = """
        SELECT "where", portal FROM issues WHERE "where" LIKE 'http%'
        AND "where" NOT IN (SELECT url FROM article_urls) ORDER BY id
    """
    with connection.explained(store.path):
        return {str(url): portal for url, portal in store.db.conn.execute(sql)}


def unread_files(store: Store, portal: str, final: Collection[str], failed: str) -> tuple[UnreadFile, ...]:
    """Files linked by a portal's visible articles that are neither stored nor settled, each once, oldest article first.

    An issue among ``final`` settles a file, as do ``PATIENCE`` times ``failed``.
    """
    articles = """
        SELECT a.url, v.attachments FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id
        WHERE a.portal = ? AND v.attachments <> '[]' ORDER BY a.id
    """
    done = f"""
        SELECT "where" FROM issues WHERE portal = ? AND "where" IS NOT NULL AND code IN ({_marks(final)}, ?)
        GROUP BY "where" HAVING sum(CASE WHEN code = ? THEN times ELSE {PATIENCE} END) >= {PATIENCE}
    """  # noqa: S608 - only question marks and a number are put in
    with connection.explained(store.path):
        linked = store.db.conn.execute(articles, (portal,)).fetchall()
        settled_files = {url for (url,) in store.db.conn.execute(done, (portal, *final, failed, failed))}
    found: dict[str, UnreadFile] = {}
    for record, files in linked:
        for file in json.loads(files):
            url = file["url"]
            if url not in settled_files and not store.known(url):
                found.setdefault(url, UnreadFile(record, url, file["media_type"]))
    return tuple(found.values())


def newest_page(store: Store, url: str) -> ArchiveRef | None:
    """Where the newest archived response of an article lies; None when there is none."""
    sql = """
        SELECT p.archive_file, p.archive_offset, p.sha256 FROM article_urls AS u JOIN pages AS p USING (article_id)
        WHERE u.url = ? ORDER BY p.fetched_at DESC, p.id DESC LIMIT 1
    """
    with connection.explained(store.path):
        found = store.db.conn.execute(sql, (url,)).fetchone()
    return ArchiveRef(file=found[0], offset=found[1], sha256=found[2]) if found else None


@dataclass(frozen=True)
class Chain:
    """What is known of a listing without a hole: all that was stored or noted up to its last closed walk.

    What a killed run, an open one or a back-fill stored since is known too, but says nothing about what lies below it.
    ``begun``: there was such a walk. ``expected`` is how many items the listing last said it has.
    """

    store: Store
    whole_at: str | None
    noted: frozenset[str]
    expected: int | None

    @property
    def begun(self) -> bool:
        """Whether a walk has closed; until then all that is known counts as held."""
        return self.whole_at is not None

    def holds(self, url: str) -> bool:
        """Whether an address belongs to the chain."""
        if url in self.noted:
            return True
        sql = """
            SELECT 1 FROM article_urls AS u JOIN articles AS a ON a.id = u.article_id
            WHERE u.url = ? AND a.first_seen_at <= coalesce(?, a.first_seen_at)
        """
        with connection.explained(self.store.path):
            return self.store.db.conn.execute(sql, (url, self.whole_at)).fetchone() is not None


def chain_of(store: Store, run_id: int, listing: str) -> Chain:
    """The chain of a listing as it was before a run."""
    earlier = """
        FROM runs AS now JOIN runs AS r ON r.portal = now.portal AND r.id < now.id
        JOIN run_listings AS l ON l.run_id = r.id AND l.listing = ? WHERE now.id = ?
    """
    closed = f"SELECT r.finished_at {earlier} AND l.closed ORDER BY r.id DESC LIMIT 1"
    told = f"SELECT l.expected {earlier} AND l.expected IS NOT NULL ORDER BY r.id DESC LIMIT 1"
    noted = """
        SELECT DISTINCT i."where" FROM runs AS now JOIN issues AS i ON i.portal = now.portal
        WHERE now.id = ? AND i."where" LIKE 'http%' AND i.first_seen_at <= coalesce(?, i.first_seen_at)
    """
    with connection.explained(store.path):
        whole_at = _first(store, closed, listing, run_id)
        urls = store.db.conn.execute(noted, (run_id, whole_at)).fetchall()
        return Chain(store, whole_at, frozenset(url for (url,) in urls), _first(store, told, listing, run_id))


def _first(store: Store, sql: str, *values: object) -> Any:
    found = store.db.conn.execute(sql, values).fetchone()
    return found[0] if found else None


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" for _ in values)

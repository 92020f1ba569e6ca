"""What an earlier run left undone, so that the next one goes on there."""

from collections.abc import Collection

from govscrape.store import connection
from govscrape.store.writer import Store

GIVEN_UP = 5


def pending(store: Store, portal: str, codes: Collection[str], *, times: int = GIVEN_UP) -> tuple[str, ...]:
    """URLs of a portal with an issue among ``codes`` that never became an article, oldest first.

    An address that failed ``times`` times is no longer named.
    """
    marks = ", ".join("?" for _ in codes)
    sql = f"""
        SELECT "where" FROM issues WHERE portal = ? AND code IN ({marks})
        AND "where" IS NOT NULL AND "where" NOT IN (SELECT url FROM article_urls)
        GROUP BY "where" HAVING sum(times) < ? ORDER BY min(first_seen_at), "where"
    """  # noqa: S608 - only question marks are put in
    with connection.explained(store.path):
        found = store.db.conn.execute(sql, (portal, *codes, times)).fetchall()
    return tuple(str(url) for (url,) in found)


def settled(store: Store, portal: str, *, times: int = GIVEN_UP) -> frozenset[str]:
    """URLs of a portal that were no article ``times`` times; asking them at every run would never end."""
    sql = """
        SELECT "where" FROM issues WHERE portal = ? AND "where" LIKE 'http%'
        AND "where" NOT IN (SELECT url FROM article_urls)
        GROUP BY "where" HAVING sum(times) >= ?
    """
    with connection.explained(store.path):
        return frozenset(str(url) for (url,) in store.db.conn.execute(sql, (portal, times)))


def chain_is_whole(store: Store, portal: str, listing: str) -> bool:
    """Whether the last finished walk of a listing closed; False when it was never walked to its end."""
    sql = """
        SELECT l.closed FROM run_listings AS l JOIN runs AS r ON r.id = l.run_id
        WHERE r.portal = ? AND l.listing = ? ORDER BY r.id DESC LIMIT 1
    """
    with connection.explained(store.path):
        found = store.db.conn.execute(sql, (portal, listing)).fetchone()
    return found is not None and bool(found[0])

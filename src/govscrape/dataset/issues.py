"""What crawls and readings could not settle, whether noted by a run or beside an article's records. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govscrape.errors import InputError
from govscrape.store import explained, open_readonly

COLUMNS = ("portal", "code", "message", "where", "noted_by", "times", "first_seen_at", "last_seen_at")

_ALL = """
    SELECT portal, code, message, "where", 'run' AS noted_by, times, first_seen_at, last_seen_at FROM issues AS i
    WHERE code <> 'back_fill_open' OR EXISTS (
      SELECT 1 FROM back_fills AS b WHERE b.portal = i.portal AND b.portal || '/' || b.listing = i."where"
      AND i.message LIKE b.since || ' to ' || b.until || ': %'
      AND b.finished_at IS NULL AND b.reason IS NOT 'given_up'
    )
    UNION ALL
    SELECT a.portal, i.code, i.message, coalesce(i."where", a.url), 'article', 1, v.fetched_at, v.fetched_at
    FROM article_issues AS i JOIN articles AS a ON a.current_version_id = i.version_id
    JOIN article_versions AS v ON v.id = i.version_id
"""
_PORTALS = """
    SELECT portal FROM articles WHERE portal IS NOT NULL UNION SELECT portal FROM runs WHERE portal IS NOT NULL
    UNION SELECT portal FROM issues WHERE portal IS NOT NULL ORDER BY portal
"""


@dataclass(frozen=True)
class IssueFilters:
    """What issues must have; an empty filter asks nothing. ``since`` is about when an issue was seen last.

    An open back-fill is an issue until its range is whole or given up. Without ``codes`` the marks of texts that were
    read from an article's file are left out: they are no fault.
    """

    portals: Sequence[str] = ()
    codes: Sequence[str] = ()
    since: datetime | None = None
    limit: int | None = None


def stored_issues(path: Path, filters: IssueFilters | None = None) -> list[dict[str, Any]]:
    """Issues, the newest first, as rows of COLUMNS. StoreError on an unusable database, InputError on a stranger."""
    wanted = filters or IssueFilters()
    conditions, values = ["1"], list[Any]()
    for column, names in (("portal", wanted.portals), ("code", wanted.codes)):
        if names:
            conditions.append(f"{column} IN ({', '.join('?' * len(names))})")
            values += names
    if not wanted.codes:
        conditions.append("code <> 'attachment_of'")
    if wanted.since:
        conditions.append("last_seen_at >= ?")
        values.append(wanted.since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    sql = f"""
        SELECT * FROM ({_ALL}) WHERE {" AND ".join(conditions)}
        ORDER BY last_seen_at DESC, portal, code, "where" LIMIT ?
    """  # noqa: S608 - only question marks and our own column names are put in
    db = open_readonly(path)
    try:
        with explained(path):
            known = [portal for (portal,) in db.conn.execute(_PORTALS)]
            if strangers := [name for name in wanted.portals if name not in known]:
                raise InputError(f"{path}: no portal {strangers[0]!r}; there are: {', '.join(known) or 'none yet'}")
            return list(db.query(sql, [*values, -1 if wanted.limit is None else wanted.limit]))
    finally:
        db.close()

"""What happened to each portal so far: its runs, its newest articles and how they were read. Reads only."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from govscrape.models.health import HALTED, History

RUNS_SEEN = 10
ARTICLES_READ = 50
WEEKS = 8
_WEEK_S = 7 * 86_400

_RUNS = """
    SELECT status, reason, started_at, finished_at FROM runs WHERE portal = ? ORDER BY id DESC LIMIT ?
"""
_LAST_COMPLETE = "SELECT max(finished_at) FROM runs WHERE portal = ? AND status = 'complete'"
# An article dated after it was seen did not come out later than that.
_CAME_OUT = """
    min(CAST(strftime('%s', coalesce(published_at, first_seen_at)) AS INTEGER),
        CAST(strftime('%s', first_seen_at) AS INTEGER))
"""
_ARTICLES = f"SELECT count(*), max({_CAME_OUT}), min({_CAME_OUT}) FROM articles WHERE portal = ?"  # noqa: S608 - ours
_BY_WEEK = f"""
    SELECT (? - came_out) / {_WEEK_S} AS week, count(*) FROM (SELECT {_CAME_OUT} AS came_out FROM articles
    WHERE portal = ?) WHERE came_out BETWEEN ? AND ? GROUP BY week
"""  # noqa: S608 - ours
_CERTIFICATES = """
    SELECT l.listing, max(r.id) AS run, r.started_at, l.pages, l.items, l.expected, l.overlap, l.closed, l.reason
    FROM runs AS r JOIN run_listings AS l ON l.run_id = r.id WHERE r.portal = ? GROUP BY l.listing ORDER BY l.listing
"""
_READ = """
    SELECT v.fetched_at, (SELECT json_group_array(code) FROM article_issues WHERE version_id = v.id)
    FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id
    WHERE a.portal = ? ORDER BY v.fetched_at DESC, v.id DESC LIMIT ?
"""


def history(db: Database, portal: str, now: datetime) -> History:
    """What is stored of a portal at ``now``; all empty for one that was never crawled."""
    runs = db.conn.execute(_RUNS, (portal, RUNS_SEEN)).fetchall()
    complete = db.conn.execute(_LAST_COMPLETE, (portal,)).fetchone()[0]
    articles, newest, oldest = db.conn.execute(_ARTICLES, (portal,)).fetchone()
    week, *weeks = _by_week(db, portal, int(now.timestamp()), oldest)
    read = [(at, set(json.loads(codes))) for at, codes in db.conn.execute(_READ, (portal, ARTICLES_READ))]
    good = [at for at, codes in read if "selector_missing" not in codes]
    status, reason, started = runs[0][:3] if runs else (None, None, None)
    return History(
        portal=portal,
        status=status,
        reason=reason,
        last_start=_time(started),
        last_complete=_time(complete),
        unfinished=_unfinished(runs),
        runs_seen=len(runs),
        runs_partial=sum(run[0] == "partial" and not _halted(run) for run in runs),
        articles=articles,
        last_article=None if newest is None else datetime.fromtimestamp(newest, UTC),
        week=week,
        weeks=tuple(weeks),
        last_extraction=_time(max(good, default=None)),
        read=len(read),
        missed=sum("selector_missing" in codes for _, codes in read),
        disagreed=sum("selector_disagrees" in codes for _, codes in read),
    )


def crawled(db: Database) -> tuple[str, ...]:
    """The portals that were ever crawled, by id."""
    found = db.conn.execute("SELECT DISTINCT portal FROM runs WHERE portal IS NOT NULL ORDER BY portal")
    return tuple(str(portal) for (portal,) in found)


def certificates(db: Database, portal: str) -> tuple[dict[str, Any], ...]:
    """The newest certificate of each of a portal's listings: a row of ``run_listings`` with its run's start."""
    cursor = db.conn.execute(_CERTIFICATES, (portal,))
    names = [column[0] for column in cursor.description]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor)


def _by_week(db: Database, portal: str, now: int, oldest: int | None) -> list[int]:
    """Articles of the last seven days, then of each whole week before that, back to the oldest article."""
    known = 0 if oldest is None else min(WEEKS + 1, max(1, (now - oldest) // _WEEK_S))
    counted = db.conn.execute(_BY_WEEK, (now, portal, now - (WEEKS + 1) * _WEEK_S + 1, now))
    found = dict(counted.fetchall())
    return [found.get(number, 0) for number in range(known)] or [0]


def _unfinished(runs: Sequence[Any]) -> int:
    count = 0
    for run in runs:
        if run[0] != "running" and not _halted(run):
            break
        count += 1
    return count


def _halted(run: Any) -> bool:
    return run[0] == "partial" and (run[1] or "").startswith(HALTED)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

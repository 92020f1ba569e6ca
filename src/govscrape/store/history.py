"""What happened to each portal so far: its runs, its newest articles and how they were read. Reads only."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from govscrape.models.health import HALTED, History

RUNS_SEEN = 10
ARTICLES_READ = 50

_RUNS = """
    SELECT status, reason, started_at, finished_at FROM runs WHERE portal = ? ORDER BY id DESC LIMIT ?
"""
_LAST_COMPLETE = "SELECT max(finished_at) FROM runs WHERE portal = ? AND status = 'complete'"
# An article dated after it was seen did not come out later than that.
_ARTICLES = """
    SELECT count(*), max(min(
      coalesce(CAST(strftime('%s', v.published_at) AS INTEGER), CAST(strftime('%s', a.first_seen_at) AS INTEGER)),
      CAST(strftime('%s', a.first_seen_at) AS INTEGER)
    )) FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id WHERE a.portal = ?
"""
_READ = """
    SELECT v.fetched_at, (SELECT json_group_array(code) FROM article_issues WHERE version_id = v.id)
    FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id
    WHERE a.portal = ? ORDER BY v.fetched_at DESC, v.id DESC LIMIT ?
"""


def history(db: Database, portal: str) -> History:
    """What is stored of a portal; all empty for one that was never crawled."""
    runs = db.conn.execute(_RUNS, (portal, RUNS_SEEN)).fetchall()
    complete = db.conn.execute(_LAST_COMPLETE, (portal,)).fetchone()[0]
    articles, newest = db.conn.execute(_ARTICLES, (portal,)).fetchone()
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
        last_extraction=_time(max(good, default=None)),
        read=len(read),
        missed=sum("selector_missing" in codes for _, codes in read),
        disagreed=sum("selector_disagrees" in codes for _, codes in read),
    )


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

"""What is kept up to date with the articles, in the transaction that changes them: search, cells of the panel, posts,
bodies and legal documents.

A cell is one (index, part, place, era, year); its surest claim stands for it, and claims that cannot be the same number
are its conflicts. A person is a name in a province: see ``people.py`` for when a name is two people.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from sqlite_utils import Database

from govscrape.store import documents, organisations, people

Cell = tuple[str, str | None, str, int, int]
_EQUAL = 0.000001
_VERSIONS = 2000  # at a time, where all are computed

_SEARCH = tuple(
    f"INSERT INTO {index} (rowid, title, summary, body) SELECT id, title, summary, body FROM {source}"  # noqa: S608 (ours)
    " WHERE id IN (SELECT value FROM json_each(?))"
    for index, source in (("article_search", "searchable_text"), ("accent_search", "article_versions"))
)
_NAMES = """
    INSERT OR IGNORE INTO index_names SELECT DISTINCT "index", coalesce(index_text, "index") FROM index_results
"""
_OF_VERSIONS = "WHERE version_id IN (SELECT value FROM json_each(?))"
_CELLS = 'SELECT DISTINCT "index", component, place, era, year FROM index_claims'
_CLAIMS = """
    SELECT id, score, score_step, score_bound IS NULL, rank, confidence, coalesce(published_at, ''), url
    FROM index_claims WHERE "index" = ? AND component IS ? AND place = ? AND era = ? AND year = ?
"""
_KEEP_CELL = """
    INSERT INTO index_cells ("index", component, place, era, year, claims, articles, scores, ranks, score_id, rank_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT ("index", year, place, coalesce(component, ''), era) DO UPDATE SET
      claims = excluded.claims, articles = excluded.articles, scores = excluded.scores, ranks = excluded.ranks,
      score_id = excluded.score_id, rank_id = excluded.rank_id
    RETURNING id
"""
_DROP_CELL = """
    DELETE FROM index_cells WHERE "index" = ? AND component IS ? AND place = ? AND era = ? AND year = ?
"""


class _Claim(NamedTuple):
    id: int
    score: float | None
    step: float | None
    exact: bool
    rank: int | None
    confidence: float
    published_at: str
    url: str

    def surest_score(self) -> tuple[object, ...]:
        return (self.score is not None, self.exact, self.confidence, self.published_at, self.url, self.id)

    def surest_rank(self) -> tuple[object, ...]:
        return (self.rank is not None, self.confidence, self.published_at, self.url, self.id)


@dataclass
class Stale:
    """What must be computed before the transaction ends: ids of new and of changed versions, cells, people."""

    texts: list[int] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)
    cells: set[Cell] = field(default_factory=set)
    names: set[people.Key] = field(default_factory=set)

    def note(self, db: Database, version_id: int) -> None:
        """Marks all that the records of an article's visible version take part in; before and after they change."""
        self.versions.add(version_id)
        self.cells.update(db.conn.execute(f"{_CELLS} WHERE version_id = ?", (version_id,)))
        self.names.update(people.keys(db, version_id))

    def refresh(self, db: Database) -> None:
        """Computes what is marked, and marks nothing more."""
        name_indices(db, self.versions)
        for cell in sorted(self.cells, key=str):
            _refresh_cell(db, cell)
        for key in sorted(self.names, key=str):
            people.refresh(db, key)
        if self.versions:
            organisations.refresh(db, self.versions)
            documents.refresh(db, self.versions)
        # Last: every statement that could be undone makes FTS5 write out what it holds.
        if self.texts:
            for sql in _SEARCH:
                db.conn.execute(sql, (json.dumps(self.texts),))
        self.texts.clear()
        self.versions.clear()
        self.cells.clear()
        self.names.clear()


def rebuild(db: Database) -> None:
    """Computes everything but the search anew, inside the caller's transaction."""
    for table in ("index_names", "index_cells", "people"):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 (our tables)
    name_indices(db)
    Stale(cells=set(db.conn.execute(_CELLS)), names=people.all_keys(db)).refresh(db)
    rebuild_bodies(db)


def rebuild_bodies(db: Database) -> None:
    """Computes organisations and legal documents anew, inside the caller's transaction."""
    shown = [version for (version,) in db.conn.execute("SELECT current_version_id FROM articles ORDER BY id") if version]
    for kept in (organisations, documents):
        kept.clear(db)
        for first in range(0, len(shown), _VERSIONS):
            kept.refresh(db, shown[first : first + _VERSIONS])


def name_indices(db: Database, versions: Iterable[int] | None = None) -> None:
    """Notes the names that articles give to indices; those of the ``versions``, or of all."""
    if versions is None:
        db.conn.execute(_NAMES)
    else:
        db.conn.execute(f"{_NAMES} {_OF_VERSIONS}", (json.dumps(sorted(versions)),))


def _refresh_cell(db: Database, cell: Cell) -> None:
    claims = [_Claim(*row) for row in db.conn.execute(_CLAIMS, cell)]
    if not claims:
        db.conn.execute(_DROP_CELL, cell)
        return
    score, rank = max(claims, key=_Claim.surest_score), max(claims, key=_Claim.surest_rank)
    counts = (
        len(claims),
        len({claim.url for claim in claims}),
        len({claim.score for claim in claims} - {None}),
        len({claim.rank for claim in claims} - {None}),
    )
    cell_id = db.conn.execute(_KEEP_CELL, (*cell, *counts, score.id, rank.id)).fetchone()[0]
    db.conn.execute("DELETE FROM index_conflicts WHERE cell_id = ?", (cell_id,))
    if len(claims) > 1:
        found = chain(_conflicts("score", score, claims), _conflicts("rank", rank, claims))
        db.conn.executemany("INSERT INTO index_conflicts VALUES (?, ?, ?, ?)", ((cell_id, *pair) for pair in found))


def _conflicts(measure: str, surest: _Claim, claims: Sequence[_Claim]) -> Iterable[tuple[str, int, int]]:
    """The surest claim with the surest one of each other value."""
    order = _Claim.surest_score if measure == "score" else _Claim.surest_rank
    others: dict[float, int] = {}
    for claim in sorted(claims, key=order, reverse=True):
        value = claim.score if measure == "score" else claim.rank
        if value is not None and (_scores_differ if measure == "score" else _ranks_differ)(surest, claim):
            others.setdefault(value, claim.id)
    return ((measure, surest.id, other) for other in others.values())


def _scores_differ(one: _Claim, other: _Claim) -> bool:
    """A score that is the other one rounded or cut off is no disagreement, nor is "above 80"."""
    if one.score is None or other.score is None or not (one.exact and other.exact):
        return False
    return abs(one.score - other.score) >= max(one.step or 0, other.step or 0) - _EQUAL


def _ranks_differ(one: _Claim, other: _Claim) -> bool:
    return one.rank != other.rank

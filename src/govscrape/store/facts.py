"""What is kept up to date with the articles, in the transaction that changes them.

The search, cells of the panel, posts, and the bodies and legal documents that records mean.

A cell is one (index, part, place, era, year); its surest claim stands for it, and claims that cannot be the same number
are its conflicts. A person is a name in a province: see ``people.py`` for when a name is two people.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import NamedTuple, TypeVar

from sqlite_utils import Database

from govscrape.store import documents, organisations, people

Cell = tuple[str, str | None, str, int, int]
Marked = TypeVar("Marked")
_EQUAL = 0.000001
_VERSIONS = 2000  # at a time, where all are computed
_AT_ONCE = 5000

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
_WANTED = """
    WITH wanted AS MATERIALIZED (
      SELECT key, json_extract(value, '$[0]') AS "index", json_extract(value, '$[1]') AS component,
             json_extract(value, '$[2]') AS place, json_extract(value, '$[3]') AS era,
             json_extract(value, '$[4]') AS year
      FROM json_each(?)
    )
"""
# The joins are crossed so that SQLite goes from the wanted cells to what is known of them and not the other way.
_KEPT = f"""
    {_WANTED} SELECT w.key, c.id, c.score_id, c.rank_id
    FROM wanted AS w CROSS JOIN index_cells AS c ON c."index" = w."index"
    AND c.year = w.year AND c.place = w.place AND c.era = w.era
    AND coalesce(c.component, '') = coalesce(w.component, '')
"""  # noqa: S608 (ours)
_CLAIM = """
    c.id, c.score, c.score_step, c.score_bound IS NULL, c.rank, c.confidence, coalesce(c.published_at, ''), c.url
"""
_CLAIMS = f"""
    {_WANTED} SELECT w.key, {_CLAIM}
    FROM wanted AS w CROSS JOIN index_claims AS c ON c."index" = w."index" AND c.component IS w.component
    AND c.place = w.place AND c.era = w.era AND c.year = w.year
"""  # noqa: S608 (ours)
_OWN = f'SELECT "index", component, place, era, year, {_CLAIM} FROM index_claims AS c {_OF_VERSIONS}'  # noqa: S608 (ours)
# All that the panel's row shows of the surest claims: no question about it looks up a hundred articles.
_CELL = """
    province, province_code, score, score_max, unit, score_bound, rank, rank_of, rank_group, confidence, published_at,
    evidence, url, rank_evidence, rank_url
"""
_SUREST = """
    SELECT s.subject, s.subject_code, s.score, s.score_max, s.unit, s.score_bound,
      iif(coalesce(r.rank_scope, 'national') = 'national', r.rank, NULL), r.rank_of, r.rank_group, s.confidence,
      a.published_at, s.evidence_text, a.url,
      iif(r.id = s.id, NULL, r.evidence_text), iif(r.id = s.id, NULL, b.url)
    FROM json_each(?) AS w
    CROSS JOIN index_results AS s ON s.id = json_extract(w.value, '$[0]')
    CROSS JOIN articles AS a ON a.current_version_id = s.version_id
    CROSS JOIN index_results AS r ON r.id = json_extract(w.value, '$[1]')
    CROSS JOIN articles AS b ON b.current_version_id = r.version_id ORDER BY w.key
"""
# Values and no SELECT, and ids only where they move: a statement that may fail halfway, as SQLite sees it, keeps a copy
# of all pages it touches.
_ADD_CELL = f"""
    INSERT INTO index_cells
      (score_id, rank_id, claims, articles, scores, ranks, {_CELL}, "index", component, place, era, year, id)
    VALUES ({", ".join("?" * 27)})
"""  # noqa: S608 (ours)
_CHANGE_CELL = f"""
    UPDATE index_cells SET (claims, articles, scores, ranks, {_CELL}) = ({", ".join("?" * 19)}) WHERE id = ?
"""  # noqa: S608 (ours)
_MOVE_CELL = "UPDATE index_cells SET score_id = ?, rank_id = ? WHERE id = ?"


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

    def note(self, db: Database, versions: Sequence[int]) -> None:
        """Marks versions, and all that their records take part in: before they change. New ones need no such look."""
        self.versions.update(versions)
        self.cells.update(db.conn.execute(f"{_CELLS} {_OF_VERSIONS}", (json.dumps(versions),)))
        self.names.update(people.keys(db, versions))

    def refresh(self, db: Database) -> None:
        """Computes what is marked, and marks nothing more."""
        own = defaultdict[Cell, list[_Claim]](list)
        if self.versions:
            name_indices(db, self.versions)
            for *cell, claim_id, score, step, exact, rank, confidence, at, url in db.conn.execute(
                _OWN, (json.dumps(sorted(self.versions)),)
            ):
                own[tuple(cell)].append(_Claim(claim_id, score, step, exact, rank, confidence, at, url))
            self.names.update(people.keys(db, sorted(self.versions)))
        for cells in _parts(sorted(self.cells | own.keys(), key=str)):
            _refresh_cells(db, cells, {cell: own[cell] for cell in cells if cell not in self.cells})
        for names in _parts(sorted(self.names, key=str)):
            people.refresh(db, names)
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
    """Computes cells, names and people anew, inside the caller's transaction."""
    for table in ("index_names", "index_cells", "people"):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 (our tables)
    name_indices(db)
    Stale(cells=set(db.conn.execute(_CELLS)), names=people.all_keys(db)).refresh(db)


def rebuild_bodies(db: Database) -> None:
    """Computes organisations and legal documents anew, inside the caller's transaction."""
    shown = [
        version for (version,) in db.conn.execute("SELECT current_version_id FROM articles ORDER BY id") if version
    ]
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


def _parts(marked: Sequence[Marked]) -> Iterable[Sequence[Marked]]:
    """As many at a time as may be in memory with all that is known of them."""
    return (marked[at : at + _AT_ONCE] for at in range(0, len(marked), _AT_ONCE))


def _refresh_cells(db: Database, cells: Sequence[Cell], own: Mapping[Cell, list[_Claim]]) -> None:
    """``own``: the claims of the marked versions in cells of which none was lost. A new cell has no others."""
    kept = {at: found for at, *found in db.conn.execute(_KEPT, (json.dumps(cells, ensure_ascii=False),))}
    claims = {at: own.get(cell, []) for at, cell in enumerate(cells) if at not in kept and cell in own}
    others = [at for at in range(len(cells)) if at not in claims]
    wanted = json.dumps([cells[at] for at in others], ensure_ascii=False)
    for at, *claim in db.conn.execute(_CLAIMS, (wanted,)):
        claims.setdefault(others[at], []).append(_Claim(*claim))
    db.conn.executemany("DELETE FROM index_conflicts WHERE cell_id = ?", [(cell_id,) for cell_id, *_ in kept.values()])
    gone = [(cell_id,) for at, (cell_id, *_) in kept.items() if at not in claims]
    db.conn.executemany("DELETE FROM index_cells WHERE id = ?", gone)
    numbers = count(db.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM index_cells").fetchone()[0])
    told = {at: _told(claims[at]) for at in sorted(claims)}
    surest = db.conn.execute(_SUREST, (json.dumps([found[:2] for found in told.values()]),))
    added, changed, moved = list[tuple[object, ...]](), list[tuple[object, ...]](), list[tuple[object, ...]]()
    conflicts = list[tuple[object, ...]]()
    for (at, found), shown in zip(told.items(), surest, strict=True):
        cell_id, *before = kept.get(at) or [next(numbers)]
        if not before:
            added.append((*found, *shown, *cells[at], cell_id))
        else:
            changed.append((*found[2:], *shown, cell_id))
            if before != [*found[:2]]:
                moved.append((*found[:2], cell_id))
        conflicts += [(cell_id, *pair) for pair in _disputed(claims[at])]
    db.conn.executemany(_ADD_CELL, added)
    db.conn.executemany(_CHANGE_CELL, changed)
    db.conn.executemany(_MOVE_CELL, moved)
    db.conn.executemany("INSERT INTO index_conflicts VALUES (?, ?, ?, ?)", conflicts)


def _told(claims: Sequence[_Claim]) -> tuple[int, ...]:
    """The ids of a cell's surest score and rank, and how many claims, articles, scores and ranks it has."""
    if len(claims) == 1:
        (one,) = claims
        return one.id, one.id, 1, 1, int(one.score is not None), int(one.rank is not None)
    score, rank = max(claims, key=_Claim.surest_score), max(claims, key=_Claim.surest_rank)
    return (
        score.id,
        rank.id,
        len(claims),
        len({claim.url for claim in claims}),
        len({claim.score for claim in claims} - {None}),
        len({claim.rank for claim in claims} - {None}),
    )


def _disputed(claims: Sequence[_Claim]) -> Iterable[tuple[str, int, int]]:
    """The surest claim of each measure with the surest of every other value."""
    if len(claims) == 1:
        return ()
    return chain(
        _conflicts("score", max(claims, key=_Claim.surest_score), claims),
        _conflicts("rank", max(claims, key=_Claim.surest_rank), claims),
    )


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

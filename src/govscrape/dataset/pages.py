"""What the pages of ``explore`` and of the static edition read: questions that are bounded and answered by indexes.

Rows are dictionaries with the names of the views' columns; ``article_ids`` leads from a row's ``url`` to its article.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from govscrape.models.page import ArchiveRef
from govscrape.models.records import Extraction
from govscrape.store import Database, explained, open_readonly
from govscrape.store.rows import RECORD_TABLES, read_extraction

Row = dict[str, Any]

_BATCH = 500
_OWN_HOSTS = ("127.0.0.1", "localhost")
_LISTS = ("addressees", "coordinating", "legal_refs", "titles")


@dataclass(frozen=True)
class Coverage:
    """How many rows each table holds; portals as in ``portal_health``; claims and provinces by index and year."""

    rows: dict[str, int]
    portals: list[Row]
    cells: list[Row]


@dataclass(frozen=True)
class StoredArticle:
    """An article's visible version with its records, and where its page is kept (None: nowhere)."""

    found: Extraction
    url: str
    portal: str | None
    province: str | None
    version: int
    fetched_at: str
    withdrawn_at: str | None
    ruleset_version: str
    code_version: str
    page_id: int | None
    kept: ArchiveRef | None


_shared: ContextVar[tuple[Path, Database] | None] = ContextVar("shared", default=None)


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A read-only connection, inside ``together`` the one that is open already. Raises StoreError naming the file."""
    shared = _shared.get()
    if shared is not None and shared[0] == path:
        yield shared[1]
        return
    db = open_readonly(path)
    try:
        with explained(path):
            yield db
    finally:
        db.close()


@contextmanager
def together(path: Path) -> Iterator[None]:
    """All questions of the block are asked over one connection and see the database in one state; blocks may nest."""
    with reading(path) as db:
        if db.conn.in_transaction:
            yield
            return
        db.conn.execute("BEGIN")
        token = _shared.set((path, db))
        try:
            yield
        finally:
            _shared.reset(token)


def coverage(path: Path) -> Coverage:
    """What is stored: the numbers of the start page."""
    cells = """
        SELECT "index", year, sum(claims) AS claims, count(DISTINCT place) AS provinces FROM index_cells
        WHERE component IS NULL GROUP BY 1, 2 ORDER BY 1, 2
    """
    with reading(path) as db:
        rows = {table: db.table(table).count for table in ("articles", *RECORD_TABLES)}
        return Coverage(rows, list(db.query("SELECT * FROM portal_health ORDER BY portal")), list(db.query(cells)))


def of_samples(db: Database) -> bool:
    """Whether articles come from this machine itself, as those of ``govscrape demo`` do: their people are invented."""
    hosts = [f"{scheme}://{host}{end}*" for scheme in ("http", "https") for host in _OWN_HOSTS for end in ":/"]
    either = " UNION ALL ".join("SELECT 1 FROM articles WHERE url GLOB ?" for _ in hosts)
    return bool(db.conn.execute(f"SELECT EXISTS ({either})", hosts).fetchone()[0])


def holds_samples(path: Path) -> bool:
    """``of_samples`` of the database at ``path``."""
    with reading(path) as db:
        return of_samples(db)


def article_numbers(path: Path) -> list[int]:
    """The ids of all articles, in the order they were first stored."""
    with reading(path) as db:
        sql = "SELECT id FROM articles WHERE current_version_id IS NOT NULL ORDER BY id"
        return [int(number) for (number,) in db.conn.execute(sql)]


def article_ids(path: Path, urls: Iterable[str | None]) -> dict[str, int]:
    """The ids of the articles with these URLs."""
    wanted = sorted({url for url in urls if url})
    found: dict[str, int] = {}
    with reading(path) as db:
        for first in range(0, len(wanted), _BATCH):
            part = wanted[first : first + _BATCH]
            found.update(db.conn.execute(f"SELECT url, id FROM articles WHERE url IN ({_marks(part)})", part))  # noqa: S608
    return found


def stored_article(path: Path, number: int) -> StoredArticle | None:
    """The article with that id, or None."""
    sql = """
        SELECT a.url, a.portal, a.province, a.withdrawn_at, v.id, v.version, v.fetched_at, v.ruleset_version,
               v.code_version, p.id AS page_id, p.archive_file AS file, p.archive_offset AS "offset", p.sha256
        FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id
        LEFT JOIN pages AS p ON p.id = v.page_id WHERE a.id = ?
    """
    with reading(path) as db:
        row = next(iter(db.query(sql, [number])), None)
        if row is None:
            return None
        found = read_extraction(db, row.pop("id"))
    ref = {name: row.pop(name) for name in ("file", "offset", "sha256")}
    return StoredArticle(found=found, kept=ArchiveRef(**ref) if row["page_id"] is not None else None, **row)


def versions(path: Path, number: int, limit: int) -> list[Row]:
    """The newest versions of an article: version, fetched_at, title, summary, body."""
    sql = """
        SELECT version, fetched_at, title, summary, body FROM article_versions
        WHERE article_id = ? ORDER BY version DESC LIMIT ?
    """
    with reading(path) as db:
        return list(db.query(sql, [number, limit]))


def kept_page(path: Path, number: int) -> ArchiveRef | None:
    """Where the response of that number in ``pages`` lies in the archive, or None."""
    with reading(path) as db:
        sql = "SELECT archive_file AS file, archive_offset AS 'offset', sha256 FROM pages WHERE id = ?"
        row = next(iter(db.query(sql, [number])), None)
    return None if row is None else ArchiveRef(**row)


def panel_of_index(path: Path, index: str, component: str | None) -> list[Row]:
    """The panel of an index, or of one of its parts: results by province and year."""
    sql = 'SELECT * FROM index_panel WHERE "index" = ? AND component IS ? ORDER BY province, year'
    with reading(path) as db:
        return list(db.query(sql, [index, component]))


def measured(path: Path) -> list[tuple[str, str | None]]:
    """The indices of which a province's result is claimed, and the parts of them."""
    with reading(path) as db:
        return list(db.conn.execute('SELECT DISTINCT "index", component FROM index_cells ORDER BY 1, 2'))


def panel_of_province(path: Path, names: Iterable[str]) -> list[Row]:
    """The panel of a province under all its names: overall results by index and year."""
    given = list(names)
    sql = f"""
        SELECT * FROM index_panel WHERE province IN ({_marks(given)}) AND component IS NULL ORDER BY "index", era, year
    """  # noqa: S608 (question marks; every value is bound)
    with reading(path) as db:
        return list(db.query(sql, given))


def disagreements(path: Path, index: str, component: str | None, limit: int) -> list[Row]:
    """Two articles that cannot both be right about a result of an index or part, the newest year first."""
    sql = """
        SELECT * FROM index_disagreements WHERE "index" = ? AND component IS ?
        ORDER BY year DESC, province, measure LIMIT ?
    """
    with reading(path) as db:
        return list(db.query(sql, [index, component, limit]))


def newest_articles(path: Path, provinces: Iterable[str], limit: int) -> list[Row]:
    """The newest articles of portals of these provinces: id, title, published_at, url."""
    names = list(provinces)
    sql = f"""
        SELECT id, title, published_at, url FROM articles
        WHERE province IN ({_marks(names)}) AND current_version_id IS NOT NULL ORDER BY published_at DESC, id LIMIT ?
    """  # noqa: S608 (question marks; every value is bound)
    with reading(path) as db:
        return list(db.query(sql, [*names, limit]))


def people(path: Path, limit: int | None = None) -> list[Row]:
    """Named officials by the province of the portal, those seen last first, each with the titles given last.

    ``person`` numbers people of one name in one province; ``identity`` says how sure that is (see store.people).
    """
    sql = """
        SELECT q.name, q.province, q.number AS person, q.identity, p.titles, max(p.last_seen) AS last_seen
        FROM people AS q JOIN posts AS p ON p.person_id = q.id GROUP BY q.id
        ORDER BY last_seen DESC, q.name, q.province, q.number LIMIT ?
    """  # of a bare column SQLite gives the value that stands beside the maximum
    with reading(path) as db:
        return [decoded(row) for row in db.query(sql, [-1 if limit is None else limit])]


def issuers(path: Path) -> list[tuple[str, str | None]]:
    """Everybody who is named as giving a directive, with the province of the portal."""
    sql = """
        SELECT DISTINCT r.issuer_name, a.province FROM directives AS r
        JOIN articles AS a ON a.current_version_id = r.version_id WHERE r.issuer_name IS NOT NULL ORDER BY 1, 2
    """
    with reading(path) as db:
        return list(db.conn.execute(sql))


def posts_of(path: Path, name: str, province: str | None) -> list[Row]:
    """The posts in which portals of that province showed people of that name, the oldest first."""
    sql = "SELECT * FROM official_posts WHERE name = ? AND province IS ? ORDER BY person, first_seen, title"
    with reading(path) as db:
        return list(db.query(sql, [name, province]))


def posts_in(path: Path, provinces: Iterable[str], limit: int) -> list[Row]:
    """The people whom portals of these provinces showed last, each once with all titles, the newest first."""
    names = list(provinces)
    sql = f"""
        SELECT q.id, q.name, q.province, q.number AS person, p.titles, p.acting, p.first_seen, p.last_seen, p.articles
        FROM people AS q JOIN posts AS p ON p.person_id = q.id WHERE q.id IN (
          SELECT q.id FROM people AS q JOIN posts AS p ON p.person_id = q.id WHERE q.province IN ({_marks(names)})
          GROUP BY q.id ORDER BY max(p.last_seen) DESC, q.name LIMIT ?
        ) ORDER BY p.last_seen DESC, q.name, p.id
    """  # noqa: S608 (question marks; every value is bound)
    found: dict[int, Row] = {}
    with reading(path) as db:
        for row in map(decoded, db.query(sql, [*names, limit])):
            kept = found.setdefault(row.pop("id"), row)
            if kept is not row:
                kept["titles"] = list(dict.fromkeys([*kept["titles"], *row["titles"]]))
                kept["first_seen"] = min(filter(None, (kept["first_seen"], row["first_seen"])), default=None)
                kept["articles"] += row["articles"]
    return list(found.values())


def sightings(path: Path, name: str, province: str | None, limit: int) -> list[Row]:
    """Each article that shows the person, the newest first: titles, role, published_at, url, evidence."""
    sql = """
        SELECT r.titles, r.role, r.evidence_text AS evidence, a.title, a.published_at, a.id, a.url
        FROM officials AS r JOIN articles AS a ON a.current_version_id = r.version_id
        WHERE r.name = ? AND +a.province IS ? ORDER BY a.published_at DESC, r.id LIMIT ?
    """
    with reading(path) as db:
        return [decoded(row) for row in db.query(sql, [name, province, limit])]


def orders_of(path: Path, name: str, province: str | None, limit: int) -> list[Row]:
    """What that person told others to do, the newest first."""
    sql = """
        SELECT r.*, r.evidence_text AS evidence, a.published_at, a.province, a.url
        FROM directives AS r JOIN articles AS a ON a.current_version_id = r.version_id
        WHERE r.issuer_name = ? AND +a.province IS ? ORDER BY a.published_at DESC, r.id LIMIT ?
    """
    with reading(path) as db:
        return [decoded(row) for row in db.query(sql, [name, province, limit])]


def deadline_months(path: Path) -> list[Row]:
    """How many directives fall due in each month (``2024-05``)."""
    sql = """
        SELECT substr(deadline, 1, 7) AS month, count(*) AS directives FROM directive_calendar
        WHERE deadline IS NOT NULL GROUP BY 1 ORDER BY 1
    """
    with reading(path) as db:
        return list(db.query(sql))


def deadlines(path: Path, year: str, limit: int) -> list[Row]:
    """Directives that fall due in a year, by day."""
    sql = "SELECT * FROM directive_calendar WHERE deadline BETWEEN ? AND ? ORDER BY deadline, province, url LIMIT ?"
    with reading(path) as db:
        return [decoded(row) for row in db.query(sql, [f"{year}-01-01", f"{year}-12-31", limit])]


def recurring(path: Path, limit: int) -> list[Row]:
    """Directives that come back every day, week, month, quarter or year, the newest first."""
    sql = "SELECT * FROM directive_calendar WHERE recurring IS NOT NULL ORDER BY published_at DESC, url LIMIT ?"
    with reading(path) as db:
        return [decoded(row) for row in db.query(sql, [limit])]


def deadlines_in(path: Path, provinces: Iterable[str], today: date, limit: int) -> dict[str, list[Row]]:
    """Of articles of these provinces: directives that are ``open`` today, that come back, and the ``past`` ones."""
    names = list(provinces)
    sql = f"SELECT * FROM directive_calendar WHERE province IN ({_marks(names)}) AND "  # noqa: S608 (question marks)
    asked = {
        "open": ("deadline >= ? ORDER BY deadline, url LIMIT ?", [today.isoformat()]),
        "recurring": ("recurring IS NOT NULL ORDER BY published_at DESC, url LIMIT ?", []),
        "past": ("deadline < ? ORDER BY deadline DESC, url LIMIT ?", [today.isoformat()]),
    }
    with reading(path) as db:
        return {
            name: [decoded(row) for row in db.query(sql + rest, [*names, *values, limit])]
            for name, (rest, values) in asked.items()
        }


def decoded(row: Row) -> Row:
    """The row with its lists as lists."""
    return {name: json.loads(value) if name in _LISTS else value for name, value in row.items()}


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))

"""What the pages about bodies and legal documents read: bounded. Rows as in ``dataset.pages``.

All is answered by indexes but ``keys``, which a book asks for once, and ``named``, which goes through the spellings of
all bodies and documents and has a time limit.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from govscrape.dataset.meant import distinct
from govscrape.dataset.names import contains, plain
from govscrape.dataset.pages import decoded, reading
from govscrape.dataset.query import reading as reading_in_time
from govscrape.dataset.search import SECONDS_MAX
from govscrape.store import Database

Row = dict[str, Any]

_WORDS_MAX = 8
AROUND = 300
"""Characters of an article before and after the words of a record, among which its sentence is looked for."""

_BODY = 'o.id, o."key", o.name, o.name_en, o.province, o.kind, o.level, o.articles, o.addressed, o.issued, o.last_seen'
_LAW = (
    'd.id, d."key", d.kind, d.number, d.title, d.issuer, d.issued_on, d.province, d.articles, d.directives'
    ", d.last_cited"
)
_BODIES = f"{_BODY} FROM organisations AS o"
_LAWS = f"{_LAW} FROM legal_documents AS d"
_ORDERS = """
    SELECT r.*, r.evidence_text AS evidence, a.published_at, a.province, a.id AS article, x.role
    FROM organisation_links AS x JOIN directives AS r ON r.id = x.record_id
    JOIN articles AS a ON a.current_version_id = x.version_id
    WHERE x.organisation_id = ? AND x.role = ? ORDER BY x.day DESC, x.id DESC LIMIT ?
"""
_AROUND = f"""
    substr(v.body, max(1, r.evidence_start + 1 - {AROUND}), min(r.evidence_start, {AROUND}) + r.evidence_end
      - r.evidence_start + {AROUND}) AS words,
    min(r.evidence_start, {AROUND}) AS "from", r.evidence_end - r.evidence_start AS length
"""
_SPEAKERS = """
    SELECT x.person, a.province, r.titles, count(DISTINCT x.version_id) AS articles,
           max(coalesce(x.day, '')) AS last_seen
    FROM organisation_links AS x JOIN officials AS r ON r.id = x.record_id
    JOIN articles AS a ON a.current_version_id = x.version_id
    WHERE x.organisation_id = ? AND x.person IS NOT NULL GROUP BY x.person, a.province
    ORDER BY last_seen DESC, x.person LIMIT ?
"""  # of a bare column SQLite gives the value that stands beside the maximum
_CITED = f"""
    SELECT a.id AS article, a.title, a.published_at, a.province, r.article AS part, r.evidence_text AS evidence,
           {_AROUND}
    FROM document_links AS x JOIN legal_refs AS r ON r.id = x.record_id
    JOIN articles AS a ON a.current_version_id = x.version_id JOIN article_versions AS v ON v.id = x.version_id
    WHERE x.document_id = ? AND x.role = 'citation' ORDER BY x.day DESC, x.id LIMIT ?
"""  # noqa: S608 (ours)
_BASED = """
    SELECT r.*, r.evidence_text AS evidence, a.published_at, a.province, a.id AS article
    FROM document_links AS x JOIN directives AS r ON r.id = x.record_id
    JOIN articles AS a ON a.current_version_id = x.version_id
    WHERE x.document_id = ? AND x.role = 'basis' ORDER BY x.day DESC, x.id LIMIT ?
"""


def organisations(path: Path, limit: int) -> list[Row]:
    """The bodies that most articles show."""
    return _most(path, _BODIES, limit)


def organisations_in(path: Path, provinces: Collection[str], limit: int) -> list[Row]:
    """Of the bodies of these provinces those that most articles show."""
    return _most(path, _BODIES, limit, provinces)


def organisation(path: Path, key: str) -> Row | None:
    """A body with all that is kept of it, and ``names``: how articles write it; ``before``: whom it succeeded."""
    with reading(path) as db:
        found = next(iter(db.query('SELECT * FROM organisations WHERE "key" = ?', [key])), None)
        if found is not None:
            names = db.conn.execute("SELECT name FROM organisation_names WHERE organisation_id = ?", (found["id"],))
            found["names"] = [name for (name,) in names]
            before = 'SELECT "key", name FROM organisations WHERE successor = ? AND province IS ? ORDER BY "key"'
            found["before"] = list(db.query(before, [found["name"], found["province"]]))
        return found


def orders(path: Path, body: int, role: str, limit: int) -> list[Row]:
    """The directives that tell a body (role addressee), have it take part or come from it, the newest first."""
    with reading(path) as db:
        return [decoded(row) for row in db.query(_ORDERS, [body, role, limit])]


def speakers(path: Path, body: int, limit: int) -> list[Row]:
    """Who was shown in a body's offices, those seen last first: person, province, titles, articles, last_seen."""
    with reading(path) as db:
        return [decoded(row) for row in db.query(_SPEAKERS, [body, limit])]


def months_of_body(path: Path, body: int) -> list[Row]:
    """How many directives told a body in each month (``2024-05``)."""
    sql = """
        SELECT substr(day, 1, 7) AS month, count(*) AS directives FROM organisation_links
        WHERE organisation_id = ? AND role = 'addressee' AND day IS NOT NULL GROUP BY 1 ORDER BY 1
    """
    with reading(path) as db:
        return list(db.query(sql, [body]))


def documents(path: Path, limit: int) -> list[Row]:
    """The documents that most articles cite."""
    return _most(path, _LAWS, limit)


def documents_in(path: Path, provinces: Collection[str], limit: int) -> list[Row]:
    """Of the documents that were issued in these provinces those that most articles cite."""
    return _most(path, _LAWS, limit, provinces)


def _most(path: Path, source: str, limit: int, provinces: Collection[str] | None = None) -> list[Row]:
    among = "" if provinces is None else f"WHERE province IN ({', '.join('?' * len(provinces))})"
    sql = f'SELECT {source} {among} ORDER BY articles DESC, "key" LIMIT ?'
    with reading(path) as db:
        return list(db.query(sql, [*(provinces or ()), limit]))


def documents_from(path: Path, issuer_key: str, limit: int) -> list[Row]:
    """Of the documents of a body those that most articles cite."""
    sql = f"""
        SELECT {_LAW} FROM legal_documents AS d WHERE d.issuer_key = ? ORDER BY d.articles DESC, d."key" LIMIT ?
    """  # noqa: S608 (ours)
    with reading(path) as db:
        return list(db.query(sql, [issuer_key, limit]))


def document(path: Path, key: str) -> Row | None:
    """A document with all that is kept of it; ``forms``: how articles describe it, most often first."""
    forms = """
        SELECT kind, number, title, issuer, issued_on, times FROM document_forms
        WHERE document_id = ? ORDER BY times DESC, kind, number, title LIMIT 20
    """
    with reading(path) as db:
        found = next(iter(db.query('SELECT * FROM legal_documents WHERE "key" = ?', [key])), None)
        if found is not None:
            found["forms"] = list(db.query(forms, [found["id"]]))
            others = 'SELECT "key", year FROM legal_documents WHERE base = ? AND id <> ? ORDER BY year LIMIT 20'
            found["others"] = list(db.query(others, [found["base"], found["id"]]))
        return found


def citations(path: Path, document: int, limit: int) -> list[Row]:
    """Who cites a document, the newest first: article, title, published_at, province, the part, and the words around.

    ``words`` are of the text, the reference is ``words[from:from + length]``; empty where the texts are not kept.
    """
    with reading(path) as db:
        return list(db.query(_CITED, [document, limit]))


def based_on(path: Path, document: int, limit: int) -> list[Row]:
    """The directives that rest on a document, the newest first."""
    with reading(path) as db:
        return [decoded(row) for row in db.query(_BASED, [document, limit])]


def months_of_document(path: Path, document: int) -> list[Row]:
    """How many articles cite a document in each month."""
    sql = """
        SELECT substr(day, 1, 7) AS month, count(DISTINCT version_id) AS directives FROM document_links
        WHERE document_id = ? AND role = 'citation' AND day IS NOT NULL GROUP BY 1 ORDER BY 1
    """
    with reading(path) as db:
        return list(db.query(sql, [document]))


def linked(path: Path, number: int) -> tuple[list[Row], list[Row]]:
    """The bodies that an article shows, each with its ``roles``, and the documents that it cites."""
    bodies = """
        SELECT o."key", o.name, o.province, group_concat(DISTINCT x.role) AS roles
        FROM articles AS a JOIN organisation_links AS x ON x.version_id = a.current_version_id
        JOIN organisations AS o ON o.id = x.organisation_id WHERE a.id = ? GROUP BY o.id ORDER BY min(x.id)
    """
    laws = f"""
        SELECT DISTINCT {_LAW} FROM articles AS a JOIN document_links AS x ON x.version_id = a.current_version_id
        JOIN legal_documents AS d ON d.id = x.document_id WHERE a.id = ? ORDER BY d."key"
    """  # noqa: S608 (ours)
    with reading(path) as db:
        found = [row | {"roles": sorted(row["roles"].split(","))} for row in db.query(bodies, [number])]
        return found, list(db.query(laws, [number]))


def keys(path: Path) -> tuple[list[str], list[str]]:
    """The keys of all bodies and of all documents."""
    with reading(path) as db:
        return _keys(db, "organisations"), _keys(db, "legal_documents")


def named(path: Path, text: str, limit: int, provinces: Collection[str] = ()) -> tuple[list[Row], list[Row]]:
    """Bodies and documents that have all words of ``text`` in their spellings and province; accents as in a search.

    Where ``provinces`` are named, only those of them.
    Raises InputError when this takes longer than a search may.
    """
    words = plain(text).split()[:_WORDS_MAX]
    if not words:
        return [], []
    with reading_in_time(path, SECONDS_MAX) as db:
        of_bodies, values = _with_all(db, words, "organisations", provinces)
        bodies = f"""
            SELECT {_BODY}, (
              SELECT group_concat(n.name, ' / ') FROM organisation_names AS n WHERE n.organisation_id = o.id
            ) AS names
            FROM organisations AS o WHERE {of_bodies} ORDER BY o.articles DESC, o."key" LIMIT ?
        """  # noqa: S608 (ours)
        found = list(db.query(bodies, [*values, 10 * limit]))
        of_laws, values = _with_all(db, words, "legal_documents", provinces)
        laws = f"""
            SELECT {_LAW} FROM legal_documents AS d WHERE {of_laws} ORDER BY d.articles DESC, d."key" LIMIT ?
        """  # noqa: S608 (ours)
        cited = list(db.query(laws, [*values, 10 * limit]))
    return (
        [row for row in found if _has(text, row, ("name", "name_en", "names", "province"))][:limit],
        [row for row in cited if _has(text, row, ("number", "title", "kind", "issuer", "province"))][:limit],
    )


def _with_all(db: Database, words: Sequence[str], table: str, among: Collection[str]) -> tuple[str, list[str]]:
    """The condition that each word is in a folded spelling or in the province, one of ``among`` if any, and its values.

    The provinces, which are few, are folded here: a Python function for each row and word takes seconds.
    """
    provinces = {province: plain(province) for province in distinct(db, table, "province")}
    conditions = [f"province IN ({', '.join('?' * len(among))})"] if among else []
    values = list(among)
    for word in words:
        named = [province for province, folded in provinces.items() if word in folded]
        conditions.append(f"(folded LIKE ? OR province IN ({', '.join('?' * len(named))}))")
        values += [f"%{word}%", *named]
    return " AND ".join(conditions), values


def _has(text: str, row: Row, names: Sequence[str]) -> bool:
    spelled = " ".join(str(row[name]) for name in names if row[name])
    return all(contains(spelled, word) for word in text.split() if plain(word))


def _keys(db: Database, table: str) -> list[str]:
    return [key for (key,) in db.conn.execute(f'SELECT "key" FROM {table} ORDER BY "key"')]  # noqa: S608 (our tables)

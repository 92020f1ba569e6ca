"""Which legal documents visible articles cite, and on which a directive rests: one row for one document.

A number that holds no year may be of several years (``govscrape.rules.documents``). A citation that tells no date means
the year told in the same article, else the only one that other articles tell and that fits: issued before, and in a
province, which numbers anew each year, in the article's year or the one before. Else it stands alone, without a year.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlite_utils import Database

from govscrape.rules.documents import Base, base_of, dated_key
from govscrape.store import links
from govscrape.store.links import folded

_SHOWN = "FROM json_each(?) AS v JOIN articles AS a ON a.current_version_id = v.value"
_REFS = f"""
    SELECT r.version_id, r.id, substr(a.published_at, 1, 10), a.province, r.kind, r.number, r.title, r.issuer,
           r.issued_on
    {_SHOWN} JOIN legal_refs AS r ON r.version_id = v.value ORDER BY r.version_id, r.position
"""
_BASES = f"""
    SELECT r.version_id, r.id, substr(a.published_at, 1, 10), a.province, r.legal_refs
    {_SHOWN} JOIN directives AS r ON r.version_id = v.value WHERE r.legal_refs <> '[]'
"""
_KEPT = """
    SELECT x.document_id, x.role, x.day, x.version_id, x.record_id, x.dated, f.kind, f.number, f.title, f.issuer,
           f.issued_on, x.id
    FROM document_links AS x LEFT JOIN document_forms AS f ON f.id = x.form_id
    WHERE x.version_id IN (SELECT value FROM json_each(?))
"""
_KEEP = """
    INSERT INTO legal_documents ("key", base, year, kind, province, issuer_key, folded) VALUES (?, ?, ?, ?, ?, ?, '')
"""
_FORM = """
    INSERT INTO document_forms (document_id, kind, number, title, issuer, issued_on, times)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, max(?7, 0))
    ON CONFLICT (
      document_id, kind, coalesce(number, ''), coalesce(title, ''), coalesce(issuer, ''), coalesce(issued_on, '')
    ) DO UPDATE SET times = times + ?7 RETURNING id, times
"""
_LINK = """
    INSERT INTO document_links (document_id, role, day, version_id, record_id, dated, form_id)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_COUNT = """
    UPDATE legal_documents SET articles = articles + ?, citations = citations + ?, directives = directives + ?,
      dated = dated + ? WHERE id = ?
"""
# A law has thousands: what is said seldom neither names it nor is needed to find it, and an index has the usual first.
_FORMS = """
    SELECT kind, number, title, issuer, issued_on, times FROM document_forms
    WHERE document_id = ? ORDER BY times DESC, kind, number, title, issuer, issued_on LIMIT 20
"""
_DESCRIBE = """
    UPDATE legal_documents SET kind = ?, number = ?, title = ?, issuer = ?, issued_on = ?, folded = ? WHERE id = ?
"""
_UNDATED = """
    SELECT DISTINCT x.version_id FROM legal_documents AS d JOIN document_links AS x ON x.document_id = d.id
    WHERE NOT x.dated AND d.base IN (SELECT value FROM json_each(?))
"""
_YEARS = """
    SELECT base, year FROM legal_documents
    WHERE dated > 0 AND year IS NOT NULL AND base IN (SELECT value FROM json_each(?))
"""
_NO_KIND = ""
_TABLES = links.Tables("legal_documents", "document_links", "document_id", "first_cited", "last_cited")

Form = tuple[str, str | None, str | None, str | None, str | None]
"""Kind, number, title, issuer and day of issue, as one citation tells them."""


class Link(NamedTuple):
    """A document in a record of an article; a directive that rests on it tells nothing of it (``form`` is None)."""

    target: int
    role: str
    day: str | None
    version: int
    record: int
    dated: bool
    form: Form | None


class _Cited(NamedTuple):
    """The same before it is known which document is meant; ``year`` is what the article tells of it."""

    base: Base
    year: int | None
    role: str
    day: str | None
    version: int
    record: int
    form: Form | None

    @property
    def dated(self) -> bool:
        return self.base.whole or self.base.titled or self.year is not None


def refresh(db: Database, versions: Collection[int]) -> None:
    """Brings the documents of these versions up to date; a version that is not visible cites none."""
    bases = _refresh(db, versions)
    if bases:
        # A year that is told for the first time, or no more, may be what others mean that tell none.
        _refresh(db, {version for (version,) in db.conn.execute(_UNDATED, (json.dumps(sorted(bases)),))})


def clear(db: Database) -> None:
    """Forgets all documents, so that ``refresh`` finds them anew."""
    links.clear(db, _TABLES)


def _refresh(db: Database, versions: Collection[int]) -> set[str]:
    """The bases of which other years are told than before."""
    listed = json.dumps(sorted(versions))
    cited = list(_cited(db, listed))
    years = _years(db, {one.base.key for one in cited if not one.dated})
    meant = [(one, one.year if one.dated else _only(years.get(one.base.key, ()), one)) for one in cited]
    ids = _ids(db, {dated_key(one.base, year): (one, year) for one, year in meant})
    now = {Link(ids[dated_key(one.base, year)], *one[2:6], one.dated, one.form) for one, year in meant}
    kept = (
        (Link._make((*one[:5], bool(one[5]), None if one[6] is None else one[6:11])), int(one[11]))
        for one in db.conn.execute(_KEPT, (listed,)).fetchall()
    )
    changes = links.exchange(db, _TABLES, kept, now)
    if not changes.new and not changes.gone:
        return set()
    forms = _forms(db, changes)
    order = sorted(changes.new, key=lambda link: (link.version, link.record, link.role, link.target))
    db.conn.executemany(_LINK, [(*link[:6], forms.get((link.target, link.form))) for link in order])
    return _count(db, changes)


def _cited(db: Database, versions: str) -> Iterator[_Cited]:
    named: dict[int, dict[str, tuple[Base, int | None]]] = {}
    refs: list[_Cited] = []
    for version, record, day, province, *told in db.conn.execute(_REFS, (versions,)):
        kind, number, title, issuer, issued_on = told
        base = base_of(number, title, issuer, province)
        if base is None:
            continue
        year = base.year or (int(issued_on[:4]) if issued_on and not base.whole else None)
        refs.append(_Cited(base, year, "citation", day, version, record, (kind, number, title, issuer, issued_on)))
        known = named.setdefault(version, {})
        for name in filter(None, (base.key, _name(number), _name(title))):
            known[name] = (base, year or known.get(name, (base, None))[1])
    for one in refs:
        yield one if one.year or one.base.titled else one._replace(year=named[one.version][one.base.key][1])
    for version, record, day, province, listed in db.conn.execute(_BASES, (versions,)):
        for text in json.loads(listed):
            number, title = (text, None) if text[:1].isdigit() else (None, text)
            found = named.get(version, {}).get(_name(text) or "")
            base, year = found or (base_of(number, title, None, province), None)
            if base is not None:
                yield _Cited(base, year or base.year, "basis", day, version, record, None)


def _name(text: str | None) -> str | None:
    return None if text is None else " ".join(text.lower().split())


def _years(db: Database, bases: Collection[str]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    if bases:
        for base, year in db.conn.execute(_YEARS, (json.dumps(sorted(bases)),)):
            found.setdefault(base, []).append(year)
    return found


def _only(years: Iterable[int], one: _Cited) -> int | None:
    """The one year that a citation without a date can mean."""
    now = int(one.day[:4]) if one.day else None
    if one.base.province is not None:
        years = [year for year in years if now is not None and now - 1 <= year <= now]
    elif now is not None:
        years = [year for year in years if year <= now]
    fitting = list(years)
    return fitting[0] if len(fitting) == 1 else None


def _ids(db: Database, documents: Mapping[str, tuple[_Cited, int | None]]) -> dict[str, int]:
    sql = 'SELECT "key", id FROM legal_documents WHERE "key" IN (SELECT value FROM json_each(?))'
    ids: dict[str, int] = dict(db.conn.execute(sql, (json.dumps(sorted(documents)),)))
    for key in sorted(documents.keys() - ids.keys()):
        one, year = documents[key]
        row = (key, one.base.key, year, _NO_KIND, one.base.province, one.base.issuer)
        ids[key] = int(db.conn.execute(_KEEP, row).lastrowid or 0)
    return ids


def _forms(db: Database, changes: links.Changes[Link]) -> dict[tuple[int, Form | None], int]:
    """Counts how documents are described; the ids of the descriptions. What nobody says any more is forgotten."""
    times: Counter[tuple[int, Form | None]] = Counter()
    for shown, step in ((changes.new, 1), (changes.gone, -1)):
        for link in shown:
            if link.form is not None:
                times[link.target, link.form] += step
    found: dict[tuple[int, Form | None], int] = {}
    for (document, form), step in sorted(times.items(), key=str):
        row = (document, *(form or ()), step)
        found[document, form], said = db.conn.execute(_FORM, row).fetchone()
        if not said:
            db.conn.execute("DELETE FROM document_forms WHERE id = ?", (found[document, form],))
    return found


def _count(db: Database, changes: links.Changes[Link]) -> set[str]:
    """Counts what was added and taken away, and describes the documents anew; the bases whose years are others."""
    articles, roles = changes.articles(), changes.roles()
    dated = Counter(link.target for link in changes.new if link.dated)
    dated.subtract(link.target for link in changes.gone if link.dated)
    touched = changes.targets()
    told = _told(db, touched)
    rows = [(articles[one], roles[one, "citation"], roles[one, "basis"], dated[one], one) for one in touched]
    db.conn.executemany(_COUNT, rows)
    others = told ^ _told(db, touched)
    links.set_days(db, _TABLES, changes)
    for document in touched:
        _describe(db, document)
    return {base for base, _ in others}


def _told(db: Database, documents: Collection[int]) -> set[tuple[str, int]]:
    """The years that citations tell, by base."""
    sql = """
        SELECT base, year FROM legal_documents
        WHERE id IN (SELECT value FROM json_each(?)) AND dated > 0 AND year IS NOT NULL AND "key" <> base
    """
    return set(db.conn.execute(sql, (json.dumps(documents),)))


def _describe(db: Database, document: int) -> None:
    """What most citations say of a document by its usual forms; of what is said as often the first by letters."""
    said: list[Counter[str]] = [Counter() for _ in range(5)]
    for *form, times in db.conn.execute(_FORMS, (document,)):
        for counter, value in zip(said, form, strict=True):
            if value is not None:
                counter[value] += times
    best = [min(counter, key=lambda value: (-counter[value], value)) if counter else None for counter in said]
    kind, *rest = best
    words = "/".join(dict.fromkeys(folded(text) for text in (*said[0], *said[1], *said[2])))
    db.conn.execute(_DESCRIBE, (kind or _NO_KIND, *rest, words, document))

"""Which bodies visible articles show, as what: who is told, takes part, tells, or is the office of an official.

A body is one for all its spellings (``govscrape.rules.organisations``).
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from pydantic_core import from_json
from sqlite_utils import Database

from govscrape.rules.organisations import Catalogue, Organisation, catalogue
from govscrape.store import links
from govscrape.store.links import folded

Person = tuple[int, str]
Office = tuple[int, str]

_OF_VERSIONS = "JOIN articles AS a ON a.current_version_id = v.value JOIN {table} AS r ON r.version_id = v.value"
_DIRECTIVES = f"""
    SELECT r.version_id, r.id, substr(a.published_at, 1, 10), a.province, r.issuer_name, r.issuer_title, r.addressees,
           r.coordinating
    FROM json_each(?) AS v {_OF_VERSIONS.format(table="directives")}
"""  # noqa: S608 (our tables)
_OFFICIALS = f"""
    SELECT r.version_id, r.id, substr(a.published_at, 1, 10), a.province, r.name, r.organisation, r.titles
    FROM json_each(?) AS v {_OF_VERSIONS.format(table="officials")}
"""  # noqa: S608 (our tables)
_KEPT = """
    SELECT organisation_id, role, day, version_id, record_id, person, id FROM organisation_links
    WHERE version_id IN (SELECT value FROM json_each(?))
"""
_KEEP = """
    INSERT INTO organisations
      ("key", name, folded, name_en, province, kind, level, known, valid_from, valid_to, successor)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LINK = """
    INSERT INTO organisation_links (organisation_id, role, day, version_id, record_id, person) VALUES (?, ?, ?, ?, ?, ?)
"""
_COUNT = """
    UPDATE organisations SET articles = articles + ?, addressed = addressed + ?, coordinated = coordinated + ?,
      issued = issued + ?, officials = officials + ? WHERE id = ?
"""
_HELD = """
    WITH wanted AS MATERIALIZED (
      SELECT json_extract(value, '$[0]') AS body, json_extract(value, '$[1]') AS person FROM json_each(?)
    )
    SELECT body, person FROM wanted AS w WHERE EXISTS (
      SELECT 1 FROM organisation_links AS x WHERE x.organisation_id = w.body AND x.person = w.person
    )
"""
_WRITTEN = """
    SELECT n.organisation_id, n.name FROM json_each(?) AS w CROSS JOIN organisation_names AS n
    ON n.organisation_id = json_extract(w.value, '$[0]') AND n.name = json_extract(w.value, '$[1]')
"""
# The longest spelling is the one written out; capitals come first.
_NAMES = "SELECT name FROM organisation_names WHERE organisation_id = ? ORDER BY length(name) DESC, name"
_TABLES = links.Tables("organisations", "organisation_links", "organisation_id", "first_seen", "last_seen")


class Link(NamedTuple):
    """A body in a record; ``person`` is who holds the office."""

    target: int
    role: str
    day: str | None
    version: int
    record: int
    person: str | None


_Seen = tuple[Organisation, str, str, str | None, int, int, str | None]
"""A link before the body has an id: the body, how the article writes it, and the link's other parts."""


def refresh(db: Database, versions: Collection[int]) -> None:
    """Brings the bodies of these versions up to date; a version that is not visible shows none."""
    listed = json.dumps(sorted(versions))
    seen = list(_seen(db, listed))
    ids = _ids(db, {body.key: body for body, *_ in seen})
    now = {Link(ids[one[0].key], *one[2:]) for one in seen}
    kept = ((Link(*link), number) for *link, number in db.conn.execute(_KEPT, (listed,)).fetchall())
    held = _held(db, _people(now))
    changes = links.exchange(db, _TABLES, kept, now)
    if not changes.new and not changes.gone:
        return
    order: list[Link] = sorted(changes.new, key=lambda link: (link.version, link.record, link.role, link.target))
    db.conn.executemany(_LINK, order)
    _name(db, {(ids[body.key], written) for body, written, *_ in seen})
    _count(db, changes, held)


def clear(db: Database) -> None:
    """Forgets all bodies, so that ``refresh`` finds them anew."""
    links.clear(db, _TABLES)


def _seen(db: Database, versions: str) -> Iterator[_Seen]:
    bodies = catalogue()
    of_person: dict[Person, Organisation] = {}
    for version, record, day, province, name, organisation, titles in db.conn.execute(_OFFICIALS, (versions,)):
        found = _office(bodies, organisation, titles, province)
        if found is None:
            continue
        body, written = found
        if name is not None:
            of_person.setdefault((version, name), body)
        yield body, written, "office", day, version, record, name
    for version, record, day, province, name, title, *units in db.conn.execute(_DIRECTIVES, (versions,)):
        issuer = of_person.get((version, name)) or (bodies.behind(title, province) if title else None)
        if issuer is not None:
            yield issuer, issuer.name, "issuer", day, version, record, None
        for role, listed in zip(("addressee", "coordinating"), units, strict=True):
            for written in from_json(listed) if listed != "[]" else ():
                yield bodies.named(written, province), written, role, day, version, record, None


def _office(
    bodies: Catalogue, organisation: str | None, titles: str, province: str | None
) -> tuple[Organisation, str] | None:
    """The body of an official and how it is written; by the titles where the record names none."""
    if organisation:
        return bodies.named(organisation, province), organisation
    told = (bodies.behind(title, province) for title in from_json(titles)) if titles != "[]" else ()
    return next(((body, body.name) for body in told if body is not None), None)


def _ids(db: Database, bodies: dict[str, Organisation]) -> dict[str, int]:
    sql = 'SELECT "key", id FROM organisations WHERE "key" IN (SELECT value FROM json_each(?))'
    ids: dict[str, int] = dict(db.conn.execute(sql, (json.dumps(sorted(bodies)),)))
    for key in sorted(bodies.keys() - ids.keys()):
        body = bodies[key]
        told = (body.name_en, body.province, body.kind, body.level, body.known)
        valid = (body.valid_from, body.valid_to, body.successor)
        cursor = db.conn.execute(_KEEP, (key, body.name, folded(body.name), *told, *valid))
        ids[key] = int(cursor.lastrowid or 0)
    return ids


def _name(db: Database, written: Collection[tuple[int, str]]) -> None:
    """Notes new spellings; a body that no list has is called by the one written out most."""
    pairs = {(body, " ".join(name.split())) for body, name in written}
    new = sorted(pairs.difference(db.conn.execute(_WRITTEN, (json.dumps([*pairs], ensure_ascii=False),))))
    db.conn.executemany("INSERT INTO organisation_names VALUES (?, ?)", new)
    called: list[tuple[str, str, int]] = []
    sql = "SELECT known, name, name_en FROM organisations WHERE id = ?"
    for body in dict.fromkeys(body for body, _ in new):
        known, name, english = db.conn.execute(sql, (body,)).fetchone()
        spellings = [spelling for (spelling,) in db.conn.execute(_NAMES, (body,))]
        name = name if known else spellings[0]
        told = dict.fromkeys(map(folded, filter(None, (name, english, *spellings))))
        called.append((name, "/".join(told), body))
    db.conn.executemany("UPDATE organisations SET name = ?, folded = ? WHERE id = ?", called)


def _count(db: Database, changes: links.Changes[Link], held: Collection[Office]) -> None:
    """``held``: offices of people that links showed before."""
    articles, roles = changes.articles(), changes.roles()
    come, left = _people(changes.new), _people(changes.gone)
    officials = Counter(body for body, _ in come.difference(held))
    lost = left - come
    officials.subtract(body for body, _ in lost - _held(db, lost))
    counted = ("addressee", "coordinating", "issuer")
    rows = [(articles[one], *(roles[one, role] for role in counted), officials[one], one) for one in changes.targets()]
    db.conn.executemany(_COUNT, rows)
    links.set_days(db, _TABLES, changes)


def _people(shown: Collection[Link]) -> set[Office]:
    return {(link.target, link.person) for link in shown if link.person is not None}


def _held(db: Database, offices: Collection[Office]) -> set[Office]:
    """Those that a link shows."""
    return set(db.conn.execute(_HELD, (json.dumps([*offices], ensure_ascii=False),))) if offices else set()

"""Which bodies visible articles show, as what: who is told, takes part, tells, or is the office of an official.

A body is one for all its spellings (``govscrape.rules.organisations``). Counts follow each change by what it adds and
takes away; what is counted anew is found by an index.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from govscrape.rules.organisations import Catalogue, Organisation, catalogue
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

Person = tuple[int, str]

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
_LATER = """
    UPDATE organisations SET first_seen = min(coalesce(first_seen, ?1), ?1),
      last_seen = max(coalesce(last_seen, ?2), ?2) WHERE id = ?3
"""
_DAYS = """
    UPDATE organisations SET (first_seen, last_seen) = (
      SELECT min(day), max(day) FROM organisation_links WHERE organisation_id = organisations.id
    ) WHERE id = ?
"""
_HELD = "SELECT id FROM organisation_links WHERE organisation_id = ? AND person = ? LIMIT ?"
# The longest spelling is the one written out; capitals come first.
_NAMES = "SELECT name FROM organisation_names WHERE organisation_id = ? ORDER BY length(name) DESC, name"
_WORD = re.compile(r"\w+")


class Link(NamedTuple):
    """A body in a record; ``person`` is who holds the office."""

    organisation: int
    role: str
    day: str | None
    version: int
    record: int
    person: str | None


class _Seen(NamedTuple):
    """The same before the body has an id; ``written`` is how the article writes it."""

    body: Organisation
    written: str
    role: str
    day: str | None
    version: int
    record: int
    person: str | None


def refresh(db: Database, versions: Collection[int]) -> None:
    """Brings the bodies of these versions up to date; a version that is not visible shows none."""
    listed = json.dumps(sorted(versions))
    seen = list(_seen(db, listed))
    ids = _ids(db, {one.body.key: one.body for one in seen})
    now = {Link(ids[one.body.key], *one[2:]) for one in seen}
    kept: dict[Link, list[int]] = {}
    for *link, link_id in db.conn.execute(_KEPT, (listed,)):
        kept.setdefault(Link(*link), []).append(link_id)
    gone, new = kept.keys() - now, now - kept.keys()
    if not gone and not new:
        return
    db.conn.executemany("DELETE FROM organisation_links WHERE id = ?", [(one,) for link in gone for one in kept[link]])
    order: list[Link] = sorted(new, key=lambda link: (link.version, link.record, link.role, link.organisation))
    db.conn.executemany(_LINK, order)
    _name(db, {(ids[one.body.key], one.written) for one in seen})
    _count(db, new, gone, kept.keys() - gone)


def clear(db: Database) -> None:
    """Forgets all bodies, so that ``refresh`` finds them anew."""
    db.conn.execute("DELETE FROM organisation_links")
    db.conn.execute("DELETE FROM organisations")


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
        yield _Seen(body, written, "office", day, version, record, name)
    for version, record, day, province, name, title, *units in db.conn.execute(_DIRECTIVES, (versions,)):
        place = (day, version, record, None)
        issuer = of_person.get((version, name)) or (bodies.behind(title, province) if title else None)
        if issuer is not None:
            yield _Seen(issuer, issuer.name, "issuer", *place)
        for role, listed in zip(("addressee", "coordinating"), units, strict=True):
            for written in json.loads(listed) if listed != "[]" else ():
                yield _Seen(bodies.named(written, province), written, role, *place)


def _office(
    bodies: Catalogue, organisation: str | None, titles: str, province: str | None
) -> tuple[Organisation, str] | None:
    """The body of an official and how it is written; by the titles where the record names none."""
    if organisation:
        return bodies.named(organisation, province), organisation
    told = (bodies.behind(title, province) for title in json.loads(titles)) if titles != "[]" else ()
    return next(((body, body.name) for body in told if body is not None), None)


def _ids(db: Database, bodies: dict[str, Organisation]) -> dict[str, int]:
    sql = 'SELECT "key", id FROM organisations WHERE "key" IN (SELECT value FROM json_each(?))'
    ids: dict[str, int] = dict(db.conn.execute(sql, (json.dumps(sorted(bodies)),)))
    for key in sorted(bodies.keys() - ids.keys()):
        body = bodies[key]
        told = (body.name_en, body.province, body.kind, body.level, body.known)
        valid = (body.valid_from, body.valid_to, body.successor)
        cursor = db.conn.execute(_KEEP, (key, body.name, _folded(body.name), *told, *valid))
        ids[key] = int(cursor.lastrowid or 0)
    return ids


def _name(db: Database, written: Collection[tuple[int, str]]) -> None:
    """Notes new spellings; a body that no list has is called by the one written out most."""
    sql = "INSERT OR IGNORE INTO organisation_names VALUES (?, ?)"
    pairs = sorted((body, " ".join(name.split())) for body, name in written)
    for body in sorted({pair[0] for pair in pairs if db.conn.execute(sql, pair).rowcount}):
        known, name, english = db.conn.execute(
            "SELECT known, name, name_en FROM organisations WHERE id = ?", (body,)
        ).fetchone()
        spellings = [spelling for (spelling,) in db.conn.execute(_NAMES, (body,))]
        called = name if known else spellings[0]
        folded = "/".join(dict.fromkeys(map(_folded, filter(None, (called, english, *spellings)))))
        db.conn.execute("UPDATE organisations SET name = ?, folded = ? WHERE id = ?", (called, folded, body))


def _count(db: Database, new: Collection[Link], gone: Collection[Link], same: Collection[Link]) -> None:
    roles: Counter[tuple[int, str]] = Counter()
    for links, step in ((new, 1), (gone, -1)):
        for link in links:
            roles[link.organisation, link.role] += step
    before = {(link.organisation, link.version) for link in (*gone, *same)}
    after = {(link.organisation, link.version) for link in (*new, *same)}
    articles = Counter(body for body, _ in after - before)
    articles.subtract(Counter(body for body, _ in before - after))
    touched = sorted({link.organisation for link in (*new, *gone)})
    counted = ("addressee", "coordinating", "issuer")
    officials = _officials(db, new, gone)
    rows = [(articles[one], *(roles[one, role] for role in counted), officials[one], one) for one in touched]
    db.conn.executemany(_COUNT, rows)
    days: dict[int, list[str]] = {}
    for link in new:
        if link.day is not None:
            days.setdefault(link.organisation, []).append(link.day)
    db.conn.executemany(_LATER, [(min(found), max(found), one) for one, found in sorted(days.items())])
    lost = sorted({link.organisation for link in gone})
    db.conn.executemany(_DAYS, [(one,) for one in lost])
    db.conn.executemany("DELETE FROM organisations WHERE id = ? AND articles = 0", [(one,) for one in lost])


def _officials(db: Database, new: Collection[Link], gone: Collection[Link]) -> Counter[int]:
    """By how many people the officials of bodies are more or fewer, when the links are changed already."""
    come, left = (
        Counter((link.organisation, link.person) for link in links if link.person is not None) for links in (new, gone)
    )
    steps: Counter[int] = Counter()
    for pair in come | left:
        # One that is neither new nor gone is enough for the person to be counted before and after.
        if len(db.conn.execute(_HELD, (*pair, come[pair] + 1)).fetchall()) <= come[pair]:
            steps[pair[0]] += (come[pair] > 0) - (left[pair] > 0)
    return steps


@lru_cache(20_000)
def _folded(text: str) -> str:
    return " ".join(_WORD.findall(fold(normalise(text).text)))

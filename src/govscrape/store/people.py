"""Who is one person: the posts of a name in a province, grouped by what articles tell of them.

Records with one title at one organisation tell of one person, and so does a record that gives several titles. Groups of
posts that nothing links are one person all the same (``moved`` when one follows the other in time, ``unclear`` when
they cross: many hold a party's and a state's office), unless something speaks against it. Then they are people of one
name (``namesake``), numbered by who was seen first: an article names both, or both have the same kind of title at
different organisations at the same time.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, count, product
from typing import Literal, NamedTuple

from sqlite_utils import Database

from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

Key = tuple[str, str | None]
Office = tuple[str, str | None, str | None]
_Sighting = tuple[str, str | None, str | None, str | None, int]
Identity = Literal["one", "moved", "namesake", "unclear"]

_KEYS = """
    SELECT DISTINCT r.name, a.province FROM officials AS r JOIN articles AS a ON a.current_version_id = r.version_id
    WHERE r.name IS NOT NULL
"""
_OF_VERSIONS = "AND r.version_id IN (SELECT value FROM json_each(?))"
_WANTED = """
    WITH wanted AS MATERIALIZED (
      SELECT key, json_extract(value, '$[0]') AS name, json_extract(value, '$[1]') AS province FROM json_each(?)
    )
"""
_SEEN = f"""
    {_WANTED} SELECT w.key, r.titles, r.organisation, r.acting, substr(a.published_at, 1, 10), r.id
    FROM wanted AS w CROSS JOIN officials AS r ON r.name = w.name
    JOIN articles AS a ON a.current_version_id = r.version_id
    WHERE +a.province IS w.province ORDER BY w.key, a.published_at, a.url
"""  # noqa: S608 (ours)
_KEPT = f"""
    {_WANTED} SELECT w.key, q.number, q.id FROM wanted AS w CROSS JOIN people AS q
    ON q.name = w.name AND coalesce(q.province, '') = coalesce(w.province, '')
"""  # noqa: S608 (ours)
_APART = """
    SELECT group_concat(r.id) FROM officials AS r JOIN articles AS a ON a.current_version_id = r.version_id
    WHERE r.name = ? AND +a.province IS ? AND r.titles <> '[]' GROUP BY r.version_id HAVING count(*) > 1
"""
_ADD_PERSON = "INSERT INTO people (name, folded, province, number, identity, id) VALUES (?, ?, ?, ?, ?, ?)"
_ADD_POST = """
    INSERT INTO posts (person_id, titles, organisation, acting, first_seen, last_seen, articles, record_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class Post(NamedTuple):
    """Titles (JSON) that a person was given together, and between which days."""

    titles: str
    organisation: str | None
    acting: str | None
    first_seen: str | None
    last_seen: str | None
    articles: int
    record_id: int

    @property
    def office(self) -> Office:
        """What tells it from the name's other posts."""
        return self.titles, self.organisation, self.acting

    @property
    def kinds(self) -> set[str]:
        """The titles without their organisation, folded: chairman, deputy head."""
        organisation = _folded(self.organisation)
        return {title.removesuffix(organisation).strip() for title in self.folded_titles}

    @property
    def folded_titles(self) -> frozenset[str]:
        """The titles without accents and case."""
        return _all_folded(self.titles)


@dataclass
class Person:
    """Posts of one person, and why they are taken for one."""

    posts: list[Post]
    identity: Identity = "one"

    def span(self) -> tuple[str, str]:
        """The first and the last day that any of the posts was seen."""
        return min(post.first_seen or "" for post in self.posts), max(post.last_seen or "" for post in self.posts)


def keys(db: Database, versions: Sequence[int]) -> list[Key]:
    """The names in visible versions of articles, with the article's province."""
    return db.conn.execute(f"{_KEYS} {_OF_VERSIONS}", (json.dumps(versions),)).fetchall()


def all_keys(db: Database) -> set[Key]:
    """The same of all articles."""
    return set(db.conn.execute(_KEYS))


def refresh(db: Database, wanted: Sequence[Key]) -> None:
    """Computes the people of names in their provinces anew."""
    given = json.dumps(wanted, ensure_ascii=False)
    kept = {(at, number): person_id for at, number, person_id in db.conn.execute(_KEPT, (given,))}
    seen: dict[int, list[_Sighting]] = defaultdict(list)
    for at, *sighting in db.conn.execute(_SEEN, (given,)):
        seen[at].append(tuple(sighting))
    db.conn.executemany("DELETE FROM posts WHERE person_id = ?", [(person_id,) for person_id in kept.values()])
    ids = count(db.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM people").fetchone()[0])
    added, changed, posts = list[tuple[object, ...]](), list[tuple[object, ...]](), list[tuple[object, ...]]()
    for at, sightings in seen.items():
        name, province = wanted[at]
        for number, person in enumerate(_people(db, wanted[at], sightings), 1):
            person_id = kept.pop((at, number), None)
            if person_id is None:
                person_id = next(ids)
                added.append((name, _folded(name), province, number, person.identity, person_id))
            else:
                changed.append((person.identity, person_id))
            posts += [(person_id, *post) for post in person.posts]
    db.conn.executemany("DELETE FROM people WHERE id = ?", [(person_id,) for person_id in kept.values()])
    db.conn.executemany(_ADD_PERSON, added)
    db.conn.executemany("UPDATE people SET identity = ? WHERE id = ?", changed)
    db.conn.executemany(_ADD_POST, posts)


def _people(db: Database, key: Key, seen: Sequence[_Sighting]) -> list[Person]:
    posts = _posts(seen)
    apart = _named_together(db, key) if len(posts) > 1 else frozenset()
    return grouped(posts, apart) if posts else [Person([])]


def grouped(posts: Sequence[Post], apart: Collection[frozenset[Office]] = ()) -> list[Person]:
    """The people whom posts of one name tell of, by who was seen first; ``apart``: offices of two in one article."""
    if len(posts) == 1:
        return [Person([*posts])]
    people: list[Person] = []
    for group in sorted(_linked(posts), key=Person.span):
        one = next((person for person in people if not _are_two(person, group, apart)), None)
        if one is None:
            people.append(group)
        else:
            later = one.span()[1] < group.span()[0]
            one.identity = "moved" if later and one.identity != "unclear" else "unclear"
            one.posts += group.posts
    if len(people) > 1:
        for person in people:
            person.identity = "namesake"
    return people


def _posts(seen: Iterable[_Sighting]) -> list[Post]:
    """The offices of sightings in the order of their days; who has no title has none."""
    posts: dict[Office, Post] = {}
    for titles, organisation, acting, day, record_id in seen:
        office = (titles, organisation, acting)
        before = posts.get(office)
        if before is not None:
            posts[office] = before._replace(last_seen=day, articles=before.articles + 1, record_id=record_id)
        elif titles != "[]":
            posts[office] = Post(*office, day, day, 1, record_id)
    return list(posts.values())


def _named_together(db: Database, key: Key) -> frozenset[frozenset[Office]]:
    """Pairs of offices that one article gives to two people of the name."""
    found: set[frozenset[Office]] = set()
    for (ids,) in db.conn.execute(_APART, key):
        sql = f"SELECT titles, organisation, acting FROM officials WHERE id IN ({ids})"  # noqa: S608 (numbers)
        found.update(map(frozenset, combinations(db.conn.execute(sql), 2)))
    return frozenset(found)


def _linked(posts: Sequence[Post]) -> list[Person]:
    """Groups of posts that share a title at an organisation, directly or by others."""
    groups: list[list[Post]] = []
    for post in sorted(posts, key=lambda post: post.organisation is None):
        mine: list[list[Post]] = []
        for title in post.folded_titles:
            same = [group for group in groups if any(_is_same(title, post, other) for other in group)]
            # A title without its organisation may be anybody's of those who have it.
            mine += same if post.organisation or len(same) == 1 else []
        others = [group for group in groups if group not in mine]
        groups = [*others, [*(one for group in groups if group in mine for one in group), post]]
    return [Person(group) for group in groups]


def _is_same(title: str, post: Post, other: Post) -> bool:
    """Whether both have the title at organisations of which one is the other's short name, or untold."""
    if title not in other.folded_titles:
        return False
    short, long = sorted((_folded(post.organisation), _folded(other.organisation)), key=len)
    return f" {short} " in f" {long} " or not short


def _are_two(one: Person, other: Person, apart: Collection[frozenset[Office]]) -> bool:
    return any(
        frozenset((a.office, b.office)) in apart or _cannot_be_one(a, b) for a, b in product(one.posts, other.posts)
    )


def _cannot_be_one(a: Post, b: Post) -> bool:
    """The same kind of title at two organisations at a time."""
    if not (a.organisation and b.organisation) or _folded(a.organisation) == _folded(b.organisation):
        return False
    together = (a.first_seen or "") <= (b.last_seen or "") and (b.first_seen or "") <= (a.last_seen or "")
    return together and not a.kinds.isdisjoint(b.kinds)


@lru_cache(20_000)
def _all_folded(titles: str) -> frozenset[str]:
    return frozenset(map(_folded, json.loads(titles)))


@lru_cache(20_000)
def _folded(text: str | None) -> str:
    return "" if text is None else " ".join(fold(normalise(text).text).split())

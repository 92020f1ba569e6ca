"""What bodies and legal documents have in common: links from records of visible articles, and what is counted by them.

Counts follow each change by what it adds and takes away.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from sqlite_utils import Database

from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

_WORD = re.compile(r"\w+")
_ROLE, _SHOWN, _TARGET = attrgetter("target", "role"), attrgetter("target", "version"), attrgetter("target")
_LATER = """
    UPDATE {table} SET {first} = min(coalesce({first}, ?1), ?1), {last} = max(coalesce({last}, ?2), ?2) WHERE id = ?3
"""
_DAYS = """
    UPDATE {table} SET ({first}, {last}) = (SELECT min(day), max(day) FROM {links} WHERE {target} = {table}.id)
    WHERE id = ?
"""
_UNUSED = "DELETE FROM {table} WHERE id = ? AND articles = 0"


class Linked(Protocol):
    """A target in a record of an article, as what (``role``) and when."""

    @property
    def target(self) -> int:
        """The id of the body or document."""

    @property
    def role(self) -> str:
        """What the record shows it as."""

    @property
    def day(self) -> str | None:
        """When the article was published."""

    @property
    def version(self) -> int:
        """The id of the article's version."""


A_LINK = TypeVar("A_LINK", bound=Linked)


@dataclass(frozen=True)
class Tables:
    """Where targets and their links are kept, and the columns with the first and the last day."""

    table: str
    links: str
    target: str
    first: str
    last: str

    def filled(self, template: str) -> str:
        """SQL about these tables."""
        return template.format(**vars(self))


@dataclass(frozen=True)
class Changes(Generic[A_LINK]):
    """Links of some versions: those that came, that left, and that stay."""

    new: Collection[A_LINK]
    gone: Collection[A_LINK]
    same: Collection[A_LINK]

    def targets(self) -> list[int]:
        """Whose links changed."""
        return sorted({link.target for links in (self.new, self.gone) for link in links})

    def articles(self) -> Counter[int]:
        """By how many articles each target has more or, below zero, fewer."""
        lasting = set(map(_SHOWN, self.same))
        before, after = lasting.union(map(_SHOWN, self.gone)), lasting.union(map(_SHOWN, self.new))
        found = Counter(target for target, _ in after - before)
        found.subtract(target for target, _ in before - after)
        return found

    def roles(self) -> Counter[tuple[int, str]]:
        """The same of links in each role."""
        found = Counter(map(_ROLE, self.new))
        found.subtract(map(_ROLE, self.gone))
        return found


def exchange(db: Database, tables: Tables, kept: Iterable[tuple[A_LINK, int]], now: set[A_LINK]) -> Changes[A_LINK]:
    """Takes away the ``kept`` links, each with its id, that are no more; the caller puts the new ones there."""
    ids: dict[A_LINK, list[int]] = {}
    for link, number in kept:
        ids.setdefault(link, []).append(number)
    gone = ids.keys() - now
    left = tables.filled("DELETE FROM {links} WHERE id = ?")
    db.conn.executemany(left, [(number,) for link in gone for number in ids[link]])
    return Changes(now - ids.keys(), gone, ids.keys() & now)


def set_days(db: Database, tables: Tables, changes: Changes[A_LINK]) -> None:
    """Moves first and last days, and forgets targets that no article shows any more; articles are counted before."""
    spans: dict[int, tuple[str, str]] = {}
    for link in changes.new:
        if link.day is not None:
            first, last = spans.get(link.target) or (link.day, link.day)
            spans[link.target] = min(first, link.day), max(last, link.day)
    db.conn.executemany(tables.filled(_LATER), [(*span, target) for target, span in sorted(spans.items())])
    lost = [(target,) for target in sorted(set(map(_TARGET, changes.gone)))]
    db.conn.executemany(tables.filled(_DAYS), lost)
    db.conn.executemany(tables.filled(_UNUSED), lost)


def clear(db: Database, tables: Tables) -> None:
    """Forgets all targets and links."""
    for name in (tables.links, tables.table):
        db.conn.execute(f"DELETE FROM {name}")  # noqa: S608 (our tables)


@lru_cache(20_000)
def folded(text: str) -> str:
    """The words without accents and case."""
    return " ".join(_WORD.findall(fold(normalise(text).text)))

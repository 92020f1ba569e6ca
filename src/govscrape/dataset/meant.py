"""Which stored bodies, documents and people a user means by some words."""

import re
from collections.abc import Sequence
from contextlib import suppress

from govscrape.dataset.names import contains, plain
from govscrape.dataset.questions import BODIES, DOCUMENTS
from govscrape.errors import InputError, RuleError
from govscrape.rules.organisations import NOWHERE, catalogue
from govscrape.store import Database

_LIKES_MAX = 8
_NOUGHTS = re.compile(r"(?<!\w)0+(?=\d)")


def bodies_like(db: Database, wanted: str) -> list[tuple[int, ...]]:
    """The bodies that a user means, each with how often it is told and tells."""
    keys = keys_of(wanted)
    # A body that the rules know is meant, not every other that has its name somewhere within a longer one.
    has = "begins_with" if keys else "has_words"
    return _linked(db, BODIES.replace("{has}", has) + ' OR x."key" LIKE ?' * len(keys), wanted, keys)


def documents_like(db: Database, wanted: str) -> list[int]:
    """The documents that a user means."""
    return [number for number, _ in _linked(db, DOCUMENTS, _NOUGHTS.sub("", wanted))]


def _linked(db: Database, sql: str, wanted: str, keys: Sequence[str] = ()) -> list[tuple[int, ...]]:
    """Bodies or documents with these words, each with how often it is meant; the bare words sort out most of them."""
    likes = [f"%{word}%" for word in folded(wanted).split()[:_LIKES_MAX]]
    among = " AND ".join(["x.folded LIKE ?"] * len(likes))
    values = (*likes, *[wanted] * sql.count("{wanted}"), *keys)
    return db.conn.execute(sql.format(among=among, wanted="?"), values).fetchall()


def unpadded(text: str | None) -> str | None:
    """The text with no noughts in front of its numbers: 05/2020 is the same document as 5/2020."""
    return None if text is None else _NOUGHTS.sub("", text)


def keys_of(wanted: str) -> list[str]:
    """What the keys of the bodies are like that the rules know by that name or short form."""
    # A broken rule file is for `govscrape rules check` to tell; stored records can be read without it.
    with suppress(RuleError):
        meant = ((body.key, body.key.partition("/")) for body in catalogue().meant(wanted))
        return [f"%/{own}" if place == NOWHERE else key for key, (place, _, own) in meant]
    return []


def like(wanted: str) -> str:
    """What a text without accents must be like to have these words. Raises InputError when there is none."""
    return f"%{folded(wanted)}%"


def folded(wanted: str) -> str:
    """The words without accents and case. Raises InputError when there is none."""
    words = plain(wanted)
    if not words:
        raise InputError(f"nothing to look for in {wanted!r}")
    return words


def people_like(db: Database, wanted: str, *, issuers: bool) -> list[str]:
    """The stored names with these words, of officials or of those who tell others what to do.

    They are few where a scan of the records would read all of these.
    """
    if issuers:
        names = distinct(db, "directives", "issuer_name")
    else:
        words = (f"%{plain(wanted)}%",)
        names = [name for (name,) in db.conn.execute("SELECT DISTINCT name FROM people WHERE folded LIKE ?", words)]
    return [name for name in set(names) if contains(name, wanted)]


def distinct(db: Database, table: str, column: str, condition: str = "1") -> list[str]:
    """The values of an indexed column, in order; each is one step in the index, however many rows have it."""
    least = f"SELECT min({column}) FROM {table} WHERE {condition}"  # noqa: S608 (our tables)
    sql = f"""
        WITH RECURSIVE found (value) AS (
          {least} UNION ALL SELECT ({least} AND {column} > found.value) FROM found WHERE found.value IS NOT NULL
        ) SELECT value FROM found WHERE value IS NOT NULL
    """  # noqa: S608 (our tables)
    return [str(value) for (value,) in db.conn.execute(sql)]

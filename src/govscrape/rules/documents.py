"""One key for one legal document, wherever it is cited and however its number is written.

A number says what a document is together with who gives out numbers and, unless it holds the year itself, the year of
issue: the centre numbers once for the country, each province, district or department for itself.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from govscrape.errors import RuleError
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.rules.organisations import NATION, NOWHERE, catalogue, slug

_PARTS = re.compile(r"[/\-–]")
_TERM = re.compile(r"\d+$")
_YEAR_IN_NUMBER = re.compile(r"[/\-–]((?:19|20)\d\d)(?=[/\-–]|$)")
_ZEROS = re.compile(r"^0+(?=\d)")


class Base(NamedTuple):
    """A document without the year that it is of: ``key``, where it was issued, and how a year belongs to it.

    ``year`` is given where the citation itself holds it, in the number or the title of a law. ``whole``: no year is
    missing, it stands in the number, or the term of a parliament does. ``titled``: named by title, which several laws
    may have had. ``issuer`` is the key of the body.
    """

    key: str
    province: str | None
    year: int | None = None
    whole: bool = False
    titled: bool = False
    issuer: str | None = None


def dated_key(base: Base, year: int | None) -> str:
    """The key of the document of that year."""
    return base.key if year is None or base.whole else f"{base.key}-{year}"


@lru_cache(10_000)
def base_of(number: str | None, title: str | None, issuer: str | None, province: str | None) -> Base | None:
    """What a citation in an article of ``province`` means; None where it names neither number nor title."""
    if number is None:
        return None if title is None else _titled(title, issuer)
    letters = _letters(number)
    told = _YEAR_IN_NUMBER.search(number)
    year = int(told[1]) if told else None
    whole = year is not None or not _central_marks().isdisjoint(letters["term"])
    name = slug(_ZEROS.sub("", number))
    body = catalogue().named(issuer, province) if issuer else None
    known = body.key if body is not None and body.known else None
    if not _central_marks().isdisjoint(letters["term"] | letters["plain"]) or (
        body is not None and body.level == "central"
    ):
        return Base(f"{NATION}/{name}", None, year, whole=whole, issuer=known)
    place = (body.province if body is not None and body.known else None) or province
    key = f"{slug(place or '') or NOWHERE}/{name}"
    if body is not None and body.level != "province":
        key = f"{key}-{body.key.rpartition('/')[2]}"
    return Base(key, place, year, whole=whole, issuer=known)


def _titled(title: str, issuer: str | None) -> Base:
    """A law by its name; "Luật Cư trú 2020" and "Luật Cư trú năm 2020" are one."""
    words = " ".join(title.split())
    found = _year_at_end().search(words)
    name = slug(words[: found.start()]) if found else slug(words)
    body = catalogue().named(issuer, None) if issuer else None
    known = body.key if body is not None and body.known else None
    return Base(f"{NATION}/{name}", None, year=int(found[1]) if found else None, titled=True, issuer=known)


def _letters(number: str) -> dict[str, set[str]]:
    """The groups of letters in a number in small letters, those with the term of a parliament apart: nq, ubtvqh."""
    found: dict[str, set[str]] = {"term": set(), "plain": set()}
    for part in _PARTS.split(number.lower()):
        letters = _TERM.sub("", part)
        found["plain" if letters == part else "term"].add(letters)
    return found


@cache
def _year_at_end() -> re.Pattern[str]:
    told = "|".join(map(re.escape, catalogue().about["year_words"]))
    return re.compile(rf"\s+(?:(?:{told})\s+)?((?:19|20)\d\d)$", re.IGNORECASE)


@cache
def _central_marks() -> frozenset[str]:
    path = rules_dir() / "legal" / "issuers.yaml"
    try:
        words: Mapping[str, str] = read_yaml(path)["words"]["legal_issuer"]
    except (KeyError, TypeError) as error:
        raise RuleError(f"no table of the centre's marks: {type(error).__name__} {error}", str(path)) from error
    return frozenset(words)

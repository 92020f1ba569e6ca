"""Which organisation words mean: one of rules/gazetteer/organisation.csv in some province, or one known as written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from govscrape.errors import RuleError
from govscrape.rules import gazetteer
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

Row = Mapping[str, str]

WORDS = "organisation_words.yaml"
NATION = "vn"
"""What stands for the province in the key of a body that the country has one of."""
NOWHERE = "elsewhere"
_WORD = re.compile(r"\w+")
_PLACE_MAX = 5
_KEY_MAX = 80


@dataclass(frozen=True)
class Organisation:
    """A body: ``key`` is one for all its spellings; ``level`` and ``kind`` are None where no list has it.

    ``province`` is where it is, None for one of the centre. Days of validity and ``successor`` are the list's.
    """

    key: str
    name: str
    name_en: str | None = None
    province: str | None = None
    kind: str | None = None
    level: str | None = None
    known: bool = False
    valid_from: str | None = None
    valid_to: str | None = None
    successor: str | None = None


class _Known(NamedTuple):
    """A row of the list and the spelling of it that was met; some mean it only with the place behind them."""

    row: Row
    spelling: str
    needs_place: bool = False


def slug(text: str) -> str:
    """Small letters and hyphens, "" of what has none of either; long ones are cut and told apart by a digest."""
    short = re.sub(r"[^a-z0-9]+", "-", fold(normalise(text).text)).strip("-")
    return short if len(short) <= _KEY_MAX else f"{short[: _KEY_MAX - 9].rstrip('-')}-{crc32(short.encode()):08x}"


def _lower(text: str) -> str:
    return " ".join(_WORD.findall(normalise(text).text.lower()))


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(normalise(text).text)))


class Catalogue:
    """The lists as they are compared: words without accents, short forms written out."""

    def __init__(self, bodies: Iterable[Row], provinces: Iterable[Row], about: Mapping[str, Any]) -> None:
        self.about = about
        self._short = {form: str(full).split() for form, full in about["short"].items()}
        self._left_out = frozenset(about["left_out"])
        self.kind_of_many = str(about["kind_of_many"])
        self._many, self._always_many = frozenset(about["many"]), frozenset(about["many"][:1])
        self._units = {
            level: sorted((tuple(self.words(unit)) for unit in units), key=len, reverse=True)
            for level, units in about["units"].items()
        }
        self._city = tuple(self.words(about["city"]))
        self._heads = sorted(
            ((tuple(self.words(head)), self.words(own)) for head, own in about["heads"].items()),
            key=lambda pair: -len(pair[0]),
        )
        self._offices = {tuple(self.words(office)): str(body) for office, body in about["offices"].items()}
        self._provinces: dict[tuple[str, ...], str] = {}
        self._cities: set[str] = set()
        self._codes: dict[str, str] = {}
        for row in provinces:
            for name in filter(None, (row["name"], *row["aliases"].split("|"))):
                self._provinces.setdefault(tuple(self.words(name)), row["name"])
            if row["city"]:
                self._cities.add(row["name"])
            self._codes[row["name"]] = row["code_63"]
        self._bodies: dict[tuple[str, ...], list[_Known]] = {}
        more = about["spellings"]
        for row in (*bodies, *_of_the_centre(about)):
            also = [spelling for spelling, name in more.items() if name == row["name"]]
            for name in dict.fromkeys(filter(None, (row["name"], *row["aliases"].split("|"), *also))):
                self._bodies.setdefault(tuple(self.words(name)), []).append(_Known(row, name))
        for row in bodies:
            short = row["name"].rpartition(" ")[0]
            if self._level(row) == "province" and self._has_tiers(row) and tuple(self.words(short)) not in self._bodies:
                self._bodies[tuple(self.words(short))] = [_Known(row, short, needs_place=True)]
        self._longest = max(map(len, self._bodies), default=0)
        self.named = lru_cache(10_000)(self._named)
        self.behind = lru_cache(10_000)(self._behind)

    def meant(self, text: str) -> list[Organisation]:
        """The bodies of the list that someone means who types this, with accents or without any; none if not listed."""
        spellings = [text]
        if _plain(text) == _lower(text):
            spellings += sorted(self._without_accents.get(_plain(text), ()))
        bodies = (self.named(spelling, None) for spelling in spellings)
        return list({body.key: body for body in bodies if body.known}.values())

    @cached_property
    def _without_accents(self) -> dict[str, set[str]]:
        """Every spelling of the list by its words without accents, with short forms as they are and written out."""
        found: dict[str, set[str]] = {}
        for words, bodies in self._bodies.items():
            for known in bodies:
                for way in (known.spelling, " ".join(words)):
                    found.setdefault(_plain(way), set()).add(known.spelling)
        return found

    def words(self, text: str) -> list[str]:
        """The words that are compared: small letters, short forms written out."""
        return [word for _, words in self._words(text) for word in words]

    def _words(self, text: str) -> Iterator[tuple[int, Sequence[str]]]:
        """Where each word begins in the normalised text, and what is compared for it."""
        for found in _WORD.finditer(normalise(text).text):
            word = found[0].lower()
            yield found.start(), () if word in self._left_out else self._short.get(word, (word,))

    def _named(self, text: str, province: str | None) -> Organisation:
        """The organisation that ``text`` means in an article of ``province``; as written where no list has it."""
        words = self.words(text)
        found = None if self._is_many(words) else self._of_list(text, words, province)
        return found or self._as_written(text, words, province)

    def _behind(self, title: str, province: str | None) -> Organisation | None:
        """The organisation of an office ("Giám đốc Sở Nội vụ"); None where it is in no list."""
        words = self.words(title)
        return None if self._is_many(words) else self._of_list(title, words, province)

    def _is_many(self, words: list[str]) -> bool:
        return not self._many.isdisjoint(self._without_head(words)[:1]) or not self._always_many.isdisjoint(words)

    def _as_written(self, text: str, words: list[str], province: str | None) -> Organisation:
        name = " ".join(text.split())
        kind = self.kind_of_many if self._is_many(words) else None
        return Organisation(self._key(name, province), name, province=province, kind=kind)

    def _key(self, name: str, province: str | None) -> str:
        own = slug(" ".join(self.words(name))) or f"{crc32(name.encode('utf-8', 'replace')):08x}"
        return f"{slug(province or '') or NOWHERE}/{own}"

    def _without_head(self, words: list[str]) -> list[str]:
        for head, own in self._heads:
            if tuple(words[: len(head)]) == head and len(words) > len(head):
                return self._without_head([*own, *words[len(head) :]]) if not own else [*own, *words[len(head) :]]
        return words

    def _of_list(self, text: str, words: list[str], province: str | None) -> Organisation | None:
        cut = self._without_province(text, words)
        if cut is not None:
            return self._of_list(cut[0], self.words(cut[0]), cut[1])
        if tuple(words) in self._offices:
            words = self.words(self._offices[tuple(words)])
        for found in (words, self._without_head(words)):
            for length in range(min(len(found), self._longest), 0, -1):
                for known in self._bodies.get(tuple(found[:length]), ()):
                    body = self._placed(known, text, found[length:], province)
                    if body is not None:
                        return body
        return None

    def _without_province(self, text: str, words: list[str]) -> tuple[str, str] | None:
        """What stands before the province behind a unit of a lower tier: "UBND huyện Chư Sê | , tỉnh Gia Lai"."""
        lower = {unit for level in ("district", "commune") for unit in self._units[level]} - {self._city}
        starts = [start for start, found in self._words(text) for _ in found]
        for at in range(3, len(words)):
            unit = next((unit for unit in self._units["province"] if tuple(words[at : at + len(unit)]) == unit), None)
            place = self._provinces.get(tuple(words[at + len(unit) :])) if unit else None
            if place and any(tuple(words[first : first + len(one)]) == one for one in lower for first in range(1, at)):
                return normalise(text).text[: starts[at]].rstrip(" ,-–("), place
        return None

    def _placed(self, known: _Known, text: str, rest: list[str], province: str | None) -> Organisation | None:
        """The body of the list, of the place that the rest of its words name; None when they name none."""
        level = self._level(known.row)
        if level == "central":
            return None if rest else self._body(known.row, None, level)
        if level == "province":
            return self._in_province(known, text, rest, province)
        return self._below(known, text, rest, province, level)

    def _in_province(self, known: _Known, text: str, rest: list[str], province: str | None) -> Organisation | None:
        city_word = tuple(self.words(known.spelling)[-len(self._city) :]) == self._city
        if known.needs_place and not rest:
            return None
        unit = next((unit for unit in self._units["province"] if tuple(rest[: len(unit)]) == unit), ())
        place = self._provinces.get(tuple(rest[len(unit) :])) or self._provinces.get(tuple(rest))
        if place is None and rest[len(unit) :]:
            lower = self._lower_unit(rest)
            return self._of_tier(known, text, len(rest), lower, province) if lower else None
        # Before a province became a city under the centre, the city of its name was one of its districts.
        if (city_word or unit == self._city) and place != province and self._is_once(place, province):
            return None
        place = place or province
        in_city = place in self._cities
        # "UBND thành phố" in a province with a tỉnh is a committee of the tier below.
        if city_word and not in_city:
            return None
        if unit == self._city and not in_city and (place is not None or self._has_tiers(known.row)):
            return None
        return self._body(known.row, place, "province", in_city=in_city)

    def _is_once(self, place: str | None, province: str | None) -> bool:
        """Whether both are names of one of the 63 provinces."""
        return place is not None and province is not None and self._codes.get(place) == self._codes.get(province)

    def _lower_unit(self, rest: list[str]) -> str | None:
        """The tier of a unit below the province that ``rest`` names."""
        for level in ("commune", "district"):
            for unit in self._units[level]:
                if tuple(rest[: len(unit)]) == unit and len(unit) < len(rest) <= len(unit) + _PLACE_MAX:
                    return level
        return None

    def _of_tier(self, known: _Known, text: str, rest: int, level: str, province: str | None) -> Organisation | None:
        """A body that every tier has ("HĐND huyện Chư Sê"), of a tier below the one that the list names."""
        if not self._has_tiers(known.row):
            return None
        own = known.row["name"].rpartition(" ")[0]
        return self._body(_renamed(known.row, f"{own} {self._tail(text, rest)}"), province, level)

    def _has_tiers(self, row: Row) -> bool:
        """Whether the name of a province's body ends in the word for a province, so that other tiers have one too."""
        own, _, last = row["name"].rpartition(" ")
        return bool(own) and tuple(self.words(last)) in self._units["province"]

    def _below(
        self, known: _Known, text: str, rest: list[str], province: str | None, level: str
    ) -> Organisation | None:
        """A body of a district or commune, which may be named with its place."""
        several = len({each.row["name"] for each in self._bodies[tuple(self.words(known.spelling))]}) > 1
        if len(rest) > _PLACE_MAX + 2 or (several and not rest and province is None):
            return None
        name = self._as_its_tier(known, level)
        place = self._tail(text, len(rest)) if rest else ""
        return self._body(_renamed(known.row, f"{name} {place}".strip()), province, level)

    def _as_its_tier(self, known: _Known, level: str) -> str:
        """The list's name with the kind of unit that was written: "Ủy ban nhân dân thị xã", "Quận ủy"."""
        name = known.row["name"]
        if name in self.about["own_spellings"]:
            return known.spelling
        words = self.words(known.spelling)
        for unit in self._units[level]:
            if tuple(words[-len(unit) :]) == unit and " " in name:
                return f"{name.rsplit(' ', 1)[0]} {' '.join(unit)}"
        return name

    def _tail(self, text: str, rest: int) -> str:
        """The end of ``text`` that has so many words that are compared; a short form at its start is written out."""
        words = list(self._words(text))
        start = len(text)
        while rest > 0 and words:
            start, found = words.pop()
            rest -= len(found)
        tail = " ".join(normalise(text).text[start:].split())
        first = _WORD.match(tail)
        full = self._short.get(first[0].lower()) if first else None
        return f"{' '.join(full)} {tail[first.end() :].lstrip(' .')}" if first and full else tail

    def _level(self, row: Row) -> str:
        tier = re.split(r"[;/]", row["level"])[0].strip()
        return str(self.about["levels"][tier])

    def _body(self, row: Row, province: str | None, level: str, *, in_city: bool = False) -> Organisation:
        name = row["name"]
        if in_city:
            for word, other in self.about["in_a_city"].items():
                if name.lower().endswith(f" {word}") or name.lower() == word:
                    kept = name[: -len(word)]
                    name = f"{kept}{other}" if kept else other.capitalize()
                    break
        return Organisation(
            key=self._key(name, NATION if level == "central" else province),
            name=name,
            name_en=row.get("name_en") or None,
            province=None if level == "central" else province,
            kind=row["kind"] or None,
            level=level,
            known=True,
            **{part: row[part] or None for part in ("valid_from", "valid_to", "successor")},
        )


def _of_the_centre(about: Mapping[str, Any]) -> Iterator[Row]:
    """Rows like those of the list for the bodies that only the words name."""
    empty = dict.fromkeys(("name_en", "valid_from", "valid_to", "successor"), "")
    tier = next(tier for tier, level in about["levels"].items() if level == "central")
    for name, spellings in about["central"].items():
        told = {"name": str(name), "aliases": "|".join(spellings), "kind": about["central_kind"], "level": tier}
        yield {**empty, **told}


def _renamed(row: Row, name: str) -> Row:
    """The row of the list for a body that has a name of its own; what the list says in English goes without it."""
    return {**row, "name": name, "name_en": ""} if name != row["name"] else row


@cache
def catalogue(rules: Path | None = None) -> Catalogue:
    """The lists of rules/gazetteer, by default of the rules in use. Raises RuleError on a file that cannot be used."""
    folder = (rules or rules_dir()) / "gazetteer"
    words = folder / WORDS
    about = read_yaml(words)
    try:
        listed = gazetteer.bodies(folder / "organisation.csv", about["kinds"], about["levels"])
        return Catalogue(listed, [row for _, row in gazetteer.table(folder / "province.csv")], about)
    except (KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"{type(error).__name__} {error}", str(words)) from error

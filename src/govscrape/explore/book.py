"""The pages as a book: of which address there is a page, and what stands on it. Server and files both ask here."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from govscrape.clock import Clock, SystemClock
from govscrape.dataset import bodies, pages
from govscrape.dataset.geography import Crosswalk, Province, Unit, load_crosswalk
from govscrape.dataset.names import index_titles
from govscrape.dataset.published import Published, Truth, load_truth
from govscrape.errors import GovscrapeError
from govscrape.explore.addresses import SINGLE, Address, of_key, official, slug
from govscrape.explore.words import Words, load_tiles
from govscrape.rules.organisations import catalogue

Row = dict[str, Any]
KEPT_S = 60.0
"""A crawl writes all the time; what takes a second to count is not counted anew for each of its articles."""

Measure = tuple[str, str | None]
"""The code of an index, and of a part of it or None."""


@dataclass(frozen=True)
class Page:
    """A page before it is drawn: its template, its title, and what the template shows."""

    template: str
    title: str
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A province by one of its names: as one of the 63 (``old``), as one of the 34 (``unit``), or both."""

    name: str
    old: Province | None
    unit: Unit | None

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return slug(self.name)


@dataclass
class Book:
    """Pages of the database at ``db`` as of ``today``. ``live``: a server answers searches and shows archived pages."""

    db: Path
    today: date
    live: bool = False
    clock: Clock = field(default_factory=SystemClock)
    _kept: dict[str, tuple[tuple[int, ...], float, Any]] = field(default_factory=dict)
    _made: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    @cached_property
    def crosswalk(self) -> Crosswalk:
        """The 63 and the 34."""
        return load_crosswalk()

    @cached_property
    def truth(self) -> Truth:
        """The published results."""
        return load_truth()

    @cached_property
    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """The full names of the indices by code and language."""
        return index_titles()

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every province that is or was, by its name in addresses."""
        found: dict[str, Place] = {}
        for unit in self.crosswalk.units:
            for part in unit.parts:
                for name in part.names:
                    own = unit if unit.name == name else None
                    found[slug(name)] = Place(name, part, own)
        return found

    @cached_property
    def published(self) -> Mapping[Measure, list[Published]]:
        """Published results of provinces by index and part."""
        found: dict[Measure, list[Published]] = {}
        for result in self.truth.results:
            if result.level == "province" and (result.score or result.rank):
                found.setdefault((result.index, result.component), []).append(result)
        return found

    @cached_property
    def grids(self) -> Mapping[str, list[Row]]:
        """The tiles of both maps with the names by which rows find them, and of each of the 34 its parts."""
        parts = {part.code: part for unit in self.crosswalk.units for part in unit.parts}
        units = {unit.code: unit for unit in self.crosswalk.units}
        tiles = load_tiles()
        old = [
            {**tile, "name": parts[tile["code"]].name, "names": sorted(parts[tile["code"]].names)} for tile in tiles[63]
        ]
        new = [
            {
                **tile,
                "name": units[tile["code"]].name,
                "names": [units[tile["code"]].name],
                "parts": [{"name": part.name, "names": sorted(part.names)} for part in units[tile["code"]].parts],
            }
            for tile in tiles[34]
        ]
        return {"63": old, "34": new}

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gave for this state of the database, or not longer than KEPT_S ago for another one.

        On a server nobody waits for what was made before: it is made anew beside, and shown from then on.
        """
        found = self._kept.get(name)
        if found is not None and not self._is_old(found):
            return found[2]
        if found is not None and self.live:
            if not self._made[name].locked():
                Thread(target=self._make_anew, args=(name, make), daemon=True).start()
            return found[2]
        return self._make(name, make)

    def _make(self, name: str, make: Callable[[], Any]) -> Any:
        with self._made[name]:
            found = self._kept.get(name)
            if found is None or self._is_old(found):
                found = self._kept[name] = (self._stamp(), self.clock.monotonic(), make())
            return found[2]

    def _make_anew(self, name: str, make: Callable[[], Any]) -> None:
        # Until it works again the old one is shown; a page that asks for itself tells what is wrong.
        with suppress(GovscrapeError):
            self._make(name, make)

    def _is_old(self, found: tuple[tuple[int, ...], float, Any]) -> bool:
        return found[0] != self._stamp() and self.clock.monotonic() - found[1] > KEPT_S

    def _stamp(self) -> tuple[int, ...]:
        return tuple(
            value
            for path in (self.db, self.db.with_name(self.db.name + "-wal"))
            for value in ((path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0))
        )

    def coverage(self) -> pages.Coverage:
        """What the database holds."""
        found: pages.Coverage = self.kept("coverage", lambda: pages.coverage(self.db))
        return found

    def samples(self) -> bool:
        """Whether the articles are samples of this machine, with people who do not exist."""
        found: bool = self.kept("samples", lambda: pages.holds_samples(self.db))
        return found

    def measures(self) -> Mapping[str, Measure]:
        """The indices and parts that have a page, claimed or published, by their names in addresses."""

        def make() -> dict[str, Measure]:
            found = {*pages.measured(self.db), *self.published}
            return {slug(part or index): (index, part) for index, part in sorted(found, key=str)}

        kept: dict[str, Measure] = self.kept("measures", make)
        return kept

    def codes(self) -> list[str]:
        """The codes of all indices that have a page."""
        return sorted(index for index, part in self.measures().values() if part is None)

    def body(self, written: str | None, province: str | None) -> str | None:
        """The key of the body that an article of ``province`` writes so, when there is a page of it."""
        known: frozenset[str] = self.kept("bodies", lambda: frozenset(bodies.keys(self.db)[0]))
        key = catalogue().named(written, province).key if written else ""
        return key if key in known else None

    def with_articles(self, rows: list[Row]) -> list[Row]:
        """The rows, each with the id of its article's page as ``article``."""
        ids = pages.article_ids(self.db, (row.get("url") for row in rows))
        return [row | {"article": ids.get(row["url"])} for row in rows]

    def place(self, name: str | None) -> Place | None:
        """The province with that name."""
        return self.places.get(slug(name))

    def name_in(self, name: str, era: int) -> str:
        """The name under which rows of one era stand together: that of 63, or that of 34."""
        place = self.place(name)
        if place is None:
            return name
        if era == 34 and place.unit is None and place.old is not None:
            own = next((unit.name for unit in self.crosswalk.units if place.old in unit.parts), name)
            return own if len(place.old.names) > 1 else name
        return place.old.name if era == 63 and place.old else place.name

    def addresses(self) -> Iterator[Address]:
        """Every page there is."""
        yield from (Address(kind) for kind in SINGLE)
        yield from (Address("measure", key) for key in self.measures())
        yield from (Address("province", key) for key in self.places)
        yield from (Address("calendar", year) for year in self.years())
        people = [(row["name"], row["province"], row["person"]) for row in pages.people(self.db)]
        named = {official(*person) for person in (*people, *pages.issuers(self.db))}
        yield from sorted(filter(None, named), key=lambda address: address.path)
        organisations, documents = bodies.keys(self.db)
        yield from (of_key("organisation", key) for key in organisations)
        yield from (of_key("document", key) for key in documents)
        yield from (Address("article", str(number)) for number in pages.article_numbers(self.db))

    def years(self) -> list[str]:
        """The years in which directives fall due."""
        months = self.kept("months", lambda: pages.deadline_months(self.db))
        return sorted({row["month"][:4] for row in months})


Builder = Callable[[Book, Address, Words], Page | None]
"""Makes the page of an address, None when there is nothing of that name."""

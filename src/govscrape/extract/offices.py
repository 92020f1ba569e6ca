"""Offices as words that can be compared, and the officials of an article by the office they hold."""

from dataclasses import dataclass, field

from govscrape.models.records import Official
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise


@dataclass
class People:
    """The officials of one article; ``at`` maps the token where a mention starts to its place in ``records``.

    ``ends`` maps the same token to the token after the mention.
    """

    records: list[Official] = field(default_factory=list)
    at: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    def acting(self, told: list[tuple[int, int]]) -> list[Official]:
        """The records without the unnamed offices that are only told what to do, in the spans ``told``."""
        places: dict[int, list[int]] = {}
        for place, index in self.at.items():
            places.setdefault(index, []).append(place)
        return [
            record
            for index, record in enumerate(self.records)
            if record.name or not all(any(start <= at < end for start, end in told) for at in places.get(index, [-1]))
        ]

    def holder(self, title: str) -> int | None:
        """The place in ``records`` of the person who holds the office ``title``, or None."""
        wanted = title_key(title, self.spelling)
        for index, record in enumerate(self.records):
            if record.name and any(
                same_office(wanted, title_key(other, self.spelling), self.optional) for other in record.titles
            ):
                return index
        return None


def title_key(title: str, spelling: dict[str, str]) -> tuple[str, ...]:
    """A title as words that can be compared: one spelling of bodies, no case."""
    text = f" {' '.join(word for word in tokenise(normalise(title).text).words if word.isalnum())} "
    for long, short in spelling.items():
        text = text.replace(f" {long} ", f" {short} ")
    return tuple(text.split())


def same_office(short: tuple[str, ...], full: tuple[str, ...], optional: frozenset[str]) -> bool:
    """Whether ``short`` can stand for ``full``: one begins the other, the shorter words left out or not."""
    if len(short) > len(full):
        short, full = full, short
    return _begins(short, full) or _begins(short, tuple(word for word in full if word not in optional or word in short))


def _begins(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    least = min(len(one), len(other))
    return least >= 2 and one[:least] == other[:least]

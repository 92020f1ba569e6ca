"""Offices as words that can be compared, and the officials of an article by the office they hold."""

from dataclasses import dataclass, field

from govscrape.models.records import Official
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise


class TitleKeys:
    """Titles as words that can be compared: one spelling of bodies, no case. Keeps what it has worked out."""

    def __init__(self, spelling: dict[str, str]) -> None:
        self._spelling = [(f" {long} ", f" {short} ") for long, short in spelling.items()]
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, title: str) -> tuple[str, ...]:
        """The words of ``title``."""
        known = self._known.get(title)
        if known is None:
            if len(self._known) >= _TITLES:
                self._known.clear()
            text = f" {' '.join(word for word in tokenise(normalise(title).text).words if word.isalnum())} "
            for long, short in self._spelling:
                text = text.replace(long, short)
            known = self._known[title] = tuple(text.split())
        return known


_TITLES = 20_000  # titles kept; a year of a portal's news has fewer


@dataclass
class People:
    """The officials of one article; ``at`` maps the token where a mention starts to its place in ``records``.

    ``ends`` maps the same token to the token after the mention.
    """

    records: list[Official] = field(default_factory=list)
    at: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    key: TitleKeys = field(default_factory=lambda: TitleKeys({}))
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
        wanted = self.key(title)
        found: int | None = None
        for index, record in enumerate(self.records):
            if record.name and any(same_office(wanted, self.key(other), self.optional) for other in record.titles):
                if record.role == "chair":
                    return index
                found = index if found is None else found
        return found


def same_office(short: tuple[str, ...], full: tuple[str, ...], optional: frozenset[str]) -> bool:
    """Whether ``short`` can stand for ``full``: one begins the other, the shorter words left out or not."""
    if len(short) > len(full):
        short, full = full, short
    return _begins(short, full) or _begins(short, tuple(word for word in full if word not in optional or word in short))


def _begins(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    least = min(len(one), len(other))
    return least >= 2 and one[:least] == other[:least]

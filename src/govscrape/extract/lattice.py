"""Mentions over tokens, and the matching of one automaton at one place: linear in the text, never backtracking."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from govscrape.rules.compile import EVERYWHERE, Arc, Automaton, State
from govscrape.text.numbers import parse_int, parse_number
from govscrape.text.tokens import Tokens

BUILT_IN = frozenset({"int", "num", "dec", "dotted", "word", "cap", "upper", "any"})
"""The types that a token has by itself."""
_DOTTED_DAY = re.compile(r"([012]?[1-9]|[123]0|31)[.](0?[1-9]|1[0-2])([.](19|20)\d\d)?")


@dataclass(slots=True, eq=False)
class Mention:
    """A typed span of tokens [start, end). ``slots`` are its values, ``spans`` the tokens each slot came from.

    Never changed once made; it is not frozen only because that would make each of the many cost three times as much.
    """

    type: str
    start: int
    end: int
    slots: Mapping[str, Any] = field(default_factory=dict)
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rule: str | None = None

    @property
    def length(self) -> int:
        """How many tokens it covers."""
        return self.end - self.start

    def overlaps(self, other: "Mention") -> bool:
        """Whether both cover a token."""
        return self.start < other.end and other.start < self.end


Edge: TypeAlias = tuple[Any, ...]
"""How many tokens it takes, what a slot gets from it, the spans of its own slots, and the rule that found it.

Compiled, an item of a tuple of this type is read where it is; one whose every part had a type would be taken apart.
"""
Edges: TypeAlias = dict[str, list[Edge]]
"""By symbol (see :data:`govscrape.rules.compile.Row`) the edges of a place, longer ones first."""


def edge(length: int, value: Any = None) -> Edge:
    """One that no rule found."""
    return length, value, _NO_SPANS, None


_NO_SPANS: Mapping[str, tuple[int, int]] = {}
_JUST_THERE = [edge(1)]


def own_edges(raw: str, spoken: Collection[str]) -> Edges:
    """The edges that a token has by itself: its word, when one of ``spoken``, and the built-in types that it is."""
    word = raw.lower()
    edges: Edges = {"any": _JUST_THERE}
    if word in spoken:
        edges[f"={word}"] = _JUST_THERE
    if word[0].isdigit():
        number = parse_number(word)
        if number is not None:
            edges["num"] = [edge(1, number)]
            if "," in word or ("." in word and number % 1 != 0):
                edges["dec"] = edges["num"]
        if _DOTTED_DAY.fullmatch(word):
            edges["dotted"] = [edge(1, word)]
        if word.isdigit() and number is not None:
            edges["int"] = [edge(1, parse_int(word))]
    elif word[0].isalpha():
        edges["word"] = [edge(1, raw)]
        if raw[0].isupper():
            edges["cap"] = edges["word"]
            if raw.isupper():
                edges["upper"] = edges["word"]
    return edges


class Lattice:
    """The tokens of a text with every mention that starts at each of them.

    ``edges`` is what automata walk on: per token what can be taken there, the word itself, the built-in types it is,
    and mentions. ``places`` tells where a symbol stands, in the order of the text (but of those of EVERYWHERE).
    ``at`` is the same as mentions.
    The edges given at the start may be shared between tokens and texts: they are copied before they grow.
    """

    def __init__(self, tokens: Tokens, edges: list[Edges]) -> None:
        self.tokens = tokens
        self.edges = edges
        self._own = bytearray(len(edges))
        self._mentions: dict[tuple[int, str], list[Mention]] = {}
        self.places: dict[str, list[int]] = {}
        places = self.places
        for place, here in enumerate(edges):
            for symbol in here:
                if symbol in places:
                    places[symbol].append(place)
                elif symbol not in EVERYWHERE:
                    places[symbol] = [place]

    @property
    def at(self) -> "_Places":
        """By place the mentions that start there, by type."""
        return _Places(self)

    def add(self, type_: str, found: Sequence[tuple[int, Edge]]) -> None:
        """Takes in where something of a type starts, and its edge; equally long ones of one place stay in order."""
        for place, new in found:
            here = self.edges[place]
            if not self._own[place]:
                here = self.edges[place] = here.copy()
                self._own[place] = 1
            if type_ in here:  # lists are never changed: another token may have the same
                here[type_] = sorted([*here[type_], new], key=_longer_first)
                self._mentions.pop((place, type_), None)
            else:
                here[type_] = [new]
        self._stand(type_, [place for place, _ in found])

    def _stand(self, type_: str, starts: list[int]) -> None:
        known = self.places.get(type_)
        self.places[type_] = sorted({*known, *starts} if known else set(starts))

    def of(self, place: int, type_: str) -> Sequence[Mention]:
        """The mentions of a type that start at ``place``, longer ones first; the same objects each time."""
        ways = self.edges[place].get(type_) if 0 <= place < len(self.edges) else None
        if ways is None:
            return ()
        found = self._mentions.get((place, type_))
        if found is None:
            found = [Mention(type_, place, place + length, slots, spans, rule) for length, slots, spans, rule in ways]
            self._mentions[place, type_] = found
        return found

    def all(self, type_: str) -> Iterator[Mention]:
        """Every mention of a type, in the order of the text, longer ones first, overlapping ones too."""
        for place in self.places.get(type_, ()):
            yield from self.of(place, type_)

    def begins(self, type_: str, start: int, end: int) -> list[int]:
        """The places in [start, end) where a mention of a type begins."""
        places = self.places.get(type_)
        if places is None:
            return []
        return places[bisect_left(places, start) : bisect_left(places, end)]

    def built_in(self, type_: str, place: int) -> Any:
        """The value of the token at ``place`` as a built-in type, or None when it is none."""
        return next((found[1] for found in self.edges[place].get(type_, ())), None)


def _longer_first(one: Edge) -> Any:
    return -one[0]


class _Here(Mapping[str, Sequence[Mention]]):
    """The mentions that start at one place, by type."""

    __slots__ = ("edges", "lattice", "place")

    def __init__(self, lattice: Lattice, place: int) -> None:
        self.lattice, self.place, self.edges = lattice, place, lattice.edges[place]

    def __contains__(self, type_: object) -> bool:
        return type_ in self.edges

    def __getitem__(self, type_: str) -> Sequence[Mention]:
        if type_ not in self.edges:
            raise KeyError(type_)
        return self.lattice.of(self.place, type_)

    def get(self, type_: str, default: Any = None) -> Any:
        return self.lattice.of(self.place, type_) if type_ in self.edges else default

    def __iter__(self) -> Iterator[str]:
        return (type_ for type_ in self.edges if type_[0] != "=" and type_ not in BUILT_IN)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None


class _Places(Mapping[int, _Here]):
    """Every place of a lattice with the mentions that start there; a place that is none has no mention."""

    __slots__ = ("lattice",)

    def __init__(self, lattice: Lattice) -> None:
        self.lattice = lattice

    def __getitem__(self, place: int) -> _Here:
        if not 0 <= place < len(self.lattice.edges):
            raise KeyError(place)
        return _Here(self.lattice, place)

    def get(self, place: int, default: Any = None) -> Any:
        return _Here(self.lattice, place) if 0 <= place < len(self.lattice.edges) else default

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.lattice.edges)))

    def __len__(self) -> int:
        return len(self.lattice.edges)


Kept: TypeAlias = tuple[str, int, int, Any, Any] | None
Match: TypeAlias = tuple[int, dict[str, Any], dict[str, tuple[int, int]]]
Way: TypeAlias = tuple[int, int, Kept]
"""A state, the place where it stands, and the slots kept on the way there."""


def match_at(automaton: Automaton, lattice: Lattice, start: int, limit: int) -> Match | None:
    """The preferred match of ``automaton`` from token ``start`` that ends at or before ``limit``: (end, slots, spans).

    Each (state, place) is entered once, so the work is bounded by states × tokens of the window.
    """
    states: list[State] = automaton.states
    edges = lattice.edges
    best, best_kept = -1, None
    stack: list[Way] = []
    seen: set[int] = set()
    state, place = 0, start
    kept: Kept = None
    while True:
        accepting, row, only = states[state]
        if accepting:
            # Nothing that was left behind is preferred to this.
            best, best_kept = place, kept
            stack = []
        if place < limit:
            here = edges[place]
            symbols = (only if only[0] in here else ()) if only else shared(row, here)
            if len(symbols) == 1 and not stack:
                arcs, ways = row[symbols[0]], here[symbols[0]]
                end: int = place + ways[0][0]
                if len(arcs) == len(ways) == 1 and end <= limit:
                    # Without a choice no other way can lead to the same state and place.
                    _, state, slot = arcs[0]
                    if slot:
                        kept = (slot, place, end, ways[0][1], kept)
                    place = end
                    continue
            if symbols:
                stack += follow(row, symbols, here, place, limit, kept)
        while stack:
            state, place, kept = stack.pop()
            at = place * len(states) + state
            if at not in seen:
                seen.add(at)
                break
        else:
            break
    return (best, *_slots(best_kept)) if best >= 0 else None


def shared(one: dict[str, Any], other: dict[str, Any]) -> Sequence[str]:
    """The symbols that both have: what a state can take and what stands at a place."""
    if len(one) > len(other):
        one, other = other, one
    return [symbol for symbol in one if symbol in other]


def match_step(automaton: Automaton, ways: Sequence[Edge], place: int, limit: int) -> Match | None:
    """As :func:`match_at` along the edges of a place, for an automaton of one step."""
    ((_, _, slot), *_), *_ = automaton.states[0][1].values()
    for way in ways:
        end: int = place + way[0]
        if end <= limit:
            return (end, *_slots((slot, place, end, way[1], None) if slot else None))
    return None


def follow(
    row: dict[str, list[Arc]], symbols: Iterable[str], here: Edges, place: int, limit: int, kept: Kept
) -> list[Way]:
    """Where the transitions of a state over ``symbols`` lead from ``place``, least preferred first."""
    found: list[tuple[int, int, int, Kept]] = []
    for symbol in symbols:
        for order, target, slot in row[symbol]:
            for way in reversed(here[symbol]):
                end: int = place + way[0]
                if end <= limit:
                    found.append((-order, end, target, (slot, place, end, way[1], kept) if slot else kept))
    if len(found) > 1:
        found.sort(key=_preference)
    return [(target, end, kept) for _, end, target, kept in found]


_preference = itemgetter(0, 1)


def _slots(kept: Kept) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
    slots: dict[str, Any] = {}
    spans: dict[str, tuple[int, int]] = {}
    while kept:
        slot, start, end, value, kept = kept
        slots[slot] = value["value"] if isinstance(value, dict) and "value" in value else value
        spans[slot] = (start, end)
    return slots, spans

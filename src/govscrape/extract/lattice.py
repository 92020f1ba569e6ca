"""Mentions over tokens, and the matching of one automaton at one place: linear in the text, never backtracking."""

import re
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from govscrape.rules.compile import Arc, Automaton
from govscrape.text.numbers import parse_int, parse_number
from govscrape.text.tokens import Tokens

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


Edge: TypeAlias = tuple[int, Any]
"""Where it ends, and what a slot gets from it."""


@dataclass
class Lattice:
    """The tokens of a text with every mention that starts at each of them.

    ``edges`` is what automata walk on: per token, by symbol (see :attr:`govscrape.rules.compile.Step.symbol`), what
    can be taken there: the word itself, the built-in types it is, and mentions, longer ones first. ``places`` tells
    where a symbol stands.
    """

    tokens: Tokens
    at: dict[int, dict[str, list[Mention]]] = field(default_factory=dict)
    edges: list[dict[str, list[Edge]]] = field(init=False)
    places: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.edges = [_own_edges(self.tokens, place) for place in range(len(self.tokens))]
        self.places = {}
        for place, edges in enumerate(self.edges):
            for symbol in edges:
                self.places.setdefault(symbol, []).append(place)

    def add(self, mentions: Iterable[Mention]) -> None:
        """Takes mentions in; at one place longer ones come first."""
        for mention in mentions:
            here = self.at.setdefault(mention.start, {})
            same = here.get(mention.type)
            if same is None:
                here[mention.type] = [mention]
                self.edges[mention.start][mention.type] = [(mention.end, mention.slots)]
                insort(self.places.setdefault(mention.type, []), mention.start)
                continue
            same.append(mention)
            same.sort(key=lambda other: -other.end)
            self.edges[mention.start][mention.type] = [(other.end, other.slots) for other in same]

    def all(self, type_: str) -> Iterator[Mention]:
        """Every mention of a type, in the order of the text, longer ones first, overlapping ones too."""
        for place in self.places.get(type_, ()):
            yield from self.at[place].get(type_, ())

    def built_in(self, type_: str, place: int) -> Any:
        """The value of the token at ``place`` as a built-in type, or None when it is none."""
        return next((value for _, value in self.edges[place].get(type_, ())), None)


def _own_edges(tokens: Tokens, place: int) -> dict[str, list[Edge]]:
    """The edges that a token has by itself."""
    word, end = tokens.words[place], place + 1
    edges: dict[str, list[Edge]] = {f"={word}": [(end, None)], "any": [(end, None)]}
    if word[0].isdigit():
        number = parse_number(word)
        if number is not None:
            edges["num"] = [(end, number)]
            if "," in word or ("." in word and number % 1 != 0):
                edges["dec"] = [(end, number)]
        if _DOTTED_DAY.fullmatch(word):
            edges["dotted"] = [(end, word)]
        if word.isdigit():
            edges["int"] = [(end, parse_int(word))]
    elif word[0].isalpha():
        raw = tokens.text[tokens.starts[place] : tokens.ends[place]]
        edges["word"] = [(end, raw)]
        if raw[0].isupper():
            edges["cap"] = [(end, raw)]
            if raw.isupper():
                edges["upper"] = [(end, raw)]
    return edges


Kept: TypeAlias = tuple[str, int, int, Any, Any] | None
Match: TypeAlias = tuple[int, dict[str, Any], dict[str, tuple[int, int]]]


def match_at(automaton: Automaton, lattice: Lattice, start: int, limit: int) -> Match | None:
    """The preferred match of ``automaton`` from token ``start`` that ends at or before ``limit``: (end, slots, spans).

    Each (state, place) is entered once, so the work is bounded by states × tokens of the window.
    """
    accepts, arcs, edges = automaton.accepts, automaton.arcs, lattice.edges
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[int, int, Kept]] = [(0, start, None)]
    while stack:
        state, place, kept = stack.pop()
        if state < 0:
            return (place, *_slots(kept))
        if (state, place) in seen:
            continue
        seen.add((state, place))
        if state in accepts:
            stack.append((-1, place, kept))
        if place < limit:
            stack.extend(follow(arcs[state], edges[place], place, limit, kept))
    return None


def follow(
    arcs: Mapping[str, list[Arc]], edges: Mapping[str, list[Edge]], place: int, limit: int, kept: Kept
) -> list[tuple[int, int, Kept]]:
    """Where the transitions of a state lead along the edges of ``place``, least preferred first."""
    found: list[tuple[int, int, int, Kept]] = []
    for symbol in arcs.keys() & edges.keys():
        for order, target, slot in arcs[symbol]:
            for end, value in reversed(edges[symbol]):
                if end <= limit:
                    found.append((order, target, end, (slot, place, end, value, kept) if slot else kept))
    if len(found) == 1:
        return [found[0][1:]]
    found.sort(key=lambda way: (-way[0], way[2]))
    return [way[1:] for way in found]


def _slots(kept: Kept) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
    slots: dict[str, Any] = {}
    spans: dict[str, tuple[int, int]] = {}
    while kept:
        slot, start, end, value, kept = kept
        slots[slot] = value["value"] if isinstance(value, Mapping) and "value" in value else value
        spans[slot] = (start, end)
    return slots, spans

"""Mentions over tokens, and the matching of one automaton at one place: linear in the text, never backtracking."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from govscrape.rules.compile import Automaton, Step
from govscrape.text.numbers import parse_int, parse_number
from govscrape.text.tokens import Tokens


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """A typed span of tokens [start, end). ``slots`` are its values, ``spans`` the tokens each slot came from."""

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


@dataclass
class Lattice:
    """The tokens of a text with every mention that starts at each of them."""

    tokens: Tokens
    at: dict[int, dict[str, list[Mention]]] = field(default_factory=dict)

    def add(self, mentions: Iterable[Mention]) -> None:
        """Takes mentions in; at one place longer ones come first."""
        for mention in mentions:
            same = self.at.setdefault(mention.start, {}).setdefault(mention.type, [])
            same.append(mention)
            same.sort(key=lambda other: -other.end)

    def all(self, type_: str) -> Iterator[Mention]:
        """Every mention of a type, in the order of the text, longer ones first, overlapping ones too."""
        for place in sorted(self.at):
            yield from self.at[place].get(type_, ())

    def built_in(self, type_: str, place: int) -> Any:
        """The value of the token at ``place`` as a built-in type, or None when it is none."""
        word = self.tokens.words[place]
        if type_ == "int":
            return parse_int(word) if word.isdigit() else None
        if type_ == "num":
            return parse_number(word) if word[0].isdigit() else None
        if type_ == "dec":
            return _decimal(word)
        if not word[0].isalpha():
            return None
        raw = self.tokens.text[self.tokens.starts[place] : self.tokens.ends[place]]
        if type_ == "word" or (type_ == "cap" and raw[0].isupper()) or (type_ == "upper" and raw.isupper()):
            return raw
        return None


def _decimal(word: str) -> float | None:
    """A number written with a decimal part; "1.234" is none, "7,0" is one."""
    value = parse_number(word) if word[0].isdigit() else None
    written = value is not None and ("," in word or ("." in word and value % 1 != 0))
    return value if written else None


Kept: TypeAlias = tuple[str, int, int, Any, Any] | None

_BUILT_IN = frozenset({"int", "num", "dec", "word", "cap", "upper"})


def match_at(
    automaton: Automaton, lattice: Lattice, start: int, limit: int
) -> tuple[int, dict[str, Any], dict[str, tuple[int, int]]] | None:
    """The preferred match of ``automaton`` from token ``start`` that ends at or before ``limit``: (end, slots, spans).

    Each (state, place) is entered once, so the work is bounded by states × tokens of the window.
    """
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[int, int, Kept]] = [(0, start, None)]
    while stack:
        state, place, kept = stack.pop()
        if state < 0:
            return (place, *_slots(kept))
        if (state, place) in seen:
            continue
        seen.add((state, place))
        if state in automaton.accepts:
            stack.append((-1, place, kept))
        if place < limit:
            for step in reversed(automaton.steps[state]):
                stack.extend(follow(step, lattice, place, limit, kept))
    return None


def follow(step: Step, lattice: Lattice, place: int, limit: int, kept: Kept) -> list[tuple[int, int, Kept]]:
    """Where ``step`` leads from ``place``, least preferred first."""
    if step.kind == "word":
        return [(step.target, place + 1, kept)] if lattice.tokens.words[place] == step.value else []
    if step.kind == "any":
        return [(step.target, place + 1, (step.slot, place, place + 1, None, kept) if step.slot else kept)]
    if step.value in _BUILT_IN:
        value = lattice.built_in(step.value, place)
        if value is None:
            return []
        return [(step.target, place + 1, (step.slot, place, place + 1, value, kept) if step.slot else kept)]
    mentions = lattice.at.get(place, {}).get(step.value, ())
    return [
        (step.target, mention.end, (step.slot, place, mention.end, mention.slots, kept) if step.slot else kept)
        for mention in reversed(mentions)
        if mention.end <= limit
    ]


def _slots(kept: Kept) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
    slots: dict[str, Any] = {}
    spans: dict[str, tuple[int, int]] = {}
    while kept:
        slot, start, end, value, kept = kept
        slots[slot] = value["value"] if isinstance(value, Mapping) and "value" in value else value
        spans[slot] = (start, end)
    return slots, spans

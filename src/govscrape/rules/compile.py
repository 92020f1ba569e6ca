"""Patterns over words and mentions, compiled to automata that match in linear time.

Grammar::

    pattern   = sequence { "|" sequence }
    sequence  = { element [ "?" | "*" | "+" ] }
    element   = word | 'quoted signs' | @type | {type} | {slot:type} | ~N | "(" pattern ")"

A word matches one token, in any case and either tone placement. ``@type`` and ``{type}`` match a mention
(a lexicon class, a gazetteer, or what another rule finds), ``{slot:type}`` also keeps it. ``~N`` is a gap of up
to N tokens, as short as it can be. Otherwise the first alternative that leads to a match wins and ``?``, ``*``, ``+``
take what they can, as in any regular expression. ``*`` and ``+`` repeat at most :data:`REPEAT` times.

Built-in types: ``int`` (digits only), ``num`` (any number), ``dec`` (with a decimal part), ``dotted`` (a day
with dots), ``word``, ``cap`` (starts with a capital), ``upper`` (all capitals), ``any``.
"""

import re
from dataclasses import dataclass, field

from govscrape.errors import RuleError
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise

MOST_NEEDED = 4  # a longer choice costs more to look for than it saves
EVERYWHERE = frozenset({"any", "word"})
"""The built-in types that nearly every token is: where they stand is not worth listing."""
REPEAT = 12
_LEX = re.compile(
    r"""\s*(?:
        '(?P<quoted>[^']+)'
      | \{(?P<slot>[a-z_][a-z0-9_]*):(?P<type>[a-z0-9_]+)\}
      | [{@](?P<only>[a-z0-9_]+)\}?
      | ~(?P<gap>\d+)
      | (?P<op>[()|?*+])
      | (?P<word>[^\s'{}@~()|?*+]+)
    )""",
    re.VERBOSE,
)


Arc = tuple[int, int, str | None]
"""Order of preference, target state, and the slot that keeps what is met."""
Row = dict[str, list[Arc]]
"""The transitions of a state by symbol: what must stand at a place, a type's name, or a word behind "="."""
State = tuple[bool, Row, tuple[str] | None]
"""Whether it accepts; its transitions; their symbol, where all have the same."""


@dataclass(slots=True)
class Automaton:
    """The states of a pattern; the first is the start.

    Worked out beforehand, to try it only where it can match: ``second`` is, for each symbol that can begin a match, the
    symbols that can follow it, None where one is enough. Of each of ``needed`` a match has at least one symbol.
    ``one_step``: each match is one transition, and it does not matter which: there is one, or none has a slot.
    """

    states: list[State]
    second: dict[str, frozenset[str] | None] = field(init=False)
    needed: list[tuple[str, ...]] = field(init=False)
    one_step: bool = field(init=False)

    def __post_init__(self) -> None:
        self.second, self.needed = self._second(), self._needed()
        first = [arc for arcs in self.states[0][1].values() for arc in arcs]
        self.one_step = not any(self.states[target][1] for _, target, _ in first) and (
            len(first) == 1 or not self.slots
        )

    @property
    def symbols(self) -> frozenset[str]:
        """Whatever it can take."""
        return frozenset(symbol for _, row, _ in self.states for symbol in row)

    @property
    def types(self) -> frozenset[str]:
        """The mention types that the pattern uses."""
        return frozenset(symbol for symbol in self.symbols if symbol[0] != "=" and symbol != "any")

    @property
    def words(self) -> frozenset[str]:
        """The words that the pattern uses."""
        return frozenset(symbol[1:] for symbol in self.symbols if symbol[0] == "=")

    @property
    def slots(self) -> frozenset[str]:
        """The slots that the pattern can fill."""
        return frozenset(slot for _, row, _ in self.states for arcs in row.values() for _, _, slot in arcs if slot)

    def _second(self) -> dict[str, frozenset[str] | None]:
        out: dict[str, frozenset[str] | None] = {}
        for symbol, arcs in self.states[0][1].items():
            after = [self.states[target] for _, target, _ in arcs]
            ends = any(accepting for accepting, _, _ in after)
            out[symbol] = None if ends else frozenset().union(*(row for _, row, _ in after))
        return out

    def _needed(self) -> list[tuple[str, ...]]:
        """Single symbols, and choices that stand at one state, fewest first; not those that stand everywhere."""
        rows = {frozenset(row) for _, row, _ in self.states[1:] if 0 < len(row) <= MOST_NEEDED}
        sets = sorted(
            (rows | {frozenset({symbol}) for symbol in self.symbols}), key=lambda one: (len(one), sorted(one))
        )
        found: list[frozenset[str]] = []
        for one in sets:
            if EVERYWHERE.isdisjoint(one) and not any(known <= one for known in found) and not self._ends_without(one):
                found.append(one)
        return [tuple(sorted(one)) for one in found]

    def _ends_without(self, symbols: frozenset[str]) -> bool:
        seen, stack = {0}, [0]
        while stack:
            row = self.states[stack.pop()][1]
            targets = {target for other, arcs in row.items() if other not in symbols for _, target, _ in arcs}
            if any(self.states[target][0] for target in targets):
                return True
            stack.extend(targets - seen)
            seen |= targets
        return False


_Step = tuple[str, int, str | None]
"""A transition in the making: symbol, target, slot."""


class _Builder:
    """Thompson's construction; ``epsilon`` edges are folded away at the end, keeping their order of preference."""

    def __init__(self) -> None:
        self.edges: list[list[_Step]] = []
        self.epsilon: list[list[int]] = []

    def state(self) -> int:
        self.edges.append([])
        self.epsilon.append([])
        return len(self.edges) - 1

    def closure(self, start: int) -> list[int]:
        seen: dict[int, None] = {}
        stack = [start]
        while stack:
            state = stack.pop()
            if state not in seen:
                seen[state] = None
                stack.extend(reversed(self.epsilon[state]))
        return list(seen)


class _Parser:
    def __init__(self, pattern: str, where: str) -> None:
        self.pattern, self.where = pattern, where
        self.items = self._lex(pattern)
        self.at = 0
        self.builder = _Builder()

    def _lex(self, pattern: str) -> list[tuple[str, str, str | None]]:
        items: list[tuple[str, str, str | None]] = []
        place = 0
        pattern = pattern.rstrip()
        while place < len(pattern):
            match = _LEX.match(pattern, place)
            if not match:
                raise RuleError(f"pattern {self.pattern!r}: cannot read {pattern[place:]!r}", self.where)
            place = match.end()
            if match["op"]:
                items.append(("op", match["op"], None))
            elif match["gap"]:
                items.append(("gap", match["gap"], None))
            elif match["only"]:
                items.append(("type", match["only"], None))
            elif match["type"]:
                items.append(("type", match["type"], match["slot"]))
            else:
                words = tokenise(normalise(match["quoted"] or match["word"]).text).words
                items.append(("op", "(", None))
                items.extend(("word", word, None) for word in words)
                items.append(("op", ")", None))
        return items

    def peek(self) -> str | None:
        return self.items[self.at][1] if self.at < len(self.items) and self.items[self.at][0] == "op" else None

    def alternatives(self, start: int) -> int:
        end = self.builder.state()
        while True:
            branch = self.builder.state()
            self.builder.epsilon[start].append(branch)
            self.builder.epsilon[self.sequence(branch)].append(end)
            if self.peek() != "|":
                return end
            self.at += 1

    def sequence(self, start: int) -> int:
        here = start
        while self.at < len(self.items) and self.peek() not in ("|", ")"):
            here = self.repeated(here)
        return here

    def repeated(self, start: int) -> int:
        begin = self.at
        end = self.element(start)
        sign = self.peek()
        if sign not in ("?", "*", "+"):
            return end
        after = self.at + 1
        exits = [start] if sign in ("?", "*") else []
        exits.append(end)
        for _ in range(REPEAT - 1 if sign in ("*", "+") else 0):
            self.at = begin
            end = self.element(end)
            exits.append(end)
        self.at = after
        out = self.builder.state()
        for state in exits:
            self.builder.epsilon[state].append(out)
        return out

    def element(self, start: int) -> int:
        if self.at >= len(self.items):
            raise RuleError(f"pattern {self.pattern!r} ends too early", self.where)
        kind, value, slot = self.items[self.at]
        self.at += 1
        if kind == "op":
            if value != "(":
                raise RuleError(f"pattern {self.pattern!r}: {value!r} has nothing before it", self.where)
            end = self.alternatives(start)
            if self.peek() != ")":
                raise RuleError(f"pattern {self.pattern!r}: a bracket is not closed", self.where)
            self.at += 1
            return end
        if kind == "gap":
            return self.gap(start, int(value))
        end = self.builder.state()
        self.builder.edges[start].append((f"={value}" if kind == "word" else value, end, slot))
        return end

    def gap(self, start: int, length: int) -> int:
        out = self.builder.state()
        for _ in range(length):
            gap, following = self.builder.state(), self.builder.state()
            self.builder.epsilon[start].extend((out, gap))
            self.builder.edges[gap].append(("any", following, None))
            start = following
        self.builder.epsilon[start].append(out)
        return out


def compile_pattern(pattern: str, where: str = "pattern") -> Automaton:
    """The automaton of ``pattern``. Raises RuleError on bad syntax and on a pattern that matches nothing at all."""
    parser = _Parser(pattern, where)
    start = parser.builder.state()
    end = parser.alternatives(start)
    if parser.at < len(parser.items):
        raise RuleError(f"pattern {pattern!r}: a bracket closes what was never opened", where)
    automaton = _fold(parser.builder, start, end)
    accepts_nothing, first, _ = automaton.states[0]
    if accepts_nothing:
        raise RuleError(f"pattern {pattern!r} matches the empty text", where)
    if not EVERYWHERE.isdisjoint(first):
        raise RuleError(f"pattern {pattern!r} may not begin with a gap or any word", where)
    return automaton


def _fold(builder: _Builder, start: int, end: int) -> Automaton:
    """Without epsilon edges, states renumbered in the order they are reached."""
    numbers = {start: 0}
    order = [start]
    states: list[State] = []
    for state in order:
        closure = builder.closure(state)
        row: Row = {}
        for turn, (symbol, target, slot) in enumerate(step for member in closure for step in builder.edges[member]):
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
            arc = (turn, numbers[target], slot)
            row.setdefault(symbol, []).append(_ARCS.setdefault(arc, arc))
        states.append((end in closure, row, (next(iter(row)),) if len(row) == 1 else None))
    return Automaton(states)


_ARCS: dict[Arc, Arc] = {}  # one object for all that are equal: half of what is kept between runs

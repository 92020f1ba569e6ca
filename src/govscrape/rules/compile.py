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
from functools import cached_property

from govscrape.errors import RuleError
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise

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


@dataclass(frozen=True)
class Step:
    """One transition: a word or a mention type; ``slot`` keeps what it meets."""

    kind: str  # "word" | "type" | "any"
    value: str
    target: int
    slot: str | None = None

    @property
    def symbol(self) -> str:
        """What must stand at a place for this step: a type's name, or a word behind "="."""
        return f"={self.value}" if self.kind == "word" else self.value


Arc = tuple[int, int, str | None]
"""Order of preference, target state, slot."""
State = tuple[bool, dict[str, list[Arc]], tuple[str] | None]
"""Whether it accepts; its transitions by symbol; the symbol, where all have the same."""


@dataclass
class Automaton:
    """States as lists of transitions in order of preference; ``accepts`` are the final states; state 0 is the start."""

    steps: list[list[Step]] = field(default_factory=list)
    accepts: set[int] = field(default_factory=set)

    @property
    def types(self) -> frozenset[str]:
        """The mention types that the pattern uses."""
        return frozenset(step.value for state in self.steps for step in state if step.kind == "type")

    @property
    def words(self) -> frozenset[str]:
        """The words that the pattern uses."""
        return frozenset(step.value for state in self.steps for step in state if step.kind == "word")

    @property
    def slots(self) -> frozenset[str]:
        """The slots that the pattern can fill."""
        return frozenset(step.slot for state in self.steps for step in state if step.slot)

    @cached_property
    def arcs(self) -> list[dict[str, list[Arc]]]:
        """Per state its transitions by :attr:`Step.symbol`."""
        table: list[dict[str, list[Arc]]] = []
        for state in self.steps:
            row: dict[str, list[Arc]] = {}
            for order, step in enumerate(state):
                row.setdefault(step.symbol, []).append((order, step.target, step.slot))
            table.append(row)
        return table

    @cached_property
    def states(self) -> list[State]:
        """Per state whether it accepts, its transitions, and their symbol where all have the same."""
        return [
            (number in self.accepts, row, (next(iter(row)),) if len(row) == 1 else None)
            for number, row in enumerate(self.arcs)
        ]

    @cached_property
    def one_step(self) -> bool:
        """Whether each match is one transition, and it does not matter which: there is one, or none has a slot."""
        steps = self.steps[0]
        return not any(self.steps[step.target] for step in steps) and (len(steps) == 1 or not self.slots)

    @cached_property
    def second(self) -> dict[str, frozenset[str] | None]:
        """For each symbol that can begin a match, the symbols that can follow it; None where one is enough."""
        out: dict[str, frozenset[str] | None] = {}
        for symbol, arcs in self.arcs[0].items():
            targets = {target for _, target, _ in arcs}
            ends = not self.accepts.isdisjoint(targets)
            out[symbol] = None if ends else frozenset().union(*(self.arcs[target] for target in targets))
        return out

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The symbols without any one of which no match is possible, but those that stand everywhere."""
        symbols = {symbol for row in self.arcs for symbol in row} - EVERYWHERE
        return tuple(sorted(symbol for symbol in symbols if not self._ends_without(symbol)))

    def _ends_without(self, symbol: str) -> bool:
        seen, stack = {0}, [0]
        while stack:
            row = self.arcs[stack.pop()]
            targets = {target for other, arcs in row.items() if other != symbol for _, target, _ in arcs}
            if not self.accepts.isdisjoint(targets):
                return True
            stack.extend(targets - seen)
            seen |= targets
        return False


class _Builder:
    """Thompson's construction; ``epsilon`` edges are folded away at the end, keeping their order of preference."""

    def __init__(self) -> None:
        self.edges: list[list[Step]] = []
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
        self.builder.edges[start].append(Step("any" if value == "any" else kind, value, end, slot))
        return end

    def gap(self, start: int, length: int) -> int:
        out = self.builder.state()
        for _ in range(length):
            gap, following = self.builder.state(), self.builder.state()
            self.builder.epsilon[start].extend((out, gap))
            self.builder.edges[gap].append(Step("any", "any", following))
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
    if 0 in automaton.accepts:
        raise RuleError(f"pattern {pattern!r} matches the empty text", where)
    if not EVERYWHERE.isdisjoint(step.symbol for step in automaton.steps[0]):
        raise RuleError(f"pattern {pattern!r} may not begin with a gap or any word", where)
    return automaton


def _fold(builder: _Builder, start: int, end: int) -> Automaton:
    """Without epsilon edges, states renumbered in the order they are reached."""
    numbers = {start: 0}
    order = [start]
    automaton = Automaton()
    for state in order:
        closure = builder.closure(state)
        steps: list[Step] = []
        for member in closure:
            for step in builder.edges[member]:
                if step.target not in numbers:
                    numbers[step.target] = len(order)
                    order.append(step.target)
                steps.append(Step(step.kind, step.value, numbers[step.target], step.slot))
        automaton.steps.append(steps)
        if end in closure:
            automaton.accepts.add(numbers[state])
    return automaton

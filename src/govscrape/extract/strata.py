"""The rules of one step, tried where their first symbols stand, and only where the rest of a match can stand too."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import ge, gt, le, lt, ne
from typing import Any

from govscrape.extract.lattice import Edge, Lattice, Match, match_at, match_step, shared
from govscrape.rules.compile import Automaton
from govscrape.rules.ruleset import CompiledRule
from govscrape.rules.schema import CONDITION

_COMPARE = {"<=": le, ">=": ge, "<": lt, ">": gt, "!=": ne}


@dataclass(slots=True, eq=False)
class _Job:
    """One pattern of a rule, to be tried where its first symbol stands; ``order`` counts rules, ``turn`` patterns."""

    within: str
    order: int
    turn: int
    automaton: Automaton
    one_step: bool
    holds: Callable[[dict[str, Any]], bool] | None
    needed: list[tuple[str, ...]]


@dataclass
class _Starts:
    """The patterns that can begin with a symbol: those that it ends, and by the symbol that must follow."""

    alone: list[_Job] = field(default_factory=list)
    then: dict[str, list[_Job]] = field(default_factory=dict)
    _after: dict[tuple[str, ...], list[_Job]] = field(default_factory=dict)

    def due(self, symbol: str, lattice: Lattice) -> Iterator[tuple[int, Sequence[Edge], list[_Job]]]:
        """The places where the symbol stands, its edges there, and the patterns to be tried.

        Most are given up here: their second symbol does not stand where an edge ends.
        """
        edges, alone, then = lattice.edges, self.alone, self.then
        if not then:
            for place in lattice.places[symbol]:
                yield place, edges[place][symbol], alone
            return
        size = len(edges)
        for place in lattice.places[symbol]:
            ways = edges[place][symbol]
            found: Sequence[str] = ()
            for way in ways:
                after: int = place + way[0]
                if after < size:
                    here = shared(then, edges[after])
                    found = [*found, *here] if found else here
            if found:
                yield place, ways, self._going_on(tuple(found))
            elif alone:
                yield place, ways, alone

    def _going_on(self, symbols: tuple[str, ...]) -> list[_Job]:
        """The patterns that end at once or go on with one of ``symbols``."""
        jobs = self._after.get(symbols)
        if jobs is None:
            after = (self.then[symbol] for symbol in symbols)
            jobs = self._after[symbols] = list(dict.fromkeys(chain(self.alone, *after)))
        return jobs


class Stratum:
    """Rules of one step, found by the symbols that their patterns can begin with."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.starts: dict[str, _Starts] = {}
        ordered = sorted(rules, key=lambda compiled: compiled.rule.id)
        self.rules = [compiled.rule for compiled in ordered]
        for order, compiled in enumerate(ordered):
            check = _condition(compiled)
            for turn, automaton in enumerate(compiled.automata):
                for symbol, second in automaton.second.items():
                    needed = [choice for choice in automaton.needed if symbol not in choice]
                    job = _Job(compiled.rule.within, order, turn, automaton, automaton.one_step, check, needed)
                    starts = self.starts.setdefault(symbol, _Starts())
                    if second is None:
                        starts.alone.append(job)
                    else:
                        for other in second:
                            starts.then.setdefault(other, []).append(job)

    def find(self, lattice: Lattice, limits: dict[str, list[int]]) -> dict[str, list[tuple[int, Edge]]]:
        """Per type, in order of rule and place, where it starts and its edge: the longest match of each rule there.

        Of equally long ones that of the pattern which stands first in the rule.
        """
        best: dict[int, dict[int, tuple[int, int, Match]]] = {}
        for symbol in self.starts.keys() & lattice.places.keys():
            for place, ways, jobs in self.starts[symbol].due(symbol, lattice):
                for job in jobs:
                    limit = limits[job.within][place]
                    if job.needed and not _has(job.needed, lattice, place, limit):
                        continue
                    if job.one_step:
                        found = match_step(job.automaton, ways, place, limit)
                    else:
                        found = match_at(job.automaton, lattice, place, limit)
                    if found is None or (job.holds and not job.holds(found[1])):
                        continue
                    of_rule = best.setdefault(job.order, {})
                    known = of_rule.get(place)
                    if known is None or (found[0], -job.turn) > known[:2]:
                        of_rule[place] = found[0], -job.turn, found
        by_type: dict[str, list[tuple[int, Edge]]] = {}
        for order in sorted(best):
            rule, of_rule = self.rules[order], best[order]
            into = by_type.setdefault(rule.finds, [])
            for place in sorted(of_rule):
                end, slots, spans = of_rule[place][2]
                into.append((place, (end - place, {**rule.gives, **slots} if rule.gives else slots, spans, rule.id)))
        return by_type


def _has(needed: Sequence[tuple[str, ...]], lattice: Lattice, start: int, limit: int) -> bool:
    """Whether of each of ``needed`` a symbol stands somewhere in [start, limit)."""
    listed = lattice.places
    for choice in needed:
        for symbol in choice:
            places = listed.get(symbol)
            if places is not None:
                nearest = bisect_left(places, start)
                if nearest < len(places) and places[nearest] < limit:
                    break
        else:
            return False
    return True


def _condition(compiled: CompiledRule) -> Callable[[dict[str, Any]], bool] | None:
    """The ``where`` of a rule as one test, None without any; a slot that was not filled is not tested."""
    tests = [_test(slot, condition) for slot, condition in compiled.rule.where.items()]
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda slots: all(test(slots) for test in tests)


def _test(slot: str, condition: str) -> Callable[[dict[str, Any]], bool]:
    match = CONDITION.match(condition)
    if match is None:
        raise ValueError(condition)  # the loader has refused these
    if match["op"]:
        compare, other = _COMPARE[match["op"]], match["slot"]
        return lambda slots: (
            slots.get(slot) is None or slots.get(other) is None or bool(compare(slots[slot], slots[other]))
        )
    if match["any"]:
        allowed = frozenset(match["any"].split("|"))
        name, _, attribute = slot.partition(".")
        if attribute:
            return lambda slots: slots.get(name) is None or slots[name].get(attribute) in allowed
        return lambda slots: slots.get(slot) is None or str(slots[slot]).lower() in allowed
    low, high = float(match["low"] or "-inf"), float(match["high"] or "inf")
    return lambda slots: not isinstance(slots.get(slot), (int, float)) or low <= slots[slot] <= high

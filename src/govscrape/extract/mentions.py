"""Finds every mention of a text: lexicon and gazetteers in one pass of Aho–Corasick, then the rules, step by step."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import ge, gt, le, lt, ne
from typing import Any, TypeAlias

from ahocorasick_rs import AhoCorasick, MatchKind

from govscrape.extract.lattice import Edge, Lattice, Mention, match_at
from govscrape.rules.compile import Automaton
from govscrape.rules.ruleset import CompiledRule, RuleSet
from govscrape.rules.schema import CONDITION
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise
from govscrape.text.tokens import Tokens, tokenise

_COMPARE = {"<=": le, ">=": ge, "<": lt, ">": gt, "!=": ne}
CUE = "cue:"
"""Before a cue's id: the type of its phrases; with ``:end`` of its terminators, with ``:not`` of mere look-alikes."""


@dataclass(frozen=True)
class Window:
    """Token ranges [start, end) that bound matches, by the name of the scope."""

    scopes: dict[str, list[tuple[int, int]]]

    def limits(self, scope: str, size: int) -> list[int]:
        """For each token the end of the unit of ``scope`` that holds it; a token in none ends itself."""
        out = list(range(1, size + 1))
        for start, end in self.scopes.get(scope, [(0, size)]) if scope != "body" else [(0, size)]:
            out[start:end] = [end] * (end - start)
        return out


class _Phrases:
    """Phrases matched on whole tokens: both text and phrases are words joined by single spaces."""

    def __init__(self, phrases: Sequence[tuple[str, str, Any]]) -> None:
        self.values = [(type_, slots) for _, type_, slots in phrases]
        self.keys = [f" {phrase} " for phrase, _, _ in phrases]
        self.automaton = AhoCorasick(self.keys, matchkind=MatchKind.Standard) if phrases else None

    def find(self, words: Sequence[str]) -> list[Mention]:
        if not self.automaton:
            return []
        places: dict[int, int] = {}
        offset = 0
        for place, word in enumerate(words):
            places[offset] = place
            offset += len(word) + 1
        places[offset] = len(words)
        found = self.automaton.find_matches_as_indexes(f" {' '.join(words)} ", overlapping=True)
        out = []
        for which, start, end in found:
            type_, slots = self.values[which]
            out.append(Mention(type_, places[start], places[end - 1], slots))
        return out


@dataclass
class Reading:
    """A text as read: its lattice, and per type the mentions that hold, settled when they are first asked for."""

    tokens: Tokens
    lattice: Lattice
    window: Window
    layers: Mapping[str, str]
    overrides: Mapping[str, frozenset[str]]
    _settled: dict[str, list[Mention]] = field(default_factory=dict)

    def mentions(self, *types: str) -> list[Mention]:
        """The settled mentions of these types in the order of the text."""
        if len(types) == 1:
            return self._of(types[0])
        found = [mention for type_ in types for mention in self._of(type_)]
        return sorted(found, key=lambda mention: (mention.start, -mention.end))

    def types(self) -> list[str]:
        """Every type of which the text has a mention."""
        return sorted({type_ for here in self.lattice.at.values() for type_ in here})

    def raw(self, mention: Mention) -> str:
        """The words of a mention as (normalised) text."""
        return self.tokens.raw(mention.start, mention.end)

    def _of(self, type_: str) -> list[Mention]:
        if type_ not in self._settled:
            layer = self.layers.get(type_)
            rivals = [name for name, other in self.layers.items() if other == layer] if layer else [type_]
            self._settled.update({name: [] for name in rivals})
            pool = (mention for name in rivals for mention in self.lattice.all(name))
            for mention in settle(pool, self.overrides):
                self._settled[mention.type].append(mention)
        return self._settled[type_]


class Recogniser:
    """All rules of a set, ready to read texts. Holds no state between texts."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        exact: list[tuple[str, str, Any]] = []
        folded: list[tuple[str, str, Any]] = []
        self.proper = frozenset(entry.type for entry in ruleset.entries if entry.proper)
        for entry in ruleset.entries:
            key = " ".join(tokenise(normalise(entry.phrase).text).words)
            (folded if entry.fold else exact).append((fold(key) if entry.fold else key, entry.type, entry.slots))
        for cue in ruleset.cues:
            for phrases, suffix in ((cue.phrases, ""), (cue.terminators, ":end"), (cue.pseudo, ":not")):
                exact.extend(
                    (" ".join(tokenise(normalise(phrase).text).words), f"{CUE}{cue.id}{suffix}", {})
                    for phrase in phrases
                )
        self.exact, self.folded = _Phrases(exact), _Phrases(folded)
        self.strata = [_Stratum(step) for step in ruleset.strata]
        self.layers = {compiled.rule.finds: compiled.rule.layer for compiled in ruleset.rules if compiled.rule.layer}
        self.overrides = {
            compiled.rule.id: frozenset(compiled.rule.overrides)
            for compiled in ruleset.rules
            if compiled.rule.overrides
        }

    def read(self, tokens: Tokens, window: Window) -> Reading:
        """Every mention of the text. ``window`` holds the token ranges of its clauses, sentences and paragraphs."""
        lattice = Lattice(tokens)
        lattice.add(m for m in self.exact.find(tokens.words) if m.type not in self.proper or _capitalised(tokens, m))
        lattice.add(self.folded.find([fold(word) for word in tokens.words]))
        limits = {scope: window.limits(scope, len(tokens)) for scope in ("clause", "sentence", "paragraph", "body")}
        for stratum in self.strata:
            lattice.add(stratum.find(lattice, limits))
        return Reading(tokens, lattice, window, self.layers, self.overrides)


def _capitalised(tokens: Tokens, mention: Mention) -> bool:
    return all(tokens.text[tokens.starts[place]].isupper() for place in (mention.start, mention.end - 1))


def settle(mentions: Iterable[Mention], overrides: Mapping[str, frozenset[str]]) -> list[Mention]:
    """Of overlapping mentions those that win: the longest, then the overriding one, then the earlier, then by id."""
    pool = sorted(mentions, key=lambda mention: mention.start)
    lost = _overridden(pool, overrides)
    taken: list[Mention] = []
    busy: set[int] = set()
    for mention in sorted(pool, key=lambda m: (-m.length, m.start, m.rule or "")):
        if id(mention) not in lost and busy.isdisjoint(range(mention.start, mention.end)):
            taken.append(mention)
            busy.update(range(mention.start, mention.end))
    return sorted(taken, key=lambda m: m.start)


def _overridden(pool: Sequence[Mention], overrides: Mapping[str, frozenset[str]]) -> set[int]:
    """The ids of mentions that give way to another rule's, no shorter, over the same tokens; ``pool`` in text order."""
    starts = [mention.start for mention in pool]
    lost: set[int] = set()
    for mention in pool:
        weaker = overrides.get(mention.rule or "")
        if weaker is None:
            continue
        # What it can beat is no longer than itself, so begins less than its own length before it.
        first, last = bisect_left(starts, mention.start - mention.length), bisect_left(starts, mention.end)
        for other in pool[first:last]:
            if other.rule in weaker and mention.overlaps(other) and mention.length >= other.length:
                lost.add(id(other))
    return lost


Job: TypeAlias = tuple[CompiledRule, Automaton, Callable[[dict[str, Any]], bool], frozenset[str] | None]


class _Stratum:
    """Rules of one step, found by the symbols that their patterns can begin with."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.jobs: dict[str, list[Job]] = {}
        for compiled in rules:
            check = _condition(compiled)
            for automaton in compiled.automata:
                for symbol, second in automaton.second.items():
                    self.jobs.setdefault(symbol, []).append((compiled, automaton, check, second))

    def find(self, lattice: Lattice, limits: dict[str, list[int]]) -> list[Mention]:
        """Per rule and place the longest match of its patterns."""
        best: dict[tuple[str, int], Mention] = {}
        for symbol in self.jobs.keys() & lattice.places.keys():
            for place in lattice.places[symbol]:
                edges = lattice.edges[place][symbol]
                for compiled, automaton, check, second in self.jobs[symbol]:
                    if second is not None and not _goes_on(second, edges, lattice):
                        continue
                    rule = compiled.rule
                    limit = limits[rule.within][place]
                    if not _has(automaton.needed, lattice, place, limit):
                        continue
                    found = match_at(automaton, lattice, place, limit)
                    if found is None or not check(found[1]):
                        continue
                    known = best.get((rule.id, place))
                    if known is None or found[0] > known.end:
                        slots = {**rule.gives, **found[1]}
                        best[rule.id, place] = Mention(rule.finds, place, found[0], slots, found[2], rule.id)
        return [best[key] for key in sorted(best)]


def _goes_on(second: frozenset[str], edges: Sequence[Edge], lattice: Lattice) -> bool:
    """Whether any of ``second`` stands where one of ``edges`` ends: most patterns are given up here."""
    size, following = len(lattice.edges), lattice.edges
    if len(edges) == 1:
        end = edges[0][0]
        return end < size and not second.isdisjoint(following[end])
    return any(end < size and not second.isdisjoint(following[end]) for end, _ in edges)


def _has(needed: Sequence[str], lattice: Lattice, start: int, limit: int) -> bool:
    """Whether every symbol that a match needs stands somewhere in [start, limit)."""
    for symbol in needed:
        places = lattice.places.get(symbol)
        if places is None:
            return False
        nearest = bisect_left(places, start)
        if nearest == len(places) or places[nearest] >= limit:
            return False
    return True


def _condition(compiled: CompiledRule) -> Callable[[dict[str, Any]], bool]:
    """The ``where`` of a rule as one test; a slot that was not filled is not tested."""
    tests = [_test(slot, condition) for slot, condition in compiled.rule.where.items()]
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

"""Finds every mention of a text: lexicon and gazetteers in one pass of Aho–Corasick, then the rules, step by step."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise
from operator import attrgetter
from typing import get_args

from ahocorasick_rs import AhoCorasick, MatchKind

from govscrape.extract.lattice import BUILT_IN, Edge, Edges, Lattice, Mention, edge, own_edges
from govscrape.extract.strata import Stratum
from govscrape.rules.ruleset import Phrase, RuleSet
from govscrape.rules.schema import Scope
from govscrape.text.fold import fold
from govscrape.text.tokens import Tokens


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
    """Phrases of several words, matched on whole tokens in one pass: text and phrases are joined by single spaces."""

    def __init__(self, phrases: Mapping[str, Sequence[Phrase]]) -> None:
        self.edges = [
            (length, [(type_, edge(length, slots)) for type_, slots in values])
            for length, values in ((key.count(" ") + 1, values) for key, values in phrases.items())
        ]
        keys = [f" {key} " for key in phrases]
        self.automaton = AhoCorasick(keys, matchkind=MatchKind.Standard) if keys else None

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, list[tuple[str, Edge]]]]:
        """The place and length in tokens of each phrase that stands there, and what it is found as: types and edges."""
        if not self.automaton:
            return
        places = dict(zip(accumulate([len(word) + 1 for word in words], initial=0), count()))
        for which, start, _ in self.automaton.find_matches_as_indexes(f" {' '.join(words)} ", overlapping=True):
            yield places[start], *self.edges[which]


class Reading:
    """A text as read: its tokens and lattice, in which rules find what is asked for when it is first asked for.

    :meth:`mentions` gives what holds of a type. Who looks into the ``lattice`` itself first says what for, by
    :meth:`apply`.
    """

    def __init__(self, tokens: Tokens, lattice: Lattice, window: Window, recogniser: "Recogniser") -> None:
        self.tokens, self.lattice, self.window = tokens, lattice, window
        self._recogniser = recogniser
        self._limits = {scope: window.limits(scope, len(tokens)) for scope in get_args(Scope)}
        self._found: frozenset[str] = frozenset()
        self._settled: dict[str, list[Mention]] = {}

    def apply(self, *folders: str) -> None:
        """Lets the rules of these folders of ``rules/``, and all that they build on, find what they find."""
        for folder in folders:
            self._find(self._recogniser.found_under[folder])

    def _find(self, types: frozenset[str]) -> None:
        strata, self._found = self._recogniser.plan(self._found, types)
        for stratum in strata:
            for type_, found in stratum.find(self.lattice, self._limits).items():
                self.lattice.add(type_, found)

    def mentions(self, *types: str) -> list[Mention]:
        """The settled mentions of these types in the order of the text."""
        if len(types) == 1:
            return self._of(types[0])
        found = [mention for type_ in types for mention in self._of(type_)]
        return sorted(found, key=lambda mention: (mention.start, -mention.end))

    def types(self) -> list[str]:
        """Every type of which the text has a mention."""
        self.apply(*self._recogniser.found_under)
        return sorted(type_ for type_ in self.lattice.places if type_[0] != "=" and type_ not in BUILT_IN)

    def raw(self, mention: Mention) -> str:
        """The words of a mention as (normalised) text."""
        return self.tokens.raw(mention.start, mention.end)

    def _of(self, type_: str) -> list[Mention]:
        if type_ not in self._settled:
            rivals = self._recogniser.rivals.get(type_, frozenset((type_,)))
            self._find(rivals)
            self._settled.update({name: [] for name in rivals})
            of, places = self.lattice.of, self.lattice.places
            pool = [mention for name in rivals for place in places.get(name, ()) for mention in of(place, name)]
            for mention in settle(pool, self._recogniser.overrides):
                self._settled[mention.type].append(mention)
        return self._settled[type_]


class Recogniser:
    """All rules of a set, ready to read texts. Keeps nothing of a text but what its single words are."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.proper = frozenset(entry.type for entry in ruleset.entries if entry.proper)
        self._one_word, several = _by_length(ruleset.phrases)
        self._one_word_folded, several_folded = _by_length(ruleset.folded_phrases)
        self._exact, self._folded = _Phrases(several), _Phrases(several_folded)
        self._known: dict[str, tuple[str, Edges]] = {}
        self.found_under = {folder: ruleset.found_under(folder) for folder in {rule.folder for rule in ruleset.rules}}
        self._plans: dict[tuple[frozenset[str], frozenset[str]], tuple[list[Stratum], frozenset[str]]] = {}
        layers = {compiled.rule.finds: compiled.rule.layer for compiled in ruleset.rules if compiled.rule.layer}
        self.rivals = {
            name: frozenset(other for other in layers if layers[other] == layer) for name, layer in layers.items()
        }
        self.overrides = {
            compiled.rule.id: frozenset(compiled.rule.overrides)
            for compiled in ruleset.rules
            if compiled.rule.overrides
        }

    def read(self, tokens: Tokens, window: Window) -> Reading:
        """A text with its phrases; rules find the rest when it is asked for.

        ``window`` holds the token ranges of the text's clauses, sentences and paragraphs.
        """
        known = [self._word(raw) for raw in tokens.spelled]
        lattice = Lattice(tokens, [edges for _, edges in known])
        phrases: defaultdict[str, list[tuple[int, Edge]]] = defaultdict(list)
        for place, length, edges in self._exact.find(tokens.words):
            for type_, new in edges:
                if type_ not in self.proper or _capitalised(tokens, place, place + length - 1):
                    phrases[type_].append((place, new))
        for place, _, edges in self._folded.find([folded for folded, _ in known]):
            for type_, new in edges:
                phrases[type_].append((place, new))
        for type_, found in phrases.items():
            lattice.add(type_, found)
        return Reading(tokens, lattice, window, self)

    def plan(self, found: frozenset[str], wanted: frozenset[str]) -> tuple[list[Stratum], frozenset[str]]:
        """The steps that find the ``wanted`` types where those ``found`` are known, and what is known after them."""
        known = self._plans.get((found, wanted))
        if known is None:
            missing = self.ruleset.needed_for(wanted) - found
            steps = [[compiled for compiled in step if compiled.rule.finds in missing] for step in self.ruleset.strata]
            known = [Stratum(step) for step in steps if step], found | missing
            self._plans[found, wanted] = known
        return known

    def _word(self, raw: str) -> tuple[str, Edges]:
        """A token without its accents, and what it is by itself; looked up once in the life of the recogniser."""
        known = self._known.get(raw)
        if known is None:
            if len(self._known) >= _VOCABULARY:
                self._known.clear()
            word = raw.lower()
            folded, edges = fold(word), own_edges(raw, self.ruleset.spoken)
            for type_, slots in self._one_word.get(word, ()):
                if type_ not in self.proper or raw[0].isupper():
                    edges.setdefault(type_, []).append(edge(1, slots))
            for type_, slots in self._one_word_folded.get(folded, ()):
                edges.setdefault(type_, []).append(edge(1, slots))
            known = self._known[raw] = (folded, edges)
        return known


_VOCABULARY = 50_000  # spellings kept; a year of a portal's news has fewer


def _by_length(phrases: Mapping[str, list[Phrase]]) -> tuple[dict[str, list[Phrase]], dict[str, list[Phrase]]]:
    """Those of one word and those of several."""
    one = {key: values for key, values in phrases.items() if " " not in key}
    return one, {key: values for key, values in phrases.items() if " " in key}


def _capitalised(tokens: Tokens, first: int, last: int) -> bool:
    return tokens.spelled[first][0].isupper() and tokens.spelled[last][0].isupper()


_start = attrgetter("start")


def settle(mentions: Iterable[Mention], overrides: Mapping[str, frozenset[str]]) -> list[Mention]:
    """Of overlapping mentions those that win: the longest, then the overriding one, then the earlier, then by id."""
    pool = sorted(mentions, key=_start)
    if all(one.end <= other.start for one, other in pairwise(pool)):
        return pool
    settled: list[Mention] = []
    rivals: list[Mention] = []
    end = 0
    for mention in pool:
        if mention.start >= end:
            settled += _winners(rivals, overrides)
            rivals = []
        rivals.append(mention)
        end = max(end, mention.end)
    return settled + _winners(rivals, overrides)


def _winners(rivals: list[Mention], overrides: Mapping[str, frozenset[str]]) -> list[Mention]:
    """Of mentions that hang together those that win, in the order of the text."""
    if len(rivals) < 2:
        return rivals
    lost = _overridden(rivals, overrides)
    taken: list[Mention] = []
    busy: set[int] = set()
    for mention in sorted(rivals, key=lambda m: (m.start - m.end, m.start, m.rule or "")):
        if id(mention) not in lost and busy.isdisjoint(range(mention.start, mention.end)):
            taken.append(mention)
            busy.update(range(mention.start, mention.end))
    return sorted(taken, key=_start)


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

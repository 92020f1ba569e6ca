"""Why a text gives what it gives: its mentions and cues, the rules that fired, and where the nearest others stopped."""

from dataclasses import dataclass

from govscrape.extract.context import Context, read_context
from govscrape.extract.document import Document, read_document
from govscrape.extract.extractor import Extractor
from govscrape.extract.lattice import Lattice, Mention, follow, match_at
from govscrape.extract.mentions import Reading
from govscrape.models.article import Article
from govscrape.models.records import Extraction
from govscrape.rules.compile import Automaton
from govscrape.rules.ruleset import CUE, CompiledRule

_NAMED = 4  # of the continuations that would have been right, so many are named


@dataclass(frozen=True)
class NearMiss:
    """A rule that began to match and did not hold: the words it took, and the first constraint that failed."""

    rule: str
    start: int
    end: int
    words: str
    failed: str


@dataclass(frozen=True)
class Explanation:
    """Everything that was seen in a text."""

    document: Document
    context: Context
    extraction: Extraction
    mentions: tuple[Mention, ...]
    near: tuple[NearMiss, ...]


def explain(article: Article, extractor: Extractor, most: int = 5) -> Explanation:
    """Reads ``article`` as :meth:`Extractor.extract` does and keeps what it saw; at most ``most`` near misses."""
    document = read_document(article, extractor.recogniser, extractor.segmentation)
    context = read_context(document, extractor.ruleset.cues)
    reading = document.reading
    mentions = tuple(
        mention
        for type_ in reading.types()
        if not type_.startswith(CUE)
        for mention in reading.mentions(type_)
        if mention.rule or mention.type in ("index", "component")
    )
    ordered = tuple(sorted(_outermost(mentions), key=lambda mention: (mention.start, -mention.end)))
    near = _near_misses(reading, extractor.ruleset.rules, ordered)
    return Explanation(document, context, extractor.extract(article), ordered, tuple(near[:most]))


def _outermost(mentions: tuple[Mention, ...]) -> list[Mention]:
    """Without those that lie inside a longer one: they are the parts it was built from."""
    return [
        mention
        for mention in mentions
        if not any(o.start <= mention.start and mention.end <= o.end and o.length > mention.length for o in mentions)
    ]


def _near_misses(reading: Reading, rules: list[CompiledRule], kept: tuple[Mention, ...]) -> list[NearMiss]:
    """Best first: those that took most words; one per rule; none that a kept mention of the same rule covers."""
    fired = {(mention.rule, place) for mention in kept for place in range(mention.start, mention.end)}
    best: dict[str, NearMiss] = {}
    for compiled in rules:
        for place in range(len(reading.tokens)):
            if (compiled.rule.id, place) in fired:
                continue
            miss = _try(compiled, reading, place, kept)
            known = best.get(compiled.rule.id)
            if miss and (known is None or miss.end - miss.start > known.end - known.start):
                best[compiled.rule.id] = miss
    found = [miss for miss in best.values() if miss.end - miss.start >= 2]
    return sorted(found, key=lambda miss: (miss.start - miss.end, miss.start, miss.rule))


def _try(compiled: CompiledRule, reading: Reading, place: int, kept: tuple[Mention, ...]) -> NearMiss | None:
    limit = reading.window.limits(compiled.rule.within, len(reading.tokens))[place]
    best: NearMiss | None = None
    for automaton in compiled.automata:
        found = match_at(automaton, reading.lattice, place, limit)
        if found:
            end, reason = found[0], _rejected(compiled, reading, place, found[0], kept)
        else:
            end, steps = _furthest(automaton, reading.lattice, place, limit)
            reason = _expected(steps, reading, end, limit, compiled.rule.within)
        if end > place and (best is None or end > best.end):
            best = NearMiss(compiled.rule.id, place, end, reading.tokens.raw(place, end), reason)
    return best


def _rejected(compiled: CompiledRule, reading: Reading, start: int, end: int, kept: tuple[Mention, ...]) -> str:
    """The pattern matched: either ``where`` refused it or another mention won."""
    mine = [
        mention
        for mention in reading.lattice.at.get(start, {}).get(compiled.rule.finds, [])
        if mention.rule == compiled.rule.id
    ]
    if not mine:
        limits = ", ".join(f"{slot} {condition}" for slot, condition in compiled.rule.where.items())
        return f"where: {limits}" if limits else "another alternative is longer"
    winner = next((m for m in kept if m.start < end and start < m.end and m.rule != compiled.rule.id), None)
    return (
        f"longer evidence or an override: {winner.rule or winner.type} {reading.raw(winner)!r}"
        if winner
        else "settled otherwise"
    )


def _furthest(automaton: Automaton, lattice: Lattice, start: int, limit: int) -> tuple[int, list[str]]:
    """How far an automaton gets, and what it would have taken there; a gap alone is no progress."""
    seen: set[tuple[int, int]] = set()
    stack = [(0, start)]
    best, state_there = start, 0
    while stack:
        state, place = stack.pop()
        if (state, place) in seen:
            continue
        seen.add((state, place))
        if place > best:
            best, state_there = place, state
        if place < limit:
            row, here = automaton.states[state][1], lattice.edges[place]
            symbols = [symbol for symbol in row if symbol in here and symbol != "any"]
            stack.extend((target, end) for target, end, _ in follow(row, symbols, here, place, limit, None))
    return best, list(automaton.states[state_there][1])


def _expected(symbols: list[str], reading: Reading, end: int, limit: int, scope: str) -> str:
    wanted = sorted(repr(symbol[1:]) if symbol[0] == "=" else f"{{{symbol}}}" for symbol in symbols if symbol != "any")
    named = " or ".join(wanted[:_NAMED]) + (" …" if len(wanted) > _NAMED else "")
    if end >= limit:
        return f"the {scope} ends where {named} should follow"
    return f"expected {named}, found {reading.tokens.raw(end, end + 1)!r}"

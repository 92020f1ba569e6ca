"""What the rules saw where a record went wrong: mentions, cues, and the rules that nearly fired."""

from collections.abc import Iterator
from functools import lru_cache

from govscrape.evaluate.report import evidence_text
from govscrape.evaluate.run import Result
from govscrape.evaluate.sheet import Miss
from govscrape.evaluate.taxonomy import Span, evidence_span, locate
from govscrape.extract import Extractor
from govscrape.extract.explain import Explanation, explain
from govscrape.models.article import Article
from govscrape.rules.ruleset import RuleSet

_NEAR = 10_000  # rules that nearly fired anywhere in the article; those at the miss are shown
_SHOWN = 12


class Why:
    """Explains misses. Reading an article again with everything kept is dear, so the last one is remembered."""

    def __init__(self, ruleset: RuleSet) -> None:
        extractor = Extractor(ruleset)
        self._explain = lru_cache(maxsize=1)(lambda article: explain(article, extractor, _NEAR))

    def lines(self, result: Result, miss: Miss) -> list[str]:
        """One line per thing seen at the evidence of ``miss``; none where that is nowhere or reading breaks off."""
        span = _span(result.article, miss)
        if span is None or result.fault:
            return []
        seen: Explanation = self._explain(result.article)
        return [*_mentions(seen, span), *_cues(seen, span), *list(_near(seen, span))[:_SHOWN]]


def _span(article: Article, miss: Miss) -> Span | None:
    if miss.gold is not None:
        return locate(article.body, evidence_text(miss.gold))
    return evidence_span(miss.found or {})


def _meets(seen: Explanation, start: int, end: int, span: Span) -> bool:
    if end <= start:
        return False
    evidence = seen.document.evidence(start, end)
    return evidence.start < span[1] and span[0] < evidence.end


def _mentions(seen: Explanation, span: Span) -> Iterator[str]:
    for mention in seen.mentions:
        if _meets(seen, mention.start, mention.end, span):
            yield f"{mention.type}: {seen.document.of(mention)!r} ({mention.rule or 'lexicon'})"


def _cues(seen: Explanation, span: Span) -> Iterator[str]:
    for reach in seen.context.reaches:
        if _meets(seen, reach.start, reach.end, span):
            yield f"cue {reach.category}: {seen.document.text(*reach.at)!r} ({reach.cue})"


def _near(seen: Explanation, span: Span) -> Iterator[str]:
    for near in seen.near:
        if _meets(seen, near.start, near.end, span):
            yield f"nearly {near.rule}: took {near.words!r}, then {near.failed}"

"""What each rule contributes: how often it fires, and how many right and wrong records stand on it, or on it alone.

A record's witnesses are the rule it names and those whose mentions lie in its evidence and are of a type that records
of its kind are made from: a type that some named rule finds. A right record with one witness is found only by this
rule. Leaving each rule out and reading all gold again would say the same more exactly, and takes hours; this takes one
more reading. Readers that are code and no rule (directives, rows of tables) are told by the name they give.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govscrape.evaluate.run import Result
from govscrape.evaluate.sheet import Outcome
from govscrape.evaluate.taxonomy import Span, evidence_span
from govscrape.extract import Extractor
from govscrape.extract.document import Document, read_document
from govscrape.rules.ruleset import RuleSet


@dataclass
class RuleRow:
    """One rule: its mentions, the right and wrong records it witnesses, and the right ones nothing else does."""

    rule: str
    fires: int = 0
    right: int = 0
    wrong: int = 0
    alone: int = 0


def rule_rows(results: Sequence[Result], ruleset: RuleSet) -> list[dict[str, Any]]:
    """One row per rule, also of those that never fire; those with wrong records first, then those with most right."""
    extractor = Extractor(ruleset)
    finds = {compiled.rule.id: compiled.rule.finds for compiled in ruleset.rules}
    rows = {rule: RuleRow(rule) for rule in finds}
    made_of = _made_of(results, finds)
    for result in results:
        document = read_document(result.article, extractor.recogniser, extractor.segmentation)
        mentions = list(_mentions(document))
        for rule, count in Counter(rule for rule, _ in mentions).items():
            rows[rule].fires += count
        for outcome in result.sheet.outcomes:
            _count(outcome, mentions, finds, made_of, rows)
    ordered = sorted(rows.values(), key=lambda row: (-row.wrong, -row.right, -row.fires, row.rule))
    return [vars(row) for row in ordered]


def _made_of(results: Sequence[Result], finds: Mapping[str, str]) -> dict[str, set[str]]:
    """By kind of record, the types of mentions that some record of the kind was made from."""
    types: dict[str, set[str]] = {}
    for outcome in (outcome for result in results for outcome in result.sheet.outcomes):
        rule = str((outcome.found or {}).get("rule"))
        if rule in finds:
            types.setdefault(outcome.kind, set()).add(finds[rule])
    return types


def _mentions(document: Document) -> Iterator[tuple[str, Span]]:
    reading = document.reading
    for type_ in reading.types():
        for mention in reading.mentions(type_):
            if mention.rule and mention.end > mention.start:
                evidence = document.evidence(mention.start, mention.end)
                yield mention.rule, (evidence.start, evidence.end)


def _count(
    outcome: Outcome,
    mentions: Sequence[tuple[str, Span]],
    finds: Mapping[str, str],
    made_of: Mapping[str, set[str]],
    rows: dict[str, RuleRow],
) -> None:
    span = evidence_span(outcome.found or {})
    if outcome.found is None or span is None or outcome.verdict not in ("right", "spurious"):
        return
    witnesses = {
        rule
        for rule, (start, end) in mentions
        if span[0] <= start and end <= span[1] and finds[rule] in made_of.get(outcome.kind, ())
    }
    named = str(outcome.found.get("rule"))
    if named not in rows:
        rows[named] = RuleRow(named)
    if named not in finds:
        rows[named].fires += 1
    for rule in witnesses | {named}:
        rows[rule].right += outcome.verdict == "right"
        rows[rule].wrong += outcome.verdict == "spurious"
        rows[rule].alone += outcome.verdict == "right" and not witnesses - {rule}

"""What kind of error a miss is: a missed and a spurious record that are one mistake are told as one."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from govscrape.evaluate.act_scoring import task_likeness
from govscrape.evaluate.case import Case
from govscrape.evaluate.index_scoring import LEAST, alike, family, same_subject
from govscrape.evaluate.pairing import overlap
from govscrape.evaluate.sheet import Miss, Record
from govscrape.evaluate.wording import Wording, fold, number

ERRORS: Mapping[str, str] = {
    "missed": "gold has it, nothing was found",
    "spurious": "found, and gold has nothing like it",
    "negative": "made from words that gold marks as no result",
    "target_as_result": "a target or plan taken for a result",
    "result_as_target": "a result kept as target or projection",
    "wrong_year": "right but for the year",
    "wrong_subject": "right figures, of another unit",
    "wrong_component": "right figures, of another part of the index",
    "wrong_index": "right figures, of another index",
    "wrong_scope": "a regional rank taken for a national one, or the reverse",
    "boundary": "the right task or name, cut at the wrong place",
    "wrong_value": "a slot has another value",
    "missing_value": "a slot is empty and should not be",
    "extra_value": "a slot has a value that the article does not give",
}
"""Every class of error and what it means, in the order of reports."""

DISPLACED = frozenset(
    {"wrong_year", "wrong_subject", "wrong_component", "wrong_index", "wrong_scope", "wrong_value", "boundary"}
)
"""The classes in which one missed and one spurious record are one error."""

Span = tuple[int, int]


def locate(body: str, quote: str | None) -> Span | None:
    """Where ``quote`` stands in ``body``, whatever its spaces and accents' encoding; None when it does not."""
    text = unicodedata.normalize("NFC", quote or "")
    words = text.split()
    if not words:
        return None
    start = body.find(text)
    if start >= 0:
        return start, start + len(text)
    match = re.search(r"\s+".join(map(re.escape, words)), body)
    return match.span() if match else None


def evidence_span(found: Record) -> Span | None:
    """The offsets of a found record's evidence."""
    evidence = found.get("evidence")
    return (evidence["start"], evidence["end"]) if isinstance(evidence, Mapping) else None


def explain_misses(misses: list[Miss], case: Case, found: Mapping[str, Any], body: str, words: Wording) -> list[Miss]:
    """The misses with their class of error; each missed record takes along the spurious one that it became."""
    spurious = [miss for miss in misses if miss.error == "spurious"]
    out: list[Miss] = []
    for miss in misses:
        if miss.error == "spurious":
            continue
        if miss.error != "missed" or miss.gold is None:
            out.append(miss)
            continue
        partner, error = _partner(miss, spurious, words)
        if partner is not None:
            spurious.remove(partner)
            out.append(Miss(miss.kind, error, miss.gold, partner.found))
        else:
            out.append(_kept_as_target(miss, found, words))
    return out + [_as_negative(miss, case, body, words) for miss in spurious]


def _partner(miss: Miss, spurious: list[Miss], words: Wording) -> tuple[Miss | None, str]:
    for other in spurious:
        if other.kind == miss.kind and miss.gold is not None and other.found is not None:
            error = _RELATIONS[miss.kind](miss.gold, other.found, words)
            if error:
                return other, error
    return None, ""


def _index_relation(gold: Record, found: Record, words: Wording) -> str | None:
    if not _shares_figure(gold, found):
        return None
    if alike({**gold, "year": None}, found, words) >= LEAST:
        return "wrong_year"
    if alike({**gold, "rank_scope": None}, {**found, "rank_scope": None}, words) >= LEAST:
        return "wrong_scope"
    if family(gold["index"]) != family(found.get("index")):
        return "wrong_index" if same_subject(gold, found, words) else None
    if same_subject(gold, found, words):
        return "wrong_component"
    same_part = {"subject": None, "subject_level": None}
    return "wrong_subject" if alike({**gold, **same_part}, found, words) >= LEAST else None


def _shares_figure(gold: Record, found: Record) -> bool:
    names = ("score", "rank", "score_delta", "rank_delta")
    return any(number(gold.get(k)) is not None and number(gold.get(k)) == number(found.get(k)) for k in names)


def _official_relation(gold: Record, found: Record, words: Wording) -> str | None:
    if bool(gold.get("name")) != bool(found.get("name")):
        titles = [words.office(title) for title in found.get("titles") or ()]
        same = any(words.office(title) in titles for title in gold["titles"])
        return "wrong_value" if same else None
    return "boundary" if overlap(gold.get("name"), found.get("name")) >= 0.5 else None


def _directive_relation(gold: Record, found: Record, words: Wording) -> str | None:
    one, other = f" {fold(gold['action'])} ", f" {fold(found.get('action'))} "
    return "boundary" if one in other or other in one or task_likeness(gold, found, words) >= 0.4 else None


def _legal_relation(gold: Record, found: Record, words: Wording) -> str | None:  # noqa: ARG001 - one signature for all kinds
    said = (found.get("evidence") or {}).get("text")
    return "boundary" if overlap(gold.get("evidence"), said) >= 0.3 else None


_RELATIONS = {
    "index": _index_relation,
    "official": _official_relation,
    "directive": _directive_relation,
    "legal_ref": _legal_relation,
}


def _kept_as_target(miss: Miss, found: Mapping[str, Any], words: Wording) -> Miss:
    """A missed result that was found and kept out of the results by its status."""
    if miss.kind != "index" or miss.gold is None:
        return miss
    gold = {**miss.gold, "year": None}
    for record in found.get("indices", ()):
        if record["status"] == "result" or not _shares_figure(gold, record):
            continue
        if alike(gold, record, words) >= LEAST:
            return Miss("index", "result_as_target", miss.gold, record)
    return miss


def _as_negative(miss: Miss, case: Case, body: str, words: Wording) -> Miss:
    """A spurious record whose evidence meets words that gold marks as no result."""
    span = evidence_span(miss.found or {})
    if span is None:
        return miss
    for quote in case.negatives:
        place = locate(body, quote.text)
        if place is None or place[1] <= span[0] or span[1] <= place[0]:
            continue
        told = f" {fold(quote.why)} {fold(quote.text)} "
        is_target = any(f" {word} " in told for word in words.targets)
        return Miss(miss.kind, "target_as_result" if is_target else "negative", found=miss.found)
    return miss

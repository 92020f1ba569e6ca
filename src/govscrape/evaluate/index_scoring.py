"""Index results against gold: which record answers which, and which of its figures are right.

The rules of this module are those of docs/annotation.md, "What is counted".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from govscrape.evaluate.pairing import overlap, pair
from govscrape.evaluate.sheet import Outcome, Record, Sheet
from govscrape.evaluate.wording import Wording, fold, number

FIGURES = ("score", "rank", "rank_of", "score_delta", "rank_delta", "prev_score", "prev_rank", "baseline_year")
SLOTS = (*FIGURES, "year")
LEAST = 0.6
_CORE = frozenset({"score", "rank", "score_delta", "rank_delta"})  # wrong even where gold leaves the slot open
_LEVEL_SUFFIX = re.compile(r"_(BO|SO|HUYEN|XA|DP|QG)$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def family(code: str | None) -> str:
    """The code without its level: the subject tells whether a province or a department was measured."""
    return _LEVEL_SUFFIX.sub("", code or "")


def score_indices(
    gold: Sequence[Record], found: Sequence[Record], ambiguous: Sequence[Any], words: Wording, sheet: Sheet
) -> None:
    """Compare the results (targets and projections are no answers) and write into ``sheet``."""
    golds = join_parts(gold, words)
    founds = join_parts([record for record in found if record.get("status", "result") == "result"], words)
    pairing = pair(golds, founds, lambda g, p: alike(g, p, words), LEAST)
    missed = [i for i in pairing.missed if not golds[i].get("secondary") and not golds[i].get("optional")]
    full, spurious = _take_parts(golds, founds, pairing.pairs, list(pairing.spurious), words)
    excused = {j for j in spurious if any(is_excused(founds[j], quote) for quote in ambiguous)}
    right = []
    for i, j in pairing.pairs:
        wrong = 0 if golds[i].get("optional") else _score_slots(golds[i], full[j], sheet)
        right.append(Outcome("index", "right", golds[i], founds[j], wrong))
    for i in missed:
        _score_slots(golds[i], None, sheet)
    sheet.records("index", right, [golds[i] for i in missed], [founds[j] for j in spurious if j not in excused])
    sheet.outcomes += [Outcome("index", "excused", None, founds[j]) for j in spurious if j in excused]


def _key(record: Record, words: Wording) -> tuple[Any, ...]:
    return (
        family(record.get("index")),
        fold(record.get("component_text") or record.get("component")),
        words.subject(record.get("subject")),
        number(record.get("year")),
        fold(record.get("rank_scope")) not in ("", "national"),
    )


def _fits(one: Record, other: Record) -> bool:
    """Whether two records of one key say nothing against each other and share neither score nor rank."""
    same_marks = all(bool(one.get(mark)) == bool(other.get(mark)) for mark in ("secondary", "optional"))
    values = {slot: (number(one.get(slot)), number(other.get(slot))) for slot in FIGURES}
    apart = all(None in values[slot] for slot in ("score", "rank"))
    return same_marks and apart and all(None in (a, b) or a == b for a, b in values.values())


def join_parts(records: Sequence[Record], words: Wording) -> list[dict[str, Any]]:
    """The rank in one sentence and the score in another are one record, or two; both are right."""
    joined: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    for record in records:
        key = _key(record, words)
        partner = next((other for known, other in joined if known == key and _fits(other, record)), None)
        if partner is None:
            joined.append((key, dict(record)))
        else:
            partner.update({slot: value for slot, value in record.items() if partner.get(slot) is None})
    return [record for _, record in joined]


def _component_likeness(gold: Record, found: Record) -> float:
    wanted = gold.get("component")
    given = [found.get("component_text"), found.get("component")]
    if not wanted or not any(given):
        return float(not wanted and not any(given))
    return max(1.0 if fold(wanted) == fold(name) else overlap(wanted, name) for name in given if name)


def same_subject(gold: Record, found: Record, words: Wording) -> bool:
    """Whether both speak of one unit; the country's mean only answers the country's mean."""
    if gold.get("subject_level") == "national_average":
        return found.get("subject_level") == "national_average"
    wanted = words.subject(gold.get("subject"))
    given = {words.subject(found.get("subject")), words.subject(found.get("subject_text"))}
    return not wanted or wanted in given or max((overlap(wanted, name) for name in given if name), default=0) >= 0.75


def _same_scope(gold: Record, found: Record, words: Wording) -> bool:
    ranked = gold.get("rank") is not None and found.get("rank") is not None  # without a rank its scope says nothing
    if gold.get("subject_level") != "province" or not ranked:
        return True
    return words.is_regional(gold) == words.is_regional(found)


def alike(gold: Record, found: Record, words: Wording) -> float:
    """How well a found record answers a gold one: 0 when it cannot, up to 3 for the same figures."""
    if family(gold["index"]) != family(found.get("index")) and gold["index"] != "OTHER":
        return 0.0
    component = _component_likeness(gold, found)
    if component < 0.5 or not same_subject(gold, found, words) or not _same_scope(gold, found, words):
        return 0.0
    likeness = 1.0 + component
    if gold.get("year") is not None:
        if found.get("year") is None:
            likeness -= 0.3
        elif int(found["year"]) != int(gold["year"]):
            return 0.0
    same = sum(gold.get(k) is not None and number(gold[k]) == number(found.get(k)) for k in ("score", "rank"))
    return likeness + 0.5 * same


def is_excused(found: Record, quote: str | Mapping[str, Any]) -> bool:
    """Whether a record says what gold calls ambiguous, and nothing else.

    Its evidence meets the quote and one of its figures stands there (or it has none). A quote may say more:
    ``implied`` (an order without numbers), ``bound`` (a threshold: right only as ``score_bound`` or without a score),
    ``level`` (right only at that ``subject_level``).
    """
    asked: Mapping[str, Any] = {"text": quote} if isinstance(quote, str) else quote
    said, evidence = fold(asked.get("text")), fold((found.get("evidence") or {}).get("text"))
    if not said or not evidence or not (said in evidence or evidence in said):
        return False
    if asked.get("bound") and found.get("score") is not None and not found.get("score_bound"):
        return False
    if asked.get("level") and found.get("subject_level") != asked["level"]:
        return False
    names = ("score", "score_delta", "rank_delta", *(() if asked.get("implied") else ("rank",)))
    figures = {abs(value) for name in names if (value := number(found.get(name))) is not None}
    printed = {number(text.replace(",", ".")) for text in _NUMBER.findall(asked["text"])}
    return not figures or bool(figures & printed)


def _part(gold: Record, full: Record, found: Record, *, spare: bool, words: Wording) -> dict[str, Any] | None:
    """What ``found`` adds to a pair as a part of it: figures of a regional rank's record, or an earlier year."""
    have = [slot for slot in FIGURES if number(found.get(slot)) is not None]
    adds = any(number(full.get(slot)) is None for slot in have if slot not in ("rank_of", "baseline_year"))
    agrees = all(number(found[slot]) == number(gold.get(slot)) for slot in have)
    if spare and adds and agrees and alike(gold, found, words) >= LEAST:
        return {slot: found[slot] for slot in have}
    if _is_earlier_year(gold, found, words):
        return {
            "prev_score": found.get("score"),
            "prev_rank": found.get("rank"),
            "baseline_year": found.get("year"),
        }
    return None


def _is_earlier_year(gold: Record, found: Record, words: Wording) -> bool:
    given = {slot: number(found.get(slot)) for slot in ("score", "rank")}
    wanted = {slot: number(gold.get(f"prev_{slot}")) for slot in given}
    return (
        any(value is not None and value == wanted[slot] for slot, value in given.items())
        and all(value in (None, wanted[slot]) for slot, value in given.items())
        and number(found.get("year")) in (None, number(gold.get("baseline_year")))
        and alike({**gold, "year": None}, {**found, "rank": None}, words) >= LEAST
    )


def _take_parts(
    golds: Sequence[Record],
    founds: Sequence[Record],
    pairs: Sequence[tuple[int, int]],
    spurious: list[int],
    words: Wording,
) -> tuple[dict[int, dict[str, Any]], list[int]]:
    """Joins what only gold shows to be parts of a pair: the score apart from a regional rank, an earlier year alone."""
    full = {j: dict(founds[j]) for _, j in pairs}
    for part_at in [*spurious, *(j for i, j in pairs if golds[i].get("secondary"))]:
        for i, j in pairs:
            if j == part_at:
                continue
            part = _part(golds[i], full[j], founds[part_at], spare=part_at in spurious, words=words)
            if part is not None:
                full[j].update({slot: value for slot, value in part.items() if full[j].get(slot) is None})
                spurious = [place for place in spurious if place != part_at]
                break
    return full, spurious


def _score_slots(gold: Record, found: Record | None, sheet: Sheet) -> int:
    """Count each figure; for a missed record all its figures are missed, without a note. The number of wrong ones."""
    wrong = 0
    for slot in SLOTS:
        wanted, given = number(gold.get(slot)), number((found or {}).get(slot))
        tally = _judge(gold, slot, wanted, given)
        if tally is None:
            continue
        sheet.counts[f"slot:{slot}"].add(*tally)
        if found is not None and not tally[0]:
            wrong += 1
            sheet.slot("index", slot, (gold, found), (gold.get(slot), found.get(slot)))
    return wrong


def _judge(gold: Record, slot: str, wanted: float | None, given: float | None) -> tuple[int, int, int] | None:
    """(right, wrong, missing) of one slot; None when it does not count."""
    if slot == "rank_delta" and wanted is None and gold.get("unchanged"):
        return None
    if given is None:
        inferred = slot in (gold.get("derived") or [])  # by the annotator, not written: not required
        return None if wanted is None or inferred else (0, 0, 1)
    if wanted is None:
        return (0, 1, 0) if slot in _CORE else None
    return (1, 0, 0) if wanted == given else (0, 1, 1)

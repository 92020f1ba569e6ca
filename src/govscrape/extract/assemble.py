"""From statements to records: one per index, part, subject, year and rank scope, with its evidence and checks."""

from collections import Counter
from typing import Any

from govscrape.extract.document import Document
from govscrape.extract.statements import BELOW, CORE, Draft, Named, Subject
from govscrape.models.records import IndexResult, Issue
from govscrape.rules.ruleset import RuleSet
from govscrape.rules.schema import Component, Index

_TWO_ERAS = 2025
"""Provinces are coded by the 63 units to 2024 and by the 34 from the index year 2025 on (1 July 2025)."""
_NO_SCALE = 0.001
_LAST_PLACE, _PLACE_GAP = 64, 15
"""Places run to 64 (PCI 2006); no two provinces' scores of one index and year lie so far apart as in a slip of rank."""
_PREVIOUS = frozenset({"prev_score", "prev_rank"})


def assemble(document: Document, drafts: list[Draft], ruleset: RuleSet, issues: list[Issue]) -> list[IndexResult]:
    """The records of an article in the order of their evidence."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    _fill_years(drafts)
    _link_years(drafts)
    for draft in drafts:
        for subject in _subjects(draft):
            record = _record(document, draft, subject, ruleset, issues)
            if record is None:
                continue
            key = tuple(
                record[k] for k in ("index", "component_key", "subject", "subject_level", "year", "field", "status")
            )
            if key not in found or (found[key]["heading"] and not draft.heading and _clash(found[key], record)):
                found[key] = record
            elif not draft.weak:
                _merge(found[key], record)
    _join_headlines(found)
    _drop_places_as_points(found, issues)
    _drop_empty_tiers(found)
    records = [_finished(record, ruleset) for record in found.values()]
    return sorted(records, key=lambda record: (record.evidence.start, record.evidence.end))


def _key(named: Named | None) -> str | None:
    return named.key if named else None


def _fill_years(drafts: list[Draft]) -> None:
    """A statement without a year takes that of one which says the same, else the one told most often for its index."""
    told: dict[str | None, Counter[int]] = {}
    for draft in drafts:
        if draft.year is not None and draft.status != "target":
            told.setdefault(_key(draft.index), Counter())[draft.year] += 1
    for draft in drafts:
        years = told.get(_key(draft.index))
        if draft.year is None and years and draft.status != "target":
            same = [other.year for other in drafts if other.year is not None and _says_the_same(other, draft)]
            draft.year = max(same) if same else max(years, key=lambda year: (years[year], year))


def _says_the_same(other: Draft, draft: Draft) -> bool:
    if other.status == "target" or not (other.subjects and draft.subjects):
        return False
    parts = [(_key(d.index), _key(d.component), d.scope) for d in (other, draft)]
    told = [slot for slot in CORE if slot in draft.slots and draft.slots[slot] == other.slots.get(slot)]
    return bool(told) and parts[0] == parts[1] and other.subjects[-1].same(draft.subjects[-1])


def _link_years(drafts: list[Draft]) -> None:
    """The value of an earlier year told in the same or the next sentence is also the ``prev_*`` of the later one."""
    by_sentence: dict[int, list[Draft]] = {}
    for draft in drafts:
        by_sentence.setdefault(draft.sentence, []).append(draft)
    for draft in drafts:
        near = (other for step in (-1, 0, 1) for other in by_sentence.get(draft.sentence + step, ()))
        earlier = [other for other in near if _is_before(other, draft)]
        if not earlier:
            continue
        nearest = max(other.year or 0 for other in earlier)
        baseline = draft.slots.get("baseline_year")
        meant = draft.year + baseline if baseline is not None and baseline < 0 and draft.year else baseline
        if meant not in (None, nearest):
            continue
        if baseline is None and not _PREVIOUS.isdisjoint(draft.slots):
            continue
        for other in (other for other in earlier if other.year == nearest):
            for slot in ("score", "rank"):
                if slot in draft.slots and slot in other.slots:
                    draft.slots.setdefault(f"prev_{slot}", other.slots[slot])
                    draft.slots["baseline_year"] = nearest


def _is_before(other: Draft, draft: Draft) -> bool:
    """Whether ``other`` says of an earlier year what ``draft`` says."""
    if other.year is None or draft.year is None or other.year >= draft.year or not (other.subjects and draft.subjects):
        return False
    parts = [(_key(d.index), _key(d.component), d.scope, d.status) for d in (other, draft)]
    return parts[0] == parts[1] and other.subjects[-1].same(draft.subjects[-1])


def _subjects(draft: Draft) -> list[Subject]:
    return draft.subjects if draft.shared else draft.subjects[-1:]


def _record(
    document: Document, draft: Draft, subject: Subject, ruleset: RuleSet, issues: list[Issue]
) -> dict[str, Any] | None:
    slots = dict(draft.slots)
    if draft.index is None or draft.index.code not in ruleset.indices or (draft.weak and draft.year is None):
        return None
    if not _can_be_measured(draft, subject, ruleset) or not any(slot in slots for slot in (*CORE, "rank_group")):
        return None
    year = draft.year
    if slots.pop("unchanged", False) and "rank_delta" not in slots and ("rank" in slots or "score" in slots):
        slots["rank_delta"] = 0
    baseline = slots.get("baseline_year")
    if baseline is not None and baseline < 0:
        slots["baseline_year"] = year + baseline if year else None
    elif baseline is not None and year is not None and baseline >= year:
        slots.pop("baseline_year")
    index = ruleset.indices[draft.index.code or ""]
    start, end = min(draft.tokens), max(draft.tokens)
    part = next((c for c in index.components if draft.component and c.code == draft.component.code), None)
    fault = _beyond_scale(part, index, slots, subject)
    if fault:
        issues.append(Issue(code=fault[0], message=fault[1], where=document.text(start, end)))
        if fault[0] == "impossible_score" or not any(slot in slots for slot in CORE):
            return None
    if slots.get("score") is not None and slots.get("unit") is None:
        slots["unit"] = index.unit
    province = subject.level == "province"
    return {
        **slots,
        "heading": draft.heading,
        "index": index.code,
        "index_text": draft.index.text,
        "component": draft.component.code if draft.component else None,
        "component_text": draft.component.text if draft.component else None,
        "component_key": _key(draft.component),
        "subject": subject.name,
        "subject_text": subject.text,
        "subject_code": subject.codes[1 if year and year >= _TWO_ERAS else 0] if province else None,
        "subject_level": subject.level,
        "status": _status(document, draft),
        "year": year,
        "field": draft.scope if "rank" in slots and draft.scope else None,
        "rank_scope": _scope(draft, subject) if "rank" in slots else None,
        "evidence": document.evidence(start, max(end, start + 1)),
        "rule": draft.rule or "figure.score.marked",
        "confidence": 0.9,
    }


def _status(document: Document, draft: Draft) -> str:
    """What of a year to come is told is no result, whatever the words: "Đến năm 2030, SIPAS đạt 95%"."""
    today = document.told_in
    ahead = today is not None and draft.year is not None and draft.year > today
    return "projection" if ahead and draft.status == "result" else draft.status


def _beyond_scale(
    part: Component | None, index: Index, slots: dict[str, Any], subject: Subject
) -> tuple[str, str] | None:
    """What of a part cannot be, as code and words of an issue; an impossible change is taken out of ``slots``."""
    if not part or not part.maximum:
        return None
    if abs(slots.get("score_delta") or 0) > part.maximum:
        slots.pop("score_delta")
        return "impossible_change", "a change larger than the scale, taken for a percentage"
    score = slots.get("score", 0)
    if score <= part.maximum:
        return None
    if slots.get("unit") == "percent" and index.unit != "percent":
        return "impossible_score", "a share beyond the scale of the part, taken for something else"
    if part.maximum == 1 and "score_max" not in slots and subject.level == "province":
        return "impossible_score", "a score beyond the scale, taken for a weight"
    return None


def _can_be_measured(draft: Draft, subject: Subject, ruleset: RuleSet) -> bool:
    """No district was ever measured by PCI: a figure of one, behind its name, is of something else."""
    below = subject.level in BELOW and draft.index and draft.index.code in ruleset.list("provinces_only")
    return subject.level != "skip" and not below


def _scope(draft: Draft, subject: Subject) -> str | None:
    """The field of a rank: a region, the nation for a province, else the block as written."""
    return draft.scope or ("national" if subject.level == "province" else draft.block)


def _clash(kept: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(
        kept.get(slot) is not None and other.get(slot) is not None and kept[slot] != other[slot]
        for slot in ("score", "rank")
    )


def _merge(kept: dict[str, Any], other: dict[str, Any]) -> None:
    """The same fact told twice: slots that do not contradict fill each other; the evidence with more figures stays."""
    if _clash(kept, other):
        return
    headline = kept["heading"] and not other["heading"]
    if sum(other.get(slot) is not None for slot in CORE) > sum(kept.get(slot) is not None for slot in CORE):
        kept["evidence"], kept["rule"] = other["evidence"], other["rule"]
    for slot, value in other.items():
        if kept.get(slot) is None or (headline and value is not None):
            kept[slot] = value
    kept["heading"] = kept["heading"] and other["heading"]


def _join_headlines(found: dict[tuple[Any, ...], dict[str, Any]]) -> None:
    """A headline may cut a body's name short: what it says is of the one whose name begins so in the article."""
    same = ("index", "component_key", "subject_level", "year", "field", "status")
    for key, short in list(found.items()):
        if not short["heading"] or short["subject_level"] == "province":
            continue
        name = short["subject"] + " "
        rest = (other for other in found.values() if not other["heading"] and other["subject"].startswith(name))
        whole = next((o for o in rest if all(o[k] == short[k] for k in same) and not _clash(short, o)), None)
        if whole is not None:
            whole.update({slot: value for slot, value in short.items() if whole.get(slot) is None})
            del found[key]


def _drop_places_as_points(found: dict[tuple[Any, ...], dict[str, Any]], issues: list[Issue]) -> None:
    """A whole number far below the scores of all other provinces of one index and year is a place: "48 điểm"."""
    for key, record in list(found.items()):
        score: Any = record.get("score")
        if score is None or not float(score).is_integer() or score > _LAST_PLACE or record.get("rank") is not None:
            continue
        same = ("index", "component_key", "subject_level", "year", "status", "unit")
        others = [
            other["score"]
            for other in found.values()
            if other is not record and other.get("score") and all(other.get(slot) == record.get(slot) for slot in same)
        ]
        if record["subject_level"] == "province" and others and min(others) - score > _PLACE_GAP:
            message = "a place printed as points: far below the scores of the other units"
            issues.append(Issue(code="place_as_points", message=message, where=record["evidence"].text))
            del found[key]


def _drop_empty_tiers(found: dict[tuple[Any, ...], dict[str, Any]]) -> None:
    """A tier alone is a record only for an overall index that has no other record of that subject."""
    told = Counter((record["index"], record["subject"]) for record in found.values())
    for key, record in list(found.items()):
        if any(record.get(slot) is not None for slot in CORE):
            continue
        alone = told[record["index"], record["subject"]] == 1
        if record["component_key"] or record["subject_level"] != "province" or not alone:
            told[record["index"], record["subject"]] -= 1
            del found[key]


def _finished(record: dict[str, Any], ruleset: RuleSet) -> IndexResult:
    fields: dict[str, Any] = {
        name: record[name] for name in IndexResult.model_fields if name != "checks" and record.get(name) is not None
    }
    return IndexResult(**fields, checks=tuple(_checks(record, ruleset)))


def _ranked(record: dict[str, Any], index: Index) -> int | None:
    """How many provinces were ranked in that year, as the catalogue knows; None for other units and regions."""
    if record.get("rank_scope") not in (None, "national") or record["subject_level"] != "province":
        return None
    years = [year for year in map(int, index.ranked) if record.get("year") and year <= record["year"]]
    return index.ranked[str(max(years))] if years else None


def _checks(record: dict[str, Any], ruleset: RuleSet) -> list[str]:
    """What arithmetic says against the record."""
    out = []
    score: Any = record.get("score")
    previous: Any = record.get("prev_score")
    delta: Any = record.get("score_delta")
    if None not in (score, previous, delta) and abs(score - previous - delta) > 0.011 + _NO_SCALE:
        out.append("delta_mismatch")
    rank: Any = record.get("rank")
    before: Any = record.get("prev_rank")
    places: Any = record.get("rank_delta")
    if None not in (rank, before, places) and before - rank != places and "delta_mismatch" not in out:
        out.append("delta_mismatch")
    index = ruleset.indices[record["index"]]
    total = record.get("rank_of") or _ranked(record, index)
    if rank is not None and total and rank > total:
        out.append("rank_over_total")
    if places is not None and total and (abs(places) >= total or (rank and not 1 <= rank + places <= total)):
        out.append("delta_over_total")
    part = next((c.maximum for c in index.components if c.code == record["component"]), None)
    top = record.get("score_max") or (part if record["component"] else index.maximum)
    local = top == 1 and record["subject_level"] != "province"  # provinces rank their own by 100 or 1,000 points
    shown_in_percent = record.get("unit") == "percent" and score is not None and score <= 100
    if score is not None and top is not None and score > top and not (local or shown_in_percent):
        out.append("score_over_scale")
    return out

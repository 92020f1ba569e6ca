"""Putting corrections on an extraction: which record each means, whether it still fits, and what comes out. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import JsonValue

from govscrape.models.article import Article
from govscrape.models.correction import (
    FIELDS,
    KEYS,
    KINDS,
    MODELS,
    Correction,
    Kind,
    Locator,
    facts,
    records_of,
)
from govscrape.models.records import Evidence, Extraction, Record

Status = Literal["applied", "agreed", "void"]


@dataclass(frozen=True)
class Outcome:
    """What became of a correction. ``agreed``: the rules say by now what it says; ``reason`` tells why it is void."""

    status: Status
    reason: str | None = None


@dataclass(frozen=True)
class Mark:
    """A correction that was applied: ``position`` among the corrected records of the kind, None when withdrawn."""

    correction_id: str
    kind: Kind
    position: int | None
    slot: str | None


@dataclass(frozen=True)
class Corrected:
    """An extraction with its corrections. ``raw`` is what the rules gave."""

    raw: Extraction
    extraction: Extraction
    marks: tuple[Mark, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class _Edit:
    correction_id: str
    slot: str | None
    value: JsonValue


def correction_id(correction: Correction) -> str:
    """A digest of what is corrected into what, whoever says so; the same correction twice is one."""
    about = correction.model_dump(mode="json", exclude={"reason", "by", "at"})
    text = json.dumps(about, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def locator(url: str, article: Article, kind: Kind, record: Record) -> Locator:
    """How a record of that article is found again; ``url`` is the article's identity."""
    stated = facts(kind, record)
    return Locator(
        url=url,
        kind=kind,
        key={name: stated[name] for name in KEYS[kind]},
        evidence=record.evidence.text,
        passage=passage_digest(article, record.evidence),
    )


def passage(article: Article, evidence: Evidence) -> tuple[int, int]:
    """Where the paragraphs that hold the evidence begin and end; the whole body where it has none."""
    held = [p for p in article.paragraphs if p.start < max(evidence.end, evidence.start + 1) and p.end > evidence.start]
    return (held[0].start, held[-1].end) if held else (0, len(article.body))


def passage_digest(article: Article, evidence: Evidence) -> str:
    """SHA-256 of the evidence's paragraphs and its place in them: another text, or other words of it, differ."""
    start, end = passage(article, evidence)
    place = f"{evidence.start - start}:{evidence.end - start}:{article.body[start:end]}"
    return hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()


def correct(extraction: Extraction, corrections: Mapping[str, Correction]) -> Corrected:
    """The extraction with the corrections (by their id) put on the records that the rules gave.

    A correction whose passage, record or expected value is not there is void, and nothing of it is applied.
    """
    if not corrections:
        return Corrected(extraction, extraction)
    places: dict[tuple[Kind, int], list[_Edit]] = {}
    outcomes: dict[str, Outcome] = {}
    for number, correction in corrections.items():
        position, outcome = _judge(correction, extraction)
        outcomes[number] = outcome
        if position is not None:
            edit = _Edit(number, correction.slot, correction.new)
            places.setdefault((correction.kind, position), []).append(edit)
    if not places:
        return Corrected(extraction, extraction, (), outcomes)
    marks: list[Mark] = []
    changed: dict[str, tuple[Record, ...]] = {}
    for kind in KINDS:
        kept = _kind(kind, records_of(extraction, kind), places, marks)
        changed[FIELDS[kind]] = tuple(kept)
    return Corrected(extraction, extraction.model_copy(update=changed), tuple(marks), outcomes)


def _kind(
    kind: Kind, records: Sequence[Record], places: Mapping[tuple[Kind, int], list[_Edit]], marks: list[Mark]
) -> list[Record]:
    kept: list[Record] = []
    for position, record in enumerate(records):
        edits = places.get((kind, position), [])
        withdrawn = next((edit for edit in edits if edit.slot is None), None)
        if withdrawn:
            marks.append(Mark(withdrawn.correction_id, kind, None, None))
            continue
        marks.extend(Mark(edit.correction_id, kind, len(kept), edit.slot) for edit in edits)
        kept.append(_edited(kind, record, edits))
    return kept


def _edited(kind: Kind, record: Record, edits: Iterable[_Edit]) -> Record:
    values: dict[str, Any] = {edit.slot: edit.value for edit in edits if edit.slot}
    return MODELS[kind].model_validate({**record.model_dump(), **values}) if values else record


def _judge(correction: Correction, extraction: Extraction) -> tuple[int | None, Outcome]:
    """The position of the record to change, and what became of the correction."""
    records = records_of(extraction, correction.kind)
    alike = [
        (position, facts(correction.kind, record))
        for position, record in enumerate(records)
        if passage_digest(extraction.article, record.evidence) == correction.passage
    ]
    meant = [(position, stated) for position, stated in alike if _about(correction, stated)]
    for position, stated in meant:
        if correction.expected == (stated if correction.slot is None else stated[correction.slot]):
            return position, Outcome("applied")
    return None, _misfit(correction, extraction, [stated for _, stated in alike], [stated for _, stated in meant])


def _about(correction: Correction, stated: Mapping[str, JsonValue]) -> bool:
    return all(stated[name] == value for name, value in correction.key.items())


def _misfit(
    correction: Correction,
    extraction: Extraction,
    alike: Sequence[Mapping[str, JsonValue]],
    meant: Sequence[Mapping[str, JsonValue]],
) -> Outcome:
    slot = correction.slot
    if slot is None and not meant and _stands(correction, extraction):
        return Outcome("agreed")
    # A slot of the key that the rules read rightly by now makes another key.
    if slot and any(
        stated[slot] == correction.new and _about(correction, {**stated, **_old(correction)}) for stated in alike
    ):
        return Outcome("agreed")
    if slot and meant:
        return Outcome("void", f"the rules now say {_told(meant[0][slot])}, not {_told(correction.expected)}")
    if meant:
        return Outcome("void", "the rules now say something else in this record")
    if not _stands(correction, extraction):
        return Outcome("void", "its words or those around them have changed in the article")
    return Outcome("void", "the rules no longer find this record in these words")


def _old(correction: Correction) -> dict[str, JsonValue]:
    slot = correction.slot
    return {slot: correction.key[slot]} if slot in correction.key else {}


def _stands(correction: Correction, extraction: Extraction) -> bool:
    """Whether the passage of the correction still stands in the article, at any place."""
    article, words = extraction.article, correction.evidence
    at = article.body.find(words)
    while at >= 0:
        if passage_digest(article, Evidence(start=at, end=at + len(words), text=words)) == correction.passage:
            return True
        at = article.body.find(words, at + 1)
    return False


def _told(value: JsonValue) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)

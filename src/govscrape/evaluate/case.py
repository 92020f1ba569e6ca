"""A gold case: an article with what annotators say it states. The format is described in docs/annotation.md. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from govscrape.models.base import Frozen
from govscrape.models.records import Recurring, Role, ScoreBound, Unit

_HANOI = timezone(timedelta(hours=7))


class Quote(Frozen):
    """Words of the article, and why they are marked; the flags narrow what an ambiguous quote excuses."""

    text: str = Field(min_length=1)
    why: str = ""
    implied: bool = False
    bound: bool = False
    level: str | None = None


class GoldRecord(Frozen):
    """What every gold record may have: its words, and what else is right."""

    evidence: str = Field(min_length=1)
    optional: bool = False
    also: dict[str, list[Any]] = Field(default_factory=dict)
    note: str | None = None


class GoldIndex(GoldRecord):
    """An index result as annotated. Levels and units are the annotators'; only what is scored is typed closely."""

    index: str
    component: str | None = None
    subject: str
    subject_level: str
    year: int | None = None
    score: float | None = None
    score_max: float | None = None
    score_bound: ScoreBound | None = None
    unit: Unit | None = None
    rank: int | None = None
    rank_of: int | None = None
    rank_scope: str | None = None
    rank_text: str | None = None
    group: str | None = None
    score_delta: float | None = None
    rank_delta: int | None = None
    unchanged: bool | None = None
    prev_score: float | None = None
    prev_rank: int | None = None
    baseline_year: int | None = None
    secondary: bool = False
    derived: list[str] = Field(default_factory=list)

    @field_validator("derived")
    @classmethod
    def _are_slots(cls, value: list[str]) -> list[str]:
        for slot in value:
            if slot not in cls.model_fields:
                raise ValueError(f"{slot!r} is no slot")
        return value


class GoldOfficial(GoldRecord):
    """An official as annotated."""

    name: str | None = None
    honorific: str | None = None
    titles: list[str]
    organisation: str | None = None
    role_in_event: Role | None = None
    acting: str | None = None


class GoldDirective(GoldRecord):
    """A directive as annotated."""

    issuer_name: str | None = None
    issuer_title: str | None = None
    verb: str
    addressees: list[str]
    coordinating: list[str] = Field(default_factory=list)
    action: str = Field(min_length=1)
    deadline_text: str | None = None
    deadline_iso: date | None = None
    recurring: Recurring | None = None
    legal_refs: list[str] = Field(default_factory=list)


class GoldLegalRef(GoldRecord):
    """A legal reference as annotated."""

    kind: str
    number: str | None = None
    title: str | None = None
    article: str | None = None
    issued_on: date | None = None
    issuer: str | None = None


_FORMS: Mapping[str, type[GoldRecord]] = {
    "gold_indices": GoldIndex,
    "gold_officials": GoldOfficial,
    "gold_directives": GoldDirective,
    "gold_legal_refs": GoldLegalRef,
}
RECORD_LISTS = tuple(_FORMS)
"""The keys of the lists of records."""


class Case(Frozen):
    """One annotated article. A list of records that is None was not annotated, so nothing of that kind is scored.

    Records stay as they are written, so that a slot left out and one that is null can be told apart; their form is
    checked. ``held_out``: no rule may be written with the case in view. ``draft``: made by the program, not yet gold.
    """

    id: str
    held_out: bool = False
    draft: str | None = None
    title: str | None = None
    text: str = Field(min_length=1)
    province: str | None = None
    portal: str | None = None
    published_at: datetime | None = None
    author: str | None = None
    views: int | None = None
    tags: tuple[str, ...] = ()
    nfd: bool = False
    tone_style: str | None = None
    synthetic: bool = False
    note: str | None = None
    disclaimer: str | None = None
    negatives: tuple[Quote, ...] = ()
    ambiguous: tuple[Quote, ...] = ()
    gold_indices: tuple[dict[str, Any], ...] | None = None
    gold_officials: tuple[dict[str, Any], ...] | None = None
    gold_directives: tuple[dict[str, Any], ...] | None = None
    gold_legal_refs: tuple[dict[str, Any], ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _older_names(cls, data: Any) -> Any:
        """Older files say ``gold`` and ``published``."""
        for old, new in (("gold", "gold_indices"), ("published", "published_at")):
            if isinstance(data, dict) and old in data:
                data = {new: data[old], **{key: value for key, value in data.items() if key != old}}
        return data

    @field_validator("negatives", "ambiguous", mode="before")
    @classmethod
    def _plain_quotes(cls, value: Any) -> Any:
        return [{"text": quote} if isinstance(quote, str) else quote for quote in value or ()]

    @field_validator("published_at")
    @classmethod
    def _in_vietnam(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=_HANOI) if value and not value.tzinfo else value

    @model_validator(mode="after")
    def _well_formed(self) -> "Case":
        for kind in RECORD_LISTS:
            for fault in record_faults(kind, getattr(self, kind) or ()):
                raise ValueError(fault)
        return self


def record_faults(kind: str, records: Iterable[Any]) -> Iterator[str]:
    """What does not have the form of gold in a list of records, each with its place and slot."""
    for place, record in enumerate(records):
        try:
            _FORMS[kind].model_validate(record)
        except ValidationError as error:
            for fault in error.errors():
                yield f"{kind}[{place}] {'.'.join(map(str, fault['loc']))}: {fault['msg']}"

"""The records: what govscrape says an article states, each with the words that say so.

Absent is null, never 0 or "". Text is Unicode NFC and spelled as the article spells it.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from govscrape.models.article import Article
from govscrape.models.base import Frozen

SubjectLevel = Literal["province", "ministry", "department", "district", "commune", "region", "national_average"]
Status = Literal["result", "target", "projection"]
Unit = Literal["percent", "points", "ratio"]
ScoreBound = Literal["approx", "min", "max"]
Role = Literal["chair", "cochair", "speaker", "reporter", "attendee", "signer", "mentioned"]
VerbClass = Literal["order", "request", "assignment", "emphasis", "agreement", "recommendation"]
Recurring = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]


class Evidence(Frozen):
    """``body[start:end] == text``; half-open, in code points of ``article.body``."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Record(Frozen):
    """What every record carries: its evidence, the rule that made it, and how far to trust it, in (0, 1]."""

    evidence: Evidence
    rule: str
    confidence: float = Field(gt=0, le=1)


class IndexResult(Record):
    """One (index, component, subject, year, rank scope) that the article states.

    ``score_delta`` is signed as the score moved; ``rank_delta`` > 0 means moved up, 0 "giữ nguyên".
    ``checks`` names what arithmetic contradicts: delta_mismatch, rank_over_total, delta_over_total, score_over_scale.
    """

    index: str
    index_text: str | None = None
    component: str | None = None
    component_text: str | None = None
    subject: str | None = None
    subject_text: str | None = None
    subject_code: str | None = None
    subject_level: SubjectLevel = "province"
    status: Status = "result"
    year: int | None = Field(default=None, ge=1990, le=2100)
    score: float | None = None
    score_max: float | None = None
    unit: Unit | None = None
    score_bound: ScoreBound | None = None
    rank: int | None = Field(default=None, ge=1)
    rank_of: int | None = Field(default=None, ge=1)
    rank_scope: str | None = None
    rank_group: str | None = None
    score_delta: float | None = None
    rank_delta: int | None = None
    prev_score: float | None = None
    prev_rank: int | None = None
    baseline_year: int | None = None
    checks: tuple[str, ...] = ()


class Official(Record):
    """One person (or unnamed office, ``name`` null) of the article, with the most active role."""

    name: str | None = None
    honorific: str | None = None
    titles: tuple[str, ...] = ()
    organisation: str | None = None
    role: Role = "mentioned"
    acting: str | None = None
    mentions: tuple[Evidence, ...] = ()


class Directive(Record):
    """One (addressee group, task): who tells whom to do what, by when, on what basis."""

    issuer_name: str | None = None
    issuer_title: str | None = None
    verb: str
    verb_class: VerbClass
    addressees: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    action: str
    deadline_text: str | None = None
    deadline: date | None = None
    recurring: Recurring | None = None
    legal_refs: tuple[str, ...] = ()


class LegalRef(Record):
    """One document and article cited; ``number`` is null for a law named by title."""

    kind: str
    number: str | None = None
    title: str | None = None
    article: str | None = None
    issued_on: date | None = None
    issuer: str | None = None


class Issue(Frozen):
    """What the program saw and could not settle. ``where`` names the URL, selector, row or span."""

    code: str
    message: str
    where: str | None = None


class Extraction(Frozen):
    """An article and everything read from it."""

    article: Article
    indices: tuple[IndexResult, ...] = ()
    officials: tuple[Official, ...] = ()
    directives: tuple[Directive, ...] = ()
    legal_refs: tuple[LegalRef, ...] = ()
    issues: tuple[Issue, ...] = ()

"""A gold case: an article with what annotators say it states. The format is described in docs/annotation.md. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import Field, field_validator, model_validator

from govscrape.models.base import Frozen

_HANOI = timezone(timedelta(hours=7))
_REQUIRED = {
    "gold_indices": ("index", "subject", "subject_level", "evidence"),
    "gold_officials": ("titles", "evidence"),
    "gold_directives": ("addressees", "action", "verb", "evidence"),
    "gold_legal_refs": ("kind", "evidence"),
}


class Quote(Frozen):
    """Words of the article, and why they are marked; the flags narrow what an ambiguous quote excuses."""

    text: str = Field(min_length=1)
    why: str = ""
    implied: bool = False
    bound: bool = False
    level: str | None = None


class Case(Frozen):
    """One annotated article. A list of records that is None was not annotated, so nothing of that kind is scored."""

    id: str
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
    def _complete(self) -> "Case":
        for kind, keys in _REQUIRED.items():
            for place, record in enumerate(getattr(self, kind) or ()):
                for key in keys:
                    if record.get(key) is None:
                        raise ValueError(f"{kind}[{place}] has no {key}")
        return self


def digest(cases: Iterable[Case]) -> str:
    """Short digest of all that is gold in the cases, whatever their order and layout."""
    lines = sorted(case.model_dump_json(exclude_defaults=True) for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

"""Corrections: what people say stored records should be. They are data that outlives every new extraction."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AwareDatetime, Field, JsonValue, TypeAdapter, ValidationError, model_validator

from govscrape.models.base import Frozen
from govscrape.models.records import Directive, Extraction, IndexResult, LegalRef, Official, Record

Kind = Literal["index", "official", "directive", "legal_ref"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MODELS: Mapping[Kind, type[Record]] = {
    "index": IndexResult,
    "official": Official,
    "directive": Directive,
    "legal_ref": LegalRef,
}
FIELDS: Mapping[Kind, str] = {
    "index": "indices",
    "official": "officials",
    "directive": "directives",
    "legal_ref": "legal_refs",
}
"""Of each kind the field of an Extraction that holds its records."""

KEYS: Mapping[Kind, tuple[str, ...]] = {
    "index": ("index", "component", "component_text", "subject", "subject_level", "year", "rank_scope", "status"),
    "official": ("name", "titles"),
    "directive": ("action", "addressees"),
    "legal_ref": ("kind", "number", "title", "article"),
}
"""The slots that say what a record is about."""

_NO_SLOTS = frozenset({"evidence", "rule", "confidence", "mentions"})


def slots(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that state something and may be corrected, in the order of the model."""
    return tuple(name for name in MODELS[kind].model_fields if name not in _NO_SLOTS)


def facts(kind: Kind, record: Record) -> dict[str, JsonValue]:
    """The slots of a record as JSON data."""
    return record.model_dump(mode="json", include=set(slots(kind)))


def records_of(extraction: Extraction, kind: Kind) -> tuple[Record, ...]:
    """The records of one kind."""
    found: tuple[Record, ...] = getattr(extraction, FIELDS[kind])
    return found


def slot_value(kind: Kind, slot: str, value: JsonValue) -> JsonValue:
    """The value as JSON data of the slot's own type. Raises ValueError on an unknown slot or a value it cannot hold."""
    if slot not in slots(kind):
        raise ValueError(f"{slot!r} is no slot of {kind}")
    field = MODELS[kind].model_fields[slot]
    held: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    adapter = TypeAdapter[Any](held)
    try:
        stored: JsonValue = adapter.dump_python(adapter.validate_python(value), mode="json")
    except ValidationError as error:
        raise ValueError(f"{slot} cannot be {value!r}: {error.errors()[0]['msg']}") from error
    return stored


class Locator(Frozen):
    """Which record of which article: by what it is about and by its words in their paragraph, not by offsets.

    ``url`` is the article's identity, ``key`` the slots of KEYS as the rules gave them, ``evidence`` the words for
    people, ``passage`` a SHA-256 of the paragraphs that hold them and of their place in these.
    """

    url: str = Field(min_length=1)
    kind: Kind
    key: dict[str, JsonValue]
    evidence: str
    passage: str = Field(pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _key_is_whole(self) -> "Locator":
        if set(self.key) != set(KEYS[self.kind]):
            raise ValueError(f"the key of {self.kind} has the slots {', '.join(KEYS[self.kind])}")
        return self


class Correction(Locator):
    """One slot whose value is another, or (``slot`` null) a record that should not be.

    ``expected`` is what the rules gave when somebody looked, for a whole record all its slots; where they give
    something else today, the correction is void. ``by`` and ``at`` say who saw it when, ``reason`` why.
    """

    slot: str | None
    expected: JsonValue
    new: JsonValue = None
    reason: str | None = None
    by: str = Field(min_length=1)
    at: AwareDatetime

    @model_validator(mode="after")
    def _values_fit(self) -> "Correction":
        if self.slot is None:
            if not isinstance(self.expected, dict) or set(self.expected) != set(slots(self.kind)):
                raise ValueError(f"expected: a withdrawn record has all slots of {self.kind}")
            if self.new is not None:
                raise ValueError("new: a withdrawn record has no new value")
            return self
        if slot_value(self.kind, self.slot, self.new) == slot_value(self.kind, self.slot, self.expected):
            raise ValueError(f"{self.slot}: the new value is the expected one")
        return self

    @property
    def locator(self) -> Locator:
        """The record that it is about."""
        return Locator(**{name: getattr(self, name) for name in Locator.model_fields})

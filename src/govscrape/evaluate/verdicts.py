"""The files of audits and corrections: what a reader exports from the page, and what is kept in version control."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, JsonValue, TypeAdapter, ValidationError, model_validator

from govscrape.errors import InputError
from govscrape.models.base import Frozen
from govscrape.models.correction import Correction, Locator, slot_value, slots
from govscrape.store.audits import Audit, Judged, Stratum, Verdict

AUDIT = "govscrape-audit-1"
CORRECTIONS = "govscrape-corrections-1"


class Edit(Frozen):
    """The right value of a slot, beside the one on the page."""

    slot: str
    expected: JsonValue
    new: JsonValue


class Item(Frozen):
    """A record on the page, and what the reader says of it. ``withdrawn``: the article states nothing of the kind.

    ``record`` are all its slots as the rules gave them.
    """

    item: str = Field(min_length=1)
    stratum: str
    locator: Locator
    rule: str
    portal: str | None
    record: dict[str, JsonValue]
    verdict: Verdict | None = None
    edits: tuple[Edit, ...] = ()
    withdrawn: bool = False
    note: str | None = None
    at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "Item":
        if set(self.record) != set(slots(self.locator.kind)):
            raise ValueError(f"item {self.item}: the record has not all slots of {self.locator.kind}")
        if (self.edits or self.withdrawn) and self.verdict != "wrong":
            raise ValueError(f"item {self.item}: new values, but the verdict is {self.verdict}, not wrong")
        if self.edits and self.withdrawn:
            raise ValueError(f"item {self.item}: a withdrawn record has no new values")
        if self.verdict and self.at is None:
            raise ValueError(f"item {self.item}: a verdict without its time")
        for edit in self.edits:
            new = slot_value(self.locator.kind, edit.slot, edit.new)
            if edit.expected != self.record[edit.slot] or edit.expected == new:
                raise ValueError(
                    f"item {self.item}: {edit.slot} must be expected as it stands in the record, and differ"
                )
        return self


class Drawn(Frozen):
    """How the records of a page were chosen. ``sampled``: at random within strata; else they are some articles' all."""

    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    made_at: AwareDatetime
    sampled: bool
    strata_by: tuple[str, ...]
    seed: int
    ruleset_version: str
    code_version: str


class Part(Frozen):
    """A stratum: how many records it had, and how many of them are on the page."""

    name: str
    population: int = Field(ge=1)
    sampled: int = Field(ge=1)


class AuditFile(Frozen):
    """A page's records with verdicts; ``by`` is the reader's name."""

    format: Literal["govscrape-audit-1"] = "govscrape-audit-1"
    audit: Drawn
    strata: tuple[Part, ...]
    by: str = ""
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _strata_are_known(self) -> "AuditFile":
        names = {part.name for part in self.strata}
        for item in self.items:
            if item.stratum not in names:
                raise ValueError(f"item {item.item}: no stratum {item.stratum!r}")
        if len({item.item for item in self.items}) < len(self.items):
            raise ValueError("two items have one number")
        return self


class CorrectionFile(Frozen):
    """Corrections as they are kept in version control."""

    format: Literal["govscrape-corrections-1"] = "govscrape-corrections-1"
    corrections: tuple[Correction, ...]


_FILE = TypeAdapter[AuditFile | CorrectionFile](Annotated[AuditFile | CorrectionFile, Field(discriminator="format")])


def read_file(path: Path) -> AuditFile | CorrectionFile:
    """An exported file of either kind. Raises InputError: one line with the file, the place in it and what is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        if not isinstance(data, dict) or data.get("format") not in (AUDIT, CORRECTIONS):
            raise InputError(f"{path}: neither verdicts of an audit nor corrections (format: {AUDIT}, {CORRECTIONS})")
        return _FILE.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"] if step not in (AUDIT, CORRECTIONS))
        raise InputError(
            f"{path}: {place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}, so no file of verdicts or corrections") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error})") from error


def file_text(content: AuditFile | CorrectionFile) -> str:
    """The file's text: one record a line group, stable, fit for version control."""
    return json.dumps(content.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def audit_of(file: AuditFile) -> tuple[Audit, list[Stratum]]:
    """The audit's own rows."""
    drawn = file.audit
    fields: dict[str, Any] = {name: getattr(drawn, name) for name in Audit._fields}
    return Audit(**fields), [Stratum(part.name, part.population, part.sampled) for part in file.strata]


def judged(file: AuditFile, by: str) -> Iterator[Judged]:
    """The verdicts of a file."""
    for item in file.items:
        if item.verdict and item.at:
            place = item.locator
            yield Judged(
                item=item.item,
                stratum=item.stratum,
                url=place.url,
                kind=place.kind,
                rule=item.rule,
                portal=item.portal,
                evidence=place.evidence,
                verdict=item.verdict,
                note=item.note or None,
                by=by,
                at=item.at,
            )


def corrections_of(file: AuditFile, by: str) -> Iterator[Correction]:
    """The corrections of a file: each new value, each record that should not be."""
    for item in file.items:
        if item.at is None:
            continue
        about = {**item.locator.model_dump(), "reason": item.note or None, "by": by, "at": item.at}
        if item.withdrawn:
            yield Correction(**about, slot=None, expected=item.record)
        for edit in item.edits:
            new = slot_value(item.locator.kind, edit.slot, edit.new)
            yield Correction(**about, slot=edit.slot, expected=edit.expected, new=new)


def corrections_file(corrections: Sequence[Correction]) -> CorrectionFile:
    """Corrections in a stable order, so that a file in version control changes only where they do."""
    ordered = sorted(corrections, key=lambda c: (c.url, c.kind, c.evidence, c.slot or "", c.at, c.by))
    return CorrectionFile(corrections=tuple(ordered))

"""What a change of the rules does to the records of an article: gained, lost, changed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Record = Mapping[str, Any]
Effect = Literal["gained", "lost", "changed"]

_KEYS: Mapping[str, tuple[str, ...]] = {
    "indices": ("index", "component", "component_text", "subject", "subject_level", "year", "rank_scope", "status"),
    "officials": ("name", "titles"),
    "directives": ("action", "addressees"),
    "legal_refs": ("kind", "number", "title", "article"),
}
_NO_FACTS = frozenset({"evidence", "rule", "confidence", "mentions"})


@dataclass(frozen=True)
class Change:
    """One fact that is new, gone, or told otherwise; ``slots`` names what differs in a changed one."""

    kind: str
    effect: Effect
    before: Record | None
    after: Record | None
    slots: tuple[str, ...] = ()

    @property
    def record(self) -> Record:
        """The record after the change, or what was lost."""
        return self.after or self.before or {}


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The changes between two extractions of one article, both as JSON data.

    Records answer each other by what they are about, then by overlapping evidence. Where evidence begins and ends,
    which rule made a record and how sure it is are no facts and no change.
    """
    return [change for kind in _KEYS for change in _compare_kind(kind, before.get(kind, ()), after.get(kind, ()))]


def _compare_kind(kind: str, before: Sequence[Record], after: Sequence[Record]) -> Iterator[Change]:
    old, new = list(before), list(after)
    for is_match in (_same_facts, _about_the_same, _same_words):
        for record in list(new):
            partner = next((other for other in old if is_match(kind, other, record)), None)
            if partner is None:
                continue
            old.remove(partner)
            new.remove(record)
            slots = tuple(slot for slot in record if slot not in _NO_FACTS and partner.get(slot) != record[slot])
            if slots:
                yield Change(kind, "changed", partner, record, slots)
    yield from (Change(kind, "lost", record, None) for record in old)
    yield from (Change(kind, "gained", None, record) for record in new)


def _facts(record: Record) -> dict[str, Any]:
    return {slot: value for slot, value in record.items() if slot not in _NO_FACTS}


def _same_facts(_kind: str, one: Record, other: Record) -> bool:
    return _facts(one) == _facts(other)


def _about_the_same(kind: str, one: Record, other: Record) -> bool:
    return all(one.get(slot) == other.get(slot) for slot in _KEYS[kind])


def _same_words(_kind: str, one: Record, other: Record) -> bool:
    """Whether more than half of the longer evidence is shared."""
    (start, end), (first, last) = _span(one), _span(other)
    return 2 * (min(end, last) - max(start, first)) > max(end - start, last - first)


def _span(record: Record) -> tuple[int, int]:
    return int(record["evidence"]["start"]), int(record["evidence"]["end"])

"""What scoring one article writes down: counts per measure, the fate of each record, and every miss."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Record = Mapping[str, Any]
Verdict = Literal["right", "missed", "spurious", "excused"]


@dataclass
class Tally:
    """True positives, false positives, false negatives. Of nothing at all precision and recall are 1.

    ``near``: so many of the false ones are two sides of one answer that is partly right.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0
    near: int = 0

    def add(self, tp: int = 0, fp: int = 0, fn: int = 0, near: int = 0) -> None:
        """Count more."""
        self.tp += tp
        self.fp += fp
        self.fn += fn
        self.near += near

    def join(self, other: "Tally") -> None:
        """Count what another has counted."""
        self.add(other.tp, other.fp, other.fn, other.near)

    @property
    def gold(self) -> int:
        """How many answers gold has."""
        return self.tp + self.fn

    @property
    def precision(self) -> float:
        """Of the answers given, how many are right."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        """Of the answers that gold has, how many were given."""
        return self.tp / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    @property
    def partial(self) -> float:
        """F1 where an answer that is partly right counts half."""
        answers = 2 * self.tp + self.fp + self.fn
        return (2 * self.tp + self.near) / answers if answers else 1.0


@dataclass(frozen=True)
class Outcome:
    """What became of one record: gold and found when right, one of them otherwise; ``wrong_slots`` of a pair."""

    kind: str
    verdict: Verdict
    gold: Record | None
    found: Record | None
    wrong_slots: int = 0


@dataclass(frozen=True)
class Miss:
    """One error. ``slot`` is None when the record itself is at fault; else ``expected`` and ``got`` are its values."""

    kind: str
    error: str
    gold: Record | None = None
    found: Record | None = None
    slot: str | None = None
    expected: Any = None
    got: Any = None


@dataclass
class Sheet:
    """The result of one article, or of many joined."""

    counts: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    outcomes: list[Outcome] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)

    def slot(self, kind: str, slot: str, pair: tuple[Record, Record | None], values: tuple[Any, Any]) -> None:
        """Write down a wrong slot of a paired record."""
        expected, got = values
        error = "missing_value" if got in (None, [], ()) else "extra_value" if expected in (None, []) else "wrong_value"
        self.misses.append(Miss(kind, error, pair[0], pair[1], slot, expected, got))

    def records(self, kind: str, right: list[Outcome], missed: list[Record], spurious: list[Record]) -> None:
        """Count the records of one kind and write down each one's fate."""
        self.counts[kind].add(len(right), len(spurious), len(missed))
        self.outcomes += right
        for record in missed:
            self.outcomes.append(Outcome(kind, "missed", record, None))
            self.misses.append(Miss(kind, "missed", gold=record))
        for record in spurious:
            self.outcomes.append(Outcome(kind, "spurious", None, record))
            self.misses.append(Miss(kind, "spurious", found=record))

"""What was found in the sample articles beside what they state, by the results written down by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govscrape.demo.articles import Expected
from govscrape.text.fold import fold

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """``found`` and ``missed`` are stated results, optional ones never missed; ``other`` are rows nobody stated."""

    found: tuple[Expected, ...] = ()
    missed: tuple[Expected, ...] = ()
    other: tuple[Row, ...] = ()

    def plus(self, more: "Comparison") -> "Comparison":
        """Both together."""
        return Comparison(self.found + more.found, self.missed + more.missed, self.other + more.other)


def compare(stated: Sequence[Expected], rows: Sequence[Row]) -> Comparison:
    """One article's stated results against its rows (fields as in ``IndexResult``); targets are no claim to measure.

    A result counts as found when a row is about the same thing and gives its score, or its rank where it has no score.
    """
    results = [row for row in rows if row["status"] == "result"]
    found, missed, used = [], [], set()
    for wanted in stated:
        hits = {at for at, row in enumerate(results) if _same(wanted, row)}
        if any(_gives(wanted, results[at]) for at in hits):
            found.append(wanted)
            used |= {at for at in hits if _agrees(wanted, results[at])}
        elif not wanted.optional:
            missed.append(wanted)
    return Comparison(tuple(found), tuple(missed), tuple(row for at, row in enumerate(results) if at not in used))


def _same(wanted: Expected, row: Row) -> bool:
    is_same = row["index"].startswith(wanted.index) and row["year"] == wanted.year
    is_same = is_same and fold(row["subject"] or "") == fold(wanted.subject)
    in_region = row["rank_scope"] not in {None, "national"} and wanted.subject_level == "province"
    return is_same and in_region == (wanted.rank_scope is not None) and _same_component(wanted, row["component_text"])


def _same_component(wanted: Expected, text: str | None) -> bool:
    if wanted.component is None or text is None:
        return wanted.component is text
    ours, theirs = fold(wanted.component), fold(text)
    return ours in theirs or theirs in ours


def _gives(wanted: Expected, row: Row) -> bool:
    key = "score" if wanted.score is not None else "rank"
    return _equal(getattr(wanted, key), row[key])


def _agrees(wanted: Expected, row: Row) -> bool:
    """Whether a row contradicts nothing: score and rank may stand in two rows, a rank may follow from an order."""
    pairs = ((getattr(wanted, key), row[key]) for key in ("score", "rank"))
    return all(given is None or stated is None or _equal(stated, given) for stated, given in pairs)


def _equal(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) < 1e-9

"""How far a figure depends on which articles happen to be annotated: F1 over random redraws of the articles."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govscrape.evaluate.index_scoring import SLOTS
from govscrape.evaluate.sheet import Sheet, Tally

_SEED = 20240626


@dataclass(frozen=True)
class Interval:
    """Where 95 of 100 redraws put the F1."""

    low: float
    high: float


def intervals(sheets: Sequence[Sheet], resamples: int = 500) -> dict[str, Interval]:
    """The 95 % percentile interval of each measure's F1; the same sheets always give the same ones."""
    columns = _columns(sheets)
    values: dict[str, list[float]] = {name: [] for name in columns}
    dice = random.Random(_SEED)  # noqa: S311 - no secret hangs on it
    places = range(len(sheets))
    for _ in range(resamples):
        drawn = Counter(dice.choices(places, k=len(sheets)))
        for name, column in columns.items():
            values[name].append(_f1(column, drawn))
    return {name: _interval(sorted(f1s)) for name, f1s in values.items() if f1s}


def _columns(sheets: Sequence[Sheet]) -> dict[str, dict[int, Tally]]:
    columns: dict[str, dict[int, Tally]] = {}
    for place, sheet in enumerate(sheets):
        for name, tally in sheet.counts.items():
            columns.setdefault(name, {})[place] = tally
            if name.removeprefix("slot:") in SLOTS:
                columns.setdefault("index_slots", {}).setdefault(place, Tally()).join(tally)
    return columns


def _f1(column: Mapping[int, Tally], drawn: Mapping[int, int]) -> float:
    total = Tally()
    for place, tally in column.items():
        times = drawn.get(place, 0)
        total.add(tally.tp * times, tally.fp * times, tally.fn * times)
    return total.f1


def _interval(ordered: Sequence[float]) -> Interval:
    last = len(ordered) - 1
    return Interval(ordered[round(0.025 * last)], ordered[round(0.975 * last)])

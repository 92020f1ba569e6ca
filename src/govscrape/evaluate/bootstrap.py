"""How far a figure depends on which articles happen to be annotated: F1 over random redraws of the articles."""

import random
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
    columns = {name: _rows(column) for name, column in _columns(sheets).items()}
    values: dict[str, list[float]] = {name: [] for name in columns}
    dice = random.Random(_SEED)  # noqa: S311 - no secret hangs on it
    places = range(len(sheets))
    for _ in range(resamples):
        times = [0] * len(sheets)
        for place in dice.choices(places, k=len(sheets)):
            times[place] += 1
        for name, rows in columns.items():
            values[name].append(_f1(rows, times))
    return {name: _interval(sorted(f1s)) for name, f1s in values.items() if f1s}


def _columns(sheets: Sequence[Sheet]) -> dict[str, dict[int, Tally]]:
    columns: dict[str, dict[int, Tally]] = {}
    for place, sheet in enumerate(sheets):
        for name, tally in sheet.counts.items():
            columns.setdefault(name, {})[place] = tally
            if name.removeprefix("slot:") in SLOTS:
                columns.setdefault("index_slots", {}).setdefault(place, Tally()).join(tally)
    return columns


def _rows(column: Mapping[int, Tally]) -> list[tuple[int, int, int]]:
    """Per article its place, twice the right answers, and all answers: F1 is the ratio of their sums."""
    return [(place, 2 * tally.tp, 2 * tally.tp + tally.fp + tally.fn) for place, tally in column.items()]


def _f1(rows: Sequence[tuple[int, int, int]], times: Sequence[int]) -> float:
    right = answers = 0
    for place, twice, total in rows:
        drawn = times[place]
        right += twice * drawn
        answers += total * drawn
    return right / answers if answers else 1.0


def _interval(ordered: Sequence[float]) -> Interval:
    last = len(ordered) - 1
    return Interval(ordered[round(0.025 * last)], ordered[round(0.975 * last)])

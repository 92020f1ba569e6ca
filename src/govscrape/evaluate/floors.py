"""Floors under the F1 of each measure, kept in a file: they rise with ``--update`` and fall only on purpose.

Articles that rules were written with, articles held out and pages have floors of their own.

Extraction is deterministic, so two runs of the same code over the same gold differ by nothing. ``margin`` is there for
trades: a change that mends several records and breaks one may land as long as no F1 falls by more than that.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from govscrape.errors import InputError
from govscrape.evaluate.report import Report
from govscrape.models.base import Frozen

MARGIN = 0.002


class Floors(Frozen):
    """The file: for which gold it holds, and the floor of each measure in each part of it."""

    gold: str
    margin: float = Field(default=MARGIN, ge=0, lt=0.1)
    f1: dict[str, dict[str, float]]


def load_floors(path: Path) -> Floors:
    """The floors in ``path``. Raises InputError naming it and what is wrong."""
    try:
        return Floors.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error


def save_floors(path: Path, floors: Floors) -> None:
    """Write ``floors``, keys in the order of the measures. Raises InputError naming the path."""
    try:
        path.write_text(json.dumps(floors.model_dump(), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def measured(report: Report) -> dict[str, dict[str, float]]:
    """F1 by part and measure, rounded down to four decimals so that it is never above itself."""
    return {
        name: {measure: int(tally.f1 * 10_000) / 10_000 for measure, tally in part.measures.items()}
        for name, part in report.parts.items()
    }


def breaches(floors: Floors, report: Report) -> list[str]:
    """What does not hold, one line each: a fault, a measure that fell or is gone, gold that is not the floors'."""
    lines = [f"{article}: {message}" for article, message in report.faults]
    lines += _falls(floors.f1, measured(report), floors.margin)
    if floors.gold != report.gold:
        lines.append(f"gold is {report.gold}, the floors are for {floors.gold}; set them with --update")
    return lines


def _falls(
    floors: Mapping[str, Mapping[str, float]], now: Mapping[str, Mapping[str, float]], margin: float
) -> list[str]:
    lines = []
    for part, name, floor in ((part, name, floor) for part, known in floors.items() for name, floor in known.items()):
        value = now.get(part, {}).get(name)
        if value is None:
            lines.append(f"{part} {name}: no longer measured, floor {floor:.4f}")
        elif value < floor - margin:
            lines.append(f"{part} {name}: F1 {value:.4f} is below its floor {floor:.4f} by more than {margin}")
    return lines


def updated(floors: Floors | None, report: Report, *, allow_regression: bool) -> Floors:
    """The floors raised to today's figures. Where a figure fell, the old floor stays within the margin.

    Raises InputError when a figure fell by more, or when an article could not be read, unless a regression is allowed:
    then the floors become today's figures.
    """
    now = measured(report)
    margin = floors.margin if floors else MARGIN
    if floors and not allow_regression:
        falls = _falls(floors.f1, now, margin)
        if falls:
            other = "" if floors.gold == report.gold else ", of other gold"
            raise InputError(f"floors only rise; {falls[0]}{_more(falls)}{other}; lower them with --allow-regression")
        now = {
            part: {name: max(value, floors.f1.get(part, {}).get(name, 0.0)) for name, value in values.items()}
            for part, values in now.items()
        }
    if report.faults and not allow_regression:
        raise InputError(f"{report.faults[0][0]}: {report.faults[0][1]}; no floor is set over a fault")
    return Floors(gold=report.gold, margin=margin, f1=now)


def _more(lines: list[str]) -> str:
    return f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""

"""An evaluation as one value: figures with intervals, errors by class, every miss in words; as JSON and Markdown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govscrape.evaluate.bootstrap import Interval, intervals
from govscrape.evaluate.breakdown import Group, breakdown
from govscrape.evaluate.case import digest
from govscrape.evaluate.metrics import KINDS, MEASURES, totals
from govscrape.evaluate.run import Result
from govscrape.evaluate.sheet import Miss, Record, Tally
from govscrape.evaluate.taxonomy import DISPLACED, ERRORS

OPEN, CLOSE = "<!-- accuracy -->", "<!-- /accuracy -->"
_MARKDOWN = ("| measure | precision | recall | F1 | 95 % of redraws | gold |", "|---|---:|---:|---:|---:|---:|")
_TOLD = (
    *("index", "component", "component_text", "subject", "year", "score", "rank", "score_delta", "rank_delta"),
    *("name", "titles", "role_in_event", "role", "addressees", "action", "kind", "number", "title"),
)


@dataclass(frozen=True)
class Report:
    """The results with their sums."""

    results: Sequence[Result]
    ruleset: str
    gold: str
    measures: Mapping[str, Tally]
    intervals: Mapping[str, Interval]
    errors: Mapping[str, int]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The articles on which the extractor broke off, and how."""
        return [(result.case.id, result.fault) for result in self.results if result.fault]

    @property
    def misses(self) -> Iterator[tuple[str, Miss]]:
        """Every miss with the id of its article."""
        return ((result.case.id, miss) for result in self.results for miss in result.sheet.misses)


def report_of(results: Sequence[Result], ruleset: str, resamples: int = 500) -> Report:
    """Sums up. ``ruleset`` is the version that was measured."""
    sheets = [result.sheet for result in results]
    counted = Counter(miss.error for sheet in sheets for miss in sheet.misses)
    return Report(
        results=results,
        ruleset=ruleset,
        gold=digest(result.case for result in results),
        measures=totals(sheets),
        intervals=intervals(sheets, resamples),
        errors={error: counted[error] for error in ERRORS if counted[error]},
    )


def measure_rows(report: Report) -> list[dict[str, Any]]:
    """One row per measure, figures to three decimals."""
    rows = []
    for name, tally in report.measures.items():
        interval = report.intervals.get(name)
        figures = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
        row = {"measure": name, "about": MEASURES[name], **{key: round(value, 3) for key, value in figures.items()}}
        row["low"], row["high"] = (round(interval.low, 3), round(interval.high, 3)) if interval else (None, None)
        rows.append({**row, "partial": _partial(report, name, tally), "gold": tally.gold})
    return rows


def _partial(report: Report, kind: str, tally: Tally) -> float | None:
    """F1 where a record that was found in the wrong place, or cut wrongly, counts half; None for slots."""
    if kind not in KINDS:
        return None
    near = sum(miss.kind == kind and miss.slot is None and miss.error in DISPLACED for _, miss in report.misses)
    answers = 2 * tally.tp + tally.fp + tally.fn
    return round((2 * tally.tp + near) / answers, 3) if answers else 1.0


def group_row(group: Group, way: str) -> dict[str, Any]:
    """One group as a row; a rule's recall would mean nothing and is left out."""
    tally = group.tally
    row: dict[str, Any] = {
        way: group.name,
        "articles": group.articles,
        "right": tally.tp,
        "spurious": tally.fp,
        "missed": tally.fn,
        "excused": group.excused,
        "wrong_slots": group.wrong_slots,
        "precision": round(tally.precision, 3),
    }
    if way == "rule":
        del row["missed"]
        return row
    return {**row, "recall": round(tally.recall, 3), "f1": round(tally.f1, 3)}


def told(record: Record | None) -> str:
    """The slots of a record that tell which one it is, in one line."""
    if record is None:
        return ""
    pairs = ((slot, record.get(slot)) for slot in _TOLD)
    return ", ".join(f"{slot}={value}" for slot, value in pairs if value not in (None, [], ()))


def evidence_text(record: Record | None) -> str:
    """The words that say the record: gold has them as text, a found record with its offsets."""
    evidence = (record or {}).get("evidence")
    return str(evidence.get("text", "")) if isinstance(evidence, Mapping) else str(evidence or "")


def miss_row(article: str, miss: Miss) -> dict[str, Any]:
    """One miss for people and for JSON."""
    value = None if miss.slot is None else {"expected": miss.expected, "found": miss.got}
    return {
        "article": article,
        "error": miss.error,
        "kind": miss.kind,
        "slot": miss.slot,
        "value": value,
        "gold": told(miss.gold) or None,
        "found": told(miss.found) or None,
        "rule": (miss.found or {}).get("rule"),
        "evidence": evidence_text(miss.gold) or evidence_text(miss.found),
    }


def as_data(report: Report, ways: Sequence[str], misses: int | None) -> dict[str, Any]:
    """The report as JSON data, with at most ``misses`` misses (None: all)."""
    rows = [miss_row(article, miss) for article, miss in report.misses]
    return {
        "ruleset": report.ruleset,
        "gold": report.gold,
        "articles": len(report.results),
        "faults": [{"article": article, "message": message} for article, message in report.faults],
        "measures": measure_rows(report),
        "errors": dict(report.errors),
        "by": {way: [group_row(group, way) for group in breakdown(report.results, way)] for way in ways},
        "misses": rows[:misses],
    }


def markdown(report: Report) -> str:
    """The table of README.md; single figures of index results are left to the terminal."""
    lines = list(_MARKDOWN)
    for row in measure_rows(report):
        if row["about"].startswith("—"):
            continue
        figures = " | ".join(f"{row[key]:.3f}" for key in ("precision", "recall", "f1"))
        redraws = "" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
        lines.append(f"| {row['about']} | {figures} | {redraws} | {row['gold']} |")
    about = f"{len(report.results)} annotated articles (gold {report.gold}), ruleset {report.ruleset}."
    return "\n".join([*lines, "", about])


def with_table(page: str, table: str) -> str:
    """``page`` with ``table`` between its two marks. Raises ValueError where there is not one of each, in order."""
    before, opened, rest = page.partition(OPEN)
    _, closed, after = rest.partition(CLOSE)
    if not opened or not closed or OPEN in rest or CLOSE in after or CLOSE in before:
        raise ValueError(f"expected one {OPEN} and after it one {CLOSE}")
    return f"{before}{OPEN}\n{table}\n{CLOSE}{after}"

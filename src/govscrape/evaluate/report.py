"""An evaluation as one value: figures with intervals, errors by class, every miss in words; as JSON and Markdown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govscrape.evaluate.bootstrap import Interval, intervals
from govscrape.evaluate.breakdown import Group, breakdown
from govscrape.evaluate.metrics import MEASURES, PARTLY, totals
from govscrape.evaluate.run import PageResult, Result, Scored
from govscrape.evaluate.sheet import Miss, Record, Tally
from govscrape.evaluate.taxonomy import ERRORS

OPEN, CLOSE = "<!-- accuracy -->", "<!-- /accuracy -->"
DEV, TEST, PAGES = "dev", "test", "pages"
ABOUT = {
    DEV: "articles that rules were written with",
    TEST: "articles held out",
    PAGES: "pages, each read with selectors and without",
}
"""What the parts of a report hold."""

_ARTICLES = (
    "| measure | F1, dev | gold | F1, test | precision | recall | 95 % of redraws | gold |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
_PAGES = ("| from the page | F1, selectors | F1, no selectors | gold |", "|---|---:|---:|---:|")
_TOLD = (
    *("index", "component", "component_text", "subject", "year", "score", "rank", "score_delta", "rank_delta"),
    *("name", "titles", "role_in_event", "role", "addressees", "action", "kind", "number", "title"),
)


@dataclass(frozen=True)
class Part:
    """Results of one kind with their sums: the articles rules are written against, those held out, the pages."""

    results: Sequence[Scored]
    measures: Mapping[str, Tally]
    intervals: Mapping[str, Interval]
    errors: Mapping[str, int]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The articles on which reading broke off, and how."""
        return [(result.id, result.fault) for result in self.results if result.fault]

    @property
    def misses(self) -> Iterator[tuple[str, Miss]]:
        """Every miss with the id of its article."""
        return ((result.id, miss) for result in self.results for miss in result.sheet.misses)

    @property
    def articles(self) -> int:
        """How many articles or pages were read."""
        return len({result.case.id if isinstance(result, PageResult) else result.id for result in self.results})


@dataclass(frozen=True)
class Report:
    """An evaluation. ``ruleset`` is the version that was measured, ``gold`` the digest of what it was held against."""

    ruleset: str
    gold: str
    parts: Mapping[str, Part]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The faults of all parts."""
        return [fault for part in self.parts.values() for fault in part.faults]


def report_of(
    results: Sequence[Result], ruleset: str, gold: str, pages: Sequence[PageResult] = (), resamples: int = 500
) -> Report:
    """Sums up; a part without any result is left out."""
    parts: dict[str, Sequence[Scored]] = {
        DEV: [result for result in results if not result.case.held_out],
        TEST: [result for result in results if result.case.held_out],
        PAGES: pages,
    }
    return Report(ruleset, gold, {name: part_of(found, resamples) for name, found in parts.items() if found})


def part_of(results: Sequence[Scored], resamples: int) -> Part:
    """The results with their sums."""
    sheets = [result.sheet for result in results]
    counted = Counter(miss.error for sheet in sheets for miss in sheet.misses)
    errors = {error: counted[error] for error in ERRORS if counted[error]}
    return Part(results, totals(sheets), intervals(sheets, resamples), errors)


def measure_rows(part: Part) -> list[dict[str, Any]]:
    """One row per measure, figures to three decimals. ``partial`` is None where an answer is right or wrong."""
    rows = []
    for name, tally in part.measures.items():
        interval = part.intervals.get(name)
        figures = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
        row = {"measure": name, "about": MEASURES[name], **{key: round(value, 3) for key, value in figures.items()}}
        row["low"], row["high"] = (round(interval.low, 3), round(interval.high, 3)) if interval else (None, None)
        partial = round(tally.partial, 3) if name in PARTLY else None
        rows.append({**row, "partial": partial, "gold": tally.gold})
    return rows


def group_row(group: Group, way: str) -> dict[str, Any]:
    """One group as a row."""
    tally = group.tally
    return {
        way: group.name,
        "articles": group.articles,
        "right": tally.tp,
        "spurious": tally.fp,
        "missed": tally.fn,
        "excused": group.excused,
        "wrong_slots": group.wrong_slots,
        "precision": round(tally.precision, 3),
        "recall": round(tally.recall, 3),
        "f1": round(tally.f1, 3),
    }


def told(record: Record | None) -> str:
    """The slots of a record that tell which one it is, in one line."""
    if record is None:
        return ""
    pairs = ((slot, record.get(slot)) for slot in _TOLD)
    return ", ".join(f"{slot}={_shown(value)}" for slot, value in pairs if value not in (None, [], ()))


def _shown(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


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


def groups_of(part: Part, way: str) -> list[dict[str, Any]]:
    """The part's counts by one of the ways of :mod:`breakdown`, as rows."""
    return [group_row(group, way) for group in breakdown(part.results, way)]


def as_data(report: Report, ways: Sequence[str], misses: int | None, shown: Sequence[str]) -> dict[str, Any]:
    """The report as JSON data. The parts ``shown`` have their groups and at most ``misses`` misses (None: all)."""
    return {
        "ruleset": report.ruleset,
        "gold": report.gold,
        "parts": {name: _part_data(part, ways, misses, name in shown) for name, part in report.parts.items()},
    }


def _part_data(part: Part, ways: Sequence[str], misses: int | None, is_shown: bool) -> dict[str, Any]:
    rows = [miss_row(article, miss) for article, miss in part.misses] if is_shown else []
    return {
        "articles": part.articles,
        "faults": [{"article": article, "message": message} for article, message in part.faults],
        "measures": measure_rows(part),
        "errors": dict(part.errors),
        "by": {way: groups_of(part, way) for way in ways if is_shown},
        "misses": rows[:misses],
    }


def markdown(report: Report) -> str:
    """The tables of README.md; single figures of index results are left to the terminal."""
    dev, test, pages = (_by_name(report.parts.get(name)) for name in (DEV, TEST, PAGES))
    lines = list(_ARTICLES)
    for name in (name for name in MEASURES if name in dev or name in test):
        if MEASURES[name].startswith("—"):
            continue
        cells = (*_cells(dev.get(name), "f1", "gold"), *_cells(test.get(name), "f1", "precision", "recall"))
        lines.append(
            f"| {' | '.join((MEASURES[name], *cells, _redraws(test.get(name)), *_cells(test.get(name), 'gold')))} |"
        )
    if pages:
        lines += ["", *_PAGES, *_page_lines(pages)]
    counts = ", ".join(f"{part.articles} {ABOUT[name].partition(',')[0]}" for name, part in report.parts.items())
    return "\n".join([*lines, "", f"{counts} (gold {report.gold}), ruleset {report.ruleset}."])


def _by_name(part: Part | None) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in measure_rows(part)} if part else {}


def _cells(row: Mapping[str, Any] | None, *keys: str) -> list[str]:
    return [("" if row is None else str(row[key]) if key == "gold" else f"{row[key]:.3f}") for key in keys]


def _redraws(row: Mapping[str, Any] | None) -> str:
    return "" if row is None or row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"


def _page_lines(pages: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name in (name for name in MEASURES if name.startswith("generic:") and name in pages):
        field = name.removeprefix("generic:")
        selected = pages.get(f"selectors:{field}")
        about = MEASURES[name].partition(",")[0]
        cells = (about, *_cells(selected, "f1"), *_cells(pages[name], "f1", "gold"))
        yield f"| {' | '.join(cells)} |"


def with_table(page: str, table: str) -> str:
    """``page`` with ``table`` between its two marks. Raises ValueError where there is not one of each, in order."""
    before, opened, rest = page.partition(OPEN)
    _, closed, after = rest.partition(CLOSE)
    if not opened or not closed or OPEN in rest or CLOSE in after or CLOSE in before:
        raise ValueError(f"expected one {OPEN} and after it one {CLOSE}")
    return f"{before}{OPEN}\n{table}\n{CLOSE}{after}"

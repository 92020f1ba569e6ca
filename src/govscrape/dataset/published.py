"""The published results of the indices (rules/published), each with its source and how sure it is."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from govscrape.dataset.names import plain
from govscrape.errors import RuleError
from govscrape.rules.load import rules_dir

FIRST_DAY_OF_34 = "2025-07-01"


@dataclass(frozen=True)
class Published:
    """One published result. ``score`` keeps the decimals as printed; ``component`` is None for the overall index."""

    index: str
    component: str | None
    year: int
    level: str
    subject: str
    code: str | None
    era: int
    score: str | None
    unit: str | None
    scale_max: float | None
    rank: int | None
    rank_of: int | None
    status: str
    source: str
    source_url: str | None
    note: str | None


Key = tuple[str, str | None, int, str, int, str]


class Truth:
    """All published results, found by who was measured in what, in which year."""

    def __init__(self, results: tuple[Published, ...]) -> None:
        self.results = results
        self._by_key = {_key(result): result for result in results}

    def find(
        self, index: str, component: str | None, year: int, *, level: str, subject: str, code: str | None, era: int
    ) -> Published | None:
        """The published result, or None. A province of the 63 is found by its code, all others by their name."""
        return self._by_key.get((index, component, year, level, era, who(level, subject, code, era)))


def load_truth(folder: Path | None = None) -> Truth:
    """Reads ``rules/published`` (or ``folder``). Raises RuleError on a missing file or a row that cannot be read."""
    where = folder or rules_dir() / "published"
    levels = {row["entity_kind"]: row["subject_level"] for _, row in _rows(where / "entities.csv")}
    claimed = {row["index"]: row["claimed_as"] for _, row in _rows(where / "claimed_as.csv")}
    results = [
        *_read(where / "official_results.csv", levels, claimed),
        *_read(where / "official_components.csv", levels, claimed),
    ]
    return Truth(tuple(results))


def _read(path: Path, levels: Mapping[str, str], claimed: Mapping[str, str]) -> Iterator[Published]:
    for line, row in _rows(path):
        try:
            yield _result(row, levels, claimed)
        except (KeyError, ValueError) as error:
            raise RuleError(f"{path}:{line}: {type(error).__name__} {error}") from error


def _result(row: Mapping[str, str], levels: Mapping[str, str], claimed: Mapping[str, str]) -> Published:
    index = claimed.get(row["index"], row["index"])
    number = row.get("component_no")
    return Published(
        index=index,
        component=f"{index}.{number}" if number else None,
        year=int(row["year"]),
        level=levels[row["entity_kind"]] if "entity_kind" in row else "province",
        subject=row["province"],
        code=row["code"] or None,
        era=int(row.get("era") or 63),
        score=_decimal(row["score"]),
        unit=row.get("unit") or None,
        scale_max=float(row["scale_max"]) if row["scale_max"] else None,
        rank=int(row["rank"]) if row.get("rank") else None,
        rank_of=int(row["rank_of"]) if row.get("rank_of") else None,
        status=row["status"],
        source=row["source"],
        source_url=row.get("source_url") or None,
        note=row.get("note") or None,
    )


def _decimal(text: str) -> str | None:
    if text:
        float(text)
    return text or None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise RuleError(f"{path}:{reader.line_num}: not as many cells as the header has")
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RuleError(f"{path}: {error}") from error


def _key(result: Published) -> Key:
    name = who(result.level, result.subject, result.code, result.era)
    return (result.index, result.component, result.year, result.level, result.era, name)


def who(level: str, subject: str, code: str | None, era: int) -> str:
    """What identifies who was measured: codes of the 34 were other provinces' codes before, so they do not."""
    return code if code and level == "province" and era == 63 else plain(subject)

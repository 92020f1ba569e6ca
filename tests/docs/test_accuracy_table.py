"""README.md's accuracy table is what ``govscrape evaluate --readme`` writes."""

import re
from pathlib import Path

from govscrape.evaluate.gold import load_cases
from govscrape.evaluate.metrics import MEASURES
from govscrape.evaluate.report import CLOSE, OPEN, Report, markdown
from govscrape.evaluate.sheet import Tally

ROW = re.compile(r"^\| (?P<about>[^|]+) \|(?: [01]\.\d{3} \|){3} [01]\.\d{3} to [01]\.\d{3} \| [\d]+ \|$")


def lines(page: str) -> list[str]:
    return page.partition(OPEN)[2].partition(CLOSE)[0].strip().splitlines()


def test_the_table_has_the_commands_form(root: Path) -> None:
    """A table typed by hand, or left from an older measure, claims what nobody measured."""
    shown = lines((root / "README.md").read_text(encoding="utf-8"))
    written = markdown(Report([], "", "", {"index": Tally()}, {}, {})).splitlines() if shown else []
    assert shown[:2] == written[:2]
    rows = [ROW.match(line) for line in shown[2:-2]]
    assert all(rows), shown
    abouts = [row["about"] for row in rows if row]
    assert abouts == [about for about in MEASURES.values() if not about.startswith("—")]
    assert re.fullmatch(r"\d+ annotated articles \(gold [0-9a-f]{16}\).*", shown[-1])


def test_the_number_of_articles_is_that_of_the_gold(root: Path) -> None:
    """Gold that grew without a new measurement."""
    told = re.match(r"\d+", lines((root / "README.md").read_text(encoding="utf-8"))[-1])
    assert told is not None
    assert int(told[0]) == len(load_cases([root / "tests" / "fixtures" / "gold"]))

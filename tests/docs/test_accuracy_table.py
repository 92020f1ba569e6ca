"""README.md's accuracy table is what ``govscrape evaluate --readme`` writes."""

import re
from pathlib import Path

from govscrape.evaluate.gold import Gold, load_gold
from govscrape.evaluate.metrics import MEASURES
from govscrape.evaluate.report import CLOSE, OPEN

_F1 = r"[01]\.\d{3}"
ARTICLES = re.compile(
    rf"^\| (?P<about>[^|]+) \| {_F1} \| \d+ \| {_F1} \| {_F1} \| {_F1} \| {_F1} to {_F1} \| \d+ \|$", re.MULTILINE
)
PAGES = re.compile(rf"^\| (?P<about>[^|]+) \| {_F1} \| {_F1} \| \d+ \|$", re.MULTILINE)
COUNTS = re.compile(
    r"^(\d+) articles that rules were written with, (\d+) articles held out, (\d+) pages "
    r"\(gold ([0-9a-f]{16})\), ruleset \w+\.$",
    re.MULTILINE,
)


def table(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8").partition(OPEN)[2].partition(CLOSE)[0]


def gold(root: Path) -> Gold:
    return load_gold([root / "tests" / "fixtures" / name for name in ("gold", "pages")])


def test_the_table_has_the_commands_form(root: Path) -> None:
    """A table typed by hand, or left from an older measure, claims what nobody measured."""
    shown = table(root)
    abouts = [
        about for name, about in MEASURES.items() if not about.startswith("—") and ":" not in name.replace("slot:", "")
    ]
    assert ARTICLES.findall(shown) == abouts
    assert PAGES.findall(shown) == ["title", "date", "author", "words of the body"]


def test_the_counts_are_those_of_the_gold(root: Path) -> None:
    """Gold that grew or changed without a new measurement."""
    told = COUNTS.search(table(root))
    assert told is not None
    now = gold(root)
    held_out = sum(case.held_out for case in now.cases)
    assert told.groups() == (str(len(now.cases) - held_out), str(held_out), str(len(now.pages)), now.digest)

"""The main text of pages without selectors: ours beside resiliparse and trafilatura, by words and by CPU time.

usage: python benchmarks/main_content.py [--rounds N] [FOLDER_OF_REAL_PAGES]

Each extractor reads the annotated pages of tests/fixtures/pages; words are counted as `govscrape evaluate` counts them.
Real pages (default: ../shared/pages, when it is there) have no gold: for them only time and the share of words that
another extractor has in common with ours are told. The libraries come with `pip install '.[bench]'`; what is not
installed is left out. Rounds of all extractors take turns, so that a busy machine slows them alike.
"""

import argparse
import importlib.metadata
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from govscrape.errors import NotAnArticle
from govscrape.evaluate.gold import load_gold
from govscrape.evaluate.page_scoring import words_of
from govscrape.evaluate.sheet import Tally
from govscrape.models.page import Page
from govscrape.parse import parse_article
from govscrape.parse.encoding import decode
from govscrape.rules.portals import load_page_words

ROOT = Path(__file__).resolve().parent.parent
Extract = Callable[[Page], str]


def ours() -> Extract:
    """The generic reading, furniture and metadata and all."""
    words = load_page_words()

    def extract(page: Page) -> str:
        try:
            return parse_article(page, None, words)[0].body
        except NotAnArticle:
            return ""

    return extract


def text_of(page: Page) -> str:
    """The page decoded as we decode it, so that a wrong charset is nobody's fault."""
    return decode(page.body, page.header("content-type"))[0]


def resiliparse() -> Extract:
    """Its rules for main content."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - may not be installed
    from resiliparse.parse.html import HTMLTree  # noqa: PLC0415

    return lambda page: str(extract_plain_text(HTMLTree.parse(text_of(page)), main_content=True))


def trafilatura(**options: Any) -> Callable[[], Extract]:
    """Its extraction with these options."""

    def build() -> Extract:
        from trafilatura import extract  # noqa: PLC0415 - may not be installed

        return lambda page: extract(text_of(page), include_comments=False, **options) or ""

    return build


EXTRACTORS: dict[str, tuple[str, Callable[[], Extract]]] = {
    "ours": ("", ours),
    "resiliparse": ("resiliparse", resiliparse),
    "trafilatura": ("trafilatura", trafilatura()),
    "trafilatura, fast": ("trafilatura", trafilatura(fast=True)),
    "trafilatura, recall": ("trafilatura", trafilatura(favor_recall=True)),
}


def available() -> dict[str, Extract]:
    """The extractors whose library is installed, by name and version."""
    found = {}
    for name, (package, build) in EXTRACTORS.items():
        try:
            version = f" {importlib.metadata.version(package)}" if package else ""
            found[name.replace(package, package + version, 1) if package else name] = build()
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)
    return found


def timed(extractors: dict[str, Extract], pages: Sequence[Page], rounds: int) -> dict[str, float]:
    """Median CPU seconds of one round over all pages."""
    spent: dict[str, list[float]] = {name: [] for name in extractors}
    for _ in range(rounds):
        for name, extract in extractors.items():
            begin = time.process_time()
            for page in pages:
                extract(page)
            spent[name].append(time.process_time() - begin)
    return {name: median(times) for name, times in spent.items()}


def score(extract: Extract, gold: Sequence[tuple[Page, str, Counter[str]]]) -> Tally:
    """Words right, too many and missing over all annotated pages."""
    total = Tally()
    for page, title, wanted in gold:
        # Some tell the headline as part of the text, some do not: neither is a fault.
        given = words_of([extract(page).replace(title, " ", 1)])
        shared = (wanted & given).total()
        total.add(shared, given.total() - shared, wanted.total() - shared)
    return total


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Main text of pages: ours beside resiliparse and trafilatura.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared" / "pages")
    given = parser.parse_args()
    extractors = available()
    cases = load_gold([ROOT / "tests" / "fixtures" / "pages"]).pages
    gold = [(case.as_fetched, case.title, words_of(case.body)) for case in cases]
    saved = sorted(given.folder.glob("*.html")) if given.folder.is_dir() else []
    real = [
        gold[0][0].model_copy(update={"body": path.read_bytes(), "url": "", "final_url": "", "headers": ()})
        for path in saved
    ]
    times, real_times = timed(extractors, [page for page, *_ in gold], given.rounds), timed(extractors, real, 3)
    table = Table(title=f"{len(gold)} annotated pages, {len(real)} real ones", title_justify="left", box=None)
    for column in (
        "extractor",
        "precision",
        "recall",
        "F1",
        "ms a page",
        "time, ours = 1",
        "real pages: time",
        "alike",
    ):
        table.add_column(column, justify="left" if column == "extractor" else "right")
    base, real_base = times["ours"], real_times["ours"] or 1.0
    for name, extract in extractors.items():
        tally = score(extract, gold)
        figures = (f"{value:.3f}" for value in (tally.precision, tally.recall, tally.f1))
        speeds = (f"{1000 * times[name] / len(gold):.2f}", f"{times[name] / base:.2f}")
        alike = _alike(extractors["ours"], extract, real)
        table.add_row(name, *figures, *speeds, f"{real_times[name] / real_base:.2f}", f"{alike:.3f}")
    Console(width=120).print(table)
    return 0


def _alike(one: Extract, other: Extract, pages: Sequence[Page]) -> float:
    """F1 of the words that two extractors share over these pages; 1 when there are none."""
    tally = Tally()
    for page in pages:
        first, second = words_of([one(page)]), words_of([other(page)])
        shared = (first & second).total()
        tally.add(shared, second.total() - shared, first.total() - shared)
    return tally.f1


if __name__ == "__main__":
    sys.exit(main())

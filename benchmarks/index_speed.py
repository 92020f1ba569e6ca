"""Articles a second of the index part alone, and how its time grows with the length of one article.

usage: python benchmarks/index_speed.py [CASES_DIR]    (default: ../shared/cases, else the gold articles of the tests)

Prints ratios, asserts nothing. Only the rules under indices, lexicon and gazetteer are loaded. "reading" is
segmentation, tokens and phrases; "statements" is what the rules and extract.indices make of them. Growth is the time
of 1 MB over that of 100 kB of repeated sentences: 10 is linear. Times are the process's own, with the garbage collector
set as the command line sets it.
"""

import gc
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from govscrape.extract.context import read_context
from govscrape.extract.document import Document, read_document
from govscrape.extract.indices import read_indices
from govscrape.extract.mentions import Recogniser
from govscrape.models.article import Article
from govscrape.parse import article_from_text
from govscrape.rules import RuleSet, load_ruleset
from govscrape.text.segment import SegmentRules

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
SENTENCE = "Năm 2023, Chỉ số SIPAS của tỉnh đạt 83,84%, xếp thứ 19/63, giảm 3 bậc so với năm 2022. "


def index_rules() -> RuleSet:
    """The rules without those of officials, directives and laws."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("indices", "gazetteer"):
            shutil.copytree(ROOT / "rules" / name, Path(folder) / name)
        (Path(folder) / "lexicon").mkdir()
        for name in ("quantities", "segment"):
            shutil.copy(ROOT / "rules" / "lexicon" / f"{name}.yaml", Path(folder) / "lexicon")
        return load_ruleset(Path(folder))


def articles(folder: Path) -> list[Article]:
    """The texts of annotated cases."""
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return [article_from_text(case["text"], province=case.get("province")) for case in cases if "text" in case]


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Measures and prints."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "cases"
    corpus = articles(given if given.is_dir() else ROOT / "tests" / "fixtures" / "gold" / "dev")
    ruleset = index_rules()
    recogniser = Recogniser(ruleset)
    cutting = SegmentRules(abbreviations=ruleset.list("abbreviations"), caption_words=ruleset.list("caption_words"))

    def read(article: Article) -> Document:
        return read_document(article, recogniser, cutting)

    def state(document: Document) -> object:
        return read_indices(document, read_context(document, ruleset.cues), ruleset, [])

    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    reading = seconds(lambda: [read(article) for article in corpus])
    whole = seconds(lambda: [state(read(article)) for article in corpus])
    size = sum(len(article.body) for article in corpus) / len(corpus)
    print(f"{len(corpus)} articles of {size:.0f} characters: {len(corpus) / whole:.0f} a second")
    print(f"reading {reading / whole:.0%}, statements {1 - reading / whole:.0%}")
    small, large = (
        article_from_text(SENTENCE * (n // len(SENTENCE)), province="Gia Lai") for n in (100_000, 1_000_000)
    )
    times = [seconds(lambda: state(read(small))), seconds(lambda: state(read(large)), rounds=1)]
    print(f"100 kB {times[0]:.2f} s, 1 MB {times[1]:.2f} s: growth {times[1] / times[0]:.1f}")


if __name__ == "__main__":
    main()

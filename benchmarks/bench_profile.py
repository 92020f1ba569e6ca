"""Where the time of HTML to records goes: by stage, by module, and by file of rules.

usage: python -m benchmarks.bench_profile [--rounds N]

Stages and modules are told by looking at the stack every millisecond of CPU time. What a file of rules costs is told by
leaving it out: how much less the same articles take without its rules and the records that they lead to; files that
others build on are counted with what they make possible. Prints, asserts nothing.
"""

import argparse
import gc
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType

from benchmarks.bench_pages import portal_pages, sample_pages

import govscrape
from govscrape.extract import Extractor
from govscrape.models.article import Article
from govscrape.parse import parse_article
from govscrape.rules import RuleSet, load_ruleset

PACKAGE = str(Path(govscrape.__file__).parent)
EVERY_S = 0.001
STAGES = {
    "parse_article": "HTML to article",
    "read_document": "segments, tokens, phrases",
    "read_context": "context",
    "read_legal_refs": "legal references",
    "read_officials": "officials",
    "read_directives": "directives",
    "read_indices": "index results",
}


class Sampler:
    """Counts where the program is, at each tick of its CPU clock."""

    def __init__(self) -> None:
        self.stages: Counter[str] = Counter()
        self.modules: Counter[str] = Counter()

    def tick(self, _signal: int, frame: FrameType | None) -> None:
        """One look at the stack."""
        module, stage = "", "the rest"
        while frame is not None:
            if frame.f_code.co_filename.startswith(PACKAGE):
                module = module or frame.f_code.co_filename[len(PACKAGE) + 1 :]
                stage = STAGES.get(frame.f_code.co_name, stage)
            frame = frame.f_back
        self.stages[stage] += 1
        self.modules[module or "outside"] += 1

    def run(self, work: Callable[[], object]) -> None:
        """Does the work and counts."""
        signal.signal(signal.SIGPROF, self.tick)
        signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
        try:
            work()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def show(title: str, counts: Counter[str], least: float = 0.01) -> None:
    """Shares of the whole, the largest first."""
    total = counts.total()
    print(f"\n{title}")
    for name, count in counts.most_common():
        if count >= least * total:
            print(f"  {count / total:6.1%}  {name}")


def seconds(extractor: Extractor, articles: list[Article]) -> float:
    """CPU seconds to extract all articles."""
    begin = time.process_time()
    for article in articles:
        extractor.extract(article)
    return time.process_time() - begin


def without(ruleset: RuleSet, file: str) -> RuleSet:
    """The rules but those of one file."""
    return replace(ruleset, rules=[rule for rule in ruleset.rules if file_of(rule.where) != file])


def file_of(where: str) -> str:
    """The rule file that ``where`` names, from its folder on."""
    return "/".join(Path(where.partition(", rule ")[0]).parts[-2:])


def cost_of_rules(articles: list[Article], rounds: int) -> None:
    """Prints how much of the time of extraction each file of rules takes."""
    ruleset = load_ruleset()
    files = sorted({file_of(rule.where) for rule in ruleset.rules})
    whole = Extractor(ruleset)
    seconds(whole, articles)
    shares: dict[str, float] = {}
    for file in files:
        part = Extractor(without(ruleset, file))
        seconds(part, articles)
        ratios = [seconds(part, articles) / seconds(whole, articles) for _ in range(rounds)]
        shares[file] = 1 - statistics.median(ratios)
    print("\nextraction, by file of rules: share of its time that goes with the file")
    for file in sorted(files, key=lambda name: -shares[name]):
        rules = sum(file_of(rule.where) == file for rule in ruleset.rules)
        print(f"  {shares[file]:6.1%}  {file} ({rules} rules)")


def main() -> int:
    """Sample, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if not hasattr(signal, "ITIMER_PROF"):
        print("needs a system with profiling timers", file=sys.stderr)
        return 1
    gc.set_threshold(50_000, 20, 50)
    pages = portal_pages(sample_pages())
    extractor = Extractor(load_ruleset())
    articles = [parse_article(page, portal)[0] for page, portal in pages]

    def read() -> None:
        for _ in range(rounds):
            for page, portal in pages:
                extractor.extract(parse_article(page, portal)[0])

    read()
    sampler = Sampler()
    sampler.run(read)
    print(f"{len(pages)} pages as of a portal, {sampler.stages.total()} looks")
    show("by stage", sampler.stages)
    show("by module, its own time and that of libraries it calls", sampler.modules)
    cost_of_rules(articles, rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())

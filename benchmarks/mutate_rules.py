"""Breaks rules one by one in a copy and shows that each break is seen: by a rule's example, or by a floor of accuracy.

usage: python benchmarks/mutate_rules.py [--patterns [RULE]]    (exit 1 when a break is seen by neither)

``--patterns`` also loses each single pattern of the rules whose id begins with RULE (all: minutes): a pattern that
nobody misses is dead, or has no example.

The floors are what the unbroken rules reach now, with the usual margin; so the table says what a fresh
``govscrape evaluate --floors FILE --update`` would catch.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.errors import RuleError
from govscrape.evaluate import check_rules
from govscrape.evaluate.case import Case
from govscrape.evaluate.floors import Floors, breaches, measured
from govscrape.evaluate.gold import Gold, load_cases
from govscrape.evaluate.report import Report, report_of
from govscrape.evaluate.run import evaluate
from govscrape.models.portal import PageWords
from govscrape.rules import load_ruleset
from govscrape.rules.load import read_yaml
from govscrape.rules.portals import load_page_words
from govscrape.rules.ruleset import RuleSet

ROOT = Path(__file__).resolve().parent.parent
Data = dict[str, Any]


@dataclass(frozen=True)
class Break:
    """One fault: what was done, in which file, the deed on its data, and the rule whose examples see it first."""

    about: str
    file: str
    do: Callable[[Data], None]
    rule: str | None = None


def rule(data: Data, name: str) -> Data:
    """The rule of that id. Raises KeyError when the file has none: then the list of breaks is out of date."""
    rules: list[Data] = data["rules"]
    for found in rules:
        if found["id"] == name:
            return found
    raise KeyError(name)


def lose_rule(name: str) -> Callable[[Data], None]:
    """Take a whole rule away."""
    return lambda data: data["rules"].remove(rule(data, name))


def lose_pattern(name: str, place: int = 0) -> Callable[[Data], None]:
    """Take one of a rule's patterns away."""
    return lambda data: rule(data, name)["pattern"].pop(place)


def put(name: str, key: str, slot: str, value: str) -> Callable[[Data], None]:
    """Set one slot of a rule's ``gives`` or ``where``."""
    return lambda data: rule(data, name)[key].update({slot: value})


def swap(name: str, one: str, other: str) -> Callable[[Data], None]:
    """Let two slots of all patterns change places."""

    def do(data: Data) -> None:
        found = rule(data, name)
        found.pop("where", None)
        found["pattern"] = [
            text.replace(f"{{{one}:", "{#:").replace(f"{{{other}:", f"{{{one}:").replace("{#:", f"{{{other}:")
            for text in found["pattern"]
        ]

    return do


def say(name: str, phrase: str, value: str) -> Callable[[Data], None]:
    """Give a phrase of a lexicon class another meaning."""
    return lambda data: data["lexicon"][name].update({phrase: value})


def lose_word(name: str, phrase: str) -> Callable[[Data], None]:
    """Take a phrase out of a lexicon class."""
    return lambda data: data["lexicon"][name].remove(phrase)


def recast(cue: str, category: str) -> Callable[[Data], None]:
    """Let a cue mean something else."""
    return lambda data: next(c for c in data["cues"] if c["id"] == cue).update({"category": category})


RANKS = "indices/ranks.yaml"
BREAKS = (
    Break("a rank over a total: a pattern lost", RANKS, lose_pattern("figure.rank.fraction")),
    Break("score and maximum change places", "indices/scores.yaml", swap("figure.score.over", "score", "score_max")),
    Break("going down counts as going up", "indices/changes.yaml", put("figure.delta.down", "gives", "sign", "1")),
    Break("no rank beyond 20", RANKS, put("figure.rank.plain", "where", "rank", "1..20")),
    Break("to lead means second", RANKS, say("rank_word", "dẫn đầu", "2")),
    Break("a target is a projection", "indices/reading.yaml", recast("cue.target", "projection")),
    Break("a block's mean is a province's result", "indices/subjects.yaml", lose_rule("subject.block_mean")),
    Break("titles of offices are not seen", "officials/titles.yaml", lose_rule("officials.title.office")),
    Break("deadlines on a day are not seen", "lexicon/dates.yaml", lose_pattern("dates.deadline.day")),
    Break("numbered documents are not seen", "legal/documents.yaml", lose_rule("legal.numbered")),
    Break("a demand is no directive", "directives/verbs.yaml", lose_word("directive_strong", "yêu cầu")),
    Break("percent is no unit", "lexicon/quantities.yaml", lose_word("percent_unit", "%")),
)


def every_pattern(beginning: str) -> list[Break]:
    """The loss of each pattern of the rules whose id begins so; a rule's only pattern is left alone."""
    return [
        Break(
            f"{compiled.rule.id}: {pattern}",
            compiled.where.partition("/rules/")[2].partition(",")[0],
            lose_pattern(compiled.rule.id, place),
            compiled.rule.id,
        )
        for compiled in load_ruleset(ROOT / "rules").rules
        if compiled.rule.id.startswith(beginning) and len(compiled.rule.pattern) > 1
        for place, pattern in enumerate(compiled.rule.pattern)
    ]


def failing(ruleset: RuleSet, only: str | None = None) -> set[str]:
    """The examples that do not hold; ``only`` those of a rule."""
    return {f"{failure.rule}: {failure.text}" for failure in check_rules(ruleset, only)[0]}


def reached(ruleset: RuleSet, cases: list[Case], words: PageWords) -> Report:
    """The figures on the gold."""
    return report_of(list(evaluate(cases, ruleset, words)), ruleset.version, Gold(cases).digest, resamples=0)


@dataclass(frozen=True)
class Whole:
    """What holds with unbroken rules: the examples that fail even so, the floors, and what they were measured on."""

    failing: set[str]
    floors: Floors
    cases: list[Case]
    words: PageWords


def try_break(fault: Break, whole: Whole, *, both: bool) -> tuple[str, str]:
    """What sees the break: the examples that fail, the floors that are breached; each empty when nothing does.

    Unless ``both`` is asked, the floors are tried only when no example fails.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "rules"
        shutil.copytree(ROOT / "rules", folder)
        file = folder / fault.file
        data = read_yaml(file)
        fault.do(data)
        file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        try:
            ruleset = load_ruleset(folder)
        except RuleError as error:
            return f"the rules do not load: {str(error).replace(str(folder), 'rules')}", ""
    for only in (fault.rule, None) if fault.rule else (None,):
        examples = _told(sorted(failing(ruleset, only) - whole.failing))
        if examples and not both:
            return examples, ""
    return examples, _told(breaches(whole.floors, reached(ruleset, whole.cases, whole.words)))


def _told(lines: list[str]) -> str:
    return f"{len(lines)}: {lines[0]}" if lines else ""


def main() -> int:
    """Break, measure, tell; exit code 1 when one of the named breaks went unseen."""
    parser = argparse.ArgumentParser(description="Break rules one by one; show what sees it.")
    parser.add_argument("--patterns", metavar="RULE", nargs="?", const="", help="also lose each single pattern")
    beginning = parser.parse_args().patterns
    cases, words, rules = load_cases([ROOT / "tests" / "fixtures" / "gold"]), load_page_words(), load_ruleset()
    report = reached(rules, cases, words)
    floors = Floors(gold=report.gold, f1=measured(report))
    whole = Whole(failing(rules), floors, cases, words)
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    table = Table("break", "rule examples that fail", "floors that are breached", show_lines=True)
    unseen = 0
    for fault in BREAKS:
        seen = try_break(fault, whole, both=True)
        unseen += not any(seen)
        table.add_row(*(Text(cell or "—") for cell in (fault.about, *seen)))
    console.print(table)
    console.print(f"{len(BREAKS) - unseen} of {len(BREAKS)} breaks are seen")
    if beginning is not None:
        patterns = every_pattern(beginning)
        missed = [fault.about for fault in patterns if not any(try_break(fault, whole, both=False))]
        console.print(f"{len(patterns) - len(missed)} of {len(patterns)} lost patterns are seen; not these:")
        for about in missed:
            console.print(Text(f"  {about}"), soft_wrap=True)
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())

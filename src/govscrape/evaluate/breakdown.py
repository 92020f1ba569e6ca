"""The same counts by construction, by place and by index: where the errors are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from govscrape.evaluate.index_scoring import family
from govscrape.evaluate.metrics import KINDS
from govscrape.evaluate.page_scoring import FIELDS
from govscrape.evaluate.run import PageResult, Result, Scored
from govscrape.evaluate.sheet import Outcome, Tally

UNKNOWN = "(none)"


@dataclass
class Group:
    """Records of one tag, place or index. ``wrong_slots`` counts errors inside the right ones."""

    name: str
    articles: int = 0
    tally: Tally = field(default_factory=Tally)
    excused: int = 0
    wrong_slots: int = 0


def _by_case(results: Iterable[Result], names: Callable[[Result], Iterable[str]]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for result in results:
        for name in dict.fromkeys(names(result)):
            group = groups.setdefault(name, Group(name))
            group.articles += 1
            for kind in KINDS:
                group.tally.join(result.sheet.counts.get(kind, Tally()))
            group.wrong_slots += sum(outcome.wrong_slots for outcome in result.sheet.outcomes)
            group.excused += sum(outcome.verdict == "excused" for outcome in result.sheet.outcomes)
    return groups


def _by_record(results: Iterable[Result], names: Callable[[Outcome], Iterable[str]]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for result in results:
        met = set()
        for outcome in result.sheet.outcomes:
            for name in names(outcome):
                group = groups.setdefault(name, Group(name))
                met.add(name)
                verdict = outcome.verdict
                group.tally.add(int(verdict == "right"), int(verdict == "spurious"), int(verdict == "missed"))
                group.excused += verdict == "excused"
                group.wrong_slots += outcome.wrong_slots
        for name in met:
            groups[name].articles += 1
    return groups


def _index_of(outcome: Outcome) -> Iterator[str]:
    if outcome.kind == "index":
        yield family(str((outcome.gold or outcome.found or {}).get("index") or UNKNOWN))


_WAYS: Mapping[str, Callable[[Sequence[Result]], dict[str, Group]]] = {
    "tag": lambda results: _by_case(results, lambda r: r.case.tags),
    "province": lambda results: _by_case(results, lambda r: [r.case.province or UNKNOWN]),
    "portal": lambda results: _by_case(results, lambda r: [r.case.portal or UNKNOWN]),
    "index": lambda results: _by_record(results, _index_of),
}

WAYS = tuple(_WAYS)
"""What the counts can be grouped by."""


def breakdown(results: Sequence[Scored], way: str) -> list[Group]:
    """The groups of one of ``WAYS``, those with most errors first. Pages are grouped by portal only, field by field."""
    articles = [result for result in results if isinstance(result, Result)]
    pages = [result for result in results if isinstance(result, PageResult)] if way == "portal" else []
    groups = [*_WAYS[way](articles).values(), *_by_page(pages).values()]
    return sorted(groups, key=lambda g: (-(g.tally.fp + g.tally.fn + g.wrong_slots), -g.tally.tp, g.name))


def _by_page(results: Iterable[PageResult]) -> dict[str, Group]:
    """Title, date, author and body of the pages of one portal, each right or not; by selectors and without."""
    groups: dict[str, Group] = {}
    for result in results:
        name = f"{PurePosixPath(result.case.portal or UNKNOWN).stem}, {result.reading}"
        group = groups.setdefault(name, Group(name))
        group.articles += 1
        wrong = {miss.slot for miss in result.sheet.misses}
        group.tally.add(tp=len(FIELDS) - len(wrong), fp=len(wrong), fn=len(wrong))
    return groups

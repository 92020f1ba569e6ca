"""Which stored records a person should judge: a random sample from each part of them, or all of some articles."""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import NamedTuple

from pydantic import JsonValue

from govscrape.errors import InputError
from govscrape.evaluate.verdicts import AuditFile, Drawn, Item, Part
from govscrape.models.article import Article
from govscrape.models.correction import KINDS, Kind, facts, records_of
from govscrape.models.records import Evidence, Record
from govscrape.store import Store
from govscrape.store.audits import Member
from govscrape.store.correcting import locator

GROUPINGS = ("rule", "portal", "province", "index", "kind")
"""What records may be grouped by. The first one asked for makes the strata, each apart for every kind of record."""


class Made(NamedTuple):
    """When a page is made, and with which rules and program its records were."""

    made_at: datetime
    ruleset_version: str
    code_version: str


@dataclass(frozen=True)
class Shown:
    """A record on the page, with the article it stands in and, where people corrected it before, their values."""

    item: Item
    article: Article
    evidence: Evidence
    confidence: float
    corrected: Mapping[str, JsonValue] = field(default_factory=dict)
    withdrawn: bool = False


@dataclass(frozen=True)
class Page:
    """What a page for a reader shows; ``population`` and ``strata`` are those of all records that it was drawn from."""

    file: AuditFile
    shown: tuple[Shown, ...]
    population: int
    strata: int


def draw(
    store: Store,
    *,
    size: int,
    by: Sequence[str],
    seed: int,
    kinds: Sequence[Kind] = KINDS,
    made: Made,
) -> Page:
    """A random sample of the records that nobody has corrected; the same database and seed give the same one.

    Strata are a kind of record and the first of ``by``; each gets at least one record where ``size`` allows, the others
    by the square root of what they hold. Within a stratum every record has the same chance, and the sample is spread
    over the values of the rest of ``by``. Raises InputError when there is nothing to draw from.
    """
    members = store.audits.population(kinds)
    if not members:
        raise InputError(f"{store.path}: no records to judge; `govscrape crawl` adds some")
    random = Random(seed)  # noqa: S311 (a sample, not a secret)
    strata: defaultdict[str, list[Member]] = defaultdict(list)
    for member in members:
        strata[f"{member.kind} {_group(member, by[0])}"].append(member)
    sizes = _allocated({name: len(held) for name, held in strata.items()}, size, random)
    chosen = {name: _spread(strata[name], number, by[1:], random) for name, number in sizes.items()}
    parts = [Part(name=name, population=len(strata[name]), sampled=len(some)) for name, some in chosen.items()]
    shown = _shown(store, [(member, name) for name, some in chosen.items() for member in some])
    about = {"sampled": True, "strata_by": tuple(by), "seed": seed}
    return Page(_file(about, parts, shown, made), tuple(shown), len(members), len(strata))


def of_articles(store: Store, urls: Iterable[str], *, made: Made) -> Page:
    """All records of the named articles, as the rules gave them. Raises InputError on an article that is not stored."""
    shown: list[Shown] = []
    for url in dict.fromkeys(urls):
        found = store.corrections.uncorrected(url)
        if found is None:
            raise InputError(f"{url}: no such article in {store.path}")
        identity, extraction = found
        for kind in KINDS:
            for record in records_of(extraction, kind):
                name = f"{kind} {record.rule}"
                shown.append(_record(identity, extraction.article, kind, record, name, len(shown) + 1))
    if not shown:
        raise InputError(f"{store.path}: no records in the named articles")
    told = [_with_corrections(store, one) for one in shown]
    counts: defaultdict[str, int] = defaultdict(int)
    for one in told:
        counts[one.item.stratum] += 1
    parts = [Part(name=name, population=number, sampled=number) for name, number in counts.items()]
    about = {"sampled": False, "strata_by": (), "seed": 0}
    return Page(_file(about, parts, told, made), tuple(told), len(told), len(parts))


def _group(member: Member, name: str) -> str:
    return str(getattr(member, "measured" if name == "index" else name))


def _allocated(populations: Mapping[str, int], size: int, random: Random) -> dict[str, int]:
    """How many of each stratum: none more than it holds, in the order of their names."""
    names = sorted(populations)
    if size < len(names):
        return dict.fromkeys(sorted(random.sample(names, size)), 1)
    given = dict.fromkeys(names, 1)
    left = min(size, sum(populations.values())) - len(names)
    roots = {name: math.sqrt(populations[name]) for name in names}
    for _ in range(left):
        open_ones = [name for name in names if given[name] < populations[name]]
        given[max(open_ones, key=lambda name: roots[name] / given[name])] += 1
    return given


def _spread(members: Sequence[Member], number: int, by: Sequence[str], random: Random) -> list[Member]:
    """A systematic sample: in random order within the groups, groups side by side, every n-th from a random start."""
    mixed = random.sample(members, len(members))
    mixed.sort(key=lambda member: [_group(member, name) for name in by])
    step = len(mixed) / number
    start = random.random() * step
    return [mixed[min(int(start + at * step), len(mixed) - 1)] for at in range(number)]


def _shown(store: Store, chosen: Sequence[tuple[Member, str]]) -> list[Shown]:
    order = {kind: place for place, kind in enumerate(KINDS)}
    chosen = sorted(chosen, key=lambda one: (order[one[0].kind], one[0].url, one[0].position))
    shown = []
    for number, (member, stratum) in enumerate(chosen, 1):
        extraction = store.load(member.url)
        if extraction is None:
            raise InputError(f"{member.url}: no longer in {store.path}")
        record = records_of(extraction, member.kind)[member.position]
        shown.append(_record(member.url, extraction.article, member.kind, record, stratum, number))
    return shown


def _record(url: str, article: Article, kind: Kind, record: Record, stratum: str, number: int) -> Shown:
    item = Item(
        item=str(number),
        stratum=stratum,
        locator=locator(url, article, kind, record),
        rule=record.rule,
        portal=article.portal,
        record=facts(kind, record),
    )
    return Shown(item, article, record.evidence, record.confidence)


def _with_corrections(store: Store, shown: Shown) -> Shown:
    values: dict[str, JsonValue] = {}
    withdrawn = False
    for stored in store.corrections.all():
        if stored.status == "applied" and stored.correction.locator == shown.item.locator:
            withdrawn = withdrawn or stored.correction.slot is None
            values |= {stored.correction.slot: stored.correction.new} if stored.correction.slot else {}
    return Shown(shown.item, shown.article, shown.evidence, shown.confidence, values, withdrawn)


def _file(
    about: Mapping[str, object],
    parts: Sequence[Part],
    shown: Sequence[Shown],
    made: Made,
) -> AuditFile:
    items = tuple(one.item for one in shown)
    drawn = json.dumps([dict(about), [item.model_dump(mode="json") for item in items]], sort_keys=True)
    number = hashlib.sha256(drawn.encode()).hexdigest()[:16]
    audit = Drawn.model_validate({**about, "id": number, **made._asdict()})
    return AuditFile(audit=audit, strata=tuple(parts), items=items)

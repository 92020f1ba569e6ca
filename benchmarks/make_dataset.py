"""A large database made of the sample articles: places, years, figures and names changed, each article another one.

usage: python benchmarks/make_dataset.py DB [ARTICLES]    (default: 20000; ten records an article)

The same number makes the same article, so that any size begins with the smaller one. Figures of one (index, part,
province, year) agree in most articles; some round them and some differ, as in the press. Offices have holders who
change every few years, and some people share a name. Everybody is invented.
"""

import bisect
import csv
import math
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from govscrape.demo.articles import SampleArticle, articles, blocks
from govscrape.extract import Extractor
from govscrape.models.article import Article, Paragraph
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, LegalRef, Official, Record
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.rules.load import rules_dir
from govscrape.store import Store

PORTALS = {"gialai": "Gia Lai", "dongnai": "Đồng Nai", "quangninh": "Quảng Ninh", "thuathienhue": "Thừa Thiên Huế"}
RECORDS = 10
BATCH = 1000
FIRST, DAYS = datetime(2012, 1, 2, 8, tzinfo=timezone(timedelta(hours=7))), 14 * 365
MIDDLE = "Văn Thị Đức Minh Quốc Ngọc Thanh Hữu Xuân Kim".split()
GIVEN = "An Bình Chi Dũng Giang Hà Hòa Khánh Lan Mai Nam Oanh Phúc Quân Sơn Thảo Trung Tú Vinh Yến".split()
YEAR = re.compile(r"(?<![\d/.,])20[012]\d(?!\d)")
A_RECORD = TypeVar("A_RECORD", bound=Record)


@dataclass(frozen=True)
class Slot:
    """A stretch of a template's body that every article made of it writes anew."""

    start: int
    end: int
    kind: str
    value: Any


@dataclass(frozen=True)
class Template:
    """Sample articles one after the other, with what was read from them and the slots of the body."""

    found: Extraction
    province: str
    slots: tuple[Slot, ...]


def main() -> int:
    """Make a database."""
    path = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    begin, cpu = time.perf_counter(), time.process_time()
    made = fill(path, count)
    spent = time.process_time() - cpu
    print(f"{path}: {count} articles, {made} records, {time.perf_counter() - begin:.0f} s, {spent:.0f} s of CPU")
    return 0


def fill(path: Path, count: int) -> int:
    """Saves ``count`` articles; the number of records."""
    records = 0
    now = datetime(2026, 6, 1, tzinfo=UTC)
    with Store.open(path) as store, store.batch(BATCH, seconds=60):
        for extraction in made(count):
            store.save(extraction, fetched_at=now, ruleset_version="made", code_version="made")
            records += sum(len(group) for group in groups(extraction))
    return records


def groups(found: Extraction) -> tuple[tuple[Record, ...], ...]:
    """The records of an article by kind."""
    return (found.indices, found.officials, found.directives, found.legal_refs)


def made(count: int) -> Iterator[Extraction]:
    """Articles 0 to ``count`` - 1, by day."""
    templates = [_template(members) for members in _members()]
    for number in range(count):
        yield _article(number, count, templates[crc32(b"%d" % number) % len(templates)])


def _members() -> Iterator[list[tuple[SampleArticle, Extraction]]]:
    """Sample articles in groups that have ten records together."""
    extractor = Extractor(load_ruleset())
    for portal, province in PORTALS.items():
        group: list[tuple[SampleArticle, Extraction]] = []
        for sample in articles(portal):
            text = "\n\n".join("\n".join(block.lines) for block in blocks(sample.body) if block.lines)
            article = article_from_text(text, title=sample.title, province=province, published_at=sample.published_at)
            found = extractor.extract(article)
            if any(groups(found)):
                group.append((sample, found))
            if sum(len(each) for _, one in group for each in groups(one)) >= RECORDS:
                yield group
                group = []


def _template(members: list[tuple[SampleArticle, Extraction]]) -> Template:
    body = "\n\n".join(found.article.body for _, found in members)
    shift, parts = 0, list[Extraction]()
    for _, found in members:
        parts.append(_shifted(found, shift))
        shift += len(found.article.body) + 2
    first = members[0][1].article
    paragraphs = tuple(paragraph for part in parts for paragraph in part.article.paragraphs)
    article = first.model_copy(update={"body": body, "paragraphs": paragraphs, "summary": members[0][0].summary})
    kinds = {name: tuple(record for part in parts for record in getattr(part, name)) for name in _KINDS}
    keep = RECORDS
    for name in _KINDS:
        kinds[name] = kinds[name][:keep]
        keep -= len(kinds[name])
    found = Extraction(article=article, **kinds)
    return Template(found, str(first.province), _slots(found))


_KINDS = ("indices", "officials", "directives", "legal_refs")


def _shifted(found: Extraction, by: int) -> Extraction:
    def move(one: Evidence | Paragraph) -> Any:
        return one.model_copy(update={"start": one.start + by, "end": one.end + by})

    kinds = {name: tuple(_moved(record, move) for record in getattr(found, name)) for name in _KINDS}
    article = found.article.model_copy(update={"paragraphs": tuple(map(move, found.article.paragraphs))})
    return Extraction.model_construct(None, article=article, **kinds)


def _moved(record: A_RECORD, move: Any, update: dict[str, Any] | None = None) -> A_RECORD:
    changed: dict[str, Any] = {**(update or {}), "evidence": move(record.evidence)}
    if isinstance(record, Official):
        changed["mentions"] = tuple(map(move, record.mentions))
    return record.model_copy(update=changed)


def _slots(found: Extraction) -> tuple[Slot, ...]:
    body = found.article.body
    wanted = [Slot(at.start(), at.end(), "year", int(at[0])) for at in YEAR.finditer(body)]
    for name in _provinces():
        wanted += [Slot(at.start(), at.end(), "province", name) for at in re.finditer(rf"\b{name}\b", body)]
    for official in found.officials:
        if official.name:
            wanted += [Slot(at.start(), at.end(), "name", official) for at in re.finditer(official.name, body)]
    for result in found.indices:
        start = result.evidence.start
        for value, kind in ((_written(result.score), "score"), (_written(result.rank), "rank")):
            at = re.search(rf"(?<![\d,]){value}0?(?![\d,])", result.evidence.text) if value else None
            if at:
                wanted.append(Slot(start + at.start(), start + at.end(), kind, result))
    kept: list[Slot] = []
    for slot in sorted(wanted, key=lambda slot: (slot.start, -slot.end)):
        if not kept or slot.start >= kept[-1].end:
            kept.append(slot)
    return tuple(kept)


def _article(number: int, count: int, template: Template) -> Extraction:
    chance = random.Random(number)
    day = FIRST + timedelta(days=DAYS * number // count, minutes=number % 600)
    names = _provinces()
    turn = crc32(b"place %d" % number) % len(names)
    # Every place moves by as many places in the list, so that two of one article stay two.
    shift = (turn - names.index(template.province)) % len(names)
    new = _Values(chance, day, shift, day.year - (template.found.article.published_at or day).year)
    body, places = _written_anew(template, new)
    move = _mover(body, places)
    province = new.province(template.province)
    article = Article.model_construct(
        url=f"https://{crc32(province.encode()):08x}.example.vn/tin/{number}.html",
        canonical_url=None,
        portal=f"p{names.index(province):02}",
        province=province,
        title=new.text(template.found.article.title or ""),
        summary=new.text(template.found.article.summary or "") or None,
        body=body,
        paragraphs=tuple(
            Paragraph.model_construct(kind=one.kind, start=places.at(one.start), end=places.at(one.end))
            for one in template.found.article.paragraphs
        ),
        published_at=day,
        updated_at=None,
        section="Tin tức",
    )
    kinds = {
        name: tuple(_moved(record, move, new.of(record, province)) for record in getattr(template.found, name))
        for name in _KINDS
    }
    return Extraction.model_construct(None, article=article, **kinds)


class _Places:
    """Where an offset of the template is in the new body."""

    def __init__(self) -> None:
        self.old: list[int] = [0]
        self.new: list[int] = [0]

    def at(self, offset: int) -> int:
        near = bisect.bisect_right(self.old, offset) - 1
        return self.new[near] + min(offset - self.old[near], self._room(near))

    def _room(self, near: int) -> int:
        return self.new[near + 1] - self.new[near] if near + 1 < len(self.new) else 1 << 30


def _written_anew(template: Template, new: "_Values") -> tuple[str, _Places]:
    old, out, length, last = template.found.article.body, list[str](), 0, 0
    places = _Places()
    for slot in template.slots:
        text = new.slot(slot)
        out += [old[last : slot.start], text]
        length += slot.start - last
        places.old.append(slot.start)
        places.new.append(length)
        length += len(text)
        places.old.append(slot.end)
        places.new.append(length)
        last = slot.end
    return "".join([*out, old[last:]]), places


def _mover(body: str, places: _Places) -> Any:
    def move(one: Evidence) -> Evidence:
        start, end = places.at(one.start), places.at(one.end)
        return Evidence.model_construct(start=start, end=end, text=body[start:end])

    return move


class _Values:
    """What one article says in place of its template's places, years, figures and names."""

    def __init__(self, chance: random.Random, day: datetime, shift: int, years: int) -> None:
        self.chance, self.day, self.shift, self.years = chance, day, shift, years
        self._told: dict[int, tuple[float | None, int | None]] = {}

    def province(self, name: str) -> str:
        names = _provinces()
        return names[(names.index(name) + self.shift) % len(names)]

    def text(self, text: str) -> str:
        for name in _provinces():
            if name in text:
                text = text.replace(name, self.province(name), 1)
                break
        return YEAR.sub(lambda at: str(int(at[0]) + self.years), text)

    def slot(self, slot: Slot) -> str:
        if slot.kind == "year":
            return str(slot.value + self.years)
        if slot.kind == "province":
            return self.province(slot.value)
        if slot.kind == "name":
            return self.person(slot.value)
        score, rank = self.figures(slot.value)
        return _written(score if slot.kind == "score" else rank)

    def person(self, official: Official) -> str:
        """The holder of an office in that place and time; who has no telling title is one of many guests."""
        term = (self.day.year - 2000) // 5
        office = official.titles[0] if official.titles else str(self.chance.randrange(40))
        return _person(crc32(f"{self.shift}|{office}|{official.organisation}|{term}".encode()))

    def figures(self, result: IndexResult) -> tuple[float | None, int | None]:
        key = id(result)
        if key not in self._told:
            subject = self.subject(result)
            year = (result.year or 0) + self.years
            truth = random.Random(crc32(f"{result.index}|{result.component}|{subject}|{year}".encode()))
            how_well, place = truth.random(), truth.random()
            top = 10 ** math.ceil(math.log10(max(result.score or 1, 0.1)))
            score = None if result.score is None else round(top * (0.3 + 0.6 * how_well), 2)
            rank = None if result.rank is None else 1 + int(place * min(result.rank_of or 61, 61))
            mood = self.chance.random()
            if score is not None and mood < 0.15:
                score = round(score, 1)
            elif mood < 0.18:
                score = None if score is None else round(score + 0.5, 2)
                rank = None if rank is None else rank % 61 + 1
            self._told[key] = (score, rank)
        return self._told[key]

    def subject(self, result: IndexResult) -> str | None:
        name = result.subject
        return self.province(name) if result.subject_level == "province" and name in _provinces() else name

    def of(self, record: Record, province: str) -> dict[str, Any]:
        """The fields of a record that this article has otherwise."""
        if isinstance(record, IndexResult):
            score, rank = self.figures(record)
            subject = self.subject(record)
            code = _codes().get(subject or "", record.subject_code)
            year = record.year + self.years if record.year else None
            return {"score": score, "rank": rank, "subject": subject, "subject_code": code, "year": year}
        if isinstance(record, Official):
            return {"name": self.person(record)} if record.name else {}
        if isinstance(record, Directive):
            due = (self.day + timedelta(days=self.chance.randrange(10, 200))).date() if record.deadline else None
            return {"issuer_name": _person(crc32(f"{province}|{self.day.year // 5}".encode())), "deadline": due}
        if isinstance(record, LegalRef) and record.number:
            return {"number": f"{self.chance.randrange(1, 400)}/{self.day.year}/NĐ-CP"}
        return {}


@cache
def _person(seed: int) -> str:
    chance = random.Random(seed)
    surnames = _surnames()
    # Few surnames are most people's, so that namesakes come up as they do.
    surname = surnames[min(int(chance.expovariate(0.25)), len(surnames) - 1)]
    return f"{surname} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"


@cache
def _surnames() -> list[str]:
    return [row["name"] for row in _rows("surname")]


@cache
def _codes() -> dict[str, str]:
    """The 63 by name, with their codes."""
    return {row["name"]: row["code_63"] for row in _rows("province") if row["name"] != "Huế"}


@cache
def _provinces() -> list[str]:
    return list(_codes())


def _rows(gazetteer: str) -> list[dict[str, str]]:
    with (rules_dir() / "gazetteer" / f"{gazetteer}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _written(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}".replace(".", ",") if isinstance(value, int) else f"{round(value, 4)}".replace(".", ",")


if __name__ == "__main__":
    sys.exit(main())

"""The sample articles as data: one YAML file each under ``articles/<portal>/``, with what it states written by hand.

File names are ``<yyyy-mm-dd>-<slug>.yaml``. ``body`` is plain text, paragraphs parted by a blank line; a paragraph that
opens with ``##`` is a heading, ``-`` a list, ``!`` a picture (``! file.jpg | caption``), ``|`` a table. All are our own
writing: the figures are public, people and remarks are invented, and every file says so in ``note``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

from govscrape.models.base import Frozen
from govscrape.models.records import SubjectLevel, Unit
from govscrape.rules.load import parse_yaml, validate

MARK = "Bài viết mẫu, nhân vật và phát biểu là hư cấu"
Kind = Literal["index", "meeting", "plan", "news", "attachment"]
Quirk = Literal["nfd", "entities", "nbsp", "divs", "breaks", "sapo_in_body"]


class Expected(Frozen):
    """One index result that the article states; the fields are those of ``IndexResult``, ``text`` is its evidence.

    ``optional`` marks what an expert may leave out: table cells, an earlier year in passing, an order only implied.
    """

    index: str
    subject: str
    year: int | None = None
    text: str
    component: str | None = None
    subject_level: SubjectLevel = "province"
    score: float | None = None
    score_max: float | None = None
    unit: Unit | None = None
    rank: int | None = None
    rank_of: int | None = None
    rank_scope: str | None = None
    rank_group: str | None = None
    score_delta: float | None = None
    rank_delta: int | None = None
    prev_score: float | None = None
    prev_rank: int | None = None
    baseline_year: int | None = None
    optional: bool = False


class SampleFile(Frozen):
    """A file that an article links to; ``name`` is served under the portal's own kind of path."""

    name: str
    title: str


class SampleArticle(Frozen):
    """One article as its file has it. ``views`` is where the counter starts; ``quirks`` name faults of its markup."""

    note: str
    id: str
    section: str
    kind: Kind
    title: str
    published_at: datetime
    updated_at: datetime | None = None
    summary: str | None = None
    author: str | None = None
    views: int
    quirks: tuple[Quirk, ...] = ()
    attachments: tuple[SampleFile, ...] = ()
    body: str
    indices: tuple[Expected, ...] = ()
    slug: str = ""
    portal: str = ""


@dataclass(frozen=True)
class Block:
    """A stretch of the body: its kind, and its lines (cells for a table)."""

    kind: Literal["text", "heading", "list", "image", "table"]
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks of a body in order."""
    return tuple(_block(chunk.splitlines()) for chunk in body.strip().split("\n\n"))


def _block(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("## "):
        return Block("heading", (first[3:],))
    if first.startswith("- "):
        return Block("list", tuple(line[2:] for line in lines))
    if first.startswith("! "):
        return Block("image", tuple(part.strip() for part in first[2:].split("|")))
    if first.startswith("| "):
        return Block("table", rows=tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines))
    return Block("text", (" ".join(lines),))


@cache
def articles(portal: str) -> tuple[SampleArticle, ...]:
    """The portal's sample articles, newest first. Raises RuleError naming the file that is wrong."""
    found = [_read(portal, entry) for entry in _entries(portal)]
    return tuple(sorted(found, key=lambda article: (article.published_at, article.id), reverse=True))


def _entries(portal: str) -> Iterator[Traversable]:
    folder = files("govscrape.demo") / "articles" / portal
    return (entry for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def _read(portal: str, entry: Traversable) -> SampleArticle:
    name = f"{portal}/{entry.name}"
    slug = entry.name.removesuffix(".yaml")[len("yyyy-mm-dd-") :]
    article = validate(SampleArticle, parse_yaml(entry.read_text("utf-8"), name), name)
    return article.model_copy(update={"slug": slug, "portal": portal})

"""``govscrape rehearse``: what a change of the rules would do to the records of a corpus, before it lands."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.cli.output import cell_text
from govscrape.cli.pages import Portals, archived_item, archived_pages
from govscrape.cli.reading import BadItem, Given, Item, lines, open_bytes, read_corpus
from govscrape.cli.revision import at_revision
from govscrape.errors import GovscrapeError, InputError, RuleError
from govscrape.evaluate.rehearsal import Change, compare
from govscrape.evaluate.report import told
from govscrape.extract import Extractor
from govscrape.parse import article_from_text
from govscrape.parse.responses import LISTS
from govscrape.parse.responses import told as left_out_told
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words

Read = dict[str, Any] | str
"""The records of an article as JSON data, or what broke."""

_LINK_WORDS = 12
_SIGNS = {"gained": ("+", "green"), "lost": ("-", "red"), "changed": ("~", "yellow")}


@dataclass
class Rehearsal:
    """What was met so far: the counts, and what could not be read."""

    articles: int = 0
    moved: int = 0
    unread: list[str] = field(default_factory=list)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @cached_property
    def portals(self) -> Portals:
        """The portals, to know one by its URL."""
        return Portals()

    def count(self, item: Item, change: Change) -> None:
        """Count a change by kind, and by index and portal; by the province where no portal is known."""
        portal = item.article.portal or getattr(self.portals.of(item.article.url), "id", None)
        place = portal or item.article.province or "(no portal)"
        self.kinds[change.kind, change.effect] += 1
        self.groups[str(change.record.get("index") or change.kind), place, change.effect] += 1


@dataclass(frozen=True)
class Source:
    """What is read: a corpus of lines, or archives; ``left_out`` counts what of these is no article, by reason."""

    corpus: str | None
    archives: Sequence[str]
    left_out: Counter[str] = field(default_factory=Counter)

    def items(self) -> Iterator[Item | BadItem]:
        """Its articles in order."""
        given = Given(words=load_page_words())
        if self.corpus is not None:
            yield from read_corpus(self.corpus, given)
            return
        portals = Portals()
        for archive in self.archives:
            for page in archived_pages(archive, portals, None, self.left_out):
                item = page if isinstance(page, BadItem) else archived_item(page, portals.of(page.final_url), given)
                if isinstance(item, BadItem) and item.is_list:
                    self.left_out[LISTS] += 1
                else:
                    yield item

    def arguments(self) -> list[str]:
        """The arguments with which ``govscrape extract`` reads it."""
        if self.corpus == "-":
            raise InputError("stdin can be read once only: save the corpus in a file to read it with older code")
        kind = "warc" if self.corpus is None else "jsonl"
        files = self.archives if self.corpus is None else [self.corpus]
        return ["extract", "--from", kind, "--format", "jsonl", "--", *files]


@click.command()
@click.option(
    "--base",
    metavar="REV|DIR|FILE",
    required=True,
    help="A git revision, a folder with the rules as they were, or what extract printed for this input then (jsonl).",
)
@click.option(
    "--rules",
    "changed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the rules as they are to be (default: those in use).",
)
@click.option("--corpus", metavar="FILE|-", help='Articles, one {"id", "text", …} a line.')
@click.option(
    "--warc",
    "archives",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    multiple=True,
    help="An archive of pages. Repeatable.",
)
@click.option("--show", metavar="N", type=click.IntRange(min=0), default=50, show_default=True, help="List N changes.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True, help="Output."
)
def rehearse(
    base: str, changed: Path | None, corpus: str | None, archives: tuple[str, ...], show: int, form: str
) -> int:
    """Read a corpus or an archive with two sets of rules and print the facts gained, lost and changed.

    jsonl prints every change with both records and a link that opens the article at the words. The rules of a git
    revision are read by today's code; where they are too old for it, by the code of that revision. Old rules in a
    folder that do not fit are refused; then compare with what was printed: govscrape extract --from jsonl FILE. The
    exit code is 1 when an article breaks the new rules.
    """
    if (corpus is None) == (not archives):
        raise click.UsageError("give either --corpus FILE or --warc FILE")
    source = Source(corpus, archives)
    found = Rehearsal()
    console = Console(highlight=False, soft_wrap=True)
    with ExitStack() as stack:
        before = _base(base, source, stack)
        for number, (article, change) in enumerate(_changes(before, changed, source, found)):
            if form == "jsonl":
                click.echo(json.dumps(_as_data(article, change), ensure_ascii=False))
            elif number < show:
                _print(console, article, change)
    if form == "table":
        _summary(console, found)
    if line := left_out_told(source.left_out):
        click.echo(line, err=True)
    for line in found.unread:
        click.secho(cell_text(line), fg="red", err=True)
    return 1 if any(line.startswith("new rules") for line in found.unread) else 0


def _base(name: str, source: Source, stack: ExitStack) -> Path:
    """The folder of the old rules, or the file with what was read by them."""
    if Path(name).exists():
        return Path(name)
    folder = stack.enter_context(at_revision(name))
    problem = _misfit(folder / "rules")
    if problem is None:
        return folder / "rules"
    problem = problem.removeprefix(f"{folder}/")
    click.secho(
        cell_text(f"{name}: its rules do not fit today's code ({problem}); read by its own"), dim=True, err=True
    )
    return _read_by(folder, source)


def _misfit(rules: Path) -> str | None:
    """Why rules cannot be used by today's code, which asks for many of them only when an article needs them."""
    try:
        ruleset = load_ruleset(rules)
        extractor = Extractor(ruleset)
        for example in ruleset.records:
            extractor.extract(article_from_text(example.text))
    except RuleError as error:
        return str(error)
    return None


def _read_by(folder: Path, source: Source) -> Path:
    """What the code and rules in ``folder`` print for the source."""
    kept = folder / "before.jsonl"
    with kept.open("wb") as out:
        done = subprocess.run(  # noqa: S603 - our own program, of an earlier day
            [sys.executable, "-m", "govscrape", *source.arguments()],
            stdout=out,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(folder / "src"), "GOVSCRAPE_RULES": str(folder / "rules")},
            check=False,
        )
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(f"the code of that revision does not run here: {told[-1] if told else done.returncode}")
    return kept


def _changes(base: Path, changed: Path | None, source: Source, found: Rehearsal) -> Iterator[tuple[Item, Change]]:
    new = Extractor(load_ruleset(changed))
    for item, before in _with_base(base, source.items()):
        if isinstance(item, BadItem):
            where = f"{source.corpus}, line {item.line}" if source.corpus else str(item.id)
            found.unread.append(f"{where}: {item.message}")
            continue
        found.articles += 1
        after = _read(new, item)
        for rules, read in (("old", before), ("new", after)):
            if isinstance(read, str):
                found.unread.append(f"{rules} rules break on {item.id}: {read}")
        if isinstance(before, str) or isinstance(after, str):
            continue
        changes = compare(before, after)
        found.moved += bool(changes)
        for change in changes:
            found.count(item, change)
            yield item, change


def _with_base(base: Path, items: Iterator[Item | BadItem]) -> Iterator[tuple[Item | BadItem, Read]]:
    """Each article with its earlier records: read again with the old rules, or taken from the old output in step."""
    if base.is_dir():
        try:
            old = Extractor(load_ruleset(base))
            for item in items:
                yield item, {} if isinstance(item, BadItem) else _read(old, item)
        except RuleError as error:
            raise RuleError(f"not rules for this version of govscrape: {error}", str(base)) from error
        return
    with open_bytes(str(base)) as stream:
        kept = (raw for _, raw in lines(stream) if raw)
        for item in items:
            # An older program took the lists of an archive for articles.
            raws = kept if item.line else (raw for raw in kept if _is_of(raw, item))
            yield item, _earlier(base, item, next(raws, b""))


def _is_of(raw: bytes, item: Item | BadItem) -> bool:
    try:
        known = json.loads(raw)
    except ValueError:
        return True
    return not isinstance(known, dict) or known.get("id") == item.id


def _earlier(base: Path, item: Item | BadItem, raw: bytes) -> Read:
    try:
        found: dict[str, Any] = json.loads(raw)
        known_as = found["id"]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{base}: no record of {item.id!r}, {_place(item)}") from error
    if known_as != item.id:
        raise InputError(f"{base}: {known_as!r} where {_place(item)} has {item.id!r}")
    return str(found["error"]["message"]) if "error" in found else found


def _place(item: Item | BadItem) -> str:
    return f"line {item.line} of the corpus" if item.line else "the archive"


def _read(extractor: Extractor, item: Item) -> Read:
    try:
        return extractor.extract(item.article).model_dump(mode="json", exclude={"article"})
    except GovscrapeError:
        raise  # the rules do not fit the code
    except Exception as error:  # noqa: BLE001 - a rule that breaks one article is itself a finding
        return f"{type(error).__name__}: {error}"


def _as_data(item: Item, change: Change) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.article.url,
        "link": _link(item, change),
        "portal": item.article.portal,
        "kind": change.kind,
        "effect": change.effect,
        "slots": list(change.slots),
        "before": change.before,
        "after": change.after,
    }


def _link(item: Item, change: Change) -> str | None:
    """The article's URL, opened at the words that say the fact (a text fragment)."""
    if not item.article.url:
        return None
    words = str(change.record["evidence"]["text"]).split()
    ends = (words,) if len(words) <= _LINK_WORDS else (words[: _LINK_WORDS // 2], words[-_LINK_WORDS // 2 :])
    told = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return f"{item.article.url.partition('#')[0]}#:~:text={told}"


def _print(console: Console, item: Item, change: Change) -> None:
    sign, style = _SIGNS[change.effect]
    where = Text(
        f"  {cell_text(item.article.url or item.id)}", f"dim link {link}" if (link := _link(item, change)) else "dim"
    )
    console.print(Text.assemble((f"{sign} {change.kind}  ", style), cell_text(told(change.record)), where))
    for slot in change.slots:
        values = [(record or {}).get(slot) for record in (change.before, change.after)]
        console.print(Text(f"    {slot}: {cell_text(values[0])!r} → {cell_text(values[1])!r}", "yellow"))
    console.print(Text(f"    “{cell_text(change.record['evidence']['text'])}”  {change.record['rule']}", "dim"))


def _summary(console: Console, found: Rehearsal) -> None:
    console.print(f"{found.articles} articles, {found.moved} with changes")
    if not found.kinds:
        return
    table = Table("of", "portal", *_SIGNS, box=None, pad_edge=False, header_style="dim")
    for kind in dict.fromkeys(kind for kind, _ in found.kinds):
        table.add_row(kind, "all", *(str(found.kinds[kind, effect]) for effect in _SIGNS), style="bold")
    for name, place in sorted({(name, place) for name, place, _ in found.groups}):
        counts = (str(found.groups[name, place, effect]) for effect in _SIGNS)
        table.add_row(*(Text(cell_text(cell)) for cell in (name, place, *counts)))
    console.print(table)

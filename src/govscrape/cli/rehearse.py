"""``govscrape rehearse``: what a change of the rules would do to the records of a corpus, before it lands."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.cli.output import cell_text
from govscrape.cli.reading import BadItem, Given, Item, lines, open_bytes, read_corpus
from govscrape.errors import GovscrapeError, InputError, RuleError
from govscrape.evaluate.rehearsal import Change, compare
from govscrape.evaluate.report import told
from govscrape.extract import Extractor
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words

Read = dict[str, Any] | str
"""The records of an article as JSON data, or what broke."""

_SIGNS = {"gained": ("+", "green"), "lost": ("-", "red"), "changed": ("~", "yellow")}


@dataclass
class Rehearsal:
    """What was met so far: the counts, and what could not be read."""

    articles: int = 0
    moved: int = 0
    unread: list[str] = field(default_factory=list)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(self, item: Item, change: Change) -> None:
        """Count a change by kind, and by index and province."""
        place = item.article.province or "(no province)"
        self.kinds[change.kind, change.effect] += 1
        self.groups[str(change.record.get("index") or change.kind), place, change.effect] += 1


@click.command()
@click.option(
    "--base",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The folder with the rules as they were, or what extract printed for this corpus then (jsonl).",
)
@click.option(
    "--rules",
    "changed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the rules as they are to be (default: those in use).",
)
@click.option("--corpus", required=True, metavar="FILE|-", help='Articles, one {"id", "text", …} a line.')
@click.option("--show", metavar="N", type=click.IntRange(min=0), default=50, show_default=True, help="List N changes.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True, help="Output."
)
def rehearse(base: Path, changed: Path | None, corpus: str, show: int, form: str) -> int:
    """Read a corpus with two sets of rules and print the facts gained, lost and changed.

    jsonl prints every change with both records. Rules that are too old for today's code are refused; then compare with
    what the older version read: govscrape extract --from jsonl FILE > before.jsonl. The exit code is 1 when an article
    breaks the new rules.
    """
    found = Rehearsal()
    console = Console(highlight=False, soft_wrap=True)
    for number, (article, change) in enumerate(_changes(base, changed, corpus, found)):
        if form == "jsonl":
            click.echo(json.dumps(_as_data(article, change), ensure_ascii=False))
        elif number < show:
            _print(console, article, change)
    if form == "table":
        _summary(console, found)
    for line in found.unread:
        click.secho(cell_text(line), fg="red", err=True)
    return 1 if any(line.startswith("new rules") for line in found.unread) else 0


def _changes(base: Path, changed: Path | None, corpus: str, found: Rehearsal) -> Iterator[tuple[Item, Change]]:
    new = Extractor(load_ruleset(changed))
    items = read_corpus(corpus, Given(words=load_page_words()))
    for item, before in _with_base(base, items):
        if isinstance(item, BadItem):
            found.unread.append(f"{corpus}, line {item.line}: {item.message}")
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
            raw = next(kept, b"")
            yield item, _earlier(base, item, raw)


def _earlier(base: Path, item: Item | BadItem, raw: bytes) -> Read:
    try:
        found: dict[str, Any] = json.loads(raw)
        known_as = found["id"]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{base}: no record of {item.id!r}, line {item.line} of the corpus") from error
    if known_as != item.id:
        raise InputError(f"{base}: {known_as!r} where line {item.line} of the corpus has {item.id!r}")
    return str(found["error"]["message"]) if "error" in found else found


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
        "kind": change.kind,
        "effect": change.effect,
        "slots": list(change.slots),
        "before": change.before,
        "after": change.after,
    }


def _print(console: Console, item: Item, change: Change) -> None:
    sign, style = _SIGNS[change.effect]
    where = cell_text(item.article.url or item.id)
    console.print(
        Text.assemble((f"{sign} {change.kind}  ", style), cell_text(told(change.record)), (f"  {where}", "dim"))
    )
    for slot in change.slots:
        values = [(record or {}).get(slot) for record in (change.before, change.after)]
        console.print(Text(f"    {slot}: {cell_text(values[0])!r} → {cell_text(values[1])!r}", "yellow"))
    console.print(Text(f"    “{cell_text(change.record['evidence']['text'])}”  {change.record['rule']}", "dim"))


def _summary(console: Console, found: Rehearsal) -> None:
    console.print(f"{found.articles} articles, {found.moved} with changes")
    if not found.kinds:
        return
    table = Table("of", "province", *_SIGNS, box=None, pad_edge=False, header_style="dim")
    for kind in dict.fromkeys(kind for kind, _ in found.kinds):
        table.add_row(kind, "all", *(str(found.kinds[kind, effect]) for effect in _SIGNS), style="bold")
    for name, place in sorted({(name, place) for name, place, _ in found.groups}):
        counts = (str(found.groups[name, place, effect]) for effect in _SIGNS)
        table.add_row(*(Text(cell_text(cell)) for cell in (name, place, *counts)))
    console.print(table)

"""``govscrape explain TEXT``: what was seen in a text, which rule fired, and why others did not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from govscrape.cli.options import known_province
from govscrape.cli.output import console_for
from govscrape.cli.reading import parse_time
from govscrape.errors import InputError
from govscrape.evaluate.examples import shown
from govscrape.extract.explain import Explanation
from govscrape.extract.explain import explain as explain_article
from govscrape.extract.extractor import Extractor
from govscrape.models.records import Record
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.rules.load import read_yaml, rules_dir

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")
_ALL = 10_000  # near misses: those of rules that fired elsewhere are sorted out here
_HIDDEN = frozenset(
    {"evidence", "rule", "confidence", "mentions", "index_text", "subject_text", "component_text", "checks"}
)


@click.command()
@click.argument("text")
@click.option("--province", callback=known_province, help="The province that the text speaks of where it names none.")
@click.option("--published-at", help="Date of the article (ISO 8601); deadlines and years are read from it.")
@click.option("--title", help="The article's title.")
@click.option("--near", default=5, show_default=True, help="How many rules that nearly fired to show.")
def explain(text: str, province: str | None, published_at: str | None, title: str | None, near: int) -> None:
    """Explain what govscrape reads in TEXT ("-" for stdin)."""
    if text == "-":
        text = sys.stdin.read()
    if not text.strip():
        raise InputError("explain: the text is empty")
    try:
        published = parse_time(published_at) if published_at else None
    except ValueError as error:
        raise InputError(f"--published-at {published_at!r} is not an ISO 8601 date") from error
    article = article_from_text(text, title=title, province=province, published_at=published)
    _print(explain_article(article, Extractor(load_ruleset()), _ALL), near, console_for(sys.stdout))


def _print(found: Explanation, near: int, console: Console) -> None:
    told = _Places()
    _heading(console, "Text")
    console.print(Padding(_coloured(found), (0, 2), expand=False))
    _heading(console, "Mentions")
    for mention in found.mentions:
        slots = f"  {shown(mention.slots)}" if mention.slots else ""
        _entry(
            console,
            Text.assemble((mention.type, _style(mention.type)), "  ", found.document.of(mention), (slots, "dim")),
            told.of_rule(mention.rule) if mention.rule else told.of_index(mention.slots.get("code")),
        )
    if found.context.reaches:
        _heading(console, "Cues")
        for reach in found.context.reaches:
            words, over = found.document.text(*reach.at), found.document.text(reach.start, reach.end)
            about = Text.assemble((reach.category, "bold"), f"  {words!r} over {over!r}")
            _entry(console, about, told.of_rule(reach.cue))
    _heading(console, "Records")
    _records(found, told, console)
    fired = {mention.rule for mention in found.mentions} | {record.rule for _, record in _all(found)}
    missed = [miss for miss in found.near if miss.rule not in fired][:near]
    if missed:
        _heading(console, "Nearly")
        for miss in missed:
            _entry(console, told.of_rule(miss.rule), Text.assemble(f"took {miss.words!r}: ", (miss.failed, "yellow")))


def _entry(console: Console, *lines: Text) -> None:
    """A line, and below it, set in, what belongs to it."""
    for number, line in enumerate(lines):
        console.print(Padding(line, (0, 0, 0, 4 if number else 2), expand=False), overflow="fold")


class _Places:
    """Where rules stand: file and line, as an editor takes them."""

    def __init__(self) -> None:
        self._files = {file: file.read_text(encoding="utf-8") for file in sorted(rules_dir().rglob("*.yaml"))}

    def of_rule(self, name: str) -> Text:
        """The name of a rule or cue, and where it stands; nothing but the name where code has it."""
        for file, text in self._files.items():
            if f"id: {name}" in text:
                for item, line in _with_lines(read_yaml(file), "rules", "cues"):
                    if item.get("id") == name:
                        return self._told(name, file, line)
        return Text.assemble((name, "bold"), ("  read by code, not by a rule", "dim"))

    def of_index(self, code: object) -> Text:
        """Where the names of an index stand."""
        for file, text in self._files.items():
            if f"code: {code}" in text:
                content = read_yaml(file)
                index = content.get("index") or {}
                if index.get("code") == code:
                    return self._told("lexicon", file, content.lines["index"])
        return Text("lexicon", "bold")

    @staticmethod
    def _told(name: str, file: Path, line: int) -> Text:
        here = Path.cwd()
        place = file.relative_to(here) if file.is_relative_to(here) else file
        return Text.assemble((name, "bold"), (f"  {place}:{line}", "dim"))


def _with_lines(content: Any, *keys: str) -> Iterator[tuple[Any, int]]:
    for key in keys:
        items = content.get(key) or ()
        yield from zip(items, getattr(items, "lines", ()), strict=True)


def _heading(console: Console, name: str) -> None:
    console.print(Text(name, "bold underline"))


def _style(type_: str) -> str:
    return _COLOURS[sum(type_.encode()) % len(_COLOURS)]


def _coloured(found: Explanation) -> Text:
    """The body with each mention in the colour of its type."""
    text = Text(found.document.article.body)
    for mention in found.mentions:
        evidence = found.document.evidence(mention.start, mention.end)
        text.stylize(_style(mention.type), evidence.start, evidence.end)
    return text


def _all(found: Explanation) -> list[tuple[str, Record]]:
    kinds = ("indices", "officials", "directives", "legal_refs")
    return [(kind, record) for kind in kinds for record in getattr(found.extraction, kind)]


def _records(found: Explanation, told: _Places, console: Console) -> None:
    for kind, record in _all(found):
        fields = {
            k: v for k, v in record.model_dump(mode="json").items() if v not in (None, [], ()) and k not in _HIDDEN
        }
        about = Text.assemble((kind, "bold green"), f"  {shown(fields)}")
        _entry(console, about, Text(repr(record.evidence.text)), told.of_rule(record.rule))
    for issue in found.extraction.issues:
        console.print(Text(f"  issue {issue.code}: {issue.message} {issue.where or ''}", "yellow"))
    if not _all(found):
        console.print(Text("  none"))

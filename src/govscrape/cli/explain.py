"""``govscrape explain TEXT``: what was seen in a text, which rule fired, and why others did not."""

import sys

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from govscrape.cli.options import known_province
from govscrape.cli.reading import parse_time
from govscrape.errors import InputError
from govscrape.evaluate.examples import shown
from govscrape.extract.explain import Explanation
from govscrape.extract.explain import explain as explain_article
from govscrape.extract.extractor import Extractor
from govscrape.models.records import Record
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")
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
    _print(explain_article(article, Extractor(load_ruleset()), near), Console())


def _print(found: Explanation, console: Console) -> None:
    _heading(console, "Text")
    console.print(Padding(_coloured(found), (0, 2)))
    _heading(console, "Mentions")
    console.print(Padding(_mentions(found), (0, 2)))
    if found.context.reaches:
        _heading(console, "Cues")
        for reach in found.context.reaches:
            words, over = found.document.text(*reach.at), found.document.text(reach.start, reach.end)
            console.print(Text(f"  {reach.category}: {words!r} over {over!r}  ({reach.cue})"))
    _heading(console, "Records")
    _records(found, console)
    if found.near:
        _heading(console, "Nearly")
        for miss in found.near:
            console.print(Text.assemble("  ", (miss.rule, "bold"), f" took {miss.words!r}: ", (miss.failed, "yellow")))


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


def _mentions(found: Explanation) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for mention in found.mentions:
        words = found.document.of(mention)
        table.add_row(
            Text(mention.type, _style(mention.type)),
            Text(words),
            Text(shown(mention.slots) if mention.slots else ""),
            Text(mention.rule or "lexicon", "dim"),
        )
    return table


def _records(found: Explanation, console: Console) -> None:
    extraction = found.extraction
    records: list[tuple[str, Record]] = [
        (kind, record)
        for kind in ("indices", "officials", "directives", "legal_refs")
        for record in getattr(extraction, kind)
    ]
    for kind, record in records:
        fields = {
            k: v for k, v in record.model_dump(mode="json").items() if v not in (None, [], ()) and k not in _HIDDEN
        }
        console.print(Text.assemble("  ", (kind, "bold green"), f"  {shown(fields)}"))
        console.print(Text(f"    {record.rule}: {record.evidence.text!r}", "dim"))
    for issue in extraction.issues:
        console.print(Text(f"  issue {issue.code}: {issue.message} {issue.where or ''}", "yellow"))
    if not records:
        console.print(Text("  none"))

"""``govscrape extract``: pages, texts, a corpus or archives in, records out (the contract is docs/data.md).

One article is read, extracted and printed before the next: a corpus of any size takes the memory of one article.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain

import click

from govscrape.cli.reading import BadItem, Given, Item, parse_time, read_corpus, read_plain
from govscrape.models.records import Extraction

Outcome = tuple[Item, Extraction] | BadItem
Writer = Callable[[Iterable[Outcome]], None]


def outcomes(items: Iterable[Item | BadItem]) -> Iterator[Outcome]:
    """Every article with its records, in the order of the input."""
    from govscrape.extract import Extractor
    from govscrape.rules import load_ruleset

    extractor = Extractor(load_ruleset())
    for item in items:
        if isinstance(item, BadItem):
            yield item
            continue
        try:
            found = extractor.extract(item.article)
        except Exception as error:
            # A fault of ours in one article of a million must not cost the others; it is told, and the exit code is 1.
            logging.getLogger(__name__).exception("id=%r line=%s", item.id, item.line)
            message = f"fault of govscrape: {type(error).__name__}: {error}"
            yield BadItem(item.id, item.line, " ".join(message.split()), fault=True)
            continue
        if item.issues:
            found = found.model_copy(update={"issues": (*item.issues, *found.issues)})
        yield item, found


def as_line(outcome: Outcome) -> str:
    """One JSON object on one line: ``id`` and the records, or ``id`` and ``error``."""
    if isinstance(outcome, BadItem):
        error = {"line": outcome.line, "message": outcome.message}
        return json.dumps({"id": outcome.id, "error": error}, ensure_ascii=False)
    item, found = outcome
    return f'{{"id":{json.dumps(item.id, ensure_ascii=False)},{found.model_dump_json()[1:]}'


def write_jsonl(found: Iterable[Outcome]) -> None:
    """One line per article, each flushed so that a reader sees it at once."""
    for outcome in found:
        click.echo(as_line(outcome))


def write_json(found: Iterable[Outcome], *, alone: bool) -> None:
    """Indented JSON: the object itself for a single input (``alone``), else a list."""
    texts = (json.dumps(json.loads(as_line(outcome)), ensure_ascii=False, indent=2) for outcome in found)
    if alone:
        for text in texts:
            click.echo(text)
        return
    click.echo("[", nl=False)
    for number, text in enumerate(texts):
        click.echo(("," if number else "") + "\n" + text, nl=False)
    click.echo("\n]")


def write_table(found: Iterable[Outcome]) -> None:
    """Tables for reading, one per kind of record."""
    from govscrape.cli.tables import show

    for outcome in found:
        show(outcome)


def _time(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return parse_time(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not an ISO 8601 date or time") from error


def _items(source: str, paths: tuple[str, ...], portal: str | None, given: Given) -> Iterator[Item | BadItem]:
    if source == "jsonl":
        return chain.from_iterable(read_corpus(path, given) for path in paths)
    if source == "text":
        return chain.from_iterable(read_plain(path, given) for path in paths)
    from govscrape.cli import pages

    if source == "page":
        return chain.from_iterable(pages.read_page(path, portal, given) for path in paths)
    return chain.from_iterable(pages.read_archive(path, portal, given) for path in paths)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--from",
    "source",
    type=click.Choice(["page", "text", "jsonl", "warc"]),
    default="page",
    show_default=True,
    help="What the input is: HTML pages, plain texts, a corpus with one JSON object a line, WARC archives.",
)
@click.option("--url", help="Where the page or text was published.")
@click.option("--portal", metavar="ID", help="Read pages with this portal's selectors (default: found by the URL).")
@click.option("--province", metavar="NAME", help='What "the province" means in the text, where the input does not say.')
@click.option("--published-at", callback=_time, metavar="TIME", help="ISO 8601; without a zone it is Vietnam's time.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "table"]),
    help="Default: jsonl for jsonl and warc, json otherwise.",
)
def extract(
    paths: tuple[str, ...],
    source: str,
    url: str | None,
    portal: str | None,
    province: str | None,
    published_at: datetime | None,
    form: str | None,
) -> int:
    """Read articles from each FILE (or - for stdin) and print what they state.

    A corpus line is {"id", "text", "title"?, "url"?, "province"?, "published_at"?}; the answer is one line per article
    in the same order: {"id", "article", "indices", "officials", "directives", "legal_refs", "issues"}. A line that
    cannot be read is answered by {"id", "error": {"line", "message"}} and the run goes on; the exit code is 1 when
    nothing at all could be read, or when the fault was govscrape's own.
    """
    from govscrape.rules.portals import load_page_words

    given = Given(url, province, published_at, load_page_words())
    counts = {"read": 0, "bad": 0, "faults": 0}

    def counted() -> Iterator[Outcome]:
        for outcome in outcomes(_items(source, paths, portal, given)):
            counts["bad" if isinstance(outcome, BadItem) else "read"] += 1
            counts["faults"] += isinstance(outcome, BadItem) and outcome.fault
            yield outcome

    form = form or ("jsonl" if source in {"jsonl", "warc"} else "json")
    if form == "json":
        write_json(counted(), alone=len(paths) == 1 and source in {"page", "text"})
    else:
        (write_jsonl if form == "jsonl" else write_table)(counted())
    sys.stdout.flush()
    if counts["bad"]:
        total = counts["read"] + counts["bad"]
        click.echo(f"{counts['bad']} of {total} could not be read; each has an error record", err=True)
    return 1 if counts["faults"] or (counts["bad"] and not counts["read"]) else 0

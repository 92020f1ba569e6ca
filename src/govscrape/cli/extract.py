"""``govscrape extract``: pages, texts, a corpus or archives in, records out (the contract is docs/data.md).

One article is read, extracted and printed before the next: a corpus of any size takes the memory of one article.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from govscrape.cli.options import known_province
from govscrape.cli.parquet import parquet_options, refuse_parquet_options, to_parquet
from govscrape.cli.reading import Given, parse_time

if TYPE_CHECKING:
    from govscrape.cli.extracting import Answer


def write_jsonl(found: "Iterable[Answer]") -> None:
    """One line per article, each flushed so that a reader sees it at once."""
    for answer in found:
        click.echo(answer.text)


def write_json(found: "Iterable[Answer]", *, alone: bool) -> None:
    """Indented JSON: the object itself for a single input (``alone``), else a list."""
    texts = (json.dumps(json.loads(answer.text), ensure_ascii=False, indent=2) for answer in found)
    if alone:
        for text in texts:
            click.echo(text)
        return
    click.echo("[", nl=False)
    for number, text in enumerate(texts):
        click.echo(("," if number else "") + "\n" + text, nl=False)
    click.echo("\n]")


def write_table(found: "Iterable[Answer]") -> None:
    """Tables for reading, one per kind of record."""
    from govscrape.cli.tables import show

    for answer in found:
        if answer.outcome is not None:
            show(answer.outcome)


def _time(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return parse_time(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not an ISO 8601 date or time") from error


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
@click.option(
    "--province",
    metavar="NAME",
    callback=known_province,
    help='What "the province" means in the text, where the input does not say.',
)
@click.option("--published-at", callback=_time, metavar="TIME", help="ISO 8601; without a zone it is Vietnam's time.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "table", "parquet"]),
    help="Default: jsonl for jsonl and warc, json otherwise. parquet: warc only, into the folder of --output.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="How many processes read; 0: one per core. The answers are the same and in the same order.",
)
@parquet_options
def extract(paths: tuple[str, ...], source: str, form: str | None, jobs: int, **told: Any) -> int:
    """Read articles from each FILE (or - for stdin) and print what they state.

    A corpus line is {"id", "text", "title"?, "url"?, "province"?, "published_at"?}; the answer is one line per article
    in the same order: {"id", "article", "indices", "officials", "directives", "legal_refs", "issues"}. A line that
    cannot be read is answered by {"id", "error": {"line", "message"}} and the run goes on; the exit code is 1 when
    nothing at all could be read, or when the fault was govscrape's own, and 3 when a process with --jobs died of an
    article or was killed: that article has an error record.

    Of an archive the pages are read that are articles: those that govscrape crawled as such, else those whose address
    the portal's file tells to be one, and of a portal that is not known all; lists, revisits and answers other than
    200 are counted on stderr.

    With --format parquet, archives of any size (local, s3://…, http…, * in the path) become the release's tables in one
    folder, piece by piece: a run that was broken off goes on where it stopped.
    """
    form = form or ("jsonl" if source in {"jsonl", "warc"} else "json")
    jobs = jobs or os.cpu_count() or 1
    if form == "parquet":
        return to_parquet(source, paths, jobs, told)
    refuse_parquet_options(told)
    from govscrape.cli.extracting import Options, answers, tasks_of
    from govscrape.parse.responses import LISTS
    from govscrape.parse.responses import told as left_out_told
    from govscrape.rules.portals import load_page_words

    given = Given(told["url"], told["province"], told["published_at"], load_page_words())
    options = Options(given, told["portal"], whole=form == "table")
    counts = {"read": 0, "bad": 0, "faults": 0, "lost": 0}
    left_out = Counter[str]()

    def counted() -> "Iterator[Answer]":
        for answer in answers(tasks_of(source, paths, options, left_out), options, jobs=jobs):
            if answer.is_list:
                left_out[LISTS] += 1
                continue
            counts["bad" if answer.bad else "read"] += 1
            counts["faults"] += answer.fault
            counts["lost"] += answer.lost
            yield answer

    if form == "json":
        write_json(counted(), alone=len(paths) == 1 and source in {"page", "text"})
    else:
        (write_jsonl if form == "jsonl" else write_table)(counted())
    sys.stdout.flush()
    if line := left_out_told(left_out):
        click.echo(line, err=True)
    if counts["bad"]:
        total = counts["read"] + counts["bad"]
        click.echo(f"{counts['bad']} of {total} could not be read; each has an error record", err=True)
    if counts["faults"] or (counts["bad"] and not counts["read"]):
        return 1
    return 3 if counts["lost"] else 0

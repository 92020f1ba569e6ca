"""``govscrape search WORDS``: bodies, documents and articles by their words, accents optional."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from govscrape.cli.options import db_option
from govscrape.cli.output import Format, Row, cell_text, console_for, format_option, print_below, write_rows

if TYPE_CHECKING:
    from govscrape.dataset.search import Found

KINDS = ("organisation", "document", "article")
NAMED_MAX = 8
"""So many bodies and documents are shown where nobody asked for them alone; the pages of `explore` show as many."""
_HEADINGS = {"organisation": "Bodies", "document": "Legal documents", "article": "Articles"}


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only this kind. May be given again.")
@click.option("--province", multiple=True, help='Only of this province, accents optional: "gia lai".')
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most N of a kind.")
@db_option
@format_option
def search(
    words: tuple[str, ...], kinds: tuple[str, ...], province: tuple[str, ...], limit: int, db: Path, form: Format
) -> None:
    """Find bodies and legal documents by their names, and articles with all WORDS in title, summary or body.

    Without accents a word finds every spelling (da nang: Đà Nẵng), with accents only that one. Quotes keep words
    in a row ('"gia lai"'), an asterisk stands for the rest of a word (chuyen*). Articles that have the words in a
    row come first, then those that have them near each other; of each those with the words in the title, then the
    newest.
    """
    from govscrape import dataset
    from govscrape.dataset.search import FOUND

    text = " ".join(words)
    names = dataset.stored_provinces(db, province)
    if province and not names:
        if form != "table":
            write_rows([], ("kind", *FOUND, "key"), form)
        click.echo("nothing stored of that province", err=True)
        return
    wanted = kinds or KINDS
    rows, counts = _named(db, text, names, wanted, limit if kinds else min(limit, NAMED_MAX))
    if "article" in wanted:
        found = dataset.search(db, text, province=names, limit=limit)
        rows += [{"kind": "article", **row} for row in found.rows]
        counts["article"] = _how_many(found)
    if form == "table":
        _show(rows, counts)
    else:
        write_rows(rows, ("kind", *FOUND, "key"), form)
    if not rows:
        click.echo("nothing found", err=True)
    elif any(" of " in count for count in counts.values()):
        click.echo(f"shown: {_told(counts)}; --limit shows more", err=True)


def _named(
    db: Path, text: str, provinces: Sequence[str], wanted: Sequence[str], limit: int
) -> tuple[list[Row], dict[str, str]]:
    """Bodies and documents whose names have all words, as rows, and how many of each kind are shown of how many."""
    from govscrape.dataset import bodies
    from govscrape.explore.laws import name_of

    if set(wanted) == {"article"}:
        return [], {}
    some, laws = bodies.named(db, text, limit + 1, provinces)
    rows: dict[str, list[Row]] = {
        "organisation": [_body(row) | {"title": row["name"], "published_at": row["last_seen"]} for row in some],
        "document": [_law(row) | {"title": name_of(row), "published_at": row["last_cited"]} for row in laws],
    }
    shown = {kind: rows[kind] for kind in KINDS if kind in wanted and kind in rows}
    counts = {kind: f"{limit} of more than {limit}" if len(of) > limit else f"{len(of)}" for kind, of in shown.items()}
    return [{"kind": kind, "found_in": "name", **row} for kind, of in shown.items() for row in of[:limit]], counts


def _body(row: Row) -> dict[str, object]:
    told = f", told {_times(row['addressed'])}" if row["addressed"] else ""
    return {"province": row["province"], "key": row["key"], "excerpt": f"in {_articles(row['articles'])}{told}"}


def _law(row: Row) -> dict[str, object]:
    about = (row["issuer"], row["issued_on"], f"cited in {_articles(row['articles'])}")
    return {"province": row["province"], "key": row["key"], "excerpt": ", ".join(filter(None, about))}


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _how_many(found: "Found") -> str:
    """How many articles are shown of how many, as far as they were counted."""
    shown = len(found.rows)
    if found.most is None:
        return f"{shown} of more than {found.least - 1}"
    if found.most > found.least:
        return f"{shown} of at most {found.most}"
    return f"{shown} of {found.most}" if found.most > shown else f"{shown}"


def _told(counts: dict[str, str]) -> str:
    return ", ".join(f"{_HEADINGS[kind].lower()} {count}" for kind, count in counts.items() if " of " in count)


def _show(rows: Sequence[Row], counts: dict[str, str]) -> None:
    console = console_for(sys.stdout)
    for kind, count in counts.items():
        of_kind = [row for row in rows if row["kind"] == kind]
        if of_kind:
            console.print(Text(f"{_HEADINGS[kind]} ({count})", style="bold underline"))
        for row in of_kind:
            about = " · ".join(filter(None, (row["province"], (row["published_at"] or "")[:10])))
            console.print(Text(cell_text(row["title"]), style="bold"), overflow="fold")
            if kind == "article":
                print_below(console, [Text(about), Text(cell_text(row["excerpt"])), Text(cell_text(row["url"]))])
            else:
                print_below(console, [Text(" · ".join(filter(None, (row["province"], str(row["excerpt"])))))])
        if of_kind:
            console.print()

"""``govscrape search WORDS``: articles by their words, accents optional."""

from pathlib import Path

import click

from govscrape.cli.options import db_option
from govscrape.cli.output import Format, format_option, write_rows

_TABLE = ("published", "province", "title", "excerpt")


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--province", multiple=True, help='Province of the portal, accents optional: "gia lai".')
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most N articles.")
@db_option
@format_option
def search(words: tuple[str, ...], province: tuple[str, ...], limit: int, db: Path, form: Format) -> None:
    """Find articles with all WORDS in title, summary or body, best first.

    Without accents a word finds every spelling (da nang: Đà Nẵng), with accents only that one. Quotes keep words
    in a row ('"gia lai"'), an asterisk stands for the rest of a word (chuyen*).
    """
    from govscrape import dataset

    names = dataset.stored_provinces(db, province)
    if province and not names:
        click.echo("no articles of that province", err=True)
        return
    rows = dataset.search(db, " ".join(words), province=names, limit=limit)
    if form == "table":
        shown = (
            {**row, "published": (row["published_at"] or "")[:10], "excerpt": f"{row['excerpt']}\n{row['url']}"}
            for row in rows
        )
        write_rows(shown, _TABLE, form)
    else:
        write_rows(rows, dataset.FOUND, form)
    if not rows:
        click.echo("nothing found", err=True)

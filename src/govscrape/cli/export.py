"""``govscrape export DIR``: a release of the dataset."""

from datetime import datetime
from pathlib import Path

import click

from govscrape.cli.options import DAY, db_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "formats",
    default="csv,jsonl",
    show_default=True,
    help="Of csv, jsonl, parquet, xlsx, sqlite; comma between.",
)
@click.option("--as-of", type=DAY, help="Only texts fetched by the end of this day.")
@click.option("--texts", is_flag=True, help="Leave the articles' texts in the SQLite file, for your own use.")
@db_option
def export(folder: Path, formats: str, as_of: datetime | None, texts: bool, db: Path) -> None:
    """Write a release into DIR: tables, codebook in Vietnamese and English, checksums, how to cite it.

    The same database gives the same bytes. DIR must be new, empty, or hold an earlier release, which is replaced.
    Cells that a spreadsheet would run as a formula begin with an apostrophe. The articles' texts are the portals' and
    not part of a release. parquet and xlsx need `pip install "govscrape[export]"`.
    """
    from govscrape.dataset import release

    wanted = [part.strip() for part in formats.split(",") if part.strip()]
    rows = release.export(db, folder, formats=wanted, as_of=as_of.date() if as_of else None, texts=texts)
    click.echo(f"{folder}: {release.describe(rows)}")

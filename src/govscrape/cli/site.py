"""``govscrape site DIR``: the pages of `explore` as files."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from govscrape.cli.options import DAY, db_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--as-of", type=DAY, help="The day that tells open from past [default: today].")
@db_option
def site(folder: Path, as_of: datetime | None, db: Path) -> None:
    """Write the pages of `govscrape explore` into DIR as plain files, which open from a disk or any web server.

    Needs `pip install 'govscrape[explore]'`. DIR must be new, empty, or hold an earlier edition, which is replaced. The
    same database and day give the same bytes.
    """
    with needs_explore():
        from govscrape.explore.book import Book
        from govscrape.explore.site import write
    day = as_of.date() if as_of else today()
    seen = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        if seen:
            click.echo(f"\r{done} of {total} pages" + ("\n" if done == total else ""), nl=False, err=True)

    files = write(Book(db, day), folder, told)
    click.echo(f"{folder}: {files} files; open {folder / 'index.html'}")


@contextmanager
def needs_explore() -> Iterator[None]:
    """Turns the lack of what the pages are made with into one line. Raises InputError."""
    from govscrape.errors import InputError

    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "govscrape":
            raise
        raise InputError(f"{error.name} is not installed; pip install 'govscrape[explore]'") from error


def today() -> date:
    """The day in Vietnam."""
    from zoneinfo import ZoneInfo

    from govscrape.clock import SystemClock

    return SystemClock().now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()

"""``govscrape explore``: the dataset in a browser, read-only, on this machine."""

from contextlib import suppress
from pathlib import Path

import click

from govscrape.cli.options import db_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port to listen on.")
@click.option("--sql", is_flag=True, help="Let visitors write SQL of their own: read-only, two seconds, 1000 rows.")
@click.option("--archive", type=click.Path(path_type=Path), help="Where archived pages are; found beside the database.")
@db_option
def explore(host: str, port: int, sql: bool, archive: Path | None, db: Path) -> None:
    """Show the dataset as pages: indices, provinces, officials, directives, articles with their evidence.

    Needs `pip install 'govscrape[explore]'`. Nothing is written, and no page loads anything from other hosts. Stop
    with Ctrl-C.
    """
    from govscrape.cli.site import needs_explore, today
    from govscrape.settings import load_settings

    with needs_explore():
        from govscrape.explore.book import Book
        from govscrape.explore.server import application, listening, serve
    own = db.parent / f"archive-{db.stem}"  # the demo's
    folder = archive or (own if own.is_dir() else load_settings().archive)
    app = application(Book(db, today(), live=True), folder, sql=sql)
    with listening(host, port) as held, suppress(KeyboardInterrupt):
        click.echo(f"http://{host}:{port}/ shows {db} until Ctrl-C", err=True)
        serve(app, held)

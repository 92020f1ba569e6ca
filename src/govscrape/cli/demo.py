"""``govscrape demo``: crawls sample portals on this machine and shows what was found."""

from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event as Signal
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from govscrape.demo import Served
    from govscrape.models.portal import Portal
    from govscrape.models.run import CrawlReport

PORT = 8763
"""Fixed, because an article is known by its address: another port would make every article new."""


@click.command()
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("db/demo.db"),
    show_default=True,
    help="Database; beside it stand archive-<name>, the responses, and portals-<name>, the portals' files.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--keep-serving", is_flag=True, help="Leave the sample portals up until Ctrl-C, to look at them.")
@click.option("--serve", "serve_only", is_flag=True, help="Only serve them, to be crawled from another terminal.")
def demo(db: Path, port: int, keep_serving: bool, serve_only: bool) -> None:
    """Crawl four sample portals on this machine and show what was found.

    Nothing leaves this machine. The articles are samples: their figures are public, people and remarks are invented.
    A second run reads every article again and finds nothing new, though view counters and clocks have changed its page.
    """
    from govscrape.cli.demo_report import show
    from govscrape.demo import describe, sample_portals, serve
    from govscrape.errors import InputError

    with ExitStack() as stack:
        try:
            served = stack.enter_context(serve(port))
        except OSError as error:
            raise InputError(f"port {port} cannot be used ({error.strerror}); give another with --port") from error
        portals = sample_portals(served.port)
        folder = db.parent / f"portals-{db.stem}"
        describe(folder, served.port)
        if not serve_only:
            show(_crawl(portals, db), portals, served.base_url, db)
        if keep_serving or serve_only:
            _wait(served, portals, folder)


def _crawl(portals: "Iterable[Portal]", db: Path) -> "CrawlReport":
    import asyncio

    from govscrape import pipeline
    from govscrape.archive import Archive
    from govscrape.cli.crawl import shown_progress
    from govscrape.reading import open_pool
    from govscrape.settings import load_settings
    from govscrape.store import Store

    settings = load_settings(db=db, archive=db.parent / f"archive-{db.stem}", attachments=False)
    with (
        open_pool(settings) as workers,
        Store.open(settings.db) as store,
        Archive(settings.archive) as responses,
        shown_progress() as progress,
    ):
        return asyncio.run(
            pipeline.crawl(
                portals,
                store=store,
                archive=responses,
                workers=workers,
                settings=settings,
                progress=progress,
                mode="refresh",
            )
        )


def _wait(served: "Served", portals: "Iterable[Portal]", folder: Path) -> None:
    from govscrape.demo import SECTIONS

    click.echo(f"\nServing on {served.base_url} until Ctrl-C; to probe, each a page of a section:")
    for portal in portals:
        click.echo(f"  {portal.base_url}{SECTIONS[portal.id]}")
    click.echo(f"To crawl, in another terminal: govscrape crawl --portals {folder} --loopback (docs/operate.md)")
    with suppress(KeyboardInterrupt):
        Signal().wait()

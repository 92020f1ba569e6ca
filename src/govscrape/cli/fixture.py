"""``govscrape fixture new|check``: gold pages and articles: first drafts of them, and what is wrong with them."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import click

from govscrape.cli.options import loopback_option
from govscrape.cli.output import cell_text
from govscrape.cli.portals import fetched, saved
from govscrape.errors import InputError, NotAnArticle

FIXTURES = "tests/fixtures"
_NAME_MAX = 60


@click.group()
def fixture() -> None:
    """Draft gold pages and articles for a person to finish, and check those there are."""


@fixture.command()
@click.argument("source", metavar="URL|FILE")
@click.option("--portal", "portal_id", metavar="ID", help="The portal that publishes the page [default: by its URL].")
@click.option("--url", help="Address that a saved page came from.")
@click.option("--name", help="Name of the files [default: from the address or the file].")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(FIXTURES),
    show_default=True,
    help="Folder for pages/ and gold/dev/.",
)
@loopback_option
def new(source: str, portal_id: str | None, url: str | None, name: str | None, folder: Path, loopback: bool) -> None:
    """Keep a page and draft its gold: title, date, author and body of the page, and the article's records.

    Both drafts hold what the program reads, marked as such: they are not scored until a person has read the article,
    mended them and deleted the mark. A URL is fetched as a crawl would fetch it: set GOVSCRAPE_CONTACT first. Pages of
    others are their writing: keep them in a folder of your own.
    """
    from govscrape.cli.pages import Portals
    from govscrape.evaluate.fixture_drafts import case_draft, page_draft
    from govscrape.extract import Extractor
    from govscrape.parse import parse_article
    from govscrape.rules import load_ruleset
    from govscrape.rules.portals import load_page_words

    page = asyncio.run(fetched(source, loopback)) if "://" in source else saved(Path(source), url or "")
    portals = Portals()
    portal = portals.named(portal_id) if portal_id else portals.of(page.final_url)
    try:
        article, issues = parse_article(page, portal, None if portal else load_page_words())
    except NotAnArticle as error:
        raise NotAnArticle(f"{source}: {error}", error.code) from error
    extraction = Extractor(load_ruleset()).extract(article)
    called = name or _name(source)
    draft = page_draft(called, page, portal.id if portal else None, article)
    _write(
        {
            folder / "pages" / f"{called}.html": page.body,
            folder / "pages" / f"{called}.json": _json(draft),
            folder / "gold" / "dev" / f"{called}.json": _json(case_draft(extraction)),
        }
    )
    for issue in issues:
        click.secho(cell_text(f"{issue.code}: {issue.message}"), fg="yellow", err=True)
    click.echo(
        f'Read the article, mend both .json files, delete the lines "draft", then: govscrape fixture check {folder}'
    )


@fixture.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
def check(paths: tuple[Path, ...]) -> int:
    """Check gold files, or folders of them (default: tests/fixtures/gold and tests/fixtures/pages).

    Every quote must stand in its article, every paragraph on its page; text is NFC; keys, indices and provinces are
    known; names are unique; no draft is left. One line for each fault; the exit code is 1 when there is any.
    """
    from govscrape.evaluate.fixture_check import faults
    from govscrape.evaluate.gold import gold_files
    from govscrape.rules import load_ruleset

    files = gold_files(paths or (Path(FIXTURES) / "gold", Path(FIXTURES) / "pages"))
    found = list(faults(files, load_ruleset()))
    for fault in found:
        click.secho(cell_text(fault), fg="red", err=True)
    click.echo(f"{len(files)} files, {len(found)} faults")
    return 1 if found or not files else 0


def _name(source: str) -> str:
    """A file's name from the last part of an address or path that says anything."""
    plain = re.sub(r"(?i)\.(?:html?|aspx|php|json)(?=$|[?#])", "", source)
    words = [part for part in re.split(r"[/?#]", plain) if re.search(r"[A-Za-z0-9]", part)]
    name = re.sub(r"[^a-z0-9]+", "-", (words or ["page"])[-1].lower()).strip("-")
    return name[-_NAME_MAX:].strip("-") or "page"


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _write(files: dict[Path, bytes]) -> None:
    """Write all, or none when one is there already: somebody's work may be in it."""
    for path in files:
        if path.exists():
            raise InputError(f"{path}: is there already; give another --name")
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from error
        click.echo(path)

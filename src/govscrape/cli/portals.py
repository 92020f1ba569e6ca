"""``govscrape portals``: the portals' files: list, show and check them, draft new ones, tell a site's CMS."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from govscrape.cli.options import is_local, known_province, loopback_option
from govscrape.cli.output import Format, Row, format_option, write_rows
from govscrape.errors import InputError, RuleError

if TYPE_CHECKING:
    from govscrape.models.page import Page
    from govscrape.parse.probe import Probe

_COLUMNS = ("id", "name", "province", "family", "base_url", "listings", "archive", "verified")
_folder = click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of portal files [default: the rules' own].",
)


@click.group()
def portals() -> None:
    """List, show and check the portals' files; draft new ones; tell a site's CMS."""


@portals.command(name="list")
@_folder
@format_option
def list_portals(folder: Path | None, form: Format) -> None:
    """Show each portal: its province, CMS family, listings and the day it was checked live.

    Archives are portals of provinces that were merged; they are crawled only when named.
    """
    from govscrape.rules.portals import load_portals

    rows: list[Row] = [
        portal.model_dump(include={"id", "name", "province", "family", "base_url", "verified"})
        | {"listings": len(portal.listings), "archive": "yes" if portal.archive else ""}
        for portal in load_portals(folder).values()
    ]
    if not rows:
        raise InputError(f"{folder}: no portal files (*.yaml)")
    write_rows(rows, _COLUMNS, form)


@portals.command()
@click.argument("portal_id", metavar="ID")
@_folder
def show(portal_id: str, folder: Path | None) -> None:
    """Print the portal ID as YAML, with what it has from its family."""
    from govscrape.cli.crawl import choose
    from govscrape.rules.drafts import portal_yaml
    from govscrape.rules.portals import load_portals

    click.echo(portal_yaml(choose(load_portals(folder), (portal_id,))[0]), nl=False)


@portals.command()
@click.argument("names", metavar="[ID|PATH]...", nargs=-1)
@click.option(
    "--fixtures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of saved pages, one folder each [default: tests/fixtures/portals of a clone].",
)
def check(names: tuple[str, ...], fixtures: Path | None) -> None:
    """Check portal files, or folders of them: keys, family, selectors, patterns. All are checked when none is given.

    A portal with a folder of its name among the fixtures must also read the saved article and listing there as its
    expected.json says; with no name given every fixture is read.
    """
    from govscrape.cli.portal_check import EXPECTED, check_file, check_fixture, default_fixtures
    from govscrape.rules.load import rules_dir

    files = [file for name in names or (str(rules_dir() / "portals"),) for file in _files(name)]
    problems = []
    for file in files:
        try:
            check_file(file)
        except RuleError as error:
            problems.append(str(error))
    wrong = len(problems)
    root = fixtures or default_fixtures()
    folders = sorted(path.parent for path in root.glob(f"*/{EXPECTED}")) if root else []
    read = [folder for folder in folders if not names or folder.name in {file.stem for file in files}]
    problems += [line for folder in read for line in check_fixture(folder)]
    for line in problems:
        click.secho(line, fg="red", err=True)
    if wrong or not files:
        raise RuleError(f"{wrong} of {len(files)} portal files cannot be used" if files else "no portal files")
    if problems:
        raise RuleError(f"{len(problems)} things on saved pages are read otherwise than expected")
    can = "1 portal file can" if len(files) == 1 else f"{len(files)} portal files can"
    click.echo(f"{can} be used" + (f", {len(read)} fixtures are read as expected" if read else ""))


@portals.command()
@click.argument("portal_id", metavar="ID")
@click.option("--base-url", required=True, help="Address of the portal, such as https://tinh.gov.vn.")
@click.option("--name", help="Name of the portal [default: its host].")
@click.option(
    "--province",
    callback=known_province,
    help="Province it speaks for, in any spelling [default: the one whose portal has that host].",
)
@click.option("--family", default="generic", show_default=True, help="CMS family, as told by `portals probe`.")
@_folder
def new(
    portal_id: str, base_url: str, name: str | None, province: str | None, family: str, folder: Path | None
) -> None:
    """Draft the file of a new portal ID; nothing that exists is overwritten."""
    from govscrape.rules.drafts import portal_draft, province_of
    from govscrape.rules.load import rules_dir
    from govscrape.rules.portals import load_families, load_portals

    host = urlsplit(base_url).hostname or ""
    province = province or province_of(host, load_portals().values())
    if province is None:
        raise InputError(f"{host or base_url}: whose portal is it? give --province")
    if family not in load_families():
        raise InputError(f"no family {family!r}; there are: {', '.join(load_families())}")
    text = portal_draft(
        portal_id, name=name or host, province=province, base_url=base_url, family=family, evidence="not seen yet"
    )
    path = (folder or rules_dir() / "portals") / f"{portal_id}.yaml"
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    click.echo(path)


@portals.command()
@click.argument("source", metavar="URL|FILE")
@click.option("--url", help="Address that a saved page came from.")
@click.option("--id", "portal_id", default="new_portal", show_default=True, help="Id for the proposed file.")
@loopback_option
def probe(source: str, url: str | None, portal_id: str, loopback: bool) -> None:
    """Tell the CMS family of a page by the families' markers, and propose a portal file.

    Give the page of a section rather than the front page: where the CMS has its lists asked for by a form, the values
    that belong to the section are sought in the page's menu, fields and scripts.

    The file goes to stdout, what speaks for which family and what was not found to stderr. A URL is fetched as a crawl
    would fetch it: set GOVSCRAPE_CONTACT first.
    """
    from govscrape.parse.probe import probe as look
    from govscrape.rules.portals import load_families

    page = asyncio.run(fetched(source, loopback)) if "://" in source else saved(Path(source), url or "")
    found = look(page, load_families().values())
    for finding in found.findings:
        click.echo(f"{finding.score:>3} {finding.family}: {' | '.join(finding.markers)}", err=True)
    _tell_missing(found)
    click.echo(_proposal(found, portal_id), nl=False)


def _tell_missing(found: "Probe") -> None:
    for line in found.unsettled:
        click.echo(f"a list by form is not proposed: {line}", err=True)
    if found.sections:
        click.echo("sections in the menu; their pages tell the form's values, so probe one of them:", err=True)
    for url, name in found.sections:
        click.echo(f"  {url}  {name}", err=True)


def _proposal(found: "Probe", portal_id: str) -> str:
    from govscrape.rules.drafts import portal_draft, province_named, province_of
    from govscrape.rules.portals import UNKNOWN_PROVINCE, load_portals

    if not urlsplit(found.url).hostname:
        raise InputError(f"the page looks like family {found.family}, but does not tell its address: give --url")
    host = urlsplit(found.url).hostname or ""
    score = found.findings[0].score if found.findings else 0
    by_host = province_of(host, load_portals().values())
    province = by_host or province_named(found.names)
    if province is None:
        click.echo("province: neither the address nor the page's title, head or foot names one; write it in", err=True)
    else:
        click.echo(f"province: {province}, by {'the address' if by_host else 'what the page calls itself'}", err=True)
    return portal_draft(
        portal_id,
        name=found.name or host,
        province=province or UNKNOWN_PROVINCE,
        base_url=found.base_url,
        family=found.family,
        evidence=f"markers of weight {score} on {found.url}",
        listings=found.listings,
    )


async def fetched(url: str, loopback: bool) -> "Page":
    """A page asked for once, as a crawl would ask. Raises FetchError, or InputError when the answer is no page."""
    from govscrape.clock import SystemClock
    from govscrape.fetch import HttpFetcher, silence_retry_library
    from govscrape.models.portal import Portal
    from govscrape.settings import load_settings

    silence_retry_library()
    stranger = Portal(
        id="probe", name=url, province="", base_url=url, listings=(), allow_loopback=loopback and is_local(url)
    )
    async with HttpFetcher(stranger, load_settings(), SystemClock()) as fetcher:
        page = await fetcher.fetch(url)
    if page.status != 200:
        raise InputError(f"{url}: HTTP {page.status}")
    return page


def saved(path: Path, url: str) -> "Page":
    """A page saved by hand, as if fetched from ``url``. Raises InputError naming the file."""
    from govscrape.models.page import Page

    try:
        body = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    return Page(url=url, final_url=url, status=200, body=body, fetched_at=datetime.now(UTC))


def _files(name: str) -> list[Path]:
    """Portal files by path, by folder or by the id of a shipped portal."""
    from govscrape.rules.load import rules_dir

    path = Path(name)
    if path.is_dir():
        return sorted(path.glob("*.yaml"))
    for file in (path, rules_dir() / "portals" / f"{name}.yaml"):
        if file.is_file():
            return [file]
    raise InputError(f"{name}: neither a file nor the id of a portal")

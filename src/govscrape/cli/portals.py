"""``govscrape portals``: list the portals' files, check that every one of them can be used."""

from pathlib import Path

import click

from govscrape.cli.output import Format, Row, format_option, write_rows

_COLUMNS = ("id", "name", "province", "family", "base_url", "listings", "verified")


@click.group()
def portals() -> None:
    """List and check the portals' files."""


@portals.command(name="list")
@click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of portal files [default: the rules' own].",
)
@format_option
def list_portals(folder: Path | None, form: Format) -> None:
    """Show each portal: its province, CMS family, listings and the day it was checked live."""
    from govscrape.rules.portals import load_portals

    rows: list[Row] = [
        portal.model_dump(include={"id", "name", "province", "family", "base_url", "verified"})
        | {"listings": len(portal.listings)}
        for portal in load_portals(folder).values()
    ]
    write_rows(rows, _COLUMNS, form)


@portals.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check portal files, or folders of them: keys, family, selectors, patterns. All are checked when none is given."""
    from govscrape.errors import RuleError
    from govscrape.parse.selectors import check as check_selectors
    from govscrape.rules.load import rules_dir
    from govscrape.rules.portals import load_portal

    files = [file for path in paths or (rules_dir() / "portals",) for file in _files(path)]
    wrong = 0
    for file in files:
        try:
            check_selectors(load_portal(file), str(file))
        except RuleError as error:
            click.secho(str(error), fg="red", err=True)
            wrong += 1
    if wrong or not files:
        raise RuleError(f"{wrong} of {len(files)} portal files cannot be used" if files else "no portal files")
    click.echo(f"{len(files)} portal files can be used")


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]

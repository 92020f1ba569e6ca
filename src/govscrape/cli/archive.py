"""``govscrape archive``: what is kept of the portals' answers, and whether it is still whole."""

from pathlib import Path

import click

from govscrape.errors import InputError


@click.group()
def archive() -> None:
    """Look after the archive of responses."""


@archive.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
def verify(folder: Path | None) -> int:
    """Read every record under DIR (default: GOVSCRAPE_ARCHIVE or ./archive) and check it against its digests.

    One line for each fault; exit code 1 when there is any. Nothing is changed.
    """
    from govscrape.archive import Archive
    from govscrape.settings import load_settings

    folder = folder or load_settings().archive
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    faults = Archive(folder).verify()
    for fault in faults:
        click.echo(f"{folder / fault.file}@{fault.offset}: {fault.message}")
    files = sorted(folder.glob("*.warc.gz"))
    size = sum(path.stat().st_size for path in files)
    click.echo(f"{len(files)} files, {size:,} bytes, {len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}")
    return 1 if faults else 0

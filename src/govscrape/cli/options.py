"""Options that several verbs share: the database, and years as people write them."""

import re
from pathlib import Path

import click

_YEARS = re.compile(r"(\d{4})(?:(?:\.\.|-)(\d{4}))?")

db_option = click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("db/govscrape.db"),
    show_default=True,
    help="The database.",
)


def years(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """First and last year of ``2023`` or ``2019..2023``. Raises BadParameter on anything else."""
    if value is None:
        return None
    match = _YEARS.fullmatch(value.strip())
    if not match:
        raise click.BadParameter(f"{value!r} is no year; write 2023 or 2019..2023")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise click.BadParameter(f"{value!r} ends before it begins")
    return first, last

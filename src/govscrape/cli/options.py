"""Options that several verbs share: the database, this machine's own portals, days, years and provinces as written."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from govscrape.errors import InputError

if TYPE_CHECKING:
    from govscrape.models.portal import Portal

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_YEARS = re.compile(r"(\d{4})(?:(?:\.\.|-)(\d{4}))?")

db_option = click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("db/govscrape.db"),
    show_default=True,
    envvar="GOVSCRAPE_DB",
    show_envvar=True,
    help="The database.",
)

loopback_option = click.option("--loopback", is_flag=True, help="Allow an address on this machine.")


def is_local(url: str) -> bool:
    """Whether an address is one of this machine."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def admitted(portals: "Iterable[Portal]", loopback: bool) -> "list[Portal]":
    """The portals; with ``loopback`` those on this machine may be asked there, and no other may."""
    allowed = {"allow_loopback": True}
    return [one.model_copy(update=allowed) if loopback and is_local(one.base_url) else one for one in portals]


def known_province(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """The name of the gazetteer for a province in any spelling. Raises InputError on one that nobody knows."""
    if value is None:
        return None
    from govscrape.dataset.names import province_vocabulary

    names = sorted(province_vocabulary(()).resolve(value))
    if len(names) > 1:
        raise InputError(f"province {value!r} may be {', '.join(names)}; say which")
    return names[0]


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

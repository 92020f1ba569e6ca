"""`govscrape extract --format parquet`: archives of any size into one folder of Parquet files."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from govscrape.errors import InputError

Command = TypeVar("Command", bound=Callable[..., Any])
OPTIONS = (
    click.option("-o", "--output", metavar="DIR", help="parquet: a folder, or a URL that all workers can write to."),
    click.option(
        "--engine",
        type=click.Choice(["local", "dask"]),
        help="parquet: in this process (local, the default), or by dask in --jobs processes or a scheduler's workers.",
    ),
    click.option("--scheduler", metavar="ADDR", help="dask: the address of a scheduler, e.g. tcp://10.0.0.5:8786."),
    click.option("--sample", type=click.FloatRange(0, 1, min_open=True), help="parquet: read about this share of it."),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="SUFFIX",
        help="parquet: only pages of hosts that end so, e.g. gov.vn; 'portals': those of all portals. Repeatable.",
    ),
)
_TOLD_BY_ARCHIVES = ("url", "portal", "province", "published_at")
_ONLY_HERE = ("output", "engine", "scheduler", "sample", "hosts")


def parquet_options(command: Command) -> Command:
    """The options that only this format knows."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def refuse_parquet_options(told: Mapping[str, Any]) -> None:
    """UsageError when another format is given one of them."""
    _refuse(told, _ONLY_HERE, "is for --format parquet")


def to_parquet(source: str, paths: tuple[str, ...], jobs: int, told: Mapping[str, Any]) -> int:
    """Does it, prints the sum of the manifest; the verb's exit code, 3 when files broke off or pages were lost."""
    _refuse(told, _TOLD_BY_ARCHIVES, "is not for --format parquet, whose archives tell it")
    if source != "warc" or told["output"] is None:
        raise click.UsageError("--format parquet needs --from warc and --output DIR")
    if told["engine"] != "dask" and (told["scheduler"] or jobs > 1):
        raise click.UsageError("--format parquet takes --scheduler and --jobs only with --engine dask")
    try:
        from govscrape.scale import extract_archives
    except ModuleNotFoundError as error:
        raise InputError(f"--format parquet needs {error.name}: pip install 'govscrape[scale]'") from error
    summary = extract_archives(
        paths,
        told["output"],
        hosts=told["hosts"],
        sample=told["sample"] or 1.0,
        engine=told["engine"] or "local",
        scheduler=told["scheduler"],
        workers=jobs,
        progress=_tell if sys.stderr.isatty() else lambda _done, _total: None,
    )
    click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    return 3 if summary["broken"] or "fault" in summary["counts"] else 0


def _tell(done: int, total: int) -> None:
    click.echo(f"\r{done} of {total} pieces", nl=done == total, err=True)


def _refuse(told: Mapping[str, Any], names: tuple[str, ...], why: str) -> None:
    for name in names:
        if told[name] not in (None, ()):
            raise click.UsageError(f"--{name.removesuffix('s').replace('_', '-')} {why}")

"""What ends a crawl early: a signal, and the time it may take."""

import asyncio
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from govscrape.models.portal import Portal

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds(_ctx: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    """The seconds of ``90m``, ``2h`` or ``30s``. Raises BadParameter on anything else."""
    if value is None:
        return None
    found = _SPAN.fullmatch(value.strip().lower())
    if not found or not float(found[1]):
        raise click.BadParameter(f"{value!r} is no time; write 90m, 2h or 30s")
    return float(found[1]) * _SECONDS[found[2]]


def on_signals(ask: Callable[[], None]) -> None:
    """In the running loop, have the first SIGTERM or SIGINT call ``ask``; the second ends the process at once."""
    events = asyncio.get_running_loop()

    def asked() -> None:
        ask()
        click.echo("stopping after the article at hand; again to stop at once", err=True)
        for name in (signal.SIGTERM, signal.SIGINT):
            events.remove_signal_handler(name)

    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            events.add_signal_handler(name, asked)


class Bounds:
    """Why a crawl by hand must stop: somebody asked for it, or its time is over."""

    def __init__(self, max_time: float | None) -> None:
        self._until = None if max_time is None else time.monotonic() + max_time
        self._asked = False

    def ask(self) -> None:
        """Stop after the article at hand."""
        self._asked = True

    def halt(self, _: "Portal") -> str | None:
        """Why to stop now, or None to go on."""
        if self._asked:
            return "asked to stop"
        over = self._until is not None and time.monotonic() >= self._until
        return "--max-time is over" if over else None

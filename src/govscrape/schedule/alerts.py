"""Telling the operator what is wrong: once when it begins, again while it lasts, and once when it is over.

What was told is kept beside the database, and only after somebody took it, so that a failing webhook is tried again.
"""

import asyncio
import contextlib
import json
import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from govscrape.errors import FetchError
from govscrape.fetch.webhook import post_json
from govscrape.models.health import Alarm
from govscrape.settings import Settings

COMMAND_TIME_MAX_S = 60.0
_TEXT_LINES_MAX = 50

Told = Mapping[str, datetime]
"""When each alarm, named ``portal code``, was told last."""


class News(NamedTuple):
    """What is to be told now, and what will have been told then."""

    standing: tuple[Alarm, ...]
    over: tuple[str, ...]
    told: Told


def news(alarms: Iterable[Alarm], told: Told, now: datetime, again: timedelta, known: Iterable[str]) -> News:
    """Pure: alarms that are new or were told longer ago than ``again``, and those that are over.

    ``known`` are the portals that were looked at; nothing is said of others, as of those left out by name.
    """
    standing = {f"{alarm.portal} {alarm.code}": alarm for alarm in alarms}
    looked_at = set(known)
    over = tuple(sorted(key for key in told if key not in standing and key.partition(" ")[0] in looked_at))
    # A time ahead was written by a clock that went wrong.
    fresh = {key for key in standing if key not in told or told[key] > now or now - told[key] >= again}
    kept = {key: at for key, at in told.items() if key not in over}
    return News(tuple(standing[key] for key in standing if key in fresh), over, kept | dict.fromkeys(fresh, now))


def document(found: News, now: datetime) -> bytes:
    """What the command reads and the webhook gets: JSON; ``text`` is for people, as chat programs want it."""
    lines = [f"{alarm.portal}: {alarm.code}: {alarm.message}" for alarm in found.standing]
    lines += [f"{key.replace(' ', ': ')}: over" for key in found.over]
    more = len(lines) - _TEXT_LINES_MAX
    lines = lines[:_TEXT_LINES_MAX] + ([f"and {more} more"] if more > 0 else [])
    content = {
        "text": "govscrape\n" + "\n".join(lines),
        "at": now.isoformat(),
        "alarms": [alarm.model_dump() for alarm in found.standing],
        "over": [dict(zip(("portal", "code"), key.split(" "), strict=True)) for key in found.over],
    }
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


async def tell(alarms: Sequence[Alarm], *, known: Iterable[str], settings: Settings, now: datetime) -> tuple[str, ...]:
    """Sends the news to command and webhook; one line for each that failed. Does nothing when none is set.

    When one of two fails both are told again: told twice is better than not at all.
    """
    if not settings.alert_command and not settings.alert_url:
        return ()
    memory = told_file(settings.db)
    found = news(alarms, _read(memory), now, timedelta(hours=settings.alert_again_h), known)
    if not found.standing and not found.over:
        return ()
    body = document(found, now)
    faults = [fault for fault in (await _run(settings, body), await _post(settings, body)) if fault]
    if not faults:
        faults += _write(memory, found.told)
    return tuple(faults)


def told_file(db: Path) -> Path:
    """Where it is kept what was told about a database."""
    return db.with_name(db.name + ".alerts.json")


async def _run(settings: Settings, body: bytes) -> str | None:
    if not settings.alert_command:
        return None
    words = shlex.split(settings.alert_command)
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
    except (OSError, ValueError) as error:
        return f"alert command {words[0]}: {getattr(error, 'strerror', None) or error}"
    try:
        await asyncio.wait_for(process.communicate(body), COMMAND_TIME_MAX_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return f"alert command {words[0]}: took longer than {COMMAND_TIME_MAX_S:g} s"
    return f"alert command {words[0]}: exit code {process.returncode}" if process.returncode else None


async def _post(settings: Settings, body: bytes) -> str | None:
    if settings.alert_url is None:
        return None
    url = settings.alert_url.get_secret_value()
    try:
        await post_json(url, body, agent=settings.agent, private=settings.alert_private, what="alert webhook")
    except FetchError as error:
        return str(error)
    return None


def _read(path: Path) -> Told:
    """What was told; nothing when the file is absent or unreadable, so that everything is told again."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = {str(key): datetime.fromisoformat(at) for key, at in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
    return {key: at for key, at in found.items() if at.tzinfo is not None and key.count(" ") == 1}


def _write(path: Path, told: Told) -> list[str]:
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(json.dumps({key: at.isoformat() for key, at in told.items()}, indent=1), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        return [f"{path}: {error.strerror or error}; what was told will be told again"]
    return []

"""What to put into systemd or cron so that due portals are visited. Pure: text in, text out."""

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from govscrape.models.portal import Portal

_STEPS = (15, 10, 5)  # minutes that divide the hour
_WHO_ASKS = "Your mail address or URL, told to the portals; without it each run fails."
_PLACEHOLDER = "you@example.org"

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


class Job(NamedTuple):
    """The command to run, where, how often it looks for due portals (minutes), as whom, and who asks the portals."""

    command: Sequence[str]
    folder: Path
    minutes: int
    user: str | None = None
    contact: str | None = None


def minutes_between(portals: Iterable[Portal]) -> int:
    """How often to look: a quarter of the shortest cadence, at least 5 and at most 15 minutes."""
    shortest = min((portal.schedule.every_h * 60 / 4 for portal in portals if not portal.archive), default=_STEPS[0])
    return next((step for step in _STEPS if step <= shortest), _STEPS[-1])


def is_user(name: str) -> bool:
    """Whether that may be the name of a user: nothing that opens another line or word."""
    return _USER.fullmatch(name) is not None


def systemd(job: Job) -> str:
    """A service and its timer, as two files one after the other; settings stand in /etc/govscrape.env."""
    user = f"User={job.user}\n" if job.user else ""
    command = " ".join(map(_systemd_word, job.command))
    return f"""\
# /etc/systemd/system/govscrape.service
[Unit]
Description=govscrape: visit the portals that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{user}WorkingDirectory={str(job.folder).replace("%", "%%")}
# {_WHO_ASKS}
# That file has a line GOVSCRAPE_CONTACT={job.contact or _PLACEHOLDER}, and any other GOVSCRAPE_* setting.
EnvironmentFile=-/etc/govscrape.env
ExecStart={command}
# 3: something was not seen, and alerts told of it; 4: another run is at work.
SuccessExitStatus=3 4
KillSignal=SIGTERM
TimeoutStopSec=10min
Nice=10
NoNewPrivileges=true
ProtectSystem=full

# /etc/systemd/system/govscrape.timer
[Unit]
Description=govscrape: look for portals that are due

[Timer]
OnCalendar=*:0/{job.minutes}
Persistent=true

[Install]
WantedBy=timers.target
"""


def cron(job: Job) -> str:
    """The lines of a crontab, who asks before what is run; of /etc/cron.d when a user is named."""
    when = f"*/{job.minutes} * * * *"
    command = f"cd {shlex.quote(str(job.folder))} && {shlex.join(job.command)}"
    user = f" {job.user}" if job.user else ""
    # In a crontab a bare % ends the line.
    asks = f"# {_WHO_ASKS}\nGOVSCRAPE_CONTACT={job.contact or _PLACEHOLDER}\n"
    return f"{asks}{when}{user} {command.replace('%', chr(92) + '%')}\n"


def _systemd_word(word: str) -> str:
    plain = word.replace("%", "%%").replace("$", "$$")
    if plain and not set(plain) & set(" \t\"'\\;"):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

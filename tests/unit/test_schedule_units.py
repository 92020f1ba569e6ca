"""What systemd and cron are given: their own quoting, not a shell's."""

import shutil
import subprocess
from pathlib import Path

import pytest

from govscrape.models.portal import Portal
from govscrape.models.schedule import Schedule
from govscrape.schedule.units import Job, cron, is_user, minutes_between, systemd

JOB = Job(("/usr/bin/python3", "-m", "govscrape", "run", "--due", "--db", "/data/50% $X 'a\" b.db"), Path("/srv/g"), 15)


def test_systemd_quotes_for_itself() -> None:
    """% and $ are systemd's own signs; a blank ends a word."""
    text = systemd(JOB._replace(user="crawler"))
    assert 'ExecStart=/usr/bin/python3 -m govscrape run --due --db "/data/50%% $$X \'a\\" b.db"\n' in text
    assert "User=crawler\nWorkingDirectory=/srv/g\n" in text
    assert "OnCalendar=*:0/15\n" in text


def test_cron_quotes_for_itself() -> None:
    """In a crontab a bare % begins the input of the command."""
    *_, line = cron(JOB._replace(user="crawler")).splitlines()
    assert line.startswith("*/15 * * * * crawler cd /srv/g && /usr/bin/python3 ")
    assert "50\\% $X" in line


@pytest.mark.parametrize(("contact", "told"), [("a@b.example", "a@b.example"), (None, "you@example.org")])
def test_what_runs_unattended_says_who_asks(contact: str | None, told: str) -> None:
    """Cron and systemd have nothing of the shell's environment: without the line each run fails."""
    about, line, job = cron(JOB._replace(contact=contact)).splitlines()
    assert about.startswith("# ")
    assert line == f"GOVSCRAPE_CONTACT={told}"
    assert job.startswith("*/15 ")
    before, _ = systemd(JOB._replace(contact=contact)).split("EnvironmentFile=")
    assert f"GOVSCRAPE_CONTACT={told}" in before.splitlines()[-1]


@pytest.mark.parametrize(("hours", "minutes"), [(12, 15), (0.75, 10), (0.4, 5), (0.01, 5)])
def test_looked_at_four_times_a_cadence(hours: float, minutes: int) -> None:
    """A timer slower than the cadence would skip visits."""
    portal = Portal(
        id="a", name="a", province="X", base_url="https://a.example", listings=(), schedule=Schedule(every_h=hours)
    )
    assert minutes_between([portal]) == minutes
    assert minutes_between([]) == 15


@pytest.mark.parametrize("name", ["", "a b", "a\n* * * * * root id", "Root", "-x"])
def test_a_user_is_one_word(name: str) -> None:
    """A line break in it would be a line of the crontab."""
    assert not is_user(name)
    assert is_user("gov_scrape-1")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_them(tmp_path: Path) -> None:
    """The program that will read the files reads them."""
    job = JOB._replace(command=("/bin/true", *JOB.command[1:]), folder=tmp_path)
    parts = systemd(job).split("# /etc/systemd/system/")[1:]
    paths = []
    for part in parts:
        name, _, text = part.partition("\n")
        paths.append(tmp_path / name)
        paths[-1].write_text(text)
    command = ["systemd-analyze", "verify", *map(str, paths)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert "govscrape" not in done.stderr, done.stderr
    assert len(paths) == 2

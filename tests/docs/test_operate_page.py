"""docs/operate.md and docs/Containerfile say what the code does: an operator reads them at night."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from govscrape.models.health import AlarmCode
from govscrape.schedule import health
from govscrape.schedule.metrics import render
from govscrape.settings import Settings
from govscrape.store.history import ARTICLES_READ

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
ALARMS = PAGE.split("## What each alarm means")[1].split("\n## ")[0]


def test_every_alarm_is_explained() -> None:
    """An alarm whose name is nowhere explained is only noise."""
    assert re.findall(r"^\| `(\w+)` \|", ALARMS, flags=re.MULTILINE) == list(get_args(AlarmCode))


def test_the_limits_are_those_of_the_code() -> None:
    """A limit that was changed in one place only."""
    assert f"more than {health.MISS_RATE_MAX:.0%}".replace("%", " %") in ALARMS
    assert f"more than {health.DISAGREE_RATE_MAX:.0%}".replace("%", " %") in ALARMS
    assert f"newest {ARTICLES_READ} articles" in ALARMS
    assert f"{health.MISSES_MAX + 0.5} cadences and a day" in ALARMS


def test_every_metric_is_listed() -> None:
    """Dashboards are built from the page."""
    from datetime import UTC, datetime

    names = re.findall(r"^# TYPE govscrape_(\w+)", render([], datetime(2026, 1, 1, tzinfo=UTC), {}), flags=re.MULTILINE)
    missing = [name for name in names if f"`{name}" not in PAGE]
    assert names
    assert not missing


def test_every_setting_exists() -> None:
    """A setting with a slip in its name is silently ignored."""
    named = set(re.findall(r"GOVSCRAPE_([A-Z_]+[A-Z])", PAGE))
    named |= set(re.findall(r"GOVSCRAPE_([A-Z_]+[A-Z])", (ROOT / "docs" / "Containerfile").read_text(encoding="utf-8")))
    assert {name.lower() for name in named} <= set(Settings.model_fields)
    assert {name for name in Settings.model_fields if name.startswith("alert_")} <= {name.lower() for name in named}


@pytest.mark.parametrize("verb", ["schedule loop", "schedule print", "schedule list", "status", "run"])
def test_the_container_and_the_page_call_verbs_that_exist(verb: str) -> None:
    """A verb renamed in the code only would end every restart of the container."""
    import click

    from govscrape.cli.main import cli

    command: click.Command | None = cli
    for name in verb.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None
    assert verb in PAGE


def test_the_container_copies_files_that_exist() -> None:
    """The build is tried by nobody but the one who needs it."""
    text = (ROOT / "docs" / "Containerfile").read_text(encoding="utf-8")
    sources = [
        word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, flags=re.MULTILINE) for word in line.split()
    ]
    assert sources
    assert all((ROOT / name).exists() for name in sources)
    assert 'CMD ["schedule", "loop"]' in text
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (installed,) = re.findall(r"pip install .*'\.\[([a-z,]+)\]'", text)
    assert set(installed.split(",")) <= set(extras)

"""Alerts: told once, again while it lasts, over when it is over; and never lost because a messenger failed."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govscrape.models.health import Alarm
from govscrape.schedule import alerts
from govscrape.schedule.alerts import document, news, tell, told_file
from govscrape.settings import Settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
SILENT = Alarm(portal="a", code="silent", message="30 days")
PARTIAL = Alarm(portal="b", code="partial", message="x")


def test_told_once_again_later_and_when_over() -> None:
    """A daily reminder, not one with every run; and an end, so that nobody goes on looking."""
    first = news([SILENT], {}, NOW, DAY, ["a"])
    assert first.standing == (SILENT,)
    assert news([SILENT], first.told, NOW + DAY / 2, DAY, ["a"]).standing == ()
    assert news([SILENT], first.told, NOW + DAY, DAY, ["a"]).standing == (SILENT,)
    over = news([], first.told, NOW + DAY / 2, DAY, ["a"])
    assert (over.standing, over.over, dict(over.told)) == ((), ("a silent",), {})


def test_a_run_of_one_portal_does_not_end_the_alarms_of_others() -> None:
    """`govscrape run gialai` knows nothing of the rest."""
    told = {"a silent": NOW}
    found = news([PARTIAL], told, NOW, DAY, ["b"])
    assert found.over == ()
    assert dict(found.told) == {"a silent": NOW, "b partial": NOW}


def test_a_time_in_the_future_does_not_silence_an_alarm() -> None:
    """A clock that was wrong once."""
    assert news([SILENT], {"a silent": NOW + 900 * DAY}, NOW, DAY, ["a"]).standing == (SILENT,)


def test_the_document_is_for_people_and_programs() -> None:
    """Chat programs show `text`; a program reads the rest; a storm of alarms stays readable."""
    found = json.loads(document(news([SILENT], {"b partial": NOW}, NOW, DAY, ["a", "b"]), NOW))
    assert found["text"] == "govscrape\na: silent: 30 days\nb: partial: over"
    assert found["alarms"] == [{"portal": "a", "code": "silent", "message": "30 days"}]
    assert found["over"] == [{"portal": "b", "code": "partial"}]
    many = [Alarm(portal=f"p{number}", code="silent", message="m") for number in range(90)]
    text = json.loads(document(news(many, {}, NOW, DAY, []), NOW))["text"]
    assert text.endswith("and 40 more")


def settings(tmp_path: Path, *command: str) -> Settings:
    import shlex

    return Settings(db=tmp_path / "g.db", alert_command=shlex.join(command))


def told_by(found: Settings, *standing: Alarm) -> tuple[str, ...]:
    return asyncio.run(tell(standing, known=["a", "b"], settings=found, now=NOW))


def test_the_command_gets_json_and_no_shell(tmp_path: Path) -> None:
    """What a portal says must never become a command: words stay words, the rest comes on stdin."""
    code = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
    out = tmp_path / "$(touch x); out"
    evil = Alarm(portal="a", code="partial", message="; rm -rf $HOME `id`")
    assert told_by(settings(tmp_path, sys.executable, "-c", code, str(out)), evil) == ()
    assert json.loads(out.read_text())["alarms"][0]["message"] == evil.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["$(touch x); out", "g.db.alerts.json"]


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ((sys.executable, "-c", "raise SystemExit(7)"), "exit code 7"),
        (("/nonexistent/mailer",), "alert command /nonexistent/mailer: No such file"),
    ],
    ids=["fails", "is not there"],
)
def test_what_was_not_delivered_is_told_again(tmp_path: Path, command: tuple[str, ...], fault: str) -> None:
    """A mail server that is down for an hour must not swallow the alarm for good."""
    found = settings(tmp_path, *command)
    for _ in range(2):
        (line,) = told_by(found, SILENT)
        assert fault in line
    assert not told_file(found.db).exists()


def test_a_command_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crawl must go on although the messenger never comes back."""
    monkeypatch.setattr(alerts, "COMMAND_TIME_MAX_S", 0.2)
    pid = tmp_path / "pid"
    code = f"import os, pathlib, time; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(600)"
    (line,) = told_by(settings(tmp_path, sys.executable, "-c", code), SILENT)
    assert "took longer than 0.2 s" in line
    if pid.exists() and pid.read_text():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


def test_a_broken_memory_means_telling_again(tmp_path: Path) -> None:
    """Half a file after a crash: rather twice than never."""
    found = settings(tmp_path, sys.executable, "-c", "import sys; sys.stdin.read()")
    for content in ("{", "[]", '{"a silent": 3}', '{"a silent": "2026-03-02T00:00:00"}'):
        told_file(found.db).write_text(content)
        assert told_by(found, SILENT) == ()
        assert json.loads(told_file(found.db).read_text()) == {"a silent": NOW.isoformat()}


def test_without_command_or_webhook_nothing_is_kept(tmp_path: Path) -> None:
    """Whoever sets a command later is told of everything that stands."""
    found = Settings(db=tmp_path / "g.db")
    assert told_by(found, SILENT) == ()
    assert not told_file(found.db).exists()


def test_the_webhooks_address_is_never_shown(tmp_path: Path) -> None:
    """It holds a secret that must not reach a log, not even in the text of an error or of the settings."""
    secret = "T0/s3cr3t"  # noqa: S105 - made up
    found = Settings(db=tmp_path / "g.db", alert_url=f"http://127.0.0.1:9/{secret}")  # type: ignore[arg-type]
    (line,) = told_by(found, SILENT)
    assert line.startswith("alert webhook on 127.0.0.1: refused: a private address")
    assert secret not in line + repr(found)

"""Running unattended: real processes on the sample portals, and loops whose time is told by the test."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from govscrape.cli import main
from govscrape.demo import serve
from govscrape.errors import RuleError
from govscrape.models.article import Article
from govscrape.models.portal import Listing, PageVersion, Portal
from govscrape.models.records import Extraction
from govscrape.models.run import CrawlReport, Event
from govscrape.models.schedule import Schedule
from govscrape.schedule import lock, rounds
from govscrape.schedule.rounds import NAP_MAX_S, Operator, Stop
from govscrape.settings import Settings
from govscrape.store import Certificate, Store

from .conftest import Handler, InProcess, Site, page

PATIENCE_S = 60
START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # seven in the morning in Vietnam
TEXT = "Hôm nay tỉnh công bố kết quả của năm, và mọi người đều vui mừng với bài số {n}. " * 5


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with one sample portal, asked slowly enough to be interrupted."""
    folder = tmp_path_factory.mktemp("portals")
    with serve() as served:
        text = files("govscrape.demo").joinpath("portals/gialai.yaml").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("limits:")]
        slow = "\n".join(lines).replace("{port}", str(served.port)) + "\nlimits: {delay_s: 0.3}\n"
        (folder / "gialai.yaml").write_text(slow, encoding="utf-8")
        yield folder


def command(verb: str, db: Path, sample: Path) -> list[str]:
    options = ["--db", str(db), "--archive", str(db.parent / "w"), "--portals", str(sample)]
    return [sys.executable, "-m", "govscrape", *verb.split(), *options]


@contextmanager
def started(verb: str, db: Path, sample: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command(verb, db, sample), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        try:
            yield run
        finally:
            run.kill()


def finished(verb: str, db: Path, sample: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(verb, db, sample), check=False, capture_output=True, text=True, timeout=2 * PATIENCE_S
    )


def ask(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def stored(db: Path) -> int:
    try:
        return len(ask(db, "SELECT url FROM articles"))
    except sqlite3.Error:
        return 0


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def undisturbed(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    db = tmp_path_factory.mktemp("calm") / "g.db"
    assert finished("run", db, sample).returncode in (0, 3)
    return ask(db, "SELECT url FROM articles ORDER BY url")


@pytest.mark.slow
def test_a_second_start_leaves_at_once_and_a_kill_frees_the_lock(
    sample: Path, tmp_path: Path, undisturbed: list[tuple[object, ...]]
) -> None:
    """Two crawlers would double the load on a portal; a lock left behind would end crawling for good."""
    db = tmp_path / "g.db"
    with started("schedule loop", db, sample) as first:
        wait_for(lambda: stored(db) > 0)
        second = finished("run --due", db, sample)
        assert (second.returncode, second.stdout) == (4, "")
        assert second.stderr == f"error: {db}.lock: another run is at work (process {first.pid}); nothing was done\n"
        assert ask(db, "SELECT count(*) FROM runs") == [(1,)]
        first.send_signal(signal.SIGKILL)
        first.wait(PATIENCE_S)
    assert lock.held_since(db) is None
    assert len(undisturbed) >= stored(db) > 0
    due = finished("run --due", db, sample)
    assert (due.returncode, due.stderr.partition(";")[0]) == (0, "no portal is due"), (
        "a killed run is taken up again later, not at once"
    )
    finished("run", db, sample)
    assert ask(db, "SELECT url FROM articles ORDER BY url") == undisturbed


@pytest.mark.parametrize("verb", ["run", "run --due", "schedule loop", "crawl"])
def test_every_verb_that_crawls_asks_for_the_lock(
    verb: str, sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 4 and one line; and nothing made, not even a database."""
    db = tmp_path / "g.db"
    with lock.held(db):
        assert main.run(command(verb, db, sample)[3:]) == 4
        assert lock.held_since(db)
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["g.db.lock"]
    assert lock.held_since(db) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_loop_stops_cleanly(sample: Path, tmp_path: Path, undisturbed: list[tuple[object, ...]], name: str) -> None:
    """Containers are stopped every day: the article at hand is finished, the run closed, and nothing is lost."""
    db = tmp_path / "g.db"
    with started("schedule loop", db, sample) as loop:
        wait_for(lambda: stored(db) > 1)
        loop.send_signal(getattr(signal, name))
        _, told = loop.communicate(timeout=PATIENCE_S)
    assert loop.returncode == 0, told
    assert told.endswith("stopped\n")
    ((status, reason),) = ask(db, "SELECT status, reason FROM runs")
    assert status == "partial"
    left = len(undisturbed) - stored(db)
    assert left > 0
    assert str(reason).startswith("halted: asked to stop, ")
    assert finished("run", db, sample).returncode in (0, 3)
    assert ask(db, "SELECT url FROM articles ORDER BY url") == undisturbed
    assert ask(db, "SELECT status FROM runs ORDER BY id") == [("partial",), ("complete",)], "the chain has no hole"


@pytest.mark.slow
def test_a_loop_that_sleeps_stops_at_once(sample: Path, tmp_path: Path) -> None:
    """It waits up to a quarter of an hour; a container is given ten seconds."""
    db = tmp_path / "g.db"
    metrics = tmp_path / "g.prom"
    with Store.open(db) as store:
        run_id = store.runs.start_run("gialai", started_at=datetime.now(UTC))
        store.runs.finish_run(run_id, finished_at=datetime.now(UTC), counts={}, partial=False)
    with started(f"schedule loop --metrics {metrics}", db, sample) as loop:
        wait_for(metrics.exists)  # written at the end of a round
        loop.send_signal(signal.SIGTERM)
        assert loop.wait(PATIENCE_S) == 0
    assert ask(db, "SELECT count(*) FROM runs") == [(1,)]


@dataclass
class FakeClock:
    """Time that passes only in naps."""

    at: datetime = START
    naps: list[float] = field(default_factory=list)
    until: Callable[[], None] | None = None

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.at += timedelta(seconds=seconds)
        if self.until:
            self.until()
        await asyncio.sleep(0)


@pytest.fixture
def portal(site: Site) -> Portal:
    numbers = range(6, 0, -1)

    def listing(handler: Handler) -> None:
        first = handler.path.endswith("=1")
        items = "".join(f"<li><a href='/bai/{n}'>Bài {n}</a></li>" for n in numbers) if first else ""
        handler.send(f"<html><body><ul>{items}</ul></body></html>".encode())

    site.answers["/news"] = listing
    for number in numbers:
        text = f"<h1>Bài {number}</h1><div class='body'><p>{TEXT.format(n=number)}</p></div>"
        site.answers[f"/bai/{number}"] = page(f"<html><body>{text}</body></html>")
    found = site.portal(Listing(id="news", url="/news?page={page}", item="li", max_pages=20))
    version = PageVersion(title=("h1",), body=("div.body",))
    return found.model_copy(update={"versions": (version,), "schedule": Schedule(every_h=12)})


def operator(tmp_path: Path, clock: FakeClock, stop: Stop, warn: Callable[[str], None] = pytest.fail) -> Operator:
    settings = Settings(db=tmp_path / "g.db", archive=tmp_path / "w", attempts=1, contact="a@example.org")
    return Operator(settings, clock, stop, warn=warn)


def test_quiet_hours_that_begin_halt_a_run_and_their_end_takes_it_up(portal: Portal, tmp_path: Path) -> None:
    """A back-fill begun in the night must not go on through the office hours it was told to spare."""
    quiet = portal.model_copy(update={"schedule": Schedule(every_h=12, quiet_hours=("08:00-11:30",))})

    async def go() -> None:
        clock = FakeClock(START + timedelta(minutes=50))

        def go_on(event: Event) -> None:
            if event.stage == "article" and event.done == 3:
                clock.at = max(clock.at, START + timedelta(hours=1))

        one = replace(operator(tmp_path, clock, Stop(asyncio.Event())), progress=go_on)
        report = await rounds.run_once([quiet], InProcess, one, due_only=True)
        assert (report.portals[0].reason or "").startswith("halted: quiet hours, ")
        assert stored(tmp_path / "g.db") == 3
        assert rounds.due([quiet], tmp_path / "g.db", clock.at) == []
        (found,) = rounds.visits([quiet], tmp_path / "g.db", clock.at)
        assert found.due_at == START + timedelta(hours=4, minutes=30)
        clock.at = found.due_at
        report = await rounds.run_once([quiet], InProcess, one, due_only=True)
        assert [(done.reason, done.counts.asked > 0) for done in report.portals] == [(None, True)]
        assert stored(tmp_path / "g.db") == 6

    asyncio.run(go())


def test_a_long_crawl_lets_others_have_their_turn(portal: Portal, tmp_path: Path) -> None:
    """A first crawl of days would else keep every other portal waiting for days."""
    clock = FakeClock()

    def go_on(event: Event) -> None:
        if event.stage == "article" and event.done == 2:
            clock.at += timedelta(hours=6, seconds=1)

    one = replace(operator(tmp_path, clock, Stop(asyncio.Event())), progress=go_on)
    report = asyncio.run(rounds.run_once([portal], InProcess, one, due_only=True))
    assert report.portals[0].reason == "halted: 6 hours are over, 4 articles not asked"
    assert rounds.due([portal], tmp_path / "g.db", clock.at) == [portal], "it goes on when nobody is due longer"


def test_a_loop_visits_once_a_cadence_in_short_naps(portal: Portal, tmp_path: Path) -> None:
    """Neither twice nor never; a long sleep would oversleep on a machine that was suspended."""

    async def go() -> None:
        clock, stop = FakeClock(), Stop(asyncio.Event())
        clock.until = lambda: stop.ask() if clock.at > START + timedelta(hours=49) else None
        seen: list[datetime] = []
        one = operator(tmp_path, clock, stop)
        await rounds.loop(lambda: ([portal], InProcess), one, lambda _: seen.append(clock.at))
        gaps = [later - sooner for sooner, later in pairwise(seen)]
        assert timedelta(hours=6) <= gaps[0] <= timedelta(hours=18)
        assert [round(gap / timedelta(hours=1), 2) for gap in gaps[1:]] == [12.0] * (len(gaps) - 1)
        assert len(seen) in (4, 5)
        assert max(clock.naps) <= NAP_MAX_S
        assert ask(tmp_path / "g.db", "SELECT count(*) FROM runs") == [(len(seen),)]

    asyncio.run(go())


def test_a_database_that_was_only_begun_is_finished(portal: Portal, tmp_path: Path) -> None:
    """Killed right after the file was made, or a schema of an older version: the first run mends it."""
    (tmp_path / "g.db").touch()
    one = operator(tmp_path, FakeClock(), Stop(asyncio.Event()))
    report = asyncio.run(rounds.run_once([portal], InProcess, one, due_only=True))
    assert [done.reason for done in report.portals] == [None]


def test_a_loop_outlives_a_broken_file(portal: Portal, tmp_path: Path) -> None:
    """A typing error in a portal file at night: told, tried again ever later, and taken up when it is mended."""

    async def go() -> None:
        clock, stop = FakeClock(), Stop(asyncio.Event())
        told: list[str] = []
        tries: list[datetime] = []

        def loads() -> tuple[list[Portal], Callable[[], InProcess]]:
            tries.append(clock.at)
            if len(tries) < 4:
                raise RuleError("unknown key", "a.yaml:3")
            return [portal], InProcess

        def done(_: CrawlReport) -> None:
            stop.ask()

        await rounds.loop(loads, operator(tmp_path, clock, stop, told.append), done)
        assert [(at - START).total_seconds() for at in tries] == [0, 60, 180, 420]
        assert told[0] == "a.yaml:3: unknown key; next try in 60 s"
        assert stored(tmp_path / "g.db") == 6

    asyncio.run(go())


def test_a_run_publishes_metrics_and_tells_alarms(site: Site, portal: Portal, tmp_path: Path) -> None:
    """What goes wrong at night is in the file and in the chat before anybody asks, and its end too."""
    got: list[dict[str, object]] = []

    def hook(handler: Handler) -> None:
        got.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        handler.send(b"ok")

    site.answers["/hook"] = hook
    site.answers["/robots.txt"] = page("User-agent: *\nDisallow: /hook")
    metrics = tmp_path / "g.prom"
    given = {"db": tmp_path / "g.db", "archive": tmp_path / "w", "metrics": metrics, "attempts": 1}
    hooked = Settings(alert_url=f"{site.base}/hook", alert_private=True, **given)  # type: ignore[arg-type]

    async def go() -> None:
        one = Operator(hooked, FakeClock(), Stop(asyncio.Event()), warn=pytest.fail)
        broken = site.answers.pop("/bai/3")
        site.answers["/bai/3"] = lambda handler: handler.send(b"", 500)
        await rounds.run_once([portal], InProcess, one, due_only=False)
        assert 'govscrape_portal_alarm{portal="faults",code="partial"} 1' in metrics.read_text()
        await rounds.run_once([portal], InProcess, one, due_only=False)
        site.answers["/bai/3"] = broken
        await rounds.run_once([portal], InProcess, one, due_only=False)
        assert 'code="partial"' not in metrics.read_text()

    asyncio.run(go())
    assert [(len(said["alarms"]), len(said["over"])) for said in got] == [(1, 0), (0, 1)]  # type: ignore[arg-type]
    assert str(got[0]["text"]).startswith("govscrape\nfaults: partial: 1 article failed")


def test_a_webhook_that_refuses_is_named_without_its_secret(site: Site, portal: Portal, tmp_path: Path) -> None:
    """The run itself is not hurt by it, and the alarm is not taken for told."""
    told: list[str] = []
    given = {"db": tmp_path / "g.db", "archive": tmp_path / "w", "attempts": 1}
    hooked = Settings(alert_url=f"{site.base}/s3cret", alert_private=True, **given)  # type: ignore[arg-type]
    site.answers["/bai/3"] = lambda handler: handler.send(b"", 500)
    one = Operator(hooked, FakeClock(), Stop(asyncio.Event()), warn=told.append)
    for _ in range(2):
        asyncio.run(rounds.run_once([portal], InProcess, one, due_only=False))
    assert told == ["alert webhook on 127.0.0.1: HTTP 404"] * 2


def test_status_and_issues_on_the_command_line(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3 is what a monitoring system sees; the columns are what it reads."""
    monkeypatch.setenv("GOVSCRAPE_DB", str(tmp_path / "g.db"))
    where = ["--portals", str(sample)]
    assert main.run(["status", *where]) == 1
    assert "no such database" in capsys.readouterr().err
    now = datetime.now(UTC)
    with Store.open(tmp_path / "g.db") as store:
        assert main.run(["status", *where, "-f", "json"]) == 3
        assert [alarm["code"] for alarm in json.loads(capsys.readouterr().out)[0]["alarms"]] == ["never_crawled"]
        run_id = store.runs.start_run("gialai", started_at=now)
        store.runs.finish_run(run_id, finished_at=now, counts={}, partial=False)
        body = "PAPI " * 100
        extraction = Extraction(
            article=Article(url="https://a.example/1", body=body, portal="gialai", published_at=now),
            issues=({"code": "selector_missing", "message": "m"},),  # type: ignore[arg-type]
        )
        store.save(extraction, fetched_at=now, ruleset_version="r", code_version="1")
        from govscrape.models.records import Issue

        store.save_issue(Issue(code="few_links", message="m", where="gialai/x"), seen_at=now, portal="gialai")
        run_id = store.runs.start_run("gialai", started_at=now)
        told = {"tin-tuc": Certificate(2, 9, 0, False, "short", 12)}
        reason = "tin-tuc: 9 items listed, 12 told"
        store.runs.finish_run(run_id, finished_at=now, counts={}, partial=True, certificates=told, reason=reason)
        assert main.run(["status", *where]) == 3
        printed = capsys.readouterr()
        assert f"gialai: partial: {reason} (1 of 2 runs)" in printed.out
        assert printed.err.endswith("partial: govscrape issues --portal ID; govscrape status ID --listings\n")
        assert main.run(["status", "gialai", *where, "--listings", "-f", "json"]) == 3
        (walk,) = json.loads(capsys.readouterr().out)
        assert (walk["listing"], walk["listed"], walk["expected"], walk["state"]) == ("tin-tuc", 9, 12, "open")
        run_id = store.runs.start_run("gialai", started_at=now)
        store.runs.finish_run(run_id, finished_at=now, counts={}, partial=False)
    metrics = tmp_path / "s.prom"
    assert main.run(["status", *where, "--metrics", str(metrics)]) == 0
    assert "1 portals, no alarm" in capsys.readouterr().err
    assert 'govscrape_portal_selector_miss_ratio{portal="gialai"} 1.0' in metrics.read_text()
    capsys.readouterr()
    for options, codes in (
        ([], ["few_links", "selector_missing"]),
        (["--code", "selector_missing"], ["selector_missing"]),
        (["--since", "2999-01-01"], []),
        (["--since", "2020-01-01", "--limit", "1"], ["few_links"]),
    ):
        assert main.run(["issues", *options, "-f", "jsonl"]) == 0
        assert [json.loads(line)["code"] for line in capsys.readouterr().out.splitlines()] == codes
    assert main.run(["issues", "--portal", "other"]) == 1


def test_exit_codes_of_usage_and_print(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/operate.md lists them."""
    assert main.run(["schedule", "print"]) == 2
    assert main.run(["schedule", "print", "--cron", "--user", "a b", "--portals", str(sample)]) == 2
    assert main.run(["run", "nowhere", "--portals", str(sample)]) == 1
    assert main.run(["schedule", "print", "--cron", "--portals", str(sample)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("*/15 * * * * cd ")

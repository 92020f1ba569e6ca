"""Processes that may be killed: one bad task costs itself, never its neighbours, the order or the caller."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from govscrape.errors import GovscrapeError, NotAnArticle, RuleError, TaskLost
from govscrape.workers import Pool

# Tasks are looked up by name in another process, so they stand in a module that it finds on its path.
TASKS = '''
import os, signal, time
from govscrape.errors import NotAnArticle, RuleError

def setup():
    return {"calls": 0}, "version 7"

def broken_setup():
    raise RuleError("no such list", "rules/x.yaml:3")

def double(state, number):
    state["calls"] += 1
    print("noise on stdout")
    return number * 2

def calls(state):
    return state["calls"]

def whoami(state):
    return os.getpid()

def wait(state, seconds):
    time.sleep(seconds)
    return seconds

def spin(state):
    """One call of C that nothing interrupts."""
    sum(range(10**12))

def shun_signals(state):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    spin(state)

def eat(state, size):
    return len(b"x" * size)

def grow(state, size):
    bytearray(b"x" * size)

def die(state):
    os.kill(os.getpid(), signal.SIGSEGV)

def refuse(state, text):
    raise NotAnArticle(text, "login")

def stumble(state):
    raise KeyError("nobody thought of this")

def odd_result(state):
    return lambda: 1
'''


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "pool_tasks.py").write_text(TASKS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield __import__("pool_tasks")
    del sys.modules["pool_tasks"]


def lost(pool: Pool[object], function: object, *arguments: object) -> str:
    with pytest.raises(TaskLost) as raised:
        asyncio.run(pool.run(function, *arguments))  # type: ignore[arg-type]
    return raised.value.reason


def test_results_keep_the_order_and_the_state_is_made_once(tasks: ModuleType) -> None:
    """Records stored in another order than asked would leave a hole when a run is killed."""
    with Pool(tasks.setup, jobs=2) as pool:
        assert list(pool.map(tasks.double, ((n,) for n in range(20)))) == [n * 2 for n in range(20)]
        assert pool.greeting() == "version 7"
    with Pool(tasks.setup) as pool:
        list(pool.map(tasks.double, [(1,), (2,)]))
        assert asyncio.run(pool.run(tasks.calls)) == 2


def test_tasks_are_taken_only_a_few_ahead(tasks: ModuleType) -> None:
    """An archive of a million pages must not be read into memory before its first page is worked on."""
    taken = []

    def endless() -> Iterator[tuple[int]]:
        number = 0
        while True:
            taken.append(number)
            yield (number,)
            number += 1

    with Pool(tasks.setup, jobs=2) as pool:
        results = pool.map(tasks.double, endless())
        assert [next(results) for _ in range(3)] == [0, 2, 4]
    assert len(taken) < 12


def test_a_task_over_its_time_is_stopped_inside_c(tasks: ModuleType) -> None:
    """A thread would go on for ever; the next task must find a worker all the same."""
    with Pool(tasks.setup, seconds=0.3) as pool:
        before = asyncio.run(pool.run(tasks.whoami))
        assert lost(pool, tasks.spin) == "time"
        assert lost(pool, tasks.shun_signals) == "time"
        assert asyncio.run(pool.run(tasks.double, 4)) == 8
        assert asyncio.run(pool.run(tasks.whoami)) != before
        assert asyncio.run(pool.run(tasks.wait, 0.4, seconds=30)) == 0.4
        assert pool.kills == 2


def test_a_task_over_its_memory_is_refused_it(tasks: ModuleType) -> None:
    """The machine's memory belongs to others too."""
    with Pool(tasks.setup, memory=300_000_000) as pool:
        assert asyncio.run(pool.run(tasks.eat, 50_000_000)) == 50_000_000
        assert lost(pool, tasks.eat, 400_000_000) == "memory"
        assert asyncio.run(pool.run(tasks.double, 4)) == 8
        assert asyncio.run(pool.run(tasks.eat, 400_000_000, memory=900_000_000)) == 400_000_000
        assert lost(pool, tasks.eat, 400_000_000) == "memory"


def test_a_worker_that_grew_makes_place_for_a_fresh_one(tasks: ModuleType) -> None:
    """Memory that one large page took would else stay taken for the years of a loop."""
    with Pool(tasks.setup) as pool:
        before = asyncio.run(pool.run(tasks.whoami))
        asyncio.run(pool.run(tasks.grow, 1_000))
        assert asyncio.run(pool.run(tasks.whoami)) == before
        asyncio.run(pool.run(tasks.grow, 250_000_000))
        assert asyncio.run(pool.run(tasks.whoami)) != before
        assert pool.kills == 0


def test_one_bad_task_costs_only_itself(tasks: ModuleType) -> None:
    """Crash, refusal and accident each stand in their own place; the others are done."""
    with Pool(tasks.setup) as pool:
        assert lost(pool, tasks.die) == "crash"
        assert lost(pool, tasks.stumble) == "fault"
        assert lost(pool, tasks.odd_result) == "fault"
        found = list(pool.map(tasks.refuse, [("a",), ("b",)]))
        assert [(str(error), error.code) for error in found if isinstance(error, NotAnArticle)] == [
            ("a", "login"),
            ("b", "login"),
        ]
        mixed = [pool._submit(function, (), None, None) for function in (tasks.calls, tasks.die, tasks.calls)]
        assert [type(future.exception()) for future in mixed] == [type(None), TaskLost, type(None)]


def test_a_wrong_setup_is_raised_as_it_is(tasks: ModuleType) -> None:
    """A mistake in the rules is told with its file, once, and not as a fault of every page."""
    with Pool(tasks.broken_setup) as pool:
        for ask in (pool.greeting, lambda: asyncio.run(pool.run(tasks.calls)), lambda: list(pool.map(tasks.calls, []))):
            with pytest.raises(RuleError, match=r"rules/x\.yaml:3: no such list"):
                ask()


def test_a_worker_that_cannot_start_is_said(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation must not hang the run."""
    monkeypatch.setattr(sys, "executable", "false")
    with Pool(tasks.setup) as pool, pytest.raises(GovscrapeError, match="could not be started"):
        pool.greeting()


def test_closing_ends_a_worker_at_work(tasks: ModuleType) -> None:
    """Ctrl-C must not wait for the page that hangs."""

    async def go() -> None:
        task = asyncio.create_task(pool.run(tasks.spin))
        await asyncio.sleep(0.5)
        task.cancel()

    with Pool(tasks.setup, seconds=600) as pool:
        pid = asyncio.run(pool.run(tasks.whoami))
        asyncio.run(go())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.usefixtures("tasks")
def test_a_worker_outlives_no_parent() -> None:
    """After kill -9 of a crawler nothing of it may go on, not even a worker inside an endless call."""
    program = (
        "import asyncio, pool_tasks\n"
        "from govscrape.workers import Pool\n"
        "pool = Pool(pool_tasks.setup, jobs=2, seconds=1)\n"
        "print(asyncio.run(pool.run(pool_tasks.whoami)), flush=True)\n"
        "busy = pool._submit(pool_tasks.spin, (), None, None)\n"
        "print(pool._submit(pool_tasks.whoami, (), None, None).result(), flush=True)\n"
        "busy.result()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(parent.stdout.readline()), int(parent.stdout.readline())]
        parent.send_signal(signal.SIGKILL)
    assert children[0] != children[1]
    until = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []

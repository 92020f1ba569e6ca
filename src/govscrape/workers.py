"""Work done in processes of their own: on another core, and where it may be killed.

A C library that parses a hostile page can take minutes or all memory inside one call that nothing interrupts. So each
worker is a child that serves one task at a time under a deadline and a cap on its memory, both kept by the kernel: an
alarm that ends the process, and ``RLIMIT_AS``. A worker that dies costs the one task it had; the next task gets a new
worker. A worker whose parent was killed ends by itself, at the latest with its alarm.

The parent's main module is not imported in the child, nothing is forked, so a pool works from any script or thread.
"""

import asyncio
import os
import pickle
import queue
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Generic, NamedTuple, Self, TypeVar, TypeVarTuple, Unpack, cast

from govscrape.errors import GovscrapeError, InputError, TaskLost

State = TypeVar("State")
Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

SECONDS = 30.0
MEMORY = 1_000_000_000
RETIRES_KB = 150_000
"""A worker that once grew beyond this resident size makes place for a fresh one after its task."""
_WAITING = 2


class Bounds(NamedTuple):
    """What a task may take: seconds by the clock, and bytes beyond what its worker holds when it is ready."""

    seconds: float
    memory: int


_SIZE = struct.Struct("!Q")


class Pool(Generic[State]):
    """Up to ``jobs`` workers, each with a state of its own; use it in a ``with`` block, from one thread or many.

    ``setup`` runs once in each worker, before its first task, and returns the state and a word about it (``greeting``).
    It and every task's function are looked up by name in the child, so they are functions of importable modules;
    arguments and results are pickled. ``seconds`` and ``memory`` (bytes of address space that it may add to what its
    worker holds when ready; where the system has no /proc nothing bounds them) bound each task. A setup that raises a
    GovscrapeError raises it from the first call.
    """

    def __init__(
        self,
        setup: Callable[[], tuple[State, str]],
        *,
        jobs: int = 1,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self.jobs = jobs
        self.kills = 0
        self._bounds = Bounds(seconds, memory)
        self._setup = setup
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="worker")
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(jobs):
            self._idle.put(None)
        self._living: set[_Worker] = set()
        self._guard = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every worker, also one at work; tasks that still wait are lost."""
        with self._guard:
            self._closed = True
            living = list(self._living)
        for worker in living:
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that live."""
        with self._guard:
            return tuple(worker.pid for worker in self._living)

    async def ready(self) -> str:
        """Start a worker if there is none; the word that its setup returned."""
        return await asyncio.wrap_future(self._threads.submit(self._greet))

    def greeting(self) -> str:
        """As :meth:`ready`, for callers without an event loop."""
        return self._threads.submit(self._greet).result()

    async def run(
        self,
        function: Callable[[State, Unpack[Arguments]], Result],
        *arguments: *Arguments,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> Result:
        """``function(state, *arguments)`` in a worker. Raises its GovscrapeError, or TaskLost."""
        return await asyncio.wrap_future(self._submit(function, arguments, seconds, memory))

    def map(
        self,
        function: Callable[[State, Unpack[Arguments]], Result],
        tasks: Iterable[tuple[*Arguments]],
        *,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> Iterator[Result | GovscrapeError]:
        """The results in the order of the tasks, which are taken only a few ahead; an error stands in its task's place.

        An error of the setup is raised, since it is every task's.
        """
        self.greeting()
        coming: deque[Future[Result]] = deque()
        for task in tasks:
            coming.append(self._submit(function, task, seconds, memory))
            if len(coming) > self.jobs * _WAITING:
                yield _outcome(coming.popleft())
        while coming:
            yield _outcome(coming.popleft())

    def _submit(
        self,
        function: Callable[[State, Unpack[Arguments]], Result],
        arguments: tuple[*Arguments],
        seconds: float | None,
        memory: int | None,
    ) -> "Future[Result]":
        bounds = Bounds(seconds or self._bounds.seconds, memory or self._bounds.memory)
        return self._threads.submit(self._do, function, arguments, bounds)

    def _do(self, function: Callable[..., Result], arguments: tuple[Any, ...], bounds: Bounds) -> Result:
        worker = self._take()
        try:
            return cast("Result", worker.ask(function, arguments, bounds))
        finally:
            self._give_back(worker)

    def _greet(self) -> str:
        worker = self._take()
        try:
            return worker.greeting
        finally:
            self._give_back(worker)

    def _take(self) -> "_Worker":
        worker = self._idle.get()
        if worker is not None:
            return worker
        try:
            worker = _Worker(self._setup)
            with self._guard:
                self._living.add(worker)
                closed = self._closed
            if closed:
                worker.end()
            worker.start()
        except BaseException:
            if worker is not None:
                self._give_back(worker)
            else:
                self._idle.put(None)
            raise
        return worker

    def _give_back(self, worker: "_Worker") -> None:
        if worker.usable:
            self._idle.put(worker)
            return
        worker.end()
        with self._guard:
            self._living.discard(worker)
            self.kills += worker.killed
        self._idle.put(None)


def _outcome(future: "Future[Any]") -> Any:
    try:
        return future.result()
    except GovscrapeError as error:
        return error


class _Worker:
    """One child, as its parent sees it."""

    def __init__(self, setup: Callable[[], tuple[object, str]]) -> None:
        command = [sys.executable, "-P", "-c", "from govscrape.workers import serve; serve()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        self.pid = self._process.pid
        self._in, self._out = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        self._setup = setup
        self.greeting = ""
        self.usable = False
        self.killed = False

    def start(self) -> None:
        """Wait until the child has its state; the GovscrapeError of its setup, or TaskLost."""
        try:
            told, value, _ = self._exchange(self._setup)
        except TaskLost as error:
            raise TaskLost("a worker process could not be started", error.reason) from error
        if told != "ready":
            raise value
        self.greeting = str(value)
        self.usable = True

    def ask(self, function: Callable[..., object], arguments: tuple[Any, ...], bounds: Bounds) -> object:
        """What the function returns there; its GovscrapeError, or TaskLost."""
        self.usable = False
        told, value, retires = self._exchange((bounds, function, arguments))
        self.usable = not retires
        if told == "raised":
            raise value
        return value

    def end(self) -> None:
        """Kill the child if it lives, and wait for it."""
        self.usable = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(BrokenPipeError):
                pipe.close()

    def _exchange(self, message: object) -> tuple[str, Any, bool]:
        try:
            # Packed only here: a large page is not kept twice while it is being read.
            _send(self._in, pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
            answer = _receive(self._out)
        except (ValueError, OSError):  # the child is gone, or the pool was closed
            answer = None
        if answer is None:
            self.killed = True
            raise _how_it_ended(self._process.wait())
        return cast("tuple[str, Any, bool]", pickle.loads(answer))  # noqa: S301 - from our own child


def _how_it_ended(code: int) -> TaskLost:
    if code == -signal.SIGALRM:
        return TaskLost("took too long and was stopped", "time")
    return TaskLost(f"the process that read it ended with code {code}", "crash")


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(_SIZE.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    body = pipe.read(size)
    return body if len(body) == size else None


def serve() -> None:
    """The child's whole life: the opening message, then task after task until its parent is gone."""
    # Both are sent to whole process groups; when to end is the parent's to say.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints must not stand between our messages.
    sys.stdout = sys.stderr
    retires_at = max(RETIRES_KB, _peak_kb())
    opening = _receive(stdin)
    if opening is None:
        return
    try:
        setup = pickle.loads(opening)  # noqa: S301 - from our own parent
        state, greeting = setup()
    except Exception as error:  # noqa: BLE001 - told to the parent, whatever it is
        _send(stdout, pickle.dumps(("failed", _as_ours(error), True)))
        return
    _send(stdout, pickle.dumps(("ready", greeting, False)))
    # How much a bare interpreter with its libraries maps differs threefold between systems.
    held = _address_space()
    while (answer := _answer(state, stdin, retires_at, held)) is not None:
        try:
            _send(stdout, answer)
        except BrokenPipeError:  # the parent was killed; nobody is there to tell it to
            os._exit(1)


def _answer(state: object, stdin: IO[bytes], retires_at: int, held: int | None) -> bytes | None:
    """Read a task and do it; None when no more come."""
    task = _receive(stdin)
    if task is None:
        return None
    try:
        bounds, function, arguments = pickle.loads(task)  # noqa: S301 - from our own parent
        del task
        signal.setitimer(signal.ITIMER_REAL, bounds.seconds)
        if held is not None:
            _take_at_most(held + bounds.memory)
        value = function(state, *arguments)
        answer = pickle.dumps(("done", value, _peak_kb() > retires_at), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        answer = pickle.dumps(("raised", TaskLost("needed more memory than it may take", "memory"), True))
    except Exception as error:  # noqa: BLE001 - told to the parent, whatever it is
        answer = pickle.dumps(("raised", _as_ours(error), _peak_kb() > retires_at))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return answer


def _take_at_most(memory: int) -> None:
    """Bound the address space; a lower bound that the system sets on it stays."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    """Bytes that this process has mapped, None where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _peak_kb() -> int:
    """The largest resident size so far. The system's own count begins with what the parent took before the start."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def _as_ours(error: Exception) -> GovscrapeError:
    """The error if a parent can be told it as it is, else its one line."""
    if isinstance(error, GovscrapeError):
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - made in this very line
            return error
        except TypeError:
            return InputError(str(error))
    return TaskLost(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}", "fault")

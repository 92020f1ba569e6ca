"""One crawler through every fault of the test site: what it says of each, its memory, how long its loop stood still.

The crawler is a process of its own with its worker, as deployed, and goes through all faults one after the other; the
site is served by this process. Memory is the sum of crawler and worker as often as a thread can look; a loop that
stands still is seen by a heartbeat. ``--table`` prints it as Markdown. Exit code 1 when a fault ends
otherwise than the catalogue says, when more than 300 MB were taken, or the loop stood still for 2 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import IO, TYPE_CHECKING, cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.integration.faults import wire  # noqa: E402

if TYPE_CHECKING or "--crawler" not in sys.argv:
    # The crawler's memory is measured: what only serves the site stays out of it.
    from tests.integration.conftest import FaultServer, Handler, Site
    from tests.integration.faults import news
    from tests.integration.faults.catalogue import BAI, FAULTS, Fault
    from tests.integration.faults.heavy import HEAVY, RESPONSE_S
    from tests.integration.faults.http2 import in_front
    from tests.integration.faults.http2_faults import HTTP2_FAULTS

if "--crawler" in sys.argv:
    # An extra that no crawler needs; where it is installed, a library that can do without it takes 80 MB for it.
    sys.modules["pandas"] = cast("ModuleType", None)

from govscrape.archive import Archive  # noqa: E402
from govscrape.fetch import guard, silence_retry_library  # noqa: E402
from govscrape.models.portal import Portal  # noqa: E402
from govscrape.pipeline import crawl  # noqa: E402
from govscrape.reading import Extracts, open_pool  # noqa: E402
from govscrape.settings import Settings  # noqa: E402
from govscrape.store import Store  # noqa: E402
from govscrape.workers import Pool  # noqa: E402

MEMORY_MAX_MB = 300
BLOCKED_MAX_S = 2.0
QUICK_S = 1.0
PARTIAL = 3


@dataclass(frozen=True)
class Seen:
    """What a crawl through one fault said and took."""

    stored: int
    exit_code: int
    codes: tuple[str, ...]
    reason: str | None
    memory_mb: float
    blocked_s: float
    took_s: float


# The crawler's process.


class Memory:
    """The largest sum of resident memory of this process and its workers, as a thread sees it."""

    def __init__(self, pool: Pool[Extracts]) -> None:
        self._pool = pool
        self._peak_kb = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def take_mb(self) -> float:
        """The peak since the last call."""
        peak, self._peak_kb = self._peak_kb, 0
        return peak / 1024

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            now_kb = _resident_kb(os.getpid()) + sum(map(_resident_kb, self._pool.pids()))
            self._peak_kb = max(self._peak_kb, now_kb)


def _resident_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


class Patch:
    """Puts one thing in another's place, for as long as the process lives."""

    def setattr(self, target: object, name: str, value: object, /) -> None:
        """As the built-in."""
        setattr(target, name, value)


def crawler() -> None:
    """Crawls through the fault that each line of standard input describes, and tells what it saw in a line."""
    silence_retry_library()
    patch, names = Patch(), wire.Names()
    wire.lead_home(patch, names)
    with open_pool(Settings()) as pool, Memory(pool) as memory:
        pool.greeting()
        for line in sys.stdin:
            asked = json.loads(line)
            names.answers = asked["names"]
            if asked["certificate"]:
                trusting = ssl.create_default_context(cafile=asked["certificate"])
                patch.setattr(guard, "_tls_context", lambda _, context=trusting: context)
            seen = _through(Portal.model_validate(asked["portal"]), asked["response_s"], pool, memory)
            print(json.dumps(asdict(seen)), flush=True)


def _through(portal: Portal, response_s: float, pool: Pool[Extracts], memory: Memory) -> Seen:
    settings = Settings(contact="a@example.org", attempts=2, retry_wait_s=0, response_time_max_s=response_s)
    memory.take_mb()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "a.db") as store:
        with Archive(Path(name) / "warc") as archive:

            async def go() -> tuple[str | None, float]:
                heart = Heart()
                beating = asyncio.create_task(heart.beat())
                report = await crawl([portal], store=store, archive=archive, workers=pool, settings=settings)
                beating.cancel()
                return report.portals[0].reason, heart.longest_s

            reason, blocked_s = asyncio.run(go())
        stored = store.db.conn.execute("SELECT count(*) FROM current_articles").fetchone()[0]
        codes = store.db.conn.execute("SELECT code FROM issues UNION SELECT code FROM article_issues ORDER BY 1")
        found = tuple(code for (code,) in codes)
    took_s = time.monotonic() - begin
    return Seen(stored, PARTIAL if reason else 0, found, reason, memory.take_mb(), blocked_s, took_s)


class Heart:
    """Beats in an event loop and notes the longest time between two beats."""

    def __init__(self) -> None:
        self.longest_s = 0.0

    async def beat(self) -> None:
        """Until cancelled."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.longest_s = max(self.longest_s, time.monotonic() - before - 0.01)


# The site's process.


@contextmanager
def serving(fault: Fault, folder: Path) -> Iterator[tuple[Portal, wire.Names, Path | None]]:
    """The site with one fault: its portal, what its name server answers, and the certificate to trust, if any."""
    server = FaultServer(("127.0.0.1", 0), Handler)
    server.site = Site(f"http://{wire.HOST}:{server.server_port}")
    portal, names, trusted = fault.change(news.portal(server.server_port)), wire.Names(), None
    if fault.tls:
        server.socket, made = wire.serve_tls(server.socket, folder, fault.tls)
        trusted = None if fault.tls == "unsigned" else made
        portal = portal.model_copy(update={"base_url": portal.base_url.replace("http://", "https://")})
    news.healthy(server.site)
    fault.setup(server.site, names)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        if fault.http2:
            with in_front(server.site, BAI, fault.http2, folder, alone=fault.http2_alone) as (port, made):
                yield portal.model_copy(update={"base_url": f"https://{wire.HOST}:{port}"}), names, made
        else:
            yield portal, names, trusted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def go_through(faults: Sequence[Fault]) -> Iterator[tuple[Fault, Seen]]:
    """Every fault with what the crawler saw of it."""
    command = [sys.executable, __file__, "--crawler"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        for fault in faults:
            with tempfile.TemporaryDirectory() as name, serving(fault, Path(name)) as (portal, names, trusted):
                asked = {
                    "portal": portal.model_dump(mode="json"),
                    "names": names.answers,
                    "certificate": str(trusted) if trusted else None,
                    "response_s": RESPONSE_S if fault in HEAVY else QUICK_S,
                }
                print(json.dumps(asked), file=stdin, flush=True)
                told = json.loads(stdout.readline())
            yield fault, Seen(**told | {"codes": tuple(told["codes"])})
        stdin.close()


def wrong(fault: Fault, seen: Seen) -> list[str]:
    """What of a crawl is not as the catalogue says."""
    found = []
    if (seen.stored, seen.exit_code == PARTIAL) != (fault.stored, fault.partial):
        found.append(
            f"{seen.stored} stored and exit code {seen.exit_code}, not {fault.stored} and partial={fault.partial}"
        )
    if fault.code and fault.code not in seen.codes:
        found.append(f"no issue {fault.code}, only {', '.join(seen.codes) or 'none'}")
    if seen.stored < news.COUNT and fault.hides and seen.exit_code == 0:
        found.append("articles are missing and the exit code is 0")
    if seen.memory_mb > MEMORY_MAX_MB:
        found.append(f"{seen.memory_mb:.0f} MB")
    if seen.blocked_s > BLOCKED_MAX_S:
        found.append(f"the loop stood still for {seen.blocked_s:.1f} s")
    return [f"{fault.name}: {line} ({seen.reason})" for line in found]


def table(rows: Sequence[tuple[Fault, Seen]]) -> str:
    """The faults with what a run says of each, as Markdown."""
    lines = ["| Fault | Stored of 6 | Hidden | Run | Exit code | Issues |", "| --- | --- | --- | --- | --- | --- |"]
    for fault, seen in rows:
        hidden = max(0, news.COUNT - seen.stored) if fault.hides else 0
        issues = ", ".join(f"`{code}`" for code in seen.codes) or "none"
        run = "partial" if seen.exit_code else "complete"
        lines.append(f"| {fault.name} | {seen.stored} | {hidden or ''} | {run} | {seen.exit_code} | {issues} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Go through the faults and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="WORDS", help="Faults whose name holds these words.")
    parser.add_argument("--table", action="store_true", help="Print the table as Markdown too.")
    parser.add_argument("--crawler", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.crawler:
        crawler()
        return 0
    rows, faults = [], []
    every = (*FAULTS, *HTTP2_FAULTS, *HEAVY)
    for fault, seen in go_through([fault for fault in every if (options.only or "") in fault.name]):
        rows.append((fault, seen))
        faults += wrong(fault, seen)
        print(f"{fault.name:<50.50} {seen.stored}/6 exit {seen.exit_code} {seen.memory_mb:5.0f} MB", end=" ")
        print(f"{seen.blocked_s:5.2f} s still {seen.took_s:5.1f} s  {', '.join(seen.codes)}", flush=True)
    heaviest = max(rows, key=lambda row: row[1].memory_mb)
    stillest = max(rows, key=lambda row: row[1].blocked_s)
    print(f"{len(rows)} faults; most memory {heaviest[1].memory_mb:.0f} MB ({heaviest[0].name}), ", end="")
    print(f"longest standstill {stillest[1].blocked_s:.2f} s ({stillest[0].name})")
    print("\n".join(faults) or "each as the catalogue says; no run with hidden articles ended with exit code 0")
    if options.table:
        print(table(rows))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

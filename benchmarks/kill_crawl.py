"""Kills a crawl of the sample portals with SIGKILL at random moments, then lets it finish and compares.

Only a kill that met a running crawl counts. After each one everything stored before it is still there and can be read
from the archive, nothing is there twice, and the database is sound. A finished database equals that of a crawl nobody
disturbed in every table, but for the runs themselves, times, counters of views and places in the archive. Exit code 1
when any of it fails.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from govscrape import demo
from govscrape.archive import Archive
from govscrape.errors import ArchiveError
from govscrape.models.page import ArchiveRef
from govscrape.pipeline import crawl
from govscrape.reading import open_pool
from govscrape.settings import Settings
from govscrape.store import Store

Rows = Counter[tuple[object, ...]]

RUN_TABLES = {"runs", "run_listings"}
"""What differs by intention: who ran when."""

OWN_COLUMNS = {"id", "run_id", "times", "views", "updated_at", "archive_file", "archive_offset", "sha256"}
"""Row numbers, counters, clocks of the pages and places in the archive; a page that is asked twice lies there twice."""

OWNERS = {
    "article_id": "SELECT id, url FROM articles",
    "version_id": "SELECT v.id, a.url || ' ' || v.version FROM article_versions AS v "
    "JOIN articles AS a ON a.id = v.article_id",
    "official_id": "SELECT o.id, a.url || ' ' || o.position FROM officials AS o "
    "JOIN article_versions AS v ON v.id = o.version_id JOIN articles AS a ON a.id = v.article_id",
    "organisation_id": 'SELECT id, "key" FROM organisations',
    "document_id": 'SELECT id, "key" FROM legal_documents',
}
"""What a reference to a row means, in words that two databases share."""


def child(port: int, folder: Path) -> None:
    """Crawls whenever a line names a folder, each time in a fork; prints its process id, then its exit code."""
    for line in sys.stdin:
        target = folder / line.strip()
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            os._exit(_crawl(port, target, writes))
        os.close(writes)
        # The rules are loaded: from here on it crawls.
        os.read(reads, 1)
        os.close(reads)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _crawl(port: int, folder: Path, begun: int) -> int:
    settings = Settings(retry_wait_s=0, attachments=True)
    with (
        open_pool(settings) as workers,
        Store.open(folder / "a.db") as store,
        Archive(folder / "warc") as archive,
    ):
        workers.greeting()
        os.write(begun, b".")
        portals = demo.sample_portals(port)
        report = asyncio.run(crawl(portals, store=store, archive=archive, workers=workers, settings=settings))
    return 3 if report.partial else 0


class Crawler:
    """A process that crawls on demand, so that a round costs no start of Python."""

    def __init__(self, port: int, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--child", str(port), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._stdin, self._stdout = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)

    def run(self, name: str, kill_after_s: float | None = None) -> tuple[int, float]:
        """The crawl's exit code, -9 when it was killed before its end, and how many seconds it took."""
        print(name, file=self._stdin, flush=True)
        pid = int(self._stdout.readline())
        begin = time.perf_counter()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            # A crawl that ended before its moment is a child that was waited for already.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        code = int(self._stdout.readline())
        return code, time.perf_counter() - begin

    def close(self) -> None:
        """Let the process end."""
        self._stdin.close()
        self._process.wait()


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection | None]:
    path = folder / "a.db"
    db = sqlite3.connect(path) if path.exists() else None
    try:
        made = db is not None and db.execute("SELECT 1 FROM sqlite_master WHERE name = 'current_articles'").fetchone()
        yield db if made else None
    finally:
        if db is not None:
            db.close()


def contents(folder: Path) -> dict[str, Rows]:
    """The rows of every table but those of the runs, without what differs by intention; references by their meaning."""
    with _opened(folder) as db:
        if db is None:
            return {}
        owners = {column: dict(db.execute(sql)) for column, sql in OWNERS.items()}
        return {table: _rows(db, table, owners) for table in _tables(db)}


def _tables(db: sqlite3.Connection) -> list[str]:
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    indexes = [name for name in names if f"{name}_config" in names]
    inner = tuple(f"{name}_" for name in indexes)
    return [name for name in names if name not in RUN_TABLES and name not in indexes and not name.startswith(inner)]


def _rows(db: sqlite3.Connection, table: str, owners: dict[str, dict[int, str]]) -> Rows:
    columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]

    def told(column: str, value: object) -> object:
        return owners[column].get(cast("int", value), "nothing") if column in owners else value

    kept = [
        column
        for column in columns
        if column in owners or not (column in OWN_COLUMNS or column.endswith(("_id", "_at")))
    ]
    kept += ["published_at"] if "published_at" in columns else []
    chosen = ", ".join(f'"{column}"' for column in kept)
    found = db.execute(f"SELECT {chosen} FROM {table}")  # noqa: S608 - names of our own schema
    return Counter(tuple(told(*pair) for pair in zip(kept, row, strict=True)) for row in found)


def unsound(folder: Path) -> list[str]:
    """What is wrong inside one database and its archive, whatever the moment of a kill."""
    with _opened(folder) as db:
        if db is None:
            return []
        found = [str(row) for row in db.execute("PRAGMA integrity_check") if row != ("ok",)]
        found += [f"dangling {row}" for row in db.execute("PRAGMA foreign_key_check")]
        archive = Archive(folder / "warc")
        pages = db.execute("SELECT archive_file, archive_offset, sha256 FROM pages").fetchall()
        for file, offset, sha256 in pages:
            try:
                archive.read(ArchiveRef(file=file, offset=offset, sha256=sha256))
            except ArchiveError as error:
                found.append(f"not archived: {error}")
        for index in ("article_search", "accent_search"):
            try:
                db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - two names
            except sqlite3.DatabaseError as error:
                found.append(f"{index}: {error}")
        db.rollback()
    return found


def after_kill(before: dict[str, Rows], folder: Path) -> list[str]:
    """What a kill did that it must not do."""
    now = contents(folder)
    found = unsound(folder)
    stored = ("articles", "article_versions", "article_urls", "index_results", "officials", "directives", "legal_refs")
    for table in stored:
        was, rows = before.get(table, Counter()), now.get(table, Counter())
        found += [f"{table}: lost {row}" for row in was - rows]
        found += [f"{table}: doubled {row}" for row, times in rows.items() if times > 1]
    return found


@dataclass
class Tally:
    """What a bench of kills saw."""

    kills: int = 0
    late: int = 0
    rounds: int = 0
    stored_at_kill: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def disturb(crawler: Crawler, folder: Path, kills: int, chance: random.Random, usual: float, tally: Tally) -> None:
    """One folder: some kills, then a crawl to its end."""
    tally.rounds += 1
    name = f"round{tally.rounds}"
    target = folder / name
    target.mkdir()
    wanted = min(kills - tally.kills, chance.randint(1, 5))
    while wanted:
        before = contents(target)
        code, _ = crawler.run(name, chance.uniform(0, usual))
        if code != -signal.SIGKILL:
            tally.late += 1
            break
        tally.kills += 1
        wanted -= 1
        tally.faults += [f"{name}: {fault}" for fault in after_kill(before, target)]
        tally.stored_at_kill.append(contents(target).get("articles", Counter()).total())
    else:
        crawler.run(name)


def differences(wanted: dict[str, Rows], found: dict[str, Rows]) -> list[str]:
    """In which tables two databases differ, and by what."""
    out = []
    for table in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(table, Counter()), found.get(table, Counter())
        out += [f"{table}: missing {row}" for row in (one - other)]
        out += [f"{table}: too much {row}" for row in (other - one)]
    return out


def measure(kills: int, seed: int) -> int:
    """Run, kill, compare, print."""
    chance = random.Random(seed)
    tally = Tally()
    with tempfile.TemporaryDirectory() as name, demo.serve() as served:
        folder = Path(name)
        crawler = Crawler(served.port, folder)
        times = []
        for undisturbed in ("whole", "timed"):
            (folder / undisturbed).mkdir()
            times.append(crawler.run(undisturbed)[1])
        wanted = contents(folder / "whole")
        tally.faults += [f"undisturbed twice: {line}" for line in differences(wanted, contents(folder / "timed"))]
        while tally.kills < kills:
            disturb(crawler, folder, kills, chance, min(times), tally)
            target = folder / f"round{tally.rounds}"
            tally.faults += [f"{target.name}: {line}" for line in differences(wanted, contents(target))]
            broken = Archive(target / "warc").verify()
            tally.faults += [f"{target.name}: {fault.file}@{fault.offset}: {fault.message}" for fault in broken]
        crawler.close()
    _tell(tally, wanted, min(times), seed)
    return 1 if tally.faults else 0


def _tell(tally: Tally, wanted: dict[str, Rows], usual: float, seed: int) -> None:
    whole = wanted["articles"].total()
    print(f"{tally.kills} kills of a running crawl, in {tally.rounds} databases (seed {seed})")
    print(f"{tally.late} more came after the crawl's end and do not count")
    met = sorted(tally.stored_at_kill)
    inside = sum(0 < stored < whole for stored in met)
    print(f"articles stored when killed: {met[0]} to {met[-1]} of {whole}; {inside} kills had some and not all")
    rows = ", ".join(f"{table} {found.total()}" for table, found in wanted.items() if found)
    print(f"undisturbed, {usual:.1f} s: {rows}")
    sound = "nothing lost, nothing doubled, every finished database equals the undisturbed one, every archive is whole"
    print("\n".join(tally.faults[:50]) if tally.faults else sound)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        child(int(options.child[0]), Path(options.child[1]))
        return 0
    return measure(options.kills, options.seed)


if __name__ == "__main__":
    sys.exit(main())

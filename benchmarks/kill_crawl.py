"""Kills a crawl of the sample portals with SIGKILL at random moments, then lets it finish and compares.

Nothing stored before a kill may be lost afterwards, nothing may be there twice, the archive must verify, and the
finished database must equal that of a crawl nobody disturbed. Exit code 1 when any of it fails.
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
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from govscrape import demo
from govscrape.archive import Archive
from govscrape.extract import Extractor
from govscrape.pipeline import crawl
from govscrape.rules import load_ruleset
from govscrape.settings import Settings
from govscrape.store import Store

RECORDS = ("index_results", "officials", "directives", "legal_refs")


def child(port: int, folder: Path) -> None:
    """Crawls whenever a line names a folder, each time in a fork; prints its process id, then its exit code."""
    extractor = Extractor(load_ruleset())
    for line in sys.stdin:
        target = folder / line.strip()
        pid = os.fork()
        if pid == 0:
            os._exit(_crawl(port, target, extractor))
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _crawl(port: int, folder: Path, extractor: Extractor) -> int:
    settings = Settings(retry_wait_s=0, attachments=True)
    with Store.open(folder / "a.db") as store, Archive(folder / "warc") as archive:
        portals = demo.sample_portals(port)
        report = asyncio.run(crawl(portals, store=store, archive=archive, extractor=extractor, settings=settings))
    return 3 if report.partial else 0


class Crawler:
    """A process that has the rules loaded and crawls on demand, so that a round costs only its crawl."""

    def __init__(self, port: int, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--child", str(port), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._stdin, self._stdout = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)

    def run(self, name: str, kill_after_s: float | None = None) -> int:
        """The crawl's exit code, -9 when it was killed before its end."""
        print(name, file=self._stdin, flush=True)
        pid = int(self._stdout.readline())
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            # A crawl that ended before its moment is a child that was waited for already.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return int(self._stdout.readline())

    def close(self) -> None:
        """Let the process end."""
        self._stdin.close()
        self._process.wait()


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a database says, without times and numbers of rows: each article's text and records."""
    path = folder / "a.db"
    if not path.exists():
        return {}
    db = sqlite3.connect(path)
    try:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'current_articles'").fetchone():
            return {}
        found = {"articles": _rows(db, "SELECT url, portal, title, body, version FROM current_articles ORDER BY url")}
        for table in RECORDS:
            columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})") if not name.endswith("id")]
            chosen = ", ".join(f'r."{name}"' for name in columns if name != "created_at")
            sql = (
                f"SELECT a.url, {chosen} FROM {table} AS r "  # noqa: S608 - names of our own schema
                "JOIN article_versions AS v ON v.id = r.version_id JOIN articles AS a ON a.id = v.article_id"
            )
            found[table] = sorted(_rows(db, sql), key=repr)
    finally:
        db.close()
    return found


def _rows(db: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(sql)]


def faults_after_kill(before: set[object], folder: Path) -> list[str]:
    """What a kill did that it must not do."""
    articles = contents(folder).get("articles", [])
    urls = [row[0] for row in articles]
    found = [f"lost {url}" for url in before - set(urls)]
    if len(urls) != len(set(urls)):
        found.append("an article is there twice")
    return found


def measure(kills: int, seed: int) -> int:
    """Run, kill, compare, print."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    with tempfile.TemporaryDirectory() as name, demo.serve() as served:
        folder = Path(name)
        (folder / "whole").mkdir()
        crawler = Crawler(served.port, folder)
        crawler.run("whole")
        begin = time.perf_counter()
        (folder / "timed").mkdir()
        crawler.run("timed")
        usual = time.perf_counter() - begin
        wanted = contents(folder / "whole")
        done, finished, faults, rounds = 0, 0, list[str](), 0
        while done < kills:
            rounds += 1
            target = folder / f"round{rounds}"
            target.mkdir()
            in_round = min(kills - done, chance.randint(1, 5))
            for _ in range(in_round):
                before = {row[0] for row in contents(target).get("articles", [])}
                code = crawler.run(target.name, chance.uniform(0, usual * 0.8))
                done += 1
                finished += code >= 0
                faults += faults_after_kill(before, target)
            crawler.run(target.name)
            if contents(target) != wanted:
                faults.append(f"round {rounds}: the finished database differs from an undisturbed one")
            broken = Archive(target / "warc").verify()
            faults += [f"round {rounds}: {fault.file}@{fault.offset}: {fault.message}" for fault in broken]
        crawler.close()
    records = sum(len(rows) for table, rows in wanted.items() if table != "articles")
    print(f"{done} kills in {rounds} crawls (seed {seed}), {finished} came after the crawl's end")
    print(f"undisturbed: {len(wanted['articles'])} articles, {records} records, {usual:.1f} s")
    sound = "nothing lost, nothing doubled, every finished database and archive as undisturbed"
    print("\n".join(faults) if faults else sound)
    return 1 if faults else 0


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

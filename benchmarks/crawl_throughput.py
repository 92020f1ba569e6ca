"""Pages a second on loopback, delays off: the whole pipeline beside Scrapy, which fetches the same pages and saves.

The server is a process of its own, so three processes share the cores: the server, the crawler and its worker, or the
server and Scrapy. Starting up (Python, rules, reactor) is not counted on either side. Rounds alternate, and the median
ratio of neighbours counts, since a busy machine slows both. Prints rates, ratio, the CPU time of every process and what
each stage takes for a page; asserts nothing. Needs Scrapy: ``pip install scrapy``, which the package never does.
"""

import argparse
import asyncio
import importlib.util
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar, cast

from govscrape import demo
from govscrape.archive import Archive
from govscrape.clock import SystemClock
from govscrape.errors import NotAnArticle
from govscrape.fetch import HttpFetcher
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.models.records import Extraction
from govscrape.parse import parse_article
from govscrape.pipeline import crawl
from govscrape.reading import Extracts, load_extractor, open_pool, packed, read_page
from govscrape.settings import Settings
from govscrape.store import Store
from govscrape.workers import Pool

AT_A_TIME = 4
SETTINGS = Settings(retry_wait_s=0, attachments=False, concurrency=AT_A_TIME)
SPIDER = """
import pathlib, sys, time, scrapy
from scrapy.crawler import CrawlerProcess
urls, folder = pathlib.Path(sys.argv[1]).read_text().split(), pathlib.Path(sys.argv[2])
class Spider(scrapy.Spider):
    name = "pages"
    async def start(self):
        self.wall, self.cpu, self.saved = time.perf_counter(), time.process_time(), 0
        for url in urls:
            yield scrapy.Request(url, dont_filter=True)
    def parse(self, response):
        (folder / str(self.saved)).write_bytes(response.body)
        self.saved += 1
    def closed(self, reason):
        print(self.saved, time.perf_counter() - self.wall, time.process_time() - self.cpu)
process = CrawlerProcess({
    "LOG_ENABLED": False, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": True, "HTTPERROR_ALLOW_ALL": True,
    "RETRY_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": %d, "TELNETCONSOLE_ENABLED": False,
})
process.crawl(Spider)
process.start()
"""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Measured:
    """One round: pages fetched, seconds by the clock, and CPU seconds of the crawler, its worker and the server."""

    pages: int
    wall_s: float
    crawler_s: float
    worker_s: float
    server_s: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.wall_s


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """The sample portals in a process of their own: port and process id."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(cast("IO[str]", process.stdout).readline()), process.pid
        finally:
            process.terminate()


def cpu_s(pid: int) -> float:
    """The CPU time that a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def whole(port: int, server: int, folder: Path, pool: Pool[Extracts]) -> tuple[list[str], Measured]:
    """A crawl of all sample portals into a new database: what was fetched, and what it took."""
    folder.mkdir()
    (worker,) = pool.pids()
    with Store.open(folder / "a.db") as store, Archive(folder / "warc") as archive:
        portals = demo.sample_portals(port)
        before = cpu_s(worker), cpu_s(server), time.process_time()
        begin = time.perf_counter()
        asyncio.run(crawl(portals, store=store, archive=archive, workers=pool, settings=SETTINGS))
        wall_s = time.perf_counter() - begin
        took = time.process_time() - before[2]
        urls = [page.url for _, page in archive.pages()]
    return urls, Measured(len(urls), wall_s, took, cpu_s(worker) - before[0], cpu_s(server) - before[1])


def scrapy(urls: Sequence[str], server: int, folder: Path) -> Measured:
    """Scrapy fetches the same pages, obeying robots.txt as we do, and writes each body to a file."""
    folder.mkdir()
    (folder / "urls.txt").write_text("\n".join(urls))
    before = cpu_s(server)
    command = [sys.executable, "-c", SPIDER % AT_A_TIME, str(folder / "urls.txt"), str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return Measured(int(told[0]), float(told[1]), float(told[2]), 0.0, cpu_s(server) - before)


def stages(port: int, folder: Path) -> list[tuple[str, str, float]]:
    """Where each stage runs, its name, and its CPU milliseconds for a page, each done alone over the same pages."""
    folder.mkdir()
    portals = demo.sample_portals(port)
    extractor, version = load_extractor(SETTINGS.rules)
    with open_pool(SETTINGS) as pool, Store.open(folder / "a.db") as store, Archive(folder / "warc") as archive:
        asyncio.run(crawl(portals, store=store, archive=archive, workers=pool, settings=SETTINGS))
        pages = [page for _, page in archive.pages() if not page.url.endswith("/robots.txt")]
    of = {page.url: next(portal for portal in portals if page.url.startswith(portal.base_url)) for page in pages}
    out = [("crawler", "fetch", timed(lambda: fetch(portals[0], pages), len(pages))[1])]
    with Archive(folder / "again") as archive:
        refs, taken = timed(lambda: [archive.write(page) for page in pages], len(pages))
    out.append(("crawler", "archive", taken))
    out.append(("worker", "parse", timed(lambda: [_parsed(page, of[page.url]) for page in pages], len(pages))[1]))
    read = [(page, ref, _read(extractor, page, of[page.url])) for page, ref in zip(pages, refs, strict=True)]
    both = timed(lambda: [_read(extractor, page, of[page.url]) for page in pages], len(pages))[1]
    out.append(("worker", "extract", both - out[-1][2]))
    with Store.open(folder / "again.db") as store:

        def save() -> None:
            for page, ref, found in read:
                if found is not None:
                    store.save(found, page=ref, fetched_at=page.fetched_at, ruleset_version=version, code_version="0")

        out.append(("crawler", "store", timed(save, len(pages))[1]))
    return out


def timed(do: Callable[[], Result], pages: int) -> tuple[Result, float]:
    """What was done, and its CPU milliseconds for each page."""
    begin = time.process_time()
    result = do()
    return result, (time.process_time() - begin) / pages * 1000


def fetch(portal: Portal, pages: Sequence[Page]) -> None:
    """Fetch pages as a crawl does, and nothing else."""
    gate = asyncio.Semaphore(AT_A_TIME)

    async def go() -> None:
        async with HttpFetcher(portal, SETTINGS, SystemClock()) as http:

            async def one(url: str) -> None:
                async with gate:
                    await http.fetch(url)

            await asyncio.gather(*(one(page.url) for page in pages))

    asyncio.run(go())


def _parsed(page: Page, portal: Portal) -> object:
    try:
        return parse_article(page, portal)
    except NotAnArticle:
        return None


def _read(extractor: Extracts, page: Page, portal: Portal) -> Extraction | None:
    try:
        return read_page(extractor, page, packed(portal))
    except NotAnArticle:
        return None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        with demo.serve() as served:
            print(served.port, flush=True)
            sys.stdin.read()
        return
    if importlib.util.find_spec("scrapy") is None:
        sys.exit("Scrapy is not installed: pip install scrapy")
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name, serving() as (port, server), open_pool(SETTINGS) as pool:
        folder = Path(name)
        pool.greeting()
        urls, _ = whole(port, server, folder / "warm", pool)
        for number in range(options.rounds):
            ours.append(whole(port, server, folder / f"ours{number}", pool)[1])
            theirs.append(scrapy(urls, server, folder / f"theirs{number}"))
        table = stages(port, folder / "stages")
    tell(ours, theirs, table)


def tell(ours: Sequence[Measured], theirs: Sequence[Measured], table: Sequence[tuple[str, str, float]]) -> None:
    """Print both, their ratio and what binds."""
    print(f"{ours[0].pages} pages of the sample portals, {AT_A_TIME} at a time, {len(ours)} rounds of each, medians")
    for name, rounds in (("whole pipeline", ours), ("Scrapy, fetch and save", theirs)):
        rate = statistics.median(one.rate for one in rounds)
        spent = [
            statistics.median(getattr(one, part) / one.pages * 1000 for one in rounds)
            for part in ("crawler_s", "worker_s", "server_s")
        ]
        told = "crawler {:.2f}, worker {:.2f}, server {:.2f}".format(*spent)
        print(f"{name:<24}{rate:7.1f} pages/s   CPU ms a page: {told}")
    ratios = [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]
    print(f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    print("CPU ms a page, each stage alone: " + ", ".join(f"{name} {ms:.2f} ({where})" for where, name, ms in table))
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000} MB")


if __name__ == "__main__":
    main()

"""Pages a second on loopback, delays off: the whole pipeline beside loops that only fetch the same pages and save them.

Prints the rates, their ratio and what extraction costs; asserts nothing. Scrapy is measured when it is installed.
"""

import argparse
import asyncio
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from govscrape import demo
from govscrape.archive import Archive
from govscrape.extract import Extractor
from govscrape.models.article import Article
from govscrape.models.records import Extraction
from govscrape.pipeline import Extracts, crawl
from govscrape.rules import load_ruleset
from govscrape.settings import Settings
from govscrape.store import Store

CONCURRENCY = 4
SPIDER = """
import pathlib, sys, scrapy
from scrapy.crawler import CrawlerProcess
class Spider(scrapy.Spider):
    name = "pages"
    start_urls = pathlib.Path(sys.argv[1]).read_text().split()
    def parse(self, response):
        (pathlib.Path(sys.argv[2]) / str(abs(hash(response.url)))).write_bytes(response.body)
process = CrawlerProcess({"LOG_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 4, "DOWNLOAD_DELAY": 0})
process.crawl(Spider)
process.start()
"""


class NoRules:
    """An extractor that reads nothing, to tell what extraction costs."""

    def __init__(self, like: Extractor) -> None:
        self.ruleset = like.ruleset

    def extract(self, article: Article) -> Extraction:
        """The article alone."""
        return Extraction(article=article)


def pipeline(port: int, folder: Path, extractor: Extracts) -> tuple[list[str], float]:
    """A whole crawl into a new database: what was fetched, and the seconds it took."""
    folder.mkdir()
    begin = time.perf_counter()
    with Store.open(folder / "a.db") as store, Archive(folder / "warc") as archive:
        settings = Settings(retry_wait_s=0, attachments=False, concurrency=CONCURRENCY)
        portals = demo.sample_portals(port)
        asyncio.run(crawl(portals, store=store, archive=archive, extractor=extractor, settings=settings))
        taken = time.perf_counter() - begin
        return [page.url for _, page in archive.pages()], taken


def bare_loop(urls: list[str], folder: Path) -> float:
    """Seconds to fetch the same addresses, as many at a time, and write each body to a file."""
    folder.mkdir()
    gate = asyncio.Semaphore(CONCURRENCY)

    async def go() -> None:
        async with httpx2.AsyncClient() as client:

            async def one(number: int, url: str) -> None:
                async with gate:
                    response = await client.get(url)
                    (folder / str(number)).write_bytes(response.content)

            await asyncio.gather(*(one(number, url) for number, url in enumerate(urls)))

    begin = time.perf_counter()
    asyncio.run(go())
    return time.perf_counter() - begin


def scrapy(urls: list[str], folder: Path) -> float | None:
    """As :func:`bare_loop` with Scrapy, its start-up taken off; None when it is not installed."""
    if importlib.util.find_spec("scrapy") is None:
        return None
    folder.mkdir()
    times = []
    for chosen in ([], urls):
        (folder / "urls.txt").write_text("\n".join(chosen))
        begin = time.perf_counter()
        command = [sys.executable, "-c", SPIDER, str(folder / "urls.txt"), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return times[1] - times[0]


def main() -> None:
    """Measure and print; the best of the rounds counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    extractor = Extractor(load_ruleset())
    with tempfile.TemporaryDirectory() as name, demo.serve() as served:
        folder = Path(name)
        whole = [pipeline(served.port, folder / f"whole{n}", extractor) for n in range(rounds)]
        empty = [pipeline(served.port, folder / f"empty{n}", NoRules(extractor)) for n in range(rounds)]
        urls = whole[0][0]
        bare = min(bare_loop(urls, folder / f"bare{n}") for n in range(rounds))
        spider = scrapy(urls, folder / "scrapy")
    seconds, without = min(taken for _, taken in whole), min(taken for _, taken in empty)
    rate = len(urls) / seconds
    print(f"{len(urls)} pages, {CONCURRENCY} at a time, best of {rounds}")
    print(f"whole pipeline               {rate:7.1f} pages/s")
    print(f"  without extraction         {len(urls) / without:7.1f} pages/s")
    print(f"httpx2, fetch and save only  {len(urls) / bare:7.1f} pages/s   ratio {bare / seconds:.2f}")
    if spider is None:
        print("Scrapy is not installed, not measured")
    else:
        print(f"Scrapy, fetch and save only  {len(urls) / spider:7.1f} pages/s   ratio {spider / seconds:.2f}")


if __name__ == "__main__":
    main()

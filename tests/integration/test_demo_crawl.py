"""The whole way on the sample portals: crawl twice, and what was found beside what the articles state."""

import asyncio
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from govscrape.archive import Archive
from govscrape.dataset.query import Row, query
from govscrape.demo import SampleArticle, expected, sample_articles, sample_portals, serve
from govscrape.demo.compare import Comparison, compare
from govscrape.models.run import CrawlReport
from govscrape.pipeline import crawl
from govscrape.reading import Runs
from govscrape.settings import Settings
from govscrape.store import Store

FOUND_AT_LEAST = 0.85
OTHER_AT_MOST = 0.20


@dataclass(frozen=True)
class Crawled:
    """Two runs over the same sites and what the database says."""

    first: CrawlReport
    second: CrawlReport
    articles: dict[tuple[str, str], Row]
    indices: dict[str, list[Row]]
    issues: list[Row]

    def of(self, article: SampleArticle) -> list[Row]:
        """The index results of a sample article."""
        return self.indices.get(self.articles[article.portal, article.title]["url"], [])


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, workers: Runs) -> Crawled:
    folder = tmp_path_factory.mktemp("demo")
    db = folder / "demo.db"
    settings = Settings(db=db, archive=folder / "archive", attachments=False)
    reports = []
    with serve() as served:
        for _ in range(2):
            with Store.open(db) as store, Archive(settings.archive) as archive:
                run = crawl(
                    sample_portals(served.port),
                    store=store,
                    archive=archive,
                    workers=workers,
                    settings=settings,
                    mode="refresh",
                )
                reports.append(asyncio.run(run))
    indices: dict[str, list[Row]] = {}
    for row in query("indices", db):
        indices.setdefault(row["url"], []).append(row)
    articles = {(row["portal"], row["title"]): row for row in query("articles", db)}
    return Crawled(reports[0], reports[1], articles, indices, query("issues", db))


def test_every_article_is_stored_once_under_its_title(crawled: Crawled) -> None:
    """Doubles by ?redirect=, print copies and repeated pages must not become articles; no article may be lost."""
    assert sum(run.counts.new for run in crawled.first.portals) == len(sample_articles())
    assert set(crawled.articles) == set(expected())


def test_second_run_finds_nothing_new(crawled: Crawled) -> None:
    """Every known page is asked again: counters and clocks changed its bytes, the article is the same."""
    for run in crawled.second.portals:
        assert (run.counts.new, run.counts.changed, run.counts.failed) == (0, 0, 0)
    assert sum(run.counts.same for run in crawled.second.portals) == len(sample_articles())
    assert {row["version"] for row in crawled.articles.values()} == {1}


def test_walks_end_and_are_whole(crawled: Crawled) -> None:
    """Four ways to end a list, one of them never ending: each must be told apart from a broken walk."""
    assert [walk.listing for run in crawled.first.portals for walk in run.listings if not walk.closed] == []
    assert not crawled.second.partial


def test_the_removed_article_is_an_issue_and_no_article(crawled: Crawled) -> None:
    """A page that answers 200 and says that the article is gone."""
    gone = [row["where"] for row in crawled.issues if row["code"] == "soft_404"]
    assert len(gone) == 1
    assert gone[0].endswith("nid=88001")


def test_dates_authors_and_texts_come_from_the_article(crawled: Crawled) -> None:
    """The header's clock, the dates of other articles and the site's name stand nearer to the top."""
    for article in sample_articles():
        row = crawled.articles[article.portal, article.title]
        assert row["published_at"].startswith(f"{article.published_at:%Y-%m-%d}"), row["url"]
        assert row["author"] == article.author, row["url"]


@pytest.mark.parametrize("article", [a for a in sample_articles() if a.kind == "news"], ids=lambda a: a.slug)
def test_plain_news_gives_no_index_result(crawled: Crawled, article: SampleArticle) -> None:
    """Medals, prices, percentages and ranks of a race look like index results."""
    assert crawled.of(article) == []


def test_stated_results_are_found(crawled: Crawled) -> None:
    """The demo shows what the program can do; it must not get worse unseen."""
    total = Comparison()
    for article in sample_articles():
        total = total.plus(compare(article.indices, crawled.of(article)))
    stated = len(total.found) + len(total.missed)
    assert len(total.found) >= FOUND_AT_LEAST * stated, [record.text for record in total.missed]
    assert len(total.other) <= OTHER_AT_MOST * stated, [row["evidence"] for row in total.other]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_command_runs_twice_and_ends_by_itself(tmp_path: Path) -> None:
    """What a newcomer types first, from an empty folder, at the narrowest width."""
    port = _free_port()
    for new in (True, False):
        done = subprocess.run(
            [sys.executable, "-m", "govscrape", "demo", "--port", str(port)],
            cwd=tmp_path,
            env={"COLUMNS": "80", "PATH": "", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "PAR_INDEX" in done.stdout
        assert ("Nothing new" in done.stdout) is not new
        tables = done.stdout.split("Left alone")[0]
        assert max(map(len, tables.splitlines())) <= 80
    assert (tmp_path / "db" / "demo.db").is_file()


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    """A second demo beside a running one must say what to do."""
    with serve() as served:
        done = subprocess.run(
            [sys.executable, "-m", "govscrape", "demo", "--port", str(served.port)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {served.port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr

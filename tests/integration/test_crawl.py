"""The whole way from a portal to the database, with a site that misbehaves. Each test names the mistake it guards."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from govscrape.archive import Archive
from govscrape.cli import main
from govscrape.errors import StoreError
from govscrape.models.article import Article
from govscrape.models.portal import Listing, PageVersion, Portal
from govscrape.models.records import Extraction, Issue
from govscrape.models.run import CrawlReport, Event, ReextractReport
from govscrape.pipeline import Mode, crawl
from govscrape.reading import TRUNCATED
from govscrape.reextraction import reextract
from govscrape.settings import Settings
from govscrape.store import Store

from .conftest import Handler, InProcess, Site, page, redirect, status_then, versioned

TEXT = "Hôm nay tỉnh công bố kết quả của năm, và mọi người đều vui mừng với bài số {n}. " * 5
PER_PAGE = 3


class News:
    """A listing of articles that can be added, edited and withdrawn."""

    def __init__(self, site: Site, count: int) -> None:
        self.site = site
        self.numbers: list[int] = []
        site.answers["/news"] = self._listing
        for number in range(1, count + 1):
            self.add(number)

    def add(self, number: int, text: str | None = None) -> None:
        if number not in self.numbers:
            self.numbers.insert(0, number)
        body = "".join(f"<p>{line}</p>" for line in (text or TEXT.format(n=number)).splitlines())
        html = f"<html><body><h1>Bài {number}</h1><div class='body'>{body}</div></body></html>"
        self.site.answers[f"/bai/{number}"] = page(html)

    def path(self, number: int) -> str:
        return f"/bai/{number}"

    def _listing(self, handler: Handler) -> None:
        at = (int(handler.path.rpartition("=")[2]) - 1) * PER_PAGE
        items = "".join(f"<li><a href='/bai/{n}'>Bài {n}</a></li>" for n in self.numbers[at : at + PER_PAGE])
        handler.send(f"<html><body><ul>{items}</ul></body></html>".encode())


@pytest.fixture
def portal(site: Site) -> Portal:
    version = PageVersion(title=("h1",), body=("div.body",))
    listing = Listing(id="news", url="/news?page={page}", item="li", max_pages=20)
    return site.portal(listing).model_copy(update={"versions": (version,), "hosts": ()})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "test.db") as opened:
        yield opened


@dataclass
class Run:
    portal: Portal
    store: Store
    folder: Path
    settings: Settings

    def crawl(self, mode: Mode = "new", max_pages: int | None = None) -> CrawlReport:
        self.events: list[Event] = []
        with Archive(self.folder) as archive:
            return asyncio.run(
                crawl(
                    [self.portal],
                    store=self.store,
                    archive=archive,
                    workers=InProcess(),
                    settings=self.settings,
                    progress=self.events.append,
                    max_pages=max_pages,
                    mode=mode,
                )
            )

    def reextract(self, version: str = "test-1") -> ReextractReport:
        return reextract(
            store=self.store,
            archive=Archive(self.folder),
            workers=InProcess(version),
            portals={self.portal.id: self.portal},
            settings=self.settings,
        )

    def issues(self) -> set[tuple[str, str]]:
        return set(self.store.db.conn.execute('SELECT code, "where" FROM issues'))


@pytest.fixture
def run(portal: Portal, store: Store, tmp_path: Path, settings: Settings) -> Run:
    return Run(portal, store, tmp_path / "archive", settings)


def contents(store: Store) -> list[tuple[object, ...]]:
    sql = "SELECT url, portal, province, version, title, body FROM current_articles ORDER BY url"
    return [tuple(row) for row in store.db.conn.execute(sql)]


def test_a_second_run_asks_one_page_and_changes_nothing(site: Site, run: Run) -> None:
    """The daily run of years: no article twice, no article again."""
    News(site, 8)
    first = run.crawl().portals[0]
    assert (first.counts.new, first.counts.failed, first.reason) == (8, 0, None)
    assert (first.listings[0].closed, first.listings[0].reason) == (True, "end")
    before, asked = contents(run.store), site.asked.total()
    second = run.crawl().portals[0]
    assert (second.counts.new, second.counts.same, second.listings[0].reason) == (0, 0, "overlap")
    assert contents(run.store) == before
    assert site.asked.total() - asked == 2  # robots.txt and one page


def test_new_articles_are_found_and_stored_oldest_first(site: Site, run: Run) -> None:
    """So that a run that is killed leaves no hole below what it stored."""
    news = News(site, 4)
    run.crawl()
    for number in (5, 6):
        news.add(number)
    assert run.crawl().portals[0].counts.new == 2
    done = [event.url for event in run.events if event.stage == "article"]
    assert done == [site.base + news.path(5), site.base + news.path(6)]


def test_one_bad_article_is_an_issue_and_asked_again_next_time(site: Site, run: Run) -> None:
    """The run goes on, says partial, and does not forget, though the listing is all known by then."""
    news = News(site, 8)
    good = site.answers[news.path(2)]
    site.answers[news.path(2)] = status_then(503, 99, "")
    report = run.crawl()
    assert report.partial
    assert (report.portals[0].counts.new, report.portals[0].counts.failed) == (7, 1)
    assert ("fetch_failed", site.base + news.path(2)) in run.issues()
    site.answers[news.path(2)] = good
    report = run.crawl()
    assert (report.partial, report.portals[0].counts.new) == (False, 1)


def test_a_portal_that_stops_answering_is_left_alone(site: Site, run: Run) -> None:
    """Hundreds of requests to a server that is down help nobody; the rest is asked next time."""
    news = News(site, 12)
    good = dict(site.answers)
    for number in range(1, 13):
        site.answers[news.path(number)] = status_then(500, 99, "")
    report = run.crawl().portals[0]
    assert report.reason
    assert "stopped after 5 failures" in report.reason
    assert sum(path.startswith("/bai") for path in site.asked) == 5
    site.answers.update(good)
    assert run.crawl().portals[0].counts.new == 12


@pytest.mark.slow
def test_a_killed_run_is_finished_by_the_next(site: Site, run: Run, tmp_path: Path) -> None:
    """A kill -9 in the middle: nothing stored is lost, nothing doubled, and the database ends up as without it."""
    News(site, 30)
    program = tmp_path / "once.py"
    program.write_text(
        "import asyncio, sys, pathlib\n"
        "from govscrape.archive import Archive\n"
        "from govscrape.models.portal import Portal\n"
        "from govscrape.models.records import Extraction\n"
        "from govscrape.pipeline import crawl\n"
        "from govscrape.settings import Settings\n"
        "from govscrape.store import Store\n"
        "class Reader:\n"
        "    async def ready(self): return 'test-1'\n"
        "    async def run(self, function, *arguments, **limits): return function(self, *arguments)\n"
        "    def extract(self, article): return Extraction(article=article)\n"
        "portal = Portal.model_validate_json(sys.argv[1])\n"
        "with Store.open(sys.argv[2]) as store, Archive(pathlib.Path(sys.argv[3])) as archive:\n"
        "    asyncio.run(crawl([portal], store=store, archive=archive, workers=Reader(),"
        " settings=Settings(contact='test@example.org')))\n"
    )
    slow = run.portal.model_copy(update={"limits": run.portal.limits.model_copy(update={"delay_s": 0.02})})
    arguments = [slow.model_dump_json(), str(run.store.path), str(run.folder)]
    for kept in (2, 12):
        with subprocess.Popen([sys.executable, program, *arguments], stderr=subprocess.PIPE) as process:
            while process.poll() is None and len(contents(run.store)) < kept:
                time.sleep(0.01)
            process.kill()
    half = len(contents(run.store))
    assert 0 < half < 30
    report = run.crawl().portals[0]
    assert (report.counts.new, report.reason) == (30 - half, None)
    with Store.open(tmp_path / "whole.db") as whole:
        Run(run.portal, whole, tmp_path / "other", run.settings).crawl()
        assert contents(run.store) == contents(whole)
    assert Archive(run.folder).verify() == ()
    assert run.reextract().counts.same == 30


def test_an_edited_article_gets_a_version_and_a_withdrawn_one_a_mark(site: Site, run: Run) -> None:
    """What a portal once published stays known."""
    news = News(site, 4)
    run.crawl()
    news.add(2, "Bài này đã được sửa lại hoàn toàn với nội dung mới. " * 8)
    del site.answers[news.path(3)]
    counts = run.crawl("refresh").portals[0].counts
    assert (counts.changed, counts.same, counts.gone) == (1, 2, 1)
    rows = dict(run.store.db.conn.execute("SELECT url, version FROM current_articles WHERE version > 1"))
    assert rows == {site.base + news.path(2): 2}
    sql = "SELECT url FROM articles WHERE withdrawn_at IS NOT NULL"
    assert run.store.db.conn.execute(sql).fetchall() == [(site.base + news.path(3),)]


def test_a_portal_that_knows_its_versions_sends_nothing_twice(site: Site, run: Run) -> None:
    """Looking for edits should cost the portal as little as it allows."""
    news = News(site, 2)
    for number in news.numbers:
        text = TEXT.format(n=number)
        html = f"<html><body><h1>Bài {number}</h1><div class='body'><p>{text}</p></div></body></html>"
        site.answers[news.path(number)] = versioned(html, f'"{number}"')
    run.crawl()
    assert run.crawl("refresh").portals[0].counts.same == 2
    kept = [page.status for _, page in Archive(run.folder).pages() if "/bai/" in page.url]
    assert kept == [200, 200]
    assert site.asked[news.path(1)] == 2


def kinds(run: Run) -> Counter[tuple[str, str]]:
    """How many records of each type the archive holds for each path."""
    found: Counter[tuple[str, str]] = Counter()
    for path in run.folder.glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                found[record.rec_type, urlsplit(record.rec_headers.get_header("WARC-Target-URI") or "").path] += 1
    return found


@pytest.mark.parametrize("knows_versions", [True, False], ids=["status 304", "the same body again"])
def test_what_has_not_changed_is_archived_as_a_visit_only(site: Site, run: Run, knows_versions: bool) -> None:
    """Years of looking for edits must not keep the same page a thousand times."""
    news = News(site, 1)
    if knows_versions:
        html = f"<html><body><h1>Bài 1</h1><div class='body'><p>{TEXT.format(n=1)}</p></div></body></html>"
        site.answers[news.path(1)] = versioned(html, '"1"')
    run.crawl()
    for _ in range(2):
        assert run.crawl("refresh").portals[0].counts.same == 1
    found = kinds(run)
    assert (found["response", news.path(1)], found["revisit", news.path(1)]) == (1, 2)
    assert run.reextract().counts.same == 1
    assert Archive(run.folder).verify() == ()


def test_all_that_was_met_is_archived(site: Site, run: Run) -> None:
    """What robots.txt said on the day, and where a link led, is asked for when a crawl is questioned years later."""
    news = News(site, 1)
    site.answers["/moved/1"] = site.answers[news.path(1)]
    site.answers[news.path(1)] = redirect("/moved/1")
    run.crawl()
    statuses = {(urlsplit(page.final_url).path, page.status) for _, page in Archive(run.folder).pages()}
    assert {(news.path(1), 302), ("/moved/1", 200), ("/robots.txt", 404)} <= statuses


def test_reading_the_archive_again_touches_neither_network_nor_database(site: Site, run: Run) -> None:
    """Same bytes and same rules give the same records; another ruleset without another record changes nothing."""
    News(site, 5)
    run.crawl()
    asked, before = site.asked.total(), list(run.store.db.conn.iterdump())
    report = run.reextract("test-2")
    assert (report.counts.same, report.counts.changed, report.partial) == (5, 0, False)
    assert list(run.store.db.conn.iterdump()) == before
    assert site.asked.total() == asked


def test_an_article_behind_a_redirect_is_known_by_its_link(site: Site, run: Run) -> None:
    """Else every run would fetch it again and no page of the listing would ever be all known."""
    news = News(site, 3)
    site.answers["/moved/2"] = site.answers[news.path(2)]
    site.answers[news.path(2)] = redirect("/moved/2")
    run.crawl()
    again = run.crawl().portals[0]
    assert (again.counts.asked, again.listings[0].reason) == (0, "overlap")
    before = list(run.store.db.conn.iterdump())
    assert run.reextract().counts.same == 3
    assert list(run.store.db.conn.iterdump()) == before


def test_a_mended_selector_reads_what_was_archived(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that gave no article are in the archive; mending the rule must not need the network."""
    News(site, 3)

    def crash(_: InProcess, article: Article) -> Extraction:
        raise ValueError(article.title)

    with monkeypatch.context() as broken:
        broken.setattr(InProcess, "extract", crash)
        assert run.crawl().portals[0].counts.failed == 3
    asked = site.asked.total()
    report = run.reextract()
    assert (report.counts.new, report.partial, site.asked.total()) == (3, False, asked)


def test_a_text_read_only_in_part_makes_the_run_partial(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article of which the second half was never read for records counted as seen whole."""

    def first_part(_: InProcess, article: Article) -> Extraction:
        issue = Issue(code=TRUNCATED, message="the first 9 of 99 characters", where=article.url)
        return Extraction(article=article, issues=(issue,))

    News(site, 3)
    monkeypatch.setattr(InProcess, "extract", first_part)
    (report,) = run.crawl().portals
    assert report.reason == "3 texts read only in the first part (text_truncated)"
    again = run.reextract()
    assert (again.partial, [fault.code for fault in again.faults]) == (True, [TRUNCATED] * 3)
    monkeypatch.undo()
    assert not run.reextract().partial


def test_a_lost_archive_file_is_a_fault_and_not_the_end(site: Site, run: Run) -> None:
    """What is stored stays, and the report names every page that could not be read."""
    News(site, 3)
    run.crawl()
    for path in run.folder.glob("*.warc.gz"):
        path.unlink()
    report = run.reextract()
    assert (report.counts.failed, report.partial, len(report.faults)) == (3, True, 3)
    assert len(contents(run.store)) == 3


def test_a_page_that_breaks_the_parser_is_an_issue(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody thought of costs one article, not the run."""
    News(site, 3)
    extract = InProcess.extract

    def crash(self: InProcess, article: Article) -> Extraction:
        if article.title == "Bài 2":
            raise RecursionError("too deep")
        return extract(self, article)

    monkeypatch.setattr(InProcess, "extract", crash)
    counts = run.crawl().portals[0].counts
    assert (counts.new, counts.failed) == (2, 1)
    assert ("not_read", f"{site.base}/bai/2") in run.issues()


@pytest.mark.parametrize(("gone", "partial"), [(1, False), (5, True)], ids=["a dead link", "most links dead"])
def test_dead_links_are_the_portals_until_most_are_dead(site: Site, run: Run, gone: int, partial: bool) -> None:
    """One article that a listing still names is nothing; all of them mean that the addresses changed."""
    news = News(site, 6)
    for number in range(1, gone + 1):
        del site.answers[news.path(number)]
    report = run.crawl()
    assert (report.portals[0].counts.gone, report.partial) == (gone, partial)
    assert ("not_found", site.base + news.path(1)) in run.issues()


@pytest.mark.parametrize("body", ["<html>not a feed", "{}"])
def test_a_feed_that_is_none_is_partial_and_named(site: Site, run: Run, body: str) -> None:
    """The other listings go on; the reason names the URL."""
    News(site, 2)
    site.answers["/rss"] = page(body)
    feed = Listing(id="feed", url="/rss", kind="rss")
    run.portal = run.portal.model_copy(update={"listings": (feed, *run.portal.listings)})
    report = run.crawl().portals[0]
    assert report.counts.new == 2
    assert report.listings[0].reason == "not_read"
    assert f"{site.base}/rss" in (report.reason or "")


def test_a_parser_that_breaks_on_a_listing_is_told(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of ours is a partial run, not the end of all portals."""
    News(site, 2)

    def crash(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("govscrape.reading.parse_listing", crash)
    assert "RecursionError" in (run.crawl().portals[0].reason or "")


def test_a_database_that_fails_ends_the_run(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Going on would lose every article; the run stays marked as unfinished."""
    News(site, 3)

    def full(*_: object, **__: object) -> None:
        raise StoreError("test.db: database or disk is full")

    monkeypatch.setattr(Store, "save", full)
    with pytest.raises(StoreError, match="full"):
        run.crawl()
    assert run.store.db.conn.execute("SELECT status FROM runs").fetchall() == [("running",)]


def test_an_empty_listing_is_partial(site: Site, run: Run) -> None:
    """A redesign that hides every link must not look like a quiet day."""
    News(site, 0)
    report = run.crawl()
    assert report.partial
    assert ("listing_open", "faults/news") in run.issues()


def test_a_hole_is_told_and_walked_next_time(site: Site, run: Run) -> None:
    """More news since the last run than the page limit: partial, and the next walk goes past the first overlap."""
    news = News(site, 3)
    run.crawl()
    for number in range(4, 14):
        news.add(number)
    report = run.crawl(max_pages=2)
    assert (report.partial, report.portals[0].counts.new) == (True, 6)
    report = run.crawl()
    assert (report.partial, report.portals[0].counts.new) == (False, 4)


@pytest.fixture
def command(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options of a crawl of the site of faults, its portal described in a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVSCRAPE_RETRY_WAIT_S", "0")
    folder = tmp_path / "portals"
    folder.mkdir()
    (folder / "faults.yaml").write_text(
        f"id: faults\nname: Faults\nprovince: Test\nbase_url: {site.base}\nallow_loopback: true\n"
        "listings:\n  - id: news\n    url: /news?page={page}\n    item: li\n"
        "versions:\n  - title: [h1]\n    body: [div.body]\nlimits:\n  delay_s: 0\n"
    )
    return ["--portals", str(folder), "--db", "a.db", "--archive", "warc"]


def test_the_command_crawls_and_tells_partial_by_its_exit_code(
    site: Site, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A schedule looks at the exit code and a person at the reason."""
    news = News(site, 4)
    assert main.run(["crawl", *command, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["portal"], row["new"], row["state"]) for row in rows] == [("faults", 4, "complete")]
    assert [(walk["listing"], walk["reason"]) for walk in rows[0]["listings"]] == [("news", "end")]
    news.add(5)
    site.answers[news.path(5)] = status_then(500, 99, "")
    assert main.run(["crawl", "faults", *command]) == 3
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "partial: faults: 1 article failed",
        "`govscrape issues --portal faults` names what is missing",
    ]
    assert "partial" in printed.out
    assert main.run(["reextract", *command]) == 0
    assert capsys.readouterr().out == "4 same, 0 changed, 0 new, 0 failed\n"


def test_a_crawl_that_had_no_time_is_partial(
    site: Site, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its bound hides articles like any other halt; the next crawl has them."""
    News(site, 4)
    assert main.run(["crawl", *command, "--max-time", "0.001s"]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "partial: faults: halted: --max-time is over, not begun",
        "what was halted is gone on with by the next crawl",
    ]
    assert main.run(["crawl", *command, "--max-time", "2h"]) == 0


def test_the_command_names_what_is_near_an_unknown_portal(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A typing error must not end in a traceback, nor in a crawl of nothing that looks like success."""
    assert main.run(["crawl", "fault", *command]) == 1
    assert capsys.readouterr().err == "error: no portal 'fault'; did you mean faults?\n"


def test_reextract_without_a_database_makes_none(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A wrong path must not look like an empty success."""
    assert main.run(["reextract", *command]) == 1
    assert "a.db" in capsys.readouterr().err
    assert not (tmp_path / "a.db").exists()

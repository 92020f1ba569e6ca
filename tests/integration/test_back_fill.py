"""Filling a range of days: what is fetched, what is left alone, and that a range is called whole only when it is."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from govscrape import demo
from govscrape.archive import Archive
from govscrape.back_fill import back_fill
from govscrape.cli import main
from govscrape.models.back_fill import BackFill
from govscrape.models.portal import DateField, DaysAsked, Listing, PageVersion, Portal, Told
from govscrape.models.run import PortalReport
from govscrape.pipeline import crawl
from govscrape.settings import Settings
from govscrape.store import Store
from govscrape.store.pending import GIVEN_UP
from govscrape.visiting import never

from .conftest import Answer, Handler, InProcess, Site, page, status_then

FIRST = date(2020, 1, 1)
PER_PAGE = 5
TEXT = "Hôm nay tỉnh công bố kết quả của năm, và mọi người đều vui mừng với bài số {n}. " * 5
DATE = DateField(css="time", formats=("dd/MM/yyyy",))
LISTING = Listing(id="news", url="/news?page={page}", item="li", date=DATE)
PATIENCE_S = 60


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number)


class News:
    """An article a day since the first of 2020, listed from new to old."""

    def __init__(self, site: Site, count: int) -> None:
        self.numbers = list(range(count, 0, -1))
        self.site = site
        self.dated = True
        self.clock: date | None = None
        self.total: int | None = None
        site.answers["/news"] = self.listing
        for number in self.numbers:
            site.answers[self.path(number)] = self.article(number)

    def path(self, number: int) -> str:
        return f"/bai/{number}"

    def article(self, number: int) -> Answer:
        day = f"{day_of(number):%d/%m/%Y}"
        body = f"<h1>Bài {number}</h1><time>{day}</time><div class='body'><p>{TEXT.format(n=number)}</p></div>"
        return page(f"<html><body>{body}</body></html>")

    def listing(self, handler: Handler) -> None:
        at = (int(handler.path.rpartition("=")[2]) - 1) * PER_PAGE
        shown = self.numbers[at : at + PER_PAGE]
        day = "<time>{:%d/%m/%Y}</time>" if self.dated else ""
        items = "".join(
            f"<li><a href='{self.path(n)}'>Bài {n}</a>{day.format(self.clock or day_of(n))}</li>" for n in shown
        )
        total = f"<p class='total'>Tổng số: {self.total} bản ghi</p>" if self.total is not None else ""
        handler.send(f"<html><body>{total}<ul>{items}</ul></body></html>".encode())

    def asked(self) -> list[int]:
        """The articles that were asked for, each time."""
        paths = [path for path in self.site.asked if path.startswith("/bai/")]
        return sorted(int(path.rpartition("/")[2]) for path in paths for _ in range(self.site.asked[path]))


@dataclass
class Filling:
    portal: Portal
    store: Store
    folder: Path
    settings: Settings

    def fill(
        self,
        since: int,
        until: int | None,
        *,
        max_pages: int | None = None,
        halt: Callable[[Portal], str | None] = never,
    ) -> PortalReport[BackFill]:
        with Archive(self.folder) as archive:
            return asyncio.run(
                back_fill(
                    [self.portal],
                    since=day_of(since),
                    until=None if until is None else day_of(until),
                    store=self.store,
                    archive=archive,
                    workers=InProcess(),
                    settings=self.settings,
                    max_pages=max_pages,
                    halt=halt,
                )
            ).portals[0]

    def crawl(self) -> str | None:
        with Archive(self.folder) as archive:
            report = asyncio.run(
                crawl(
                    [self.portal],
                    store=self.store,
                    archive=archive,
                    workers=InProcess(),
                    settings=self.settings,
                )
            )
        return report.portals[0].reason

    def stored(self) -> list[int]:
        rows = self.store.db.conn.execute("SELECT url FROM articles")
        return sorted(int(url.rpartition("/")[2]) for (url,) in rows)


@pytest.fixture
def filling(site: Site, tmp_path: Path, settings: Settings) -> Iterator[Filling]:
    version = PageVersion(title=("h1",), body=("div.body",), date=DATE)
    portal = site.portal(LISTING).model_copy(update={"versions": (version,)})
    with Store.open(tmp_path / "test.db") as store:
        yield Filling(portal, store, tmp_path / "archive", settings)


def only(report: PortalReport[BackFill]) -> BackFill:
    (walk,) = report.listings
    return walk


def test_only_the_range_is_fetched(site: Site, filling: Filling) -> None:
    """Years of other articles are not asked for, and the walk ends soon after the range."""
    news = News(site, 60)
    report = filling.fill(30, 39)
    assert (report.reason, filling.stored(), news.asked()) == (None, list(range(30, 40)), list(range(30, 40)))
    walk = only(report)
    assert (walk.closed, walk.reason, walk.ordered, walk.wanted) == (True, "older", True, 10)
    assert max(int(path.rpartition("=")[2]) for path in site.asked if path.startswith("/news")) == 9


def test_a_bounded_run_is_gone_on_with(site: Site, filling: Filling) -> None:
    """Page by page, while news come in and old ones go: each article asked once, and whole only at the end."""
    news = News(site, 60)
    reasons = []
    for came in range(61, 75):
        report = filling.fill(20, 29, max_pages=2)
        reasons.append(report.reason)
        if report.reason is None:
            break
        news.numbers.insert(0, came)
        news.numbers.remove(came - 50)
    assert reasons[-1] is None
    assert len(reasons) > 4
    assert reasons[0] == "news: as many pages as were allowed (2 pages, back to 2020-02-21)"
    assert news.asked() == filling.stored()
    assert set(range(20, 30)) - set(filling.stored()) <= set(range(11, 11 + len(reasons)))


def test_a_finished_range_asks_no_article_again(site: Site, filling: Filling) -> None:
    """The same command from a timer must not cost the portal its articles once more."""
    news = News(site, 20)
    filling.fill(10, 15)
    assert filling.fill(10, 15).reason is None
    assert news.asked() == list(range(10, 16))
    assert filling.store.db.conn.execute("SELECT count(*) FROM back_fills").fetchone() == (1,)
    assert filling.store.db.conn.execute("SELECT count(*) FROM back_fill_items").fetchone() == (0,)


def test_without_a_last_day_the_day_of_the_begin_counts(site: Site, filling: Filling) -> None:
    """Else the range would be another one every day, and begun anew. In Vietnam a day begins at 17:00 of UTC."""
    News(site, 30)
    filling.fill(10, None, max_pages=1)
    filling.store.db.conn.execute("UPDATE back_fills SET until = '2020-01-28', started_at = '2020-01-27T18:00:00.000Z'")
    report = filling.fill(10, None)
    assert (report.reason, only(report).span.until) == (None, date(2020, 1, 28))


def test_without_a_last_day_no_range_with_one_is_taken_up(site: Site, filling: Filling) -> None:
    """Its end would be called today, and all that came out since never fetched."""
    News(site, 30)
    assert filling.fill(10, 15, max_pages=1).partial
    report = filling.fill(10, None)
    assert only(report).span.until > day_of(30)
    assert (report.reason, filling.stored()) == (None, list(range(10, 31)))
    assert only(filling.fill(10, 15)).span.until == day_of(15)


def test_an_article_that_fails_leaves_the_range_open_until_it_is_had(site: Site, filling: Filling) -> None:
    """A closed walk is not a whole range."""
    news = News(site, 20)
    site.answers[news.path(12)] = status_then(503, 99, "")
    report = filling.fill(10, 15)
    assert report.reason == "news: 1 article of the range could not be had; 1 article failed"
    assert only(report).closed
    walked = sum(path.startswith("/news") for path in site.asked)
    site.answers[news.path(12)] = news.article(12)
    assert filling.fill(10, 15).reason is None
    assert 12 in filling.stored()
    assert sum(path.startswith("/news") for path in site.asked) == walked, "the list was not walked again"


def test_an_article_that_is_given_up_leaves_the_range_open(site: Site, filling: Filling) -> None:
    """It is asked for no more, but nobody may take the range for whole."""
    news = News(site, 20)
    site.answers[news.path(12)] = page("<html><body></body></html>")
    for _ in range(GIVEN_UP):
        filling.fill(10, 15)
    asked = news.asked()
    report = filling.fill(10, 15)
    assert news.asked() == asked
    assert (only(report).missing, only(report).complete) == (1, False)
    assert report.reason == "news: 1 article of the range could not be had"


def test_a_dead_link_leaves_nothing_open(site: Site, filling: Filling) -> None:
    """What the portal itself took away cannot be had."""
    news = News(site, 20)
    del site.answers[news.path(12)]
    assert filling.fill(10, 15).reason is None


def test_a_list_without_dates_is_judged_by_its_articles(site: Site, filling: Filling) -> None:
    """Its articles are asked for, since nothing else tells their day, until they are older."""
    news = News(site, 40)
    news.dated = False
    report = filling.fill(25, 29)
    assert report.reason is None
    assert (only(report).reason, only(report).undated) == ("older", 0)
    assert filling.stored() == list(range(11, 41))


def test_a_list_whose_days_are_not_its_articles_is_not_believed(site: Site, filling: Filling) -> None:
    """A selector that finds the clock of the page would call every range empty, and whole."""
    news = News(site, 40)
    assert filling.crawl() is None
    news.clock = date(2026, 1, 1)
    reason = filling.fill(10, 20).reason or ""
    assert reason.startswith(
        "news: faults/news: the days of the list are not those of its articles in 5 of 5 cases ("
        f"{site.base}/bai/40 is of 2020-02-10, listed for 2026-01-01): mend its date ("
    )
    news.clock = None
    assert filling.fill(10, 20).reason is None


def test_a_list_from_old_to_new_is_walked_to_its_end(site: Site, filling: Filling) -> None:
    """Its first page lies before every range."""
    news = News(site, 40)
    news.numbers.reverse()
    report = filling.fill(30, 34)
    assert (report.reason, only(report).reason, only(report).ordered) == (None, "end", False)
    assert filling.stored() == list(range(30, 35))


def test_pinned_articles_do_not_end_a_walk(site: Site, filling: Filling) -> None:
    """A first page of nothing but what is kept on top for years."""
    news = News(site, 40)
    news.numbers = [*range(1, 6), *range(40, 5, -1)]
    assert filling.fill(20, 24).reason is None
    assert filling.stored() == list(range(20, 25))


def test_a_walk_that_ended_with_a_hole_is_walked_anew(site: Site, filling: Filling) -> None:
    """Going on at its end would never fill it."""
    news = News(site, 40)
    hidden = news.numbers[10:15]

    def with_a_hole(handler: Handler) -> None:
        if handler.path.endswith("page=3"):
            handler.send(b"<html><body><ul></ul></body></html>")
        else:
            news.listing(handler)

    site.answers["/news"] = with_a_hole
    report = filling.fill(20, 34)
    assert (report.reason or "").startswith("news: 1 pages stayed empty, the first http")
    assert set(hidden) - set(filling.stored()) == set(hidden)
    site.answers["/news"] = news.listing
    assert filling.fill(20, 34).reason is None
    assert filling.stored() == list(range(20, 35))
    assert news.asked() == list(range(20, 35))


def test_a_page_that_is_gone_where_the_last_run_ended_is_no_end(site: Site, filling: Filling) -> None:
    """The list grew shorter meanwhile, and what was below that page stands above it now."""
    news = News(site, 40)
    filling.fill(1, 9, max_pages=4)
    news.numbers = news.numbers[30:]

    def with_an_end(handler: Handler) -> None:
        if int(handler.path.rpartition("=")[2]) > 2:
            handler.send(b"<h1>404</h1>", 404)
        else:
            news.listing(handler)

    site.answers["/news"] = with_an_end
    assert filling.fill(1, 9).reason is None
    assert filling.stored() == list(range(1, 10))


@pytest.mark.parametrize("told", [40, 44], ids=["as told", "less than told"])
def test_the_lists_own_total_is_held_against_what_it_shows(site: Site, filling: Filling, told: int) -> None:
    """A list that ends before its time hides articles."""
    news = News(site, 40)
    news.total = told
    listing = LISTING.model_copy(update={"total": Told(css=".total", pattern=r"Tổng số: ([\d.]+)")})
    filling.portal = filling.portal.model_copy(update={"listings": (listing,)})
    report = filling.fill(-5, 3)
    assert report.reason == (
        None if told == 40 else f"news: 40 items listed, {told} told (8 pages, back to 2020-01-02)"
    )
    assert only(report).expected == told


def test_a_feed_closes_a_range_only_when_it_reaches_back(site: Site, filling: Filling) -> None:
    """It shows its newest articles and nothing of what fell out."""
    News(site, 40)
    entries = "".join(
        f"<item><link>{site.base}/bai/{n}</link><pubDate>{day_of(n):%a, %d %b %Y} 08:00:00 +0700</pubDate></item>"
        for n in range(40, 20, -1)
    )
    site.answers["/rss"] = page(f"<rss><channel>{entries}</channel></rss>")
    feed = Listing(id="feed", url="/rss", kind="rss")
    filling.portal = filling.portal.model_copy(update={"listings": (feed,)})
    assert filling.fill(30, 34).reason is None
    assert filling.stored() == list(range(30, 35))
    assert (filling.fill(15, 34).reason or "").startswith(
        "feed: all that the feed shows; what came out before needs a listing"
    )


def test_a_sitemaps_date_is_that_of_a_change(site: Site, filling: Filling) -> None:
    """An old article that was mended today is old; one not touched since cannot be newer."""
    News(site, 30)
    dates = {n: day_of(n) if n < 20 else date(2026, 1, 1) for n in range(1, 31)}
    entries = "".join(f"<url><loc>{site.base}/bai/{n}</loc><lastmod>{dates[n]}</lastmod></url>" for n in dates)
    site.answers["/sitemap.xml"] = page(f"<urlset>{entries}</urlset>")
    filling.portal = filling.portal.model_copy(
        update={"listings": (Listing(id="map", url="/sitemap.xml", kind="rss"),)}
    )
    report = filling.fill(22, 23)
    assert (report.reason, only(report).reason, only(report).wanted) == (None, "end", 2)
    assert filling.stored() == list(range(20, 31)), "those mended later must be asked for their day"


def test_a_list_that_can_be_asked_for_days_is(site: Site, filling: Filling) -> None:
    """Four years of pages are not walked to reach the fifth."""
    news = News(site, 60)

    def filtered(handler: Handler) -> None:
        assert "tu=10/01/2020&den=14/01/2020" in handler.path
        kept, news.numbers = news.numbers, [n for n in news.numbers if 9 <= n <= 13]
        news.listing(handler)
        news.numbers = kept

    site.answers["/loc"] = filtered
    days = DaysAsked(url="/loc?tu={since}&den={until}&page={page}", day="dd/MM/yyyy")
    filling.portal = filling.portal.model_copy(update={"listings": (LISTING.model_copy(update={"days": days}),)})
    report = filling.fill(9, 13)
    assert (report.reason, only(report).reason, filling.stored()) == (None, "end", list(range(9, 14)))


@pytest.mark.parametrize("shown", [[], [10]], ids=["none", "one"])
@pytest.mark.parametrize("hidden", [0, 1])
def test_a_list_asked_for_quiet_days_is_whole_when_it_says_so(
    site: Site, filling: Filling, shown: list[int], hidden: int
) -> None:
    """Days without articles, or with few, are no broken selector; what the list tells of and hides is."""
    news = News(site, 60)
    news.numbers, news.total = shown, len(shown) + hidden
    days = DaysAsked(url="/news?tu={since}&den={until}&page={page}")
    listing = LISTING.model_copy(update={"days": days, "total": Told(css=".total")})
    expect = filling.portal.expect.model_copy(update={"links_per_listing": 3})
    filling.portal = filling.portal.model_copy(update={"listings": (listing,), "expect": expect})
    report = filling.fill(9, 13)
    assert (report.partial, only(report).complete) == (bool(hidden), not hidden)
    assert (only(report).expected, filling.stored()) == (len(shown) + hidden, shown)


def test_an_empty_list_that_shows_all_days_is_not_whole(site: Site, filling: Filling) -> None:
    """A portal has articles: where its whole list says none, the list is broken."""
    news = News(site, 20)
    news.numbers, news.total = [], 0
    listing = LISTING.model_copy(update={"total": Told(css=".total")})
    filling.portal = filling.portal.model_copy(update={"listings": (listing,)})
    report = filling.fill(9, 13)
    assert (report.partial, only(report).reason) == (True, "empty")


def test_quiet_hours_and_other_halts_leave_the_page_for_the_next_run(site: Site, filling: Filling) -> None:
    """A page whose articles were not all asked for is no page that was walked."""
    news = News(site, 20)
    report = filling.fill(5, 18, halt=lambda _: "quiet hours" if len(news.asked()) >= 2 else None)
    assert report.reason == "news: quiet hours (0 pages)"
    assert only(report).reason == "halted"
    assert filling.fill(5, 18).reason is None
    assert news.asked() == list(range(5, 19))


def test_what_a_back_fill_stored_does_not_end_the_daily_walk(site: Site, filling: Filling) -> None:
    """An island of known articles above a gap: a walk that stopped there would call the gap complete."""
    news = News(site, 10)
    assert filling.crawl() is None
    for number in range(11, 41):
        news.numbers.insert(0, number)
        site.answers[news.path(number)] = news.article(number)
    assert filling.fill(28, 36).reason is None
    assert filling.crawl() is None
    assert filling.stored() == list(range(1, 41))


def test_a_crawl_goes_on_until_the_growth_a_list_tells_of_was_seen(site: Site, filling: Filling) -> None:
    """An article put in among the old ones, below a page of known ones, is missed by a walk that stops there."""
    news = News(site, 30)
    news.total = 30
    listing = LISTING.model_copy(update={"total": Told(css=".total")})
    filling.portal = filling.portal.model_copy(update={"listings": (listing,)})
    assert filling.crawl() is None
    site.answers[news.path(99)] = news.article(99)
    news.numbers.insert(17, 99)
    news.total = 31
    assert filling.crawl() is None
    assert 99 in filling.stored()
    news.total = 33
    assert filling.crawl() == "news: 31 items listed, 33 told"


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_a_year_of_the_sample_portals(year: int, tmp_path: Path, settings: Settings) -> None:
    """Four CMS families, lists as HTML, JSON and a feed: the articles of the year, and no other is even asked for."""
    with (
        demo.serve() as served,
        Store.open(tmp_path / "a.db") as store,
        Archive(tmp_path / "w") as archive,
    ):
        filled = asyncio.run(
            back_fill(
                demo.sample_portals(served.port),
                since=date(year, 1, 1),
                until=date(year, 12, 31),
                store=store,
                archive=archive,
                workers=InProcess(),
                settings=settings.model_copy(update={"attachments": False}),
            )
        )
        found = store.db.conn.execute("SELECT title FROM articles ORDER BY title").fetchall()
    assert [report.reason for report in filled.portals] == [None] * 4
    wanted = [article.title for article in demo.sample_articles() if article.published_at.year == year]
    assert [title for (title,) in found] == sorted(wanted)
    # One link of a list is dead.
    assert sum(report.counts.asked - report.counts.gone for report in filled.portals) == len(wanted)


# Real processes.


def command(site: Site, folder: Path, *options: str) -> list[str]:
    (folder / "p").mkdir(exist_ok=True)
    (folder / "p" / "faults.yaml").write_text(
        f"id: faults\nname: Faults\nprovince: Test\nbase_url: {site.base}\nallow_loopback: true\nlistings:\n"
        "  - {id: news, url: '/news?page={page}', item: li, date: {css: time, formats: [dd/MM/yyyy]}}\n"
        "versions:\n  - {title: [h1], body: [div.body], date: {css: time, formats: [dd/MM/yyyy]}}\n"
        "limits:\n  delay_s: 0.02\n"
    )
    paths = ["--portals", f"{folder}/p", "--db", f"{folder}/a.db", "--archive", f"{folder}/w"]
    return [sys.executable, "-m", "govscrape", "crawl", *paths, *options]


def stored(db: Path) -> set[int]:
    if not db.exists():
        return set()
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        try:
            return {int(url.rpartition("/")[2]) for (url,) in connection.execute("SELECT url FROM articles")}
        except sqlite3.OperationalError:
            return set()


@pytest.mark.slow
def test_a_killed_back_fill_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    """Again and again, while the list grows: nothing lost, nothing asked for twice but what was under way."""
    news = News(site, 120)
    ask = command(site, tmp_path, "--since", f"{day_of(20)}", "--until", f"{day_of(99)}")
    for kept in (5, 30, 55):
        with subprocess.Popen(ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            end = time.monotonic() + PATIENCE_S
            while process.poll() is None and len(stored(tmp_path / "a.db")) < kept:
                assert time.monotonic() < end
                time.sleep(0.01)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        news.numbers = [*range(max(news.numbers) + 7, max(news.numbers), -1), *news.numbers]
    done = subprocess.run(ask, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    assert stored(tmp_path / "a.db") == set(range(20, 100))
    assert len(news.asked()) <= 80 + 3, "at each kill one answer may be lost"
    assert Archive(tmp_path / "w").verify() == ()


@pytest.mark.slow
def test_a_stopped_crawl_says_so_and_the_command_goes_on(site: Site, tmp_path: Path) -> None:
    """SIGTERM: the article at hand is finished, exit code 3; the bound on time does the same."""
    news = News(site, 120)
    ask = command(site, tmp_path, "--since", f"{day_of(20)}", "--until", f"{day_of(99)}")
    with subprocess.Popen(ask, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + PATIENCE_S
        while len(stored(tmp_path / "a.db")) < 5:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.terminate()
        _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3, told
    assert "partial: faults: news: asked to stop (" in told
    assert "the same command goes on from there" in told
    half = len(news.asked())
    done = subprocess.run([*ask, "-f", "json"], capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    assert [row["state"] for row in json.loads(done.stdout)] == ["complete"]
    assert (half < 80, news.asked()) == (True, list(range(20, 100)))


def test_a_range_that_failed_is_told_of_until_it_is_whole(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks the next morning: status, issues and metrics tell of it, until it is whole or let go."""
    monkeypatch.setenv("GOVSCRAPE_METRICS", str(metrics := tmp_path / "g.prom"))
    news = News(site, 12)
    days = ("--since", f"{day_of(2)}", "--until", f"{day_of(9)}")
    span, db = f"{day_of(2)} to {day_of(9)}", f"{tmp_path}/a.db"

    def told(*verb: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run([*verb, "--db", db])
        return code, capsys.readouterr().out

    def state() -> tuple[list[str], list[object]]:
        _, text = told("status", "--portals", f"{tmp_path}/p", "-f", "json")
        (row,) = json.loads(text)
        _, issues = told("issues", "--code", "back_fill_open", "-f", "json")
        fills = [alarm["message"] for alarm in row["alarms"] if alarm["code"] == "back_fill"]
        return fills, [issue["message"] for issue in json.loads(issues)]

    site.answers["/news"] = lambda h: h.send(b"", 403) if h.path.endswith("=2") else news.listing(h)
    assert main.run(command(site, tmp_path, *days)[3:]) == 3
    alarms, issues = state()
    assert alarms == [f"{span}: news: the list could not be read (1 page, back to {day_of(8)})"]
    assert f"{span}: not whole yet" in issues
    assert f"{site.base}/news?page=2" in str(issues)
    assert "\ngovscrape_back_fill_failed{" in metrics.read_text(encoding="utf-8")
    _, text = told("status", "--portals", f"{tmp_path}/p")
    assert f"faults/news: {span} to be filled: " in text
    assert main.run(command(site, tmp_path, *days, "--give-up")[3:]) == 0
    assert state() == ([], [])
    site.answers["/news"] = news.listing
    assert main.run(command(site, tmp_path, *days, "--max-pages", "1")[3:]) == 3
    assert len(state()[1]) == 3, "taken up again"
    assert main.run(command(site, tmp_path, *days)[3:]) == 0
    assert state() == ([], [])
    assert "\ngovscrape_back_fill_failed{" not in metrics.read_text(encoding="utf-8")
    assert '\ngovscrape_portal_last_back_fill_timestamp_seconds{portal="faults"}' in metrics.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--until", "2020-01-01"], "--until needs --since"),
        (["--give-up"], "--give-up needs --since"),
        (["--since", "2020-01-02", "--until", "2020-01-01"], "2020-01-01 is before 2020-01-02"),
        (["--since", "2020-01-02", "--deep"], "leave out --deep"),
        (["--since", "2999-01-02"], "2999-01-02 lies ahead"),
        (["--since", "2020-01-02", "--until", "2999-01-02"], "2999-01-02 lies ahead"),
        (["--max-time", "5"], "write 90m, 2h or 30s"),
        (["--max-time", "0s"], "write 90m, 2h or 30s"),
    ],
)
def test_a_range_that_makes_no_sense_is_wrong_usage(
    site: Site, tmp_path: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked and nothing made."""
    assert main.run(command(site, tmp_path, *options)[3:]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["p"]
    assert not site.asked

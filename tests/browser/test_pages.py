"""The pages as their readers meet them, in a real browser: from the server, and as files opened from a disk."""

import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from govscrape import dataset
from govscrape.archive import Archive
from govscrape.demo import sample_articles
from govscrape.extract import Extractor
from govscrape.models.article import Article, Paragraph
from govscrape.models.page import Page as Response
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, LegalRef, Official
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.store import Store

NOW = datetime(2024, 5, 1, tzinfo=UTC)
PORTALS = {"gialai": "Gia Lai", "quangninh": "Quảng Ninh", "thuathienhue": "Thừa Thiên Huế"}
EVIL = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>\"'><svg onload=window.hit=1>"
ARCHIVED = (
    "<!doctype html><title>kept</title><body><h1>Bản lưu</h1><script>document.title='acted'</script>"
    '<img src="{outside}/a.png"><link rel="stylesheet" href="{outside}/a.css"><iframe src="{outside}/b"></iframe>'
    '<meta http-equiv="refresh" content="0; url={outside}/">'
)
SEARCHES = (
    "da nang",
    "đà nẵng",
    "hoà bình",
    "hòa bình",
    '"xếp thứ"',
    "chuyen*",
    "tphcm",
    "Đăk Lăk",
    "đa nang",
    "khongcotunay",
    "gia lai papi",
    "chỉ số tỉnh gia lai",
    "tp da nang xep hang",
    '"xếp thứ" gia lai',
)


class Visited(Protocol):
    page: Page


@dataclass(frozen=True)
class Made:
    """A database with its archive, and both editions of its pages: ``bases`` are what paths are put behind."""

    db: Path
    bases: dict[str, str]
    reached: list[str]


class Outside(BaseHTTPRequestHandler):
    """Stands for a portal's own server: notes what reaches it."""

    reached: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.reached.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("pages")
    db, archive, files = folder / "g.db", folder / "archive", folder / "site"
    outside = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    threading.Thread(target=outside.serve_forever, daemon=True).start()
    fill(db, archive, ARCHIVED.replace("{outside}", f"http://127.0.0.1:{outside.server_port}"))
    command = [sys.executable, "-m", "govscrape"]
    subprocess.run([*command, "site", str(files), "--db", str(db), "--as-of", "2023-05-01"], check=True, timeout=120)
    port = free_port()
    asked = ["explore", "--db", str(db), "--archive", str(archive), "--port", str(port)]
    with subprocess.Popen([*command, *asked], stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield Made(db, {"server": f"http://127.0.0.1:{port}", "files": files.as_uri()}, Outside.reached)
        finally:
            server.terminate()
            outside.shutdown()
            outside.server_close()


def fill(db: Path, archive: Path, html: str) -> None:
    """Ten sample articles read by the rules, one whose words overlap, and one that means harm."""
    extractor = Extractor(load_ruleset())
    chosen = [each for each in sample_articles() if each.kind in ("index", "meeting") and each.portal in PORTALS][::2]
    with Store.open(db) as store, Archive(archive) as kept:
        page = Response(
            url="http://127.0.0.1/a",
            final_url="http://127.0.0.1/a",
            status=200,
            headers=(("content-type", "text/html; charset=utf-8"),),
            body=html.encode(),
            fetched_at=NOW,
        )
        ref = kept.write(page)
        for sample in chosen[:10]:
            article = article_from_text(
                sample.body,
                title=sample.title,
                url=f"http://127.0.0.1/{sample.portal}/{sample.id}",
                province=PORTALS[sample.portal],
                published_at=sample.published_at,
            )
            article = article.model_copy(update={"portal": sample.portal, "section": sample.section})
            store.save(extractor.extract(article), fetched_at=NOW, ruleset_version="r", code_version="1", page=ref)
            ref = kept.write(page)
        for extraction in (overlapping(), hostile()):
            store.save(extraction, fetched_at=NOW, ruleset_version="r", code_version="1")
        edited(store)


def overlapping() -> Extraction:
    """Three records whose words lie in, and over, each other; one reaches over two paragraphs."""
    body = "Ông Trần Mẫu yêu cầu Sở Nội vụ báo cáo.\n\nHạn chót là ngày 31/5/2024, tỉnh đạt 90,5 điểm."
    first = body.index("\n\n")

    def words(start: int, end: int) -> Any:
        return {"evidence": Evidence(start=start, end=end, text=body[start:end]), "rule": "made", "confidence": 0.9}

    article = Article(
        url="http://127.0.0.1/overlap",
        portal="gialai",
        province="Gia Lai",
        title="Chồng lấn",
        body=body,
        paragraphs=(
            Paragraph(kind="text", start=0, end=first),
            Paragraph(kind="text", start=first + 2, end=len(body)),
        ),
        published_at=NOW,
    )
    name = "Trần Mẫu"
    return Extraction(
        article=article,
        indices=(
            IndexResult(index="SIPAS", subject="Gia Lai", year=2023, score=90.5, **words(first + 30, len(body) - 1)),
        ),
        officials=(Official(name=name, titles=("Chủ tịch UBND tỉnh",), **words(0, 12)),),
        directives=(
            Directive(
                issuer_name=name,
                verb="yêu cầu",
                verb_class="request",
                addressees=("Sở Nội vụ",),
                action="báo cáo",
                legal_refs=("60/2021/NĐ-CP",),
                deadline=datetime(2024, 5, 31, tzinfo=UTC).date(),
                deadline_text="ngày 31/5/2024",
                **words(4, first + 33),
            ),
        ),
    )


def hostile() -> Extraction:
    """Markup wherever a portal's text can get."""
    words: Any = {"evidence": Evidence(start=0, end=len(EVIL), text=EVIL), "rule": "made", "confidence": 0.5}
    article = Article(
        url="javascript:window.hit=1",
        portal="gialai",
        province="Gia Lai",
        title=EVIL,
        summary=EVIL,
        body=EVIL,
        section=EVIL,
        author=EVIL,
        published_at=NOW,
    )
    return Extraction(
        article=article,
        indices=(IndexResult(index="PAPI", subject="Gia Lai", year=2022, score=41, rank_group=EVIL, **words),),
        officials=(Official(name=EVIL, titles=(EVIL,), organisation=EVIL, **words),),
        directives=(
            Directive(
                issuer_name=EVIL,
                issuer_title=EVIL,
                verb=EVIL,
                verb_class="order",
                addressees=(EVIL,),
                action=EVIL,
                deadline=datetime(2024, 6, 1, tzinfo=UTC).date(),
                **words,
            ),
        ),
    )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def rows(db: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"{db.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def asked(url: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    try:
        with urlopen(url, timeout=20) as answer:  # noqa: S310 (our own server)
            return answer.status, dict(answer.headers), answer.read().decode("utf-8", "replace")
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode("utf-8", "replace")


def article_of(made: Made, title: str) -> int:
    ((number,),) = rows(made.db, "SELECT id FROM articles WHERE title = ?", title)
    return int(number)


EDITIONS = pytest.mark.parametrize("edition", ["server", "files"])
PATHS = (
    *("index", "provinces", "measure/papi", "province/gia-lai", "officials", "official/gia-lai/Trần Mẫu"),
    *("calendar", "calendar/2024", "article/1", "reconcile", "search", "organisations", "documents"),
    *("organisation/gia-lai/so-noi-vu", "document/vn/60-2021-nd-cp"),
)


@EDITIONS
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_loads_and_its_charts_are_drawn(visit: Visited, made: Made, edition: str, language: str) -> None:
    """A page that logs an error, asks another host, draws nothing, or runs over the edge of a phone."""
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 800})
    for path in PATHS:
        page.goto(f"{made.bases[edition]}/{language}/{quote(path)}.html")
        assert page.locator("h1").inner_text().strip(), path
        assert page.locator("html").get_attribute("lang") == language
        charts = page.locator("figure[data-chart]").count()
        page.wait_for_function("n => document.querySelectorAll('figure[data-drawn]').length === n", arg=charts)
        for at in range(charts):
            figure = page.locator("figure[data-chart]").nth(at)
            assert figure.locator("svg :is(path, rect, circle, line)").count() > 1, path
            assert figure.locator("table").count() or page.locator("details.table table").count(), path
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{path} is {over}px wider than a phone"
    assert page.locator("body").evaluate("e => getComputedStyle(e).fontFamily").startswith("Inter")


@EDITIONS
def test_highlighted_words_are_the_evidence(visit: Visited, made: Made, edition: str) -> None:
    """A mark that is one character off shows words that the record does not rest on."""
    page = visit.page
    numbers = rows(made.db, "SELECT id FROM articles ORDER BY id")
    checked = 0
    for (number,) in numbers:
        page.goto(f"{made.bases[edition]}/vi/article/{number}.html")
        found = page.evaluate(
            """() => [...document.querySelectorAll('[data-record]')].map(card => [
                card.querySelector('[data-evidence]').textContent,
                [...document.querySelectorAll('mark[data-records]')]
                  .filter(mark => mark.dataset.records.split(' ').includes(card.dataset.record)
                    && !(mark.dataset.records === card.dataset.record && mark.closest('[data-record]')))
                  .map(mark => mark.textContent)])"""
        )
        for evidence, marks in found:
            assert evidence.replace("\n\n", "") in "".join(marks), (number, evidence)
            checked += 1
    stored = sum(
        rows(made.db, f"SELECT count(*) FROM {table} JOIN articles ON current_version_id = version_id")[0][0]
        for table in ("index_results", "officials", "directives", "legal_refs")
    )
    assert checked == stored > 20


def test_overlapping_words_keep_all_their_records(visit: Visited, made: Made) -> None:
    """Of two records over the same words only one is shown."""
    page = visit.page
    page.goto(f"{made.bases['files']}/vi/article/{article_of(made, 'Chồng lấn')}.html")
    both = page.locator("mark.k-official.k-directive, mark.k-directive.k-index")
    assert both.all_inner_texts() == ["Trần Mẫu", "tỉn"]
    text = page.locator(".text").evaluate("e => [...e.querySelectorAll('p')].map(p => p.textContent).join('|')")
    assert text == "Ông Trần Mẫu yêu cầu Sở Nội vụ báo cáo.|Hạn chót là ngày 31/5/2024, tỉnh đạt 90,5 điểm."
    page.locator("a.ref").first.click()
    assert page.locator(".record.lit").count() == 1


def edited(store: Store) -> None:
    """An article that its portal changed a day later: a word, and a paragraph more."""
    first = "UBND tỉnh họp phiên thường kỳ tháng 4.\nThực hiện Nghị định số 60/2021/NĐ-CP ngày 21/6/2021 của Chính phủ."
    for day, body in ((1, first), (2, first.replace("tháng 4", "tháng 5") + "\nCuộc họp kết thúc lúc 11 giờ.")):
        words = "Nghị định số 60/2021/NĐ-CP"
        start = body.index(words)
        law = LegalRef(
            kind="nghị định",
            number="60/2021/NĐ-CP",
            issuer="Chính phủ",
            issued_on=date(2021, 6, 21),
            evidence=Evidence(start=start, end=start + len(words), text=words),
            rule="made",
            confidence=0.9,
        )
        url = "http://127.0.0.1/edited"
        article = Article(url=url, portal="gialai", province="Gia Lai", title="Đã sửa", body=body, published_at=NOW)
        found = Extraction(article=article, legal_refs=(law,))
        seen = datetime(2024, 5, day, tzinfo=UTC)
        store.save(found, fetched_at=seen, ruleset_version="r", code_version="1")


def found_in(page: Page, base: str, query: str) -> list[str]:
    page.goto(f"{base}/vi/search.html?q={quote(query)}")
    page.wait_for_selector("[data-count]:not(:text('Đang tìm'))")
    return [href.rpartition("/")[2] for href in page.locator(".found h2 a").evaluate_all("l => l.map(a => a.href)")]


@EDITIONS
def test_search_finds_what_the_command_finds(visit: Visited, made: Made, edition: str) -> None:
    """The query da nang must find Đà Nẵng, given accents must count, and both editions give what `search` does.

    In its order, but for articles of one day.
    """
    ids = dict(rows(made.db, "SELECT url, id FROM articles"))
    for query in SEARCHES:
        rows_found = dataset.search(made.db, query, limit=50).rows
        days = {f"{ids[row['url']]}.html": row["published_at"] for row in rows_found}
        found = found_in(visit.page, made.bases[edition], query)
        assert set(found) == set(days), query
        assert [days[each] for each in found] == [*days.values()], query
    assert found_in(visit.page, made.bases[edition], "da nang")
    assert "Đà Nẵng" in visit.page.locator(".found").inner_text()
    visit.page.locator("a.language").click()
    visit.page.wait_for_url("**/en/search.html?q=da*nang")
    visit.page.wait_for_selector(".found mark")


@EDITIONS
def test_a_body_and_a_document_are_found_and_linked(visit: Visited, made: Made, edition: str) -> None:
    """From a search to the body, to the article that tells it, to the document, to the sentence that cites it."""
    page = visit.page
    for query, wanted in (("so noi vu", "Sở Nội vụ"), ("60/2021/NĐ-CP", "Nghị định 60/2021/NĐ-CP")):
        page.goto(f"{made.bases[edition]}/vi/search.html?q={quote(query)}")
        page.wait_for_selector(".named a")
        assert wanted in page.locator(".named a").all_inner_texts(), query
    page.goto(f"{made.bases[edition]}/vi/organisation/gia-lai/so-noi-vu.html")
    told = page.locator("section[aria-labelledby=told] tbody tr")
    assert "báo cáo" in told.first.inner_text()
    page.locator("a", has_text="bài viết").first.click()
    page.wait_for_url("**/vi/article/*.html")
    page.locator(".linked a", has_text="60/2021/NĐ-CP").click()
    page.wait_for_url("**/vi/document/vn/60-2021-nd-cp.html")
    assert page.locator("p.evidence mark.k-legal").all_inner_texts() == ["Nghị định số 60/2021/NĐ-CP"]
    said = "Thực hiện Nghị định số 60/2021/NĐ-CP ngày 21/6/2021 của Chính phủ."
    assert page.locator("p.evidence").all_inner_texts() == [said]
    page.locator("a.language").click()
    page.wait_for_url("**/en/document/vn/60-2021-nd-cp.html")
    page.locator("a", has_text="Gia Lai").first.click()
    page.wait_for_url("**/en/province/gia-lai.html")
    assert page.locator("section[aria-labelledby=bodies] a", has_text="Sở Nội vụ").count() == 1


@EDITIONS
def test_what_an_edit_changed_is_shown(visit: Visited, made: Made, edition: str) -> None:
    """An article that a portal edited silently."""
    page = visit.page
    page.goto(f"{made.bases[edition]}/vi/article/{article_of(made, 'Đã sửa')}.html")
    assert page.locator(".versions summary").count() == 2
    assert page.locator(".diff del").all_inner_texts() == ["4."]
    assert page.locator(".diff ins").all_inner_texts() == ["5.", "Cuộc họp kết thúc lúc 11 giờ."]
    page.goto(f"{made.bases[edition]}/vi/article/1.html")
    assert page.locator(".versions").count() == 0


@EDITIONS
def test_hostile_text_is_only_text(visit: Visited, made: Made, edition: str) -> None:
    """A portal's markup that runs in a reader's browser."""
    number = article_of(made, EVIL)
    evil = rows(made.db, """SELECT 'organisation/' || "key" FROM organisations WHERE name = ?""", EVIL)
    paths = (f"article/{number}", "province/gia-lai", "officials", "calendar", "measure/papi", "reconcile", "index")
    paths = (*paths, "organisations", "documents", *(path for (path,) in evil))
    assert len(paths) == 10
    for path in paths:
        visit.page.goto(f"{made.bases[edition]}/vi/{path}.html")
        visit.page.wait_for_load_state()
        assert visit.page.evaluate("window.hit") is None, path
    visit.page.goto(f"{made.bases[edition]}/vi/article/{number}.html")
    assert visit.page.locator("h1").inner_text() == EVIL
    assert visit.page.locator("main a[href^='javascript:']").count() == 0
    found_in(visit.page, made.bases[edition], "window")
    assert visit.page.evaluate("window.hit") is None
    assert visit.page.locator(".found h2").inner_text() == EVIL
    found_in(visit.page, made.bases[edition], "<script>window.hit=1</script>")
    assert visit.page.evaluate("window.hit") is None


def test_an_archived_page_cannot_act(browser: Browser, made: Made) -> None:
    """A page that was kept for evidence runs its scripts, phones home or leads away."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{made.bases['server']}/archived/1")
    page.wait_for_timeout(300)
    assert page.title() == "kept"
    assert page.locator("h1").inner_text() == "Bản lưu"
    assert made.reached == []
    assert page.url.endswith("/archived/1")
    context.close()
    assert asked(f"{made.bases['server']}/archived/99999")[0] == 404


def test_sql_of_strangers_is_refused(made: Made) -> None:
    """A query string that writes, or reads what nobody offered."""
    base = made.bases["server"]
    for path in ("data?sql=select+1", "data.json?sql=delete+from+articles", "data/articles?_where=1=1", "data.db"):
        assert asked(f"{base}/{path}")[0] in (400, 403), path
    status, headers, text = asked(f"{base}/data/rank_table.json?index_code=papi&year=2024'%3B+drop+table+articles")
    assert (status, json.loads(text)["rows"]) == (200, [])
    assert "http" not in headers["content-security-policy"]
    assert rows(made.db, "SELECT count(*) FROM articles")[0][0] > 5
    assert asked(f"{base}/vi/article/1;select.html")[0] == 404
    assert asked(f"{base}/vi/..%2f..%2fetc%2fpasswd.html")[0] == 404
    assert asked(f"{base}/vi/search.html?q={quote('x' * 5000)}")[0] == 200
    assert json.loads(asked(f"{base}/data.json?sql=select+1")[2]) == {
        "ok": False,
        "status": 403,
        "error": "execute-sql",
    }


def test_tables_of_the_server_load_without_outside_hosts(visit: Visited, made: Made) -> None:
    """Datasette's own pages under our policy and colours."""
    for path in ("data", "data/index_panel", "data/rank_table?index_code=papi&year=2022"):
        visit.page.goto(f"{made.bases['server']}/{path}")
        assert visit.page.locator("table, h1").count(), path


@EDITIONS
def test_pages_can_be_walked_by_keyboard(visit: Visited, made: Made, edition: str) -> None:
    """No skip link, a focus that cannot be seen, a trap."""
    page = visit.page
    page.goto(f"{made.bases[edition]}/vi/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen[-1]
    assert len(set(seen)) > 10
    page.locator("#find").fill("da nang")
    page.keyboard.press("Enter")
    page.wait_for_selector(".found")


def test_light_and_dark_are_both_there(browser: Browser, made: Made) -> None:
    """Dark ink on dark paper."""
    shades = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{made.bases['files']}/vi/index.html")
        shades[scheme] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        context.close()
    assert shades["light"] != shades["dark"]
    assert shades["light"][0] != shades["dark"][0] != shades["dark"][1]


def test_pictures_are_saved_whole(visit: Visited, made: Made, tmp_path: Path) -> None:
    """A saved picture that still needs the page's style sheet."""
    page = visit.page
    page.goto(f"{made.bases['files']}/vi/measure/papi.html")
    page.wait_for_selector("#lines[data-drawn]")
    for at, name in enumerate(("lines.svg", "lines.png")):
        with page.expect_download() as download:
            page.locator("#lines [data-tools] button").nth(at).click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    svg = (tmp_path / "lines.svg").read_text(encoding="utf-8")
    assert "<circle" in svg
    assert "var(--" not in svg
    assert "Gia Lai" in svg
    assert (tmp_path / "lines.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_choosing_redraws_a_chart(visit: Visited, made: Made) -> None:
    """Controls that change nothing, the map of the 34 and another province in the lines; tiles that lead nowhere."""
    page = visit.page
    page.goto(f"{made.bases['files']}/vi/measure/papi.html")
    page.wait_for_selector("#map[data-drawn]")
    before = page.locator("#map svg").inner_html()
    page.select_option("#map select[data-name=grid]", "34")
    assert page.locator("#map svg").inner_html() != before
    page.select_option("#map select[data-name=source]", "published")
    page.select_option("#lines select[data-name=highlight]", "Đà Nẵng")
    assert "Đà Nẵng" in (page.locator("#lines svg").text_content() or "")
    page.locator("#map .leads").first.click()
    page.wait_for_url("**/vi/province/*.html")

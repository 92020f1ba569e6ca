"""Files that articles link to: fetched, archived, read in a process of their own, stored as articles of their own."""

import asyncio
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govscrape import attachments, demo
from govscrape.archive import Archive
from govscrape.demo.pdf import small_pdf
from govscrape.errors import NotAnArticle
from govscrape.models.portal import FileAccess, Listing, PageVersion, Portal
from govscrape.models.run import Certificate, PortalReport
from govscrape.parse import files
from govscrape.parse.files import file_text
from govscrape.pipeline import crawl
from govscrape.reading import Runs
from govscrape.reextraction import reextract
from govscrape.settings import Settings
from govscrape.store import Store

from .conftest import Answer, Handler, InProcess, Site, page, redirect, status_then

pytest.importorskip("pypdf")
docx = pytest.importorskip("docx")

SENTENCE = "PAPI năm 2023 của tỉnh Gia Lai đạt 40,32 điểm, xếp thứ 51/61."


def word(*paragraphs: str, table: tuple[str, ...] = ()) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        cells = document.add_table(rows=1, cols=len(table)).rows[0].cells
        for cell, text in zip(cells, table, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def scan() -> bytes:
    """A PDF of one empty page: what a scanner makes, but for the picture."""
    return small_pdf("")


def pdf_bomb(size: int) -> bytes:
    """A page whose content unpacks to far more than the file: spaces, which mean nothing."""
    packed = zlib.compress(b"BT " + b"(x) Tj " * (size // 7) + b"ET")
    head, _, tail = small_pdf("x").partition(b"<< /Length")
    return (
        head + b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream" + tail[-60:]
    )


def file(body: bytes, content_type: str = "application/octet-stream") -> Answer:
    return lambda handler: handler.send(body, content_type=content_type)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db") as opened:
        yield opened


@pytest.fixture
def portal(site: Site, request: pytest.FixtureRequest) -> Portal:
    """The portal; asked for as ``bound``, one that gives files only within the session of their page."""
    version = PageVersion(title=("h1",), body=("div.body",), attachments=("div.body a",))
    listing = Listing(id="news", url="/news", item="li")
    files = FileAccess(after_page=getattr(request, "param", None) == "bound")
    return site.portal(listing).model_copy(update={"versions": (version,), "files": files})


Run = Callable[..., PortalReport[Certificate]]


@pytest.fixture
def run(portal: Portal, store: Store, tmp_path: Path, settings: Settings) -> Run:
    def go(workers: Runs | None = None, **more: object) -> PortalReport[Certificate]:
        with Archive(tmp_path / "warc") as archive:
            asked = settings.model_copy(update=more)
            task = crawl([portal], store=store, archive=archive, workers=workers or InProcess(), settings=asked)
            return asyncio.run(task).portals[0]

    return go


def notice(site: Site, name: str, answer: Answer) -> str:
    """A portal with one article that links to one file; the file's URL."""
    site.answers["/news"] = page("<html><body><ul><li><a href='/bai/1'>Bài 1</a></li></ul></body></html>")
    body = f"<p>{'Nội dung chi tiết tại tệp đính kèm. ' * 10}</p><p><a href='/files/{name}'>Văn bản</a></p>"
    site.answers["/bai/1"] = page(f"<html><body><h1>Thông báo</h1><div class='body'>{body}</div></body></html>")
    site.answers[f"/files/{name}"] = answer
    return f"{site.base}/files/{name}"


def codes(store: Store, where: str) -> set[str]:
    return {code for (code,) in store.db.conn.execute('SELECT code FROM issues WHERE "where" = ?', (where,))}


def test_a_file_is_the_home_of_its_evidence(site: Site, store: Store, run: Run, workers: Runs) -> None:
    """What only the file states must be found, with offsets into the file's text and a way back to the notice."""
    url = notice(site, "a.docx", file(word("Kết quả.", SENTENCE)))
    report = run(workers)
    assert (report.counts.new, report.counts.files, report.reason) == (1, 1, None)
    found = store.load(url)
    assert found is not None
    assert (found.article.title, found.article.portal) == ("Văn bản", "faults")
    assert [issue.where for issue in found.issues if issue.code == "attachment_of"] == [f"{site.base}/bai/1"]
    result = found.indices[0]
    assert (result.index, result.score) == ("PAPI", 40.32)
    assert found.article.body[result.evidence.start : result.evidence.end] == result.evidence.text


def test_the_archive_gives_the_same_again_and_the_next_run_asks_nothing(
    site: Site, portal: Portal, store: Store, run: Run, tmp_path: Path
) -> None:
    """Files are archived as pages are; neither a re-extraction nor a second run may change or repeat anything."""
    notice(site, "a.pdf", file(small_pdf("Quyet dinh ve viec cong bo ket qua")))
    run()
    before, asked = list(store.db.conn.iterdump()), site.asked["/files/a.pdf"]
    report = reextract(
        store=store,
        archive=Archive(tmp_path / "warc"),
        workers=InProcess(),
        portals={portal.id: portal},
        settings=Settings(),
    )
    assert (report.counts.same, report.counts.files, report.partial) == (1, 1, False)
    assert list(store.db.conn.iterdump()) == before
    run()
    assert site.asked["/files/a.pdf"] == asked == 1


@pytest.mark.parametrize(
    ("name", "answer", "code", "partial", "again"),
    [
        ("a.pdf", file(scan()), "no_text_layer", False, False),
        ("b.pdf", file(b"%PDF-1.4\nbroken"), "unreadable_file", True, False),
        ("c.docx", file(b"PK\x03\x04broken"), "unreadable_file", True, False),
        ("d.pdf", page("<h1>Trạng thái</h1>"), "not_a_file", False, False),
        ("e.pdf", status_then(404, 99, ""), "attachment_gone", False, False),
        ("f.pdf", status_then(500, 99, ""), "attachment_failed", True, True),
        ("g.xlsx", file(b"PK\x03\x04"), "attachment_unsupported", False, False),
    ],
    ids=["a scan", "broken PDF", "broken DOCX", "a page instead", "dead link", "server fails", "a kind not read"],
)
def test_a_file_without_text_is_named(
    site: Site, store: Store, run: Run, name: str, answer: Answer, code: str, partial: bool, again: bool
) -> None:
    """Nothing is left out silently; only what may pass is asked again, only lost text makes a run partial."""
    url = notice(site, name, answer)
    report = run()
    assert (codes(store, url), report.partial) == ({code}, partial)
    asked = site.asked[f"/files/{name}"]
    run()
    assert (site.asked[f"/files/{name}"] > asked) is again


@pytest.mark.parametrize("portal", ["bound"], indirect=True)
def test_a_file_given_only_after_its_page(site: Site, store: Store, run: Run) -> None:
    """A later run knows the article and must visit its page again, or the portal answers nine bytes of text."""
    seen: list[str] = []

    def guarded(handler: Handler) -> None:
        seen.append(handler.headers.get("Cookie") or "")
        if "seen=1" in seen[-1]:
            handler.send(small_pdf("Quyet dinh cong bo ket qua"), content_type="application/pdf")
        else:
            handler.send(b"Wrong URL", content_type="text/plain")

    url = notice(site, "a.pdf", guarded)
    run(attachments=False)
    assert not seen
    body = site.answers["/bai/1"]
    site.answers["/bai/1"] = lambda handler: _with_cookie(handler, body)
    assert run().counts.files == 1
    assert seen == ["seen=1"]
    assert store.known(url)


@pytest.mark.parametrize("name", ["a login page", "403"])
def test_a_portal_without_sessions_is_asked_once_for_a_file(site: Site, run: Run, name: str) -> None:
    """Else each dead file costs the portal three requests, and the session of its other files."""
    notice(site, "a.pdf", REFUSALS[name])
    run()
    assert (site.asked["/files/a.pdf"], site.asked["/bai/1"]) == (1, 1)


def _with_cookie(handler: Handler, answer: Answer, cookie: str = "seen=1; Path=/") -> None:
    send = handler.send
    handler.send = lambda body, **_: send(body, headers={"Set-Cookie": cookie})  # type: ignore[method-assign]
    answer(handler)
    handler.send = send  # type: ignore[method-assign]


class Sessions:
    """A portal that gives files to whoever has just seen their page: ``downloads`` per session, then it is over."""

    def __init__(self, refusal: Answer, downloads: int = 1) -> None:
        self.refusal = refusal
        self.downloads = downloads
        self.left: dict[str, int] = {}
        self.asked: list[str] = []

    def cookie(self, handler: Handler) -> str:
        return (handler.headers.get("Cookie") or "").removeprefix("session=")

    def record(self, answer: Answer) -> Answer:
        def seen(handler: Handler) -> None:
            self.asked.append(handler.path)
            # A session that is over stays over: only a stranger gets a new one.
            if self.cookie(handler) not in self.left:
                name = f"s{len(self.left)}"
                self.left[name] = self.downloads
                _with_cookie(handler, answer, f"session={name}; Path=/")
            else:
                answer(handler)

        return seen

    def file(self, handler: Handler) -> None:
        self.asked.append(handler.path)
        name = self.cookie(handler)
        if not self.left.get(name) or "/bai/" not in (handler.headers.get("Referer") or ""):
            self.refusal(handler)
            return
        self.left[name] -= 1
        handler.send(small_pdf(f"Quyet dinh cong bo ket qua {handler.path}"), content_type="application/pdf")


REFUSALS = {
    "a login page": page("<form class='login'><input type='password'></form>"),
    "a soft 404": file(b"Wrong URL", "text/plain"),
    "403": status_then(403, 99, ""),
    "sent to the login page": redirect("/login"),
}


def two_files(site: Site, sessions: Sessions) -> None:
    notice(site, "a.pdf", sessions.file)
    links = "<p><a href='/files/a.pdf'>Một</a> <a href='/files/b.pdf'>Hai</a></p>"
    text = f"<p>{'Nội dung chi tiết tại tệp đính kèm. ' * 10}</p>{links}"
    record = page(f"<html><body><h1>Thông báo</h1><div class='body'>{text}</div></body></html>")
    site.answers |= {
        "/bai/1": sessions.record(record),
        "/files/b.pdf": sessions.file,
        "/login": REFUSALS["a login page"],
    }


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("portal", ["bound"], indirect=True)
def test_files_within_the_session_of_their_page(site: Site, store: Store, run: Run, refusal: str) -> None:
    """The session ends between two files: the page is asked once more, as a stranger, and the file once more."""
    sessions = Sessions(REFUSALS[refusal])
    two_files(site, sessions)
    report = run()
    assert (report.counts.files, report.reason) == (2, None)
    assert sessions.asked == ["/bai/1", "/bai/1", "/files/a.pdf", "/files/b.pdf", "/bai/1", "/files/b.pdf"]
    assert store.known(f"{site.base}/files/b.pdf")


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("portal", ["bound"], indirect=True)
def test_a_file_that_no_session_opens(site: Site, store: Store, run: Run, refusal: str) -> None:
    """Its text is lost, so the run is partial and says which; the page is not asked for ever."""
    sessions = Sessions(REFUSALS[refusal], downloads=0)
    two_files(site, sessions)
    report = run()
    assert (report.counts.files, report.reason) == (0, "2 attachments failed")
    assert codes(store, f"{site.base}/files/a.pdf") == codes(store, f"{site.base}/files/b.pdf") == {"attachment_failed"}
    assert (sessions.asked.count("/files/a.pdf"), sessions.asked.count("/bai/1")) == (2, 4)


def test_without_the_extra_it_is_said_once(site: Site, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that cannot read files says so, once, and fetches none; installed later, they are read then."""
    url = notice(site, "a.pdf", file(small_pdf("Quyet dinh cong bo ket qua")))
    with monkeypatch.context() as bare:
        bare.setattr(attachments, "readable", lambda: False)
        assert run().counts.files == 0
        assert codes(store, "faults") == {"attachment_not_read"}
    assert not site.asked["/files/a.pdf"]
    assert run().counts.files == 1
    assert store.known(url)


def test_a_reader_that_hangs_is_killed(site: Site, store: Store, run: Run, workers: Runs) -> None:
    """A file made to take hours costs its time limit, not the run."""
    url = notice(site, "a.pdf", file(pdf_bomb(60_000_000)))
    report = run(workers, attachment_time_max_s=1.0)
    assert codes(store, url) == {"parse_timeout"}
    assert report.reason == "1 attachment failed"


def test_a_table_in_a_document_keeps_its_rows() -> None:
    """Results stand in tables more often than in sentences."""
    assert file_text(word("Kết quả xếp hạng năm 2023", table=("PAPI", "40,32", "51"))).endswith("PAPI | 40,32 | 51")


def test_the_reader_without_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is the missing extra, not the file."""
    monkeypatch.setattr(files, "readable", lambda: False)
    with pytest.raises(NotAnArticle) as raised:
        file_text(small_pdf("x"))
    assert raised.value.code == "attachment_not_read"


@pytest.mark.slow
def test_the_sample_notices_are_read(tmp_path: Path) -> None:
    """Two sample portals publish notices that are nothing but a file; two CMS families say where it is."""
    with demo.serve() as served, Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive:
        portals = [portal for portal in demo.sample_portals(served.port) if portal.id in ("gialai", "thuathienhue")]
        settings = Settings(retry_wait_s=0)
        report = asyncio.run(crawl(portals, store=store, archive=archive, workers=InProcess(), settings=settings))
        linked = {file.name for article in demo.sample_articles() for file in article.attachments}
        sql = "SELECT a.body FROM current_articles AS a JOIN article_issues AS i USING (version_id) WHERE i.code = ?"
        read = [body for (body,) in store.db.conn.execute(sql, ("attachment_of",))]
    assert not report.partial
    assert read
    assert all(any(name.startswith(body[:10]) for name in linked) for body in read)

"""WARC files of other programs, and broken ones: what is whole is given, what is not is told."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from govscrape.archive import Archive, pack_revisit
from govscrape.archive.ranges import read_range
from govscrape.archive.reader import read_responses
from govscrape.errors import ArchiveError
from govscrape.models.page import Page

BODY = b"<p>" + bytes(range(256)) * 8


def write(path: Path, *, gzip: bool, bodies: Sequence[bytes] = (BODY,), media_type: str = "text/html") -> bytes:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=gzip)
        writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "another"}))
        for number, body in enumerate(bodies):
            head = StatusAndHeaders("200 OK", [("Content-Type", media_type)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://a.vn/{number}", "response", payload=BytesIO(body), length=len(body), http_headers=head
            )
            writer.write_record(record)
    return path.read_bytes()


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
def test_reads_what_another_program_wrote(tmp_path: Path, gzip: bool) -> None:
    write(tmp_path / "a.warc", gzip=gzip, bodies=(BODY, b""))
    first, second = read_responses(tmp_path / "a.warc")
    assert (first.url, first.status, first.header("content-type"), first.body) == (
        "https://a.vn/0",
        200,
        "text/html",
        BODY,
    )
    assert (second.url, second.body) == ("https://a.vn/1", b"")


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
def test_a_torn_record_is_not_given(tmp_path: Path, gzip: bool) -> None:
    """The library gives a shortened body without a word: half an article would be read as a whole one."""
    path = tmp_path / "a.warc"
    whole = write(path, gzip=gzip, bodies=(b"first", BODY))
    path.write_bytes(whole[:-200])
    pages = read_responses(path)
    assert next(pages).body == b"first"
    with pytest.raises(ArchiveError, match=r"a\.warc: no whole WARC record after byte \d+"):
        next(pages)


def test_what_a_crawl_asked_for_is_kept(tmp_path: Path) -> None:
    """Else its lists and the pages that did not change would be read as articles once more."""
    page = Page(url="https://a.vn/", final_url="https://a.vn/", status=200, fetched_at=datetime(2024, 1, 1, tzinfo=UTC))
    pages = [page.model_copy(update={"as_article": told}) for told in (True, False, None)]
    with Archive(tmp_path) as archive:
        refs = [archive.write(page) for page in pages]
        archive.append(pack_revisit(pages[0], pages[0]))
        assert [archive.read(ref) for ref in refs] == pages
    (path,) = tmp_path.glob("*.warc.gz")
    kinds = Counter[str]()
    assert [page.as_article for page in read_responses(path, kinds)] == [True, False, None]
    assert kinds["revisit"] == 1
    with path.open("rb") as stream:
        found = read_range(stream, "a", 0, path.stat().st_size, bool)
        assert [page.as_article for _, page in found] == [True, False, None]


@pytest.mark.parametrize(
    "data",
    [b"hello\n", b"\x1f\x8b\x08 not a gzip member", b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"],
    ids=["text", "broken gzip", "no headers"],
)
def test_what_is_no_archive_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(data)
    with pytest.raises(ArchiveError, match=r"a\.warc"):
        list(read_responses(tmp_path / "a.warc"))


def test_an_empty_file_has_no_responses(tmp_path: Path) -> None:
    (tmp_path / "a.warc").touch()
    assert list(read_responses(tmp_path / "a.warc")) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"a\.warc: No such file"):
        list(read_responses(tmp_path / "a.warc"))

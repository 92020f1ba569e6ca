"""Archives as Parquet: by one process or by dask, whole or broken off, whatever workers die."""

import json
import multiprocessing
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow.parquet as pq
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from govscrape.archive.ranges import read_range
from govscrape.errors import ArchiveError, InputError
from govscrape.scale import extract_archives
from govscrape.scale.partition import host_filter
from govscrape.scale.plan import pieces
from govscrape.scale.run import entries

FILES, PAGES = 20, 3
TABLES = ("articles", "index_results", "officials", "directives", "legal_refs")


def page(number: int) -> bytes:
    """A page of its own for every URL, so that a lost or doubled one shows."""
    told = f"Năm 2023, tỉnh Gia Lai xếp thứ {number % 63 + 1}/63 về Chỉ số PAPI với 41,{number:02d} điểm."
    order = f"Chủ tịch UBND tỉnh yêu cầu Sở Nội vụ báo cáo trước ngày {number % 28 + 1}/6/2024."
    filler = "Hội nghị bàn việc cải thiện chỉ số ở các sở, ngành và địa phương. " * 6
    text = "".join(f"<p>{part}</p>" for part in (told, filler, order))
    article = f"<article><h1>Kết quả PAPI {number}</h1>{text}</article>"
    return f'<!doctype html><html lang="vi"><body>{article}</body></html>'.encode()


def write_warc(path: Path, answers: list[tuple[str, str, str, bytes]], *, gzip: bool = True) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=gzip)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        for url, status, media_type, body in answers:
            head = StatusAndHeaders(status, [("Content-Type", media_type)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=BytesIO(body), length=len(body), http_headers=head)
            )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warcs")
    for file in range(FILES):
        numbers = range(file * PAGES, (file + 1) * PAGES)
        answers = [(f"https://www.gialai.gov.vn/{n}.html", "200 OK", "text/html", page(n)) for n in numbers]
        answers.append((f"https://other.example/{file}", "200 OK", "text/html", page(99)))
        answers.append((f"https://www.gialai.gov.vn/{file}.pdf", "200 OK", "application/pdf", b"%PDF"))
        write_warc(folder / f"{file:02}.warc.gz", answers)
    return folder


@pytest.fixture(scope="module")
def alone(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes of it."""
    out = tmp_path_factory.mktemp("alone")
    summary = extract_archives([f"{archive}/*.warc.gz"], str(out), hosts=["gialai.gov.vn"])
    assert summary["counts"]["articles"] == FILES * PAGES
    return out


def contents(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table, in an order of its own."""
    return {
        table: sorted(json.dumps(row, default=str, sort_keys=True) for row in pq.read_table(folder / table).to_pylist())
        for table in TABLES
        if (folder / table).is_dir()
    }


@pytest.mark.slow
def test_dask_gives_what_one_process_gives_though_a_worker_dies(archive: Path, alone: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(done: int, _total: int) -> None:
        if done == 3:
            worker = multiprocessing.active_children()[0]
            worker.kill()
            killed.append(worker.pid or 0)

    summary = extract_archives(
        [f"{archive}/*.warc.gz"],
        str(tmp_path / "out"),
        hosts=["gialai.gov.vn"],
        engine="dask",
        workers=2,
        progress=kill_one,
    )
    assert killed
    assert summary["pieces"] == FILES
    assert contents(tmp_path / "out") == contents(alone)


def test_records_at_the_edges_of_pieces_are_read_once(archive: Path, alone: Path, tmp_path: Path) -> None:
    """Pieces cut members anywhere; each record belongs to the piece in which it begins."""
    extract_archives([f"{archive}/*.warc.gz"], str(tmp_path), hosts=["gialai.gov.vn"], piece_bytes=700)
    assert contents(tmp_path) == contents(alone)


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
def test_every_cut_of_a_file_finds_every_record(tmp_path: Path, gzip: bool) -> None:
    """Bodies that quote the marks of a record or of a gzip member must not be taken for one."""
    body = b"<p>\r\n\r\nWARC 1.0 \x1f\x8b\x08 WARC/1.0</p>" * 3
    write_warc(tmp_path / "a", [(f"https://a.vn/{n}", "200 OK", "text/html", body) for n in range(6)], gzip=gzip)
    data = (tmp_path / "a").read_bytes()
    for width in (*range(1, 40), 500, len(data)):
        cuts = [*range(0, len(data), width), len(data)]
        found = [
            page.url for start, end in pairwise(cuts) for _, page in read_range(BytesIO(data), "a", start, end, bool)
        ]
        assert found == [f"https://a.vn/{n}" for n in range(6)], width


def test_a_broken_file_gives_what_it_has_and_is_named(archive: Path, tmp_path: Path) -> None:
    torn = (archive / "00.warc.gz").read_bytes()[:-900]
    (tmp_path / "torn.warc.gz").write_bytes(torn)
    summary = extract_archives([str(tmp_path / "torn.warc.gz")], str(tmp_path / "out"))
    assert summary["counts"]["articles"] >= 1
    assert "torn.warc.gz: no whole WARC record after byte" in summary["broken"][0]
    with pytest.raises(ArchiveError, match="nonsense"):
        list(read_range(BytesIO(b"\r\n\r\nWARC/1.0 nonsense"), "nonsense", 0, 20, bool))


def test_a_run_goes_on_where_it_was_broken_off(archive: Path, alone: Path, tmp_path: Path) -> None:
    """What is done is not done again, what was lost is; a file that a killed worker left half-written is nothing."""
    first = [str(archive / f"{file:02}.warc.gz") for file in range(FILES // 2)]
    extract_archives(first, str(tmp_path), hosts=["gialai.gov.vn"])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("manifest/*.json")}
    lost = next(iter(before))
    (tmp_path / "articles" / "half.part").write_bytes(b"PAR1")
    lost.unlink()
    extract_archives([f"{archive}/*.warc.gz"], str(tmp_path), hosts=["gialai.gov.vn"])
    again = {path: path.stat().st_mtime_ns for path in before if path != lost}
    assert again == {path: time for path, time in before.items() if path != lost}
    (tmp_path / "articles" / "half.part").unlink()
    assert contents(tmp_path) == contents(alone)


def test_records_of_different_rules_are_not_mixed(archive: Path, tmp_path: Path) -> None:
    path = [str(archive / "00.warc.gz")]
    extract_archives(path, str(tmp_path), hosts=["gialai.gov.vn"])
    with pytest.raises(InputError, match="holds records of hosts"):
        extract_archives(path, str(tmp_path))


def test_a_sample_is_the_same_share_every_time(archive: Path) -> None:
    whole = list(pieces([f"{archive}/*.warc.gz"], piece_bytes=300))
    some = list(pieces([f"{archive}/*.warc.gz"], piece_bytes=300, sample=0.3))
    assert some == list(pieces([f"{archive}/*.warc.gz"], piece_bytes=300, sample=0.3))
    assert 0.1 < len(some) / len(whole) < 0.5
    with pytest.raises(InputError, match=r"nowhere\.warc\.gz"):
        list(pieces(["nowhere.warc.gz"]))


def test_hosts_are_told_by_their_end() -> None:
    wanted = host_filter(("gov.vn",))
    assert all(wanted(url) for url in ("http://a.gov.vn/", "https://gov.vn", "https://a.gov.vn.:443/b"))
    assert not any(wanted(url) for url in ("https://notgov.vn/", "https://gov.vn.a/", ""))


def test_other_programs_read_the_tables(alone: Path) -> None:
    """DuckDB and polars are what people open Parquet with."""
    with duckdb.connect() as db:
        files = f"{alone}/index_results/*.parquet"
        sql = "SELECT count(*), max(rank_of) FROM read_parquet(?) WHERE \"index\" = 'PAPI'"
        (found,) = db.execute(sql, [files]).fetchall()
    assert found == (FILES * PAGES, 63)
    frame = polars.read_parquet(f"{alone}/directives/*.parquet")
    assert frame.height == FILES * PAGES
    assert frame.schema["deadline"] == polars.Date
    assert frame["addressees"].to_list()[0] == ["Sở Nội vụ"]


class _Ranges(SimpleHTTPRequestHandler):
    """Files with byte ranges, as object stores answer."""

    def do_GET(self) -> None:
        data = Path(self.translate_path(self.path)).read_bytes()
        first, last = 0, len(data) - 1
        if wanted := self.headers.get("Range"):
            begin, end = wanted.removeprefix("bytes=").split("-")
            first, last = int(begin), min(int(end or last), last)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(data[first : last + 1])

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(archive: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Ranges, directory=str(archive)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_archives_are_read_over_http(server: str, tmp_path: Path) -> None:
    summary = extract_archives([f"{server}/03.warc.gz"], str(tmp_path), hosts=["gialai.gov.vn"], piece_bytes=1_000)
    assert summary["counts"]["articles"] == PAGES
    assert len(entries(str(tmp_path))) > 1

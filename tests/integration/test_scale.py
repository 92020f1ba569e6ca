"""Archives as Parquet: by one process or by dask, whole or broken off, whatever workers die."""

import json
import multiprocessing
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import duckdb
import polars
import pyarrow.parquet as pq
import pytest
from fsspec import filesystem
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


class _Bucket(BaseHTTPRequestHandler):
    """As much of S3 as a run asks for: keys under a prefix, sizes, ranges, writing, copying, deleting. Nothing is
    signed, no object is sent in parts, and one page holds every list.
    """

    protocol_version = "HTTP/1.1"  # so that a client that asks first is told to send
    disable_nagle_algorithm = True
    objects: ClassVar[dict[str, bytes]] = {}

    def do_HEAD(self) -> None:
        self._object(body=False)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type=2" in asked.query:
            self._list(asked.path, parse_qs(asked.query))
        else:
            self._object(body=True)

    def do_PUT(self) -> None:
        if source := self.headers.get("x-amz-copy-source"):
            self.objects[self._key()] = self.objects[f"/{unquote(source).lstrip('/')}"]
            self._answer(200, b"<CopyObjectResult><ETag>e</ETag></CopyObjectResult>")
        else:
            self.objects[self._key()] = self._body()
            self._answer(200, b"", {"ETag": '"e"'})

    def do_POST(self) -> None:
        keys = re.findall(r"<Key>([^<]+)</Key>", self._body().decode())
        for key in keys:
            self.objects.pop(f"{self._key().rstrip('/')}/{key}", None)
        self._answer(200, b"<DeleteResult></DeleteResult>")

    def do_DELETE(self) -> None:
        self.objects.pop(self._key(), None)
        self._answer(204, b"")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _body(self) -> bytes:
        """What was sent; newer clients send it in chunks, each after its length, with a checksum at the end."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return data
        out = b""
        while size := int(data.partition(b"\r\n")[0].partition(b";")[0], 16):
            data = data.partition(b"\r\n")[2]
            out, data = out + data[:size], data[size + 2 :]
        return out

    def _object(self, *, body: bool) -> None:
        is_bucket = "/" not in self._key()[1:]
        data = b"" if is_bucket else self.objects.get(self._key())
        if data is None:
            self._answer(404, b"")
            return
        headers = {"ETag": '"e"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT", "Accept-Ranges": "bytes"}
        if wanted := self.headers.get("Range"):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            part = data[int(first) : int(last or len(data)) + 1]
            headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
            self._answer(206, part, headers)
        else:
            self._answer(200, data, headers, body=body)

    def _list(self, bucket: str, asked: dict[str, list[str]]) -> None:
        prefix, delimiter = asked.get("prefix", [""])[0], asked.get("delimiter", [""])[0]
        keys = sorted(key.removeprefix(f"{bucket.rstrip('/')}/") for key in self.objects)
        found, folders = "", set[str]()
        for key in (key for key in keys if key.startswith(prefix)):
            inside = key[len(prefix) :]
            if delimiter and delimiter in inside:
                folders.add(prefix + inside.partition(delimiter)[0] + delimiter)
                continue
            size = len(self.objects[f"{bucket.rstrip('/')}/{key}"])
            told = f"<Size>{size}</Size><LastModified>2025-01-01T00:00:00.000Z</LastModified><ETag>e</ETag>"
            found += f"<Contents><Key>{key}</Key>{told}</Contents>"
        found += "".join(f"<CommonPrefixes><Prefix>{one}</Prefix></CommonPrefixes>" for one in sorted(folders))
        self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())

    def _answer(self, status: int, data: bytes, headers: dict[str, str] | None = None, *, body: bool = True) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)


@pytest.fixture
def bucket(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """The archive in a bucket of this machine that S3's own client is sent to."""
    _Bucket.objects = {f"/crawl/{path.name}": path.read_bytes() for path in archive.glob("*.warc.gz")}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bucket)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield _Bucket.objects
    filesystem("s3").clear_instance_cache()
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("bucket")
def test_archives_are_read_from_s3(alone: Path, tmp_path: Path) -> None:
    """The same rows as from files; pieces cut members, so that ranges are what is asked for."""
    extract_archives(["s3://crawl/*.warc.gz"], str(tmp_path), hosts=["gialai.gov.vn"], piece_bytes=5_000)
    assert contents(tmp_path) == contents(alone)
    with pytest.raises(InputError, match=r"s3://crawl/none\*"):
        list(pieces(["s3://crawl/none*"]))


def test_records_are_written_to_s3_and_a_run_goes_on_there(
    bucket: dict[str, bytes], alone: Path, tmp_path: Path
) -> None:
    """Machines that share nothing but a bucket."""
    first = extract_archives(["s3://crawl/0*.warc.gz"], "s3://crawl/out", hosts=["gialai.gov.vn"])
    assert first["pieces"] == FILES // 2
    whole = extract_archives(["s3://crawl/*.warc.gz"], "s3://crawl/out", hosts=["gialai.gov.vn"])
    assert whole["pieces"] == FILES
    for key, data in bucket.items():
        if key.startswith("/crawl/out/"):
            file = tmp_path / key.removeprefix("/crawl/out/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    assert contents(tmp_path) == contents(alone)
    assert not list(tmp_path.rglob("*.part"))

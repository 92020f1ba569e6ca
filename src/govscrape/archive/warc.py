"""Responses as WARC/1.1 records, one gzip member each, written before anything looks at them.

A body is stored decoded. The headers that described its coding on the wire are kept under ``X-Archive-Orig-``, as web
archives do, so that the record is what any WARC reader expects and reads back as the Page that went in.
"""

import base64
import contextlib
import fcntl
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from govscrape import __version__
from govscrape.errors import ArchiveError
from govscrape.models.page import HTTP_1_1, ArchiveRef, Page, Send

FILE_BYTES_MAX = 256_000_000
_WIRE = ("content-encoding", "transfer-encoding", "content-length")
_ORIGINAL = "x-archive-orig-"
_PROTOCOL = "WARC-Protocol"
_REQUESTED = "Govscrape-Requested-URI"
_AS_ARTICLE = "Govscrape-As-Article"
_ANSWERS = {True: "yes", False: "no"}
_NOT_MODIFIED = 304
_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in the archive that cannot be read: file, byte offset and what is wrong."""

    file: str
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Packed:
    """What lies in the archive of one response: its record, the digest of its body, and when it came."""

    record: bytes
    sha256: str
    fetched_at: datetime


def pack(page: Page, sent: Send | None = None) -> Packed:
    """A response as a record of its own gzip member; the form that was ``sent`` for it follows as another."""
    return Packed(_encode(page, sent), hashlib.sha256(page.body).hexdigest(), page.fetched_at)


def pack_revisit(page: Page, earlier: Page) -> Packed:
    """That ``page`` is as ``earlier``, which the archive holds: by status 304, or with the same body."""
    return Packed(_encode_revisit(page, earlier), hashlib.sha256(earlier.body).hexdigest(), page.fetched_at)


class Archive:
    """A folder of ``<yyyymmdd>-<nnn>.warc.gz``. One writer at a time (a lock file says so), any number of readers."""

    def __init__(self, folder: Path, *, file_bytes_max: int = FILE_BYTES_MAX) -> None:
        self.folder = Path(folder)
        self._file_bytes_max = file_bytes_max
        self._lock: IO[bytes] | None = None
        self._out: IO[bytes] | None = None
        self._name = ""

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, page: Page, sent: Send | None = None) -> ArchiveRef:
        """Append one response, which outlives this process from then on. ArchiveError: it could not be written whole.

        It outlives the machine's end only when :meth:`syncs` was called and done. A form that was ``sent`` follows as a
        request record: without it nobody could tell the answers of one address apart.
        """
        return self.append(pack(page, sent))

    def append(self, packed: "Packed") -> ArchiveRef:
        """As :meth:`write`, of a record that was packed before, perhaps in another thread."""
        try:
            out = self._current(packed.fetched_at)
            offset = out.tell()
        except OSError as error:
            raise ArchiveError(f"{self.folder}: {error.strerror or error}") from error
        try:
            out.write(packed.record)
            out.flush()
        except OSError as error:
            self._take_back(offset)
            raise ArchiveError(f"{self.folder / self._name}: {error.strerror or error}") from error
        return ArchiveRef(file=self._name, offset=offset, sha256=packed.sha256)

    def syncs(self) -> Callable[[], None]:
        """What waits until the disk has everything written before this call; it may run in another thread.

        It raises ArchiveError when the disk refuses.
        """
        if self._out is None:
            return lambda: None
        path, handle = self.folder / self._name, os.dup(self._out.fileno())

        def sync() -> None:
            try:
                os.fsync(handle)
            except OSError as error:
                raise ArchiveError(f"{path}: {error.strerror or error}") from error
            finally:
                os.close(handle)

        return sync

    def read(self, ref: ArchiveRef) -> Page:
        """The response at ``ref``; ArchiveError when the file, the record or the digest is not as it was."""
        path = self.folder / ref.file
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise ArchiveError(f"{ref.file}: lies outside the archive {self.folder}")
        where = f"{path}@{ref.offset}"
        try:
            with path.open("rb") as file:
                file.seek(ref.offset)
                page = _decode(next(iter(ArchiveIterator(file))), where)
        except OSError as error:
            raise ArchiveError(f"{where}: {error.strerror or error}") from error
        except (ArchiveLoadFailed, StopIteration, zlib.error, ValueError) as error:
            raise ArchiveError(f"{where}: no WARC record ({type(error).__name__})") from error
        if hashlib.sha256(page.body).hexdigest() != ref.sha256:
            raise ArchiveError(f"{where}: the body is not the one that was stored")
        return page

    def pages(self) -> Iterator[tuple[ArchiveRef, Page]]:
        """Every response, oldest file first."""
        for path in self._files():
            for start, _, record in _members(path):
                if b"\r\nWARC-Type: response\r\n" in record[:2000]:
                    page = _decode(next(iter(ArchiveIterator(io.BytesIO(record)))), f"{path}@{start}")
                    digest = hashlib.sha256(page.body).hexdigest()
                    yield ArchiveRef(file=path.name, offset=start, sha256=digest), page

    def verify(self) -> tuple[Fault, ...]:
        """Every record that is broken or whose digests do not fit; an archive without faults gives ()."""
        faults: list[Fault] = []
        for path in self._files():
            whole = 0
            for start, end, record in _members(path):
                whole = end
                message = _digest_fault(record)
                if message:
                    faults.append(Fault(path.name, start, message))
            if whole < path.stat().st_size:
                faults.append(Fault(path.name, whole, "not a whole gzip member"))
        return tuple(faults)

    def close(self) -> None:
        """Wait for the disk, close the current file and let another writer in."""
        self.syncs()()
        for handle in (self._out, self._lock):
            if handle is not None:
                handle.close()
        self._out = self._lock = None

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.warc.gz"))

    def _current(self, moment: datetime) -> IO[bytes]:
        self._take_lock()
        day = moment.astimezone(UTC).strftime("%Y%m%d")
        if self._out is not None and (not self._name.startswith(day) or self._out.tell() >= self._file_bytes_max):
            self.syncs()()
            self._out.close()
            self._out = None
        if self._out is None:
            self._out = self._open(day)
        return self._out

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise ArchiveError(f"{self.folder}: another run is writing here") from error
        self._lock = lock
        for path in self._files()[-1:]:
            mend(path)

    def _open(self, day: str) -> IO[bytes]:
        number = 1
        for path in self.folder.glob(f"{day}-*.warc.gz"):
            suffix = path.name.removeprefix(f"{day}-").removesuffix(".warc.gz")
            number = max(number, int(suffix)) if suffix.isdigit() else number
        path = self.folder / f"{day}-{number:03}.warc.gz"
        if path.exists() and (path.stat().st_size >= self._file_bytes_max or _whole(path) < path.stat().st_size):
            path = self.folder / f"{day}-{number + 1:03}.warc.gz"
        out = path.open("ab")
        out.seek(0, os.SEEK_END)
        self._name = path.name
        if out.tell() == 0:
            out.write(_warcinfo(path.name))
        return out

    def _take_back(self, offset: int) -> None:
        """Leave no half record behind; what a full disk keeps us from cutting is cut at the next opening."""
        out, self._out = self._out, None
        with contextlib.suppress(OSError):
            if out is not None:
                out.close()
        with contextlib.suppress(OSError):
            os.truncate(self.folder / self._name, offset)


def mend(path: Path) -> int:
    """Cut the torn record that a killed writer left at the end; the bytes cut. Damage inside a file is left alone."""
    end = _whole(path)
    size = path.stat().st_size
    if end == size or _record_after(path, end):
        return 0
    os.truncate(path, end)
    return size - end


def _whole(path: Path) -> int:
    return max((end for _, end, _ in _members(path)), default=0)


def _record_after(path: Path, offset: int) -> bool:
    rest = path.read_bytes()[offset + 1 :]
    at = rest.find(_MAGIC)
    while at >= 0:
        try:
            if zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(rest[at : at + 4096], 5) == b"WARC/":
                return True
        except zlib.error:
            pass
        at = rest.find(_MAGIC, at + 1)
    return False


def _members(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and decompressed bytes of each whole gzip member, up to the first that is not whole."""
    start = 0
    with path.open("rb") as file:
        while True:
            file.seek(start)
            unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
            record = bytearray()
            end = start
            try:
                while not unzip.eof:
                    chunk = file.read(65_536)
                    if not chunk:
                        return
                    record += unzip.decompress(chunk)
                    end += len(chunk)
            except zlib.error:
                return
            end -= len(unzip.unused_data)
            yield start, end, bytes(record)
            start = end


def _digest_fault(record: bytes) -> str | None:
    try:
        read = next(iter(ArchiveIterator(io.BytesIO(record), check_digests=True)))
        read.raw_stream.read()
    except (ArchiveLoadFailed, StopIteration, ValueError) as error:
        return f"no WARC record ({type(error).__name__})"
    checker = read.digest_checker
    return None if checker.passed is not False else "; ".join(checker.problems)


def _encode(page: Page, sent: Send | None = None) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        page.final_url,
        "response",
        payload=io.BytesIO(page.body),
        length=len(page.body),
        http_headers=_http_headers(page),
        warc_headers_dict={"WARC-Date": _date(page), _REQUESTED: page.url} | _told(page),
    )
    writer.write_record(record)
    if sent is not None and sent.form is not None:
        writer.write_record(_request(writer, page, sent.form, record.rec_headers.get_header("WARC-Record-ID")))
    return buffer.getvalue()


def _request(writer: WARCWriter, page: Page, form: tuple[tuple[str, str], ...], answer: str) -> ArcWarcRecord:
    parts, body = urlsplit(page.url), urlencode(form).encode("ascii")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = [
        ("Host", parts.netloc),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", str(len(body))),
    ]
    return writer.create_warc_record(
        page.url,
        "request",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(f"POST {target} HTTP/1.1", headers, is_http_request=True),
        warc_headers_dict={"WARC-Date": _date(page), "WARC-Concurrent-To": answer} | _told(page),
    )


def _encode_revisit(page: Page, earlier: Page) -> bytes:
    profile = "server-not-modified" if page.status == _NOT_MODIFIED else "identical-payload-digest"
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        page.final_url,
        "revisit",
        http_headers=_http_headers(page),
        warc_headers_dict={
            "WARC-Date": _date(page),
            "WARC-Profile": f"http://netpreserve.org/warc/1.1/revisit/{profile}",
            "WARC-Refers-To-Target-URI": earlier.final_url,
            "WARC-Refers-To-Date": _date(earlier),
            "WARC-Payload-Digest": "sha1:" + base64.b32encode(hashlib.sha1(earlier.body).digest()).decode(),  # noqa: S324
            _REQUESTED: page.url,
        }
        | _told(page),
    )
    writer.write_record(record)
    return buffer.getvalue()


def _http_headers(page: Page) -> StatusAndHeaders:
    headers = [(_ORIGINAL + name if name in _WIRE else name, value) for name, value in page.headers]
    headers.append(("content-length", str(len(page.body))))
    return StatusAndHeaders(str(page.status), headers, protocol="HTTP/1.1")


def _told(page: Page) -> dict[str, str]:
    """The fields that tell another protocol than that of the message, and whether it was asked for as an article."""
    fields = {} if page.protocol == HTTP_1_1 else {_PROTOCOL: page.protocol}
    return fields if page.as_article is None else fields | {_AS_ARTICLE: _ANSWERS[page.as_article]}


def as_article(told: str | None) -> bool | None:
    """What a record's field ``Govscrape-As-Article`` tells: ``Page.as_article``."""
    return next((value for value, word in _ANSWERS.items() if word == told), None)


def _date(page: Page) -> str:
    return page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _decode(record: ArcWarcRecord, where: str) -> Page:
    if record.rec_type != "response" or record.http_headers is None:
        raise ArchiveError(f"{where}: a {record.rec_type} record, not a response")
    lowered = [(name.lower(), value) for name, value in record.http_headers.headers]
    headers = [(name.removeprefix(_ORIGINAL), value) for name, value in lowered if name != "content-length"]
    head: Any = record.rec_headers
    final = head.get_header("WARC-Target-URI")
    return Page(
        url=head.get_header(_REQUESTED) or final,
        final_url=final,
        status=int(record.http_headers.get_statuscode()),
        headers=tuple(headers),
        body=record.raw_stream.read(),
        fetched_at=datetime.fromisoformat(head.get_header("WARC-Date")),
        protocol=head.get_header(_PROTOCOL) or HTTP_1_1,
        as_article=as_article(head.get_header(_AS_ARTICLE)),
    )


def _warcinfo(name: str) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    info = {
        "software": f"govscrape/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
    }
    writer.write_record(writer.create_warcinfo_record(name, info))
    return buffer.getvalue()

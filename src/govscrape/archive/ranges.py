"""Reads a range of bytes of a large WARC file: the responses whose records begin there, whoever wrote them.

For files that are cut into pieces of work. In a gzipped file every record must be a member of its own, as the WARC
standard asks and as Common Crawl and this program write them. Needs the extra ``scale`` (fastwarc, which reads several
times as fast as what the rest of the archive uses).
"""

import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from govscrape.archive.reader import BODY_BYTES_MAX
from govscrape.archive.warc import as_article
from govscrape.errors import ArchiveError
from govscrape.models.page import Page

_BLOCK = 1 << 16
_HEAD = 64
_GZIP = b"\x1f\x8b\x08"
_MARK = re.compile(rb"\x1f\x8b\x08|(?:\A|\r\n\r\n)(?=WARC/[01]\.)")


def first_record(stream: BinaryIO, start: int, end: int) -> int | None:
    """Where the first record at or after ``start`` and before ``end`` begins, or None."""
    # A record's mark may begin before the range and its first byte lie in it.
    at = max(start - 4, 0)
    stream.seek(at)
    window = stream.read(_BLOCK)
    while at < end:
        following = stream.read(_BLOCK)
        data = window + following
        for match in _MARK.finditer(data, 0, len(window)):
            place = at + match.end() - (len(_GZIP) if match[0] == _GZIP else 0)
            if start <= place < end and (match[0] != _GZIP or _opens_record(data[match.start() :])):
                # At the start of the window there is no line end before it to tell a record from a quotation.
                if match[0] == b"" and at > 0:
                    continue
                return place
        if not following:
            return None
        at += len(window)
        window = following
    return None


def _opens_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, _HEAD).startswith(b"WARC/")
    except zlib.error:
        return False


def read_range(
    stream: BinaryIO, name: str, start: int, end: int, wanted: Callable[[str], bool]
) -> Iterator[tuple[int, Page]]:
    """Each HTTP response that begins in ``start``..``end`` with its offset, if its URL is ``wanted``.

    Bodies are decoded and cut at ``BODY_BYTES_MAX``. Raises ArchiveError naming the file, and the byte after which
    nothing could be read, when it is no WARC file or is broken there; what came before has been given by then.
    """
    offset = start

    def is_wanted(record: Any) -> bool:
        nonlocal offset
        offset = record.stream_pos if record.stream_pos < end else offset
        return record.stream_pos >= end or _is_wanted(record, wanted)

    try:
        begin = first_record(stream, start, end)
        if begin is None:
            return
        stream.seek(begin)
        records = ArchiveIterator(
            stream,
            record_types=WarcRecordType.any_type,
            parse_http=False,
            func_filter=is_wanted,
            auto_decode="all",
        )
        for record in records:
            if record.stream_pos >= end:
                return
            yield offset, _page(record)
        _refuse_torn(stream, offset)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise ArchiveError(f"{name}: no whole WARC record after byte {offset}") from error


def _refuse_torn(stream: BinaryIO, last: int) -> None:
    """EOFError when the file ends inside its last record, which began at ``last``; the iterator does not tell."""
    stream.seek(last)
    rest = stream.read()
    if rest.startswith(_GZIP):
        member = zlib.decompressobj(31)
        member.decompress(rest)
        whole = member.eof and not member.unused_data
    else:
        head, _, block = rest.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
        whole = length is not None and int(length[1]) <= len(block)
    if not whole:
        raise EOFError("the file ends inside its last record")


def _is_wanted(record: Any, wanted: Callable[[str], bool]) -> bool:
    return bool(record.record_type == WarcRecordType.response and wanted(record.headers.get("WARC-Target-URI") or ""))


def _page(record: Any) -> Page:
    url, moment = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
    record.parse_http()
    if record.http_headers is None or not url or not moment:
        raise ValueError("a response record without its headers")
    headers = tuple((name.lower(), value) for name, value in record.http_headers)
    body = record.reader.read(BODY_BYTES_MAX)
    coded = any(name in ("content-encoding", "transfer-encoding") for name, _ in headers)
    if not coded and len(body) < min(record.content_length, BODY_BYTES_MAX):
        raise EOFError("the file ends inside the record")
    return Page(
        url=record.headers.get("Govscrape-Requested-URI") or url,
        final_url=url,
        status=int(record.http_headers.status_code or 0),
        headers=headers,
        body=body,
        fetched_at=datetime.fromisoformat(moment),
        as_article=as_article(record.headers.get("Govscrape-As-Article")),
    )

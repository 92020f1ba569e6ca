"""Reads the responses of any WARC file, ours or another program's, gzipped or not, from front to back."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from govscrape.errors import ArchiveError
from govscrape.models.page import Page

BODY_BYTES_MAX = 50_000_000


def read_responses(path: Path) -> Iterator[Page]:
    """Every HTTP response in the file's order, its body decoded and cut at ``BODY_BYTES_MAX``.

    Raises ArchiveError naming the file, and the byte where reading ended, when it is no WARC file or is broken.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            for record in records:
                offset = records.get_record_offset()
                if record.rec_type == "response" and record.http_headers is not None:
                    yield _page(record)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError) as error:
        raise ArchiveError(f"{path}: broken after byte {offset} ({type(error).__name__})") from error


def _page(record: Any) -> Page:
    head = record.rec_headers
    url = head.get_header("WARC-Target-URI") or ""
    headers = tuple((name.lower(), value) for name, value in record.http_headers.headers)
    return Page(
        url=head.get_header("Govscrape-Requested-URI") or url,
        final_url=url,
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
        body=record.content_stream().read(BODY_BYTES_MAX),
        fetched_at=datetime.fromisoformat(head.get_header("WARC-Date")),
    )

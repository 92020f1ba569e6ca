"""Reads the responses of any WARC file, ours or another program's, gzipped or not, from front to back."""

import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from govscrape.archive.warc import as_article
from govscrape.errors import ArchiveError
from govscrape.models.page import Page

BODY_BYTES_MAX = 50_000_000


def read_responses(path: Path, kinds: Counter[str] | None = None) -> Iterator[Page]:
    """Every HTTP response in the file's order, its body decoded and cut at ``BODY_BYTES_MAX``.

    ``kinds`` counts all records by their ``WARC-Type``: of a revisit the file has no body, and none is given.
    Raises ArchiveError naming the file, and the byte where the last good record begins, when it is no WARC file or is
    broken there; what came before has been given by then.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            if not file.read(1):
                return
            file.seek(0)
            records = ArchiveIterator(file)
            for record in records:
                if kinds is not None:
                    kinds[record.rec_type] += 1
                page = _page(record) if record.rec_type == "response" else None
                if _is_torn(record):
                    raise EOFError
                offset = records.get_record_offset()
                if page is not None:
                    yield page
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, AttributeError, TypeError) as error:
        # The last two are how warcio trips over records without the headers that it needs.
        raise ArchiveError(f"{path}: no whole WARC record after byte {offset}") from error


def _is_torn(record: Any) -> bool:
    """Whether the file ended inside the record: the library says nothing then and gives what there is."""
    record.raw_stream.read()
    return bool(getattr(record.raw_stream, "limit", 0))


def _page(record: Any) -> Page:
    head = record.rec_headers
    url, moment = head.get_header("WARC-Target-URI"), head.get_header("WARC-Date")
    if record.http_headers is None or not url or not moment:
        raise ValueError("a response record without its headers")
    headers = tuple((name.lower(), value) for name, value in record.http_headers.headers)
    return Page(
        url=head.get_header("Govscrape-Requested-URI") or url,
        final_url=url,
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
        body=record.content_stream().read(BODY_BYTES_MAX),
        fetched_at=datetime.fromisoformat(moment),
        as_article=as_article(head.get_header("Govscrape-As-Article")),
    )

"""How ``govscrape extract`` reads its inputs: pages, texts, a corpus of lines, archives; each in constant memory.

An item that cannot be read is a :class:`BadItem`, so that one bad line does not end a run of a million.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO

from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.portal import PageWords
from govscrape.models.records import Issue
from govscrape.parse import article_from_text

MAX_FILE_BYTES = 50_000_000
MAX_LINE_BYTES = 50_000_000
HANOI = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Item:
    """One article read; ``id`` is what the input calls it (its file for a page or text), ``line`` where it stood."""

    id: Any
    article: Article
    issues: tuple[Issue, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class BadItem:
    """What could not be read; ``line`` counts from 1, null for a whole file. A ``fault`` is ours, not the input's.

    ``is_list``: it was read and is a list of articles.
    """

    id: Any
    line: int | None
    message: str
    fault: bool = False
    is_list: bool = False


@dataclass(frozen=True)
class Given:
    """What the command line says about the articles, where the input itself does not; ``words`` mark page furniture."""

    url: str | None = None
    province: str | None = None
    published_at: datetime | None = None
    words: PageWords = field(default_factory=PageWords)


@contextmanager
def open_bytes(path: str) -> Iterator[BinaryIO]:
    """The file, or stdin for ``-``. Raises InputError naming the path."""
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below; the try guards only the opening
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    with stream:
        yield stream


def read_bytes(path: str) -> bytes:
    """All of a file or of stdin, at most ``MAX_FILE_BYTES``."""
    with open_bytes(path) as stream:
        try:
            data = stream.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"{path}: larger than {MAX_FILE_BYTES} bytes")
    return data


def read_text(path: str) -> str:
    """A whole file as UTF-8; a byte order mark is dropped. Raises InputError naming path and byte."""
    return as_text(path, read_bytes(path))


def as_text(path: str, data: bytes) -> str:
    """As :func:`read_text`, of bytes read already."""
    if data.startswith(b"%PDF-"):
        raise InputError(f"{path}: a PDF and not text; save what it says as UTF-8 text")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error


def parse_time(value: str) -> datetime:
    """An ISO 8601 date or time; without a zone it is Vietnam's (+07:00). Raises ValueError."""
    moment = datetime.fromisoformat(value.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=HANOI)


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines without their ends; None for one longer than ``MAX_LINE_BYTES``. Only LF and CRLF end a line."""
    number = 0
    while chunk := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(chunk) <= MAX_LINE_BYTES or chunk.endswith(b"\n"):
            yield number, chunk.rstrip(b"\r\n")
            continue
        while chunk and not chunk.endswith(b"\n"):
            chunk = stream.readline(MAX_LINE_BYTES)
        yield number, None


def read_corpus(path: str, given: Given) -> Iterator[Item | BadItem]:
    """Articles of a corpus, one JSON object a line, in order; blank lines are passed over."""
    with open_bytes(path) as stream:
        for number, raw in lines(stream):
            if raw is None or raw.strip():
                yield read_line(raw, number, given)


def read_line(raw: bytes | None, number: int, given: Given) -> Item | BadItem:
    """One line of a corpus as an article, or why not; None stands for a line that was too long to be kept."""
    if raw is None:
        return BadItem(None, number, f"line is longer than {MAX_LINE_BYTES} bytes")
    try:
        row = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return BadItem(None, number, f"not UTF-8 at byte {error.start} of the line")
    except json.JSONDecodeError as error:
        return BadItem(None, number, f"not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:
        return BadItem(None, number, f"not usable JSON: {error}")
    if not isinstance(row, dict):
        return BadItem(None, number, f"expected an object, found {type(row).__name__}")
    known_as = row.get("id")
    if isinstance(known_as, dict | list):
        return BadItem(None, number, "id must be a string or a number")
    try:
        return Item(known_as, *_article_of(row, number, given), line=number)
    except (ValueError, InputError) as error:
        return BadItem(known_as, number, str(error))


def _article_of(row: dict[str, Any], number: int, given: Given) -> tuple[Article, tuple[Issue, ...]]:
    text = _string(row, "text")
    if text is None:
        raise InputError("text is missing")
    issues: tuple[Issue, ...] = ()
    published_at, written = given.published_at, _string(row, "published_at")
    if written:
        try:
            published_at = parse_time(written)
        except ValueError:
            message = f"published_at {written[:40]!r} is not an ISO 8601 date; left out"
            issues = (Issue(code="bad_published_at", message=message, where=f"line {number}"),)
    article = article_from_text(
        text,
        title=_string(row, "title"),
        url=_string(row, "url") or given.url,
        province=_string(row, "province") or given.province,
        published_at=published_at,
        words=given.words,
    )
    return article, issues


def _string(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"{key} must be a string, found {type(value).__name__}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{key} holds half a character (lone surrogate) at {error.start}") from error
    return value


def plain_item(path: str, text: str, given: Given) -> Item:
    """The text of a file as one article."""
    article = article_from_text(
        text, url=given.url, province=given.province, published_at=given.published_at, words=given.words
    )
    return Item(path, article)

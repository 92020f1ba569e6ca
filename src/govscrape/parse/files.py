"""The text of a PDF or DOCX file. Libraries for both come with the extra ``attachments``.

Such files can be made to take hours or all memory: read them where that can be stopped.
"""

import io
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from govscrape.errors import NotAnArticle

PAGES_MAX = 300
CHARS_MAX = 2_000_000
_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_HEAD = 1_024
_LETTERS_MIN = 20


def readable() -> bool:
    """Whether the extra ``attachments`` is installed."""
    return find_spec("pypdf") is not None and find_spec("docx") is not None


def is_file(body: bytes) -> bool:
    """Whether the first bytes are those of a PDF or of a zip, which a DOCX is."""
    return _PDF in body[:_HEAD] or body.startswith(_ZIP)


def file_text(body: bytes) -> str:
    """What a file says, a blank line between its pages or paragraphs.

    Raises NotAnArticle: ``attachment_not_read`` without the extra, ``not_a_file`` (a page in its place),
    ``unreadable_file`` (encrypted, broken, another kind), ``no_text_layer`` (a scan).
    """
    if not is_file(body):
        raise NotAnArticle("not a file but something else", "not_a_file")
    if not readable():
        raise NotAnArticle("files are read with govscrape[attachments]", "attachment_not_read")
    try:
        text = "\n\n".join(part for part in (_pdf if _PDF in body[:_HEAD] else _docx)(body) if part.strip())
    except (NotAnArticle, MemoryError):
        raise
    except Exception as error:
        raise NotAnArticle(f"cannot be read, {type(error).__name__}: {str(error)[:100]}", "unreadable_file") from error
    if sum(char.isalpha() for char in text) < _LETTERS_MIN:
        raise NotAnArticle("no text in the file, it is a scan or empty", "no_text_layer")
    return text


def _pdf(body: bytes) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - an extra

    pages = PdfReader(io.BytesIO(body)).pages
    total = 0
    for number in range(min(len(pages), PAGES_MAX)):
        text = pages[number].extract_text()
        total += len(text)
        if total > CHARS_MAX:
            raise NotAnArticle(f"more than {CHARS_MAX} characters of text", "unreadable_file")
        yield text


def _docx(body: bytes) -> Iterator[str]:
    from docx import Document  # noqa: PLC0415 - an extra
    from docx.table import Table  # noqa: PLC0415

    for block in Document(io.BytesIO(body)).iter_inner_content():
        if isinstance(block, Table):
            yield from (" | ".join(_cells(row)) for row in block.rows)
        else:
            yield block.text


def _cells(row: Any) -> list[str]:
    """The cells of a row, one that spans columns only once."""
    return [" ".join(cell.text.split()) for cell in {id(cell._tc): cell for cell in row.cells}.values()]

"""The copy of a portal's page that the archive keeps, shown so that nothing in it can act or reach out."""

from dataclasses import dataclass
from pathlib import Path

from govscrape.archive import Archive
from govscrape.dataset import pages

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""No script, no form, no plugin, no request: the page is text and its own inline styles."""


@dataclass(frozen=True)
class Copy:
    """An archived response as it is sent: HTML as it is, under SANDBOX; everything else to be saved."""

    body: bytes
    headers: dict[str, str]


def archived_copy(db: Path, archive: Path, number: int) -> Copy | None:
    """The copy of that number in the table ``pages``, or None. ArchiveError when the archive does not have it."""
    ref = pages.kept_page(db, number)
    if ref is None:
        return None
    page = Archive(archive).read(ref)
    kind = dict(page.headers).get("content-type", "")
    html = kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    headers = {
        "content-type": _printable(kind) if html else "application/octet-stream",
        "content-security-policy": SANDBOX,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    if not html:
        headers["content-disposition"] = f'attachment; filename="{number}"'
    return Copy(page.body, headers)


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isprintable())

"""What travels between fetch, archive, parse and store."""

from datetime import datetime

from pydantic import Field

from govscrape.models.base import Frozen


class Page(Frozen):
    """One HTTP response as received; ``body`` is decoded of any transfer and content coding, ``headers`` lower-case."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    fetched_at: datetime

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class ArchiveRef(Frozen):
    """Where a response lies: ``file`` relative to the archive folder, byte ``offset`` of its record, SHA-256 of the body."""

    file: str
    offset: int = Field(ge=0)
    sha256: str


class ListingItem(Frozen):
    """A link to an article on a listing page; ``url`` is absolute and canonical for its portal."""

    url: str
    title: str | None = None
    published_at: datetime | None = None


class ListingPage(Frozen):
    """One page of a listing: its items, the next page's URL, and how many item blocks had no usable link."""

    items: tuple[ListingItem, ...] = ()
    next_url: str | None = None
    without_link: int = 0

"""What travels between fetch, archive, parse and store."""

from datetime import datetime

from pydantic import Field

from govscrape.models.base import Frozen

HTTP_1_1 = "http/1.1"


class Page(Frozen):
    """One HTTP response as received; ``body`` is decoded of any transfer and content coding, ``headers`` lower-case.

    ``protocol`` is the one it came by, named as in the WARC-Protocol field (http/1.1, h2). ``as_article``: whether a
    crawl asked for it as an article, or as a list or file; null where nothing tells.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    fetched_at: datetime
    protocol: str = HTTP_1_1
    as_article: bool | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Send(Frozen):
    """What goes with a request: ``form`` makes it a POST, ``headers`` are added to the crawler's own."""

    form: tuple[tuple[str, str], ...] | None = None
    headers: tuple[tuple[str, str], ...] = ()


class ArchiveRef(Frozen):
    """Where a response lies: ``file`` within the archive folder, byte ``offset`` of its record, the body's SHA-256."""

    file: str
    offset: int = Field(ge=0)
    sha256: str


class ListingItem(Frozen):
    """A link to an article on a listing page; ``url`` is absolute and canonical for its portal.

    ``changed_at`` is a sitemap's date: the article came out then or before.
    """

    url: str
    title: str | None = None
    published_at: datetime | None = None
    changed_at: datetime | None = None


class ListingPage(Frozen):
    """One page of a listing: its items, the next page's URL, and how many item blocks had no usable link.

    ``form`` holds the values that the requests for later pages must repeat; ``next_form`` is posted to ``next_url`` for
    the next page alone; ``more`` says that the page offers another.
    ``rows`` counts the page's items together with those that are no articles of the portal or have no link; ``total``
    and ``last_page`` are how many items and which last page the listing says it has.
    """

    items: tuple[ListingItem, ...] = ()
    next_url: str | None = None
    next_form: tuple[tuple[str, str], ...] = ()
    without_link: int = 0
    form: tuple[tuple[str, str], ...] = ()
    more: bool = False
    rows: int = 0
    total: int | None = None
    last_page: int | None = None

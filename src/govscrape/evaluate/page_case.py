"""A gold page: the bytes of a page, and the title, date, author and paragraphs of its article."""

from datetime import UTC, datetime

from pydantic import Field

from govscrape.models.base import Frozen
from govscrape.models.page import Page

_SAVED = datetime(2024, 1, 1, tzinfo=UTC)


class PageCase(Frozen):
    """One annotated page. ``portal`` is the portal file beside it, or a shipped portal's id; null: none knows the page.

    ``body`` has the article's paragraphs in order, captions and rows of tables among them. ``draft``: what the program
    read, not yet gold.
    """

    id: str
    folder: str = Field(exclude=True)
    content: bytes = Field(exclude=True, repr=False)
    page: str
    url: str
    portal: str | None = None
    content_type: str | None = None
    draft: str | None = None
    note: str | None = None
    disclaimer: str | None = None
    title: str
    published_at: datetime | None
    author: str | None
    body: tuple[str, ...] = Field(min_length=1)

    @property
    def as_fetched(self) -> Page:
        """The page as a crawl would have received it."""
        headers = (("content-type", self.content_type),) if self.content_type else ()
        return Page(url=self.url, final_url=self.url, status=200, headers=headers, body=self.content, fetched_at=_SAVED)

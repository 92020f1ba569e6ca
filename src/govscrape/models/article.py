"""The article: what an editor would call the text of a page, and where it came from."""

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from govscrape.models.base import Frozen

ParagraphKind = Literal["heading", "text", "list_item", "caption", "table_row"]
PARAGRAPH_SEPARATOR = "\n\n"
CELL_SEPARATOR = " | "


class Paragraph(Frozen):
    """A stretch ``body[start:end]``; offsets count code points."""

    kind: ParagraphKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Image(Frozen):
    """A picture in the body; ``caption`` is null when the page gives none."""

    src: str
    caption: str | None = None


class Attachment(Frozen):
    """A file that the article links to."""

    url: str
    title: str | None = None
    media_type: str | None = None


class Article(Frozen):
    """One article. ``body`` is Unicode NFC, its paragraphs joined by a blank line; times carry +07:00.

    Captions stand in the body as paragraphs of kind ``caption``, so that a result told in one has an offset.
    ``title`` is not part of the body. Absent values are null.
    """

    url: str | None = None
    canonical_url: str | None = None
    portal: str | None = None
    province: str | None = None
    title: str | None = None
    summary: str | None = None
    body: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    author: str | None = None
    section: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    views: int | None = Field(default=None, ge=0)
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    language: str = "vi"

    @model_validator(mode="after")
    def _paragraphs_lie_in_body(self) -> "Article":
        last = 0
        for paragraph in self.paragraphs:
            if not last <= paragraph.start <= paragraph.end <= len(self.body):
                raise ValueError(f"paragraph {paragraph.start}..{paragraph.end} is outside the body or out of order")
            last = paragraph.end
        return self

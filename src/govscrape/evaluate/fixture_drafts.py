"""A page, or a text, as first versions of gold files: what the program reads from it, for a person to finish."""

from collections.abc import Mapping
from typing import Any

from govscrape.evaluate.gold_drafts import gold_record
from govscrape.models.article import Article
from govscrape.models.correction import FIELDS, KINDS, records_of
from govscrape.models.page import Page
from govscrape.models.records import Extraction

MARK = "made by the program: read the article, mend every field, add what is missing, then delete this line"


def page_draft(name: str, page: Page, portal: str | None, article: Article) -> dict[str, Any]:
    """The gold page ``name``.html as the program reads it."""
    draft: dict[str, Any] = {"draft": MARK, "page": f"{name}.html", "url": page.final_url or page.url, "portal": portal}
    if charset := page.header("content-type"):
        draft["content_type"] = charset
    return {
        **draft,
        "title": article.title or "",
        "published_at": _time(article),
        "author": article.author,
        "body": [article.body[part.start : part.end] for part in article.paragraphs],
    }


def case_draft(extraction: Extraction) -> dict[str, Any]:
    """The gold case of an article, with every record the program found; targets and projections are none."""
    article = extraction.article
    about = {
        "title": article.title,
        "province": article.province,
        "portal": article.portal,
        "published_at": _time(article),
    }
    return {
        "draft": MARK,
        **{key: value for key, value in about.items() if value},
        "tags": [],
        "text": article.body,
        **{f"gold_{FIELDS[kind]}": _records(extraction, kind) for kind in KINDS},
        "negatives": [],
        "ambiguous": [],
    }


def _records(extraction: Extraction, kind: Any) -> list[Mapping[str, Any]]:
    found = records_of(extraction, kind)
    return [gold_record(kind, record) for record in found if getattr(record, "status", "result") == "result"]


def _time(article: Article) -> str | None:
    return article.published_at.isoformat() if article.published_at else None

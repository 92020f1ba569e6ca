"""Each CMS family on a page and a listing written as that CMS writes them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govscrape.fetch.paging import page_url
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse import canonical_url, parse_article, parse_listing
from govscrape.parse.selectors import check
from govscrape.rules.portals import load_page_words, load_portal

FIXTURES = Path(__file__).parent.parent / "fixtures" / "portals"
FAMILIES = sorted(path.name for path in FIXTURES.iterdir())


def _read(family: str, name: str) -> tuple[Portal, dict[str, Any], bytes]:
    folder = FIXTURES / family
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return load_portal(folder / f"{family}_sample.yaml"), expected, (folder / name).read_bytes()


def _page(url: str, body: bytes) -> Page:
    return Page(url=url, final_url=url, status=200, body=body, fetched_at=datetime(2024, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize("family", FAMILIES)
def test_article(family: str) -> None:
    """Menus, counters, other articles' figures and bylines must not reach the extractor; captions and rows must."""
    portal, expected, body = _read(family, "page.html")
    article, issues = parse_article(_page(expected["url"], body), portal)
    assert [(part.kind, article.body[part.start : part.end]) for part in article.paragraphs] == [
        tuple(part) for part in expected["paragraphs"]
    ]
    assert article.title == expected["title"]
    assert article.published_at is not None
    assert article.published_at.isoformat() == expected["published_at"]
    assert (article.author, article.views) == (expected["author"], expected["views"])
    assert [[image.src, image.caption] for image in article.images] == expected["images"]
    assert [[file.url, file.title, file.media_type] for file in article.attachments] == expected["attachments"]
    assert [issue.code for issue in issues] == expected["issues"]
    assert article.canonical_url == canonical_url(expected["url"], portal)
    assert article.province == portal.province


@pytest.mark.parametrize("family", FAMILIES)
def test_listing(family: str) -> None:
    """A duplicate, a print copy, another host's link or a dead link would be crawled for nothing or twice."""
    portal, expected, body = _read(family, "listing.html")
    listing = portal.listings[0]
    found = parse_listing(_page(page_url(portal, listing, 1), body), portal, listing)
    assert [
        [item.url, item.title, item.published_at and item.published_at.isoformat()] for item in found.items
    ] == expected["listing"]["items"]
    assert found.next_url == expected["listing"]["next_url"]
    assert found.without_link == expected["listing"]["without_link"]


@pytest.mark.parametrize("family", FAMILIES)
def test_generic_reading_finds_the_same_paragraphs(family: str) -> None:
    """A portal without selectors, or redesigned, is read by text density: no long paragraph may be lost or added."""
    _, expected, body = _read(family, "page.html")
    article, _ = parse_article(_page(expected["url"], body), None, load_page_words())
    assert article.title == expected["title"]
    found = {article.body[part.start : part.end] for part in article.paragraphs}
    wanted = {text for kind, text in expected["paragraphs"][1:] if kind == "text" and len(text) > 60}
    assert wanted <= found
    assert {text for text in found if len(text) > 60} <= {text for _, text in expected["paragraphs"]}


def test_every_family_has_fixtures_and_sound_selectors() -> None:
    """A family without a page of its own is not known to work."""
    for family in FAMILIES:
        check(_read(family, "page.html")[0])
    rules = Path(__file__).parent.parent.parent / "rules" / "portals" / "_families"
    assert sorted(path.stem for path in rules.glob("*.yaml")) == FAMILIES

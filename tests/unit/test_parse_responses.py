"""Which pages of an archive are read as articles."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from govscrape.models.page import Page
from govscrape.models.portal import Listing, Portal, UrlRules
from govscrape.parse.responses import KIND, LISTS, STATUS, left_out, told

LISTED = Listing(id="l", url="/tin-tuc?trang={page}", item="li")
PORTAL = Portal(
    id="a", name="A", province="Gia Lai", base_url="https://a.gov.vn", hosts=("a.gov.vn",), listings=(LISTED,)
)


def page(url: str, status: int = 200, kind: str = "text/html", as_article: bool | None = None) -> Page:
    """A response of an imagined archive."""
    return Page(
        url=url, final_url=url, status=status, headers=(("content-type", kind),),
        fetched_at=datetime(2024, 1, 1, tzinfo=UTC), as_article=as_article,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("https://a.gov.vn/tin-tuc/bai-1", None),
        ("https://a.gov.vn/tin-tuc?trang=12", LISTS),
        ("http://www.a.gov.vn/tin-tuc?trang=2", LISTS),
        ("https://a.gov.vn/", LISTS),
        ("https://a.gov.vn/tin-tuc?trang=2&bai=5", None),
        ("https://b.gov.vn/tin-tuc?trang=12", None),
        ("https://a.gov.vn:x/", None),
    ],
)
def test_a_portals_lists_are_told_by_address(path: str, reason: str | None) -> None:
    """A list read as an article gives each fact of its teasers a second time, under an address without that fact."""
    assert left_out(page(path), PORTAL) == reason
    assert left_out(page(path), None) is None


def test_a_pattern_of_articles_leaves_all_else_out() -> None:
    portal = PORTAL.model_copy(update={"urls": UrlRules(article=r"\.html$")})
    assert left_out(page("https://a.gov.vn/gioi-thieu"), portal) == LISTS
    assert left_out(page("https://a.gov.vn/bai.html"), portal) is None


def test_what_a_crawl_asked_for_wins() -> None:
    """Its own archive says of every page what for; a portal that nobody knows here any more is read so too."""
    assert left_out(page("https://a.gov.vn/x", as_article=False), None) == LISTS
    assert left_out(page("https://a.gov.vn/", as_article=True), PORTAL) is None
    assert left_out(page("https://a.gov.vn/x", 404, as_article=True), PORTAL) == STATUS
    assert left_out(page("https://a.gov.vn/x", kind="application/pdf"), PORTAL) == KIND


def test_nothing_is_said_where_all_was_read() -> None:
    assert told(Counter()) is None
    assert told(Counter({KIND: 2, LISTS: 1})) == "not read as articles: lists (1), answers that are no HTML (2)"

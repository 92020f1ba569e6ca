"""Pages as portals really served them; they are not in the repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.errors import NotAnArticle
from govscrape.models.page import Page
from govscrape.models.portal import Listing
from govscrape.parse import parse_article, parse_listing
from govscrape.rules.portals import load_page_words, load_portals

PAGES = Path(__file__).parents[3] / "shared" / "pages"
pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the real pages are not in the repository")


def _page(name: str) -> Page:
    url = f"https://sotttt.hanoi.gov.vn/{name}"
    body = (PAGES / f"{name}.html").read_bytes()
    return Page(url=url, final_url=url, status=200, body=body, fetched_at=datetime(2022, 9, 1, tzinfo=UTC))


def test_liferay_listing() -> None:
    """Ten items with title and time, and the next page rather than the last."""
    portal = load_portals()["ha_noi_so_tttt"]
    found = parse_listing(_page("sotttt_cong_nghe_thong_tin"), portal, portal.listings[0])
    assert len(found.items) == 10
    assert found.without_link == 0
    assert all(item.title and item.published_at and "?" not in item.url for item in found.items)
    assert found.items[0].published_at == datetime.fromisoformat("2022-07-21T10:00:00+07:00")
    assert found.next_url is not None
    assert "_101_cur=2" in found.next_url


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sotttt_dang_nhap", "login"),
        ("sotttt_https", "soft_404"),
        ("sotttt_eng_trap_locale_suffix", "listing"),
        ("sotttt_cong_nghe_thong_tin", "listing"),
    ],
)
def test_refused(name: str, code: str) -> None:
    """A login, a status page and a listing under an article's address all answered 200."""
    with pytest.raises(NotAnArticle) as refused:
        parse_article(_page(name), load_portals()["ha_noi_so_tttt"])
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["sotttt_dang_nhap", "sotttt_https"])
def test_refused_without_a_portal(name: str) -> None:
    """The words alone are enough."""
    with pytest.raises(NotAnArticle):
        parse_article(_page(name), None, load_page_words())


def test_static_page() -> None:
    """Eighteen thousand characters of text between menus, with letters as entities."""
    article, _ = parse_article(_page("sotttt_chuc_nang_nhiem_vu"), load_portals()["ha_noi_so_tttt"])
    assert article.title == "Chức năng nhiệm vụ"
    assert 15_000 < len(article.body) < 19_000
    assert article.body.endswith("theo quy định của pháp luật.")
    assert "Sơ đồ cổng" not in article.body
    assert article.published_at is None


def test_officials_page() -> None:
    """Names and posts in centred paragraphs without a class."""
    article, _ = parse_article(_page("sotttt_lanh_ao_so"), load_portals()["ha_noi_so_tttt"])
    assert "Đồng chí Nguyễn Việt Hùng" in article.body


def test_vccorp_home() -> None:
    """Titles as entities, relative links, pictures' links that repeat the titles'."""
    portal = load_portals()["ha_noi_so_tttt"].model_copy(update={"base_url": "https://vpcp.chinhphu.vn"})
    page = _page("vpcp_chinhphu_home").model_copy(update={"final_url": "https://vpcp.chinhphu.vn/"})
    listing = Listing(id="home", url="https://vpcp.chinhphu.vn/", link="a.box-link-title, .box-link-title a")
    found = parse_listing(page, portal, listing)
    assert len(found.items) >= 5
    assert all(item.title and "&#" not in item.title for item in found.items)

"""Telling a CMS from a page: a wrong family reads nothing, a generic one reads everything a little worse."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.models.page import Page
from govscrape.models.portal import Family, Listing, Marker
from govscrape.parse import form_values
from govscrape.parse.probe import Probe, probe
from govscrape.parse.selectors import css_problem
from govscrape.rules.drafts import province_named, province_of
from govscrape.rules.portals import load_families, load_portals

FIXTURES = Path(__file__).parents[1] / "fixtures" / "portals"
SAVED = Path(__file__).parents[3] / "shared" / "pages"
FAMILIES = sorted(path.name for path in FIXTURES.iterdir())


def look(body: bytes, url: str = "") -> Probe:
    page = Page(url=url, final_url=url, status=200, body=body, fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
    return probe(page, load_families().values())


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_knows_its_article(family: str) -> None:
    """By the page alone: where it was saved from is often forgotten."""
    assert look((FIXTURES / family / "page.html").read_bytes()).family == family


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"nukeviet"}))
def test_each_family_knows_its_listing(family: str) -> None:
    """The front page is what a newcomer has at hand. (NukeViet's sample is a feed.)"""
    url = json.loads((FIXTURES / family / "expected.json").read_text(encoding="utf-8"))["url"]
    assert look((FIXTURES / family / "listing.html").read_bytes(), url).family == family


@pytest.mark.skipif(not SAVED.is_dir(), reason="the real pages are not in the repository")
@pytest.mark.parametrize("path", sorted(SAVED.glob("*.html")), ids=lambda path: path.stem)
def test_real_pages(path: Path) -> None:
    """Listings, a login, a soft 404 and a home page as portals served them."""
    site = path.name.partition("_")[0]
    assert look(path.read_bytes()).family == {"sotttt": "liferay", "vpcp": "vccorp", "laodong": "generic"}[site]


def test_every_marker_can_be_used() -> None:
    """A broken selector would fail at the first page of a newcomer."""
    for family in load_families().values():
        assert family.markers or family.id == "generic"
        assert not [marker.css for marker in family.markers if marker.css and css_problem(marker.css)], family.id


def test_one_weak_sign_is_no_proof() -> None:
    """A link to another site's file must not choose the selectors."""
    found = look(b'<p>x</p><a href="https://other.example/tin-123456789012345.htm">y</a><nav><li data-id=1></nav>')
    assert found.family == "generic"
    assert found.findings


def test_the_address_counts() -> None:
    """A page whose design shows nothing may still have the address of one CMS."""
    body = b"<html><p>x</p></html>"
    assert look(body, "https://a.example/news/-/view_content/77-bai").family == "liferay"
    assert look(body, "https://a.example/news").family == "generic"


def test_what_a_page_says_of_itself() -> None:
    """A saved page names its site, its address and its feed; without an address no file can be proposed."""
    found = look(
        b'<meta property="og:site_name" content="T\xe1\xbb\x89nh m\xe1\xba\xabu"><link rel=canonical href="https://a.vn/x">'
        b'<link rel=alternate type="application/rss+xml" href="/feed/">'
    )
    assert (found.name, found.base_url) == ("T\u1ec9nh m\u1eabu", "https://a.vn")
    assert found.listings == ({"id": "rss", "kind": "rss", "url": "https://a.vn/feed/"},)
    assert look(b"<title>x</title>").url == ""


def test_a_tie_is_settled_by_name() -> None:
    """The same page must always give the same answer."""
    families = [Family(id=id, name=id, markers=(Marker(css="p", weight=9),)) for id in ("b", "a")]
    page = Page(url="", final_url="", status=200, body=b"<p>x</p>", fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert [finding.family for finding in probe(page, families).findings] == ["a", "b"]


MENU = """<nav><ul><li data-id="1"><a href="/">Trang chủ</a></li>
<li data-id="6411"><a href="/tin-tuc">Tin tức</a><ul><li data-id="6412"><a href="/tin-tuc/kinh-te">Kinh tế</a></li></ul>
</li></ul></nav>"""
ITEMS = "".join(
    f'<article class="article-news"><a class="article-title common-title" href="/bai-{n}.html">Bài {n}</a></article>'
    for n in range(3)
)
BASE = "https://gialai.gov.vn"


def vhv(extra: str, path: str = "/tin-tuc") -> Probe:
    return look(f"<html><body>{extra}{ITEMS}</body></html>".encode(), BASE + path)


def packed(text: str) -> str:
    return f'<div class="widget" data-config="{b64encode(text.encode()).decode()}"></div>'


@pytest.mark.parametrize(
    "extra",
    [
        MENU,
        '<li class="active" data-id="6411"><b>Tin tức</b></li>',
        '<input type="hidden" name="categoryId" value="6411">',
        '<div data-category-id="6411"></div>',
        '<script>var list = {"categoryId":"6411", type: "Article.News"};</script>',
        "<script>form.append('categoryId', '6411');</script>",
        packed('{"service":"Content.Article.selectAll","categoryId":6411}'),
        packed('a:2:{s:10:"categoryId";s:4:"6411";s:4:"type";s:12:"Article.News";}'),
        packed("service=Content.Article.selectAll&categoryId=6411&pageNo=1"),
    ],
    ids=["menu", "marked", "field", "data", "script", "call", "JSON as base64", "PHP as base64", "query as base64"],
)
def test_the_sections_number_is_found(extra: str) -> None:
    """The list that counts its pages needs the section's number; nobody should have to look for it in the source."""
    (listing,) = vhv(extra).listings
    assert listing == {"id": "news", "like": "select_all", "form": {"categoryId": "6411"}}


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("", "form.categoryId: not found"),
        ("<script>a={categoryId:1}; b={categoryId:2}</script>", "2 values on this page, which is the section's? 1, 2"),
        ("<script>send({categoryId: current})</script>", "not found"),
        (packed("no settings at all, only a long text"), "not found"),
    ],
    ids=["nowhere", "of two widgets", "a variable's name", "other base64"],
)
def test_a_number_that_is_not_told_is_not_guessed(extra: str, told: str) -> None:
    """A wrong section's list would be walked as the portal's news, and nobody would see it."""
    found = vhv(extra)
    assert found.listings == ({"id": "news", "url": f"{BASE}/tin-tuc"},)
    assert len(found.unsettled) == 1
    assert told in found.unsettled[0]


def test_the_front_page_names_the_sections_to_look_at() -> None:
    """The front page is no section, even where the menu gives it a number."""
    found = vhv(MENU, "/")
    assert "like" not in found.listings[0]
    assert found.sections == ((f"{BASE}/tin-tuc", "Tin tức"), (f"{BASE}/tin-tuc/kinh-te", "Kinh tế"))


def test_values_that_change_are_read_again_by_each_walk() -> None:
    """They are encrypted, so what the page has today is no use next week: the file says where they stand."""
    page = """<input type=hidden id=Catname value="Zm9v+/=">
    <script>p = {LanguageId: 'bGFu', "Site" : "c2l0ZQ=="};</script><div class="box-stream-item" data-id=1>
    <a class="box-stream-link-title" href="/a-123456789012345678.htm">A</a></div>"""
    (listing,) = look(page.encode(), "https://hanoi.gov.vn/tin?x=1").listings
    assert (listing["like"], listing["form_page"], "form" in listing) == ("news_zone", "/tin?x=1", False)
    whole = Listing.model_validate({"id": "a", "url": "/a", "method": "POST", **listing})
    saved = Page(url="https://a.test/", final_url="", status=200, body=page.encode(), fetched_at=datetime.now(UTC))
    assert dict(form_values(saved, whole)) == {"Catname": "Zm9v+/=", "LanguageId": "bGFu", "Site": "c2l0ZQ=="}


@pytest.mark.parametrize(
    ("path", "pager", "url"),
    [
        ("/chuyen-muc-kinh-te-c12-1.html", "/chuyen-muc-kinh-te-c12-2.html", "/chuyen-muc-kinh-te-c12-{page}.html"),
        ("/tin-tuc", "?page=2", "/tin-tuc?page={page}"),
        ("/tin.aspx?Cat=82", "/tin.aspx?Cat=82&p=2", "/tin.aspx?Cat=82&p={page}"),
        ("/tin-tuc", "/tin-tuc-2.html", "/tin-tuc"),
        ("/tin-c1", "/khac-c2", "/tin-c1"),
        ("/tin-c1-5", "/tin-c2-2", "/tin-c1-5"),
    ],
    ids=["in the path", "a query", "one more parameter", "another address", "another section", "two numbers"],
)
def test_the_pager_tells_where_the_number_stands(path: str, pager: str, url: str) -> None:
    """A front list of ten articles is not the section; only the same address with the next number is its next page."""
    (listing,) = vhv(f'<div class="wrapper-pagination"><a href="{pager}">2</a></div>', path).listings
    assert listing == {"id": "news", "url": BASE + url}


@pytest.mark.parametrize(
    ("page", "province"),
    [
        ("<title>Tin tức</title><header class=top><div>CỔNG THÔNG TIN ĐIỆN TỬ TỈNH GIA LAI</div></header>", "Gia Lai"),
        ("<title>Cổng thông tin điện tử Thừa Thiên - Huế</title>", "Thừa Thiên Huế"),
        ("<title>Thành phố Huế</title><footer>Tỉnh Gia Lai</footer>", "Huế"),
        ("<title>Cong TTDT tinh Dak Lak</title>", "Đắk Lắk"),
        ("<meta property='og:site_name' content='Báo Gia Lai'><title>Tin của Đồng Nai</title>", "Gia Lai"),
        ("<title>Tin</title><div class=logo><img alt='Tỉnh Cà Mau'></div><p>Tỉnh Gia Lai</p>", "Cà Mau"),
        ("<title>Tỉnh Gia Lai và tỉnh Đồng Nai</title><footer>Tỉnh Gia Lai</footer>", None),
        ("<title>Vì hoà bình</title>", None),
        ("<title>Tin</title><p>Tỉnh Gia Lai</p>", None),
    ],
)
def test_whose_portal_it_is(page: str, province: str | None) -> None:
    """By what the page calls itself; the news on it are of anybody."""
    assert province_named(look(page.encode(), "https://x.example/").names) == province


@pytest.mark.parametrize(
    ("host", "province"),
    [
        ("sonoivu.gialai.gov.vn", "Gia Lai"),
        ("baria-vungtau.gov.vn", "Bà Rịa - Vũng Tàu"),
        ("www.dongnai.example", "Đồng Nai"),
        ("baodongnai.example", None),
        ("127.0.0.1", None),
    ],
)
def test_a_host_names_its_province(host: str, province: str | None) -> None:
    """Most do, and so nobody has to write it in."""
    assert province_of(host, load_portals().values()) == province

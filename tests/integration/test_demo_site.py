"""The sample sites misbehave as real portals do, on purpose and always alike."""

import json
import re
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from govscrape.demo import MARK, Served, sample_articles, serve

ARTICLE = {
    "gialai": "/gialai/tin-tuc/cai-cach-hanh-chinh/par-index-sipas-2022.html",
    "quangninh": "/quangninh/Trang/ChiTietTinTuc.aspx?nid=21402",
    "thuathienhue": "/thuathienhue/tin-tuc/-/view_content/18301-papi-2021-dan-dau-ca-nuoc.html",
    "dongnai": "/dongnai/vi/news/Kinh-te-Xa-hoi/mua-chom-chom-long-khanh-4055.html",
}
LISTING = {
    "gialai": "/gialai/tin-tuc/cai-cach-hanh-chinh?page=1",
    "quangninh": "/quangninh/Trang/tin-tuc-su-kien.aspx?Cat=82&page=1",
    "thuathienhue": "/thuathienhue/tin-tuc",
    "dongnai": "/dongnai/vi/news/Kinh-te-Xa-hoi/",
}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


def _get(served: Served, path: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(served.base_url + path, timeout=10) as response:  # noqa: S310 - loopback
            return response.status, response.headers["content-type"], response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["content-type"], error.read()


def _text(served: Served, path: str) -> str:
    return _get(served, path)[2].decode()


@pytest.mark.parametrize("path", [*ARTICLE.values(), *LISTING.values(), *(f"/{site}/" for site in ARTICLE)])
def test_every_page_says_that_it_is_a_sample(served: Served, path: str) -> None:
    """A page seen without its context must not pass for a real portal's."""
    status, kind, body = _get(served, path)
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert MARK in body.decode()


@pytest.mark.parametrize("path", ARTICLE.values(), ids=ARTICLE)
def test_counter_and_clock_change_at_every_fetch(served: Served, path: str) -> None:
    """Two fetches never give the same bytes: whoever compares bytes sees an edit each time."""
    assert _get(served, path)[2] != _get(served, path)[2]


def test_vhv_answers_page_one_for_ever(served: Served) -> None:
    """Only "no new link" ends this walk; the page also has a next link always."""
    links = re.compile(r'common-title" href="([^"]+)"')
    first, beyond = (_text(served, f"/gialai/tin-tuc/cai-cach-hanh-chinh?page={n}") for n in (1, 99))
    assert links.findall(first) == links.findall(beyond) != []
    assert "?page=100" in beyond


def test_sharepoint_list_is_empty_past_its_end(served: Served) -> None:
    """Empty is an end here and a fault elsewhere."""
    assert 'class="row item"' not in _text(served, LISTING["quangninh"].replace("page=1", "page=9"))


def test_liferay_list_repeats_its_last_page(served: Served) -> None:
    """The third way to end: the last page again and again."""
    links = re.compile(r"view_content/(\d+)-")
    base = "/thuathienhue/tin-tuc?_101_INSTANCE_Yk3T_cur="
    assert links.findall(_text(served, f"{base}2")) == links.findall(_text(served, f"{base}50"))


def test_nukeviet_page_past_the_end_is_a_404(served: Served) -> None:
    """The fourth way to end: an honest 404."""
    assert _get(served, "/dongnai/vi/news/Kinh-te-Xa-hoi/page-9/")[0] == 404


def test_the_pages_of_a_list_hold_every_article_once(served: Served) -> None:
    """A list that hides an article would make the crawl look wrong."""
    wanted = [a.slug for a in sample_articles() if a.portal == "gialai" and a.section == "cai-cach-hanh-chinh"]
    pages = (_text(served, f"/gialai/tin-tuc/cai-cach-hanh-chinh?page={n}") for n in (1, 2))
    found = [slug for page in pages for slug in re.findall(r'common-title" href="[^"]*/([^"/]+)\.html"', page)]
    assert found == wanted


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/quangninh/Trang/ChiTietTinTuc.aspx?nid=88001", "không tồn tại", id="removed article"),
        pytest.param("/thuathienhue/documents/1/2/x.pdf/0", "Không tìm thấy", id="status page for a file"),
        pytest.param("/gialai/upload/1/20240101/x.pdf", "khong con ton tai", id="text for a file"),
        pytest.param("/dongnai/uploads/news/x.pdf", "Wrong URL", id="nine bytes for a file"),
        pytest.param("/quangninh/_layouts/15/Authenticate.aspx", "Sign In", id="login"),
    ],
)
def test_soft_404_answers_200(served: Served, path: str, words: str) -> None:
    """The status alone tells nothing."""
    status, kind, body = _get(served, path)
    assert status == 200
    assert kind.startswith("text/html")
    assert words in body.decode()


def test_feed_lists_the_section(served: Served) -> None:
    """Newest first, every article of the section, with links that need the feed's address."""
    status, kind, body = _get(served, "/dongnai/vi/news/rss/Chi-dao-dieu-hanh/")
    wanted = [a.id for a in sample_articles() if a.section == "Chỉ đạo - Điều hành"]
    assert (status, kind) == (200, "application/rss+xml; charset=utf-8")
    assert re.findall(r"news_(\d+)<", body.decode()) == wanted


def test_json_list_is_an_object_keyed_by_id(served: Served) -> None:
    """Whoever expects a list of items finds none; the last page is followed by empty ones."""
    path = "/gialai/api/Content/Article/selectAll?categoryId=6412&pageNo="
    first, second, third = (json.loads(_text(served, f"{path}{page}"))["items"] for page in (1, 2, 3))
    wanted = [a.id for a in sample_articles() if a.portal == "gialai" and a.section == "tin-tuc-su-kien"]
    assert [*first, *second] == wanted
    assert third == {}
    assert all(isinstance(item["publishTime"], int) for item in first.values())


def test_print_copy_names_its_article_and_robots_closes_it(served: Served) -> None:
    """A print page has the article's text under another address."""
    path = ARTICLE["dongnai"].replace("/news/", "/news/print/")
    assert f'rel="canonical" href="{ARTICLE["dongnai"]}"' in _text(served, path)
    assert "Disallow: /dongnai/vi/news/print/" in _text(served, "/robots.txt")


def test_liferay_locale_suffix_answers_a_list_whose_links_go_deeper(served: Served) -> None:
    """Following relative links there never ends."""
    page = _text(served, ARTICLE["thuathienhue"] + "/en")
    assert "asset-abstract" in page
    assert 'href="en/' in page


def test_attachments_are_pdf_files(served: Served) -> None:
    """The attachment-only article's text is in a real file."""
    page = _text(served, "/gialai/tin-tuc/cai-cach-hanh-chinh/thong-bao-lich-tiep-cong-dan-2024.html")
    link = re.search(r'href="(/gialai/upload/[^"]+\.pdf)"', page)
    assert link is not None
    status, kind, body = _get(served, link[1])
    assert (status, kind) == (200, "application/pdf")
    assert body.startswith(b"%PDF-1.4")
    assert body.endswith(b"%%EOF\n")
    start = int(body.rsplit(b"startxref\n", 1)[1].split(b"\n", 1)[0])
    assert body[start:].startswith(b"xref")


def test_pages_carry_the_spellings_they_should(served: Served) -> None:
    """Decomposed letters, entities behind a byte order mark, no-break spaces."""
    decomposed = _text(served, ARTICLE["quangninh"])
    assert unicodedata.normalize("NFD", "tiếp tục dẫn đầu") in decomposed
    entities = _get(served, ARTICLE["thuathienhue"])[2]
    assert entities.startswith(b"\xef\xbb\xbf")
    assert b"&ocirc;ng" in entities
    assert "&nbsp;điểm" in _text(served, "/dongnai/vi/news/Chi-dao-dieu-hanh/papi-2023-giam-19-bac-4460.html")


def test_head_and_unknown_site(served: Served) -> None:
    """HEAD gives no body; a path outside the sites is a 404."""
    request = urllib.request.Request(served.base_url + "/robots.txt", method="HEAD")  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
        assert response.read() == b""
    assert _get(served, "/elsewhere/")[0] == 404

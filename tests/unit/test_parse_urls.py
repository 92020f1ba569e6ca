"""URLs: two articles must never share one, one article should not have many."""

import pytest

from govscrape.errors import InputError
from govscrape.models.portal import Listing, Portal, UrlRules
from govscrape.parse import canonical_url
from govscrape.parse.urls import is_article, resolve


def _portal(base: str = "https://a.gov.vn", **urls: object) -> Portal:
    return Portal(
        id="a", name="A", province="A", base_url=base, hosts=("www.a.gov.vn", "b.a.gov.vn"),
        listings=(Listing(id="l", url=base),), urls=UrlRules.model_validate(urls),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.a.gov.vn:80/x.html#top", "https://a.gov.vn/x.html"),
        ("HTTPS://A.GOV.VN", "https://a.gov.vn/"),
        ("http://b.a.gov.vn/x", "https://b.a.gov.vn/x"),
        ("http://other.vn/x?b=1", "http://other.vn/x"),
        ("https://a.gov.vn//x///y.html?utm_source=z&redirect=%2Fq", "https://a.gov.vn/x/y.html"),
        ("https://a.gov.vn/x.aspx?title=t&NID=5&page=2", "https://a.gov.vn/x.aspx?NID=5"),
        ("https://a.gov.vn/x.html/en/vi/en", "https://a.gov.vn/x.html"),
        ("https://a.gov.vn/x.html/en/", "https://a.gov.vn/x.html"),
        ("https://a.gov.vn/en/vi/en/news/x", "https://a.gov.vn/en/news/x"),
        ("https://a.gov.vn/vi/news/x-1.html", "https://a.gov.vn/vi/news/x-1.html"),
        ("https://a.gov.vn/x;jsessionid=0A?nid=1", "https://a.gov.vn/x?nid=1"),
        ("https://a.gov.vn/f/c%C6%B0%cc%89u.jpg", "https://a.gov.vn/f/c%C6%B0%CC%89u.jpg"),
        ("https://a.gov.vn/f/cu\u031b\u0309a b.jpg", "https://a.gov.vn/f/cu%CC%9B%CC%89a%20b.jpg"),
        ("https://a.gov.vn/chi-tiet/?%2Fslug%2F77=&x=1", "https://a.gov.vn/chi-tiet/?%2Fslug%2F77="),
    ],
)
def test_canonical_url(url: str, expected: str) -> None:
    """Each is a shape met on a portal: alias hosts, trackers, locale loops, NFD file names, ids that are key names."""
    portal = _portal(identity=["nid", "/*"])
    assert canonical_url(url, portal) == expected
    assert canonical_url(expected, portal) == expected


def test_without_a_portal_only_trackers_go() -> None:
    """An unknown site's parameters may be its identity."""
    assert canonical_url("http://x.vn/a?id=1&fbclid=2&redirect=3#f", None) == "http://x.vn/a?id=1"


def test_the_port_of_a_local_portal_stays() -> None:
    """The demo's portals differ by port and path."""
    portal = _portal("http://127.0.0.1:8000/site")
    assert canonical_url("http://127.0.0.1:8000/site/x", portal) == "http://127.0.0.1:8000/site/x"
    assert is_article("http://127.0.0.1:8000/site/x", portal)
    assert not is_article("http://127.0.0.1:9000/site/x", portal)


@pytest.mark.parametrize(
    "url",
    ["", "x", "//a.gov.vn/x", "ftp://a.vn/x", "http://", "http://a:b/", "http://[::1", "http://a.vn/" + "x" * 3000],
)
def test_no_url(url: str) -> None:
    """Nothing that cannot be fetched may become the key of an article."""
    with pytest.raises(InputError):
        canonical_url(url, None)


@pytest.mark.parametrize("href", ["", "#", "#top", "javascript:void(0)", "mailto:a@b.vn", "tel:1", "http://[bad"])
def test_links_that_lead_nowhere(href: str) -> None:
    """Menus are full of them."""
    assert resolve(href, "https://a.gov.vn/", _portal()) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.gov.vn/tin/x-1.html", True),
        ("https://a.gov.vn/tin/print/x-1.html", False),
        ("https://a.gov.vn/tin/", False),
        ("https://c.gov.vn/tin/x-1.html", False),
        ("https://b.a.gov.vn/tin/x-1.html", True),
    ],
)
def test_is_article(url: str, expected: bool) -> None:
    """Print copies, sections and other sites' pages are no articles of the portal."""
    assert is_article(url, _portal(article=r"-\d+\.html$", exclude=["/print/"])) is expected

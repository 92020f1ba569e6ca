"""Telling a CMS from a page: a wrong family reads nothing, a generic one reads everything a little worse."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.models.page import Page
from govscrape.models.portal import Family, Marker
from govscrape.parse.probe import Probe, probe
from govscrape.parse.selectors import css_problem
from govscrape.rules.portals import load_families

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

"""Listings that are no plain HTML list: JSON of two CMSs, headlines among menus, values that forms need."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from govscrape.errors import InputError
from govscrape.models.page import Page
from govscrape.models.portal import FormSource, Listing, Portal, Told
from govscrape.parse import form_values, parse_listing
from govscrape.rules.portals import load_families

BASE = "https://tinh.example"


def _portal(listing: Listing) -> Portal:
    return Portal(id="p", name="P", province="Test", base_url=BASE, listings=(listing,))


def _page(body: str) -> Page:
    return Page(url=BASE, final_url=BASE, status=200, body=body.encode(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC))


def _shaped(family: str, shape: str, **more: object) -> Listing:
    data = load_families()[family].listings[shape].model_dump()
    return Listing.model_validate(data | {"id": "l"} | more)


def test_vhv_answers_an_object_keyed_by_id() -> None:
    """Read as a list it would give nothing; its times are unix seconds, its addresses relative."""
    listing = _shaped("vhv", "select_all")
    items = {"71": {"title": "Bài &amp; một", "rewriteURL": "tin-tuc/bai-mot.html", "publishTime": 1709623200}}
    found = parse_listing(_page(json.dumps({"totalItems": 1, "items": items})), _portal(listing), listing)
    assert [(item.url, item.title) for item in found.items] == [(f"{BASE}/tin-tuc/bai-mot.html", "Bài & một")]
    assert found.items[0].published_at == datetime.fromisoformat("2024-03-05T14:20:00+07:00")


def test_vhv_answers_an_empty_list_behind_its_end() -> None:
    """An empty PHP array is a JSON list, not an object: the end must not be an error."""
    listing = _shaped("vhv", "select_all")
    assert parse_listing(_page('{"totalItems": 1, "items": []}'), _portal(listing), listing).items == ()


def test_wordpress_answers_a_bare_list() -> None:
    """Without a key above the items; the title is nested and holds entities."""
    listing = _shaped("wordpress", "json")
    rows = [{"link": f"{BASE}/bai-mot/", "title": {"rendered": "A &#8211; B"}, "date": "2024-03-05T14:20:00"}]
    found = parse_listing(_page(json.dumps(rows)), _portal(listing), listing)
    assert [(item.title, str(item.published_at)) for item in found.items] == [("A – B", "2024-03-05 14:20:00+07:00")]


def test_only_headlines_of_a_page_without_selectors() -> None:
    """A menu's entry is no article, and leaving it out is no item without a link."""
    listing = _shaped("generic", "html", url=BASE)
    body = '<a href="/a">Menu</a><a href="/b">Một tiêu đề đủ dài để không phải là mục của menu</a>'
    found = parse_listing(_page(body), _portal(listing), listing)
    assert [item.url for item in found.items] == [f"{BASE}/b"]
    assert found.without_link == 0


FORM = Listing(
    id="l",
    url="/api",
    method="POST",
    form_page="/",
    form_from={
        "Catname": FormSource(css="input[name=Catname]"),
        "ids[]": FormSource(css="li[data-id]", attr="data-id", every=True),
    },
    item="li",
)
SHOWN = '<ul><li data-id="7"><a href="/7">7</a></li><li data-id="8"><a href="/8">8</a></li><li data-id="7"></li></ul>'


def test_a_form_is_filled_from_the_page() -> None:
    """Encrypted values change with every visit and cannot be written into a file."""
    page = _page(f'<input type=hidden name=Catname value="x+/=">{SHOWN}')
    assert form_values(page, FORM) == (("Catname", "x+/="), ("ids[]", "7"), ("ids[]", "8"))


def test_a_value_that_is_gone_is_told() -> None:
    """Posting without it would bring an empty list that looks like the end."""
    with pytest.raises(InputError, match="no value for form field 'Catname'"):
        form_values(_page(SHOWN), FORM)


def test_a_page_of_the_list_tells_only_what_is_repeated() -> None:
    """Later requests name what was already shown; the single values stay those of the form's page."""
    found = parse_listing(_page(f"<input name=Catname value=new>{SHOWN}"), _portal(FORM), FORM)
    assert found.form == (("ids[]", "7"), ("ids[]", "8"))


@pytest.mark.parametrize(
    ("told", "body", "expected"),
    [
        ({"css": ".t", "pattern": r"Tổng số: ([\d.]+)"}, "<b class=t>Trang 1. Tổng số: 1.234 bản ghi</b>", 1234),
        ({"css": ".t", "pattern": r"(\d+)$"}, "<b class=t>Hiển thị 1-20 / 345</b>", 345),
        (
            {"css": ".t a", "attr": "href", "pattern": r"page=(\d+)"},
            "<p class=t><a href='#'>1</a><a href='?page=26'>»</a>",
            26,
        ),
        ({"css": ".t"}, "<b>12</b>", None),
        ({"css": ".t"}, "<b class=t>không có</b>", None),
        ({"css": ".t"}, f"<b class=t>{'9' * 400}</b>", None),
        ({"header": "x-total"}, "<b>12</b>", 77),
    ],
    ids=["a text", "the last number", "a link's address", "not there", "no number", "no sensible number", "a header"],
)
def test_what_a_list_tells_of_itself(told: dict[str, str], body: str, expected: int | None) -> None:
    """Dots among the digits, other numbers before it, and a page that has lost it."""
    listing = Listing.model_validate({"id": "l", "url": "/x", "item": "li", "total": told})
    page = _page(f"<html><body>{body}<ul><li><a href='/1'>Bài</a></li></ul></body></html>")
    page = page.model_copy(update={"headers": (("x-total", "77"),)})
    assert parse_listing(page, _portal(listing), listing).total == expected


def test_a_json_total_and_rows_that_are_no_articles() -> None:
    """What a portal counts has links to elsewhere and to nowhere among it."""
    listing = _shaped("vhv", "select_all")
    items = {"1": {"rewriteURL": "a.html"}, "2": {"rewriteURL": "https://elsewhere.example/b"}, "3": {"title": "x"}}
    found = parse_listing(_page(json.dumps({"totalItems": 41, "items": items})), _portal(listing), listing)
    assert (found.total, found.rows, len(found.items), found.without_link) == (41, 3, 1, 1)


def test_a_sitemaps_date_is_no_date_of_publishing() -> None:
    """An old article that was mended today is no news."""
    body = f"<urlset><url><loc>{BASE}/a</loc><lastmod>2026-01-01</lastmod></url></urlset>"
    listing = Listing(id="l", url="/sitemap.xml", kind="rss")
    (item,) = parse_listing(_page(body), _portal(listing), listing).items
    assert (item.published_at, str(item.changed_at)[:10]) == (None, "2026-01-01")


@pytest.mark.parametrize(
    "told", [{}, {"css": "b", "key": "n"}, {"css": "b", "pattern": r"\d+"}, {"css": "b", "pattern": "("}]
)
def test_a_number_that_cannot_be_found_is_a_wrong_file(told: dict[str, str]) -> None:
    """When the portal's file is read, not at night."""
    with pytest.raises(ValidationError):
        Told.model_validate(told)

"""The request for a page of a listing."""

from datetime import date

from govscrape.fetch.paging import asked_for, page_request
from govscrape.models.back_fill import Span
from govscrape.models.portal import DaysAsked, Listing, Portal
from govscrape.rules.portals import load_families

PORTAL = Portal(id="p", name="P", province="Test", base_url="https://a.example/portal/", listings=())


def test_a_plain_listing_sends_nothing_along() -> None:
    """A GET without extras must stay one that every cache and replay knows."""
    request = page_request(PORTAL, Listing(id="l", url="/news?page={page}"), 3)
    assert (request.url, request.send, request.label) == (
        "https://a.example/portal/news?page=3",
        None,
        "https://a.example/portal/news?page=3",
    )


def test_a_form_counts_its_pages_and_repeats_fields() -> None:
    """The page number stands in the form, and a field such as ids[] comes once for each value."""
    listing = Listing(
        id="l",
        url="/api",
        method="POST",
        form={"pageNo": "{page}", "order": "time DESC"},
        headers={"Referer": "{base_url}/news"},
    )
    request = page_request(PORTAL, listing, 2, [("ids[]", "7"), ("ids[]", "8")])
    assert request.send is not None
    assert request.send.form == (("pageNo", "2"), ("order", "time DESC"), ("ids[]", "7"), ("ids[]", "8"))
    assert request.send.headers == (("Referer", "https://a.example/portal/news"),)
    assert listing.counts_pages


def test_pages_of_a_form_are_told_apart() -> None:
    """They share one URL: a certificate that named only that could not say which page was the hole."""
    listing = Listing(id="l", url="/api", method="POST", form={"pageNo": "{page}"})
    assert page_request(PORTAL, listing, 1).label != page_request(PORTAL, listing, 2).label


def test_an_empty_form_is_posted_all_the_same() -> None:
    """Some lists answer nothing to a GET."""
    request = page_request(PORTAL, Listing(id="l", url="/api", method="POST"), 1)
    assert request.send is not None
    assert request.send.form == ()


def test_a_list_is_asked_for_days_in_the_portals_own_writing() -> None:
    """In address or form; what says nothing of days is asked as ever."""
    span = Span(since=date(2019, 1, 2), until=date(2019, 12, 31))
    plain = Listing(id="l", url="/news?page={page}")
    assert asked_for(plain, span) == plain
    wordpress = Listing.model_validate({"id": "l", **load_families()["wordpress"].listings["json"].model_dump()})
    request = page_request(PORTAL, asked_for(wordpress, span), 3)
    after, before = "2019-01-01T00:00:00", "2020-01-01T23:59:59"
    assert request.url.endswith(f"&page=3&after={after}&before={before}"), "both moments are left out of the answer"
    first = page_request(PORTAL, asked_for(wordpress, Span(since=date.min, until=date.max)), 1).url
    assert first.endswith("&after=0001-01-01T00:00:00&before=9999-12-31T23:59:59")
    days = DaysAsked(form={"tu": "{since}", "den": "{until}"}, day="dd/MM/yyyy")
    form = Listing(id="l", url="/api", method="POST", form={"trang": "{page}"}, days=days)
    send = page_request(PORTAL, asked_for(form, span), 3).send
    assert send is not None
    assert send.form == (("trang", "3"), ("tu", "02/01/2019"), ("den", "31/12/2019"))

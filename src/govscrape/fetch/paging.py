"""The request for one page of a listing: its URL, and for a POST listing its form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from govscrape.models.back_fill import Span
from govscrape.models.page import Send
from govscrape.models.portal import Listing, Portal

Values = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a walk. ``label`` tells it from the walk's others: pages of a POST listing share one URL.

    ``number`` tells pages apart whose forms are no names: they hold all that the page before them held.
    """

    url: str
    send: Send | None = None
    number: int | None = None

    @property
    def label(self) -> str:
        """The URL, and behind it the form that goes there, or the page's number."""
        if self.number is not None:
            return f"{self.url} page {self.number}"
        return self.url if self.send is None or self.send.form is None else f"{self.url} {urlencode(self.send.form)}"


def page_request(portal: Portal, listing: Listing, number: int, values: Values = ()) -> Request:
    """The request for a page; ``values`` are what the portal's own pages add to the form, a field at a time."""
    headers = tuple((name, _filled(value, portal, number)) for name, value in listing.headers.items())
    form = None
    if listing.method == "POST":
        form = (*((name, _filled(value, portal, number)) for name, value in listing.form.items()), *values)
    plain = form is None and not headers
    return Request(page_url(portal, listing, number), None if plain else Send(form=form, headers=headers))


def linked_request(portal: Portal, listing: Listing, number: int, url: str, form: Values = ()) -> Request:
    """The request for a page that the one before it leads to, by address or by sending its own ``form`` back."""
    send = page_request(portal, listing, listing.first_page).send
    if not form:
        return Request(url, send)
    return Request(url, Send(form=tuple(form), headers=send.headers if send else ()), number)


def page_url(portal: Portal, listing: Listing, number: int) -> str:
    """The URL of a listing's page; a listing URL may be relative to the portal's base URL."""
    return absolute_url(portal, _filled(listing.url, portal, number))


def absolute_url(portal: Portal, url: str) -> str:
    """An address of a portal's file: absolute as it is, or relative to ``base_url``."""
    return url if "://" in url else f"{portal.base_url.rstrip('/')}/{url.lstrip('/')}"


def asked_for(listing: Listing, span: Span) -> Listing:
    """The listing as it is asked for some days only, or as it is where nothing says how."""
    days = listing.days
    if days is None:
        return listing

    day_before = date.fromordinal(max(span.since.toordinal() - 1, date.min.toordinal()))
    day_after = date.fromordinal(min(span.until.toordinal() + 1, date.max.toordinal()))
    told = {"since": span.since, "until": span.until, "day_before": day_before, "day_after": day_after}

    def filled(text: str) -> str:
        for name, day in told.items():
            text = text.replace(f"{{{name}}}", days.written(day))
        return text

    form = {**listing.form, **{name: filled(value) for name, value in days.form.items()}}
    return listing.model_copy(update={"url": filled(days.url or listing.url), "form": form})


def _filled(text: str, portal: Portal, number: int) -> str:
    return text.replace("{page}", str(number)).replace("{base_url}", portal.base_url.rstrip("/"))

"""The check of a portal's CSS selectors, URL patterns and date formats before any page is read with them."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from govscrape.errors import RuleError
from govscrape.models.portal import DateField, Listing, PageVersion, Portal

_EMPTY = LexborHTMLParser("<p></p>")
_TEXTS = ("title", "body", "summary", "author", "section", "views", "caption", "attachments", "remove")


def check(portal: Portal, where: str | None = None) -> None:
    """Raises RuleError naming the portal, the key and the selector or pattern that cannot be used."""
    for key, css in selectors_of(portal):
        if problem := css_problem(css):
            raise RuleError(f"portal {portal.id}: {key}: {css!r} is no CSS selector: {problem}", where)
    patterns = [("urls.article", portal.urls.article)] if portal.urls.article else []
    patterns += [(f"urls.exclude.{n}", pattern) for n, pattern in enumerate(portal.urls.exclude)]
    for key, pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise RuleError(f"portal {portal.id}: {key}: {pattern!r} is no pattern: {error}", where) from error


def css_problem(css: str) -> str | None:
    """What is wrong with a selector, or None."""
    try:
        _EMPTY.css(css)
    except SelectolaxError as error:
        return str(error).rstrip(".").lower()
    return None


def selectors_of(portal: Portal) -> Iterator[tuple[str, str]]:
    """Every CSS selector of a portal with the key it stands under."""
    for n, listing in enumerate(portal.listings):
        yield from ((f"listings.{n}.{key}", css) for key, css in _of_listing(listing))
    for n, version in enumerate(portal.versions):
        yield from ((f"versions.{n}.{key}", css) for key, css in _of_version(version))
    for key in ("login", "soft_404", "blocked"):
        yield from ((f"refusals.{key}.{n}", css) for n, css in enumerate(getattr(portal.refusals, key)))


def _of_listing(listing: Listing) -> Iterator[tuple[str, str]]:
    yield from ((f"form_from.{name}.css", source.css) for name, source in listing.form_from.items())
    if listing.kind != "html":
        return
    for key in ("item", "link", "next"):
        if css := getattr(listing, key):
            yield key, css
    yield from _of_date(listing.date)


def _of_version(version: PageVersion) -> Iterator[tuple[str, str]]:
    for key in _TEXTS:
        yield from ((f"{key}.{n}", css) for n, css in enumerate(getattr(version, key)))
    yield from _of_date(version.date)


def _of_date(date: DateField | None) -> Iterator[tuple[str, str]]:
    if date is not None:
        yield "date.css", date.css

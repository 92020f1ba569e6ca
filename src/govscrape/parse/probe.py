"""Which CMS wrote a page, by the markers of the families, and which listings a portal could have by that page."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from govscrape.models.page import Page
from govscrape.models.portal import Family, ListingShape, Marker
from govscrape.parse.document import attribute, node_text, parse_tree, sniff
from govscrape.parse.encoding import decode
from govscrape.parse.form_fields import FoundField, find_field, sections
from govscrape.parse.urls import absolute
from govscrape.text.normalize import nfc

PROOF = 4
"""The weight of markers from which a family is believed."""
GENERIC = "generic"
_ITEMS_MIN = 3
_SHOWN = 8
_NUMBER = re.compile(r"(\d+)")
_ADDED = re.compile(r"([?&]\w+=)2")
_NAME_CHARS = 1000
_HEAD = "header, [id*='header'], [class*='header'], [class*='logo'], [class*='logo'] img[alt], header img[alt]"
_FOOT = "footer, [id*='footer'], [class*='footer']"
_FEEDS = "link[rel~='alternate'][type*='rss'], link[rel~='alternate'][type*='atom']"


@dataclass(frozen=True, slots=True)
class Finding:
    """A family whose ``markers`` (selectors and patterns as its file has them) a page shows, and their weight."""

    family: str
    score: int
    markers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a page tells of its portal: ``findings`` in the order of their weight, ``listings`` as keys of a Listing.

    ``unsettled`` says, a line each, what the page does not tell of a list that must be asked with a form; ``sections``
    are address and name of the menu's entries whose own pages would tell it. ``names`` are what may tell whose site it
    is, the surest first: its name, the page's title, its head, its foot.
    """

    url: str
    name: str | None
    findings: tuple[Finding, ...]
    listings: tuple[Mapping[str, object], ...]
    unsettled: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The family with the weightiest markers, or the generic one when they prove too little."""
        return self.findings[0].family if self.findings and self.findings[0].score >= PROOF else GENERIC

    @property
    def base_url(self) -> str:
        """Scheme and host of the page."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def probe(page: Page, families: Iterable[Family]) -> Probe:
    """Look for every family's markers. The page's own word for its address counts where ``page`` has none.

    Raises NotAnArticle for what is no HTML or too deeply nested.
    """
    given = page.final_url or page.url
    sniff(page.body, given)
    tree = parse_tree(decode(page.body, page.header("content-type"))[0], given)
    url = given or _own_address(tree)
    known = list(families)
    findings = sorted((_finding(tree, url, family) for family in known), key=lambda found: (-found.score, found.family))
    found = Probe(url, _site_name(tree), tuple(finding for finding in findings if finding.score), ())
    family = next((family for family in known if family.id == found.family), None)
    shapes = family.listings if family else {}
    asked, unsettled = _asked(tree, url, shapes)
    listed = _listed(tree, url, shapes.get("html"))
    menu = () if asked else dict.fromkeys(_menu(tree, url, shapes))
    return replace(
        found,
        listings=(*(asked or listed), *_feeds(tree, url)),
        unsettled=tuple(unsettled),
        sections=tuple(menu),
        names=tuple(filter(None, _names(tree))),
    )


def _finding(tree: LexborHTMLParser, url: str, family: Family) -> Finding:
    shown = [marker for marker in family.markers if _shows(tree, url, marker)]
    return Finding(family.id, sum(marker.weight for marker in shown), tuple(m.css or m.url or "" for m in shown))


def _shows(tree: LexborHTMLParser, url: str, marker: Marker) -> bool:
    if marker.css is not None:
        return tree.css_first(marker.css) is not None
    return re.search(marker.url or "", url) is not None


def _own_address(tree: LexborHTMLParser) -> str:
    places = (("link[rel='canonical']", "href"), ("meta[property='og:url']", "content"), ("base", "href"))
    for css, name in places:
        node = tree.css_first(css)
        if node is not None and (url := absolute(attribute(node, name), "")):
            return url
    return ""


def _site_name(tree: LexborHTMLParser) -> str | None:
    named = tree.css_first("meta[property='og:site_name']")
    title = tree.css_first("title")
    text = attribute(named, "content") if named is not None else node_text(title) if title is not None else ""
    return nfc(text).strip() or None


def _names(tree: LexborHTMLParser) -> Iterable[str]:
    named, title = tree.css_first("meta[property='og:site_name']"), tree.css_first("title")
    yield attribute(named, "content") if named is not None else ""
    yield node_text(title) if title is not None else ""
    for css in (_HEAD, _FOOT):
        texts = (attribute(node, "alt") if node.tag == "img" else node_text(node) for node in tree.css(css)[:_SHOWN])
        yield nfc(" | ".join(text[:_NAME_CHARS] for text in texts if text))


def _asked(
    tree: LexborHTMLParser, url: str, shapes: Mapping[str, ListingShape]
) -> tuple[list[Mapping[str, object]], list[str]]:
    """The first shape whose form the page fills, as a listing; else what is missing of each."""
    unsettled: dict[str, str] = {}
    for name, shape in shapes.items():
        found = {field: find_field(tree, url, field, hints) for field, hints in shape.needs.items()}
        missing = [field for field, one in found.items() if len(one.values) != 1]
        if found and not missing:
            return [_filled(name, shape, url, found)], []
        for field in missing:
            unsettled.setdefault(field, f"{name}: form.{field}: {_why(found[field])}")
    return [], list(unsettled.values())


def _why(found: FoundField) -> str:
    if not found.values:
        return "not found on this page"
    return f"{len(found.values)} values on this page, which is the section's? {', '.join(found.values[:_SHOWN])}"


def _filled(name: str, shape: ListingShape, url: str, found: Mapping[str, FoundField]) -> Mapping[str, object]:
    """A listing with the values found; a shape that reads its page before each walk is told where they stand."""
    listing: dict[str, object] = {"id": "news", "like": name}
    if shape.form_from:
        listing["form_page"] = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
        stand = {field: one.source.model_dump(exclude_defaults=True) for field, one in found.items() if one.source}
        # A null attribute, the text, is none of the defaults.
        listing["form_from"] = stand
    form = {field: one.values[0] for field, one in found.items() if not (shape.form_from and one.source)}
    return listing | ({"form": form} if form else {})


def _menu(tree: LexborHTMLParser, url: str, shapes: Mapping[str, ListingShape]) -> Iterable[tuple[str, str]]:
    for shape in shapes.values():
        for hints in shape.needs.values():
            yield from sections(tree, url, hints)


def _listed(tree: LexborHTMLParser, url: str, shape: ListingShape | None) -> list[Mapping[str, object]]:
    if url and shape and shape.item and len(tree.css(shape.item)) >= _ITEMS_MIN:
        return [{"id": "news", "url": _numbered(tree, url) or url}]
    return []


def _numbered(tree: LexborHTMLParser, url: str) -> str | None:
    """The page's address with ``{page}`` for its number, where the pager's link to the next number tells it."""
    for link in tree.css("a[href]"):
        label, target = node_text(link), absolute(attribute(link, "href"), url)
        if not target or not label.isdecimal():
            continue
        here, there = _NUMBER.split(url), _NUMBER.split(target)
        other = [at for at, part in enumerate(there) if at >= len(here) or here[at] != part]
        if len(here) == len(there) and len(other) == 1 and there[other[0]] == label == str(int(here[other[0]]) + 1):
            return "".join("{page}" if at == other[0] else part for at, part in enumerate(here))
        # The first page often has no number of its own.
        if label == "2" and (added := _ADDED.fullmatch(target.removeprefix(url))):
            return f"{url}{added[1]}{{page}}"
    return None


def _feeds(tree: LexborHTMLParser, url: str) -> Iterable[Mapping[str, object]]:
    feeds = dict.fromkeys(feed for node in tree.css(_FEEDS) if (feed := absolute(attribute(node, "href"), url)))
    for number, feed in enumerate(feeds):
        yield {"id": f"rss_{number}" if number else "rss", "kind": "rss", "url": feed}

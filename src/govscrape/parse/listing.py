"""Listing pages: HTML by selectors, feeds and sitemaps as XML without entities, JSON answers by key."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.errors import InputError
from govscrape.models.page import ListingItem, ListingPage, Page
from govscrape.models.portal import DateField, FormSource, Listing, Portal, Told
from govscrape.parse.document import attribute, node_text, parse_tree, sniff, squeeze
from govscrape.parse.encoding import decode
from govscrape.parse.fields import FORMATS, read_date
from govscrape.parse.form_fields import source_values
from govscrape.parse.furniture import lexicon
from govscrape.parse.generic import weigh
from govscrape.parse.postback import Fields, posted_back
from govscrape.parse.refusals import refuse, refuse_status
from govscrape.parse.urls import absolute, is_article, resolve
from govscrape.text.dates import VIETNAM, from_unix, iso_or_none, parse_datetime
from govscrape.text.normalize import nfc

_MAX_ITEMS = 10_000
_DIGITS_MAX = 9
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse_listing(page: Page, portal: Portal, listing: Listing) -> ListingPage:
    """The items of one listing page, in the page's order, each URL once.

    Links to other hosts and those that ``urls`` excludes are left out. Raises NotAnArticle when the page is a login,
    an anti-bot stub or no listing at all, InputError when a feed or JSON answer cannot be read.
    """
    if listing.kind == "rss":
        return _feed(page, portal)
    if listing.kind == "json":
        return _json(page, portal, listing)
    return _html(page, portal, listing)


def _html(page: Page, portal: Portal, listing: Listing) -> ListingPage:
    url = page.final_url or page.url
    refuse_status(page.status, url)
    sniff(page.body, url)
    text, _ = decode(page.body, page.header("content-type"))
    tree = parse_tree(text, url)
    weight = weigh(tree.body)[tree.body.mem_id] if tree.body else 0
    refuse(tree, text, weight, url, portal, lexicon(portal.words))
    found, without_link = [], 0
    for block in tree.css(listing.item or listing.link)[:_MAX_ITEMS]:
        links = [block] if listing.item is None else block.css(listing.link) or [block]
        if listing.title_chars and max(len(node_text(link)) for link in links) < listing.title_chars:
            continue
        item = _item(block, links, url, portal, listing.date)
        without_link += item is None
        found.append(item)
    next_url, next_form = _next(tree, url, listing)
    return ListingPage(
        items=_once(found, portal),
        rows=_rows(found),
        total=_told(listing.total, page, tree=tree),
        last_page=_told(listing.last_page, page, tree=tree),
        next_url=next_url,
        next_form=next_form,
        without_link=without_link,
        form=_values(tree, {name: source for name, source in listing.form_from.items() if source.every}),
        more=bool(next_form) or _offers_more(tree, url, portal, listing),
    )


def form_values(page: Page, listing: Listing) -> tuple[tuple[str, str], ...]:
    """What a listing's ``form_page`` adds to its form. InputError names a field whose value is not there."""
    url = page.final_url or page.url
    sniff(page.body, url)
    tree = parse_tree(decode(page.body, page.header("content-type"))[0], url)
    values = _values(tree, listing.form_from)
    for name, source in listing.form_from.items():
        if not source.every and name not in dict(values):
            raise InputError(f"{url}: no value for form field {name!r} (selector {source.css!r})")
    return values


def _values(tree: LexborHTMLParser, sources: Mapping[str, FormSource]) -> tuple[tuple[str, str], ...]:
    out = []
    for name, source in sources.items():
        found = source_values(tree, source)
        out += [(name, value) for value in dict.fromkeys(found if source.every else found[:1])]
    return tuple(out)


def _item(
    block: LexborNode, links: list[LexborNode], base: str, portal: Portal, date: DateField | None
) -> ListingItem | None:
    for link in links:
        url = resolve(attribute(link, "href"), base, portal)
        if url:
            title = node_text(link) or squeeze(attribute(link, "title"))
            return ListingItem(url=url, title=nfc(title) or None, published_at=read_date(block, date).value)
    return None


def _next(tree: LexborHTMLParser, url: str, listing: Listing) -> tuple[str | None, Fields]:
    if not listing.next:
        return None, ()
    if listing.postback:
        return posted_back(tree, url, listing.next) or (None, ())
    for node in tree.css(listing.next):
        found = absolute(attribute(node, "href"), url) if not attribute(node, "href").startswith("#") else None
        if found and found != url:
            return found, ()
    return None, ()


def _offers_more(tree: LexborHTMLParser, url: str, portal: Portal, listing: Listing) -> bool:
    """Whether a pager is there: a link with the second page's number, or one that leads to a later page by address."""
    if not listing.counts_pages:
        return False
    second = str(listing.first_page + 1)
    whole = listing.url if "://" in listing.url else f"{portal.base_url.rstrip('/')}/{listing.url.lstrip('/')}"
    before, _, after = whole.partition("{page}")
    pattern = re.compile(rf"{re.escape(before)}(\d+){re.escape(after)}$") if "{page}" in whole else None
    for link in tree.css("a"):
        if node_text(link) == second:
            return True
        found = pattern.match(absolute(attribute(link, "href"), url) or "") if pattern else None
        if found and int(found[1]) > listing.first_page:
            return True
    return False


def _once(items: Iterable[ListingItem | None], portal: Portal) -> tuple[ListingItem, ...]:
    """Each URL once; a picture's link gives way to the title's, wherever it stands."""
    out: dict[str, ListingItem] = {}
    for item in items:
        if item is None or not is_article(item.url, portal):
            continue
        known = out.get(item.url)
        if known is None:
            out[item.url] = item
        elif known.title is None or known.published_at is None:
            out[item.url] = known.model_copy(
                update={"title": known.title or item.title, "published_at": known.published_at or item.published_at}
            )
    return tuple(out.values())


def _rows(items: Iterable[ListingItem | None]) -> int:
    """How many items there are, those that are no articles counted in: what a portal counts when it tells a total."""
    found = list(items)
    return len({item.url for item in found if item}) + sum(item is None for item in found)


def _told(told: Told | None, page: Page, *, tree: LexborHTMLParser | None = None, data: Any = None) -> int | None:
    """The number that a list tells of itself; None when it is not there."""
    if told is None:
        return None
    if told.key is not None:
        texts = [str(_at(data, told.key))]
    elif told.header is not None:
        texts = [page.header(told.header) or ""]
    else:
        nodes = tree.css(told.css or "") if tree else []
        texts = [attribute(node, told.attr) if told.attr else node_text(node) for node in nodes]
    found = (re.search(told.pattern, nfc(text)) for text in texts)
    digits = next((re.sub(r"\D", "", match[1]) for match in found if match), "")
    return int(digits) if digits and len(digits) <= _DIGITS_MAX else None


def _feed(page: Page, portal: Portal) -> ListingPage:
    url = page.final_url or page.url
    sniff(page.body, url)
    text, _ = decode(page.body, page.header("content-type"))
    if _DTD.search(text):
        raise InputError(f"{url}: a feed with a document type or entities is refused")
    text = _NOT_XML.sub("", _DECLARATION.sub("", text.lstrip("\ufeff")))
    text = _NAMED_ENTITY.sub(lambda match: html.unescape(match[0]) if match[1] else "", text)
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no DTD gets here
    except ElementTree.ParseError as error:
        raise InputError(f"{url}: not a feed: {error}") from error
    # A feed's picture has a <url> too.
    names = ("url", "sitemap") if _tag(root) in ("urlset", "sitemapindex") else ("item", "entry")
    entries = [element for element in root.iter() if _tag(element) in names]
    items = [_entry(entry, url, portal) for entry in entries[:_MAX_ITEMS]]
    return ListingPage(items=_once(items, portal), rows=_rows(items), without_link=sum(item is None for item in items))


def _entry(entry: ElementTree.Element, base: str, portal: Portal) -> ListingItem | None:
    values: dict[str, str] = {}
    for child in entry:
        value = squeeze(child.text or "") or child.get("href", "")
        if child.get("rel", "alternate") == "alternate":
            values.setdefault(_tag(child), value)
    link = next((values[name] for name in ("link", "loc", "guid", "id") if values.get(name)), "")
    url = resolve(link, base, portal)
    if url is None:
        return None
    date = next((values[name] for name in ("pubdate", "published", "date", "updated") if name in values), "")
    title = nfc(squeeze(html.unescape(values.get("title", ""))))
    return ListingItem(
        url=url,
        title=title or None,
        published_at=_feed_time(date),
        changed_at=_feed_time(values.get("lastmod", "")),
    )


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _feed_time(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return iso_or_none(text) or parse_datetime(text, FORMATS)
    return iso_or_none((moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).isoformat())


def _json(page: Page, portal: Portal, listing: Listing) -> ListingPage:
    """``items`` may be a list or, as one CMS answers, an object keyed by id; ``date.css`` names the key of the date."""
    url = page.final_url or page.url
    text, _ = decode(page.body, page.header("content-type") or "application/json; charset=utf-8")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{url}: not JSON: {error}") from error
    rows = _at(data, listing.json_items)
    if isinstance(rows, Mapping):
        rows = list(rows.values())
    if not isinstance(rows, list):
        raise InputError(f"{url}: no list of items under key {listing.json_items!r}")
    items = [_row(row, portal, listing) for row in rows[:_MAX_ITEMS]]
    return ListingPage(
        items=_once(items, portal),
        rows=_rows(items),
        total=_told(listing.total, page, data=data),
        last_page=_told(listing.last_page, page, data=data),
        without_link=sum(item is None for item in items),
    )


def _row(row: Any, portal: Portal, listing: Listing) -> ListingItem | None:
    link = _at(row, listing.json_url)
    url = resolve(link, portal.base_url.rstrip("/") + "/", portal) if isinstance(link, str) else None
    if url is None:
        return None
    title = _at(row, listing.json_title) if listing.json_title else None
    date = _at(row, listing.date.css) if listing.date else None
    return ListingItem(
        url=url,
        title=(nfc(squeeze(html.unescape(title))) or None) if isinstance(title, str) else None,
        published_at=_json_time(date, listing.date.formats if listing.date else FORMATS),
    )


def _json_time(value: Any, formats: tuple[str, ...]) -> datetime | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return from_unix(value)
    text = str(value)
    return (
        from_unix(text)
        if text.isascii() and text.isdigit() and len(text) >= 9
        else parse_datetime(text, formats) or iso_or_none(text)
    )


def _at(data: Any, path: str | None) -> Any:
    """The value under a dotted key; None when any step is missing."""
    for step in (path or "").split(".") if path else []:
        if not isinstance(data, Mapping) or step not in data:
            return None
        data = data[step]
    return data

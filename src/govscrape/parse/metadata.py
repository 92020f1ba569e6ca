"""What a page's head says about its article: JSON-LD, OpenGraph, meta and microdata."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.parse.document import attribute, node_text, squeeze
from govscrape.text.dates import iso_or_none
from govscrape.text.normalize import nfc

_MAX_NESTING = 20
# Shorter headings name a section of the site.
HEADLINE_CHARS = 12
_SITE_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|–—]{3,80}$")
# A description that ends so is a fragment of the summary.
_CUT = ("...", "…")
_ARTICLE_TYPES = frozenset({"Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "Report"})
_PUBLISHED = ("article:published_time", "datePublished", "dateCreated", "pubdate", "date")
_UPDATED = ("article:modified_time", "dateModified", "og:updated_time", "lastmod")

_HEADINGS = "h1, h2, h3"
# Asked at once: each question goes through the whole page.
_TELLING = 'meta[content], script[type="application/ld+json"], link[rel="canonical"]'


@dataclass(frozen=True)
class Metadata:
    """Each value as the head gives it, or None.

    ``headline`` is told as such, ``whole`` what ``<title>`` says, ``title`` the same without the site's name;
    ``canonical`` is an address as it is written there.
    """

    headline: str | None = None
    whole: str = ""
    title: str | None = None
    description: str | None = None
    section: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    canonical: str | None = None


def read_metadata(tree: LexborHTMLParser) -> Metadata:
    """The head's own account of the page; never raises."""
    told: dict[str, list[LexborNode]] = {}
    for node in tree.css(_TELLING):
        told.setdefault(node.tag or "", []).append(node)
    meta = _meta(told.get("meta", ()))
    linked = _json_ld(told.get("script", ()))
    html, title, links = tree.css_first("html"), tree.css_first("title"), told.get("link")
    whole = nfc(node_text(title)) if title else ""
    description = _first(meta, "og:description", "description")
    return Metadata(
        headline=_headline(meta, linked),
        whole=whole,
        title=_SITE_SUFFIX.sub("", whole) or None,
        description=None if description and description.endswith(_CUT) else description,
        section=_first(meta, "article:section"),
        published_at=_time(meta, linked, _PUBLISHED),
        updated_at=_time(meta, linked, _UPDATED),
        language=(attribute(html, "lang")[:2].lower() or None) if html else None,
        canonical=attribute(links[0], "href") if links else None,
    )


def _meta(nodes: Iterable[LexborNode]) -> dict[str, str]:
    out: dict[str, str] = {}
    for node in nodes:
        value = nfc(squeeze(attribute(node, "content")))
        for name in (attribute(node, "property"), attribute(node, "name"), attribute(node, "itemprop")):
            if name and value:
                out.setdefault(name, value)
    return out


def _first(meta: dict[str, str], *names: str) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def _time(meta: dict[str, str], linked: dict[str, Any], names: tuple[str, ...]) -> datetime | None:
    values = [*(meta.get(name) for name in names), *(linked.get(name) for name in names)]
    return next((time for value in values if isinstance(value, str) and (time := iso_or_none(value))), None)


def _headline(meta: dict[str, str], linked: dict[str, Any]) -> str | None:
    headline = linked.get("headline")
    if isinstance(headline, str) and headline.strip():
        return nfc(squeeze(headline))
    return meta.get("og:title")


def repeated_heading(tree: LexborHTMLParser, whole: str) -> str | None:
    """The longest heading that ``<title>``, which is ``whole``, repeats."""
    headings = [nfc(node_text(heading)) for heading in tree.css(_HEADINGS)] if whole else []
    repeated = [text for text in headings if len(text) >= HEADLINE_CHARS and text.casefold() in whole.casefold()]
    return max(repeated, key=len, default=None)


def _json_ld(nodes: Iterable[LexborNode]) -> dict[str, Any]:
    """The first article object of the page's JSON-LD, or {}."""
    for node in nodes:
        try:
            data = json.loads(node.text())
        except (ValueError, RecursionError):
            continue
        for item in _objects(data, 0):
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(name, str) and name in _ARTICLE_TYPES for name in kinds):
                return item
    return {}


def _objects(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_NESTING:
        return
    if isinstance(data, dict):
        yield data
        yield from _objects(data.get("@graph"), depth + 1)
    elif isinstance(data, list):
        for item in data:
            yield from _objects(item, depth + 1)

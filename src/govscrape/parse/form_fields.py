"""What a list must be asked with, as a section's page shows it: in its menu, its fields, its scripts.

A family says which values its portals must give and where its pages usually have them (``needs`` of a shape). Beyond
that a value is sought wherever a page names its field: ``<input name=…>``, ``data-…``, a script, and the settings of
widgets that are kept as base64.
"""

import binascii
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.models.portal import FormHint, FormSource
from govscrape.parse.document import attribute, node_text, squeeze
from govscrape.parse.urls import absolute

_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,100000}={0,2}")
# Between a field's name and its value: `name: "v"`, `name = 'v'`, `"name", "v"`, `name=v`, PHP's `"name";s:1:"v"`.
_NAMED = r"""\b{name}["']?\s*(?:[:=,]|;[is]:(?:\d+:)?)\s*["']?((?<=["'])[^"'\s<>]+|\d+)"""


@dataclass(frozen=True, slots=True)
class FoundField:
    """What a page shows for a field: each value once, and where it stands, unless it is told only by this very page."""

    values: tuple[str, ...]
    source: FormSource | None = None


def find_field(tree: LexborHTMLParser, url: str, name: str, hints: Iterable[FormHint]) -> FoundField:
    """The values of a field on the page of ``url``: by the first hint that finds one, else wherever it is named."""
    for hint in hints:
        found = _linked(tree, url, hint) if hint.linked else source_values(tree, hint)
        if found:
            # A page shows the addresses of others too; its own stand there most often.
            return FoundField((Counter(found).most_common(1)[0][0],), None if hint.linked else _plain(hint))
    for source in _sources(name):
        # A script may name a field several times, and then none of its values is known to be the section's.
        if found := [value for node in tree.css(source.css) for value in _every_value(node, source)]:
            return FoundField(tuple(dict.fromkeys(found)), source)
    return FoundField(tuple(dict.fromkeys(_packed(tree, name))))


def sections(tree: LexborHTMLParser, url: str, hints: Iterable[FormHint]) -> Iterator[tuple[str, str]]:
    """Address and name of each section that the hints find in a page's menu."""
    seen = set()
    for hint in hints:
        for node in tree.css(hint.css) if hint.linked else ():
            link = node.css_first("a[href]")
            target = absolute(attribute(link, "href"), url) if link is not None else None
            if link is None or not target or not urlsplit(target).path.strip("/"):
                continue
            if target not in seen and _value(node, hint):
                seen.add(target)
                yield target, node_text(link)


def source_values(tree: LexborHTMLParser, source: FormSource) -> list[str]:
    """What a source finds on a page, in the page's order."""
    return [value for node in tree.css(source.css) if (value := _value(node, source))]


def _value(node: LexborNode, source: FormSource) -> str:
    text = attribute(node, source.attr) if source.attr else node.text()
    if source.pattern is None:
        return text if source.attr else squeeze(text)
    found = re.search(source.pattern, text)
    return found[1] if found else ""


def _every_value(node: LexborNode, source: FormSource) -> list[str]:
    if source.pattern is not None and source.attr is None:
        return re.findall(source.pattern, node.text())
    return [value] if (value := _value(node, source)) else []


def _linked(tree: LexborHTMLParser, url: str, hint: FormHint) -> list[str]:
    """The values of those elements whose own link leads to the page itself; the front page is no section."""
    found: list[str] = []
    if not urlsplit(url).path.strip("/"):
        return found
    for node in tree.css(hint.css):
        link = node.css_first("a[href]")
        if link is not None and _same(absolute(attribute(link, "href"), url), url):
            found.append(_value(node, hint))
    return [value for value in found if value]


def _same(target: str | None, url: str) -> bool:
    return target is not None and _bare(target) == _bare(url)


def _bare(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/$", "", url)


def _plain(hint: FormHint) -> FormSource:
    return FormSource(css=hint.css, attr=hint.attr, pattern=hint.pattern)


def _sources(name: str) -> Iterator[FormSource]:
    """Where pages name a field, the surest place first."""
    bare = name.removesuffix("[]")
    if not re.fullmatch(r"\w+", bare):
        return
    yield FormSource(css=f"input[name='{name}' i], input[id='{bare}' i]")
    dashed = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", bare).lower()
    for spelt in dict.fromkeys((bare.lower(), dashed)):
        yield FormSource(css=f"[data-{spelt}]", attr=f"data-{spelt}")
    yield FormSource(css="script", attr=None, pattern=_NAMED.format(name=bare))


def _packed(tree: LexborHTMLParser, name: str) -> Iterator[str]:
    """A field's values in whatever on the page is base64 of text."""
    pattern = re.compile(_NAMED.format(name=re.escape(name)))
    for node in tree.css("script"):
        yield from _unpacked(node.text(), pattern)
    for node in tree.css("body *"):
        for text in node.attributes.values():
            yield from _unpacked(text or "", pattern)


def _unpacked(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    for packed in _BASE64.findall(text):
        try:
            plain = b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        yield from pattern.findall(plain)

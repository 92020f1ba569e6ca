"""The single fields of an article page, read by a portal's selectors."""

import re
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.models.article import Attachment
from govscrape.models.portal import DateField, PageVersion
from govscrape.parse.document import attribute, has_text, node_text
from govscrape.parse.furniture import Lexicon, without_label
from govscrape.parse.urls import absolute
from govscrape.text.dates import iso_or_none, parse_datetime
from govscrape.text.normalize import nfc

FORMATS = (
    "dd/MM/yyyy HH:mm:ss",
    "dd/MM/yyyy hh:mm a",
    "dd/MM/yyyy HH:mm",
    "HH:mm:ss dd/MM/yyyy",
    "HH:mm dd/MM/yyyy",
    "dd/MM/yyyy",
)
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
}
# Liferay puts the file name before a UUID: /documents/10180/0/name.docx/<uuid>?t=…
_FILE = re.compile(rf"\.({'|'.join(sorted(_MEDIA_TYPES))})(?=[/?#&]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class DateFound:
    """What the date selector gave: the time, the text it stands in, and whether any element matched."""

    value: datetime | None = None
    text: str = ""
    matched: bool = False


def first_text(root: LexborHTMLParser | LexborNode, selectors: tuple[str, ...]) -> str | None:
    """The text in NFC of the first element with text that any selector finds, selectors tried in order; or None."""
    for css in selectors:
        first = root.css_first(css)
        if first is not None:
            text = node_text(first) or next(filter(None, map(node_text, root.css(css))), "")
            if text:
                return nfc(text)
    return None


def body_node(tree: LexborHTMLParser, version: PageVersion) -> LexborNode | None:
    """The body element: of the first selector that finds text, the element with most of it."""
    for css in version.body:
        found = tree.css(css)
        most = found[0] if len(found) == 1 else max(found, key=lambda node: len(node_text(node)), default=None)
        if most is not None and has_text(most):
            return most
    return None


def read_date(root: LexborHTMLParser | LexborNode, field: DateField | None) -> DateFound:
    """The first date in any element that the field's selector finds; ISO times are read whatever the formats say."""
    if field is None:
        return DateFound()
    found = DateFound()
    for node in root.css(field.css):
        text = nfc(attribute(node, field.attr) if field.attr else node_text(node))
        value = parse_datetime(text, field.formats) or iso_or_none(text)
        if value:
            return DateFound(value, text, True)
        found = found if found.matched else DateFound(None, text, True)
    return found


def read_author(tree: LexborHTMLParser, version: PageVersion, words: Lexicon) -> str | None:
    """The writer without a label such as "by:"."""
    text = first_text(tree, version.author)
    return without_label(text, words) if text else None


def read_views(tree: LexborHTMLParser, version: PageVersion, words: Lexicon, date_text: str) -> int | None:
    """The view counter: by its selector, else after its label in the line of the date."""
    text = first_text(tree, version.views)
    if text:
        labelled = words.views_in(text)
        digits = re.search(r"\d[\d.,]{0,15}", text)
        if labelled is None and digits:
            return int(re.sub(r"\D", "", digits[0]))
        return labelled
    return words.views_in(date_text)


def read_attachments(
    tree: LexborHTMLParser, body: LexborNode | None, selectors: tuple[str, ...], base: str
) -> tuple[Attachment, ...]:
    """Links to files: those that the selectors find, and in the body those with a document's extension."""
    links = [node for css in selectors for found in tree.css(css) for node in _links(found)]
    links += [node for node in (body.css("a[href]") if body else []) if _FILE.search(attribute(node, "href"))]
    out: dict[str, Attachment] = {}
    for node in links:
        url = absolute(attribute(node, "href"), base)
        if url and url not in out:
            kind = _FILE.search(url)
            media_type = _MEDIA_TYPES[kind[1].lower()] if kind else None
            out[url] = Attachment(url=url, title=nfc(node_text(node)) or None, media_type=media_type)
    return tuple(out.values())


def _links(node: LexborNode) -> list[LexborNode]:
    return [node] if node.tag == "a" else node.css("a[href]")

"""The tree of a page, built only after a cheap scan says that building it is safe.

The parser spends quadratic time on deep nesting and on thousands of attributes, inside one C call that nothing
can interrupt: 500 kB of nested ``<div>`` take half a minute. The scan is linear and refuses such pages first.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.errors import NotAnArticle

# Stands in messages for the URL of a page that was given without one.
UNNAMED = "page"
MAX_CHARS = 20_000_000
MAX_DEPTH = 600
MAX_ATTRIBUTES = 2_000
_MAX_REOPENED = 500_000
_SNIFF = 2_000

# In an SVG or MathML part `<style>` is an ordinary element, so raw text is skipped only outside of one.
_TAG = re.compile(r"<!--(?:>|->|.*?--!?>|.*)|<(/?)([a-zA-Z][^\t\n\f\r />]*)([^>]*)", re.DOTALL)
_OPENING = re.compile(rb"<([a-zA-Z][^\t\n\f\r />]*)")
_RAW_END = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in ("script", "style")}
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# These, and a link inside a link, end the one before: they do not nest by themselves.
_IMPLIED = frozenset("a p li option dt dd tr td th tbody thead tfoot html head body".split())
_FORMAT = frozenset("b big code em font i nobr s small strike strong tt u".split())
_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"\x1f\x8b",
    b"RIFF",
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|script|title|meta|span|h[1-6]|article|section|ul|a)\b", re.I
)


def sniff(body: bytes, url: str) -> None:
    """Refuses what is no markup at all by its first bytes. Raises NotAnArticle (``empty``, ``not_html``)."""
    head = body[:_SNIFF].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head and not body.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotAnArticle(f"{url}: empty page", "empty")
    if head.startswith(_MAGIC) or (b"\x00" in head and not body.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise NotAnArticle(f"{url}: not HTML (a binary file)", "not_html")


def parse_tree(text: str, url: str, sent: bytes | None = None) -> LexborHTMLParser:
    """The page as a tree. ``sent``: the same page in UTF-8, where it is at hand.

    Raises NotAnArticle: ``not_html``, ``too_large``, ``too_deep``.
    """
    if len(text) > MAX_CHARS:
        raise NotAnArticle(f"{url}: {len(text)} characters are more than {MAX_CHARS}", "too_large")
    if not _HTML.search(text):
        raise NotAnArticle(f"{url}: not HTML", "not_html")
    data = text.encode("utf-8", "ignore") if sent is None else sent
    if not _is_plain(data):
        _Scan(url).run(text)
    return LexborHTMLParser(data)


def _is_plain(data: bytes) -> bool:
    """Whether counting tags already proves that :class:`_Scan` would refuse nothing; most pages pass."""
    if _has_long_tag(data):
        return False
    names = Counter(_OPENING.findall(data))
    deep = formatting = 0
    for name, times in names.items():
        if (low := name.decode("latin-1").lower()) in _VOID:
            continue
        if low in _FORMAT:
            formatting += times
        elif low not in _IMPLIED:
            deep += times
    return deep + formatting <= MAX_DEPTH and formatting * names.total() <= _MAX_REOPENED


def _has_long_tag(data: bytes) -> bool:
    """Whether any tag is so long that it may have too many attributes; looks at few of the bytes."""
    at, end = 0, len(data)
    while at < end:
        close = data.rfind(b">", at, at + MAX_ATTRIBUTES)
        if close < 0:
            close = data.find(b">", at)
            close = end if close < 0 else close
            begin = _OPENING.search(data, at, close)
            if begin and close - begin.start() > MAX_ATTRIBUTES:
                return True
        at = close + 1
    return False


class _Scan:
    """Follows the open elements much as a browser does, without building anything."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.open: list[str] = []
        self.formats: dict[tuple[str, str], int] = {}
        self.formatting = 0
        self.reopened = 0

    def run(self, text: str) -> None:
        position = 0
        while match := _TAG.search(text, position):
            position = match.end()
            name = (match[2] or "").lower()
            if match[1]:
                self._close(name)
            elif name and name not in _VOID:
                self._start(name, match[3])
                if name in _RAW_END and not {"svg", "math"} & set(self.open):
                    end = _RAW_END[name].search(text, position)
                    position = end.start() if end else len(text)

    def _start(self, name: str, attributes: str) -> None:
        if len(attributes) > MAX_ATTRIBUTES and len(_QUOTED.sub("", attributes).split()) > MAX_ATTRIBUTES:
            self._refuse(f"an element with more than {MAX_ATTRIBUTES} attributes")
        if name in _FORMAT:
            key = (name, attributes)
            # The parser keeps at most three equal formatting elements open.
            if self.formats.get(key, 0) < 3:
                self.formats[key] = self.formats.get(key, 0) + 1
                self.formatting += 1
        else:
            # Each block opens the unclosed formatting elements anew.
            self.reopened += self.formatting
            if name not in _IMPLIED:
                self.open.append(name)
        if len(self.open) + self.formatting > MAX_DEPTH:
            self._refuse(f"nested deeper than {MAX_DEPTH} elements")
        if self.reopened > _MAX_REOPENED:
            self._refuse("too many unclosed formatting elements")

    def _close(self, name: str) -> None:
        if name in _FORMAT:
            key = next((key for key in reversed(self.formats) if key[0] == name), None)
            if key:
                self.formatting -= 1
                self.formats[key] -= 1
                if not self.formats[key]:
                    del self.formats[key]
        elif name in self.open:
            while self.open.pop() != name:
                pass

    def _refuse(self, reason: str) -> None:
        raise NotAnArticle(f"{self.url}: {reason}", "too_deep")


def tag_numbers(names: Collection[str]) -> dict[str, int]:
    """The parser's own number for each kind of element, by which it is told faster than by its name."""
    table = "<table><caption></caption><thead><tr><th></th><td></td></tr></thead><tbody></tbody><tfoot></tfoot></table>"
    sample = LexborHTMLParser("t<!-- c -->" + "".join(f"<{name}></{name}>" for name in sorted(names)) + table)
    found = sample.root.traverse(include_text=True) if sample.root else ()
    return {tag: node.tag_id for node in found if (tag := node.tag or "") in names}


@cache
def text_tag() -> int:
    """The number of a text."""
    return tag_numbers(["-text"])["-text"]


def walk(root: LexborNode, skip: set[int]) -> Iterator[tuple[bool, LexborNode]]:
    """Every node under ``root`` in order: (True, node) where it opens, (False, node) where an element closes.

    Nodes whose ``mem_id`` is in ``skip`` are left out; the caller may add the node just opened to leave out its inside.
    """
    end = root.mem_id
    node = root.first_child
    while node is not None:
        if node.mem_id not in skip:
            yield True, node
            child = node.first_child
            if child is not None and node.mem_id not in skip:
                node = child
                continue
            if not node.is_text_node:
                yield False, node
        while (following := node.next) is None:
            parent = node.parent
            if parent is None or parent.mem_id == end:
                return
            node = parent
            yield False, node
        node = following


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value, or "" when it is missing or has none."""
    return node.attributes.get(name) or ""


def squeeze(text: str) -> str:
    """Runs of white space as one space, none at the ends."""
    return " ".join(text.split())


def has_text(node: LexborNode) -> bool:
    """Whether there is any text under a node but white space."""
    text = node.text()
    return bool(text) and not text.isspace()


def node_text(node: LexborNode) -> str:
    """All text under a node, squeezed."""
    return squeeze(node.text(separator=" "))

"""The main content of a page without selectors: the smallest element that holds most of the running text."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.parse.document import node_text, tag_numbers, text_tag, walk
from govscrape.parse.metadata import HEADLINE_CHARS
from govscrape.text.normalize import nfc

Weights = Mapping[int, int]
"""By ``mem_id``: the characters of running text in an element, links and short lines left out; 0 is not listed."""

_SHARE = 0.72
_SENTENCE_CHARS = 30
_UNLINKED_CHARS = _SENTENCE_CHARS * 2 // 3  # a sentence has more, since fewer than a third are links
_TEASERS = 3
_TEASER_CHARS = 400
_LINKED_HEADINGS = ", ".join(f"h{size} > a" for size in range(2, 7))
_OUTSIDE = frozenset(
    "nav header footer aside script style noscript iframe template select button textarea svg dialog".split()
)
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:social|share|sharing|rating|vote|comments?|related|relate|tags?|keywords?|breadcrumbs?|pagination"
    r"|pager|print|toolbar|menu|navbar|sidebar|footer|login|signin|advert|banner|hit-?count(?:er)?)(?:$|[-_ ])",
    re.IGNORECASE,
)
_NEVER_JUNK = frozenset({"body", "html", "a", "img"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_INLINE = frozenset(
    "-text -comment a abbr b big br cite code em font i img mark nobr q s small span strike strong sub sup tt u".split()
)


def junk_in(root: LexborNode) -> set[int]:
    """The elements under ``root`` that serve the site, by class or id: share bars, ratings, comments, related lists.

    An element that holds more than half of the text is kept, whatever it is called.
    """
    junk = [node for node in root.css("[class], [id]") if is_junk(node) and node.tag not in _NEVER_JUNK]
    limit = len(root.text()) // 2 if junk else 0
    return {node.mem_id for node in junk if len(node.text()) <= limit}


def is_junk(node: LexborNode) -> bool:
    """Whether an element's class or id names a part of the site that no article has."""
    attributes = node.attributes
    if not attributes:
        return False
    names, name = attributes.get("class"), attributes.get("id")
    return (names is not None and _names_junk(names)) or (name is not None and _names_junk(name))


@lru_cache(maxsize=8192)
def _names_junk(names: str) -> bool:
    # A site repeats the same few names thousands of times.
    return _JUNK.search(names) is not None


def main_content(tree: LexborHTMLParser, weights: Weights) -> LexborNode | None:
    """The element with most of the page's sentences, or None when the page has none."""
    root = tree.body
    if root is None or not weights.get(root.mem_id):
        return None
    while True:
        heaviest = max(_elements(root), key=lambda child: weights.get(child.mem_id, 0), default=None)
        if heaviest is None or weights.get(heaviest.mem_id, 0) < _SHARE * weights[root.mem_id]:
            return root
        if heaviest.tag in ("p", "tr", "td") or heaviest.tag in _INLINE:
            # One paragraph outweighs the rest: the article is still what holds the paragraph.
            return root if heaviest.tag != "td" else heaviest
        root = heaviest


def without_teasers(tree: LexborHTMLParser, weights: Weights) -> Weights:
    """The weights without boxes of other news: elements with a headline that is a link, and few sentences.

    A page with one or two of them has its own headline so; where nothing else is left, they are all that there is.
    """
    boxes: dict[int, LexborNode] = {}
    for link in tree.css(_LINKED_HEADINGS):
        box = link.parent.parent if link.parent else None
        if box is not None and 0 < weights.get(box.mem_id, 0) <= _TEASER_CHARS:
            boxes[box.mem_id] = box
    if len(boxes) < _TEASERS:
        return weights
    left = dict(weights)
    for at, box in boxes.items():
        around = list(_around(box))
        if boxes.keys().isdisjoint(element.mem_id for element in around):
            for element in (box, *around):
                if element.mem_id in left:
                    left[element.mem_id] -= weights[at]
    return left if tree.body and left.get(tree.body.mem_id) else weights


def _around(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def heading_above(tree: LexborHTMLParser, node: LexborNode) -> str | None:
    """The last heading before an element, else the first in it; short ones, which name sections, are passed over."""
    found, inside = None, False
    for opening, element in walk(tree.body, set()) if tree.body else ():
        if opening and element.mem_id == node.mem_id:
            if found:
                return found
            inside = True
        elif not opening and element.mem_id == node.mem_id:
            break
        elif opening and element.tag in _HEADINGS and len(text := nfc(node_text(element))) >= HEADLINE_CHARS:
            found = text
            if inside:
                break
    return found


def shared_weight(weights: Weights, one: LexborNode, other: LexborNode) -> tuple[int, int, int]:
    """The running text of two elements, and of both together: none unless one is, or is inside, the other."""
    of_one = _weight(weights, one)
    of_other = _weight(weights, other)
    nested = _is_inside(one, other) or _is_inside(other, one)
    return of_one, of_other, min(of_one, of_other) if nested else 0


def _weight(weights: Weights, node: LexborNode) -> int:
    """As listed; an element inside what serves the site is weighed by itself."""
    known = weights.get(node.mem_id)
    return weigh(node)[node.mem_id] if known is None else known


def _is_inside(node: LexborNode, other: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None and above.mem_id != other.mem_id:
        above = above.parent
    return above is not None


def _elements(node: LexborNode) -> list[LexborNode]:
    return list(node.iter())


def weigh(root: LexborNode) -> Weights:
    """For each element, the characters of sentences in it: runs of text of some length that are mostly no links.

    A run ends where a block begins or ends. Most blocks of a page hold a link or a few words: one pass through the page
    finds those that can have such a run at all, by the length of their text outside links, and only they are read.
    """
    weights = {root.mem_id: 0}
    places = _Places(root)
    for block, size in _sentences(root):
        at = places.of(block) if size else 0
        while at:
            weights[at] = weights.get(at, 0) + size
            at = places.above[at]
    return weights


_TEXT, _LINK, _SILENT, _PHRASE, _BLOCK, _COMMENT = range(6)


@cache
def _kinds() -> dict[int, int]:
    """What the parser's numbers for elements mean here; an element that is not listed is a block."""
    kinds = dict.fromkeys(_INLINE, _PHRASE) | dict.fromkeys(_OUTSIDE, _SILENT)
    kinds |= {"-text": _TEXT, "-comment": _COMMENT, "a": _LINK, "br": _BLOCK}
    return {number: kinds[name] for name, number in tag_numbers(kinds).items()}


def _sentences(root: LexborNode) -> Iterator[tuple[LexborNode, int]]:
    """The blocks with enough text outside links, wherever they stand, and the characters of the sentences in each."""
    kind_of, text_number = _kinds().get, text_tag()
    sizes: dict[int, int] = {}
    for node in root.traverse(include_text=True, skip_empty=True):
        if node.tag_id != text_number or (block := node.parent) is None:
            continue
        own = block
        while (kind := kind_of(block.tag_id)) == _PHRASE and (parent := block.parent) is not None:
            block = parent
        if kind == _LINK or kind == _SILENT:  # noqa: PLR1714, SIM109 - half the time of a tuple
            continue
        text = node.text_content or ""
        if own is block and node.next is None and node.prev is None:
            if len(text) >= _SENTENCE_CHARS:
                yield block, _counted(_chars(text), 0)
            continue
        at = block.mem_id
        before = sizes.get(at, 0)
        sizes[at] = size = before + len(text)
        if before <= _UNLINKED_CHARS < size:
            yield block, _sentences_in(block)


class _Places:
    """Where under ``root`` the blocks lie.

    ``above``: for each element that may have a weight the next such element around it; 0 for ``root``.
    """

    def __init__(self, root: LexborNode) -> None:
        self.above: dict[int, int] = {}
        self._end = root.mem_id
        self._inside: dict[int, int] = {}

    def of(self, element: LexborNode) -> int:
        """The element that counts the text in this one; 0 in links, in what serves the site, and outside ``root``."""
        path = []
        node: LexborNode | None = element
        while node is not None and node.mem_id not in self._inside:
            path.append(node)
            node = None if node.mem_id == self._end else node.parent
        holder = self._inside[node.mem_id] if node is not None else 0
        for node in reversed(path):
            at = node.mem_id
            kind = _kinds().get(node.tag_id, _BLOCK)
            if (not holder and at != self._end) or kind in (_LINK, _SILENT) or is_junk(node):
                holder = 0
            elif kind != _PHRASE or at == self._end:
                self.above[at] = holder
                holder = at
            self._inside[at] = holder
        return holder


def _sentences_in(block: LexborNode) -> int:
    """The characters of the runs of a block's own text that are sentences; blocks inside end a run and are left out."""
    kinds = _kinds()
    total = size = linked = links = 0
    skip: set[int] = set()
    for opening, node in walk(block, skip):
        kind = kinds.get(node.tag_id, _BLOCK)
        if kind == _TEXT:
            chars = _chars(node.text_content or "")
            size += chars
            linked += chars if links else 0
        elif kind == _LINK:
            links += 1 if opening else -1
        elif opening and kind != _COMMENT:
            if kind == _BLOCK and not is_junk(node):
                total += _counted(size, linked)
                size = linked = 0
            if kind != _PHRASE or is_junk(node):
                skip.add(node.mem_id)
    return total + _counted(size, linked)


def _chars(text: str) -> int:
    """The characters that are no white space, of which only the space is printable."""
    return len(text) - text.count(" ") if text.isprintable() else len("".join(text.split()))


def _counted(size: int, linked: int) -> int:
    return size if size >= _SENTENCE_CHARS and linked * 3 < size else 0

"""The main content of a page without selectors: the smallest element that holds most of the running text."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.parse.document import attribute, node_text, walk
from govscrape.parse.metadata import HEADLINE_CHARS
from govscrape.text.normalize import nfc

_SHARE = 0.72
_SENTENCE_CHARS = 60
_OUTSIDE = frozenset(
    "nav header footer aside script style noscript iframe template select button textarea svg dialog".split()
)
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:social|share|sharing|rating|vote|comments?|related|relate|tags?|keywords?|breadcrumbs?|pagination"
    r"|pager|print|toolbar|menu|navbar|sidebar|footer|login|signin|advert|banner|hit-?count(?:er)?)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_INLINE = frozenset(
    "-text a abbr b big br cite code em font i img mark nobr q s small span strike strong sub sup tt u".split()
)


def junk_in(root: LexborNode) -> set[int]:
    """The elements under ``root`` that serve the site, by class or id: share bars, ratings, comments, related lists.

    An element that holds more than half of the text is kept, whatever it is called.
    """
    limit = len(root.text()) // 2
    found = set()
    for node in root.css("[class], [id]"):
        if node.tag not in ("body", "html", "a", "img") and is_junk(node) and len(node.text()) <= limit:
            found.add(node.mem_id)
    return found


def is_junk(node: LexborNode) -> bool:
    """Whether an element's class or id names a part of the site that no article has."""
    return bool(_JUNK.search(attribute(node, "class")) or _JUNK.search(attribute(node, "id")))


def main_content(tree: LexborHTMLParser) -> LexborNode | None:
    """The element with most of the page's sentences, or None when the page has none."""
    root = tree.body
    if root is None:
        return None
    weights = _weights(root)
    if not weights.get(root.mem_id):
        return None
    while True:
        heaviest = max(_elements(root), key=lambda child: weights.get(child.mem_id, 0), default=None)
        if heaviest is None or weights.get(heaviest.mem_id, 0) < _SHARE * weights[root.mem_id]:
            return root
        if heaviest.tag in ("p", "tr", "td") or heaviest.tag in _INLINE:
            # One paragraph outweighs the rest: the article is still what holds the paragraph.
            return root if heaviest.tag != "td" else heaviest
        root = heaviest


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


def text_weight(node: LexborNode) -> int:
    """Characters of running text under a node, links and short lines left out."""
    return _weights(node).get(node.mem_id, 0)


def _elements(node: LexborNode) -> list[LexborNode]:
    return list(node.iter())


def _weights(root: LexborNode) -> dict[int, int]:
    """For each element, the characters of sentences in it: runs of text of some length that are mostly no links."""
    weights: dict[int, int] = {root.mem_id: 0}
    skip: set[int] = set()
    path = [root.mem_id]
    runs: list[list[int]] = [[0, 0]]
    anchors = 0
    for opening, node in walk(root, skip):
        tag = node.tag or ""
        if node.is_text_node:
            size = len("".join((node.text_content or "").split()))
            runs[-1][0] += size
            runs[-1][1] += size if anchors else 0
        elif opening and (tag in _OUTSIDE or (tag not in ("body", "a") and is_junk(node))):
            skip.add(node.mem_id)
        elif node.mem_id in skip:
            continue
        elif tag == "a":
            anchors += 1 if opening else -1
        elif tag == "br":
            _settle(path, runs, weights)
        elif tag not in _INLINE and node.is_element_node:
            _settle(path, runs, weights)
            if opening:
                path.append(node.mem_id)
                runs.append([0, 0])
            else:
                path.pop()
                runs.pop()
    _settle(path, runs, weights)
    return weights


def _settle(path: list[int], runs: list[list[int]], weights: dict[int, int]) -> None:
    """Counts the run of text that ends here for every element around it."""
    size, links = runs[-1]
    runs[-1] = [0, 0]
    if size >= _SENTENCE_CHARS and links * 3 < size:
        for element in path:
            weights[element] = weights.get(element, 0) + size

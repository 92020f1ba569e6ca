"""Pages that answer 200 and are no article: logins, soft 404s, anti-bot stubs, status pages."""

import re

from selectolax.lexbor import LexborHTMLParser

from govscrape.errors import NotAnArticle
from govscrape.models.portal import Portal
from govscrape.parse.blocks import PageBlocks
from govscrape.parse.document import node_text
from govscrape.parse.furniture import Lexicon

_STUB_BYTES = 8_000
_LITTLE_TEXT = 200
_STUB = re.compile(
    r"document\.cookie\s*=|\bD1N=|location\.(?:reload|replace|href)|cf-chl|__cf_|challenge-platform", re.I
)
_BLOCKED_STATUS = frozenset({401, 403, 429, 503})


def refuse(tree: LexborHTMLParser, text: str, weight: int, url: str, portal: Portal | None, words: Lexicon) -> None:
    """Raises NotAnArticle: ``blocked``, ``login``, ``soft_404`` or ``empty``; ``weight``: the page's running text."""
    if weight == 0 and len(text) <= _STUB_BYTES and _STUB.search(text):
        raise NotAnArticle(f"{url}: an anti-bot page, nothing else", "blocked")
    if portal is not None:
        _refuse_by_selector(tree, portal, url)
    if weight < _LITTLE_TEXT:
        _refuse_by_words(tree, words, url)
        if tree.css_first("input[type=password]") is not None and not _has_article(tree, portal):
            raise NotAnArticle(f"{url}: a login page", "login")
    if weight == 0 and not _shows_text(tree):
        raise NotAnArticle(f"{url}: a page without text", "empty")


def refuse_status(status: int, url: str) -> None:
    """Raises NotAnArticle for no page, whatever its body: ``not_found``, ``blocked``, ``error_status``."""
    if status in (404, 410):
        raise NotAnArticle(f"{url}: answered {status}", "not_found")
    if status in _BLOCKED_STATUS:
        raise NotAnArticle(f"{url}: answered {status}", "blocked")
    if status >= 400:
        raise NotAnArticle(f"{url}: answered {status}", "error_status")


def _refuse_by_selector(tree: LexborHTMLParser, portal: Portal, url: str) -> None:
    every = (*portal.refusals.blocked, *portal.refusals.login, *portal.refusals.soft_404)
    if not every or tree.css_first(", ".join(every)) is None:
        return
    for code, selectors in (
        ("blocked", portal.refusals.blocked),
        ("login", portal.refusals.login),
        ("soft_404", portal.refusals.soft_404),
    ):
        hit = next((css for css in selectors if tree.css_first(css) is not None), None)
        if hit:
            raise NotAnArticle(f"{url}: {code} page (matches {hit!r})", code)


def _refuse_by_words(tree: LexborHTMLParser, words: Lexicon, url: str) -> None:
    """Reads only titles and headings: the words themselves may stand in any article."""
    for node in tree.css("title, h1, h2, h3, .alert"):
        text = node_text(node)
        for code, pattern in (("blocked", words.blocked), ("soft_404", words.not_found), ("login", words.login)):
            if len(text) <= 120 and pattern.match(text):
                raise NotAnArticle(f"{url}: {code} page ({text!r})", code)


def _shows_text(tree: LexborHTMLParser) -> bool:
    """Whether anything but scripts and pictures is left: a page that a script would fill is empty to us."""
    return tree.body is not None and any(block.text for block in PageBlocks(tree.body))


def _has_article(tree: LexborHTMLParser, portal: Portal | None) -> bool:
    bodies = [css for version in (portal.versions if portal else ()) for css in version.body]
    return any((node := tree.css_first(css)) is not None and node_text(node) for css in bodies)

"""A page to an article: by the portal's selectors where they match, by the generic reading where not.

Both readings are made, and where they differ wildly the article carries an issue: a portal's redesign must not
pass unseen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.errors import NotAnArticle
from govscrape.models.article import Article, Image
from govscrape.models.page import Page
from govscrape.models.portal import PageVersion, PageWords, Portal
from govscrape.models.records import Issue
from govscrape.parse import fields
from govscrape.parse.blocks import Block, PageBlocks, compose, read_blocks
from govscrape.parse.document import UNNAMED, parse_tree, sniff
from govscrape.parse.encoding import decode, is_as_sent, is_garbled, is_repaired, modernise, old_charset
from govscrape.parse.furniture import Cleaned, Lexicon, clean, lexicon
from govscrape.parse.generic import Weights, heading_above, junk_in, main_content, shared_weight, weigh, without_teasers
from govscrape.parse.metadata import Metadata, read_metadata, repeated_heading
from govscrape.parse.opening import Opening, read_opening
from govscrape.parse.refusals import refuse, refuse_status
from govscrape.parse.tables import Grid
from govscrape.parse.urls import absolute, canonical_url, is_article, resolve
from govscrape.text.dates import parse_datetime

# What many sites call the writer's name, whatever made them.
_AUTHOR = ("[itemprop='author']", "[rel='author']", "[data-role='author']", ".tacgia", ".username", ".author")
_NO_SELECTORS = PageVersion(title=(), body=(), author=_AUTHOR)
_ALARM_CHARS = 500
_ALARM_SHARE = 0.4
_LISTING_ITEMS = 3
_LANGUAGE_CHARS = 200


@dataclass
class _Reading:
    """One page while it is being read."""

    tree: LexborHTMLParser
    weights: Weights
    url: str
    portal: Portal | None
    words: Lexicon
    meta: Metadata
    issues: list[Issue]
    page: Iterable[Block]

    def note(self, code: str, message: str) -> None:
        self.issues.append(Issue(code=code, message=message, where=self.url))


@dataclass(frozen=True)
class _Body:
    cleaned: Cleaned
    tables: tuple[Grid, ...] = ()

    @property
    def text(self) -> str:
        return compose(self.cleaned.blocks)[0]


def parse_article(
    page: Page, portal: Portal | None, words: PageWords | None = None
) -> tuple[Article, tuple[Issue, ...]]:
    """The article on a page, and what could not be settled about it.

    ``words`` defaults to the portal's. Raises NotAnArticle, whose ``code`` is one of ``empty``, ``not_html``,
    ``too_large``, ``too_deep``, ``blocked``, ``login``, ``soft_404``, ``not_found``, ``error_status``, ``listing``,
    ``no_body``.
    """
    url = page.final_url or page.url or UNNAMED
    refuse_status(page.status, url)
    sniff(page.body, url)
    text, charset = decode(page.body, page.header("content-type"))
    sent = page.body if is_as_sent(charset) else None
    article, issues = _read(text, charset, url, portal, words, sent)
    old = old_charset(article.body)
    if old:
        article, issues = _read(modernise(text, old), charset, url, portal, words)
        issues.append(Issue(code="legacy_charset", message=f"written for fonts of before Unicode: {old}", where=url))
    return article, tuple(issues)


def _read(
    text: str, charset: str, url: str, portal: Portal | None, words: PageWords | None, sent: bytes | None = None
) -> tuple[Article, list[Issue]]:
    tree = parse_tree(text, url, sent)
    known = lexicon(words if words is not None else portal.words if portal else PageWords())
    weights = weigh(tree.body) if tree.body else {}
    refuse(tree, text, weights.get(tree.body.mem_id, 0) if tree.body else 0, url, portal, known)
    page = PageBlocks(tree.body) if tree.body else ()
    reading = _Reading(tree, weights, url, portal, known, read_metadata(tree), [], page)
    if is_repaired(charset):
        reading.note("double_encoded", f"the page was encoded twice; read as {charset}")
    elif is_garbled(charset):
        reading.note("garbled", f"some characters are lost; read as {charset}")
    version, node, date = _choose(reading)
    return _assemble(reading, version, node, date), reading.issues


def _choose(reading: _Reading) -> tuple[PageVersion, LexborNode, fields.DateFound]:
    """The version that reads this page, its body element and date; the generic ones when no selector matches."""
    versions = reading.portal.versions if reading.portal else ()
    dated = sorted((v for v in versions if v.valid_until), key=lambda v: str(v.valid_until))
    matching = []
    for version in (*dated, *(v for v in versions if not v.valid_until)):
        node = fields.body_node(reading.tree, version)
        if node is None:
            continue
        date = fields.read_date(reading.tree, version.date)
        published = date.value or reading.meta.published_at
        if version.valid_until is None or (published and published.date() <= version.valid_until):
            return version, node, date
        matching.append((version, node, date))
    if matching:
        reading.note("version_expired", "only selectors of an earlier version match this page")
        return matching[-1]
    return _fall_back(reading)


def _fall_back(reading: _Reading) -> tuple[PageVersion, LexborNode, fields.DateFound]:
    portal = reading.portal
    if portal is not None:
        _refuse_listing(reading, portal)
        if portal.versions:
            reading.note("selector_missing", f"no body selector of portal {portal.id} matches; read without selectors")
    node = main_content(reading.tree, without_teasers(reading.tree, reading.weights))
    if node is None:
        raise NotAnArticle(f"{reading.url}: no running text on the page", "no_body")
    version = portal.versions[-1] if portal and portal.versions else _NO_SELECTORS
    return version, node, fields.read_date(reading.tree, version.date)


def _refuse_listing(reading: _Reading, portal: Portal) -> None:
    for listing in portal.listings:
        if listing.kind == "html" and listing.item and len(reading.tree.css(listing.item)) >= _LISTING_ITEMS:
            raise NotAnArticle(f"{reading.url}: a listing ({listing.id}), no article", "listing")


def _assemble(reading: _Reading, version: PageVersion, node: LexborNode, date: fields.DateFound) -> Article:
    tree, words, portal = reading.tree, reading.words, reading.portal
    title = fields.first_text(tree, version.title) or _title(reading, node)
    body = _read_body(reading, node, version, title)
    _alarm(reading, version, node)
    lead = fields.first_text(tree, version.summary)
    opening = _opening(reading, version, title, body.cleaned.blocks)
    own = [block for place, block in enumerate(body.cleaned.blocks) if place not in opening.datelines]
    blocks = _with_summary([*opening.summary, *own], lead)
    attachments = fields.read_attachments(tree, node, version.attachments, reading.url)
    files = {file.title for file in attachments}
    text, paragraphs = compose([block for block in blocks if not (block.is_link_list and block.text in files)])
    if not text and not attachments:
        raise NotAnArticle(f"{reading.url}: the body is empty", "no_body")
    published, date_text = _published(reading, date, opening)
    _check_size(reading, text, bool(attachments))
    if not title:
        reading.note("no_title", "no title was found")
    page_url = reading.url if reading.url != UNNAMED else None
    return Article(
        url=page_url,
        canonical_url=_canonical(reading),
        portal=portal.id if portal else None,
        province=portal.province if portal else None,
        title=title,
        summary=lead or reading.meta.description,
        body=text,
        paragraphs=paragraphs,
        tables=body.tables,
        author=fields.read_author(tree, version, words) or body.cleaned.author,
        section=fields.first_text(tree, version.section) or reading.meta.section,
        published_at=published,
        updated_at=reading.meta.updated_at,
        views=fields.read_views(tree, version, words, date_text),
        images=_images(body.cleaned.images, reading.url),
        attachments=attachments,
        language=_language(text, reading.meta.language),
    )


def _opening(reading: _Reading, version: PageVersion, title: str | None, blocks: list[Block]) -> Opening:
    """What selectors would have told apart; nothing where they did."""
    return read_opening(reading.page, title, blocks) if _is_generic(reading, version) else Opening()


def _is_generic(reading: _Reading, version: PageVersion) -> bool:
    return version is _NO_SELECTORS or any(issue.code == "selector_missing" for issue in reading.issues)


def _title(reading: _Reading, node: LexborNode) -> str | None:
    """Without a title selector: the headline that the head tells or repeats, else one above the body, ``<title>``."""
    tree, meta = reading.tree, reading.meta
    return meta.headline or repeated_heading(tree, meta.whole) or heading_above(tree, node) or meta.title


def _read_body(reading: _Reading, node: LexborNode, version: PageVersion, title: str | None) -> _Body:
    skip = junk_in(node)
    fields_inside = (*version.title, *version.author, *version.section, *version.views, *version.remove)
    if version.date and not version.date.attr:
        fields_inside += (version.date.css,)
    if fields_inside:
        skip |= {found.mem_id for found in node.css(", ".join(fields_inside))}
    skip.discard(node.mem_id)
    captions = {found.mem_id for found in node.css(", ".join(version.caption))} if version.caption else set()
    blocks, tables = read_blocks(node, skip, captions)
    return _Body(clean(blocks, title, reading.words), tuple(tables))


def _with_summary(blocks: list[Block], summary: str | None) -> list[Block]:
    """The summary states facts too: it opens the body unless the body has it already."""
    if not summary or any(summary in block.text or block.text == summary for block in blocks[:3]):
        return blocks
    head = " ".join(block.text for block in blocks[:3])
    return blocks if head.startswith(summary) else [Block("text", summary), *blocks]


def _alarm(reading: _Reading, version: PageVersion, selected: LexborNode) -> None:
    """Compares the selected body with the generic one by the running text that both hold."""
    if _is_generic(reading, version):
        return
    node = main_content(reading.tree, reading.weights)
    if node is None:
        return
    ours, theirs, shared = shared_weight(reading.weights, selected, node)
    if max(ours, theirs) >= _ALARM_CHARS and shared < _ALARM_SHARE * max(ours, theirs):
        message = f"the selected body has {ours} characters of running text, the page's main text {theirs}"
        reading.note("selector_disagrees", f"{message}, and {shared} are in both")


def _published(reading: _Reading, date: fields.DateFound, opening: Opening) -> tuple[datetime | None, str]:
    """The publication time and the text that may also hold the view counter."""
    if date.value:
        return date.value, date.text
    line = _date_line(reading)
    value = reading.meta.published_at or parse_datetime(line, fields.FORMATS) or opening.date
    if date.matched:
        reading.note("bad_date", f"no date in {date.text[:80]!r}")
    elif value is None:
        reading.note("no_date", "no publication date was found")
    return value, f"{date.text} {line}"


def _date_line(reading: _Reading) -> str:
    """The page's first line that a date label opens; a clock in the header has no such label."""
    page = reading.page if reading.words.knows_meta else ()
    return next((block.text for block in page if block.text and reading.words.is_meta(block.text)), "")


def _check_size(reading: _Reading, text: str, has_files: bool) -> None:
    expected = reading.portal.expect.body_chars if reading.portal else 0
    if not text:
        reading.note("attachment_only", "the article is in its attachments")
    elif len(text) < expected and not has_files:
        reading.note("short_body", f"the body has {len(text)} characters, fewer than {expected}")


def _canonical(reading: _Reading) -> str | None:
    """The page's own address; its ``rel=canonical`` counts only when it is an article of the portal by pattern."""
    portal = reading.portal
    told = reading.meta.canonical
    if portal is not None and portal.urls.article and told is not None:
        link = resolve(told, reading.url, portal)
        if link and is_article(link, portal):
            return link
    return canonical_url(reading.url, portal) if reading.url != UNNAMED else None


def _images(images: tuple[Image, ...], base: str) -> tuple[Image, ...]:
    return tuple(Image(src=absolute(image.src, base) or image.src, caption=image.caption) for image in images)


def _language(text: str, declared: str | None) -> str:
    """Vietnamese shows in its letters; plain ASCII is in the declared language or, if that is wrong, unknown."""
    if (len(text) - len(text.encode("ascii", "ignore"))) * 10 >= len(text):
        return "vi"
    letters = [char for char in text if char.isalpha()]
    if len(letters) < _LANGUAGE_CHARS or sum(char > "\x7f" for char in letters) * 20 >= len(letters):
        return "vi"
    return declared if declared and declared != "vi" else "und"

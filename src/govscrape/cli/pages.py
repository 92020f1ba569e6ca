"""How ``govscrape extract`` reads HTML pages and WARC archives: by the selectors of the portal they came from."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from govscrape.cli.reading import BadItem, Given, Item
from govscrape.errors import ArchiveError, InputError, NotAnArticle
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse import parse_article
from govscrape.parse.responses import REVISITS, left_out
from govscrape.rules.portals import load_portals

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Portals:
    """All portals, found by id or by the host of a URL."""

    def __init__(self) -> None:
        self._by_id = load_portals()
        self._by_host = {host: portal for portal in self._by_id.values() for host in _hosts(portal)}

    def named(self, portal_id: str) -> Portal:
        """The portal of that id; InputError names those there are."""
        if portal_id not in self._by_id:
            raise InputError(f"no portal {portal_id!r}: govscrape portals list shows the {len(self._by_id)} there are")
        return self._by_id[portal_id]

    def of(self, url: str | None) -> Portal | None:
        """The portal that publishes at this URL's host, if any."""
        return self._by_host.get(urlsplit(url).hostname or "") if url else None


def _hosts(portal: Portal) -> list[str]:
    return [*portal.hosts, urlsplit(portal.base_url).hostname or ""]


def response_item(page: Page, portal: Portal | None, given: Given, known_as: str) -> Item:
    """A page as an article; what the command line says fills what the page does not. Raises NotAnArticle."""
    article, issues = parse_article(page, portal, None if portal else given.words)
    update = {
        "url": article.url or given.url or None,
        "province": article.province or given.province,
        "published_at": article.published_at or given.published_at,
    }
    return Item(known_as, article.model_copy(update=update), issues)


def archived_pages(path: str, portals: Portals, named: Portal | None, counts: Counter[str]) -> Iterator[Page | BadItem]:
    """The articles of a WARC file; ``counts`` is told of the rest, by reason. A broken file ends with a BadItem."""
    from govscrape.archive.reader import read_responses

    kinds: Counter[str] = Counter()
    try:
        for page in read_responses(Path(path), kinds):
            if (reason := left_out(page, named or portals.of(page.final_url))) is None:
                yield page
            else:
                counts[reason] += 1
    except ArchiveError as error:
        yield BadItem(path, None, str(error))
    counts[REVISITS] += kinds["revisit"]


def archived_item(page: Page, portal: Portal | None, given: Given) -> Item | BadItem:
    """As :func:`response_item`, of a page of an archive."""
    try:
        return response_item(page, portal, given, page.url)
    except InputError as error:
        is_list = isinstance(error, NotAnArticle) and error.code == "listing"
        return BadItem(page.url, None, str(error), is_list=is_list)


def page_item(path: str, data: bytes, portals: Portals | None, portal_id: str | None, given: Given) -> Item:
    """An HTML file as one article. Raises NotAnArticle naming the file."""
    portal = None
    if portals is not None:
        portal = portals.named(portal_id) if portal_id else portals.of(given.url)
    url = given.url or ""
    page = Page(url=url, final_url=url, status=200, body=data, fetched_at=NEVER)
    try:
        return response_item(page, portal, given, path)
    except NotAnArticle as error:
        raise NotAnArticle(f"{path}: {error}", error.code) from error

"""How ``govscrape extract`` reads HTML pages and WARC archives: by the selectors of the portal they came from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from govscrape.archive.reader import read_responses
from govscrape.cli.reading import BadItem, Given, Item, read_bytes
from govscrape.errors import ArchiveError, InputError, NotAnArticle
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse import parse_article
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


def _item(page: Page, portal: Portal | None, given: Given, known_as: str) -> Item:
    article, issues = parse_article(page, portal, None if portal else given.words)
    update = {
        "url": article.url or given.url or None,
        "province": article.province or given.province,
        "published_at": article.published_at or given.published_at,
    }
    return Item(known_as, article.model_copy(update=update), issues)


def read_page(path: str, portal_id: str | None, given: Given) -> Iterator[Item]:
    """An HTML file as one article. Raises NotAnArticle naming the file."""
    portals = Portals() if portal_id or given.url else None
    portal = None
    if portals is not None:
        portal = portals.named(portal_id) if portal_id else portals.of(given.url)
    url = given.url or ""
    page = Page(url=url, final_url=url, status=200, body=read_bytes(path), fetched_at=NEVER)
    try:
        yield _item(page, portal, given, path)
    except NotAnArticle as error:
        raise NotAnArticle(f"{path}: {error}", error.code) from error


def read_archive(path: str, portal_id: str | None, given: Given) -> Iterator[Item | BadItem]:
    """The article pages of a WARC file, known by their URLs; answers other than HTML with status 200 are left out."""
    portals = Portals()
    chosen = portals.named(portal_id) if portal_id else None
    try:
        for page in read_responses(Path(path)):
            if page.status != 200 or "html" not in (page.header("content-type") or "html").lower():
                continue
            try:
                yield _item(page, chosen or portals.of(page.final_url), given, page.url)
            except InputError as error:
                yield BadItem(page.url, None, str(error))
    except ArchiveError as error:
        yield BadItem(path, None, str(error))

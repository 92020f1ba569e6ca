"""Which responses of an archive are articles, as a crawl tells: by what it asked for, else by the portal."""

import re
from collections import Counter
from urllib.parse import urlsplit

from govscrape.errors import InputError
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse.urls import canonical_url, is_article, is_of

LISTS, STATUS, KIND, REVISITS = "lists", "status", "kind", "revisits"
"""Why a record of an archive is not read."""

_TOLD = {
    LISTS: "lists",
    STATUS: "answers other than 200",
    KIND: "answers that are no HTML",
    REVISITS: "revisits, whose text stands elsewhere",
}
_PLACEHOLDER = re.compile(r"\\\{\w+\\\}")


def left_out(page: Page, portal: Portal | None) -> str | None:
    """Why a response is not read as an article, None when it is; without portal and mark every HTML page is read."""
    if page.status != 200:
        return STATUS
    if "html" not in (page.header("content-type") or "html").lower():
        return KIND
    if page.as_article is not None:
        return None if page.as_article else LISTS
    return LISTS if portal is not None and _is_list(page.url, portal) else None


def told(counts: Counter[str]) -> str | None:
    """How many records were not read and why, in one line; None when all were."""
    parts = [f"{words} ({counts[reason]})" for reason, words in _TOLD.items() if counts[reason]]
    return f"not read as articles: {', '.join(parts)}" if parts else None


def _is_list(url: str, portal: Portal) -> bool:
    try:
        known_as = canonical_url(url, portal)
    except InputError:
        return False
    if not is_of(known_as, portal):
        return False
    return not is_article(known_as, portal) or re.fullmatch(_lists(portal), _bare(url)) is not None


def _lists(portal: Portal) -> str:
    """A pattern of the portal's front page and the addresses of its listings, whatever their page or days."""
    base = portal.base_url.rstrip("/")
    urls = [listing.url.replace("{base_url}", base) for listing in portal.listings]
    urls = [url if "://" in url else f"{base}/{url.lstrip('/')}" for url in urls]
    return "|".join(_PLACEHOLDER.sub("[^&/]*", re.escape(_bare(url))) for url in (base, *urls))


def _bare(url: str) -> str:
    """Without scheme, ``www.`` and a slash at the end."""
    parts = urlsplit(url.strip())
    return parts._replace(scheme="", netloc=parts.netloc.lower().removeprefix("www.")).geturl().rstrip("/")

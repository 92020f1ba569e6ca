"""One URL for one article: what identifies it is kept, what only tells how it was reached is dropped."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import quote, unquote_plus, urljoin, urlsplit, urlunsplit

from govscrape.errors import InputError
from govscrape.models.portal import Portal

MAX_URL = 2_000
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|zarsrc|mc_[ce]id|_ga|redirect|returnurl|backurl|doasuserlanguageid)$", re.I
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9/:?#\[\]@!$&'()*+,;=%~._-]*")
# Of a link's shapes those that joining leaves as they are: no dots or parameters to resolve, nothing empty to drop.
_SEGMENT = r"[\w%~!$&'()*+,=:@-][\w%~!$&'()*+,=:@.-]*"
_PATH = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?(?:\?[^#;?]+)?", re.ASCII)
_ROOT = re.compile(r"https?://[^/?#\\;\[\]\s]+(?=[/?#]|$)")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
# `<article>.html/en` answers with a listing whose relative links add /en and /vi again, without end.
_LOCALE_SUFFIX = re.compile(r"(\.(?:s?html?|aspx|php))(?:/(?:en|vi|en-us|vi-vn))+/?$", re.IGNORECASE)
_LOCALE_RUN = re.compile(r"^(?:/(?:en|vi))+(?=/(?:en|vi)(?:/|$))", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str, portal: Portal | None) -> str:
    """The URL under which an article is known.

    Scheme and host follow the portal's ``base_url`` when they differ only by https or ``www.``, or when the portal
    moved away from that host; fragments, session ids, locale suffixes and every query parameter that the portal does
    not name as identity are dropped. Percent escapes and the order of what stays are kept. Raises InputError when it is
    no absolute http URL.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InputError(f"{url[:200]}: not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > MAX_URL:
        raise InputError(f"{url[:200]}: not an absolute http URL of at most {MAX_URL} characters")
    host = parts.hostname.lower().rstrip(".")
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    scheme, netloc = _home(parts.scheme, netloc, portal)
    path = _path(parts.path)
    return urlunsplit((scheme, netloc, path, _query(parts.query, portal), ""))


def resolve(href: str, base: str, portal: Portal | None) -> str | None:
    """The canonical URL of a link on a page, or None for what leads nowhere (``javascript:``, ``#``, mailto)."""
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    try:
        return canonical_url(_joined(base, _quoted(href)), portal)
    except (InputError, ValueError):
        return None


def absolute(href: str, base: str) -> str | None:
    """A link's absolute http URL, bytes as the page has them, or None."""
    href = href.strip()
    try:
        url = _joined(base, _quoted(href))
        return url if href and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _joined(base: str, href: str) -> str:
    """As ``urljoin``, sooner for the paths that most links are."""
    if _PATH.fullmatch(href) and (root := _ROOT.match(base)):
        return root[0] + href
    return urljoin(base, href)


def is_of(url: str, portal: Portal) -> bool:
    """Whether a canonical URL is at a host of the portal."""
    parts = urlsplit(url)
    hosts = {host.lower() for host in portal.hosts} | {urlsplit(portal.base_url).netloc.lower()}
    return bool({parts.netloc, parts.hostname} & hosts)


def is_article(url: str, portal: Portal) -> bool:
    """Whether a canonical URL is an article of the portal by its host, ``urls.exclude`` and ``urls.article``."""
    if not is_of(url, portal):
        return False
    if any(_pattern(pattern).search(url) for pattern in portal.urls.exclude):
        return False
    return portal.urls.article is None or bool(_pattern(portal.urls.article).search(url))


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _home(scheme: str, netloc: str, portal: Portal | None) -> tuple[str, str]:
    if portal is None:
        return scheme, netloc
    base = urlsplit(portal.base_url)
    home = base.netloc.lower()
    moved = {host.lower() for host in portal.moved_hosts}
    if netloc.removeprefix("www.") in {home.removeprefix("www."), *moved}:
        return base.scheme, home
    return ("https" if base.scheme == "https" and netloc in portal.hosts else scheme), netloc


def _path(path: str) -> str:
    path = _SESSION.sub("", _quoted(path)) or "/"
    path = _ESCAPE.sub(lambda match: match[0].upper(), re.sub(r"/{2,}", "/", path))
    return _LOCALE_RUN.sub("", _LOCALE_SUFFIX.sub(r"\1", path))


def _query(query: str, portal: Portal | None) -> str:
    kept = []
    for piece in query.split("&"):
        name = unquote_plus(piece.partition("=")[0])
        if name and _keeps(name, portal):
            kept.append(_quoted(piece))
    return "&".join(kept)


def _keeps(name: str, portal: Portal | None) -> bool:
    """Identity names are compared without case and may hold ``*``: one portal's ids are names of empty parameters."""
    if portal is None:
        return not _TRACKING.match(name)
    return any(fnmatchcase(name.lower(), identity.lower()) for identity in portal.urls.identity)


def _quoted(part: str) -> str:
    """Spaces and letters beyond ASCII as UTF-8 escapes; what is escaped already stays as it is."""
    return part if _PLAIN.fullmatch(part) else quote(part, safe="/:?#[]@!$&'()*+,;=%~-._")

"""A portal as data: where its news is listed and which selectors read a page (rules/portals/*.yaml)."""

from datetime import date
from typing import Literal

from pydantic import Field

from govscrape.models.base import Frozen


class DateField(Frozen):
    """Where a date stands. ``formats`` use Unicode tokens (dd MM yyyy HH mm ss a); the first found in the text wins."""

    css: str
    attr: str | None = None
    formats: tuple[str, ...] = ("dd/MM/yyyy HH:mm", "dd/MM/yyyy")


class PageVersion(Frozen):
    """Selectors of an article page. A version with ``valid_until`` reads pages published on or before that day.

    Each text field is a tuple of CSS selectors tried in order; ``remove`` is cut from the body before it is read.
    """

    valid_until: date | None = None
    title: tuple[str, ...]
    body: tuple[str, ...]
    date: DateField | None = None
    summary: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    caption: tuple[str, ...] = ("figcaption",)
    attachments: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Listing(Frozen):
    """One list of articles. ``url`` may hold ``{page}``.

    ``kind`` html walks ``item``/``link``; rss reads a feed or sitemap; json reads ``json_items`` and in each item
    ``json_url``, ``json_title`` and, as a key, ``date.css``: dotted keys all.
    """

    id: str
    url: str
    kind: Literal["html", "rss", "json"] = "html"
    first_page: int = 1
    max_pages: int = Field(default=50, ge=1)
    item: str | None = None
    link: str = "a"
    date: DateField | None = None
    next: str | None = None
    json_items: str | None = None
    json_url: str | None = None
    json_title: str | None = None


class Limits(Frozen):
    """Politeness and caps. Delays and times in seconds, sizes in bytes after decoding."""

    delay_s: float = Field(default=5.0, ge=0)
    timeout_s: float = Field(default=30.0, gt=0)
    max_bytes: int = Field(default=20_000_000, gt=0)
    max_redirects: int = Field(default=5, ge=0)


class Expect(Frozen):
    """What a healthy page looks like; a breach is an issue."""

    links_per_listing: int = 1
    body_chars: int = 200


class UrlRules(Frozen):
    """Which URLs are articles (``article``, ``exclude``: patterns sought in canonical URLs) and what identifies one.

    ``identity`` names the query parameters that are kept, ``*`` standing for any text; all others are dropped.
    """

    article: str | None = None
    exclude: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()


class Refusals(Frozen):
    """Selectors whose match means that a 200 page is no article."""

    login: tuple[str, ...] = ()
    soft_404: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


class PageWords(Frozen):
    """Words that mark what is furniture on a page (rules/lexicon/page.yaml); matched without regard to case.

    ``date``, ``views``, ``author`` and ``source`` are labels before a value; ``caption`` opens a caption;
    ``tail`` heads what follows an article; ``footer`` opens a site's imprint; ``tools`` are whole lines to drop;
    ``not_found``, ``login`` and ``blocked`` name pages without an article.
    """

    date: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    login: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


class Family(Frozen):
    """What the portals of one CMS share; a portal's own keys override these."""

    id: str
    name: str
    versions: tuple[PageVersion, ...] = ()
    urls: UrlRules = UrlRules()
    refusals: Refusals = Refusals()


class TlsException(Frozen):
    """What a portal's old server makes us give up, and why; the default is to give up nothing.

    ``security_level`` is OpenSSL's (2 is usual, 1 admits old ciphers and short keys); without ``verify`` anybody on the
    way can forge the pages.
    """

    reason: str = Field(min_length=10)
    security_level: Literal[0, 1, 2] = 2
    verify: bool = True


class Portal(Frozen):
    """One portal, its family's defaults already merged in. ``verified`` is the day it was checked live, or null."""

    id: str
    name: str
    province: str
    base_url: str
    hosts: tuple[str, ...] = ()
    family: str | None = None
    listings: tuple[Listing, ...]
    versions: tuple[PageVersion, ...] = ()
    urls: UrlRules = UrlRules()
    refusals: Refusals = Refusals()
    limits: Limits = Limits()
    expect: Expect = Expect()
    words: PageWords = PageWords()
    allow_loopback: bool = False
    tls: TlsException | None = None
    verified: date | None = None

"""A portal as data: where its news is listed and which selectors read a page (rules/portals/*.yaml)."""

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from govscrape.models.base import Frozen
from govscrape.models.schedule import Schedule

_OURS = frozenset({"user-agent", "host", "cookie", "authorization", "content-length", "connection", "from"})


def _checked(pattern: str) -> str:
    """A pattern that can be used and has the one group that is wanted of it; ValueError."""
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"{pattern!r} is no pattern: {error}") from error
    if groups != 1:
        raise ValueError(f"{pattern!r} must have one group, the value")
    return pattern


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


class FormSource(Frozen):
    """A form's value that stands on a page: attribute ``attr`` of the first element found by ``css``.

    ``attr`` null is the element's text, a script's too; ``pattern`` takes of either what its one group holds. ``every``
    takes all of them, from ``form_page`` and from each page of the listing seen so far.
    """

    css: str
    attr: str | None = "value"
    pattern: str | None = None
    every: bool = False

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, pattern: str | None) -> str | None:
        return pattern if pattern is None else _checked(pattern)


class FormHint(FormSource):
    """Where pages of a CMS usually have a value that each portal must give.

    ``linked``: of the elements, the one whose first link leads to the page itself, as a menu has its sections.
    """

    linked: bool = False


class Told(Frozen):
    """A whole number that a list tells of itself, such as how many items it has.

    It stands under ``key`` of a JSON answer (dotted), in the answer's ``header``, or in the text, or ``attr``, of an
    element that ``css`` finds: what the one group of ``pattern`` holds, dots and commas left out.
    """

    key: str | None = None
    header: str | None = None
    css: str | None = None
    attr: str | None = None
    pattern: str = r"(\d[\d.,]*)"

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.key, self.header, self.css)) != 1:
            raise ValueError("give one of key, header and css")
        return self

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, pattern: str) -> str:
        return _checked(pattern)


class DaysAsked(Frozen):
    """How a list is asked for the articles of some days only: the ``url`` and fields of the ``form`` that differ then.

    Both may hold ``{since}`` and ``{until}``, the first and the last day, and for lists that leave out the moments they
    are asked for ``{day_before}`` the first and ``{day_after}`` the last, all written as ``day`` says (dd, MM, yyyy).
    """

    url: str | None = None
    form: dict[str, str] = Field(default_factory=dict)
    day: str = "yyyy-MM-dd"

    def written(self, day: date) -> str:
        """A day as the portal wants it."""
        parts = {"yyyy": f"{day.year:04}", "MM": f"{day:%m}", "dd": f"{day:%d}"}
        return re.sub("yyyy|MM|dd", lambda token: parts[token[0]], self.day)


class ListingShape(Frozen):
    """How a list of articles is asked for and read; a family names the shapes that its portals share.

    ``url``, ``form`` and ``headers`` may hold ``{page}`` and ``{base_url}``. ``method`` POST sends ``form``, to which
    ``form_from`` adds values read from ``form_page``. What no family can know, each portal must give: ``needs`` names
    those fields of the form and where a section's page usually has their values.

    ``kind`` html walks ``item``/``link``, leaving out links with a text shorter than ``title_chars``; ``next`` is the
    link to the next page, or with ``postback`` what sends the page's own form back for it (ASP.NET). rss reads a feed
    or sitemap; json reads ``json_items`` and in each item ``json_url``, ``json_title`` and, as a key, ``date.css``:
    dotted keys all. ``total`` is where the list says how many items it has, ``last_page`` which page is its last,
    beyond which none is asked for; ``days`` asks it for a range of days.
    """

    url: str = ""
    kind: Literal["html", "rss", "json"] = "html"
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    form_page: str | None = None
    form_from: dict[str, FormSource] = Field(default_factory=dict)
    needs: dict[str, tuple[FormHint, ...]] = Field(default_factory=dict)
    first_page: int = 1
    max_pages: int = Field(default=50, ge=1)
    item: str | None = None
    link: str = "a"
    title_chars: int = Field(default=0, ge=0)
    date: DateField | None = None
    next: str | None = None
    postback: bool = False
    json_items: str | None = None
    json_url: str | None = None
    json_title: str | None = None
    total: Told | None = None
    last_page: Told | None = None
    days: DaysAsked | None = None

    @field_validator("headers")
    @classmethod
    def _not_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        taken = sorted(name for name in headers if name.lower() in _OURS)
        if taken:
            raise ValueError(f"{taken[0]} is set by the crawler alone")
        return headers

    @property
    def counts_pages(self) -> bool:
        """Whether a page's number is part of the request, so that no link to the next page is needed."""
        return any("{page}" in text for text in (self.url, *self.form.values(), *self.headers.values()))


class Listing(ListingShape):
    """One list of articles. ``like`` names a shape of the family; without it the shape named as ``kind`` is taken."""

    id: str
    url: str
    like: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields of the form that its shape needs and the portal's file does not give."""
        return tuple(name for name in self.needs if name not in self.form and name not in self.form_from)

    @model_validator(mode="after")
    def _form_is_posted(self) -> Self:
        if self.method == "GET" and (self.form or self.form_from):
            raise ValueError("a form needs method POST")
        if self.form_from and not self.form_page:
            raise ValueError("form_from needs form_page, the page to read from")
        if self.postback and not self.next:
            raise ValueError("postback needs next, what is clicked")
        return self


class Limits(Frozen):
    """Politeness and caps. Delays and times in seconds, sizes in bytes after decoding."""

    delay_s: float = Field(default=5.0, ge=0)
    timeout_s: float = Field(default=30.0, gt=0)
    max_bytes: int = Field(default=20_000_000, gt=0)
    max_redirects: int = Field(default=5, ge=0)


class Expect(Frozen):
    """What a healthy portal looks like; a breach is an issue.

    ``articles_per_week`` is what it usually publishes, null when nobody knows: then it is learned from what is stored.
    After ``silence_days`` without an article something is wrong; null: as many as the usual rate makes likely.
    """

    links_per_listing: int = 1
    body_chars: int = 200
    articles_per_week: int | None = Field(default=None, ge=1)
    silence_days: int | None = Field(default=None, ge=1)


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


class FileAccess(Frozen):
    """How the files that articles link to are given.

    ``after_page``: only within the session of who has seen the article's page. It is asked for before its files, and
    once more, as a stranger would, when a page or a refusal comes in place of a file.
    """

    after_page: bool = False


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


class Marker(Frozen):
    """A sign of a CMS: an element that ``css`` finds on a page, or a pattern ``url`` in the page's address."""

    css: str | None = None
    url: str | None = None
    weight: int = Field(default=1, ge=1, le=10)

    @model_validator(mode="after")
    def _one_sign(self) -> Self:
        if (self.css is None) == (self.url is None):
            raise ValueError("a marker has either css or url")
        return self


class Family(Frozen):
    """What the portals of one CMS share; a portal's own keys override these. ``markers`` tell the CMS from a page."""

    id: str
    name: str
    markers: tuple[Marker, ...] = ()
    listings: dict[str, ListingShape] = Field(default_factory=dict)
    versions: tuple[PageVersion, ...] = ()
    urls: UrlRules = UrlRules()
    refusals: Refusals = Refusals()
    files: FileAccess = FileAccess()


class TlsException(Frozen):
    """What a portal's old server makes us give up, and why; the default is to give up nothing.

    ``security_level`` is OpenSSL's (2 is usual, 1 admits old ciphers and short keys, TLS before 1.2 needs 0);
    ``legacy_renegotiation`` admits servers without RFC 5746. Certificates are still checked, unless ``verify`` is off:
    then anybody on the way can forge the pages.
    """

    reason: str = Field(min_length=10)
    security_level: int = Field(default=2, ge=0, le=2)
    minimum_version: Literal["1.0", "1.1", "1.2"] = "1.2"
    legacy_renegotiation: bool = False
    verify: bool = True


class Rendering(Frozen):
    """A portal whose pages are empty until scripts have run: a browser reads them (extra ``browser``).

    A page is ready when it asks for nothing more and, if given, an element matches ``wait_for``.
    """

    reason: str = Field(min_length=10)
    wait_for: str | None = None
    timeout_s: float = Field(default=20.0, gt=0, le=120)


class Portal(Frozen):
    """One portal, its family's defaults already merged in. ``verified`` is the day it was checked live, or null.

    ``hosts`` are other names of the same site; addresses on ``moved_hosts`` are today at ``base_url``. An ``archive``
    publishes no more (``successor`` does) and is crawled only when it is named. ``evidence`` tells what the family and
    the selectors rest on. ``http2`` off is for a server whose HTTP/2 is broken in a way that is not told at once.
    """

    id: str
    name: str
    province: str
    base_url: str
    hosts: tuple[str, ...] = ()
    moved_hosts: tuple[str, ...] = ()
    archive: bool = False
    successor: str | None = None
    evidence: str | None = None
    family: str | None = None
    listings: tuple[Listing, ...]
    versions: tuple[PageVersion, ...] = ()
    urls: UrlRules = UrlRules()
    refusals: Refusals = Refusals()
    files: FileAccess = FileAccess()
    limits: Limits = Limits()
    expect: Expect = Expect()
    schedule: Schedule = Schedule()
    words: PageWords = PageWords()
    allow_loopback: bool = False
    tls: TlsException | None = None
    http2: bool = True
    rendering: Rendering | None = None
    verified: date | None = None

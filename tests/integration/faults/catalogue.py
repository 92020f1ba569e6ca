"""The faults by name: what each does to the healthy portal, and what a crawl must say of it.

``stored`` counts the articles in the database afterwards, ``code`` is an issue that must be there, ``partial`` whether
the run must say that it saw less than it should.
"""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from unicodedata import normalize

from tests.integration.conftest import Answer, Site, bomb, drop, page, redirect, robots, slow, status_then

from govscrape.demo.pdf import small_pdf
from govscrape.models.portal import FileAccess, Listing, Portal, Told

from .http2 import Peer
from .news import (
    COUNT,
    FILE,
    SICK,
    article,
    cookie_wall,
    given_to_seen,
    healthy,
    html,
    link,
    listing,
    numbers,
    on_page,
    once,
    raw,
    reset,
    rows,
    silent,
)
from .wire import HOST, PUBLIC, Names

ONE_LOST = COUNT - 1
FIRST_PAGE = "".join(link(number) for number in numbers(1))
SECOND_PAGE = "".join(link(number) for number in numbers(2))
BAI = f"/bai/{SICK}"
GOOD = html(article(SICK))
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
NO_STORE = "<html><head><script>document.cookie='D1N=0123';location.reload()</script></head><body></body></html>"
LOGIN = "<html><body><h1>Cổng</h1><form class='login'><input type='password'></form></body></html>"
PDF = small_pdf("Quyet dinh cong bo ket qua")
SHELL = "<html><body><div id='root'></div><script src='/app.js'></script></body></html>"
XXE = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item>&x;</item></rss>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
    + "]><rss><item>&i;</item></rss>"
)
NFD_NAME = normalize("NFD", "cưỡng chế thuế.html")

Http2Answer = Callable[[Peer], None]
Setup = Callable[[Site, Names], None]
Change = Callable[[Portal], Portal]


@dataclass(frozen=True)
class Fault:
    """One way in which a portal misbehaves, and what must come of it."""

    name: str
    setup: Setup
    stored: int = COUNT
    partial: bool = False
    code: str | None = None
    change: Change = field(default=lambda portal: portal)
    hides: bool = True
    """Whether an article that is not stored exists all the same; a dead link hides nothing."""
    tls: str | None = None
    http2: Http2Answer | None = None
    """What the sick article's page does over HTTP/2; over HTTP/1.1 it is healthy, unless HTTP/2 is spoken alone."""
    http2_alone: bool = False


def _sick(name: str, answer: Answer, code: str, **more: object) -> Fault:
    """An article that cannot be had: it is missing, named by an issue, and the run is partial."""
    return Fault(name, lambda site, _: site.answers.update({BAI: answer}), ONE_LOST, True, code, **more)  # type: ignore[arg-type]


def _passes(name: str, answer: Answer, code: str | None = None) -> Fault:
    """A fault that is overcome: everything is stored and the run is whole."""
    return Fault(name, lambda site, _: site.answers.update({BAI: answer}), code=code)


def _gone(name: str, answer: Answer, code: str) -> Fault:
    """A dead link: the portal's own fault, named, and nothing is missing."""
    return Fault(name, lambda site, _: site.answers.update({BAI: answer}), ONE_LOST, False, code, hides=False)


def _walk(name: str, answer: Answer, stored: int, *, partial: bool = True, code: str | None = "listing_open") -> Fault:
    """A fault of the listing."""
    return Fault(name, lambda site, _: site.answers.update({"/news": answer}), stored, partial, code)


def _names(name: str, answers: list[list[str]], stored: int = 0) -> Fault:
    return Fault(name, lambda _, names: names.answers.update({HOST: answers}), stored, True, "listing_open")


def _feed(name: str, body: str) -> Fault:
    def change(portal: Portal) -> Portal:
        return portal.model_copy(update={"listings": (Listing(id="feed", url="/rss", kind="rss"),)})

    return Fault(name, lambda site, _: site.answers.update({"/rss": page(body)}), 0, True, "listing_open", change)


def _file(name: str, answer: Answer, stored: int, code: str | None = None) -> Fault:
    """An article with a file that the portal gives only within a session."""

    def setup(site: Site, _: Names) -> None:
        linked = article(SICK).replace("</div>", f"<p><a href='/files/1.pdf'>{FILE}</a></p></div>")
        site.answers |= {BAI: lambda h: h.send(linked.encode(), headers={"Set-Cookie": "seen=1; Path=/"})}
        site.answers |= {"/files/1.pdf": answer}

    def change(portal: Portal) -> Portal:
        version = portal.versions[0].model_copy(update={"attachments": ("div.body a",)})
        return portal.model_copy(update={"versions": (version,), "files": FileAccess(after_page=True)})

    return Fault(name, setup, stored, stored == COUNT, code, change)


def _later(**after: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**after))


def _robots_then(answer: Answer) -> Setup:
    return lambda site, _: site.answers.update({"/robots.txt": answer})


def _private(name: str, target: str) -> Fault:
    return _sick(f"redirect to {name}", redirect(target), "fetch_blocked")


def _session_links(site: Site, _: Names) -> None:
    items = "".join(
        f"<li><a href='/bai/{n};jsessionid=AB{n}?utm_source=x&sid={n}'>Bài {n}</a></li>" for n in numbers(2)
    )
    site.answers["/news"] = rows({1: FIRST_PAGE, 2: items + SECOND_PAGE})


def _locale_trap(site: Site, _: Names) -> None:
    """Every article's /en and /vi answer with the listing, whose links add /en and /vi again."""
    deeper = "".join(
        f"<li><a href='/bai/{n}.html{tail}'>Bài {n}</a></li>" for n in range(6, 0, -1) for tail in ("", "/en", "/vi/en")
    )
    site.answers["/news"] = rows({1: deeper})
    for number in range(1, COUNT + 1):
        site.answers[f"/bai/{number}.html"] = html(article(number))
        for tail in ("/en", "/vi", "/vi/en"):
            site.answers[f"/bai/{number}.html{tail}"] = page(listing(deeper))


def _print_pages(site: Site, _: Names) -> None:
    copies = "".join(f"<li><a href='/print/bai/{n}'>Bản in {n}</a></li>" for n in numbers(2))
    site.answers["/news"] = rows({1: FIRST_PAGE, 2: SECOND_PAGE + copies})
    site.answers.update({f"/print/bai/{n}": html(article(n)) for n in numbers(2)})


def _nfd_name(site: Site, _: Names) -> None:
    from urllib.parse import quote

    odd = f"<li><a href='/bai/{NFD_NAME}'>Bài {SICK}</a></li>"
    site.answers["/news"] = rows({1: FIRST_PAGE, 2: SECOND_PAGE.replace(link(SICK), odd)})
    site.answers[f"/bai/{quote(NFD_NAME)}"] = GOOD


def _without_links(site: Site, _: Names) -> None:
    site.answers["/news"] = rows({1: FIRST_PAGE, 2: SECOND_PAGE.replace(link(SICK), "<li><b>Bài 2</b></li>")})


def _tells(css: str, told: str, *, last_page: bool = False) -> Change:
    """A portal whose list tells of itself how many items it has, or which page is its last."""

    def change(portal: Portal) -> Portal:
        name = "last_page" if last_page else "total"
        told_at = {name: Told(css=css, pattern=told)}
        return portal.model_copy(update={"listings": (portal.listings[0].model_copy(update=told_at),)})

    return change


def _cut_short(words: str) -> Setup:
    """The list ends after its first page, above which it says that there is more."""
    return lambda site, _: site.answers.update({"/news": rows({1: f"<p>{words}</p>{FIRST_PAGE}"})})


def _dead_addresses(site: Site, _: Names) -> None:
    for number in range(1, 6):
        del site.answers[f"/bai/{number}"]


def _nothing(_: Site, __: Names) -> None:
    """The portal is as it should be; the fault lies elsewhere."""


ARTICLE_FAULTS = (
    _sick("slow: a byte now and then", slow(3), "too_large"),
    _sick("silent server", silent, "fetch_failed"),
    _sick("connection closed without an answer", raw(b""), "fetch_failed"),
    _sick("body cut off", drop, "fetch_failed"),
    _sick("reset mid-body", reset, "fetch_failed"),
    _passes("reset once", once(reset, GOOD)),
    _passes("429 with Retry-After in seconds", status_then(429, 1, article(SICK), {"Retry-After": "0"})),
    _passes("429 with Retry-After as a date", status_then(429, 1, article(SICK), {"Retry-After": _later(seconds=0)})),
    _sick("429 for a day", status_then(429, 99, "", {"Retry-After": "86400"}), "fetch_failed"),
    _sick("429 until tomorrow", status_then(429, 99, "", {"Retry-After": _later(days=1)}), "fetch_failed"),
    _passes("503 then 200", status_then(503, 1, article(SICK))),
    _sick("503 for ever", status_then(503, 99, ""), "fetch_failed"),
    _sick("403 of a firewall", status_then(403, 99, ""), "fetch_failed"),
    _sick("304 that nobody asked for", status_then(304, 99, ""), "fetch_failed"),
    _sick("206: a part that nobody asked for", lambda h: h.send(article(SICK).encode()[:300], 206), "fetch_failed"),
    _sick("redirect loop", redirect(BAI), "too_large"),
    _sick("redirect without end", lambda h: redirect(f"{h.path}?")(h), "too_large"),
    _private("127.0.0.1", "http://127.0.0.1/bai/1"),
    _private("169.254.169.254", "http://169.254.169.254/latest/meta-data/"),
    _private("[::1]", "http://[::1]/bai/1"),
    _private("a decimal address", "http://2130706433/bai/1"),
    _private("a mapped address", "http://[::ffff:127.0.0.1]/bai/1"),
    _private("a carrier's network", "http://100.64.0.1/bai/1"),
    _private("localhost", "http://localhost/bai/1"),
    _private("a file", "file:///etc/passwd"),
    _private("another scheme", "gopher://portal.test/1"),
    _private("an address with a password", f"http://root:secret@{HOST}/bai/1"),
    _sick("gzip bomb", bomb(50_000_000), "too_large"),
    _sick(
        "broken gzip",
        lambda h: h.send(gzip.compress(article(SICK).encode())[:-9], headers={"Content-Encoding": "gzip"}),
        "fetch_failed",
    ),
    _sick(
        "gzip in gzip bomb",
        lambda h: h.send(gzip.compress(gzip.compress(b"\0" * 9_000_000)), headers={"Content-Encoding": "gzip, gzip"}),
        "too_large",
    ),
    _passes(
        "deflate without its header",
        lambda h: h.send(zlib.compress(article(SICK).encode())[2:-4], headers={"Content-Encoding": "deflate"}),
    ),
    _sick("a coding not asked for", lambda h: h.send(b"\x0b\x02", headers={"Content-Encoding": "br"}), "fetch_failed"),
    _sick(
        "endless chunked body",
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n", forever=True),
        "too_large",
    ),
    _sick("a chunk size that is no number", raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "fetch_failed"),
    _sick("an announced size over the cap", lambda h: h.send(b"x" * 700_000), "too_large"),
    _sick("no HTTP at all", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "fetch_failed"),
    _sick("huge headers", page(article(SICK), {f"X-{n}": "y" * 900 for n in range(80)}), "too_large"),
    _sick("endless headers", raw(OK, b"X-More: " + b"y" * 8000 + b"\r\n", forever=True), "fetch_failed"),
    _sick("endless 103s", raw(b"HTTP/1.1 103 Early Hints\r\n\r\n", wait_s=0.01, forever=True), "too_large"),
    _sick("500 kB of nested div", page("<html><body>" + "<div>" * 100_000), "too_deep"),
    _sick("an element with 20,000 attributes", page("<html><body><p " + "a" + " b" * 20_000 + ">x"), "too_deep"),
    _passes("60,000 line breaks", html(article(SICK).replace("<p>", "<p>" + "x<br>" * 60_000))),
    _passes("wrong charset header", html(article(SICK), "text/html; charset=iso-8859-1")),
    _passes("UTF-16 without saying so", html(article(SICK), "text/html", "utf-16")),
    _passes("encoded twice", html(article(SICK).encode().decode("latin-1")), "double_encoded"),
    _passes("letters in parts (NFD)", html(normalize("NFD", article(SICK)))),
    _passes("called plain text", html(article(SICK), "text/plain")),
    _passes("cookie wall", cookie_wall(GOOD)),
    _sick("cookie wall that never opens", cookie_wall(redirect(BAI)), "too_large"),
    _sick("anti-bot stub", page(NO_STORE), "blocked"),
    _sick("login instead of the article", page(LOGIN), "login"),
    _sick("page that a script would fill", page(SHELL), "empty"),
    _sick("empty answer", page(""), "empty"),
    _sick("a file instead of a page", lambda h: h.send(b"%PDF-1.4\n\x00", content_type="text/html"), "not_html"),
    _file("a file for who has seen its page", given_to_seen(PDF, page(LOGIN)), COUNT + 1, "attachment_of"),
    _file("a file that no session opens", page(LOGIN), COUNT, "attachment_failed"),
    _file("a file refused whatever was seen", status_then(403, 99, ""), COUNT, "attachment_failed"),
    _gone("soft 404", page("<html><body><div class='gone'>404</div></body></html>"), "soft_404"),
    _gone("404", status_then(404, 99, ""), "not_found"),
    _gone("410", status_then(410, 99, ""), "not_found"),
)

LISTING_FAULTS = (
    _walk("page number ignored", page(listing(FIRST_PAGE) + "<a href='/news?page=2'>Sau</a>"), 3),
    _walk("page number ignored by a script's pager", page(listing(FIRST_PAGE) + "<a href='#'>2</a>"), 3),
    _walk("one page whatever the number", page(listing(FIRST_PAGE + SECOND_PAGE)), COUNT, partial=False, code=None),
    _walk(
        "transient empty page",
        on_page(2, once(page(listing("")), page(listing(SECOND_PAGE)))),
        COUNT,
        partial=False,
        code=None,
    ),
    _walk("an empty page in the middle", rows({1: FIRST_PAGE, 3: SECOND_PAGE}), COUNT),
    _walk("second page fails", on_page(2, status_then(500, 99, "")), 3),
    _walk("second page is a login", on_page(2, page(LOGIN)), 3),
    _walk("second page is an anti-bot stub", on_page(2, page(NO_STORE)), 3),
    _walk("second page is cut off", on_page(2, drop), 3),
    _walk("second page is a part", on_page(2, lambda h: h.send(listing("").encode(), 206)), 3),
    _walk("listing is empty", page(listing("")), 0),
    _walk("listing is a script's", page(SHELL), 0),
    _walk("listing is gone", status_then(404, 99, ""), 0),
    _walk("listing redirects into the private network", redirect("http://10.0.0.1/"), 0),
    _walk("listing nested too deep", page("<html><body>" + "<div>" * 100_000), 0),
    Fault(
        "fewer items than the list tells",
        _cut_short("Tổng số: 6 bản ghi"),
        3,
        True,
        "listing_open",
        _tells("p", r"Tổng số: (\d+)"),
    ),
    Fault(
        "fewer pages than the list tells",
        _cut_short("Trang 1/2"),
        3,
        True,
        "listing_open",
        _tells("p", r"Trang 1/(\d+)", last_page=True),
    ),
    Fault("items without links", _without_links, ONE_LOST, True, "item_without_link"),
    Fault("addresses that changed", _dead_addresses, 1, True, "not_found"),
    Fault("/en/vi/en trap", _locale_trap),
    Fault("print pages", _print_pages),
    Fault("session ids in links", _session_links),
    Fault("file name in parts (NFD)", _nfd_name),
    _feed("feed with an external entity", XXE),
    _feed("feed of a billion laughs", LAUGHS),
    _feed("feed that is a page", "<html><body><p>no feed</p></body></html>"),
)

HOST_FAULTS = (
    _names("a name that does not resolve", [[]]),
    _names("a name with a private address", [["10.1.2.3"]]),
    _names("a name with one private address among public ones", [[PUBLIC, "127.0.0.1"]]),
    _names("a name server that changes its answer", [[PUBLIC], [PUBLIC], ["127.0.0.1"]]),
    Fault("robots.txt fails", _robots_then(status_then(503, 99, "")), 0, True, "listing_open"),
    Fault("robots.txt is too large", _robots_then(bomb(5_000_000)), 0, True, "listing_open"),
    Fault("robots.txt leads inside", _robots_then(redirect("http://169.254.169.254/")), 0, True, "listing_open"),
    Fault(
        "robots.txt forbids an article",
        _robots_then(robots(f"User-agent: *\nDisallow: {BAI}\n")),
        ONE_LOST,
        True,
        "fetch_blocked",
    ),
    Fault("robots.txt is a page", _robots_then(page(article(1)))),
    Fault("expired certificate", _nothing, 0, True, "listing_open", tls="expired"),
    Fault("certificate for another name", _nothing, 0, True, "listing_open", tls="wrong_name"),
    Fault("certificate that nobody signed", _nothing, 0, True, "listing_open", tls="unsigned"),
)

FAULTS = (*ARTICLE_FAULTS, *LISTING_FAULTS, *HOST_FAULTS)

__all__ = ["FAULTS", "Fault", "healthy"]

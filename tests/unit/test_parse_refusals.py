"""Pages that are no articles, and pages built to hurt the parser."""

from datetime import UTC, datetime

import pytest

from govscrape.errors import InputError, NotAnArticle
from govscrape.models.page import Page
from govscrape.models.portal import Listing, PageVersion, Portal, Refusals
from govscrape.parse import parse_article, parse_listing
from govscrape.rules.portals import load_page_words

WORDS = load_page_words()
LONG = "<p>" + "Ủy ban nhân dân tỉnh tổ chức hội nghị tổng kết công tác cải cách hành chính. " * 8 + "</p>"


def page(body: str | bytes, status: int = 200, content_type: str = "text/html; charset=utf-8") -> Page:
    """A response of an imagined portal."""
    raw = body.encode() if isinstance(body, str) else body
    url = "https://a.gov.vn/x"
    return Page(
        url=url, final_url=url, status=status, headers=(("content-type", content_type),), body=raw,
        fetched_at=datetime(2024, 1, 1, tzinfo=UTC),
    )  # fmt: skip


PORTAL = Portal(
    id="a", name="A", province="A", base_url="https://a.gov.vn", words=WORDS,
    listings=(Listing(id="l", url="https://a.gov.vn", item=".item"),),
    versions=(PageVersion(title=("h1",), body=(".body",)),), refusals=Refusals(soft_404=(".gone",)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf ", "empty"),
        ("<html><body><script>var a=1</script></body></html>", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_html"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_html"),
        (b"PK\x03\x04\x14\x00", "not_html"),
        ("Wrong URL", "not_html"),
        ('{"items": []}', "not_html"),
        ("<html><title>Access Denied</title><body><h1>Access Denied</h1>Ref 18.2</body></html>", "blocked"),
        ("<html><title>Just a moment...</title><body>Checking</body></html>", "blocked"),
        ('<html><script>document.cookie="D1N=0123456789ab; path=/";location.reload()</script></html>', "blocked"),
        ("<html><title>Đăng nhập - Cổng</title><body><form><input type=password></form></body></html>", "login"),
        ("<html><title>Cổng</title><body><form>Mật khẩu <input type=password></form></body></html>", "login"),
        ("<html><title>Trạng thái - Cổng</title><body><h3>Không tìm thấy</h3></body></html>", "soft_404"),
        ("<html><title>Cổng</title><body><h1>404 Not Found</h1></body></html>", "soft_404"),
        (f"<html><body><div class=gone></div><div class=body>{LONG}</div></body></html>", "soft_404"),
        ("<html><body>" + "<div class=item><a href=/a>Bài</a></div>" * 4 + "</body></html>", "listing"),
        ("<html><body><ul><li><a href=/a>Trang</a></li></ul></body></html>", "no_body"),
    ],
)  # fmt: skip
def test_refused_with_a_reason(body: str | bytes, code: str) -> None:
    """Each answers 200; stored as an article it would look like a portal that has nothing to say."""
    with pytest.raises(NotAnArticle) as refused:
        parse_article(page(body), PORTAL)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    assert "https://a.gov.vn/x" in str(refused.value)


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "not_found"), (410, "not_found"), (403, "blocked"), (429, "blocked"), (500, "error_status")],
)
def test_status(status: int, code: str) -> None:
    """An error page may be as long as an article."""
    with pytest.raises(NotAnArticle) as refused:
        parse_article(page(f"<html><body><h1>Lỗi</h1>{LONG}</body></html>", status), PORTAL)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "extra",
    [
        "<form class=login>Mật khẩu <input type=password></form>",
        '<script>document.cookie="a=1";location.href</script>',
        "<h2>Không tìm thấy lối ra</h2>",
    ],
)
def test_an_article_beside_such_signs_is_kept(extra: str) -> None:
    """Many portals carry a login box or set cookies on every page."""
    article, _ = parse_article(
        page(f"<html><body>{extra}<h1>Hội nghị tổng kết</h1><div class=body>{LONG}</div></body></html>"), PORTAL
    )
    assert article.body.startswith("Ủy ban")


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<div></span>" * 40_000,
        "<!--><div>" + "<div>" * 100_000,
        "<svg><style>" + "<div>" * 100_000,
        "".join(f"<b id={n}>" for n in range(50_000)),
        "".join(f"<p><b id={n}>" for n in range(20_000)),
        "".join(f"<div><i id={n}></div>" for n in range(20_000)),
        "<div " + " ".join(f"a{n}" for n in range(80_000)) + ">x",
        "<ul><li>" * 60_000,
        "<table><tr><td>" * 40_000,
        "<p\x0b><li\xa0>" * 40_000,
    ],
    ids="div stray-close empty-comment svg-style formats unclosed reopened attributes lists tables odd-names".split(),
)  # fmt: skip
def test_what_costs_the_parser_quadratic_time_is_refused_before_it(bomb: str) -> None:
    """One such page would stop a crawl for half a minute or for ever; nothing can interrupt the C call."""
    with pytest.raises(NotAnArticle) as refused:
        parse_article(page(f"<html><body>{bomb}"), PORTAL)
    assert refused.value.code == "too_deep"


def test_sloppy_markup_is_no_bomb() -> None:
    """Editors paste from Word: unclosed paragraphs, fonts and list items by the hundred."""
    sloppy = "".join(f"<p><font face=Arial size=2>Đoạn {n} của bài.<li>Ý {n}<br>" for n in range(900))
    article, _ = parse_article(page(f"<html><body><h1>Bài</h1><div class=body>{sloppy}</div></body></html>"), PORTAL)
    assert "Đoạn 899 của bài." in article.body


@pytest.mark.parametrize(
    "feed",
    [
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><link>&x;</link></item></channel></rss>',
        '<!doctype rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss/>',
        "<rss><channel><item>",
        "not xml",
    ],
)
def test_a_feed_with_entities_or_broken_is_refused(feed: str) -> None:
    """External entities read the operator's files, nested ones fill the memory."""
    listing = Listing(id="f", url="https://a.gov.vn/rss", kind="rss")
    with pytest.raises(InputError, match=r"https://a\.gov\.vn/x"):
        parse_listing(page(feed, content_type="application/xml"), PORTAL, listing)


@pytest.mark.parametrize("answer", ["", "[", '{"items": 5}', '{"other": []}', "[" * 100_000])
def test_a_json_answer_without_items_is_refused(answer: str) -> None:
    """An API that changed its answer must not look like an empty listing."""
    listing = Listing(id="j", url="https://a.gov.vn/api", kind="json", json_items="items", json_url="url")
    with pytest.raises(InputError, match=r"https://a\.gov\.vn/x"):
        parse_listing(page(answer, content_type="application/json"), PORTAL, listing)

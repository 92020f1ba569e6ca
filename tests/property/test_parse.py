"""Any markup and any bytes: an article that obeys its contract, or a refusal."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.errors import InputError
from govscrape.models.page import Page
from govscrape.models.portal import Listing, Portal
from govscrape.parse import article_from_text, canonical_url, parse_article, parse_listing
from govscrape.rules.portals import load_page_words, load_portal

FIXTURES = Path(__file__).parents[1] / "fixtures" / "portals"
PORTALS = [load_portal(FIXTURES / family.name / f"{family.name}_sample.yaml") for family in sorted(FIXTURES.iterdir())]
WORDS = load_page_words()
TAGS = "p div span a b em i li ul ol table tr td th h1 h2 br img figure figcaption script style svg form font".split()
ATTRIBUTES = [
    "", " class=article-content", " class=bodytext", " class=related", " href=/a-1.html", " href='javascript:x'",
    " src=a.jpg", " colspan=99999999999", " rowspan=x", " style='display:none'", " class=title-detail",
    " class=post-date", " id=hometext",
]  # fmt: skip
WORDS_OF_PAGES = [
    "Hội nghị", "đạt 82,17/100 điểm.", "Tác giả: Lê A", "Lượt xem: 1.234", "Ngày đăng: 26-06-2024, 02:00",
    "z5574.jpg", "Tin liên quan", "Giấy phép số", " ", "\u00a0", "tha\u0300nh", "&lt;b&gt;", "&#0;", "<!--", "x" * 300,
]  # fmt: skip

pieces = st.one_of(
    st.builds(lambda tag, attributes: f"<{tag}{attributes}>", st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds(lambda tag: f"</{tag}>", st.sampled_from(TAGS)),
    st.sampled_from([word for word in WORDS_OF_PAGES if word.isprintable() or word == "\u00a0"]),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace").decode()),
)


def _check_message(error: InputError) -> None:
    assert "\n" not in str(error)


def _page(body: bytes, url: str = "https://vhv.example.vn/a") -> Page:
    return Page(url=url, final_url=url, status=200, body=body, fetched_at=datetime(2024, 1, 1, tzinfo=UTC))


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=60).map("".join), st.sampled_from([None, *PORTALS]))
def test_markup_gives_a_sound_article_or_a_refusal(markup: str, portal: Portal | None) -> None:
    """Offsets that do not fit the body, or an error of another kind, would stop a night's crawl."""
    try:
        article, _ = parse_article(_page(f"<html><body>{markup}".encode()), portal, WORDS)
    except InputError as error:
        _check_message(error)
        return
    assert article.body == unicodedata.normalize("NFC", article.body)
    texts = [article.body[part.start : part.end] for part in article.paragraphs]
    assert "\n\n".join(texts) == article.body
    assert all(text == text.strip() and "\n" not in text for text in texts)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["html", "rss", "json"]))
def test_bytes_give_a_listing_or_a_refusal(body: bytes, kind: str) -> None:
    """A feed or an API may answer anything."""
    listing = Listing.model_validate({"id": "l", "url": "https://vhv.example.vn", "kind": kind, "json_url": "url"})
    try:
        parse_listing(_page(body), PORTALS[0], listing)
    except InputError as error:
        _check_message(error)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*WORDS_OF_PAGES, "\n", "\n\n", "\r\n"]), max_size=30).map("".join))
def test_plain_text_keeps_its_contract(text: str) -> None:
    """Furniture may go; what stays must stand at its offsets."""
    article = article_from_text(text, words=WORDS)
    assert "\n\n".join(article.body[part.start : part.end] for part in article.paragraphs) == article.body


@given(st.text(max_size=60), st.sampled_from(PORTALS))
def test_canonical_is_idempotent(tail: str, portal: Portal) -> None:
    """Otherwise the same article gets a new key at every visit."""
    try:
        once = canonical_url(f"{portal.base_url}/{tail}", portal)
    except InputError:
        return
    assert canonical_url(once, portal) == once

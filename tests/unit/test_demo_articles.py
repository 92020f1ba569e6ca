"""The sample articles: enough of them, spread over years, marked as samples, and what they state stands in them."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from govscrape.demo import MARK, PORTALS, Expected, SampleArticle, expected, sample_articles, sample_portals
from govscrape.demo.articles import blocks
from govscrape.demo.compare import compare

ARTICLES = sample_articles()
NAMES = [f"{article.portal}/{article.slug}" for article in ARTICLES]


def _text(article: SampleArticle) -> str:
    """The article's text as an editor sees it, one line per line of a list and per cell of a table."""
    lines = [article.summary or ""]
    for block in blocks(article.body):
        lines += block.lines[1:] if block.kind == "image" else block.lines
        lines += [cell for row in block.rows for cell in row]
    return "\n".join(lines)


def _words(article: SampleArticle) -> int:
    return len(_text(article).split())


def test_there_are_enough_articles_and_of_every_kind() -> None:
    """A demo that loses articles still runs and looks fine."""
    kinds = Counter(article.kind for article in ARTICLES)
    assert len(ARTICLES) >= 48
    assert kinds["news"] >= 12
    assert min(kinds[kind] for kind in ("index", "meeting", "plan", "attachment")) >= 2


@pytest.mark.parametrize("portal", PORTALS)
def test_every_portal_covers_several_years(portal: str) -> None:
    """Results by year are what a researcher asks for."""
    years = {article.published_at.year for article in ARTICLES if article.portal == portal}
    assert len(years) >= 4
    assert years <= set(range(2020, 2026))


def test_no_two_articles_share_an_address_or_a_title() -> None:
    """The gold is found by portal and title; the sites find an article by id or slug."""
    for key in ("id", "slug", "title"):
        found = Counter((article.portal, getattr(article, key)) for article in ARTICLES)
        assert [name for name, times in found.items() if times > 1] == []
    assert len(expected()) == len(ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=NAMES)
def test_article_is_a_marked_sample_of_news_length(article: SampleArticle) -> None:
    """Nobody may take an invented person's words for news."""
    assert article.note == MARK
    assert re.fullmatch(r"[a-z0-9-]+", article.slug)
    assert article.published_at.utcoffset() is not None
    text = article.title + article.body
    assert unicodedata.is_normalized("NFC", text), "odd spellings are made by the quirks, not by the files"
    if article.kind != "attachment":
        assert 130 <= _words(article) <= 500


@pytest.mark.parametrize("article", ARTICLES, ids=NAMES)
def test_what_is_stated_stands_in_the_text(article: SampleArticle) -> None:
    """A gold record whose words are not there would measure nothing."""
    text = _text(article)
    for record in article.indices:
        assert record.text in text
        assert record.score is not None or record.rank is not None or record.rank_delta is not None
        if not record.optional:
            figures = [f"{record.score:.4f}".rstrip("0").replace(".", ",")] if record.score is not None else []
            assert all(figure.rstrip(",") in text for figure in figures)
        if record.rank is not None and record.rank_of is not None:
            assert record.rank <= record.rank_of


@pytest.mark.parametrize(
    "article", [a for a in ARTICLES if a.kind in {"news", "plan", "attachment"}], ids=lambda a: a.slug
)
def test_news_plans_and_notices_state_no_result(article: SampleArticle) -> None:
    """They are there to be left alone."""
    assert article.indices == ()


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.kind == "index"], ids=lambda a: a.slug)
def test_index_articles_state_results(article: SampleArticle) -> None:
    """An index article without gold would pass every comparison."""
    assert any(not record.optional for record in article.indices)


def test_the_spellings_met_in_the_wild_are_there() -> None:
    """Tone marks in both places, decomposed letters, entities and no-break spaces all occur."""
    text = "\n".join(_text(article) for article in ARTICLES)
    assert {"Tỉnh uỷ", "Tỉnh ủy", "thuỷ", "thủy"} <= set(re.findall(r"Tỉnh uỷ|Tỉnh ủy|thuỷ|thủy", text))
    quirks = {quirk for article in ARTICLES for quirk in article.quirks}
    assert quirks == {"nfd", "entities", "nbsp", "divs", "breaks", "sapo_in_body"}


def test_sample_portals_take_the_port_everywhere() -> None:
    """A placeholder that stays in a URL would be asked as it is."""
    portals = sample_portals(4321)
    assert len({portal.family for portal in portals}) == len(portals) == 4
    for portal in portals:
        urls = [portal.base_url, *(listing.url for listing in portal.listings)]
        assert all(url.startswith(f"http://127.0.0.1:4321/{portal.id}") and "{port}" not in url for url in urls)
        assert portal.allow_loopback
        assert portal.limits.delay_s == 0


ROW = {"index": "PAPI", "subject": "Gia Lai", "year": 2023, "component_text": None, "rank_scope": "national"}
GOLD = Expected(index="PAPI", subject="Gia Lai", year=2023, score=40.32, rank=51, text="…")


@pytest.mark.parametrize(
    ("row", "found", "other"),
    [
        pytest.param({"score": 40.32, "rank": 51}, 1, 0, id="same"),
        pytest.param({"score": 40.32, "rank": None}, 1, 0, id="rank in another row"),
        pytest.param({"score": 41.0, "rank": 51}, 0, 1, id="wrong score"),
        pytest.param({"score": 40.32, "rank": 58}, 1, 1, id="right score, wrong rank"),
        pytest.param({"score": 40.32, "rank": 51, "year": 2022}, 0, 1, id="wrong year"),
        pytest.param({"score": 40.32, "rank": 51, "subject": "Kon Tum"}, 0, 1, id="wrong province"),
        pytest.param({"score": 40.32, "rank": 51, "component_text": "Quản trị điện tử"}, 0, 1, id="a component"),
        pytest.param({"score": 40.32, "rank": 51, "status": "target"}, 0, 0, id="a target claims nothing"),
    ],
)
def test_compare_counts_what_agrees(row: dict[str, object], found: int, other: int) -> None:
    """The demo's own measure must not flatter the program."""
    outcome = compare([GOLD], [{**ROW, "status": "result", **row}])
    assert (len(outcome.found), len(outcome.missed), len(outcome.other)) == (found, 1 - found, other)


def _published(shared: Path) -> dict[tuple[str, str, int], tuple[str, str]]:
    """Score and rank by index family, unit and year, as the official tables have them."""
    with (shared / "facts" / "official_results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["index"].removesuffix("_BO"), row["province"], int(row["year"])): (row["score"], row["rank"])
        for row in rows
    }


PRINTED_TWO_WAYS = "Khánh Hòa đạt 32,92 điểm, xếp thứ 4/63"  # another paper prints 32,96; `reconcile` shows both


def test_the_figures_are_the_published_ones(shared: Path) -> None:
    """Articles say that their figures are public; an invented score would be a false claim about a province."""
    published = _published(shared)
    wrong, checked = [], 0
    for article in ARTICLES:
        for record in article.indices:
            row = published.get((record.index, record.subject, record.year or 0))
            if record.component or record.rank_scope or row is None or record.text == PRINTED_TWO_WAYS:
                continue
            checked += 1
            score, rank = row
            digits = 4 if record.index == "DTI" else 2
            if record.score is not None and score and abs(round(float(score), digits) - record.score) > 1e-9:
                wrong.append((article.slug, record.text, score))
            if record.rank is not None and rank and int(rank) != record.rank:
                wrong.append((article.slug, record.text, rank))
    assert wrong == []
    assert checked >= 60

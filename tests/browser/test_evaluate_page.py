"""The page of misses in a real browser: colours can be told apart, it fits a phone, nothing of an article runs."""

from pathlib import Path

import pytest
from tests.browser.conftest import Visit

from govscrape.evaluate.case import Case
from govscrape.evaluate.page import html_page
from govscrape.evaluate.report import report_of
from govscrape.evaluate.run import evaluate
from govscrape.evaluate.why import Why
from govscrape.models.portal import PageWords
from govscrape.rules import load_ruleset

HOSTILE = '<script>document.title="run"</script><img src="https://elsewhere.example/x.png">'
TEXT = f"Năm 2023, Gia Lai xếp thứ 37/63 về PAPI với 41,47 điểm. {HOSTILE} {'a' * 200}"
GOLD = {"index": "PAPI", "component": None, "subject": "Gia Lai", "subject_level": "province", "year": 2023, "rank": 36,
        "evidence": "Gia Lai xếp thứ 37/63"}  # fmt: skip
MISSED = {"gold_legal_refs": ({"kind": "luật", "number": None, "title": None, "evidence": "Năm 2023"},)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ruleset = load_ruleset()
    case = Case.model_validate({"id": "one", "title": HOSTILE, "text": TEXT, "gold_indices": (GOLD,), **MISSED})
    report = report_of(list(evaluate([case], ruleset, PageWords())), ruleset.version, "gold", resamples=5)
    path = tmp_path_factory.mktemp("report") / "misses.html"
    path.write_text(html_page(report, ["dev"], Why(ruleset).lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gold_and_found_have_colours_of_their_own(page: Path, visit: Visit, scheme: str) -> None:
    """Where both look alike, a checker cannot see what is wrong."""
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    visit.page.goto(page.as_uri())
    style = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).backgroundImage].join()"
    legend = [mark.evaluate(style) for mark in visit.page.locator("p > mark").all()]
    assert len(set(legend)) == len(legend) == 4
    assert visit.page.locator(".article mark.gold").first.evaluate(style) in legend
    assert visit.page.title() == "govscrape evaluate"
    assert HOSTILE in visit.page.locator(".article").inner_text()


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_it_fits_the_window(page: Path, visit: Visit, width: int) -> None:
    """An article that must be pushed sideways is not read on a phone."""
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.goto(page.as_uri())
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_the_rules_saw_opens_by_keyboard(page: Path, visit: Visit) -> None:
    visit.page.goto(page.as_uri())
    seen = visit.page.locator("section li details").first
    assert not seen.locator("li").first.is_visible()
    seen.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    assert seen.locator("li").first.is_visible()
    assert "figure.rank.fraction" in seen.inner_text()

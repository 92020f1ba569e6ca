"""The audit page in a real browser: by keyboard alone, nothing lost, nothing of an article's text run."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.conftest import Visit

from govscrape.evaluate.audit import Made, draw
from govscrape.evaluate.audit_page import Aids, audit_page
from govscrape.evaluate.verdicts import AuditFile, read_file
from govscrape.models.article import Article, Paragraph
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, Official
from govscrape.store import Store

NOW = datetime(2025, 1, 2, tzinfo=UTC)
HOSTILE = '<script>document.title="run"</script><img src="https://elsewhere.example/x.png" onerror="document.title=1">'
SAID = "Năm 2023, chỉ số PAPI của tỉnh đạt 43,2 điểm, xếp thứ 12."
AIDS = Aids(
    {"rank": "thứ hạng"}, {"subject": ["Gia Lai", "Kon Tum"]}, {"Gia Lai": ("64", "52"), "Kon Tum": ("62", "51")}
)


def extraction(number: int) -> Extraction:
    body = f"{HOSTILE}\n\n{SAID}\n\n</script>{HOSTILE}"
    at = body.index(SAID)
    made: dict[str, Any] = {"evidence": Evidence(start=at, end=at + len(SAID), text=SAID), "confidence": 0.9}
    paragraphs = (
        Paragraph(kind="text", start=0, end=len(HOSTILE)),
        Paragraph(kind="text", start=at, end=at + len(SAID)),
        Paragraph(kind="text", start=at + len(SAID) + 2, end=len(body)),
    )
    return Extraction(
        article=Article(
            url=f"https://p.example/tin-{number}",
            portal="p",
            province="Gia Lai",
            title=f"Tin mẫu {number} {HOSTILE}",
            body=body,
            paragraphs=paragraphs,
        ),
        indices=(
            IndexResult(
                index="PAPI", subject="Gia Lai", subject_code="64", year=2023, score=43.2, rank=12, rule="r.i", **made
            ),
        ),
        officials=(Official(name=f"Nguyễn Văn {number} {HOSTILE}", titles=("Chủ tịch",), rule="r.o", **made),),
        directives=(
            Directive(
                verb="giao", verb_class="order", action="báo cáo </script>", addressees=("Sở Y tế",), rule="r.d", **made
            ),
        ),
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "g.db"
    with Store.open(path) as store:
        for number in range(2):
            store.save(extraction(number), fetched_at=NOW, ruleset_version="r", code_version="1")
    return path


@pytest.fixture(scope="module")
def file(database: Path) -> Path:
    with Store.open(database, readonly=True) as store:
        page = draw(store, size=6, by=("rule", "portal"), seed=1, made=Made(NOW, "r", "1"))
    assert [item.rule for item in page.file.items] == ["r.i", "r.i", "r.o", "r.o", "r.d", "r.d"]
    written = database.with_name("audit.html")
    written.write_text(audit_page(page, "vi", AIDS), encoding="utf-8")
    return written


@pytest.fixture
def typed(visit: Visit, file: Path) -> Callable[..., Page]:
    """Opens the page and presses keys; what stands between guillemets is typed as text in place of what was there."""

    def press(*keys: str) -> Page:
        if visit.page.url == "about:blank":
            visit.page.goto(file.as_uri())
        for key in keys:
            if key.startswith("«"):
                visit.page.keyboard.press("Control+A")
                visit.page.keyboard.insert_text(key.strip("«»"))
            else:
                visit.page.keyboard.press(key)
        return visit.page

    return press


def current(page: Page) -> str:
    return str(page.locator(".item.current").get_attribute("id"))


def saved(page: Page, folder: Path) -> AuditFile:
    with page.expect_download() as waiting:
        page.keyboard.press("s")
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    read = read_file(target)
    assert isinstance(read, AuditFile)
    return read


def to_slot(page: Page, slot: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.name") == slot:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{slot} is not reached by Tab")


def test_a_page_is_judged_by_keyboard_alone_and_its_file_says_the_same(
    typed: Callable[..., Page], tmp_path: Path
) -> None:
    """Fifty records by mouse take an hour; a verdict that the file tells otherwise is worse than none."""
    page = typed("y")
    assert current(page) == "item-2"
    typed("n", "e")
    to_slot(page, "year")
    typed("«2022»")
    to_slot(page, "score")
    typed("«43,5»", "Enter")
    assert page.locator("#item-2 tr[data-slot=year] td").inner_text().split() == ["2023", "2022"]
    typed("c", "«đọc nhầm năm»", "Enter", "j", "x", "j", "u")
    assert current(page) == "item-5"
    typed("e")
    to_slot(page, "addressees")
    typed("«Sở Y tế\nSở Nội vụ»", "Enter", "Shift+Enter")
    typed("b", "«Lê Thị B»", "Enter", "k", "k", "k")
    assert current(page) == "item-2"
    assert page.locator("#progress").inner_text().startswith("đã xét 5 / 6")

    read = saved(page, tmp_path)
    assert read.by == "Lê Thị B"
    told = [(item.verdict, {e.slot: (e.expected, e.new) for e in item.edits}, item.withdrawn) for item in read.items]
    assert told == [
        ("right", {}, False),
        ("wrong", {"year": (2023, 2022), "score": (43.2, 43.5)}, False),
        ("wrong", {}, True),
        ("unsure", {}, False),
        ("wrong", {"addressees": (["Sở Y tế"], ["Sở Y tế", "Sở Nội vụ"])}, False),
        (None, {}, False),
    ]
    assert read.items[1].note == "đọc nhầm năm"


def test_verdicts_survive_closing_and_travel_as_a_file(
    typed: Callable[..., Page], browser: Browser, file: Path, tmp_path: Path
) -> None:
    """A browser that crashes at record 49, or work begun on one machine and ended on another."""
    page = typed("y", "n", "j", "u")
    page.reload()
    assert current(page) == "item-4"
    assert page.locator("#progress").inner_text().startswith("đã xét 3 / 6")
    read = saved(page, tmp_path)
    context = browser.new_context(accept_downloads=True)
    other = context.new_page()
    other.goto(file.as_uri())
    assert other.locator("#progress").inner_text().startswith("đã xét 0 / 6")
    other.locator("summary").click()
    other.locator("#load").set_input_files(next(tmp_path.glob("*.json")))
    other.wait_for_function("document.getElementById('progress').textContent.includes('3 / 6')")
    shown = json.loads(other.locator("#file").input_value())
    assert AuditFile.model_validate(shown) == read
    context.close()


def test_a_step_is_taken_back_and_right_drops_new_values(typed: Callable[..., Page], tmp_path: Path) -> None:
    """A slip of the finger, then saying that all is right, must not leave a correction in the file."""
    page = typed("x", "z")
    assert page.locator("#item-1 .said").inner_text() == "chưa xét"
    typed("e")
    to_slot(page, "rank")
    typed("«21»", "Enter", "y")
    (first, *_) = saved(page, tmp_path).items
    assert (first.verdict, first.edits) == ("right", ())


def test_what_no_slot_can_hold_is_not_taken(typed: Callable[..., Page], tmp_path: Path) -> None:
    """A rank of "nhất" would be refused only when the file is read, a day later."""
    page = typed("e")
    to_slot(page, "rank")
    typed("«nhất»", "Enter")
    assert page.locator("#item-1 [aria-invalid]").get_attribute("name") == "rank"
    typed("Escape")
    (first, *_) = saved(page, tmp_path).items
    assert (first.verdict, first.edits) == (None, ())


def test_a_province_takes_its_code_along(typed: Callable[..., Page], tmp_path: Path) -> None:
    """A name beside the code of another province joins the wrong row of the panel."""
    page = typed("e")
    to_slot(page, "subject")
    typed("«Kon Tum»", "Enter")
    (first, *_) = saved(page, tmp_path).items
    assert {edit.slot: edit.new for edit in first.edits} == {"subject": "Kon Tum", "subject_code": "62"}


def test_a_letter_swallowed_by_an_input_method_still_counts(typed: Callable[..., Page]) -> None:
    """Vietnamese keyboards hand over "Process" for a letter that may take an accent."""
    page = typed()
    page.evaluate(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Process', code: 'KeyU', bubbles: true}))"
    )
    assert page.locator("#progress").inner_text().startswith("đã xét 1 / 6")


def test_text_of_articles_runs_nothing_and_asks_for_nothing(typed: Callable[..., Page]) -> None:
    """Articles are strangers' text; the fixture fails on any request to the outside and any error."""
    page = typed("e", "Escape", "n", "j", "j", "j", "?", "?")
    page.locator("summary").click()
    assert page.title() == "Kiểm tra bản ghi"
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    assert HOSTILE in page.locator(".item.current h2").inner_text()
    assert page.locator(".item.current mark").inner_text() == SAID
    assert page.locator(".item.current .around").count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_without_scrolling_sideways(browser: Browser, file: Path, scheme: Any) -> None:
    """Verdicts by thumb: nothing lies beyond the edge, and each button is tall enough to hit."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    heights = page.evaluate("[...document.querySelectorAll('#actions button')].map((b) => b.offsetHeight)")
    assert min(heights) >= 36
    page.locator("#actions .to-right").click()
    assert current(page) == "item-2"
    context.close()

"""Pages against gold: what counts as read right, and what a page that cannot be read costs."""

import json
from pathlib import Path
from typing import Any

import pytest

from govscrape.errors import InputError
from govscrape.evaluate.gold import Gold, load_gold
from govscrape.evaluate.page_case import PageCase
from govscrape.evaluate.report import PAGES, as_data, markdown, report_of
from govscrape.evaluate.run import PageResult, read_pages
from govscrape.models.portal import PageWords

PARAGRAPH = "Sáng 14/5, tỉnh công bố kết quả chỉ số cải cách hành chính năm 2023 với 84,10 điểm."
HTML = f"""<html><head><meta charset="utf-8"><title>Tỉnh công bố kết quả chỉ số năm 2023</title>
<meta property="article:published_time" content="2024-05-14T09:20:00+07:00"></head><body>
<h1>Tỉnh công bố kết quả chỉ số năm 2023</h1><div><p>{PARAGRAPH}</p><p>Các sở khắc phục những nội dung bị trừ điểm.</p>
</div></body></html>"""
BODY = (PARAGRAPH, "Các sở khắc phục những nội dung bị trừ điểm.")


def case(html: str = HTML, **gold: Any) -> PageCase:
    known = {"title": "Tỉnh công bố kết quả chỉ số năm 2023", "published_at": "2024-05-14T09:20:00+07:00"}
    data = {**known, "author": None, "body": BODY, **gold}
    return PageCase.model_validate({"id": "p", "folder": "", "content": html.encode(), "page": "p.html",
                                    "url": "https://a.vn/p", **data})  # fmt: skip


def read(asked: PageCase) -> PageResult:
    (result,) = read_pages([(asked, None)], PageWords())
    return result


def counts(result: PageResult, field: str) -> tuple[int, int, int]:
    tally = result.sheet.counts[f"generic:{field}"]
    return tally.tp, tally.fp, tally.fn


def test_a_page_read_right() -> None:
    result = read(case())
    assert [counts(result, field) for field in ("title", "date", "author")] == [(1, 0, 0), (1, 0, 0), (0, 0, 0)]
    right, spare, missing = counts(result, "body")
    assert (spare, missing) == (0, 0)
    assert right > 20
    assert result.sheet.misses == []


@pytest.mark.parametrize(
    ("gold", "field", "expected", "error"),
    [
        ({"title": "Tỉnh công bố kết quả"}, "title", (0, 1, 1), "wrong_value"),
        ({"published_at": "2024-05-14T21:20:00+07:00"}, "date", (0, 1, 1), "wrong_value"),
        ({"published_at": None}, "date", (0, 1, 0), "extra_value"),
        ({"author": "Lê Minh An"}, "author", (0, 0, 1), "missing_value"),
    ],
)
def test_fields_are_right_or_wrong(
    gold: dict[str, Any], field: str, expected: tuple[int, int, int], error: str
) -> None:
    result = read(case(**gold))
    assert counts(result, field) == expected
    assert [(miss.slot, miss.error) for miss in result.sheet.misses] == [(field, error)]


def test_the_same_words_in_other_paragraphs_are_right() -> None:
    """Where a paragraph ends is a matter of markup; that a word is lost or added is not."""
    assert read(case(body=(" ".join(BODY),))).sheet.misses == []
    (miss,) = read(case(body=(BODY[0], "Các sở khắc phục ngay."))).sheet.misses
    assert (miss.slot, miss.expected, miss.got) == ("body", ["Các sở khắc phục ngay."], [BODY[1]])


def test_a_page_that_is_no_article_misses_everything() -> None:
    """Left out of the count, pages that cannot be read would raise the figures."""
    result = read(case("<html><body><p>Đăng nhập</p></body></html>"))
    assert result.article is None
    assert result.fault is None
    assert counts(result, "title") == (0, 0, 1)
    assert counts(result, "body")[0] == 0


def test_a_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise KeyError("who")

    monkeypatch.setattr("govscrape.evaluate.run.parse_article", broken)
    report = report_of([], "r", "g", [read(case())], resamples=5)
    assert report.faults == [("p, generic", "KeyError: 'who'")]


def test_pages_are_a_part_of_their_own() -> None:
    report = report_of([], "r", "g", [read(case()), read(case(author="Lê Minh An"))], resamples=5)
    assert list(report.parts) == [PAGES]
    data = as_data(report, ["portal", "tag"], None, [PAGES])["parts"][PAGES]
    assert data["articles"] == 1
    (group,) = data["by"]["portal"]
    assert [group[key] for key in ("portal", "articles", "right", "spurious")] == ["(none), generic", 2, 7, 1]
    assert data["by"]["tag"] == []
    assert "| title |  | 1.000 | 2 |" in markdown(report)


def test_the_digest_sees_the_bytes_of_a_page() -> None:
    """A page made easier would otherwise keep its floors."""
    assert Gold(pages=[case()]).digest == Gold(pages=[case()]).digest
    assert Gold(pages=[case()]).digest != Gold(pages=[case(HTML.replace("<h1>", "<h2>"))]).digest


def test_gold_of_a_page_is_known_by_its_key(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"page": "none.html"}), encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.json: .*none\.html"):
        load_gold([tmp_path])
    (tmp_path / "none.html").write_text(HTML, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.json: url: Field required"):
        load_gold([tmp_path])

"""When a task is due: each form with the day it means, and the nearest form that sets no deadline."""

from datetime import date, datetime, timedelta, timezone

import pytest

from govscrape.extract import Extractor
from govscrape.extract.deadlines import dateline, read_deadlines
from govscrape.extract.document import Document, read_document
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

HANOI = timezone(timedelta(hours=7))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def read(extractor: Extractor, text: str, published: datetime | None = None) -> Document:
    article = article_from_text(text, published_at=published)
    return read_document(article, extractor.recogniser, extractor.segmentation)


DATED = [
    ("trước ngày 31/3/2025", date(2025, 3, 31), "a day before which: the day itself"),
    ("trước 31-12", date(2024, 12, 31), "hyphens, no year: this year's"),
    ("trước 30.6", date(2024, 6, 30), "dots make one token"),
    ("chậm nhất là ngày 31.7.2024", date(2024, 7, 31), "dots with a year"),
    ("trước ngày 15 tháng 8 năm 2024", date(2024, 8, 15), "written out"),
    ("trước ngày 10/1", date(2025, 1, 10), "a day that has gone by: next year's"),
    ("trước 10 giờ ngày 28/9", date(2024, 9, 28), "an hour is dropped"),
    ("trước 14 giờ, ngày 2/12", date(2024, 12, 2), "a comma after the hour"),
    ("hạn chót 17 giờ ngày 30/6", date(2024, 6, 30), "another word for a deadline"),
    ("thời hạn: 05/12/2024", date(2024, 12, 5), "a colon"),
    ("trong tháng 8/2024", date(2024, 8, 31), "a month ends on its last day"),
    ("trong tháng 2/2028", date(2028, 2, 29), "a leap year"),
    ("trong tháng 5", date(2024, 5, 31), "the month that is running"),
    ("trong quý III năm 2024", date(2024, 9, 30), "a quarter in Roman numerals"),
    ("ngay trong quý 2", date(2024, 6, 30), "a quarter in digits"),
    ("trước quý I năm sau", date(2025, 3, 31), "a quarter of the next year"),
    ("từ ngày 1/6 đến hết ngày 30/6", date(2024, 6, 30), "from … to: the last day"),
    ("đến hết năm 2024", date(2024, 12, 31), "a year"),
]


@pytest.mark.parametrize(("words", "day", "why"), DATED, ids=[row[2] for row in DATED])
def test_a_deadline_is_the_last_day_of_what_it_names(extractor: Extractor, words: str, day: date, why: str) -> None:
    """Guards against years taken from nowhere and periods cut at their first day."""
    document = read(extractor, f"Sở Nội vụ báo cáo kết quả {words}.", datetime(2024, 5, 10, 8, tzinfo=HANOI))
    assert [deadline.day for deadline in read_deadlines(document)] == [day], why


UNDATED = [
    ("trong 5 ngày làm việc", None, "working days"),
    ("trong 10 ngày làm việc kể từ ngày nhận được văn bản", None, "counted from an unknown day"),
    ("trước ngày 25 hằng tháng", "monthly", "a day of every month"),
    ("định kỳ trước ngày 15/12 hằng năm", "yearly", "a day of every year"),
    ("định kỳ hằng quý", "quarterly", "a frequency"),
    ("hàng tuần", "weekly", "the other spelling of every"),
    ("trước Tết Nguyên đán", None, "a feast"),
    ("trong ngày", None, "today, whenever that is"),
]


@pytest.mark.parametrize(("words", "recurring", "why"), UNDATED, ids=[row[2] for row in UNDATED])
def test_what_has_no_date_gets_none(extractor: Extractor, words: str, recurring: str | None, why: str) -> None:
    """Guards against an invented day for what recurs or is counted."""
    document = read(extractor, f"Sở Nội vụ báo cáo kết quả {words}.", datetime(2024, 5, 10, 8, tzinfo=HANOI))
    assert [(d.day, d.recurring) for d in read_deadlines(document)] == [(None, recurring)], why


NONE = [
    ("theo Kế hoạch số 53/KH-UBND ngày 24/6/2019", "the date of a document"),
    ("chương trình công tác quý II", "a planning period in the object"),
    ("xếp thứ 58/63 cả nước", "a rank is no date"),
    ("trong đó có 5 xã vùng cao", "a word that only begins like one"),
    ("từ ngày 1/6", "a day to begin"),
]


@pytest.mark.parametrize(("words", "why"), NONE, ids=[row[1] for row in NONE])
def test_what_sets_no_deadline_is_none(extractor: Extractor, words: str, why: str) -> None:
    """Guards against every date of a text becoming a deadline."""
    assert read_deadlines(read(extractor, f"Sở Nội vụ triển khai {words}.")) == [], why


def test_the_dateline_gives_the_year_when_the_page_does_not(extractor: Extractor) -> None:
    """Guards against a null year where the text's first line says it, and against a document's date taken for it."""
    document = read(extractor, "Phú Yên, ngày 12/4/2023\n\nSở Nội vụ báo cáo trước ngày 30/6.")
    assert dateline(document) == date(2023, 4, 12)
    assert [deadline.day for deadline in read_deadlines(document)] == [date(2023, 6, 30)]


def test_without_any_year_the_day_stays_open(extractor: Extractor) -> None:
    """Guards against today's year: the same bytes must give the same records for ever."""
    document = read(extractor, "Pleiku, 15/4 - Sở Nội vụ báo cáo trước ngày 30/6.")
    assert [deadline.day for deadline in read_deadlines(document)] == [None]


def test_an_impossible_day_is_no_error(extractor: Extractor) -> None:
    """Guards against a crash on a typo such as 31/6."""
    document = read(extractor, "Sở Nội vụ báo cáo trước ngày 31/6/2024.")
    assert [deadline.day for deadline in read_deadlines(document)] == [None]

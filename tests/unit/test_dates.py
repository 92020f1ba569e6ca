"""Publication times: every form met on portals, and no date made of what is none."""

from datetime import UTC, date, datetime

import pytest

from govscrape.text.dates import (
    VIETNAM,
    from_unix,
    iso_or_none,
    last_day,
    last_day_of_month,
    parse_datetime,
    quarter_end,
    resolve_year,
)

USUAL = ("dd/MM/yyyy HH:mm", "dd/MM/yyyy")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "formats", "moment"),
    [
        pytest.param(
            "Ngày đăng: 26-06-2024, 02:00 - Lượt truy cập: 146", USUAL, local(2024, 6, 26, 2), id="dashes-comma"
        ),
        pytest.param("08/07/2024  11:38", USUAL, local(2024, 7, 8, 11, 38), id="two-spaces"),
        pytest.param("08/07/2024\u00a011:38", USUAL, local(2024, 7, 8, 11, 38), id="hard-space"),
        pytest.param("10/09/2021 - 10:22 AM", USUAL, local(2021, 9, 10, 10, 22), id="am"),
        pytest.param("10/09/2021 - 02:22 PM", USUAL, local(2021, 9, 10, 14, 22), id="pm-that-no-format-names"),
        pytest.param("10/09/2021 12:22 SA", USUAL, local(2021, 9, 10, 0, 22), id="vietnamese-am-midnight"),
        pytest.param("3/5/2024 8:05:07 CH", ("d/M/yyyy h:mm:ss a",), local(2024, 5, 3, 20, 5, 7), id="vietnamese-pm"),
        pytest.param("10/09/2021 22:22 PM", USUAL, local(2021, 9, 10, 22, 22), id="pm-after-a-24-hour-time"),
        pytest.param("05/05/2017 | 08:11", USUAL, local(2017, 5, 5, 8, 11), id="bar"),
        pytest.param("14:45 10/05/2024", ("HH:mm dd/MM/yyyy",), local(2024, 5, 10, 14, 45), id="time-first"),
        pytest.param("15:28:44 , 18/11/2017", ("HH:mm:ss, dd/MM/yyyy",), local(2017, 11, 18, 15, 28, 44), id="seconds"),
        pytest.param("Thứ 3, Ngày 16/07/2024", USUAL, local(2024, 7, 16), id="weekday-number-is-no-day"),
        pytest.param("Thứ tư 27/04/2022 16:12", USUAL, local(2022, 4, 27, 16, 12), id="weekday"),
        pytest.param("Thứ tư, 27/04/2022", ("EEEE, dd/MM/yyyy",), local(2022, 4, 27), id="weekday-in-the-format"),
        pytest.param("Thứ hai - 30/12/2024 12:02", USUAL, local(2024, 12, 30, 12, 2), id="weekday-dash"),
        pytest.param("Xuất bản:Thứ năm, 18/04/2024 05:40 (GMT+7)", USUAL, local(2024, 4, 18, 5, 40), id="gmt-plus-7"),
        pytest.param("Tin đăng lúc : 06-05-2020", USUAL, local(2020, 5, 6), id="no-time-is-midnight"),
        pytest.param("14.4.2016 08:30", USUAL, local(2016, 4, 14, 8, 30), id="dots"),
        pytest.param("26 / 6 / 2024", USUAL, local(2024, 6, 26), id="spaced-slashes"),
        pytest.param(
            "2026-07-09T15:33:15+0700", ("yyyy-MM-dd'T'HH:mm:ssZ",), local(2026, 7, 9, 15, 33, 15), id="iso-zone"
        ),
        pytest.param(
            "2026-07-09T08:33:15.123Z", ("yyyy-MM-dd'T'HH:mm:ss.SSSX",), local(2026, 7, 9, 15, 33, 15), id="zulu"
        ),
        pytest.param("2026-07-09T15:33:15+0700", ("iso",), local(2026, 7, 9, 15, 33, 15), id="iso-by-name"),
        pytest.param(
            "Thu, 09 Jul 2026 08:33:15 GMT",
            ("EEE, dd MMM yyyy HH:mm:ss Z",),
            local(2026, 7, 9, 15, 33, 15),
            id="rss",
        ),
        pytest.param("20:15 ngày 01/02/24", ("HH:mm 'ngày' dd/MM/yy",), local(2024, 2, 1, 20, 15), id="quoted-words"),
        pytest.param("1/1/0001", USUAL, None, id="net-default-date"),
        pytest.param("01/01/1970 00:00", USUAL, None, id="unix-default-date"),
        pytest.param(
            "1/1/0001 12:00 cập nhật 03/02/2024 10:00", USUAL, local(2024, 2, 3, 10), id="default-then-a-date"
        ),
        pytest.param("31/02/2024", USUAL, None, id="a-day-that-never-was"),
        pytest.param("02/13/2024", USUAL, None, id="no-month-13-and-no-swapping"),
        pytest.param("02/03/2024 25:00", ("dd/MM/yyyy HH:mm",), None, id="no-hour-25"),
        pytest.param("Quyết định số 482/2023, 88,5 điểm, 12/3", USUAL, None, id="numbers-are-no-date"),
        pytest.param("1126/06/20245", USUAL, None, id="inside-longer-digits"),
        pytest.param("", USUAL, None, id="empty"),
        pytest.param("26/06/2024", (), None, id="no-format"),
    ],
)
def test_metadata_forms(text: str, formats: tuple[str, ...], moment: datetime | None) -> None:
    assert parse_datetime(text, formats) == moment


def test_every_answer_is_vietnam_time() -> None:
    """A stored time in another zone sorts into another day."""
    moment = parse_datetime("2026-07-09T20:00:00Z", ("iso",))
    assert moment is not None
    assert moment.isoformat() == "2026-07-10T03:00:00+07:00"


def test_first_format_that_finds_something_wins() -> None:
    """A page with two dates is settled by the order that its portal states."""
    text = "Cập nhật 2024-06-30, đăng 26/06/2024"
    assert parse_datetime(text, ("dd/MM/yyyy", "yyyy-MM-dd")) == local(2024, 6, 26)
    assert parse_datetime(text, ("yyyy-MM-dd", "dd/MM/yyyy")) == local(2024, 6, 30)


def test_format_that_names_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="HH:mm"):
        parse_datetime("10:00", ("HH:mm",))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2024-06-26", local(2024, 6, 26), id="day"),
        pytest.param("2024-06-26T02:00:00", local(2024, 6, 26, 2), id="no-zone-is-vietnam"),
        pytest.param("2024-06-25T19:00:00+00:00", local(2024, 6, 26, 2), id="utc"),
        pytest.param("26/06/2024", None, id="not-iso"),
        pytest.param("2024-W26-3", None, id="week-dates-are-not-met"),
        pytest.param("2024", None, id="a-year-is-no-date"),
        pytest.param("0001-01-01T00:00:00", None, id="default-date"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before-the-calendar"),
    ],
)
def test_iso(text: str, moment: datetime | None) -> None:
    assert iso_or_none(text) == moment


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        pytest.param("1720000000", datetime(2024, 7, 3, 9, 46, 40, tzinfo=UTC), id="seconds"),
        pytest.param(1720000000000, datetime(2024, 7, 3, 9, 46, 40, tzinfo=UTC), id="milliseconds"),
        pytest.param("0", None, id="zero-is-a-default"),
        pytest.param("x", None, id="no-number"),
        pytest.param("nan", None, id="not-a-number"),
        pytest.param("1e300", None, id="beyond-the-calendar"),
    ],
)
def test_unix(seconds: str | float, moment: datetime | None) -> None:
    assert from_unix(seconds) == moment


@pytest.mark.parametrize(
    ("day", "month", "published", "future", "meant"),
    [
        pytest.param(26, 6, date(2024, 6, 26), False, date(2024, 6, 26), id="same-day"),
        pytest.param(27, 6, date(2024, 6, 26), False, date(2024, 6, 27), id="stamped-a-day-early"),
        pytest.param(28, 6, date(2024, 6, 26), False, date(2023, 6, 28), id="two-days-ahead-was-last-year"),
        pytest.param(31, 12, date(2024, 1, 2), False, date(2023, 12, 31), id="report-over-new-year"),
        pytest.param(1, 1, date(2023, 12, 31), False, date(2024, 1, 1), id="a-day-early-over-new-year"),
        pytest.param(15, 7, date(2024, 6, 26), True, date(2024, 7, 15), id="deadline"),
        pytest.param(26, 6, date(2024, 6, 26), True, date(2024, 6, 26), id="deadline-today"),
        pytest.param(15, 1, date(2024, 12, 20), True, date(2025, 1, 15), id="deadline-over-new-year"),
        pytest.param(29, 2, date(2025, 3, 1), False, date(2024, 2, 29), id="leap-day-looks-back"),
        pytest.param(29, 2, date(2025, 3, 1), True, date(2028, 2, 29), id="leap-day-looks-ahead"),
        pytest.param(29, 2, date(2096, 3, 1), True, date(2104, 2, 29), id="a-century-without-one"),
        pytest.param(31, 2, date(2024, 6, 26), False, None, id="no-such-day"),
        pytest.param(31, 2, date(2024, 6, 26), True, None, id="no-such-deadline"),
        pytest.param(31, 12, date.max, True, date.max, id="the-calendar-s-end"),
    ],
)
def test_year_is_resolved_by_publication(
    day: int, month: int, published: date, future: bool, meant: date | None
) -> None:
    assert resolve_year(day, month, published, future=future) == meant


def test_period_ends() -> None:
    """A month or quarter as a deadline means its last day."""
    assert last_day_of_month(2024, 2) == date(2024, 2, 29)
    assert last_day_of_month(2023, 12) == date(2023, 12, 31)
    assert [quarter_end(2024, q).isoformat() for q in (1, 2, 3, 4)] == [
        "2024-03-31",
        "2024-06-30",
        "2024-09-30",
        "2024-12-31",
    ]
    assert last_day(2024) == date(2024, 12, 31)
    assert last_day(2024, quarter=3) == date(2024, 9, 30)
    assert last_day(2024, month=8) == date(2024, 8, 31)


def test_period_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.\.4"):
        quarter_end(2024, 5)
    with pytest.raises(ValueError, match="month"):
        last_day_of_month(2024, 13)

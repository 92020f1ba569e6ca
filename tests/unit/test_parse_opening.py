"""Pages without selectors: the date and the summary between headline and text."""

from datetime import UTC, datetime

import pytest

from govscrape.models.article import Article
from govscrape.models.page import Page
from govscrape.models.portal import PageVersion, Portal
from govscrape.parse import parse_article
from govscrape.rules.portals import load_page_words

TITLE = "Tỉnh công bố kết quả chỉ số cải cách hành chính"
SAPO = "Sáng 14/5, tỉnh tổ chức hội nghị công bố kết quả chỉ số cải cách hành chính năm 2023."
TEXT = "Theo báo cáo, tỉnh đạt 84,10 điểm, xếp thứ 40 trong 63 tỉnh, thành phố, tăng 5 bậc so với năm 2022."
MORE = "Kết luận hội nghị, lãnh đạo tỉnh yêu cầu các sở khắc phục những nội dung bị trừ điểm trong năm 2024."


def read(opening: str, text: str = "", portal: Portal | None = None) -> Article:
    html = f"""<html><head><meta charset="utf-8"><title>x</title></head><body><div>Thứ Sáu, 28/06/2024 07:01</div>
<div><h1>{TITLE}</h1>{opening}<div class="x">{text}<p>{TEXT}</p><p>{MORE}</p></div></div>
<p>Tin khác (01/03/2024)</p></body></html>"""
    page = Page(url="https://a.vn/1", final_url="https://a.vn/1", status=200, body=html.encode(),
                fetched_at=datetime(2024, 9, 1, tzinfo=UTC))  # fmt: skip
    return parse_article(page, portal, load_page_words())[0]


@pytest.mark.parametrize(
    ("opening", "published"),
    [
        ("<p>14/05/2024 09:20</p>", "2024-05-14T09:20:00+07:00"),
        ("<div><span>Thứ ba - 14/05/2024  09:20</span><a href='/in'>In</a></div>", "2024-05-14T09:20:00+07:00"),
        (f"<p>{SAPO}</p><p>(14/05/2024)</p>", "2024-05-14T00:00:00+07:00"),
        ("", None),
        (f"<p>{SAPO} Hội nghị diễn ra ngày 14/05/2024 tại trung tâm hội nghị của tỉnh.</p>", None),
    ],
    ids=["line", "weekday", "under the summary", "none", "a day in a sentence"],
)
def test_the_date_stands_between_headline_and_text(opening: str, published: str | None) -> None:
    """The header's clock and the days of other articles are not when this one was published."""
    found = read(opening).published_at
    assert (found.isoformat() if found else None) == published


def test_the_summary_outside_the_text_is_kept() -> None:
    """It states facts, and the headline's figures often stand only there."""
    assert read(f"<p class='s'>{SAPO}</p>").body.split("\n\n") == [SAPO, TEXT, MORE]
    menu = "".join(
        f"<li><a href='/{n}'>Mục số {n} của trang thông tin điện tử tổng hợp của tỉnh</a></li>" for n in "123"
    )
    assert read(f"<ul>{menu}</ul>").body.split("\n\n") == [TEXT, MORE]


def test_a_time_at_the_head_of_the_text_is_no_text() -> None:
    found = read("", "<p>14/05/2024 09:20 AM</p>")
    assert found.body.split("\n\n") == [TEXT, MORE]
    assert found.published_at is not None
    assert found.published_at.hour == 9


def test_the_writers_name_is_known_by_what_most_sites_call_it() -> None:
    found = read("", f"<p class='author'><b>Tác giả:</b> Lê Minh An</p><p>{SAPO}</p>")
    assert found.author == "Lê Minh An"
    assert "Lê Minh An" not in found.body


def test_where_selectors_match_nothing_is_guessed() -> None:
    """A portal that tells its date elsewhere must not get another one."""
    portal = Portal(id="p", name="p", province="Gia Lai", base_url="https://a.vn", listings=(), words=load_page_words(),
                    versions=(PageVersion(title=("h1",), body=(".x",)),))  # fmt: skip
    found = read(f"<p>14/05/2024 09:20</p><p>{SAPO}</p>", portal=portal)
    assert found.published_at is None
    assert found.body.split("\n\n") == [TEXT, MORE]

# ruff: noqa: E501 - markup is read more easily on one line
"""Fields, versions, alarms and furniture of article pages."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from govscrape.models.page import Page
from govscrape.models.portal import DateField, Listing, PageVersion, PageWords, Portal
from govscrape.parse import article_from_text, parse_article
from govscrape.parse.furniture import is_name
from govscrape.rules.portals import load_page_words

WORDS = load_page_words()
SHARED = Path(__file__).parents[3] / "shared"
TEXT = "Hội nghị tổng kết công tác cải cách hành chính được tổ chức trực tuyến tới các xã, phường của tỉnh."


def page(body: str, url: str = "https://a.gov.vn/x") -> Page:
    """A response of an imagined portal."""
    return Page(url=url, final_url=url, status=200, body=body.encode(), fetched_at=datetime(2024, 1, 1, tzinfo=UTC))


def portal(*versions: PageVersion) -> Portal:
    """An imagined portal with these versions."""
    listing = Listing(id="l", url="https://a.gov.vn")
    return Portal(
        id="a", name="A", province="Gia Lai", base_url="https://a.gov.vn", listings=(listing,), versions=versions,
        words=WORDS,
    )  # fmt: skip


def paragraphs(html: str, **version: object) -> list[tuple[str, str]]:
    """What is read of a body of this markup."""
    selectors = PageVersion.model_validate({"title": ["h1"], "body": [".body"], **version})
    article, _ = parse_article(
        page(f"<html><body><h1>Tên bài</h1><div class=body>{html}</div></body></html>"), portal(selectors)
    )
    return [(part.kind, article.body[part.start : part.end]) for part in article.paragraphs]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Một.<p>Hai.", [("text", "Một."), ("text", "Hai.")]),
        ("Một.<br>Hai.<br><br>ba", [("text", "Một."), ("text", "Hai."), ("text", "ba")]),
        ("<p>Chủ tịch UBND<br>tỉnh dự.</p>", [("text", "Chủ tịch UBND tỉnh dự.")]),
        ("<p>đạt <b>82,17</b>/100 đi<i>ểm</i>.</p>", [("text", "đạt 82,17/100 điểm.")]),
        ("<p><b>Kết quả</b></p><p><b>Dài hơn.</b></p>", [("heading", "Kết quả"), ("text", "Dài hơn.")]),
        ("<h2>Mục</h2><ol><li><p>Ý một</p></li><li>Ý hai</li></ol>", [("heading", "Mục"), ("list_item", "Ý một"), ("list_item", "Ý hai")]),
        ("<p>- Giao Sở A;</p><p>a) Giao Sở B;</p>", [("list_item", "- Giao Sở A;"), ("list_item", "a) Giao Sở B;")]),
        ("<p>-5 độ, 1. 2</p>", [("text", "-5 độ, 1. 2")]),
        ("<p>A&nbsp;&nbsp;B\u200b C\u00ad.</p><p>&nbsp;</p>", [("text", "A B C.")]),
        ("<p>Tha\u0300nh pho\u0302\u0301.</p>", [("text", "Thành phố.")]),
        ("<p>Một.</p><p style='display: none'>ẩn</p><p hidden>ẩn</p><script>x</script><!-- x -->", [("text", "Một.")]),
        ("<p>Tên bài</p><p>Ngày đăng: 01/02/2024 - Lượt xem: 5</p><p>Một.</p>", [("text", "Một.")]),
        ("<p>Một.</p><p>In trang</p><p>Chia sẻ</p>", [("text", "Một.")]),
        ("<p>Một.</p><p>Tin liên quan:</p><ul><li><a href=/b>Bài khác</a></li></ul>", [("text", "Một.")]),
        (f"<p>Một.</p><p>Xem thêm:</p><p><a href=/b>Bài khác</a></p><p>{TEXT * 3}</p>", [("text", "Một."), ("text", TEXT * 3)]),
        ("<table><tr><td><p>Một.</p></td></tr><tr><td><p>Hai.</p></td></tr></table>", [("text", "Một."), ("text", "Hai.")]),
        ("<p>Một.</p><img src=a.jpg><p>Quang cảnh hội nghị</p><p>Hai</p>", [("text", "Một."), ("caption", "Quang cảnh hội nghị"), ("text", "Hai")]),
        ("<p>Một.</p><img src=a.jpg><p>Hội nghị kết thúc.</p>", [("text", "Một."), ("text", "Hội nghị kết thúc.")]),
        ("<table><tr><td><img src=a.jpg></td></tr><tr><td>Đại biểu dự họp</td></tr></table><p>Hai.</p>", [("caption", "Đại biểu dự họp"), ("text", "Hai.")]),
        ("<p>z5574934043298_3b740ae04a.jpg</p><p>Đại biểu dự họp</p><p>Hai.</p>", [("caption", "Đại biểu dự họp"), ("text", "Hai.")]),
        ("<p>IMG_20240102 (1).JPG</p><p>Hai.</p>", [("text", "Hai.")]),
    ],
)  # fmt: skip
def test_paragraphs(html: str, expected: list[tuple[str, str]]) -> None:
    """Each is a way editors write; a lost or glued paragraph is a lost or false record."""
    assert paragraphs(html) == expected


@pytest.mark.parametrize(
    ("tail", "author"),
    [
        ("<p>Hoàng Thảo</p>", "Hoàng Thảo"),
        ("<p align=right><b>Hoàng Thảo - Minh An</b></p>", "Hoàng Thảo - Minh An"),
        ("<p>Tác giả: Hoàng Thảo</p>", "Hoàng Thảo"),
        ("<p>Tin, ảnh: H. Thảo</p><p>Nguồn: Báo tỉnh</p>", "H. Thảo"),
        ("<p>Tác giả: Hoàng Thảo - Nguồn: Báo tỉnh</p>", "Hoàng Thảo"),
        ("<p>(Theo TTXVN)</p>", None),
    ],
)
def test_byline_leaves_the_body(tail: str, author: str | None) -> None:
    """A writer in the body would be read as an official."""
    html = f"<html><body><h1>Tên bài</h1><div class=body><p>Một hai ba./.</p>{tail}</div></body></html>"
    article, _ = parse_article(page(html), portal(PageVersion(title=("h1",), body=(".body",))))
    assert article.body == "Một hai ba./."
    assert article.author == author


@pytest.mark.parametrize(
    "tail",
    [
        "<p>CHỦ TỊCH</p><p>Nguyễn Văn An</p>",
        "<p>Gồm các xã:</p><p>Ia Kha</p>",
        "<ul><li>Hoàng Thảo</li></ul>",
        "<p>Hết giờ làm việc</p>",
    ],
)
def test_what_is_no_byline_stays(tail: str) -> None:
    """A signer under a title and the last item of a list are content."""
    assert len(paragraphs(f"<p>Một hai ba.</p>{tail}")) >= 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Hoàng Thảo", True), ("Lê A, Phan B", True), ("Thảo", False), ("Hà Nội đẹp", False), ("Năm 2024", False)],
)
def test_names(text: str, expected: bool) -> None:
    """A last line is a name only when every word of it could be one."""
    assert is_name(text) is expected


def test_versions_are_chosen_by_date() -> None:
    """A redesign must not change what is read from the pages before it, although both selectors may match."""
    old = PageVersion(valid_until=date(2023, 12, 31), title=(".old",), body=(".body",), date=DateField(css=".d"))
    new = PageVersion(title=(".new",), body=(".body",), date=DateField(css=".d"))
    html = "<html><body><p class=old>Cũ</p><p class=new>Mới</p><p class=d>{}</p><div class=body><p>Nội dung.</p></div></body></html>"
    for day, title in (("31/12/2023", "Cũ"), ("01/01/2024", "Mới")):
        article, issues = parse_article(page(html.format(day)), portal(new, old))
        assert article.title == title
        assert [issue.code for issue in issues] == ["short_body"]
    article, issues = parse_article(page(html.format("01/01/2024")), portal(old))
    assert "version_expired" in [issue.code for issue in issues]


def test_a_redesign_is_told() -> None:
    """Selectors that match nothing, or a menu, must not pass for an article that says little."""
    html = f"<html><body><h1>Tên</h1><div class=menu><p>Xem thêm tin tức trong tỉnh</p></div><main>{f'<p>{TEXT}</p>' * 3}<p>{TEXT} {TEXT * 7}</p></main></body></html>"
    article, issues = parse_article(page(html), portal(PageVersion(title=("h1",), body=(".menu",))))
    assert "selector_disagrees" in [issue.code for issue in issues]
    article, issues = parse_article(page(html), portal(PageVersion(title=("h1",), body=(".gone",))))
    assert "selector_missing" in [issue.code for issue in issues]
    assert TEXT in article.body


def test_dates_are_never_invented() -> None:
    """A clock in the header, a default date of the system and a date in the text are not the publication date."""
    html = f"<html><body><p>Thứ Năm, 05/09/2024 19:49</p><h1>Tên</h1><p class=d>{{}}</p><div class=body><p>Ngày 1/2/2023, {TEXT}</p></div></body></html>"
    version = PageVersion(title=("h1",), body=(".body",), date=DateField(css=".d"))
    article, issues = parse_article(page(html.format("1/1/0001")), portal(version))
    assert article.published_at is None
    assert "bad_date" in [issue.code for issue in issues]
    article, _ = parse_article(page(html.format("Cập nhật: 08/07/2024  11:38 (GMT+7)")), portal(version))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-07-08T11:38:00+07:00"


def test_the_head_gives_what_the_page_does_not() -> None:
    """DC.Date glues the zone before the time and is no date; the ISO time beside it is."""
    head = '<meta name="DC.Date" content="2026-07-09+0715:33:15"><meta property="article:published_time" content="2026-07-09T08:33:15+0000">'
    article, _ = parse_article(
        page(f"<html><head><title>Tên bài dài hơn - Cổng</title>{head}</head><body><p>{TEXT}</p></body></html>"), None
    )
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-07-09T15:33:15+07:00"
    assert article.title == "Tên bài dài hơn"


def test_a_page_without_url() -> None:
    """A file from disk has no address; nothing may be made up for it."""
    article, _ = parse_article(page(f"<html><body><h1>Tên bài dài</h1><p>{TEXT}</p></body></html>", url=""), None)
    assert article.url is article.canonical_url is None


def test_a_picture_may_have_a_captions_class() -> None:
    """The paragraphs after it were all taken for captions, which no rule reads as text."""
    html = "<img class=note src=a.jpg><p>Hội nghị kết thúc.</p><p class=note>Quang cảnh</p><p>Hai.</p>"
    told = paragraphs(html, caption=[".note"])
    assert told == [("text", "Hội nghị kết thúc."), ("caption", "Quang cảnh"), ("text", "Hai.")]


def test_tables_keep_their_grid() -> None:
    """A cell that spans rows names each of them."""
    html = "<p>Một.</p><table><tr><th>Năm</th><th>Chỉ số</th><th>Điểm</th></tr><tr><td rowspan=2>2023</td><td>PAPI</td><td>40,32</td></tr><tr><td>SIPAS</td><td>83,84</td></tr></table>"
    article, _ = parse_article(
        page(f"<html><body><h1>Tên</h1><div class=body>{html}</div></body></html>"),
        portal(PageVersion(title=("h1",), body=(".body",))),
    )
    assert article.tables == ((("Năm", "Chỉ số", "Điểm"), ("2023", "PAPI", "40,32"), ("2023", "SIPAS", "83,84")),)
    assert article.body.endswith("SIPAS | 83,84")


def test_attachment_only() -> None:
    """Many notices are one link to a scan."""
    html = "<html><body><h1>Thông báo</h1><div class=body><p><a href='/f/tb.pdf'>Tải về</a></p></div></body></html>"
    article, issues = parse_article(page(html), portal(PageVersion(title=("h1",), body=(".body",))))
    assert article.body == ""
    assert [file.url for file in article.attachments] == ["https://a.gov.vn/f/tb.pdf"]
    assert "attachment_only" in [issue.code for issue in issues]


def test_plain_text_of_a_whole_page() -> None:
    """A page pasted with its login bar, labels and imprint."""
    text = f"Sign In\n\nCổng thông tin điện tử\n\nTên của bài\n\nNgày đăng: 26-06-2024, 02:00 - Lượt truy cập: 146\n\n{TEXT}\n\nHoàng Thảo\n\nCỔNG THÔNG TIN ĐIỆN TỬ | Cơ quan chủ quản\nGiấy phép số: 09/GP-TTĐT"
    article = article_from_text(text, words=WORDS)
    assert (article.title, article.author, article.views) == ("Tên của bài", "Hoàng Thảo", 146)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-06-26T02:00:00+07:00"
    assert article.body == TEXT
    assert article_from_text(text).body.startswith("Sign In")


def test_what_is_given_wins_over_the_text() -> None:
    """A corpus knows its dates better than a line of a page."""
    when = datetime(2020, 1, 1, tzinfo=UTC)
    article = article_from_text(
        f"Khác\n\nNgày đăng: 26-06-2024\n\n{TEXT}\x00", title="Tên", published_at=when, words=WORDS
    )
    assert (article.title, article.published_at, article.body) == ("Tên", when, TEXT)


def test_no_words_no_guess() -> None:
    """Without its words a reader drops nothing on suspicion."""
    article = article_from_text("Ngày đăng: 26-06-2024\n\nMột.", words=PageWords())
    assert article.body == "Ngày đăng: 26-06-2024\n\nMột."


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real pages are not in the repository")
def test_the_seed_text() -> None:
    """The article that govscrape was begun for."""
    article = article_from_text((SHARED / "seeds" / "gialai-2024-06-26.txt").read_text(encoding="utf-8"), words=WORDS)
    assert (article.author, article.views) == ("Hoàng Thảo", 146)
    assert article.title is not None
    assert article.title.startswith("Gia Lai đánh giá")
    assert [part.kind for part in article.paragraphs] == [
        "text",
        "caption",
        "text",
        "text",
        "caption",
        "text",
        "caption",
        "text",
    ]
    assert article.body.endswith("đề ra./.")


OLD = (
    "Héi nghÞ tæng kÕt c«ng t¸c c¶i c¸ch hµnh chÝnh ®­îc tæ chøc trùc tuyÕn tíi c¸c x·, ph­êng cña tØnh. "
    "N¨m 2012, ChØ sè PCI cña tØnh ®¹t 60,25 ®iÓm."
)


def test_text_of_before_unicode_is_converted_and_told() -> None:
    """Old articles stand in .VnTime letters inside a page whose menu is Unicode; unread, they would give nothing."""
    html = (
        "<html><body><nav><a href=/>Trang chủ của tỉnh</a></nav>"
        f"<h1>C¶i c¸ch hµnh chÝnh</h1><div class=body><p>{OLD}</p></div></body></html>"
    )
    for selectors in (portal(PageVersion(title=("h1",), body=(".body",))), None):
        article, issues = parse_article(page(html), selectors)
        assert article.title == "Cải cách hành chính"
        assert article.body.endswith("Năm 2012, Chỉ số PCI của tỉnh đạt 60,25 điểm.")
        assert [issue.message for issue in issues if issue.code == "legacy_charset"] == [
            "written for fonts of before Unicode: TCVN3"
        ]


def test_an_order_with_a_deadline_is_no_dateline() -> None:
    """A short last paragraph that ends in a day was taken for the line of the date and lost."""
    filler = "Hội nghị bàn việc cải thiện chỉ số ở các sở, ngành và địa phương. " * 5
    order = "Chủ tịch UBND tỉnh yêu cầu Sở Nội vụ báo cáo trước ngày 2/6/2024"
    for end in (".", ""):
        html = f"<html><body><article><h1>Kết quả của tỉnh</h1><p>{filler}</p><p>{order}{end}</p></article>"
        article, _ = parse_article(page(html), None)
        assert order in article.body
        assert article.published_at is None


def test_boxes_of_other_news_are_not_the_article() -> None:
    """Twelve teasers have more sentences than a short article, and menus around them would come along."""
    told = "Tỉnh họp phiên thường kỳ bàn việc nâng các chỉ số và giao nhiệm vụ cho từng sở, ngành trong quý tới. " * 3
    teaser = "Một câu giới thiệu tin khác, dài hơn một dòng và không nói gì về cuộc họp của tỉnh hôm nay."
    box = f'<div class="x9"><h4><a href="/khac">Một tin khác của trang</a></h4><p>{teaser}</p></div>'
    menu = "<ul><li><a href='/'>Trang nhất</a></li></ul>"
    html = f"<body>{menu}<div class='z1'><h1>Tỉnh họp phiên thường kỳ</h1><p>{told}</p></div>{box * 12}</body>"
    assert parse_article(page(html), None)[0].body == told.strip()


def test_a_page_of_nothing_but_linked_headlines_is_still_read() -> None:
    """Sections of one article whose headlines are links to themselves."""
    part = "<div><h2><a href='#a'>Phần của bài</a></h2><p>{}. Đây là một đoạn văn của bài viết ấy.</p></div>"
    html = f"<body><div>{''.join(part.format(f'Đoạn thứ {number}') for number in range(4))}</div></body>"
    assert parse_article(page(html), None)[0].body.count("một đoạn văn của bài viết") == 4

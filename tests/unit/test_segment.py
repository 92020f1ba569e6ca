"""Cutting text: a wrong cut parts a score from its subject, a missed one lends a number to the wrong sentence."""

import unicodedata

import pytest

from govscrape.models.article import Paragraph
from govscrape.text.segment import SegmentRules, paragraphs_of_text, segment

RULES = SegmentRules(
    abbreviations=("TP.", "Tp", "TX.", "H.", "PGS", "TS.", "ThS.", "Ths.", "CKII", "St."),
    caption_words=("Ảnh:", "Ảnh minh họa"),
)


def sentences(text: str, rules: SegmentRules = RULES) -> list[str]:
    return [text[s.start : s.end] for block in segment(text, (), rules) for s in block.sentences]


def clauses(text: str) -> list[str]:
    return [text[c.start : c.end] for b in segment(text, (), RULES) for s in b.sentences for c in s.clauses]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Tỉnh đạt 82,17/100 điểm và 4.36 điểm ở trục đầu", id="decimals"),
        pytest.param("Có 19.536 người được hỏi", id="thousands"),
        pytest.param("Hội nghị ngày 26.6.2024 diễn ra tại Pleiku", id="date-with-dots"),
        pytest.param("Cuộc họp lúc 8h30 ngày 2.4 tại tỉnh", id="short-date-then-lower-case"),
        pytest.param("Lãnh đạo TP. Pleiku và TX. An Khê cùng dự", id="place-abbreviations"),
        pytest.param("Ông (H. Cẩm Mỹ) và bà ở Tp. Long Khánh", id="abbreviation-after-a-bracket"),
        pytest.param("Có PGS.TS. Nguyễn Văn A, BS.CKII. Trần B dự", id="joined-degrees-by-their-last-part"),
        pytest.param("Công dân T.V.H. Nguyễn bị xử phạt", id="initials"),
        pytest.param("Doanh nghiệp TP.HCM và Tp.Pleiku, Ths.Nguyễn Văn A", id="abbreviations-without-space"),
        pytest.param("Xem tại www.gialai.gov.vn hoặc vpubnd@gialai.gov.vn nhé", id="addresses"),
        pytest.param("Trang Hanoi.gov.vn và báo ANTD.VN đăng tin", id="address-with-capitals"),
        pytest.param("Theo Nghị định 61/2018/NĐ-CP và Quyết định số 482/QĐ-UBND", id="document-numbers"),
        pytest.param("Đất, nước… đều quan trọng", id="ellipsis-in-mid-sentence"),
        pytest.param("Các chợ, siêu thị,...) đã mở cửa", id="dots-before-lower-case"),
        pytest.param("“Phải làm ngay!” - bà Nguyễn Thị A nói", id="speaker-after-the-quotation"),
        pytest.param("“Khi nào xong?” ông hỏi", id="question-inside-a-sentence"),
    ],
)
def test_one_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("Năm 2023. Tỉnh đạt 82,17.", ["Năm 2023.", "Tỉnh đạt 82,17."], id="after-a-year"),
        pytest.param("Hạng 58/63. Năm 2022 hạng 58.", ["Hạng 58/63.", "Năm 2022 hạng 58."], id="after-a-rank"),
        pytest.param(
            "Họp ngày 26.6. Tại đây, ông nói", ["Họp ngày 26.6.", "Tại đây, ông nói"], id="after-a-short-date"
        ),
        pytest.param("Trong quý I. Sau đó nghỉ", ["Trong quý I.", "Sau đó nghỉ"], id="roman-numeral-is-no-initial"),
        pytest.param("Hạng nhất châu Á. Đảng ủy dự", ["Hạng nhất châu Á.", "Đảng ủy dự"], id="toned-letter-is-a-word"),
        pytest.param("Xong chưa? Chưa! Chờ… Rồi", ["Xong chưa?", "Chưa!", "Chờ…", "Rồi"], id="other-marks"),
        pytest.param("Ông nói: “Làm ngay.” Bà đồng ý.", ["Ông nói: “Làm ngay.”", "Bà đồng ý."], id="closing-quotation"),
        pytest.param("Đã xong. “Làm tốt”, ông nói.", ["Đã xong.", "“Làm tốt”, ông nói."], id="opening-quotation"),
        pytest.param("Đề ra./. Hoàng Thảo", ["Đề ra./.", "Hoàng Thảo"], id="official-end-mark"),
        pytest.param("đề ra./. hoàng", ["đề ra./.", "hoàng"], id="official-end-mark-always-ends"),
        pytest.param("Tỉnh đã họp.Đồng chí A dự.", ["Tỉnh đã họp.", "Đồng chí A dự."], id="forgotten-space"),
        pytest.param("Đạt 83,84%.Chỉ số khác", ["Đạt 83,84%.", "Chỉ số khác"], id="forgotten-space-after-per-cent"),
        pytest.param("Trong năm 2024.Trong đó", ["Trong năm 2024.", "Trong đó"], id="forgotten-space-after-a-year"),
        pytest.param("Rác thải tại nguồn…Với kết quả", ["Rác thải tại nguồn…", "Với kết quả"], id="glued-ellipsis"),
        pytest.param(
            "Yêu cầu sau. - Giao Sở Y tế", ["Yêu cầu sau.", "Giao Sở Y tế"], id="dash-list-inside-a-paragraph"
        ),
        pytest.param(
            "Giao việc: 1. Sở A làm. 2. Sở B làm.", ["Giao việc: 1. Sở A làm.", "Sở B làm."], id="inline-numbers"
        ),
        pytest.param("Dòng một\nDòng hai", ["Dòng một", "Dòng hai"], id="line-break-in-a-paragraph"),
        pytest.param("Một.\u00a0Hai.\u200b Ba.", ["Một.", "Hai.", "Ba."], id="odd-spaces-between"),
    ],
)
def test_sentence_ends(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


def test_abbreviations_are_the_callers() -> None:
    """They are knowledge of the language: without rules only initials hold a dot."""
    assert sentences("Tại TP. Pleiku", SegmentRules()) == ["Tại TP.", "Pleiku"]
    assert sentences("Tại H. Cẩm Mỹ", SegmentRules()) == ["Tại H. Cẩm Mỹ"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param("- Giao Sở Y tế", "Giao Sở Y tế", id="dash"),
        pytest.param("–Giao Sở Y tế", "Giao Sở Y tế", id="dash-glued"),
        pytest.param("+ Giao Sở Y tế", "Giao Sở Y tế", id="plus"),
        pytest.param("• 82,17 điểm", "82,17 điểm", id="bullet-before-a-number"),
        pytest.param("1. Tham gia", "Tham gia", id="number-dot"),
        pytest.param("1.1. Tham gia", "Tham gia", id="two-levels"),
        pytest.param("4.36 điểm ở trục", "4.36 điểm ở trục", id="decimal-is-no-marker"),
        pytest.param("2.3 Tham gia", "Tham gia", id="two-levels-without-a-last-dot"),
        pytest.param("12) Tham gia", "Tham gia", id="number-bracket"),
        pytest.param("(1) Tham gia", "Tham gia", id="brackets"),
        pytest.param("đ) Tham gia", "Tham gia", id="letter-bracket"),
        pytest.param("a/ Tham gia", "Tham gia", id="letter-slash"),
        pytest.param("II. Kết quả", "Kết quả", id="roman"),
        pytest.param("1- Giao Sở", "Giao Sở", id="number-dash"),
        pytest.param("H. Cẩm Mỹ họp", "H. Cẩm Mỹ họp", id="abbreviation-is-no-marker"),
        pytest.param("-1,32 điểm", "-1,32 điểm", id="minus-is-no-marker"),
        pytest.param("26/6 họp", "26/6 họp", id="date-is-no-marker"),
        pytest.param("58/63", "58/63", id="rank-is-no-marker"),
        pytest.param("1.234 người", "1.234 người", id="thousands-are-no-marker"),
        pytest.param("2024. Năm", "2024.", id="a-year-is-no-marker"),
        pytest.param("-", "-", id="a-marker-alone-is-text"),
    ],
)
def test_list_marker_is_outside_the_sentence(text: str, rest: str) -> None:
    """Its digits would be read as a score or rank."""
    block = segment(text, (), RULES)[0]
    first = block.sentences[0]
    assert (block.start, text[first.start : first.end]) == (0, rest)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("PAPI giảm; SIPAS tăng.", ["PAPI giảm", "SIPAS tăng."], id="semicolon"),
        pytest.param(
            "Tham gia (giảm 2 điểm; giảm 3 bậc); công khai tăng",
            ["Tham gia (giảm 2 điểm; giảm 3 bậc)", "công khai tăng"],
            id="semicolon-in-brackets-parts-nothing",
        ),
        pytest.param(
            "Các trục gồm: a tốt; b khá; c kém", ["Các trục gồm:", "a tốt", "b khá", "c kém"], id="colon-before-a-list"
        ),
        pytest.param(
            "Tham gia: 4,36 điểm; công khai: 5,21 điểm; giải trình: 4,07 điểm",
            ["Tham gia: 4,36 điểm", "công khai: 5,21 điểm", "giải trình: 4,07 điểm"],
            id="each-item-has-its-colon",
        ),
        pytest.param(
            "Kết quả: tham gia: cao; công khai: thấp; giải trình: thấp",
            ["Kết quả:", "tham gia: cao", "công khai: thấp", "giải trình: thấp"],
            id="header-before-items-with-colons",
        ),
        pytest.param(
            "Thời hạn: 05/12/2023; báo cáo; gửi Sở",
            ["Thời hạn: 05/12/2023", "báo cáo", "gửi Sở"],
            id="colon-before-a-value",
        ),
        pytest.param("PAPI: xếp thứ 5; tăng 2 bậc", ["PAPI: xếp thứ 5", "tăng 2 bậc"], id="one-semicolon-is-no-list"),
        pytest.param("Như sau: 1. Giao A; 2. Giao B", ["Như sau:", "Giao A", "Giao B"], id="numbered-items"),
        pytest.param(
            "Kết quả: (1) A đạt 1%, B đạt 2%, (3) C đạt 3%",
            ["Kết quả:", "A đạt 1%, B đạt 2%", "C đạt 3%"],
            id="bracketed-numbers-with-one-missing",
        ),
        pytest.param("PAR (1) và SIPAS (2) tăng", ["PAR (1) và SIPAS (2) tăng"], id="bracketed-numbers-as-notes"),
        pytest.param(
            "Lúc 8:30, họp; sau đó nghỉ; rồi về", ["Lúc 8:30, họp", "sau đó nghỉ", "rồi về"], id="time-is-no-colon"
        ),
        pytest.param("Một; ; hai;", ["Một", "hai"], id="empty-items-vanish"),
        pytest.param("Mở (ngoặc; quên đóng", ["Mở (ngoặc; quên đóng"], id="unclosed-bracket"),
        pytest.param("Đóng) thừa; vẫn cắt", ["Đóng) thừa", "vẫn cắt"], id="stray-closing-bracket"),
    ],
)
def test_clauses(text: str, cut: list[str]) -> None:
    assert clauses(text) == cut


def test_blocks_keep_the_kind_and_offsets_of_their_paragraphs() -> None:
    body = "Tiêu đề\n\n Một. Hai. \n\n"
    paragraphs = [
        Paragraph(kind="heading", start=0, end=7),
        Paragraph(kind="text", start=9, end=20),
        Paragraph(kind="text", start=20, end=20),
    ]
    blocks = segment(body, paragraphs, RULES)
    assert [(b.kind, body[b.start : b.end]) for b in blocks] == [("heading", "Tiêu đề"), ("text", "Một. Hai.")]


def test_body_without_paragraphs_is_cut_at_blank_lines() -> None:
    body = "Một\n \nHai\n\n\nBa"
    assert [body[b.start : b.end] for b in segment(body)] == ["Một", "Hai", "Ba"]
    assert segment("") == []
    assert segment(" \n\n ") == []


def parts(text: str, rules: SegmentRules = RULES) -> list[tuple[str, str]]:
    body, paragraphs = paragraphs_of_text(text, rules)
    assert body == "\n\n".join(body[p.start : p.end] for p in paragraphs)
    return [(p.kind, body[p.start : p.end]) for p in paragraphs]


def test_plain_text_as_portals_give_it() -> None:
    """Every kind of line, and each at its place."""
    text = (
        "Gia Lai rút kinh nghiệm các chỉ số\r\n26-06-2024, 02:00\r\n\r\nSáng 26/6, tỉnh họp.\r\n"
        "- Giao Sở Nội vụ.\r\nz5574934043298_3b740a.jpg\r\n\r\nĐại biểu dự họp\r\n\r\nẢnh: Quang cảnh.\r\n"
        "Chỉ số | Điểm | Hạng\r\nPAPI | 40,32 | 51\r\n\r\nKẾT QUẢ NĂM 2023\r\n\r\nHết.\r\nHoàng Thảo"
    )
    assert parts(text) == [
        ("heading", "Gia Lai rút kinh nghiệm các chỉ số"),
        ("text", "26-06-2024, 02:00"),
        ("text", "Sáng 26/6, tỉnh họp."),
        ("list_item", "- Giao Sở Nội vụ."),
        ("caption", "Đại biểu dự họp"),
        ("caption", "Ảnh: Quang cảnh."),
        ("table_row", "Chỉ số | Điểm | Hạng"),
        ("table_row", "PAPI | 40,32 | 51"),
        ("heading", "KẾT QUẢ NĂM 2023"),
        ("text", "Hết."),
        ("text", "Hoàng Thảo"),
    ]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param(
            "Tỉnh xếp hạng với tổng\nđiểm là 16,35.",
            "Tỉnh xếp hạng với tổng điểm là 16,35.",
            id="goes-on-in-lower-case",
        ),
        pytest.param(
            "Kế hoạch số 196 vừa ban hành. Ở lần công bố đầu tiên này thì tỉnh\nVĩnh Phúc đứng thứ 9 toàn quốc.",
            "Kế hoạch số 196 vừa ban hành. Ở lần công bố đầu tiên này thì tỉnh Vĩnh Phúc đứng thứ 9 toàn quốc.",
            id="open-sentence-before-a-name",
        ),
        pytest.param(
            "Kế hoạch số 196 vừa ban hành hôm nay. Ở lần công bố đầu tiên này thì tỉnh\nMai Khanh",
            "Kế hoạch số 196 vừa ban hành hôm nay. Ở lần công bố đầu tiên này thì tỉnh\n\nMai Khanh",
            id="a-signature-is-its-own",
        ),
        pytest.param("Tỉnh đã họp.\nVà đã xong", "Tỉnh đã họp.\n\nVà đã xong", id="ended-sentence"),
        pytest.param(
            "Giao việc cho các sở như sau:\nsở y tế", "Giao việc cho các sở như sau:\n\nsở y tế", id="after-a-colon"
        ),
        pytest.param(
            "Giao việc cho các sở, ngành\n- sở y tế", "Giao việc cho các sở, ngành\n\n- sở y tế", id="before-a-marker"
        ),
        pytest.param("Ban biên tập\ntheo báo", "Ban biên tập\n\ntheo báo", id="short-line"),
        pytest.param(
            "Một tựa đề dài của bài báo\n\nđoạn sau", "Một tựa đề dài của bài báo\n\nđoạn sau", id="blank-line-parts"
        ),
        pytest.param(
            "Tin tức hôm nay của tỉnh\nAnh.JPG\nXong.", "Tin tức hôm nay của tỉnh\n\nXong.", id="image-name-goes"
        ),
        pytest.param("Gửi ảnh tới a.jpg nhé", "Gửi ảnh tới a.jpg nhé", id="image-name-in-a-sentence-stays"),
        pytest.param("\u2028Một\u2028Hai\x0b", "Một\n\nHai", id="other-line-ends"),
        pytest.param("", "", id="empty"),
    ],
)
def test_line_breaks(text: str, body: str) -> None:
    assert paragraphs_of_text(text, RULES)[0] == body


def test_text_wrapped_at_a_width_is_joined() -> None:
    """Lines that stop only because they were full split subjects from their values."""
    wrapped = (
        "Theo báo cáo của Bộ Nội vụ, tỉnh Gia Lai đạt 82,17 điểm và xếp vị\n"
        "trí thứ 58 trong 63 tỉnh. Kết quả được công bố tại hội nghị do Ban\n"
        "Chỉ đạo cải cách hành chính của Chính phủ tổ chức trực tuyến tới\n"
        "Ủy ban nhân dân các tỉnh, thành phố. Cùng dự có lãnh đạo Sở Nội vụ\n"
        "Gia Lai."
    )
    assert paragraphs_of_text(wrapped, RULES)[0] == wrapped.replace("\n", " ")


def test_lines_of_a_list_without_marks_stay_apart() -> None:
    """Names of like length under each other are no wrapped sentence."""
    names = "Nguyễn Văn An\nTrần Thị Bình\nLê Quang Cảnh\nPhạm Văn Dũng\nHoàng Thị E"
    assert len(paragraphs_of_text(names, RULES)[1]) == 5


def test_body_is_composed_and_otherwise_as_given() -> None:
    """Offsets of records count in the article's own spelling."""
    written = "Uỷ ban nhân dân tỉnh Hoà Bình đạt\u00a082,17 điểm."
    assert paragraphs_of_text(unicodedata.normalize("NFD", written), RULES)[0] == written


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("." * 100_000, id="marks"),
        pytest.param("ab.Cd" * 20_000, id="glued-sentences"),
        pytest.param("A." * 50_000, id="initials"),
        pytest.param("Số (1), " * 10_000, id="inline-numbers"),
        pytest.param("a: b; " * 20_000, id="colons-and-semicolons"),
        pytest.param("(" * 100_000, id="open-brackets"),
        pytest.param("a" * 100_000 + ".jpg x", id="a-name-without-end"),
    ],
)
def test_cost_is_linear_in_the_text(text: str) -> None:
    """Each of these took minutes when a search could run back over the whole text."""
    body, paragraphs = paragraphs_of_text(text, RULES)
    assert segment(body, paragraphs, RULES)


def test_dateline_in_capitals_is_no_heading() -> None:
    text = "Tựa đề\n(ĐN) - 24/02/2023, 09:12\nKẾT QUẢ NĂM 2023\nTỈNH\nXong."
    assert [kind for kind, _ in parts(text)] == ["heading", "text", "heading", "text", "text"]


def test_caption_words_are_the_callers() -> None:
    assert parts("Ảnh: Quang cảnh.\nHết.", SegmentRules()) == [("text", "Ảnh: Quang cảnh."), ("text", "Hết.")]

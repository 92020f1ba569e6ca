"""Officials: who is named, under which titles, in which role; and who is no official."""

from pathlib import Path

import pytest

from govscrape.extract import Extractor
from govscrape.extract.document import read_document
from govscrape.extract.officials import read_officials
from govscrape.models.article import Article
from govscrape.models.records import Official
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def read_in(extractor: Extractor, article: Article) -> list[Official]:
    document = read_document(article, extractor.recogniser, extractor.segmentation)
    return read_officials(document, extractor.ruleset).records


def read(extractor: Extractor, text: str) -> list[Official]:
    return read_in(extractor, article_from_text(text))


NAMES = [
    ("Chủ tịch UBND tỉnh Đàm Văn Eng phát biểu.", "Đàm Văn Eng", "Chủ tịch UBND tỉnh", "title, then name"),
    ("Ông Kpă Thuyên - Phó Bí thư Tỉnh ủy phát biểu.", "Kpă Thuyên", "Phó Bí thư Tỉnh ủy", "spaced hyphen"),
    ("Bà Ayun H'Bút-Giám đốc Sở Nội vụ phát biểu.", "Ayun H'Bút", "Giám đốc Sở Nội vụ", "unspaced hyphen, apostrophe"),
    (
        "Đồng chí Y Thanh (Phó Chủ tịch HĐND tỉnh) phát biểu.",
        "Y Thanh",
        "Phó Chủ tịch HĐND tỉnh",
        "brackets, one letter",
    ),
    ("Ông TRẦN QUỐC NAM, Bí thư Tỉnh ủy, phát biểu.", "TRẦN QUỐC NAM", "Bí thư Tỉnh ủy", "a name in capitals"),
    ("Chủ tịch UBND huyện A Ngọn phát biểu.", "A Ngọn", "Chủ tịch UBND huyện", "a short name is no place"),
    ("Chủ tịch UBND huyện Lý Sơn Đặng Tấn Thành phát biểu.", "Đặng Tấn Thành", "Chủ tịch UBND huyện Lý Sơn", "a place"),
    (
        "Bí thư Đảng ủy xã Ia Rsai Ksor Thin phát biểu.",
        "Ksor Thin",
        "Bí thư Đảng ủy xã Ia Rsai",
        "place, then short name",
    ),
    (
        "Giám đốc Ban Quản lý dự án các công trình thủy lợi Ngô Vĩnh Khương nói.",
        "Ngô Vĩnh Khương",
        "Giám đốc Ban Quản lý dự án các công trình thủy lợi",
        "a body whose name runs on",
    ),
    (
        "Hiệu trưởng Trường THPT Lê Hồng Phong Võ Thị Thanh Tâm phát biểu.",
        "Võ Thị Thanh Tâm",
        "Hiệu trưởng Trường THPT Lê Hồng Phong",
        "a school's namesake is not its head",
    ),
    (
        "Đại sứ Nhật Bản tại Việt Nam Ito Naoki phát biểu.",
        "Ito Naoki",
        "Đại sứ Nhật Bản tại Việt Nam",
        "a foreign name after a country",
    ),
]


@pytest.mark.parametrize(("text", "name", "title", "why"), NAMES, ids=[row[3] for row in NAMES])
def test_name_and_title_meet_at_the_right_place(
    extractor: Extractor, text: str, name: str, title: str, why: str
) -> None:
    """Guards against places inside names and names inside titles."""
    (found,) = read(extractor, text)
    assert (found.name, found.titles) == (name, (title,)), why
    assert found.role == "speaker"


AREAS = (
    "Long Thành,Long Mỹ,Long Hồ,Long Xuyên,Long Khánh,Long Điền,Mai Sơn,Đồ Sơn,Vũ Quang,Hồ Xá,Lý Nhân,Trần Văn Thời"
    ",Ngô Quyền,Lê Chân,Định Quán,Phan Rang,Võ Nhai,Đức Cơ,Ý Yên,Bạch Long Vĩ,Lê Hồng Phong,Võ Thị Sáu"
).split(",")
"""Areas whose names begin like a person's, or like a country's."""


@pytest.mark.parametrize("tier", ["huyện", "thị xã", "thành phố", "quận", "phường", "xã"])
@pytest.mark.parametrize("area", AREAS)
def test_an_area_behind_its_tier_is_no_person(extractor: Extractor, area: str, tier: str) -> None:
    """Guards against a district taken for its own chair, who then swallows the deputy named beside."""
    told = f"Chủ tịch UBND {tier} {area} phải báo cáo; ông Bùi Xuân Thiệu, Phó Chủ tịch UBND {tier} {area}, dự họp."
    (deputy,) = extractor.extract(article_from_text(told)).officials
    assert (deputy.name, deputy.titles) == ("Bùi Xuân Thiệu", (f"Phó Chủ tịch UBND {tier} {area}",))
    (chair,) = read(extractor, f"Chủ tịch UBND {tier} {area} Lê Văn Bình phát biểu.")
    assert (chair.name, chair.titles) == ("Lê Văn Bình", (f"Chủ tịch UBND {tier} {area}",))
    (person,) = read(extractor, f"Chủ tịch UBND {tier} Nguyễn Văn An phát biểu tại {tier} {area}.")
    assert (person.name, person.titles) == ("Nguyễn Văn An", (f"Chủ tịch UBND {tier}",))


def test_an_area_of_no_list_is_told_by_the_article(extractor: Extractor) -> None:
    """Guards against a commune with a person's name read as its own chair where the text tells it apart."""
    (apposed,) = read(extractor, "Bà Trần Thị Mai, Chủ tịch UBND xã Nguyễn Thị Sang, phát biểu.")
    assert (apposed.name, apposed.titles) == ("Trần Thị Mai", ("Chủ tịch UBND xã Nguyễn Thị Sang",))
    (office,) = read(extractor, "Mưa gây ngập tại xã Phan Văn Kế. Chủ tịch UBND xã Phan Văn Kế phát biểu.")
    assert (office.name, office.titles) == (None, ("Chủ tịch UBND xã Phan Văn Kế",))
    (person,) = read(extractor, "Mưa gây ngập tại xã Tân Hà. Chủ tịch UBND xã Phan Văn Kế phát biểu.")
    assert (person.name, person.titles) == ("Phan Văn Kế", ("Chủ tịch UBND xã",))
    both = read(extractor, "Dự họp có các ông Lê An Hà, Chủ tịch UBND xã; Phan Văn Kế, Chủ tịch UBND huyện.")
    assert [official.name for official in both] == ["Lê An Hà", "Phan Văn Kế"]


def test_a_he_behind_a_named_area_is_the_last_person(extractor: Extractor) -> None:
    """Guards against an area that orders: "ông" is who was named, never a district."""
    text = (
        "Phó Chủ tịch UBND tỉnh Phùng Chí Thành Công kết luận cuộc họp. Chủ tịch UBND huyện Long Thành phải báo cáo"
        " hằng tuần. Ông yêu cầu chủ đầu tư hoàn thành trước ngày 20/8/2022."
    )
    orders = extractor.extract(article_from_text(text)).directives
    assert orders
    assert {order.issuer_name for order in orders} == {"Phùng Chí Thành Công"}


@pytest.mark.parametrize("area", ["Long Thành", "Nhơn Trạch", "Đức Cơ"])
@pytest.mark.parametrize("frame", ["{0} Bùi Xuân Thiệu yêu cầu", "Ông Bùi Xuân Thiệu, {0}, yêu cầu", "{0} yêu cầu"])
def test_an_order_is_of_the_whole_office(extractor: Extractor, frame: str, area: str) -> None:
    """Guards against an issuer whose office has lost its district: "Phó Chủ tịch UBND huyện"."""
    office = f"Phó Chủ tịch UBND huyện {area}"
    text = f"{frame.format(office)} Trạm Y tế xã báo cáo trước ngày 15/8/2022."
    (order,) = extractor.extract(article_from_text(text)).directives
    assert order.issuer_title == office


@pytest.mark.parametrize("word", ["chị", "anh", "cô", "chú", "bác", "em"])
def test_an_official_may_be_called_as_anyone(extractor: Extractor, word: str) -> None:
    """Guards against a lost honorific, and against given names and districts that look like one."""
    (found,) = read(extractor, f"{word.capitalize()} Trần Thị Lan, Bí thư Tỉnh đoàn, phát biểu.")
    assert (found.name, found.honorific, found.titles) == ("Trần Thị Lan", word, ("Bí thư Tỉnh đoàn",))
    (named,) = read(extractor, f"Giám đốc Sở Công Thương Nguyễn Tuấn {word.capitalize()} phát biểu.")
    assert (named.name, named.honorific) == (f"Nguyễn Tuấn {word.capitalize()}", None)


ROLES = [
    ("{} chủ trì hội nghị.", "chair"),
    ("Hội nghị diễn ra dưới sự chủ trì của {}.", "chair"),
    ("Đoàn công tác do {} làm trưởng đoàn kiểm tra tiến độ.", "chair"),
    ("{} trình bày báo cáo tóm tắt.", "reporter"),
    ("Theo {}, tiến độ còn chậm.", "speaker"),
    ("“Phải làm nhanh hơn” - {} nói.", "speaker"),
    ("{}: “Phải làm nhanh hơn”.", "speaker"),
    ("{} dự lễ, sau đó yêu cầu Sở Xây dựng rà soát.", "speaker"),
    ("Quyết định do {} ký.", "signer"),
    ("Cùng dự có {}.", "attendee"),
    ("Về phía tỉnh có {}.", "attendee"),
    ("{} và lãnh đạo Sở Y tế trao quà.", "attendee"),
    ("Hồ sơ được gửi tới {}.", "mentioned"),
    ("UBND tỉnh giao {} hoàn thành trước ngày 3/5, báo cáo kết quả.", "mentioned"),
]


@pytest.mark.parametrize(("frame", "role"), ROLES, ids=[row[0] for row in ROLES])
def test_the_role_is_the_most_active_one(extractor: Extractor, frame: str, role: str) -> None:
    """Guards against verbs of others, and against attendance that outranks an order."""
    (found,) = read(extractor, frame.format("đồng chí Hà Thị Nga, Phó Chủ tịch UBND tỉnh"))
    assert found.role == role


NOBODY = [
    ("Mai Khanh", "a byline"),
    ("Khánh Ly - Trung tâm Văn hóa", "a byline shaped like name and body"),
    ("Tin: Siu H'Yoan; ảnh: R'Com Tiên", "a reporter and a photographer"),
    ("Mẹ Việt Nam anh hùng Trần Thị Tám xúc động nhận quà.", "a heroic mother"),
    ("Ông Lê Văn Bé, Giám đốc Công ty TNHH Bé Hai, đề nghị giảm thuế.", "the head of a company"),
    ("Các Phó Chủ tịch UBND tỉnh và Chủ tịch UBND các huyện dự họp.", "groups"),
    ("Đại diện lãnh đạo Sở Y tế cho biết tình hình.", "a representative"),
    ("UBND tỉnh đề xuất Thủ tướng Chính phủ xem xét.", "an office that is asked"),
    ("Hội nghị kiện toàn chức danh Phó Chủ tịch UBND tỉnh.", "a vacant post"),
    ("Chị Phan Hoàng Bảo Ngân, trưởng phòng xuất nhập khẩu của một công ty may, vui.", "an office of some firm"),
    ("Chị Bùi Thị Sen, 30 tuổi, trưởng phòng của một công ty may, cho biết đã quen.", "some firm, behind her age"),
    ("Bác Võ Văn Tư, kế toán trưởng tại một hợp tác xã, phát biểu.", "an office at some cooperative"),
    ("Anh Trần Văn Khoa, giám đốc của một doanh nghiệp gỗ, phát biểu.", "the head of some firm"),
    ("Qua 6 đời chủ tịch, dự án vẫn dang dở.", "a common noun"),
    ("Thừa lệnh Chủ tịch, văn bản được gửi các sở.", "a formula of signing"),
    ("“Chủ tịch UBND xã phải báo cáo hằng tuần” là yêu cầu đặt ra.", "a role in a quotation"),
]


@pytest.mark.parametrize(("text", "why"), NOBODY, ids=[row[1] for row in NOBODY])
def test_who_is_no_official(extractor: Extractor, text: str, why: str) -> None:
    """Guards against records of bylines, citizens, groups and offices that do nothing."""
    assert read(extractor, text) == [], why


def test_an_unnamed_office_that_acts_is_a_record(extractor: Extractor) -> None:
    """Guards against losing a reporter whom the article does not name."""
    (found,) = read(extractor, "Giám đốc Sở Nội vụ báo cáo kết quả thực hiện.")
    assert (found.name, found.titles, found.role) == (None, ("Giám đốc Sở Nội vụ",), "reporter")


def test_later_short_forms_are_the_same_person(extractor: Extractor) -> None:
    """Guards against one record per way of naming."""
    text = (
        "Đồng chí Cầm Ngọc Minh, Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh dự lễ. Ông Minh tặng quà. "
        "Chủ tịch UBND tỉnh yêu cầu Sở Y tế rà soát. Đồng chí Phó Bí thư Tỉnh ủy chúc mừng bà con."
    )
    (found,) = read(extractor, text)
    assert found.titles == ("Phó Bí thư Tỉnh ủy", "Chủ tịch UBND tỉnh")
    assert [mention.text for mention in found.mentions][1:] == [
        "Ông Minh",
        "Chủ tịch UBND tỉnh",
        "Đồng chí Phó Bí thư Tỉnh ủy",
    ]
    assert found.role == "speaker"


def test_a_deputy_is_not_the_head(extractor: Extractor) -> None:
    """Guards against an office resolved to its deputy."""
    text = "Phó Chủ tịch UBND tỉnh Lò Minh Hùng dự. Chủ tịch UBND tỉnh yêu cầu các sở rà soát."
    assert [found.name for found in read(extractor, text)] == ["Lò Minh Hùng", None]


ACTING = [
    ("Quyền Giám đốc Sở Y tế Lê Văn Tám phát biểu.", "quyền"),
    ("Nguyên Bí thư Tỉnh ủy Lê Văn Tám phát biểu.", "nguyên"),
    ("Phó Giám đốc phụ trách Sở Y tế Lê Văn Tám phát biểu.", "phụ trách"),
    ("Giám đốc Sở Tài nguyên và Môi trường Lê Văn Tám phát biểu.", None),
]


@pytest.mark.parametrize(("text", "acting"), ACTING, ids=[str(row[1]) for row in ACTING])
def test_how_the_office_is_held(extractor: Extractor, text: str, acting: str | None) -> None:
    """Guards against 'nguyên' inside 'tài nguyên' and against a lost 'quyền'."""
    (found,) = read(extractor, text)
    assert found.acting == acting


def test_a_list_s_heading_holds_for_each_name(extractor: Extractor) -> None:
    """Guards against a shared title that only the first of a list gets."""
    text = "Chủ trì có các đồng chí Phó Chủ tịch UBND tỉnh: Lê Thị Hà; Đại tá Vi Văn Sơn; Y Biêr Niê."
    found = read(extractor, text)
    assert [person.name for person in found] == ["Lê Thị Hà", "Vi Văn Sơn", "Y Biêr Niê"]
    assert all("Phó Chủ tịch UBND tỉnh" in person.titles for person in found)
    assert {person.role for person in found} == {"cochair"}
    assert {person.honorific for person in found} == {"đồng chí"}


def test_bullets_go_on_with_the_list(extractor: Extractor) -> None:
    """Guards against a heading that is forgotten at the end of its line."""
    text = "Dự hội nghị có các đồng chí:\n\n- Lê Thị Hà, Bí thư Tỉnh ủy;\n\n- Vi Văn Sơn, Chủ tịch UBND tỉnh."
    assert [(person.name, person.role) for person in read(extractor, text)] == [
        ("Lê Thị Hà", "attendee"),
        ("Vi Văn Sơn", "attendee"),
    ]


def test_a_signature_is_read_from_its_lines(extractor: Extractor) -> None:
    """Guards against a signer lost because title and name stand on lines of their own."""
    text = "Các sở thực hiện nghiêm kế hoạch này.\n\nKT. CHỦ TỊCH\n\nPHÓ CHỦ TỊCH\n\n(Đã ký)\n\nĐinh Công Sứ"
    (found,) = read(extractor, text)
    assert (found.name, found.role, found.titles) == ("Đinh Công Sứ", "signer", ("PHÓ CHỦ TỊCH",))


def test_mentions_are_the_body_s_own_text(extractor: Extractor) -> None:
    """Guards against offsets that drift from the body."""
    article = article_from_text("Sáng\u00a03/5, Bí thư Tỉnh uỷ Đặng Xuân Phong dự. Ông Phong\u200b phát biểu.")
    (found,) = read_in(extractor, article)
    for mention in found.mentions:
        assert article.body[mention.start : mention.end] == mention.text


def test_the_first_sample_article_is_read_without_a_fault(extractor: Extractor, shared: Path) -> None:
    """Guards the article that the project began with."""
    text = (shared / "seeds" / "gialai-2024-06-26.txt").read_text(encoding="utf-8")
    chair, reporter = read(extractor, text)
    assert (chair.role, chair.acting, len(chair.titles)) == ("chair", "phụ trách", 2)
    assert (reporter.name, reporter.role) == (None, "reporter")


def test_the_headline_names_the_holder_of_an_office(extractor: Extractor) -> None:
    """The headline is no part of the body: a name there must not be lost, nor make a record without evidence."""
    title = "Phó Chủ tịch UBND tỉnh Lê Văn Tám: Không chủ quan với đê, ông Hà Văn Chín nói"
    body = "Sáng nay, Phó Chủ tịch UBND tỉnh yêu cầu Sở Xây dựng rà soát tuyến đê."
    found = extractor.extract(article_from_text(body, title=title))
    assert [(official.name, official.evidence.text) for official in found.officials] == [
        ("Lê Văn Tám", "Phó Chủ tịch UBND tỉnh")
    ]
    assert [directive.issuer_name for directive in found.directives] == ["Lê Văn Tám"]


def test_an_office_that_only_the_headline_tells_is_its_holders(extractor: Extractor) -> None:
    """Guards against a chair lost because the body names him without his office."""
    body = "Sáng 4/5, đồng chí Vi Ngọc Bích chủ trì cuộc họp về chống hạn. Ông Bính ở thôn 3 cho biết ruộng nứt nẻ."
    found = extractor.extract(article_from_text(body, title="Phó Chủ tịch UBND tỉnh Vi Ngọc Bích họp về chống hạn"))
    assert [(one.name, one.titles, one.role) for one in found.officials] == [
        ("Vi Ngọc Bích", ("Phó Chủ tịch UBND tỉnh",), "chair")
    ]
    assert found.officials[0].evidence.text in body
    without = extractor.extract(article_from_text(body, title="Họp về chống hạn"))
    assert without.officials == ()

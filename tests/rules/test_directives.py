"""Orders: each text says which directives it gives, and why it could be read wrongly."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from govscrape.extract import Extractor
from govscrape.models.records import Directive
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

PUBLISHED = datetime(2024, 5, 10, 8, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def directives(extractor: Extractor, text: str) -> list[Directive]:
    return list(extractor.extract(article_from_text(text, published_at=PUBLISHED)).directives)


def told(extractor: Extractor, text: str) -> list[tuple[list[str], str]]:
    return [(list(record.addressees), record.action) for record in directives(extractor, text)]


TASKS = [
    (
        "Chủ tịch UBND tỉnh đề nghị Giám đốc các sở, ban, ngành và Chủ tịch UBND các huyện, thị xã, thành phố"
        " rà soát hồ sơ.",
        [(["Giám đốc các sở, ban, ngành", "Chủ tịch UBND các huyện, thị xã, thành phố"], "rà soát hồ sơ")],
        "kinds in a row are one unit, two heads are two",
    ),
    (
        "Chủ tịch UBND tỉnh yêu cầu Giám đốc các sở; Thủ trưởng các ban, ngành; Chủ tịch UBND các huyện"
        " kiểm tra công vụ.",
        [(["Giám đốc các sở", "Thủ trưởng các ban, ngành", "Chủ tịch UBND các huyện"], "kiểm tra công vụ")],
        "semicolons between units, not tasks",
    ),
    (
        "Bí thư Tỉnh ủy giao Ban Tổ chức Tỉnh ủy rà soát, đánh giá cán bộ và báo cáo Thường trực Tỉnh ủy.",
        [(["Ban Tổ chức Tỉnh ủy"], "rà soát, đánh giá cán bộ và báo cáo Thường trực Tỉnh ủy")],
        "commas and 'và' inside one task; who is reported to stays",
    ),
    (
        "UBND tỉnh yêu cầu các sở không để tồn đọng hồ sơ; Thanh tra tỉnh kiên quyết không gây phiền hà.",
        [(["các sở"], "không để tồn đọng hồ sơ"), (["Thanh tra tỉnh"], "kiên quyết không gây phiền hà")],
        "a negative task keeps its negation",
    ),
    (
        "Chủ tịch UBND tỉnh lưu ý các huyện: phải chủ động nguồn vốn; sớm giải phóng mặt bằng.",
        [(["các huyện"], "chủ động nguồn vốn"), (["các huyện"], "sớm giải phóng mặt bằng")],
        "a colon, then tasks; the modal is outside",
    ),
    (
        "Bí thư Tỉnh ủy yêu cầu Sở Y tế kiểm tra các bệnh viện, còn Sở Xây dựng cần rà soát quy hoạch.",
        [(["Sở Y tế"], "kiểm tra các bệnh viện"), (["Sở Xây dựng"], "rà soát quy hoạch")],
        "'còn' turns to another unit at a comma",
    ),
    (
        "Chủ tịch UBND tỉnh yêu cầu Công ty Thuỷ nông sông Chu vận hành hồ đập an toàn.",
        [(["Công ty Thuỷ nông sông Chu"], "vận hành hồ đập an toàn")],
        "an unknown name runs on to its task",
    ),
    (
        "Chủ tịch UBND tỉnh yêu cầu sở, ngành nào chưa có tổ công nghệ số phải thành lập ngay.",
        [(["sở, ngành nào chưa có tổ công nghệ số"], "thành lập ngay")],
        "the relative clause belongs to the unit",
    ),
    (
        "Chủ tịch UBND tỉnh giao Sở Nội vụ tổng hợp kết quả. Kiểm tra việc chấp hành kỷ luật."
        " Hội nghị còn bàn việc khác.",
        [(["Sở Nội vụ"], "tổng hợp kết quả"), (["Sở Nội vụ"], "Kiểm tra việc chấp hành kỷ luật")],
        "a sentence that is only a task goes on; one that tells does not",
    ),
    (
        "Đối với Công an tỉnh, Bí thư Tỉnh ủy yêu cầu tăng cường tuần tra; đối với các huyện, giao rà soát quỹ đất.",
        [(["Công an tỉnh"], "tăng cường tuần tra"), (["các huyện"], "rà soát quỹ đất")],
        "units put first",
    ),
    (
        'Bí thư Tỉnh ủy Trần Văn Nam: "Từng cấp ủy phải nhận việc cụ thể".',
        [(["Từng cấp ủy"], "nhận việc cụ thể")],
        "the speaker stands before the quotation",
    ),
    (
        "Ủy ban nhân dân tỉnh yêu cầu Ủy ban nhân dân các xã, phường sơ tán dân.",
        [(["Ủy ban nhân dân các xã, phường"], "sơ tán dân")],
        "'nhân dân' in an organ's name is no petitioner",
    ),
    (
        "Bí thư Tỉnh ủy giao Ban Tuyên giáo Tỉnh ủy xây dựng chuyên mục.",
        [(["Ban Tuyên giáo Tỉnh ủy"], "xây dựng chuyên mục")],
        "a verb in lower case is no part of the name",
    ),
    (
        "Các sở phải coi chuyển đổi số là nhiệm vụ hàng đầu. Đó là yêu cầu của Chủ tịch UBND tỉnh Đinh Văn Lâm.",
        [(["Các sở"], "coi chuyển đổi số là nhiệm vụ hàng đầu")],
        "the next sentence says whose words these are",
    ),
]


@pytest.mark.parametrize(("text", "expected", "why"), TASKS, ids=[row[2] for row in TASKS])
def test_each_task_goes_to_its_units(
    extractor: Extractor, text: str, expected: list[tuple[list[str], str]], why: str
) -> None:
    """Guards against tasks split or merged at the wrong sign and units cut or swallowed."""
    assert told(extractor, text) == expected, why


TASKS_OF_A_LIST = """Chủ tịch UBND tỉnh yêu cầu Giám đốc các sở, Chủ tịch UBND các huyện thực hiện các nội dung sau:

1. Theo dõi chặt chẽ diễn biến của bão.

2. Sở Công Thương:

- Dự trữ hàng hóa; bình ổn giá.

- Kiểm tra các chợ trước ngày 6/9/2024.

3. Giao Văn phòng UBND tỉnh đôn đốc.

4. Tổ chức trực ban nghiêm túc."""


def test_a_list_goes_on_from_its_header(extractor: Extractor) -> None:
    """Guards against units of one item running on into the next, and against a sub-heading read as a task."""
    heads = ["Giám đốc các sở", "Chủ tịch UBND các huyện"]
    assert told(extractor, TASKS_OF_A_LIST) == [
        (heads, "Theo dõi chặt chẽ diễn biến của bão"),
        (["Sở Công Thương"], "Dự trữ hàng hóa"),
        (["Sở Công Thương"], "bình ổn giá"),
        (["Sở Công Thương"], "Kiểm tra các chợ"),
        (["Văn phòng UBND tỉnh"], "đôn đốc"),
        (heads, "Tổ chức trực ban nghiêm túc"),
    ]


NOTHING = [
    ("Người dân mong muốn Nhà nước hỗ trợ; cử tri đề nghị ngành điện nâng cấp lưới.", "petitions"),
    ("Đại sứ đề nghị tỉnh tạo điều kiện cho doanh nghiệp nước mình.", "a guest's wish"),
    ("Sở Tài chính đề nghị UBND tỉnh phê duyệt phương án phân bổ vốn.", "a proposal upward"),
    ("Mục tiêu đến năm 2025, các huyện đạt 90% hồ sơ trực tuyến; các sở hoàn thành số hóa.", "goals"),
    ("Các đơn vị đã thực hiện nghiêm chỉ đạo của UBND tỉnh, đáp ứng yêu cầu đề ra.", "nouns"),
    ("Năm qua, Sở Y tế đã giao các trung tâm sửa chữa nhà trạm.", "a report of last year"),
    ("Hội nghị bàn việc giao thông, giao ban trực tuyến, giao dịch đất đai và bàn giao nhà.", "look-alikes"),
    ("Bí thư Tỉnh ủy phê bình các sở chậm giải ngân.", "criticism"),
    ("Ông Trần Văn Hùng, Phó Chủ tịch UBND tỉnh được phân công phụ trách khối văn xã.", "division of work"),
    ("Chủ tịch UBND tỉnh yêu cầu các sở, ngành…", "cut off before any task"),
]


@pytest.mark.parametrize(("text", "why"), NOTHING, ids=[row[1] for row in NOTHING])
def test_what_orders_nothing_gives_nothing(extractor: Extractor, text: str, why: str) -> None:
    """Guards against every such verb becoming an order."""
    assert directives(extractor, text) == [], why


def test_the_issuer_is_the_person_named_before(extractor: Extractor) -> None:
    """Guards against an office without its holder where the text has named them, also through 'ông' and no subject."""
    text = (
        "Ông Hồ Minh Khuông, Phó Chủ tịch UBND tỉnh chủ trì cuộc họp. Phó Chủ tịch UBND tỉnh yêu cầu Sở Y tế mua thuốc."
        " Ông cũng giao Sở Xây dựng rà soát quy hoạch. Đề nghị Công an tỉnh tăng cường tuần tra."
    )
    assert [record.issuer_name for record in directives(extractor, text)] == ["Hồ Minh Khuông"] * 3


def test_a_document_stands_for_the_body_that_issued_it(extractor: Extractor) -> None:
    """Guards against a plan as issuer when the body is named."""
    text = "UBND tỉnh vừa ban hành Kế hoạch số 196/KH-UBND. Kế hoạch giao Sở Tài chính bố trí kinh phí."
    (record,) = directives(extractor, text)
    assert (record.issuer_name, record.issuer_title, record.verb) == (None, "UBND tỉnh", "giao")


def test_a_deadline_alone_belongs_to_the_task_before(extractor: Extractor) -> None:
    """Guards against "Hoàn thành trước 30/6." as a task of its own, or lost."""
    text = "Chủ tịch UBND tỉnh giao Sở Công Thương lập quy hoạch cụm công nghiệp. Hoàn thành trước 30/6."
    (record,) = directives(extractor, text)
    assert record.action == "lập quy hoạch cụm công nghiệp"
    assert (record.deadline_text, str(record.deadline)) == ("trước 30/6", "2024-06-30")


def test_evidence_is_the_task_where_it_stands(extractor: Extractor) -> None:
    """Guards against offsets that drift: the body's own characters, decomposed letters and all."""
    article = article_from_text("Chủ tịch UBND tỉnh giao Sở Y tế mua thuốc, hoá chất; Sở Tài chính cấp kinh phí.")
    for record in extractor.extract(article).directives:
        assert article.body[record.evidence.start : record.evidence.end] == record.evidence.text == record.action


def test_documents_cited_in_a_task_are_told(extractor: Extractor) -> None:
    """Guards against legal bases lost or given to the wrong task."""
    text = "UBND tỉnh yêu cầu các sở thực hiện Nghị định số 61/2018/NĐ-CP; Sở Nội vụ kiểm tra công vụ."
    first, second = directives(extractor, text)
    assert (first.legal_refs, second.legal_refs) == (("61/2018/NĐ-CP",), ())


def test_the_seed_article_gives_its_orders(extractor: Extractor, shared: Path) -> None:
    """Guards the article the project began with: every order of its gold file, told to the right units."""
    case = json.loads((shared / "cases" / "seed-gialai-2024-06-26.json").read_text(encoding="utf-8"))
    text = (shared / "cases" / case["text_file"]).read_text(encoding="utf-8")
    article = article_from_text(text, title=case["title"], province=case["province"])
    found = {record.action: record for record in extractor.extract(article).directives}
    gold = case["gold_directives"]
    right = [g for g in gold if g["action"] in found and found[g["action"]].issuer_name == g["issuer_name"]]
    assert len(right) >= 0.95 * len(gold)
    assert len(found) <= len(gold) / 0.95

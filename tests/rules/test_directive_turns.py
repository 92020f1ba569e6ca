"""Whose order it is when the words move: tasks in a row, topics in front, petitions, speakers behind their words."""

from datetime import datetime, timedelta, timezone

import pytest

from govscrape.extract import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

PUBLISHED = datetime(2024, 5, 10, 8, tzinfo=timezone(timedelta(hours=7)))
CHAIR = "Chủ tịch UBND tỉnh Lê Văn Dũng chủ trì cuộc họp. "


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def told(extractor: Extractor, text: str) -> list[tuple[list[str], str]]:
    found = extractor.extract(article_from_text(text, published_at=PUBLISHED)).directives
    return [(list(record.addressees), record.action) for record in found]


GIVEN = [
    (
        CHAIR + "Ông chỉ đạo Công an tỉnh phân luồng xe tải, Sở Y tế lập trạm cấp cứu, các huyện bố trí xe đưa đón.",
        [("Công an tỉnh", "phân luồng xe tải"), ("Sở Y tế", "lập trạm cấp cứu"), ("các huyện", "bố trí xe đưa đón")],
        "three units, three tasks, only commas between them",
    ),
    (
        CHAIR + "Ông yêu cầu Sở Xây dựng phối hợp với Sở Tài chính, Sở Tư pháp rà soát giá đất.",
        [("Sở Xây dựng", "rà soát giá đất")],
        "a row of those who take part is no row of tasks",
    ),
    (
        CHAIR + "Ông giao Sở Nội vụ theo dõi. Đối với các dự án chậm, Sở Tài chính cần đề xuất cắt vốn.",
        [("Sở Nội vụ", "theo dõi"), ("Sở Tài chính", "đề xuất cắt vốn")],
        "the topic in front is not told, the unit behind it is",
    ),
    (
        CHAIR + "Sở Giao thông vận tải phải sửa xong cầu Nậm Pé.",
        [("Sở Giao thông vận tải", "sửa xong cầu Nậm Pé")],
        "a duty alone, after who chairs",
    ),
    (
        CHAIR + "Theo yêu cầu của ông, Sở Công Thương bố trí ba điểm bán hàng.",
        [("Sở Công Thương", "bố trí ba điểm bán hàng")],
        "the order is a noun in front",
    ),
    (
        "“Đội quản lý trật tự đô thị phải tháo dỡ bến cóc, ai bao che tôi xử lý” - ông Lê Văn Dũng,"
        " Chủ tịch UBND tỉnh, phát biểu.",
        [("Đội quản lý trật tự đô thị", "tháo dỡ bến cóc")],
        "the speaker stands behind, and goes on about himself",
    ),
    (
        CHAIR + "Chủ tịch UBND tỉnh giao ba nhiệm vụ cho ngành y tế:\n\n- Bổ sung thuốc;\n\n- Mở rộng trạm y tế.",
        [("ngành y tế", "Bổ sung thuốc"), ("ngành y tế", "Mở rộng trạm y tế")],
        "the units stand at the end of a list's header",
    ),
    (
        CHAIR + "Ông giao Sở Nội vụ lập danh sách. Thời hạn: trước ngày 20/6/2024.\n\nCác huyện kiểm điểm, báo cáo.",
        [("Sở Nội vụ", "lập danh sách"), ("Các huyện", "kiểm điểm, báo cáo")],
        "a sentence that only sets a deadline does not end the order",
    ),
]


@pytest.mark.parametrize(("text", "expected", "why"), GIVEN, ids=[row[2] for row in GIVEN])
def test_orders_in_other_words(extractor: Extractor, text: str, expected: list[tuple[str, str]], why: str) -> None:
    assert told(extractor, text) == [([unit], action) for unit, action in expected], why


NONE = [
    ("Ông Nguyễn Văn Mười, chủ tàu cá, đề nghị tỉnh nạo vét luồng lạch.", "somebody without office"),
    ("Nhiều người bệnh yêu cầu bố trí ghế ngồi, đề nghị mở cửa sớm.", "patients, and what they go on to ask"),
    ("Nội dung: Cử tri đề nghị tỉnh thu mua muối, yêu cầu công ty muối đền bù.", "voters behind a colon"),
    ("“Đề nghị thành phố tổ chức đăng ký tạm trú tập trung” - chị Thảo đề xuất.", "a worker behind her words"),
    (CHAIR + "Ông nhắc nhở Sở Giao thông vận tải chậm cập nhật số liệu.", "blame"),
    (CHAIR + "Giám đốc Sở Du lịch tiếp thu các góp ý.", "the answer to an order"),
    (CHAIR + "Chỉ thị có hiệu lực từ ngày ký, thay thế Chỉ thị 04/CT-UBND.", "what a document says of itself"),
    ("Năm ngoái, UBND tỉnh đã yêu cầu các huyện thay thế phần mềm cũ.", "an order of last year"),
    ("Thừa ủy quyền Ban Thường vụ, đồng chí Lê Văn Dũng, Phó Bí thư Tỉnh ủy trao quyết định.", "a look-alike"),
    ("Gia đình đã đến trường Thanh Xuân yêu cầu làm rõ vụ việc.", "a place that somebody went to"),
    (CHAIR + "Phó Cục trưởng Cục Hải quan tỉnh Bế Văn Đạo đề nghị giữ nguyên mức thu.", "an opinion, told nobody"),
]


@pytest.mark.parametrize(("text", "why"), NONE, ids=[row[1] for row in NONE])
def test_no_orders(extractor: Extractor, text: str, why: str) -> None:
    assert told(extractor, text) == [], why

"""Three hundred invented names of every people of the country, in each place where an article names an official.

The names are made from a grammar, so that none is one the rules were written for.
"""

import random
from pathlib import Path

import pytest

from govscrape.extract.extractor import Extractor
from govscrape.models.records import Extraction
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words
from govscrape.text.fold import fold

LEAST = 0.98
EACH = 25
PLAIN = Path(__file__).parents[1] / "fixtures" / "plain" / "paragraphs.txt"
WORDS = load_page_words()
TELLING = ("Bí thư", "yêu cầu")
"""Lines of the plain paragraphs with an acting office or a document that orders."""

GIVEN = (
    "An Bình Châu Dũng Giang Hải Hiếu Huy Khánh Khoa Lâm Linh"
    " Long Minh Nam Ngân Phúc Quân Sơn Tâm Thảo Tiến Trung Tú Vinh"
).split()
MIDDLE = "Văn Thị Đức Hữu Minh Ngọc Quốc Thanh Xuân Đình Bá Công Mạnh Anh Thu Kim Hồng Tuấn".split()
KINH = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ"
    " Hồ Ngô Dương Lý Đoàn Trương Lưu Mai Tạ Tống Nghiêm Phùng Đậu"
).split()
NORTH = (
    "Nông Hoàng Bế Lục Ma Chu Lương Vi Hứa Mông Đàm Triệu Lò Cầm Quàng"
    " Tòng Lường Vì Bạc Điêu Cà Quách Đinh Hà Bạch Xa Bàn Phàn Chảo Tẩn"
).split()
HMONG = "Giàng Vàng Sùng Thào Mùa Hạng Cứ Lầu Lừu Vừ Má Hầu Tráng Ly Sình".split()
HMONG_MIDDLE = "A Seo Mí Thị Bá Chứ Nhè Sính".split()
HMONG_GIVEN = "Lử Páo Dình Tủa Chông Phớ Vần Sùng Chống Máy Dế Súa Sử Tính".split()
EDE_GIVEN = "Biêr Thanh Giang Blim Krăk Thuyên Ring Dhăm Wem Khút Bliu Hiếu".split()
EDE_CLAN = ["Niê", "Mlô", "Êban", "Kbuôr", "Byă", "Kđoh", "Ayŭn", "Hmok", "Niê Kđăm", "Bkrông", "Knul", "Adrơng"]
EDE_WOMEN = "Yim Zung Lim Nhan Duyên Juel Wơn Mơ Ngọc Thủy Hoa Yar".split()
JRAI_CLAN = ["Rơ Châm", "Rah Lan", "Siu", "Ksor", "Nay", "Kpă", "Rmah", "Rơ Mah", "Kpuih", "Puih", "Rơ Lan", "Ayun"]
JRAI_GIVEN = "Dương Khởi Luyến Thuấn Blơ Hnoan Thới Bơr Điệp Kiên Phước Doanh".split()
BANA_GIVEN = "Byót Thui Tách Kiểu Hùng Thưởng Vê Huyên Đưn Pớt Chương Nhiên".split()
KOHO_GIVEN = "Brôs Mák Brếu Sáu Vương Tiếu Plin Húy Thế Jang".split()
KOHO_CLAN = ["Bon Tô", "Liêng Jrang", "Kra Jan", "Cil", "Kon Sơ", "Lơ Mu", "Rơ Ông", "Đa Cát", "Liêng Hot", "Pang Ting"]
CHAM = "Đàng Thập Bá Lộ Quảng Châu Lưu Sử Đổng Hán Nại Đạt Kiều".split()
CHAM_MIDDLE = "Năng Thị Văn Liên Thanh Trung Ngọc Xuân".split()
KHMER = "Thạch Sơn Danh Kim Lâm Châu Chau Trầm Kiên Lý Tăng Néang Đào".split()
KHMER_GIVEN = [
    "Sô Phiếp",
    "Sà Rết",
    "Sóc Sa",
    "Sa Rinh",
    "Thị Sô Phi",
    "Sóc Phia",
    "Ri Thi",
    "Phước Hiền",
    "Thị Sa Ly",
    "Chanh Đa",
]
KATU_CLAN = "Alăng Bríu Zơrâm Pơloong Bhling Arất Ating Coor Riah Hốih".split()
APOSTROPHES = "'’"
TITLES = [
    "Phó Chủ tịch UBND tỉnh",
    "Giám đốc Sở Nội vụ",
    "Trưởng Ban Dân vận Tỉnh ủy",
    "Phó Trưởng Đoàn ĐBQH tỉnh",
    "Chánh Thanh tra tỉnh",
    "Bí thư Huyện ủy Mường Nhé",
    "Chủ tịch UBND xã Tân Lập",
    "Phó Giám đốc phụ trách Sở Nông nghiệp và Môi trường",
    "Chủ tịch Hội Nông dân tỉnh",
    "nguyên Phó Chủ tịch HĐND tỉnh",
]


class Names:
    """Draws names of one people after another."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def all(self) -> list[str]:
        makers = [
            self.kinh, self.kinh, self.north, self.hmong, self.ede, self.ede_woman,
            self.jrai, self.jrai_woman, self.bana, self.koho, self.cham, self.khmer,
        ]  # fmt: skip
        return [maker() for maker in makers for _ in range(EACH)]

    def pick(self, words: list[str] | str) -> str:
        return self.random.choice(words)

    def kinh(self) -> str:
        given = self.random.sample(GIVEN, 2)
        size = self.random.choice((2, 3, 3, 4, 4))
        middle = [self.pick(MIDDLE)] if size > 2 else []
        return " ".join([self.pick(KINH), *middle, *given[: 2 if size == 4 else 1]])

    def north(self) -> str:
        return " ".join([self.pick(NORTH), self.pick(MIDDLE), self.pick(GIVEN)])

    def hmong(self) -> str:
        return " ".join([self.pick(HMONG), self.pick(HMONG_MIDDLE), self.pick(HMONG_GIVEN)])

    def ede(self) -> str:
        return f"Y {self.pick(EDE_GIVEN)} {self.pick(EDE_CLAN)}"

    def ede_woman(self) -> str:
        return f"H{self.pick(APOSTROPHES)}{self.pick(EDE_WOMEN)} {self.pick(EDE_CLAN)}"

    def jrai(self) -> str:
        return f"{self.pick(JRAI_CLAN)} {self.pick(JRAI_GIVEN)}"

    def jrai_woman(self) -> str:
        return f"{self.pick(JRAI_CLAN)} H{self.pick(APOSTROPHES)}{self.pick(EDE_WOMEN)}"

    def bana(self) -> str:
        if self.random.random() < 0.3:
            return f"{self.pick(KATU_CLAN)} {self.pick(BANA_GIVEN)}"
        return f"{self.random.choice('AY')} {self.pick(BANA_GIVEN)}"

    def koho(self) -> str:
        if self.random.random() < 0.5:
            return f"{self.pick(KOHO_CLAN)} Ha {self.pick(KOHO_GIVEN)}"
        second = f" {self.pick(GIVEN)}" if self.random.random() < 0.6 else ""
        return f"K{self.pick(APOSTROPHES)}{self.pick(KOHO_GIVEN)}{second}"

    def cham(self) -> str:
        return " ".join([self.pick(CHAM), self.pick(CHAM_MIDDLE), self.pick(GIVEN)])

    def khmer(self) -> str:
        return f"{self.pick(KHMER)} {self.pick(KHMER_GIVEN)}"


NAMES = list(dict.fromkeys(Names(20260701).all()))
FRAMES = {
    "title_name": "Sáng 12/5, {title} {name} phát biểu tại hội nghị.",
    "title_comma_name": "{title}, ông {name} cho biết đã có kế hoạch.",
    "name_title": "Đồng chí {name}, {title} chủ trì buổi làm việc.",
    "name_dash_title": "Theo ông {name} - {title}, công việc đã xong.",
    "name_bracket_title": "Bà {name} ({title}) trả lời các ý kiến.",
    "list": (
        "Dự hội nghị có các đồng chí: Lê Văn Tám, Bí thư Tỉnh ủy; {name}, {title};"
        " Phạm Thị Hoa, Chủ tịch HĐND tỉnh; cùng lãnh đạo các sở."
    ),
    "list_hyphen": "Tham gia đoàn có các đồng chí: {name}-{title}; Lê Văn Tám-Bí thư Tỉnh ủy.",
    "capitals": "Ông {capitals}, {title}, khẳng định tỉnh sẽ hỗ trợ.",
    "caption": "Ảnh: {title} {name} tặng quà hộ nghèo.",
}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def read(extractor: Extractor, text: str) -> Extraction:
    return extractor.extract(article_from_text(text, province="Gia Lai", words=WORDS))


def key(name: str | None) -> str:
    return fold(name or "").replace("’", "'")


def test_there_are_names_enough() -> None:
    """Drawing the same name twice must not make the test small."""
    assert len(NAMES) >= 250


@pytest.mark.parametrize("frame", FRAMES)
def test_names_are_found_whole(extractor: Extractor, frame: str) -> None:
    """A cut name is a miss: "Tô Ha Sơn" for "Bon Tô Ha Sơn", a surname taken for a body, a letter lost."""
    missed = []
    for number, name in enumerate(NAMES):
        title = TITLES[number % len(TITLES)]
        text = FRAMES[frame].format(title=title, name=name, capitals=name.upper())
        text = text[0].upper() + text[1:]
        found = [official.name for official in read(extractor, text).officials]
        if key(name) not in map(key, found):
            missed.append(f"{name} / {title}: {found}")
    assert 1 - len(missed) / len(NAMES) >= LEAST, f"{len(missed)} of {len(NAMES)}:\n" + "\n".join(missed[:40])


@pytest.mark.parametrize(
    "byline",
    [
        "{name}",
        "{name} - {other}",
        "{name} – {other}",
        "Tin, ảnh: {name}",
        "{name} (tổng hợp)",
        "Bài, ảnh: {capitals}",
        "{capitals}",
        "Ảnh: {name}",
        "{name} ghi",
        "Theo {name}",
        "Nguồn: {name}",
    ],
)
def test_bylines_name_no_official(extractor: Extractor, byline: str) -> None:
    """Writers and photographers are no office-holders, of whatever people."""
    wrong: list[str] = []
    for name, other in zip(NAMES, reversed(NAMES), strict=True):
        line = byline.format(name=name, other=other, capitals=name.upper())
        found = read(extractor, f"Mưa lớn kéo dài nhiều ngày ở vùng cao.\n\n{line}").officials
        wrong.extend(f"{line}: {official.name}" for official in found)
    assert not wrong, "\n".join(wrong[:20])


def test_plain_paragraphs_name_nobody_and_order_nothing(extractor: Extractor) -> None:
    """News of harvests, budgets and matches has neither officials nor orders, where no line tells of one."""
    wrong: list[str] = []
    lines = PLAIN.read_text(encoding="utf-8").splitlines()
    for line in [line for line in lines if not any(word in line for word in TELLING)]:
        found = read(extractor, line)
        wrong.extend(f"{official.name} {official.titles}: {line}" for official in found.officials)
        wrong.extend(f"{directive.action!r}: {line}" for directive in found.directives)
    assert not wrong, "\n".join(wrong[:20])

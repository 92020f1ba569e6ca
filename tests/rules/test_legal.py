"""Documents cited: each pair of sentences says what is a reference, and the nearest thing that is none."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from govscrape.extract import Extractor
from govscrape.extract.document import read_document
from govscrape.extract.legal import read_legal_refs
from govscrape.models.article import Article
from govscrape.models.records import LegalRef
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def cited_in(extractor: Extractor, article: Article) -> list[LegalRef]:
    return read_legal_refs(read_document(article, extractor.recogniser, extractor.segmentation), extractor.ruleset)


def cited(extractor: Extractor, text: str) -> list[LegalRef]:
    return cited_in(extractor, article_from_text(text))


NUMBERS = [
    ("Nghị định 61/2018/NĐ-CP", "nghị định", "61/2018/NĐ-CP", "a decree without the word 'số'"),
    ("Nghị quyết số 30c/NQ-CP", "nghị quyết", "30c/NQ-CP", "a letter in the number"),
    ("Nghị quyết số 57-NQ/TW", "nghị quyết", "57-NQ/TW", "the Party's order: number, kind, body"),
    ("Công văn số 1120-CV/VPTU", "công văn", "1120-CV/VPTU", "an office of the Party"),
    ("Công văn 77-CV/ĐU", "công văn", "77-CV/ĐU", "a committee of a commune"),
    ("văn bản số 3017 /UBND-KGVX", "văn bản", "3017/UBND-KGVX", "a space inside the number"),
    ("Công văn số 845/SNN&PTNT-TT&BVTV", "công văn", "845/SNN&PTNT-TT&BVTV", "ampersands belong to the mark"),
    ("Quyết định số 1029/QĐ-TTg", "quyết định", "1029/QĐ-TTg", "a mark that is not all capitals"),
    ("Nghị quyết số 1365/NQ-UBTVQH15", "nghị quyết", "1365/NQ-UBTVQH15", "a term after the mark"),
    ("Luật Đất đai số 31/2024/QH15", "luật", "31/2024/QH15", "a law with its number"),
    ("Công điện hỏa tốc số 12/CĐ-CTUBND", "công điện", "12/CĐ-CTUBND", "an urgent telegram"),
    ("Thông báo số 214/TB-VP", "thông báo", "214/TB-VP", "a notice of an office"),
]


@pytest.mark.parametrize(("words", "kind", "number", "why"), NUMBERS, ids=[row[3] for row in NUMBERS])
def test_every_form_of_number_is_read_whole(extractor: Extractor, words: str, kind: str, number: str, why: str) -> None:
    """Guards against numbers cut at a sign that belongs to them."""
    (found,) = cited(extractor, f"Các sở thực hiện nghiêm {words} trên địa bàn.")
    assert (found.kind, found.number) == (kind, number), why


NOTHING = [
    ("Tỉnh xếp thứ 58/63 tỉnh, thành phố.", "a rank has a slash too"),
    ("Chỉ số đạt 40,32/80 điểm trong năm 2023.", "a score over its maximum"),
    ("Cuộc họp diễn ra ngày 23/10/2017 tại hội trường.", "a date"),
    ("Đề án 06 được triển khai đến từng thôn.", "a scheme's nickname"),
    ("Toàn Đảng bộ thi đua thực hiện Nghị quyết Đại hội XVI.", "a congress resolution in a slogan"),
    ("Trang tin hoạt động theo Giấy phép số 27/GP-TTĐT.", "the portal's own licence"),
    ("Dự thảo Luật Đất đai được đưa ra lấy ý kiến.", "a draft"),
    ("Luật sư Trần Văn Bảy bào chữa cho bị cáo.", "a lawyer"),
]


@pytest.mark.parametrize(("text", "why"), NOTHING, ids=[row[1] for row in NOTHING])
def test_what_only_looks_like_a_reference_gives_none(extractor: Extractor, text: str, why: str) -> None:
    """Guards against other slashes, numbers and words of law."""
    assert cited(extractor, text) == [], why


def test_article_and_date_of_issue_stand_in_their_slots(extractor: Extractor) -> None:
    """Guards against a clause or date lost beside the number."""
    (found,) = cited(extractor, "Căn cứ khoản 2, Điều 5 Quyết định số 19/2019/QĐ-UBND, ngày 7-5-2019 của UBND tỉnh.")
    assert (found.article, found.issued_on) == ("khoản 2, Điều 5", date(2019, 5, 7))


@pytest.mark.parametrize("day", ["ngày 31/02/2024", "ngày 45/10/2024", "ngày 5.13.2024"])
def test_an_impossible_date_is_left_out(extractor: Extractor, day: str) -> None:
    """Guards against a crash, or an invented day, on a misprint."""
    (found,) = cited(extractor, f"Theo Quyết định số 8/QĐ-UBND {day}, các huyện thực hiện.")
    assert found.issued_on is None


def test_a_document_is_one_record_however_often_it_is_cited(extractor: Extractor) -> None:
    """Guards against a record per mention."""
    text = "Quyết định 8/QĐ-UBND đã có hiệu lực. Điều 3 Quyết định số 8/QĐ-UBND nêu rõ. Theo Quyết định 8/QĐ-UBND."
    (found,) = cited(extractor, text)
    assert found.article == "Điều 3"


def test_two_articles_of_one_decree_are_two_records(extractor: Extractor) -> None:
    """Guards against merging what the contract keeps apart."""
    text = "Điều 3 Nghị định 45/2020/NĐ-CP nói về hồ sơ. Điều 9 Nghị định 45/2020/NĐ-CP nói về thời hạn."
    assert [found.article for found in cited(extractor, text)] == ["Điều 3", "Điều 9"]


def test_the_evidence_is_the_body_s_own_text(extractor: Extractor) -> None:
    """Guards against offsets of the normalised text, which is shorter than the body here."""
    article = article_from_text("UBND tỉnh\u00a0\u200b yêu cầu: theo Nghị định số 61/2018/NĐ-CP, các sở rà soát.")
    (found,) = cited_in(extractor, article)
    assert article.body[found.evidence.start : found.evidence.end] == found.evidence.text
    assert found.evidence.text == "Nghị định số 61/2018/NĐ-CP"


def facts() -> list[tuple[str, str, str]]:
    """Kind, issuer and an example of every row of the table of documents that has one."""
    table = Path(__file__).resolve().parents[3] / "shared" / "facts" / "legal_documents.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["symbol_pattern"] not in ("", "—")]
    return [
        (row["kind_vi"], row["issuing_body"], example.strip())
        for row in rows
        for example in row["examples"].split(";")
        if re.search(r"\d[/-]", example) and " " not in example.strip()
    ]


@pytest.mark.parametrize(("kind", "issuer", "number"), facts(), ids=[row[2] for row in facts()])
def test_every_document_of_the_facts_is_read(extractor: Extractor, kind: str, issuer: str, number: str) -> None:
    """A mark missing from the rules leaves a document without issuer, and nobody sees it."""
    (found,) = cited(extractor, f"Các đơn vị thực hiện nghiêm văn bản số {number} trên địa bàn.")
    assert found.number == number, kind
    bodies = {"sở": ("Sở", "Ban"), "nhiều cơ quan": ("",)}
    wanted = bodies.get(issuer, (re.split("[;,]", issuer)[0].removesuffix(" tỉnh"),))
    assert found.issuer is not None
    assert found.issuer.startswith(wanted), (kind, found.issuer)


TITLES = [
    ("Triển khai Nghị quyết 09-NQ/TU", "Hội nghị triển khai Nghị quyết số 09-NQ/TW ngày 5/8/2024.", True),
    ("Triển khai Kế hoạch 45/KH-UBND", "UBND tỉnh ban hành Kế hoạch số 54/KH-UBND.", True),
    ("Triển khai Kế hoạch 45/KH-UBND", "UBND tỉnh ban hành Kế hoạch số 45/KH-UBND và Kế hoạch số 54/KH-UBND.", False),
    ("Triển khai Nghị định 12/2024/NĐ-CP", "UBND tỉnh ban hành Kế hoạch số 54/KH-UBND.", False),
]


@pytest.mark.parametrize(("title", "text", "disagrees"), TITLES)
def test_a_title_with_another_number_is_an_issue(extractor: Extractor, title: str, text: str, disagrees: bool) -> None:
    """A slip in a headline must not become a second document that nobody asks about."""
    issues = extractor.extract(article_from_text(text, title=title)).issues
    assert ["legal_title_disagrees"] * disagrees == [issue.code for issue in issues]


def test_an_order_rests_on_the_document_it_points_back_to(extractor: Extractor) -> None:
    text = (
        "UBND tỉnh ban hành Kế hoạch số 45/KH-UBND. Chủ tịch UBND tỉnh yêu cầu Sở Y tế triển khai Kế hoạch này; "
        "Sở Xây dựng thẩm định giá."
    )
    found = extractor.extract(article_from_text(text)).directives
    assert [directive.legal_refs for directive in found] == [("45/KH-UBND",), ()]

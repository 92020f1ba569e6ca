"""Random joins of the words that index statements are made of never raise, and never give more than they could hold."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.extract.extractor import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

PIECES = (
    *("Chỉ số", "PAR INDEX", "PAPI", "SIPAS", "DTI 2023", "Quản trị điện tử", "tính minh bạch", "chỉ số này"),
    *("tỉnh", "Gia Lai", "TP. Hải Phòng", "Sở Nội vụ", "huyện Chư Sê", "cả nước", "Tây Nguyên", "trung bình"),
    *("đạt", "xếp thứ", "đứng", "dẫn đầu", "hạng", "vị trí", "tăng", "giảm", "từ", "lên", "xuống", "lần lượt", "là"),
    *("so với", "năm 2022", "năm trước", "các năm từ 2019 đến 2021", "phấn đấu", "khối sở:", "thuộc về", "cao nhất"),
    *("58/63", "40,32/80", "82,17%", "0,6077", "7 bậc", "1,5 điểm", "hai", "1/1", "-3 bậc", "2023", "12.4", "→"),
    *("về", "ở", "gồm", "như vậy đã", "sẽ", "Mục tiêu năm 2026", "đạt trên", "nhóm B", "trụ cột", "Bảng xếp hạng:"),
    *("1.", "(1)", "(2)", "“hạ tầng số”", "kế hoạch nâng cao", "từ hạng 15 đến hạng 20", "- địa phương", "trọng số"),
    *("không đổi", "năm 2020 (hạng 8)", "vào năm 2021", "ba huyện", "trung vị", "cùng", "mất 2 điểm", "tăng lên"),
    *("(", ")", ",", ";", ".", ":", "|", "/", "-", "–", "\n", "\n\n", "”", "và", "?"),
)
texts = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)


@cache
def extractor() -> Extractor:
    return Extractor(load_ruleset())


@settings(max_examples=150, deadline=None)
@given(text=texts, title=st.none() | texts)
def test_joins_of_index_words_are_read(text: str, title: str | None) -> None:
    """No join of cues, digits and signs raises; evidence is the body's own; records stay fewer than the words."""
    found = extractor().extract(article_from_text(text, title=title, province="Gia Lai"))
    assert len(found.indices) <= len(text.split())
    for record in found.indices:
        assert found.article.body[record.evidence.start : record.evidence.end] == record.evidence.text
        assert record.year is None or 1990 <= record.year <= 2100


@settings(max_examples=30, deadline=None)
@given(text=texts)
def test_reading_twice_gives_the_same(text: str) -> None:
    """The reader keeps nothing between articles."""
    article = article_from_text(text, province="Gia Lai")
    assert extractor().extract(article).indices == extractor().extract(article).indices

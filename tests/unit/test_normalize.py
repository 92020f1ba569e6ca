"""Normalising makes one spelling of many, and every offset leads back to the text as written."""

import unicodedata

import pytest

from govscrape.text.normalize import nfc, normalise


@pytest.mark.parametrize(
    ("written", "one"),
    [
        pytest.param("hoà thuỷ khoẻ", "hòa thủy khỏe", id="open-syllables-carry-it-on-the-first-vowel"),
        pytest.param("HOÀ Thuỷ Khoẻ", "HÒA Thủy Khỏe", id="case-stays-with-its-letter"),
        pytest.param("uỷ ban, Tỉnh uỷ.", "ủy ban, Tỉnh ủy.", id="punctuation-closes-no-syllable"),
        pytest.param("hoàn toàn khoản đoàn hoài xoáy", "hoàn toàn khoản đoàn hoài xoáy", id="closed-ones-stay"),
        pytest.param("huỳnh khuỷu huýt thuyền Nguyễn", "huỳnh khuỷu huýt thuyền Nguyễn", id="closed-uy-stays"),
        pytest.param("quý quỹ Quỳnh quà quá", "quý quỹ Quỳnh quà quá", id="u-after-q-is-no-vowel"),
        pytest.param("Hùynh tòan khỏan hòang", "Huỳnh toàn khoản hoàng", id="slip-in-a-closed-syllable"),
        pytest.param("qúy qủa qúa QÚY", "quý quả quá QUÝ", id="slip-after-q"),
        pytest.param("gía trị, gỉai, gìau", "giá trị, giải, giàu", id="slip-after-g"),
        pytest.param("gì gìn của lúa nghĩa mía", "gì gìn của lúa nghĩa mía", id="other-diphthongs-stay"),
        pytest.param("Ðà Nẵng Ɖồng Tháp ðược", "Đà Nẵng Đồng Tháp được", id="lookalikes-of-d-with-stroke"),
        pytest.param("trƣờng nhƣ", "trường như".replace("ờ", "ờ"), id="old-fonts-horned-u"),
        pytest.param("82,17\u00a0điểm\u202fvà\u3000hạng", "82,17 điểm và hạng", id="every-space-is-a-space"),
        pytest.param("\ufeffGia\u200b Lai\u00ad", "Gia Lai", id="what-shows-nothing-goes"),
        pytest.param("a\u200b\u0301", "á", id="composition-across-an-invisible-character"),
        pytest.param("", "", id="empty"),
    ],
)
def test_one_spelling(written: str, one: str) -> None:
    assert normalise(written).text == one
    assert normalise(unicodedata.normalize("NFD", written)).text == one
    assert normalise(one).text == one


def test_tone_placement_never_changes_the_length() -> None:
    """Else every offset after a moved tone would be wrong."""
    text = "Uỷ ban nhân dân tỉnh Hoà Bình, qúy IV, tòan tỉnh"
    assert len(normalise(text).text) == len(text)
    assert normalise(text).identical_offsets


@pytest.mark.parametrize(
    ("source", "part", "spelled"),
    [
        pytest.param(unicodedata.normalize("NFD", "tỉnh Gia Lai đạt 82,17 điểm"), "điểm", None, id="decomposed"),
        pytest.param("Gia\u200b\u200b Lai 58/63", "58/63", "58/63", id="after-removed-characters"),
        pytest.param("Gia L\u200bai", "Lai", "L\u200bai", id="removed-inside-the-span"),
        pytest.param("\ufeffPAPI", "PAPI", "PAPI", id="after-a-leading-mark"),
        pytest.param("đạt\u00a082,17", "đạt 82,17", "đạt\u00a082,17", id="same-length-needs-no-map"),
        pytest.param("nhƣ\u0300ng", "những".replace("ữ", "ừ"), "nhƣ\u0300ng", id="lookalike-that-takes-a-mark"),
    ],
)
def test_span_leads_to_the_same_characters(source: str, part: str, spelled: str | None) -> None:
    done = normalise(source)
    start = done.text.index(part)
    first, last = done.to_source(start, start + len(part))
    assert source[first:last] == (unicodedata.normalize("NFD", part) if spelled is None else spelled)
    assert done.from_source(first, last) == (start, start + len(part))


def test_invisible_edges_are_left_out_of_the_source_span() -> None:
    """Evidence that begins or ends in characters nobody sees cannot be compared."""
    source = "A \u200bGia Lai\u200b\u200b B"
    done = normalise(source)
    start = done.text.index("Gia Lai")
    first, last = done.to_source(start, start + 7)
    assert source[first:last] == "Gia Lai"


def test_span_outside_the_text_is_refused() -> None:
    """A silent clamp would give evidence of something else."""
    done = normalise("hoà")
    for start, end in ((-1, 2), (0, 4), (2, 1)):
        with pytest.raises(ValueError, match="not inside"):
            done.to_source(start, end)
        with pytest.raises(ValueError, match="not inside"):
            done.from_source(start, end)


def test_whole_map_exists_for_text_that_vanishes() -> None:
    done = normalise("\u200b\u200b")
    assert done.text == ""
    assert done.to_source(0, 0) == (0, 0)
    assert done.from_source(0, 2) == (0, 0)


def test_heaps_of_marks_are_left_alone() -> None:
    """Ordering n marks takes n² steps: a page of them would hold the process for hours."""
    heap = "a" + "\u0301\u0323" * 200_000
    assert nfc(heap) == heap
    assert normalise(heap).text == heap
    assert normalise("a" + "\u0301\u200b\u0323" * 20_000).identical_offsets
    assert nfc("한" + "한국어" * 30) == "한" + "한국어" * 30


def test_nfc_touches_nothing_but_composition() -> None:
    """The body is NFC and otherwise as written: tones, NBSP and Ð stay for the record."""
    assert nfc(unicodedata.normalize("NFD", "Hoà Bình\u00a0Ð")) == "Hoà Bình\u00a0Ð"

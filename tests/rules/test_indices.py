"""One sentence or two per construction: what an expert reader would put in the table, and nothing else.

A case names only the slots that matter; the number of records must be exact. ``why`` is the mistake it guards.
"""

from typing import Any

import pytest

from govscrape.extract.extractor import Extractor
from govscrape.models.records import IndexResult
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

HOME = "Kon Tum"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def case(why: str, text: str, *records: dict[str, Any]) -> Any:
    """A text and its records; ``why`` names the case."""
    return pytest.param(text, records, id=why)


def gives(**slots: Any) -> dict[str, Any]:
    """The slots that a record must have."""
    return slots


CASES = [
    case(
        "canonical_order",
        "Chỉ số PAR INDEX năm 2021 của tỉnh Kon Tum đạt 83,12%, xếp thứ 53/63, tăng 4 bậc so với năm 2020.",
        gives(index="PAR_INDEX", year=2021, score=83.12, rank=53, rank_of=63, rank_delta=4, baseline_year=2020),
    ),
    case(
        "deltas_before_level",
        "Năm 2020, SIPAS tỉnh Lai Châu tăng 2,2% và 11 bậc so với 2019, đứng thứ 25/63.",
        gives(
            index="SIPAS", subject="Lai Châu", score=None, score_delta=2.2, rank_delta=11, rank=25, baseline_year=2019
        ),
    ),
    case(
        "scores_in_brackets",
        "PCI 2022: ba tỉnh có điểm cao nhất vùng gồm Long An (68,45 điểm), Hậu Giang (68,18 điểm), An Giang (65 điểm).",
        gives(subject="Long An", score=68.45),
        gives(subject="Hậu Giang", score=68.18),
        gives(subject="An Giang", score=65),
    ),
    case(
        "rank_then_score",
        "Ở bảng PAPI 2019, Kon Tum đứng vị trí 57/63 với 41,9 điểm.",
        gives(index="PAPI", year=2019, rank=57, rank_of=63, score=41.9),
    ),
    case(
        "rank_in_words_of_total",
        "PCI 2020 của tỉnh xếp hạng 56 trên tổng số 63 tỉnh, thành phố.",
        gives(index="PCI", rank=56, rank_of=63, subject="Kon Tum"),
    ),
    case(
        "score_over_maximum", "PAPI 2022 của Kon Tum được 40,5/80 điểm.", gives(score=40.5, score_max=80.0, rank=None)
    ),
    case(
        "two_units_one_record",
        "Năm 2022, Sở Tư pháp đạt 92,5/100 điểm Chỉ số CCHC, tương đương 92,5%.",
        gives(subject="Sở Tư pháp", score=92.5),
    ),
    case(
        "bare_score",
        "Chỉ số SIPAS năm 2019 của Điện Biên là 82,15, xếp thứ 44.",
        gives(subject="Điện Biên", score=82.15, rank=44),
    ),
    case(
        "from_to_score",
        "Điểm PCI của Sơn La tăng từ 62,45 điểm (2021) lên 63,22 điểm (2022).",
        gives(score=63.22, prev_score=62.45, year=2022, baseline_year=2021),
    ),
    case(
        "from_to_rank",
        "Chỉ số DTI năm 2022 của tỉnh từ vị trí thứ 48 lên vị trí thứ 39/63.",
        gives(index="DTI", rank=39, prev_rank=48, rank_of=63),
    ),
    case(
        "earlier_year_in_brackets",
        "Năm 2020, PAPI của tỉnh đạt 41,15 điểm (năm 2019 đạt 42,02 điểm).",
        gives(year=2020, score=41.15, prev_score=42.02, baseline_year=2019),
        gives(year=2019, score=42.02),
    ),
    case(
        "earlier_year_in_next_sentence",
        "Năm 2022, PCI của Gia Lai đạt 64 điểm, xếp thứ 45/63. Năm 2021, tỉnh đạt 64,9 điểm, xếp thứ 26/63.",
        gives(year=2022, score=64, rank=45, prev_score=64.9, prev_rank=26, baseline_year=2021),
        gives(year=2021, score=64.9, rank=26),
    ),
    case(
        "series_of_ranks",
        "PCI của Kon Tum xếp hạng 59 (năm 2018), hạng 61 (năm 2019) và hạng 56 (năm 2020).",
        gives(year=2018, rank=59),
        gives(year=2019, rank=61),
        gives(year=2020, rank=56),
    ),
    case(
        "series_respectively",
        "Trong các năm từ 2019 đến 2021, điểm PAPI của tỉnh lần lượt là 41,2; 42,5 và 42,1.",
        gives(year=2019, score=41.2),
        gives(year=2020, score=42.5),
        gives(year=2021, score=42.1),
    ),
    case(
        "score_up_rank_down",
        "Điểm PAR INDEX 2023 của Bạc Liêu tăng 1,12% nhưng giảm 9 bậc, đứng thứ 55.",
        gives(score_delta=1.12, rank_delta=-9, rank=55),
    ),
    case(
        "unchanged",
        "SIPAS 2022 của tỉnh vẫn giữ nguyên vị trí thứ 15 như năm 2021.",
        gives(rank=15, rank_delta=0, baseline_year=2021),
    ),
    case(
        "streak_is_no_rank",
        "Đây là năm thứ 3 liên tiếp Quảng Ninh dẫn đầu PAR INDEX.",
        gives(subject="Quảng Ninh", rank=1),
    ),
    case(
        "first_and_second_in_words",
        "Quán quân PGI 2023 là Quảng Ninh, á quân là Đồng Tháp.",
        gives(subject="Quảng Ninh", rank=1),
        gives(subject="Đồng Tháp", rank=2),
    ),
    case(
        "last_without_number",
        "Cao Bằng đội sổ bảng PCI 2022 với 59,58 điểm.",
        gives(subject="Cao Bằng", score=59.58, rank=None),
    ),
    case(
        "respectively",
        "Năm 2023, Tiền Giang và Bến Tre lần lượt đạt 42,3 và 43,1 điểm PAPI.",
        gives(subject="Tiền Giang", score=42.3),
        gives(subject="Bến Tre", score=43.1),
    ),
    case(
        "several_indices",
        "Năm 2022, tỉnh có PAR INDEX xếp thứ 50; SIPAS xếp thứ 15; PAPI xếp thứ 49; PCI xếp thứ 60.",
        gives(index="PAR_INDEX", rank=50),
        gives(index="SIPAS", rank=15),
        gives(index="PAPI", rank=49),
        gives(index="PCI", rank=60),
    ),
    case(
        "index_by_description",
        "Mức độ hài lòng của người dân năm 2020 tại Hà Nam xếp thứ 22/63.",
        gives(index="SIPAS", subject="Hà Nam", rank=22),
    ),
    case(
        "region_beside_nation",
        "SIPAS 2023 của Kon Tum xếp thứ 21/63 và thứ 2/5 tỉnh Tây Nguyên.",
        gives(rank=21, rank_of=63, rank_scope="national"),
        gives(rank=2, rank_of=5, rank_scope="Tây Nguyên"),
    ),
    case(
        "tier_alone",
        "PAPI 2021 của Kon Tum thuộc nhóm Trung bình thấp.",
        gives(rank_group="Trung bình thấp", rank=None, score=None),
    ),
    case(
        "component_in_quotes",
        'Trong PAPI 2022, nội dung "Quản trị điện tử" của tỉnh giảm 0,12 điểm, đạt 2,98 điểm.',
        gives(component="PAPI.8", score=2.98, score_delta=-0.12),
    ),
    case(
        "component_list_with_colons",
        "PCI 2021 của tỉnh: Tính minh bạch: 5,66 điểm; Chi phí thời gian: 7,01 điểm; Đào tạo lao động: 5,2 điểm.",
        gives(component="PCI.3", score=5.66),
        gives(component="PCI.4", score=7.01),
        gives(component="PCI.9", score=5.2),
    ),
    case(
        "component_change_only",
        "Trong PCI 2022, cạnh tranh bình đẳng (giảm 0,8 điểm; giảm 20 bậc).",
        gives(component="PCI.6", score=None, score_delta=-0.8, rank_delta=-20),
    ),
    case(
        "agencies_and_districts",
        "Về Chỉ số CCHC năm 2022, khối sở: Sở Nội vụ dẫn đầu với 95,2%; khối huyện: huyện Đăk Hà dẫn đầu với 90,1%.",
        gives(subject="Sở Nội vụ", subject_level="department", rank=1, score=95.2),
        gives(subject="huyện Đăk Hà", subject_level="district", rank=1, score=90.1),
    ),
    case(
        "national_mean",
        "Giá trị trung bình PAR INDEX 2022 của 63 tỉnh, thành phố đạt 84,79%.",
        gives(subject_level="national_average", score=84.79, rank=None),
    ),
    case(
        "ministries",
        "PAR INDEX 2022 của các bộ: Bộ Tư pháp đứng thứ nhất với 89,95%.",
        gives(subject="Bộ Tư pháp", subject_level="ministry", rank=1, score=89.95),
    ),
    case("approximate", "PAPI 2023 của Đồng Nai chỉ đạt gần 40 điểm.", gives(score=40, score_bound="approx")),
    case(
        "two_baselines_nearest_first",
        "PCI 2022 của Hậu Giang xếp thứ 12, tăng 26 bậc so với năm 2021 và tăng 32 bậc so với năm 2019.",
        gives(rank=12, rank_delta=26, baseline_year=2021),
    ),
    case(
        "last_year",
        "PAR INDEX 2022 của tỉnh xếp thứ 50, tăng 3 bậc so với năm trước.",
        gives(rank_delta=3, baseline_year=2021),
    ),
    case("scale_of_one", "DTI 2021 của Kon Tum đạt 0,3721 điểm, xếp thứ 48.", gives(score=0.3721, rank=48)),
    case(
        "fronted_score",
        "Với 92,18%, Quảng Ninh đứng đầu bảng PAR INDEX 2023.",
        gives(subject="Quảng Ninh", score=92.18, rank=1),
    ),
    case(
        "merged_provinces_of_2025",
        "PAR INDEX 2025: tỉnh Quảng Ngãi xếp thứ 20/34 tỉnh, thành phố, đạt 86,4%.",
        gives(subject="Quảng Ngãi", rank=20, rank_of=34, subject_code="51"),
    ),
    case(
        "arrow",
        "PAPI 2022 so với 2021 của tỉnh: Thủ tục hành chính công: 7,1 → 7,25 điểm.",
        gives(component="PAPI.5", score=7.25, prev_score=7.1),
    ),
    case(
        "decomposed_text",
        "Chỉ số hài lòng năm 2021 của tỉnh Hòa Bình đạt 85,1%.",
        gives(subject="Hòa Bình", score=85.1),
    ),
    case(
        "old_tone_marks", "Chỉ số SIPAS năm 2021 của tỉnh Khánh Hoà đạt 84,4%.", gives(subject="Khánh Hòa", score=84.4)
    ),
    case("target_far_from_its_verb", "Phấn đấu năm 2024 các chỉ số cải thiện rõ; Chỉ số SIPAS đạt 90%, xếp thứ 10/63."),
    case("target_like_a_change", "Năm 2025, PAR INDEX tăng ít nhất 03 bậc so với năm 2024."),
    case("threshold", "Năm 2023 có 12 tỉnh đạt PAR INDEX trên 90%."),
    case("count_of_parts", "Năm 2022, 5/8 nội dung PAPI của tỉnh tăng điểm."),
    case("gap_to_another", "PAR INDEX 2023 của tỉnh cao hơn mức trung bình cả nước 1,74%."),
    case("points_lost", "Ở PAR INDEX 2022, lĩnh vực hiện đại hóa hành chính mất 7,14/16 điểm."),
    case("points_inside_another_index", "Trong PAR INDEX 2022, Chỉ số SIPAS đạt 8,5/10 điểm."),
    case("weights", "PAR INDEX 2022 gồm 66,5 điểm thẩm định và 33,5 điểm điều tra trong thang 100 điểm."),
    case("question", "Vì sao PCI 2022 của tỉnh chỉ xếp thứ 60/63?"),
    case("mean_of_a_block", "Chỉ số CCHC năm 2022: điểm trung bình khối sở đạt 88,1%."),
    case("place_in_a_tier", "PAPI 2015: tỉnh xếp thứ 4 trong nhóm này."),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_construction(extractor: Extractor, text: str, expected: tuple[dict[str, Any], ...]) -> None:
    found = [r for r in extractor.extract(article_from_text(text, province=HOME)).indices if r.status == "result"]
    assert len(found) == len(expected), _shown(found)
    for wanted in expected:
        assert any(_fits(record, wanted) for record in found), f"{wanted} not in {_shown(found)}"


def _fits(record: IndexResult, wanted: dict[str, Any]) -> bool:
    return all(getattr(record, slot) == value for slot, value in wanted.items())


def _shown(records: list[IndexResult]) -> str:
    return (
        "; ".join(str(r.model_dump(exclude_none=True, exclude={"evidence", "rule", "confidence"})) for r in records)
        or "nothing"
    )


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("PAPI năm 2022 của tỉnh đạt 95 điểm.", "score_over_scale"),
        ("DTI năm 2021 của tỉnh Lai Châu đạt 1,25 điểm.", "score_over_scale"),
        ("PCI năm 2019 của tỉnh xếp thứ 70/63.", "rank_over_total"),
        ("Chỉ số SIPAS năm 2025 của Hải Phòng xếp thứ 40.", "rank_over_total"),
        ("PCI năm 2022 của tỉnh đạt 65,2 điểm, tăng 2,5 điểm so với năm 2021 (64,1 điểm).", "delta_mismatch"),
        ("Năm 2018, PAR INDEX của Bến Tre từ hạng 40 lên hạng 30, tăng 12 bậc.", "delta_mismatch"),
        ("PAR INDEX năm 2022 của tỉnh xếp thứ 40/63, tăng 50 bậc so với năm 2021.", "delta_over_total"),
        ("PCI năm 2020 của Cà Mau giảm 80 bậc.", "delta_over_total"),
    ],
)
def test_figures_that_contradict_are_told(extractor: Extractor, text: str, failed: str) -> None:
    """What arithmetic, the scale or the number of provinces forbids is not believed in silence."""
    found = extractor.extract(article_from_text(text, province=HOME)).indices
    assert [check for record in found for check in record.checks] == [failed], _shown(list(found))


@pytest.mark.parametrize(
    "text",
    [
        "PCI năm 2022 của tỉnh đạt 65,2 điểm, tăng 1,1 điểm so với năm 2021 (64,1 điểm).",
        "PAR INDEX năm 2022 của tỉnh xếp thứ 12/63, tăng 50 bậc so với năm 2021.",
        "PAPI năm 2015 của tỉnh đạt 36,4/60 điểm, xếp thứ 40/63.",
        "Chỉ số CCHC năm 2025: xã Ia Băng xếp thứ 76/77, giảm 40 bậc.",
    ],
)
def test_figures_that_agree_are_not_doubted(extractor: Extractor, text: str) -> None:
    """A check that fires on right figures would be switched off."""
    found = extractor.extract(article_from_text(text, province=HOME)).indices
    assert found
    assert not any(record.checks for record in found), _shown(list(found))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nội dung Kiểm soát tham nhũng của PAPI 2022 giảm 15,25 điểm.", "impossible_change"),
        ("PCI 2022: Gia Lai: 48 điểm, Lâm Đồng đạt 75,37 điểm.", "place_as_points"),
        ("Kết quả DDCI năm 2022 như sau. Xem ảnh bảng xếp hạng dưới đây.", "reported_in_image"),
        ("Tỉnh công bố Chỉ số CCHC năm 2021.\nẢnh: Bảng xếp hạng các sở, ngành", "reported_in_image"),
    ],
)
def test_what_cannot_be_settled_is_an_issue(extractor: Extractor, text: str, code: str) -> None:
    """An impossible figure gives no value, a result that only a picture shows no silence."""
    issues = extractor.extract(article_from_text(text, province=HOME)).issues
    assert [issue.code for issue in issues] == [code]


def test_a_picture_of_another_index_is_no_issue(extractor: Extractor) -> None:
    assert not extractor.extract(article_from_text("Chỉ số AQI: xem đồ họa dưới đây.", province=HOME)).issues


def test_a_sentence_without_end_is_read_to_its_end(extractor: Extractor) -> None:
    """Reading goes on behind the piece at which an endless sentence is cut, and each figure keeps its unit."""
    names = [f"xã K{first}{second}{third}" for first in "aeiou" for second in "bcdghklm" for third in "aeiouy"]
    rows = ", ".join(f"{name} 8{place % 10},5 điểm" for place, name in enumerate(names * 2))
    found = extractor.extract(article_from_text(f"Chỉ số CCHC năm 2025: {rows}", province=HOME)).indices
    assert [record.subject for record in found] == names
    assert {record.year for record in found} == {2025}

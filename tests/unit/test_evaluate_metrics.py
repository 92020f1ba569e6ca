"""The counting rules of docs/annotation.md, each on the smallest records that show it."""

from typing import Any

import pytest

from govscrape.evaluate.act_scoring import title_likeness
from govscrape.evaluate.bootstrap import intervals
from govscrape.evaluate.case import Case
from govscrape.evaluate.metrics import score_case, totals
from govscrape.evaluate.sheet import Sheet, Tally
from govscrape.evaluate.taxonomy import explain_misses, locate
from govscrape.evaluate.wording import fold, wording_of
from govscrape.rules import load_ruleset

WORDS = wording_of(load_ruleset())
GOLD = {"index": "PAPI", "component": None, "subject": "Gia Lai", "subject_level": "province", "year": 2023,
        "score": 41.47, "rank": 37, "rank_scope": "national", "evidence": "Gia Lai xếp thứ 37"}  # fmt: skip
FOUND = {"index": "PAPI", "subject": "Gia Lai", "subject_level": "province", "status": "result", "year": 2023,
         "score": 41.47, "rank": 37, "rank_scope": "national", "rule": "figure.rank.plain",
         "evidence": {"start": 0, "end": 18, "text": "Gia Lai xếp thứ 37"}}  # fmt: skip
TEXT = "Gia Lai xếp thứ 37. Mục tiêu năm 2025 là vào tốp 30."


def case(*gold: dict[str, Any], **more: Any) -> Case:
    return Case(id="x", text=TEXT, gold_indices=gold, **more)


def score(asked: Case, *found: dict[str, Any]) -> Sheet:
    extraction = {"indices": list(found)}
    sheet = score_case(asked, extraction, WORDS)
    sheet.misses = explain_misses(sheet.misses, asked, extraction, TEXT, WORDS)
    return sheet


def counts(sheet: Sheet, name: str) -> tuple[int, int, int]:
    tally = sheet.counts[name]
    return tally.tp, tally.fp, tally.fn


def errors(sheet: Sheet) -> list[tuple[str, str | None]]:
    return [(miss.error, miss.slot) for miss in sheet.misses]


def test_the_same_record_is_right() -> None:
    sheet = score(case(GOLD), FOUND)
    assert counts(sheet, "index") == (1, 0, 0)
    assert errors(sheet) == []
    assert totals([sheet])["index_slots"].f1 == 1


def test_score_and_rank_in_two_records_are_one_answer() -> None:
    sheet = score(case(GOLD), {**FOUND, "score": None}, {**FOUND, "rank": None})
    assert counts(sheet, "index") == (1, 0, 0)
    assert counts(sheet, "slot:score") == counts(sheet, "slot:rank") == (1, 0, 0)


def test_an_earlier_year_may_stand_alone_or_inside() -> None:
    """Both ways of telling one fact are right; counting one as spurious would push rules to one of them."""
    main = {**GOLD, "prev_rank": 39, "baseline_year": 2022}
    earlier = {**GOLD, "year": 2022, "rank": 39, "score": None, "secondary": True}
    alone = {**FOUND, "year": 2022, "rank": 39, "score": None}
    inside = {**FOUND, "prev_rank": 39, "baseline_year": 2022}
    for found in ([FOUND, alone], [inside], [inside, alone]):
        sheet = score(case(main, earlier), *found)
        assert counts(sheet, "slot:prev_rank") == (1, 0, 0)
        assert sheet.counts["index"].fp == sheet.counts["index"].fn == 0


def test_optional_records_cost_nothing_either_way() -> None:
    optional = {**GOLD, "optional": True}
    assert counts(score(case(optional)), "index") == (0, 0, 0)
    assert counts(score(case(optional), {**FOUND, "score": 1}), "index") == (1, 0, 0)


def test_what_the_annotator_inferred_is_not_required_but_may_not_be_wrong() -> None:
    derived = {**GOLD, "rank_delta": 2, "derived": ["rank_delta"]}
    assert counts(score(case(derived), FOUND), "slot:rank_delta") == (0, 0, 0)
    assert counts(score(case(derived), {**FOUND, "rank_delta": 2}), "slot:rank_delta") == (1, 0, 0)
    assert counts(score(case(derived), {**FOUND, "rank_delta": 3}), "slot:rank_delta") == (0, 1, 1)


def test_targets_answer_nothing() -> None:
    sheet = score(case(GOLD), {**FOUND, "status": "target"})
    assert counts(sheet, "index") == (0, 0, 1)
    assert errors(sheet) == [("result_as_target", None)]


@pytest.mark.parametrize(
    ("quote", "found", "is_excused"),
    [
        ({"text": "xếp thứ 37"}, {"score": None}, True),
        ({"text": "xếp thứ 38"}, {"score": None}, False),
        ({"text": "Gia Lai xếp thứ"}, {"score": None}, False),
        ({"text": "Gia Lai xếp thứ", "implied": True}, {"score": None}, True),
        ({"text": "Gia Lai xếp thứ 37", "level": "region"}, {"score": None}, False),
        ({"text": "Gia Lai xếp thứ 37", "bound": True}, {}, False),
        ({"text": "Gia Lai xếp thứ 37", "bound": True}, {"score_bound": "min"}, True),
    ],
)
def test_ambiguous_words_excuse_only_what_they_say(
    quote: dict[str, Any], found: dict[str, Any], is_excused: bool
) -> None:
    """An excuse for anything near a doubtful phrase would hide real errors."""
    sheet = score(case(ambiguous=[quote]), {**FOUND, **found})
    assert counts(sheet, "index") == (0, 0 if is_excused else 1, 0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"year": 2022}, "wrong_year"),
        ({"subject": "Kon Tum"}, "wrong_subject"),
        ({"component_text": "Công khai, minh bạch"}, "wrong_component"),
        ({"index": "SIPAS"}, "wrong_index"),
        ({"rank_scope": "Tây Nguyên"}, "wrong_scope"),
    ],
)
def test_a_figure_in_the_wrong_place_is_one_error_with_a_name(change: dict[str, Any], error: str) -> None:
    """Telling one missed and one spurious record does not say what to mend."""
    sheet = score(case(GOLD), {**FOUND, **change})
    assert counts(sheet, "index") == (0, 1, 1)
    assert errors(sheet) == [(error, None)]


def test_wrong_slots_have_names() -> None:
    sheet = score(case({**GOLD, "rank_of": 63}), {**FOUND, "rank": 38, "rank_delta": 2})
    assert sorted(errors(sheet), key=str) == [
        ("extra_value", "rank_delta"), ("missing_value", "rank_of"), ("wrong_value", "rank")]  # fmt: skip


@pytest.mark.parametrize(("why", "error"), [("mục tiêu của tỉnh", "target_as_result"), ("chỉ là ví dụ", "negative")])
def test_a_record_from_marked_words_is_told_so(why: str, error: str) -> None:
    target = {**FOUND, "evidence": {"start": 20, "end": 52, "text": TEXT[20:52]}}
    sheet = score(case(negatives=[{"text": "vào tốp 30", "why": why}]), target)
    assert errors(sheet) == [(error, None)]


def test_kinds_that_were_not_annotated_are_not_scored() -> None:
    sheet = score_case(case(GOLD), {"officials": [{"name": "A", "titles": []}]}, WORDS)
    assert "official" not in sheet.counts


@pytest.mark.parametrize(
    ("wanted", "given", "is_right"),
    [
        ("Chủ tịch UBND tỉnh", "đồng chí Chủ tịch Ủy ban nhân dân tỉnh", True),
        ("Chủ tịch UBND tỉnh", "Chủ tịch UBND tỉnh Lâm Đồng", True),
        ("Chủ tịch UBND tỉnh", "Phó Chủ tịch UBND tỉnh", False),
        ("Giám đốc Sở Y tế", "nguyên Giám đốc Sở Y tế", False),
        ("Chủ tịch UBND tỉnh", "", False),
    ],
)
def test_titles(wanted: str, given: str, is_right: bool) -> None:
    """A deputy is not the chair, however many words they share."""
    assert (title_likeness(wanted, given, WORDS) >= 0.8) is is_right


def test_folding_and_places() -> None:
    assert fold("Đắk Lắk, TP.HCM") == "dak lak tp hcm"
    assert WORDS.subject("UBND tỉnh Gia Lai") == "gia lai"
    assert locate("xếp thứ\n\n37", "thứ 37") == (4, 11)
    assert locate("xếp", "thứ") is None
    assert locate("xếp", None) is None


def test_nothing_at_all_is_right() -> None:
    assert (Tally().precision, Tally().recall, Tally().f1) == (1, 1, 1)
    assert (Tally(fp=1, fn=1).precision, Tally(fp=1, fn=1).f1) == (0, 0)


def test_intervals_are_always_the_same_and_hold_the_figure() -> None:
    """A figure that moves between two runs of the same code cannot be compared with a floor."""
    sheets = [score(case(GOLD), FOUND), score(case(GOLD)), score(case(GOLD), {**FOUND, "rank": 3})]
    first, again = intervals(sheets, 200), intervals(sheets, 200)
    assert first == again
    assert first["index"].low < totals(sheets)["index"].f1 < first["index"].high

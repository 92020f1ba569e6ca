"""Gold files, floors and the pages that an evaluation writes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govscrape.errors import InputError
from govscrape.evaluate.breakdown import WAYS, breakdown
from govscrape.evaluate.case import Case
from govscrape.evaluate.floors import Floors, breaches, load_floors, measured, save_floors, updated
from govscrape.evaluate.gold import Gold, load_cases, load_gold
from govscrape.evaluate.page import Paint, html_page, paint
from govscrape.evaluate.report import Report, as_data, markdown, measure_rows, report_of, with_table
from govscrape.evaluate.rule_table import rule_rows
from govscrape.evaluate.run import Result, evaluate
from govscrape.evaluate.sheet import Miss
from govscrape.evaluate.why import Why
from govscrape.models.portal import PageWords
from govscrape.rules import load_ruleset

RULESET = load_ruleset()
TEXT = "Năm 2023, Gia Lai xếp thứ 37/63 về PAPI với 41,47 điểm & <b>."
GOLD = {"index": "PAPI", "component": None, "subject": "Gia Lai", "subject_level": "province", "year": 2023,
        "score": 41.47, "rank": 37, "rank_of": 63, "rank_scope": "national",
        "evidence": "Gia Lai xếp thứ 37/63"}  # fmt: skip


def results(*cases: Case) -> list[Result]:
    return list(evaluate(cases, RULESET, PageWords()))


def report(*cases: Case) -> Report:
    return report_of(results(*cases), RULESET.version, Gold(cases=list(cases)).digest, resamples=20)


def held_out(case: Case) -> Case:
    return case.model_copy(update={"held_out": True})


RIGHT = Case(id="right", text=TEXT, gold_indices=({**GOLD},), tags=("fraction",), province="Gia Lai")
WRONG = Case(id="wrong", text=TEXT, title="<script>", gold_indices=({**GOLD, "rank": 36}, {**GOLD, "year": 2020}))


def test_cases_are_found_in_folders_and_named_by_their_file(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "b.json").write_text(json.dumps({"id": "other", "text": "x", "gold": []}), encoding="utf-8")
    (tmp_path / "a.json").write_text(
        json.dumps({"text_file": "a.txt", "published": "2024-06-26", "ambiguous": ["words"]}), encoding="utf-8"
    )
    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    first, second = load_cases([tmp_path])
    assert (first.id, first.text, second.id, second.gold_indices) == ("a", "words", "b", ())
    assert first.published_at is not None
    assert first.published_at.isoformat() == "2024-06-26T00:00:00+07:00"
    assert first.ambiguous[0].text == "words"


def test_a_folder_named_test_is_held_out(tmp_path: Path) -> None:
    """Figures on articles that rules were written with say little of others: the two must not be summed."""
    (tmp_path / "test").mkdir()
    case = {"text": "x", "gold_legal_refs": [{"kind": "luật", "evidence": "x"}]}
    for name in ("test/a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(case), encoding="utf-8")
    cases = load_cases([tmp_path])
    assert {case.id: case.held_out for case in cases} == {"a": True, "b": False}
    found = report(*cases)
    assert {name: part.measures["legal_ref"].gold for name, part in found.parts.items()} == {"dev": 1, "test": 1}


def test_a_draft_is_no_gold(tmp_path: Path) -> None:
    """What the program found, scored against the program, is always right."""
    draft = {"draft": "finish me", "text": TEXT, "gold_indices": [GOLD]}
    (tmp_path / "a.json").write_text(json.dumps(draft), encoding="utf-8")
    with pytest.raises(InputError, match="1 drafts, which are no gold"):
        load_gold([tmp_path])
    (tmp_path / "b.json").write_text(json.dumps({**draft, "draft": None}), encoding="utf-8")
    gold = load_gold([tmp_path])
    assert ([case.id for case in gold.cases], gold.drafts) == (["b"], [tmp_path / "a.json"])


def test_misses_of_held_out_articles_are_only_counted() -> None:
    """A rule mended with a held-out article in view makes its figures worthless."""
    found = report(RIGHT, held_out(WRONG))
    data = as_data(found, WAYS, None, ["dev"])
    assert data["parts"]["test"]["errors"] == {"missed": 1, "wrong_value": 1}
    assert (data["parts"]["test"]["misses"], data["parts"]["test"]["by"]) == ([], {})
    page = html_page(found, ["dev"], lambda _result, _miss: [])
    assert 'id="wrong"' not in page
    assert 'id="wrong"' in html_page(found, ["dev", "test"], lambda _result, _miss: [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Expecting"),
        ("[]", "expected an object"),
        ('{"text": ""}', "text"),
        ('{"text": "x", "golds": []}', "golds"),
        ('{"text": "x", "gold_indices": [{"index": "PAPI"}]}', "gold_indices\\[0\\] evidence: Field required"),
        ('{"text": "x", "gold_officials": [{"evidence": "x", "titles": [], "role": "chair"}]}', "role: Extra"),
        ('{"text": "x", "gold_legal_refs": [{"evidence": "x", "kind": "luật", "issued_on": "2/3"}]}', "issued_on"),
        ('{"text_file": "none.txt"}', "none.txt"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, message: str) -> None:
    """A misspelt key would silently take records out of the measurement."""
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=f"bad.json.*{message}"):
        load_cases([tmp_path])


def test_no_case_is_an_error(tmp_path: Path) -> None:
    """A gate over an empty folder would always be open."""
    with pytest.raises(InputError, match="no gold case"):
        load_cases([tmp_path])
    with pytest.raises(InputError, match="no such"):
        load_cases([tmp_path / "nowhere"])


def test_the_digest_sees_records_and_not_order() -> None:
    assert Gold([RIGHT, WRONG]).digest == Gold([WRONG, RIGHT]).digest
    assert Gold([RIGHT]).digest != Gold([RIGHT.model_copy(update={"gold_indices": ()})]).digest
    assert Gold([RIGHT]).digest != Gold([held_out(RIGHT)]).digest


def test_floors_rise_and_fall_only_on_purpose(tmp_path: Path) -> None:
    good, bad = report(RIGHT), report(WRONG)
    floors = updated(None, bad, allow_regression=False)
    raised = updated(floors, good, allow_regression=False)
    assert raised.f1["dev"]["slot:rank"] == 1.0 > floors.f1["dev"]["slot:rank"]
    with pytest.raises(InputError, match=r"floors only rise; dev index: .* more\), of other gold; .*--allow-reg"):
        updated(raised, bad, allow_regression=False)
    assert updated(raised, bad, allow_regression=True).f1 == measured(bad)
    save_floors(tmp_path / "floors.json", raised)
    assert load_floors(tmp_path / "floors.json") == raised


def test_a_fall_inside_the_margin_keeps_the_floor() -> None:
    """Ten small falls in ten commits must not add up."""
    now = report(RIGHT)
    floors = Floors(gold=now.gold, margin=0.01, f1={"dev": {"index": 1.0}})
    near = updated(floors.model_copy(update={"f1": {"dev": {"index": 1.005}}}), now, allow_regression=False)
    assert near.f1["dev"]["index"] == 1.005
    assert breaches(floors, now) == []


def test_what_is_no_longer_measured_is_a_breach() -> None:
    now = report(RIGHT)
    lines = breaches(Floors(gold="other", f1={"dev": {"legal_ref": 0.9}, "test": {"index": 0.5}}), now)
    assert lines[:2] == [
        "dev legal_ref: no longer measured, floor 0.9000",
        "test index: no longer measured, floor 0.5000",
    ]
    assert "the floors are for other" in lines[2]


def test_a_fault_is_told_and_sets_no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise KeyError("who")

    monkeypatch.setattr("govscrape.extract.extractor.Extractor.extract", broken)
    now = report(RIGHT)
    assert now.faults == [("right", "KeyError: 'who'")]
    assert now.parts["dev"].measures["index"].recall == 0
    assert breaches(Floors(gold=now.gold, f1={}), now) == ["right: KeyError: 'who'"]
    with pytest.raises(InputError, match="no floor is set over a fault"):
        updated(None, now, allow_regression=False)


@pytest.mark.parametrize("content", ["{", '{"gold": "x"}', '{"gold": "x", "f1": {}, "margin": 1}'])
def test_floors_that_cannot_be_read_are_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "floors.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"floors\.json"):
        load_floors(tmp_path / "floors.json")


def test_the_page_escapes_and_loads_nothing() -> None:
    """A page of crawled text is opened in a browser: it must not run what a portal wrote."""
    page = html_page(report(RIGHT, WRONG), ["dev"], lambda _result, _miss: ["<i>"])
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&amp; &lt;b&gt;" in page
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page
    assert 'id="wrong"' in page
    assert 'id="right"' not in page


def test_overlapping_stretches_keep_every_character() -> None:
    """Cutting the body at spans must not lose or double text."""
    paints = [Paint(0, 4, "gold", "a", "1"), Paint(2, 6, "found", 'b"', "1 2"), Paint(5, 99, "right", "c")]
    assert paint("abcdefgh", paints) == (
        '<mark class="gold" title="a"><sup>1</sup>ab</mark>'
        '<mark class="gold found" title="a; b&quot;"><sup>1 2</sup>cd</mark>'
        '<mark class="found" title="b&quot;">e</mark><mark class="found" title="b&quot;; c">f</mark>'
        '<mark class="right" title="c">gh</mark>'
    )
    assert paint("a<b", []) == "a&lt;b"


def test_every_way_of_counting_adds_up() -> None:
    found = results(RIGHT, WRONG)
    for way in WAYS:
        groups = breakdown(found, way)
        if way != "tag":
            assert sum(group.tally.tp for group in groups) == 2, way
            assert sum(group.wrong_slots for group in groups) == 1, way
    data = as_data(report(RIGHT, WRONG), WAYS, None, ["dev"])["parts"]["dev"]
    assert data["by"]["tag"][0]["tag"] == "fraction"
    assert [miss["error"] for miss in data["misses"]] == ["wrong_value", "missed"]
    assert json.loads(json.dumps(data)) == data


def test_a_rule_is_told_with_what_hangs_on_it() -> None:
    """A rule without which nothing changes is dead; one that alone finds a record is dear."""
    lone = Case(id="lone", text="Hà Nam đứng thứ 3 về DTI.", gold_indices=())
    rows = {row["rule"]: row for row in rule_rows(results(RIGHT, WRONG, lone), RULESET)}
    assert rows["figure.rank.fraction"] == {
        "rule": "figure.rank.fraction", "fires": 2, "right": 2, "wrong": 0, "alone": 0}  # fmt: skip
    assert rows["figure.rank.plain"]["wrong"] == 1
    fine = lone.model_copy(update={"gold_indices": ({**GOLD, "index": "DTI", "subject": "Hà Nam", "rank": 3},)})
    rows = {row["rule"]: row for row in rule_rows(results(fine), RULESET)}
    assert rows["figure.rank.plain"] == {"rule": "figure.rank.plain", "fires": 1, "right": 1, "wrong": 0, "alone": 1}


def test_the_readmes_table_goes_between_its_marks() -> None:
    table = markdown(report(RIGHT, held_out(WRONG)))
    assert "| index results found | 1.000 | 1 | 0.667 | 1.000 | 0.500 | 0.667 to 0.667 | 2 |" in table
    assert "1 articles that rules were written with, 1 articles held out" in table
    page = "before\n<!-- accuracy -->\nold\n<!-- /accuracy -->\nafter"
    assert with_table(page, "new") == "before\n<!-- accuracy -->\nnew\n<!-- /accuracy -->\nafter"
    for broken in ("", "<!-- accuracy -->", "<!-- /accuracy --><!-- accuracy -->", page + page):
        with pytest.raises(ValueError, match="expected one"):
            with_table(broken, "new")


def test_why_names_what_stood_at_the_miss() -> None:
    """The page sends a checker to the rule that fired, and to nothing elsewhere in the article."""
    seen = results(WRONG.model_copy(update={"text": f"{TEXT} Kon Tum đứng thứ 12 về SIPAS."}))[0]
    lines = Why(RULESET).lines(seen, seen.sheet.misses[0])
    assert any("figure.rank" in line and "37/63" in line for line in lines)
    assert not any("Kon Tum" in line for line in lines)
    assert Why(RULESET).lines(seen, Miss("index", "missed", gold={"evidence": "nowhere"})) == []
    assert Why(RULESET).lines(replace(seen, fault="KeyError"), seen.sheet.misses[0]) == []


def test_partial_gives_half_for_the_right_figure_in_the_wrong_place() -> None:
    other_year = Case(id="year", text=TEXT, gold_indices=({**GOLD, "year": 2020},))
    row = measure_rows(report(other_year).parts["dev"])[0]
    assert (row["measure"], row["f1"], row["partial"]) == ("index", 0.0, 0.5)

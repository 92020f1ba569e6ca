"""``rules check`` must be able to fail: every kind of broken rule file is seen, and says where."""

from pathlib import Path

import pytest

from govscrape.evaluate import check_rules
from govscrape.rules import load_ruleset
from govscrape.rules.load import rules_dir

GOOD = """about: "sample"
lexicon:
  rise: [tăng, lên]
rules:
  - id: sample.rise
    finds: sample
    pattern: "@rise {n:int} bậc"
    gives: {sign: 1}
    examples:
      - {text: "tăng 07 bậc", gives: {n: 7, sign: 1}}
    not:
      - {text: "giảm 7 bậc", why: "the other direction"}
cues:
  - id: sample.hope
    category: hope
    phrases: [phấn đấu]
    examples: [{text: "phấn đấu đạt"}]
    not: [{text: "đạt", why: "a result"}]
"""


def failures(folder: Path, text: str, extra: str = "") -> list[str]:
    for lexicon in ("segment", "quantities"):
        name = f"{lexicon}.yaml"
        (folder / name).write_text((rules_dir() / "lexicon" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "sample.yaml").write_text(text + extra, encoding="utf-8")
    found, count = check_rules(load_ruleset(folder))
    assert count
    return [str(failure) for failure in found if "sample" in str(failure)]


def test_a_good_file_has_no_failures(tmp_path: Path) -> None:
    assert failures(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("n: 7,", "n: 8,", "expected n=8, sign=1, found sign=1, n=7"),
        ('"tăng 07 bậc"', '"tụt 07 bậc"', "expected n=7, sign=1, found nothing"),
        ('"giảm 7 bậc"', '"lên 7 bậc"', "must find nothing (the other direction), found 'lên 7 bậc'"),
        ("[tăng, lên]", "[tăng, lên, TĂNG]", "stands already as 'tăng'"),
        ("rise: [tăng, lên]", "rise: [tăng, lên]\n  unread: [x]", "no rule or cue uses this class"),
        ('"phấn đấu đạt"', '"mong đạt"', "the cue is not found"),
        ('{text: "đạt", why', '{text: "phấn đấu", why', "a result"),
    ],
    ids=["wrong value", "no match", "counter-example matches", "entry twice", "dead class", "cue missed", "cue found"],
)
def test_each_mistake_is_told(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in GOOD
    (failure,) = failures(tmp_path, GOOD.replace(old, new))
    assert words in failure
    assert "sample.yaml" in failure


def test_two_rules_may_not_read_one_example_differently(tmp_path: Path) -> None:
    other = """  - id: sample.other
    finds: sample
    pattern: "@rise {n:int} bậc nhé"
    gives: {sign: -1}
    examples:
      - {text: "tăng 07 bậc", gives: {sign: -1}}
"""
    text = GOOD.replace("cues:", other + "cues:")
    found = failures(tmp_path, text)
    assert any("sample.rise reads this text as n=7, sign=1" in failure for failure in found)


@pytest.mark.parametrize(
    ("record", "holds"),
    [
        ('{text: "Trời mưa.", why: "nothing", indices: [], officials: [], directives: [], legal_refs: []}', True),
        ('{text: "Trời mưa.", why: "nothing", indices: [{index: PAPI}]}', False),
    ],
    ids=["as expected", "a record is missing"],
)
def test_whole_texts_are_run(record: str, holds: bool, tmp_path: Path) -> None:
    (tmp_path / "sample.yaml").write_text(f'about: "sample"\nrecords:\n  - {record}\n', encoding="utf-8")
    for file in rules_dir().rglob("*"):
        target = tmp_path / file.relative_to(rules_dir())
        if file.is_dir():
            target.mkdir(exist_ok=True)
        elif file.suffix in {".yaml", ".csv"}:
            target.write_bytes(file.read_bytes())
    found, _ = check_rules(load_ruleset(tmp_path), "records.")
    mine = [failure for failure in found if failure.text == "Trời mưa."]
    assert (not mine) is holds


def test_all_rules_hold() -> None:
    found, count = check_rules(load_ruleset())
    assert not found, "\n".join(map(str, found[:20]))
    assert count > 100

"""What a change of the rules does, told as facts: nothing hidden, nothing told twice."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from govscrape.cli.main import run
from govscrape.evaluate.rehearsal import compare
from govscrape.rules.load import rules_dir

RESULT = {"index": "PAPI", "subject": "Gia Lai", "subject_level": "province", "year": 2023, "score": 41.47,
          "status": "result", "rule": "a", "evidence": {"start": 0, "end": 30, "text": ""}}  # fmt: skip
TEXT = "Năm 2023, Gia Lai xếp thứ 37/63 về PAPI, tụt 2 bậc so với năm 2022."


def effects(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.effect, change.slots) for change in compare({"indices": before}, {"indices": after})]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([RESULT], [RESULT], []),
        ([RESULT], [{**RESULT, "rule": "b", "evidence": {"start": 2, "end": 9, "text": ""}}], []),
        ([RESULT], [{**RESULT, "score": 40.0}], [("changed", ("score",))]),
        ([RESULT], [{**RESULT, "year": 2022}], [("changed", ("year",))]),
        ([RESULT], [{**RESULT, "year": 2022, "evidence": {"start": 90, "end": 99}}], [("lost", ()), ("gained", ())]),
        ([RESULT], [], [("lost", ())]),
        ([], [RESULT, RESULT], [("gained", ()), ("gained", ())]),
        ([RESULT, {**RESULT, "score": 1}], [{**RESULT, "score": 1}, RESULT], []),
    ],
    ids=["same", "other rule", "value", "key, same words", "key, elsewhere", "lost", "gained", "order"],
)
def test_compare(
    before: list[dict[str, Any]], after: list[dict[str, Any]], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    """A changed year told as one lost and one gained fact hides what happened; a moved span is no news."""
    assert effects(before, after) == expected


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    rows = [{"id": 1, "text": TEXT, "province": "Gia Lai"}, {"id": 2, "text": "Không có gì."}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")
    return path


def test_a_changed_rule_is_rehearsed(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "rules"
    shutil.copytree(rules_dir(), old)
    figures = old / "indices" / "changes.yaml"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace("gives: {sign: -1}", "gives: {sign: 1}"), encoding="utf-8")
    assert run(["rehearse", "--base", str(old), "--corpus", str(corpus)]) == 0
    shown = capsys.readouterr()
    assert "~ indices" in shown.out
    assert "rank_delta: '2' → '-2'" in shown.out
    assert "2 articles, 1 with changes" in shown.out
    assert "line 3: not JSON" in shown.err


def test_rules_that_do_not_fit_the_code_are_refused(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told article by article, as a loss of all records, it would look like a finding."""
    old = tmp_path / "rules"
    shutil.copytree(rules_dir(), old)
    for file in (old / "indices").glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("nation_name:", "nation:"), encoding="utf-8")
    assert run(["rehearse", "--base", str(old), "--corpus", str(corpus)]) == 1
    assert f"{old}: not rules for this version" in capsys.readouterr().err


def test_an_earlier_output_can_be_the_base(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Old rules do not load under new code: what the old version printed is then the only witness."""
    assert run(["extract", "--from", "jsonl", str(corpus)]) == 0
    before = capsys.readouterr().out
    base = tmp_path / "before.jsonl"
    base.write_text(before, encoding="utf-8")
    arguments = ["rehearse", "--base", str(base), "--corpus", str(corpus), "--format", "jsonl"]
    assert run(arguments) == 0
    assert capsys.readouterr().out == ""
    base.write_text(before.replace('"rank":37', '"rank":36'), encoding="utf-8")
    assert run(arguments) == 0
    change = json.loads(capsys.readouterr().out)
    assert (change["effect"], change["slots"], change["after"]["rank"]) == ("changed", ["rank"], 37)
    base.write_text("".join(before.splitlines(keepends=True)[1:]), encoding="utf-8")
    assert run(arguments) == 1
    assert "2 where line 1 of the corpus has 1" in capsys.readouterr().err

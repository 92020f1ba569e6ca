"""``govscrape evaluate`` as its users call it."""

import json
from pathlib import Path

import pytest

from govscrape.cli.main import run

TEXT = "Năm 2023, Gia Lai xếp thứ 37/63 về PAPI với 41,47 điểm."
GOLD = {"index": "PAPI", "component": None, "subject": "Gia Lai", "subject_level": "province", "year": 2023,
        "score": 41.47, "rank": 36, "rank_of": 63, "rank_scope": "national", "evidence": TEXT[10:31]}  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    case = {"text": TEXT, "title": "[b]\x1b[31m", "tags": ["fraction"], "gold_indices": [GOLD], "province": "Gia Lai"}
    (folder / "one.json").write_text(json.dumps(case), encoding="utf-8")
    return folder


def test_tables_and_misses(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A checker sees the figure, the class of the error and the words, without opening a file."""
    assert run(["evaluate", str(gold), "--show", "5", "--by", "rule", "--by", "tag", "--by", "portal"]) == 0
    shown = capsys.readouterr().out
    assert "dev: 1 articles" in shown
    assert "expected 36, found 37" in shown
    assert "wrong_value" in shown
    assert "fraction" in shown
    assert "gia_lai" in shown
    assert "figure." in shown
    assert TEXT[10:31] in shown


def test_json_has_every_figure(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(gold), "-f", "json", "--by", "index"]) == 0
    data = json.loads(capsys.readouterr().out)
    data = data["parts"]["dev"]
    figures = {row["measure"]: row for row in data["measures"]}
    assert figures["index"]["f1"] == 1
    assert figures["slot:rank"]["f1"] == 0
    assert data["errors"] == {"wrong_value": 1}
    assert data["by"]["index"][0]["index"] == "PAPI"
    assert data["misses"] == []


def test_files_are_written_beside_each_other(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, readme = tmp_path / "page.html", tmp_path / "README.md"
    readme.write_text("a\n<!-- accuracy -->\n<!-- /accuracy -->\nz\n", encoding="utf-8")
    assert run(["evaluate", str(gold), "--html", str(page), "--readme", str(readme)]) == 0
    assert "What the rules saw there" in page.read_text(encoding="utf-8")
    assert "| index results found | 1.000 | 1 |" in readme.read_text(encoding="utf-8")
    readme.write_text("no marks", encoding="utf-8")
    capsys.readouterr()
    assert run(["evaluate", str(gold), "--readme", str(readme)]) == 1
    assert f"{readme}: expected one <!-- accuracy -->" in capsys.readouterr().err
    assert readme.read_text(encoding="utf-8") == "no marks"


@pytest.mark.parametrize(
    "arguments", [["--update"], ["--allow-regression"], ["--floors", "x", "--allow-regression"], ["--by", "mood"]]
)
def test_flags_that_do_nothing_alone_are_refused(gold: Path, arguments: list[str]) -> None:
    """A forgotten --floors would let a build pass that checked nothing."""
    assert run(["evaluate", str(gold), *arguments]) == 2


def test_floors_that_are_not_there_are_an_error(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(gold), "--floors", str(gold / "none")]) == 1
    assert "none" in capsys.readouterr().err

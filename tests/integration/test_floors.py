"""Accuracy over all gold never falls unseen."""

from pathlib import Path

import pytest

from govscrape.cli.main import run

GOLD, FLOORS = "tests/fixtures/gold", "tests/fixtures/floors.json"
GATE = ["evaluate", "--floors", FLOORS]


def test_no_figure_is_below_its_floor(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that mends one article and breaks two others passes every example and loses here.

    Gold that changed fails too: `govscrape evaluate --floors tests/fixtures/floors.json --update` notes it.
    """
    monkeypatch.chdir(root)
    code = run(GATE)
    assert code == 0, capsys.readouterr().err


def test_a_figure_that_fell_is_seen(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gate that nothing can close guards nothing: gold with one wrong figure must fall below."""
    case = (root / GOLD / "dev" / "index-001.json").read_text(encoding="utf-8")
    (tmp_path / "index-001.json").write_text(case, encoding="utf-8")
    floors = tmp_path / "floors.txt"
    assert run(["evaluate", str(tmp_path), "--floors", str(floors), "--update"]) == 0
    (tmp_path / "index-001.json").write_text(case.replace('"rank": 29', '"rank": 28'), encoding="utf-8")
    capsys.readouterr()
    assert run(["evaluate", str(tmp_path), "--floors", str(floors)]) == 1
    err = capsys.readouterr().err
    assert "dev slot:rank: F1 0.0000 is below its floor 1.0000" in err
    assert "the floors are for" in err
    assert run(["evaluate", str(tmp_path), "--floors", str(floors), "--update"]) == 1
    assert "--allow-regression" in capsys.readouterr().err
    assert run(["evaluate", str(tmp_path), "--floors", str(floors), "--update", "--allow-regression"]) == 0
    assert run(["evaluate", str(tmp_path), "--floors", str(floors)]) == 0

"""Accuracy over all gold never falls unseen."""

import re
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from govscrape.cli.main import run

GOLD, FLOORS = "tests/fixtures/gold", "tests/fixtures/floors.json"
GATE = ["evaluate", "--floors", FLOORS]
RULESET = re.compile(r"ruleset \w+\.")


@pytest.fixture(scope="module")
def measured(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, str]:
    """One evaluation of all gold: its exit code, what it complains of, and README.md with its tables."""
    readme = tmp_path_factory.mktemp("readme") / "README.md"
    readme.write_text((root / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(StringIO()) as err, redirect_stdout(StringIO()):
        patch.chdir(root)
        code = run([*GATE, "--readme", str(readme)])
    return code, err.getvalue(), readme.read_text(encoding="utf-8")


def test_no_figure_is_below_its_floor(measured: tuple[int, str, str]) -> None:
    """A rule that mends one article and breaks two others passes every example and loses here.

    Gold that changed fails too: `make floors` notes it.
    """
    code, complaints, _ = measured
    assert code == 0, complaints


def test_readmes_tables_are_what_was_measured(root: Path, measured: tuple[int, str, str]) -> None:
    """Figures of an older day, or typed by hand: `make accuracy` writes today's. The ruleset's id may be older."""
    shown = (root / "README.md").read_text(encoding="utf-8")
    assert RULESET.sub("", shown) == RULESET.sub("", measured[2])


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

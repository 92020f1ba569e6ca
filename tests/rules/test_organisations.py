"""How bodies are told by their words: the examples of the rules, both ways."""

import shutil
from pathlib import Path

import pytest

from govscrape.cli.main import run
from govscrape.errors import RuleError
from govscrape.evaluate.name_examples import check_names
from govscrape.rules.load import rules_dir
from govscrape.rules.organisations import catalogue, slug


def test_examples() -> None:
    """A spelling that is not understood makes two bodies of one; not every name that begins like a body's is it."""
    failures, count = check_names()
    assert [str(failure) for failure in failures] == []
    assert count > 30
    assert check_names("figure.rank") == ([], 0)


def test_a_wrong_example_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that cannot fail."""
    wrong = {"written": "Sở Y tế", "province": "Gia Lai", "name": "Sở Nội vụ", "in": "Gia Lai", "level": "province"}
    kept = {"written": "Sở Y tế", "province": "Gia Lai", "why": "no body"}
    monkeypatch.setitem(catalogue().about, "examples", [wrong])
    monkeypatch.setitem(catalogue().about, "not", [kept])
    failures, count = check_names("org")
    assert (len(failures), count) == (2, 2)
    assert "Sở Y tế" in str(failures[0])


def test_every_name_of_the_list_finds_itself() -> None:
    """A name that leads to another body would hide the one it belongs to."""
    rows = {known.row["name"]: known.row for found in catalogue()._bodies.values() for known in found}
    lost = [name for name in rows if catalogue().named(name, "Gia Lai").name != name]
    assert lost == []


def test_keys_are_names_of_files() -> None:
    """Keys are addresses of pages: no slash, no accent, no length that a disk refuses."""
    assert slug("Sở Văn hóa, Thể thao & Du lịch") == "so-van-hoa-the-thao-du-lich"
    assert len(slug("rất dài " * 60)) <= 80
    assert slug("rất dài " * 60) != slug("rất dài " * 61)
    assert catalogue().named("…", None).key.startswith("elsewhere/")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Sở Mới,,sở,tỉnh,,,", "7 columns instead of 9"),
        ("Sở Mới,,sở,tỉnh,,,,verified,A,B", "10 columns instead of 9"),
        (",,sở,tỉnh,,,,verified,", "name is empty"),
        ("Sở Mới,,so,tỉnh,,,,verified,", "unknown kind 'so'; known: "),
        ("Sở Mới,,sở,tinh,,,,verified,", "unknown level 'tinh'; known: "),
        ("Sở Mới,,sở,tỉnh,1/3/2025,,,verified,", "valid_from: '1/3/2025' is no day such as 2025-03-01"),
        ("Sở Mới,,sở,tỉnh,2025-03-01,2025-02-28,,verified,", "valid_to is before valid_from"),
        ("Sở Nội vụ,,sở,tỉnh,,,,verified,", "'Sở Nội vụ' is also line 2"),
        ('"Sở Mới"x,,sở,tỉnh,,,,verified,', "not CSV: "),
    ],
)
def test_a_bad_row_of_the_list_is_told_by_its_line(row: str, fault: str, tmp_path: Path) -> None:
    """It passed, or another file was blamed with Python's words."""
    shutil.copytree(rules_dir() / "gazetteer", tmp_path / "gazetteer")
    file = tmp_path / "gazetteer" / "organisation.csv"
    line = file.read_text(encoding="utf-8").count("\n") + 1
    with file.open("a", encoding="utf-8") as rows:
        rows.write(row + "\n")
    with pytest.raises(RuleError) as told:
        check_names(rules=tmp_path)
    assert str(told.value).startswith(f"{file}:{line}: {fault}")


def test_a_folder_of_rules_is_checked_like_the_rules_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    """The examples of bodies were left out when a folder was named."""
    assert run(["rules", "check", "organisations"]) == 0
    own = capsys.readouterr().out
    assert run(["rules", "check", "organisations", "--rules", str(rules_dir())]) == 0
    assert capsys.readouterr().out == own

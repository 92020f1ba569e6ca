"""How bodies are told by their words: the examples of the rules, both ways."""

import pytest

from govscrape.evaluate.name_examples import check_names
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

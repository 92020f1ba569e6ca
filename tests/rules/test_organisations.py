"""How bodies are told by their words: the examples of the rules, both ways."""

from typing import Any

import pytest

from govscrape.rules.organisations import catalogue, slug

ABOUT = catalogue().about


@pytest.mark.parametrize("example", ABOUT["examples"], ids=lambda example: str(example["written"]))
def test_examples(example: dict[str, Any]) -> None:
    """A spelling that is not understood makes two bodies of one."""
    found = catalogue().named(example["written"], example["province"])
    assert (found.name, found.province, found.level) == (example["name"], example["in"], example["level"])
    assert found.kind == example["kind"] if "kind" in example else found.known


@pytest.mark.parametrize("example", ABOUT["not"], ids=lambda example: str(example["written"]))
def test_what_is_kept_as_written(example: dict[str, Any]) -> None:
    """A body of the list is not found in every name that begins like one."""
    found = catalogue().named(example["written"], "Gia Lai")
    assert not found.known or found.level == "district", example["why"]
    assert not catalogue().named(example["written"], None).known


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

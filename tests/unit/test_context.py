"""Cues govern what their direction, scope and terminators say, and nothing else."""

from pathlib import Path

import pytest

from govscrape.extract.context import read_context
from govscrape.extract.document import read_document
from govscrape.extract.mentions import Recogniser
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.text.segment import SegmentRules

CUE = """about: "sample"
cues:
  - id: sample.hope
    category: hope
    phrases: [phấn đấu, "mục tiêu:"]
    terminators: [tuy nhiên]
    direction: {direction}
    scope: {scope}
    examples: [{{text: "phấn đấu"}}]
"""


def governed(folder: Path, direction: str, scope: str, text: str) -> list[str]:
    """The marked words (those that begin with "w") of ``text`` that a cue governs."""
    (folder / "sample.yaml").write_text(CUE.format(direction=direction, scope=scope), encoding="utf-8")
    ruleset = load_ruleset(folder)
    document = read_document(article_from_text(text), Recogniser(ruleset), SegmentRules())
    context = read_context(document, ruleset.cues)
    words = document.reading.tokens.words
    return [word for place, word in enumerate(words) if word.startswith("w") and context.at(place, "hope")]


@pytest.mark.parametrize(
    ("direction", "scope", "text", "expected"),
    [
        ("forward", "sentence", "Wa phấn đấu wb; wc. Wd.", ["wb", "wc"]),
        ("forward", "clause", "Wa phấn đấu wb; wc. Wd.", ["wb"]),
        ("forward", "sentence", "Ta phấn đấu:\n- wc đạt 1.\n- wd đạt 2.", ["wc", "wd"]),
        ("forward", "own_sentence", "Ta phấn đấu:\n- wc đạt 1.\n- wd đạt 2.", []),
        ("forward", "own_sentence", "Wa phấn đấu wb; wc. Wd.", ["wb", "wc"]),
        ("backward", "sentence", "Wa wb phấn đấu wc.", ["wa", "wb"]),
        ("both", "sentence", "Wa phấn đấu wb.", ["wa", "wb"]),
        ("forward", "sentence", "Phấn đấu wa, tuy nhiên wb.", ["wa"]),
        ("forward", "paragraph", "Phấn đấu wa. Wb.\n\nWc.", ["wa", "wb"]),
        (
            "forward",
            "list",
            "Mục tiêu:\n- wa đạt 1.\n- wb đạt 2.\n\nWc đạt kết quả tốt trong năm nay và các năm sau.",
            ["wa", "wb"],
        ),
        ("forward", "sentence", "Wa wb.", []),
    ],
    ids=[
        "to the end",
        "a clause only",
        "and the list it leads",
        "without the list it leads",
        "its own sentence",
        "before it",
        "both ways",
        "ended by a word",
        "a paragraph",
        "the list below",
        "no cue",
    ],
)
def test_reach(direction: str, scope: str, text: str, expected: list[str], tmp_path: Path) -> None:
    assert governed(tmp_path, direction, scope, text) == expected

"""Offsets survive the model: what it joins, rewrites or drops is found again in the text."""

import itertools
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.nlp.vi import Underthesea, align

pytestmark = pytest.mark.filterwarnings("default")  # the model's own packages warn


@pytest.fixture(scope="module")
def model() -> Underthesea:
    return Underthesea()


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        ("đạt 71,25  điểm", ["đạt", "71,25 điểm"], ["đạt", "71,25  điểm"]),
        ("a\nb", ["a b"], ["a\nb"]),
        ("a b c", ["a", "b"], ["a", "b", "c"]),
        ("a b", ["a", "x"], ["a", "b"]),
        ("", [], []),
        (" \u00a0 ", [], []),
    ],
    ids=["double space", "line end in a word", "tail left out", "token of another text", "empty", "only spaces"],
)
def test_align(text: str, tokens: list[str], expected: list[str]) -> None:
    assert [text[start:end] for start, end in align(text, tokens)] == expected


@given(st.text(alphabet="ab ơđ.,(\n\u00a0", max_size=20), st.lists(st.text(alphabet="abơđ .", max_size=4)))
def test_align_never_leaves_the_text(text: str, tokens: list[str]) -> None:
    spans = align(text, tokens)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Uỷ ban nhân dân tỉnh hoà bình đạt 71,25 điểm... (xếp thứ 3)",
        "Nghị quyết 12/NQ-CP\n- việc một;\n- việc hai",
        "“Quyết liệt”, ông nói…",
    ],
    ids=["old tone marks", "list", "quotes"],
)
def test_words_cover_the_text_as_written(model: Underthesea, text: str) -> None:
    """By default the model writes "uỷ" as "ủy": the spans must still be the article's own letters."""
    covered = "".join(text[word.start : word.end] for word in model.words(text))
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.slow
def test_a_word_of_two_syllables_is_one(model: Underthesea) -> None:
    text = "Chủ tịch phát biểu"
    assert [text[word.start : word.end] for word in model.words(text)] == ["Chủ tịch", "phát biểu"]


@pytest.mark.slow
@settings(max_examples=40)
@given(st.text(alphabet=st.sampled_from("aăâđêôơưáờửọ bcht 0129.,;:/()-–“”…\n"), max_size=60))
def test_words_of_any_text(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    covered = "".join(text[word.start : word.end] for word in Underthesea().words(text))
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.slow
def test_names_have_the_articles_spelling(model: Underthesea) -> None:
    """Names come from a path that rewrites tone marks; their offsets must not."""
    text = "Ông Rah Lan Chung làm việc tại Khánh Hoà."
    found = {text[entity.start : entity.end]: entity.kind for entity in model.entities(text)}
    assert found["Rah Lan Chung"] == "person"
    assert found["Khánh Hoà"] == "place"


def test_decomposed_text_is_refused(model: Underthesea) -> None:
    """Offsets into text that the model composes first would be off by one per accent."""
    with pytest.raises(ValueError, match="NFC"):
        model.words("Hoà".replace("à", "a\u0300"))


def test_the_model_is_not_imported_before_it_is_needed() -> None:
    """Its import costs half a second that most commands need not pay."""
    program = "import sys, govscrape.nlp.vi; sys.exit('underthesea' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

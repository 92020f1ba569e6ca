"""Patterns, mentions and settling: what the rule language promises."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.extract import lattice
from govscrape.extract.lattice import follow
from govscrape.extract.mentions import Reading, Recogniser, Window
from govscrape.rules import load_ruleset
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise

HEAD = """about: "sample"
lexicon:
  colour: {{đỏ: "1", "xanh lá": "2", xanh: "3"}}
  joiner: [và, ","]
rules:
  - id: sample.rule
    finds: thing
    pattern: {pattern}
    examples: [{{text: "x"}}]
"""


def read(folder: Path, pattern: str, text: str, extra: str = "") -> Reading:
    (folder / "sample.yaml").write_text(HEAD.format(pattern=pattern) + extra, encoding="utf-8")
    tokens = tokenise(normalise(text).text)
    return Recogniser(load_ruleset(folder)).read(tokens, Window({}))


def found(reading: Reading, type_: str = "thing") -> list[str]:
    return [reading.raw(mention) for mention in reading.mentions(type_)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("xếp thứ", "XẾP THỨ nhất", ["XẾP THỨ"]),
        ("hòa bình", "nước hoà bình", ["hòa bình"]),
        ("a b", "a  b a\u00a0b ab", ["a  b", "a b"]),
        ("'{n:int} / {m:int}'", "51/61", ["51/61"]),
        ('"{n:int} \'%\'"', "5% 5,5%", ["5%"]),
        ('"{n:dec}"', "5 5,5 1.234 0.25", ["5,5", "0.25"]),
        ('"@colour"', "đỏ xanh lá xanh", ["đỏ", "xanh lá", "xanh"]),
        ('"@colour (@joiner @colour)*"', "đỏ, xanh và đỏ rồi xanh", ["đỏ, xanh và đỏ", "xanh"]),
        ('"đầu ~2 cuối"', "đầu một hai cuối đầu một hai ba cuối", ["đầu một hai cuối"]),
        ('"đầu ~3 {n:int}"', "đầu 1 2 3", ["đầu 1"]),
        ('"{n:cap} {m:cap}?"', "ông Nguyễn Nam đến", ["Nguyễn Nam"]),
        ('"{n:upper}"', "UBND tỉnh", ["UBND"]),
        ('["a b", "a b c"]', "a b c", ["a b c"]),
        ('"thứ"', "thứthứ", []),
    ],
    ids=[
        "case", "tone placement", "spacing", "slash is a sign", "a decimal is no int", "a thousands dot is no decimal",
        "longest phrase of a class", "repetition takes what it can", "a gap has a limit", "a gap is short",
        "capitals, not the honorific", "all capitals", "longest of the alternatives", "word edges",
    ],
)  # fmt: skip
def test_patterns(pattern: str, text: str, expected: list[str], tmp_path: Path) -> None:
    assert found(read(tmp_path, pattern, text)) == expected


def test_slots_keep_values_and_their_tokens(tmp_path: Path) -> None:
    reading = read(tmp_path, '"{what:colour} {n:int}"', "xanh lá 07")
    (mention,) = reading.mentions("thing")
    assert dict(mention.slots) == {"what": 2, "n": 7}
    assert mention.spans["what"] == (0, 2)


WHERE = """  - id: sample.where
    finds: limited
    pattern: "{n:int} / {m:int}"
    where: {n: "1..5", m: ">= n"}
    examples: [{text: "x"}]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3/5", ["3/5"]), ("6/9", []), ("5/4", [])],
    ids=["within", "over the range", "comparison fails"],
)
def test_where_limits_slots(text: str, expected: list[str], tmp_path: Path) -> None:
    assert found(read(tmp_path, '"x"', text, WHERE), "limited") == expected


LAYERS = """  - id: sample.long
    finds: long
    layer: one
    pattern: "a b c"
    examples: [{text: "x"}]
  - id: sample.short
    finds: short
    layer: one
    pattern: "b c"
    examples: [{text: "x"}]
  - id: sample.equal
    finds: equal
    layer: one
    pattern: "c d"
    overrides: [sample.short]
    examples: [{text: "x"}]
"""


def test_longest_evidence_wins_then_the_named_override(tmp_path: Path) -> None:
    reading = read(tmp_path, '"x"', "a b c d", LAYERS)
    assert (found(reading, "long"), found(reading, "short"), found(reading, "equal")) == (["a b c"], [], [])
    reading = read(tmp_path, '"x"', "b c d", LAYERS)
    assert (found(reading, "short"), found(reading, "equal")) == ([], ["c d"])


def test_names_of_a_gazetteer_need_capitals_when_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "place.csv").write_text("name,aliases,proper\nHòa Bình,Hoa Binh,1\n", encoding="utf-8")
    reading = read(tmp_path, '"{where:place}"', "Hoà Bình yêu chuộng hoà bình")
    assert found(reading) == ["Hòa Bình"]


def test_a_match_never_leaves_its_scope(tmp_path: Path) -> None:
    (tmp_path / "sample.yaml").write_text(HEAD.format(pattern='"a ~5 b"'), encoding="utf-8")
    recogniser = Recogniser(load_ruleset(tmp_path))
    tokens = tokenise("a x b")
    assert recogniser.read(tokens, Window({"clause": [(0, 3)]})).mentions("thing")
    assert not recogniser.read(tokens, Window({"clause": [(0, 2), (2, 3)]})).mentions("thing")


def test_work_grows_with_the_text_not_with_its_square(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested repetition over one word kills a backtracking matcher; the steps followed are counted, not the seconds."""
    (tmp_path / "sample.yaml").write_text(HEAD.format(pattern='"(a a? | a)+ c"'), encoding="utf-8")
    recogniser = Recogniser(load_ruleset(tmp_path))
    steps = 0

    def counted(*arguments: Any) -> Any:
        nonlocal steps
        steps += 1
        return follow(*arguments)

    monkeypatch.setattr(lattice, "follow", counted)
    counts = []
    for size in (200, 400):
        steps = 0
        recogniser.read(tokenise("a " * size + "b c"), Window({})).mentions("thing")
        counts.append(steps)
    assert 0 < counts[1] <= 2.2 * counts[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "xanh", "lá", "đỏ", "5", "5,5", "/", "(", ")", ";", "và", ","]), max_size=30)
)
def test_any_text_gives_mentions_inside_it(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    folder = tmp_path_factory.mktemp("rules")
    reading = read(folder, '"@colour (@joiner @colour)* ~2 {n:num}?"', " ".join(words), LAYERS)
    size = len(reading.tokens)
    for type_ in ("thing", "long", "short", "equal", "colour"):
        last = 0
        for mention in reading.mentions(type_):
            assert last <= mention.start < mention.end <= size, "settled mentions of a type do not overlap"
            last = mention.end

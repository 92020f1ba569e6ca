"""Rule files: strings only, mistakes told with file and line, nothing half-loaded."""

from pathlib import Path

import pytest

from govscrape.errors import RuleError
from govscrape.rules import load_ruleset
from govscrape.rules.load import parse_yaml, read_yaml, rules_dir

RULE = """about: "one rule"
rules:
  - id: a.b
    finds: thing
    pattern: "{pattern}"
    examples: [{{text: "x"}}]
"""


def write(folder: Path, text: str, name: str = "one.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("scalar", ["no", "12:30", "007", "1e3", "2024-01-01", "0x10", "true"])
def test_every_scalar_stays_the_string_that_was_typed(scalar: str) -> None:
    assert parse_yaml(f"key: {scalar}", "f") == {"key": scalar}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_only_an_unquoted_null_is_none(nothing: str) -> None:
    assert parse_yaml(f"key: {nothing}", "f") == {"key": None}
    assert parse_yaml('key: "null"', "f") == {"key": "null"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "key 'a' stands twice"),
        ("a:\n  - [1, 2\nb: 3\n", 3, "not YAML"),
        ("? [a, b]\n: 1\n", 1, "a key must be a string"),
        ("a: 1\nb: *missing\n", 2, "not YAML"),
    ],
    ids=["the last of two equal keys would win", "unclosed list", "a list as key", "an alias to nothing"],
)
def test_mistakes_name_file_and_line(text: str, line: int, words: str) -> None:
    with pytest.raises(RuleError, match=words) as caught:
        parse_yaml(text, "rules/x.yaml")
    assert str(caught.value).startswith(f"rules/x.yaml:{line}:")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('about: "x"\nunknown: 1\n', r"one.yaml:2: unknown: unknown key"),
        (
            'about: "x"\nrules:\n  - id: a.b\n    finds: t\n    patern: "x"\n',
            r"one.yaml:5: rules.0.patern: unknown key",
        ),
        (RULE.format(pattern="(x"), r"rule a.b: pattern '\(x': a bracket is not closed"),
        (RULE.format(pattern="x)"), r"closes what was never opened"),
        (RULE.format(pattern="{nothing}"), r"no mention type 'nothing'"),
        (RULE.format(pattern="x?"), r"matches the empty text"),
        (RULE.format(pattern="~3 x"), r"may not begin with a gap"),
        (RULE.format(pattern="{w:word} x"), r"may not begin with a gap or any word"),
        (RULE.format(pattern="?"), r"nothing before it"),
        (RULE.format(pattern="{a:}"), r"cannot read"),
        (RULE.format(pattern="{thing} x"), r"in a circle"),
        (
            RULE.format(pattern="x").replace("rules:", "lexicon: {thing: [x]}\nrules:"),
            r"finds 'thing', which is a lexicon class",
        ),
        (RULE.replace("pattern:", "where: {{n: '1..2'}}\n    pattern:").format(pattern="x"), r"no slot 'n'"),
        (
            RULE.replace("pattern:", "overrides: [c.d]\n    pattern:").format(pattern="x"),
            r"overrides 'c.d', which is no rule",
        ),
        ('about: "x"\nrules:\n  - {id: a.b, finds: t, pattern: x, examples: []}\n', r"at least 1 item"),
    ],
)
def test_a_wrong_rule_file_is_one_clear_error(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=words) as caught:
        load_ruleset(write(tmp_path, text)).strata  # noqa: B018 - a circle shows when the order is asked for
    assert "\n" not in str(caught.value)


def test_two_files_may_not_define_one_thing(tmp_path: Path) -> None:
    write(tmp_path, RULE.format(pattern="x"))
    write(tmp_path, RULE.format(pattern="y"), "two.yaml")
    with pytest.raises(RuleError, match=r"rule a.b stands already in .*one.yaml"):
        load_ruleset(tmp_path)


def test_a_gazetteer_needs_its_columns(tmp_path: Path) -> None:
    (tmp_path / "place.csv").write_text("title\nx\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"place.csv:1: a gazetteer needs the columns name and aliases"):
        load_ruleset(tmp_path)


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"about: \xff")
    with pytest.raises(RuleError, match=r"bad.yaml: cannot be read"):
        read_yaml(tmp_path / "bad.yaml")


def test_the_version_changes_with_any_byte_and_only_then(tmp_path: Path) -> None:
    first = load_ruleset(write(tmp_path, RULE.format(pattern="x"))).version
    assert load_ruleset(tmp_path).version == first
    assert load_ruleset(write(tmp_path, RULE.format(pattern="y"))).version != first


def test_the_rules_folder_can_be_named_and_is_said_when_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOVSCRAPE_RULES", str(tmp_path))
    assert rules_dir() == tmp_path
    monkeypatch.setenv("GOVSCRAPE_RULES", str(tmp_path / "none"))
    with pytest.raises(RuleError, match="GOVSCRAPE_RULES"):
        rules_dir()

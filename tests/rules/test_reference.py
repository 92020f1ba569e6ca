"""rules/README.md is the reference: every rule file it shows loads, and its examples hold."""

import re
from pathlib import Path

import pytest

from govscrape.evaluate import check_rules
from govscrape.rules import load_ruleset
from govscrape.rules.load import rules_dir

REFERENCE = Path(__file__).parents[2] / "rules" / "README.md"
BLOCKS = [
    block
    for block in re.findall(r"```yaml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.S)
    if block.startswith("about:")
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_file_of_the_reference_holds(block: str, tmp_path: Path) -> None:
    for lexicon in ("segment", "quantities"):
        source = rules_dir() / "lexicon" / f"{lexicon}.yaml"
        (tmp_path / f"{lexicon}.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "sample.yaml").write_text(block, encoding="utf-8")
    ruleset = load_ruleset(tmp_path)
    assert any("sample" in name or "SAMPLE" in name for name in ruleset.homes)
    failures, _ = check_rules(ruleset, "sample")
    assert not failures, "\n".join(map(str, failures))


def test_the_reference_shows_files() -> None:
    assert len(BLOCKS) >= 4

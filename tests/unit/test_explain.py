"""``explain`` names what fired, and for what did not, the first constraint that failed."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from govscrape.cli.explain import explain as command
from govscrape.extract.explain import Explanation, explain
from govscrape.extract.extractor import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ruleset())


def near(found: Explanation, rule: str) -> str:
    return next(miss.failed for miss in found.near if miss.rule == rule)


def test_what_fired_is_shown_with_its_rule(extractor: Extractor) -> None:
    found = explain(article_from_text("PAPI năm 2023 của tỉnh Gia Lai đạt 40,32 điểm.", province="Gia Lai"), extractor)
    assert [record.score for record in found.extraction.indices] == [40.32]
    assert "figure.score.marked" in {mention.rule for mention in found.mentions}


def test_a_pattern_that_stopped_says_what_it_expected(extractor: Extractor) -> None:
    found = explain(article_from_text("PAPI của tỉnh xếp vị trí thứ mấy thì chưa rõ."), extractor, most=200)
    assert "expected" in near(found, "figure.rank.of")
    assert "found 'mấy'" in near(found, "figure.rank.of")


def test_a_condition_that_failed_is_named(extractor: Extractor) -> None:
    found = explain(article_from_text("PAPI của tỉnh xếp thứ 70/63."), extractor, most=500)
    assert any(miss.failed.startswith("where: ") for miss in found.near)


def test_a_mention_that_lost_names_the_winner(extractor: Extractor) -> None:
    found = explain(article_from_text("PAPI của tỉnh xếp vị trí 51/61."), extractor, most=200)
    assert "figure.rank.fraction 'xếp vị trí 51/61'" in near(found, "figure.rank.plain")


def test_the_body_is_what_the_offsets_speak_of(extractor: Extractor) -> None:
    found = explain(article_from_text("PAPI năm 2023: Gia Lai đạt 40,32 điểm, hạng 51/61."), extractor)
    for record in found.extraction.indices:
        evidence = record.evidence
        assert found.document.article.body[evidence.start : evidence.end] == evidence.text


def test_the_command_says_where_each_rule_stands() -> None:
    """Whoever mends a rule opens the file at that line; a rule that fired is not told again among those near."""
    text = "Phấn đấu năm 2025 PAPI của Gia Lai xếp thứ 20/63; ông Lê A, Phó Chủ tịch UBND tỉnh giao Sở Nội vụ báo cáo."
    told = CliRunner(env={"COLUMNS": "200"}).invoke(command, [text]).stdout
    places = re.findall(r"^    ([a-z_.]+)  (\S+\.yaml):(\d+)$", told, re.MULTILINE)
    assert {"figure.rank.fraction", "cue.target", "officials.title.office"} <= {name for name, _, _ in places}
    for name, file, line in places:
        stands = Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert name in stands if name != "lexicon" else stands == "index:", stands
    fired, _, nearly = told.partition("Nearly")
    missed = re.findall(r"^  ([a-z_.]+)  \S+\.yaml:\d+$", nearly, re.MULTILINE)
    assert len(missed) == 5
    assert not [name for name in missed if f" {name} " in fired]

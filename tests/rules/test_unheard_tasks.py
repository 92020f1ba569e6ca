"""Orders whose task begins with a verb that no rule knows: they are found by where they stand, not by a word list."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from govscrape.extract import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.rules.ruleset import RuleSet
from govscrape.text.normalize import normalise

GOLD = Path(__file__).resolve().parents[1] / "fixtures" / "gold" / "dev"
INVENTED = ("choẽ", "xoạng", "nhom", "quớt", "giằm", "toáy", "chuội", "ghém", "nhuốm", "rựng", "hoắm", "phoạt")
"""Syllables that could be Vietnamese and are words of no rule."""


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset()


@pytest.fixture(scope="module")
def masked(ruleset: RuleSet) -> list[tuple[str, set[str]]]:
    """Annotated articles, the verb of each task replaced by invented words, and how the tasks they order then begin."""
    known = {entry.phrase.lower() for entry in ruleset.entries if entry.type in ("task_verb", "task_adverb")}
    verbs = sorted(known, key=len, reverse=True)
    out = []
    for path in sorted(GOLD.glob("acts-*.json"))[::3]:
        case = json.loads(path.read_text(encoding="utf-8"))
        text, tasks = normalise(case["text"]).text, set()
        for number, gold in enumerate(case["gold_directives"]):
            action = normalise(gold["action"]).text
            verb = next((verb for verb in verbs if action.lower().startswith(f"{verb} ")), None)
            if verb is None or text.count(action) != 1 or gold.get("optional"):
                continue
            length = verb.count(" ") + 1
            new = [INVENTED[(number + at) % len(INVENTED)] for at in range(length)]
            new[0] = new[0].capitalize() if action[0].isupper() else new[0]
            other = " ".join([*new, *action.split(" ")[length:]])
            text = text.replace(action, other)
            tasks.add(" ".join(other.split(" ")[:4]))
        out.append((text, tasks))
    return out


def test_invented_words_are_in_no_rule(ruleset: RuleSet) -> None:
    words = {word for entry in ruleset.entries for word in entry.phrase.lower().split()}
    assert words.isdisjoint(INVENTED)


def test_tasks_are_found_without_knowing_their_verbs(ruleset: RuleSet, masked: list[tuple[str, set[str]]]) -> None:
    extractor = Extractor(ruleset)
    found = total = 0
    for text, tasks in masked:
        article = article_from_text(text, published_at=datetime.fromisoformat("2024-05-10T08:00+07:00"))
        actions = {record.action for record in extractor.extract(article).directives}
        found += sum(any(action.startswith(task) for action in actions) for task in tasks)
        total += len(tasks)
    assert total > 100
    assert found / total > 0.85


REPORTS = [
    "Chủ tịch UBND tỉnh yêu cầu các sở rà soát hồ sơ. Sở Y tế hiện quá tải.",
    "Bí thư Tỉnh ủy giao Sở Tài chính rà soát nguồn vốn. UBND huyện Tân Lạc là đơn vị dẫn đầu.",
    "Bí thư Tỉnh ủy giao Sở Tài chính rà soát nguồn vốn.\n\nBan biên tập",
    "Nhân dịp này, UBND huyện đã tặng giấy khen cho 10 tập thể; 5 tổ dân phố giữ vững danh hiệu văn hóa.",
]


@pytest.mark.parametrize("text", REPORTS)
def test_what_units_do_or_are_is_no_task(ruleset: RuleSet, text: str) -> None:
    actions = [record.action for record in Extractor(ruleset).extract(article_from_text(text)).directives]
    assert actions == [action for action in ("rà soát hồ sơ", "rà soát nguồn vốn") if action in text]

"""``govscrape evaluate`` counts exactly as the reference scorer beside the project, on right and on wrong records."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govscrape.evaluate.case import Case
from govscrape.evaluate.gold import load_cases
from govscrape.evaluate.metrics import score_case, totals
from govscrape.evaluate.run import evaluate
from govscrape.evaluate.wording import wording_of
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words

RULESET = load_ruleset()
WORDS = wording_of(RULESET)
KINDS = ("indices", "officials", "directives", "legal_refs")
Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def folder() -> Path:
    path = Path(__file__).resolve().parents[3] / "shared"
    if not (path / "score.py").is_file():
        pytest.skip("no ../shared/score.py beside the project")
    return path


@pytest.fixture(scope="module")
def cases(folder: Path) -> list[Case]:
    return load_cases([folder / "cases"])


@pytest.fixture(scope="module")
def answers(cases: list[Case]) -> Answers:
    return {result.case.id: result.found for result in evaluate(cases, RULESET, load_page_words())}


def reference(folder: Path, answers: Answers, tmp: Path, cases: Path | None = None) -> dict[str, Any]:
    """What the reference says of these answers, put in the place of the program's own output."""
    (tmp / "answers.jsonl").write_text(
        "".join(json.dumps({"id": id, **found}) + "\n" for id, found in answers.items()), encoding="utf-8"
    )
    (tmp / "says.py").write_text(
        f"import sys, pathlib\nsys.stdin.read()\nprint(pathlib.Path({str(tmp / 'answers.jsonl')!r}).read_text())\n",
        encoding="utf-8",
    )
    subprocess.run(
        [sys.executable, str(folder / "score.py"), str(cases or folder / "cases"), "--json", str(tmp / "scores.json")],
        env={**os.environ, "GOVSCRAPE": f"{sys.executable} {tmp / 'says.py'}"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    scores: dict[str, Any] = json.loads((tmp / "scores.json").read_text(encoding="utf-8"))
    return scores


def ours(cases: list[Case], answers: Answers) -> dict[str, Any]:
    tallies = totals(score_case(case, answers[case.id], WORDS) for case in cases)
    return {
        name: {"p": round(t.precision, 3), "r": round(t.recall, 3), "f1": round(t.f1, 3), "n": t.gold}
        for name, t in tallies.items()
    }


def damaged(record: dict[str, Any], dice: random.Random) -> Iterator[dict[str, Any]]:
    """A record as it is, or spoilt: lost, doubled, in two parts, with other values, cut short."""
    how = dice.randrange(12)
    if how == 0:
        return
    copy = dict(record)
    if how == 1:
        yield copy
    elif how == 2 and "score" in record:
        yield {**record, "rank": None, "rank_of": None, "rank_delta": None}
        copy = {**record, "score": None, "score_delta": None}
    elif how == 3 and record.get("prev_rank"):
        yield {**record, "rank": record["prev_rank"], "year": record["baseline_year"], "score": None, "prev_rank": None}
    elif how < 8:
        for slot in dice.sample(sorted(copy), 3):
            copy[slot] = spoilt(slot, copy[slot], dice)
    yield copy


def spoilt(slot: str, value: Any, dice: random.Random) -> Any:
    if isinstance(value, int | float) and slot != "confidence":
        return value + dice.choice((-1, 1))
    if isinstance(value, list) and slot != "mentions":
        return value[1:] if dice.random() < 0.5 else [*value, "Sở Y tế"]
    if isinstance(value, str) and slot in {"action", "subject", "name", "number", "component_text", "issuer_name"}:
        return " ".join(value.split()[: -dice.randrange(1, 3)]) or value
    if slot in {"status", "subject_level", "rank_scope", "deadline", "score_bound"}:
        return {"status": "target", "subject_level": "national_average", "score_bound": "min"}.get(slot)
    return value


def test_the_programs_own_answers(folder: Path, cases: list[Case], answers: Answers, tmp_path: Path) -> None:
    assert ours(cases, answers) == reference(folder, answers, tmp_path)


def test_answers_on_the_held_out_articles(folder: Path, root: Path, tmp_path: Path) -> None:
    """Where the program errs of itself, both must say so alike."""
    path = root / "tests" / "fixtures" / "gold" / "test"
    held_out = load_cases([path])
    found = {result.case.id: result.found for result in evaluate(held_out, RULESET, load_page_words())}
    assert ours(held_out, found) == reference(folder, found, tmp_path, path)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_answers(folder: Path, cases: list[Case], answers: Answers, tmp_path: Path, seed: int) -> None:
    """Where all is right any scorer agrees: parts, earlier years, excuses and wrong slots show whether two do."""
    dice = random.Random(seed)
    spoiled = {
        id: {kind: [copy for record in found.get(kind, ()) for copy in damaged(record, dice)] for kind in KINDS}
        for id, found in answers.items()
    }
    scores = ours(cases, spoiled)
    assert min(score["f1"] for score in scores.values()) < 0.9
    assert scores == reference(folder, spoiled, tmp_path)

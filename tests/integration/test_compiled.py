"""The compiled engine gives what the interpreted one gives.

mypyc looks at types while it runs: where they are not what mypy took them for, it refuses what Python lets pass; and
some things it does otherwise (it computes a `cached_property` anew each time). `make compiled` makes what is tried.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from govscrape.extract import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset

ROOT = Path(__file__).resolve().parents[2]
COMPILED = ROOT / ".venv" / "compiled"
GOLD = ROOT / "tests" / "fixtures" / "gold" / "dev"

made = pytest.mark.skipif(not (COMPILED / ".ready").exists(), reason="not compiled: make compiled")
pytestmark = pytest.mark.slow

READ = """
import json, sys
from govscrape.extract import Extractor
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
extractor = Extractor(load_ruleset())
for line in sys.stdin:
    case = json.loads(line)
    article = article_from_text(case["text"], title=case["title"], province=case["province"])
    print(extractor.extract(article).model_dump_json())
"""


def compiled(*arguments: str, told: str | None = None) -> str:
    environment = {**os.environ, "PYTHONPATH": str(COMPILED), "GOVSCRAPE_RULES": str(ROOT / "rules")}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, input=told, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def annotated() -> list[dict[str, Any]]:
    cases = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(GOLD.glob("*.json"))]
    return [{key: case.get(key) for key in ("text", "title", "province")} for case in cases if "text" in case]


def test_nothing_compiled_counts_on_a_cache_of_its_object() -> None:
    """Compiled, a `cached_property` is computed each time it is asked for: the same records, several times the work."""
    sources = [file for package in ("text", "extract") for file in (ROOT / "src/govscrape" / package).glob("*.py")]
    assert [file.name for file in sources if "cached_property" in file.read_text(encoding="utf-8")] == []


@made
def test_it_is_compiled() -> None:
    """A wheel without extensions would pass all that follows."""
    assert "compiled" in compiled("-m", "govscrape", "--version")
    assert (
        compiled("-c", "import govscrape.extract.lattice as lattice; print(lattice.__file__)").strip().endswith(".so")
    )


@made
def test_it_reads_the_annotated_articles_as_the_sources_do() -> None:
    """Offsets, evidence, checks and rules, not only what the scorer looks at."""
    cases = annotated()[::3]
    assert len(cases) > 200
    found = compiled("-c", READ, told="".join(json.dumps(case) + "\n" for case in cases)).splitlines()
    extractor = Extractor(load_ruleset())
    for case, line in zip(cases, found, strict=True):
        article = article_from_text(case["text"], title=case["title"], province=case["province"])
        assert line == extractor.extract(article).model_dump_json()


@made
def test_the_examples_of_all_rules_hold() -> None:
    """They meet constructions that few articles have."""
    assert "hold" in compiled("-m", "govscrape", "rules", "check")

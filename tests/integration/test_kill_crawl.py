"""The bench of kills, a few of them: the whole of it runs outside of the tests."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "benchmarks" / "kill_crawl.py"


@pytest.mark.slow
def test_a_crawl_that_is_killed_loses_and_doubles_nothing() -> None:
    """Whatever the moment: what was stored is there, once, archived, and the finished database is as undisturbed."""
    command = [sys.executable, str(BENCH), "--kills", "5", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("5 kills of a running crawl")

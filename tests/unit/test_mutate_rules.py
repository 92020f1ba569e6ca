"""The breaks of benchmarks/mutate_rules.py still meet the rules they are to break."""

import copy
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from govscrape.rules.load import read_yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("mutate_rules", ROOT / "benchmarks" / "mutate_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate_rules"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["mutate_rules"]


def test_there_are_at_least_ten(script: ModuleType) -> None:
    assert len(script.BREAKS) >= 10


def test_each_break_changes_its_file(script: ModuleType) -> None:
    """A rule that was renamed would leave its break without effect, and the harness would be praised for nothing."""
    for fault in script.BREAKS:
        whole = read_yaml(ROOT / "rules" / fault.file)
        broken = copy.deepcopy(whole)
        fault.do(broken)
        assert broken != whole, fault.about

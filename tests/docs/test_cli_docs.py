"""The command line's page says what the commands say."""

import importlib.util
from pathlib import Path
from types import ModuleType

import click
import pytest

from govscrape.cli.main import VERBS, cli

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(generator: ModuleType) -> None:
    """A flag that was renamed in code and not in the page misleads every reader."""
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == generator.cli_page()


def test_the_page_of_faults_is_what_the_tests_assert(generator: ModuleType) -> None:
    """Its rows are the catalogue that tests/integration/faults holds crawls against; nothing hides silently."""
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert page == generator.faults_page()
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    faults = [row for row in rows if row[1].isdigit()]
    assert len(faults) >= 40
    assert [row for row in faults if row[2] != "0" and row[3:5] != ["partial", "3"]] == []
    assert [row for row in faults if (row[3] == "partial") != (row[4] == "3")] == []


def test_the_portals_page_is_up_to_date(generator: ModuleType) -> None:
    """Who asks which provinces are covered reads this page and not seventy files."""
    page = (ROOT / "docs" / "portals.md").read_text(encoding="utf-8")
    assert page == generator.portals_page()
    assert "## Crawled (35)" in page


def test_the_readmes_examples_print_what_they_show(generator: ModuleType) -> None:
    """A newcomer's first try must look like the page."""
    assert (ROOT / "README.md").read_text(encoding="utf-8") == generator.readme_page()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_the_table_exists_and_explains_itself(verb: str) -> None:
    """The table is written by hand: a verb moved elsewhere would fail only when called."""
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    assert command.help
    undocumented = [param.name for param in command.params if isinstance(param, click.Option) and not param.help]
    assert not undocumented

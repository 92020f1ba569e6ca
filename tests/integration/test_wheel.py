"""The rules travel with the program: in a wheel installed elsewhere, in an editable install, in a clone."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {key: value for key, value in os.environ.items() if key not in {"GOVSCRAPE_RULES", "PYTHONPATH"}}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env={**keep, **environment}, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the built wheel in it; the libraries it needs are borrowed from ours."""
    folder = tmp_path_factory.mktemp("elsewhere")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    done = run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip()
    # A plain path in a .pth file does not run the .pth files in it: our own editable install stays out of sight.
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def test_the_wheel_brings_its_rules(installed: Path) -> None:
    """A wheel without rules reads nothing and says nothing."""
    where = run(
        installed / "venv/bin/python",
        "-c",
        "import govscrape.rules.load as load; print(load.__file__); print(load.rules_dir())",
        cwd=installed,
    )
    assert where.returncode == 0, where.stderr
    assert all(line.startswith(str(installed)) for line in where.stdout.splitlines()), where.stdout


def test_the_installed_command_checks_its_rules(installed: Path) -> None:
    """All examples of all rules hold in the installed wheel too."""
    done = run(installed / "venv/bin/govscrape", "rules", "check", cwd=installed)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_installed_command_reads_a_text(installed: Path) -> None:
    """Everything the code reads at run time is packaged, not only the rules that the check opens."""
    (installed / "a.txt").write_text("Hội nghị tổng kết.\n", encoding="utf-8")
    done = run(installed / "venv/bin/govscrape", "extract", "--from", "text", "a.txt", cwd=installed)
    assert done.returncode == 0, done.stderr
    assert '"indices"' in done.stdout


def test_an_editable_install_reads_the_clones_rules() -> None:
    """Who mends a YAML file must see the effect at once."""
    from govscrape.rules.load import rules_dir

    assert rules_dir() == ROOT / "rules"


def test_a_clone_alone_finds_its_rules(tmp_path: Path) -> None:
    """Without any install, with only the sources on the path."""
    program = "from govscrape.rules.load import rules_dir; print(rules_dir())"
    done = run(sys.executable, "-c", program, cwd=tmp_path, PYTHONPATH=str(ROOT / "src"))
    assert done.stdout.strip() == str(ROOT / "rules"), done.stderr

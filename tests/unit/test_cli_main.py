"""The command's shell: exit codes, one-line errors, and a help that imports nothing heavy."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from govscrape.cli import main as shell
from govscrape.errors import InputError, RuleError


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    @click.command()
    def broken() -> None:
        raise error

    monkeypatch.setattr(shell.LazyGroup, "get_command", lambda *_: broken)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InputError("a.txt: not UTF-8 at byte 3"), 1, "error: a.txt: not UTF-8 at byte 3\n"),
        (RuleError("key 'a' stands twice", "pci.yaml:4"), 1, "error: pci.yaml:4: key 'a' stands twice\n"),
        (InputError("two\nlines"), 1, "error: two lines\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
    ids=["input", "rule", "always one line", "interrupt"],
)
def test_errors_are_one_line_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, line: str
) -> None:
    fail_with(monkeypatch, error)
    assert shell.run(["schema"]) == code
    out, err = capsys.readouterr()
    assert (out, err.lstrip("\n")) == ("", line)


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only errors made for users become one line; a bug must keep its traceback."""
    fail_with(monkeypatch, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        shell.run(["schema"])


def test_a_verb_may_choose_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partial run is 3: told by ctx.exit or by the returned number."""

    @click.command()
    @click.pass_context
    def partial(ctx: click.Context) -> None:
        ctx.exit(3)

    monkeypatch.setattr(shell.LazyGroup, "get_command", lambda *_: partial)
    assert shell.run(["schema"]) == 3


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.run(["no-such-verb"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    """Help is asked for most often and must answer at once."""
    program = (
        "import sys; from govscrape.cli.main import run; run(['--help']);"
        "heavy = {'pydantic', 'httpx2', 'rich', 'underthesea', 'structlog', 'sqlite_utils'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(verb in done.stdout for verb in shell.VERBS)


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`govscrape schema | head -1` must not end in a traceback."""
    command = f"{sys.executable} -m govscrape schema | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in {"0", "141"}


def test_vietnamese_is_printed_whatever_the_locale_says() -> None:
    """A cron job runs in the C locale, where Python would print Vietnamese as an error."""
    program = "from govscrape.cli.main import _use_utf8; import sys; _use_utf8(); sys.stdout.write('Đồng Nai')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode() == "Đồng Nai", done.stderr.decode()


def test_schema_prints_a_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.run(["schema", "indices"]) == 0
    assert '"rank_delta"' in capsys.readouterr().out


def test_the_command_does_without_pandas(tmp_path: Path) -> None:
    """sqlite-utils loads pandas where it is installed: more memory than the rest of a crawler that runs for years."""
    ends = f"try: main(['status', '--db', {str(tmp_path / 'none.db')!r}])\nexcept SystemExit: pass"
    code = f"import sys\nfrom govscrape.cli.main import main\n{ends}\n"
    code += "print('sqlite_utils' in sys.modules, any(name.startswith('pandas.') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]

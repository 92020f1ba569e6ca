"""The command's shell: exit codes, one-line errors, and a help that imports nothing heavy."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from govscrape.cli import main as shell
from govscrape.cli.main import run
from govscrape.errors import InputError, RuleError
from govscrape.store import Store


def noted(error: Exception, note: str) -> Exception:
    error.add_note(note)
    return error


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
        (noted(InputError("b.txt: gone"), "c.txt not stored"), 1, "error: b.txt: gone (c.txt not stored)\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
    ids=["input", "rule", "always one line", "what else was lost", "interrupt"],
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


@pytest.mark.parametrize("verb", [["extract", "--from", "text", "-"], ["explain", "a"], ["legal", "a"]], ids="".join)
def test_an_unknown_province_is_no_subject(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt option would stand in every record of the run."""
    assert run([*verb, "--province", "Gialay"]) == 1
    assert "unknown province 'Gialay'; did you mean Gia Lai" in capsys.readouterr().err
    assert run([*verb, "--province", "Giang"]) == 1
    assert "may be An Giang, Bắc Giang" in capsys.readouterr().err


def test_a_province_is_named_as_the_gazetteer_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "a.txt"
    text.write_text("Năm 2023, tỉnh xếp thứ 37/63 về PAPI.", encoding="utf-8")
    assert run(["extract", "--from", "text", str(text), "--province", "gia lai"]) == 0
    out = capsys.readouterr().out
    assert '"province": "Gia Lai"' in out
    assert '"subject": "Gia Lai"' in out


def test_the_database_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A crawl that writes to one place and a query that reads another agree on nothing."""
    monkeypatch.setenv("GOVSCRAPE_DB", str(tmp_path / "there.db"))
    for verb in (["search", "a"], ["query", "indices"]):
        assert run(verb) == 1
        assert "there.db" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"%PDF-1.7\xff", "a PDF and not text"), ("Gia Lai".encode("utf-16"), "UTF-16; save it as UTF-8")],
    ids=["pdf", "utf-16"],
)
@pytest.mark.parametrize("verb", [["legal"], ["extract", "--from", "text"]], ids=" ".join)
def test_what_is_no_text_is_told_what_it_is(
    verb: list[str], content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The place of a wrong byte tells nobody that the file is a PDF."""
    file = tmp_path / "a"
    file.write_bytes(content)
    assert run([*verb, str(file)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {file}: {message}")
    assert error.count("\n") == 1


def test_days_are_read_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One verb took 1/2/2023, another refused it."""
    for verb in (
        ["crawl", "gia_lai", "--since", "01/02/2099"],
        ["export", str(tmp_path / "r"), "--as-of", "30/6/2025"],
    ):
        assert run([*verb, "--db", str(tmp_path / "none.db")]) in {1, 2}
        assert "match the format" not in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["crawl"], ["run"]], ids=" ".join)
def test_a_crawl_that_may_not_ask_leaves_nothing(
    verb: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty database and a lock look like a crawl that found nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOVSCRAPE_CONTACT", raising=False)
    assert run([*verb, "gia_lai"]) == 1
    assert "GOVSCRAPE_CONTACT" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [["evaluate"], ["fixture", "check"]], ids=" ".join)
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", b"\n<html>", "not JSON: a gold file is .json"),
        ("a.json", b'{"id": }', "not JSON (Expecting value at line 1, column 8): a gold file is .json"),
        ("a.pdf", b"%PDF\xff", "not UTF-8 at byte 4: a gold file is .json"),
    ],
)
def test_what_is_no_gold_is_told_what_is(
    verb: list[str], name: str, content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's words about a page tell nobody that gold is JSON."""
    (tmp_path / name).write_bytes(content)
    assert run([*verb, str(tmp_path / name)]) == 1
    assert f"{tmp_path / name}: {message}\n" in capsys.readouterr().err


def test_what_is_no_file_of_ours_is_told_without_a_codec(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a Python codec is no help."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"%PDF\xff")
    assert run(["portals", "check", str(file)]) == 1
    assert f"{file}: cannot be read: not UTF-8 at byte 4\n" in capsys.readouterr().err
    assert run(["correct", str(file)]) == 1
    assert f"{file}: not UTF-8 at byte 4, so no file of verdicts or corrections\n" in capsys.readouterr().err


def test_a_name_that_is_not_there_is_no_empty_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing and exit code 0 is what a name without findings gives, not a misspelt one."""
    db = str(tmp_path / "g.db")
    with Store.open(Path(db)) as store:
        store.runs.start_run("gia_lai", started_at=datetime(2025, 1, 1, tzinfo=UTC))
    for arguments, code, message in (
        (["reconcile", "--state", "foo", "--db", db], 2, "'foo' is none of agrees, rounds, differs, unpublished"),
        (["reconcile", "--silence", "--state", "agrees", "--db", db], 2, "none of reported, told_elsewhere, silent"),
        (["issues", "--portal", "zzz", "--db", db], 1, "no portal 'zzz'; there are: gia_lai\n"),
        (["portals", "list", "--dir", str(tmp_path)], 1, f"{tmp_path}: no portal files (*.yaml)\n"),
    ):
        assert run(arguments) == code
        assert message in capsys.readouterr().err
    assert run(["issues", "--portal", "gia_lai", "--db", db]) == 0

"""The house rules that a linter does not know."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "govscrape").rglob("*.py"))
LETTER = (
    "[ăâđêôơưĂÂĐÊÔƠƯ\u00c0-\u00c3\u00c8-\u00ca\u00cc\u00cd\u00d2-\u00d5\u00d9\u00da\u00dd"
    "\u00e0-\u00e3\u00e8-\u00ea\u00ec\u00ed\u00f2-\u00f5\u00f9\u00fa\u00fd\u1ea0-\u1ef9]"
)
WORD = re.compile(rf"[^\W\d_]+{LETTER}|{LETTER}[^\W\d_]+")  # two letters or more, one of them Vietnamese
CHARACTER_CLASS = re.compile(r"\[[^\]]*\]")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_stay_small_and_well_named(path: Path) -> None:
    """A module of more than 400 lines does two things; one called utils does any."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in FORBIDDEN_NAMES
    assert path.parent.name not in FORBIDDEN_NAMES


def _docstring_lines(tree: ast.AST) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                lines.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return lines


def _vietnamese_tokens(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    prose = _docstring_lines(ast.parse(source))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if (
            token.type != tokenize.COMMENT
            and token.start[0] not in prose
            and WORD.search(CHARACTER_CLASS.sub(" ", token.string))
        ):
            yield f"{name_of(path)}:{token.start[0]}: {token.string[:60]}"


def test_vietnamese_words_live_in_the_rules() -> None:
    """A word of the language in code cannot be mended by who knows the language: it belongs in rules/."""
    exempt = ("src/govscrape/text/", "src/govscrape/demo/")
    found = [hit for path in SOURCES if not name_of(path).startswith(exempt) for hit in _vietnamese_tokens(path)]
    assert not found, "\n".join(found)


def test_no_print_and_no_root_logger_in_the_pure_packages() -> None:
    """Pure code returns issues; it does not talk."""
    for path in SOURCES:
        if path.relative_to(ROOT / "src/govscrape").parts[0] in {"text", "models", "extract", "parse", "rules"}:
            names = {
                alias.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            assert not names & {"logging", "structlog", "warnings"}, name_of(path)


def test_every_source_file_is_nfc_utf8_with_unix_lines() -> None:
    """Decomposed accents look right and match nothing."""
    import unicodedata

    places = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *SOURCES,
        *(ROOT / "rules").rglob("*.yaml"),
        *(ROOT / "rules").rglob("*.csv"),
    ]
    for path in places:
        text = path.read_bytes().decode("utf-8")
        assert unicodedata.is_normalized("NFC", text), name_of(path)
        assert "\r" not in text, name_of(path)
        assert text.endswith("\n") or not text, name_of(path)


def test_importing_everything_has_no_effect() -> None:
    """Settings read, folders made or sockets opened at import make programs depend on the order of imports."""
    program = """
import importlib, pathlib, socket, sys
def refuse(*_args, **_kwargs): raise SystemExit("a module acts when imported")
socket.socket.connect = refuse
pathlib.Path.mkdir = refuse
pathlib.Path.write_text = refuse
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
    modules = [
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__") for path in SOURCES
    ]
    done = subprocess.run(
        [sys.executable, "-c", program, *(name for name in modules if not name.endswith("__main__"))],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr

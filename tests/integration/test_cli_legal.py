"""``govscrape legal``: the documents of a text alone, and the same door in Python."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from govscrape import legal
from govscrape.cli.main import run

TEXT = "Theo khoản 3 Điều 12 Nghị định số 42/2022/NĐ-CP ngày 24/6/2022, UBND tỉnh ban hành Kế hoạch số 045/KH-UBND."


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_words_a_file_and_stdin_give_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's name read as words, or words as a missing file, would give nothing and look like an answer."""
    file = tmp_path / "bài.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert run(["legal", TEXT, "-f", "json"]) == 0
    words = rows(capsys)
    assert run(["legal", str(file), "-f", "json"]) == 0
    assert rows(capsys) == words
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    assert run(["legal", "-", "-f", "json"]) == 0
    assert rows(capsys) == words
    assert [row["number"] for row in words] == ["42/2022/NĐ-CP", "045/KH-UBND"]
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in words)


def test_the_province_completes_a_mark(capsys: pytest.CaptureFixture[str]) -> None:
    """Two provinces' plans with one number are two documents: the key must tell them apart."""
    keys = set()
    for province in ("Long An", "Hà Nội"):
        assert run(["legal", "Kế hoạch số 45/KH-UBND và 9-NQ/TU", "--province", province, "-f", "json"]) == 0
        keys |= {row["key"] for row in rows(capsys)}
    assert keys == {
        "45/KH-UBND|UBND tỉnh Long An",
        "9-NQ/TU|Tỉnh ủy Long An",
        "45/KH-UBND|UBND thành phố Hà Nội",
        "9-NQ/TU|Thành ủy Hà Nội",
    }


def test_nothing_cited_and_nothing_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["legal", "Trời đẹp."]) == 0
    assert capsys.readouterr().out == "no legal document is cited\n"
    assert run(["legal", " "]) == 1
    assert capsys.readouterr().err == "error: legal: the text is empty\n"


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(b"%PDF-1.7\xff\xfe")
    assert run(["legal", str(file)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {file}: ")
    assert error.count("\n") == 1


def test_python_gives_the_same_key_however_a_number_is_written() -> None:
    """Spaces, dashes and zeros in front are no other document."""
    one, two = (legal.find(text)[0] for text in ("Nghị quyết số 09-NQ/TU", "Nghị quyết 9 –NQ/TU"))
    assert one.number != two.number
    assert one.key == two.key

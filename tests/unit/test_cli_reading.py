"""Every way a corpus line, a text or an option can be wrong, and what is answered."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govscrape.cli import reading
from govscrape.cli.main import run
from govscrape.cli.reading import BadItem, Given, Item, lines, parse_time, read_corpus, read_line, read_text
from govscrape.errors import InputError
from govscrape.extract import Extractor
from govscrape.models.article import Article
from govscrape.models.records import Extraction


def line(**row: Any) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "not JSON"),
        (b'{"id": 1}', "text is missing"),
        (b'{"id": 1, "text": null}', "text is missing"),
        (b'{"id": 1, "text": 5}', "text must be a string, found int"),
        (b'{"id": 1, "text": "a", "title": []}', "title must be a string, found list"),
        (b'{"id": 1, "text": "a", "published_at": 5}', "published_at must be a string, found int"),
        (b'{"id": {}, "text": "a"}', "id must be a string or a number"),
        (b'["a"]', "expected an object, found list"),
        (b'"a"', "expected an object, found str"),
        (b'{"text": "\xff"}', "not UTF-8 at byte 10"),
        (b'{"id": 1, "text": "\\ud800"}', "text holds half a character"),
        (b"[" * 100_000, "not usable JSON"),
        (b'{"id": ' + b"9" * 5000 + b', "text": "a"}', "not usable JSON"),
    ],
    ids=[
        "broken", "no text", "null text", "number as text", "list as title", "number as date", "object as id", "list",
        "string", "not UTF-8", "lone surrogate", "deep nesting", "number too long for Python",
    ],
)  # fmt: skip
def test_a_bad_line_says_why(raw: bytes, message: str) -> None:
    answer = read_line(raw, 7, Given())
    assert isinstance(answer, BadItem)
    assert answer.line == 7
    assert message in answer.message
    assert "\n" not in answer.message


def test_a_bad_line_keeps_the_id_it_has() -> None:
    """Who sent ten thousand lines wants to know which article failed, not only where it stood."""
    answer = read_line(line(id="a1", text=5), 1, Given())
    assert isinstance(answer, BadItem)
    assert answer.id == "a1"


def test_unknown_keys_are_let_pass() -> None:
    """Corpora carry keys of their own."""
    answer = read_line(line(id=1, text="Một câu.", crawled_on="2023"), 1, Given())
    assert isinstance(answer, Item)
    assert answer.article.body == "Một câu."


def test_an_unreadable_date_is_an_issue_not_a_guess() -> None:
    """The article is still worth reading; its date stays empty and says so."""
    answer = read_line(line(id=1, text="Một câu.", published_at="hôm qua"), 3, Given())
    assert isinstance(answer, Item)
    assert answer.article.published_at is None
    assert [(issue.code, issue.where) for issue in answer.issues] == [("bad_published_at", "line 3")]


def test_the_line_wins_over_the_command_line() -> None:
    answer = read_line(line(id=1, text="a", province="Huế"), 1, Given(province="Gia Lai", url="https://x.vn/"))
    assert isinstance(answer, Item)
    assert (answer.article.province, answer.article.url) == ("Huế", "https://x.vn/")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-06-26T02:00:00+07:00", "2024-06-26T02:00:00+07:00"),
        ("2024-06-26", "2024-06-26T00:00:00+07:00"),
        ("2024-06-26 08:30", "2024-06-26T08:30:00+07:00"),
        ("2024-06-25T19:00:00Z", "2024-06-25T19:00:00+00:00"),
    ],
    ids=["zone given", "a day", "no zone is Vietnam's", "UTC"],
)
def test_parse_time(written: str, expected: str) -> None:
    assert parse_time(written) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("written", ["26/06/2024", "", "2024-13-01", "88,5"])
def test_parse_time_guesses_nothing(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(written)


def test_only_line_feeds_end_lines() -> None:
    """U+2028 and U+0085 stand inside JSON strings; a reader that splits there breaks good lines."""
    raw = io.BytesIO("a\u2028b\u0085c\r\nd\x0be\n\nf".encode())
    assert [(number, (text or b"").decode()) for number, text in lines(raw)] == [
        (1, "a\u2028b\u0085c"),
        (2, "d\x0be"),
        (3, ""),
        (4, "f"),
    ]


def test_a_line_without_end_is_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 4)
    assert list(lines(io.BytesIO(b"abcd\nabcdefghijk\nab"))) == [(1, b"abcd"), (2, None), (3, b"ab")]


def test_a_corpus_in_order(tmp_path: Path) -> None:
    """A byte order mark, blank lines and CRLF come with files made on Windows; line numbers count every line."""
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b"\xef\xbb\xbf" + line(id="a", text="x") + b"\r\n\r\n{\r\n" + line(id="b", text="y"))
    answers = list(read_corpus(str(corpus), Given()))
    assert [(answer.id, answer.line) for answer in answers] == [("a", 1), (None, 3), ("b", 4)]


@given(st.binary(max_size=60))
def test_no_bytes_end_the_run(raw: bytes) -> None:
    assert isinstance(read_line(raw, 1, Given()), Item | BadItem)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt: No such file"):
        read_text("nowhere.txt")


def test_a_text_in_another_charset_is_refused(tmp_path: Path) -> None:
    """Reading windows-1258 as anything else would give letters that nobody wrote."""
    path = tmp_path / "a.txt"
    path.write_bytes("Đồng".encode("utf-16"))
    with pytest.raises(InputError, match=r"a\.txt: UTF-16; save it as UTF-8"):
        read_text(str(path))
    path.write_bytes("Đô".encode("windows-1258"))
    with pytest.raises(InputError, match=r"a\.txt: not UTF-8 at byte 0"):
        read_text(str(path))


def test_a_huge_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 3)
    (tmp_path / "a.txt").write_text("abcd", encoding="utf-8")
    with pytest.raises(InputError, match="larger than 3 bytes"):
        read_text(str(tmp_path / "a.txt"))


def test_a_fault_of_ours_costs_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a corpus of a million one article will meet a bug: it is told, loudly, and the others are read."""

    def trip(_self: Extractor, article: Article) -> Extraction:
        if article.body == "b":
            raise KeyError("who")
        return Extraction(article=article)

    monkeypatch.setattr(Extractor, "extract", trip)
    (tmp_path / "c.jsonl").write_bytes(b"\n".join(line(id=name, text=name) for name in "abc"))
    assert run(["extract", "--from", "jsonl", str(tmp_path / "c.jsonl")]) == 1
    out, err = capsys.readouterr()
    rows = [json.loads(text) for text in out.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert rows[1]["error"] == {"line": 2, "message": "fault of govscrape: KeyError: 'who'"}
    assert "Traceback" in err

"""``govscrape extract`` as its readers use it: by process, through pipes."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

KEYS = ["id", "article", "indices", "officials", "directives", "legal_refs", "issues"]
SENTENCE = "Năm 2023, tỉnh Gia Lai xếp thứ 37/63 về Chỉ số PAPI với 41,47 điểm."
PAGE = f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Kết quả PAPI</title></head><body>
<article><h1>Kết quả PAPI của tỉnh</h1><p>{SENTENCE}</p><p>{"Hội nghị bàn việc cải thiện chỉ số. " * 12}</p></article>
</body></html>"""


def extract(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "govscrape", "extract", *arguments],
        input=given, capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in done.stdout.decode().splitlines()]


def test_a_corpus_is_answered_line_by_line_in_order() -> None:
    """The reader pairs answers with articles by order and id; one bad line must cost one article only."""
    corpus = [
        json.dumps({"id": "a", "text": SENTENCE, "title": "Tin"}, ensure_ascii=False).encode(),
        b'{"id": "b"',
        b'{"id": "c", "text": "\xff"}',
        b"",
        json.dumps({"id": 4, "text": ""}).encode(),
    ]
    done = extract("--from", "jsonl", "-", "--format", "jsonl", given=b"\n".join(corpus))
    assert done.returncode == 0
    first, second, third, fourth = rows(done)
    assert list(first) == KEYS
    assert [row["id"] for row in (first, second, third, fourth)] == ["a", None, None, 4]
    assert (second["error"]["line"], third["error"]["line"]) == (2, 3)
    assert list(fourth) == KEYS
    assert b"2 of 4 could not be read" in done.stderr


def test_records_point_at_the_words_of_the_body() -> None:
    """The heart of the contract: body[start:end] is the evidence."""
    text = f"Tin tức\n\n{SENTENCE}\n\nChủ tịch UBND tỉnh yêu cầu Sở Nội vụ báo cáo trước ngày 30/6/2024."
    (row,) = rows(extract("--from", "jsonl", "-", given=json.dumps({"id": 1, "text": text}).encode()))
    body = row["article"]["body"]
    found = [record for kind in KEYS[2:6] for record in row[kind]]
    assert row["indices"]
    for record in found:
        evidence = record["evidence"]
        assert body[evidence["start"] : evidence["end"]] == evidence["text"]
        assert 0 < record["confidence"] <= 1
        assert record["rule"]


def test_nothing_but_bad_lines_fails() -> None:
    done = extract("--from", "jsonl", "-", given=b"{\n[]\n")
    assert done.returncode == 1
    assert len(rows(done)) == 2


def test_an_empty_corpus_is_no_error() -> None:
    done = extract("--from", "jsonl", "-")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_same_input_gives_the_same_bytes() -> None:
    """Also under another hash seed: an order that comes from a set would show."""
    given = json.dumps({"id": 1, "text": SENTENCE, "province": "Gia Lai"}).encode()
    assert extract("--from", "jsonl", "-", given=given).stdout == extract("--from", "jsonl", "-", given=given).stdout


def test_a_text_takes_what_the_command_line_says() -> None:
    done = extract(
        "--from", "text", "-", "--province", "Gia Lai", "--url", "https://a.vn/1",
        "--published-at", "2024-06-26",
        given=SENTENCE.encode(),
    )  # fmt: skip
    row = json.loads(done.stdout)
    assert list(row) == KEYS
    assert row["article"]["province"] == "Gia Lai"
    assert row["article"]["url"] == "https://a.vn/1"
    assert row["article"]["published_at"] == "2024-06-26T00:00:00+07:00"


def test_several_texts_are_a_list(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    done = extract("--from", "text", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"))
    assert [row["id"] for row in json.loads(done.stdout)] == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]


def test_a_page_without_a_portal() -> None:
    row = json.loads(extract("-", "--province", "Gia Lai", given=PAGE.encode()).stdout)
    assert row["article"]["title"] == "Kết quả PAPI của tỉnh"
    assert row["article"]["url"] is None
    assert SENTENCE in row["article"]["body"]


@pytest.mark.parametrize("form", ["table", "json", "jsonl"])
def test_every_format_shows_the_result(form: str) -> None:
    done = extract("--from", "text", "-", "--format", form, given=SENTENCE.encode())
    assert done.returncode == 0
    assert b"PAPI" in done.stdout


def test_tables_read_no_markup_from_articles() -> None:
    """An article that says [red] or sends terminal commands is text."""
    done = extract("--from", "text", "-", "--format", "table", given=f"[bold]Ông\x1b[31m {SENTENCE}".encode())
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
def test_an_archive_of_another_program(tmp_path: Path, gzip: bool) -> None:
    """Only HTML answers with status 200 are articles; each is known by its URL."""
    path = tmp_path / "a.warc"
    answers = [
        ("https://a.vn/1", "200 OK", "text/html; charset=utf-8", PAGE.encode()),
        ("https://a.vn/2", "404 Not Found", "text/html", b"no"),
        ("https://a.vn/3", "200 OK", "application/pdf", b"%PDF"),
        ("https://a.vn/4", "200 OK", "text/html", b""),
    ]
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=gzip)
        for url, status, media_type, body in answers:
            head = StatusAndHeaders(status, [("Content-Type", media_type)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=BytesIO(body), length=len(body), http_headers=head)
            )
    first, second = rows(extract("--from", "warc", str(path)))
    assert first["id"] == first["article"]["url"] == "https://a.vn/1"
    assert second["id"] == "https://a.vn/4"
    assert second["error"]["line"] is None


def test_a_broken_archive_gives_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"\x1f\x8b\x08 not a gzip member")
    done = extract("--from", "warc", str(tmp_path / "a.warc.gz"))
    assert done.returncode == 1
    assert "a.warc.gz" in rows(done)[0]["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--from", "text", "nowhere.txt"], 1, "nowhere.txt: No such file"),
        (["--from", "jsonl", "nowhere.jsonl"], 1, "nowhere.jsonl: No such file"),
        (["--portal", "atlantis", "-"], 1, "no portal 'atlantis'"),
        (["--from", "text", "-", "--published-at", "26/6/2024"], 2, "is not an ISO 8601"),
        ([], 2, "Missing argument"),
    ],
    ids=["no file", "no corpus", "no such portal", "date in another order", "nothing to read"],
)
def test_wrong_use_is_one_line(arguments: list[str], code: int, message: str) -> None:
    done = extract(*arguments)
    assert (done.returncode, done.stdout) == (code, b"")
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_closed_pipe_ends_quietly() -> None:
    corpus = (json.dumps({"id": 1, "text": SENTENCE}) + "\n") * 300
    process = subprocess.Popen(
        [sys.executable, "-m", "govscrape", "extract", "--from", "jsonl", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdin.write(corpus.encode())
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert errors == b""
    assert process.returncode == 141

"""What a change of the rules does, told as facts: nothing hidden, nothing told twice."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govscrape.archive.warc import Archive
from govscrape.cli.main import run
from govscrape.evaluate.rehearsal import compare
from govscrape.models.page import Page
from govscrape.rules.load import rules_dir

RESULT = {"index": "PAPI", "subject": "Gia Lai", "subject_level": "province", "year": 2023, "score": 41.47,
          "status": "result", "rule": "a", "evidence": {"start": 0, "end": 30, "text": ""}}  # fmt: skip
TEXT = "Năm 2023, Gia Lai xếp thứ 37/63 về PAPI, tụt 2 bậc so với năm 2022."


def effects(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.effect, change.slots) for change in compare({"indices": before}, {"indices": after})]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([RESULT], [RESULT], []),
        ([RESULT], [{**RESULT, "rule": "b", "evidence": {"start": 2, "end": 9, "text": ""}}], []),
        ([RESULT], [{**RESULT, "score": 40.0}], [("changed", ("score",))]),
        ([RESULT], [{**RESULT, "year": 2022}], [("changed", ("year",))]),
        ([RESULT], [{**RESULT, "year": 2022, "evidence": {"start": 90, "end": 99}}], [("lost", ()), ("gained", ())]),
        ([RESULT], [], [("lost", ())]),
        ([], [RESULT, RESULT], [("gained", ()), ("gained", ())]),
        ([RESULT, {**RESULT, "score": 1}], [{**RESULT, "score": 1}, RESULT], []),
    ],
    ids=["same", "other rule", "value", "key, same words", "key, elsewhere", "lost", "gained", "order"],
)
def test_compare(
    before: list[dict[str, Any]], after: list[dict[str, Any]], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    """A changed year told as one lost and one gained fact hides what happened; a moved span is no news."""
    assert effects(before, after) == expected


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    rows = [{"id": 1, "text": TEXT, "province": "Gia Lai"}, {"id": 2, "text": "Không có gì."}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")
    return path


def test_a_changed_rule_is_rehearsed(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "rules"
    shutil.copytree(rules_dir(), old)
    figures = old / "indices" / "changes.yaml"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace("gives: {sign: -1}", "gives: {sign: 1}"), encoding="utf-8")
    assert run(["rehearse", "--base", str(old), "--corpus", str(corpus)]) == 0
    shown = capsys.readouterr()
    assert "~ indices" in shown.out
    assert "rank_delta: '2' → '-2'" in shown.out
    assert "2 articles, 1 with changes" in shown.out
    assert "line 3: not JSON" in shown.err


def test_rules_that_do_not_fit_the_code_are_refused(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told article by article, as a loss of all records, it would look like a finding."""
    old = tmp_path / "rules"
    shutil.copytree(rules_dir(), old)
    for file in (old / "indices").glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("nation_name:", "nation:"), encoding="utf-8")
    assert run(["rehearse", "--base", str(old), "--corpus", str(corpus)]) == 1
    assert f"{old}: not rules for this version" in capsys.readouterr().err


def test_an_earlier_output_can_be_the_base(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Old rules do not load under new code: what the old version printed is then the only witness."""
    assert run(["extract", "--from", "jsonl", str(corpus)]) == 0
    before = capsys.readouterr().out
    base = tmp_path / "before.jsonl"
    base.write_text(before, encoding="utf-8")
    arguments = ["rehearse", "--base", str(base), "--corpus", str(corpus), "--format", "jsonl"]
    assert run(arguments) == 0
    assert capsys.readouterr().out == ""
    base.write_text(before.replace('"rank":37', '"rank":36'), encoding="utf-8")
    assert run(arguments) == 0
    change = json.loads(capsys.readouterr().out)
    assert (change["effect"], change["slots"], change["after"]["rank"]) == ("changed", ["rank"], 37)
    base.write_text("".join(before.splitlines(keepends=True)[1:]), encoding="utf-8")
    assert run(arguments) == 1
    assert "2 where line 1 of the corpus has 1" in capsys.readouterr().err


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of its own with the rules in use, as one commit."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    folder = tmp_path / "clone"
    shutil.copytree(rules_dir(), folder / "rules")
    program = folder / "src" / "govscrape"
    program.mkdir(parents=True)
    (program / "__init__.py").touch()
    answers = ['{"id": 1}', '{"id": 2}', '{"id": null}']
    (program / "__main__.py").write_text(f"print(*{answers!r}, sep='\\n')", encoding="utf-8")
    git(folder, "init", "-q")
    commit(folder)
    monkeypatch.setenv("GOVSCRAPE_RULES", str(folder / "rules"))
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, timeout=60)


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a")


def test_a_revision_can_be_the_base(clone: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a change does before it is committed: the working copy against the last commit, by index and portal."""
    figures = clone / "rules" / "indices" / "changes.yaml"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace("gives: {sign: -1}", "gives: {sign: 1}"), encoding="utf-8")
    assert run(["rehearse", "--base", "HEAD", "--corpus", str(corpus), "--format", "jsonl"]) == 0
    change = json.loads(capsys.readouterr().out)
    assert (change["before"]["rank_delta"], change["after"]["rank_delta"]) == (-2, 2)
    assert run(["rehearse", "--base", "HEAD~7", "--corpus", str(corpus)]) == 1
    assert f"HEAD~7: no such folder, and no revision of {clone}" in capsys.readouterr().err
    shutil.rmtree(clone / ".git")
    assert run(["rehearse", "--base", "HEAD", "--corpus", str(corpus)]) == 1
    assert f"HEAD: no such folder, and {clone} is no git clone" in capsys.readouterr().err


def test_rules_too_old_for_todays_code_are_read_by_their_own(
    clone: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rules and code often change together: only for the newest revisions could anything be rehearsed."""
    reading = clone / "rules" / "indices" / "reading.yaml"
    text = reading.read_text(encoding="utf-8")
    reading.write_text(text.replace("link_words:", "links:"), encoding="utf-8")
    commit(clone)
    reading.write_text(text, encoding="utf-8")
    assert run(["rehearse", "--base", "HEAD", "--corpus", str(corpus)]) == 0
    shown = capsys.readouterr()
    assert "HEAD: its rules do not fit today's code (no list 'link_words'" in shown.err
    assert "+ indices" in shown.out
    (clone / "src" / "govscrape" / "__main__.py").write_text("raise SystemExit('too old')", encoding="utf-8")
    reading.write_text(text.replace("link_words:", "links:"), encoding="utf-8")
    commit(clone)
    reading.write_text(text, encoding="utf-8")
    assert run(["rehearse", "--base", "HEAD", "--corpus", str(corpus)]) == 1
    assert "the code of that revision does not run here: too old" in capsys.readouterr().err


def test_changes_are_told_by_portal_with_a_link_to_the_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, base = tmp_path / "corpus.jsonl", tmp_path / "before.jsonl"
    row = {"id": 1, "text": TEXT, "url": "https://gialai.gov.vn/bai#x"}
    corpus.write_text(json.dumps(row), encoding="utf-8")
    base.write_text(json.dumps({"id": 1}), encoding="utf-8")
    assert run(["rehearse", "--base", str(base), "--corpus", str(corpus)]) == 0
    told = capsys.readouterr().out
    assert [line.split() for line in told.splitlines() if "gia_lai" in line] == [["PAPI", "gia_lai", "1", "0", "0"]]
    assert run(["rehearse", "--base", str(base), "--corpus", str(corpus), "--format", "jsonl"]) == 0
    link = json.loads(capsys.readouterr().out)["link"]
    assert link.startswith("https://gialai.gov.vn/bai#:~:text=Gia%20Lai%20x%E1%BA%BFp%20th%E1%BB%A9%2037%2F63")


def test_an_archive_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a crawl kept is the corpus that counts: its pages are read by their portals, the rest is passed over."""
    body = f"<h1>Gia Lai công bố PAPI năm 2023</h1><div class='article-content'><p>{TEXT}</p></div>"
    html = f"<html><body>{body}</body></html>"
    with Archive(tmp_path / "archive") as archive:
        answers = (
            ("bai.html", 200, html),
            ("cu.html", 404, "gone"),
            ("a.pdf", 200, "%PDF-1.4"),
            ("?page=2", 200, html),
        )
        for url, status, body in answers:
            kind = "application/pdf" if url.endswith("pdf") else "text/html; charset=utf-8"
            address = f"https://gialai.gov.vn/tin-tuc{'' if url.startswith('?') else '/'}{url}"
            archive.write(Page(url=address, final_url=address, status=status, headers=(("content-type", kind),),
                               body=body.encode(), fetched_at=datetime(2024, 6, 1, tzinfo=UTC)))  # fmt: skip
    (warc,) = (tmp_path / "archive").rglob("*.warc.gz")
    base = tmp_path / "before.jsonl"
    before = [{"id": f"https://gialai.gov.vn/tin-tuc{url}"} for url in ("?page=1", "/bai.html", "?page=2")]
    base.write_text("\n".join(map(json.dumps, before)), encoding="utf-8")
    assert run(["rehearse", "--base", str(base), "--warc", str(warc)]) == 0
    told = capsys.readouterr()
    assert "1 articles, 1 with changes" in told.out
    assert "gia_lai" in told.out
    assert told.err == "not read as articles: lists (1), answers other than 200 (1), answers that are no HTML (1)\n"
    base.write_text(json.dumps({"id": "https://gialai.gov.vn/other"}), encoding="utf-8")
    assert run(["rehearse", "--base", str(base), "--warc", str(warc)]) == 1
    assert "no record of 'https://gialai.gov.vn/tin-tuc/bai.html', the archive" in capsys.readouterr().err


@pytest.mark.parametrize("source", [[], ["--corpus", "a.jsonl", "--warc", "a.warc"]])
def test_one_input_is_needed(source: list[str]) -> None:
    assert run(["rehearse", "--base", "HEAD", *source]) == 2

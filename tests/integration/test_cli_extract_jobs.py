"""`govscrape extract --jobs N`: the same answers as one process, and what a worker that dies costs."""

import asyncio
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from govscrape import demo
from govscrape.archive import Archive
from govscrape.cli.extracting import Options, Task, answers, tasks_of
from govscrape.cli.reading import Given
from govscrape.pipeline import crawl
from govscrape.reading import open_pool
from govscrape.reextraction import reextract
from govscrape.settings import Settings
from govscrape.store import Store

SENTENCE = "Năm 2023, tỉnh Gia Lai xếp thứ {}/63 về Chỉ số PAPI với 41,47 điểm."
DEADLY = """
import os

def read(_):
    os._exit(7)
"""


def extract(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "govscrape", "extract", *arguments],
        input=given, capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def corpus(articles: int) -> list[bytes]:
    return [
        json.dumps({"id": number, "text": SENTENCE.format(number % 63 + 1)}, ensure_ascii=False).encode()
        for number in range(articles)
    ]


def test_two_processes_print_what_one_prints() -> None:
    """More lines than are handed out at a time, a bad one among them: order, bytes and exit code stay."""
    given = b"\n".join([*corpus(40), b'{"id": "bad"', *corpus(3)])
    one, two = (extract("--from", "jsonl", "-", "--jobs", jobs, given=given) for jobs in ("1", "2"))
    assert two.returncode == one.returncode == 0
    assert two.stdout == one.stdout
    assert two.stderr == one.stderr


def test_stdin_is_read_here_and_not_in_the_worker() -> None:
    """A worker's stdin is the line to its parent: to read a page from it would hang for ever."""
    done = extract("--from", "text", "-", "--jobs", "2", "--format", "table", given=SENTENCE.format(3).encode())
    assert done.returncode == 0
    assert "3/63" in done.stdout.decode()


def test_what_stands_before_an_unreadable_file_is_answered(tmp_path: Path) -> None:
    """Several processes read ahead; the error of the third file must not swallow the first two."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(SENTENCE.format(9), encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("a.txt", "b.txt", "none.txt")]
    for jobs in ("1", "2"):
        done = extract("--from", "text", *paths, "--format", "jsonl", "--jobs", jobs)
        assert done.returncode == 1
        assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == paths[:2]
        assert "none.txt: No such file" in done.stderr.decode()


def test_a_deadly_article_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that kills its process takes those along that were handed out with it; they must be read after all."""
    (tmp_path / "deadly_article.py").write_text(DEADLY, encoding="utf-8")
    (tmp_path / "corpus.jsonl").write_bytes(b"\n".join(corpus(20)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    from deadly_article import read  # type: ignore[import-not-found]

    options = Options(Given())
    tasks = list(tasks_of("jsonl", [str(tmp_path / "corpus.jsonl")], options))
    tasks[5] = Task(partial(read), "murderer", 6)
    found = list(answers(tasks, options, jobs=2))
    assert [answer.lost for answer in found] == [number == 5 for number in range(20)]
    told = json.loads(found[5].text)
    assert told["id"] == "murderer"
    assert told["error"]["line"] == 6
    assert "ended with code 7" in told["error"]["message"]
    assert [json.loads(answer.text)["id"] for answer in found if not answer.lost] == [*range(5), *range(6, 20)]


@pytest.mark.slow
def test_the_archive_is_read_again_by_two(tmp_path: Path) -> None:
    """Answers come back from two workers at once: each must be stored under the page it was read from."""
    settings = Settings(retry_wait_s=0, attachments=True)
    with Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive, demo.serve() as served:
        portals = demo.sample_portals(served.port)[:2]
        with open_pool(settings) as one:
            asyncio.run(crawl(portals, store=store, archive=archive, workers=one, settings=settings))
        known = {portal.id: portal for portal in portals}
        with open_pool(settings, jobs=2) as two:
            report = reextract(store=store, archive=archive, workers=two, portals=known, settings=settings)
        assert report.counts.same + report.counts.files == store.counts()["articles"]
        assert (report.counts.changed, report.counts.new, report.faults) == (0, 0, ())

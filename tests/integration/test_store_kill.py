"""kill -9 while articles are being saved: nothing told as stored is lost, nothing is halved or doubled."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from govscrape.store import Store

ARTICLES = 120
RECORDS = 4
ROUNDS = 6

# Saves every article that is not known yet, and says so only after the store has it.
WRITER = f"""
import sys
from datetime import UTC, datetime
from govscrape.models.article import Article
from govscrape.models.records import Evidence, Extraction, IndexResult
from govscrape.store import Store

with Store.open(sys.argv[1]) as store:
    for number in range({ARTICLES}):
        url = f"https://a.example/{{number}}"
        if store.known(url):
            continue
        body = f"PAPI {{number}} " * 200
        made = dict(evidence=Evidence(start=0, end=4, text="PAPI"), rule="r", confidence=1)
        found = tuple(IndexResult(index="PAPI", year=2000 + at, **made) for at in range({RECORDS}))
        extraction = Extraction(article=Article(url=url, body=body), indices=found)
        store.save(extraction, fetched_at=datetime(2025, 1, 1, tzinfo=UTC), ruleset_version="r", code_version="1")
        print(url, flush=True)
"""


def run_and_kill(path: Path, after: int, program: str = WRITER) -> list[str]:
    """The URLs that the writer told before it was killed, right after line ``after``."""
    told = []
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(after):
            line = writer.stdout.readline()
            if not line:
                break
            told.append(line.strip())
        writer.kill()
        told += [line for line in writer.stdout.read().split("\n")[:-1] if line]
    return told


def check(path: Path, told: set[str]) -> int:
    with Store.open(path) as store:
        conn = store.db.conn
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        conn.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")
        assert all(store.known(url) for url in told)
        counts = store.counts()
        whole = "SELECT count(*) FROM current_articles"
        assert counts["articles"] == counts["article_versions"] == conn.execute(whole).fetchone()[0]
        assert counts["index_results"] == RECORDS * counts["articles"]
        return counts["articles"]


@pytest.mark.slow
def test_killed_at_any_moment(tmp_path: Path) -> None:
    """The next run goes on where the killed one stopped, and ends with what an undisturbed run gives."""
    rng = random.Random(7)
    path, calm = tmp_path / "g.db", tmp_path / "calm.db"
    told: set[str] = set()
    for _ in range(ROUNDS):
        told.update(run_and_kill(path, rng.randrange(ARTICLES // ROUNDS)))
        check(path, told) if path.exists() else None
    for target in (path, calm):
        subprocess.run([sys.executable, "-c", WRITER, str(target)], check=True, capture_output=True, timeout=120)
    assert check(path, told) == check(calm, set()) == ARTICLES
    with Store.open(path, readonly=True) as one, Store.open(calm, readonly=True) as other:
        urls = [f"https://a.example/{number}" for number in range(ARTICLES)]
        assert all(one.load(url) == other.load(url) for url in urls)


@pytest.mark.slow
def test_killed_in_a_batch(tmp_path: Path) -> None:
    """A batch that was not closed is lost whole: no half article, and search and facts tell of those that are there."""
    batched = WRITER.replace("Store.open(sys.argv[1]) as store:", "Store.open(sys.argv[1]) as store, store.batch(7):")
    assert batched != WRITER
    path = tmp_path / "g.db"
    for after in (3, 11, 30):
        run_and_kill(path, after, batched)
        kept = check(path, set())
        with Store.open(path, readonly=True) as store:
            found = "SELECT count(*) FROM {0} WHERE {0} MATCH 'papi'"
            for index in ("article_search", "accent_search"):
                assert store.db.conn.execute(found.format(index)).fetchone() == (kept,)
    subprocess.run([sys.executable, "-c", batched, str(path)], check=True, capture_output=True, timeout=120)
    assert check(path, set()) == ARTICLES

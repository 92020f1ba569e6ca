"""Databases of every earlier schema open with all they held, and a step that breaks leaves them as they were."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.errors import StoreError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, Official
from govscrape.store import Store, migrations

WORDS = Evidence(start=0, end=7, text="Đà Nẵng")


@pytest.fixture(params=range(1, len(migrations.steps())), ids=lambda number: f"schema {number:04}")
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database as the program of that schema left it, with an article, its records, a page and a run."""
    steps = migrations.steps()[: request.param]
    path = tmp_path / "old.db"
    extraction = Extraction(
        article=Article(
            url="https://p.example/1", portal="p", province="Đà Nẵng", title="Tin", body="Đà Nẵng đứng đầu"
        ),
        indices=(
            IndexResult(index="PAPI", subject="Đà Nẵng", year=2023, rank=1, evidence=WORDS, rule="r", confidence=1),
        ),
        officials=(Official(name="Lê Hòa", titles=("Chủ tịch",), evidence=WORDS, rule="r", confidence=1),),
        directives=(
            Directive(
                verb="giao", verb_class="order", action="làm", recurring="daily", evidence=WORDS, rule="r", confidence=1
            ),
        ),
    )
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "steps", lambda: steps)
        with Store.open(path) as store:
            now = datetime(2025, 1, 1, tzinfo=UTC)
            store.save(extraction, fetched_at=now, ruleset_version="r", code_version="1")
            run = store.runs.start_run("p", started_at=now)
            store.runs.finish_run(run, finished_at=now, counts={"new": 1}, partial=False)
    return path


def dump(path: Path, tables: list[str]) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    finally:
        connection.close()


def tables_of(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_search*'")
        return [str(name) for (name,) in found]
    finally:
        connection.close()


def test_old_databases_open_with_all_they_held(old: Path) -> None:
    """Years of crawling must survive an upgrade: every row of every table, found by the new search and views."""
    tables = tables_of(old)
    before = dump(old, tables)
    with Store.open(old) as store:
        assert store.db.conn.execute("PRAGMA user_version").fetchone() == (len(migrations.steps()),)
        found = store.db.conn.execute("SELECT rowid FROM accent_search WHERE accent_search MATCH '\"đà nẵng\"'")
        assert found.fetchall() == [(1,)]
        for view in store.db.view_names():
            store.db.conn.execute(f"SELECT * FROM {view}").fetchall()
        assert store.db.conn.execute('SELECT "index", rank, url FROM index_panel').fetchall() == [
            ("PAPI", 1, "https://p.example/1")
        ]
        assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store.db.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert dump(old, tables) == before


def test_a_step_that_breaks_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a schema could be opened by neither the old program nor the new one."""
    broken = [*migrations.steps()[:1], "CREATE TABLE half (id INTEGER) STRICT; SELECT nonsense FROM nowhere;"]
    monkeypatch.setattr(migrations, "steps", lambda: broken)
    tables = tables_of(old)
    before = dump(old, tables)
    with pytest.raises(StoreError):
        Store.open(old)
    assert (tables_of(old), dump(old, tables)) == (tables, before)
    connection = sqlite3.connect(old)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


def test_new_articles_are_found_and_removed_ones_are_not(tmp_path: Path) -> None:
    """An index beside its texts goes stale without the triggers."""
    with Store.open(tmp_path / "g.db") as store:
        article = Article(url="https://p.example/1", body="Huế và Đắk Lắk")
        now = datetime(2025, 1, 1, tzinfo=UTC)
        store.save(Extraction(article=article), fetched_at=now, ruleset_version="r", code_version="1")
        count = "SELECT count(*) FROM accent_search WHERE accent_search MATCH 'đắk'"
        assert store.db.conn.execute(count).fetchone() == (1,)
        store.db.conn.execute("DELETE FROM articles")
        assert store.db.conn.execute(count).fetchone() == (0,)

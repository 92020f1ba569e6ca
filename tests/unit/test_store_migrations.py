"""Databases of every earlier schema open with all they held, and a step that breaks leaves them as they were."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govscrape.errors import StoreError
from govscrape.models.article import Article
from govscrape.models.records import Extraction
from govscrape.store import Store, migrations

URL = "https://p.example/1"
NOW = "2025-01-01T00:00:00.000Z"
MADE = {"rule": "r", "confidence": 1.0, "ruleset_version": "r", "code_version": "1"}
SAID = {"version_id": 1, "position": 0, "evidence_start": 0, "evidence_end": 7, "evidence_text": "Đà Nẵng", **MADE}
ROWS: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (
        1,
        "articles",
        {"id": 1, "url": "https://p.example/1", "portal": "p", "province": "Đà Nẵng", "first_seen_at": NOW},
    ),
    (1, "article_urls", {"url": URL, "article_id": 1}),
    (
        1,
        "pages",
        {"id": 1, "article_id": 1, "archive_file": "a", "archive_offset": 0, "sha256": "0", "fetched_at": NOW},
    ),
    (
        1,
        "article_versions",
        {
            **{"id": 1, "article_id": 1, "version": 1, "text_hash": "t", "details_hash": "d", "records_hash": "h"},
            **{"ruleset_version": "r", "code_version": "1", "page_id": 1, "fetched_at": NOW, "title": "Tin"},
            **{"body": "Đà Nẵng đứng đầu", "paragraphs": "[]", "tables": "[]", "images": "[]", "attachments": "[]"},
            **{"published_at": "2024-05-01T08:00:00+07:00", "language": "vi"},
        },
    ),
    (
        1,
        "index_results",
        {
            **{"id": 1, "index": "PAPI", "subject": "Đà Nẵng", "subject_code": "48", "subject_level": "province"},
            **{"status": "result", "year": 2023, "rank": 1, "checks": "[]", **SAID},
        },
    ),
    (1, "officials", {"id": 1, "name": "Lê Hòa", "titles": '["Chủ tịch"]', "role": "chair", **SAID}),
    (1, "official_mentions", {"official_id": 1, "position": 0, "start": 0, "end": 7, "text": "Đà Nẵng"}),
    (
        1,
        "directives",
        {
            **{"id": 1, "verb": "giao", "verb_class": "order", "addressees": '["Sở KH-ĐT"]', "coordinating": "[]"},
            **{"action": "làm", "recurring": "daily", "legal_refs": '["5/2020/NĐ-CP"]', **SAID},
        },
    ),
    (1, "legal_refs", {"id": 1, "kind": "nghị định", "number": "05/2020/NĐ-CP", **SAID}),
    (1, "article_issues", {"version_id": 1, "position": 0, "code": "c", "message": "m"}),
    (1, "runs", {"id": 1, "portal": "p", "started_at": NOW, "status": "complete", "counts": "{}"}),
    (1, "run_listings", {"run_id": 1, "listing": "l", "pages": 1, "items": 1, "overlap": 0, "closed": 1}),
    (1, "issues", {"portal": "p", "code": "c", "message": "m", "run_id": 1, "first_seen_at": NOW, "last_seen_at": NOW}),
    (
        3,
        "corrections",
        {
            **{"id": "0" * 16, "url": URL, "article_id": 1, "kind": "index", "key": "{}"},
            **{"evidence": "Đà Nẵng", "passage": "0" * 64, "slot": "rank", "expected": "2", "new": "1"},
            **{"by": "A", "at": NOW, "status": "applied", "status_at": NOW},
        },
    ),
    (
        3,
        "applied_corrections",
        {"version_id": 1, "correction_id": "0" * 16, "kind": "index", "position": 0, "slot": "rank"},
    ),
    (3, "uncorrected", {"version_id": 1, "records": "{}"}),
    (
        3,
        "audits",
        {
            **{"id": "a", "made_at": NOW, "sampled": 1, "strata_by": "[]", "seed": 1},
            **{"ruleset_version": "r", "code_version": "1"},
        },
    ),
    (4, "index_names", {"index": "PAPI", "name": "PAPI"}),
    (
        4,
        "index_cells",
        {
            **{
                "id": 1,
                "index": "PAPI",
                "place": "48",
                "era": 63,
                "year": 2023,
                "claims": 1,
                "articles": 1,
                "scores": 0,
            },
            **{"ranks": 1, "score_id": 1, "rank_id": 1},
        },
    ),
    (4, "index_conflicts", {"cell_id": 1, "measure": "rank", "a_id": 1, "b_id": 1}),
    (
        4,
        "people",
        {"id": 1, "name": "Lê Hòa", "folded": "le hoa", "province": "Đà Nẵng", "number": 1, "identity": "one"},
    ),
    (
        4,
        "posts",
        {
            **{
                "id": 1,
                "person_id": 1,
                "titles": '["Chủ tịch"]',
                "first_seen": "2024-05-01",
                "last_seen": "2024-05-01",
            },
            **{"articles": 1, "record_id": 1},
        },
    ),
    (
        5,
        "organisations",
        {
            **{"id": 1, "key": "da-nang/so-ke-hoach-dau-tu", "name": "Sở Kế hoạch và Đầu tư", "folded": "so ke hoach"},
            **{"province": "Đà Nẵng", "known": 1, "articles": 1, "addressed": 1},
        },
    ),
    (5, "organisation_names", {"organisation_id": 1, "name": "Sở KH-ĐT"}),
    (
        5,
        "organisation_links",
        {"organisation_id": 1, "role": "addressee", "day": "2024-05-01", "version_id": 1, "record_id": 1},
    ),
    (
        5,
        "legal_documents",
        {
            **{"id": 1, "key": "vn/5-2020-nd-cp", "base": "vn/5-2020-nd-cp", "kind": "nghị định", "folded": ""},
            **{"number": "05/2020/NĐ-CP", "articles": 1, "citations": 1, "directives": 1, "dated": 2},
        },
    ),
    (5, "document_forms", {"id": 1, "document_id": 1, "kind": "nghị định", "number": "05/2020/NĐ-CP", "times": 1}),
    (
        5,
        "document_links",
        {"document_id": 1, "form_id": 1, "role": "citation", "version_id": 1, "record_id": 1, "dated": 1},
    ),
    (5, "document_links", {"document_id": 1, "role": "basis", "version_id": 1, "record_id": 1, "dated": 1}),
    (3, "audit_strata", {"audit_id": "a", "stratum": "s", "population": 1, "sampled": 1}),
    (
        3,
        "audit_verdicts",
        {
            **{"audit_id": "a", "item": "1", "stratum": "s", "url": URL, "kind": "index", "rule": "r"},
            **{"evidence": "Đà Nẵng", "verdict": "right", "by": "A", "at": NOW},
        },
    ),
    (
        3,
        "rule_precision",
        {
            **{"kind": "index", "rule": "r", "right": 1, "wrong": 0, "unsure": 0, "precision": 1, "low": 0.2},
            **{"high": 1, "effective": 1, "ruleset_version": "r", "judged_at": NOW},
        },
    ),
    (
        6,
        "back_fills",
        {
            **{"id": 1, "portal": "p", "listing": "l", "since": "2020-01-01", "until": "2020-12-31"},
            **{"started_at": NOW, "updated_at": NOW, "pages": 1, "items": 1, "wanted": 1, "undated": 0},
            **{"ordered": 1, "closed": 0, "place": "{}"},
        },
    ),
    (6, "back_fill_items", {"back_fill_id": 1, "url": URL, "wanted": 1}),
)
"""Of each table a row as the schema that brought it held it, with the number of that schema."""


@pytest.fixture(params=range(1, len(migrations.steps())), ids=lambda number: f"schema {number:04}")
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A database of that schema with an article, its records, a page and a run, written without today's code."""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    for sql in migrations.steps()[: request.param]:
        connection.executescript(sql)
    for since, table, row in ROWS:
        if since <= request.param:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
    for index in ("article_search", "accent_search") if request.param >= 4 else ():  # no triggers any more
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    kept = ", title = 'Tin', published_at = '2024-05-01T08:00:00+07:00'" if request.param >= 4 else ""
    connection.execute(f"UPDATE articles SET current_version_id = 1{kept}")
    if request.param >= 7:
        connection.execute("UPDATE index_cells SET province = 'Đà Nẵng', rank = 1, url = ?", (URL,))
    connection.execute(f"PRAGMA user_version = {request.param}")
    connection.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
    connection.commit()
    connection.close()
    return path


def dump(path: Path, columns: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return {
            table: connection.execute(f"SELECT {names} FROM {table}").fetchall() for table, names in columns.items()
        }
    finally:
        connection.close()


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def columns_of(path: Path) -> dict[str, str]:
    """The tables of a database, each with its columns; a later schema may add to both."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("""
            SELECT m.name, group_concat('"' || c.name || '"') FROM sqlite_master AS m, pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND m.name NOT GLOB '*_search*' GROUP BY m.name
        """)
        return {str(table): str(names) for table, names in found}
    finally:
        connection.close()


def test_old_databases_open_with_all_they_held(old: Path) -> None:
    """Years of crawling must survive an upgrade: every row of every table, found by the new search and views."""
    columns = columns_of(old)
    before = dump(old, columns)
    with Store.open(old) as store:
        assert store.db.conn.execute("PRAGMA user_version").fetchone() == (len(migrations.steps()),)
        found = store.db.conn.execute("SELECT rowid FROM accent_search WHERE accent_search MATCH 'đà nẵng'")
        assert found.fetchall() == [(1,)]
        for view in store.db.view_names():
            store.db.conn.execute(f"SELECT * FROM {view}").fetchall()
        assert store.db.conn.execute('SELECT "index", rank, url FROM index_panel').fetchall() == [
            ("PAPI", 1, "https://p.example/1")
        ]
        posts = store.db.conn.execute("SELECT name, title, first_seen, person FROM official_posts").fetchall()
        assert posts == [("Lê Hòa", "Chủ tịch", "2024-05-01", 1)]
        bodies = store.db.conn.execute('SELECT "key", name, province, addressed FROM organisations').fetchall()
        assert bodies == [("da-nang/so-ke-hoach-dau-tu", "Sở Kế hoạch và Đầu tư", "Đà Nẵng", 1)]
        laws = store.db.conn.execute('SELECT "key", number, articles, citations, directives FROM legal_documents')
        assert laws.fetchall() == [("vn/5-2020-nd-cp", "05/2020/NĐ-CP", 1, 1, 1)]
        dated = store.db.conn.execute("SELECT title, published_at FROM articles").fetchall()
        assert dated == [("Tin", "2024-05-01T08:00:00+07:00")]
        for search in ("article_search", "accent_search"):
            store.db.conn.execute(f"INSERT INTO {search} ({search}, rank) VALUES ('integrity-check', 1)")
        assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        # SQLite before 3.41 takes a column that stands between those of the primary key for another one.
        checked = store.db.conn.execute("PRAGMA integrity_check").fetchall()
        assert checked in ([("ok",)], [("NULL value in index_conflicts.a_id",)])
    assert all(before.values())
    assert dump(old, columns) == before


def test_a_step_that_breaks_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a schema could be opened by neither the old program nor the new one."""
    version = version_of(old)
    broken = [*migrations.steps()[:version], "CREATE TABLE half (id INTEGER) STRICT; SELECT nonsense FROM nowhere;"]
    monkeypatch.setattr(migrations, "steps", lambda: broken)
    columns = columns_of(old)
    before = dump(old, columns)
    with pytest.raises(StoreError):
        Store.open(old)
    assert (columns_of(old), dump(old, columns)) == (columns, before)
    assert version_of(old) == version


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

"""The schema's three copies agree: the steps, ``db/schema.sql`` and ``db/README.md``.

To renew the second: ``python -c 'from govscrape.store.migrations import schema_sql as s; print(s(), end="")'``.
"""

import re
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from govscrape.models.article import Article
from govscrape.store import facts, people
from govscrape.store.migrations import schema_sql
from govscrape.store.rows import RECORD_TABLES

SHARED = "Every record"


@pytest.fixture(scope="module")
def database() -> Database:
    db = Database(memory=True)
    db.executescript(schema_sql())
    return db


@pytest.fixture(scope="module")
def described(root: Path) -> dict[str, set[str]]:
    """Names in backquotes under each heading of the README; a heading may name two tables."""
    text = (root / "db" / "README.md").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for section in text.split("\n## ")[1:]:
        heading, _, content = section.partition("\n")
        for name in heading.split(" and "):
            found[name.strip()] = set(re.findall(r"`([^`]+)`", content))
    return found


def test_schema_file_is_what_the_steps_give(root: Path) -> None:
    """A new step without a new schema.sql would leave readers with the old picture."""
    assert (root / "db" / "schema.sql").read_text(encoding="utf-8") == schema_sql()


def test_every_table_and_column_is_described(database: Database, described: dict[str, set[str]]) -> None:
    """A column nobody explains is a column somebody misreads."""
    tables = [
        *(name for name in database.table_names() if not re.search(r"_search_", name)),
        *database.view_names(),
    ]
    missing = []
    for table in tables:
        known = described.get(table, set()) | (described[SHARED] if table in RECORD_TABLES else set())
        columns = [column.name for column in database[table].columns]
        missing += [f"{table}.{column}" for column in columns if column not in known]
    assert missing == []


def test_nothing_is_described_that_does_not_exist(database: Database, described: dict[str, set[str]]) -> None:
    """A section left behind by a dropped table."""
    assert set(described) - {SHARED} <= {*database.table_names(), *database.view_names()}


def test_record_tables_have_the_fields_of_their_models(database: Database) -> None:
    """A field added to a model and forgotten in the schema would be lost on saving."""
    for table, model in RECORD_TABLES.items():
        fields = set(model.model_fields) - {"evidence", "mentions"}
        assert fields <= {column.name for column in database[table].columns}, table


def test_versions_have_the_fields_of_an_article(database: Database) -> None:
    """As above, for the article."""
    fields = set(Article.model_fields) - {"url", "portal", "province"}
    assert fields <= {column.name for column in database["article_versions"].columns}


def test_tables_are_strict_and_typed(database: Database) -> None:
    """A text in a number column is refused, not kept for a researcher to trip over."""
    ours = [name for name in database.table_names() if "_search" not in name]
    assert all(database.table(name).strict for name in ours)
    with pytest.raises(sqlite3.IntegrityError):
        database.conn.execute("INSERT INTO runs (portal, started_at, status, counts) VALUES ('p', 't', 'odd', '{}')")


def test_saving_reads_one_article(database: Database) -> None:
    """What a save asks must not read all results: it did, through the index of subjects, and each save took seconds."""
    asked = {
        f"{facts._CELLS} {facts._OF_VERSIONS}": "version_id=?",
        facts._CLAIMS: "index=? AND year=? AND <expr>=? AND component=?",
        facts._KEPT: "index=? AND year=? AND place=? AND <expr>=?",
        people._SEEN: "name=?",
        people._KEPT: "name=? AND <expr>=?",
        people._APART: "name=?",
        f"{people._KEYS} {people._OF_VERSIONS}": "version_id=?",
    }
    given = {"json_each", "w"}
    for sql, by in asked.items():
        plan = database.conn.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
        assert any(by in step[3] for step in plan), (sql, plan)
        assert not [step[3] for step in plan if step[3].startswith("SCAN") and step[3].split()[1] not in given], plan

"""SQL of a user's own: it reads, and can do nothing else, not even take all time or memory."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govscrape.cli.query import query as command
from govscrape.dataset.sql import ask_sql
from govscrape.errors import InputError, StoreError
from govscrape.models.article import Article
from govscrape.models.records import Evidence, Extraction, IndexResult
from govscrape.store import Store

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sql") / "g.db"
    words = Evidence(start=0, end=7, text="Đà Nẵng")
    with Store.open(path) as store:
        for number in range(3):
            result = IndexResult(
                index="PAPI", subject="Đà Nẵng", subject_code="48", year=2021 + number, score=40, evidence=words,
                rule="r", confidence=1,
            )  # fmt: skip
            article = Article(url=f"https://p.example/{number}", province="Đà Nẵng", body="Đà Nẵng | đạt 40 điểm")
            store.save(
                Extraction(article=article, indices=(result,)), fetched_at=NOW, ruleset_version="r", code_version="1"
            )
    return path


def test_a_select_over_tables_views_and_search(db: Path) -> None:
    """What the tables of db/README.md promise can be asked, with the words of Vietnamese."""
    columns, rows, cut = ask_sql(db, "SELECT year, score, score FROM index_panel ORDER BY year")
    assert (columns, cut) == (("year", "score", "score_2"), False)
    assert [row["year"] for row in rows] == [2021, 2022, 2023]
    found = "SELECT count(*) AS n FROM article_search WHERE article_search MATCH '\"da nang\"'"
    assert ask_sql(db, found)[1] == [{"n": 3}]
    assert ask_sql(db, "WITH x AS (SELECT 1 AS a) SELECT a FROM x")[1] == [{"a": 1}]
    assert len(ask_sql(db, "SELECT 1 FROM articles WHERE has_words(province, 'da nang') AND plain('Đ') = 'd'")[1]) == 3


def test_rows_are_counted_off(db: Path) -> None:
    """Whoever forgets a limit gets the first rows, and is told."""
    _, rows, cut = ask_sql(db, "SELECT id FROM articles", limit=2)
    assert (len(rows), cut) == (2, True)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM articles",
        "INSERT INTO runs (portal, started_at, status, counts) VALUES ('p', '', 'running', '{}')",
        "UPDATE articles SET url = 'x'",
        "DROP TABLE articles",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "ATTACH '/tmp/other.db' AS other",
        "VACUUM INTO '/tmp/copy.db'",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode",
        "SELECT load_extension('x')",
        "BEGIN",
        "SELECT 1; DELETE FROM articles",
        "INSERT INTO article_search (article_search) VALUES ('delete-all')",
        "",
    ],
)
def test_nothing_but_a_select_runs(db: Path, sql: str) -> None:
    """Also where the file could not be written anyway: other files must not be made or read."""
    before = db.read_bytes()
    with pytest.raises(InputError, match="--sql"):
        ask_sql(db, sql)
    assert db.read_bytes() == before
    assert not Path("/tmp/copy.db").exists()  # noqa: S108 - that nothing was made there


def test_time_and_memory_are_bounded(db: Path) -> None:
    """A join of all with all, a query without end, a text of a gigabyte."""
    endless = "WITH RECURSIVE x(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x) SELECT count(*) FROM x"
    with pytest.raises(InputError, match=r"no answer within 0\.2 s"):
        ask_sql(db, endless, seconds=0.2)
    with pytest.raises(InputError, match="too big"):
        ask_sql(db, "SELECT length(zeroblob(1000000000))")
    with pytest.raises(InputError, match="MB of answers"):
        ask_sql(db, "SELECT zeroblob(20000000) FROM articles")


def test_mistakes_are_one_line(db: Path, tmp_path: Path) -> None:
    """SQLite's words, and the database that is not there."""
    with pytest.raises(InputError, match="--sql: no such column: scor"):
        ask_sql(db, "SELECT scor FROM index_panel")
    with pytest.raises(StoreError, match=r"none\.db: no such database"):
        ask_sql(tmp_path / "none.db", "SELECT 1")


def run(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--db", str(db)], env={"COLUMNS": "100"})


def test_command(db: Path) -> None:
    """Every format, the hint that rows are left out, and no command beside --sql."""
    select = "SELECT year, '=1+1' AS sum, evidence FROM index_panel ORDER BY year"
    assert json.loads(run(db, "--sql", select, "--format", "json").stdout)[0]["year"] == 2021
    assert run(db, "--sql", select, "--format", "csv").stdout.splitlines()[1] == "2021,'=1+1,Đà Nẵng"
    assert "Đà Nẵng" in run(db, "--sql", select).stdout
    cut = run(db, "--sql", select, "--limit", "1", "--format", "markdown")
    assert cut.stdout.splitlines() == ["| year | sum | evidence |", "| --- | --- | --- |", "| 2021 | =1+1 | Đà Nẵng |"]
    assert "more than 1 rows" in cut.stderr
    assert "no rows" in run(db, "--sql", "SELECT 1 WHERE 0").stderr
    assert run(db, "--sql", "SELECT 1", "panel").exit_code == 2
    assert run(db).exit_code == 2


def test_markdown_escapes(db: Path) -> None:
    """A bar or a link in a page's text must not become the table's."""
    told = run(db, "--sql", "SELECT '[a](b) | <b>' AS x", "--format", "markdown").stdout
    assert told.splitlines()[2] == r"| \[a\](b) \| \<b\> |"

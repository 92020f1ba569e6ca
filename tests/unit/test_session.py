"""The dataset in Python: the same answers as the command's, lazily, and without slowing down ``--help``."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import govscrape
from govscrape.errors import InputError, StoreError
from govscrape.models.article import Article
from govscrape.models.records import Evidence, Extraction, IndexResult, Official
from govscrape.store import Store


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("session") / "g.db"
    words = Evidence(start=0, end=7, text="Gia Lai")
    results = tuple(
        IndexResult(
            index="PAPI",
            subject="Gia Lai",
            subject_code="64",
            year=year,
            rank=9,
            evidence=words,
            rule="r",
            confidence=1,
        )
        for year in (2018, 2019, 2021, 2023, 2024)
    )
    person = Official(name="Lê Hòa", titles=("Chủ tịch",), evidence=words, rule="r", confidence=1)
    article = Article(url="https://p.example/1", province="Gia Lai", body="Gia Lai hôm nay")
    with Store.open(path) as store:
        what = Extraction(article=article, indices=results, officials=(person,))
        store.save(what, fetched_at=datetime(2025, 1, 1, tzinfo=UTC), ruleset_version="r", code_version="1")
    return path


def test_years_as_a_range(db: Path) -> None:
    """The end of a range is not in it, as everywhere in Python."""
    rows = govscrape.open(db).indices(index="papi", years=range(2019, 2024)).rows()
    assert [row["year"] for row in rows] == [2023, 2021, 2019]
    assert rows[0]["evidence"] == "Gia Lai"
    assert [row["year"] for row in govscrape.open(db).indices(years=2018)] == [2018]


def test_each_question(db: Path) -> None:
    """Every method answers with the columns it announces."""
    data = govscrape.open(db)
    answers = (
        *(data.panel("PAPI", province=["gia lai"]), data.officials("le hoa"), data.posts(title="chu tich")),
        *(data.articles("gia lai"), data.search("gia lai"), data.reconcile(), data.indices()),
    )
    for answer in answers:
        assert tuple(answer.rows()[0]) == answer.columns
    assert data.directives().rows() == []


def test_the_database_is_the_one_of_the_command_line(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `export GOVSCRAPE_DB=…` the command found the database, and Python another or none."""
    monkeypatch.delenv("GOVSCRAPE_DB", raising=False)
    assert govscrape.open().path == Path("db/govscrape.db")
    monkeypatch.setenv("GOVSCRAPE_DB", str(db))
    assert len(govscrape.open().indices().rows()) == 5
    assert govscrape.open("other.db").path == Path("other.db")


def test_absent_libraries_and_files_are_one_line(tmp_path: Path, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pandas nor Polars is a dependency; a path with a slip is told when asked."""
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(InputError, match=f"{name} is not installed"):
            getattr(govscrape.open(db).indices(), f"to_{name}")()
    with pytest.raises(StoreError, match="no such database"):
        govscrape.open(tmp_path / "none.db").indices().rows()


def test_importing_the_package_loads_nothing() -> None:
    """``govscrape --help`` imports the package first: a database library there is paid for at every call."""
    program = "import sys, govscrape; govscrape.open; print([name for name in sys.modules if 'sqlite' in name])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"

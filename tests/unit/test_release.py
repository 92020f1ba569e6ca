"""Releases: the same bytes twice, checksums that hold, nothing a spreadsheet would run, all of it described."""

import csv
import hashlib
import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from govscrape.cli.export import export as command
from govscrape.dataset.codebook import load_codebook
from govscrape.dataset.release import FORMATS, SUMS, export
from govscrape.errors import InputError, RuleError, StoreError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, LegalRef, Official
from govscrape.store import Store
from govscrape.store.rows import RECORD_TABLES


def save(store: Store, number: int, day: int, body: str, **values: Any) -> None:
    said: dict[str, Any] = {"evidence": Evidence(start=0, end=len(body), text=body), "rule": "r", "confidence": 1}
    result = IndexResult(index="PAPI", subject="Gia Lai", subject_code="64", year=2023, **values, **said)
    article = Article(url=f"https://p.example/{number}", portal="p", province="Gia Lai", title="=1+1", body=body)
    what = Extraction(
        article=article,
        indices=(result,),
        officials=(Official(name="@Hòa", titles=("Chủ tịch", "Bí thư"), **said),),
        directives=(Directive(verb="giao", verb_class="order", action="-làm", deadline=date(2024, 1, 1), **said),),
        legal_refs=(LegalRef(kind="luật", number="1/2024", **said),),
    )
    seen = datetime(2025, 1, day, tzinfo=UTC)
    store.save(what, fetched_at=seen, ruleset_version="r", code_version="1")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "g.db"
    with Store.open(path) as store:
        save(store, 1, 1, "Gia Lai đạt 40,32 điểm", score=40.32)
        save(store, 2, 2, "Gia Lai xếp thứ 51", rank=51)
        save(store, 1, 5, "Gia Lai đạt 41 điểm, đã sửa", score=41.0)
        save(store, 3, 6, "Gia Lai xếp thứ 52", rank=52)
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "data" / f"{table}.csv").read_text(encoding="utf-8").splitlines()))


def test_the_same_bytes_again(db: Path, tmp_path: Path) -> None:
    """A release that changes when nothing did cannot be checked by anybody."""
    for name in ("one", "two"):
        export(db, tmp_path / name, formats=FORMATS)
    export(db, tmp_path / "two", formats=FORMATS)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_checksums_name_every_file(db: Path, tmp_path: Path) -> None:
    """What a reader checks with ``sha256sum -c``."""
    export(db, tmp_path / "r")
    found = files(tmp_path / "r")
    lines = found.pop(SUMS).decode().splitlines()
    sums = {line.partition("  ")[2]: line.partition("  ")[0] for line in lines}
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}


def test_nothing_a_spreadsheet_would_run(db: Path, tmp_path: Path) -> None:
    """A title that begins with "=" is a program in Excel; JSON keeps it as it is."""
    export(db, tmp_path / "r")
    assert rows(tmp_path / "r", "articles")[0]["title"] == "'=1+1"
    assert rows(tmp_path / "r", "officials")[0]["name"] == "'@Hòa"
    assert rows(tmp_path / "r", "officials")[0]["titles"] == "Chủ tịch; Bí thư"
    assert rows(tmp_path / "r", "directives")[0]["action"] == "'-làm"
    line = (tmp_path / "r" / "data" / "officials.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert (json.loads(line)["name"], json.loads(line)["titles"]) == ("@Hòa", ["Chủ tịch", "Bí thư"])


def test_as_of_a_day(db: Path, tmp_path: Path) -> None:
    """The texts known then: the first version of an article corrected later, and no later article."""
    counts = export(db, tmp_path / "old", formats=FORMATS, as_of=date(2025, 1, 3))
    assert (counts["articles"], counts["index_results"]) == (2, 2)
    assert [row["score"] for row in rows(tmp_path / "old", "index_results")] == ["40.32", ""]
    with sqlite3.connect(tmp_path / "old" / "govscrape.db") as kept:
        assert kept.execute("SELECT count(*) FROM article_versions").fetchone() == (2,)
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept.execute("PRAGMA foreign_key_check").fetchall() == []
    kept.close()
    assert 'version: "2025-01-03"' in (tmp_path / "old" / "CITATION.cff").read_text(encoding="utf-8")
    export(db, tmp_path / "now")
    assert [row["score"] for row in rows(tmp_path / "now", "index_results")] == ["41.0", "", ""]
    with Store.open(db, readonly=True) as store:
        assert store.counts()["article_versions"] == 4


def test_an_early_release_is_the_same_later(db: Path, tmp_path: Path) -> None:
    """A release of a past day does not change because articles came in since."""
    export(db, tmp_path / "then", as_of=date(2025, 1, 3))
    with Store.open(db) as store:
        save(store, 4, 9, "Gia Lai xếp thứ 53", rank=53)
    export(db, tmp_path / "later", as_of=date(2025, 1, 3))
    assert files(tmp_path / "then") == files(tmp_path / "later")


def test_datapackage_describes_the_files(db: Path, tmp_path: Path) -> None:
    """The shape of a Data Package: resources with path, size, hash, and the columns of each table in order."""
    export(db, tmp_path / "r", formats=FORMATS)
    package = json.loads((tmp_path / "r" / "datapackage.json").read_text(encoding="utf-8"))
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names) == 21
    types = {"string", "integer", "number", "date", "datetime"}
    for resource in package["resources"]:
        content = (tmp_path / "r" / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        if resource["format"] == "csv":
            columns = [field["name"] for field in resource["schema"]["fields"]]
            assert columns == content.decode().splitlines()[0].split(",")
            assert {field["type"] for field in resource["schema"]["fields"]} <= types
            for key in resource["schema"].get("foreignKeys", ()):
                assert key["reference"]["resource"] in names
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


def test_every_field_of_the_records_is_released() -> None:
    """A field added to a record and forgotten in the codebook would be missing in every release."""
    tables = {table.name: {variable.name for variable in table.variables} for table in load_codebook().tables}
    for table, model in RECORD_TABLES.items():
        assert set(model.model_fields) - {"mentions"} <= tables[table], table


def test_codebooks_in_two_languages(db: Path, tmp_path: Path) -> None:
    """Each variable once per table, with what it means and how often it is there."""
    export(db, tmp_path / "r")
    vietnamese = (tmp_path / "r" / "codebook.vi.md").read_text(encoding="utf-8")
    english = (tmp_path / "r" / "codebook.en.md").read_text(encoding="utf-8")
    assert "| score | number | điểm hoặc tỷ lệ | see unit |  | 33 % | 41.0 |" in vietnamese
    assert "| rank | integer | rank, 1 is best |  | ≥ 1 | 67 % | 51 |" in english
    assert vietnamese.count("\n| ") == english.count("\n| ")


def test_a_codebook_with_a_gap_is_refused(tmp_path: Path) -> None:
    """A column without a meaning in one of the languages."""
    file = tmp_path / "codebook.yaml"
    file.write_text(
        "title: {vi: a, en: a}\ntables: {t: {vi: a, en: a, source: view, columns: [x]}}\n"
        "variables: {x: {type: string, en: a}}\nwords: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleError, match="vi"):
        load_codebook(file)


def test_other_peoples_files_are_left_alone(db: Path, tmp_path: Path) -> None:
    """``export ~`` by mistake; and a failing export leaves the release that was there."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="holds other files"):
        export(db, tmp_path / "mine")
    export(db, tmp_path / "r", formats=("csv",))
    before = files(tmp_path / "r")
    with pytest.raises(StoreError):
        export(tmp_path / "none.db", tmp_path / "r")
    assert files(tmp_path / "r") == before
    export(db, tmp_path / "r", formats=("jsonl",))
    assert not list((tmp_path / "r").rglob("*.csv"))


def test_a_checksum_file_cannot_delete_outside(db: Path, tmp_path: Path) -> None:
    """A release from elsewhere may name any path in its list."""
    (tmp_path / "outside.txt").write_text("x", encoding="utf-8")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / SUMS).write_text("0  ../outside.txt\n", encoding="utf-8")
    export(db, tmp_path / "r")
    assert (tmp_path / "outside.txt").exists()


def test_command(db: Path, tmp_path: Path) -> None:
    """The days and formats arrive, a wrong format is one line."""
    arguments = [str(tmp_path / "r"), "--db", str(db), "--format", "csv", "--as-of", "2025-01-03"]
    told = CliRunner().invoke(command, arguments)
    assert "2 articles" in told.stdout
    with pytest.raises(InputError, match="no such format: parquet"):
        export(db, tmp_path / "p", formats=("parquet",))

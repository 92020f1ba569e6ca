"""Releases: the same bytes twice, checksums that hold, nothing a spreadsheet would run, all of it described."""

import csv
import hashlib
import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from govscrape.cli.export import export as command
from govscrape.cli.main import run
from govscrape.dataset import query
from govscrape.dataset.codebook import load_codebook
from govscrape.dataset.release import FORMATS, SUMS, export
from govscrape.dataset.writers import WORKBOOK
from govscrape.errors import InputError, RuleError, StoreError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, Issue, LegalRef, Official
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


def test_a_past_day_tells_nothing_of_how_a_crawl_stands(db: Path, tmp_path: Path) -> None:
    """The database of a release would name what was walked and met after its day."""
    seen = datetime(2025, 1, 2, tzinfo=UTC)
    with Store.open(db) as store:
        begun = store.back_fills.take_up("p", "https://p.example/", date(2024, 1, 1), None, seen)
        store.back_fills.keep(begun.id, begun.walk, {"https://p.example/77": True}, datetime(2025, 1, 9, tzinfo=UTC))
    export(db, tmp_path / "r", formats=("sqlite",), as_of=date(2025, 1, 3))
    with closing(sqlite3.connect(tmp_path / "r" / "govscrape.db")) as kept:
        told = [kept.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("back_fills", "back_fill_items")]
    assert told == [(0,), (0,)]


def test_datapackage_describes_the_files(db: Path, tmp_path: Path) -> None:
    """Resources with path, size, hash, and the columns of each table in order."""
    export(db, tmp_path / "r", formats=FORMATS)
    package = json.loads((tmp_path / "r" / "datapackage.json").read_text(encoding="utf-8"))
    names = [resource["name"] for resource in package["resources"]]
    told = {resource["path"] for resource in package["resources"]}
    assert told == {name for name in files(tmp_path / "r") if name.startswith(("data/", "govscrape."))}
    assert len(set(names)) == len(names) == 3 * len(load_codebook().tables) + 2
    for resource in package["resources"]:
        content = (tmp_path / "r" / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        if resource["format"] == "csv":
            columns = [field["name"] for field in resource["schema"]["fields"]]
            assert columns == content.decode().splitlines()[0].split(",")
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.mark.slow
def test_frictionless_finds_nothing_wrong(db: Path, tmp_path: Path) -> None:
    """The package, each file's hash and size, and the type of every cell, by the tool that its readers use."""
    export(db, tmp_path / "r", formats=FORMATS)
    asked = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(asked, cwd=tmp_path / "r", capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert (report["valid"], report["stats"]["errors"]) == (True, 0), done.stdout[:2000]
    assert report["stats"]["tasks"] == 3 * len(load_codebook().tables) + 2
    broken = tmp_path / "r" / "data" / "index_results.csv"
    broken.write_text(broken.read_text(encoding="utf-8").replace("2023", "soon"), encoding="utf-8")
    assert subprocess.run(asked, cwd=tmp_path / "r", capture_output=True, check=False).returncode != 0


def test_parquet_has_types(db: Path, tmp_path: Path) -> None:
    """Times that are texts, or lists that are one text, must be parsed again by every reader."""
    export(db, tmp_path / "r", formats=("parquet",))
    officials = pq.read_table(tmp_path / "r" / "data" / "officials.parquet").to_pylist()
    assert (officials[0]["name"], officials[0]["titles"]) == ("@Hòa", ["Chủ tịch", "Bí thư"])
    articles = pq.read_table(tmp_path / "r" / "data" / "articles.parquet").to_pylist()
    assert articles[0]["fetched_at"] == datetime(2025, 1, 5, tzinfo=UTC)
    directives = pq.read_table(tmp_path / "r" / "data" / "directives.parquet").to_pylist()
    assert directives[0]["deadline"] == date(2024, 1, 1)


def test_workbook(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet a table, no cell that runs, no hour of its making; a table that is too long is told to be elsewhere."""
    monkeypatch.setattr("govscrape.dataset.release.ROWS_OF_A_SHEET", 63)
    export(db, tmp_path / "r", formats=("xlsx",))
    with zipfile.ZipFile(tmp_path / "r" / WORKBOOK) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(1980, 1, 31)}
        assert b"2025-01-06T00:00:00Z" in parts.read("docProps/core.xml")
    book = openpyxl.load_workbook(tmp_path / "r" / WORKBOOK)
    assert book.sheetnames == ["README", *(table.name for table in load_codebook().tables)]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value[:1] in tuple("=+-@")]
    assert book["index_results"]["K2"].value == 41.0
    monkeypatch.setattr("govscrape.dataset.release.ROWS_OF_A_SHEET", 62)
    export(db, tmp_path / "r", formats=("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "r" / WORKBOOK)
    assert "provinces" not in book.sheetnames
    assert "63 rows" in str([row[1].value for row in book["README"].iter_rows()][-1])


def test_texts_stay_with_the_portals(db: Path, tmp_path: Path) -> None:
    """They are not ours to license: only a copy asked for has them, and it still answers questions."""
    export(db, tmp_path / "r", formats=("sqlite",))
    with closing(sqlite3.connect(tmp_path / "r" / "govscrape.db")) as kept:
        assert kept.execute("SELECT DISTINCT body FROM article_versions").fetchall() == [("",)]
        assert b"\xc4\x91\xc3\xa3 s\xe1\xbb\xada" not in (tmp_path / "r" / "govscrape.db").read_bytes().replace(
            "41 điểm, đã sửa".encode(), b""
        )
        for index in ("article_search", "accent_search"):
            assert kept.execute(f"SELECT count(*) FROM {index} WHERE {index} MATCH 'gia'").fetchone() == (0,)
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            kept.execute("UPDATE article_versions SET body = 'x'")
    assert len(query("indices", tmp_path / "r" / "govscrape.db")) == 3
    export(db, tmp_path / "r", formats=("sqlite",), texts=True)
    with closing(sqlite3.connect(tmp_path / "r" / "govscrape.db")) as kept:
        assert kept.execute("SELECT count(*) FROM article_versions WHERE body = ''").fetchone() == (0,)


def test_missing_libraries_are_told(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, and an earlier release stays."""
    export(db, tmp_path / "r", formats=("csv",))
    before = files(tmp_path / "r")
    for module, form in (("xlsxwriter", "xlsx"), ("govscrape.dataset.arrow", "parquet")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(InputError, match=r"govscrape\[export\]"):
            export(db, tmp_path / "r", formats=(form,))
    assert files(tmp_path / "r") == before


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
    with pytest.raises(InputError, match="no such format: pdf"):
        export(db, tmp_path / "p", formats=("pdf",))


def test_bodies_documents_issues_and_runs(db: Path, tmp_path: Path) -> None:
    """Tables that point at each other: a key that leads nowhere would be a broken dataset."""
    with Store.open(db) as store:
        body = "giao Sở Y tế"
        said: dict[str, Any] = {"evidence": Evidence(start=0, end=4, text="giao"), "rule": "r", "confidence": 1}
        told = Directive(
            verb="giao", verb_class="order", action="làm", addressees=("Sở Y tế",), legal_refs=("5/2020/NĐ-CP",), **said
        )
        law = LegalRef(kind="nghị định", number="05/2020/NĐ-CP", **said)
        article = Article(url="https://p.example/9", portal="p", province="Gia Lai", body=body)
        found = Extraction(
            article=article, directives=(told,), legal_refs=(law,), issues=(Issue(code="odd", message="m", where="w"),)
        )
        store.save(found, fetched_at=datetime(2025, 1, 2, tzinfo=UTC), ruleset_version="r", code_version="1")
        run = store.runs.start_run("p", started_at=datetime(2025, 1, 2, tzinfo=UTC))
        export(db, tmp_path / "then", as_of=date(2025, 1, 3))
        store.runs.finish_run(run, finished_at=datetime(2025, 1, 9, tzinfo=UTC), counts={"new": 1}, partial=False)
        store.save_issue(Issue(code="late", message="m", where=None), seen_at=datetime(2025, 1, 9, tzinfo=UTC))
    export(db, tmp_path / "later", as_of=date(2025, 1, 3))
    assert files(tmp_path / "then") == files(tmp_path / "later")
    export(db, tmp_path / "r")
    assert [row["key"] for row in rows(tmp_path / "r", "organisations")] == ["gia-lai/so-y-te"]
    (link,) = rows(tmp_path / "r", "organisation_roles")
    assert (link["organisation"], link["role"], link["url"]) == ("gia-lai/so-y-te", "addressee", "https://p.example/9")
    (decree,) = (row for row in rows(tmp_path / "r", "legal_documents") if row["kind"] == "nghị định")
    assert (decree["key"], decree["year"], decree["directives"]) == ("vn/5-2020-nd-cp", "2020", "1")
    cited = [row["role"] for row in rows(tmp_path / "r", "document_citations") if row["document"] == decree["key"]]
    assert cited == ["basis", "citation"]
    assert [(row["code"], row["url"]) for row in rows(tmp_path / "r", "issues")] == [
        ("late", ""),
        ("odd", "https://p.example/9"),
    ]
    assert [row["status"] for row in rows(tmp_path / "r", "runs")] == ["complete"]
    assert [row["status"] for row in rows(tmp_path / "then", "runs")] == ["running"]


def test_what_people_corrected_is_named(db: Path, tmp_path: Path) -> None:
    """A figure that a person put in must not pass for the rules' own; Parquet files tell the same."""
    with Store.open(db) as store, store.db.conn:
        store.db.conn.execute("PRAGMA foreign_keys = OFF")
        sql = "SELECT r.version_id FROM index_results AS r JOIN articles AS a ON a.current_version_id = r.version_id"
        version = store.db.conn.execute(f"{sql} WHERE r.rank = 51").fetchone()[0]
        store.db.conn.execute("INSERT INTO applied_corrections VALUES (?, 'x', 'index', 0, 'rank')", (version,))
    export(db, tmp_path / "r", formats=("csv", "parquet"))
    assert {row["rank"]: row["corrected"] for row in rows(tmp_path / "r", "index_results")}["51"] == "rank"
    assert not any(row["corrected"] for row in rows(tmp_path / "r", "officials"))
    asked = [query("indices", path) for path in (db, tmp_path / "r")]
    assert asked[0] == asked[1]
    assert [row["corrected"] for row in asked[0] if row["rank"] == 51] == [["rank"]]


def test_a_day_before_the_first_text_is_refused(db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty release with exit code 0 looks like a whole one to the script that made it."""
    assert run(["export", str(tmp_path / "r"), "--as-of", "30/12/2024", "--db", str(db)]) == 1
    assert "nothing was fetched by 2024-12-30; the first text is of 2025-01-01" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
    assert run(["export", str(tmp_path / "r"), "--as-of", "1/1/2025", "--db", str(db)]) == 0

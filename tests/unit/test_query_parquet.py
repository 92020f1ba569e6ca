"""A release's Parquet files answer as the database does: every question, every filter."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import govscrape
from govscrape.cli.query import query as command
from govscrape.dataset import COLUMNS, Filters, query
from govscrape.dataset.release import export
from govscrape.dataset.sql import ask_sql
from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, LegalRef, Official
from govscrape.store import Store

PLACES = (("Gia Lai", "64"), ("Bình Định", "52"), ("Đà Nẵng", "48"))
KINDS = sorted(set(COLUMNS) - {"issues", "health"})
FILTERS = (
    Filters(),
    Filters(index=("papi",), years=(2022, 2023)),
    Filters(index=("Chỉ số PAPI của tỉnh",), component="tham gia"),
    Filters(province=("gia lai",), limit=3),
    Filters(name="le hoa", title="chu tich", since=date(2023, 2, 1), until=date(2023, 12, 31)),
    Filters(on=date(2023, 3, 1), status="result"),
    Filters(to="ke hoach va dau tu", cites="27 kh ubnd"),
    Filters(kind="sở", level="province"),
    Filters(kind="luat", years=(2003, 2003)),
)


def article(number: int) -> Extraction:
    place, code = PLACES[number % len(PLACES)]
    words = f"{place} nói {number}"
    said: dict[str, Any] = {"evidence": Evidence(start=0, end=len(words), text=words), "rule": "r", "confidence": 0.9}
    results = [
        IndexResult(
            index=index, index_text="Chỉ số PAPI của tỉnh", component=part, component_text=part and "Tham gia",
            subject=place, subject_code=code, year=2022 + number % 3, score=40 + number % 4, rank=number % 5 + 1,
            rank_of=61, checks=("delta_mismatch",), **said,
        )
        for index, part in (("PAPI", None), ("PAPI", "PAPI.1"), ("PCI", None))
    ]  # fmt: skip
    return Extraction(
        article=Article(
            url=f"https://p.example/{number}", portal="p", province=place, title=f"Tin {number}", body=words,
            published_at=datetime.fromisoformat(f"2023-{number % 6 + 1:02}-01T08:00:00+07:00") if number else None,
        ),
        indices=tuple(results),
        officials=(
            Official(name="Lê Hòa", titles=("Chủ tịch UBND tỉnh",), organisation=f"UBND tỉnh {place}", **said),
            Official(name="Trần An", titles=("Giám đốc", "Bí thư"), organisation=None, **said),
        ),
        directives=(
            Directive(
                verb="giao", verb_class="order", action="làm", addressees=("Sở Y tế", "Sở Nội vụ"),
                coordinating=("SYT", "Sở KH-ĐT"), issuer_name="Lê Hòa", deadline=date(2024, 1, 1 + number),
                legal_refs=("27/KH-UBND",), **said,
            ),
        ),
        legal_refs=(
            LegalRef(kind="kế hoạch", number="27/KH-UBND", issued_on=date(2023, 1, 5) if number % 2 else None, **said),
            LegalRef(kind="luật", title=f"Luật Đất đai năm {2003 + number % 2}", issuer="Quốc hội", **said),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A database and its release."""
    folder = tmp_path_factory.mktemp("parquet")
    with Store.open(folder / "g.db") as store:
        for number in (5, 0, 3, 1, 4, 2, 6, 7):
            store.save(
                article(number), fetched_at=datetime(2025, 1, 1, tzinfo=UTC), ruleset_version="r", code_version="1"
            )
    export(folder / "g.db", folder / "release", formats=("parquet",))
    return folder / "g.db", folder / "release"


@pytest.mark.parametrize("filters", FILTERS, ids=range(len(FILTERS)))
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_answers(places: tuple[Path, Path], kind: str, filters: Filters) -> None:
    """Times in another zone, lists as text, another order of ties: each would be another answer."""
    expected, found = (query(kind, path, filters) for path in places)
    if kind == "articles":  # their texts stay with the portals
        for row in (*expected, *found):
            row["evidence"] = None
    assert found == expected
    if filters == Filters():
        assert found


def test_sql_and_python_and_the_command_line(places: tuple[Path, Path]) -> None:
    """The same files by the other ways to ask."""
    db, release = places
    select = 'SELECT "index", year, score, claims FROM index_panel ORDER BY 1, 2, 3'
    assert ask_sql(release, select) == ask_sql(db, select)
    asked = govscrape.open(release).indices(index="PAPI", years=range(2022, 2024)).rows()
    assert asked == govscrape.open(db).indices(index="PAPI", years=range(2022, 2024)).rows()
    arguments = ["panel", "--index", "pci", "--from", "parquet", str(release), "--format", "json"]
    told = CliRunner().invoke(command, arguments)
    assert [row["claims"] for row in json.loads(told.stdout)] == [
        row["claims"] for row in query("panel", db, Filters(index=("PCI",)))
    ]


def test_parts_written_by_many_machines(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Each table a folder of files; a page that was archived twice is one article with its records once."""
    db, release = places
    for file in (release / "data").glob("*.parquet"):
        table = pq.read_table(file)
        folder = tmp_path / file.stem
        folder.mkdir()
        middle = table.num_rows // 2
        pq.write_table(table.slice(0, middle), folder / "a.parquet")
        pq.write_table(table.slice(middle), folder / "b.parquet")
        pq.write_table(table, folder / "again.parquet")
    expected = [row["url"] for row in query("directives", db, Filters(sort="url"))]
    assert [row["url"] for row in query("directives", tmp_path, Filters(sort="url"))] == expected


def test_what_files_cannot_tell(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Texts and crawls are not in a release; a folder without one is told by its name."""
    _, release = places
    with pytest.raises(InputError, match="hold no texts"):
        query("articles", release, Filters(text="Gia Lai"))
    with pytest.raises(InputError, match="nothing of crawls"):
        query("health", release)
    with pytest.raises(InputError, match=r"no articles\.parquet"):
        query("articles", tmp_path)
    (tmp_path / "articles.parquet").write_text("no Parquet", encoding="utf-8")
    with pytest.raises(InputError, match=r"articles\.parquet"):
        query("articles", tmp_path)

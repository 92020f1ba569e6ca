"""What a hostile portal may publish and a hostile user may type: kept as it is, shown as text, bounded."""

import csv
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from govscrape.cli.query import query as query_command
from govscrape.cli.search import search as search_command
from govscrape.dataset import Filters, query, search
from govscrape.dataset.release import export
from govscrape.dataset.writers import WORKBOOK
from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, Official
from govscrape.store import Store

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
LONG = "Đà Nẵng " * 1_300_000  # ten megabytes of UTF-8 and more
TYPED = (
    "'; DROP TABLE articles; --",
    '" OR 1=1 --',
    "article_search MATCH",
    "NEAR(a b)",
    "title:x AND body:y",
    "* ) OR (",
    "a" * 400,
    "%_%",
    "\x00\x1b[31m",
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "g.db"
    texts = {SCRIPT: f"{SCRIPT} {FORMULA}", "Dài": LONG}
    with Store.open(path) as store:
        for number, (title, body) in enumerate(texts.items()):
            said = body[:40_000]
            made: dict[str, Any] = {
                "evidence": Evidence(start=0, end=len(said), text=said),
                "rule": "r",
                "confidence": 1.0,
            }
            article = Article(url=f"https://p.example/{number}", province="Đà Nẵng", title=title, body=body)
            found = Extraction(
                article=article,
                officials=(Official(name=FORMULA, titles=("\t=1+1", "+1"), **made),),
                directives=(Directive(verb="giao", verb_class="order", action=f"@{SCRIPT}|`x`", **made),),
            )
            store.save(found, fetched_at=datetime(2025, 1, 1, tzinfo=UTC), ruleset_version="r", code_version="1")
    return path


@pytest.mark.parametrize("typed", TYPED)
def test_what_a_user_types_is_words(db: Path, typed: str) -> None:
    """Nothing typed into a filter or the search gets into SQL or into FTS5's language; nothing changes or crashes."""
    before = db.read_bytes()
    for kind, filters in (
        ("officials", Filters(name=typed)),
        ("officials", Filters(title=typed)),
        ("directives", Filters(title=typed, name=typed)),
        ("indices", Filters(component=typed)),
    ):
        query(kind, db, filters)
    for kind, filters in (
        ("articles", Filters(text=typed)),
        ("articles", Filters(province=(typed,))),
        ("panel", Filters(index=(typed,))),
        ("panel", Filters(sort=typed)),
        ("organisations", Filters(name=typed, kind=typed, level=typed)),
        ("documents", Filters(name=typed, kind=typed)),
        ("directives", Filters(to=typed, cites=typed)),
    ):
        with suppress(InputError):
            query(kind, db, filters)
    with suppress(InputError):
        search(db, typed)
    assert db.read_bytes() == before


def test_a_text_of_ten_megabytes(db: Path) -> None:
    """It is found, and what is shown of it is a line."""
    for words in ("da nang", '"Đà Nẵng"', "dai"):
        found = search(db, words).rows
        assert [row["title"] for row in found] == ["Dài"]
        assert len(found[0]["excerpt"]) < 300
    rows = query("articles", db)
    assert max(len(row["evidence"]) for row in rows) <= 200


def test_terminal_and_markdown_show_text(db: Path) -> None:
    """No control characters on a terminal, no markup in Markdown, JSON as it is."""
    run = CliRunner(env={"COLUMNS": "120"})
    told = run.invoke(query_command, ["directives", "--db", str(db), "--limit", "1", "--format", "markdown"]).stdout
    assert r"@\<script\>alert(1)\</script\>\|\`x\`" in told
    told = run.invoke(query_command, ["officials", "--db", str(db), "--format", "json"]).stdout
    assert {row["name"] for row in json.loads(told)} == {FORMULA}
    shown = run.invoke(search_command, ["--db", str(db), "alert"])
    assert (shown.exit_code, SCRIPT in shown.stdout.replace("\n", "")) == (0, True)


def test_releases_hold_no_program(db: Path, tmp_path: Path) -> None:
    """No cell of CSV or workbook begins like a formula; cells are no longer than a workbook allows."""
    export(db, tmp_path / "r", formats=("csv", "xlsx"))
    for file in (tmp_path / "r" / "data").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            cells = [cell for row in csv.reader(lines) for cell in row]
        assert not [cell[:40] for cell in cells if cell.lstrip()[:1] in tuple("=+-@")], file.name
    book = openpyxl.load_workbook(tmp_path / "r" / WORKBOOK, read_only=True)
    values = [
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    ]
    assert not [value[:40] for value in values if value.lstrip()[:1] in tuple("=+-@")]
    assert max(map(len, values)) == 32_767
    book.close()
    codebook = (tmp_path / "r" / "codebook.en.md").read_text(encoding="utf-8")
    assert SCRIPT not in codebook
    assert max(map(len, codebook.splitlines())) < 2_000

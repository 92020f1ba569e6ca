"""Asking: names as people type them, only visible versions, and each row with its evidence and URL."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from govscrape.cli.output import FORMATS, cell_text, write_rows
from govscrape.cli.query import query as query_command
from govscrape.dataset import COLUMNS, Filters, overview, query
from govscrape.dataset.names import contains, index_vocabulary, plain, province_vocabulary
from govscrape.errors import GovscrapeError, InputError, StoreError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, Issue, Official
from govscrape.store import Store
from govscrape.text.cells import safe_for_spreadsheet

NOW = datetime(2025, 1, 1, tzinfo=UTC)
GAZETTEER = (
    "name,aliases\nĐà Nẵng,thành phố Đà Nẵng\nGia Lai,\nHồ Chí Minh,TP.HCM|TPHCM|thành phố Hồ Chí Minh\nHà Nam,\n"
)
INDEX = """
about: An index.
index:
  code: PAR_INDEX
  name: {vi: Chỉ số cải cách hành chính, en: Public Administration Reform Index}
  aliases: [CCHC, PAR INDEX]
"""


def made(body: str, words: str) -> dict[str, Any]:
    start = body.index(words)
    return {"evidence": Evidence(start=start, end=start + len(words), text=words), "rule": "r", "confidence": 1}


def extraction(number: int, province: str, body: str, day: str, *, results: list[dict[str, Any]]) -> Extraction:
    words = body.split(".", maxsplit=1)[0]
    return Extraction(
        article=Article(
            url=f"https://p.example/{number}",
            portal="p",
            province=province,
            title=f"Tin số {number} của {province}",
            body=body,
            published_at=datetime.fromisoformat(f"{day}T08:00:00+07:00"),
        ),
        indices=tuple(IndexResult(**(made(body, words) | result)) for result in results),
        officials=(
            Official(name="Nguyễn Văn Thọ", titles=("Chủ tịch UBND tỉnh", "Bí thư"), **made(body, words)),
            Official(name="Nguyễn Văn Thơ", **made(body, words)),
        ),
        directives=(
            Directive(issuer_name="Lê Hòa", verb="giao", verb_class="order", action="làm", **made(body, words)),
        ),
    )


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "g.db"
    papi = {"index": "PAPI", "index_text": "Chỉ số PAPI", "subject": "Đà Nẵng", "score": 43.5, "status": "result"}
    with Store.open(path) as store:
        for number, province, body, day, results in (
            (1, "Đà Nẵng", "Đà Nẵng đạt 43,5 điểm. Hoà bình.", "2024-01-05", [papi | {"year": 2023}]),
            (
                2,
                "Gia Lai",
                "Gia Lai xếp thứ 9. Được khen.",
                "2024-06-01",
                [
                    {"index": "PAR_INDEX", "subject": "Gia Lai", "year": 2022, "rank": 9, "rank_delta": -3},
                    {"index": "PAR_INDEX", "subject": "Gia Lai", "year": 2025, "score": 90.0, "status": "target"},
                    {"index": "DDCI", "subject": "Chư Sê", "subject_level": "district", "year": 2023, "score": 70.0},
                    papi | {"year": 2021, "score": 9.5},
                ],
            ),
            (3, "TP. Hồ Chí Minh", "Không có gì.", "2025-03-01", []),
        ):
            what = extraction(number, province, body, day, results=results)
            store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")
        store.save_issue(Issue(code="few_links", message="m", where="u"), seen_at=NOW, portal="p")
    return path


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder of rules, so that these tests do not hang on what the real one holds."""
    (tmp_path / "indices").mkdir()
    (tmp_path / "gazetteer").mkdir()
    (tmp_path / "indices" / "par_index.yaml").write_text(INDEX, encoding="utf-8")
    (tmp_path / "gazetteer" / "province.csv").write_text(GAZETTEER, encoding="utf-8")
    monkeypatch.setenv("GOVSCRAPE_RULES", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def _small_rules(rules: Path) -> None:
    """All tests of this module read the small rules."""


def found(path: Path, **filters: Any) -> list[tuple[str, int | None]]:
    return [(row["index"], row["year"]) for row in query("indices", path, Filters(**filters))]


@pytest.mark.parametrize(
    "typed", ["PAR_INDEX", "par index", "PARINDEX", "cchc", "chi so cai cach hanh chinh", "cai cach"]
)
def test_index_by_code_or_alias(db: Path, typed: str) -> None:
    """Nobody types the underscore."""
    assert found(db, index=(typed,)) == [("PAR_INDEX", 2025), ("PAR_INDEX", 2022)]


def test_index_as_an_article_wrote_it(db: Path) -> None:
    """A wording that no rule file has, but an article did."""
    assert found(db, index=("chi so papi",)) == [("PAPI", 2023), ("PAPI", 2021)]


def test_words_of_two_indices_are_asked_back() -> None:
    """One of two indices must not be taken in silence."""
    indices = index_vocabulary({"A": ["chỉ số hài lòng y tế"], "B": ["chỉ số hài lòng"]})
    assert indices.resolve("y te") == {"A"}
    with pytest.raises(InputError, match="may be A, B; say which"):
        indices.resolve("lòng")


def test_several_indices(db: Path) -> None:
    """--index twice means either."""
    assert len(found(db, index=("papi", "cchc"))) == 4


@pytest.mark.parametrize(("typed", "hint"), [("PAPPI", "did you mean PAPI"), ("zzzz", "known: DDCI, PAPI, PAR_INDEX")])
def test_unknown_index_suggests(db: Path, typed: str, hint: str) -> None:
    """A typo must not look like an index without results."""
    with pytest.raises(InputError, match=hint):
        found(db, index=(typed,))


@pytest.mark.parametrize("typed", ["Đà Nẵng", "da nang", "DA NANG", "thành phố Đà Nẵng", "tp da nang", "tp. Đà Nẵng"])
def test_province_without_accents_or_kind(db: Path, typed: str) -> None:
    """FTS5 and LIKE do not fold đ."""
    assert found(db, province=(typed,)) == [("PAPI", 2023), ("PAPI", 2021)]


@pytest.mark.parametrize("typed", ["tp hcm", "TPHCM", "ho chi minh", "tp.hcm"])
def test_province_by_initials(db: Path, typed: str) -> None:
    """The stored name has its own prefix."""
    assert [row["url"] for row in query("articles", db, Filters(province=(typed,)))] == ["https://p.example/3"]


def test_province_of_a_result_is_its_subjects(db: Path) -> None:
    """Gia Lai's portal tells Đà Nẵng's score; it is not Gia Lai's. A district's result goes with its province."""
    assert found(db, province=("gia lai",)) == [("DDCI", 2023), ("PAR_INDEX", 2025), ("PAR_INDEX", 2022)]


def test_known_province_without_articles_is_empty(db: Path) -> None:
    """Hà Nam exists; that the database has nothing of it is no mistake of the user."""
    assert found(db, province=("ha nam",)) == []
    with pytest.raises(InputError, match=r"unknown province 'gia lay'; did you mean Gia Lai"):
        found(db, province=("gia lay",))


def test_names_without_any_rules(db: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database can be read where the rules are missing or broken."""
    (rules / "indices" / "par_index.yaml").write_text("a: [", encoding="utf-8")
    assert found(db, index=("par index",), province=("tinh gia lai",), years=(2022, 2022)) == [("PAR_INDEX", 2022)]
    monkeypatch.setenv("GOVSCRAPE_RULES", str(rules / "nowhere"))
    assert found(db, index=("papi",), province=("da nang",)) == [("PAPI", 2023), ("PAPI", 2021)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"years": (2023, 2023)}, [("DDCI", 2023), ("PAPI", 2023)]),
        ({"years": (2019, 2022)}, [("PAPI", 2021), ("PAR_INDEX", 2022)]),
        ({"status": "target"}, [("PAR_INDEX", 2025)]),
        ({"since": date(2024, 1, 6), "years": (2023, 2023)}, [("DDCI", 2023)]),
        ({"until": date(2024, 1, 5)}, [("PAPI", 2023)]),
        ({"text": "duoc khen", "status": "target"}, [("PAR_INDEX", 2025)]),
        ({"sort": "-score", "limit": 2}, [("PAR_INDEX", 2025), ("DDCI", 2023)]),
        ({"sort": "score", "limit": 1}, [("PAPI", 2021)]),
    ],
    ids=["year", "years", "status", "since", "until", "text", "highest first, null last", "9.5 before 43.5"],
)
def test_filters(db: Path, filters: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    """Each filter alone, and that sorting is by number with the unknown at the end."""
    assert found(db, **filters) == expected


def test_accents_count_when_given(db: Path) -> None:
    """Without accents "tho" is either person, "Thọ" is one; half a word is nobody."""

    def names(typed: str) -> set[str]:
        return {row["name"] for row in query("officials", db, Filters(name=typed))}

    assert names("van tho") == {"Nguyễn Văn Thọ", "Nguyễn Văn Thơ"}
    assert names("Thọ") == {"Nguyễn Văn Thọ"}
    assert names("guyen") == set()


@pytest.mark.parametrize(
    ("text", "count"), [("hoa binh", 1), ("hòa bình", 1), ("hoà bình", 1), ("hỏa bình", 0), ('"OR*', 0), ("43,5", 1)]
)
def test_text_search(db: Path, text: str, count: int) -> None:
    """Both places of the tone mark are one spelling, another tone is not; FTS operators are plain text."""
    assert len(query("articles", db, Filters(text=text))) == count


def test_title_of_official_directive_and_article(db: Path) -> None:
    """One word for three things, each where it is looked for."""
    assert len(query("officials", db, Filters(title="bi thu"))) == 3
    assert len(query("articles", db, Filters(title="tin so 2"))) == 1
    assert len(query("directives", db, Filters(name="le hoa"))) == 3
    assert query("directives", db, Filters(title="chu tich")) == []


def test_columns_and_evidence_of_every_kind(db: Path) -> None:
    """A row without its evidence cannot be checked."""
    for kind, columns in COLUMNS.items():
        rows = query(kind, db)
        assert all(tuple(row) == columns for row in rows)
        if kind in ("indices", "officials", "directives", "articles"):
            assert rows, kind
            assert all(row["evidence"] and row["url"] for row in rows)


def test_only_the_current_version_is_visible(tmp_path: Path) -> None:
    """A corrected article must not answer with both scores."""
    path = tmp_path / "g.db"
    with Store.open(path) as store:
        for day, score in enumerate(("1", "2"), start=1):
            result = {"index": "PAPI", "year": 2023, "score": float(score)}
            what = extraction(1, "Gia Lai", f"Điểm {score}.", "2024-01-01", results=[result])
            store.save(what, fetched_at=NOW.replace(day=day), ruleset_version="r", code_version="1")
    assert [row["score"] for row in query("indices", path)] == [2.0]
    assert overview(path).indices == {"PAPI": 1}
    assert [row["version"] for row in query("articles", path)] == [2]


def test_bad_file_and_bad_column(tmp_path: Path) -> None:
    """A typo in --db is an error, and a sort column is never put into SQL unseen."""
    with pytest.raises(StoreError, match="no such database"):
        query("indices", tmp_path / "typo.db")
    Store.open(tmp_path / "g.db").close()
    with pytest.raises(InputError, match="cannot sort"):
        query("indices", tmp_path / "g.db", Filters(sort="score; DROP TABLE x"))


Runs = Callable[..., Any]


@pytest.fixture
def run(db: Path) -> Runs:
    def invoke(*args: str, path: Path = db, width: int = 120) -> Any:
        return CliRunner(env={"COLUMNS": str(width)}).invoke(query_command, [*args, "--db", str(path)])

    return invoke


def test_json_keeps_types(run: Runs) -> None:
    """Null is null and lists are lists."""
    rows = json.loads(run("officials", "--name", "Thọ", "--limit", "1", "-f", "json").stdout)
    assert rows[0]["titles"] == ["Chủ tịch UBND tỉnh", "Bí thư"]
    assert rows[0]["organisation"] is None
    lines = run("indices", "-f", "jsonl").stdout.splitlines()
    assert len(lines) == 5
    assert json.loads(lines[0])["index"] == "DDCI"


def test_csv_is_one_table(run: Runs) -> None:
    """Header always, numbers bare, accents as they are."""
    rows = list(csv.DictReader(io.StringIO(run("indices", "--index", "cchc", "--year", "2022", "-f", "csv").stdout)))
    assert [(row["subject"], row["rank_delta"], row["score"]) for row in rows] == [("Gia Lai", "-3", "")]
    assert run("indices", "--year", "1999", "-f", "csv").stdout.startswith("index,")


def test_table_wraps_and_keeps_accents(run: Runs) -> None:
    """Every line fits; the evidence and the whole URL are there; below 80 columns rows become blocks."""
    for width in (60, 100, 160):
        out = run("indices", "--province", "da nang", width=width).stdout
        assert "Đà Nẵng đạt 43,5 điểm" in out
        assert "https://p.example/1" in out
        assert max(map(len, out.splitlines())) <= width


def test_empty_answer_says_what_there_is(run: Runs, tmp_path: Path) -> None:
    """Having no rows alone does not tell a typo from an empty database."""
    result = run("indices", "--year", "1999", "-f", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "PAPI (2)" in result.stderr
    assert "years: 2021..2025" in result.stderr
    assert "Gia Lai (1)" in result.stderr
    Store.open(tmp_path / "empty.db").close()
    assert "govscrape crawl" in run("officials", path=tmp_path / "empty.db").stderr


@pytest.mark.parametrize("year", ["20x3", "2023..", "2023..2019", "99"])
def test_bad_year_is_a_usage_error(run: Runs, year: str) -> None:
    """Exit 2 and an example, before the database is opened."""
    assert run("indices", "--year", year).exit_code == 2


def test_unknown_index_on_the_command_line(run: Runs) -> None:
    """The group's door turns it into one line; here it must be one of our errors."""
    assert isinstance(run("indices", "--index", "papy").exception, GovscrapeError)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "  =cmd", "\uff1d1", "\r=1"])
def test_formula_becomes_text(text: str) -> None:
    """A title that a spreadsheet would run."""
    assert safe_for_spreadsheet(text) == "'" + text


@pytest.mark.parametrize("value", [-3, -1.5, "Gia Lai", "3-4", "a=b"])
def test_numbers_and_plain_text_stay(value: object) -> None:
    """A negative change must stay a number."""
    assert safe_for_spreadsheet(value) == value


def test_page_text_cannot_drive_the_terminal() -> None:
    """Escape sequences, direction marks and rich's own markup in a title."""
    assert cell_text("a\x1b[31mb\u202ec\nd") == "a [31mb c d"
    out = io.StringIO()
    write_rows([{"title": "[red]x[/red]\x1b]0;t\x07"}], ["title"], "table", stream=out)
    assert "[red]x[/red]" in out.getvalue()
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_in_every_format(form: Any) -> None:
    """A reader of the output must be able to read nothing, too."""
    out = io.StringIO()
    write_rows([], ["a"], form, stream=out)
    assert (
        out.getvalue()
        == {
            "table": "",
            "csv": "a\n",
            "json": "[]\n",
            "jsonl": "",
            "markdown": "| a |\n| --- |\n",
        }[form]
    )


def test_plain_and_contains() -> None:
    """What is compared when accents do not matter."""
    assert plain("TP. Đà-Nẵng_1") == "tp da nang 1"
    assert contains("Hoà Bình", "hòa bình")
    assert not contains(None, "a")
    assert not contains("Hoà Bình", "binh h")


def test_two_letters_are_no_initials() -> None:
    """Short "GL" would stand for nobody knows whom; three letters may."""
    provinces = province_vocabulary(["Bà Rịa - Vũng Tàu"])
    assert provinces.find("gl") == set()
    assert provinces.find("brvt") == {"Bà Rịa - Vũng Tàu"}
    assert index_vocabulary({}).find("") == set()

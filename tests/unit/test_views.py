"""The views and their questions: one value per cell without averaging, disagreements that are some, two geographies."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from govscrape.cli.query import query as command
from govscrape.dataset import COLUMNS, Filters, pages, panel_by_units, query, with_units
from govscrape.dataset.geography import load_crosswalk
from govscrape.dataset.release import export
from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, Official
from govscrape.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CODES = {"Gia Lai": "64", "Bình Định": "52", "Đà Nẵng": "48", "Quảng Nam": "49", "Huế": "46", "Thừa Thiên Huế": "46"}


def evidence(words: str) -> dict[str, Any]:
    return {"evidence": Evidence(start=0, end=len(words), text=words), "rule": "r"}


def result(subject: str, index: str = "PAPI", year: int = 2023, **values: Any) -> IndexResult:
    said = {"confidence": 0.9, **values}
    return IndexResult(
        index=index, subject=subject, subject_code=CODES[subject], year=year, **said, **evidence(f"{subject} nói")
    )


def save(store: Store, number: int, day: str, province: str, *results: IndexResult, **more: Any) -> None:
    article = Article(
        url=f"https://p.example/{number}",
        portal="p",
        province=province,
        body=f"{province} nói",
        published_at=datetime.fromisoformat(f"{day}T08:00:00+07:00"),
    )
    what = Extraction(article=article, indices=results, **more)
    store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("views") / "g.db"
    person = Official(name="Lê Hòa", titles=("Chủ tịch UBND tỉnh",), confidence=1, **evidence("Lê Hòa"))
    namesake = Official(name="Lê Hòa", titles=("Chủ tịch UBND tỉnh",), confidence=1, **evidence("Lê Hòa"))
    task = Directive(
        verb="giao",
        verb_class="order",
        action="nộp báo cáo",
        addressees=("Sở Nội vụ",),
        deadline=date(2024, 6, 30),
        confidence=1,
        **evidence("giao"),
    )
    daily = Directive(
        verb="giao", verb_class="order", action="trực", recurring="daily", confidence=1, **evidence("giao")
    )
    some_day = Directive(verb="giao", verb_class="order", action="làm", confidence=1, **evidence("giao"))
    with Store.open(path) as store:
        save(store, 1, "2024-04-01", "Gia Lai", result("Gia Lai", score=40.32, unit="points"), officials=(person,))
        save(
            store,
            2,
            "2024-05-01",
            "Gia Lai",
            result("Gia Lai", score=40.3179, unit="points", confidence=0.5),
            result("Gia Lai", rank=51, rank_of=61),
            officials=(person,),
            directives=(task, daily, some_day),
        )
        save(
            store,
            3,
            "2024-06-01",
            "Bình Định",
            result("Bình Định", score=41.0),
            result("Bình Định", score=43.5, confidence=0.5),
            result("Gia Lai", rank=1, rank_scope="Tây Nguyên"),
            result("Gia Lai", score=60.0, status="target"),
            officials=(namesake,),
        )
        save(store, 4, "2026-04-01", "Gia Lai", result("Gia Lai", year=2025, rank=20, rank_of=34))
        save(store, 5, "2024-04-01", "Huế", result("Huế", score=46.0), result("Quảng Nam", score=1.0))
    return path


def test_every_question_has_its_view(db: Path) -> None:
    """A column renamed in the schema and not here is an error at the user's."""
    for kind in COLUMNS:
        for row in query(kind, db):
            assert tuple(row) == COLUMNS[kind]
        assert query(kind, db, Filters(limit=1)) == query(kind, db)[:1]


def test_a_cell_takes_the_surest_claim_and_counts_the_others(db: Path) -> None:
    """A mean of 40.32 and 40.3179 is a number that nobody published; ranks of a region and targets are no results."""
    (row,) = query("panel", db, Filters(province=("gia lai",), years=(2023, 2023)))
    values = {name: row[name] for name in ("score", "rank", "rank_of", "claims", "articles", "scores", "ranks")}
    expected = {"score": 40.32, "rank": 51, "rank_of": 61, "claims": 3, "articles": 2, "scores": 2, "ranks": 1}
    assert values == expected
    assert (row["url"], row["rank_url"]) == ("https://p.example/1", "https://p.example/2")


def test_rounding_is_no_disagreement(db: Path) -> None:
    """40.32 and 40.3179 are one number, 41 and 43.5 are two; both come with their words."""
    (row,) = query("disagreements", db)
    assert (row["province"], row["measure"], row["value_a"], row["value_b"]) == ("Bình Định", "score", 41.0, 43.5)
    assert (row["evidence_a"], row["url_b"]) == ("Bình Định nói", "https://p.example/3")


def test_no_view_compares_all_with_all(db: Path) -> None:
    """Pairs found by scanning twice took minutes for five thousand articles; each join goes by an index."""
    with Store.open(db, readonly=True) as store:
        for view in ("index_panel", "index_disagreements", "directive_calendar", "index_claims"):
            steps = [row[3] for row in store.db.conn.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {view}")]
            assert sum(step.startswith("SCAN") for step in steps) <= 1, steps
            assert not any("AUTOMATIC" in step for step in steps), steps


def test_a_question_reads_what_it_asks_for(db: Path) -> None:
    """The newest hundred disagreements, or one name's posts, among all: neither may read the others."""
    asked = {
        'SELECT * FROM index_disagreements ORDER BY "index", year DESC, province LIMIT 100': (
            "SCAN c USING INDEX index_cells_once",
            "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY",
        ),
        "SELECT * FROM index_disagreements WHERE province = 'Huế'": ("SEARCH c USING INDEX index_cells_of_province",),
        "SELECT * FROM index_panel WHERE province = 'Huế'": ("index_cells_of_province",),
        "SELECT * FROM index_panel_wide": ("COVERING INDEX index_cells_overall",),
        "SELECT * FROM official_posts WHERE name = 'Lê Hòa'": ("SEARCH q USING INDEX people_once (name=?)",),
        "SELECT * FROM official_posts WHERE province = 'Huế'": ("SEARCH q USING INDEX people_by_province",),
    }
    with Store.open(db, readonly=True) as store:
        for sql, wanted in asked.items():
            steps = [row[3] for row in store.db.conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert all(any(part in step for step in steps) for part in wanted), steps


def test_a_cell_shows_its_claims_as_they_are(tmp_path: Path) -> None:
    """A cell holds a copy of what its claims say: a day put right, a result taken back, an article that comes later."""
    shown = """
        SELECT province, score, unit, rank, evidence, confidence, published_at, url, rank_evidence, rank_url
        FROM index_panel ORDER BY year
    """
    stored = """
        SELECT s.subject, s.score, s.unit, r.rank, s.evidence_text, s.confidence, a.published_at, a.url,
               r.evidence_text, b.url
        FROM index_cells AS c JOIN index_results AS s ON s.id = c.score_id JOIN index_results AS r ON r.id = c.rank_id
        JOIN articles AS a ON a.current_version_id = s.version_id
        JOIN articles AS b ON b.current_version_id = r.version_id ORDER BY c.year
    """
    score, rank = result("Gia Lai", score=40.3, unit="points"), result("Gia Lai", rank=51, rank_of=61)
    changes: tuple[tuple[int, str, tuple[IndexResult, ...]], ...] = (
        (1, "2024-04-01", (score, result("Huế", rank=2, year=2022))),
        (1, "2024-04-02", (score, result("Huế", rank=2, year=2022))),
        (2, "2024-05-01", (rank,)),
        (1, "2024-04-02", (score.model_copy(update={"confidence": 0.7, "score": 40.4}),)),
        (3, "2024-06-01", (score, rank)),
        (3, "2024-06-01", ()),
        (1, "2024-04-02", ()),
    )
    seen = []
    with Store.open(tmp_path / "g.db") as store:
        for number, day, results in changes:
            save(store, number, day, "Gia Lai", *results)
            cells = store.db.conn.execute(shown).fetchall()
            assert cells == store.db.conn.execute(stored).fetchall()
            seen.append([(cell[1], cell[3], cell[6][:10], cell[9][-1]) for cell in cells])
    assert seen[1:] == [
        [(None, 2, "2024-04-02", "1"), (40.3, None, "2024-04-02", "1")],
        [(None, 2, "2024-04-02", "1"), (40.3, 51, "2024-04-02", "2")],
        [(40.4, 51, "2024-04-02", "2")],
        [(40.3, 51, "2024-06-01", "3")],
        [(40.4, 51, "2024-04-02", "2")],
        [(None, 51, "2024-05-01", "2")],
    ]


def test_wide_panel(db: Path) -> None:
    """One row per province and year, absent is NULL."""
    (row,) = query("wide", db, Filters(province=("gia lai",), years=(2023, 2023)))
    assert (row["papi_score"], row["papi_rank"], row["pci_score"]) == (40.32, 51, None)


def test_namesakes_stay_apart(db: Path) -> None:
    """Two chairmen of one name in two provinces are two people; one man in two articles is one row."""
    rows = query("posts", db, Filters(name="le hoa", title="chu tich"))
    told = {row["province"]: (row["first_seen"], row["last_seen"], row["articles"]) for row in rows}
    assert told == {"Gia Lai": ("2024-04-01", "2024-05-01", 2), "Bình Định": ("2024-06-01", "2024-06-01", 1)}


def test_calendar_is_of_what_is_due(db: Path) -> None:
    """A directive without a deadline has no day; what comes back is there too."""
    due = [(row["deadline"], row["recurring"], row["addressees"]) for row in query("calendar", db)]
    assert due == [("2024-06-30", None, ["Sở Nội vụ"]), (None, "daily", [])]
    assert len(query("calendar", db, Filters(since=date(2024, 6, 1), until=date(2024, 6, 30)))) == 1
    assert query("calendar", db, Filters(since=date(2024, 7, 1))) == []


def test_health(db: Path) -> None:
    """A portal with articles and no run yet."""
    (row,) = query("health", db)
    assert (row["portal"], row["articles"], row["last_run"], row["newest_published"]) == ("p", 5, None, "2026-04-01")


def test_sorting_by_nonsense_is_refused(db: Path) -> None:
    """The name goes into the SQL text, so only those of the view may."""
    with pytest.raises(InputError, match="cannot sort panel"):
        query("panel", db, Filters(sort="1; DROP TABLE articles"))


def test_old_provinces_stand_side_by_side(db: Path) -> None:
    """Gia Lai of today is two old provinces: neither value is the unit's, and no mean of them is made."""
    rows = panel_by_units(db, Filters(province=("gia lai",), index=("papi",)))
    told = {row["year"]: row for row in rows}
    assert told[2023]["old_provinces"] == ["Bình Định: 41.0", "Gia Lai: 40.32, 51/61"]
    assert (told[2023]["score"], told[2023]["rank"], told[2023]["code_34"]) == (None, None, "52")
    assert [part["url"] for part in told[2023]["parts"]] == ["https://p.example/3", "https://p.example/1"]
    assert (told[2025]["rank"], told[2025]["rank_of"], told[2025]["old_provinces"]) == (20, 34, [])


def test_a_missing_part_is_shown_as_missing(db: Path) -> None:
    """Without Đà Nẵng's value, Quảng Nam's alone must not look like the unit's."""
    (row,) = panel_by_units(db, Filters(province=("quang nam",)))
    assert (row["unit_34"], row["old_provinces"]) == ("Đà Nẵng", ["Đà Nẵng: –", "Quảng Nam: 1.0"])


def test_results_name_todays_unit_and_stay_as_reported(db: Path) -> None:
    """Results by today's units keep their subject and value."""
    rows = with_units(query("indices", db, Filters(province=("binh dinh",))))
    assert {(row["subject"], row["unit_34"], row["code_34"]) for row in rows} == {("Bình Định", "Gia Lai", "52")}


def test_crosswalk_is_whole() -> None:
    """Each of the 63 codes is part of exactly one of 34 units, and Huế is one place under two names."""
    crosswalk = load_crosswalk()
    codes = [part.code for unit in crosswalk.units for part in unit.parts]
    assert (len(crosswalk.units), len(codes), len(set(codes))) == (34, 63, 63)
    assert crosswalk.same_place({"Huế"}) == {"Huế", "Thừa Thiên Huế"}
    unit = crosswalk.unit_of("52", None)
    assert unit is not None
    assert (unit.name, crosswalk.unit_of(None, "cả nước")) == ("Gia Lai", None)


@pytest.mark.parametrize("kind", ["panel", "disagreements", "posts", "calendar", "health"])
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_commands(db: Path, kind: str, form: str) -> None:
    """Each question prints in each format."""
    told = CliRunner().invoke(command, [kind, "--db", str(db), "--format", form], env={"COLUMNS": "160"})
    assert told.exit_code == 0
    assert ("p" if kind == "health" else "Gia Lai" if kind != "disagreements" else "Bình Định") in told.stdout


def test_geography_on_the_command_line(db: Path) -> None:
    """JSON has the parts as values, CSV as words."""
    arguments = ["panel", "--db", str(db), "--geography", "34", "--province", "gia lai", "--year", "2023", "--format"]
    (row,) = json.loads(CliRunner().invoke(command, [*arguments, "json"]).stdout)
    assert [part["score"] for part in row["parts"]] == [41.0, 40.32]
    assert "Bình Định: 41.0; Gia Lai: 40.32, 51/61" in CliRunner().invoke(command, [*arguments, "csv"]).stdout
    assert "Gia Lai" in CliRunner().invoke(command, ["indices", "--db", str(db), "--geography", "34"]).stdout


def test_a_unit_that_was_never_merged_has_its_value(tmp_path: Path) -> None:
    """Huế is one old province: its value is the unit's, words and address with it; nothing is averaged."""
    path = tmp_path / "one.db"
    with Store.open(path) as store:
        save(store, 1, "2024-04-01", "Thừa Thiên Huế", result("Thừa Thiên Huế", score=45.1, rank=2))
    (row,) = panel_by_units(path)
    assert (row["unit_34"], row["score"], row["rank"]) == ("Huế", 45.1, 2)
    assert (row["evidence"], row["url"]) == ("Thừa Thiên Huế nói", "https://p.example/1")


def test_a_province_shows_each_person_once(tmp_path: Path) -> None:
    """Two sets of titles of one person are one entry with all of them, not the person twice."""
    path = tmp_path / "people.db"
    with Store.open(path) as store:
        for number, titles in ((1, ("Bí thư Tỉnh ủy",)), (2, ("Bí thư Tỉnh ủy", "Chủ tịch HĐND tỉnh"))):
            person = Official(name="Lê Hòa", titles=titles, confidence=1, **evidence("Lê Hòa"))
            save(store, number, f"2024-04-0{number}", "Gia Lai", officials=(person,))
    (row,) = pages.posts_in(path, ["Gia Lai"], 10)
    assert row["titles"] == ["Bí thư Tỉnh ủy", "Chủ tịch HĐND tỉnh"]
    assert (row["first_seen"], row["last_seen"]) == ("2024-04-01", "2024-04-02")


@pytest.mark.parametrize(("host", "are"), [("http://127.0.0.1:8763", True), ("https://127.0.0.1.example", False)])
def test_articles_of_this_machine_are_samples(tmp_path: Path, host: str, are: bool) -> None:
    """A release of the demo must not show invented people as real, nor a real portal be called a sample."""
    path = tmp_path / "host.db"
    with Store.open(path) as store:
        what = Extraction(article=Article(url=f"{host}/a", portal="p", province="Gia Lai", body="Gia Lai nói"))
        store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")
    assert pages.holds_samples(path) is are
    export(path, tmp_path / "release", formats=("csv",))
    for name in ("datapackage.json", "CITATION.cff"):
        assert ("people and remarks are invented" in (tmp_path / "release" / name).read_text("utf-8")) is are

"""Bodies and legal documents across articles: one for all spellings, two where two are meant, right counts."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

import govscrape
from govscrape.cli.query import query as command
from govscrape.dataset import Filters, query
from govscrape.dataset import bodies as pages
from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, LegalRef, Official
from govscrape.store import Store, documents, facts, links, organisations

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAID: dict[str, Any] = {"evidence": Evidence(start=0, end=4, text="giao"), "rule": "r", "confidence": 0.9}


def tell(*addressees: str, **values: Any) -> Directive:
    return Directive(
        **{"verb": "giao", "verb_class": "order", "action": "làm", "addressees": addressees, **values, **SAID}
    )


def cite(number: str | None, day: str | None = None, **values: Any) -> LegalRef:
    issued = None if day is None else date.fromisoformat(day)
    return LegalRef(**{"kind": "kế hoạch", "number": number, "issued_on": issued, **values, **SAID})


def article(number: int, day: str = "2024-05-01", province: str | None = "Gia Lai", **records: Any) -> Extraction:
    published = datetime.fromisoformat(f"{day}T08:00:00+07:00")
    what = Article(url=f"https://p.example/{number}", province=province, body="giao việc", published_at=published)
    return Extraction(article=what, **records)


def save(store: Store, *found: Extraction, later: int = 0) -> None:
    for one in found:
        store.save(one, fetched_at=NOW + timedelta(days=later), ruleset_version="r", code_version="1")


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "g.db") as opened:
        yield opened


def bodies(store: Store, columns: str = '"key", addressed') -> list[tuple[Any, ...]]:
    return store.db.conn.execute(f'SELECT {columns} FROM organisations ORDER BY "key"').fetchall()


def laws(store: Store, columns: str = '"key", citations') -> list[tuple[Any, ...]]:
    return store.db.conn.execute(f'SELECT {columns} FROM legal_documents ORDER BY "key"').fetchall()


def test_one_body_for_all_its_spellings(store: Store) -> None:
    """Counted by spelling, a department seems to be told half of what it is told."""
    save(
        store,
        article(1, directives=(tell("Sở KH-ĐT", "Sở Y tế"),)),
        article(2, "2024-06-01", directives=(tell("Giám đốc Sở Kế hoạch và Đầu tư tỉnh Gia Lai"),)),
        article(3, province="Đồng Nai", directives=(tell("Sở Kế hoạch và Đầu tư"),)),
    )
    assert bodies(store, "name, province, articles, addressed, first_seen, last_seen, valid_to") == [
        ("Sở Kế hoạch và Đầu tư", "Đồng Nai", 1, 1, "2024-05-01", "2024-05-01", "2025-02-28"),
        ("Sở Kế hoạch và Đầu tư", "Gia Lai", 2, 2, "2024-05-01", "2024-06-01", "2025-02-28"),
        ("Sở Y tế", "Gia Lai", 1, 1, "2024-05-01", "2024-05-01", None),
    ]


def test_what_no_list_has_is_kept_as_written(store: Store) -> None:
    """A body left out because nobody listed it would be a hole in who was told."""
    save(store, article(1, directives=(tell("Bệnh viện Hoa Sen", "các sở, ngành"),)))
    save(store, article(2, directives=(tell("bệnh viện Hoa Sen"),)))
    assert bodies(store, "name, kind, known, addressed") == [
        ("Bệnh viện Hoa Sen", None, 0, 2),
        ("các sở, ngành", "nhóm", 0, 1),
    ]


def test_who_tells_and_who_speaks(store: Store) -> None:
    """The issuer's body is that of the person in the article, else that of the office."""
    people = (
        Official(name="Lê A", titles=("Uỷ viên", "Chủ tịch UBND tỉnh"), organisation="UBND tỉnh", **SAID),
        Official(name="Trần B", titles=("Giám đốc Sở Nội vụ",), **SAID),
        Official(name="Trần C", titles=("Giám đốc Sở Nội vụ",), **SAID),
    )
    told = (
        tell(issuer_name="Lê A", issuer_title="Uỷ viên"),
        tell(issuer_title="Phó Giám đốc Sở Nội vụ", coordinating=("UBND tỉnh",)),
        tell(issuer_title="Chủ tịch"),
    )
    save(store, article(1, officials=people, directives=told))
    assert bodies(store, '"key", issued, coordinated, officials') == [
        ("gia-lai/so-noi-vu", 1, 0, 2),
        ("gia-lai/uy-ban-nhan-dan-tinh", 1, 1, 1),
    ]


def test_a_number_is_of_its_province_and_year(store: Store) -> None:
    """Each province numbers its papers anew every year: taken for one they would seem the most cited of all."""
    save(
        store,
        article(1, "2024-02-01", legal_refs=(cite("27/KH-UBND", "2024-01-22"), cite("027/KH–UBND", article="Điều 3"))),
        article(2, "2023-02-01", legal_refs=(cite("27/KH-UBND", "2023-01-20", issuer="UBND tỉnh Gia Lai"),)),
        article(3, "2024-02-01", "Đồng Nai", legal_refs=(cite("27/KH-UBND", "2024-01-22"),)),
        article(4, "2024-02-01", legal_refs=(cite("27/KH-UBND", "2024-01-22", issuer="UBND huyện Chư Sê"),)),
        article(5, "2024-02-01", "Đồng Nai", legal_refs=(cite("05/2020/NĐ-CP"), cite("5/2020/NĐ-CP", "2020-01-01"))),
    )
    assert laws(store) == [
        ("dong-nai/27-kh-ubnd-2024", 1),
        ("gia-lai/27-kh-ubnd-2023", 1),
        ("gia-lai/27-kh-ubnd-2024", 2),
        ("gia-lai/27-kh-ubnd-uy-ban-nhan-dan-huyen-chu-se-2024", 1),
        ("vn/5-2020-nd-cp", 2),
    ]


def test_a_citation_without_date_means_the_only_one_that_fits(store: Store) -> None:
    """Whichever article comes first; and no year is guessed where two fit or none."""
    bare = article(1, "2024-03-01", legal_refs=(cite("1719/QĐ-TTg"),))
    save(store, bare)
    assert laws(store) == [("vn/1719-qd-ttg", 1)]
    save(store, article(2, "2022-01-01", legal_refs=(cite("1719/QĐ-TTg", "2021-10-14"),)))
    assert laws(store) == [("vn/1719-qd-ttg-2021", 2)]
    save(store, article(3, "2023-01-01", legal_refs=(cite("1719/QĐ-TTg", "2022-10-14"),)))
    assert laws(store) == [("vn/1719-qd-ttg", 1), ("vn/1719-qd-ttg-2021", 1), ("vn/1719-qd-ttg-2022", 1)]
    save(store, article(3, "2023-01-01"), later=1)
    assert laws(store) == [("vn/1719-qd-ttg-2021", 2)]
    save(store, article(4, "2024-05-01", legal_refs=(cite("9/KH-UBND", "2021-01-05"),)))
    save(store, article(5, "2024-05-02", legal_refs=(cite("9/KH-UBND"),)))
    assert laws(store)[:2] == [("gia-lai/9-kh-ubnd", 1), ("gia-lai/9-kh-ubnd-2021", 1)]


def test_what_most_say_of_a_document(store: Store) -> None:
    """A slip in one article must not rename a decree."""
    save(
        store,
        article(1, legal_refs=(cite("05/2020/NĐ-CP", "2020-01-03", kind="nghị định", issuer="Chính phủ"),)),
        article(2, legal_refs=(cite("05/2020/NĐ-CP", "2020-01-03", kind="nghị định"),)),
        article(3, legal_refs=(cite("5/2020/NĐ-CP", "2020-01-30", kind="quyết định"),)),
    )
    columns = "kind, number, issuer, issuer_key, issued_on, articles"
    assert laws(store, columns) == [("nghị định", "05/2020/NĐ-CP", "Chính phủ", "vn/chinh-phu", "2020-01-03", 3)]


def test_a_document_is_found_by_what_is_said_often(store: Store) -> None:
    """A law that each article calls otherwise would be written out with all its names at every save."""
    save(store, *(article(number, legal_refs=(cite("05/2020/NĐ-CP", title=f"về {number}"),)) for number in range(60)))
    save(store, *(article(60 + number, legal_refs=(cite("05/2020/NĐ-CP", title="về đất"),)) for number in range(2)))
    (found,) = laws(store, "title, folded, articles")
    assert (found[0], found[2]) == ("về đất", 62)
    assert "ve dat" in found[1]
    assert found[1].count("ve ") == 20


def test_a_directive_rests_on_the_document_of_its_article(store: Store) -> None:
    """By its number alone the plan of another year would be the basis."""
    plan = cite("27/KH-UBND", "2024-01-22")
    law = cite(None, kind="luật", title="Luật Đất đai năm 2013")
    save(store, article(1, "2024-02-01", legal_refs=(plan, law), directives=(tell(legal_refs=("27/KH-UBND",)),)))
    save(store, article(2, "2024-02-01", directives=(tell(legal_refs=("Luật Đất đai 2013", "8/2020/NĐ-CP")),)))
    assert laws(store, '"key", citations, directives') == [
        ("gia-lai/27-kh-ubnd-2024", 1, 1),
        ("vn/8-2020-nd-cp", 0, 1),
        ("vn/luat-dat-dai-2013", 1, 1),
    ]


def test_counts_follow_every_change(store: Store) -> None:
    """Saved, edited, emptied, in batches or alone: what is counted step by step is what counting anew gives."""
    chance = Random(7)
    units = ["Sở Y tế", "Sở KH-ĐT", "các xã", "Bệnh viện Hoa Sen", "Sở Kế hoạch & Đầu tư"]
    numbers = ["27/KH-UBND", "1719/QĐ-TTg", "05/2020/NĐ-CP"]

    def one() -> Extraction:
        year = chance.randint(2019, 2024)
        refs = [
            cite(chance.choice(numbers), chance.choice([None, f"{year - 1}-03-01"]))
            for _ in range(chance.randint(0, 2))
        ]
        return article(
            chance.randint(1, 12),
            f"{year}-06-0{chance.randint(1, 9)}",
            directives=tuple(
                tell(chance.choice(units), legal_refs=(chance.choice(numbers),)) for _ in range(chance.randint(0, 2))
            ),
            legal_refs=tuple(refs),
            officials=(Official(name=chance.choice(["A B", "C D"]), organisation=chance.choice(units), **SAID),),
        )

    for step in range(40):
        with store.batch(chance.randint(1, 5)):
            save(store, *(one() for _ in range(3)), later=step)
    shown = 'name, folded, articles, addressed, coordinated, issued, officials, first_seen, last_seen, "key"'
    cited = (
        '"key", base, year, kind, number, title, issuer, issued_on, folded, first_cited, last_cited, articles,'
        " citations, directives, dated"
    )
    spellings = (
        'SELECT o."key", n.name FROM organisation_names AS n JOIN organisations AS o ON o.id = n.organisation_id'
    )
    described = """
        SELECT d."key", f.kind, f.number, f.issued_on, f.times
        FROM document_forms AS f JOIN legal_documents AS d ON d.id = f.document_id ORDER BY 1, 2, 3, 4
    """
    before = bodies(store, shown), laws(store, cited)
    assert min(map(len, before)) >= 4
    forms = store.db.conn.execute(described).fetchall()
    with store.db.conn:
        facts.rebuild_bodies(store.db)
    assert laws(store, cited) == before[1]
    assert store.db.conn.execute(described).fetchall() == forms
    # A spelling that no article has any more is remembered, so names may be written out more than the articles do.
    assert [row[2:] for row in bodies(store, shown)] == [row[2:] for row in before[0]]
    assert store.db.conn.execute(spellings).fetchall()
    assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_bodies_are_found_anew(store: Store) -> None:
    """Records that stay as they are may mean another body when the list was mended."""
    save(store, article(1, directives=(tell("Sở Y tế"),), legal_refs=(cite("05/2020/NĐ-CP"),)))
    before = bodies(store), laws(store)
    with store.db.conn:
        store.db.conn.execute("UPDATE organisations SET \"key\" = 'gia-lai/y-te', addressed = 7")
        store.db.conn.execute("UPDATE legal_documents SET citations = 7")
    store.find_bodies()
    assert (bodies(store), laws(store)) == before


def test_questions(tmp_path: Path) -> None:
    """A body is found by any of its spellings and by short forms that no article used, with or without accents."""
    path = tmp_path / "q.db"
    with Store.open(path) as store:
        save(
            store,
            article(1, directives=(tell("Sở Kế hoạch và Đầu tư", legal_refs=("5/2020/NĐ-CP",)),)),
            article(2, "2024-06-01", province="Đồng Nai", directives=(tell("Sở Y tế"),)),
            article(3, legal_refs=(cite("05/2020/NĐ-CP", kind="nghị định"), cite("9/KH-UBND", "2024-01-02"))),
        )
    dataset = govscrape.open(path)
    for name in ("ke hoach va dau tu", "Sở Kế hoạch", "Sở KH-ĐT", "planning and investment"):
        assert [row["key"] for row in dataset.organisations(name)] == ["gia-lai/so-ke-hoach-dau-tu"], name
    assert dataset.organisations("kế hoach").rows() == []
    assert [row["name"] for row in dataset.organisations(province="dong nai", kind="so", level="province")] == [
        "Sở Y tế"
    ]
    assert [row["number"] for row in dataset.documents("nd cp")] == ["05/2020/NĐ-CP"]
    assert [row["key"] for row in dataset.documents(years=2024, province="gia lai")] == ["gia-lai/9-kh-ubnd-2024"]
    assert [row["year"] for row in dataset.documents(years=range(2019, 2023))] == [2020]
    assert [row["addressees"] for row in dataset.directives(to="sở kh-đt")] == [["Sở Kế hoạch và Đầu tư"]]
    assert [row["addressees"] for row in dataset.directives(cites="5 2020 nd cp")] == [["Sở Kế hoạch và Đầu tư"]]
    assert {row["url"] for row in dataset.articles(cites="2020/NĐ-CP")} == {f"https://p.example/{n}" for n in (1, 3)}
    told = CliRunner().invoke(command, ["directives", "--to", "sở kh-đt", "--db", str(path), "--format", "json"])
    assert [row["addressees"] for row in json.loads(told.stdout)] == [["Sở Kế hoạch và Đầu tư"]]
    told = CliRunner().invoke(command, ["documents", "--year", "2020", "--kind", "nghi dinh", "--db", str(path)])
    assert "05/2020/NĐ-CP" in told.stdout
    with pytest.raises(InputError, match="nothing to look for"):
        dataset.directives(to="…").rows()


def test_many_directives_are_found_in_the_order_of_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to find what bodies are told give the same rows; the one for few took 0.3 s for the first hundred."""
    path = tmp_path / "q.db"
    with Store.open(path) as store:
        for number in range(12):
            unit = ("Sở Y tế", "Sở Nội vụ")[number % 2]
            save(store, article(number, f"2024-05-{number + 1:02}", directives=(tell(unit), tell("các xã"))))
    few = query("directives", path, Filters(to="so y te", limit=4))
    monkeypatch.setattr(sys.modules["govscrape.dataset.query"], "_MANY", 1)
    assert query("directives", path, Filters(to="so y te", limit=4)) == few
    assert [row["url"].rpartition("/")[2] for row in few] == ["10", "8", "6", "4"]


def test_keeping_and_showing_read_no_table_whole(store: Store) -> None:
    """A save, or a page, that reads all links takes seconds where there are a million records."""
    asked = [
        *(organisations._DIRECTIVES, organisations._OFFICIALS, organisations._KEPT, organisations._HELD),
        *(documents._REFS, documents._BASES, documents._KEPT, documents._UNDATED, documents._YEARS),
        *(organisations._TABLES.filled(links._DAYS), documents._TABLES.filled(links._DAYS), documents._FORMS),
        *(pages._ORDERS, pages._CITED, pages._BASED, pages._SPEAKERS),
    ]
    for sql in asked:
        steps = store.db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
        # "w" is what is asked for, a list made for the question.
        scans = [step[3] for step in steps if step[3].startswith("SCAN") and step[3] != "SCAN w"]
        read = [scan for scan in scans if "VIRTUAL TABLE" not in scan]
        assert read == [], (sql, steps)


def test_an_office_is_not_counted_anew_for_each_official(store: Store) -> None:
    """Every save would read all officials that a ministry ever had."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    def hold(number: int, people: int) -> int:
        nonlocal steps
        steps = 0
        said = SAID | {"organisation": "Sở Y tế"}
        save(store, article(number, officials=tuple(Official(name=f"A {number} {at}", **said) for at in range(people))))
        return steps

    hold(1, 10)
    store.db.conn.set_progress_handler(step, 100)
    few = hold(2, 1)
    hold(3, 2000)
    assert hold(4, 1) < 2 * few
    assert bodies(store, "officials") == [(2012,)]

"""Saving: all or nothing, twice is once, and a changed text is a new version whose records are the visible ones."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govscrape.errors import InputError, StoreError
from govscrape.models.article import Article, Attachment, Image, Paragraph
from govscrape.models.page import ArchiveRef
from govscrape.models.records import (
    Directive,
    Evidence,
    Extraction,
    IndexResult,
    Issue,
    LegalRef,
    Official,
)
from govscrape.store import Certificate, Store

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = "Chỉ số PAPI năm 2023 của tỉnh đạt 43,2 điểm.\n\nĐồng chí Nguyễn Văn A yêu cầu các sở báo cáo."
EVIDENCE = Evidence(start=0, end=11, text="Chỉ số PAPI")
MADE: dict[str, Any] = {"evidence": EVIDENCE, "rule": "r1", "confidence": 0.9}


def article(**changes: Any) -> Article:
    given: dict[str, Any] = {
        "url": "https://a.example/tin?id=1&x=2",
        "canonical_url": "https://a.example/tin?id=1",
        "portal": "a",
        "province": "Gia Lai",
        "title": "Kết quả PAPI",
        "body": BODY,
        "paragraphs": (Paragraph(kind="text", start=0, end=44), Paragraph(kind="text", start=46, end=len(BODY))),
        "tables": ((("Tỉnh", "Điểm"), ("Gia Lai", "43,2")),),
        "published_at": datetime.fromisoformat("2024-04-02T08:00:00+07:00"),
        "views": 10,
        "images": (Image(src="/a.jpg", caption="Ảnh"),),
        "attachments": (Attachment(url="/a.pdf"),),
    }
    return Article(**(given | changes))


def extraction(**changes: Any) -> Extraction:
    given: dict[str, Any] = {
        "article": article(),
        "indices": (IndexResult(index="PAPI", subject="Gia Lai", year=2023, score=43.2, checks=("c",), **MADE),),
        "officials": (Official(name="Nguyễn Văn A", titles=("T1", "T2"), mentions=(EVIDENCE, EVIDENCE), **MADE),),
        "directives": (
            Directive(
                verb="yêu cầu",
                verb_class="request",
                addressees=("các sở",),
                action="báo cáo",
                deadline=date(2025, 1, 31),
                **MADE,
            ),
        ),
        "legal_refs": (LegalRef(kind="luật", issued_on=date(2020, 1, 1), **MADE),),
        "issues": (Issue(code="odd", message="m", where="0..3"),),
    }
    return Extraction(**(given | changes))


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "g.db") as opened:
        yield opened


def save(store: Store, what: Extraction, *, rules: str = "r", at: datetime = NOW, offset: int | None = None) -> str:
    page = None if offset is None else ArchiveRef(file="a.warc.gz", offset=offset, sha256="00")
    return store.save(what, page=page, fetched_at=at, ruleset_version=rules, code_version="1")


def dump(store: Store) -> list[str]:
    return list(store.db.conn.iterdump())


def visible(store: Store, column: str = "score") -> list[Any]:
    sql = f"SELECT {column} FROM index_results JOIN current_articles USING (version_id) ORDER BY id"
    return [row[0] for row in store.db.conn.execute(sql)]


def test_nothing_is_lost_on_the_way(store: Store) -> None:
    """Every field of every model comes back as it went in."""
    assert save(store, extraction()) == "new"
    assert store.load("https://a.example/tin?id=1") == extraction()
    assert store.load("https://a.example/other") is None


def test_known_by_canonical_and_by_fetched_url(store: Store) -> None:
    """A listing gives either; an unknown spelling would be fetched at every run for ever."""
    save(store, extraction())
    assert store.known("https://a.example/tin?id=1")
    assert store.known("https://a.example/tin?id=1&x=2")
    assert not store.known("https://a.example/tin?id=2")


@pytest.mark.parametrize(
    "again",
    [
        extraction(),
        extraction(article=article(views=11)),
        extraction(article=article(updated_at=NOW)),
    ],
    ids=["same bytes", "view counter", "clock of the page"],
)
def test_the_same_again_writes_nothing(store: Store, again: Extraction) -> None:
    """A view counter would otherwise make a version at every crawl."""
    save(store, extraction(), offset=1)
    before = dump(store)
    assert save(store, again, at=NOW + timedelta(days=1), offset=1) == "same"
    assert save(store, again, rules="newer rules, same records", offset=1) == "same"
    assert dump(store) == before


def test_better_rules_replace_the_records_in_place(store: Store) -> None:
    """The text did not change, so there is no new version; the old records must not stay beside the new."""
    save(store, extraction())
    better = extraction(indices=(IndexResult(index="PAPI", subject="Gia Lai", year=2023, score=44.0, **MADE),))
    assert save(store, better, rules="r2") == "changed"
    assert visible(store) == [44.0]
    assert visible(store, "ruleset_version") == ["r2"]
    assert store.counts()["article_versions"] == 1
    assert store.load("https://a.example/tin?id=1") == better
    assert save(store, better, rules="r2") == "same"


def test_changed_text_is_a_new_version(store: Store) -> None:
    """An edited score: the new record is visible, the old one stays as history."""
    save(store, extraction())
    edited = extraction(
        article=article(body=BODY.replace("43,2", "42,1")),
        indices=(IndexResult(index="PAPI", subject="Gia Lai", year=2023, score=42.1, **MADE),),
    )
    assert save(store, edited, at=NOW + timedelta(days=1)) == "changed"
    assert visible(store) == [42.1]
    counts = store.counts()
    assert (counts["articles"], counts["article_versions"], counts["index_results"]) == (1, 2, 2)


def test_text_that_goes_back_is_a_third_version(store: Store) -> None:
    """An edit taken back must become visible again."""
    first, second = extraction(), extraction(article=article(title="Khác"))
    for days, what in enumerate((first, second, first)):
        save(store, what, at=NOW + timedelta(days=days))
    assert store.counts()["article_versions"] == 3
    assert store.load("https://a.example/tin?id=1") == first


def test_older_response_never_hides_newer_text(store: Store) -> None:
    """A re-extraction that read its list before a crawl stored the edit."""
    edited = extraction(article=article(title="Mới"))
    save(store, edited, at=NOW)
    assert save(store, extraction(), at=NOW - timedelta(days=1)) == "same"
    assert store.load("https://a.example/tin?id=1") == edited


def test_mended_date_is_put_right_in_place(store: Store) -> None:
    """A better date selector does not change the text, and the wrong date must not stay."""
    save(store, extraction())
    mended = extraction(article=article(published_at=datetime.fromisoformat("2024-05-01T00:00:00+07:00")))
    assert save(store, mended) == "changed"
    assert store.load("https://a.example/tin?id=1") == mended
    assert store.counts()["article_versions"] == 1


def test_failure_in_the_middle_leaves_nothing(store: Store) -> None:
    """An article without its records is worse than none."""
    before = dump(store)
    fail = "CREATE TEMP TRIGGER fail BEFORE INSERT ON article_issues BEGIN SELECT RAISE(ABORT, 'x'); END"
    store.db.conn.execute(fail)
    with pytest.raises(StoreError, match=r"g\.db: x"):
        save(store, extraction())
    assert dump(store) == before
    assert not store.known("https://a.example/tin?id=1")


def test_article_without_url_is_refused(store: Store) -> None:
    """Two texts without a URL would be taken for one article."""
    with pytest.raises(InputError, match="without a URL"):
        save(store, extraction(article=article(url=None, canonical_url=None)))


def test_time_without_zone_is_refused(store: Store) -> None:
    """Text order of times is their order only in one zone."""
    with pytest.raises(ValueError, match="without a zone"):
        save(store, extraction(), at=datetime(2025, 1, 1))  # noqa: DTZ001


def test_pages_give_the_newest_response_of_each_article(store: Store) -> None:
    """Re-extraction of an old response would undo an edit."""
    save(store, extraction(), offset=10)
    save(store, extraction(), at=NOW + timedelta(days=1), offset=99)
    save(store, extraction(), at=NOW, offset=10)
    other = article(url="https://a.example/2", canonical_url=None)
    save(store, Extraction(article=other), offset=50)
    save(store, Extraction(article=article(url="https://a.example/3", canonical_url=None)))
    assert [(page.url, page.portal, page.ref.offset) for page in store.iter_pages()] == [
        ("https://a.example/tin?id=1", "a", 99),
        ("https://a.example/2", "a", 50),
    ]


def test_withdrawn_is_marked_and_taken_back(store: Store) -> None:
    """Never deleted; back when the portal shows it again, not when an old response is read again."""
    save(store, extraction())
    url = "https://a.example/tin?id=1"
    assert store.mark_withdrawn(url, NOW + timedelta(days=2))
    assert not store.mark_withdrawn(url, NOW + timedelta(days=3))
    assert not store.mark_withdrawn("https://a.example/unknown", NOW)
    save(store, extraction(), at=NOW + timedelta(days=1))
    sql = "SELECT withdrawn_at FROM articles"
    assert store.db.conn.execute(sql).fetchone()[0] is not None
    save(store, extraction(), at=NOW + timedelta(days=4))
    assert store.db.conn.execute(sql).fetchone()[0] is None


def test_issue_seen_again_counts_up(store: Store) -> None:
    """A selector that fails for a month is one line, not thirty; null portal and place too."""
    for day in range(3):
        store.save_issue(Issue(code="few_links", message="m"), seen_at=NOW + timedelta(days=day))
    store.save_issue(Issue(code="few_links", message="m"), seen_at=NOW, portal="b")
    found = store.db.conn.execute("SELECT portal, times, first_seen_at < last_seen_at FROM issues ORDER BY id")
    assert found.fetchall() == [(None, 3, 1), ("b", 1, 0)]


def test_run_tells_how_it_went(store: Store) -> None:
    """A killed run stays running; a finished one has its counts and each listing's certificate."""
    killed = store.runs.start_run("a", started_at=NOW)
    run = store.runs.start_run("a", started_at=NOW)
    walks = {"news": Certificate(pages=2, items=20, overlap=0, closed=False, reason="page 3 failed")}
    for _ in range(2):
        store.runs.finish_run(run, finished_at=NOW, counts={"new": 1}, partial=True, certificates=walks, reason="hole")
    found = store.db.conn.execute("SELECT id, status, reason, counts FROM runs ORDER BY id").fetchall()
    assert found == [(killed, "running", None, "{}"), (run, "partial", "hole", '{"new": 1}')]
    assert store.db.table("run_listings").count == 1
    with pytest.raises(StoreError, match="no run 77"):
        store.runs.finish_run(77, finished_at=NOW, counts={}, partial=False)


def test_text_of_a_version_cannot_be_overwritten(store: Store) -> None:
    """Offsets of its records point into it."""
    save(store, extraction())
    with pytest.raises(Exception, match="never changes"):
        store.db.conn.execute("UPDATE article_versions SET body = 'x'")


def test_search_follows_the_versions(store: Store) -> None:
    """đ is folded by us, all else by FTS5; a deleted version leaves the index."""
    save(store, extraction())
    sql = "SELECT rowid FROM article_search WHERE article_search MATCH '\"dong chi nguyen\"'"
    assert store.db.conn.execute(sql).fetchall() == [(1,)]
    store.db.conn.execute("DELETE FROM articles")
    assert store.db.conn.execute(sql).fetchall() == []
    store.db.conn.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")


def found(number: int, **changes: Any) -> Extraction:
    return extraction(article=article(url=f"https://a.example/{number}", canonical_url=None, **changes))


def test_a_batch_is_as_many_transactions_as_it_needs(tmp_path: Path) -> None:
    """Another process sees whole batches, and what the block wrote last when it ends."""
    path = tmp_path / "g.db"
    with Store.open(path) as store, Store.open(path, readonly=True) as reader:
        seen = []
        with store.batch(2, seconds=60):
            for number in range(3):
                save(store, found(number))
                seen.append(reader.counts()["articles"])
        assert (seen, reader.counts()["articles"]) == ([0, 2, 2], 3)
        found_by_words = "SELECT count(*) FROM accent_search WHERE accent_search MATCH 'điểm'"
        assert reader.db.conn.execute(found_by_words).fetchone() == (3,)


def test_an_article_that_fails_in_a_batch_takes_no_other_with_it(tmp_path: Path) -> None:
    """One text that cannot be stored must not undo the hundred before it, nor leave half of itself."""
    path = tmp_path / "g.db"
    with Store.open(path) as store:
        with store.batch(10, seconds=60):
            save(store, found(1))
            with pytest.raises(InputError, match=r"example/2: text"):
                save(store, found(2, title="\ud800"))
            save(store, found(3))
        urls = [url for (url,) in store.db.conn.execute("SELECT url FROM articles ORDER BY url")]
        assert urls == ["https://a.example/1", "https://a.example/3"]
        found_by_words = "SELECT count(*) FROM article_search WHERE article_search MATCH 'diem'"
        assert store.db.conn.execute(found_by_words).fetchone() == (2,)
        assert [row[0] for row in store.db.conn.execute("SELECT claims FROM index_cells")] == [2]


def test_an_error_of_the_block_keeps_what_was_saved(tmp_path: Path) -> None:
    """A page that breaks the reader in the middle of a re-extraction."""
    with Store.open(tmp_path / "g.db") as store:

        def broken() -> None:
            with store.batch(10, seconds=60):
                save(store, found(1))
                raise KeyError

        with pytest.raises(KeyError):
            broken()
        assert store.counts()["articles"] == 1
        with pytest.raises(ValueError, match="a batch"), store.batch(0):
            pass


def test_what_a_batch_took_is_found_before_it_ends(tmp_path: Path) -> None:
    """A file is read beside the article that links to it, in one transaction."""
    with Store.open(tmp_path / "g.db") as store, store.batch(100, seconds=60):
        assert save(store, found(1), offset=7) == "new"
        assert store.known("https://a.example/1")
        assert store.load("https://a.example/1") == found(1)
        assert save(store, found(2)) == "new"
        assert [page.ref.offset for page in store.iter_pages()] == [7]
        assert save(store, found(3)) == "new"
        assert store.mark_withdrawn("https://a.example/3", NOW)
        assert store.counts()["officials"] == 3


def test_new_and_known_articles_take_turns_in_a_batch(tmp_path: Path) -> None:
    """Numbers given to new articles before they are written must not be given again to a known one's records."""
    edited = [found(number, title="Khác") for number in range(4)]
    with Store.open(tmp_path / "g.db") as store:
        with store.batch(100, seconds=60):
            outcomes = [save(store, found(0)), save(store, found(0)), save(store, found(1)), save(store, edited[0])]
            outcomes += [save(store, found(2)), save(store, edited[1]), save(store, found(3))]
        assert outcomes == ["new", "same", "new", "changed", "new", "changed", "new"]
        wanted = [edited[0], edited[1], found(2), found(3)]
        assert [store.load(f"https://a.example/{number}") for number in range(4)] == wanted
        assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def refused(number: int) -> Extraction:
    """What the tables say no to; no model lets it pass."""
    odd = IndexResult.model_construct(None, **(IndexResult(index="PAPI", **MADE).__dict__ | {"confidence": 2.0}))
    return found(number).model_copy(update={"indices": (odd,)})


def test_a_row_that_a_table_refuses_takes_its_own_article_with_it(tmp_path: Path) -> None:
    """It shows when all are written together: the others must not pay for it, and none that is refused go untold."""
    with Store.open(tmp_path / "g.db") as store:

        def two_refused() -> None:
            with store.batch(10, seconds=60):
                for extraction in (found(1), refused(2), found(3), refused(4)):
                    save(store, extraction)

        with pytest.raises(StoreError, match=r"CHECK.*\(https://a\.example/2\); CHECK.*\(https://a\.example/4\)$"):
            two_refused()
        assert [store.known(f"https://a.example/{number}") for number in range(1, 5)] == [True, False, True, False]
        found_by_words = "SELECT count(*) FROM accent_search WHERE accent_search MATCH 'điểm'"
        assert store.db.conn.execute(found_by_words).fetchone() == (2,)
        assert [row[0] for row in store.db.conn.execute("SELECT claims FROM index_cells")] == [2]


def test_a_refused_row_is_told_to_no_other_caller(tmp_path: Path) -> None:
    """It shows when a known article's text needs the tables, or a batch is full: neither is that article's fault."""
    edited = found(0, title="Khác", body=BODY + " Thêm.")
    with Store.open(tmp_path / "g.db") as store:
        save(store, found(0))
        outcomes: list[str] = []

        def two_refused() -> None:
            with store.batch(3, seconds=60):
                outcomes.extend(save(store, one) for one in (found(1), refused(2), edited))
                outcomes.extend(save(store, one) for one in (refused(3), found(4), found(5)))
                outcomes.extend(save(store, one) for one in (found(6), found(7)))
                with pytest.raises(StoreError, match=r"CHECK constraint.*\(https://a\.example/8\)$"):
                    save(store, refused(8))

        with pytest.raises(StoreError, match=r"\(https://a\.example/2\); CHECK.*\(https://a\.example/3\)$"):
            two_refused()
        assert outcomes == ["new", "new", "changed", *["new"] * 5]
        wanted = [edited, found(1), None, None, *map(found, range(4, 8)), None]
        assert [store.load(f"https://a.example/{number}") for number in range(9)] == wanted


def test_an_error_of_the_block_tells_what_was_refused(tmp_path: Path) -> None:
    """The error that ends a run must not hide that an article before it was not stored."""
    with Store.open(tmp_path / "g.db") as store:

        def broken() -> None:
            with store.batch(10, seconds=60):
                save(store, refused(1))
                raise KeyError

        with pytest.raises(KeyError) as told:
            broken()
        assert "https://a.example/1" in str(told.value.__notes__)


def test_a_new_cell_is_written_once(store: Store) -> None:
    """A row of the panel has five indexes: filling it afterwards costs as much as writing it."""
    again = "CREATE TEMP TRIGGER again AFTER UPDATE ON index_cells BEGIN SELECT RAISE(ABORT, 'written again'); END"
    store.db.conn.execute(again)
    save(store, extraction())
    panel = store.db.conn.execute("SELECT year, province, score, url FROM index_panel").fetchall()
    assert panel == [(2023, "Gia Lai", 43.2, "https://a.example/tin?id=1")]


def test_half_a_character_in_a_record_is_refused_at_once(store: Store) -> None:
    """Later it would stop a whole transaction."""
    broken = Issue.model_construct(None, code="odd", message="\ud800", where=None)
    with pytest.raises(InputError, match="half a character"):
        save(store, extraction(issues=(broken,)))
    assert store.counts()["articles"] == 0

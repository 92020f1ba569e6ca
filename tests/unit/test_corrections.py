"""Corrections stay through every new extraction, and never touch what they were not made for."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govscrape.models.article import Article, Paragraph
from govscrape.models.correction import Correction, Kind, facts, records_of, slot_value
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, LegalRef, Official
from govscrape.store import Store
from govscrape.store.correcting import locator

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
URL = "https://p.example/tin-1"
HEAD = "Tin mẫu."
SAID = "Năm 2023, chỉ số PAPI của tỉnh đạt 43,2 điểm, xếp thứ 12."
BODY = f"{HEAD}\n\n{SAID}"
AT = len(HEAD) + 2


def article(body: str = BODY) -> Article:
    paragraphs, start = [], 0
    for text in body.split("\n\n"):
        paragraphs.append(Paragraph(kind="text", start=start, end=start + len(text)))
        start += len(text) + 2
    return Article(
        url=URL, portal="p", province="Gia Lai", title="Tin", body=body, paragraphs=tuple(paragraphs),
        published_at=datetime.fromisoformat("2024-04-02T08:00:00+07:00"),
    )  # fmt: skip


def extraction(body: str = BODY, said: str = SAID, **changes: Any) -> Extraction:
    at = body.index(said)
    made: dict[str, Any] = {
        "evidence": Evidence(start=at, end=at + len(said), text=said),
        "rule": "figure.rank.plain",
        "confidence": 0.9,
    }
    values: dict[str, Any] = {"index": "PAPI", "subject": "Gia Lai", "year": 2023, "score": 43.2, "rank": 12}
    return Extraction(
        article=article(body),
        indices=(IndexResult(**(values | changes), **made),),
        officials=(Official(name="Nguyễn Văn A", titles=("Chủ tịch",), **made),),
        directives=(Directive(verb="giao", verb_class="order", addressees=("Sở Nội vụ",), action="báo cáo", **made),),
        legal_refs=(LegalRef(kind="Nghị định", number="1/2024/NĐ-CP", **made),),
    )


def correction(slot: str | None, new: Any = None, *, kind: Kind = "index", **changes: Any) -> Correction:
    found = extraction()
    (record,) = records_of(found, kind)
    stated = facts(kind, record)
    given: dict[str, Any] = {
        **locator(URL, found.article, kind, record).model_dump(),
        "slot": slot,
        "expected": stated if slot is None else stated[slot],
        "new": new,
        "reason": "đọc lại bài",
        "by": "Lê Thị B (ví dụ)",
        "at": NOW,
    }
    return Correction(**(given | changes))


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "g.db") as opened:
        opened.db.conn.execute("PRAGMA foreign_keys = ON")
        yield opened
        assert opened.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def save(store: Store, what: Extraction, *, days: int = 0) -> str:
    return store.save(what, fetched_at=NOW + timedelta(days=days), ruleset_version="r", code_version="1")


def served(store: Store) -> Extraction:
    found = store.load(URL)
    assert found is not None
    return found


def statuses(store: Store) -> list[str]:
    return [stored.status for stored in store.corrections.all()]


def void_issues(store: Store) -> list[tuple[str, str]]:
    return store.db.conn.execute("SELECT code, \"where\" FROM issues WHERE code = 'correction_void'").fetchall()


def dump(store: Store) -> list[str]:
    return list(store.db.conn.iterdump())


def test_a_correction_is_served_and_kept_when_the_article_is_read_again(store: Store) -> None:
    """A re-extraction would otherwise bring the error back."""
    save(store, extraction())
    (added,) = store.corrections.add([correction("rank", 21)])
    assert added.status == "applied"
    assert served(store).indices[0].rank == 21
    assert save(store, extraction()) == "same"
    assert served(store).indices[0].rank == 21
    better = extraction(score_max=80.0)
    assert save(store, better, days=1) == "changed"
    assert (served(store).indices[0].rank, served(store).indices[0].score_max) == (21, 80.0)
    assert statuses(store) == ["applied"]
    assert void_issues(store) == []


def test_a_corrected_record_is_as_sure_as_people_are(store: Store) -> None:
    """The panel takes the surest claim: a corrected one must not lose against the uncorrected."""
    save(store, extraction())
    store.corrections.add([correction("rank", 21)])
    assert served(store).indices[0].confidence == 1
    assert served(store).officials[0].confidence == 0.9
    assert store.corrections.lift(store.corrections.all()[0].id)
    assert served(store) == extraction()
    assert not store.corrections.lift("0" * 16)


def test_a_key_can_be_corrected(store: Store) -> None:
    """The wrong year is the commonest error, and the year is what the record is found by."""
    save(store, extraction())
    store.corrections.add([correction("year", 2022), correction("rank", 21)])
    assert save(store, extraction(), days=1) == "same"
    assert (served(store).indices[0].year, served(store).indices[0].rank) == (2022, 21)
    assert statuses(store) == ["applied", "applied"]


@pytest.mark.parametrize("kind", ["index", "official", "directive", "legal_ref"])
def test_a_record_of_every_kind_can_be_withdrawn(store: Store, kind: Kind) -> None:
    save(store, extraction())
    store.corrections.add([correction(None, kind=kind)])
    assert records_of(served(store), kind) == ()
    assert save(store, extraction(), days=1) == "same"
    assert records_of(served(store), kind) == ()
    store.corrections.lift(store.corrections.all()[0].id)
    assert served(store) == extraction()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (extraction(body=BODY.replace("43,2", "34,2"), said=SAID.replace("43,2", "34,2")), "have changed"),
        (extraction(body=f"{BODY} Đính chính: thứ 21."), "have changed"),
        (extraction(rank=13), "the rules now say 13, not 12"),
        (extraction(year=2022), "no longer find"),
        (Extraction(article=article()), "no longer find"),
    ],
    ids=["other words", "other words around them", "other value", "other key", "no record"],
)
def test_what_changed_is_reported_and_not_applied(store: Store, changed: Extraction, reason: str) -> None:
    """A correction put on another text or another reading would be an error of our own making."""
    save(store, extraction())
    store.corrections.add([correction("rank", 21)])
    save(store, changed, days=1)
    assert served(store) == changed
    (stored,) = store.corrections.all()
    assert stored.status == "void"
    assert reason in str(stored.reason)
    assert void_issues(store) == [("correction_void", URL)]
    (line,) = store.corrections.voided
    assert line.startswith(f"{URL}: correction {stored.id} (index: rank 12 → 21) is void: ")
    before = dump(store)
    save(store, changed, days=1)
    assert dump(store) == before


def test_an_edit_elsewhere_leaves_a_correction_in_force(store: Store) -> None:
    """A changed caption must not throw people's work away."""
    save(store, extraction())
    store.corrections.add([correction("rank", 21)])
    longer = BODY.replace(HEAD, "Tin mẫu, đã sửa một chữ ở đoạn khác.")
    assert save(store, extraction(body=longer), days=1) == "changed"
    assert served(store).indices[0].rank == 21
    assert statuses(store) == ["applied"]


def test_a_void_correction_comes_back_with_its_text(store: Store) -> None:
    """Rules that are worse for a day must not end a correction for ever."""
    save(store, extraction())
    store.corrections.add([correction("rank", 21)])
    save(store, extraction(rank=13))
    save(store, extraction())
    assert served(store).indices[0].rank == 21
    assert statuses(store) == ["applied"]


@pytest.mark.parametrize(("slot", "new"), [("rank", 21), ("year", 2022)])
def test_rules_that_learned_it_agree(store: Store, slot: str, new: int) -> None:
    """A mended rule is no trouble to report."""
    save(store, extraction())
    store.corrections.add([correction(slot, new)])
    save(store, extraction(**{slot: new}))  # type: ignore[arg-type]
    assert statuses(store) == ["agreed"]
    assert served(store) == extraction(**{slot: new})  # type: ignore[arg-type]
    assert void_issues(store) == []


def test_rules_that_no_longer_make_a_withdrawn_record_agree(store: Store) -> None:
    save(store, extraction())
    store.corrections.add([correction(None)])
    save(store, extraction().model_copy(update={"indices": ()}))
    assert statuses(store) == ["agreed"]


def test_the_same_corrections_again_change_nothing(store: Store) -> None:
    """A file read twice, or after one of its corrections was taken back."""
    save(store, extraction())
    wanted = [correction("rank", 21), correction(None, kind="official")]
    first = store.corrections.add(wanted)
    before = dump(store)
    assert store.corrections.add(wanted) == first
    assert dump(store) == before
    store.corrections.lift(first[0].id)
    store.corrections.add(wanted)
    assert sorted(statuses(store)) == ["applied", "lifted"]
    again = correction("rank", 21, at=NOW + timedelta(days=1))
    store.corrections.add([again])
    assert sorted(statuses(store)) == ["applied", "applied"]


def test_the_later_correction_of_a_slot_counts(store: Store) -> None:
    """Two people, two values: whichever file is read first."""
    save(store, extraction())
    early, late = correction("rank", 21), correction("rank", 22, at=NOW + timedelta(days=1))
    for order in ([early, late], [late, early]):
        store.db.conn.execute("DELETE FROM corrections")
        for one in order:
            store.corrections.add([one])
        assert served(store).indices[0].rank == 22
        assert sorted(statuses(store)) == ["applied", "superseded"]


def test_a_withdrawal_supersedes_the_slots(store: Store) -> None:
    save(store, extraction())
    store.corrections.add([correction("rank", 21), correction("score", 43.0)])
    store.corrections.add([correction(None, at=NOW + timedelta(days=1))])
    assert served(store).indices == ()
    assert sorted(statuses(store)) == ["applied", "superseded", "superseded"]


def test_corrections_wait_for_their_article(store: Store) -> None:
    """Corrections from version control, read into a new database before its first crawl."""
    (added,) = store.corrections.add([correction("rank", 21)])
    assert added.status == "waiting"
    assert save(store, extraction()) == "new"
    assert served(store).indices[0].rank == 21
    assert statuses(store) == ["applied"]


def test_an_older_response_changes_no_status(store: Store) -> None:
    save(store, extraction(), days=1)
    store.corrections.add([correction("rank", 21)])
    before = dump(store)
    save(store, extraction(rank=13))
    assert dump(store) == before


def test_lists_and_dates_keep_their_types(store: Store) -> None:
    save(store, extraction())
    store.corrections.add(
        [
            correction("addressees", ["Sở Nội vụ", "Sở Y tế"], kind="directive"),
            correction("deadline", "2024-06-30", kind="directive"),
            correction("score", 43, kind="index"),
        ]
    )
    found = served(store)
    assert found.directives[0].addressees == ("Sở Nội vụ", "Sở Y tế")
    assert str(found.directives[0].deadline) == "2024-06-30"
    assert found.indices[0].score == 43
    marks = store.db.conn.execute("SELECT kind, position, slot FROM applied_corrections ORDER BY kind, slot").fetchall()
    assert marks == [("directive", 0, "addressees"), ("directive", 0, "deadline"), ("index", 0, "score")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slot": "confidence", "expected": 0.9, "new": 1}, "no slot"),
        ({"new": 0}, "rank cannot be 0"),
        ({"new": "hạng nhất"}, "rank cannot be"),
        ({"new": 12}, "the new value is the expected one"),
        ({"key": {"index": "PAPI"}}, "the key of index has the slots"),
        ({"slot": None}, "all slots of index"),
        ({"at": "2025-01-02T03:04:05"}, "timezone"),
        ({"passage": "x"}, "passage"),
        ({"by": ""}, "by"),
    ],
)
def test_impossible_corrections_are_refused(changes: dict[str, Any], message: str) -> None:
    good = json.loads(correction("rank", 21).model_dump_json())
    assert Correction.model_validate(good) == correction("rank", 21)
    with pytest.raises(ValueError, match=message):
        Correction.model_validate({**good, **changes})


def test_values_are_stored_as_their_slot_holds_them() -> None:
    """A page hands over text: '21' would never equal 21 again."""
    assert slot_value("index", "rank", "21") == 21
    assert slot_value("index", "score", None) is None
    assert slot_value("official", "titles", ["Giám đốc"]) == ["Giám đốc"]

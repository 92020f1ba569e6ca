"""Every province of the 63 and every unit of the 34 is found by its name, however people type it."""

import csv
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govscrape.dataset import Filters, panel_by_units, query, search, stored_provinces
from govscrape.dataset.names import plain, province_vocabulary
from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.records import Evidence, Extraction, IndexResult
from govscrape.store import Store

ROWS = list(
    csv.DictReader(
        (Path(__file__).parents[2] / "rules" / "gazetteer" / "province.csv").read_text(encoding="utf-8").splitlines()
    )
)
OLD = {row["name"]: row for row in ROWS if row["code_63"] and row["name"] != "Huế"}
NEW = {row["name"]: row for row in ROWS if row["code_34"]}
# What newspapers and offices write; initials of two letters stand for several provinces and are none of these.
SHORT = {
    "Hồ Chí Minh": ("TP.HCM", "TPHCM", "tp hcm", "HCM", "Tp. Hồ Chí Minh", "ho chi minh city"),
    "Bà Rịa - Vũng Tàu": ("BR-VT", "BRVT", "Bà Rịa – Vũng Tàu", "ba ria vung tau"),
    "Thừa Thiên Huế": ("TT-Huế", "TT Huế", "Thừa Thiên - Huế", "thua thien-hue"),
    "Đắk Lắk": ("Đắc Lắc", "Đăk Lăk", "daklak"),
    "Đắk Nông": ("Đắc Nông", "Đăk Nông", "dak nong"),
    "Hà Nội": ("Thủ đô Hà Nội", "Hanoi", "TP Hà Nội"),
    "Đà Nẵng": ("Danang", "TP. Đà Nẵng"),
    "Hải Phòng": ("Haiphong", "thành phố Hải Phòng"),
    "Cần Thơ": ("Cantho", "tp can tho"),
    "Huế": ("TP Huế", "thanh pho hue"),
    "Hòa Bình": ("Hoà Bình",),
    "Khánh Hòa": ("Khánh Hoà",),
    "Thanh Hóa": ("Thanh Hoá",),
    "Kon Tum": ("Kontum",),
}


def spellings(name: str, kind: str) -> Iterator[str]:
    yield name
    yield name.upper()
    yield unicodedata.normalize("NFD", name)
    yield plain(name)
    yield f"{kind} {name}"
    yield f"{plain(kind)} {plain(name)}"
    yield from SHORT.get(name, ())


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article of each of the 64 names, with a result of that province, and one of each unit's own."""
    path = tmp_path_factory.mktemp("names") / "g.db"
    with Store.open(path) as store, store.batch(200):
        for number, row in enumerate(ROWS):
            name = row["name"]
            words = f"Bài về {name}."
            said: dict[str, Any] = {
                "evidence": Evidence(start=0, end=len(words), text=words),
                "rule": "r",
                "confidence": 1.0,
            }
            result = IndexResult(
                index="PAPI", subject=name, subject_code=row["code_63"] or None, year=2023, rank=number + 1, **said
            )  # fmt: skip
            article = Article(url=f"https://p.example/{number}", province=name, body=words)
            store.save(
                Extraction(article=article, indices=(result,)),
                fetched_at=datetime(2025, 1, 1, tzinfo=UTC),
                ruleset_version="r",
                code_version="1",
            )
    return path


def test_there_are_97_names() -> None:
    """63 and 34: a row lost from the gazetteer would be lost from every test here."""
    assert (len(OLD), len(NEW)) == (63, 34)


def test_search_finds_each_by_every_spelling(db: Path) -> None:
    """Accents, capitals, NFD, the kind of unit before the name, and abbreviations."""
    lost = [
        (name, typed)
        for names, kind in ((OLD, "kind_63"), (NEW, "kind_34"))
        for name, row in names.items()
        for typed in spellings(name, row[kind])
        if name not in [found["province"] for found in search(db, typed).rows]
    ]
    assert lost == []


def test_an_accented_search_finds_no_other_accents(db: Path) -> None:
    """Hà Nam and Hạ Nam: what is typed with accents is meant with them."""
    assert search(db, "Hạ Nam").rows == []
    assert [row["province"] for row in search(db, "Bắc Giang").rows] == ["Bắc Giang"]


def test_filters_take_every_spelling(db: Path) -> None:
    """The stored name, or Huế for both of its names."""
    for names, kind in ((OLD, "kind_63"), (NEW, "kind_34")):
        for name, row in names.items():
            for typed in spellings(name, row[kind]):
                found = stored_provinces(db, [typed])
                assert name in found, typed
                assert len(found) == (2 if "Huế" in name else 1), (typed, found)


def test_questions_take_every_spelling(db: Path) -> None:
    """Results by who was measured, articles by whose portal, and today's unit by each of its old provinces."""
    for name in (*OLD, *NEW):
        typed = plain(name)
        assert name in {row["subject"] for row in query("indices", db, Filters(province=(typed,)))}
        assert name in {row["province"] for row in query("articles", db, Filters(province=(typed,)))}
    for name, row in OLD.items():
        (unit,) = {found["unit_34"] for found in panel_by_units(db, Filters(province=(name,)))}
        assert row["merged_into"].endswith(f" {unit}")


def test_nearly_right_is_refused_with_the_nearest() -> None:
    """A typing error must not silently ask for another province, or for none."""
    vocabulary = province_vocabulary(())
    with pytest.raises(InputError, match="did you mean Gia Lai"):
        vocabulary.resolve("gai lai")
    for typed in ("HN", "BD", "QN"):
        with pytest.raises(InputError):
            vocabulary.resolve(typed)

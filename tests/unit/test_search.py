"""Search as a Vietnamese types: with and without accents, composed or not, a tone in both places; and as a foe does."""

import csv
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from govscrape.cli.search import search as command
from govscrape.dataset import search
from govscrape.dataset.search import LIMIT_MAX, Found
from govscrape.dataset.terms import excerpt, parse_query
from govscrape.errors import InputError
from govscrape.models.article import Article
from govscrape.models.records import Extraction
from govscrape.store import Store
from govscrape.text.fold import fold

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2025, 1, 1, tzinfo=UTC)
GAZETTEER = list(csv.DictReader((ROOT / "rules/gazetteer/province.csv").read_text(encoding="utf-8").splitlines()))
NAMES = [(row["name"], era) for row in GAZETTEER for era in ("63", "34") if row[f"code_{era}"]]


def save(path: Path, *bodies: str) -> Path:
    with Store.open(path) as store:
        for body in bodies:
            article = Article(url=f"https://p.example/{fold(body).replace(' ', '-')}", body=body, province="Huế")
            store.save(Extraction(article=article), fetched_at=NOW, ruleset_version="r", code_version="1")
    return path


def found(path: Path, query: str) -> set[str]:
    return {row["excerpt"] for row in search(path, query).rows}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bodies = (
        "Đà Nẵng đứng đầu",
        "tối đa năng lực",
        "Hoà bình và hoa",
        "Hòa thuận",
        "Hóa chất",
        "chuyển đổi số",
        "sáp nhập tuỳ nơi",
    )
    return save(tmp_path_factory.mktemp("few") / "g.db", *bodies)


@pytest.mark.parametrize(
    ("query", "bodies"),
    [
        pytest.param("da nang dung", {"Đà Nẵng đứng đầu"}, id="no accents, with đ"),
        pytest.param("DA NANG DUNG", {"Đà Nẵng đứng đầu"}, id="capitals"),
        pytest.param("đà nẵng", {"Đà Nẵng đứng đầu"}, id="accents"),
        pytest.param("đa năng", {"tối đa năng lực"}, id="other accents are other words"),
        pytest.param("đà nặng", set(), id="not even those of a city's name"),
        pytest.param('"da nang"', {"Đà Nẵng đứng đầu", "tối đa năng lực"}, id="a phrase without accents"),
        pytest.param('"nang da"', set(), id="a phrase in the wrong order"),
        pytest.param("hòa", {"Hoà bình và hoa", "Hòa thuận"}, id="both places of the tone, typed new"),
        pytest.param("hoà", {"Hoà bình và hoa", "Hòa thuận"}, id="both places of the tone, typed old"),
        pytest.param("hoa", {"Hoà bình và hoa", "Hòa thuận", "Hóa chất"}, id="no accent finds all of them"),
        pytest.param("tùy", {"sáp nhập tuỳ nơi"}, id="uy as well"),
        pytest.param('"hòa bình"', {"Hoà bình và hoa"}, id="a phrase spelled the other way"),
        pytest.param("chuy*", {"chuyển đổi số"}, id="the beginning of a word"),
        pytest.param("chuy", set(), id="which is no word itself"),
        pytest.param("chuyể* doi", {"chuyển đổi số"}, id="accents in one word only"),
        pytest.param("chuyen bình", set(), id="all words must be there"),
        pytest.param(unicodedata.normalize("NFD", "Đà Nẵng"), {"Đà Nẵng đứng đầu"}, id="decomposed, as a Mac types"),
    ],
)
def test_words(few: Path, query: str, bodies: set[str]) -> None:
    """What a word finds, and what it does not."""
    assert found(few, query) == bodies


def test_words_in_a_row_come_first(few: Path) -> None:
    """Syllables are common: an article about the city must not drown among those with both syllables somewhere."""
    db = save(few.parent / "order.db", "đa dạng, nâng", "đến Đà Nẵng")
    assert [row["excerpt"] for row in search(db, "da nang").rows] == ["đến Đà Nẵng", "đa dạng, nâng"]


def stored(path: Path, *texts: tuple[str, str, str]) -> Path:
    """A database of articles: day, title and body."""
    with Store.open(path) as store:
        for number, (day, title, body) in enumerate(texts):
            published = datetime.fromisoformat(f"{day}T08:00:00+07:00")
            article = Article(url=f"https://p.example/{number}", title=title, body=body, published_at=published)
            store.save(Extraction(article=article), fetched_at=NOW, ruleset_version="r", code_version="1")
    return path


def test_order(tmp_path: Path) -> None:
    """In a row, then in the title, then the newest by its day: a first crawl stores the oldest last."""
    db = stored(
        tmp_path / "g.db",
        ("2024-03-01", "Tin", "chuyển đổi số"),
        ("2024-02-01", "Số và đổi và chuyển", "."),
        ("2024-05-01", "Tin", "số, đổi, chuyển"),
        ("2024-01-01", "Chuyển đổi số ở xã", "."),
        ("2023-01-01", "Tin", "chuyển đổi số"),
    )
    for query in ("chuyen doi so", "chuyển đổi số"):
        found = [(row["published_at"][:10], row["found_in"]) for row in search(db, query).rows]
        assert found == [
            ("2024-01-01", "title"),
            ("2024-03-01", "text"),
            ("2023-01-01", "text"),
            ("2024-02-01", "title"),
            ("2024-05-01", "text"),
        ]


def test_near_each_other_before_anywhere(tmp_path: Path) -> None:
    """A sentence about what was asked comes before a newer article that only has the words, and is shown."""
    far = " ".join(["xa"] * 30)
    db = stored(
        tmp_path / "g.db",
        ("2024-05-01", "Tin", f"đầu tháng {far} thứ tư {far} công viên"),
        ("2023-05-01", "Tin", f"đầu {far} tư {far} công {far} nhà đầu tư nộp hồ sơ công"),
        ("2024-01-01", "Tin", f"dầu {far} nhà đau tư bổ sung công; {far} đầu {far} tư"),
    )
    rows = search(db, "dau tu cong").rows
    assert [row["published_at"][:10] for row in rows] == ["2024-01-01", "2023-05-01", "2024-05-01"]
    rows = search(db, "đầu tư công").rows
    assert [row["published_at"][:10] for row in rows] == ["2023-05-01", "2024-05-01", "2024-01-01"]
    assert rows[0]["excerpt"].endswith("nhà đầu tư nộp hồ sơ công")


def test_an_excerpt_shows_most_of_what_was_asked() -> None:
    """Where not all words are near each other, the first "cơ sở" was shown instead of the body that was asked for."""
    text = f"cấp cơ sở {'xa ' * 60} ông ở Sở Nội vụ cho biết {'xa ' * 60} Gia Lai"
    assert "Sở Nội vụ cho biết" in excerpt(text, parse_query("sở nội vụ gia lai"))


def test_a_name_in_a_longer_question(tmp_path: Path) -> None:
    """Who asks about "TP Đà Nẵng" means the city, however an article calls it, and no other "đà" and "nẵng"."""
    db = stored(
        tmp_path / "g.db",
        ("2023-01-01", "Tin", "PAPI của thành phố Đà Nẵng"),
        ("2024-01-01", "Tin", "PAPI: đà tăng; nẵng; tp"),
        ("2022-01-01", "Tin", "PAPI của Hồ Chí Minh"),
    )
    for query in ("PAPI TP Đà Nẵng", "tp da nang papi", "papi thành phố Đà Nẵng", "TP.Đà Nẵng PAPI"):
        assert search(db, query).rows[0]["published_at"][:4] == "2023", query
    assert [row["published_at"][:4] for row in search(db, "papi tphcm").rows] == ["2022"]
    assert search(db, "tỉnh Đà Nẵng tphcm").rows == []


def test_how_many_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sees the best two must learn of the others; a number that was not counted is not told."""
    db = save(tmp_path / "g.db", *(f"Đà Nẵng {number}" for number in range(7)), "đà cao, nẵng")

    def counted(query: str, limit: int = 2) -> tuple[int, int, int | None]:
        found = search(db, query, limit=limit)
        return len(found.rows), found.least, found.most

    assert counted("da nang") == counted("đà nẵng") == (2, 8, 8)
    assert counted('"da nang"') == (2, 7, 7)
    assert counted("nang", 20) == (8, 8, 8)
    assert counted('"đà nẵng"') == (2, 2, 7)
    monkeypatch.setattr(sys.modules[Found.__module__], "CANDIDATES", 4)
    assert counted("da nang") == (2, 5, None)


def test_a_title_with_other_accents_is_none(tmp_path: Path) -> None:
    """Of a name that was typed with its accents, what only looks like it is not in the title."""
    db = stored(tmp_path / "g.db", ("2024-01-01", "Về Hà Nam", "và Hạ Nam"), ("2023-01-01", "Về Hạ Nam", "."))
    assert [row["found_in"] for row in search(db, "Hạ Nam").rows] == ["title", "text"]


def test_more_than_the_candidates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who look like the ones asked for must not hide them, however many they are; nor the other provinces'."""
    own = sys.modules[Found.__module__]
    for name in ("CANDIDATES", "CANDIDATES_OF_ALL"):
        monkeypatch.setattr(own, name, 2)
    db = save(tmp_path / "g.db", "tối đa năng lực 0", *(f"Đà Nẵng: tối đa hiệu năng {number}" for number in range(9)))
    assert found(db, '"đa năng"') == {"tối đa năng lực 0"}
    assert len(search(db, "nang", limit=5).rows) == 5
    assert len(search(db, "nang", province=["Huế"]).rows) == 10
    assert search(db, "nang", province=["Hà Nam"]).rows == []


def test_an_older_version_is_not_found(tmp_path: Path) -> None:
    """Words that a portal took out of an article are in no visible text."""
    db = tmp_path / "g.db"
    with Store.open(db) as store:
        for day, body in ((1, "Tin về Đà Nẵng"), (2, "Tin về Huế")):
            article = Extraction(article=Article(url="https://p.example/1", body=body))
            seen = datetime(2025, 1, day, tzinfo=UTC)
            store.save(article, fetched_at=seen, ruleset_version="r", code_version="1")
    assert (found(db, "da nang"), found(db, "hue")) == (set(), {"Tin về Huế"})


@pytest.fixture(scope="module")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = sorted({name for name, _ in NAMES})
    return save(tmp_path_factory.mktemp("provinces") / "g.db", *(f"Tin của {name} hôm nay" for name in names))


def spellings(name: str) -> Iterator[str]:
    yield name
    yield fold(name)
    yield fold(name).upper()
    yield unicodedata.normalize("NFD", name)
    row = next(row for row in GAZETTEER if row["name"] == name)
    yield from filter(None, row["aliases"].split("|"))


@pytest.mark.parametrize(("name", "era"), NAMES, ids=[f"{era} {name}" for name, era in NAMES])
def test_every_province_is_found(provinces: Path, name: str, era: str) -> None:
    """63 and 34 names: as written, without accents, decomposed, by each alias of the gazetteer."""
    missed = [text for text in spellings(name) if f"Tin của {name} hôm nay" not in found(provinces, text)]
    assert missed == [], era


def test_there_are_97_names() -> None:
    """63 and 34, Huế counted under its old name and its new one."""
    assert len([row for row in GAZETTEER if row["code_34"]]) == 34
    assert len({row["code_63"] for row in GAZETTEER}) == 63


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((text, "Hồ Chí Minh") for text in ("TPHCM", "TP.HCM", "tp hcm", "HCM", "TP. Hồ Chí Minh", "hcmc")),
        *((text, "Bà Rịa - Vũng Tàu") for text in ("BRVT", "BR-VT", "ba ria vung tau")),
        ("TT-Huế", "Thừa Thiên Huế"),
        ("thanh pho da nang", "Đà Nẵng"),
        *((text, "Đà Nẵng") for text in ("TP Đà Nẵng", "TP. Đà Nẵng", "tp da nang", "Tp.Đà Nẵng")),
        ("tinh gia lai", "Gia Lai"),
        ("Dak Lak", "Đắk Lắk"),
        ("hanoi", "Hà Nội"),
    ],
)
def test_common_abbreviations(provinces: Path, typed: str, name: str) -> None:
    """What people type in a hurry."""
    assert f"Tin của {name} hôm nay" in found(provinces, typed)


HOSTILE = [
    '"; DROP TABLE articles; --',
    "a AND OR NOT b",
    "NEAR(a b, 5)",
    "title:x",
    'unbalanced "phrase',
    "x' OR '1'='1",
    "đ\x00à",
    "((((",
    "^a",
    "a*b*c",
    "-- {a} + b",
    "%_%",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_are_only_words(few: Path, query: str) -> None:
    """Nothing typed reaches the query language of SQLite or FTS5."""
    with suppress(InputError):
        assert len(search(few, query).rows) < 7
    with Store.open(few, readonly=True) as store:
        assert store.counts()["articles"] == 7


@pytest.mark.parametrize("query", ["", "  ", "***", '""', "!?", "x " * 300, "a b " * 17], ids=lambda text: text[:6])
def test_queries_that_are_refused(query: str) -> None:
    """An empty query finds everything, a long one takes for ever: both are one line of error."""
    with pytest.raises(InputError):
        parse_query(query)


def test_spellings_are_bounded() -> None:
    """16 words with two spellings each would be 65,536 phrases."""
    (term,) = parse_query('"' + "hoà " * 16 + '"')
    assert term.match().count(" OR ") < 16


def test_excerpt_of_a_huge_text_is_short() -> None:
    """Ten megabytes of one word without a space."""
    assert len(excerpt("x" * 10_000_000, parse_query("da nang"))) < 200


def test_limit(few: Path) -> None:
    """A million rows are nobody's answer."""
    assert len(search(few, "hoa", limit=1).rows) == 1
    assert LIMIT_MAX <= 1000


def test_command(few: Path) -> None:
    """The words arrive, and none found is said."""
    runner = CliRunner()
    told = runner.invoke(command, ["da", "nang", "--province", "hue", "--db", str(few), "--format", "csv"])
    assert "Đà Nẵng đứng đầu" in told.stdout
    assert "nothing found" in runner.invoke(command, ["vắng", "--db", str(few)]).stderr
    assert "Đà Nẵng đứng đầu" in runner.invoke(command, ["da", "nang", "--db", str(few)]).stdout

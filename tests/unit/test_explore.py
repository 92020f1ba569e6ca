"""The pages without a browser: what they leave out, where their links lead, what they say in both languages."""

import hashlib
import json
import re
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govscrape.clock import SystemClock
from govscrape.dataset import bodies
from govscrape.errors import InputError
from govscrape.explore import laws, search_index, site
from govscrape.explore.addresses import LANGUAGES, Address, link, live_link, of_key, official, parse, slug
from govscrape.explore.book import KEPT_S, Book
from govscrape.explore.changes import changes
from govscrape.explore.render import ASSETS, TEMPLATES, Press
from govscrape.explore.search_index import shard, spelling
from govscrape.explore.spans import TEXT_MAX, Span, blocks
from govscrape.explore.words import load_tiles, load_words
from govscrape.models.article import Article, Paragraph
from govscrape.models.records import Directive, Evidence, Extraction, IndexResult, Official
from govscrape.store import Store
from govscrape.text.fold import fold

NOW = datetime(2024, 5, 1, tzinfo=UTC)
TODAY = date(2024, 5, 1)


def saved(path: Path, *extractions: Extraction) -> Path:
    with Store.open(path) as store:
        for extraction in extractions:
            store.save(extraction, fetched_at=NOW, ruleset_version="r", code_version="1")
    return path


def told(
    number: int, body: str = "Năm 2023, Gia Lai đạt 41,47 điểm PAPI. Ông Trần Mẫu giao Sở Nội vụ báo cáo."
) -> Extraction:
    evidence = Evidence(start=0, end=len(body[:38]), text=body[:38])
    who = Evidence(start=39, end=51, text=body[39:51])
    return Extraction(
        article=Article(
            url=f"https://p.example/{number}", title=f"Bài {number}", body=body, province="Gia Lai", published_at=NOW
        ),
        indices=(
            IndexResult(
                index="PAPI",
                subject="Gia Lai",
                subject_code="64",
                year=2023,
                score=41.47,
                rank=37,
                evidence=evidence,
                rule="r",
                confidence=0.9,
            ),
        ),
        officials=(Official(name="Trần Mẫu", titles=("Chủ tịch UBND tỉnh",), evidence=who, rule="r", confidence=0.9),),
        directives=(
            Directive(
                issuer_name="Lê Ngoài Danh Sách",
                verb="giao",
                verb_class="order",
                action="báo cáo",
                addressees=("Sở Nội vụ",),
                deadline=date(2024, 6, 1),
                evidence=who,
                rule="r",
                confidence=0.9,
            ),
        ),
    )


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return Book(saved(tmp_path_factory.mktemp("book") / "g.db", told(1), told(2)), TODAY)


def test_charts_have_the_published_values_of_what_they_show(book: Book) -> None:
    """A part of an index drawn as the index, another province's value, a value of the other era."""
    press = Press(book)
    truth = {
        (result.index, result.component, result.year): float(result.score)
        for result in book.truth.results
        if result.level == "province" and result.code == "64" and result.era == 63 and result.score
    }
    html = press.page("vi/province/gia-lai.html") or ""
    (chart,) = re.findall(r'id="chart-papi".*?application/json">(.*?)</script>', html, re.DOTALL)
    drawn = {row["year"]: row.get("published_score") for row in json.loads(chart)["rows"]}
    assert drawn == {year: truth["PAPI", None, year] for year in range(2011, 2025)}
    for key, part in (("papi", None), ("papi-6", "PAPI.6")):
        html = press.page(f"vi/measure/{key}.html") or ""
        (chart,) = re.findall(r'id="values">(.*?)</script>', html, re.DOTALL)
        drawn = {
            row["year"]: row["published_score"] for row in json.loads(chart)["rows"] if row["province"] == "Gia Lai"
        }
        assert drawn == {year: truth["PAPI", part, year] for year in range(2011, 2025)}


@given(st.text(alphabet="aă \n", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_cutting_a_text_loses_and_moves_nothing(body: str, places: list[tuple[int, int]]) -> None:
    """A letter shown twice, or the words of a record that are not its own."""
    spans = [Span(min(pair), max(pair), at, "index") for at, pair in enumerate(places) if min(pair) < max(pair)]
    found = blocks(body, (Paragraph(kind="text", start=0, end=len(body)),), spans)
    pieces = [piece for block in found for piece in block.pieces]
    assert "".join(piece.text for piece in pieces) == body
    for span in spans:
        own = "".join(piece.text for piece in pieces if span.record in piece.records)
        assert own == body[span.start : span.end]
        assert sum(span.record in piece.ends for piece in pieces) == (1 if body[span.start : span.end] else 0)


def test_text_outside_paragraphs_is_shown() -> None:
    """Paragraphs that do not cover the body must not hide the rest."""
    found = blocks("một\n\nhai\n\nba", (Paragraph(kind="heading", start=5, end=8),), ())
    assert [(block.kind, "".join(piece.text for piece in block.pieces).strip()) for block in found] == [
        ("text", "một"),
        ("heading", "hai"),
        ("text", "ba"),
    ]


def test_a_text_of_ten_megabytes_makes_a_bounded_page(tmp_path: Path) -> None:
    """A page that a browser cannot open, or that takes the server a minute."""
    body = "Gia Lai đạt 41,47 điểm PAPI năm 2023, như sau. Ông Trần Mẫu nói. " * 160_000
    press = Press(Book(saved(tmp_path / "g.db", told(1, body)), TODAY))
    assert len(body) > 10_000_000
    html = press.page("vi/article/1.html")
    assert html is not None
    assert len(html) < TEXT_MAX + 20_000
    assert press.words["vi"]("article.cut", count=TEXT_MAX) in html


def test_paths_lead_back_to_their_pages(book: Book) -> None:
    """An address that the server does not understand is a dead file in the static edition."""
    for address in book.addresses():
        assert parse(f"vi/{address.path}") == ("vi", address)
    for path in (
        "vi/nothing.html",
        "de/index.html",
        "vi/article/0.html",
        "vi/article/x.html",
        "vi/../index.html",
        "vi/province/a/b.html",
        "vi/official/gia-lai/..html",
        "vi/index",
        "vi/calendar/20245.html",
    ):
        assert parse(path) is None, path


def test_names_that_are_no_file_names_have_no_page() -> None:
    """A name from a portal must not choose where a file is written."""
    for name in ("../../etc/passwd", "a/b", "<b>", "", "x" * 61, "a\0b", "CON:", "..", "a\nb", None):
        assert official(name, "Gia Lai") is None
    assert official("Rơ Châm H'Yéo", "Gia Lai") == Address("official", "gia-lai", "Rơ Châm H'Yéo")
    assert official("Trần Mẫu", None, 2) == Address("official", "elsewhere", "Trần Mẫu (2)")
    assert link(Address("official", "gia-lai", "Lê A"), "vi", from_path="vi/article/1.html") == (
        "../../vi/official/gia-lai/L%C3%AA%20A.html"
    )


@pytest.mark.parametrize(
    ("url", "evidence", "expected"),
    [
        ("https://p.example/a", "đạt 90,5 - điểm", "https://p.example/a#:~:text=%C4%91%E1%BA%A1t%2090%2C5%20%2D%20%C4%91i%E1%BB%83m"),
        ("https://p.example/a", " ".join("abcdefghijklmnop"), "https://p.example/a#:~:text=a%20b%20c%20d%20e%20f,k%20l%20m%20n%20o%20p"),
        ("https://p.example/a#top", "x", "https://p.example/a#top"),
        ("javascript:alert(1)", "x", None),
        ("data:text/html,x", "x", None),
        (None, "x", None),
    ],
)  # fmt: skip
def test_live_links_find_the_words_and_are_of_the_web(url: str | None, evidence: str, expected: str | None) -> None:
    """A dash or comma of the evidence that the browser reads as syntax; a link that is a script."""
    assert live_link(url, evidence) == expected


def test_every_message_is_there_in_both_languages() -> None:
    """A page that stops at a missing word in one language only."""
    words = load_words()
    used = {
        key
        for template in TEMPLATES.glob("*.html")
        for key in re.findall(r"""\bt\(["']([a-z_0-9]+\.[a-z_A-Z0-9]+)["']""", template.read_text(encoding="utf-8"))
    }
    assert len(used) > 100
    for language in LANGUAGES:
        assert used <= set(words[language].messages)
    holes = {
        key: [set(re.findall(r"{(\w+)}", words[each].messages[key])) for each in LANGUAGES]
        for key in words["vi"].messages
    }
    assert [key for key, (first, second) in holes.items() if first != second] == []


def test_numbers_and_days_are_written_as_each_language_writes_them() -> None:
    """A decimal point that a Vietnamese reader takes for a thousand."""
    vi, en = (load_words()[language] for language in LANGUAGES)
    assert (vi.number(41.47), vi.number(12345), vi.number(64.0)) == ("41,47", "12.345", "64")
    assert (en.number(41.47), en.number(12345), en.number(None)) == ("41.47", "12,345", "")
    assert (vi.day("2024-05-09"), en.day("2024-05-09T10:00:00+07:00"), vi.day("2024-05")) == (
        "9/5/2024",
        "9 May 2024",
        "5/2024",
    )


def test_tiles_are_all_the_provinces_each_in_its_own_place(book: Book) -> None:
    """A province that is not on the map, or lies under another."""
    tiles = load_tiles()
    parts = {part.code for unit in book.crosswalk.units for part in unit.parts}
    units = {unit.code for unit in book.crosswalk.units}
    for era, codes in ((63, parts), (34, units)):
        assert {tile["code"] for tile in tiles[era]} == codes
        assert len({(tile["column"], tile["row"]) for tile in tiles[era]}) == era


def test_assets_are_the_files_that_were_published() -> None:
    """A library that somebody changed, or that came without its licence."""
    listed = re.findall(
        r"^\| `(\S+)` \|.*\((\S+)\) \| (\w{64}) \|$", (ASSETS / "licences/README.md").read_text(), re.MULTILINE
    )
    assert {name for name, _, _ in listed} == {
        path.relative_to(ASSETS).as_posix() for folder in ("vendor", "fonts") for path in (ASSETS / folder).iterdir()
    }
    for name, licence, digest in listed:
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == digest, name
        assert (ASSETS / "licences" / licence).is_file()


def test_no_asset_and_no_template_names_another_host() -> None:
    """A font or script from elsewhere tells that host who reads what."""
    own = [*ASSETS.glob("*.*"), *TEMPLATES.rglob("*.html")]
    for path in own:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert not re.search(r"https?://|//[a-z]+\.[a-z]", text), path.name


class StoppedClock(SystemClock):
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_nobody_waits_for_what_was_counted_before(tmp_path: Path) -> None:
    """During a crawl the database changes all the time; counting a million results anew takes seconds."""
    clock = StoppedClock()
    live = Book(tmp_path / "g.db", TODAY, live=True, clock=clock)
    files = Book(live.db, TODAY, clock=clock)
    live.db.write_bytes(b"one state")
    go_on = Event()

    def slowly() -> str:
        assert go_on.wait(20)
        return "new"

    assert [one.kept("n", lambda: "old") for one in (live, files)] == ["old", "old"]
    live.db.write_bytes(b"another state")
    assert [one.kept("n", slowly) for one in (live, files)] == ["old", "old"]
    clock.at = KEPT_S + 1
    assert [live.kept("n", slowly) for _ in range(3)] == ["old"] * 3
    go_on.set()
    assert files.kept("n", slowly) == "new"
    end = time.monotonic() + 20
    while live.kept("n", slowly) == "old":
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(scope="module")
def edition(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edition") / "site"
    site.write(book, folder, lambda _done, _total: None)
    return folder


def test_no_link_of_the_files_leads_nowhere(edition: Path) -> None:
    """A page for which there is a link but no file: an issuer without a post, an index nobody claims."""
    files = list(edition.rglob("*.html"))
    assert len(files) > 150
    for file in files:
        for target in set(re.findall(r'(?:href|src|action)="([^"#?]+)', file.read_text(encoding="utf-8"))):
            if not re.match(r"https?:", target):
                assert (file.parent / unquote(target)).resolve().exists(), (file.name, target)
    assert (edition / "vi/official/gia-lai/Lê Ngoài Danh Sách.html").is_file()


def test_the_same_database_gives_the_same_files(edition: Path, book: Book, tmp_path: Path) -> None:
    """An edition that cannot be checked against another one."""
    again = tmp_path / "again"
    site.write(Book(book.db, TODAY), again, lambda _done, _total: None)
    names = sorted(path.relative_to(edition) for path in edition.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for name in names:
        assert (edition / name).read_bytes() == (again / name).read_bytes(), name


def test_server_and_files_say_the_same(book: Book, edition: Path) -> None:
    """The two editions drift apart."""
    live = Press(Book(book.db, TODAY, live=True))
    for address in book.addresses():
        if address.kind != "search":
            served, written = (
                live.page(f"vi/{address.path}"),
                (edition / "vi" / address.path).read_text(encoding="utf-8"),
            )
            assert served is not None
            assert main_of(served) == main_of(written), address


def main_of(html: str) -> str:
    """What stands between header and footer, without the link to the archived copy that only a server has."""
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert found
    return re.sub(r' · <a href="[^"]*archived/\d+">[^<]*</a>', "", found[0])


def test_a_folder_with_other_files_is_left_alone(book: Book, tmp_path: Path) -> None:
    """`govscrape site ~` must not empty a home."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="holds other files"):
        site.write(book, tmp_path, lambda _done, _total: None)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_spellings_are_told_apart_but_not_by_where_the_tone_stands() -> None:
    """hoà and hòa are one word, hoa and hoá are others; đ is filed under d."""
    assert spelling("hoà") == spelling("hòa") != spelling("hoa")
    assert spelling("hoá") != spelling("hoà")
    assert spelling("đa") != spelling("da")
    assert (shard(fold("Đà")), shard("ở"), shard("a"), shard("2023"), shard("日本")) == (
        "da",
        "other",
        "a",
        "20",
        "other",
    )


def words_of(folder: Path) -> dict[str, dict[str, list[int]]]:
    """All words of an index, whichever file they are in."""
    found: dict[str, dict[str, list[int]]] = {}
    for file in (folder / "words").iterdir():
        name, packed = json.loads(f"[{file.read_text(encoding='utf-8').removeprefix('govscrapeIndex(').strip()[:-2]}]")
        assert file.stem == name
        assert not found.keys() & packed.keys()
        found |= packed
    return found


def test_an_index_written_in_parts_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into the memory at once is put together from pieces: no place may be lost or moved."""
    again = "Gia Lai. Ông Trần Mẫu, tỉnh Gia Lai. " * 3
    db = saved(tmp_path / "g.db", told(1), told(2), told(3, again))
    search_index.write_index(db, tmp_path / "whole")
    monkeypatch.setattr(search_index, "BATCH", 1)
    monkeypatch.setattr(search_index, "OWN_FILE", 12)
    search_index.write_index(db, tmp_path / "parts")
    words = words_of(tmp_path / "whole")
    assert words_of(tmp_path / "parts") == words
    assert {path.name for path in (tmp_path / "parts").iterdir()} == {"index.js", "names.js", "texts", "words"}
    own = json.loads((tmp_path / "parts/index.js").read_text(encoding="utf-8").partition(",")[2].strip()[:-2])["own"]
    assert set(own) == {"gia", "lai"}
    # Article, how many places, places; all as differences.
    assert words["gia"] == {"gia": [0, 1, 1102, 1, 1, 1102, 1, 6, 1100, 6, 2, 6, 2, 6]}


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    """A traceback where a line would do."""
    block = "import sys; sys.modules['jinja2'] = None; from govscrape.cli.main import main; main()"
    for verb in (["explore"], ["site", str(tmp_path / "s")]):
        done = subprocess.run(
            [sys.executable, "-c", block, *verb], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 1
        assert done.stderr.splitlines() == ["error: jinja2 is not installed; pip install 'govscrape[explore]'"]


def test_slugs_of_provinces_are_all_different(book: Book) -> None:
    """Two provinces under one address."""
    names = {name for unit in book.crosswalk.units for part in unit.parts for name in part.names}
    assert len({slug(name) for name in names}) == len(names) == len(book.places)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Mở đầu. Căn cứ số 5, tỉnh họp. Hết.", ("Căn cứ ", "số 5", ", tỉnh họp.")),
        ("Tiêu đề\nCăn cứ số 5; làm ngay", ("Căn cứ ", "số 5", "; làm ngay")),
        ("Ông nói: “Xem số 5!” Rồi về.", ("Ông nói: “Xem ", "số 5", "!”")),
        (f"{'dài ' * 200}số 5 {'dài ' * 200}", ("…", "số 5", "…")),
    ],
)
def test_the_sentence_of_a_citation(body: str, sentence: tuple[str, str, str]) -> None:
    """A citation without its sentence says nothing; one without its beginning says that it was cut."""
    start = body.index("số 5")
    first = max(0, start - bodies.AROUND)
    words = body[first : start + 4 + bodies.AROUND]
    found = laws.sentence({"words": words, "from": start - first, "length": 4, "evidence": "số 5"})
    if sentence[0] == "…":
        assert (found[0][:1], found[1], found[2][-1:]) == sentence
    else:
        assert found == sentence
    assert laws.sentence({"words": "", "from": 0, "length": 4, "evidence": "số 5"}) == ("", "số 5", "")


def test_what_changed_between_two_versions() -> None:
    """Words taken out and put in, whole paragraphs, nothing of what stayed; too long a text is not compared."""
    old, new = "Một hai ba\nBốn\nNăm", "Một hai bốn\nNăm\nSáu"
    told = [[(piece.kind, piece.text) for piece in block] for block in changes(old, new) or ()]
    assert [("taken", "Bốn")] in told
    assert [("put", "Sáu")] in told
    assert not any(text == "Năm" for block in told for _, text in block)
    found = changes("a b c", "a x c")
    assert found is not None
    assert [(piece.kind, piece.text) for piece in found[0]] == [
        ("same", "a "),
        ("taken", "b"),
        ("put", "x"),
        ("same", " c"),
    ]
    assert changes("a  b", "a b") == []
    assert changes("a\n" * 1000, "b") is None
    assert changes("a" * 200_000, "b") is None


def test_addresses_of_bodies_and_documents() -> None:
    """A key from a URL reaches no other file, and each key leads to its page and back."""
    address = of_key("organisation", "gia-lai/so-noi-vu")
    assert address.path == "organisation/gia-lai/so-noi-vu.html"
    assert parse("vi/organisation/gia-lai/so-noi-vu.html") == ("vi", address)
    assert parse("en/document/vn/60-2021-nd-cp.html") == ("en", of_key("document", "vn/60-2021-nd-cp"))
    for path in ("vi/organisation/gia-lai.html", "vi/organisation/../x.html", "vi/document/vn/A.html"):
        assert parse(path) is None

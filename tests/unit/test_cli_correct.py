"""``govscrape audit`` and ``correct``: what they print, what a bad file does, and what is left in the database."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govscrape.cli.main import run
from govscrape.evaluate.audit import Made, draw
from govscrape.evaluate.gold import read_gold
from govscrape.evaluate.verdicts import file_text
from govscrape.models.article import Article, Paragraph
from govscrape.models.records import Evidence, Extraction, IndexResult, Official
from govscrape.store import Store

NOW = datetime(2025, 1, 2, tzinfo=UTC)
SAID = "Năm 2023, chỉ số PAPI của tỉnh đạt 43,2 điểm, xếp thứ 12."
URL = "https://p.example/tin-1"


def extraction(rank: int = 12) -> Extraction:
    made: dict[str, Any] = {"evidence": Evidence(start=0, end=len(SAID), text=SAID), "confidence": 0.9}
    article = Article(
        url=URL,
        portal="p",
        province="Gia Lai",
        title="Tin mẫu",
        body=SAID,
        paragraphs=(Paragraph(kind="text", start=0, end=len(SAID)),),
        published_at=datetime.fromisoformat("2024-04-02T08:00:00+07:00"),
    )
    return Extraction(
        article=article,
        indices=(IndexResult(index="PAPI", subject="Gia Lai", year=2023, score=43.2, rank=rank, rule="r.i", **made),),
        officials=(Official(name="Nguyễn Văn A", titles=("Chủ tịch",), role="chair", rule="r.o", **made),),
    )


def save(path: Path, what: Extraction) -> None:
    with Store.open(path) as store:
        store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "g.db"
    save(path, extraction())
    return path


@pytest.fixture
def verdicts(db: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes the file that a page would export: the rank put right, the official withdrawn; ``changes`` spoil it."""

    def write(**changes: Any) -> Path:
        with Store.open(db, readonly=True) as store:
            page = draw(store, size=5, by=("rule",), seed=1, made=Made(NOW, "r", "1"))
        data = json.loads(file_text(page.file))
        first, second = data["items"]
        first |= {"verdict": "wrong", "at": NOW.isoformat(), "note": "đọc nhầm"}
        first |= {"edits": [{"slot": "rank", "expected": 12, "new": 21}]}
        second |= {"verdict": "wrong", "at": NOW.isoformat(), "withdrawn": True}
        first |= changes.pop("first", {})
        path = tmp_path / "verdicts.json"
        path.write_text(json.dumps({**data, "by": "Lê Thị B", **changes}, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def served(db: Path) -> Extraction:
    with Store.open(db, readonly=True) as store:
        found = store.load(URL)
    assert found is not None
    return found


def dump(db: Path) -> list[str]:
    with Store.open(db, readonly=True) as store:
        return list(store.db.conn.iterdump())


def correct(db: Path, *args: str | Path) -> int:
    return run(["correct", *map(str, args), "--db", str(db)])


def test_a_page_is_written(db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "a.html"
    assert run(["audit", "--db", str(db), "-o", str(page), "--by", "rule,portal", "--lang", "vi"]) == 0
    assert "2 of 2 records from 2 of 2 groups" in capsys.readouterr().out
    assert '<html lang="vi">' in page.read_text(encoding="utf-8")
    before = page.read_bytes()
    assert run(["audit", "--db", str(db), "-o", str(page), "--url", URL]) == 1
    assert f"{page} is there already; -o writes another page, --force replaces it" in capsys.readouterr().err
    assert page.read_bytes() == before
    assert run(["audit", "--db", str(db), "-o", str(page), "--url", URL, "--force"]) == 0
    assert "all 2 records of the chosen articles" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--by", "colour"], 2, "'colour'; records can be grouped by rule, portal, province, index, kind"),
        (["--by", " , "], 2, "nothing given"),
        (["--url", "https://p.example/none"], 1, "https://p.example/none: no such article"),
        (["-o", "/proc/none/a.html"], 1, "/proc/none/a.html: "),
    ],
)
def test_a_page_that_cannot_be_made(
    db: Path, args: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "--db", str(db), *args]) == code
    assert message in capsys.readouterr().err


def test_verdicts_correct_the_records_once(
    db: Path, verdicts: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Reading a file twice, out of doubt whether it was read, must change nothing."""
    path = verdicts()
    assert correct(db, path) == 0
    out = capsys.readouterr().out
    assert "2 of 2 judged (0 right, 2 wrong, 0 unsure), 2 new verdicts" in out
    assert "2 corrections, 2 new (2 applied)" in out
    assert [record.rank for record in served(db).indices] == [21]
    assert served(db).officials == ()
    before = dump(db)
    assert correct(db, path) == 0
    assert "0 new verdicts" in capsys.readouterr().out
    assert dump(db) == before


def test_corrections_travel_through_version_control(
    db: Path, verdicts: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another machine crawls the same article: the file must do there what the page did here, before or after."""
    kept, again = tmp_path / "kept.json", tmp_path / "again.json"
    assert correct(db, verdicts(), "--export", kept) == 0
    for first in ("crawl", "file"):
        other = tmp_path / f"{first}.db"
        steps = [lambda other=other: save(other, extraction()), lambda other=other: correct(other, kept)]
        with Store.open(other):
            pass
        for step in steps if first == "crawl" else reversed(steps):
            step()
        assert served(other).indices == served(db).indices
        assert served(other).officials == ()
        assert correct(other, "--export", again) == 0
        assert again.read_bytes() == kept.read_bytes()
    assert "waiting" in capsys.readouterr().out


def test_what_no_longer_fits_is_told_and_exits_3(
    db: Path, verdicts: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = verdicts()
    save(db, extraction(rank=13))
    assert correct(db, path) == 3
    told = capsys.readouterr()
    assert "1 applied, 1 void" in told.out
    (line,) = told.err.splitlines()
    assert line.startswith(f"{URL}: correction ")
    assert line.endswith("(index: rank 12 → 21) is void: the rules now say 13, not 12")
    assert [record.rank for record in served(db).indices] == [13]
    assert run(["issues", "--db", str(db), "--code", "correction_void", "-f", "json"]) == 0
    (issue,) = json.loads(capsys.readouterr().out)
    assert (issue["portal"], issue["where"]) == ("p", URL)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other"}, "neither verdicts of an audit nor corrections"),
        ({"items": "x"}, "items: "),
        ({"by": ""}, "does not say who judged; give --by NAME"),
        ({"first": {"verdict": "right"}}, "item 1: new values, but the verdict is right, not wrong"),
        ({"first": {"verdict": "maybe"}}, "items.0.verdict: "),
        ({"first": {"edits": [{"slot": "rank", "expected": 12, "new": "x"}]}}, "rank cannot be 'x'"),
        ({"first": {"edits": [{"slot": "rank", "expected": 12, "new": 12}]}}, "rank must be expected as it stands"),
        ({"first": {"edits": [{"slot": "colour", "expected": 1, "new": 2}]}}, "'colour' is no slot of index"),
        ({"first": {"record": {}}}, "the record has not all slots of index"),
        ({"first": {"at": None}}, "a verdict without its time"),
        ({"first": {"stratum": "none"}}, "no stratum 'none'"),
    ],
)
def test_a_bad_file_is_one_line_and_changes_nothing(
    db: Path,
    verdicts: Callable[..., Path],
    changes: dict[str, Any],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = verdicts(**changes)
    before = dump(db)
    assert correct(db, path) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {path}: ")
    assert message in line
    assert dump(db) == before


@pytest.mark.parametrize("content", ["", "{", "[]", "[" * 100_000, '{"format": "govscrape-corrections-1"}', "\ufeff{}"])
def test_what_is_no_file_of_ours(db: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    assert correct(db, path) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {path}: ")


def test_a_bad_file_among_good_ones_stops_all(db: Path, verdicts: Callable[..., Path], tmp_path: Path) -> None:
    """Half of what was asked, done before the error, is hard to tell from all of it."""
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    before = dump(db)
    assert correct(db, verdicts(), bad) == 1
    assert dump(db) == before


def test_a_correction_is_taken_back(
    db: Path, verdicts: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    correct(db, verdicts())
    capsys.readouterr()
    assert correct(db, "--list", "-f", "json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {(row["kind"], row["slot"], row["status"]) for row in listed} == {
        ("index", "rank", "applied"),
        ("official", None, "applied"),
    }
    for row in listed:
        assert correct(db, "--lift", row["id"]) == 0
    assert [record.rank for record in served(db).indices] == [12]
    assert len(served(db).officials) == 1
    assert correct(db, "--lift", "none") == 1
    assert "no standing correction 'none'" in capsys.readouterr().err


def test_queries_show_and_mark_what_was_corrected(
    db: Path, verdicts: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    correct(db, verdicts())
    capsys.readouterr()
    assert run(["query", "indices", "--db", str(db), "-f", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["rank"], row["corrected"]) == (21, ["rank"])
    assert run(["query", "indices", "--db", str(db)]) == 0
    assert "corrected by a person: rank" in capsys.readouterr().out
    assert run(["query", "panel", "--db", str(db), "-f", "json"]) == 0
    assert [row["rank"] for row in json.loads(capsys.readouterr().out)] == [21]


def test_corrections_become_drafts_of_gold(db: Path, verdicts: Callable[..., Path], tmp_path: Path) -> None:
    """What people found is what rules should be tried on; a draft must load, and must not count as gold unread."""
    folder = tmp_path / "gold"
    assert correct(db, verdicts(), "--export-gold", folder) == 0
    (path,) = folder.glob("*.json")
    case = read_gold(path)
    assert case.draft is not None
    data = json.loads(path.read_text(encoding="utf-8"))
    (record,) = data["gold_indices"]
    assert (record["rank"], record["evidence"]) == (21, SAID)
    assert data["gold_officials"] == []
    assert "gold_directives" not in data
    assert (data["text"], data["title"], data["province"]) == (SAID, "Tin mẫu", "Gia Lai")
    path.write_text("{}", encoding="utf-8")
    assert correct(db, "--export-gold", folder) == 0
    assert path.read_text(encoding="utf-8") == "{}"


def test_precision_is_printed_with_its_interval(
    db: Path, verdicts: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert correct(db, "--precision") == 0
    assert "no verdicts" in capsys.readouterr().err
    correct(db, verdicts())
    capsys.readouterr()
    assert correct(db, "--precision") == 0
    assert "0.00 (0.00–0.79)" in capsys.readouterr().out
    assert correct(db) == 2

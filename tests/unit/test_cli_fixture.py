"""``govscrape fixture``: drafts that nobody takes for gold, and faults told with file and key."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from govscrape.cli.main import run
from govscrape.evaluate.fixture_check import faults
from govscrape.evaluate.gold import load_gold
from govscrape.rules import load_ruleset

RULESET = load_ruleset()
TEXT = "Năm 2023, Gia Lai xếp thứ 37/63 về PAPI với 41,47 điểm."
GOLD = {"index": "PAPI", "subject": "Gia Lai", "subject_level": "province", "year": 2023, "rank": 37,
        "evidence": "Gia Lai xếp thứ 37/63"}  # fmt: skip
HTML = f"""<html><head><meta charset="utf-8"><title>Gia Lai công bố kết quả PAPI năm 2023</title></head><body>
<h1>Gia Lai công bố kết quả PAPI năm 2023</h1><div><p>{TEXT}</p><p>Sở Nội vụ sẽ tham mưu kế hoạch khắc phục.</p></div>
</body></html>"""


def write(path: Path, data: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def draft(tmp_path: Path) -> Path:
    (tmp_path / "Bài số 1.html").write_text(HTML, encoding="utf-8")
    folder = tmp_path / "mine"
    assert run(["fixture", "new", str(tmp_path / "Bài số 1.html"), "--name", "bai-1", "-o", str(folder)]) == 0
    return folder


def test_a_draft_is_gold_only_when_its_mark_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the program found, scored against itself, is always right: it must not count before a person read it."""
    folder = draft(tmp_path)
    assert run(["evaluate", str(folder)]) == 1
    assert "2 drafts, which are no gold" in capsys.readouterr().err
    assert run(["fixture", "check", str(folder)]) == 1
    assert capsys.readouterr().err.count("draft: made by the program") == 2
    for file in folder.rglob("*.json"):
        data = json.loads(file.read_text(encoding="utf-8"))
        del data["draft"]
        write(file, data)
    assert run(["fixture", "check", str(folder)]) == 0
    gold = load_gold([folder])
    assert gold.pages[0].body[0] == TEXT
    assert gold.cases[0].gold_indices is not None
    assert gold.cases[0].gold_indices[0]["rank"] == 37
    assert run(["evaluate", str(folder)]) == 0


def test_somebodys_work_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = draft(tmp_path)
    page = tmp_path / "Bài số 1.html"
    write(folder / "gold" / "dev" / "bai-1.json", {"text": "mended"})
    (folder / "pages" / "bai-1.html").unlink()
    assert run(["fixture", "new", str(page), "--name", "bai-1", "-o", str(folder)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert not (folder / "pages" / "bai-1.html").exists()
    assert json.loads((folder / "gold" / "dev" / "bai-1.json").read_text(encoding="utf-8")) == {"text": "mended"}


def test_a_page_without_an_article_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.html").write_text("<html><body><p>Đăng nhập</p></body></html>", encoding="utf-8")
    assert run(["fixture", "new", str(tmp_path / "x.html"), "-o", str(tmp_path)]) == 1
    assert "x.html" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"gold_indices": [{**GOLD, "evidence": "Kon Tum xếp"}]}, "gold_indices[0].evidence: not in the article"),
        ({"gold_indices": [{**GOLD, "index": "PABI"}]}, "gold_indices[0].index: 'PABI' is no index"),
        ({"gold_indices": [{**GOLD, "subject": "Gia Lay"}]}, "gold_indices[0].subject: 'Gia Lay' is no province"),
        ({"gold_indices": [{**GOLD, "year": "x"}, {"index": "PAPI"}]}, "gold_indices[1] subject: Field required"),
        ({"gold_indices": [{**GOLD, "derived": ["rang"]}]}, "gold_indices[0] derived: Value error, 'rang' is no slot"),
        ({"province": "Gia Lay"}, "province: 'Gia Lay' is in no gazetteer"),
        ({"gold_indices": None}, "nothing is annotated"),
        ({"negatives": [{"text": "48/63", "why": ""}]}, "negatives[0].text: not in the article: '48/63'"),
        ({"text": unicodedata.normalize("NFD", TEXT)}, "text: not in NFC"),
        ({"text": TEXT, "nfd": True}, "text: not in NFD"),
        ({"golds": []}, "golds: Extra inputs"),
        (
            {"gold_directives": [{"evidence": "Gia Lai", "verb": "giao", "addressees": [], "action": "báo cáo ngay"}]},
            "gold_directives[0].action: not in the article",
        ),
    ],
)
def test_each_fault_has_its_file_and_key(tmp_path: Path, change: dict[str, Any], fault: str) -> None:
    """An annotator mends by the line; gold with such a fault measures nothing, or the wrong thing."""
    file = write(tmp_path / "bai.json", {"text": TEXT, "province": "Gia Lai", "gold_indices": [GOLD], **change})
    told = list(faults([file], RULESET))
    assert any(line.startswith(f"{file}: {fault}") for line in told), told


def test_pages_are_checked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A paragraph that is not on the page was typed from memory; a time without zone is another time elsewhere."""
    (tmp_path / "p.html").write_text(HTML, encoding="utf-8")
    gold = {"page": "p.html", "url": "https://a.vn/p", "title": "Gia Lai công bố kết quả PAPI năm 2023", "author": None,
            "published_at": "2024-05-01T08:00:00", "body": [TEXT, "Hai bảy mươi mốt"]}  # fmt: skip
    file = write(tmp_path / "p.json", gold)
    write(tmp_path / "other" / "a.json", {"text": TEXT, "gold_indices": []})
    write(tmp_path / "a.json", {"text": TEXT, "gold_indices": []})
    assert run(["fixture", "check", str(tmp_path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"{file}: published_at: no time zone",
        f"{file}: body[1]: not on the page: 'hai bảy mươi mốt'",
        f"{tmp_path / 'other' / 'a.json'}: id: 'a' is also {tmp_path / 'a.json'}",
    ]


def test_our_own_gold_has_no_fault(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert run(["fixture", "check"]) == 0

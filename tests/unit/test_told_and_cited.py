"""Asking who is told and what is cited: whole words, any spelling of a body, and pages that do not wait."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import govscrape
from govscrape.dataset import Filters, bodies, query
from govscrape.dataset.names import plain
from govscrape.dataset.query import reading, words_in_sql
from govscrape.errors import InputError
from govscrape.explore.addresses import of_key
from govscrape.explore.bodies import organisation
from govscrape.explore.book import Book
from govscrape.explore.render import TEMPLATES
from govscrape.explore.texts import search
from govscrape.explore.words import load_words
from govscrape.models.article import Article
from govscrape.models.records import Directive, Evidence, Extraction, LegalRef
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.store import Store
from govscrape.text.fold import fold

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAID: dict[str, Any] = {"evidence": Evidence(start=0, end=4, text="giao"), "rule": "r", "confidence": 0.9}


def save(store: Store, at: int, told: str, *cited: str, province: str = "Gia Lai") -> None:
    order = Directive(verb="giao", verb_class="order", action="làm", addressees=(told,), legal_refs=cited, **SAID)
    refs = tuple(LegalRef(kind="nghị định", number=number, **SAID) for number in cited)
    what = Article(url=f"https://p.example/{at}", province=province, body="giao việc", published_at=NOW)
    found = Extraction(article=what, directives=(order,), legal_refs=refs)
    store.save(found, fetched_at=NOW, ruleset_version="r", code_version="1")


def test_who_is_told_and_what_is_cited_are_whole_words(tmp_path: Path) -> None:
    """By letters in a row 130/2023 was cited with 30/2023, and a ministry was told what was told a district's staff."""
    path = tmp_path / "q.db"
    units = ("Bộ Y tế", "cán bộ y tế huyện", "Sở Tài chính", "sở tại chỉnh trang đô thị", "Sở KH-ĐT", "Tổ Hoa Sen")
    numbers = ("30/2023/NĐ-CP", "130/2023/NĐ-CP", "030/2023/NĐ-HĐ")
    with Store.open(path) as store:
        for at, unit in enumerate(units):
            save(store, at, unit, numbers[at % 3])
        save(store, 9, "Sở Tài chính", province="Đồng Nai")
    dataset = govscrape.open(path)
    for wanted, told in (
        ("bộ y tế", ["Bộ Y tế"]),
        ("bo y te", ["Bộ Y tế"]),
        ("y tế", ["Bộ Y tế", "cán bộ y tế huyện"]),
        ("sở tài chính", ["Sở Tài chính", "Sở Tài chính"]),
        ("Sở Tài chính tỉnh Gia Lai", ["Sở Tài chính"]),
        ("sở kh-đt", ["Sở KH-ĐT"]),
        ("so kh-dt", ["Sở KH-ĐT"]),
        ("hoa sen", ["Tổ Hoa Sen"]),
    ):
        assert sorted(row["addressees"][0] for row in dataset.directives(to=wanted)) == told, wanted
    for wanted, found in (
        ("30/2023/NĐ-CP", ["0", "3"]),
        ("nghị định 30/2023/nđ-cp", ["0", "3"]),
        ("30/2023", ["0", "2", "3", "5"]),
        ("030/2023/ND-CP", ["0", "3"]),
    ):
        assert sorted(row["url"].rpartition("/")[2] for row in dataset.articles(cites=wanted)) == found, wanted
        assert sorted(row["url"].rpartition("/")[2] for row in dataset.directives(cites=wanted)) == found, wanted
    assert [row["key"] for row in dataset.organisations("so kh-dt")] == ["gia-lai/so-ke-hoach-dau-tu"]
    for wanted in ("hòa sen", "ô y t"):
        with pytest.raises(InputError, match=f"no body like '{wanted}'; see `govscrape query organisations --name`"):
            dataset.directives(to=wanted).rows()
    with pytest.raises(InputError, match="no document like '0/2023'; see `govscrape query documents --name`"):
        dataset.articles(cites="0/2023").rows()


def test_who_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body is asked for as one that is told is, in any spelling; so is a person; both by bodies and by directives."""
    path = tmp_path / "q.db"
    issuers = (
        ("Lê Mẫu", "Giám đốc Sở Kế hoạch và Đầu tư"),
        ("Lê Mậu", "Phó Chủ tịch UBND tỉnh"),
        (None, "Bộ Y tế"),
        (None, "Sở Nội vụ"),
    )
    with Store.open(path) as store:
        for at, (name, title) in enumerate(issuers):
            said = {"verb": "giao", "verb_class": "order", "action": str(at), "addressees": ("Sở Y tế",), **SAID}
            order = Directive(issuer_name=name, issuer_title=title, **said)
            article = Article(url=f"https://p.example/{at}", province="Gia Lai", body="giao việc", published_at=NOW)
            what = Extraction(article=article, directives=(order,))
            store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")
    for many in (3000, -1):
        monkeypatch.setattr(sys.modules[Filters.__module__], "_MANY", many)
        for wanted, actions in (
            ("le mau", ["0", "1"]),
            ("Lê Mẫu", ["0"]),
            ("so kh-dt", ["0"]),
            ("ubnd tinh", ["1"]),
            ("bộ y tế", ["2"]),
            ("so noi vu", ["3"]),
        ):
            rows = query("directives", path, Filters(issuer=wanted, limit=9))
            assert sorted(row["action"] for row in rows) == actions, wanted
            assert [*govscrape.open(path).directives(issuer=wanted)] == rows
        assert query("directives", path, Filters(issuer="le mau", to="so y te", province=("dong nai",))) == []
    with pytest.raises(InputError, match="nobody like 'Lê Mâu' told"):
        query("directives", path, Filters(issuer="Lê Mâu"))
    asked = read_yaml(rules_dir() / "pages" / "queries.yaml")["what_an_issuer_told"]["sql"]
    with reading(path) as db:
        words_in_sql(db.conn)
        found = [row["action"] for row in db.query(asked, {"issuer": "so ke hoach"})]
    assert found == ["0"]


def test_search_pages_do_not_wait_for_the_names_of_bodies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python function for each body and word took seconds with ten thousands of them, and nothing ended it."""
    path = tmp_path / "q.db"
    row = 'INSERT INTO organisations ("key", name, folded, province, known, articles) VALUES (?, ?, ?, ?, 0, 1)'
    with Store.open(path) as store:
        save(store, 1, "Sở Y tế", "30/2023/NĐ-CP")
        many = [(f"gia-lai/to-{at}", f"Tổ {at}", f"to {at}", "Gia Lai") for at in range(3000)]
        with store.db.conn:
            store.db.conn.executemany(row, many)
    folded: list[str] = []

    def counted(text: str) -> str:
        folded.append(text)
        return plain(text)

    monkeypatch.setattr(bodies, "plain", counted)
    found, laws = bodies.named(path, "gia lai y tế", 8)
    assert ([row["name"] for row in found], laws) == (["Sở Y tế"], [])
    assert [row["number"] for row in bodies.named(path, "30/2023", 8)[1]] == ["30/2023/NĐ-CP"]
    assert bodies.named(path, "dong nai y te", 8) == ([], [])
    assert len(folded) < 100
    monkeypatch.setattr(bodies, "SECONDS_MAX", -1)
    with pytest.raises(InputError, match="no answer within"):
        bodies.named(path, "tổ", 8)
    page = search(
        Book(path, date(2026, 1, 1), live=True), of_key("organisation", "a/b"), load_words()["en"], query="tổ"
    )
    assert "no answer within" in page.shown["refused"]


def test_which_bodies_stand_for_many_is_known_to_the_rules(tmp_path: Path) -> None:
    """A word of the rules in a template's condition is silently another one when the rules change it."""
    path = tmp_path / "q.db"
    with Store.open(path) as store:
        save(store, 1, "các sở, ngành")
        save(store, 2, "Sở Y tế")
    book = Book(path, date(2026, 1, 1), live=True)
    pages = [organisation(book, of_key("organisation", key), load_words()["en"]) for key in bodies.keys(path)[0]]
    assert {(page.shown["body"]["name"], page.shown["many"]) for page in pages if page} == {
        ("các sở, ngành", True),
        ("Sở Y tế", False),
    }
    for template in TEMPLATES.glob("*.html"):
        logic = " ".join(re.findall(r"{%.*?%}|{{.*?}}", template.read_text(encoding="utf-8"), re.DOTALL))
        assert fold(logic) == logic.lower(), template.name

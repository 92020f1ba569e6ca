"""What must hold of the records of any article, tried on the annotated ones and on damaged copies of them."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govscrape.extract import Extractor
from govscrape.models.records import Evidence, Extraction
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words

GOLD = sorted((Path(__file__).resolve().parents[1] / "fixtures" / "gold" / "dev").glob("*.json"))
CASES: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in GOLD}
EXTRACTOR = Extractor(load_ruleset())
WORDS = load_page_words()


def read(text: str, province: str | None = None) -> Extraction:
    return EXTRACTOR.extract(article_from_text(text, province=province, words=WORDS))


def records(found: Extraction) -> Iterator[Any]:
    yield from (*found.indices, *found.officials, *found.directives, *found.legal_refs)


def evidence(found: Extraction) -> Iterator[Evidence]:
    yield from (record.evidence for record in records(found))
    yield from (mention for official in found.officials for mention in official.mentions)


def assert_evidence_holds(found: Extraction) -> None:
    body = found.article.body
    for said in evidence(found):
        assert said.start < said.end
        assert body[said.start : said.end] == said.text


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Extraction]:
    gold = CASES[request.param]
    return gold, read(gold["text"], gold.get("province"))


def test_evidence_is_in_the_body(case: tuple[dict[str, Any], Extraction]) -> None:
    assert_evidence_holds(case[1])


def test_words_are_the_articles_own(case: tuple[dict[str, Any], Extraction]) -> None:
    """What is "as written" must be found in the body; the case of honorifics and the spaces of numbers apart."""
    found = case[1]
    body = found.article.body
    written = [
        *(value for r in found.indices for value in (r.index_text, r.component_text, r.subject_text, r.rank_group)),
        *(value for r in found.directives for value in (r.verb, r.action, r.deadline_text)),
        *(value for r in found.officials for value in (r.name, *r.titles)),
        *(r.article for r in found.legal_refs),
    ]
    assert [value for value in written if value is not None and value not in body] == []
    plain = "".join(body.split()).casefold()
    alike = [*(r.honorific for r in found.officials), *(r.number for r in found.legal_refs)]
    assert [value for value in alike if value and "".join(value.split()).casefold() not in plain] == []


def test_arithmetic_is_checked(case: tuple[dict[str, Any], Extraction]) -> None:
    """A rank beyond the number ranked, or a score above the scale, never passes silently."""
    for record in case[1].indices:
        if record.rank and record.rank_of:
            assert record.rank <= record.rank_of or "rank_over_total" in record.checks
        if record.score is not None and record.score_max is not None:
            assert record.score <= record.score_max or "score_over_scale" in record.checks


def test_nothing_is_said_twice(case: tuple[dict[str, Any], Extraction]) -> None:
    found = case[1]
    results = [(r.index, r.component, r.component_text, r.subject, r.subject_level, r.year, r.rank_scope, r.status)
               for r in found.indices]  # fmt: skip
    people = [official.name for official in found.officials if official.name]
    tasks = [(directive.addressees, directive.action) for directive in found.directives]
    documents = [(ref.kind, ref.number, ref.article, ref.title) for ref in found.legal_refs]
    for keys in (results, people, tasks, documents):
        assert len(keys) == len(set(keys)), keys


def test_records_survive_json(case: tuple[dict[str, Any], Extraction]) -> None:
    assert Extraction.model_validate_json(case[1].model_dump_json()) == case[1]


def test_decomposed_accents_change_nothing(case: tuple[dict[str, Any], Extraction]) -> None:
    """Some portals serve NFD; the same article must give the same records, spelled in NFC."""
    gold, found = case
    assert read(unicodedata.normalize("NFD", gold["text"]), gold.get("province")) == found


def test_an_extractor_remembers_nothing(case: tuple[dict[str, Any], Extraction]) -> None:
    """The order in which articles are read must not matter."""
    gold, found = case
    assert read(gold["text"], gold.get("province")) == found


TEXTS = [case["text"] for case in CASES.values()]


@settings(max_examples=40)
@given(st.data())
def test_damaged_articles_are_read_without_fault(data: st.DataObject) -> None:
    """Pieces of articles glued together with whatever a broken page leaves: no exception, and evidence that holds."""
    pieces = []
    for _ in range(data.draw(st.integers(1, 4))):
        text = data.draw(st.sampled_from(TEXTS))
        start = data.draw(st.integers(0, len(text) - 1))
        pieces.append(text[start : start + data.draw(st.integers(1, 400))])
        pieces.append(data.draw(st.text(max_size=8)))
    assert_evidence_holds(read("".join(pieces)))


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_read_without_fault(text: str) -> None:
    assert_evidence_holds(read(text))

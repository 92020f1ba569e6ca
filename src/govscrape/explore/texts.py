"""Pages about texts: an article with what was read from it, and the search."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from govscrape import dataset
from govscrape.dataset import bodies, pages
from govscrape.dataset.search import Found
from govscrape.dataset.terms import Term
from govscrape.errors import InputError
from govscrape.explore.addresses import Address, live_link
from govscrape.explore.book import Book, Page
from govscrape.explore.changes import changes
from govscrape.explore.search_index import spelling
from govscrape.explore.spans import TEXT_MAX, Span, blocks
from govscrape.explore.words import Words
from govscrape.models.records import Directive, Extraction, IndexResult, LegalRef, Official, Record
from govscrape.text.fold import fold

Row = dict[str, Any]

RECORDS_MAX = 1000
RESULTS_MAX = 50
VERSIONS_MAX = 20
NAMED_MAX = 8
_WORD = re.compile(r"\w+")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "index": (
        *("index", "component", "component_text", "subject", "subject_level", "year", "status", "score", "score_max"),
        *("unit", "score_bound", "rank", "rank_of", "rank_scope", "rank_group", "score_delta", "rank_delta"),
        *("prev_score", "prev_rank", "baseline_year", "checks"),
    ),
    "official": ("name", "honorific", "titles", "organisation", "role", "acting"),
    "directive": (
        *("issuer_name", "issuer_title", "verb", "verb_class", "addressees", "coordinating", "action"),
        *("deadline_text", "deadline", "recurring", "legal_refs"),
    ),
    "legal": ("kind", "number", "title", "article", "issued_on", "issuer"),
}
_DULL = {"subject_level": "province", "status": "result"}
_CODED = {"subject_level", "status", "unit", "score_bound", "role", "verb_class", "recurring", "checks"}


def article(book: Book, address: Address, words: Words) -> Page | None:
    """An article: its text with the words of every record marked, the records beside it, and where the page is kept."""
    stored = pages.stored_article(book.db, int(address.key))
    if stored is None:
        return None
    text = stored.found.article
    shown, cited = bodies.linked(book.db, int(address.key))
    records = sorted(_records(stored.found), key=lambda pair: (pair[1].evidence.start, -pair[1].evidence.end))
    spans = [
        Span(place.start, place.end, number, kind)
        for number, (kind, record) in enumerate(records[:RECORDS_MAX], start=1)
        for place in _places(record)
    ]
    return Page(
        "article.html",
        text.title or words("article.untitled"),
        {
            "stored": stored,
            "article": text,
            "blocks": blocks(text.body, text.paragraphs, spans),
            "records": [
                _card(number, *pair, stored.url, words) for number, pair in enumerate(records[:RECORDS_MAX], 1)
            ],
            "cut": len(text.body) > TEXT_MAX,
            "shown": TEXT_MAX,
            "cut_records": max(0, len(records) - RECORDS_MAX),
            "live": live_link(stored.url),
            "bodies": shown,
            "laws": cited,
            "versions": _versions(book, int(address.key)),
        },
    )


def _versions(book: Book, number: int) -> list[Row]:
    """The versions of an article, the newest first, each with what it changed; none where there is only one."""
    found = pages.versions(book.db, number, VERSIONS_MAX)
    if len(found) < 2:
        return []
    texts = ["\n".join(filter(None, (row["title"], row["summary"], row["body"]))) for row in found]
    older = [*texts[1:], None]
    return [
        {**row, "changes": None if before is None else changes(before, text), "first": row["version"] == 1}
        for row, text, before in zip(found, texts, older, strict=True)
    ]


def marked(text: str, terms: Sequence[Term]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it has the words of a term in a row."""
    words = [(found.start(), found.end(), found[0].lower()) for found in _WORD.finditer(text)]
    hit = [False] * len(words)
    for term in terms:
        for first in range(len(words) - len(term.words) + 1):
            if all(_fits(words[first + at][2], term, at) for at in range(len(term.words))):
                hit[first : first + len(term.words)] = [True] * len(term.words)
    pieces, last = [], 0
    for (start, end, _), is_hit in zip(words, hit, strict=True):
        if is_hit:
            pieces += [(text[last:start], False), (text[start:end], True)]
            last = end
    return [piece for piece in (*pieces, (text[last:], False)) if piece[0]]


def _fits(word: str, term: Term, at: int) -> bool:
    wanted = term.words[at]
    if term.prefix and at == len(term.words) - 1:
        return _folded(word).startswith(_folded(wanted))
    return spelling(word) == spelling(wanted) if term.accents else _folded(word) == _folded(wanted)


_folded = lru_cache(50_000)(fold)


def _records(found: Extraction) -> Iterable[tuple[str, Record]]:
    groups: tuple[tuple[str, tuple[Record, ...]], ...] = (
        ("index", found.indices),
        ("official", found.officials),
        ("directive", found.directives),
        ("legal", found.legal_refs),
    )
    return ((kind, record) for kind, records in groups for record in records)


def _places(record: Record) -> Iterable[Any]:
    """Where a record's words stand: its evidence, and of a person all mentions outside it."""
    yield record.evidence
    if isinstance(record, Official):
        own = record.evidence
        yield from (each for each in record.mentions if each.end <= own.start or each.start >= own.end)


def _card(number: int, kind: str, record: Record, url: str, words: Words) -> Row:
    fields = [
        (name, _shown(name, getattr(record, name), words))
        for name in _FIELDS[kind]
        if getattr(record, name) not in (None, (), "") and getattr(record, name) != _DULL.get(name)
    ]
    return {
        "number": number,
        "kind": kind,
        "heading": _heading(record, words),
        "fields": fields,
        "record": record,
        "live": live_link(url, record.evidence.text),
    }


def _heading(record: Record, words: Words) -> str:
    if isinstance(record, IndexResult):
        rank = f"#{record.rank}" if record.rank else ""
        what = record.component or words.code("index", record.index)
        parts = (what, record.subject, record.year, words.number(record.score), rank)
        return " · ".join(str(part) for part in parts if part)
    if isinstance(record, Official):
        return record.name or "; ".join(record.titles)
    if isinstance(record, Directive):
        return record.action
    if isinstance(record, LegalRef):
        return record.number or record.title or record.kind
    return type(record).__name__


def _shown(name: str, value: Any, words: Words) -> str:
    if isinstance(value, tuple):
        return "; ".join(words.code(name, part) if name in _CODED else str(part) for part in value)
    if name in _CODED:
        return words.code(name, value)
    if isinstance(value, float):
        return words.number(value)
    if name in ("deadline", "issued_on"):
        return words.day(value)
    return str(value)


def search(book: Book, _address: Address, words: Words, *, query: str = "") -> Page:
    """Articles with the words of ``query``; in the files the browser searches, so that nothing is found here."""
    found: list[Row] = []
    refused, counted = None, ""
    shown: tuple[list[Row], list[Row]] = ([], [])
    if query.strip() and book.live:
        try:
            shown = bodies.named(book.db, query, NAMED_MAX)
            seen = dataset.search(book.db, query, limit=RESULTS_MAX)
            counted = _counted(seen, words)
            found = [row | {"pieces": marked(row["excerpt"], seen.terms)} for row in book.with_articles(seen.rows)]
        except InputError as error:
            refused = str(error)
    return Page(
        "search.html",
        words("search.title"),
        {"query": query, "found": found, "refused": refused, "counted": counted, "named": shown},
    )


def _counted(found: Found, words: Words) -> str:
    """How many articles are shown of how many, as far as they were counted."""
    shown = len(found.rows)
    if found.most == shown:
        return words("search.found", count=shown) if shown else words("search.none")
    if found.most is None:
        return words("search.of_more", shown=shown, count=found.least - 1)
    key = "search.of" if found.most == found.least else "search.of_at_most"
    return words(key, shown=shown, count=found.most)

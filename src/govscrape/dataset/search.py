"""Full-text search that knows Vietnamese.

A word without accents finds every spelling ("da nang": Đà Nẵng); a word with accents finds that spelling only. Words in
quotes stand in a row, there accents count for all as soon as one has some; "*" ends the beginning of a word. Case, NFD
and the place of the tone mark (hoà, hòa) never matter. All words must be in the article; those that have them in a row
come first. A province's short form ("tphcm") finds its name. Where a query fits more than CANDIDATES articles, the best
of the newest so many are given.
"""

import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govscrape.dataset.names import plain, province_spellings
from govscrape.errors import InputError
from govscrape.store import Database, explained, open_readonly
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

Row = dict[str, Any]

FOUND = ("title", "excerpt", "province", "published_at", "portal", "score", "url")
WORDS_MAX = 16
QUERY_MAX = 400
CANDIDATES = 5000
READ_MAX = 200_000  # characters of a text that are looked at for a phrase's accents, and for what to show
LIMIT_MAX = 1000
SECONDS_MAX = 10.0

_TEXT = """
    SELECT title, summary, body, province, published_at, portal, url FROM current_articles WHERE version_id = ?
"""
_PART = re.compile(r'"([^"]*)"(\*?)|(\w+)(\*?)')
_WORD = re.compile(r"\w+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MOVABLE = re.compile(rf"(.*)(o)([{_TONES}]?)([ae])([{_TONES}]?)|(.*)(u)([{_TONES}]?)(y)([{_TONES}]?)")
_AROUND = 70


@dataclass(frozen=True)
class Term:
    """Words that stand in a row. ``accents``: they are meant as spelled; ``prefix``: the last may go on."""

    words: tuple[str, ...]
    accents: bool
    prefix: bool

    def match(self) -> str:
        """The term in FTS5's language; only words and our own signs get in."""
        return f'"{" ".join(map(fold, self.words))}"{"*" if self.prefix else ""}'

    def word_matches(self) -> list[str]:
        """The same for each word as spelled, with its tone mark in either place."""
        stars = [""] * (len(self.words) - 1) + ["*" if self.prefix else ""]
        return [
            "(" + " OR ".join(f'"{way}"{star}' for way in _spellings(word)) + ")"
            for word, star in zip(self.words, stars, strict=True)
        ]

    def pattern(self) -> re.Pattern[str]:
        """Finds the term in a text in small letters; folded unless accents count."""
        words = ["|".join(map(re.escape, _spellings(word) if self.accents else [fold(word)])) for word in self.words]
        gap, end = r")\W+(?:", "" if self.prefix else r"(?!\w)"
        return re.compile(rf"(?<!\w)(?:{gap.join(words)}){end}")

    def stands_in(self, row: Row) -> bool:
        """Whether the words stand in a row, with their accents, in title, summary or body, as far as these are read."""
        pattern = self.pattern()
        texts = [row[name] or "" for name in ("title", "summary", "body")]
        if any(pattern.search(normalise(text[:READ_MAX]).text.lower()) for text in texts):
            return True
        return any(len(text) > READ_MAX for text in texts)


def parse_query(text: str) -> tuple[Term, ...]:
    """What a user typed, as terms. Raises InputError when there is no word in it, or too many."""
    if len(text) > QUERY_MAX:
        raise InputError(f"a query of {len(text)} characters; at most {QUERY_MAX} are taken")
    terms = tuple(_terms(normalise(text).text.lower()))
    if not terms:
        raise InputError(f"nothing to look for in {text!r}")
    if sum(len(term.words) for term in terms) > WORDS_MAX:
        raise InputError(f"too many words in {text[:60]!r}; at most {WORDS_MAX}")
    return terms


def search(path: str | Path, text: str, *, province: Sequence[str] = (), limit: int = 20) -> list[Row]:
    """The visible articles with all terms, best first, each with the words around the first one found.

    ``province`` is the articles' province as stored; ``limit`` is cut at LIMIT_MAX. Raises InputError on an empty or
    too long query StoreError on an unusable database and when SQLite takes longer than
    SECONDS_MAX.
    """
    terms = parse_query(text)
    file = Path(path)
    most = min(limit, LIMIT_MAX)
    db = open_readonly(file)
    try:
        with explained(file):
            _limit_time(db)
            rows = [_row(row, (_in_a_row(terms), *terms)) for row in _found(db, terms, province, most)]
            name = _full_name(text)
            rows += [_row(row, name) for row in _found(db, name, province, most)] if name else []
    finally:
        db.close()
    return list({row["url"]: row for row in reversed(rows)}.values())[::-1][:most]


def excerpt(text: str, terms: Sequence[Term]) -> str:
    """The part of a text around the first place where a term stands, by its first READ_MAX characters, or its start."""
    shown = normalise(text[:READ_MAX])
    for term in terms:
        spelled = shown.text.lower() if term.accents else fold(shown.text)
        found = term.pattern().search(spelled)
        if found and len(spelled) == len(shown.text):
            return _window(text, *shown.to_source(found.start(), found.end()))
    return _window(text, 0, 0)


def _terms(text: str) -> Iterator[Term]:
    for phrase, phrase_star, word, word_star in _PART.findall(text):
        words = tuple(_WORD.findall(phrase or word))
        if words:
            accented = any(_is_accented(each) for each in words)
            yield Term(words, accented, bool(phrase_star or word_star))


def _is_accented(word: str) -> bool:
    return fold(word) != word


def _spellings(word: str) -> list[str]:
    """A word with its tone mark in both places where both are in use: hoà and hòa."""
    split = unicodedata.normalize("NFD", word)
    found = _MOVABLE.fullmatch(split)
    if not found:
        return [word]
    head, first, tone_1, second, tone_2 = found.group(1, 2, 3, 4, 5) if found[2] else found.group(6, 7, 8, 9, 10)
    tone = tone_1 or tone_2
    both = (head + first + tone + second, head + first + second + tone)
    return list(dict.fromkeys(unicodedata.normalize("NFC", spelled) for spelled in (split, *both)))


def _match(terms: Sequence[Term]) -> str:
    """All terms, and better when they stand in a row."""
    query = " AND ".join(term.match() for term in terms)
    return f"({query}) OR {_in_a_row(terms).match()}" if len(terms) > 1 else query


def _in_a_row(terms: Sequence[Term]) -> Term:
    words = tuple(word for term in terms for word in term.words)
    return Term(words, accents=any(term.accents for term in terms), prefix=terms[-1].prefix)


def _full_name(text: str) -> tuple[Term, ...]:
    """The name of the province for which a whole query is another spelling ("tphcm"), with accents if it has some."""
    names = province_spellings().exact(text)
    accents = _is_accented(normalise(text).text.lower())
    if len(names) != 1 or (not accents and plain(text) in map(plain, names)):
        return ()
    return tuple(Term(tuple(_WORD.findall(name.lower())), accents, prefix=False) for name in names)


def _found(db: Database, terms: Sequence[Term], province: Sequence[str], limit: int) -> list[Row]:
    """The best of the CANDIDATES newest articles that have all terms."""
    accented = [word for term in terms if term.accents for word in term.word_matches()]
    # The sign keeps SQLite from asking for one row at a time.
    spelled = "AND +s.rowid IN (SELECT rowid FROM accent_search WHERE accent_search MATCH ?)" if accented else ""
    placed = f"AND x.province IN ({', '.join('?' * len(province))})" if province else ""
    sql = f"""
        SELECT rowid, score FROM (
          SELECT s.rowid, bm25(article_search, 8.0, 3.0, 1.0) AS score
          FROM article_search AS s JOIN articles AS x ON x.current_version_id = s.rowid
          WHERE article_search MATCH ? {spelled} {placed} ORDER BY s.rowid DESC LIMIT {CANDIDATES}
        ) ORDER BY score, rowid DESC
    """  # noqa: S608 (every value is bound)
    values = [_match(terms), *([" AND ".join(accented)] if accented else []), *province]
    # Two words of an article may have the accents asked for and stand in a row, but not both at one place.
    phrases = [term for term in terms if term.accents and len(term.words) > 1]
    rows: list[Row] = []
    for version_id, score in db.conn.execute(sql, values):
        row = {**next(db.query(_TEXT, (version_id,))), "score": score}
        if all(term.stands_in(row) for term in phrases):
            rows.append(row)
        if len(rows) == limit:
            break
    return rows


def _limit_time(db: Database) -> None:
    end = time.monotonic() + SECONDS_MAX
    db.conn.set_progress_handler(lambda: time.monotonic() > end, 10_000)


def _row(found: Row, terms: Sequence[Term]) -> Row:
    text = "\n".join(filter(None, (found["summary"], found["body"])))
    row = {name: found.get(name) for name in FOUND}
    return row | {"excerpt": excerpt(text, terms), "score": round(-found["score"], 4)}


def _window(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        first = text.find(" ", first, start) + 1 or first
    if last < len(text):
        last = text.rfind(" ", end, last) if text.rfind(" ", end, last) > end else last
    words = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{words}{' …' if last < len(text) else ''}"

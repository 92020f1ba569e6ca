"""Full-text search that knows Vietnamese.

A word without accents finds every spelling ("da nang": Đà Nẵng); a word with accents finds that spelling only. Words in
quotes stand in a row, there accents count for all as soon as one has some; "*" ends the beginning of a word. Case, NFD
and the place of the tone mark (hoà, hòa) never matter. All words must be in the article. Those that have them in a row
come first, of these those that have them in the title, and of these the newest. A province's short form ("tphcm") and
its kind before its name ("TP Huế") find the name. Where a query fits very many articles, the last stored of them are
looked at until there are CANDIDATES: no query takes longer because more is stored.
"""

import json
import re
import time
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from govscrape.dataset.names import plain, province_spellings
from govscrape.errors import InputError
from govscrape.store import Database, explained, open_readonly
from govscrape.text.fold import fold
from govscrape.text.normalize import nfc, normalise

Row = dict[str, Any]

FOUND = ("title", "excerpt", "province", "published_at", "portal", "found_in", "url")
WORDS_MAX = 16
QUERY_MAX = 400
CANDIDATES = 1000
CANDIDATES_OF_ALL = 10_000  # that are gone through for those of one province
MISSES_MAX = 5000
"""Texts that have a phrase without its accents and its words with theirs, but not both at one place."""
_MISSES_IN_A_ROW = 100  # where the row was not asked for, but would be better
READ_MAX = 200_000  # characters of a text that are looked at for a phrase's accents, and for what to show
LIMIT_MAX = 1000
SECONDS_MAX = 10.0

_SHOWN = ("title", "summary", "body", "province", "published_at", "portal", "url")
_TEXT = f"SELECT {', '.join(_SHOWN)} FROM current_articles WHERE version_id = ?"  # noqa: S608 (our names)
_VISIBLE = """
    SELECT title, current_version_id FROM json_each(?) CROSS JOIN articles ON current_version_id = value
    ORDER BY published_at DESC, current_version_id DESC
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

    def stands_in(self, text: str | None) -> bool:
        """Whether the words stand in a row in a text, as far as this is read."""
        read = nfc((text or "")[:READ_MAX])
        return self.pattern().search(read.lower() if self.accents else fold(read)) is not None

    def stands_in_some(self, row: Row) -> bool:
        """Whether they do in title, summary or body; also when one is too long to be read."""
        texts = [row[name] for name in ("title", "summary", "body")]
        return any(map(self.stands_in, texts)) or any(len(text or "") > READ_MAX for text in texts)


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

    ``province`` is the articles' province as stored; ``limit`` is cut at LIMIT_MAX; ``found_in`` is "title" when all
    terms stand there, else "text". Raises InputError on an empty or too long query, StoreError on an unusable database
    and when SQLite takes longer than SECONDS_MAX.
    """
    terms = parse_query(text)
    file = Path(path)
    most = min(limit, LIMIT_MAX)
    found: dict[int, Row] = {}
    db = open_readonly(file)
    try:
        with explained(file):
            _limit_time(db)
            among = _of_provinces(db, province) if province else None
            for asked, shown, misses in _readings(text, terms):
                best = ((number, row) for number, row in _best(db, asked, among, misses) if number not in found)
                for number, row in islice(best, most - len(found)):
                    found[number] = _row(row, shown)
    finally:
        db.close()
    return list(found.values())


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


def _readings(text: str, terms: tuple[Term, ...]) -> Iterator[tuple[tuple[Term, ...], tuple[Term, ...], int]]:
    """What to look for, the best first, each with what its excerpt should show and how many misses it is worth."""
    shown = (_in_a_row(terms), *terms)
    if len(terms) > 1:
        yield shown[:1], shown, _MISSES_IN_A_ROW
    yield terms, shown, MISSES_MAX
    name = _full_name(text)
    if name:
        yield name, name, MISSES_MAX


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


def _best(db: Database, terms: Sequence[Term], among: Collection[int] | None, misses: int) -> Iterator[tuple[int, Row]]:
    """Articles that have all terms, by the number of their version: those with all in the title, then the newest."""
    phrases = [term for term in terms if term.accents and len(term.words) > 1]
    matching = _matching(db, terms)
    while some := list(islice(matching, CANDIDATES if among is None else CANDIDATES_OF_ALL)):
        wanted = some if among is None else [number for number in some if number in among]
        for found_in, number in _ranked(db, terms, wanted):
            row = dict(zip(_SHOWN, db.conn.execute(_TEXT, (number,)).fetchone(), strict=True))
            if all(term.stands_in_some(row) for term in phrases):
                yield number, {**row, "found_in": found_in}
            elif misses := misses - 1:
                continue
            else:
                return


def _ranked(db: Database, terms: Sequence[Term], numbers: list[int]) -> Iterator[tuple[str, int]]:
    """The visible ones of these versions: those that have all terms in the title, then the others; the newest first."""
    patterns = [term.pattern() for term in terms]
    others = []
    for title, number in db.conn.execute(_VISIBLE, (json.dumps(numbers),)):
        if title and _all_stand_in(title, terms, patterns):
            yield "title", number
        else:
            others.append(number)
    yield from (("text", number) for number in others)


def _all_stand_in(title: str, terms: Sequence[Term], patterns: Sequence[re.Pattern[str]]) -> bool:
    spelled = nfc(title[:READ_MAX]).lower()
    folded = spelled if all(term.accents for term in terms) else fold(spelled)
    pairs = zip(terms, patterns, strict=True)
    return all(pattern.search(spelled if term.accents else folded) for term, pattern in pairs)


def _matching(db: Database, terms: Sequence[Term]) -> Iterator[int]:
    """The versions that have all terms, those stored last first; only as many are looked for as are taken."""
    asked = []
    # What one accented word is found by says already that it is there.
    folded = [term.match() for term in terms if not term.accents or len(term.words) > 1]
    if folded:
        asked.append(("article_search", folded))
    accented = [word for term in terms if term.accents for word in term.word_matches()]
    if accented:
        asked.append(("accent_search", accented))
    found = [_rows_with(db, index, " AND ".join(words)) for index, words in asked]
    return found[0] if len(found) == 1 else _in_both(*found)


def _rows_with(db: Database, index: str, match: str) -> Iterator[int]:
    sql = f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid DESC"  # noqa: S608 (ours)
    return (number for (number,) in db.conn.execute(sql, (match,)))


def _in_both(one: Iterator[int], other: Iterator[int]) -> Iterator[int]:
    """The numbers that two falling rows share."""
    a, b = next(one, None), next(other, None)
    while a is not None and b is not None:
        if a == b:
            yield a
        if a >= b:
            a = next(one, None)
        else:
            b = next(other, None)


def _of_provinces(db: Database, province: Sequence[str]) -> frozenset[int]:
    marks = ", ".join("?" * len(province))
    sql = f"SELECT current_version_id FROM articles WHERE province IN ({marks})"  # noqa: S608 (every value is bound)
    return frozenset(number for (number,) in db.conn.execute(sql, list(province)))


def _limit_time(db: Database) -> None:
    end = time.monotonic() + SECONDS_MAX
    db.conn.set_progress_handler(lambda: time.monotonic() > end, 10_000)


def _row(found: Row, terms: Sequence[Term]) -> Row:
    text = "\n".join(filter(None, (found["summary"], found["body"])))
    return {name: found.get(name) for name in FOUND} | {"excerpt": excerpt(text, terms)}


def _window(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        first = text.find(" ", first, start) + 1 or first
    if last < len(text):
        last = text.rfind(" ", end, last) if text.rfind(" ", end, last) > end else last
    words = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{words}{' …' if last < len(text) else ''}"

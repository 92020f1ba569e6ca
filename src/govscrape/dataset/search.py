"""Full-text search that knows Vietnamese.

A word without accents finds every spelling ("da nang": Đà Nẵng); a word with accents finds that spelling only. Words in
quotes stand in a row, there accents count for all as soon as one has some; "*" ends the beginning of a word. Case, NFD
and the place of the tone mark (hoà, hòa) never matter. All words must be in the article. Those that have them in a row
come first (unless quotes tell what does), then those that have them near each other, then the others; of each those
that have them in the title, and of these the newest.
A province's name is taken as one wherever it stands in a query, in its short form ("tphcm") and
after its kind ("TP Huế") as well: who writes it otherwise is found too. Where a query fits very many articles, the last
stored of them are looked at until there are CANDIDATES: no query takes longer because more is stored.
"""

import json
import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from govscrape.dataset.names import Vocabulary, province_spellings
from govscrape.dataset.terms import NEAR, READ_MAX, Term, excerpt, in_a_row, is_accented, parse_query, stand_near
from govscrape.store import Database, explained, open_readonly
from govscrape.text.fold import fold
from govscrape.text.normalize import nfc

Row = dict[str, Any]

FOUND = ("title", "excerpt", "province", "published_at", "portal", "found_in", "url")
CANDIDATES = 1000
CANDIDATES_OF_ALL = 10_000  # that are gone through for those of one province
MISSES_MAX = 5000
"""Texts that have a phrase without its accents and its words with theirs, but not both at one place."""
_MISSES_OF_BETTER = 100  # where words in a row or near each other were not asked for, but would be better
LIMIT_MAX = 1000
SECONDS_MAX = 10.0

_SHOWN = ("title", "summary", "body", "province", "published_at", "portal", "url")
_TEXTS = ("title", "summary", "body")
_TEXT = f"SELECT {', '.join(_SHOWN)} FROM current_articles WHERE version_id = ?"  # noqa: S608 (our names)
_VISIBLE = """
    SELECT title, current_version_id FROM json_each(?) CROSS JOIN articles ON current_version_id = value
    ORDER BY published_at DESC, current_version_id DESC
"""
_LAST = 2**62
_NAME_MAX = 8  # words of the longest name with its kind
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Found:
    """What a search found: ``rows`` best first, with the columns FOUND; ``terms`` is what was looked for.

    From ``least`` to ``most`` articles have the words; ``most`` is None where no more were counted.
    """

    rows: list[Row]
    least: int
    most: int | None
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class _Reading:
    """One way to take a query; ``better``: nobody asked for it, but what it finds is; ``near``: the terms are close."""

    terms: tuple[Term, ...]
    better: bool = False
    near: bool = False

    @property
    def phrases(self) -> list[Term]:
        """The terms that the index does not know as spelled: texts are looked at for them."""
        return [term for term in self.terms if term.accents and len(term.words) > 1]

    def holds(self, row: Row) -> bool:
        """Whether an article that the index found has the terms as spelled, or is too long to be read for that."""
        texts = [row[name] or "" for name in _TEXTS]
        if any(len(text) > READ_MAX for text in texts):
            return True
        if self.near and any(term.accents for term in self.terms):
            return any(stand_near(text, self.terms) for text in texts)
        return all(any(term.stands_in(text) for text in texts) for term in self.phrases)


def search(path: str | Path, text: str, *, province: Sequence[str] = (), limit: int = 20) -> Found:
    """The visible articles with all terms, best first, each with the words around what it has of them.

    ``province`` is the articles' province as stored; ``limit`` is cut at LIMIT_MAX; ``found_in`` is "title" when all
    terms stand there, else "text". Raises InputError on an empty or too long query, StoreError on an unusable database
    and when SQLite takes longer than SECONDS_MAX.
    """
    terms = parse_query(text)
    file = Path(path)
    db = open_readonly(file)
    try:
        with explained(file):
            _limit_time(db)
            among = _of_provinces(db, province) if province else None
            return _Search(db, among).answer(tuple(_readings(terms)), min(limit, LIMIT_MAX))
    finally:
        db.close()


class _Search:
    """One search: the articles of ``among`` (None: all) that readings find."""

    def __init__(self, db: Database, among: frozenset[int] | None) -> None:
        self._db = db
        self._among = among
        self._at_once = CANDIDATES if among is None else CANDIDATES_OF_ALL
        self._begun: dict[tuple[Term, ...], tuple[list[int], Iterator[int]]] = {}

    def answer(self, readings: Sequence[_Reading], limit: int) -> Found:
        """The best articles, and how many there are."""
        found: dict[int, Row] = {}
        for reading in readings:
            if len(found) < limit:
                best = ((number, row) for number, row in self._best(reading) if number not in found)
                for number, row in islice(best, limit - len(found)):
                    found[number] = _row(row, reading.terms)
        terms = dict.fromkeys(term for reading in readings for term in reading.terms)
        counted = (len(found), len(found)) if len(found) < limit else self._count(readings, found)
        return Found(list(found.values()), *counted, tuple(terms))

    def _count(self, readings: Sequence[_Reading], found: Collection[int]) -> tuple[int, int | None]:
        """How many articles the readings find at least; and at most, if they are no more than are taken at once."""
        sure, perhaps = set(found), set(found)
        for reading in reversed(readings):  # the one that finds most comes last
            if not reading.better:
                first, _ = self._begin(reading.terms)
                seen = {number for _, number in self._visible(first)}
                perhaps |= seen
                sure |= set() if reading.phrases else seen
                if len(first) > self._at_once:
                    return len(sure), None
        return len(sure), len(perhaps)

    def _best(self, reading: _Reading) -> Iterator[tuple[int, Row]]:
        """Articles of a reading, by the number of their version: those with all terms in the title, then the newest."""
        misses = _MISSES_OF_BETTER if reading.better else MISSES_MAX
        matching = self._near(reading.terms) if reading.near else chain(*self._begin(reading.terms))
        while some := list(islice(matching, self._at_once)):
            for found_in, number in self._ranked(reading.terms, some):
                shown = self._db.conn.execute(_TEXT, (number,)).fetchone()
                if shown is None:  # a crawl has stored a newer version since these were found
                    continue
                row = dict(zip(_SHOWN, shown, strict=True))
                if reading.holds(row):
                    yield number, {**row, "found_in": found_in}
                elif misses := misses - 1:
                    continue
                else:
                    return

    def _ranked(self, terms: Sequence[Term], numbers: Iterable[int]) -> Iterator[tuple[str, int]]:
        """The visible ones of these versions: those that have all terms in the title, then the others."""
        visible = self._visible(numbers)
        in_title = _have_all([title for title, _ in visible], terms)
        yield from (("title", number) for (_, number), has in zip(visible, in_title, strict=True) if has)
        yield from (("text", number) for (_, number), has in zip(visible, in_title, strict=True) if not has)

    def _visible(self, numbers: Iterable[int]) -> list[tuple[str | None, int]]:
        """Title and number of the visible ones of these versions, the newest first."""
        wanted = [number for number in numbers if self._among is None or number in self._among]
        return self._db.conn.execute(_VISIBLE, (json.dumps(wanted),)).fetchall()

    def _begin(self, terms: tuple[Term, ...]) -> tuple[list[int], Iterator[int]]:
        """The versions that have all terms, those stored last first: one more than are taken at once, and the rest."""
        if terms not in self._begun:
            matching = self._matching(terms)
            self._begun[terms] = list(islice(matching, self._at_once + 1)), matching
        return self._begun[terms]

    def _matching(self, terms: Sequence[Term]) -> Iterator[int]:
        # What one accented word is found by says already that it is there.
        bare = " AND ".join(term.match() for term in terms if not term.accents or len(term.words) > 1)
        spelled = " AND ".join(word for term in terms if term.accents for word in term.word_matches())
        if not spelled or not bare:
            yield from self._rows_with("article_search", bare) if bare else self._rows_with("accent_search", spelled)
            return
        matching = self._rows_with("article_search", bare)
        while some := list(islice(matching, CANDIDATES)):
            as_spelled = set(self._rows_with("accent_search", spelled, some[-1], some[0]))
            yield from (number for number in some if number in as_spelled)

    def _near(self, terms: Sequence[Term]) -> Iterator[int]:
        """Of the versions that have all terms, whatever their accents, those stored last: where they are near."""
        words = [term.match() for term in terms]
        some = list(islice(self._rows_with("article_search", " AND ".join(words)), self._at_once))
        if not some:
            return iter(())
        return self._rows_with("article_search", f"NEAR({' '.join(words)}, {NEAR})", some[-1], some[0])

    def _rows_with(self, index: str, match: str, first: int = 0, last: int = _LAST) -> Iterator[int]:
        """The versions that an index finds, those stored last first; only as many are looked for as are taken."""
        sql = f"SELECT rowid FROM {index} WHERE {index} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"  # noqa: S608 (ours)
        return chain.from_iterable(self._db.conn.execute(sql, (match, first, last)))


def _readings(terms: tuple[Term, ...]) -> Iterator[_Reading]:
    """What to look for, the best first."""
    named = _with_names(terms)
    row: tuple[Term, ...] = (in_a_row(terms),)
    if len(terms) > 1 and any(len(term.words) > 1 for term in terms):
        row = terms  # quotes have told already what stands in a row
    else:
        yield _Reading(row, better=len(terms) > 1)
    if len(named) > 1:
        yield _Reading(named, better=True, near=True)
    if named not in (terms, row):
        yield _Reading(named)
    if len(terms) > 1:
        yield _Reading(terms)


def _with_names(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms with each spelling of a province among them as its name, with accents if it was typed with some."""
    spellings = province_spellings()
    found: list[Term] = []
    at = 0
    while at < len(terms):
        term, at = _name_at(spellings, terms, at)
        found.append(term)
    return tuple(found)


def _name_at(spellings: Vocabulary, terms: tuple[Term, ...], at: int) -> tuple[Term, int]:
    """The longest name of a province that begins with a term, or the term itself, and where what follows begins."""
    for after in range(min(len(terms), at + _NAME_MAX), at, -1):
        text = " ".join(word for term in terms[at:after] for word in term.words)
        names = spellings.exact(text)
        if len(names) == 1 and not any(term.prefix for term in terms[at:after]):
            name = " ".join(_WORD.findall(next(iter(names)).lower()))
            accents = is_accented(text)
            words = text if not accents and text == fold(name) else name
            return Term(tuple(words.split()), accents, prefix=False), after
    return terms[at], at + 1


def _have_all(titles: Sequence[str | None], terms: Sequence[Term]) -> list[bool]:
    """Of each title whether it has all terms. All are folded at once, which is quicker."""
    lower = nfc("\n".join(" ".join((title or "")[:READ_MAX].split()) for title in titles)).lower()
    folded = lower if all(term.accents for term in terms) else fold(lower)
    asked = [(term.accents, term.pattern) for term in terms]
    lines = zip(lower.split("\n"), folded.split("\n"), strict=True) if titles else ()
    return [all(pattern.search(spelled if accents else bare) for accents, pattern in asked) for spelled, bare in lines]


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

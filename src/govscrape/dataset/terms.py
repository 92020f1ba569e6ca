"""What a user typed into a search as terms, and where these stand in a text."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from govscrape.errors import InputError
from govscrape.text.fold import fold
from govscrape.text.normalize import nfc, normalise

WORDS_MAX = 16
QUERY_MAX = 400
READ_MAX = 200_000
"""Characters of a text that are looked at for a phrase's accents, and for what to show."""
NEAR = 10
"""Terms stand near each other when at most so many words are between the first and the last of them."""

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

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the term in a text in small letters; folded unless accents count."""
        words = ["|".join(map(re.escape, _spellings(word) if self.accents else [fold(word)])) for word in self.words]
        gap, end = r")\W+(?:", "" if self.prefix else r"(?!\w)"
        return re.compile(rf"(?<!\w)(?:{gap.join(words)}){end}")

    def stands_in(self, text: str | None) -> bool:
        """Whether the words stand in a row in a text, as far as this is read."""
        read = nfc((text or "")[:READ_MAX])
        return self.pattern.search(read.lower() if self.accents else fold(read)) is not None


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


def in_a_row(terms: Sequence[Term]) -> Term:
    """All words of the terms as one term."""
    words = tuple(word for term in terms for word in term.words)
    return Term(words, accents=any(term.accents for term in terms), prefix=terms[-1].prefix)


def stand_near(text: str | None, terms: Sequence[Term]) -> bool:
    """Whether all terms stand near each other in a text, as far as this is read."""
    read = nfc((text or "")[:READ_MAX])
    found = _closest(read.lower(), fold(read), terms)
    return found is not None and not found[0]


def excerpt(text: str, terms: Sequence[Term]) -> str:
    """The part of a text that shows most of the terms, by its first READ_MAX characters, or its start.

    Best is one where all their words stand in a row, then one where most terms are near each other.
    """
    shown = normalise(text[:READ_MAX])
    lower, folded = shown.text.lower(), fold(shown.text)
    if not len(lower) == len(folded) == len(shown.text):
        return _window(text, 0, 0)
    found = _closest(lower, folded, (in_a_row(terms),)) or _closest(lower, folded, terms)
    return _window(text, *(shown.to_source(*found[2:]) if found else (0, 0)))


def _closest(lower: str, folded: str, terms: Sequence[Term]) -> tuple[int, int, int, int] | None:
    """Of the parts of a text where terms are near each other the one with most of them, and of these the closest.

    How many terms are not there, how many words are between the first and the last, start and end.
    """
    words = [found.start() for found in _WORD.finditer(folded)] if len(terms) > 1 else []
    places = sorted(
        (bisect_left(words, found.start()), number, found.span())
        for number, term in enumerate(terms)
        for found in term.pattern.finditer(lower if term.accents else folded)
    )
    best: tuple[int, int, int, int] | None = None
    latest: dict[int, tuple[int, int, tuple[int, int]]] = {}
    for place in places:
        latest[place[1]] = place
        near = [each for each in latest.values() if place[0] - each[0] - len(terms[each[1]].words) <= NEAR]
        first = min(near)
        between = max(0, place[0] - first[0] - len(terms[first[1]].words))
        if best is None or (len(terms) - len(near), between) < best[:2]:
            best = len(terms) - len(near), between, first[2][0], max(end for _, _, (_, end) in near)
    return best


def _terms(text: str) -> Iterator[Term]:
    for phrase, phrase_star, word, word_star in _PART.findall(text):
        words = tuple(_WORD.findall(phrase or word))
        if words:
            accented = any(is_accented(each) for each in words)
            yield Term(words, accented, bool(phrase_star or word_star))


def is_accented(word: str) -> bool:
    """Whether it is not its own bare letters."""
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


def _window(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        first = text.find(" ", first, start) + 1 or first
    if last < len(text):
        last = text.rfind(" ", end, last) if text.rfind(" ", end, last) > end else last
    words = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{words}{' …' if last < len(text) else ''}"

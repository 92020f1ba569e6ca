"""What a user may call an index or a province: the rules' names and aliases, and those the database holds."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from govscrape.errors import InputError, RuleError
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

Stamp = tuple[tuple[Path, int, int], ...]

_WORD = re.compile(r"\w+")
_MANY = 12
_MIN_INITIALS = 3  # two letters stand for too many provinces


def plain(text: str) -> str:
    """Folded words with one space between: what is compared when accents, case and punctuation do not matter."""
    return " ".join(_WORD.findall(fold(normalise(text).text).replace("_", " ")))


def contains(text: str | None, wanted: str) -> bool:
    """Whether ``text`` has the words of ``wanted`` in a row; accents count only when ``wanted`` has some."""
    has, words = _compared(text, wanted)
    return words in has


def begins(text: str | None, wanted: str) -> bool:
    """Whether ``text`` begins with the words of ``wanted``; accents as in ``contains``."""
    has, words = _compared(text, wanted)
    return has.startswith(words)


def _compared(text: str | None, wanted: str) -> tuple[str, str]:
    """Both as they are compared, with blanks around; nothing is in a text that is None."""
    spelled = plain if plain(wanted) == _lower(wanted) else _lower
    return "" if text is None else f" {spelled(text)} ", f" {spelled(wanted)} "


class Vocabulary:
    """Canonical names and all their spellings. ``what`` is the word for one of them in errors."""

    def __init__(self, what: str, spellings: Mapping[str, Iterable[str]], *, glue: str = " ") -> None:
        self.what = what
        self.names = list(spellings)
        self._glue = glue
        self._by_key: dict[str, set[str]] = {}
        self._written: dict[str, set[str]] = {}
        self._spellings: dict[str, set[str]] = {}
        for name, variants in spellings.items():
            for variant in (name, *variants):
                self._by_key.setdefault(self._key(variant), set()).add(name)
                self._written.setdefault(name, set()).add(_lower(variant))
                self._spellings.setdefault(name, set()).add(f" {plain(variant)} ")
        self._by_key.pop("", None)

    def find(self, text: str) -> set[str]:
        """The names that ``text`` may mean; empty when none."""
        key = self._key(text)
        if key in self._by_key:
            return self._by_key[key]
        return {name for name in self.names if _ends_with_name(plain(text).split(), plain(name).split())}

    def exact(self, text: str) -> set[str]:
        """The names of which ``text`` is a spelling, and nothing more; accents count when it has some."""
        names = self._by_key.get(self._key(text), set())
        if plain(text) == _lower(text):
            return set(names)
        return {name for name in names if _lower(text) in self._written[name]}

    def resolve(self, text: str) -> set[str]:
        """As ``find``, or the one name that has a spelling with these words in it ("chuyen doi so").

        Raises InputError with the nearest spellings when there is none.
        """
        found = self.find(text)
        if found:
            return found
        parts = self._with_words(text)
        if len(parts) == 1:
            return parts
        if parts:
            raise InputError(f"{self.what} {text!r} may be {', '.join(sorted(parts)[:_MANY])}; say which")
        near = process.extract(self._key(text), list(self._by_key), scorer=fuzz.WRatio, limit=3, score_cutoff=70)
        hints = list(dict.fromkeys(name for key, _, _ in near for name in sorted(self._by_key[key])))
        if hints:
            raise InputError(f"unknown {self.what} {text!r}; did you mean {' or '.join(hints[:3])}?")
        known = ", ".join(sorted(self.names)[:_MANY]) or "none yet"
        raise InputError(f"unknown {self.what} {text!r}; known: {known}")

    def _with_words(self, text: str) -> set[str]:
        words = f" {plain(text)} "
        if not words.strip():
            return set()
        return {name for name, spellings in self._spellings.items() if any(words in each for each in spellings)}

    def _key(self, text: str) -> str:
        return plain(text).replace(" ", self._glue)


def index_vocabulary(stored: Mapping[str, Iterable[str]]) -> Vocabulary:
    """Index codes with the rules' names and aliases; ``stored`` adds codes and wordings of the database."""
    named = frozenset((code, frozenset(texts)) for code, texts in stored.items())
    return _index_vocabulary(_stamp("indices", "*.yaml"), named)


@lru_cache(8)
def _index_vocabulary(stamp: Stamp, stored: frozenset[tuple[str, frozenset[str]]]) -> Vocabulary:
    spellings: dict[str, set[str]] = {code: set(texts) for code, texts in sorted(stored, key=lambda one: one[0])}
    for index in _read_indices(stamp):
        spellings.setdefault(str(index["code"]), set()).update(
            str(text) for text in (*index.get("name", {}).values(), *index.get("aliases", ())) if text
        )
    return Vocabulary("index", spellings, glue="")


def index_titles() -> dict[str, dict[str, str]]:
    """Of each index of the rules its full name in Vietnamese (``vi``) and English (``en``) and its ``publisher``.

    The parts of an index have an entry of their own with the Vietnamese name.
    """
    found: dict[str, dict[str, str]] = {}
    for index in _rule_indices():
        about = {**index.get("name", {}), "publisher": index.get("publisher")}
        found[str(index["code"])] = {name: str(text) for name, text in about.items() if text}
        found.update((str(part["code"]), {"vi": str(part["name"])}) for part in index.get("components") or ())
    return found


def province_vocabulary(stored: Iterable[str]) -> Vocabulary:
    """Provinces of the rules' gazetteer with their aliases, and names that only the database has."""
    return _province_vocabulary(_stamp("gazetteer", "province*.csv"), frozenset(stored))


@lru_cache(16)
def _province_vocabulary(stamp: Stamp, stored: frozenset[str]) -> Vocabulary:
    spellings = {row["name"]: set((row.get("aliases") or "").split("|")) for row in _read_rows(stamp)}
    known = Vocabulary("province", spellings)
    for name in sorted(stored):
        if not known.find(name):
            spellings[name] = set()
    return Vocabulary("province", spellings)


def province_spellings() -> Vocabulary:
    """As ``province_vocabulary``, with the kind of unit before the name, in full or short, as more spellings."""
    return _province_spellings(_stamp("gazetteer", "province*.csv"), _stamp("pages", "unit_kinds.csv"))


@lru_cache(2)
def _province_spellings(stamp: Stamp, kinds: Stamp) -> Vocabulary:
    return Vocabulary("province", {row["name"]: set(_spelled(row, kinds)) for row in _read_rows(stamp)})


def _spelled(row: Mapping[str, str], kinds: Stamp) -> Iterator[str]:
    """The aliases of a province, and its name after what it is, or was: "thành phố", "TP"."""
    yield from filter(None, (row.get("aliases") or "").split("|"))
    for kind in {row.get("kind_63"), row.get("kind_34")} - {"", None}:
        shorts = [other["short"] for other in _read_rows(kinds) if other["kind"] == kind]
        yield from (f"{before} {row['name']}" for before in (kind, *shorts))


def place_names() -> dict[str, str]:
    """Provinces by their spellings in small letters, with accents as written and without; none that means two."""
    spellings = province_spellings()
    kinds = _stamp("pages", "unit_kinds.csv")
    found: dict[str, str] = {}
    for row in _gazetteer("province"):
        for alias in (row["name"], *_spelled(row, kinds)):
            for spelled in {plain(alias), _lower(alias)}:
                names = spellings.exact(spelled)
                if len(names) == 1:
                    found[spelled] = next(iter(names))
    return dict(sorted(found.items()))


def named_places(vocabulary: Vocabulary, wanted: Iterable[str]) -> set[str]:
    """The provinces a user means. Raises InputError on an unknown one."""
    return set().union(*(vocabulary.resolve(text) for text in wanted))


def _lower(text: str) -> str:
    return " ".join(_WORD.findall(normalise(text).text.lower().replace("_", " ")))


def _ends_with_name(words: list[str], name: list[str]) -> bool:
    """Whether the words end with the name ("tinh gia lai") or its initials ("tp hcm"), after a kind of place."""
    if not name or not words:
        return False
    initials = "".join(word[0] for word in name)
    return words[-len(name) :] == name or (len(initials) >= _MIN_INITIALS and words[-1] == initials)


def _stamp(folder: str, pattern: str) -> Stamp:
    """Which files there are and since when, so that what was read from them is read again only when they change."""
    try:
        files = sorted((rules_dir() / folder).glob(pattern))
        return tuple((file, (status := file.stat()).st_mtime_ns, status.st_size) for file in files)
    except (RuleError, OSError):
        return ()


def _rule_indices() -> list[Mapping[str, Any]]:
    return _read_indices(_stamp("indices", "*.yaml"))


@lru_cache(2)
def _read_indices(stamp: Stamp) -> list[Mapping[str, Any]]:
    # A broken rule file is for `govscrape rules check` to tell; stored records can be read without it.
    try:
        contents = [read_yaml(file) for file, _, _ in stamp]
    except RuleError:
        return []
    indices = [content.get("index") for content in contents if isinstance(content, dict)]
    return [index for index in indices if isinstance(index, dict) and index.get("code")]


def _gazetteer(kind: str) -> list[dict[str, str]]:
    return _read_rows(_stamp("gazetteer", f"{kind}*.csv"))


@lru_cache(4)
def _read_rows(stamp: Stamp) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for file, _, _ in stamp:
        with file.open(encoding="utf-8", newline="") as lines:
            rows.extend(row for row in csv.DictReader(lines) if any(row.values()))
    return rows

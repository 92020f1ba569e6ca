"""The index with which the static edition searches in the browser, by the rules of ``dataset.search``.

``words/<letters>.js`` holds, for each folded word that begins with two letters, its spellings (the letters, then the
tone: both places of a tone mark are one spelling), and for each spelling where it stands: article, then places in
it, as differences. A word that stands in very many places has a file of its own, ``words/<letters>-<number>.js``, so
that no other word's readers load it; ``index.js`` names those. Articles are numbered from the newest on;
``texts/<n>.js`` has what is shown of them, and their texts for the excerpts, ``names.js`` the names of bodies and
documents. Files are scripts because a page that was opened from a disk may not read others.

Places are written out every BATCH articles and put together letter by letter: the memory does not grow with the
database, but with its commonest two letters.
"""

import json
import re
import tempfile
import unicodedata
from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from govscrape.dataset.names import place_names
from govscrape.dataset.pages import reading
from govscrape.explore.laws import name_of
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

TEXTS_A_FILE = 50
TEXT_MAX = 200_000
BATCH = 2000
OWN_FILE = 50_000
"""Numbers from which on a word has a file of its own."""
FIELDS = ("title", "summary", "body")
GAP = 100
"""Places left free between two fields, so that no phrase reaches over."""
TITLE_END = 1000
"""A title's words have the places below this one: search.js gives them more weight."""

_WORD = re.compile(r"\w+")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_SAFE = re.compile(r"[a-z0-9]{1,2}")
Postings = dict[str, dict[str, list[int]]]
Merged = dict[str, dict[str, tuple[list[int], "array[int]"]]]
"""Word, spelling; the last article, and all that was packed."""


@lru_cache(100_000)
def spelling(word: str) -> str:
    """What tells a word's spelling from others with the same letters, wherever its tone mark stands."""
    split = unicodedata.normalize("NFD", word)
    tones = "".join(char for char in split if ord(char) in _TONES)
    return unicodedata.normalize("NFC", split.translate(_TONES)) + "".join(f"{ord(tone):x}" for tone in tones)


def shard(word: str) -> str:
    """The file of a folded word: its first two letters, "other" when they are not plain ones."""
    found = _SAFE.match(word)
    return found[0] if found and (len(found[0]) == 2 or len(word) == 1) else "other"


def write_index(db: Path, folder: Path) -> None:
    """Writes the index of all articles of a database."""
    (folder / "words").mkdir(parents=True)
    (folder / "texts").mkdir()
    own: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=folder) as made:
        spilled = Path(made)
        _read(db, folder, spilled)
        names = sorted(path.name for path in spilled.iterdir())
        for name in names:
            words = _merged(spilled / name)
            large = sorted(word for word, found in words.items() if _size(found) >= OWN_FILE)
            own |= {word: f"{name}-{number}" for number, word in enumerate(large)}
            for word in large:
                _write_words(folder, own[word], {word: words.pop(word)})
            _write_words(folder, name, words)
    _write(folder / "names.js", "names", _names(db))
    index = {"shards": names, "own": own, "texts": TEXTS_A_FILE, "names": place_names()}
    _write(folder / "index.js", "index", index)


def _names(db: Path) -> list[list[Any]]:
    """Bodies and documents: kind of page, key, name, what stands beside it, and all spellings."""
    with reading(db) as opened:
        spelled: dict[str, list[str]] = {}
        sql = """
            SELECT o."key", n.name FROM organisations AS o JOIN organisation_names AS n ON n.organisation_id = o.id
        """
        for key, name in opened.conn.execute(sql):
            spelled.setdefault(key, []).append(name)
        bodies = opened.conn.execute(
            'SELECT "key", name, name_en, province FROM organisations ORDER BY articles DESC, "key"'
        )
        found = [
            ["organisation", key, name, place or "", [text for text in (name, english, *spelled.get(key, ())) if text]]
            for key, name, english, place in bodies
        ]
        laws = opened.query('SELECT * FROM legal_documents ORDER BY articles DESC, "key"')
        found += [
            [
                "document",
                law["key"],
                name_of(law),
                law["issuer"] or "",
                [text for text in (name_of(law), law["title"]) if text],
            ]
            for law in laws
        ]
        return found


def _read(db: Path, folder: Path, spilled: Path) -> None:
    """Goes through the articles: writes the files of their texts, and the places of their words below ``spilled``."""
    shards: dict[str, Postings] = {}
    texts: list[list[Any]] = []
    number = -1
    for number, row in enumerate(_articles(db)):
        text = "\n".join(row[name] for name in FIELDS[1:] if row[name])[:TEXT_MAX]
        texts.append([row["id"], row["title"], row["province"], (row["published_at"] or "")[:10], text])
        _count(shards, number, row)
        if len(texts) == TEXTS_A_FILE:
            _write_texts(folder, number // TEXTS_A_FILE, texts)
            texts = []
        if number % BATCH == BATCH - 1:
            _spill(shards, spilled)
    if texts:
        _write_texts(folder, number // TEXTS_A_FILE, texts)
    _spill(shards, spilled)


def _spill(shards: dict[str, Postings], spilled: Path) -> None:
    for name, words in shards.items():
        with (spilled / name).open("a", encoding="utf-8", newline="\n") as lines:
            lines.write(json.dumps(words, ensure_ascii=False, separators=(",", ":")) + "\n")
    shards.clear()


def _merged(path: Path) -> Merged:
    """What was spilled of some letters, each list again one: article (as a difference), how many places, places."""
    found: Merged = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            for word, spellings in json.loads(line).items():
                for key, packed in spellings.items():
                    _append(*found.setdefault(word, {}).setdefault(key, ([0], array("i"))), packed)
    return found


def _append(last: list[int], kept: "array[int]", packed: list[int]) -> None:
    at = 0
    while at < len(packed):
        end = at + 2 + packed[at + 1]
        kept.append(packed[at] - last[0])
        last[0] = packed[at]
        kept.extend(packed[at + 1 : end])
        at = end


def _size(spellings: Mapping[str, tuple[list[int], "array[int]"]]) -> int:
    return sum(len(kept) for _, kept in spellings.values())


def _write_words(folder: Path, name: str, words: Merged) -> None:
    packed = {
        word: {key: kept.tolist() for key, (_, kept) in sorted(spellings.items())}
        for word, spellings in sorted(words.items())
    }
    _write(folder / "words" / f"{name}.js", name, packed)


def _write_texts(folder: Path, number: int, texts: list[list[Any]]) -> None:
    _write(folder / "texts" / f"{number}.js", f"text {number}", texts)


def _articles(db: Path) -> Iterator[dict[str, Any]]:
    sql = """
        SELECT a.id, v.title, v.summary, v.body, a.province, v.published_at FROM articles AS a
        JOIN article_versions AS v ON v.id = a.current_version_id ORDER BY v.published_at DESC, a.id
    """
    with reading(db) as opened:
        yield from opened.query(sql)


def _count(shards: dict[str, Postings], number: int, row: dict[str, Any]) -> None:
    places: dict[str, list[int]] = {}
    place = 0
    for name in FIELDS:
        text = normalise((row[name] or "")[:TEXT_MAX]).text.lower()
        for word in _WORD.findall(text):
            places.setdefault(word, []).append(place)
            place += 1
        place = max(place + GAP, TITLE_END)
    spelled: dict[tuple[str, str, str], list[int]] = {}
    for word, found in places.items():
        spelled.setdefault(_filed(word), []).extend(found)
    for (name, folded, key), found in spelled.items():
        packed = shards.setdefault(name, {}).setdefault(folded, {}).setdefault(key, [])
        packed += (number, len(found), *_differences(sorted(found)))


@lru_cache(100_000)
def _filed(word: str) -> tuple[str, str, str]:
    folded = fold(word)
    return shard(folded), folded, spelling(word)


def _differences(places: list[int]) -> Iterator[int]:
    before = 0
    for place in places:
        yield place - before
        before = place


def _write(path: Path, name: object, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    call = f"govscrapeIndex({json.dumps(str(name))},{text});\n"
    path.write_text(call.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"), encoding="utf-8", newline="\n")

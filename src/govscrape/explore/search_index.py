"""The index with which the static edition searches in the browser, by the rules of ``dataset.search``.

``words/<letters>.js`` holds, for each folded word that begins with two letters, its spellings (the letters, then the
tone: both places of a tone mark are one spelling), and for each spelling where it stands: article, then places in
it, as differences. ``articles.js`` names the articles, ``texts/<n>.js`` has their texts for the excerpts, ``names.js``
the names of bodies and documents. Files are scripts because a page that was opened from a disk may not read others.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govscrape.dataset.names import short_forms
from govscrape.dataset.pages import reading
from govscrape.explore.laws import name_of
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

TEXTS_A_FILE = 50
TEXT_MAX = 200_000
FIELDS = ("title", "summary", "body")
GAP = 100
"""Places left free between two fields, so that no phrase reaches over."""
TITLE_END = 1000
"""A title's words have the places below this one: search.js gives them more weight."""

_WORD = re.compile(r"\w+")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_SAFE = re.compile(r"[a-z0-9]{1,2}")
Postings = dict[str, dict[str, dict[int, list[int]]]]


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
    shards: dict[str, Postings] = {}
    articles: list[list[Any]] = []
    texts: list[str] = []
    for number, row in enumerate(_articles(db)):
        articles.append([row["id"], row["title"], row["province"], (row["published_at"] or "")[:10]])
        texts.append("\n".join(row[name] for name in FIELDS[1:] if row[name])[:TEXT_MAX])
        _count(shards, number, row)
        if len(texts) == TEXTS_A_FILE:
            _write_texts(folder, number // TEXTS_A_FILE, texts)
            texts = []
    if texts:
        _write_texts(folder, len(articles) // TEXTS_A_FILE, texts)
    for name, words in sorted(shards.items()):
        _write(folder / "words" / f"{name}.js", name, _packed(words))
    _write(folder / "names.js", "names", _names(db))
    index = {"rows": articles, "shards": sorted(shards), "texts": TEXTS_A_FILE, "names": short_forms()}
    _write(folder / "articles.js", "articles", index)


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


def _write_texts(folder: Path, number: int, texts: list[str]) -> None:
    _write(folder / "texts" / f"{number}.js", f"text {number}", texts)


def _articles(db: Path) -> Iterator[dict[str, Any]]:
    sql = """
        SELECT a.id, v.title, v.summary, v.body, a.province, v.published_at FROM articles AS a
        JOIN article_versions AS v ON v.id = a.current_version_id ORDER BY v.published_at DESC, a.id
    """
    with reading(db) as opened:
        yield from opened.query(sql)


def _count(shards: dict[str, Postings], number: int, row: dict[str, Any]) -> None:
    place = 0
    for name in FIELDS:
        text = normalise((row[name] or "")[:TEXT_MAX]).text.lower()
        for word in _WORD.findall(text):
            folded = fold(word)
            spellings = shards.setdefault(shard(folded), {}).setdefault(folded, {})
            spellings.setdefault(spelling(word), {}).setdefault(number, []).append(place)
            place += 1
        place = max(place + GAP, TITLE_END)


def _packed(words: Postings) -> dict[str, dict[str, list[int]]]:
    """Each list: article (as a difference), number of places, places (as differences)."""
    return {
        word: {key: list(_differences(found)) for key, found in sorted(spellings.items())}
        for word, spellings in sorted(words.items())
    }


def _differences(found: dict[int, list[int]]) -> Iterator[int]:
    last = 0
    for number, places in sorted(found.items()):
        yield number - last
        yield len(places)
        last, before = number, 0
        for place in places:
            yield place - before
            before = place


def _write(path: Path, name: object, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    call = f"govscrapeIndex({json.dumps(str(name))},{text});\n"
    path.write_text(call.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"), encoding="utf-8", newline="\n")

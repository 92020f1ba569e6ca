"""The one door to underthesea: word segmentation and names, with exact offsets.

underthesea gives strings, not offsets, and by default rewrites the place of tone marks: every token is found again in
the text as given. Its models load on first use. Names cost about a hundred times what words do: ask for them only where
a rule needs a second witness.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from govscrape.nlp.base import Entity, Word

KINDS = {"PER": "person", "LOC": "place", "ORG": "organisation"}


class Underthesea:
    """A :class:`~govscrape.nlp.base.Tokenizer` and :class:`~govscrape.nlp.base.NameFinder`.

    ``fixed_words`` are names that must stay one word. Texts must be NFC (ValueError otherwise): offsets into anything
    else would not survive the model's own composing.
    """

    def __init__(self, fixed_words: Sequence[str] = ()) -> None:
        self._fixed_words = list(fixed_words)

    def words(self, text: str) -> list[Word]:
        """The words in text order; together they cover every character that is not white space."""
        from underthesea import word_tokenize

        _must_be_nfc(text)
        if not text.strip():
            return []
        found = word_tokenize(text, use_token_normalize=False, fixed_words=self._fixed_words)
        return [Word(start, end) for start, end in align(text, found)]

    def entities(self, text: str) -> list[Entity]:
        """The names in text order; neighbouring words of one name are joined."""
        from underthesea import ner
        from underthesea.pipeline.word_tokenize import tokenize

        _must_be_nfc(text)
        if not text.strip():
            return []
        spans = align(text, tokenize(text, use_token_normalize=False))
        tagged = _regroup(ner(text), tokenize(text, use_token_normalize=True), spans)
        return list(_entities(tagged))


def _must_be_nfc(text: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("text must be NFC")


def align(text: str, tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Half-open offsets of ``tokens``, which spell out ``text`` in order but for white space.

    A token that ends where the text goes on otherwise is cut to what agrees; what the tokens leave out stands alone.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for token in tokens:
        start = at
        while start < len(text) and text[start].isspace():
            start += 1
        end = _walk(text, start, token)
        if end > start:
            spans.append((start, end))
            at = end
    rest = text[at:]
    if rest.strip():
        spans.append((at + len(rest) - len(rest.lstrip()), at + len(rest.rstrip())))
    return spans


def _walk(text: str, at: int, token: str) -> int:
    """Where ``token`` ends in ``text`` when read from ``at``, white space aside."""
    end = at
    for char in token:
        if char.isspace():
            continue
        here = end
        while here < len(text) and text[here].isspace():
            here += 1
        if here == len(text) or text[here] != char:
            break
        end = here + 1
    return end


def _regroup(
    tagged: Sequence[Sequence[Any]], tokens: Sequence[str], spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, str]]:
    """The tagged words with the offsets of the tokens they are made of; nothing where the two do not agree."""
    if len(tokens) != len(spans):
        return
    at = 0
    for word, *_, tag in tagged:
        first, built = at, ""
        while at < len(tokens) and len(built) < len(word):
            built = f"{built} {tokens[at]}" if built else tokens[at]
            at += 1
        if built != word:
            return
        yield spans[first][0], spans[at - 1][1], tag


def _entities(tagged: Iterator[tuple[int, int, str]]) -> Iterator[Entity]:
    open_name: Entity | None = None
    for start, end, tag in tagged:
        place, _, kind = tag.partition("-")
        kind = KINDS.get(kind, "")
        if place == "I" and open_name is not None and open_name.kind == kind:
            open_name = Entity(open_name.start, end, kind)
            continue
        if open_name is not None:
            yield open_name
        open_name = Entity(start, end, kind) if kind else None
    if open_name is not None:
        yield open_name

"""Tokens of a normalised text: words, numbers and single signs, each with its offsets.

A number keeps the dots and commas between its digits ("82,17", "1.234"); every other sign stands alone, so
"58/63" is three tokens and "61/2018/NĐ-CP" seven. White space is no token.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

_TOKEN = re.compile(r"(\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]|_)")


@dataclass(frozen=True, eq=False)
class Tokens:
    """Parallel lists over the tokens of ``text``: ``spelled`` as they stand, ``words`` lower case.

    ``starts`` and ``ends`` are offsets in code points of ``text``.
    """

    text: str
    spelled: list[str]
    words: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def raw(self, start: int, end: int) -> str:
        """The text from token ``start`` up to but without token ``end``."""
        return self.text[self.starts[start] : self.ends[end - 1]] if end > start else ""


def tokenise(text: str) -> Tokens:
    """The tokens of ``text`` (normalised, see :mod:`govscrape.text.normalize`)."""
    pieces = _TOKEN.split(text)  # what is between tokens and, at the odd places, tokens
    spelled = pieces[1::2]
    offsets = list(accumulate(map(len, pieces)))
    return Tokens(text, spelled, [word.lower() for word in spelled], offsets[:-1:2], offsets[1::2])

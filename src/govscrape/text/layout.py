"""What stands at the edge of lines and sentences: list markers, and the words that the language adds."""

import re
from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["MARKER", "NEUTRAL", "SegmentRules", "after_marker", "trim"]


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """What the language adds: ``abbreviations`` whose dot ends no sentence, and words that a caption begins with.

    Abbreviations are given with or without their last dot and held without it.
    """

    abbreviations: Collection[str] = frozenset()
    caption_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold both in the form that the look-ups want."""
        object.__setattr__(self, "abbreviations", frozenset(word.rstrip(".") for word in self.abbreviations))
        object.__setattr__(self, "caption_words", tuple(self.caption_words))


NEUTRAL = SegmentRules()

# A marker stands at the start of a block, sentence or clause; U+F0B7 and U+F02D are Word's own bullets.
MARKER = re.compile(
    r"[-–—+*•·●○▪■►➢➤✓√\uf0b7\uf02d][ \t\u00a0]*(?=[^\s\d])"
    r"|[•·●○▪■►➢➤✓√\uf0b7\uf02d][ \t\u00a0]+(?=\S)"
    r"|(?:[0-9]{1,2}\.){1,4}[ \t\u00a0]+(?=\S)"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}[ \t\u00a0]+(?=[A-ZĐĂÂÊÔƠƯÀ-Ý])"
    r"|\((?:[0-9]{1,2}|[a-zđ]|[ivx]{1,4})\)[ \t\u00a0]*(?=\S)"
    r"|(?:[0-9]{1,2}|[a-zđ]|[A-Z]|[IVX]{1,4})[.)/][ \t\u00a0]+(?=\S)"
    r"|[0-9]{1,2}[.)](?=[^\W\d_]{2})"
    r"|[0-9]{1,2} ?- ?(?=[^\W\d_a-z])"
)

# What may follow the first letter of a marker: it is alone, or begins a Roman numeral.
_AFTER_LETTERS = frozenset(".)/IVX")
_BLANK = " \t\r\n\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
_BLANK += "\u202f\u205f\u3000\u200b\ufeff\x1c\x1d\x1e\x1f"


def trim(body: str, start: int, end: int) -> tuple[int, int]:
    """``start..end`` without the blank characters at both edges."""
    if start < end and body[start] not in _BLANK and body[end - 1] not in _BLANK:
        return start, end
    text = body[start:end]
    lead = len(text) - len(text.lstrip(_BLANK))
    return start + lead, max(start + lead, start + len(text.rstrip(_BLANK)))


def after_marker(body: str, start: int, end: int, rules: SegmentRules) -> int:
    """Where the text after a list marker at ``start`` begins; ``start`` when there is none or nothing follows it."""
    if body[start : start + 1].isalpha() and body[start + 1 : start + 2] not in _AFTER_LETTERS:
        return start
    match = MARKER.match(body, start, end)
    if match is None or match.end() >= end or match[0].rstrip(_BLANK + ".") in rules.abbreviations:
        return start
    return match.end()

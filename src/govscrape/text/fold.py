"""Text without case and diacritics, one character for one, so that offsets stay."""

import unicodedata

__all__ = ["fold"]


def _table() -> dict[str, str]:
    """Precomposed Latin letters to their bare lower-case letter, đ and its kin to d."""
    table = {"\u03c2": "\u03c3"}  # final sigma
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base != chr(code) and len(base) == 1:
            table[chr(code)] = base
    return table | dict.fromkeys("đĐðÐɖƉ", "d")


_FOLDED = _table()
_ASCII = frozenset(map(chr, range(128)))


def fold(text: str) -> str:
    """``text`` in lower case without diacritics: "Đà Nẵng" becomes "da nang".

    NFC text keeps its length: the one letter whose lower case is longer, İ, becomes "i". Letters of other scripts only
    lose their case; a combining mark that no letter takes up stays.
    """
    if text.isascii():
        return text.lower()
    if "İ" in text:
        text = text.replace("İ", "i")
    text = text.lower()
    for char in set(text) - _ASCII:  # few kinds of letters: twice as fast as translate
        if char in _FOLDED:
            text = text.replace(char, _FOLDED[char])
    return text

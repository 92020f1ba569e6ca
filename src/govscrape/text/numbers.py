"""Numbers as Vietnamese official news prints them: decimal comma, thousands dot, leading zeros, both marks mixed."""

import re
from collections.abc import Mapping
from typing import Literal

__all__ = ["NumberHint", "parse_int", "parse_number"]

NumberHint = Literal["decimal", "thousands"]

_SIGNS = {"": 1, "+": 1, "-": -1, "\u2212": -1, "\u2013": -1}
_NUMBER = re.compile(r"([+\-\u2212\u2013]?)\s?([0-9]{1,15}(?:[.,\u00a0 ][0-9]{1,15})*)")
_DOT_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_COMMA_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
_COMMA_GROUP = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_SPACE_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:[\u00a0 ][0-9]{3})+(?:,[0-9]+)?")
_SIMPLE = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def parse_number(
    text: str, *, hint: NumberHint | None = None, words: Mapping[str, float] | None = None
) -> float | None:
    """The number that the whole of ``text`` spells, or None.

    A comma is the decimal mark. A dot is one too before one, two or more than three digits ("4.36", "0.6077");
    before exactly three it groups thousands ("1.234", "19.536") unless the number starts with 0 or ``hint`` is
    "decimal". "1,234.5" and "1,234,567" are read the English way, "1,234" only when ``hint`` is "thousands".
    ``words`` maps number words in lower case to values.
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        value = words.get(" ".join(text.lower().split())) if words else None
        return None if value is None else float(value)
    plain = _plain(match[2], hint)
    return None if plain is None else _SIGNS[match[1]] * float(plain)


def parse_int(text: str, *, words: Mapping[str, float] | None = None) -> int | None:
    """The whole number that ``text`` spells ("03", "1.204"), or None when it spells none or a fraction."""
    number = parse_number(text, words=words)
    return int(number) if number is not None and number.is_integer() else None


def _plain(digits: str, hint: NumberHint | None) -> str | None:
    """``digits`` in Python's spelling, or None when its marks make no number (a date, a version, a list)."""
    if _SPACE_GROUPS.fullmatch(digits):
        return re.sub("[\u00a0 ]", "", digits).replace(",", ".")
    simple = _SIMPLE.fullmatch(digits) is not None
    if _DOT_GROUPS.fullmatch(digits) and not (simple and hint == "decimal"):
        return digits.replace(".", "").replace(",", ".")
    if _COMMA_GROUPS.fullmatch(digits) or (hint == "thousands" and _COMMA_GROUP.fullmatch(digits)):
        return digits.replace(",", "")
    return digits.replace(",", ".") if simple else None

"""What stands in a cell of a table: a number, a score with its place, changes; and the slots that a number fills."""

from dataclasses import dataclass

from govscrape.extract.document import Document
from govscrape.extract.index_words import IndexWords
from govscrape.text.numbers import parse_number

_HIGHEST_RANK = 200
_SIGNS = {"+": 1, "-": -1, "−": -1, "–": -1, "▲": 1, "▼": -1, "↑": 1, "↓": -1, "↗": 1, "↘": -1}
_CHANGE_JOINS = frozenset(",;/()")
_DASHES = frozenset("-–−")
CHANGES = frozenset({"change", "rank_delta", "score_delta"})
"""Measures of columns that tell changes."""


@dataclass
class Cell:
    """Tokens [start, end) of one cell."""

    start: int
    end: int


class CellReader:
    """Reads the numbers of cells of one document."""

    def __init__(self, document: Document, lists: IndexWords) -> None:
        self.words, self.lattice = document.reading.tokens.words, document.reading.lattice
        self.lists = lists

    def number(self, cell: Cell) -> tuple[str, float, float | None] | None:
        """A cell that is a number: how written ("int", "dec", "of", "signed"), its value, what follows the slash."""
        words = [word for word in self.words[cell.start : cell.end] if word not in self.lists.cell_fillers]
        sign = _SIGNS.get(words[0]) if words else None
        if sign is not None:
            words = words[1:]
        if not words or not words[0][0].isdigit():
            return None
        value = parse_number(words[0])
        if value is None:
            return None
        if len(words) == 3 and words[1] == "/" and words[2][0].isdigit():
            return "of", value, parse_number(words[2])
        if len(words) > 1:
            return None
        if sign is not None:
            return "signed", sign * value, None
        return ("int" if words[0].isdigit() else "dec"), value, None

    def placed(self, cell: Cell, measure: str | None) -> dict[str, float | int | None] | None:
        """The score and what stands beside it: "83,4% (hạng 47/63)", "83,4 (+0,2)"; "83,4 (47)" by its head."""
        words = [word for word in self.words[cell.start : cell.end] if word != ","]
        at = [place for place, word in enumerate(words) if word[0].isdigit() and words[place - 1] != "/"]
        others = {word for word in words if not word[0].isdigit() and word != "/"}
        if len(at) != 2 or not others <= self.lists.cell_fillers.union(self.lists.rank_words, _SIGNS):
            return None
        first, second = (parse_number(words[place]) for place in at)
        sign, before = words[at[1] - 1], words[at[1] - 2]
        if sign in _DASHES and before != "(":
            return None  # "80 - 90", "2021-2025"
        if first is not None and second is not None and sign in _SIGNS:
            return {"score": first, "score_delta": _SIGNS[sign] * second}
        told = next((place for place in at if place and words[place - 1] in self.lists.rank_words), None)
        total = parse_number(words[-2]) if words[-3:-2] == ["/"] else None
        if told is None and (total or measure == "score_rank"):
            told = at[1]
        if told is None or not words[told].isdecimal():
            return None
        score = first if told == at[1] else second
        if score is None:
            return None
        return {"score": score, "rank": int(words[told]), "rank_of": int(total) if total and told == at[1] else None}

    def changed(self, cell: Cell, measure: str | None, *, ranked: bool) -> dict[str, float | int | None] | None:
        """The changes that a cell tells with verbs or signs: "tăng 2,95%, tăng 7 bậc", "+2,95 / -7 bậc", "▲ 7"."""
        slots: dict[str, float | int | None] = {}
        sign, place = 0, cell.start
        while place < cell.end and measure in CHANGES:
            turn, word = self._sign(place), self.words[place]
            value = parse_number(word) if word[0].isdigit() else None
            if turn is None and (value is None or not sign) and not self._fills(place):
                return None
            if turn is None and value is not None:
                behind = self.lattice.at.get(place + 1, {}) if place + 1 < cell.end else {}
                counts = word.isdigit() and "mark" not in behind and (measure == "rank_delta" or ranked)
                places = "place_unit" in behind or counts
                slots["rank_delta" if places else "score_delta"] = sign * (int(value) if places else value)
            sign, place = turn or (sign, place + 1)
        return slots or None

    def _sign(self, place: int) -> tuple[int, int] | None:
        """Which way a verb or sign at ``place`` points, and where it ends."""
        if self.words[place] in _SIGNS:
            return _SIGNS[self.words[place]], place + 1
        for type_, sign in (("up", 1), ("down", -1)):
            found = self.lattice.of(place, type_)
            if found:
                return sign, max(mention.end for mention in found)
        return None

    def _fills(self, place: int) -> bool:
        """Whether a word of a cell only joins changes, or is their unit."""
        word, here = self.words[place], self.lattice.at.get(place, {})
        return word in self.lists.cell_fillers or word in _CHANGE_JOINS or "mark" in here or "place_unit" in here


def slots_of(
    measure: str | None, number: tuple[str, float, float | None], *, ranked: bool
) -> dict[str, float | int | None] | None:
    """The slots that a number fills, or None when it is no figure of an index. ``ranked``: a column tells ranks."""
    kind, value, total = number
    if measure in ("skip", "count", "owner"):
        return None
    if measure == "change":
        places = ranked and value.is_integer()
        return {"rank_delta": int(value)} if places else {"score_delta": value}
    if kind == "of":
        if measure == "score":
            return {"score": value, "score_max": total}
        return (
            {"rank": int(value), "rank_of": int(total or 0)}
            if measure in (None, "rank") and total and value <= total
            else None
        )
    if measure == "rank":
        return {"rank": int(value)} if kind == "int" and 1 <= value <= _HIGHEST_RANK else None
    if measure == "rank_delta":
        return {"rank_delta": int(value)} if value.is_integer() else None
    if measure == "score_delta":
        return {"score_delta": value}
    if measure == "score":
        return {"score": value} if kind in ("int", "dec") else None
    return {"score": value} if measure is None and kind == "dec" else None

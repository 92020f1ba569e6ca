"""Series: as many figures as years, told in one list ("60, 59, 48 … lần lượt trong các năm từ 2018 đến 2020")."""

from bisect import bisect_left
from itertools import pairwise

from govscrape.extract.document import Document, Sentence
from govscrape.extract.index_words import IndexWords
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import Draft
from govscrape.text.numbers import parse_number

_LONGEST = 20


class SeriesReader:
    """Finds the series of a sentence."""

    def __init__(self, document: Document, lists: IndexWords) -> None:
        self.words, self.lattice = document.reading.tokens.words, document.reading.lattice
        self.lists = lists
        self.starts = [m.start for m in document.reading.mentions("number_list")]
        self.runs = {m.start: m for m in document.reading.mentions("number_list")}
        self.spans = document.reading.mentions("year_span", "year_list")

    def read(self, sentence: Sentence, draft: Draft, *, told: bool) -> tuple[list[Draft], list[Mention]]:
        """A statement per year about what ``draft`` is about, and the mentions used. ``told``: it says "lần lượt"."""
        if not self.within(sentence):
            return [], []
        first = bisect_left(self.spans, sentence.start, key=lambda mention: mention.start)
        years = self.spans[first] if first < len(self.spans) and self.spans[first].start < sentence.end else None
        if years is None:
            return [], []
        wanted = self._years(years)
        found: dict[int, Draft] = {}
        used: list[Mention] = []
        for numbers in (self.runs[place] for place in range(sentence.start, sentence.end) if place in self.runs):
            values = self._values(numbers)
            slot = None if numbers.overlaps(years) else self._slot(sentence, numbers, values)
            if slot is None or len(values) != len(wanted) or not (told or len(values) > 2 or self._counted(years)):
                continue
            used.append(numbers)
            for year, value in zip(wanted, values, strict=True):
                single = found.setdefault(year, self._draft(draft, slot, year, numbers, years))
                single.slots[slot] = int(value) if slot == "rank" else value
        return list(found.values()), [*used, years] if used else []

    def _counted(self, years: Mention) -> bool:
        """Whether the years of a list are counted: "hai năm 2023 và 2024"."""
        counts = (m.slots["value"] for m in self.lattice.of(years.start - 1, "count"))
        return years.type == "year_list" and len(self._years(years)) in counts

    def span_of(self, sentence: Sentence) -> Mention | None:
        """The first span of years in ``sentence``."""
        place = bisect_left(self.spans, sentence.start, key=lambda mention: mention.start)
        span = self.spans[place] if place < len(self.spans) else None
        return span if span and span.type == "year_span" and span.start < sentence.end else None

    def totals(self, numbers: Mention) -> list[int | None]:
        """What follows the slash of each number of a list, None where nothing does."""
        found: list[int | None] = []
        for place in range(numbers.start, numbers.end):
            if not self.words[place].isdecimal():
                continue
            if self.words[place - 1] != "/":
                found.append(None)
            elif found:
                found[-1] = int(self.words[place])
        return found

    def of_indices(self, sentence: Sentence, count: int) -> tuple[str, list[float], Mention] | None:
        """A list of ``count`` figures: the slot they fill, their values, and where they stand."""
        for place in range(sentence.start, sentence.end):
            numbers = self.runs.get(place)
            if numbers is None:
                continue
            values = self._values(numbers)
            slot = self._slot(sentence, numbers, values)
            if slot and len(values) == count:
                return slot, values, numbers
        return None

    def run_near(self, start: int, end: int, count: int, sentence: Sentence) -> tuple[str, list[float], Mention] | None:
        """As :meth:`of_indices`, of a list that begins in [start, end); whole numbers before places are of ranks."""
        for place in range(start, min(end, sentence.end)):
            numbers = self.runs.get(place)
            if numbers is None:
                continue
            values = self._values(numbers)
            slot = self._slot(sentence, numbers, values)
            if slot and len(values) == count:
                return slot, values, numbers
        return None

    def within(self, sentence: Sentence) -> bool:
        """Whether a list of numbers stands in ``sentence``."""
        place = bisect_left(self.starts, sentence.start)
        return place < len(self.starts) and self.starts[place] < sentence.end

    def _years(self, mention: Mention) -> list[int]:
        if mention.type == "year_span":
            first, last = mention.slots["first"], mention.slots["last"]
            return list(range(first, last + 1)) if first <= last < first + _LONGEST else []
        return [int(word) for word in self.words[mention.start : mention.end] if word.isdecimal()]

    def _values(self, mention: Mention) -> list[float]:
        """The numbers of a list; what follows a slash is a total."""
        found = []
        for place in range(mention.start, mention.end):
            word = self.words[place]
            value = parse_number(word) if word[0].isdigit() else None
            if value is not None and self.words[place - 1] != "/":
                found.append(value)
        return found

    def _slot(self, sentence: Sentence, numbers: Mention, values: list[float]) -> str | None:
        before = self.words[sentence.start : numbers.end]
        behind = self.words[numbers.end : sentence.end]
        if all(value.is_integer() and 1 <= value <= 100 for value in values) and set(self.lists.rank_words) & {
            *before,
            *behind,
            *self._pairs(before),
        }:
            return "rank"
        return "score" if any(not value.is_integer() for value in values) else None

    def _pairs(self, words: list[str]) -> set[str]:
        return {f"{first} {second}" for first, second in pairwise(words)}

    def _draft(self, draft: Draft, slot: str, year: int, numbers: Mention, years: Mention) -> Draft:
        tokens = [min(numbers.start, years.start), max(numbers.end, years.end)]
        return draft.heir(year=year, tokens=tokens, rule=f"figure.series.{slot}")

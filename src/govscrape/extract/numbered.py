"""Ranks that only the numbers of a list tell: "Bảng xếp hạng: 1. Hải Phòng; 2. Quảng Ninh"."""

from dataclasses import dataclass, field
from itertools import pairwise

from govscrape.extract.document import Document, Passage, Sentence
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import Draft, Named, Subject, Topic
from govscrape.extract.subjects import SubjectReader

_NO_UNIT = frozenset({"home", "skip", "national_average"})
_BEFORE_NUMBER = frozenset(":;,.")
RULE = "figure.rank.numbered"


@dataclass
class _Item:
    """A unit with its number, and the draft that gives its rank."""

    number: int
    draft: Draft
    score: float | None


@dataclass
class NumberedLists:
    """Follows the numbered lists of a document, within a sentence and over paragraphs.

    A list gives ranks when what leads to it speaks of a ranking, its numbers begin with 1 and rise, and its scores, if
    it has any, fall.
    """

    document: Document
    subjects: SubjectReader
    led: bool = False
    items: list[_Item] = field(default_factory=list)

    def enter(self, passage: Passage) -> list[Draft]:
        """The ranks of the list that ended before ``passage``, if one did; notes whether this one leads to another."""
        if passage.kind == "list_item":
            return []
        ended = self.flush()
        self.led = bool(passage.sentences) and self._leads(passage.sentences[-1].start, passage.end)
        return ended

    def flush(self) -> list[Draft]:
        """The ranks of the list over paragraphs that was followed so far."""
        items, self.items = self.items, []
        return _ranked(items) if self.led else []

    def read(
        self, passage: Passage, sentence: Sentence, events: list[Mention], found: list[Draft], topic: Topic
    ) -> list[Draft]:
        """The ranks told by the numbers within ``sentence``; a list item's own number is kept for :meth:`flush`."""
        words = self.document.reading.tokens.words
        units = [e for e in events if e.type == "subject" and e.slots["level"] not in _NO_UNIT]
        if not units or any(e.type == "component" and not any(e.overlaps(u) for u in units) for e in events):
            return []
        first = passage.sentences[0]
        if passage.kind == "list_item" and sentence is first and units[0].start == sentence.start:
            number = next((int(word) for word in words[passage.start : sentence.start] if word.isdecimal()), None)
            if number is not None:
                self.items.append(self._item(number, units[0], found, topic, events))
            return []
        numbered = [(number, e) for e in units if (number := self._number(e, sentence)) is not None]
        if len(numbered) < 2 or not (self._leads(sentence.start, numbered[0][1].start) or self._led_here(sentence)):
            return []
        return _ranked([self._item(number, e, found, topic, events) for number, e in numbered])

    def _led_here(self, sentence: Sentence) -> bool:
        """Whether the paragraph before ends with words that lead to a ranking."""
        passage = self.document.passage_of[sentence.start]
        return self.led and passage is not None and passage.kind == "list_item"

    def _leads(self, start: int, end: int) -> bool:
        lattice = self.document.reading.lattice
        told = lattice.begins("ranking_lead", start, end)
        return bool(told) and not any(
            mention.end <= end for p in range(told[0], end) for mention in lattice.of(p, "last")
        )

    def _number(self, unit: Mention, sentence: Sentence) -> int | None:
        """The list number right before a unit: "(1) A", "1. A", "1) A"."""
        words, place = self.document.reading.tokens.words, unit.start - 1
        if place - 1 < sentence.start or words[place] not in (")", ".") or not words[place - 1].isdigit():
            return None
        before = words[place - 2] if place - 2 >= sentence.start else ":"
        opened = before == "(" if words[place] == ")" else False
        return int(words[place - 1]) if opened or before in _BEFORE_NUMBER else None

    def _item(self, number: int, unit: Mention, found: list[Draft], topic: Topic, events: list[Mention]) -> _Item:
        subject = self.subjects.of(unit)
        told = next((d for d in found if d.subjects and d.subjects[-1].same(subject)), None)
        if told is not None:
            return _Item(number, self._draft(told.index, told.year, subject, number, unit), told.slots.get("score"))
        named = next((e for e in events if e.type == "index" and e.start < unit.start), None)
        index = Named(named.slots["code"], self.document.of(named)) if named else topic.index
        years = [e.slots["year"] for e in events if e.type == "year" and e.start < unit.start]
        return _Item(number, self._draft(index, years[-1] if years else topic.year, subject, number, unit), None)

    def _draft(
        self, index: Named | None, year: int | None, subject: Subject | None, number: int, unit: Mention
    ) -> Draft:
        return Draft(
            index,
            None,
            [subject] if subject else [],
            year,
            slots={"rank": number},
            tokens=[unit.start, unit.end],
            rule=RULE,
        )


def _ranked(items: list[_Item]) -> list[Draft]:
    """The drafts of a list whose numbers are places."""
    numbers = [item.number for item in items]
    scores = [item.score for item in items if item.score is not None]
    rising = numbers[:1] == [1] and all(low < high for low, high in pairwise(numbers))
    falling = all(high >= low for high, low in pairwise(scores))
    return [item.draft for item in items] if len(items) > 1 and rising and falling else []

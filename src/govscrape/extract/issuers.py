"""Who gives an order: the person, office or body that a directive verb has for its subject, resolved inside the article."""

from dataclasses import dataclass

from govscrape.extract.addressees import Units, Words
from govscrape.extract.document import Document
from govscrape.extract.officials import People

_NO_LEVEL = 3
_PARTS = ("honorific", "title", "person", "told", "told_body", "told_honorific")


@dataclass(frozen=True)
class Issuer:
    """A subject at tokens [start, end). ``person`` tells an office or a named holder from a body."""

    start: int
    end: int
    name: str | None
    title: str | None
    person: bool
    level: int


class Subjects:
    """Everyone in the text who could be the subject of an order."""

    def __init__(self, document: Document, people: People, words: Words, units: Units) -> None:
        self.document, self.people, self.at, self.units = document, people, words, units
        self.all = self._find()
        self.by_end = {subject.end: subject for subject in self.all}
        self.by_start = {subject.start: subject for subject in self.all}

    def _find(self) -> list[Issuer]:
        reading = self.document.reading
        parts = [m for m in reading.mentions(*_PARTS) if m.end > m.start]
        out: list[Issuer] = []
        place = -1
        for part in parts:
            if part.start < place:
                continue
            end = self._group_end(part.start)
            issuer = self._issuer(part.start, end)
            if issuer is not None:
                out.append(issuer)
                place = end
        return out

    def _part(self, place: int) -> int | None:
        ends = [end for type_ in _PARTS if (end := self.at.end(type_, place)) is not None]
        return max(ends, default=None)

    def _group_end(self, start: int) -> int:
        """Past honorific, titles and name in any order, joined by nothing, a comma or a dash when a person is among them."""
        words = self.at.words
        end = self._part(start) or start + 1
        named = self._named(start, end)
        while end < len(words):
            after = self._part(end)
            if after is None and words[end] in (",", "-", "–") and end + 1 < len(words):
                follow = self._part(end + 1)
                office = follow is not None and self._office(end + 1)
                name = follow is not None and self.at.end("person", end + 1) is not None
                if (named and office) or (not named and name and words[end] != ","):
                    after = follow
            if after is None or self.document.sentence_of[start] is not self.document.sentence_of[after - 1]:
                break
            named = named or self._named(end, after)
            end = after
        return end

    def _named(self, start: int, end: int) -> bool:
        return any(self.at.end("person", place) is not None for place in range(start, end))

    def _office(self, place: int) -> bool:
        return any(self.at.end(type_, place) is not None for type_ in ("title", "told_office"))

    def _issuer(self, start: int, end: int) -> Issuer | None:
        record = next((self.people.at[place] for place in range(start, end) if place in self.people.at), None)
        office = any(self._office(place) for place in range(start, end))
        if self.at.end("told_plural", start) is not None and record is None:
            return None
        title = self._title(start, end)
        if record is not None:
            official = self.people.records[record]
            title = title or (official.titles[-1] if official.titles else None)
            return Issuer(start, end, official.name, title, True, self.level_of_text(start, end, title))
        if office:
            return Issuer(start, end, None, title or self.document.text(start, end), True, self.level(start, end))
        if self.at.end("told_org", start) is None and self.at.end("told_dept", start) is None and self.at.end("organisation", start) is None:
            return None
        return Issuer(start, end, None, self.document.text(start, end), False, self.level(start, end))

    def _title(self, start: int, end: int) -> str | None:
        """The last office written in the group, without honorific and name."""
        best: tuple[int, int] | None = None
        place = start
        while place < end:
            stops = [stop for type_ in ("title", "told") if (stop := self.at.end(type_, place)) is not None and stop <= end]
            if stops and self._office(place):
                best = (place, max(stops))
                place = best[1]
            else:
                place += 1
        return self.document.text(*best) if best else None

    def level(self, start: int, end: int) -> int:
        """How high the unit or office in [start, end) stands: 1 the centre … 4 communes."""
        for place in range(start, end):
            found = self.at.mention("directive_level", place)
            if found:
                nested = [m for m in self.at.within("directive_level", place + 1, end)]
                office = self.at.end("told_office", place) is not None
                return int((nested[0] if office and nested else found).slots["value"])
        return _NO_LEVEL

    def level_of_text(self, start: int, end: int, title: str | None) -> int:
        """As :meth:`level`; a person named without office counts as one of the province."""
        has_office = any(self._office(place) for place in range(start, end))
        return self.level(start, end) if has_office else 2

    def left_of(self, place: int, floor: int) -> Issuer | None:
        """The subject that stands right before ``place``, adverbs and commas between them apart."""
        words = self.at.words
        while place > floor:
            found = self.by_end.get(place)
            if found is not None and found.start >= floor:
                return found
            pronoun = self.at.start("directive_pronoun", place)
            if pronoun is not None and pronoun >= floor and pronoun == self._opens(pronoun, floor):
                return self.before(pronoun, wide=self.at.end("directive_pronoun", pronoun) == place and place - pronoun > 1)
            between = self.at.start("directive_between", place)
            if between is not None and between >= floor:
                place = between
            elif words[place - 1] in (",", "-", "–", "”", '"') and place - 1 > floor:
                place -= 1
                if self.by_end.get(place) is None and words[place - 1] not in (")",):
                    return None
            else:
                return None
        return None

    def _opens(self, place: int, floor: int) -> int | None:
        """``place`` when a sentence or part of one begins there."""
        if place == floor or self.at.words[place - 1] in (",", ":", '"', "“", "-", "–", ";"):
            return place
        return place if self.at.start("directive_lead", place) is not None else None

    def before(self, place: int, wide: bool = False) -> Issuer | None:
        """The last person before ``place``, named or by office."""
        persons = [subject for subject in self.all if subject.end <= place and subject.person]
        named = [subject for subject in persons if subject.name]
        return (named or persons or [None])[-1]

    def of_sentence(self, place: int, floor: int) -> Issuer | None:
        """The last subject in [floor, place) that stands where a subject may stand."""
        found = [s for s in self.all if floor <= s.start and s.end <= place and self._opens(s.start, floor) is not None]
        persons = [s for s in found if s.person]
        return (persons or found or [None])[-1]

    def body_before(self, place: int) -> Issuer | None:
        """The last body of the province or above named before ``place``: who issued a document told of there."""
        bodies = [s for s in self.all if s.end <= place and s.level <= 2]
        return bodies[-1] if bodies else None

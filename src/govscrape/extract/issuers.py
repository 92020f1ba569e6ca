"""Who gives an order: the person, office or body that is a directive verb's subject, resolved inside the article."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from govscrape.extract.document import Document
from govscrape.extract.offices import People
from govscrape.extract.standing import Words
from govscrape.text.normalize import normalise

_NO_LEVEL, _PROVINCE, _COMMUNE = 3, 2, 4


@dataclass(frozen=True)
class Issuer:
    """A subject at tokens [start, end). ``person`` tells an office or a named holder from a body."""

    start: int
    end: int
    name: str | None
    title: str | None
    person: bool
    level: int


@lru_cache(maxsize=8)
def _seats(titles: tuple[str, ...]) -> tuple[str, ...]:
    """Titles of mere seats as the text's words are compared."""
    return tuple(normalise(title).text.lower() for title in titles)


class Subjects:
    """Everyone in the text who could be the subject of an order."""

    def __init__(self, document: Document, people: People, words: Words, member_titles: Sequence[str]) -> None:
        self.document, self.people, self.at = document, people, words
        self.member_titles = _seats(tuple(member_titles))
        self._papers = [(mention.start, mention.end) for mention in document.reading.mentions("legal")]
        self.all = self._find()
        self.by_end = {subject.end: subject for subject in self.all}
        self.by_start = {subject.start: subject for subject in self.all}

    def _find(self) -> list[Issuer]:
        out: list[Issuer] = []
        kinds = ("title", "told", "told_body", "organisation", "directive_seat")
        starts = {mention.start for kind in kinds for mention in self.document.reading.mentions(kind)}
        papers = {end for _, end in self._papers}
        starts |= {at for at in self.at.lattice.places.get("told_body", ()) if at - 1 in papers}
        place = -1
        offices = self.document.reading.mentions("title_private")
        starts -= {at for office in offices for at in range(office.start + 1, office.end)}
        for start in sorted(starts | set(self.people.at)):
            if start < place or self.at.inside("private_head", start) or self._in_number(start):
                continue
            issuer = self._person(start) or self._seat(start) or self._office(start) or self._body(start)
            issuer = issuer or self._team(start)
            if issuer is not None:
                out.append(issuer)
                place = issuer.end
        return out

    def _in_number(self, start: int) -> bool:
        """Whether letters that name a body are those of a paper's number."""
        place = bisect_left(self._papers, (start, 0)) - 1
        return place >= 0 and self._papers[place][1] > start

    def _person(self, start: int) -> Issuer | None:
        """Someone whom the officials of the article know."""
        record = self.people.at.get(start)
        if record is None:
            return None
        end = self.people.ends.get(start, start + 1)
        official = self.people.records[record]
        title = self._whole(self._title(start, end), official.titles) or self._foremost(official.titles)
        holds = any(self.at.end("title", place) is not None for place in range(start, end))
        return Issuer(
            start, end, official.name, title, True, self.level(start, end) if holds else self._rank(official.titles)
        )

    def _whole(self, title: str | None, titles: Sequence[str]) -> str | None:
        """The office as the officials have it, whose body's name may go on: "Chủ tịch UBND huyện | Long Thành"."""
        return next((whole for whole in titles if title and whole.startswith(f"{title} ")), title)

    def _foremost(self, titles: Sequence[str]) -> str | None:
        """The office in which someone orders: the first that is more than a seat."""
        offices = (title for title in titles if not normalise(title).text.lower().startswith(self.member_titles))
        return next(offices, titles[0] if titles else None)

    def _rank(self, titles: tuple[str, ...]) -> int:
        """The level of a person named without office, by the titles told elsewhere."""
        for place in self.people.at:
            end = self.people.ends.get(place, place + 1)
            if self.people.records[self.people.at[place]].titles is titles and self._title(place, end):
                return self.level(place, end)
        return _PROVINCE

    def _office(self, start: int) -> Issuer | None:
        """An office without its holder, unless its holder is named elsewhere."""
        end = self.at.end("title", start)
        if (self.at.end("title_private", start) or 0) > (end or 0):
            return None
        if end is None:
            told = self.at.end("told", start)
            if told is None or self.at.end("told_plural", start) is not None or not self._heads(start, told):
                return None
            end = told
        title = self.document.text(self._after_honorific(start), end)
        holder = self.people.holder(title)
        name = self.people.records[holder].name if holder is not None else None
        return Issuer(start, end, name, title, True, self.level(start, end))

    def _after_honorific(self, start: int) -> int:
        return self.at.end("told_honorific", start) or start

    def _heads(self, start: int, end: int) -> bool:
        """Whether one office, no row of them, is named in [start, end)."""
        at = self._after_honorific(start)
        office = self.at.end("told_office", at)
        if office is None or self.at.end("told_staff", at) is not None:
            return False
        return not any(self.at.end("told_plural", place) and self.at.lower(place) for place in range(office, end))

    def _body(self, start: int) -> Issuer | None:
        """A body that may order: an organ or a department, not a row of kinds."""
        kinds = ("told_org", "told_dept", "organisation", "told_place")
        if all(self.at.end(type_, start) is None for type_ in kinds):
            return None
        ends = [end for type_ in ("organisation", "told_body") if (end := self.at.end(type_, start)) is not None]
        if not ends:
            return None
        end = self._of_whose(start, self._without_person(start, max(ends)))
        plural = (at for at in range(start, end) if self.at.end("told_plural", at) is not None)
        if end - start < 2 or any(at == start or self.at.lower(at) for at in plural):
            return None
        return Issuer(start, end, None, self.document.text(start, end), False, self.level(start, end))

    def _of_whose(self, start: int, end: int) -> int:
        """Past whose team it is: "Đoàn giám sát | của HĐND tỉnh"."""
        of = self.at.end("directive_of", end) if self.at.end("directive_team", start) == end else None
        return (self.at.end("told_body", of) or end) if of is not None else end

    def _seat(self, start: int) -> Issuer | None:
        """Who is in the chair, told by that alone: "chủ tọa nói thẳng: …"."""
        end = self.at.end("directive_seat", start)
        if end is None or (start and self._opens(start, self._first(start)) is None):
            return None
        record = next((i for i, official in enumerate(self.people.records) if official.role == "chair"), None)
        return self._of_record(record, start, end) if record is not None else None

    def _first(self, place: int) -> int:
        sentence = self.document.sentence_of[place]
        return sentence.start if sentence is not None else place

    def _team(self, start: int) -> Issuer | None:
        """An inspection named by one word, where it is a subject: "đoàn ghi nhận …"."""
        end = self.at.end("directive_team", start)
        if end is None or end >= len(self.at.words) or not self.at.lower(end) or self.at.start("told_and", end + 1):
            return None
        opens = start == 0 or self.at.words[start - 1] in (".", ",", ";", ":")
        return Issuer(start, end, None, self.document.text(start, end), False, _PROVINCE) if opens else None

    def _without_person(self, start: int, end: int) -> int:
        return next(
            (at for at in range(start + 1, end) if self.at.end("person", at) is not None and at in self.people.at), end
        )

    def _title(self, start: int, end: int) -> str | None:
        """The office written in [start, end)."""
        spans = []
        place = start
        while place < end:
            stop = self.at.end("title", place)
            if stop is not None and stop <= end:
                spans.append(self.document.text(place, stop))
            place = stop if stop is not None and stop <= end else place + 1
        return self._foremost(spans)

    def level(self, start: int, end: int) -> int:
        """How high the unit or office in [start, end) stands: 1 the centre … 4 communes."""
        for place in self.at.lattice.begins("directive_level", start, end):
            found = self.at.mention("directive_level", place)
            if self._commune(place, end):
                return _COMMUNE
            if found:
                office = self.at.end("told_office", place)
                nested = next(self.at.within("directive_level", office, end), None) if office is not None else None
                return int((nested or found).slots["value"])
        return _NO_LEVEL

    def _commune(self, start: int, end: int) -> bool:
        """Whether an office or association is that of a commune."""
        found = self.at.mention("directive_level", end - 1)
        last = next(self.at.within("told_place", max(start, end - 1), end), None)
        return last is not None and found is not None and int(found.slots["value"]) == _COMMUNE

    def _stand_in(self, place: int, floor: int) -> Issuer | None:
        """Who led the meeting, or holds the office, that the words before ``place`` tell of."""
        chair = self.at.start("directive_chair", place)
        if chair is not None and chair >= floor:
            record = next((i for i, official in enumerate(self.people.records) if official.role == "chair"), None)
            return self._of_record(record, chair, place)
        head = self.at.start("directive_head_of", place)
        if head is None or head < floor:
            return None
        mention = self.at.mention("directive_head_of", head)
        title = str(mention.slots["value"]) if mention else ""
        return self._of_record(self.people.holder(title), head, place) if title else None

    def _of_record(self, record: int | None, start: int, end: int) -> Issuer:
        official = self.people.records[record] if record is not None else None
        title = (self._foremost(official.titles) if official else None) or self.document.text(start, end)
        return Issuer(start, end, official.name if official else None, title, True, _PROVINCE)

    def foreign(self, issuer: Issuer) -> bool:
        """Whether an office that the article gives a named person is one of another country."""
        for place, record in self.people.at.items():
            if issuer.name is None or self.people.records[record].name != issuer.name:
                continue
            end = self.people.ends.get(place, place + 1)
            offices = [(at, stop) for at in range(place, end) if (stop := self.at.end("title", at)) is not None]
            if any(self._abroad(*office) for office in offices):
                return True
        return False

    def _abroad(self, start: int, end: int) -> bool:
        """Whether a country is named in an office, not a longer word that begins like one ("Pháp chế")."""
        countries = (found for found in self.at.within("country", start, end))
        named = any((self.at.end("field", found.start) or 0) <= found.end for found in countries)
        return named or self.at.any("directive_partner", start, end)

    def leads(self, issuer: Issuer) -> bool:
        """Whether a named person chairs or speaks in the article."""
        return any(
            official.name == issuer.name and official.role in ("chair", "cochair", "speaker")
            for official in self.people.records
            if issuer.name is not None
        )

    def chairs(self, issuer: Issuer) -> bool:
        """Whether someone chairs, and it is ``issuer``; True as well when nobody does."""
        seats = [official for official in self.people.records if official.role in ("chair", "cochair")]
        return not seats or any(official.name == issuer.name for official in seats)

    def known_as(self, place: int) -> bool:
        """Whether the word at ``place`` is what the article calls one of its officials."""
        word = self.at.words[place]
        called = (official.honorific for official in self.people.records if official.name and official.honorific)
        return place in self.people.at or any(word in honorific.lower().split() for honorific in called)

    def stranger(self, place: int) -> bool:
        """Whether a person stands here, with or without honorific, who is no official."""
        name = self.at.end("told_honorific", place) or place
        if any(self.at.end(type_, place) is not None for type_ in ("province", "told_body", "organisation", "title")):
            return False
        if {place, name} & set(self.people.at):
            return False
        return self.at.end("person", name) is not None or (name > place and self._name(name))

    def unknown_name(self, place: int, name: int) -> bool:
        """Whether a name of no official stands at ``name``, behind the honorific at ``place``."""
        return not {place, name} & set(self.people.at) and self._name(name)

    def _name(self, place: int) -> bool:
        """Whether a word of a name stands behind an honorific."""
        words = self.at.words
        office = any(self.at.end(type_, place) is not None for type_ in ("title", "told", "told_office", "told_body"))
        return place < len(words) and words[place][0].isalpha() and not self.at.lower(place) and not office

    def left_of(self, place: int, floor: int) -> Issuer | None:
        """The subject that stands right before ``place``, adverbs and commas between them apart."""
        words = self.at.words
        while place > floor:
            found = self._stand_in(place, floor) or self.by_end.get(place)
            found = self._in_chair(found)
            if found is not None and found.start >= floor:
                matter = self.at.words[place] == "," and not found.person and self._fronted(floor)
                return found if not matter and self._may_order(found, floor) else None
            pronoun = self.at.start("directive_pronoun", place)
            if pronoun is not None and pronoun >= floor and pronoun == self._opens(pronoun, floor):
                return self.before(pronoun)
            if words[place - 1] == ")":
                place = next((at for at in range(place - 1, floor, -1) if words[at] == "("), floor)
                continue
            paper = self.at.start("legal", place)
            if paper is not None and paper > floor:
                place = paper
                continue
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

    def _in_chair(self, found: Issuer | None) -> Issuer | None:
        """Whoever is in the chair, where a pronoun follows words of his: "Chủ tọa nói thẳng … Về rác, ông đề nghị"."""
        if found is None or not found.person or self.at.end("directive_pronoun", found.start) != found.end:
            return found
        passage = self.document.passage_of[found.start]
        first = passage.start if passage is not None else found.start
        told = [s for s in self.all if first <= s.start < found.start and s.person and s.name]
        seat = told[-1] if told and self.at.end("directive_seat", told[-1].start) is not None else None
        return Issuer(found.start, found.end, seat.name, seat.title, True, seat.level) if seat is not None else found

    def _fronted(self, floor: int) -> bool:
        """Whether a matter put first begins at ``floor``: "Riêng | khoản thu quỹ thủy lợi, đề nghị …"."""
        return any(
            at is not None for at in (self.at.end("directive_front", floor), self.at.start("directive_front", floor))
        )

    def _may_order(self, found: Issuer, floor: int) -> bool:
        """Whether the one before a verb is its subject: no complement ("của X"), and a mere place only in front."""
        of = self.at.start("directive_no_subject", found.start)
        if of is not None and not (found.person and self._demand(of, floor)):
            return False
        return self.at.end("told_place", found.start) is None or self._opens(found.start, floor) is not None

    def _demand(self, place: int, floor: int) -> bool:
        """Whether a person's demand is passed on: "truyền đạt ý kiến chỉ đạo của X, giao …"."""
        noun = self.at.start("directive_order_noun", place)
        return noun is not None and self.at.start("directive_conveyed", noun) is not None and noun > floor

    def _opens(self, place: int, floor: int) -> int | None:
        """``place`` when a sentence or part of one begins there."""
        if place == floor or self.at.words[place - 1] in (",", ":", '"', "“", "-", "–", ";"):
            return place
        return place if self.at.start("directive_lead", place) is not None else None

    def before(self, place: int) -> Issuer | None:
        """The last person before ``place``, named or by office."""
        persons = [subject for subject in self.all if subject.end <= place and subject.person]
        acting = [subject for subject in persons if self.at.start("directive_beside", subject.start) is None]
        named = [subject for subject in acting if subject.name] or [subject for subject in persons if subject.name]
        found = named or persons
        return found[-1] if found else None

    def bare(self, place: int) -> Issuer | None:
        """A tier told by one word where it opens a clause: "Để kịp tiến độ, tỉnh | yêu cầu …"."""
        between = self.at.start("directive_between", place)
        end = place if between is None else between
        start = self.at.start("directive_tier", end)
        sentence = self.document.sentence_of[place]
        if start is None or sentence is None or self._opens(start, sentence.start) is None:
            return None
        return Issuer(start, end, None, self.document.text(start, end), False, self.level(start, end))

    def signer(self) -> Issuer | None:
        """Who signed, where nothing else tells whose paper it is."""
        record = next((at for at, person in enumerate(self.people.records) if person.role == "signer"), None)
        return self._of_record(record, 0, 1) if record is not None else None

    def leader(self, place: int) -> Issuer | None:
        """The last person before ``place`` who chairs or speaks rather than reports; else the last one."""
        heard = (s for s in reversed(self.all) if s.end <= place and s.person and s.name and self.leads(s))
        return next(heard, None) or self.before(place)

    def of_sentence(self, place: int, floor: int) -> Issuer | None:
        """The last subject in [floor, place) that stands where a subject may stand."""
        found = [s for s in self.all if floor <= s.start and s.end <= place and self._opens(s.start, floor) is not None]
        persons = [s for s in found if s.person]
        best = persons or found
        return best[-1] if best else None

    def body_before(self, place: int) -> Issuer | None:
        """The last body of the province or above named before ``place``: who issued a document told of there."""
        bodies = [s for s in self.all if s.end <= place and s.level <= _PROVINCE]
        acting = [s for s in bodies if not self._mere(s.start)]
        found = acting or bodies
        return found[-1] if found else None

    def _mere(self, place: int) -> bool:
        """Whether a body is a complement ("của X") or a place rather than who does something."""
        return self.at.start("directive_no_subject", place) is not None or self.at.end("told_place", place) is not None

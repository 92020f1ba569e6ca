"""What stands before an order: opening words, a matter or units put first, and what only reports."""

from dataclasses import dataclass, field

from govscrape.extract.addressees import Addressees, Span, Units
from govscrape.extract.document import Document, Passage
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.standing import Words
from govscrape.models.records import VerbClass

SIGNS = frozenset(',"“”«»-–—:+•*()')
BRACKET, REPORT_REACH, UNITS_REACH, WHEN_REACH = 20, 6, 8, 12


@dataclass
class Order:
    """A directive verb at tokens [start, end), or a stretch told by ``issuer``.

    ``left`` is where verb and subject begin, ``task`` where what is ordered begins. ``directive``: a verb that orders
    made it, not one of speech. ``telling``: only what has the form of a duty may follow.
    """

    start: int
    end: int
    left: int
    text: str
    verb_class: VerbClass
    issuer: Issuer | None
    rule: str
    task: int = 0
    units: list[Span] = field(default_factory=list)
    coordinating: list[Span] = field(default_factory=list)
    directive: bool = True
    telling: bool = False
    due: int | None = None
    """Where a deadline between the verb and the units begins."""


class Fronts:
    """Reads the beginnings of sentences and clauses."""

    def __init__(self, document: Document, words: Words, units: Units, subjects: Subjects) -> None:
        self.document, self.at, self.units, self.subjects = document, words, units, subjects
        self.words = words.words

    def lead(self, place: int, end: int) -> int:
        """Past one sign, bracket or opening word that belongs to no task; ``place`` itself when there is none."""
        if place < end and self.words[place] == "(":
            close = (at + 1 for at in range(place, min(place + BRACKET, end)) if self.words[at] == ")")
            return next(close, place + 1)
        if place < end and self.words[place] in SIGNS:
            return place + 1
        besides = self.at.end("directive_besides", place)
        if besides is not None:
            comma = next((at for at in range(besides, min(besides + BRACKET, end)) if self.words[at] == ","), None)
            return place if comma is None or self.at.any("directive_must", besides, comma) else comma + 1
        after = self.at.end("directive_lead", place) or self.at.end("directive_by_paper", place)
        return after if after is not None and after <= end else place

    def leads(self, place: int, end: int) -> int:
        """Past all that :meth:`lead` knows."""
        while place < end and (after := self.lead(place, end)) > place:
            place = after
        return place

    def reports(self, start: int, end: int) -> bool:
        """Whether a sentence tells of earlier times, or asks."""
        if self.words[end - 1] == "?" or self._agenda(start):
            return True
        return self.at.end("directive_past", self.leads(start, end)) is not None

    def _agenda(self, place: int) -> bool:
        """Whether the paragraph tells what is planned for a day: "Thứ Ba, 15/9: …"."""
        passage = self.document.passage_of[place]
        if passage is None or self.at.end("directive_agenda", passage.start) is not None:
            return passage is not None
        asked = self.at.end("directive_asks", passage.start)
        return asked is not None and self.words[asked : asked + 1] == [":"]

    def fronted(self, place: int, end: int) -> int:
        """Past "đối với", which puts a unit first, or past "về phía X,"."""
        aside = self.at.end("directive_aside", place)
        if aside is not None:
            stop = self.units.unit(aside, end)
            return stop + 1 if stop is not None and stop < end and self.words[stop] == "," else aside
        after = self.at.end("directive_front", place)
        return after if after is not None and after < end else place

    def fronted_turn(self, place: int, end: int) -> int | None:
        """Where after "đối với X,", "về X:" or a label "X:" a unit begins that is told what to do about X."""
        fronted, given = self.at.end("directive_front", place) or place, self.at.end("directive_if", place) or place
        condition, front = given > fronted, max(given, fronted) > place
        front = front or self.at.start("directive_front", place) is not None
        front = front or (self.at.end("told_plural", place) is not None and self.units.listed(place, end) is None)
        signs, reach = (",:", end - 1) if front else (":", min(place + BRACKET, end - 1))
        then = set(self.at.lattice.begins("directive_then", place + 2, max(reach, place + 2)))
        for at in range(place + 2, reach):
            listed = self.units.listed(at + 1, end) if self.words[at] in signs or at in then else None
            if listed is not None and at in then and self.at.end("directive_sanction", listed.end) is not None:
                return None
            if listed is not None and listed.units[0][0] == at + 1:
                refers = condition and self.at.end("directive_refer", listed.end) is not None
                if refers or self._told_duty(listed, end, strict=condition):
                    return at + 1
            if not front and (self.words[at] == ":" or at in self.subjects.by_start):
                return None
            if not front and self.words[at] == ",":
                return self._duty_behind(place, at + 1, end)
        return None

    def _duty_behind(self, place: int, start: int, end: int) -> int | None:
        """A unit that must do something behind the opening words of a clause: "Quá thời hạn trên, X phải …"."""
        if not self.at.any("directive_hard", start, end) or self.units.listed(place, end) is not None:
            return None
        listed = self.units.listed(start, end)
        if listed is None or listed.units[0][0] != start or self.at.any("directive_tells", place, start):
            return None
        return start if self.at.end("directive_hard", listed.end) is not None else None

    def _told_duty(self, listed: Addressees, end: int, *, strict: bool) -> bool:
        must = any(self.at.end(type_, listed.end) is not None for type_ in ("directive_must", "directive_hard"))
        return must or (not strict and self._may_task(listed.end, end) and not self._report(listed.end, end))

    def _may_task(self, place: int, end: int) -> bool:
        """Whether a task begins here, by a verb that the rules know or by one that they do not."""
        return self.at.task_at(place, end) or self.at.unheard(place, end)

    def fronted_units(self, place: int, verb: int) -> list[Span]:
        """The units of "đối với X," before a directive verb (or its subject) that names none."""
        after = self.at.end("directive_aside", place) or self.at.end("directive_front", place) or place
        if after == place and self.at.start("directive_lead", place) is None:
            return []
        pronoun = self.at.start("directive_pronoun", verb)
        stop = verb if pronoun is None else pronoun
        listed = self.units.listed(after, stop) or self._several(place, after, stop)
        if listed is None or any(word[0].isalnum() for word in self.words[listed.end : stop]):
            return []
        return listed.units

    def _several(self, place: int, after: int, end: int) -> Addressees | None:
        """What "về phía các X," puts first, of whatever kind."""
        if self.at.end("directive_aside", place) != after or self.at.end("told_plural", after) is None:
            return None
        comma = next((at for at in range(after, min(after + UNITS_REACH, end)) if self.words[at] == ","), None)
        return Addressees([(after, comma)], comma) if comma is not None else None

    def _report(self, place: int, end: int, *, strict: bool = True) -> bool:
        """Whether what stands here tells what was or is done; in a list a word that may be a task is one."""
        told = self.at.end("directive_report", place)
        task = max(self.at.end("task_verb", place) or 0, self.at.end("task_adverb", place) or 0)
        if task and self.at.end("directive_list_of", task) is not None:
            return True
        if told is not None and task < told:
            return not (task and self._due_at(end))
        if told is not None and task == told and strict and not self.at.task_at(told, end):
            return True
        if strict and self._issues(place, end):
            return True
        past = self.at.within("directive_perfect", place, min(place + REPORT_REACH, end))
        real = (found.start for found in past if self.at.end("told_plural", found.start) is None)
        return any(not self._tells_which(place, at) for at in real)

    def _issues(self, place: int, end: int) -> bool:
        """Whether someone puts out a paper that has a name: "UBND tỉnh phát Lệnh báo động số III"."""
        paper = self.at.end("directive_issues", place)
        named = paper is not None and paper < end and self.at.end("directive_document", paper) is not None
        return named and paper is not None and self.at.capital(paper)

    def _due_at(self, end: int) -> bool:
        """Whether a deadline ends what stands before ``end``: "báo cáo tình hình về X | trước 16 giờ hằng ngày"."""
        return any(self.at.start("deadline", at) is not None for at in (end, end - 1))

    def _tells_which(self, place: int, past: int) -> bool:
        """Whether a word of the past only tells which things a task is about: "kiểm tra các mỏ | đã cấp phép"."""
        while (skip := self.at.end("task_adverb", place)) is not None and self.at.end("task_with", place) is None:
            place = skip
        after = self.at.end("task_verb", place)
        tells = ("task_with", "directive_tell", "directive_speech", "directive_report")
        if after is None or any(self.at.end(type_, place) is not None for type_ in tells):
            return False
        return after < past and "," not in self.words[after:past]

    def paper_of(self, place: int, end: int) -> Issuer | None:
        """Whose paper a task follows: "Theo Quyết định số 19/QĐ-UBND của UBND tỉnh, Sở Du lịch được giao …"."""
        for subject in self.subjects.all:
            of = self.at.start("directive_of", subject.start) if place < subject.start < subject.end < end else None
            if of is not None and any(self.at.start(kind, of) is not None for kind in ("legal", "directive_document")):
                return subject
        return None

    def past_when(self, place: int, end: int) -> int:
        """Past a time put before a task of its own: "Ngay sau kỳ nghỉ, | khẩn trương …"."""
        when = self.at.end("directive_when", place)
        near = range(when, min(when + WHEN_REACH, end - 1)) if when is not None else ()
        return next((at + 1 for at in near if self.words[at] == ","), place)

    def amount(self, place: int, end: int) -> bool:
        """Whether how much is given stands here rather than what to do: "được giao 1.265 nhiệm vụ"."""
        return place < end and self.words[place][0].isdigit() and self.words[end - 1] != ":"

    def own_place(self, listed: Addressees, issuer: Issuer | None, end: int) -> bool:
        """Whether a sentence goes on about the issuer's own province, which is told nothing."""
        start, stop = listed.units[0]
        if issuer is not None and not issuer.person and self.document.text(start, stop) == issuer.title:
            return True
        if self.at.end("told_place", start) is None or issuer is None:
            return False
        return self.subjects.level(start, stop) == issuer.level and self.modal_text(stop, end) is None

    def modal_text(self, place: int, end: int) -> str | None:
        """The duty word at ``place`` as written."""
        after = self.at.end("directive_must", place)
        return self.document.text(place, after) if after is not None and after <= end else None

    def past_place(self, place: int, end: int) -> int:
        """Past a time, place or ground put before units that are told something: "Ở cấp xã, | người đứng đầu phải"."""
        first = self.past_when(place, end)
        if first == place:
            return self._past_bidding(place, end)
        told = self.units.listed(place, end) is None and self.units.listed(first, end) is not None
        return first if told else place

    def _past_bidding(self, place: int, end: int) -> int:
        """Past what stands before a unit that is bidden something: "Vướng ở đâu, | Sở báo cáo ngay với tôi"."""
        if not self.at.any("directive_now", place, end):
            return place
        comma = next((at for at in range(place, min(place + UNITS_REACH, end - 1)) if self.words[at] == ","), None)
        if comma is None or self.at.task_at(place, end) or self.units.listed(place, end) is not None:
            return place
        listed = self.units.listed(comma + 1, end)
        return comma + 1 if listed is not None and self.bids(listed.end, end) else place

    def announces(self, passage: Passage) -> bool:
        """Whether a heading announces what comes under it, as a header of a list does."""
        return passage.end > passage.start and self.words[passage.end - 1] == ":"

    def marker(self, passage: Passage) -> str:
        """What kind of mark begins a list's item: a number, a letter or a sign."""
        word = self.words[passage.start]
        return "number" if word[0].isdigit() else "letter" if word[0].isalpha() else word

    def agrees(self, place: int, end: int) -> bool:
        """Whether a sentence only says what is agreed to, between orders: "Đồng ý chủ trương …"."""
        return self.at.end("directive_agree", self.leads(place, end)) is not None

    def bids(self, place: int, end: int) -> bool:
        """Whether words of a quotation bid a unit do something: "Sở báo cáo ngay với tôi"."""
        return self.at.any("directive_now", place, min(place + REPORT_REACH, end))

    def duty(self, said: Order | None, listed: Addressees, end: int, *, alone: bool) -> str | None:
        """The duty word, where it rather than a directive verb makes the order; else None."""
        if said is not None:
            return None if said.directive else self.modal_text(listed.end, end)
        return self.modal_text(listed.end, end) if alone else None

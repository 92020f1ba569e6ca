"""The constructions in which orders are told: openings of lists, passives, duties, tasks that go on."""

from govscrape.extract.addressees import Addressees, Span, Units
from govscrape.extract.document import Document, Sentence
from govscrape.extract.fronts import REPORT_REACH, UNITS_REACH, Order
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.nouns import Nouns
from govscrape.extract.standing import Words
from govscrape.models.records import VerbClass

_PROVINCE, _OFFICE = 2, 3
_NAMED, _BACK = 2, 3


class Frames(Nouns):
    """Recognises constructions by the mentions around a place.

    ``blocked`` are the tokens of words that only look like directive verbs.
    """

    def __init__(self, document: Document, words: Words, units: Units, subjects: Subjects) -> None:
        super().__init__(document, words, units, subjects)
        self.blocked: set[int] = set()
        for block in document.reading.mentions("directive_block"):
            if block.start + 1 in subjects.by_end:
                continue
            if words.lower(block.end - 1) or words.mention("directive_verb", block.start) is None:
                self.blocked.update(range(block.start, block.end))

    def clauses(self, sentence: Sentence) -> list[Span]:
        """The clauses of a sentence; those that one list of addressees runs through are one."""
        out: list[Span] = []
        for start, end in sentence.clauses:
            if not out or start >= out[-1][1]:
                out.extend(self._at_markers(start, self._clause_end(start, end, sentence)))
        return out

    def _at_markers(self, start: int, end: int) -> list[Span]:
        """A clause cut before a list's first number: "… sau: 1. Rà soát …"."""
        for at in range(start, end - 4):
            if self.words[at] == ":" and self.words[at + 1].isdigit() and self.words[at + 2] in (".", ")"):
                return [(start, at + 1), (at + 3, end)]
        return [(start, end)]

    def _clause_end(self, start: int, end: int, sentence: Sentence) -> int:
        opening = self.units.listed(self.leads(start, end), sentence.end)
        if opening is not None and opening.end > end:
            end = next((e for s, e in sentence.clauses if s <= opening.end <= e), sentence.end)
        sent = (
            m for m in self.at.within("directive_sent", start, end) if self.at.any("directive_document", start, m.start)
        )
        for verb in (*self.at.within("directive_verb", start, end), *sent):
            listed = self.units.listed(verb.end, sentence.end) if verb.start not in self.blocked else None
            if listed is not None and listed.end > end:
                end = next((e for s, e in sentence.clauses if s <= listed.end < e), sentence.end)
        return end

    def partners(self, units: list[Span]) -> bool:
        """Whether guests, partners or those present are asked."""
        return any(self.at.any("directive_partner", *unit) for unit in units)

    def upward(self, verb_class: VerbClass, units: list[Span], issuer: Issuer | None) -> bool:
        """Whether what is asked goes to someone above: a proposal, no directive."""
        if self.partners(units):
            return True
        if verb_class not in ("request", "recommendation") or not units:
            return False
        if (
            issuer is not None
            and issuer.level > _OFFICE
            and not any(self.at.any("told_place", *unit) for unit in units)
        ):
            return False
        highest = min(self.subjects.level(*unit) for unit in units)
        return highest < issuer.level if issuer is not None else highest <= 1

    def new_speaker(self, place: int, end: int) -> bool:
        """Whether somebody else's words begin: "Ông X: …"."""
        subject = self.subjects.by_start.get(self.leads(place, end))
        return subject is not None and subject.name is not None and self.words[subject.end : subject.end + 1] == [":"]

    def source(self, place: int) -> Order | None:
        """The document named in the sentence that ends at ``place``, and the body that issued it."""
        sentence = self.document.sentence_of[place - 1] if place else None
        if sentence is None:
            return None
        if self.at.end("directive_by_paper", place) is not None:
            return self._paper(place) or self._last_issued(sentence)
        if self.at.end("directive_document", self.leads(sentence.start, sentence.end)) and sentence.start:
            earlier = self._issued(self.document.sentence_of[sentence.start - 1])
            if earlier is not None and self._issued(sentence) is None:
                return earlier
        return self._issued(sentence)

    def _paper(self, place: int) -> Order | None:
        """The paper of the kind named at ``place`` ("Ở kế hoạch này,") and the body that issued it."""
        after = self.at.end("directive_by_paper", place) or place
        noun = next(self.at.within("directive_document", place, after), None)
        text = self.document.text(noun.start, noun.end) if noun is not None else ""
        issuer = self.issuer_of(text.lower(), place) if noun is not None else None
        return Order(place, after, place, text, "assignment", issuer, "directives.thereby") if issuer else None

    def _last_issued(self, sentence: Sentence | None) -> Order | None:
        """The paper told of last, a few sentences back, for "Theo kế hoạch, …"."""
        found = self._issued(sentence)
        for _ in range(_BACK):
            if found is not None or sentence is None or not sentence.start:
                break
            sentence = self.document.sentence_of[sentence.start - 1]
            found = self._issued(sentence)
        return found

    def issuer_of(self, kind: str, place: int) -> Issuer | None:
        """Who issued the last paper of a kind told of before ``place``: "HĐND tỉnh thông qua Nghị quyết …"."""
        for noun in reversed(list(self.at.within("directive_document", 0, place))):
            sentence = self.document.sentence_of[noun.start]
            if sentence is None or self.document.text(noun.start, noun.end).lower() != kind:
                continue
            body = self.subjects.by_end.get(self.at.start("directive_issues", noun.start) or -1)
            body = body or self.subjects.of_sentence(noun.start, sentence.start)
            if body is not None and not body.person:
                return body
        return None

    def _issued(self, sentence: Sentence | None) -> Order | None:
        """The document that a sentence names beside the body or person who issued it, or whose order it passes on."""
        if sentence is None:
            return None
        for noun in self.at.within("directive_order_noun", sentence.start, sentence.end):
            of = self.at.end("directive_of", noun.end)
            issuer = self.subjects.by_start.get(of) if of is not None else None
            if issuer is not None and self.at.start("directive_conveyed", noun.start) is not None:
                text = self.document.text(noun.start, noun.end)
                return Order(noun.start, noun.end, noun.start, text, "assignment", issuer, "directives.thereby")
        for noun in self.at.within("directive_document", sentence.start, sentence.end):
            issuer = self.subjects.of_sentence(noun.start, sentence.start)
            if issuer is not None:
                text = self.document.text(noun.start, noun.end)
                return Order(noun.start, noun.end, noun.start, text, "assignment", issuer, "directives.thereby")
        decided = self.at.within("directive_decide", sentence.start, sentence.end)
        for noun in (*self.at.within("directive_opening", sentence.start, sentence.end), *decided):
            issuer = self.subjects.left_of(noun.start, sentence.start)
            if issuer is not None and issuer.person:
                text = self.document.text(noun.start, noun.end)
                return Order(noun.start, noun.end, noun.start, text, "order", issuer, "directives.thereby")
        return None

    def turns(self, start: int, end: int) -> list[int]:
        """Where inside a task a comma and "còn", "riêng", or a comma and a duty, give another unit its own task."""
        out: list[int] = []
        for at in range(start + 1, end - 2):
            if self.words[at] == "," and self._own_turn(self._task_of(out, start, end), at + 1, end):
                out.append(at + 1)
        return out

    def _task_of(self, turns: list[int], start: int, end: int) -> int:
        """Where the task before a further turn begins."""
        listed = self.units.listed(self.lead(turns[-1], end), end) if turns else None
        return listed.end if listed is not None else start

    def _own_turn(self, start: int, place: int, end: int) -> bool:
        turn = self.at.end("directive_turn", place)
        if turn is None and self.at.lower(place) and self.at.end("told_plural", place) is None:
            return False
        listed = self.units.listed(turn or place, end)
        if listed is None:
            return False
        if self.at.end("directive_must", listed.end) is not None:
            return True
        if self.at.start("deadline", place - 1) is not None:
            return self._may_task(listed.end, end)
        return self.at.task_at(listed.end, end) and (turn is not None or self._parted(start, place, listed))

    def _parted(self, start: int, place: int, listed: Addressees) -> bool:
        """Whether "task, unit task" gives another unit its task: no row of units, no purpose runs over the comma."""
        if any(self.units.closes(start, place - 1, kind) for kind in ("told", "told_body", "organisation")):
            return False
        if listed.units[0][0] != place or self.at.end("directive_petitioner", place) is not None:
            return False
        over = ("directive_purpose", "directive_verb", "task_with")
        return self.at.task_at(start, place) and not any(self.at.any(type_, start, place) for type_ in over)

    def hard_duty(self, listed: Addressees, place: int, end: int) -> str | None:
        """The words of a duty that the units at ``place`` have by their sentence alone."""
        after = self.at.end("directive_hard", listed.end)
        if after is None or listed.units[0][0] != place or self.at.end("directive_burden", after) is not None:
            return None
        asked = self.at.end("directive_petitioner", place) is not None or self.units.staff(listed.units)
        asked = asked or self.at.start("directive_fault", listed.end) is not None
        return self.document.text(listed.end, after) if not asked and self._may_task(after, end) else None

    def speaker(self, place: int) -> Issuer | None:
        """Who of rank spoke last before ``place``, in its paragraph or the one before it."""
        found = self.subjects.before(place)
        passages = self.document.passages
        here = next((at for at, passage in enumerate(passages) if passage.start <= place < passage.end), 0)
        near = found is not None and found.start >= passages[max(here - 1, 0)].start
        return found if near and found is not None and self.subjects.leads(found) else None

    def passive(self, listed: Addressees, end: int) -> Order | None:
        """The passive of "X được giao …": the units stand before it, or after "gồm" behind the task."""
        place = listed.end + 1 if self.words[listed.end : listed.end + 1] == [","] else listed.end
        place = self.at.end("directive_also", place) or place
        verb = self.at.mention("directive_passive", place)
        if verb is None:
            return self._by_agent(listed, place, end)
        if verb.start in self.blocked or self.amount(verb.end, end):
            return None
        text, verb_class = self.document.text(verb.start, verb.end), self.verb_class(verb.start)
        order = Order(verb.start, end, listed.end, text, verb_class, None, "directives.passive", units=listed.units)
        for more in self.at.within("directive_list_of", verb.end, end):
            named = self.units.listed(more.end, end)
            if named is not None:
                order.units, order.end = named.units, more.start
                break
        task = self.units.partners(Addressees(order.units, verb.end), order.end)
        order.task, order.coordinating = task.end, task.coordinating
        way = self.at.end("directive_of_way", task.end) is not None and not self.at.task_at(task.end, end)
        return None if way else order

    def several(self, place: int, end: int) -> Addressees | None:
        """Many of a kind that is not known, straight before words that go on with a task: "Các chi đoàn chủ động"."""
        plural = self.at.end("told_plural", place)
        if plural is None or self.at.end("directive_petitioner", plural) is not None:
            return None
        found = self.units.open(place, end)
        return found if found is not None and self.at.end("task_opening", found.end) is not None else None

    def _by_agent(self, listed: Addressees, place: int, end: int) -> Order | None:
        """The passive that names who orders: "X được UBND tỉnh giao …"."""
        agent = self.at.end("directive_agent", place)
        subject = self.subjects.by_start.get(agent) if agent is not None else None
        verb = self.at.mention("directive_verb", subject.end) if subject is not None else None
        if verb is None or subject is None or verb.end >= end or self.words[verb.end][0].isdigit():
            return None
        if not self._may_task(verb.end, end) or self.at.end("directive_no_task", verb.end) is not None:
            return None
        text, verb_class = self.document.text(verb.start, verb.end), self.verb_class(verb.start)
        task = self.units.partners(Addressees(listed.units, verb.end), end)
        return Order(
            verb.start,
            end,
            listed.end,
            text,
            verb_class,
            subject,
            "directives.passive",
            task.end,
            listed.units,
            task.coordinating,
        )

    def passive_inside(self, place: int, end: int) -> Order | None:
        """A passive whose units do not open the clause: "Trước tình hình đó, Sở X được giao …"."""
        for verb in (*self.at.within("directive_passive", place, end), *self.at.within("directive_agent", place, end)):
            for start in range(place, verb.start):
                listed = self.units.listed(start, verb.start) if self.words[start - 1] == "," else None
                if listed is not None and listed.end == verb.start:
                    return self.passive(listed, end)
        return None

    def tells(self, place: int, listed: Addressees, end: int, *, strict: bool) -> bool:
        """Whether "units task" goes on with an order rather than reporting what the units did."""
        at = listed.end
        if at < end and self.words[at] in (":", ","):
            at += 1
        if at >= end or listed.units[0][0] > place + UNITS_REACH or self.at.end("told_which", at) is not None:
            return False
        if self.at.end("directive_must", at) is not None:
            return True
        if not self.at.task_at(at, end) and self.at.any("directive_list_of", at, min(at + _NAMED + 1, end)):
            return False
        who = self.subjects.by_start.get(place)
        who = who if who is not None and who.end >= listed.units[0][1] else None
        if self._report(at, end, strict=strict) or (strict and who is not None and who.name is not None):
            return False
        reply, task = self.at.end("directive_reply", at) or 0, self.at.end("task_verb", at) or 0
        if who is not None and who.person and reply and reply >= task:
            return False
        if strict and who is not None and who.person and self.at.end("directive_strong", at) is not None:
            return False
        if self.at.task_at(at, end) or not strict:
            return True
        return (who is None or not who.person) and self._unheard(listed, at, end)

    def _unheard(self, listed: Addressees, place: int, end: int) -> bool:
        """Whether units and a verb that no rule knows go on with an order: nothing tells how things are."""
        start, stop = listed.units[-1]
        if stop - start < _NAMED or self.at.any("directive_tells", place, end):
            return False
        return self.at.unheard(place, end)

    def own_words(self, start: int, end: int) -> int:
        """Where a task ends because the speaker goes on about himself: ", ai bao che tôi sẽ xử lý"."""
        signs = (at for at in range(start + 1, end - 1) if self.words[at] == ",")
        own = (at for at in signs if self.at.end("directive_we", at + 1) is not None)
        return next((at for at in own if not self._of_some(at + 1, end)), end)

    def _of_some(self, place: int, end: int) -> bool:
        """Whether "ai … thì …" only tells of whom the task goes on."""
        if self.at.end("directive_anyone", place) is None:
            return False
        return self.at.any("directive_then", place, end) and not self.at.any("directive_self", place, end)

    def states(self, place: int, end: int) -> bool:
        """Whether words after a colon tell how things are rather than what to do."""
        place = self.leads(place, end)
        if self.at.task_at(place, end) or self.at.end("directive_must", place) is not None:
            return False
        near = range(place, min(place + UNITS_REACH, end))
        return any(self.at.end("directive_report", at) is not None for at in near)

    def bare_task(self, place: int, end: int, *, strict: bool) -> bool:
        """Whether a clause without unit is a task of the units before it."""
        asked = self.at.end("directive_pray", place)
        known = self.at.end("task_verb", place) is not None or (asked is not None and self.at.task_at(asked, end))
        reports = self._report(place, end) and not known
        if reports or self.at.end("task_more", place) is not None:
            return False
        if self.at.end("directive_must", place) is not None:
            return True
        strong = self.at.end("directive_strong", place) if place not in self.blocked else None
        if strong is not None:
            listed = self.units.listed(strong, end)
            return not strict and listed is not None and self.units.staff(listed.units)
        if strict:
            return self.at.opening_at(self.past_when(place, end)) and not self._other_subject(place, end)
        if self.at.task_at(place, end):
            return True
        told = self.at.lower(place) or (self.words[end - 1] != ":" and self.at.unheard(place, end))
        return told and not self._own_tale(place, end)

    def dated_task(self, place: int, end: int) -> bool:
        """Whether a paragraph that names no unit is a task with its time: "Tổ chức trực ban … trước 16 giờ"."""
        return self.at.opening_at(place) and self.at.any("deadline", place, end)

    def _own_tale(self, place: int, end: int) -> bool:
        """Whether a clause has a subject and tells of it: "kỳ họp thứ 3 sẽ giám sát việc này"."""
        about = self.at.end("task_noun", place) is not None
        told = self.at.within("directive_tells", place, min(place + REPORT_REACH * (1 + about), end))
        return any(not self.at.inside("task_verb", found.start) for found in told)

    def _other_subject(self, place: int, end: int) -> bool:
        """Whether after a comma someone else does something: the clause only leads up to that."""
        return any(
            self.words[subject.start - 1] == "," and self._acts(subject)
            for subject in self.subjects.all
            if place < subject.start and subject.end < end
        )

    def _acts(self, subject: Issuer) -> bool:
        after = subject.end
        acts = ("directive_report", "directive_verb")
        return subject.name is not None or any(self.at.end(type_, after) is not None for type_ in acts)

    def proposal(self, verb: Order, stop: int) -> bool:
        """Whether someone below the chair asks for a thing of nobody in particular."""
        issuer = verb.issuer
        if verb.verb_class not in ("request", "recommendation") or issuer is None or not issuer.person:
            return False
        listing = ":" in (self.words[stop - 1], self.words[min(verb.end, stop - 1)])
        return issuer.level > _PROVINCE and not listing and not self.subjects.chairs(issuer)

"""The constructions of an order: verb and unit, passive, duty, words quoted with their speaker after them."""

from dataclasses import dataclass, field
from typing import cast

from govscrape.extract.addressees import Addressees, Units, Words
from govscrape.extract.document import Document, Passage, Sentence
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.lattice import Mention
from govscrape.models.records import VerbClass

_OPENING_QUOTES, _CLOSING_QUOTES = frozenset('"“«'), frozenset('"”»')
_SIGNS = frozenset(',"“”«»-–—:+•*()')
_REPORT_REACH = 6
Span = tuple[int, int]


@dataclass
class Order:
    """A directive verb at tokens [start, end) (or a stretch said by ``issuer``), with its units and where its task begins."""

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
    colon: bool = False
    directive: bool = True
    telling: bool = False


class Frames:
    """Recognises constructions by the mentions around a place."""

    def __init__(self, document: Document, words: Words, units: Units, subjects: Subjects) -> None:
        self.document, self.at, self.units, self.subjects = document, words, units, subjects
        self.words = words.words
        blocks = [m for m in document.reading.mentions("directive_block") if words.lower(m.end - 1) or words.mention("directive_verb", m.start) is None]
        self.blocked = {place for block in blocks for place in range(block.start, block.end)}

    def clauses(self, sentence: Sentence) -> list[Span]:
        """The clauses of a sentence; those that one list of addressees runs through are one."""
        out: list[Span] = []
        for start, end in sentence.clauses:
            if out and start < out[-1][1]:
                continue
            for mention in self.at.within("directive_verb", start, end):
                listed = self.units.listed(mention.end, sentence.end) if mention.start not in self.blocked else None
                if listed is not None and listed.end > end:
                    end = next((e for s, e in sentence.clauses if s <= listed.end < e), sentence.end)
            out.append((start, end))
        return out

    def lead(self, place: int, end: int) -> int:
        """Past one sign or opening word that belongs to no task; ``place`` itself when there is none."""
        if place < end and self.words[place] == "(":
            return next((at + 1 for at in range(place, min(place + 20, end)) if self.words[at] == ")"), place + 1)
        if place < end and self.words[place] in _SIGNS:
            return place + 1
        after = self.at.end("directive_lead", place)
        return after if after is not None and after <= end else place

    def reports(self, start: int, end: int) -> bool:
        """Whether a sentence tells of earlier times."""
        place = start
        while (after := self.lead(place, end)) > place:
            place = after
        return self.at.end("directive_past", place) is not None

    def verbs(self, place: int, end: int, sentence: int, *, inside: bool) -> list[Order]:
        """The directive verbs of a clause that order something, in the order of the text."""
        out: list[Order] = []
        for mention in self.at.within("directive_verb", place, end):
            if out and mention.start < out[-1].task:
                continue
            order = self._verb(mention, place, end, sentence, inside=inside or bool(out))
            if order is not None:
                out.append(order)
        return out

    def _verb(self, mention: Mention, floor: int, end: int, sentence: int, *, inside: bool) -> Order | None:
        start, after = mention.start, mention.end
        if start in self.blocked and any(p in self.blocked for p in range(start, after)):
            return None
        telling = self.at.end("directive_telling", start) == after
        listed = self.units.listed(after, end) or self.units.listed(self._past_leads(after, end), end)
        colon = self._colon(after, end)
        if listed is None and colon and self.words[after] == ":":
            listed = self._after_colon(after, end)
        if inside and listed is not None and self.units.staff(listed.units):
            return None
        if self.at.end("directive_typo", start) == after and listed is None:
            return None
        strong = self.at.end("directive_strong", start) == after
        issuer = self.subjects.left_of(start, floor if not inside else max(floor, start - 1))
        if inside and start == floor:
            issuer = None
        if not self._stands(mention, floor, issuer, strong=strong, inside=inside, listed=listed, colon=colon):
            return None
        if telling and not self._duty(listed, after, end):
            return None
        task = listed.end if listed else after
        if listed is None and not colon and not self.at.task_at(after, end):
            return None
        if self.at.end("directive_no_task", task) is not None:
            return None
        if self._petition(sentence, start, issuer):
            return None
        if issuer is None and not inside:
            issuer = self._document(start, floor) or self.subjects.of_sentence(start, sentence)
        elif issuer is None:
            issuer = self._document(start, floor)
        left = issuer.start if issuer and floor <= issuer.start < start and not inside else start
        order = Order(start, after, left, self.document.text(start, after), cast(VerbClass, mention.slots["value"]), issuer, "directives.verb", task)
        order.colon = colon
        order.telling = telling
        if listed:
            order.units, order.coordinating = listed.units, listed.coordinating
        return order

    def _past_leads(self, place: int, end: int) -> int:
        """Past signs and opening words after a verb: "yêu cầu, trong thời gian tới, …"; a colon ends the search."""
        while place < end and self.words[place] != ":" and (after := self.lead(place, end)) > place:
            place = after
        return place

    def _after_colon(self, place: int, end: int) -> Addressees | None:
        """Units with their task behind "yêu cầu:"."""
        place += 1
        while place < end and (after := self.lead(place, end)) > place:
            place = after
        listed = self.units.listed(place, end)
        return listed if listed is not None and self.tells(place, listed, end, strict=False) else None

    def _colon(self, place: int, end: int) -> bool:
        """Whether a colon follows the verb, some words between ("yêu cầu thực hiện các nội dung sau:")."""
        if place >= end or self.words[end - 1] != ":":
            return place < end and self.words[place] == ":"
        return place == end - 1 or self.at.task_at(place, end) or any(True for _ in self.at.within("directive_following", place, end))

    def _stands(self, mention: Mention, floor: int, issuer: Issuer | None, *, strong: bool, inside: bool, listed: Addressees | None, colon: bool) -> bool:
        """Whether the verb stands where an order may: after its subject, or at the start of a part of the sentence."""
        start = mention.start
        if not strong and self.at.start("directive_perfect", start) is not None and not colon:
            return False
        if issuer is not None and not strong:
            return (listed is not None or colon) and (issuer.person or issuer.level <= 2)
        if issuer is not None:
            return True
        if strong and self._document(start, floor) is not None:
            return True
        if not strong:
            return listed is not None and self._document(start, floor) is not None
        if self.at.start("directive_thing", start) is not None and self.at.end("directive_send", mention.end) is not None:
            return True
        if start == floor or self.words[start - 1] in (",", ":", '"', "“", "-", "–", ";", ")"):
            return not inside or start == floor or listed is not None
        if self.at.start("directive_between", start) is not None or self.at.start("directive_lead", start) is not None:
            return listed is not None or not inside
        if self.at.start("directive_noun_mark", start) is not None:
            return False
        return listed is not None and not inside

    def _duty(self, listed: Addressees | None, after: int, end: int) -> bool:
        """What a telling verb needs to be an order: a list after it, or units with their duty."""
        if self.words[end - 1] == ":":
            return True
        if listed is None:
            place = after
            while place < end and self.words[place] in _SIGNS:
                place += 1
            return self.at.end("directive_must", place) is not None
        return self.at.end("directive_must", listed.end) is not None

    def _petition(self, sentence: int, start: int, issuer: Issuer | None) -> bool:
        """Whether those who ask are citizens, firms or guests."""
        first = issuer.start if issuer is not None else sentence
        if issuer is not None and any(True for _ in self.at.within("directive_petitioner", first, min(issuer.end, start))):
            return True
        place = sentence
        while (after := self.lead(place, start)) > place:
            place = after
        return issuer is None and self.at.end("directive_petitioner", place) is not None

    def _document(self, start: int, floor: int) -> Issuer | None:
        """A document as subject ("Kế hoạch giao …") stands for the body that issued it."""
        for place in range(max(floor, start - 12), start):
            after = self.at.end("directive_document", place)
            if after is None or place != floor:
                continue
            if after == start or not any(s.start >= after and s.end <= start and s.person for s in self.subjects.all):
                return self.subjects.body_before(place) or Issuer(place, after, None, self.document.text(place, after), False, 2)
        return None

    def upward(self, verb_class: VerbClass, units: list[Span], issuer: Issuer | None) -> bool:
        """Whether what is asked goes to someone above: a proposal, no directive."""
        if verb_class not in ("request", "recommendation") or not units:
            return False
        levels = [self.subjects.level(*unit) for unit in units]
        if issuer is None:
            return min(levels) <= 1
        return min(levels) < issuer.level

    def opening(self, place: int, end: int) -> Order | None:
        """A speaker whose words a list gives: "đồng chí X kết luận:"."""
        for mention in self.at.within("directive_opening", place, end):
            issuer = self.subjects.left_of(mention.start, place) or self.subjects.of_sentence(mention.start, place)
            if issuer is not None:
                text = self.document.text(mention.start, mention.end)
                return Order(mention.start, mention.end, place, text, "agreement", issuer, "directives.opening")
        return None

    def _own_turn(self, place: int, end: int) -> bool:
        """Whether after a comma a unit stands with its duty."""
        listed = self.units.listed(place, end) if not self.at.lower(place) else None
        return listed is not None and self.at.end("directive_must", listed.end) is not None

    def turns(self, start: int, end: int) -> list[int]:
        """Where inside a task a comma and "còn", "riêng" give another unit its own task."""
        out = []
        for mention in self.at.within("directive_turn", start + 1, end):
            if self.words[mention.start - 1] != ",":
                continue
            listed = self.units.listed(mention.end, end)
            if listed is not None and (self.at.end("directive_must", listed.end) is not None or self.at.task_at(listed.end, end)):
                out.append(mention.start)
        out.extend(at + 1 for at in range(start + 2, end - 2) if self.words[at] == "," and self._own_turn(at + 1, end))
        return sorted(set(out))

    def fronted_units(self, place: int, verb: int) -> list[Span]:
        """The units of "đối với X," before a directive verb that names none."""
        after = self.at.end("directive_front", place) or place
        if after == place and self.at.start("directive_lead", place) is None:
            return []
        listed = self.units.listed(after, verb)
        if listed is None or any(word[0].isalnum() for word in self.words[listed.end : verb]):
            return []
        return listed.units

    def demand(self, place: int, end: int) -> Order | None:
        """"Yêu cầu của X:" opens what X demands."""
        noun = self.at.mention("directive_order_noun", place)
        of = self.at.end("directive_of", noun.end) if noun is not None else None
        issuer = self.subjects.by_start.get(of) if of is not None else None
        if noun is None or issuer is None or issuer.end >= end or self.words[issuer.end] != ":":
            return None
        verb = self.at.mention("directive_verb", place)
        verb_class = cast(VerbClass, verb.slots["value"]) if verb else "order"
        text = self.document.text(noun.start, noun.end)
        return Order(place, issuer.end + 1, place, text, verb_class, issuer, "directives.demand", issuer.end + 1)

    def fronted(self, place: int, end: int) -> int:
        """Past "đối với", which puts a unit first, or past "về phía X,"."""
        aside = self.at.end("directive_aside", place)
        if aside is not None:
            stop = self.units.unit(aside, end)
            return stop + 1 if stop is not None and stop < end and self.words[stop] == "," else aside
        after = self.at.end("directive_front", place)
        return after if after is not None and after < end else place

    def passive(self, listed: Addressees, end: int) -> Order | None:
        """"X được giao …": the units stand before the verb, or after "gồm" behind the task."""
        place = listed.end
        mention = self.at.mention("directive_passive", place)
        if mention is None or mention.start in self.blocked:
            return None
        text = self.document.text(mention.start, mention.end)
        order = Order(mention.start, end, place, text, cast(VerbClass, mention.slots["value"]), None, "directives.passive", mention.end)
        order.units = list(listed.units)
        for more in self.at.within("directive_list_of", mention.end, end):
            named = self.units.listed(more.end, end)
            if named is not None:
                order.units, order.end = named.units, more.start
                break
        return self._with_partners(order)

    def passive_inside(self, place: int, end: int) -> Order | None:
        """A passive whose units do not open the clause: "Trước tình hình đó, Sở X được giao …"."""
        for mention in self.at.within("directive_passive", place, end):
            for start in range(place, mention.start):
                if start > place and self.words[start - 1] != ",":
                    continue
                listed = self.units.listed(start, mention.start)
                if listed is not None and listed.end == mention.start:
                    return self.passive(listed, end)
        return None

    def _with_partners(self, order: Order) -> Order:
        inner = Addressees(order.units, order.task)
        self.units.partners(inner, order.end)
        order.task, order.coordinating = inner.end, inner.coordinating
        return order

    def modal_text(self, place: int, end: int) -> str | None:
        """The duty word at ``place`` as written."""
        after = self.at.end("directive_must", place)
        return self.document.text(place, after) if after is not None and after <= end else None

    def tells(self, place: int, listed: Addressees, end: int, *, strict: bool) -> bool:
        """Whether "units task" goes on with an order rather than reporting what the units did."""
        at = listed.end
        if at < end and self.words[at] in (":", ","):
            at += 1
        if at >= end or listed.units[0][0] > place + 8:
            return False
        if self.at.end("directive_must", at) is not None:
            return True
        who = self.subjects.by_start.get(place)
        if self._report(at, end) or (strict and who is not None and who.name is not None):
            return False
        return self.at.task_at(at, end) or not strict

    def _report(self, place: int, end: int) -> bool:
        told = self.at.end("directive_report", place)
        if told is not None and max(self.at.end("task_verb", place) or 0, self.at.end("task_adverb", place) or 0) <= told:
            return True
        reach = min(place + _REPORT_REACH, end)
        return any(self.at.end("directive_perfect", at) is not None for at in range(place, reach))

    def bare_task(self, place: int, end: int, *, strict: bool, sentence_start: bool) -> bool:
        """Whether a clause without unit is a task of the units before it."""
        if sentence_start or self._report(place, end) and self.at.end("task_verb", place) is None:
            return False
        if self.at.end("directive_must", place) is not None:
            return True
        strong = self.at.end("directive_strong", place) if place not in self.blocked else None
        if strong is not None:
            listed = self.units.listed(strong, end)
            return not strict and listed is not None and self.units.staff(listed.units)
        if strict:
            return self.at.opening_at(place) and not self._other_subject(place, end)
        return self.at.task_at(place, end) or self.at.lower(place)

    def _other_subject(self, place: int, end: int) -> bool:
        """Whether after a comma someone else does something: the clause only leads up to that."""
        for subject in self.subjects.all:
            if place < subject.start and subject.end < end and self.words[subject.start - 1] == ",":
                after = subject.end
                if subject.name or self.at.end("directive_report", after) is not None or self.at.end("directive_verb", after) is not None:
                    return True
        return False

    def attributed(self, passage: Passage) -> dict[int, Order]:
        """Sentences (by their start) whose words are told by someone named after them."""
        out: dict[int, Order] = {}
        for number, sentence in enumerate(passage.sentences):
            here = self._spoken_after(sentence.start, sentence.end)
            if here is not None:
                first = self._quote_opens(passage, here.left, number)
                for other in passage.sentences[first : number + 1]:
                    opens = self._after_quote(other.start, min(other.end, here.left)) if other is passage.sentences[first] else other.start
                    out[other.start] = Order(opens, min(other.end, here.left), here.left, here.text, here.verb_class, here.issuer, "directives.said", directive=here.directive)
            elif number and (noted := self._this_is(sentence.start, sentence.end)) is not None:
                before = passage.sentences[number - 1]
                out[before.start] = Order(before.start, before.end, before.end, noted.text, noted.verb_class, noted.issuer, "directives.said")
        return out

    def _quote_opens(self, passage: Passage, close: int, number: int) -> int:
        """The sentence in which the quotation that ends at ``close`` begins."""
        if not any(self.words[at] in _CLOSING_QUOTES for at in range(max(close - 3, passage.start), close)):
            return number
        for earlier in range(number, -1, -1):
            sentence = passage.sentences[earlier]
            stop = min(sentence.end, close - 3)
            if any(self.words[at] in _OPENING_QUOTES for at in range(sentence.start, stop)):
                return earlier
        return number

    def _after_quote(self, start: int, end: int) -> int:
        """Where the quotation begins in [start, end), or ``start``: a dateline may stand before it."""
        return next((at + 1 for at in range(start, min(start + 20, end - 4)) if self.words[at] in _OPENING_QUOTES), start)

    def _spoken_after(self, start: int, end: int) -> Order | None:
        """", X lưu ý." at the end of a sentence, or after a closing quotation mark."""
        for subject in reversed(self.subjects.all):
            if not start < subject.start or subject.end >= end:
                continue
            before = self.words[subject.start - 1]
            if before not in (",", "-", "–", "—", "”", '"'):
                continue
            place = subject.end
            while place < end and (self.words[place] == "," or self.at.end("directive_between", place)):
                place = self.at.end("directive_between", place) or place + 1
            speech = self.at.mention("directive_speech", place)
            if speech is None or self._goes_on(speech.end, end):
                continue
            verb = self.at.mention("directive_verb", place)
            text = self.document.text(speech.start, speech.end)
            verb_class = cast(VerbClass, verb.slots["value"]) if verb else "emphasis"
            return Order(start, end, subject.start, text, verb_class, subject, "directives.said", directive=verb is not None)
        return None

    def _goes_on(self, place: int, end: int) -> bool:
        """Whether the verb of speech has an object of its own."""
        if place >= end or self.words[place] in (".", "!", "…", '"', "”", ","):
            return False
        return self.at.end("directive_after_speech", place) is None

    def _this_is(self, start: int, end: int) -> Order | None:
        """"Đó là chỉ đạo của X": the sentence before it is X's."""
        place = self.at.end("directive_here", start)
        noun = self.at.mention("directive_order_noun", place) if place is not None else None
        if noun is None:
            return None
        subject = next((s for s in self.subjects.all if noun.end < s.start < end and s.start <= noun.end + 2), None)
        if subject is None:
            return None
        verb = self.at.mention("directive_verb", noun.start)
        verb_class = cast(VerbClass, verb.slots["value"]) if verb else "order"
        return Order(start, end, start, self.document.text(noun.start, noun.end), verb_class, subject, "directives.said")

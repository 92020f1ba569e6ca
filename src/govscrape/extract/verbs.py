"""Which directive verbs order something: where the verb stands, who its subject is, and what it governs."""

from dataclasses import dataclass

from govscrape.extract.addressees import Addressees, Span, Units
from govscrape.extract.document import Document
from govscrape.extract.frames import Frames
from govscrape.extract.fronts import Order
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.lattice import Mention
from govscrape.extract.standing import Words

_BEFORE = frozenset(',:"“-–;)')
_PROVINCE = 2
_AFTER_WORDS = frozenset('-–—”",')
_DOCUMENT_REACH, _SOME, _ASIDE = 12, 4, 16


@dataclass
class _Verb:
    """A directive verb at tokens [start, end) in the part of a clause [floor, limit) and what is known of it.

    ``inside``: an order is running already in the sentence. ``strong`` verbs order by themselves, ``telling`` ones only
    with a duty after them.
    """

    mention: Mention
    floor: int
    limit: int
    sentence: int
    inside: bool
    strong: bool
    telling: bool
    listed: Addressees | None
    colon: bool
    issuer: Issuer | None = None
    due: int | None = None

    @property
    def start(self) -> int:
        return self.mention.start

    @property
    def end(self) -> int:
        return self.mention.end


class OrderVerbs:
    """Reads the directive verbs of a clause."""

    def __init__(self, document: Document, words: Words, units: Units, subjects: Subjects, frames: Frames) -> None:
        self.document, self.at, self.units = document, words, units
        self.subjects, self.frames = subjects, frames
        self.words = words.words
        self.petition = False
        """Whether the clause read last holds what citizens ask."""

    def of(self, floor: int, limit: int, sentence: int, *, inside: bool) -> list[Order]:
        """The verbs in [floor, limit) that order something, in the order of the text."""
        out: list[Order] = []
        self.petition = False
        for mention in self._mentions(floor, limit):
            if out and mention.start < out[-1].task:
                continue
            verb = self._verb(mention, floor, limit, sentence, inside=inside or bool(out))
            if not self._governs(verb) or not self._stands(verb):
                continue
            if self._petition(verb):
                self.petition = True
            else:
                out.append(self._order(verb))
        return out

    def _mentions(self, floor: int, limit: int) -> list[Mention]:
        """The directive verbs of a clause; "chuyển" is one straight behind a matter that is put first."""
        found = [m for m in self.at.within("directive_verb", floor, limit) if m.start not in self.frames.blocked]
        if found or self.at.end("directive_front", floor) is None:
            return found
        return [m for m in self.at.within("directive_matter", floor, limit) if self._matter_first(floor, m.start)]

    def _verb(self, mention: Mention, floor: int, limit: int, sentence: int, *, inside: bool) -> _Verb:
        start, end = mention.start, mention.end
        colon = self._colon(end, limit)
        listed, due = self.units.listed(end, limit), None
        if listed is None:
            place = self._past_leads(end, limit)
            due = place if self.at.end("deadline", place) is not None else None
            listed = self.units.listed(self._past_leads(self.at.end("deadline", place) or place, limit), limit)
        if listed is None and colon:
            listed = self._behind_colon(end + 1, limit) if self.words[end] == ":" else self._before_colon(end, limit)
        strong = any(self.at.end(type_, start) == end for type_ in ("directive_strong", "directive_matter"))
        if listed is None and not colon and strong:
            listed = self.units.open(end, limit)
        telling = self.at.end("directive_telling", start) == end
        verb = _Verb(mention, floor, limit, sentence, inside, strong, telling, listed, colon)
        verb.due = due if listed is not None else None
        if not (inside and start == floor):
            verb.issuer = self.subjects.left_of(start, max(floor, start - 1) if inside else floor)
        return verb

    def _colon(self, place: int, limit: int) -> bool:
        """Whether a colon follows the verb, some words between ("yêu cầu thực hiện các nội dung sau:")."""
        if place >= limit or self.words[limit - 1] != ":":
            return place < limit and self.words[place] == ":"
        following = place == limit - 1 or self.at.task_at(place, limit)
        return following or self.at.any("directive_following", place, limit)

    def _past_leads(self, place: int, limit: int) -> int:
        """Past signs and opening words: "yêu cầu, trong thời gian tới, …"; a colon ends the search."""
        while place < limit and self.words[place] != ":" and (after := self.frames.lead(place, limit)) > place:
            place = after
        return place

    def _behind_colon(self, place: int, limit: int) -> Addressees | None:
        """Units with their task behind "yêu cầu:"."""
        place = self.frames.leads(place, limit)
        listed = self.units.listed(place, limit)
        return listed if listed is not None and self.frames.tells(place, listed, limit, strict=False) else None

    def _before_colon(self, place: int, limit: int) -> Addressees | None:
        """The units of "giao năm nhiệm vụ cho X:"."""
        for to in self.at.within("directive_to", place, limit - 1):
            listed = self.units.listed(to.end, limit - 1)
            if listed is not None and listed.end == limit - 1:
                return Addressees(listed.units, limit - 1)
        return None

    def _governs(self, verb: _Verb) -> bool:
        """Whether units, a task or a list follow the verb, as its kind needs it."""
        if verb.listed is None:
            if any(self.at.end(type_, verb.start) == verb.end for type_ in ("directive_typo", "directive_matter")):
                return False
            if not verb.colon and not self.at.task_at(verb.end, verb.limit) and not self._for_fronted(verb):
                return False
        elif self._sends_staff(verb, verb.listed) or self._blames(verb.listed) or not self._goes_on(verb):
            return False
        if (verb.telling and not self._duty(verb)) or self._leads_up(verb):
            return False
        return self.at.end("directive_no_task", self._task(verb)) is None

    def _for_fronted(self, verb: _Verb) -> bool:
        """Whether a verb that no rule knows tells units put first what to do: "Đối với các chủ hồ, X yêu cầu …"."""
        issuer = verb.issuer
        left = issuer.start if issuer is not None and issuer.start >= verb.floor else verb.start
        return self.at.unheard(verb.end, verb.limit) and bool(self.frames.fronted_units(verb.floor, left))

    def _leads_up(self, verb: _Verb) -> bool:
        """Whether the verb only opens the sentence of someone named behind: "Giao nhiệm vụ cho X, Bí thư yêu cầu"."""
        place = self._task(verb)
        subject = self.subjects.by_end.get(place)
        if verb.inside or verb.issuer is not None or verb.listed is None or subject is None or not subject.person:
            return False
        apart = subject.start > verb.end and self.words[subject.start - 1] == ","
        return apart and self.at.end("directive_strong", place) is not None

    def _goes_on(self, verb: _Verb) -> bool:
        """Whether after the units something may be ordered: no amount that is handed over, no other sentence."""
        place = self._task(verb)
        if place >= verb.limit or not self.words[place][0].isdigit():
            task = self.frames.leads(place, verb.limit)
            comma = place < verb.limit and self.words[place] == ","
            return not comma or not self.at.any("directive_perfect", task, min(task + _DOCUMENT_REACH, verb.limit))
        return False

    def _sends_staff(self, verb: _Verb, listed: Addressees) -> bool:
        """Whether the verb only tells whom a unit's head sends."""
        own = verb.issuer is not None or verb.start == verb.floor
        return (verb.inside or not own) and self.units.staff(listed.units)

    def _blames(self, listed: Addressees) -> bool:
        """Whether what follows the units is what they failed to do: "nhắc nhở Sở X chậm …"."""
        start, end = listed.units[-1]
        fault = self.at.start("directive_fault", end)
        return fault is not None and fault > start

    def _task(self, verb: _Verb) -> int:
        return verb.listed.end if verb.listed else verb.end

    def _duty(self, verb: _Verb) -> bool:
        """What a telling verb needs to be an order: a list after it, or units with their duty."""
        if self.words[verb.limit - 1] == ":":
            return True
        if verb.listed is None:
            return False
        must = self.at.end("directive_must", verb.listed.end) is not None
        paper = self._document(verb) is not None
        stress = paper or self.at.end("directive_stress", verb.start) is not None
        behind = stress and self.words[verb.end] in ((":", ",") if paper else (":",))
        return must or (behind and self.frames.tells(verb.listed.units[0][0], verb.listed, verb.limit, strict=True))

    def _stands(self, verb: _Verb) -> bool:
        """Whether the verb stands where an order may: after its subject, or at the start of a part of the sentence."""
        if self._past(verb):
            return False
        if verb.strong and verb.issuer is None and self._document(verb) is not None:
            return verb.listed is not None or verb.colon or self._begins(verb)
        if verb.strong:
            return verb.issuer is not None or self._begins(verb)
        if verb.issuer is not None:
            high = verb.issuer.person or verb.issuer.level <= _PROVINCE
            front = verb.issuer.start > verb.floor and self._matter_first(verb.floor, verb.issuer.start)
            return high and (verb.listed is not None or verb.colon or (front and self.at.task_at(verb.end, verb.limit)))
        if self._document(verb) is not None:
            return verb.listed is not None or verb.colon
        return verb.listed is not None and self._second(verb)

    def _second(self, verb: _Verb) -> bool:
        """Whether the verb is a further act of the person who is the sentence's subject."""
        if verb.inside or self.words[verb.start - 1] != ",":
            return False
        subject = self.subjects.of_sentence(verb.start, verb.sentence)
        return subject is not None and subject.person

    def _past(self, verb: _Verb) -> bool:
        """Whether "đã" before the verb tells of an earlier act rather than of this order."""
        before = ("directive_once", "directive_future")
        if any(self.at.start(type_, verb.start) is not None for type_ in before):
            return True
        perfect = self.at.start("directive_perfect", verb.start)
        if perfect is None:
            return False
        if self.at.start("directive_we", perfect) is not None or self._reported(verb.sentence, perfect):
            return True
        weak = not verb.strong and not verb.colon
        return weak or self.at.any("directive_past", verb.sentence, verb.start)

    def _reported(self, start: int, perfect: int) -> bool:
        """Whether somebody tells what was ordered: "Ông X cho biết: UBND huyện đã giao …"."""
        if self.at.any("directive_relate", start, perfect):
            return True
        told = self.at.within("directive_tell", start, perfect)
        return any(found.end == perfect or self.words[found.end] in (":", ",") for found in told)

    def _begins(self, verb: _Verb) -> bool:
        """Whether a strong verb without subject opens a part of the sentence."""
        start = verb.start
        if self._thing(verb) or self._heads_list(verb):
            return True
        if start == verb.floor:
            return True
        if self.words[start - 1] in _BEFORE or any(
            self.at.start(type_, start) is not None for type_ in ("directive_between", "directive_lead")
        ):
            if verb.listed is not None or not verb.inside:
                return True
            return bool(self.frames.fronted_units(verb.floor, start))
        if self.at.start("directive_noun_mark", start) is not None:
            return False
        return verb.listed is not None and not verb.inside

    def _heads_list(self, verb: _Verb) -> bool:
        """Whether the verb and a colon end the clause: "Để bảo đảm mỹ quan, đề nghị:"."""
        noun = self.at.start("directive_noun_mark", verb.start) is not None
        return verb.end == verb.limit - 1 and self.words[verb.end] == ":" and not noun and not verb.inside

    def _thing(self, verb: _Verb) -> bool:
        """Whether a thing "is required": "Báo cáo yêu cầu gửi về …"."""
        if self.at.end("directive_send", verb.end) is None or verb.issuer is not None:
            return False
        opens = self.at.end("directive_thing", verb.floor) is not None and verb.start <= verb.floor + _DOCUMENT_REACH
        return opens or self.at.start("directive_thing", verb.start) is not None

    def _petition(self, verb: _Verb) -> bool:
        """Whether those who ask are citizens, firms or guests."""
        if verb.issuer is not None:
            request = self.frames.verb_class(verb.start) == "request"
            if request and self.at.start("directive_spokesman", verb.issuer.start) is not None:
                return True
            asking = self.at.within("directive_petitioner", verb.issuer.start, min(verb.issuer.end, verb.start))
            if any(not self._in_name(found, verb.issuer.start) for found in asking):
                return True
            body = not verb.issuer.person and verb.issuer.start > verb.floor
            return body and self.subjects.stranger(self.frames.leads(verb.floor, verb.start))
        colons = (at + 1 for at in range(verb.sentence, verb.start) if self.words[at] == ":")
        if any(self._asks(place, verb.start) for place in {verb.sentence, verb.floor, *colons}):
            return True
        if self._asks_aside(verb) or self._goes_on_asking(verb):
            return True
        sentence = self.document.sentence_of[verb.start]
        return sentence is not None and self._asked_after(verb.end, sentence.end)

    def _asked_after(self, place: int, end: int) -> bool:
        """Whether a person without office is named as the speaker behind the words: "…” - chị X đề xuất"."""
        for at in range(place, end - 2):
            name = self.at.end("told_honorific", at + 1) or self.at.end("directive_some", at + 1)
            if self.words[at] not in _AFTER_WORDS or name is None or not self.subjects.unknown_name(at + 1, name):
                continue
            while name < end and not self.at.lower(name) and self.words[name][0].isalpha():
                name += 1
            if any(self.at.end(type_, name) is not None for type_ in ("directive_speech", "directive_ask")):
                return True
        return False

    def _goes_on_asking(self, verb: _Verb) -> bool:
        """Whether the same sentence has already proposed something to someone above: "kiến nghị …; đề nghị …"."""
        if self.frames.verb_class(verb.start) != "request":
            return False
        prayers = self.at.within("directive_pray", verb.sentence, verb.start)
        nouns = ("directive_noun_mark", "told_plural", "directive_of")
        return any(all(self.at.start(type_, prayer.start) is None for type_ in nouns) for prayer in prayers)

    def _asks_aside(self, verb: _Verb) -> bool:
        """Whether behind a comma those who ask stand right before the verb: "Tại buổi tiếp xúc, cử tri A đề nghị"."""
        stop = verb.start - 1 if self.words[verb.start - 1] == "," else verb.start
        near = range(stop - 1, max(verb.sentence, stop - _ASIDE), -1)
        comma = next((at for at in near if self.words[at] == ","), None)
        if comma is None:
            return False
        if stop < verb.start:
            return self.subjects.stranger(comma + 1)
        return self._asks(comma + 1, stop)

    def _asks(self, place: int, stop: int) -> bool:
        """Whether a citizen, a firm or someone without office is the subject that begins at ``place``."""
        place = self.frames.leads(place, stop)
        if self._layman(place, stop):
            return True
        for _ in range(_SOME):
            if any(self.at.end(type_, place) is not None for type_ in ("directive_petitioner", "title_private")):
                return True
            if self.subjects.stranger(place):
                return True
            some = self.at.end("directive_some", place)
            skip = self.at.end("told_plural", place) or some
            if skip is None or skip >= stop:
                return False
            if some is not None and stop - skip <= _SOME and all(self.at.lower(at) for at in range(skip, stop)):
                return True
            place = skip
        return False

    def _layman(self, place: int, stop: int) -> bool:
        """Whether who asks is called "chị", "anh" alone and is no official, or "tôi" where nobody of rank speaks."""
        called = self.at.end("directive_layman", place)
        if called is not None and (called == stop or (self.at.capital(place) and self.at.lower(called))):
            return not self.subjects.known_as(place)
        pronoun = self.at.end("directive_pronoun", place)
        return pronoun == stop and self.subjects.before(place) is None

    def _in_name(self, found: Mention, start: int) -> bool:
        """Whether the words are part of an organ's name ("Ủy ban nhân dân")."""
        return any((self.at.end("told_org", at) or 0) >= found.end for at in range(start, found.start))

    def _document(self, verb: _Verb) -> Issuer | None:
        """A document as subject ("Kế hoạch giao …") stands for the body that issued it."""
        start, after = verb.floor, self.at.end("directive_document", verb.floor)
        near = self.at.start("directive_document", verb.start)
        if after is None and near is not None and self._matter_first(verb.floor, near):
            start, after = near, verb.start
        if after is None or not after <= verb.start <= (self.at.end("legal", start) or start) + _DOCUMENT_REACH:
            return None
        between = [s for s in self.subjects.all if after <= s.start and s.end <= verb.start]
        owner = next((s for s in between if self.at.start("directive_of", s.start) is not None), None)
        if owner is not None or any(s.person for s in between):
            return owner
        text = self.document.text(start, after)
        issuer = self.frames.issuer_of(text.lower(), verb.sentence)
        source = self.frames.source(verb.sentence) if issuer is None else None
        if issuer is not None or source is not None:
            return issuer or (source.issuer if source else None)
        known = self.subjects.body_before(start) or self.subjects.signer()
        return known or Issuer(start, after, None, text, person=False, level=_PROVINCE)

    def _thereby(self, verb: _Verb) -> Issuer | None:
        """Whose paper the sentence before named, for "Theo đó, yêu cầu …"."""
        if self.words[verb.start - 1] != "," or self.at.start("directive_thereby", verb.start - 1) is None:
            return None
        source = self.frames.source(verb.sentence)
        return source.issuer if source is not None else None

    def _matter_first(self, floor: int, place: int) -> bool:
        """Whether only a matter, place or time put first stands before ``place``: "Về tổ chức thực hiện, …"."""
        opens = ("directive_front", "directive_after_speech", "directive_according")
        return self.words[place - 1] == "," and any(self.at.end(type_, floor) is not None for type_ in opens)

    def _order(self, verb: _Verb) -> Order:
        issuer = verb.issuer or self._document(verb) or self._thereby(verb)
        if issuer is None and not verb.inside:
            issuer = self.subjects.of_sentence(verb.start, verb.sentence)
        own = issuer is not None and verb.floor <= issuer.start < verb.start and not verb.inside
        units: list[Span] = verb.listed.units if verb.listed else []
        return Order(
            start=verb.start,
            end=verb.end,
            left=issuer.start if own and issuer else verb.start,
            text=self.document.text(verb.start, verb.end),
            verb_class=self.frames.verb_class(verb.start),
            issuer=issuer,
            rule="directives.verb",
            task=self._task(verb),
            units=units,
            coordinating=verb.listed.coordinating if verb.listed else [],
            telling=verb.telling,
            due=verb.due,
        )

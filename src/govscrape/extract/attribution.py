"""Words told by someone who is named only after them: quotations, ", X lưu ý", "Đó là chỉ đạo của X"."""

from govscrape.extract.document import Document, Passage
from govscrape.extract.frames import Frames
from govscrape.extract.fronts import Order
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.standing import Words

_OPENING_QUOTES, _CLOSING_QUOTES = frozenset('"“«'), frozenset('"”»')
_BEFORE_SPEAKER = frozenset(',-–—”"')
_ENDS = frozenset('.!…"”,')
_DATELINE, _AFTER, _REACH = 20, 14, 6
RULE = "directives.said"


class Attribution:
    """Finds who tells a sentence, when that stands behind it."""

    def __init__(self, document: Document, words: Words, subjects: Subjects, frames: Frames) -> None:
        self.document, self.at, self.subjects, self.frames = document, words, subjects, frames
        self.words = words.words

    def of(self, passage: Passage) -> dict[int, Order]:
        """Sentences (by their start) whose words are told by someone named after them."""
        out: dict[int, Order] = {}
        for number, sentence in enumerate(passage.sentences):
            here = self._spoken_after(sentence.start, sentence.end)
            here = here or self._pronoun_after(sentence.start, sentence.end)
            if here is not None:
                self._quoted(passage, number, here, out)
                continue
            ahead = self._spoken_before(sentence.start, sentence.end)
            if ahead is not None:
                out[sentence.start] = ahead
                continue
            noted = self._this_is(sentence.start, sentence.end)
            if noted is not None and noted.left > sentence.start:
                out[sentence.start] = noted
            elif noted is not None and number:
                before = passage.sentences[number - 1]
                noted.start, noted.end = before.start, before.end
                out[before.start] = noted
        return out

    def _spoken_before(self, start: int, end: int) -> Order | None:
        """The speaker of "X: “…”" and of "Theo X, …": only duties told there are orders."""
        for subject in self.subjects.all:
            if not start <= subject.start < subject.end < end - 2:
                continue
            place = subject.end
            speech = self.at.end("directive_speech", place) or place
            quoted = speech + 1 < end and self.words[speech] == ":" and self.words[speech + 1] in _OPENING_QUOTES
            if quoted:
                order = Order(
                    speech + 2, end, speech + 2, self.document.text(place - 1, place), "emphasis", subject, RULE
                )
                order.directive = False
                return order
        return self._according(start, end)

    def _according(self, start: int, end: int) -> Order | None:
        """The speaker of "Theo X, …" and of "Theo yêu cầu của ông, …"."""
        lead = self.frames.leads(start, end)
        after = self.at.end("directive_according", lead)
        if after is None:
            return None
        noun = self.at.mention("directive_order_noun", after)
        of = self.at.end("directive_of", noun.end) if noun is not None else after
        if of is None:
            return None
        pronoun = self.at.end("directive_pronoun", of)
        subject = self.subjects.by_start.get(of)
        place = self._to_comma(subject.end, end) if subject is not None and noun is not None else None
        place = place or (subject.end if subject is not None else pronoun)
        if place is None or place >= end or self.words[place] != ",":
            return None
        issuer = subject or self.subjects.before(lead)
        if issuer is None:
            return None
        shown = self.document.text(noun.start, noun.end) if noun is not None else self.document.text(place - 1, place)
        verb_class = self.frames.verb_class(noun.start) if noun is not None else "emphasis"
        order = Order(place + 1, end, place + 1, shown, verb_class, issuer, RULE)
        order.directive = noun is not None and subject is None
        return order

    def _to_comma(self, place: int, end: int) -> int | None:
        """The comma behind where someone spoke: "Theo kết luận của X tại phiên họp, …"."""
        if self.at.end("directive_after_speech", place) is None:
            return None
        near = range(place, min(place + _AFTER, end))
        return next((at for at in near if self.words[at] == ","), None)

    def _quoted(self, passage: Passage, number: int, here: Order, out: dict[int, Order]) -> None:
        """Gives the speaker to every sentence of the quotation that ends before ``here.left``."""
        first = self._quote_opens(passage, here.left, number)
        for sentence in passage.sentences[first : number + 1]:
            start, end = sentence.start, min(sentence.end, here.left)
            if sentence is passage.sentences[first]:
                start = self._after_quote(start, end)
            order = Order(start, end, here.left, here.text, here.verb_class, here.issuer, RULE)
            order.directive = here.directive
            out[sentence.start] = order

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
        places = range(start, min(start + _DATELINE, end - 4))
        return next((at + 1 for at in places if self.words[at] in _OPENING_QUOTES), start)

    def _spoken_after(self, start: int, end: int) -> Order | None:
        """The speaker of ", X lưu ý." at the end of a sentence, or after a closing quotation mark."""
        for subject in reversed(self.subjects.all):
            if not start < subject.start or subject.end >= end or self.words[subject.start - 1] not in _BEFORE_SPEAKER:
                continue
            place = self._verb_of(subject, end)
            speech = self.at.mention("directive_speech", place)
            if speech is None or self._has_object(speech.end, end) or self._leads_on(subject, speech.end, end):
                continue
            text = self.document.text(speech.start, speech.end)
            order = Order(start, end, subject.start, text, self.frames.verb_class(place, "emphasis"), subject, RULE)
            verb = self.at.end("directive_verb", place)
            order.directive = verb is not None and self.at.end("directive_telling", place) is None
            return order
        return None

    def _pronoun_after(self, start: int, end: int) -> Order | None:
        """The speaker of "…”, ông nói": whoever was named last."""
        for at in reversed(self.at.lattice.begins("directive_pronoun", start + 1, end)):
            after = self.at.end("directive_pronoun", at) if self.words[at - 1] in _BEFORE_SPEAKER else None
            speech = self.at.mention("directive_speech", after) if after is not None and after < end else None
            quoted = any(self.words[place] in _CLOSING_QUOTES for place in range(max(at - 3, start), at))
            issuer = self.subjects.before(self._quotation(at)) if speech is not None and quoted else None
            if speech is None or issuer is None or self._has_object(speech.end, end):
                continue
            text = self.document.text(speech.start, speech.end)
            order = Order(start, end, at, text, self.frames.verb_class(speech.start, "emphasis"), issuer, RULE)
            order.directive = False
            return order
        return None

    def _quotation(self, close: int) -> int:
        """Where in its paragraph the quotation before ``close`` begins: who is named inside does not speak."""
        passage = self.document.passage_of[close]
        first = passage.start if passage is not None else close
        return next((at for at in range(close - 4, first - 1, -1) if self.words[at] in _OPENING_QUOTES), first)

    def _verb_of(self, subject: Issuer, end: int) -> int:
        """Past commas and adverbs after a subject."""
        place = subject.end
        while place < end and (self.words[place] == "," or self.at.end("directive_between", place)):
            after = self.at.end("directive_between", place) or place + 1
            if self.at.end("directive_speech", place) and not self.at.end("directive_speech", after):
                break
            place = after
        return place

    def _leads_on(self, subject: Issuer, place: int, end: int) -> bool:
        """Whether the speaker's words follow rather than precede: "Phát biểu tại đó, X nhấn mạnh, nhiệm vụ …"."""
        before = range(max(subject.start - 2, 0), subject.start)
        if any(self.words[at] in _CLOSING_QUOTES or self.words[at] in "-–—" for at in before):
            return False
        return end - place > _AFTER or ":" in self.words[place:end]

    def _of_whom(self, place: int, end: int) -> int | None:
        """Behind "của", or "được", "do", "mà" in the words that follow: "là mốc thời gian được X đưa ra"."""
        for at in range(place, min(place + _REACH, end)):
            for type_ in ("directive_of", "directive_agent"):
                after = self.at.end(type_, at)
                if after is not None and after in self.subjects.by_start:
                    return after
        return None

    def _has_object(self, place: int, end: int) -> bool:
        """Whether the verb of speech has an object of its own."""
        if place >= end or self.words[place] in _ENDS:
            return False
        return self.at.end("directive_after_speech", place) is None

    def _this_is(self, start: int, end: int) -> Order | None:
        """The issuer of "Đó là chỉ đạo của X": the sentence before it is X's."""
        here = next(self.at.within("directive_here", start, end), None)
        if here is None:
            return self._that_was(start, end)
        if here.start > start and self.words[here.start - 1] not in _BEFORE_SPEAKER:
            return None
        noun = self.at.mention("directive_order_noun", here.end) or self.at.mention("directive_said_noun", here.end)
        direct = noun is not None and noun.end in self.subjects.by_start
        of = noun.end if noun is not None and direct else self._of_whom(noun.end, end) if noun is not None else None
        subject = self.subjects.by_start.get(of) if of is not None else None
        if noun is None or subject is None or subject.end > end:
            return None
        text = self.document.text(noun.start, noun.end)
        return Order(start, here.start, here.start, text, self.frames.verb_class(noun.start), subject, RULE)

    def _that_was(self, start: int, end: int) -> Order | None:
        """The issuer of "Yêu cầu trên được X đưa ra tại …": the sentence before it is X's."""
        noun = self.at.mention("directive_order_noun", self.frames.leads(start, end))
        pointed = self.at.end("directive_said_above", noun.end) if noun is not None else None
        subject = self.subjects.by_start.get(self.at.end("directive_agent", pointed or start) or 0)
        if noun is None or pointed is None or subject is None:
            return None
        text = self.document.text(noun.start, noun.end)
        return Order(start, start, start, text, self.frames.verb_class(noun.start), subject, RULE)

"""Who tells whom to do what, by when, on what basis.

A directive verb with a unit or a task after it opens a block; the clauses, sentences and list items after it go on with
its issuer, and with its verb and addressees where they name none, until something is told that is no task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from govscrape.extract.addressees import Addressees, Span, Units
from govscrape.extract.attribution import Attribution
from govscrape.extract.deadlines import read_deadlines
from govscrape.extract.document import Document, Passage, Sentence
from govscrape.extract.drafts import Block, Clause, Drafts, Orders
from govscrape.extract.frames import Frames
from govscrape.extract.fronts import Order
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.legal import read_pointers
from govscrape.extract.offices import People
from govscrape.extract.standing import Words
from govscrape.extract.verbs import OrderVerbs
from govscrape.models.records import LegalRef
from govscrape.rules.ruleset import RuleSet

_ORDERED = ("number", "letter")
_TRIGGERS = ("directive_verb", "directive_passive", "directive_order_noun", "directive_must")


def read_directives(document: Document, people: People, legal_refs: list[LegalRef], ruleset: RuleSet) -> Orders:
    """Every directive of the document, in the order of the text."""
    papers = document.reading.mentions("directive_thereby", "directive_according")
    if not (papers and document.reading.mentions("directive_document")) and not document.reading.mentions(*_TRIGGERS):
        return Orders([], [])
    document.reading.apply("directives")
    reader = _Reader(document, people, ruleset.list("member_titles"), read_pointers(document, legal_refs, ruleset))
    return reader.read(legal_refs)


class _Reader:
    """Walks the passages; ``block`` is the order that is running, ``fresh`` while nothing else has been told since."""

    def __init__(
        self, document: Document, people: People, member_titles: Sequence[str], pointers: Mapping[int, str]
    ) -> None:
        self.document = document
        self.at = Words(document)
        self.words = self.at.words
        self.units = Units(self.at, people.ends)
        self.subjects = Subjects(document, people, self.at, member_titles)
        self.frames = Frames(document, self.at, self.units, self.subjects)
        self.verbs = OrderVerbs(document, self.at, self.units, self.subjects, self.frames)
        self.attribution = Attribution(document, self.at, self.subjects, self.frames)
        self.drafts = Drafts(document, self.at, read_deadlines(document), pointers)
        self.block: Block | None = None
        self.fresh = False
        self.listing = self.ordered = self.timed = False
        self.asked = -1
        self.header: Block | None = None
        self.under: tuple[str, list[Span]] | None = None

    def read(self, legal_refs: list[LegalRef]) -> Orders:
        for passage in self.document.passages:
            if passage.kind == "caption" or (passage.kind == "heading" and not self.frames.announces(passage)):
                continue
            self._passage(passage)
        return Orders(self.drafts.records(legal_refs), [unit for draft in self.drafts.all for unit in draft.units])

    def _passage(self, passage: Passage) -> None:
        item = passage.kind == "list_item"
        header = self.block is not None and self.block.header
        goes_on = passage.start > 0 and self.words[passage.start - 1] == ";"
        self.listing = item or (self.fresh and (header or goes_on))
        if item:
            self._item(passage)
            self.listing = self.header is not None or self.frames.marker(passage) in _ORDERED
            self.fresh = self.listing and (self.fresh or self.ordered)
        else:
            self.header = self.under = None
            if self.listing and header and self.block is not None and self.block.listed:
                self.block.units = self.block.listed
        earlier = len(self.drafts.all)
        said = self.attribution.of(passage)
        for number, sentence in enumerate(passage.sentences):
            order = said.get(sentence.start)
            if not self.listing and self.frames.new_speaker(sentence.start, sentence.end):
                self.fresh = False
            if order is None and self.frames.reports(sentence.start, sentence.end):
                self.fresh = False
                continue
            before, self.timed = len(self.drafts.all), False
            opened = self._sentence(sentence, order, opens=number == 0, item=item)
            told = len(self.drafts.all) > before
            kept = self.fresh and self.frames.agrees(sentence.start, sentence.end)
            self.fresh = self.block is not None and (told or opened or self.timed or kept)
            if self.block is not None and self.fresh:
                self.block.header = (opened and not told) or (self.block.header and self.listing)

        self.ordered = item and len(self.drafts.all) > earlier

    def _item(self, passage: Passage) -> None:
        """A list's item goes on from the header of the list, or from the item above that only names units."""
        if self.header is None and self.block is not None and self.block.header and self.fresh:
            self.header = self.block
        if self.header is None and not (self.fresh or self.ordered) and self.frames.marker(passage) in _ORDERED:
            found = self.frames.concluded(passage)
            if found is not None:
                self.header = Block(found.issuer, found.text, found.verb_class, [], [], found.rule, strict=True)
        if self.header is None:
            return
        if self.under is not None and self.under[0] == self.frames.marker(passage):
            self.under = None
        before = self.block.units if self.block is not None else []
        units = self.under[1] if self.under else self.header.listed or before
        self.block = replace(self.header, units=units)
        self.fresh = True

    def _sentence(self, sentence: Sentence, said: Order | None, *, opens: bool, item: bool) -> bool:
        """Reads the clauses of a sentence; whether one of them opened a list of tasks."""
        before = len(self.drafts.all)
        opened = False
        for number, (start, end) in enumerate(self.frames.clauses(sentence)):
            if said is not None:
                start, end = max(start, said.start), min(end, said.end)  # noqa: PLW2901
            if start >= end:
                continue
            first = number == 0 or not (opened or len(self.drafts.all) > before)
            alone = opens or (first and number > 0 and not item)
            opened |= self._clause(Clause(start, end, sentence.start, first, alone, said))
            if number == 0 and not opened and len(self.drafts.all) == before:
                self.fresh = self.fresh and not self.at.any("directive_perfect", start, end)
        return opened

    def _clause(self, clause: Clause) -> bool:
        """Reads one clause; whether it opened a list of tasks."""
        start, end = self._front(clause), clause.end
        clause.start = start
        if start >= end or self.drafts.only_deadline(start, end):
            due = clause.due if start >= end else self.drafts.first_deadline(start, end)
            self.drafts.due(due)
            self.timed = due is not None and self.fresh
            return start < end and self.fresh
        noun = self.frames.charge(start, end) or self.frames.granted(start, end)
        if noun is not None:
            return self._order(noun, end, clause.due if noun.due is None else noun.due)
        demand = self.frames.demand(start, end)
        if demand is not None:
            return self._demand(demand, clause)
        verbs = self.verbs.of(start, end, clause.sentence, inside=self.fresh and not clause.first)
        opened = False
        if not verbs and self.verbs.petition:
            self.fresh = False
        elif not verbs:
            opened = self._goes_on(clause) or (clause.first and self._opening(start, end))
        elif verbs[0].left > start:
            self._before_verb(clause, verbs[0].left)
        for number, verb in enumerate(verbs):
            if number == 0 and not verb.units:
                verb.units = self.frames.fronted_units(start, verb.left) or self.frames.sent_to(start, verb.start)
            stop = verbs[number + 1].left if number + 1 < len(verbs) else end
            behind = clause.said is not None and clause.said.left > verb.start
            verb.issuer = verb.issuer or (clause.said.issuer if clause.said is not None and behind else None)
            opened |= self._order(verb, stop, clause.due if verb.due is None else verb.due)
        due = verbs[-1].due if verbs and clause.due is None else clause.due
        if due is not None and self.block is not None and (opened or ":" in self.words[start:end]):
            self.block.due = due
        return opened

    def _front(self, clause: Clause) -> int:
        """Past opening words and a deadline put first, to where the clause itself begins."""
        place, end = clause.start, clause.end
        while place < end:
            after = self.frames.lead(place, end)
            if after > place:
                place = after
                continue
            deadline = self.drafts.at.get(place)
            if deadline is None or deadline.end > end or clause.due is not None:
                break
            if deadline.plain and self.words[deadline.end : deadline.end + 1] != [","]:
                break
            clause.due, place = place, deadline.end
        if clause.due is not None and not self.drafts.carries(place, end):
            return end
        return place

    def _order(self, verb: Order, stop: int, due: int | None) -> bool:
        """A directive verb with what it governs up to ``stop``; whether it opens a list."""
        issuer = verb.issuer or (self.block.issuer if self.block else None) or self.subjects.before(verb.start)
        issuer = issuer or self.subjects.bare(verb.start)
        if self._asked_above(verb, issuer) or not (verb.units or issuer):
            return False
        if verb.verb_class == "request" and issuer is not None and self.subjects.foreign(issuer):
            return False
        if not verb.units and self.frames.proposal(verb, stop):
            return False
        self.block = Block(issuer, verb.text, verb.verb_class, verb.units, verb.units, verb.rule, strict=verb.telling)
        self.fresh = True
        if self.words[stop - 1] == ":":
            self.block.header = True
            return True
        if verb.task < stop:
            self._tasks(self.block, verb.task, stop, verb.coordinating, due)
        return False

    def _asked_above(self, verb: Order, issuer: Issuer | None) -> bool:
        """Whether what is asked goes up, or goes on with what the same sentence asks of someone above."""
        sentence = self.document.sentence_of[verb.start]
        here = sentence.start if sentence is not None else verb.start
        if self.frames.upward(verb.verb_class, verb.units, issuer):
            self.asked = self.asked if self.frames.partners(verb.units) else here
            return True
        return self.asked == here and verb.verb_class == "request" and verb.left == verb.start

    def _tasks(
        self, block: Block, start: int, end: int, partners: list[Span], due: int | None, verb: str | None = None
    ) -> None:
        """The task in [start, end), and after ", còn Y" those of other units."""
        end = self.frames.own_words(start, end)
        turns = [*self.frames.turns(start, end), end]
        if block.units or ":" not in self.words[start - 1 : start + 1] or not self.frames.states(start, turns[0]):
            self.drafts.add(block, start, turns[0], partners, due, verb)
        for turn, stop in pairwise(turns):
            listed = self.units.listed(self.frames.lead(turn, stop), stop)
            if listed is not None:
                block.units = listed.units
                self.drafts.add(block, listed.end, stop, listed.coordinating, None)

    def _demand(self, demand: Order, clause: Clause) -> bool:
        """After "Yêu cầu của X:" the tasks stand behind the colon or in the list after it."""
        self.block = Block(demand.issuer, demand.text, demand.verb_class, [], [], demand.rule)
        self.fresh = True
        if demand.end >= clause.end:
            self.block.header = True
            return True
        return self._goes_on(Clause(demand.end, clause.end, clause.sentence, first=False, alone=False, said=None))

    def _opening(self, place: int, end: int) -> bool:
        """A speaker and a colon, without a directive verb: "kết luận:"; what he says may follow in the sentence."""
        opening = self.frames.opening(place, end)
        if opening is None:
            return False
        units = opening.units
        self.block = Block(opening.issuer, opening.text, opening.verb_class, units, units, opening.rule, strict=True)
        self.fresh = True
        if opening.task < end:
            return self._goes_on(Clause(opening.task, end, place, first=False, alone=False, said=None))
        self.block.header = True
        return True

    def _goes_on(self, clause: Clause) -> bool:
        """A clause without a verb of its own that carries an order on, or tells a duty; whether it heads a list."""
        clause.start = self.frames.fronted_turn(clause.start, clause.end) or clause.start
        opens, clause.start = clause.start, self.frames.past_place(clause.start, clause.end)
        clause.said = None if clause.said is not None and self._says_on(clause.said) else clause.said
        listed = self.units.listed(self.frames.fronted(clause.start, clause.end), clause.end)
        if self._passive(clause, listed):
            return False
        block = self._running(clause.said)
        if block is None:
            return self._thereby(clause, opens, listed) or self._stands_alone(clause, listed)
        if listed is not None and self._heads(listed, clause):
            self._put_under(block, listed, clause)
            return True
        entrusted = self.frames.entrusted(clause.start, clause.end)
        if entrusted is not None:
            block.units = entrusted.units
            self.drafts.add(block, clause.start, clause.end, [], clause.due)
        else:
            self._carry_on(block, clause, listed)
        return False

    def _thereby(self, clause: Clause, opens: int, listed: Addressees | None) -> bool:
        """After "Theo đó," the tasks that a document named in the sentence before gives to units."""
        paper = self.at.start("directive_by_paper", opens)
        lead = self.at.start("directive_thereby", opens - 1) if paper is None else paper
        tells = listed is not None and self.frames.tells(clause.start, listed, clause.end, strict=True)
        heads = paper is not None and not tells and self.at.any("directive_tasking", opens, clause.end)
        source = self.frames.source(lead) if lead is not None and (tells or heads) else None
        if source is not None:
            self.block = Block(source.issuer, source.text, source.verb_class, [], [], source.rule)
            self.fresh = True
            if not heads:
                self._carry_on(self.block, clause, listed)
        return heads and source is not None

    def _stands_alone(self, clause: Clause, listed: Addressees | None) -> bool:
        """A duty told in a sentence of its own, after somebody of rank has spoken."""
        duty = self.frames.hard_duty(listed, clause.start, clause.end) if listed and clause.first else None
        issuer = self.frames.speaker(clause.start) if duty else None
        if duty is None or issuer is None or listed is None:
            return False
        self.block = Block(issuer, duty, "order", listed.units, [], "directives.duty")
        self.fresh = True
        self._tasks(self.block, listed.end, clause.end, listed.coordinating, clause.due)
        return False

    def _before_verb(self, clause: Clause, end: int) -> None:
        """What a clause tells before its first directive verb: a task of the running order, or only a topic."""
        listed = self.units.listed(self.frames.fronted(clause.start, end), end)
        topic = listed is not None and self.at.end("told_relative", listed.end) is not None
        topic = topic or (listed is None and self.at.end("directive_front", clause.start) is not None)
        if self.block is not None and self.fresh and not clause.first and not topic:
            part = Clause(clause.start, end, clause.sentence, clause.first, clause.alone, clause.said, clause.due)
            self._carry_on(self.block, part, listed)

    def _put_under(self, block: Block, listed: Addressees, clause: Clause) -> None:
        """What follows is for the units that the clause names, until the next item of its kind."""
        (first, _), *rest = reversed(listed.units)
        units = [*reversed(rest), (first, max(listed.end, clause.end - 1))]
        passage = self.document.passage_of[clause.start]
        if self.header is not None and passage is not None:
            self.under = (self.frames.marker(passage), units)
        else:
            block.listed = units
        block.units, block.header = units, True

    def _heads(self, listed: Addressees, clause: Clause) -> bool:
        """Whether the clause only names the units that the list after it is for."""
        sentence = self.document.sentence_of[clause.start]
        inline = sentence is not None and clause.end < sentence.end
        if self.words[clause.end - 1] != ":" or not (self.listing or inline or not clause.first):
            return False
        duty = self.at.end("directive_must", listed.end) is not None
        return not duty and not self.at.task_at(listed.end, clause.end)

    def _passive(self, clause: Clause, listed: Addressees | None) -> bool:
        """A task told in the passive; its issuer is the one of the running passage."""
        end = clause.end
        passive = self.frames.passive(listed, end) if listed else self.frames.passive_inside(clause.start, end)
        if passive is None:
            return False
        said = clause.said.issuer if clause.said is not None else None
        issuer = passive.issuer or said or self.frames.paper_of(clause.sentence, passive.left)
        issuer = issuer or (self.block.issuer if self.block else self.frames.speaker(clause.start))
        past = self.at.any("directive_past", passive.task, end)
        if issuer is None and (past or not any(self.units.bodied(*unit) for unit in passive.units)):
            return False
        self.block = Block(issuer, passive.text, passive.verb_class, passive.units, [], passive.rule)
        self.fresh = True
        self.drafts.add(self.block, passive.task, passive.end, passive.coordinating, clause.due)
        return True

    def _carry_on(self, block: Block, clause: Clause, listed: Addressees | None) -> None:
        """The task of a clause that goes on with ``block``: its own units' or, without units, the last ones'."""
        said, start, end = clause.said, clause.start, clause.end
        if listed is None and clause.first and self.at.end("directive_document", start) is not None:
            return
        strict = (clause.first and not self.listing) or said is not None or block.strict
        if listed is None and not clause.first and not strict:
            listed = self.units.unknown(start, end)
        elif listed is None:
            listed = self.frames.several(start, end) if said is None else self.units.named(start, end)
        if listed is not None:
            own = clause.first and not self.listing and self.frames.own_place(listed, block.issuer, end)
            if own or self.frames.upward(block.verb_class, listed.units, block.issuer):
                return
            if self.frames.tells(start, listed, end, strict=strict) or self._in_speech(said, listed, block, end):
                duty = self.frames.duty(said, listed, end, alone=clause.first and not self.listing)
                told = said is None or said.directive or self._told_by(block)
                if told or duty is not None or self.frames.bids(listed.end, end):
                    block.units = listed.units
                    self._tasks(block, listed.end, end, listed.coordinating, clause.due, duty)
            return
        if (said is not None and not said.directive) or (block.strict and not block.units):
            return
        opens_paragraph = clause.first and clause.alone and not self.listing and said is None
        closing = self.at.end("directive_closing", start) is not None or self.frames.dated_task(start, end)
        if closing if opens_paragraph else self.frames.bare_task(start, end, strict=strict):
            self._tasks(block, start, end, [], clause.due)

    def _told_by(self, block: Block) -> bool:
        """Whether the same speech has told a duty before."""
        return bool(self.drafts.all) and self.drafts.all[-1].block is block

    def _in_speech(self, said: Order | None, listed: Addressees, block: Block, end: int) -> bool:
        """Whether a speech that told a duty goes on with what another unit does."""
        who = self.subjects.by_start.get(listed.units[0][0])
        himself = who is not None and block.issuer is not None and who.name == block.issuer.name
        return said is not None and self._told_by(block) and not himself and self.at.task_at(listed.end, end)

    def _says_on(self, said: Order) -> bool:
        """Whether words, no quotation, go on with what the same person has just ordered: "…, ông X nhấn mạnh"."""
        if said.directive or self.block is None or not self.fresh or said.issuer is None or self.block.issuer is None:
            return False
        if self.block.rule == said.rule:
            return False
        quoted = any(word in '"“”' for word in self.words[said.left - 3 : said.left])
        return not quoted and said.issuer.name is not None and said.issuer.name == self.block.issuer.name

    def _running(self, said: Order | None) -> Block | None:
        """The block that a clause without verb belongs to."""
        if said is not None:
            same = self.block is not None and self.fresh and self.block.issuer is said.issuer
            if self.block is None or not same or self.block.rule != said.rule:
                self.block = Block(said.issuer, said.text, said.verb_class, [], [], said.rule)
            self.fresh = True
            return self.block
        return self.block if self.fresh else None

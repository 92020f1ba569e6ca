"""Who tells whom to do what, by when, on what basis.

A directive verb with a unit or a task after it opens a block; the clauses, sentences and list items after it go on with
its issuer, and with its verb and addressees where they name none, until something is told that is no task.
"""

from govscrape.extract.addressees import Units, Words
from govscrape.extract.context import Context
from govscrape.extract.deadlines import read_deadlines
from govscrape.extract.document import Document, Passage
from govscrape.extract.drafts import Block, Draft, Drafts
from govscrape.extract.frames import Frames, Order
from govscrape.extract.issuers import Issuer, Subjects
from govscrape.extract.officials import People
from govscrape.models.records import Directive, LegalRef
from govscrape.rules.ruleset import RuleSet

_TRIGGERS = ("directive_verb", "directive_passive")


def read_directives(document: Document, context: Context, people: People, legal_refs: list[LegalRef], ruleset: RuleSet) -> list[Directive]:
    """One record per addressee group and task."""
    if not document.reading.mentions(*_TRIGGERS):
        return []
    return _Reader(document, people).read(legal_refs)


class _Reader:
    """Walks the passages; ``block`` is the order that is running, ``fresh`` while nothing else has been told since."""

    def __init__(self, document: Document, people: People) -> None:
        self.document = document
        self.at = Words(document)
        self.words = self.at.words
        self.units = Units(self.at, people.ends)
        self.subjects = Subjects(document, people, self.at, self.units)
        self.frames = Frames(document, self.at, self.units, self.subjects)
        self.drafts = Drafts(document, self.at, read_deadlines(document))
        self.block: Block | None = None
        self.fresh = False
        self.listing = False
        self.subheader = False

    def read(self, legal_refs: list[LegalRef]) -> list[Directive]:
        for index, passage in enumerate(self.document.passages):
            if passage.kind == "caption" or (passage.kind == "heading" and not self._leads(passage)):
                continue
            self._passage(passage, index)
        return self.drafts.records(legal_refs)

    def _leads(self, passage: Passage) -> bool:
        return passage.end > passage.start and self.words[passage.end - 1] == ":"

    def _passage(self, passage: Passage, index: int) -> None:
        self.listing = passage.kind == "list_item" or (self.block is not None and self.block.header and self.fresh)
        if self.listing and self.block is not None and self.block.listed:
            self.block.units = self.block.listed
        said = self.frames.attributed(passage)
        sentences = passage.sentences
        for number, sentence in enumerate(sentences):
            order = said.get(sentence.start)
            before = len(self.drafts.all)
            if order is None and self.frames.reports(sentence.start, sentence.end):
                self.fresh = False
                continue
            opened = False
            for place, (start, end) in enumerate(self.frames.clauses(sentence)):
                if order is not None:
                    start, end = max(start, order.start), min(end, order.end)
                if start >= end:
                    continue
                first = place == 0 or not (opened or len(self.drafts.all) > before)
                later = first and place > 0 and passage.kind != "list_item"
                opened |= self._clause(start, end, sentence.start, first=first, para_start=number == 0 or later, order=order)
            told = len(self.drafts.all) > before
            if self.block is not None and (told or opened):
                self.fresh = True
                self.block.header = opened and not told or (self.block.header and self.listing)
            else:
                self.fresh = False

    def _clause(self, start: int, end: int, sentence: int, *, first: bool, para_start: bool, order: Order | None) -> bool:
        """Reads one clause; whether it opened a list of tasks."""
        place, due = self._front(start, end)
        if place >= end:
            if due is not None:
                self.drafts.due(due)
            return False
        if self.drafts.only_deadline(place, end):
            self.drafts.due(self.drafts.first_deadline(place, end))
            return bool(self.fresh)
        demand = self.frames.demand(place, end)
        if demand is not None:
            return self._demand(demand, end)
        verbs = self.frames.verbs(place, end, sentence, inside=bool(self.fresh and not first))
        first_end = verbs[0].left if verbs else end
        self.subheader = False
        if first_end > place:
            self._goes_on(place, first_end, first=first, para_start=para_start, order=order, due=due, before_verb=bool(verbs))
        opened = self.subheader
        for number, verb in enumerate(verbs):
            if number == 0 and not verb.units:
                verb.units = self.frames.fronted_units(place, verb.start)
            stop = verbs[number + 1].left if number + 1 < len(verbs) else end
            opened |= self._order(verb, stop, due)
        if not verbs and first:
            opened |= self._opening(place, end)
        return opened

    def _front(self, start: int, end: int) -> tuple[int, int | None]:
        """Past opening words and a deadline put first: where the clause itself begins, and that deadline."""
        due = None
        place = start
        while place < end:
            after = self.frames.lead(place, end)
            if after > place:
                place = after
                continue
            deadline = self.drafts.at.get(place)
            if deadline is None or deadline.end > end or due is not None or deadline.plain:
                break
            due, place = place, deadline.end
        if due is not None and not self.drafts.carries(place, end):
            place = end
        return place, due

    def _order(self, verb: "Order", stop: int, due: int | None) -> bool:
        """A directive verb with what it governs up to ``stop``; whether it opens a list."""
        issuer = verb.issuer or (self.block.issuer if self.block else None) or self.subjects.before(verb.start)
        if self.frames.upward(verb.verb_class, verb.units, issuer) or not (verb.units or issuer):
            return False
        units = verb.units or (self.block.units if self.block and self.fresh and verb.issuer is None and verb.task < stop and not verb.colon else [])
        if not verb.units and not verb.colon:
            units = []
        self.block = Block(issuer, verb.text, verb.verb_class, list(verb.units or units), list(verb.units), verb.rule, strict=verb.telling)
        self.fresh = True
        if self.words[stop - 1] == ":":
            self.block.header = True
            return True
        if verb.task < stop:
            self._tasks(self.block, verb.task, stop, verb.coordinating, due)
        return False

    def _tasks(self, block: Block, start: int, end: int, coordinating: list[tuple[int, int]], due: int | None, verb: str | None = None) -> None:
        """The task in [start, end), and after ", còn Y" those of other units."""
        turns = [*self.frames.turns(start, end), end]
        self.drafts.add(block, start, turns[0], block.units, coordinating, due, verb=verb)
        for turn, stop in zip(turns, turns[1:], strict=False):
            listed = self.units.listed(self.frames.lead(turn, stop), stop)
            if listed is not None:
                block.units = list(listed.units)
                self.drafts.add(block, listed.end, stop, block.units, listed.coordinating, None)

    def _demand(self, demand: Order, end: int) -> bool:
        """"Yêu cầu của X: …": the tasks stand behind the colon or in the list after it."""
        self.block = Block(demand.issuer, demand.text, demand.verb_class, [], [], demand.rule)
        self.fresh = True
        if demand.end >= end:
            self.block.header = True
            return True
        self._goes_on(demand.end, end, first=False, para_start=False, order=None, due=None, before_verb=False)
        return False

    def _opening(self, place: int, end: int) -> bool:
        """A speaker and a colon, without a directive verb: "kết luận:"."""
        if self.words[end - 1] != ":":
            return False
        opening = self.frames.opening(place, end)
        if opening is None:
            return False
        self.block = Block(opening.issuer, opening.text, opening.verb_class, [], [], opening.rule, strict=True)
        self.block.header = self.fresh = True
        return True

    def _goes_on(self, place: int, end: int, *, first: bool, para_start: bool, order: Order | None, due: int | None, before_verb: bool) -> None:
        """A clause without a verb of its own that carries an order on, or tells a duty."""
        listed = self.units.listed(self.frames.fronted(place, end), end)
        if not before_verb:
            passive = self.frames.passive(listed, end) if listed is not None else self.frames.passive_inside(place, end)
            if passive is not None:
                issuer = self.block.issuer if self.block else None
                self.block = Block(issuer, passive.text, passive.verb_class, list(passive.units), [], "directives.passive")
                self.fresh = True
                self.drafts.add(self.block, passive.task, passive.end, passive.units, passive.coordinating, due)
                return
        block = self._running(order)
        if block is None or (before_verb and first):
            return
        if before_verb and listed is not None and self.at.end("told_relative", listed.end) is not None:
            return
        strict = (first and not self.listing) or order is not None or block.strict
        if listed is not None and listed.end == end - 1 and self.words[listed.end] == ":" and (self.listing or not first):
            block.units = block.listed = list(listed.units)
            block.header = self.subheader = True
            return
        if listed is None and not first:
            listed = self.units.unknown(place, end)
        if listed is not None and self.frames.upward(block.verb_class, listed.units, block.issuer):
            return
        if listed is not None and self.frames.tells(place, listed, end, strict=strict):
            block.units = list(listed.units)
            text = self.frames.modal_text(listed.end, end) if order is not None and order.rule == "directives.said" and not order.directive else None
            if order is None and first and not self.listing and self.frames.modal_text(listed.end, end):
                text = self.frames.modal_text(listed.end, end)
            self._tasks(block, listed.end, end, listed.coordinating, due, verb=text)
        elif listed is None and (order is None or order.directive) and self.frames.bare_task(place, end, strict=strict, sentence_start=first and para_start and not self.listing and order is None):
            self._tasks(block, place, end, [], due)

    def _running(self, order: Order | None) -> Block | None:
        if order is not None:
            self.block = Block(order.issuer, order.text, order.verb_class, [], [], order.rule)
            self.fresh = True
            return self.block
        return self.block if self.fresh else None

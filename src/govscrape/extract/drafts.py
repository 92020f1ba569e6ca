"""Tasks on their way to records: the exact span of a task, its deadline, and what an article says twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from govscrape.extract.addressees import Span
from govscrape.extract.deadlines import Deadline
from govscrape.extract.document import Document
from govscrape.extract.fronts import Order
from govscrape.extract.issuers import Issuer
from govscrape.extract.standing import Words
from govscrape.models.records import Directive, LegalRef, VerbClass
from govscrape.text.fold import fold

_CLOSING = frozenset('.;,:…"”»/!?')


@dataclass(frozen=True)
class Orders:
    """The directives of an article, one per addressee group and task; ``told``: the spans of the units they are for."""

    records: list[Directive]
    told: list[Span]


@dataclass
class Block:
    """The running order: who gives it, with which verb, to whom.

    ``listed`` are the units that a header gave to its list.
    """

    issuer: Issuer | None
    verb: str
    verb_class: VerbClass
    units: list[Span]
    listed: list[Span]
    rule: str
    header: bool = False
    due: int | None = None
    """Where the deadline stands that a header sets for its whole list."""
    strict: bool = False
    """Opened by a verb that tells rather than orders: what follows must itself have the form of a duty."""


@dataclass
class Clause:
    """A clause at tokens [start, end) as it is read.

    ``first``: nothing has been told in its sentence yet. ``alone``: nor in its paragraph, or the sentence began with
    something else. ``said`` when its words are told by someone named elsewhere. ``due``: a deadline put before it.
    """

    start: int
    end: int
    sentence: int
    first: bool
    alone: bool
    said: Order | None
    due: int | None = None


@dataclass
class Draft:
    """A task at tokens [start, end) before it is a record."""

    block: Block
    verb: str
    start: int
    end: int
    units: list[Span]
    coordinating: list[Span]
    deadline: Deadline | None = None
    confidence: float = 0.9


@dataclass
class Drafts:
    """All tasks found so far."""

    document: Document
    words: Words
    deadlines: list[Deadline]
    pointers: Mapping[int, str]
    """By token the document that "Nghị định này" means."""
    all: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = {deadline.start: deadline for deadline in self.deadlines}

    def add(
        self, block: Block, start: int, end: int, partners: list[Span], due: int | None, verb: str | None = None
    ) -> None:
        """A task of ``block`` in [start, end), cut to its own words.

        ``due`` is the place of a deadline put before it; ``verb`` a duty word that stands for the block's verb.
        """
        start = self._begin(start, end)
        end = self._close(start, end)
        if start >= end:
            return
        deadline = self.at.get(due) if due is not None else None
        if deadline is None:
            start, end, deadline = self._cut(start, end)
        if deadline is None and block.due is not None:
            deadline = self.at.get(block.due)
        start = self._begin(start, end)
        if end - start < 1 or not any(word[0].isalpha() for word in self.words.words[start:end]):
            return
        self.all.append(Draft(block, verb or block.verb, start, end, block.units, partners, deadline))

    def due(self, place: int | None) -> None:
        """Gives the deadline at ``place`` to the last task, when that has none yet."""
        deadline = self.at.get(place) if place is not None else None
        if deadline is not None and self.all and self.all[-1].deadline is None:
            self.all[-1].deadline = deadline

    def first_deadline(self, start: int, end: int) -> int | None:
        """Where the first deadline in [start, end) begins."""
        return next((d.start for d in self.deadlines if start <= d.start and d.end <= end), None)

    def only_deadline(self, start: int, end: int) -> bool:
        """Whether [start, end) only says by when the task before it is due."""
        place = start
        while place < end and place not in self.at:
            after = self.words.end("deadline_carrier", place)
            if after is None and self.words.words[place] not in _CLOSING:
                break
            place = after or place + 1
        deadline = self.at.get(place)
        if deadline is None or deadline.end > end or deadline.plain:
            return False
        return not self.carries(deadline.end, end)

    def carries(self, start: int, end: int) -> bool:
        """Whether more than signs and words that only carry a deadline stands in [start, end)."""
        place = start
        while place < end:
            after = self.words.end("deadline_carrier", place)
            if after is None and self.words.words[place][0].isalnum():
                return True
            place = after or place + 1
        return False

    def _begin(self, start: int, end: int) -> int:
        """Past opening signs, "đồng thời", and the modal."""
        while start < end:
            after = self.words.end("directive_must", start) or self.words.end("directive_opener", start)
            if after is None:
                if self.words.words[start] in _CLOSING or self.words.words[start] in "-–“(":
                    after = start + 1
                else:
                    return start
            start = after
        return start

    def _close(self, start: int, end: int) -> int:
        words = self.words.words
        while end > start and (
            words[end - 1] in _CLOSING or words[end - 1] in "-–—(“" or self.words.start("told_and", end) is not None
        ):
            end -= 1
        return end

    def _cut(self, start: int, end: int) -> tuple[int, int, Deadline | None]:
        """A deadline at the end is no part of the task, nor are the words that only carry it."""
        inside = [d for d in self.deadlines if start <= d.start and d.end <= end]
        if not inside:
            return start, end, None
        last = inside[-1]
        if self.carries(last.end, end) or last.plain:
            dated = [d for d in inside if d.day is not None or not d.plain]
            return start, end, (dated or inside)[0]
        stop = self._close(start, last.start)
        while stop > start:
            carrier = self.words.start("deadline_carrier", stop)
            if carrier is None or (
                carrier > start
                and self.words.words[carrier - 1] not in (",", "(")
                and self.words.start("told_and", carrier) is None
            ):
                break
            if carrier <= start:
                break
            stop = self._close(start, carrier)
        return (start, stop, last) if stop > start else (start, end, last)

    def records(self, legal_refs: list[LegalRef]) -> list[Directive]:
        """The tasks as records, each once, in the order of the text."""
        seen: set[str] = set()
        out: list[Directive] = []
        for draft in self.all:
            evidence = self.document.evidence(draft.start, draft.end)
            key = " ".join(fold(evidence.text).split())
            if key in seen:
                continue
            seen.add(key)
            issuer, deadline = draft.block.issuer, draft.deadline
            out.append(
                Directive(
                    evidence=evidence,
                    rule=draft.block.rule,
                    confidence=draft.confidence if issuer and draft.units else draft.confidence - 0.2,
                    issuer_name=issuer.name if issuer else None,
                    issuer_title=issuer.title if issuer else None,
                    verb=draft.verb,
                    verb_class=draft.block.verb_class,
                    addressees=tuple(self.document.text(*unit) for unit in draft.units),
                    coordinating=tuple(self.document.text(*unit) for unit in draft.coordinating),
                    action=evidence.text,
                    deadline_text=self.document.text(deadline.start, deadline.end) if deadline else None,
                    deadline=deadline.day if deadline else None,
                    recurring=deadline.recurring if deadline else None,
                    legal_refs=self._cited(draft, evidence.text, legal_refs),
                )
            )
        return out

    def _cited(self, draft: Draft, text: str, legal_refs: list[LegalRef]) -> tuple[str, ...]:
        """The numbers (or titles) of the documents that a task names or points back to."""
        packed = "".join(text.split()).casefold()
        names = dict.fromkeys(ref.number or ref.title for ref in legal_refs)
        meant = {name for at, name in self.pointers.items() if draft.start <= at < draft.end}
        return tuple(name for name in names if name and (name in meant or "".join(name.split()).casefold() in packed))

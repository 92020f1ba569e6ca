"""Index results: reads a document sentence by sentence and says what each figure measures.

The rules under rules/indices find indices, components, subjects, years and figures; this module follows them from left
to right as a reader does. A figure belongs to the index, component, subject and year spoken of last; a rank that is
followed by "là X" or "thuộc về X" belongs to X. A second figure of the same kind opens a new statement.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from govscrape.extract.assemble import assemble
from govscrape.extract.bare_names import with_bare_names
from govscrape.extract.context import Context
from govscrape.extract.document import Document, Passage, Sentence
from govscrape.extract.index_words import index_words
from govscrape.extract.lattice import Mention
from govscrape.extract.mentions import Reading
from govscrape.extract.numbered import NumberedLists
from govscrape.extract.parts import with_listed_parts
from govscrape.extract.sentence import SentenceReader
from govscrape.extract.series import SeriesReader
from govscrape.extract.statements import Draft, Named, Topic
from govscrape.extract.subjects import SubjectReader
from govscrape.extract.tables import Row, TableReader
from govscrape.models.records import IndexResult, Issue
from govscrape.rules.ruleset import RuleSet

_FIGURES = (
    *("score", "bare_score", "rank", "delta", "places", "from_to_rank", "from_to_score", "becomes", "group"),
    *("top_list", "unchanged", "threshold", "rank_range", "share", "earlier_score", "earlier_rank", "rank_pair"),
)
_EVENTS = (
    *_FIGURES,
    *(
        "index",
        "component",
        "named_part",
        "same_part",
        "subject",
        "subject_pair",
        "beside",
        "together",
        "region",
        "block",
    ),
    *(
        "year",
        "prior_year",
        "baseline",
        "then",
        "now",
        "aside_place",
        "extreme",
        "last",
        "respectively",
        "rank_total",
        "other_measure",
    ),
    *("in_order", "place_behind"),
)
_MOST_EVENTS, _FEW_EVENTS = 400, 20
_OPENING = frozenset({"subject", "index", "component"})
_UNITS = frozenset({"subject", "subject_pair"})
_NO_UNIT = frozenset({"national_average", "skip"})


def read_indices(document: Document, context: Context, ruleset: RuleSet, issues: list[Issue]) -> list[IndexResult]:
    """One record per index, component, subject, year and rank scope. Nothing when no index is named."""
    titled = document.title.mentions("index") if document.title else []
    if not titled and not document.reading.mentions("index"):
        return []
    document.reading.apply("indices")
    records = assemble(document, _Reader(document, context, ruleset).read(), ruleset, issues)
    known = any(index.slots["code"] in ruleset.indices for index in (*titled, *document.reading.mentions("index")))
    if not records and known:
        _tell_of_image(document, issues)
    return records


class _Reader:
    """Follows the article from paragraph to paragraph."""

    def __init__(self, document: Document, context: Context, ruleset: RuleSet) -> None:
        self.document, self.context = document, context
        self.lists = index_words(ruleset)
        self.subjects = SubjectReader(document, ruleset)
        readings = [document.reading, *([document.title] if document.title else [])]
        codes = frozenset(index.slots["code"] for reading in readings for index in reading.mentions("index"))
        self.topic = Topic(self.subjects.home, codes)
        self.tables = TableReader(document, self.subjects, self.lists)
        self.series = SeriesReader(document, self.lists)
        self.numbered = NumberedLists(document, self.subjects)
        self.events = [e for e in _events(document) if not (e.type in _FIGURES and context.at(e.start, "unreal"))]
        self.starts = [event.start for event in self.events]
        self.drafts: list[Draft] = []
        self.number = 0

    def read(self) -> list[Draft]:
        """Every statement, with the number of its sentence."""
        self._read_title()
        tables = self.tables.tables()
        done_to = 0
        for turn, passage in enumerate(self.document.passages):
            if passage.start < done_to:
                continue
            rows = tables.get(turn)
            if rows and self._read_table(rows):
                done_to = rows[-1].passage.end
                continue
            self.drafts.extend(self.numbered.enter(passage))
            self.topic.enter(passage.kind)
            for sentence in passage.sentences:
                for piece in self._pieces(sentence):
                    self._read_sentence(passage, piece, first=turn == 0)
        self.drafts.extend(self.numbered.flush())
        return self.drafts

    def _read_title(self) -> None:
        """The title's index and year hold until the body says otherwise."""
        if not self.document.title:
            return
        self._read_field(self.document.title, 0, len(self.document.title.tokens))
        for index in self.document.title.mentions("index"):
            self.topic.name(Named(index.slots["code"], self.document.title.raw(index)))
        for year in self.document.title.mentions("year"):
            self.topic.year = self.topic.year or year.slots["year"]

    def _read_field(self, reading: Reading, start: int, end: int) -> None:
        """A headline that names no index but its field: the index of that field, if the article names it."""
        if reading.lattice.begins("index", start, end):
            return
        for place in reading.lattice.begins("title_field", start, end):
            code = reading.lattice.of(place, "title_field")[0].slots["value"]
            named = (m for m in self.document.reading.mentions("index") if m.slots["code"] == code)
            first = next(named, None)
            if first is not None:
                self.topic.name(Named(code, self.document.of(first)))

    def _read_table(self, rows: list[Row]) -> bool:
        found = self.tables.read(rows, self.topic)
        for draft in found:
            draft.sentence, self.number = self.number, self.number + 1
        self.drafts.extend(found)
        return bool(found)

    def _opening(self, place: int, high: int) -> int:
        """The next mention from ``place`` on that begins a statement."""
        near = range(place, min(place + _FEW_EVENTS, high))
        return next((other for other in near if self.events[other].type in _OPENING), place)

    def _pieces(self, sentence: Sentence) -> Iterator[Sentence]:
        """A sentence, cut where it holds more mentions than any that was written: so time stays linear."""
        low, high = bisect_left(self.starts, sentence.start), bisect_left(self.starts, sentence.end)
        if high - low <= _MOST_EVENTS:
            yield sentence
            return
        places = (self._opening(place, high) for place in range(low + _MOST_EVENTS, high, _MOST_EVENTS))
        for start, end in pairwise([sentence.start, *(self.starts[place] for place in places), sentence.end]):
            if start < end:
                yield Sentence(start, end, ((start, end),))

    def _read_sentence(self, passage: Passage, sentence: Sentence, *, first: bool) -> None:
        events = self.events[bisect_left(self.starts, sentence.start) : bisect_left(self.starts, sentence.end)]
        span = (sentence.start, sentence.end)
        events = with_listed_parts(self.document, self.lists, events, *span, self.topic.codes)
        events = with_bare_names(self.document, self.lists, events, span, self.topic.block_level)
        named = any(event.type in ("index", "component") for event in events)
        self.topic.distance = 0 if named else self.topic.distance + 1
        if first and passage.kind == "heading":
            self._read_field(self.document.reading, sentence.start, sentence.end)
            for event in events:
                if event.type == "index":
                    self.topic.name(Named(event.slots["code"], self.document.of(event)))
        if self._measures(sentence, events):
            reader = SentenceReader(
                self.document, self.context, sentence, events, self.topic, self.subjects, self.lists
            )
            found = reader.read(self.series)
            self.topic.told, self.topic.about = found[-1].component if found else None, None
            self.topic.units = found
        else:
            found = []
            self._note_topic(sentence, events)
            self._note_part(events)
            self._date_back(sentence, events)
        found = [*found, *self.numbered.read(passage, sentence, events, found, self.topic)]
        for draft in found:
            draft.sentence, draft.heading = self.number, passage.kind == "heading"
        self.drafts.extend(found)
        self.topic.distance = 0 if found else self.topic.distance
        self.number += 1

    def _measures(self, sentence: Sentence, events: list[Mention]) -> bool:
        """Whether a sentence holds figures, and neither asks nor tells how parts are weighed."""
        asks = "?" in self.document.reading.tokens.words[max(sentence.start, sentence.end - 2) : sentence.end]
        asks = asks or bool(self.document.reading.lattice.begins("weight", sentence.start, sentence.end))
        return not asks and (any(event.type in _FIGURES for event in events) or self.series.within(sentence))

    def _note_part(self, events: list[Mention]) -> None:
        """Notes the one part of the index spoken of that a sentence without figures is about."""
        named = [event for event in events if event.type in ("index", "component")]
        self.topic.about, self.topic.told, self.topic.focus = None, None, False
        if len(named) != 1 or named[0].type != "component" or self.topic.index is None:
            return
        options = self.document.reading.lattice.of(named[0].start, "component")
        known = (m for m in options if m.end == named[0].end and m.slots["index"] == self.topic.index.code)
        match = next(known, None)
        if match is not None:
            self.topic.about = self.topic.told = Named(match.slots["code"], self.document.of(match))
            self.topic.last_component = self.topic.told
            self.topic.focus = self.document.reading.tokens.words[named[0].end : named[0].end + 1] == ["."]

    def _date_back(self, sentence: Sentence, events: list[Mention]) -> None:
        """Dates the sentence before by a year that only this one tells: "… đạt 86,1%. Kết quả năm 2021 này …"."""
        years = {event.slots["year"] for event in events if event.type == "year" and "until" not in event.slots}
        here = self.document.reading.lattice.at.get(sentence.start, {})
        if len(years) != 1 or not {"score_noun", "index"} & here.keys() or self.context.at(sentence.start, "target"):
            return
        for draft in self.drafts:
            if draft.sentence == self.number - 1 and draft.year is None and draft.status == "result":
                draft.year = next(iter(years))

    def _note_level(self, sentence: Sentence) -> None:
        """Notes the one tier of units that a sentence without figures speaks of: "Bảng xếp hạng cấp huyện có …"."""
        lattice = self.document.reading.lattice
        places = lattice.begins("tier_of_units", sentence.start, sentence.end)
        told = [mention for place in places for mention in lattice.of(place, "tier_of_units")]
        if len({mention.slots["value"] for mention in told}) == 1:
            self.topic.block_level = told[0].slots["value"]
            self.topic.block = self.topic.block or self.document.of(told[0])

    def _note_topic(self, sentence: Sentence, events: list[Mention]) -> None:
        """What a sentence without figures says of those that follow."""
        for place in self.document.reading.lattice.begins("bracket_year", sentence.start, sentence.end):
            self.topic.bracketed = self.document.reading.lattice.of(place, "bracket_year")[0].slots["year"]
        ranking = self.document.reading.lattice.begins("ranking_table", sentence.start, sentence.end)
        names_index = bool(ranking) or any(event.type == "index" for event in events)
        self._note_level(sentence)
        several = len({event.slots["code"] for event in events if event.type == "index"}) > 1
        for event in events:
            if event.type == "index":
                self.topic.index, self.topic.component = Named(event.slots["code"], self.document.of(event)), None
            elif event.type == "subject" and event.slots["level"] not in _NO_UNIT:
                self.topic.subject = self.subjects.of(event) or self.topic.subject
            elif event.type == "year" and self.topic.takes_year(event, self.lists.continuous):
                aimed_at = "until" in event.slots or self.context.at(event.start, "target")
                measured = "score_noun" in self.document.reading.lattice.at.get(event.start - 2, {}) or names_index
                if not aimed_at and (measured or self.topic.year is None):
                    self.topic.year = event.slots["year"]
        if several:  # of which of them a later figure is, its unit alone may tell
            named = (event for event in events if event.type == "index")
            self.topic.index, self.topic.several = None, [Named(e.slots["code"], self.document.of(e)) for e in named]


def _events(document: Document) -> list[Mention]:
    """The mentions to be read. Names that no gazetteer knows lose the word that only shows where they end."""
    events = document.reading.mentions(*_EVENTS)
    known = {place for event in events if event.type in _UNITS for place in range(event.start, event.end)}
    tellers = (m for m in document.reading.mentions("noise_who") if "who" in m.spans)  # "được Bộ A xếp hạng"
    told = {m.spans["who"][0]: m for m in tellers if m.end > m.spans["who"][1]}
    names = (
        name for name in document.reading.mentions("open_name") if name.start not in known and name.start not in told
    )
    opened = [_known(document, name) or _cut("subject", name) for name in names if document.of(name)[0].isupper()]
    inside = {place for name in opened for place in range(name.start, name.end)}
    named, at = known | inside, document.reading.lattice.at
    barred = {"subject": inside, "component": named}
    kept = (
        _cut(event.type, event)
        for event in events
        if event.start not in barred.get(event.type, ())
        and not (event.type == "named_part" and "index" in at[event.start])
        and not ("office" in event.slots and document.text(*event.spans["called"]).islower())  # "cấp sở"
    )
    return sorted([*kept, *opened], key=lambda mention: (mention.start, -mention.end))


def _known(document: Document, name: Mention) -> Mention | None:
    """The unit of a gazetteer that an open name is, word for word."""
    options = document.reading.lattice.of(name.start, "subject")
    return next((m for m in options if "stop" in name.spans and m.end == name.spans["stop"][0]), None)


def _cut(type_: str, event: Mention) -> Mention:
    if "stop" not in event.spans:
        return event
    return Mention(type_, event.start, event.spans["stop"][0], event.slots, event.spans, event.rule)


def _tell_of_image(document: Document, issues: list[Issue]) -> None:
    """An index whose result only a picture shows is told as an issue, not passed over in silence."""
    for cue in document.reading.mentions("image_cue", "ranking_table"):
        passage = document.passage_of[cue.start]
        if passage and (cue.type == "image_cue" or passage.kind == "caption"):
            break
    else:
        return
    where = document.text(passage.start, passage.end)
    message = "the article names an index and points to a picture; no figure could be read"
    issues.append(Issue(code="reported_in_image", message=message, where=where))

"""Index results: reads a document sentence by sentence and says what each figure measures.

The rules under rules/indices find indices, components, subjects, years and figures; this module follows them from left
to right as a reader does. A figure belongs to the index, component, subject and year spoken of last; a rank that is
followed by "là X" or "thuộc về X" belongs to X. A second figure of the same kind opens a new statement.
"""

from govscrape.extract.assemble import assemble
from govscrape.extract.context import Context
from govscrape.extract.document import Document, Sentence
from govscrape.extract.index_words import IndexWords
from govscrape.extract.lattice import Mention
from govscrape.extract.sentence import SentenceReader
from govscrape.extract.series import SeriesReader
from govscrape.extract.statements import Draft, Named, Topic
from govscrape.extract.subjects import SubjectReader
from govscrape.extract.tables import TableReader
from govscrape.models.records import IndexResult, Issue
from govscrape.rules.ruleset import RuleSet

_EVENTS = (
    "index", "component", "subject", "beside", "region", "block", "year", "baseline", "score", "bare_score", "rank", "delta", "places",
    "from_to_rank", "from_to_score", "becomes", "extreme", "last", "group", "top_list", "unchanged", "respectively", "other_measure", "together", "then", "rank_total", "subject_pair", "same_part",
)  # fmt: skip
_MEASURED = frozenset(
    {
        "score",
        "bare_score",
        "rank",
        "delta",
        "places",
        "from_to_rank",
        "from_to_score",
        "becomes",
        "group",
        "top_list",
        "unchanged",
    }
)


def read_indices(document: Document, context: Context, ruleset: RuleSet, issues: list[Issue]) -> list[IndexResult]:
    """One record per index, component, subject, year and rank scope. Nothing when no index is named."""
    reading = document.reading
    if not reading.mentions("index") and not (document.title and document.title.mentions("index")):
        return []
    subjects = SubjectReader(document, ruleset)
    lists = IndexWords(ruleset)
    topic = Topic(subjects.home)
    _from_title(document, topic)
    events = reading.mentions(*_EVENTS)
    drafts: list[Draft] = []
    tables = TableReader(document, subjects, lists)
    found_tables = tables.tables()
    series = SeriesReader(document, lists)
    skip_to = place = number = 0
    for turn, passage in enumerate(document.passages):
        if passage.start < skip_to:
            continue
        rows = found_tables.get(turn)
        if rows:
            found = tables.read(rows, topic)
            if found:
                for row_number, draft in enumerate(found):
                    draft.sentence = number + row_number
                number += len(found) + 1
                drafts.extend(found)
                skip_to = rows[-1].passage.end
                continue
        topic.enter(passage.kind)
        for sentence in passage.sentences:
            while place < len(events) and events[place].start < sentence.start:
                place += 1
            first = place
            while place < len(events) and events[place].start < sentence.end:
                place += 1
            topic.distance = (
                0 if any(event.type in ("index", "component") for event in events[first:place]) else topic.distance + 1
            )
            found = _read_sentence(document, context, sentence, events[first:place], topic, subjects, lists, series)
            for draft in found:
                draft.sentence, draft.heading = number, passage.kind == "heading"
            if passage.kind == "heading" and turn == 0:
                codes = {event.slots["code"] for event in events[first:place] if event.type == "index"}
                topic.headline = topic.index if len(codes) == 1 else topic.headline
            drafts.extend(found)
            topic.distance = 0 if found else topic.distance
            number += 1
    return assemble(document, drafts, ruleset, issues)


def _read_sentence(
    document: Document,
    context: Context,
    sentence: Sentence,
    events: list[Mention],
    topic: Topic,
    subjects: SubjectReader,
    lists: IndexWords,
    series: SeriesReader,
) -> list[Draft]:
    if (any(event.type in _MEASURED for event in events) or series.within(sentence)) and document.reading.tokens.words[
        sentence.end - 1
    ] != "?":
        reader = SentenceReader(document, context, sentence, events, topic, subjects, lists)
        return reader.read(series)
    for event in events:
        if event.type == "index":
            topic.index, topic.component = Named(event.slots["code"], document.of(event)), None
        elif (
            event.type == "year"
            and "as_of" in event.slots
            and not (topic.index and topic.index.code in lists.continuous)
        ):
            continue
        elif event.type == "year" and (topic.year is None or any(other.type == "index" for other in events)):
            topic.year = topic.year if context.at(event.start, "target") else event.slots["year"]
        elif event.type == "subject":
            topic.subject = subjects.of(event) or topic.subject
    return []


def _from_title(document: Document, topic: Topic) -> None:
    """The title's index and year hold until the body says otherwise."""
    if not document.title:
        return
    codes = {index.slots["code"]: index for index in document.title.mentions("index")}
    if len(codes) == 1:
        topic.headline = Named(*((code, document.title.raw(index)) for code, index in codes.items()).__next__())
    for index in document.title.mentions("index"):
        topic.index = topic.index or Named(index.slots["code"], document.title.raw(index))
    for year in document.title.mentions("year"):
        topic.year = topic.year or year.slots["year"]

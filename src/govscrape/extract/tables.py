"""Tables of results: rows of cells joined by "|", with the meaning of each column told by its header.

Cells may be joined by dashes where the header measures something. A number in a cell means what its column's header
and its row's words say together: index, part, unit, year, and whether it is a score, a rank or a change. A cell about
which nothing of the kind is known gives nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from govscrape.extract.document import Document, Passage
from govscrape.extract.index_words import IndexWords
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import Draft, Named, Subject, Topic
from govscrape.extract.subjects import SubjectReader
from govscrape.extract.table_cells import CHANGES, Cell, CellReader, slots_of

_SEPARATOR, _DASH = "|", "-"
_FEWEST_DASHES, _LONGEST_DASHED = 2, 40
_MOST_CELLS = 40
_JOINING = frozenset("-–")


@dataclass(frozen=True)
class Meaning:
    """What the words of a header or a row say about the numbers they govern."""

    index: Named | None = None
    components: tuple[Mention, ...] = ()
    subject: Subject | None = None
    year: int | None = None
    measure: str | None = None
    baseline: int | None = None
    unit_level: str | None = None


@dataclass
class Row:
    """One row: its paragraph and cells."""

    passage: Passage
    cells: list[Cell] = field(default_factory=list)
    dashed: bool = False


class TableReader:
    """Reads the tables of one document."""

    def __init__(self, document: Document, subjects: SubjectReader, lists: IndexWords) -> None:
        self.document, self.subjects, self.lists = document, subjects, lists
        self.words = document.reading.tokens.words
        self.cells = CellReader(document, lists)
        self._mentions: dict[int, list[Mention]] | None = None

    def _mentions_at(self, place: int) -> Sequence[Mention]:
        """What tells the meaning of numbers and begins at ``place``."""
        if self._mentions is None:
            self._mentions = {}
            for mention in self.document.reading.mentions("index", "component", "subject", "year", "baseline"):
                self._mentions.setdefault(mention.start, []).append(mention)
        return self._mentions.get(place, ())

    def tables(self) -> dict[int, list[Row]]:
        """The tables by the place of their first passage: two or more rows in succession with as many cells."""
        found: dict[int, list[Row]] = {}
        run: list[Row] = []
        for place, passage in enumerate(self.document.passages):
            row = self._row(passage)
            if run and (row is None or len(row.cells) != len(run[0].cells)):
                run = []
            if row is not None:
                run.append(row)
                if len(run) == 2:
                    found[place - 1] = run
        return found

    def _row(self, passage: Passage) -> Row | None:
        words = self.words[passage.start : passage.end]
        separator = _SEPARATOR if _SEPARATOR in words else _DASH
        if separator == _DASH and (words.count(_DASH) < _FEWEST_DASHES or len(words) > _LONGEST_DASHED):
            return None
        row, start = Row(passage, dashed=separator == _DASH), passage.start
        for place in range(passage.start, passage.end + 1):
            if place == passage.end or self.words[place] == separator:
                row.cells.append(Cell(start, place))
                start = place + 1
        return row if len(row.cells) <= _MOST_CELLS else None

    def read(self, rows: list[Row], topic: Topic) -> list[Draft]:
        """The statements of a table; the topic gives index, year and unit where the table does not."""
        header = [Meaning() for _ in rows[0].cells]
        at = self.document.passages.index(rows[0].passage)
        before = self.document.passages[at - 1] if at else None
        lead = self._lead(before)
        drafts: list[Draft] = []
        counted: list[tuple[int | None, list[Draft]]] = []
        for number, row in enumerate(rows):
            meanings = [self._meaning(cell) for cell in row.cells]
            numbers = [
                self._is_value(cell, above.measure) or meaning.year is not None
                for cell, above, meaning in zip(row.cells, header, meanings, strict=True)
            ]
            if self._is_header(row, meanings, first=number == 0):
                header = meanings
                continue
            if row.dashed and not any(meaning.measure for meaning in header):
                return []  # dashes join more than cells
            if any(numbers):
                found = self._row_drafts(row, header, meanings, topic, lead)
                counted.append((self._count(row, header), found))
                drafts.extend(found)
        self._rank_by_number(before, counted)
        self._set_aims(before, rows[0].passage, drafts)
        return drafts

    def _lead(self, before: Passage | None) -> str | None:
        """What whole numbers without a header measure: places, below "Thứ hạng các chỉ số qua các năm:"."""
        said = reversed(before.sentences) if before else ()
        measure = next(filter(None, (self._measure(Cell(one.start, one.end)) for one in said)), None)
        return measure if measure == "rank" else None

    def _set_aims(self, before: Passage | None, head: Passage, drafts: list[Draft]) -> None:
        """Marks what a table of goals holds: one that the sentence before calls so, or with years yet to come."""
        lattice, today = self.document.reading.lattice, self.document.told_in
        lead = before.sentences[-1] if before and before.sentences else None
        goals = lead is not None and lattice.begins("goal_words", lead.start, lead.end)
        if goals and lead and not any(lattice.begins("outcome_words", said.start, said.end) for said in (lead, head)):
            from_year = 0
        elif today is not None and any(draft.year and draft.year > today for draft in drafts):
            from_year = today
        else:
            return
        for draft in drafts:
            if (draft.year or 0) >= from_year:
                draft.status = "target"

    def _rank_by_number(self, before: Passage | None, counted: list[tuple[int | None, list[Draft]]]) -> None:
        """Takes the numbers of rows for places when the paragraph before the table says that it ranks."""
        lattice = self.document.reading.lattice
        if before is None or not lattice.begins("ranking_lead", before.start, before.end):
            return
        named = (m for m in self.document.reading.mentions("region") if before.start <= m.start < before.end)
        region = next((m for m in named if isinstance(m.slots["who"], str)), None)
        for draft in rank_by_number(counted):
            draft.scope = self.subjects.region(region) if region else None

    def _count(self, row: Row, header: list[Meaning]) -> int | None:
        """The number of a row, by the column that counts them."""
        cells = (cell for cell, above in zip(row.cells, header, strict=True) if above.measure == "count")
        number = next((self.cells.number(cell) for cell in cells), None)
        return int(number[1]) if number and number[0] == "int" else None

    def _is_value(self, cell: Cell, measure: str | None) -> bool:
        return self.cells.number(cell) is not None or self.cells.placed(cell, measure) is not None

    def _is_header(self, row: Row, meanings: list[Meaning], *, first: bool) -> bool:
        values = [
            cell
            for cell, meaning in zip(row.cells, meanings, strict=True)
            if meaning.year is None and self._is_value(cell, None)
        ]
        return not values and (first or sum(m.measure is not None or m.year is not None for m in meanings) >= 2)

    def _meaning(self, cell: Cell) -> Meaning:
        index: Named | None = None
        subject: Subject | None = None
        year: int | None = None
        baseline: int | None = None
        components: list[Mention] = []
        for mention in self._inside(cell):
            if mention.type == "index":
                index = index or Named(mention.slots["code"], self.document.of(mention))
            elif mention.type == "component":
                components.extend(
                    m
                    for m in self.document.reading.lattice.at[mention.start].get("component", ())
                    if m.end == mention.end
                )
            elif mention.type == "year":
                year = mention.slots["year"]
            elif mention.type == "baseline":
                baseline = mention.slots["year"]
            elif mention.slots["level"] != "home":
                subject = subject or self._whole(mention, cell)
        measure = self._measure(cell)
        level = self.lists.unit_columns.get(" ".join(self.words[cell.start : cell.end]))
        return Meaning(index, tuple(components), subject, year, measure, baseline, level)

    def _whole(self, mention: Mention, cell: Cell) -> Subject | None:
        """A unit of a cell; an agency's name is all that the cell says from there on."""
        subject = self.subjects.of(mention)
        if subject is None or mention.end == cell.end:
            return subject
        if subject.level == "district" and self.words[mention.end] in _JOINING:
            name = f"{subject.name} {self.document.text(mention.end, cell.end)}"
            return Subject(name, self.document.text(mention.start, cell.end), subject.level)
        if subject.level != "department":
            return subject
        text = self.document.text(mention.start, cell.end)
        return Subject(text, text, subject.level)

    def _inside(self, cell: Cell) -> Iterator[Mention]:
        for place in range(cell.start, cell.end):
            yield from (mention for mention in self._mentions_at(place) if mention.end <= cell.end)

    def _measure(self, cell: Cell) -> str | None:
        """The longest words of measure in a cell; of equal ones the first."""
        for length in range(min(self.lists.longest_measure, cell.end - cell.start), 0, -1):
            for place in range(cell.start, cell.end - length + 1):
                kind = self.lists.measures.get(tuple(self.words[place : place + length]))
                if kind:
                    return kind
        return None

    def _row_drafts(
        self, row: Row, header: list[Meaning], meanings: list[Meaning], topic: Topic, lead: str | None
    ) -> list[Draft]:
        drafts: dict[tuple[object, ...], Draft] = {}
        label = self._label(row, header, meanings)
        ranked = any(meaning.measure == "rank" for meaning in header)
        latest = max((meaning.year for meaning in header if meaning.year), default=None)
        named = {meaning.index.code: meaning.index for meaning in header if meaning.index}
        common = next(iter(named.values())) if len(named) == 1 else None
        for cell, above, own in zip(row.cells, header, meanings, strict=True):
            number, placed = self.cells.number(cell), self.cells.placed(cell, above.measure)
            changed = self.cells.changed(cell, above.measure, ranked=ranked) if number is None else None
            if (number is None and placed is None and changed is None) or own.year is not None:
                continue
            index = above.index or label.index or common or topic.index
            subject = above.subject or label.subject or topic.subject or topic.home
            year = above.year or label.year or (latest if above.measure in CHANGES else None) or topic.year
            measure = self._told(cell, above.measure or label.measure, number, lead)
            slots = changed or placed or (slots_of(measure, number, ranked=ranked) if number else None)
            if index is None or subject is None or slots is None:
                continue
            component = self._component(index, (*above.components, *label.components)) or (
                topic.component if not label.subject else None
            )
            key = (index.code, component and component.code, subject.name, year)
            draft = drafts.get(key)
            if draft is None:
                tokens = [row.passage.start, row.passage.end]
                draft = drafts[key] = Draft(index, component, [subject], year, tokens=tokens, rule="table.row")
            if above.baseline is not None:
                slots["baseline_year"] = above.baseline
            for slot, value in slots.items():
                draft.slots.setdefault(slot, value)
        return list(drafts.values())

    def _told(
        self, cell: Cell, measure: str | None, number: tuple[str, float, float | None] | None, lead: str | None
    ) -> str | None:
        """What a cell's number measures: its own words before its header's, and those of the sentence before last."""
        words = self.words[cell.start : cell.end]
        if measure in (None, "score") and any(
            word in self.lists.rank_words and after[0].isdigit() for word, after in pairwise(words)
        ):
            return "rank"
        return lead if measure is None and number is not None and number[0] == "int" else measure

    def _unit(self, row: Row, header: list[Meaning], meanings: list[Meaning]) -> Subject | None:
        """The unit of a row: one that is known, unless it is only a part of the name ("Điện lực Gia Lai")."""
        shown = (m.subject for m, above in zip(meanings, header, strict=True) if above.measure != "owner")
        known = next(filter(None, shown), None)
        if known is not None and known.level != "province":
            return known
        named = self._named(row, header, meanings)
        inside = known and named and named.level == "department" and known.text != named.text
        return named if known is None or inside else known

    def _named(self, row: Row, header: list[Meaning], meanings: list[Meaning]) -> Subject | None:
        """The unit of a row whose name no list holds: the words of the column that names units."""
        for cell, above, own in zip(row.cells, header, meanings, strict=True):
            words = self.words[cell.start : cell.end]
            if above.unit_level and words and not (own.index or own.components or own.year) and words[0][0].isalpha():
                text = self.document.text(cell.start, cell.end)
                return Subject(text, text, "skip" if " ".join(words[:2]) in self.lists.sums else above.unit_level)
        return None

    def _label(self, row: Row, header: list[Meaning], meanings: list[Meaning]) -> Meaning:
        """What the row's words say of all its numbers."""
        words = [
            meaning
            for cell, above, meaning in zip(row.cells, header, meanings, strict=True)
            if (not self._is_value(cell, above.measure) or meaning.year is not None) and above.measure not in CHANGES
        ]
        return Meaning(
            next((m.index for m in words if m.index), None),
            next((m.components for m in words if m.components), ()),
            self._unit(row, header, meanings),
            next((m.year for m in words if m.year), None),
            next((m.measure for m in words if m.measure), None),
        )

    def _component(self, index: Named, options: tuple[Mention, ...]) -> Named | None:
        match = next((m for m in options if m.slots["index"] == index.code), None)
        return Named(match.slots["code"], self.document.of(match)) if match else None


def rank_by_number(counted: list[tuple[int | None, list[Draft]]]) -> list[Draft]:
    """Gives the rows of a ranking their numbers as places, when these rise from 1 by one and no score rises."""
    drafts = [found[0] for _, found in counted if len(found) == 1 and "score" in found[0].slots]
    rising = [number for number, _ in counted] == list(range(1, len(drafts) + 1))
    plain = all("rank" not in draft.slots and draft.component is None for draft in drafts)
    falling = all(high.slots["score"] >= low.slots["score"] for high, low in pairwise(drafts))
    if len(drafts) < 2 or not (rising and plain and falling):
        return []
    for number, draft in enumerate(drafts, 1):
        draft.slots["rank"] = number
    return drafts

"""Reads one sentence: hands each figure to the statement it belongs to."""

from dataclasses import replace
from typing import TYPE_CHECKING

from govscrape.extract.context import Context
from govscrape.extract.document import Document, Sentence
from govscrape.extract.lattice import Mention
from govscrape.extract.series import SeriesReader
from govscrape.extract.statements import Draft, Named, Subject
from govscrape.extract.subjects import SubjectReader

if TYPE_CHECKING:
    from govscrape.extract.indices import Topic

_NO_CHANGE = 30
"""No index moved by more than this many points or percent in a year: "lên 86,98%" is a level."""
_GROUNDS = frozenset({"index", "component", "subject", "subject_pair", "beside", "rank", "extreme", "last", "delta", "baseline", "group"})
_FIGURES = frozenset({"score", "bare_score", "rank", "delta", "becomes", "from_to_rank", "from_to_score"})
_FAR = 5
_BESIDE = 3
_NEAR = 12
"""Tokens within which a region names the field of a rank; longer phrases were never met."""


class SentenceReader:
    """State of reading one sentence. ``read`` is the only entry."""

    def __init__(self, document: Document, context: Context, sentence: Sentence, events: list[Mention], topic: "Topic", subjects: SubjectReader, series: SeriesReader) -> None:
        self.document, self.context, self.sentence = document, context, sentence
        self.events, self.topic, self.subjects, self.series = events, topic, subjects, series
        self.words = document.reading.tokens.words
        self.done: list[Draft] = []
        self.deal: list[int] = []
        self.deal_size = 0
        self.waiting: list[Draft] = []
        self.outer: Draft | None = None
        self.outer_subject: Subject | None = None
        self.baseline: int | None = None
        self.last_baseline: Mention | None = None
        self.muted = False
        self.aside: set[int] = set()
        self.status = "result"
        self.named = any(event.type in ("index", "component", "same_part") for event in events)
        self.ranked = any(event.type in ("rank", "from_to_rank") or "places" in event.slots for event in events)
        self.other_world = not self.named and any("other_world" in document.reading.lattice.at.get(place, {}) for place in range(sentence.start, sentence.end))
        self.other_time = any("other_time" in document.reading.lattice.at.get(place, {}) for place in range(sentence.start, sentence.end))
        self.at = 0
        self.used: set[int] = set()
        self.draft = Draft(index=self._own_index(), year=None, component=topic.component)

    def _own_index(self) -> Named | None:
        """The topic's index, unless the sentence names one after its first figure ("đứng thứ 2 về PAPI")."""
        figures = [event for event in self.events if event.type in ("rank", "score", "delta")]
        for event in self.events:
            if event.type != "index":
                continue
            between = self.words[figures[0].end : event.start] if figures and figures[0].end <= event.start else []
            linked = bool(between) and between[-1] in self.subjects.index_links and not {",", ";"} & set(between)
            if self.topic.index is None or linked:
                return Named(event.slots["code"], self.document.of(event))
            break
        return self.topic.index

    def read(self) -> list[Draft]:
        """The statements of the sentence; the topic moves on."""
        self._read_series()
        for self.at, event in enumerate(self.events):
            self._leave_brackets(event.start)
            self._heed_status(event)
            self._enter_brackets(event)
            if self.at not in self.used:
                getattr(self, f"_{event.type}")(event)
        self._close()
        if self.outer:
            self._keep(self.outer)
            self.topic.subject = self.outer_subject or self.topic.subject
        self._settle_years()
        for draft in self.done:
            place = max(draft.tokens) - 1
            if self.context.at(place, "target"):
                draft.status = "target"
            elif self.context.at(place, "projection"):
                draft.status = "projection"
        return self.done

    def _heed_status(self, event: Mention) -> None:
        """A result and a target are never one statement."""
        status = "target" if self.context.at(event.start, "target") else "result"
        if status != self.status and self.draft.has_figures:
            self._close()
        self.status = status

    def _read_series(self) -> None:
        """Figures told as one list with the years they are of; what stands before says of whom."""
        told = any(event.type == "respectively" for event in self.events)
        about = self.draft.heir(subjects=self._first_subjects(), index=self._first_index())
        found, used = self.series.read(self.sentence, about, told=told)
        if not found:
            return
        self.done.extend(found)
        start, end = min(m.start for m in used), max(m.end for m in used)
        self.used.update(i for i, e in enumerate(self.events) if any(m.start <= e.start and e.end <= m.end + 1 or m.start < e.end and e.start < m.end for m in used))
        self.used.update(i for i, e in enumerate(self.events) if e.type in ("respectively", "unchanged") and start - _NEAR <= e.start < end)

    def _first_subjects(self) -> list[Subject]:
        found = (self.subjects.of(event) for event in self.events if event.type == "subject")
        return [subject for subject in found if subject][:1]

    def _first_index(self) -> Named | None:
        found = (Named(event.slots["code"], self.document.of(event)) for event in self.events if event.type == "index")
        return next(found, self.topic.index)

    # what the sentence is about

    def _index(self, event: Mention) -> None:
        if self._is_own_part(event) or self._is_part_of_other(event):
            return
        self.muted = False
        named = Named(event.slots["code"], self.document.of(event))
        if self.draft.index and self.draft.index.code == named.code and not self.draft.component:
            self.draft.index = named
            self.topic.index = named
            return
        if not self._names_rank(event):
            self._close()
        self.draft.index, self.draft.component = named, None
        self.topic.index, self.topic.component = named, None
        if self.deal_size and event.end < len(self.words) and event.slots and self._only_links(event.end, self._next_start("subject")):
            self.deal = list(range(1, self.deal_size + 1))

    def _is_own_part(self, event: Mention) -> bool:
        """Whether the words are a part of the index spoken of: "Mức độ hài lòng" is one of CS766, else the name of SIPAS."""
        parts = self.document.reading.lattice.at[event.start].get("component", ())
        code = self.draft.index.code if self.draft.index else None
        return code != event.slots["code"] and any(m.end == event.end and m.slots["index"] == code for m in parts)

    def _is_part_of_other(self, event: Mention) -> bool:
        """Points that an index brings into another one ("trong đó Chỉ số SIPAS đạt 8,5/10 điểm"): no result of either."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        top = self.subjects.maxima.get(event.slots["code"])
        if following is None or following.type != "score" or top is None or following.slots.get("score_max", top) >= top / 2:
            return False
        self.used.add(self.at + 1)
        return True

    def _names_rank(self, event: Mention) -> bool:
        """Whether the rank just read is one of this index: "đứng đầu PAR INDEX", "đứng thứ 2 về PAPI"."""
        before = self.events[self.at - 1] if self.at else None
        if before is None or before.type != "rank" or self.draft.component or list(self.draft.slots) not in (["rank"], ["rank", "rank_of"]):
            return False
        return set(self.words[before.end : event.start]) <= self.subjects.fillers | self.subjects.index_links

    def _component(self, event: Mention) -> None:
        index = self.draft.index
        options = [m for m in self.document.reading.lattice.at[event.start].get("component", []) if m.end == event.end]
        match = next((m for m in options if index and m.slots["index"] == index.code), None) or self._only_of_one(options)
        if not match or not self._figure_follows(event):
            return
        if index is None or match.slots["index"] != index.code:
            self._back_to(match.slots["index"])
        self._close()
        self.draft.component = self.topic.last_component = Named(match.slots["code"], self.document.of(event))
        self.draft.tokens = [event.start]
        number = self._number_after(event)
        if number is not None:
            self.draft.slots["score"] = number
            self.draft.tokens.append(event.end + 1)

    def _only_of_one(self, options: list[Mention]) -> Mention | None:
        """A part that only one index has, which the article names elsewhere: the talk is of that index again."""
        codes = {m.slots["index"] for m in options}
        if len(codes) != 1 or any(e.type == "index" for e in self.events):
            return None
        named = any(m.slots["code"] in codes for m in self.document.reading.mentions("index"))
        return options[0] if named else None

    def _back_to(self, code: str) -> None:
        named = next(m for m in self.document.reading.mentions("index") if m.slots["code"] == code)
        self._close()
        self.draft.index = self.topic.index = Named(code, self.document.of(named))

    def _number_after(self, event: Mention) -> float | None:
        """A decimal that stands directly behind the part's name, without unit ("giáo dục 0,711")."""
        if event.end >= self.sentence.end or "mark" in self.document.reading.lattice.at.get(event.end + 1, {}):
            return None
        number = self.document.reading.lattice.built_in("dec", event.end)
        return float(number) if number is not None else None

    def _figure_follows(self, event: Mention) -> bool:
        """Whether a figure comes before the next component, index or semicolon."""
        if self._number_after(event) is not None:
            return True
        for other in self.events[self.at + 1 :]:
            if other.type in ("index", "component", "other_measure") and other.start >= event.end:
                return self._joined(event, other) and other.type == "component"
            if other.type in ("score", "bare_score", "rank", "delta", "becomes", "from_to_score", "from_to_rank", "unchanged", "respectively"):
                return ";" not in self.words[event.end : other.start]
        return False

    def _joined(self, event: Mention, other: Mention) -> bool:
        return other.start - event.end <= 2

    def _subject(self, event: Mention) -> None:
        subject = self.subjects.of(event)
        if subject is None or (event.slots["level"] == "home" and self._is_local(self.draft) and not self._acts(event)):
            return
        if self.draft.subjects and not self.draft.has_figures and self._listed(event):
            self.draft.subjects.append(subject)
            self.draft.tokens.append(event.start)
            self.topic.subject = subject
            if not self.deal:
                return
        elif not (self.draft.subjects and self.draft.subjects[-1].same(subject)):
            fronted = self._is_fronted(event)
            if self.draft.has_figures and not fronted:
                self._close()
            self.draft.subjects = [subject]
            self.draft.tokens = self.draft.tokens if fronted else []
        if self.deal:
            self._close()
            self.draft.subjects = [subject]
            self.draft.take(event, rank=self.deal.pop(0))
            self.draft.rule = self.draft.rule or "figure.rank.top_list"
        self.draft.tokens.append(event.start)
        self.topic.subject = subject

    def _is_fronted(self, event: Mention) -> bool:
        """Whether the figures before are this unit's: "Với 62,86 điểm, Hà Nội …", "Là tỉnh xếp thứ 3, Đồng Tháp …"."""
        before = self.events[: self.at]
        if any(e.type == "subject" for e in before) or self.words[event.start - 1] != ",":
            return False
        return "fronting" in self.document.reading.lattice.at.get(self.sentence.start, {}) and ";" not in self.words[self.sentence.start : event.start]

    def _acts(self, event: Mention) -> bool:
        """Whether a figure follows a unit at once, which makes it the one measured: "…, tỉnh đạt 88,1%"."""
        following = next((e for e in self.events[self.at + 1 :] if e.start >= event.end), None)
        bare = self.words[event.start] not in self.subjects.index_links
        before = self.events[self.at - 1] if self.at else None
        apposed = before is not None and before.type == "subject" and self.words[before.end : event.start] == [","]
        return bare and not apposed and following is not None and following.type in _FIGURES and following.start - event.end <= 1

    def _is_local(self, draft: Draft) -> bool:
        return any(subject.level in ("department", "district", "commune", "ministry") for subject in draft.subjects)

    def _listed(self, event: Mention) -> bool:
        """Whether the subject joins the one before it in a list: only "," or a joining word between."""
        before = self.events[self.at - 1]
        return before.type == "subject" and set(self.words[before.end : event.start]) <= self.subjects.joins

    def _beside(self, event: Mention) -> None:
        """Units named for comparison have no figure here, unless one follows in brackets: "xếp trên A (57/61)"."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following is None or following.type not in ("score", "bare_score", "rank"):
            return
        if "(" not in (self.words[event.end], self.words[following.start]) or following.start - event.end > 1:
            return
        subject = self.subjects.beside(event)
        if subject is not None:
            self._close()
            self.draft.subjects = [subject]
            self.draft.tokens = [event.spans["b" if "b" in event.spans else "a"][0]]

    def _block(self, event: Mention) -> None:
        if event.start > self.sentence.start and self.words[event.start - 1] not in (";", ".", ",", ":"):
            return
        self.topic.block = self.document.text(event.start, event.end - 1)
        self._close()
        self.draft.subjects = []

    def _other_measure(self, event: Mention) -> None:
        self._close()
        self.muted = True

    def _region(self, event: Mention) -> None:
        """A region that acts is a subject whose figures are no province's; else it is the field of a rank near it."""
        after = self.words[event.end] if event.end < self.sentence.end else ""
        lattice = self.document.reading.lattice.at.get(event.end, {})
        acts = after in (":", "(") or "attain" in lattice or "rank_verb" in lattice or "num" in lattice or after[:1].isdigit()
        if acts and not any(e.type == "rank" and 0 <= event.start - e.end <= 6 for e in self.events):
            self._close()
            name = self.document.of(event)
            self.draft = self.draft.heir(subjects=[Subject(name, name, "skip")])

    def _year(self, event: Mention) -> None:
        year = event.slots["year"]
        if "as_of" in event.slots and not (self.draft.index and self.draft.index.code in self.subjects.continuous):
            return
        inside = self._in_brackets(event)
        if self.draft.has_figures and self.draft.year is None and not inside and event.start == max(self.draft.tokens):
            self.draft.year = year
            self._close()
            self.draft.year = None
            return
        if self.draft.has_figures and inside and not self.outer:
            if event.type == "rank" or self._figure_before_bracket(event):
                self.outer = self.draft
                self.draft = self.draft.heir(year=year)
                self.aside.add(year)
            elif self.draft.year is None:
                self.draft.year = year
            return
        if self.draft.has_figures and year != self.draft.year and self._figure_follows_year():
            self._close()
        if not self.draft.has_figures or self.draft.year is None:
            before = self.events[self.at - 1] if self.at else None
            joined = before and before.type == "year" and set(self.words[before.end : event.start]) <= self.subjects.joins
            self.draft.also = [*self.draft.also, before.slots["year"]] if before and joined and not self.draft.has_figures else []
            self.draft.year = year

    def _figure_follows_year(self) -> bool:
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        return following is not None and following.type in ("score", "bare_score", "rank", "subject")

    def _in_brackets(self, event: Mention) -> bool:
        before = self.words[self.sentence.start : event.start]
        return before.count("(") > before.count(")")

    def _figure_before_bracket(self, event: Mention) -> bool:
        for other in self.events[self.at + 1 :]:
            if ")" in self.words[event.end : other.start]:
                return False
            if other.type in ("score", "bare_score", "rank"):
                return True
        return False

    def _enter_brackets(self, event: Mention) -> None:
        """An aside about another unit: "6,02 điểm (cao nhất là A, 7,18 điểm)"."""
        last = self.events[self.at - 1].end if self.at else self.sentence.start
        if self.outer or not self.draft.has_figures or "(" not in self.words[last - 1 : event.start]:
            return
        inside = []
        for other in self.events[self.at :]:
            if ")" in self.words[event.start : other.start]:
                break
            inside.append(other)
        others = [e for e in inside if e.type == "subject" and e.slots["level"] not in ("home", "skip")]
        if others and any(e.type in ("score", "bare_score", "rank") for e in inside):
            self.outer, self.outer_subject = self.draft, self.topic.subject
            self.draft = self.draft.heir(subjects=[])

    def _leave_brackets(self, place: int) -> None:
        if self.outer and ")" in self.words[self.draft.tokens[-1] if self.draft.tokens else self.sentence.start : place]:
            before = self.words[self.sentence.start : place]
            if before.count("(") <= before.count(")"):
                outer, self.outer = self.outer, None
                self._close()
                if self.outer_subject:
                    self.topic.subject, self.outer_subject = self.outer_subject, None
                self.draft = outer

    # figures

    def _score(self, event: Mention) -> None:
        slots = event.slots
        if self.muted or not self._grounded(event) or self._in_other_unit(event) or not self._is_linked(event):
            return
        if self.last_baseline and self._bracket_follows(self.last_baseline, event):
            self.draft.take(event, prev_score=slots["score"])
            return
        holder = self._holder(event) if event.end < self.sentence.end and self.words[event.end] == self.links[1] else None
        if holder:
            self._close()
            self.draft = self.draft.heir(subjects=[holder])
        if self.draft.extreme and "score_max" not in slots:
            self.draft.take(event, score_delta=self.draft.extreme * slots["score"])
            return
        if self._hand_out(event, score=slots["score"], unit=self._unit(event)):
            return
        unit = self._unit(event)
        if "score" in self.draft.slots:
            if self.draft.slots.get("unit") != unit and event.start - self.draft.tokens[-1] <= _NEAR:
                self._two_units(event, unit)
                return
            self._again()
        self.draft.take(event, score=slots["score"], unit=unit, score_max=slots.get("score_max"), score_bound=slots.get("bound"))

    def _grounded(self, event: Mention) -> bool:
        """Whether the sentence says what this figure is of.

        It does when it names an index or part, ranks, or tells a unit shortly before; without these a verb of attaining must
        stand at its beginning. Far from the index's name, or beside other measures, only a rank or change of places counts.
        """
        lattice = self.document.reading.lattice
        if self._unit(event) == "percent" and any("other_time" in lattice.at.get(place, {}) for place in range(event.end, min(event.end + _BESIDE, self.sentence.end))):
            return False
        before = next((e for e in reversed(self.events[: self.at]) if e.type in _GROUNDS), None)
        between = range(before.end, event.start) if before is not None else range(self.sentence.start, event.start)
        counted = any("quantity_unit" in lattice.at.get(place, {}) for place in between)
        if self.named or self.draft.has_figures or self.waiting:
            return not counted
        if self.other_world:
            return False
        if self.ranked:
            return True
        if self.other_time or self.topic.distance > _FAR:
            return False
        if before is not None:
            return len(between) <= _NEAR and not counted
        near = range(max(self.sentence.start, event.start - 3), event.start + 1)
        ties = [m for place in near for type_ in ("attain", "score_noun") for m in lattice.at.get(place, {}).get(type_, ())]
        return any(m.end >= event.start or all("approx" in lattice.at.get(p, {}) for p in range(m.end, event.start)) for m in ties)

    def _is_linked(self, event: Mention) -> bool:
        """Whether a score stands where one can: behind a verb of attaining, a sign, a unit, a part, a rank."""
        place = event.start - 1
        if event.start == self.sentence.start or self.words[place] in self.subjects.score_links or "bound" in event.slots:
            return True
        if any(e.end == event.start for e in self.events[: self.at]) or self.words[event.start] in ("(", *self.links) or event.rule != self.subjects.plain_score:
            return True
        lattice = self.document.reading.lattice
        return any(
            m.end == event.start
            for start in range(max(self.sentence.start, event.start - _BESIDE), event.start)
            for type_ in ("attain", "approx", "score_noun", "up", "rank_verb")
            for m in lattice.at.get(start, {}).get(type_, ())
        )

    def _in_other_unit(self, event: Mention) -> bool:
        """A percentage where the index is told in points and the sentence does not name it."""
        named = any(e.type in ("index", "component") for e in self.events)
        code = self.draft.index.code if self.draft.index else None
        return not named and self.subjects.units.get(code) == "points" and self._unit(event) == "percent"

    def _same_part(self, event: Mention) -> None:
        """ "chỉ số thành phần", "nội dung này": the part spoken of last; none when there was none."""
        if self.draft.component:
            return
        following = next((e for e in self.events[self.at + 1 :] if e.type in ("component", "index", "score", "rank", "delta")), None)
        if following is None or following.type in ("component", "index"):
            return
        if self.topic.last_component is None:
            self.muted = True
            return
        if self.draft.has_figures:
            self._close()
        self.draft.component = self.topic.last_component

    def _two_units(self, event: Mention, unit: str | None) -> None:
        """One fact in two units: the index's own scale is kept (percent where the two are a raw sum and the index)."""
        own = "percent" if self.draft.index and self.draft.index.code in ("PAR_INDEX", "SIPAS") and "score_max" not in self.draft.slots else None
        if own == unit and unit is not None:
            self.draft.slots.update(score=event.slots["score"], unit=unit)
            self.draft.slots.pop("score_max", None)
            self.draft.tokens.extend((event.start, event.end))

    def _bare_score(self, event: Mention) -> None:
        if self.muted or not self._grounded(event) or "score" in self.draft.slots or not (self.draft.index or self.draft.component):
            return
        if self.last_baseline and self._bracket_follows(self.last_baseline, event):
            self.draft.take(event, prev_score=event.slots["score"])
            return
        if not self._hand_out(event, score=event.slots["score"]):
            self.draft.take(event, score=event.slots["score"])

    def _unit(self, event: Mention) -> str | None:
        for place in range(event.start, event.end):
            if "percent_unit" in self.document.reading.lattice.at.get(place, {}):
                return "percent"
        return "points" if "mark" in event.slots or "score_max" in event.slots else None

    def _bracket_follows(self, baseline: Mention, event: Mention) -> bool:
        return self.words[baseline.end : event.start] in (["("], ["(", "đạt"]) or (event.start == baseline.end and self.words[event.start] == "(")

    def _hand_out(self, event: Mention, **slots: object) -> bool:
        """Deals the figure to the next of the units that "lần lượt" lined up."""
        if not self.waiting:
            return False
        draft = self.waiting.pop(0)
        draft.take(event, **slots)
        self.done.append(draft)
        self.draft = draft
        self.used_last = draft
        if not self.waiting:
            self.draft = draft.heir()
        return True

    def _rank(self, event: Mention) -> None:
        if self.muted or self.other_world:
            return
        if not self._is_rank(event):
            return
        if "year" in event.slots and not self._in_series(event):
            self._year(event)
        elif "year" in event.slots:
            dated = self.draft.heir(year=event.slots["year"])
            dated.take(event, rank=event.slots["rank"], rank_of=event.slots.get("rank_of"))
            before = self.events[self.at - 1] if self.at else None
            if before and before.type == "year" and set(self.words[before.end : event.start]) <= self.subjects.joins:
                dated.also = [before.slots["year"]]
            self._keep(dated)
            return
        holder = self._holder(event)
        if holder is not None:
            self._close()
            self.draft = self.draft.heir(subjects=[holder])
            self._index_between(event)
        slots = {"rank": event.slots["rank"], "rank_of": event.slots.get("rank_of")}
        if self.draft.subjects and self.draft.subjects[-1].level == "national_average":
            return
        if "weak" in event.slots and holder is None and not self._field(event) and (self.draft.component or not self._stands_behind(event)):
            return
        region = self._field(event)
        if region:
            draft = self.draft.heir(scope=self.subjects.region(region))
            draft.take(event, **slots)
            draft.take(event, rank_of=region.slots.get("of"))
            self._keep(draft)
            self.draft.tokens.append(event.start)
            return
        if self._hand_out(event, **slots):
            return
        if "rank" in self.draft.slots:
            if self.draft.slots["rank"] == slots["rank"]:
                self.draft.take(event, **slots)
                return
            self._again()
        self._part_after(event)
        self.draft.take(event, **slots)

    def _stands_behind(self, event: Mention) -> bool:
        """Whether a unit, or the word for several together, stands right before: "Văn phòng UBND tỉnh cao nhất"."""
        before = self.events[self.at - 1] if self.at else None
        if before is None or not self.draft.subjects:
            return False
        return before.type in ("subject", "together", "subject_pair") and event.start - before.end <= _BESIDE and "," not in self.words[before.end : event.start]

    def _in_series(self, event: Mention) -> bool:
        """Whether other years' ranks stand in the sentence as this one's does: "hạng 48 (năm 2012), hạng 33 (năm 2013)"."""
        return any(e is not event and e.type == "rank" and ("year" in e.slots or "prev_rank" in e.slots) for e in self.events)

    def _is_rank(self, event: Mention) -> bool:
        """Ordinals that are ranks only beside another rank ("thứ 4 và thứ 5") or behind a unit ("thị xã Giá Rai thứ hai (90%)")."""
        before = self.events[self.at - 1] if self.at else None
        if event.start == self.sentence.start and event.end < self.sentence.end and self.words[event.end] in (",", ":"):
            return False  # "Thứ nhất, …", "Thứ Ba, 23/4/2024"
        if "listed" in event.slots:
            return before is not None and (
                before.type == "rank" and set(self.words[before.end : event.start]) <= self.subjects.joins or before.type == "component" and before.end == event.start
            )
        if "after_unit" in event.slots:
            return before is not None and before.type in ("subject", "component") and before.end == event.start
        return True

    def _again(self) -> None:
        """A second figure of a kind: of the year of comparison when one was just named, else doubtful."""
        told = self.last_baseline
        if told and self.draft.tokens and told.start >= min(self.draft.tokens) and told.slots["year"] > 0:
            self._close()
            self.draft.year = told.slots["year"]
            self.last_baseline = None
        else:
            self._close(weak=True)

    def _part_after(self, event: Mention) -> None:
        """ "đứng thứ 12 về chính quyền số": the part may follow its rank."""
        following = next((e for e in self.events[self.at + 1 :] if e.type in ("component", "rank", "score")), None)
        if following is None or following.type != "component":
            return
        between = self.words[event.end : following.start]
        tied = self.subjects.index_links & {*between, self.words[event.end - 1]} or len(between) > 1
        if tied and set(between) <= self.subjects.index_links | self.subjects.fillers:
            options = self.document.reading.lattice.at[following.start].get("component", [])
            code = self.draft.index.code if self.draft.index else None
            match = next((m for m in options if m.slots["index"] == code and m.end == following.end), None)
            if match:
                self._close()
                self.draft.component = self.topic.last_component = Named(match.slots["code"], self.document.of(match))

    def _then(self, event: Mention) -> None:
        """ "khi ấy": the year of the comparison is the year of what follows."""
        if self.last_baseline and self.last_baseline.slots["year"] > 0:
            self._close()
            self.draft.slots.pop("baseline_year", None)
            self.draft.year = self.last_baseline.slots["year"]

    def _rank_total(self, event: Mention) -> None:
        if self.done and self.done[-1].scope and event.start - max(self.done[-1].tokens) <= 1:
            self.done[-1].take(event, rank_of=event.slots["rank_of"])
        elif "rank" in self.draft.slots:
            self.draft.take(event, rank_of=event.slots["rank_of"])

    def _subject_pair(self, event: Mention) -> None:
        """ "hai huyện A và B cùng …": two units that share what follows."""
        kind = event.slots["kind"]
        names = []
        for first, last in (("a", "a2"), ("b", "b2")):
            start = event.spans[first][0]
            names.append(self.document.text(start, event.spans.get(last, event.spans[first])[1]))
        self._close()
        self.draft = self.draft.heir(subjects=[Subject(f"{kind} {name}", name, "district") for name in names])
        self.draft.tokens = [event.start]

    def _holder(self, event: Mention) -> Subject | None:
        """The unit after "dẫn đầu là", "vị trí số một thuộc về", "thứ 2 là", whose subject event is then used up."""
        following = next(((i, e) for i, e in enumerate(self.events[self.at + 1 :], self.at + 1) if e.type in ("subject", "score", "rank")), None)
        if following is None or following[1].type != "subject" or following[1].slots["level"] in ("home", "skip"):
            return None
        between = self.words[event.end : following[1].start]
        last = self.words[event.end - 1]
        tied = last in self.links or any(word in self.links for word in between) or (not between and last in self.subjects.bare_links)
        if len(between) <= _NEAR and tied and all(word in self.links or word in self.subjects.fillers or self._is_index_word(word) for word in between):
            self.used.add(following[0])
            subject = self.subjects.of(following[1])
            self.topic.subject = subject or self.topic.subject
            return subject
        return None

    def _index_between(self, event: Mention) -> None:
        """ "Ở đầu danh sách PAPI là X": the index stands between the rank and its holder."""
        for place, other in enumerate(self.events[self.at + 1 :], self.at + 1):
            if other.type == "subject":
                return
            if other.type == "index":
                self.draft.index = self.topic.index = Named(other.slots["code"], self.document.of(other))
                self.used.add(place)

    def _is_index_word(self, word: str) -> bool:
        return any(word in self.document.of(e).lower().split() for e in self.events if e.type == "index")

    @property
    def links(self) -> tuple[str, ...]:
        """Words that tie a rank to the unit after it."""
        return self.subjects.links

    def _only_links(self, start: int, end: int | None) -> bool:
        return end is not None and end - start <= 2 and all(word in self.links for word in self.words[start:end]) and end > start

    def _next_start(self, type_: str) -> int | None:
        return next((e.start for e in self.events[self.at + 1 :] if e.type == type_), None)

    def _field(self, event: Mention) -> Mention | None:
        """The region in which ``event`` ranks, when one stands in the same clause near it and no other rank is nearer."""
        ranks = [e for e in self.events if e.type in ("rank", "from_to_rank")]
        for region in (e for e in self.events if e.type == "region"):
            low, high = sorted((event.start, region.start))
            if ";" in self.words[low:high] or high - low > _NEAR + event.length:
                continue
            nearest = min(ranks, key=lambda rank: region.start - rank.end if region.start >= rank.end else (rank.start - region.end) + 0.5)
            if nearest is event:
                return region
        return None

    def _delta(self, event: Mention) -> None:
        if self.muted or ("amount" in event.slots and self.context.at(event.start, "percent_change")):
            return
        slots = event.slots
        if not self._grounded(event):
            return
        if "places" in slots:
            self.draft.take(event, rank_delta=slots["sign"] * slots["places"])
        elif slots["amount"] > _NO_CHANGE and "score" not in self.draft.slots:
            self.draft.take(event, score=slots["amount"], unit=self._unit(event))
        else:
            self.draft.take(event, score_delta=slots["sign"] * slots["amount"])
        if "year" in slots:
            self._set_baseline(slots["year"])

    def _places(self, event: Mention) -> None:
        """Places without a verb: of an extreme ("nhiều nhất, 34 bậc"), or of the change before ("tăng 3 điểm và 12 bậc")."""
        before = self.events[self.at - 1] if self.at else None
        if self.draft.extreme:
            self.draft.take(event, rank_delta=self.draft.extreme * event.slots["places"])
        elif before and before.type == "delta" and set(self.words[before.end : event.start]) <= self.subjects.joins:
            self.draft.take(event, rank_delta=before.slots["sign"] * event.slots["places"])

    def _becomes(self, event: Mention) -> None:
        self.draft.take(event, score=event.slots["score"], score_delta=event.slots["sign"] * event.slots["amount"], unit=self._unit(event))

    def _from_to_rank(self, event: Mention) -> None:
        near = self.words[max(self.sentence.start, event.start - 8) : event.end]
        known = "rank_of" in event.slots or "of" in event.slots or any("prev_rank" in draft.slots for draft in (*self.done, self.draft))
        if not known and not set(near) & set(self.subjects.rank_words):
            return
        slots = {"rank": event.slots["rank"], "prev_rank": event.slots["prev_rank"], "rank_of": event.slots.get("rank_of") or event.slots.get("of"), "prev_score": event.slots.get("prev_score")}
        region = self._field(event)
        if region:
            self._close()
            self.draft = self.draft.heir(scope=self.subjects.region(region))
        elif "rank" in self.draft.slots:
            self._close(weak=True)
        self.draft.take(event, **slots)
        if "prev_year" in event.slots:
            self.draft.slots.setdefault("baseline_year", event.slots["prev_year"])

    def _from_to_score(self, event: Mention) -> None:
        slots = event.slots
        if not (slots.get("mark") or slots.get("m")) and float(slots["score"]).is_integer() and float(slots["prev_score"]).is_integer():
            return
        if not self._grounded(event) or self._in_other_unit(event):
            return
        if "score" in self.draft.slots:
            self._close(weak=True)
        self.draft.take(event, score=slots["score"], prev_score=slots["prev_score"], unit=self._unit(event))
        if "year" in slots:
            self.draft.year = slots["year"]
        if "prev_year" in slots:
            self.draft.take(event, baseline_year=slots["prev_year"])

    def _extreme(self, event: Mention) -> None:
        holder = self._holder(event)
        if self.draft.has_figures or holder is not None:
            self._close()
            self.draft = self.draft.heir(subjects=[holder] if holder else self.draft.subjects)
        self.draft.extreme = event.slots["sign"]

    def _last(self, event: Mention) -> None:
        holder = self._holder(event)
        if holder is not None:
            self._close()
            self.draft = self.draft.heir(subjects=[holder])

    def _group(self, event: Mention) -> None:
        if "grade" in event.spans:
            if self.draft.has_figures:
                self.draft.take(event, rank_group=self.document.text(*event.spans["grade"]).lower())
            return
        span = event.spans.get("tier")
        if not (self.draft.has_figures or self.draft.subjects or any(e.type == "index" for e in self.events[: self.at])):
            return
        self.draft.take(event, rank_group=self.document.text(*span).lower() if span else self.document.of(event))

    def _unchanged(self, event: Mention) -> None:
        self.draft.slots.setdefault("unchanged", True)
        self.draft.tokens.append(event.start)

    def _baseline(self, event: Mention) -> None:
        self.last_baseline = event
        self._set_baseline(event.slots["year"])
        self.draft.tokens.append(event.end)

    def _set_baseline(self, year: int) -> None:
        self.draft.slots.setdefault("baseline_year", year)
        self.baseline = self.baseline or year

    def _top_list(self, event: Mention) -> None:
        self._close()
        count = event.slots["count"]
        following = [e for e in self.events[self.at + 1 :] if e.type == "subject" and ";" not in self.words[event.end : e.start]]
        if len(following) >= count:
            self.deal = list(range(1, count + 1))
            self.deal_size = count

    def _together(self, event: Mention) -> None:
        self.draft.shared = len(self.draft.subjects) > 1

    def _respectively(self, event: Mention) -> None:
        """ "A và B lần lượt đạt x và y": lines the units up for the figures, or the ranks for the units; refuses unequal counts."""
        rest = [e for e in self.events[self.at + 1 :] if ";" not in self.words[event.end : e.start]]
        scores = [e for e in rest if e.type in ("score", "bare_score")]
        ranks = [e for e in rest if e.type == "rank"]
        units = self.draft.subjects
        if len(units) > 1 and not self.draft.has_figures and len(units) in (len(scores), len(ranks)):
            self.waiting = [self.draft.heir(subjects=[unit], tokens=[self.draft.tokens[0]]) for unit in units]
            return
        before = [e for e in self.events[: self.at] if e.type == "rank"]
        after = [e for e in rest if e.type == "subject"]
        if len(before) > 1 and len(before) == len(after):
            self.done = [d for d in self.done if d.tokens and d.tokens[-1] < before[0].start]
            self.draft = self.draft.heir(subjects=[])
            self.deal = [e.slots["rank"] for e in before]

    # closing

    def _keep(self, draft: Draft) -> None:
        if draft.has_figures and not (draft.subjects and draft.subjects[-1].level == "skip"):
            if draft.tokens:
                self.done.append(draft)
                self.done.extend(replace(draft, year=year, also=[], slots=dict(draft.slots)) for year in draft.also)
                draft.also = []

    def _close(self, weak: bool = False) -> None:
        """Ends the statement that is being read and begins another about the same thing."""
        if self.draft.has_figures and self.draft not in self.done:
            self._keep(self.draft)
        if self.draft.has_figures:
            self.draft = self.draft.heir(weak=weak)
        self.draft.tokens = []

    def _settle_years(self) -> None:
        """Statements without a year take the sentence's only one, else the topic's; changes share the sentence's baseline."""
        years = {e.slots["year"] for e in self.events if e.type == "year" and not self.context.at(e.start, "target")} - self.aside
        if years and self.done:
            named = any(e.type == "index" for e in self.events)
            self.topic.year = max(years) if named or self.topic.year is None else max(self.topic.year, *years)
        for draft in self.done:
            if draft.year is None:
                draft.year = next(iter(years)) if len(years) == 1 else self.topic.year
            if "baseline_year" not in draft.slots and self.baseline and ("score_delta" in draft.slots or "rank_delta" in draft.slots or "unchanged" in draft.slots):
                draft.slots["baseline_year"] = self.baseline
            if not draft.subjects:
                fallback = self.topic.subject if self.topic.subject and self.topic.subject.level != "skip" else self.topic.home
                draft.subjects = [fallback] if fallback else []
            if draft.index is None:
                draft.index = next((Named(e.slots["code"], self.document.of(e)) for e in self.events if e.type == "index"), self.topic.index)

"""Whether a number is one of the index spoken of: the sentence must say so, or nothing else may be measured in it."""

from bisect import bisect_left

from govscrape.extract.lattice import Mention
from govscrape.extract.sentence_state import NEAR, SentenceState

_GROUNDS = frozenset(
    {"index", "component", "subject", "subject_pair", "block", "beside", "rank", "extreme", "last", "delta", "baseline"}
    | {"group"}
)
_FAR = 5
"""Sentences after which an index that was named is no more what bare figures are of."""
_BESIDE = 3
_CUTS = frozenset(",;:()")
_STRANGE = 2
_WHO = frozenset({"subject", "subject_pair", "index", "named_part", "beside", "block", "same_part"})
_MEASURING = frozenset({"attain", "score_noun", "rank_verb", "rank_noun", "up", "down", "approx", "mark", "place_unit"})
_WHOLE = 100
_JUDGED = frozenset({"score", "bare_score", "rank", "delta", "from_to_rank", "from_to_score"})


class Grounds(SentenceState):
    """The tests that a figure must pass."""

    _foreign: list[tuple[int, int]] | None = None
    _counted: list[int] | None = None

    def _grounded(self, event: Mention) -> bool:
        """Whether the sentence says what this figure is of.

        It does when it names an index or part, ranks, or tells a unit shortly before; without these a verb of attaining
        must stand right before. Far from the index's name, or beside other measures, only a rank or places count.
        """
        lattice = self.document.reading.lattice
        beside = min(event.end + _BESIDE, self.sentence.end)
        if self._unit(event) == "percent" and lattice.begins("other_time", event.end, beside):
            return False
        if self.other_world or self._is_foreign(event.start) or self._goes_on_weighing(event):
            return False
        before = next((e for e in reversed(self.events[: self.at]) if e.type in _GROUNDS), None)
        between = range(before.end, event.start) if before is not None else range(self.sentence.start, event.start)
        counted = self._counts(between if self.named else range(self.sentence.start, event.start))
        if self.named or self.draft.has_figures or self.waiting:
            return not counted
        if self.ranked:
            return not counted
        if self.other_time or (self.topic.distance > _FAR and not self._is_of_headline(event)):
            return False
        if before is not None:
            return len(between) <= NEAR and not counted
        near = max(self.sentence.start, event.start - 3)
        ties = [
            m
            for type_ in ("attain", "score_noun")
            for place in lattice.begins(type_, near, event.start + 1)
            for m in lattice.of(place, type_)
        ]
        return any(
            m.end >= event.start or len(lattice.begins("approx", m.end, event.start)) == event.start - m.end
            for m in ties
        )

    def _is_foreign(self, place: int) -> bool:
        """Whether ``place`` lies among words about something unknown, in a sentence that names no index."""
        if self.named:
            return False
        if self._foreign is None:
            self._foreign = self._find_foreign()
        return any(start <= place < end for start, end in self._foreign)

    def _find_foreign(self) -> list[tuple[int, int]]:
        """The stretches of the sentence that measure something else: a figure and, before it, words that nobody knows.

        What follows without a unit or words of its own is told of the same: "Đàn bò 265.000 con, tăng 1,8%".
        """
        found, foreign, start = [], False, self.sentence.start
        for end in range(start, self.sentence.end + 1):
            if end < self.sentence.end and self.words[end] not in _CUTS:
                continue
            unit = self._names_unit(start, end)
            goes_on = foreign and not unit and self.words[start - 1] != ";"
            foreign = goes_on or (not unit and self._unknown(start, end)) or self._ranks_in_other(start, end)
            if foreign:
                found.append((start, end))
            start = end + 1
        return found

    def _names_unit(self, start: int, end: int) -> bool:
        inside = [e for e in self.events if start <= e.start < end]
        return any(e.type in _WHO or self._is_known_part(e) for e in inside)

    def _unknown(self, start: int, end: int) -> bool:
        """Whether words that no rule knows stand before the first number of [start, end)."""
        number = next((place for place in range(start, end) if self.words[place][0].isdigit()), None)
        return number is not None and self._are_strange(start, number)

    def _are_strange(self, start: int, end: int) -> bool:
        """Whether two words or more of [start, end) are unknown, and not a mere name."""
        tokens, at = self.document.reading.tokens, self.document.reading.lattice.at
        inside = [e for e in self.events if e.end > start and e.start < end]
        sure = [e for e in inside if e.type != "component" or self._is_known_part(e)]
        known = {place for e in sure for place in range(e.start, e.end)}
        strange = [
            place
            for place in range(start, end)
            if place not in known
            and self.words[place][0].isalpha()
            and self.words[place] not in self.lists.neutral
            and not _MEASURING & at.get(place, {}).keys()
        ]
        return len(strange) >= _STRANGE and any(tokens.text[tokens.starts[place]].islower() for place in strange)

    def _ranks_in_other(self, start: int, end: int) -> bool:
        """Whether a place in [start, end) is "về" something that no rule knows: "thứ 3/63 về tiến độ làm căn cước"."""
        for event in self.events:
            if event.type == "rank" and start <= event.start < end:
                after = event.end
                while after < end and self.words[after] in self.lists.fillers:
                    after += 1
                if after < end and self.words[after] == self.lists.about:
                    other = any(e.type == "other_measure" and after < e.start < end for e in self.events)
                    return other or self._are_strange(after + 1, end)
        return False

    def _is_of_headline(self, event: Mention) -> bool:
        """Whether the article's headline and only index is told in the unit of this figure."""
        index = self.topic.headline
        unit = self.lists.units.get(index.code or "") if index and len(self.topic.codes) == 1 else None
        return unit is not None and unit == self._unit(event)

    def _find_counted(self) -> list[int]:
        """Where the sentence counts something else: "64.000 đồng/kg", "1,2 triệu người"."""
        tokens, at = self.document.reading.tokens, self.document.reading.lattice.at
        found = []
        for place in range(self.sentence.start, self.sentence.end):
            if "quantity_unit" not in at.get(place, {}) or tokens.text[tokens.starts[place]].isupper():
                continue
            number = place - 2 if self.words[place - 1] in self.lists.multipliers else place - 1
            if "period" in at.get(number, {}):
                continue  # "9 tháng đầu năm 2025"
            if number >= self.sentence.start and self.words[number][0].isdigit():
                found.append(place)
        return found

    def _counts(self, places: range) -> bool:
        """Whether something else is counted in ``places`` of the sentence."""
        if self._counted is None:
            self._counted = self._find_counted()
        first = bisect_left(self._counted, places.start)
        return first < len(self._counted) and self._counted[first] < places.stop

    def _is_linked(self, event: Mention) -> bool:
        """Whether a score stands where one can: behind a verb of attaining, a sign, a unit, a part, a rank."""
        place = event.start - 1
        if event.start == self.sentence.start or self.words[place] in self.lists.score_links or "bound" in event.slots:
            return True
        if (
            any(e.end == event.start for e in self.events[: self.at])
            or self.words[event.start] == "("
            or self.words[event.start] in self.links
            or "needs_link" not in event.slots
        ):
            return True
        lattice = self.document.reading.lattice
        return any(
            m.end == event.start
            for type_ in ("attain", "approx", "score_noun", "up", "rank_verb")
            for start in lattice.begins(type_, max(self.sentence.start, event.start - _BESIDE), event.start)
            for m in lattice.of(start, type_)
        )

    def _is_of_unknown(self, event: Mention) -> bool:
        """Whether a score stands behind a name of a list that is no unit known to us: "1. Kế Sách: 92,1 điểm; 2. …"."""
        tokens, stop = self.document.reading.tokens, event.start - 1
        if stop <= self.sentence.start or self.words[stop] != ":":
            return False
        start = stop
        while start > self.sentence.start and tokens.text[tokens.starts[start - 1]].isupper():
            start -= 1
        named = any(e.start < stop and e.end > start for e in self.events)
        return stop - start > 1 and not named and self.words[start - 1] in (";", ".", ")")

    def _is_rate(self, code: str) -> bool:
        """Whether the part named last, of an index told in points, is named as a measure of its own."""
        if self.lists.units.get(code) != "points" or not self.draft.component:
            return False
        part = next((e for e in reversed(self.events[: self.at]) if e.type == "component"), None)
        return part is not None and any(e.type == "other_measure" and e.overlaps(part) for e in self.events)

    def _goes_on_weighing(self, event: Mention) -> bool:
        """Whether a figure is joined to a weight: "chiếm 10/100 điểm trong PAR INDEX của sở và 12/100 điểm ở huyện"."""
        joined = self.words[event.start - 1] in self.lists.joins or self.words[event.start - 1] == ";"
        if not joined or not self.words[event.start][0].isdigit() or event.start == self.sentence.start:
            return False
        lattice = self.document.reading.lattice
        weighs = lattice.begins("weighs", self.sentence.start, event.start)
        if not weighs or any(e.start > weighs[-1] and e.type in _JUDGED for e in self.events[: self.at]):
            return False
        own = lattice.begins("attain_verb", weighs[-1] + 1, event.start)
        return not own and bool(lattice.begins("mark", weighs[-1], event.start))

    def _is_share(self, place: int) -> bool:
        """Whether a percentage is told of what stands behind it: "45% bạn đọc"."""
        if place >= self.sentence.end or not self.words[place][0].isalpha() or self.words[place] in self.lists.neutral:
            return False
        tokens, lattice = self.document.reading.tokens, self.document.reading.lattice
        known = any(e.start == place for e in self.events) or _MEASURING & lattice.at.get(place, {}).keys()
        return not known and tokens.text[tokens.starts[place]].islower()

    def _in_other_unit(self, event: Mention) -> bool:
        """A percentage of an index told in points: of some never a score, of others when the sentence names none."""
        code = self.draft.index.code if self.draft.index else None
        if code is None or self._unit(event) != "percent":
            return False
        if event.slots["score"] > _WHOLE or self._is_share(event.end):
            return True  # "đạt 112%" is of a plan: no index is more than whole
        named = any(e.type in ("index", "component") for e in self.events)
        if self._is_rate(code):
            return True  # "tỷ lệ thanh toán trực tuyến đạt 71,5%" is no score of the part of that name
        if self.draft.component and self.lists.maxima.get(code) == 1:
            return True  # "kinh tế số đạt 12% GRDP" is a share
        return code in self.lists.points_only or (not named and self.lists.units.get(code) == "points")

    def _is_bracketed(self, event: Mention) -> bool:
        """Whether a figure in brackets behind another is of the year that the article says is told so."""
        before = self._before()
        if self.topic.bracketed is None or before is None or before.type not in ("score", "bare_score", "rank"):
            return False
        opened = "(" in self.words[event.start : event.start + 1] + self.words[before.end : event.start]
        return opened and event.start - before.end <= 1

    def _is_of_people(self, event: Mention) -> bool:
        """Whether a share of content people is told where no index of satisfaction is spoken of."""
        code = self.draft.index.code if self.draft.index else None
        return "of_people" in event.slots and code not in self.lists.satisfaction

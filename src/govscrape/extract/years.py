"""Of which year the figures of a sentence are, and with which year they are compared."""

from govscrape.extract.holders import Holders
from govscrape.extract.lattice import Mention

_MOVES = frozenset({"rank_delta", "score_delta"})
_ENDS_BRACKET = frozenset(")")
_NEXT = frozenset({"subject", "component", "index", "named_part", "subject_pair"})


class Years(Holders):
    """Reads mentions of years."""

    def _year(self, event: Mention) -> None:
        if event.type == "year" and self._is_left(event):
            self._set_baseline(event.slots["year"])
        elif self.topic.takes_year(event, self.lists.continuous):
            now = self.draft.year or self.topic.year or 0
            self._take_year(event, event.slots["year"])
            self.running = now if now > event.slots["year"] else self.running

    def _is_left(self, event: Mention) -> bool:
        """Whether a year is where a movement began: "Từ chỗ đội sổ năm 2020, tỉnh vươn lên hạng 34 vào năm 2022"."""
        from_here = self.document.reading.lattice.begins("from_word", self.sentence.start, event.start)
        opened = self.words[from_here[0] if from_here else event.start : event.start]
        later = any(e.type == "year" and e.slots["year"] > event.slots["year"] for e in self.events[self.at + 1 :])
        return bool(from_here) and later and "," not in opened and not self.draft.has_figures

    def _prior_year(self, event: Mention) -> None:
        """Takes "Hai năm trước, tỉnh đứng thứ 37" as told of so many years before the one spoken of."""
        told = self.draft.year or self.topic.year
        fronted = event.start == self.sentence.start or self._opens_clause(event)
        if told and fronted and not any(e is not event and e.overlaps(event) for e in self.events):
            self._take_year(event, told + event.slots["value"])
            self.running = told

    def _now(self, _event: Mention) -> None:
        """Comes back from the year before: "năm trước tỉnh xếp thứ 40, nay đứng thứ 22"."""
        if self.running is not None:
            subjects = self.draft.subjects
            self._close()
            self.draft.year, self.draft.subjects, self.running = self.running, subjects, None

    def _take_year(self, event: Mention, year: int) -> None:
        if self._goes_on(event):
            self.draft.also, self.draft.year = [*self.draft.also, *filter(None, [self.draft.year])], year
            return
        inside = self._in_brackets(event)
        ended = self.draft.has_figures and (
            set(self.words[max(self.draft.tokens) : event.start]) <= _ENDS_BRACKET | self.lists.index_links
        )
        if ended and self.draft.year is None and not inside and event.start >= max(self.draft.tokens):
            self.draft.year = year
            if not self._led_to_year():
                self._close()
                self.draft.year = None
            return
        if self._dates_place(event):
            self.draft.year = year
            return
        if self.draft.has_figures and inside and not self.outer:
            self._step_aside(event, year)
            return
        if self.draft.has_figures and year != self.draft.year and self._figure_follows_year():
            self._turn_aside(event, year)
            shared = self.draft.shared
            self._close()
            self.draft.shared = shared
        if not self.draft.has_figures or self.draft.year is None:
            before = self._before()
            joined = (
                before
                and before.type == "year"
                and "until" not in event.slots
                and set(self.words[before.end : event.start]) <= self.lists.joins
            )
            self.draft.also = (
                [*self.draft.also, before.slots["year"]] if before and joined and not self.draft.has_figures else []
            )
            self.draft.year = year

    def _step_aside(self, event: Mention, year: int) -> None:
        """Reads figures in brackets as those of the year that stands before them there."""
        undated = self.draft.year is None and self.topic.year is None and "score" not in self.draft.slots
        if not undated and (event.type == "rank" or self._figure_before_bracket(event)):
            self.outer = self.draft
            self.draft = self.draft.heir(year=year)
            self.aside.add(year)
        elif self.draft.year is None:
            self.draft.year = year

    def _dates_place(self, event: Mention) -> bool:
        """Whether a year in brackets behind a place goes on with its score: "thứ 15 (năm 2021, 74,92 điểm)"."""
        before = self._before()
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if before is None or before.type != "rank" or following is None or "score" in self.draft.slots:
            return False
        told = following.type in ("score", "bare_score") and self.words[event.end : following.start] == [","]
        return told and self.words[before.end - 1 : event.start][-1] == "(" and event.start - before.end <= 1

    def _turn_aside(self, event: Mention, year: int) -> None:
        """Keeps the running year for the figures before an earlier one, and for the units behind its remark."""
        now = self.draft.year or self.topic.year
        if not now or year >= now:
            return
        self.side = (event.end, now)
        if self._opens_clause(event) or ";" in self.words[max(self.draft.tokens) : event.start]:
            self.draft.year = now  # "xếp thứ 14, trong khi năm 2021 tỉnh xếp thứ 37"

    def _leave_side(self, event: Mention) -> None:
        """Behind ";" a unit or part is again of the year before a side remark: "A 91%, năm trước 88%; B 90%"."""
        if self.side is None or event.type not in _NEXT or ";" not in self.words[self.side[0] : event.start]:
            return
        self._close()
        self.draft.year, self.side = self.side[1], None

    def _led_to_year(self) -> bool:
        """Whether another year follows at once, joined to the one read."""
        event = self.events[self.at]
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following is None or following.type != "year":
            return False
        between = self.words[event.end : following.start]
        return bool(between) and set(between) <= self.lists.joins

    def _goes_on(self, event: Mention) -> bool:
        """Whether a year goes on with those of the figures before: "đứng thứ 11 trong các năm 2017, 2018 và 2019"."""
        before = self._before()
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        apart = following is None or "," in self.words[event.end : following.start]
        if before is None or before.type != "year" or not self.draft.has_figures:
            return False
        if self._figure_follows_year() and not apart:
            return False
        joined = set(self.words[before.end : event.start]) <= self.lists.joins
        return joined and self.draft.year == before.slots["year"] and before.start >= max(self.draft.tokens) - 1

    def _opens_clause(self, event: Mention) -> bool:
        return self.words[event.start - 1] in self.lists.clause_openers

    def _figure_follows_year(self) -> bool:
        if self.events[self.at].type == "rank":
            return True
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        moved = following is not None and following.type == "delta" and not _MOVES.isdisjoint(self.draft.slots)
        return moved or (following is not None and following.type in ("score", "bare_score", "rank", "subject"))

    def _figure_before_bracket(self, event: Mention) -> bool:
        for other in self.events[self.at + 1 :]:
            if ")" in self.words[event.end : other.start]:
                return False
            if other.type in ("score", "bare_score", "rank"):
                return True
        return False

    def _then(self, _event: Mention) -> None:
        """As in "khi ấy": the year of the comparison is the year of what follows."""
        if self.last_baseline and self.last_baseline.slots["year"] > 0:
            self._close()
            self.draft.slots.pop("baseline_year", None)
            self.draft.year = self.last_baseline.slots["year"]

    def _baseline(self, event: Mention) -> None:
        self.last_baseline = event
        self._set_baseline(event.slots["year"])
        self.draft.tokens.append(event.end)

    def _set_baseline(self, year: int) -> None:
        self.draft.slots.setdefault("baseline_year", year)
        self.baseline = self.baseline or year

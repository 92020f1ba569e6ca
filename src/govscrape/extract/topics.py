"""What the figures of a sentence are about: index, part, unit, year, and asides in brackets."""

from govscrape.extract.grounds import Grounds
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import Named, Subject

_LEVEL = frozenset({"score", "unit", "score_max", "score_bound", "rank", "rank_of"})
_PARTS, _ENDS = frozenset("(;"), frozenset(");")
_FIGURES = frozenset({"score", "bare_score", "rank", "delta", "becomes", "from_to_rank", "from_to_score"})


class Topics(Grounds):
    """Reads mentions that are no figures."""

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
        if (
            self.deal_size
            and event.end < len(self.words)
            and event.slots
            and self._only_links(event.end, self._next_start("subject"))
        ):
            self.deal = list(range(1, self.deal_size + 1))

    def _is_own_part(self, event: Mention) -> bool:
        """Whether the words are a part of the index spoken of: "Mức độ hài lòng" is one of CS766, else SIPAS itself."""
        parts = self.document.reading.lattice.at[event.start].get("component", ())
        code = self.draft.index.code if self.draft.index else None
        return code != event.slots["code"] and any(m.end == event.end and m.slots["index"] == code for m in parts)

    def _is_part_of_other(self, event: Mention) -> bool:
        """Whether an index only brings points into another ("trong đó Chỉ số SIPAS đạt 8,5/10 điểm"): no result."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        top = self.lists.maxima.get(event.slots["code"])
        if (
            following is None
            or following.type != "score"
            or top is None
            or following.slots.get("score_max", top) >= top / 2
        ):
            return False
        self.used.add(self.at + 1)
        return True

    def _names_rank(self, event: Mention) -> bool:
        """Whether the rank just read is one of this index: "đứng đầu PAR INDEX", "đứng thứ 2 về PAPI"."""
        before = self._before()
        if (
            before is None
            or before.type != "rank"
            or self.draft.component
            or not self.draft.slots.keys() <= _LEVEL
            or any(e.type == "index" and e.start >= min(self.draft.tokens) for e in self.events[: self.at])
        ):
            return False
        return set(self.words[before.end : event.start]) <= self.lists.fillers | self.lists.index_links

    def _component(self, event: Mention) -> None:
        index = self.draft.index
        options = [m for m in self.document.reading.lattice.at[event.start].get("component", []) if m.end == event.end]
        match = next((m for m in options if index and m.slots["index"] == index.code), None) or self._only_of_one(
            options
        )
        if not match or not self._figure_follows(event):
            return
        if index is None or match.slots["index"] != index.code:
            self._back_to(match.slots["index"])
        named = Named(match.slots["code"], self.document.of(event))
        if self._tells_part(event, named):
            self.draft.component = self.topic.last_component = named
            return
        if self.draft.has_figures:
            self._leave_mean()
        self._close()
        self.draft.component = self.topic.last_component = named
        self.draft.tokens = [event.start]
        number = self._number_after(event)
        if number is not None:
            self.draft.slots["score"] = number
            self.draft.tokens.append(event.end + 1)

    def _tells_part(self, event: Mention, named: Named) -> bool:
        """Whether the total just read is of this part, told again in percent: "35,1/38 điểm, đạt chỉ số X 92,5%"."""
        told = self.draft.component is None and "score_max" in self.draft.slots
        again = self.draft.component is not None and self.draft.component.code == named.code
        if not (told or again) or "score" not in self.draft.slots or len(self.draft.tokens) < 2:
            return False
        lattice = self.document.reading.lattice.at
        between = range(max(self.draft.tokens), event.start)
        return 0 < len(between) <= 4 and any("attain" in lattice.get(place, {}) for place in between)

    def _named_part(self, event: Mention) -> None:
        """A part that the catalogue does not know, in quotes or behind "trụ cột": kept as written."""
        at = self.document.reading.lattice.at
        known = any(not {"component", "index"}.isdisjoint(at.get(p, {})) for p in range(event.start, event.end))
        if known or self.draft.index is None or not self._figure_follows(event):
            return
        if self.draft.has_figures:
            self._leave_mean()
        self._close()
        start, end = event.spans["n"][0], event.end if "stop" in event.spans else event.end - 1
        self.draft.component = self.topic.last_component = Named(None, self.document.text(start, end))
        self.draft.tokens = [event.start]

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
            if other.type in (
                "score",
                "bare_score",
                "rank",
                "delta",
                "becomes",
                "from_to_score",
                "from_to_rank",
                "unchanged",
                "respectively",
            ):
                return ";" not in self.words[event.end : other.start]
        return False

    def _joined(self, event: Mention, other: Mention) -> bool:
        return other.start - event.end <= 2

    def _same_part(self, _event: Mention) -> None:
        """As in "chỉ số thành phần", "nội dung này": the part spoken of last; none when there was none."""
        if self.draft.component:
            return
        following = next(
            (e for e in self.events[self.at + 1 :] if e.type in ("component", "index", "score", "rank", "delta")), None
        )
        if following is None or following.type in ("component", "index"):
            return
        if self.topic.last_component is None:
            self.muted = True
            return
        if self.draft.has_figures:
            self._close()
        self.draft.component = self.topic.last_component

    def _subject(self, event: Mention) -> None:
        if "stop" in event.spans and not self._acts(event):
            return
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
            if subject.level == "national_average":
                self.beside_mean = self.draft.subjects
            self.draft.subjects = [subject]
            self.draft.tokens = self.draft.tokens if fronted else []
        if self.deal:
            self._close()
            self.draft.subjects = [subject]
            self.draft.take(event, rank=self.deal.pop(0))
            self.draft.rule = self.draft.rule or "figure.rank.top_list"
        self.draft.tokens.append(event.start)
        if subject.level != "national_average":  # a mean is told in passing: what follows is of the unit before
            self.topic.subject = subject

    def _leave_mean(self) -> None:
        """What no mean can have is told of the unit that was compared with it: "cao hơn cả nước (84,79%), hạng 10"."""
        if self.draft.subjects and self.draft.subjects[-1].level == "national_average":
            self._close()
            self.draft.subjects = self.beside_mean

    def _is_fronted(self, event: Mention) -> bool:
        """Whether the figures before are this unit's: "Với 62,86 điểm, Hà Nội …", "Là tỉnh xếp thứ 3, Đồng Tháp …"."""
        before = self.events[: self.at]
        if any(e.type == "subject" for e in before) or self.words[event.start - 1] != ",":
            return False
        return (
            "fronting" in self.document.reading.lattice.at.get(self.sentence.start, {})
            and ";" not in self.words[self.sentence.start : event.start]
        )

    def _acts(self, event: Mention) -> bool:
        """Whether a figure follows a unit at once, which makes it the one measured: "…, tỉnh đạt 88,1%"."""
        following = next((e for e in self.events[self.at + 1 :] if e.start >= event.end), None)
        bare = self.words[event.start] not in self.lists.index_links
        before = self._before()
        apposed = before is not None and before.type == "subject" and self.words[before.end : event.start] == [","]
        return (
            bare
            and not apposed
            and following is not None
            and following.type in _FIGURES
            and following.start - event.end <= 1
        )

    def _listed(self, event: Mention) -> bool:
        """Whether the subject joins the one before it in a list: only "," or a joining word between."""
        before = self.events[self.at - 1]
        return before.type == "subject" and set(self.words[before.end : event.start]) <= self.lists.joins

    def _beside(self, event: Mention) -> None:
        """Units beside have no figure, unless in brackets ("xếp trên A (57/61)") or told ("tiếp theo là A 92,9")."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following is None or following.type not in ("score", "bare_score", "rank"):
            return
        in_brackets = "(" in (self.words[event.end], self.words[following.start]) and following.start - event.end <= 1
        told = following.start == event.end and self.words[event.spans["a"][0] - 1] in self.lists.links
        if not (in_brackets or told):
            return
        subject = self.subjects.beside(event)
        if subject is not None:
            self._close()
            self.draft.subjects = [subject]
            self.draft.tokens = [event.spans["b" if "b" in event.spans else "a"][0]]

    def _block(self, event: Mention) -> None:
        if event.start > self.sentence.start and self.words[event.start - 1] not in (";", ".", ",", ":"):
            return
        before = self._before()
        if before is not None and before.start == event.start:
            return  # "khối sở, ngành là 75,38 điểm" tells a mean
        self.topic.block = self.document.text(event.start, event.end - 1)
        self._close()
        self.draft.subjects = []

    def _other_measure(self, event: Mention) -> None:
        before = self._before()
        if before is not None and before.type == "component" and before.end >= event.end and self.draft.component:
            return  # "thanh toán trực tuyến" is a part of one index, and of no other
        self._close()
        self.muted = True

    def _region(self, event: Mention) -> None:
        """A region that acts is a subject whose figures are no province's; else it is the field of a rank near it."""
        after = self.words[event.end] if event.end < self.sentence.end else ""
        lattice = self.document.reading.lattice.at.get(event.end, {})
        beside = next((e for e in self.events[self.at + 1 :] if e.start - event.end <= 1), None)
        acts = (
            after in (":", "(")
            or after[:1].isdigit()
            or not {"attain", "rank_verb"}.isdisjoint(lattice)
            or (beside is not None and beside.type in ("region", "together"))
        )
        if acts and not any(e.type == "rank" and 0 <= event.start - e.end <= 6 for e in self.events):
            self._close()
            name = self.document.of(event)
            self.draft = self.draft.heir(subjects=[Subject(name, name, "skip")])

    def _subject_pair(self, event: Mention) -> None:
        """As in "hai huyện A và B cùng …": two units that share what follows."""
        kind = event.slots["kind"]
        names = []
        for first, last in (("a", "a2"), ("b", "b2")):
            start = event.spans[first][0]
            names.append(self.document.text(start, event.spans.get(last, event.spans[first])[1]))
        self._close()
        self.draft = self.draft.heir(subjects=[Subject(f"{kind} {name}", name, "district") for name in names])
        self.draft.tokens = [event.start]

    def _together(self, _event: Mention) -> None:
        self.draft.shared = len(self.draft.subjects) > 1

    def _year(self, event: Mention) -> None:
        if self.topic.takes_year(event, self.lists.continuous):
            self._take_year(event, event.slots["year"])

    def _prior_year(self, event: Mention) -> None:
        """Takes "Một năm trước, tỉnh đứng thứ 37" as told of the year before the one spoken of."""
        told = self.draft.year or self.topic.year
        fronted = event.start == self.sentence.start or self.words[event.start - 1] in (",", ";", "(")
        if told and fronted and not any(e is not event and e.overlaps(event) for e in self.events):
            self._take_year(event, told - 1)

    def _take_year(self, event: Mention, year: int) -> None:
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
            if self.draft.year is None and self.topic.year and year < self.topic.year and self._opens_clause(event):
                self.draft.year = self.topic.year  # "xếp thứ 14, trong khi năm 2021 tỉnh xếp thứ 37"
            self._close()
        if not self.draft.has_figures or self.draft.year is None:
            before = self._before()
            joined = before and before.type == "year" and set(self.words[before.end : event.start]) <= self.lists.joins
            self.draft.also = (
                [*self.draft.also, before.slots["year"]] if before and joined and not self.draft.has_figures else []
            )
            self.draft.year = year

    def _opens_clause(self, event: Mention) -> bool:
        return self.words[event.start - 1] in self.lists.clause_openers

    def _figure_follows_year(self) -> bool:
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        return following is not None and following.type in ("score", "bare_score", "rank", "subject")

    def _figure_before_bracket(self, event: Mention) -> bool:
        for other in self.events[self.at + 1 :]:
            if ")" in self.words[event.end : other.start]:
                return False
            if other.type in ("score", "bare_score", "rank"):
                return True
        return False

    def _enter_brackets(self, event: Mention) -> None:
        """An aside about another unit: "6,02 điểm (cao nhất là A, 7,18 điểm)", "(tăng 0,1; cao nhất là A, 7,18)"."""
        last = self.events[self.at - 1].end if self.at else self.sentence.start
        if self.outer or not self.draft.has_figures or _PARTS.isdisjoint(self.words[last - 1 : event.start]):
            return
        if not self._in_brackets(event):
            return
        inside = []
        for other in self.events[self.at :]:
            if not _ENDS.isdisjoint(self.words[event.start : other.start]):
                break
            inside.append(other)
        others = [e for e in inside if e.type == "subject" and e.slots["level"] not in ("home", "skip")]
        if others and any(e.type in ("score", "bare_score", "rank") for e in inside):
            self.outer, self.outer_subject = self.draft, self.topic.subject
            self.draft = self.draft.heir(subjects=[])

    def _leave_brackets(self, place: int) -> None:
        if (
            self.outer
            and ")" in self.words[self.draft.tokens[-1] if self.draft.tokens else self.sentence.start : place]
        ):
            before = self.words[self.sentence.start : place]
            if before.count("(") <= before.count(")"):
                outer, self.outer = self.outer, None
                self._close()
                if self.outer_subject:
                    self.topic.subject, self.outer_subject = self.outer_subject, None
                self.draft = outer

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

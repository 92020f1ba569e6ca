"""What the figures of a sentence are about: index, part, and asides in brackets."""

from govscrape.extract.lattice import Mention
from govscrape.extract.parts import LISTED
from govscrape.extract.statements import MEANT, Named
from govscrape.extract.years import Years

_LEVEL = frozenset({"score", "unit", "score_max", "score_bound", "rank", "rank_of"})
_PARTS, _ENDS = frozenset("(;"), frozenset(");")
_FIGURES = frozenset({"score", "bare_score", "rank", "delta", "becomes", "from_to_rank", "from_to_score"})


class Topics(Years):
    """Reads mentions that are no figures."""

    def _index(self, event: Mention) -> None:
        if self._is_own_part(event) or self._is_part_of_other(event) or self._is_passed(event):
            return
        self.muted = False
        named = Named(event.slots["code"], self.document.of(event))
        if self._holds_part(event):
            self.draft.index = self.topic.index = named
            return
        if self.draft.index and self.draft.index.code == named.code and not self.draft.component:
            self.led = self._before() if self._names_rank(event) else self.led
            self.draft.index = named
            self.topic.index = named
            return
        last = max(self.draft.tokens, default=event.start)
        if self._fronts(event):
            self.draft.index = self.topic.index = named
            return
        if self._names_rank(event):
            self.led = self._before()
        else:
            self._close()
        self.draft.index, self.draft.component = named, None
        self._led_on(event, last)
        self.topic.index, self.topic.component = named, None
        if (
            self.deal_size
            and event.end < len(self.words)
            and event.slots
            and self._only_links(event.end, self._next_start("subject"))
        ):
            self.deal = list(range(1, self.deal_size + 1))

    def _fronts(self, event: Mention) -> bool:
        """Whether the figures told so far are of this index: "Với 72,95 điểm, PCI của tỉnh …"."""
        if not self.draft.has_figures or self.draft.component or any(e.type == "index" for e in self.events[: self.at]):
            return False
        led = "fronting" in self.document.reading.lattice.at.get(self.sentence.start, {})
        begun = self.words[event.start - 1] == "," and ";" not in self.words[self.sentence.start : event.start]
        return led and begun and not self.done

    def _holds_part(self, event: Mention) -> bool:
        """Whether the part just named is one of this index: "Kiểm soát tham nhũng trong PAPI 2022 giảm 0,2 điểm"."""
        before = self._before()
        if before is None or before.type != "component" or self.draft.component is None or self.draft.has_figures:
            return False
        return self._is_whole_of(event, before)

    def _is_whole_of(self, index: Mention, part: Mention) -> bool:
        """Whether an index follows a part of its own: "Kiểm soát tham nhũng trong PAPI"."""
        options = self.document.reading.lattice.at[part.start].get("component", ())
        between = self.words[part.end : index.start]
        own = any(m.end == part.end and m.slots["index"] == index.slots["code"] for m in options)
        return own and bool(between) and set(between) <= self.lists.index_links | self.lists.fillers

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

    def _is_passed(self, event: Mention) -> bool:
        """Whether an index is named only to lead to the next: "Không chỉ PCI, Hải Phòng còn đứng đầu PGI"."""
        led = "besides" in self.document.reading.lattice.at.get(self.sentence.start, {})
        if not led or any(e.type in _FIGURES for e in self.events[: self.at]):
            return False
        comma = self.words[event.end : event.end + 1] == [","]
        return comma and any(e.type == "index" for e in self.events[self.at + 1 :])

    def _names_rank(self, event: Mention) -> bool:
        """Whether the rank just read is one of this index: "đứng đầu PAR INDEX", "đứng thứ 2 về PAPI"."""
        before = self._before()
        if before is not None and before.type == "subject" and before.slots["level"] in MEANT and self.at > 1:
            before = self.events[self.at - 2]  # "xếp thứ 2 toàn tỉnh về PAR INDEX"
        if (
            before is None
            or before.type != "rank"
            or self.draft.component
            or not self.draft.tokens
            or not self.draft.slots.keys() <= _LEVEL
            or any(e.type == "index" and e.start >= min(self.draft.tokens) for e in self.events[: self.at])
        ):
            return False
        between = self.words[before.end : event.start]
        if between[-1:] == [":"]:  # "đứng đầu cả 3 chỉ số: PCI, PAPI và SIPAS"
            between = [word for word in between[:-1] if not word.isdigit()]
        return set(between) <= self.lists.fillers | self.lists.index_links

    def _component(self, event: Mention) -> None:
        index, before = self.draft.index, self._before()
        if before is not None and self._is_within(event, before):
            return
        options = [m for m in self.document.reading.lattice.at[event.start].get("component", []) if m.end == event.end]
        match = next((m for m in options if index and m.slots["index"] == index.code), None) or self._only_of_one(
            options
        )
        if not match or not (self._figure_follows(event) or self._is_led_on(event)):
            return
        if index is None or match.slots["index"] != index.code:
            self._back_to(match.slots["index"])
        self.muted = False
        named = Named(match.slots["code"], self.document.of(event))
        if self._tells_part(event, named):
            self.draft.component = self.topic.last_component = named
            return
        if self.draft.has_figures:
            self._leave_mean()
        last = max(self.draft.tokens, default=event.start)
        self._close()
        self.draft.component = self.topic.last_component = named
        self.draft.tokens = [event.start]
        self._led_on(event, last)
        number = self._number_after(event)
        if number is not None:
            self.draft.slots["score"] = number
            self.draft.tokens.append(event.end + 1)

    def _is_led_on(self, event: Mention) -> bool:
        """Whether a place told before a list of parts holds for this one: "dẫn đầu là A và B"."""
        last = max(self.draft.tokens, default=event.start)
        return (
            self.led is not None
            and self.draft.component is not None
            and set(self.words[last : event.start]) <= self.lists.joins
        )

    def _is_within(self, event: Mention, before: Mention) -> bool:
        """Whether the name of a part stands inside that of an index, or of another measure ("tỷ lệ thanh toán số")."""
        if before.type == "other_measure":
            code = self.draft.index.code if self.draft.index else None
            return before.overlaps(event) and self.lists.units.get(code or "") == "points"
        return before.type == "index" and event.end <= before.end and event.start > before.start

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
        if self._holds_known(event) or self.draft.index is None or not self._figure_follows(event):
            return
        if self.draft.has_figures:
            self._leave_mean()
        self._close()
        self.draft.component = self.topic.last_component = self._name_as_written(event)
        self.draft.tokens = [event.start]

    def _holds_known(self, event: Mention) -> bool:
        """Whether what looks like an unknown part has a known one, or an index, in its name or right behind it."""
        lattice, last = self.document.reading.lattice, event.end + (self.words[event.end - 1] == "(")
        if event.rule == LISTED:
            return False
        parts = (m for p in lattice.begins("component", event.start, last) for m in lattice.of(p, "component"))
        return bool(lattice.begins("index", event.start, last)) or any(
            m.slots["index"] in self.topic.codes for m in parts
        )

    def _name_as_written(self, event: Mention) -> Named:
        last = event.end if "stop" in event.spans else event.end - 1
        start, end = event.spans["n"][0], event.spans["stop"][0] if event.rule == LISTED else last
        return Named(None, self.document.text(start, end))

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
        self.topic.year = self.topic.years.get(code, self.topic.year)

    def _number_after(self, event: Mention) -> float | None:
        """A decimal that stands directly behind the part's name, without unit ("giáo dục 0,711")."""
        if event.end >= self.sentence.end or "mark" in self.document.reading.lattice.at.get(event.end + 1, {}):
            return None
        if any(e.type == "from_to_score" and e.start == event.end for e in self.events[self.at + 1 :]):
            return None
        number = self.document.reading.lattice.built_in("dec", event.end)
        return float(number) if number is not None else None

    def _figure_follows(self, event: Mention) -> bool:
        """Whether a figure comes before the next component, index or semicolon."""
        if self._number_after(event) is not None:
            return True
        for other in self.events[self.at + 1 :]:
            if other.type == "index" and self._is_whole_of(other, event):
                continue
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

    def _same_part(self, event: Mention) -> None:
        """As in "chỉ số thành phần", "nội dung này": the part spoken of last; none when there was none."""
        before = self.words[event.start - 1] if event.start > self.sentence.start else ""
        if self.draft.component or before in self.lists.plurals or before[:1].isdigit():
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

    def _other_measure(self, event: Mention) -> None:
        before = self._before()
        if before is not None and before.type == "component" and before.end >= event.end and self.draft.component:
            return  # "thanh toán trực tuyến" is a part of one index, and of no other
        self._close()
        self.muted = True

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

"""Whose figures are read: units as they are named, lists of them, blocks, regions, means, and units beside."""

from dataclasses import replace

from govscrape.extract.grounds import Grounds
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import MEANT, Subject

_FIGURES = frozenset({"score", "bare_score", "rank", "delta", "becomes", "from_to_rank", "from_to_score"})
_LEADS = frozenset({"together", "last", "unchanged", "extreme", "group"})
_CUTS = frozenset(",;:")
_TIES = frozenset({"attain", "approx", "rank_verb", "score_noun"})
_LONGEST_NAME = 4
_CLAUSES = frozenset(";:")
_APPOSED = ([","], ["-"], ["–"])


class Holders(Grounds):
    """Reads mentions of who is measured."""

    def _subject(self, event: Mention) -> None:
        if self._is_no_holder(event) or self._share_out(event):
            return
        subject = self._meant(event)
        inside = event.slots["level"] in MEANT and self._is_local(self.draft) and not self._acts(event)
        if subject is None or (inside and subject.level != self.draft.subjects[-1].level):
            return
        if self.draft.subjects and not self.draft.has_figures and self._listed(event):
            self.draft.subjects.append(subject)
            self.draft.tokens.append(event.start)
            self.topic.subject = subject
            if not self.deal:
                return
        elif not (self.draft.subjects and self.draft.subjects[-1].same(subject)):
            fronted = self._fronted(event)
            if self.draft.has_figures and fronted is None:
                self._close()
            if subject.level == "national_average":
                self.beside_mean = self.draft.subjects
            self.draft.subjects = [subject]
            self.draft.tokens = [] if fronted is None else [place for place in self.draft.tokens if place >= fronted]
        if self.deal:
            self._close()
            self.draft.subjects = [subject]
            self.draft.take(event, rank=self.deal.pop(0))
            self.draft.rule = self.draft.rule or "figure.rank.top_list"
        self.draft.tokens.append(event.start)
        if subject.level == "national_average":  # told in passing: what follows is of the unit before, if one is known
            self.topic.mean = subject
        else:
            self.topic.subject = subject

    def _meant(self, event: Mention) -> Subject | None:
        """The unit of a mention; "tỉnh này" is the province spoken of last."""
        spoken = self.topic.subject
        if "that" in event.slots and spoken is not None and spoken.level == "province":
            return replace(spoken, text=self.document.of(event))
        return self.subjects.of(event)

    def _is_no_holder(self, event: Mention) -> bool:
        """Whether a name only tells where another lies, heads nothing, or counts the field of the rank just read."""
        if "stop" in event.spans and not self._opens_statement(event):
            return True
        before = self._before()
        if event.slots["level"] == "skip" and before is not None and before.type == "rank" and before.overlaps(event):
            return True  # "thứ 52/61 tỉnh có kết quả"
        if self._is_apposed_home(event, before):
            self.topic.subject = self.told_subject  # a rival is told in passing
            return True
        return self._holds_unit_before(event)

    def _is_apposed_home(self, event: Mention, before: Mention | None) -> bool:
        """Whether "địa phương" only says what the unit before is: "Hải Phòng - địa phương đạt 90,09%"."""
        beside = before is not None and before.type == "subject" and event.slots["level"] == "home"
        return beside and before is not None and self.words[before.end : event.start] in _APPOSED[1:]

    def _share_out(self, event: Mention) -> bool:
        """Gives figures to the units that are named after them: "3 sở đồng hạng nhất với 96,5 điểm là A, B và C"."""
        if not self.draft.has_figures or self.words[event.start - 1] not in self.links or self.deal or self.waiting:
            return False
        named = [event]
        for other in self.events[self.at + 1 :]:
            if other.type != "subject" or not set(self.words[named[-1].end : other.start]) <= self.lists.joins:
                break
            named.append(other)
        start = min(self.draft.tokens, default=event.start)
        shared = any(e.type == "together" and e.end >= start for e in self.events[: self.at])
        units = [subject for e in named if (subject := self.subjects.of(e))]
        if len(units) < 2 or len(units) != len(named) or not (shared or self._counted_before(len(units))):
            return False
        self.draft.subjects, self.draft.shared = units, True
        self.draft.tokens.extend((event.start, named[-1].end))
        self.used.update(range(self.at, self.at + len(named)))
        self.topic.subject = units[-1]
        self._close()
        return True

    def _counted_before(self, count: int) -> bool:
        """Whether the sentence speaks of so many units before the place that is read."""
        lattice = self.document.reading.lattice
        places = lattice.begins("ranked_unit", self.sentence.start + 1, self.events[self.at].start)
        return any(
            mention.slots["value"] == count
            for place in places
            for mention in lattice.of(place - 1, "count")
            if mention.end == place
        )

    def _leave_mean(self) -> None:
        """What no mean can have is told of the unit that was compared with it: "cao hơn cả nước (84,79%), hạng 10"."""
        if self.draft.subjects and self.draft.subjects[-1].level == "national_average":
            self._close()
            self.draft.subjects = self.beside_mean

    def _fronted(self, event: Mention) -> int | None:
        """Where figures before begin that are this unit's: "Với 62,86 điểm, Hà Nội …", "Là tỉnh xếp thứ 3, A …".

        A capital tells that a sentence begins behind a list that ends without a full stop.
        """
        if self.words[event.start - 1] != ",":
            return None
        front = self._front(event)
        if any(e.type == "subject" and e.start >= front for e in self.events[: self.at]):
            return None
        at = self.document.reading.lattice.at.get(front, {})
        ranked = "fronting_place" in at and self.draft.slots.keys() & {"rank", "score"} == {"rank"}
        return front if "fronting" in at or ranked else None

    def _front(self, event: Mention) -> int:
        """Where the clause of ``event`` begins: behind ";" or ":", or with a capital behind a list without a stop."""
        tokens, lattice = self.document.reading.tokens, self.document.reading.lattice
        places = lattice.begins("fronting", self.sentence.start + 1, event.start)
        run_in = [p for p in places if tokens.text[tokens.starts[p]].isupper() and self.words[p - 1][0].isalpha()]
        cut = [p + 1 for p in range(self.sentence.start, event.start) if self.words[p] in _CLAUSES]
        return max([*run_in, *cut], default=self.sentence.start)

    def _acts(self, event: Mention) -> bool:
        """Whether a figure follows a unit at once, which makes it the one measured: "…, tỉnh đạt 88,1%"."""
        following = next((e for e in self.events[self.at + 1 :] if e.start >= event.end), None)
        bare = self.words[event.start] not in self.lists.index_links
        before = self._before()
        if before is not None and before.type == "rank" and before.end >= event.start:
            return False  # "thứ 3 toàn tỉnh, 91,2%"
        apposed = before is not None and before.type == "subject" and self.words[before.end : event.start] in _APPOSED
        return (
            bare
            and not apposed
            and following is not None
            and following.type in _FIGURES
            and following.start - event.end <= 1
        )

    def _holds_unit_before(self, event: Mention) -> bool:
        """Whether the unit is where the one before lies: "xã Trường Đông (thị xã Hòa Thành)", "xã A, huyện B"."""
        before = self._before()
        if before is None or before.type != "subject" or before.end != event.start - 1:
            return False
        if (before.slots["level"], event.slots["level"]) == ("commune", "district"):
            return self.words[before.end] in (",", "(")
        return [self.words[before.end], *self.words[event.end : event.end + 1]] == ["(", ")"]

    def _opens_statement(self, event: Mention) -> bool:
        """Whether a figure, or what leads to one, follows a name that no list holds."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        return following is not None and (following.type in _LEADS or following.type == "subject" or self._acts(event))

    def _bare_name(self, event: Mention) -> bool:
        """In a list of districts or communes a name without its kind is a unit: "Cấp huyện, Lục Ngạn đạt 91,2%"."""
        level = self.topic.block_level
        if level is None:
            return False
        start = max(
            (place + 1 for place in range(self.sentence.start, event.start) if self._cuts(place)),
            default=self.sentence.start,
        )
        told = self.draft.has_figures and max(self.draft.tokens) > start
        if told or any(start <= e.start < event.start for e in self.events[: self.at]):
            return False
        tokens, at = self.document.reading.tokens, self.document.reading.lattice.at
        end = start
        while end < event.start and tokens.text[tokens.starts[end]].isupper():
            end += 1
        tied = all(self.words[p] == "(" or _TIES & at.get(p, {}).keys() for p in range(end, event.start))
        if not 0 < end - start <= _LONGEST_NAME or not tied:
            return False
        name = self.document.text(start, end)
        self._close()
        self.draft.subjects, self.draft.tokens = [Subject(name, name, level)], [start]
        return True

    def _cuts(self, place: int) -> bool:
        return self.words[place] in _CUTS or self.words[place] in self.lists.part_openers

    def _listed(self, event: Mention) -> bool:
        """Whether the subject joins the one before it in a list: only "," or a joining word between."""
        before = self.events[self.at - 1]
        if (
            before.type == "together"
            and set(self.words[before.start : event.start]) <= self.lists.joins
            and self.at > 1
        ):
            before = self.events[self.at - 2]  # "Bắc Ninh cùng Hưng Yên"
        return before.type == "subject" and set(self.words[before.end : event.start]) <= self.lists.joins | {";"}

    def _beside(self, event: Mention) -> None:
        """Units beside have no figure, unless in brackets ("xếp trên A (57/61)") or told ("tiếp theo là A 92,9")."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following is None or following.type not in ("score", "bare_score", "rank", "delta"):
            return
        in_brackets = "(" in (self.words[event.end], self.words[following.start]) and following.start - event.end <= 1
        tie = self.document.reading.lattice.at.get(event.end, {})
        near = following.start == event.end or (following.start == event.end + 1 and "attain" in tie)
        told = near and self.words[event.spans["a"][0] - 1] in self.lists.links
        if not (in_brackets or told):
            return
        subject = self.subjects.beside(event)
        if subject is not None:
            self._close()
            self.draft.subjects = [subject]
            self.draft.tokens = [event.spans["b" if "b" in event.spans else "a"][0]]

    def _block(self, event: Mention) -> None:
        before_it = self.words[event.start - 1]
        if event.start > self.sentence.start and before_it not in (";", ".", ",", ":") and not before_it[0].isdigit():
            return
        before = self._before()
        if before is not None and before.start == event.start:
            return  # "khối sở, ngành là 75,38 điểm" tells a mean
        self.topic.block = self.draft.block = self.document.text(event.spans["head"][0], event.end - 1)
        words = self.words[event.start : event.end]
        self.topic.block_level = next((self.lists.block_levels[w] for w in words if w in self.lists.block_levels), None)
        self._close()
        self.draft.subjects = []

    def _region(self, event: Mention) -> None:
        """A region that acts is a subject whose figures are no province's; else it is the field of a rank near it."""
        after = self.words[event.end] if event.end < self.sentence.end else ""
        lattice = self.document.reading.lattice.at.get(event.end, {})
        beside = next((e for e in self.events[self.at + 1 :] if e.start - event.end <= 1), None)
        acts = not self._is_field(event) and (
            after in (":", "(")
            or after[:1].isdigit()
            or not {"attain", "rank_verb"}.isdisjoint(lattice)
            or (beside is not None and beside.type in ("region", "together"))
        )
        if acts and not any(e.type == "rank" and 0 <= event.start - e.end <= 6 for e in self.events):
            self._close()
            self.acting.add(event.start)
            name = self.document.of(event)
            self.draft = self.draft.heir(subjects=[Subject(name, name, "skip")])

    def _is_field(self, event: Mention) -> bool:
        """Whether a region only says where the unit before stands: "tỉnh duy nhất trong vùng ở nhóm cao"."""
        pending = bool(self.draft.subjects) and not self.draft.has_figures
        return pending and self.words[event.start] in self.lists.index_links

    def _subject_pair(self, event: Mention) -> None:
        """As in "hai huyện A và B cùng …": so many units that share what follows."""
        kind, commune = event.slots["kind"], "commune_kind" in self.document.reading.lattice.at[event.spans["kind"][0]]
        names, start = [], event.spans["first"][0]
        for place in range(start, event.end + 1):
            if place == event.end or self.words[place] in self.lists.joins:
                names.append(self.document.text(start, place))
                start = place + 1
        if len(names) != event.slots.get("n", len(names)):
            return
        self._close()
        level = "commune" if commune else "district"
        self.draft = self.draft.heir(subjects=[Subject(f"{kind} {name}", name, level) for name in names], shared=True)
        self.draft.tokens = [event.start]

    def _together(self, _event: Mention) -> None:
        self.draft.shared = len(self.draft.subjects) > 1
        self.tied = self.draft.shared and self.top_count == len(self.draft.subjects)

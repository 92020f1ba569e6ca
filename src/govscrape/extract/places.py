"""Whether what looks like a place is one of the unit spoken of, and in which field."""

from govscrape.extract.lattice import Mention
from govscrape.extract.scores import Scores
from govscrape.extract.sentence_state import NEAR
from govscrape.extract.statements import BELOW

QUOTES = frozenset('"“‘”’')
_ATTAINS = frozenset({"attain", "score_noun"})
_LARGEST_REGION = 25
"""Provinces of the north, the largest region that is spoken of."""
_AMONG = 2


class Places(Scores):
    """The tests that a place must pass."""

    def _is_of_other(self, event: Mention) -> bool:
        """Whether a place is by something else that the sentence counts or measures, and no index is named in it."""
        counted = not self.named and self._counts(range(self.sentence.start, event.start))
        return counted or self._is_foreign(event.start)

    def _is_no_place(self, event: Mention, *, held: bool) -> bool:
        """A mean has no rank; "cao nhất" is one only of the unit right before it, or after it, or within a region."""
        if (
            not held
            and self.words[event.end - 1] == self.links[0]
            and event.start
            and self.words[event.start - 1] in QUOTES
        ):
            return True  # “hạng 2 là tốt”
        if "weak" not in event.slots:
            self._leave_mean()
        elif self.draft.subjects and self.draft.subjects[-1].level == "national_average":
            return True
        if not held and (self._behind_unknown_name(event) or self._is_of_list(event)):
            return True
        if "weak" not in event.slots or held or self._field(event):
            return False
        if "within" in event.slots and self._is_within_block(event):
            return False
        if self.draft.component is not None:
            nation = " ".join(self.words[event.end - 2 : event.end]) in self.lists.nation and self.draft.subjects
            return not (nation or self._is_best_of_part(event))
        return not self._stands_behind(event)

    def _is_best_of_part(self, event: Mention) -> bool:
        """Whether a named unit has the most of a part: "Bộ Nội vụ đạt chỉ số tổ chức bộ máy cao nhất 95,1%"."""
        before = self._before()
        if before is None or before.type != "component" or before.end != event.start or self.at < 2 or self.draft.slots:
            return False
        unit = next(
            (e for e in reversed(self.events[: self.at - 1]) if e.type not in ("same_part", "named_part")), None
        )
        return (
            unit is not None
            and unit.type == "subject"
            and unit.slots["level"] in BELOW
            and bool(self.document.reading.lattice.begins("attain_verb", unit.end, unit.end + 1))
        )

    def _is_within_block(self, event: Mention) -> bool:
        """Whether the place is told of one that can have it: "cao nhất khối" of a unit inside a province."""
        units = [self.topic.subject] if self.topic.subject else []
        units = self.draft.subjects or units
        return bool(units) and (units[-1].level in BELOW or not {"many", "rank_of"}.isdisjoint(event.slots))

    def _is_of_list(self, event: Mention) -> bool:
        """Whether a first place in words is of all units listed before it: "A (0,75), B (0,71) và C (0,69) dẫn đầu"."""
        if self.words[event.start - 1] != ")" or any(word.isdigit() for word in self.words[event.start : event.end]):
            return False
        start = min(self.draft.tokens, default=self.sentence.start)
        listed = start > self.sentence.start and self.words[start - 1] in self.lists.joins
        if not listed or not self.done or event.slots["rank"] != 1:
            return False
        before = self.done[-1].slots
        return "score" in self.draft.slots and "score" in before and "rank" not in before

    def _leads_to_unknown(self, event: Mention) -> bool:
        """Whether the place is that of a name which is no unit known to us: "dẫn đầu là Bản Giang, Bản Bo với …"."""
        place = event.end if self.words[event.end - 1] == self.links[0] else event.end + 1
        if place + 1 >= self.sentence.end or self.words[place - 1] != self.links[0]:
            return False
        tokens = self.document.reading.tokens
        named = any(e.start < place + 2 and e.end > place for e in self.events)
        return not named and all(tokens.text[tokens.starts[p]].isupper() for p in (place, place + 1))

    def _behind_unknown_name(self, event: Mention) -> bool:
        """Whether a name that is no unit known to us stands where the unit of the rank would: "Tam Kỳ dẫn đầu"."""
        place = event.start - 1
        if place <= self.sentence.start or any(e.end > place - 1 for e in self.events[: self.at]):
            return False
        tokens = self.document.reading.tokens
        return all(tokens.text[tokens.starts[p]].isupper() for p in (place - 1, place))

    def _stands_behind(self, event: Mention) -> bool:
        """Whether a unit, or the word for several together, stands before: "Văn phòng UBND tỉnh (đạt) cao nhất"."""
        before = self._before()
        if before is not None and before.type == "score" and self.draft.subjects and "score" in self.draft.slots:
            return " ".join(self.words[event.end - 2 : event.end]) in self.lists.nation
        if before is None or not self.draft.subjects or before.type not in ("subject", "together", "subject_pair"):
            return False
        at = self.document.reading.lattice.at
        return all(_ATTAINS & at.get(place, {}).keys() for place in range(before.end, event.start))

    def _field(self, event: Mention) -> Mention | None:
        """The region in which ``event`` ranks, when one stands near it in the clause and no other rank is nearer."""
        if {" ".join(self.words[place : place + 2]) for place in (event.end - 2, event.end)} & self.lists.nation:
            return None
        if (event.slots.get("rank_of") or 0) > _LARGEST_REGION:
            return None
        ranks = [e for e in self.events if e.type in ("rank", "from_to_rank")]
        lowest = {e.end for e in self.events if e.type == "last"}
        for region in (e for e in self.events if e.type == "region" and e.start not in lowest | self.acting):
            low, high = sorted((event.start, region.start))
            gap = max(event.start - region.end, region.start - event.end)
            if ";" in self.words[low:high] or gap > NEAR:
                continue
            nearest = min(
                (rank for rank in ranks if ";" not in self.words[rank.end : region.start]),
                key=lambda rank: (
                    region.start - rank.end if region.start >= rank.end else (rank.start - region.end) + 0.5
                ),
            )
            if nearest is event:
                return region
        return None

    def _is_listed(self, event: Mention, before: Mention) -> bool:
        """Whether a bare ordinal goes on with a place ("thứ 4 và thứ 5"), or stands where a place would."""
        if before.type == "rank":
            units = self.document.reading.lattice.of(before.end, "ranked_unit") if "rank_of" in before.slots else []
            first = max((m.end for m in units if m.end < event.start), default=before.end)
            return set(self.words[first : event.start]) <= self.lists.joins
        if before.type in ("score", "bare_score"):
            told = self.words[before.end : event.start] == [","] and "score" in self.draft.slots
            return told and "rank" not in self.draft.slots
        behind = before.end == event.start
        if before.type == "index" and not behind and any(e.type == "rank" for e in self.events[: self.at]):
            # "thứ 17/63 về SIPAS và thứ 4 trong khu vực …": the same index, among fewer
            return set(self.words[before.end : event.start]) <= self.lists.joins and self._field(event) is not None
        return behind and (
            before.type == "component"
            or (before.type == "subject" and any(e.type == "rank" for e in self.events[: self.at]))
        )

    def _unchanged(self, event: Mention) -> None:
        before = self._before()
        if (
            before is not None
            and before.type == "rank"
            and before.overlaps(event)
            and self._field(before)
            and self.done
        ):
            self.done[-1].slots["unchanged"] = True  # "thứ 10, giữ vững vị trí số 1 của vùng"
            return
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following and following.type == "rank" and "year" in following.slots and following.start == event.end:
            return  # "hạng 48 năm 2018, giữ nguyên hạng 48 năm 2019": of the year to come
        if following and following.type == "rank" and self._field(following) and "rank" in self.draft.slots:
            return  # "thứ 10, giữ vững vị trí số 1 của vùng"
        if self._follows_regional(event):
            self.done[-1].slots["unchanged"] = True  # "thứ 4/6 trong vùng, giữ nguyên so với năm 2023"
            return
        self.draft.slots.setdefault("unchanged", True)
        self.draft.tokens.append(event.start)
        if "rank" not in self.draft.slots and "rank_noun" in self.document.reading.lattice.at.get(event.start - 2, {}):
            self.draft.take(event, rank_delta=0)  # "điểm số tăng 3,15 điểm, thứ hạng không đổi"

    def _follows_regional(self, event: Mention) -> bool:
        """Whether only a place within a region was told, right before and behind a comma."""
        before = self._before()
        if before is None or self.words[before.end : event.start] != [","] or self.draft.has_figures or not self.done:
            return False
        told = self.done[-1]
        return bool(told.scope) and "rank" in told.slots and event.start - max(told.tokens) <= NEAR

    def _name_seat(self, event: Mention) -> None:
        """An office with a place among communes stands for the one in its name: "Trung tâm … xã A (thứ 11 khối xã)"."""
        office = self._before()
        if office is None or office.type != "subject" or len(self.draft.subjects) != 1 or self.draft.has_figures:
            return
        behind = self.words[event.end : min(event.end + _AMONG, self.sentence.end)]
        levels = {self.lists.block_levels[word] for word in behind if word in self.lists.block_levels}
        if not levels or office.slots["level"] in levels or set(self.words[office.end : event.start]) - {"("}:
            return
        lattice = self.document.reading.lattice
        inside = (m for p in lattice.begins("subject", office.start + 1, office.end) for m in lattice.of(p, "subject"))
        seats = (m for m in inside if m.slots["level"] in levels and m.spans.get("d", (0, m.end))[1] == office.end)
        unit = next((unit for unit in map(self.subjects.of, seats) if unit), None)
        if unit is not None:
            self.draft.subjects, self.topic.subject = [unit], unit

"""Ranks: which statement takes them, in which field, and the lists that deal them out."""

from govscrape.extract.lattice import Mention
from govscrape.extract.places import Places
from govscrape.extract.sentence_state import NEAR
from govscrape.extract.statements import Draft, Named, Subject

_NEAR_COMMA, _SO_AS, _NEAR_SCORE = 4, 3, 2
_COLONS = frozenset(":;(")
_HEADS, _ORDINAL = 2, 3
_OF_PARTS = frozenset({"component", "named_part"})


class Ranks(Places):
    """Reads mentions that are ranks."""

    def _rank(self, event: Mention) -> None:
        if self.muted or self.other_world or not self._is_rank(event) or self._is_of_other(event):
            return
        self.led = None
        self._begin_fronted(event)
        named = self._bare_name(event)
        if "year" in event.slots and self._is_told_by_year(event):
            return
        self._date_by_baseline(event)
        holder = self._holder(event)
        if holder is not None:
            self._close()
            self.draft = self.draft.heir(subjects=[holder])
            self._index_between()
        if self._is_no_place(event, held=named or holder is not None):
            return
        if holder is None and self._leads_to_unknown(event):
            self._close()
            self.draft.subjects = [Subject("", None, "skip")]
            return
        self._name_seat(event)
        region = self._field(event) or self._same_field(event)
        if region:
            self._keep(self._in_region(event, region))
            self.draft.tokens.append(event.start)
        else:
            self._take_rank(event)

    def _begin_fronted(self, event: Mention) -> None:
        """A place that opens a clause is of the unit behind it: "…; ở phía đầu bảng, Quảng Ninh được 72,95 điểm"."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following is None or following.type != "subject" or self.words[following.start - 1] != ",":
            return
        front = self._front(event)
        at = self.document.reading.lattice.at.get(front, {})
        led = any(e.type in ("subject", "score") and e.start >= front for e in self.events[: self.at])
        if not led and front > self.sentence.start and ("fronting" in at or "fronting_place" in at):
            self._close()
            self.draft.subjects = []

    def _take_rank(self, event: Mention) -> None:
        """Gives a rank to the statement whose turn it is."""
        if self._is_earlier(event):
            return
        score = self._score_in_brackets(event)
        slots = {"rank": event.slots["rank"], "rank_of": self._told_total(event), "score": score}
        if self._hand_out(event, "rank", **slots):
            return
        if self.draft.slots.get("rank") != slots["rank"]:
            if "rank" in self.draft.slots:
                self._after_dated()
            if "rank" in self.draft.slots:
                self._again(event)
            self._part_after(event)
        self.draft.take(event, **slots)

    def _is_earlier(self, event: Mention) -> bool:
        """Takes the rank in brackets behind a year of comparison as that year's: "so với năm 2022 (hạng 12/63, …)"."""
        told = self.last_baseline
        if told is None or told.slots["year"] <= 0 or not self._bracket_follows(told, event):
            return False
        self.draft.take(event, prev_rank=event.slots["rank"])
        dated = self.draft.heir(year=told.slots["year"])
        dated.take(event, rank=event.slots["rank"], rank_of=event.slots.get("rank_of"))
        self._keep(dated)
        return True

    def _is_told_by_year(self, event: Mention) -> bool:
        """Takes a rank that tells a year of its own; else its year becomes that of the statement."""
        if self._is_unchanged_place(event):
            return True
        if self._is_aside(event):
            self._take_of_year(event)
            return True
        self.dated_rank = event
        return False

    def _score_in_brackets(self, event: Mention) -> float | None:
        """A bare decimal in the brackets that a rank's words opened: "Bộ Nội vụ thứ 3 (0,6904)"."""
        if self.words[event.end - 1] != "(" or self.words[event.end + 1 : event.end + 2] not in ([")"], [";"]):
            return None
        number = self.document.reading.lattice.built_in("dec", event.end)
        return None if number is None else float(number)

    def _is_unchanged_place(self, event: Mention) -> bool:
        """Takes the place in "không đổi so với năm 2020 (hạng 25/63)": it is that of both years."""
        if "unchanged" not in self.draft.slots or "rank" in self.draft.slots:
            return False
        if not self.document.reading.lattice.begins("baseline", event.start - _SO_AS, event.start):
            return False
        self.draft.take(event, rank=event.slots["rank"], rank_of=event.slots.get("rank_of"))
        self._set_baseline(event.slots["year"])
        return True

    def _date_by_baseline(self, event: Mention) -> None:
        """Dates places in brackets behind an opening "So với năm 2024 …": they are what is compared with."""
        told = self.last_baseline
        if told is None or told.start != self.sentence.start or told.slots["year"] <= 0:
            return
        opened = self.words[told.end : told.end + NEAR].count("(")
        if opened and self._in_brackets(event) and self.draft.year != told.slots["year"]:
            self._close()
            self.draft.year = told.slots["year"]

    def _take_of_year(self, event: Mention) -> None:
        """Takes a rank that tells its year; a score that follows is of that year too, unless all stands in brackets."""
        dated = self._of_year(event)
        bracketed = self._in_brackets(event) or "(" in self.words[event.start : event.end]
        if bracketed or dated.also or self._in_apposition(event):
            self._keep(dated)
            return
        self._close()
        self.draft, self.dated_rank = dated, event

    def _of_year(self, event: Mention) -> Draft:
        """A rank that tells its own year, or two that share it ("2016 và 2015 hạng 33")."""
        dated = self.draft.heir(year=event.slots["year"])
        dated.take(event, rank=event.slots["rank"], rank_of=event.slots.get("rank_of"))
        before = self._before()
        begun = event.spans["year"][0] == event.start
        if begun and before and before.type == "year" and set(self.words[before.end : event.start]) <= self.lists.joins:
            dated.also = [before.slots["year"]]
        if before and before.type == "unchanged" and before.end == event.start:
            dated.slots["unchanged"] = True
        return dated

    def _same_field(self, event: Mention) -> Mention | None:
        """The region told with a place of as many before: "trong vùng, PAPI đứng thứ 9/14; SIPAS thứ 11/14"."""
        told = self.region_told
        if told is None or told[1] is None or told[1] != event.slots.get("rank_of"):
            return None
        return told[0]

    def _in_region(self, event: Mention, region: Mention) -> Draft:
        draft = self.draft.heir(scope=self.subjects.region(region))
        self.region_told = (region, event.slots.get("rank_of"))
        before = self._before()
        if before is not None and before.type == "unchanged" and "rank" in self.draft.slots:
            draft.slots["unchanged"] = True
        draft.take(event, rank=event.slots["rank"], rank_of=event.slots.get("rank_of") or region.slots.get("of"))
        return draft

    def _is_aside(self, event: Mention) -> bool:
        """Whether a rank that tells its year is a statement of its own; else its year becomes that of the statement."""
        bracketed = self.words[event.start] == "(" and "rank" in self.draft.slots
        if bracketed or self._in_series(event) or self._in_apposition(event):
            return True
        if self._dates_score(event):
            self.draft.year = event.slots["year"]
            return False
        self._year(event)
        return False

    def _dates_score(self, event: Mention) -> bool:
        """Whether the year of a rank is that of the score right before: "43,9 điểm vào năm 2021 (hạng 17)"."""
        before = self._before()
        if before is None or before.type not in ("score", "bare_score") or "rank" in self.draft.slots:
            return False
        return event.start - before.end <= _NEAR_SCORE and before.end in self.draft.tokens

    def _in_apposition(self, event: Mention) -> bool:
        """Whether the place of an earlier year describes the unit: "A, đơn vị dẫn đầu năm 2022, rơi xuống thứ sáu"."""
        told = self.draft.year or self.topic.year
        if told is None or event.slots["year"] >= told or self.words[event.end : event.end + 1] != [","]:
            return False
        begun = "," in self.words[max(self.sentence.start, event.start - _NEAR_COMMA) : event.start]
        return begun and any(e.type in ("rank", "from_to_rank") for e in self.events[self.at + 1 :])

    def _in_series(self, event: Mention) -> bool:
        """Whether ranks of other years stand beside: "hạng 48 (năm 2012), hạng 33 (năm 2013)"."""
        return any(
            e is not event and e.type == "rank" and ("year" in e.slots or "prev_rank" in e.slots) for e in self.events
        )

    def _is_rank(self, event: Mention) -> bool:
        """Whether an ordinal is a rank: some only beside another ("thứ 4 và thứ 5") or behind a unit ("A thứ hai")."""
        before = self._before()
        if self._enumerates(event):
            return False
        if self.waiting.get("rank"):
            return True
        if "listed" in event.slots:
            return before is not None and self._is_listed(event, before)
        if "after_unit" in event.slots:
            unit = before is not None and before.type in ("subject", "component") and before.end == event.start
            return unit or self._goes_on_ranking(event)
        return True

    def _goes_on_ranking(self, event: Mention) -> bool:
        """Whether a place goes on with one whose brackets just ended: "thứ 18 (năm 2020, 68,15 điểm), thứ 15 (…)"."""
        before = self._before()
        if before is None or before.type not in ("score", "bare_score"):
            return False
        between = self.words[before.end : event.start]
        ended = ")" in between and set(between) <= self.lists.joins | {")"}
        return ended and any(e.type == "rank" for e in self.events[: self.at])

    def _is_last_part(self, part: Mention) -> bool:
        """Whether no figure of its own follows the part that a place was told of."""
        rest = self.events[self.events.index(part) + 1 :]
        return not any(e.type in ("score", "bare_score", "delta", "rank") for e in rest)

    def _enumerates(self, event: Mention) -> bool:
        """Whether an ordinal only counts off what follows ("Thứ nhất, …"), or is the day of the week in a dateline."""
        words = self.words[event.start : event.end]
        spelled = self.words[event.start - 1] in _COLONS and not any(word[0].isdigit() for word in words)
        opens = event.start == self.sentence.start or spelled
        told = "rank_of" in event.slots or "standing_verb" in self.document.reading.lattice.at.get(event.start, {})
        if told:
            return False
        return self._counts_off(event) or (opens and self.words[event.end : event.end + 1] in ([","], [":"]))

    def _counts_off(self, event: Mention) -> bool:
        """Whether an index, or a part without a verb, stands where a place has its holder: "Thứ nhất là PCI, …"."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        ends = {self.words[event.end - 1], " ".join(self.words[event.end - 2 : event.end])}
        if following is None or following.start > event.end + _HEADS or ends.isdisjoint(self.lists.holder_links):
            return False
        return following.type == "index" or (following.type in _OF_PARTS and event.length <= _ORDINAL)

    def _rank_range(self, event: Mention) -> None:
        """Places "từ hạng 15 đến hạng 20" are bounds, unless a verb of movement stands before them."""
        here = self.document.reading.lattice.at.get(event.start - 1, {})
        if self.muted or not {"up", "down"} & here.keys() or self.context.at(event.start, "target"):
            return
        slots = event.slots
        self.draft.take(event, rank=slots["high"], prev_rank=slots["low"], rank_of=slots.get("total"))

    def _part_after(self, event: Mention) -> None:
        """As in "đứng thứ 12 về chính quyền số": the part may follow its rank."""
        following = next((e for e in self.events[self.at + 1 :] if e.type in ("component", "rank", "score")), None)
        if following is None or following.type != "component":
            return
        between = self.words[event.end : following.start]
        tied = self.lists.index_links & {*between, self.words[event.end - 1]} or len(between) > 1
        if tied and set(between) <= self.lists.index_links | self.lists.fillers | set(self.links):
            options = self.document.reading.lattice.at[following.start].get("component", [])
            code = self.draft.index.code if self.draft.index else None
            match = next((m for m in options if m.slots["index"] == code and m.end == following.end), None)
            if match:
                self.led = event
                self._close()
                self.draft.component = self.topic.last_component = Named(match.slots["code"], self.document.of(match))
                self.draft.tokens.append(match.end)
                if self._is_last_part(following):
                    self.used.add(self.events.index(following))

    def _index_between(self) -> None:
        """As in "Ở đầu danh sách PAPI là X": the index stands between the rank and its holder."""
        for place, other in enumerate(self.events[self.at + 1 :], self.at + 1):
            if other.type == "subject":
                return
            if other.type == "index":
                self.draft.index = self.topic.index = Named(other.slots["code"], self.document.of(other))
                self.used.add(place)

    def _place_behind(self, event: Mention) -> None:
        """A bare number that places came to: "giảm 6 bậc, chỉ còn là 31"."""
        before = self._before()
        if self.muted or before is None or "places" not in before.slots or "rank" in self.draft.slots:
            return
        ends = event.end >= self.sentence.end or not self.words[event.end][0].isalnum()
        if ends and before.end == event.start + 1 and "rank_delta" in self.draft.slots:
            self._take_rank(event)

    def _earlier_rank(self, event: Mention) -> None:
        """The place of an earlier year: "thay cho vị trí 26 của năm 2023", "A, quán quân năm ngoái, về thứ nhì"."""
        before, year = self._before(), event.slots["year"]
        if self.muted or (before is not None and before.type == "beside"):
            return
        holder, now = self._holder(event), self.draft.year or self.topic.year
        if holder is None:
            self.draft.take(event, prev_rank=event.slots["prev_rank"])
            self._set_baseline(year)
            return
        dated = self.draft.heir(subjects=[holder], year=year if year > 0 else now and now - 1)
        self._close()
        dated.take(event, rank=event.slots["prev_rank"])
        self._keep(dated)

    def _rank_pair(self, event: Mention) -> None:
        """Two places shared out: "A (92,8%) và B (92,1%) chia nhau hai bậc nhì, ba", "hai vị trí nhì, ba là A và B"."""
        ranks = [event.slots["first"], event.slots["second"]]
        if not self._in_turn(event, ranks):
            self._close()
            self.deal, self.draft.subjects = ranks, []

    def _in_order(self, event: Mention) -> None:
        """Gives the first places to the units just told: "Bộ ba cao nhất gồm A 90%, B 89%, C 88%, theo thứ tự đó"."""
        self._in_turn(event, list(range(self.top_first, self.top_first + self.top_count)))

    def _in_turn(self, event: Mention, ranks: list[int]) -> bool:
        """Gives places to as many statements or units told last, if all are without one."""
        told = [*self.done, self.draft][-len(ranks) :] if ranks else []
        units = [] if self.draft.has_figures else self.draft.subjects
        if len(units) == len(ranks) > 1:
            told = [self.draft.heir(subjects=[unit], tokens=self.draft.tokens[:1]) for unit in units]
            self.done.extend(told)
            self.waiting = {"score": list(told)}
        fit = all("rank" not in d.slots and len(d.subjects) == 1 and (units or d.has_figures) for d in told)
        if len(told) != len(ranks) or not told or not fit:
            return False
        for draft, rank in zip(told, ranks, strict=True):
            draft.take(event, rank=rank)
        return True

    def _rank_total(self, event: Mention) -> None:
        if self.done and self.done[-1].scope and event.start - max(self.done[-1].tokens) <= 1:
            self.done[-1].take(event, rank_of=event.slots["rank_of"])
        elif "rank" in self.draft.slots:
            self.draft.take(event, rank_of=event.slots["rank_of"])
        elif self.words[event.end : event.end + 1] == [","]:
            self.total = event

    def _told_total(self, event: Mention) -> int | None:
        """Of how many a place is: told with it, or once before it: "Trong 27 huyện, thị xã, huyện A xếp thứ nhất"."""
        told, self.total = self.total, None
        own: int | None = event.slots.get("rank_of")
        if own or told is None or ";" in self.words[told.end : event.start]:
            return own
        return told.slots["rank_of"] if event.slots["rank"] <= told.slots["rank_of"] else None

    def _year_by_year(self, event: Mention) -> bool:
        """Takes "từ vị trí 61 năm 2019, 55 năm 2020 đến 48 năm 2021" as a place for each year."""
        at = self.document.reading.lattice.at
        told = []
        for place in range(event.start, min(event.end + 1, self.sentence.end - 2)):
            word, year = self.words[place], self.words[place + 2]
            if word.isdigit() and "year_number" in at.get(place + 2, {}) and "year_number" not in at.get(place, {}):
                told.append((int(word), int(year), place))
        if len(told) <= 2:
            return False
        for rank, told_year, place in told:
            tokens = [place, place + 3]
            self._keep(self.draft.heir(year=told_year, slots={"rank": rank}, tokens=tokens, rule=event.rule))
        self.used.update(i for i, e in enumerate(self.events) if e.type == "year" and e.start <= event.end)
        return True

    def _from_to_rank(self, event: Mention) -> None:
        if self._year_by_year(event):
            return
        near = self.words[max(self.sentence.start, event.start - 8) : event.end]
        known = (
            "rank_of" in event.slots
            or "of" in event.slots
            or any("prev_rank" in draft.slots for draft in (*self.done, self.draft))
        )
        if not known and not set(near) & set(self.lists.rank_words):
            return
        slots = {
            "rank": event.slots["rank"],
            "prev_rank": event.slots["prev_rank"],
            "rank_of": event.slots.get("rank_of") or event.slots.get("of"),
            "prev_score": event.slots.get("prev_score"),
        }
        region = self._field(event)
        if region:
            self._close()
            self.draft = self.draft.heir(scope=self.subjects.region(region))
        elif "rank" in self.draft.slots:
            self._close(weak=True)
        self.draft.take(event, **slots)
        self._over_span(event)
        if "prev_year" in event.slots:
            self.draft.slots.setdefault("baseline_year", event.slots["prev_year"])
        elif "prior" in event.slots:
            self.draft.slots.setdefault("baseline_year", event.slots["prior"])

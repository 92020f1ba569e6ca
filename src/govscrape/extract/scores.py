"""Scores and changes: which statement takes them."""

from govscrape.extract.lattice import Mention
from govscrape.extract.sentence_state import NEAR
from govscrape.extract.statements import Named
from govscrape.extract.topics import Topics

_LEAST_PERCENT = 20
"""No unit ever got less of the points of an index told in percent; what is less is a sum, a share or of a part."""
_NO_CHANGE = 30
"""No index moved by more than this many points or percent in a year: "lên 86,98%" is a level."""
_DEFINED, _NEAR_COUNT, _FIFTH = 2, 6, 5
_MOVES = frozenset({"rank_delta", "score_delta"})


class Scores(Topics):
    """Reads mentions that are scores, changes, tiers."""

    def _score(self, event: Mention) -> None:
        slots = event.slots
        if self.muted or not self._grounded(event) or self._in_other_unit(event) or self._is_of_people(event):
            return
        if "year" in slots and self._is_of_year(event):
            return
        if self._part_is_behind(event) or not self._is_in_place(event):
            return
        if self._is_earlier_score(event):
            return
        self._hold(event)
        if self._is_change(event):
            return
        self._pair_up(event)
        if self._hand_out(event, "score", score=slots["score"], unit=self._unit(event)):
            return
        if self._off_scale(event):
            return
        unit = self._unit(event)
        if "score" in self.draft.slots and self._is_second(event, unit):
            return
        self.draft.take(
            event, score=slots["score"], unit=unit, score_max=slots.get("score_max"), score_bound=slots.get("bound")
        )
        if self.tied and self.draft.shared:
            self.draft.take(event, rank=1)
            self.tied = False

    def _is_earlier_score(self, event: Mention) -> bool:
        """Takes a score in brackets as that of the year compared with, or of the year that is told so throughout."""
        if self._is_bracketed(event):
            self.draft.take(event, prev_score=event.slots["score"], baseline_year=self.topic.bracketed)
            return True
        if self.last_baseline and self._bracket_follows(self.last_baseline, event):
            self._earlier(event)
            return True
        return False

    def _aside_place(self, event: Mention) -> None:
        """The place of an earlier year: "hạng 26 (55)" where "trong ngoặc là năm 2021" was said."""
        if self._is_bracketed(event):
            self.draft.take(event, prev_rank=event.slots["rank"], baseline_year=self.topic.bracketed)

    def _is_in_place(self, event: Mention) -> bool:
        """Whether a score stands where that of a unit can."""
        return self._bare_name(event) or (self._is_linked(event) and not self._is_of_unknown(event))

    def _is_change(self, event: Mention) -> bool:
        """Takes points behind places as the change that they go on with: "hơn năm 2022 tới 17 bậc và 2,92 điểm"."""
        if self._moved_most(event):
            self.draft.take(event, score_delta=self.draft.extreme * event.slots["score"])
            return True
        before = self._before()
        moved = before is not None and before.type == "delta" and "places" in before.slots
        if not moved or before is None or "score" not in self.draft.slots or event.slots["score"] > _NO_CHANGE:
            return False
        if not set(self.words[before.end : event.start]) <= self.lists.place_joins:
            return False
        self.draft.take(event, score_delta=before.slots["sign"] * event.slots["score"])
        return True

    def _is_second(self, event: Mention, unit: str | None) -> bool:
        """Whether a second score only tells the first in another unit; else it begins a statement."""
        if self.draft.slots.get("unit") != unit and event.start - self.draft.tokens[-1] <= NEAR:
            self._two_units(event, unit)
            return True
        self._after_dated()
        if "score" in self.draft.slots:
            self._again(event)
        return False

    def _part_is_behind(self, event: Mention) -> bool:
        """Whether the part of a score stands right behind it: "gồm 6,88 điểm giảm thiểu ô nhiễm; 7,11 điểm …"."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        listed = self.words[event.start - 1] in self.lists.part_openers | self.lists.joins | {";"}
        if not listed or following is None or following.type != "component" or following.start != event.end:
            return False
        code = self.draft.index.code if self.draft.index else None
        options = self.document.reading.lattice.of(following.start, "component")
        match = next((m for m in options if m.end == following.end and m.slots["index"] == code), None)
        if match is None:
            return False
        self._close()
        part = Named(match.slots["code"], self.document.of(match))
        self.draft.component = self.topic.last_component = part
        self.draft.take(event, score=event.slots["score"], unit=self._unit(event))
        self.draft.tokens.append(following.end)
        self.used.add(self.at + 1)
        self._close()
        self.draft.component = None
        return True

    def _pair_up(self, event: Mention) -> None:
        """Lines units up for as many scores told in one list: "A và B đứng ngay phía sau, với 91,4% và 90,77%"."""
        units = self.draft.subjects
        if len(units) < 2 or self.draft.shared or self.draft.has_figures or self.waiting:
            return
        run = [event]
        for other in self.events[self.at + 1 :]:
            between = self.words[run[-1].end : other.start]
            if other.type != "score" or not between or not set(between) <= self.lists.joins:
                break
            run.append(other)
        if len(run) == len(units):
            self.waiting = {"score": [self.draft.heir(subjects=[unit], tokens=self.draft.tokens[:1]) for unit in units]}

    def _hold(self, event: Mention) -> None:
        """Gives a score to the unit behind it: "8,1 điểm thuộc về Bình Dương"."""
        led = event.end < self.sentence.end and self.words[event.end] == self.links[1]
        holder = self._holder(event) if led else None
        if holder:
            self._close()
            self.draft = self.draft.heir(subjects=[holder])

    def _is_of_year(self, event: Mention) -> bool:
        """Takes a score that tells its year as a statement of its own, when others of the sentence do so too."""
        year = event.slots["year"]
        if any(e is not event and e.type == "score" and "year" in e.slots for e in self.events):
            dated = self.draft.heir(year=year)
            dated.take(event, score=event.slots["score"], unit=self._unit(event))
            self._keep(dated)
            return True
        if self.draft.has_figures and self.draft.year not in (None, year):
            self._close()
        self.draft.year = year
        return False

    def _moved_most(self, event: Mention) -> bool:
        """Whether the figure behind "tăng nhiều nhất" is the movement, and no level told after it."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        moves = following is not None and following.type == "delta" and "amount" in following.slots
        told = moves or not _MOVES.isdisjoint(self.draft.slots) or event.slots["score"] > _NO_CHANGE
        return bool(self.draft.extreme) and "score_max" not in event.slots and not told

    def _threshold(self, event: Mention) -> None:
        """A bound is a figure only of an aim: "phấn đấu đạt trên 67 điểm", "tăng ít nhất 2%"."""
        if "bound" not in event.slots or not self.context.at(event.start, "target"):
            return
        before = self.document.reading.lattice.at.get(event.start - 1, {})
        sign = 1 if "up" in before else -1 if "down" in before else 0
        if not sign:
            self._score(event)
        elif self._grounded(event) and event.slots["score"] <= _NO_CHANGE:
            self.draft.take(event, score_delta=sign * event.slots["score"])

    def _two_units(self, event: Mention, unit: str | None) -> None:
        """One fact in two units: the index's own scale is kept (percent where the two are a raw sum and the index)."""
        code = self.draft.index.code if self.draft.index else None
        raw_part = self.draft.component is not None and "score_max" in self.draft.slots
        if unit == "percent" == self.lists.units.get(code or "") and not raw_part:
            self.draft.slots.update(score=event.slots["score"], unit=unit)
            self.draft.slots.pop("score_max", None)
            self.draft.tokens.extend((event.start, event.end))

    def _off_scale(self, event: Mention) -> bool:
        """Whether a score can only be a part's: then of the part spoken of last, or of none."""
        code = self.draft.index.code if self.draft.index else None
        top, part = self.lists.maxima.get(code or "", 0), self.lists.part_maxima.get(code or "", 0)
        small = event.slots["score"] <= part < top / 2
        if self.draft.component is None and event.slots.get("score_max", top) < top / _FIFTH:
            return True
        if self.draft.component is None and code in self.lists.points_only and event.slots["score"] == top:
            return True  # "PGI gồm 4 chỉ số thành phần, tổng cộng 40 điểm" tells the scale
        if self.draft.component and code in self.lists.points_only:
            return "score_max" not in event.slots and event.slots["score"] > part > 0
        if self.draft.component or "score_max" in event.slots:
            return False
        if self.lists.units.get(code or "") == "percent" and event.slots["score"] < _LEAST_PERCENT:
            return True
        if not small or self._unit(event) == "percent":
            return False
        if self.topic.last_component is None:
            return True
        if "score" in self.draft.slots:
            self._close()
        self.draft.component = self.topic.last_component
        return False

    def _follows_unit(self, event: Mention) -> bool:
        before = self._before()
        if before is None:
            return False
        placed = before.type == "rank" and self.draft.subjects and self.words[before.end : event.start] == [","]
        return bool(placed) or (before.type in ("subject", "beside") and before.end == event.start)

    def _bare_score(self, event: Mention) -> None:
        if (
            self.muted
            or not self._grounded(event)
            or self._in_other_unit(event)
            or not (self.draft.index or self.draft.component)
            or not (self.waiting.get("score") or self._is_placed(event))
        ):
            return
        if self.last_baseline and self._bracket_follows(self.last_baseline, event):
            self._earlier(event)
            return
        if not self._hand_out(event, "score", score=event.slots["score"]) and not self._off_scale(event):
            if "score" in self.draft.slots:
                self._again(event)
            self.draft.take(event, score=event.slots["score"], unit=self._unit(event))

    def _is_placed(self, event: Mention) -> bool:
        """Whether a bare score stands where one can: behind its unit, and not behind another score without a verb."""
        if "score" in self.draft.slots and not self._attains(event):
            return False
        return "after_unit" not in event.slots or self._follows_unit(event)

    def _attains(self, event: Mention) -> bool:
        """Whether a bare score stands behind a verb of attaining, and so may be the second of a sentence."""
        return "attain" in self.document.reading.lattice.at.get(event.start, {}) and self.words[event.start].isalpha()

    def _earlier(self, event: Mention) -> None:
        """The score in brackets behind a year of comparison is that year's."""
        self.draft.take(event, prev_score=event.slots["score"])
        year = self.last_baseline.slots["year"] if self.last_baseline else 0
        if year > 0:
            told = self.draft.heir(year=year)
            told.take(event, score=event.slots["score"], unit=self._unit(event))
            self._keep(told)

    def _bracket_follows(self, baseline: Mention, event: Mention) -> bool:
        """Whether the figure stands in brackets right behind a year of comparison: "(86,37%)", "(đạt 86,37%)"."""
        if event.start == baseline.end and self.words[event.start] == "(":
            return True
        if self.words[baseline.end : baseline.end + 1] != ["("]:
            return False
        inside = self.document.reading.lattice.at.get(baseline.end + 1, {})
        return event.start == baseline.end + 1 or (event.start == baseline.end + 2 and "attain" in inside)

    def _delta(self, event: Mention) -> None:
        if (
            self.muted
            or self._is_of_share(event)
            or ("amount" in event.slots and self.context.at(event.start, "percent_change"))
        ):
            return
        slots = event.slots
        if self._is_level(event):
            self.draft.take(event, score=slots["amount"], unit=self._unit(event))
            return
        code = self.draft.index.code if self.draft.index else None
        lost = "lost" in slots and self.draft.component is not None and code not in self.lists.points_only
        if not self._grounded(event) or lost or ("beside" in slots and not self._follows_rank(event)):
            return
        self._return_from_earlier(event)
        if "places" in slots:
            self._leave_mean()
            moved = {"rank_delta": slots["sign"] * slots["places"]}
            if not self._hand_out(event, "delta", **moved):
                self.draft.take(event, **moved)
        elif slots["amount"] <= _NO_CHANGE and not self._relative(event):
            self.draft.take(event, score_delta=slots["sign"] * slots["amount"])
        if "year" in slots:
            self._set_baseline(slots["year"])
        if "prev" in slots:
            self.draft.take(event, prev_score=slots["prev"])

    def _is_level(self, event: Mention) -> bool:
        """Whether a level is told, since its change follows: "lên 3,40 điểm, hơn năm 2022 là 0,22 điểm"."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        if following is None or following.type != "delta" or not {"amount", "year"} <= following.slots.keys():
            return False
        led = "level_verb" in self.document.reading.lattice.at.get(event.start, {}) and "amount" in event.slots
        return led and "score" not in self.draft.slots and self.words[event.end : following.start] == [","]

    def _follows_rank(self, event: Mention) -> bool:
        before = self._before()
        return before is not None and before.type == "rank" and before.end == event.start

    def _return_from_earlier(self, event: Mention) -> None:
        """A change drawn from an earlier year is of the running one: "Năm 2020 đứng thứ 56, như vậy đã tụt 7 bậc"."""
        year, now = self.draft.year, self.topic.year
        drawn = self.document.reading.lattice.begins("results_in", max(self.draft.tokens, default=0), event.start)
        if drawn and year is not None and now is not None and year < now and "rank" in self.draft.slots:
            subjects = self.draft.subjects
            self._close()
            self.draft.year, self.draft.subjects = now, subjects
            self._set_baseline(year)

    def _share(self, event: Mention) -> None:
        """A share of something else gives nothing; a change behind it is the share's."""

    def _is_of_share(self, event: Mention) -> bool:
        told = (e for e in reversed(self.events[: self.at]) if e.type in ("share", "subject", "index", "score", "rank"))
        before = next(told, None)
        return before is not None and before.type == "share" and ";" not in self.words[before.end : event.start]

    def _earlier_score(self, event: Mention) -> None:
        """The value that a score is compared with, and its year: "giảm so với mức 0,6562 của năm 2022"."""
        fronted = event.start == self.sentence.start and not self.draft.has_figures
        if ("score" in self.draft.slots or fronted) and not self.muted:
            self.draft.take(event, prev_score=event.slots["prev_score"])
            self._set_baseline(event.slots["year"])

    def _relative(self, event: Mention) -> bool:
        """Whether a change is told in percent of an index that lies between 0 and 1: no change in points."""
        top = self.lists.maxima.get(self.draft.index.code or "") if self.draft.index else None
        return top == 1 and self._unit(event) == "percent"

    def _places(self, event: Mention) -> None:
        """Places without a verb: of an extreme ("nhiều nhất, 34 bậc") or of a change ("tăng 3 điểm và 12 bậc")."""
        before = self._before()
        if self.draft.extreme:
            self.draft.take(event, rank_delta=self.draft.extreme * event.slots["places"])
        elif before and before.type == "delta" and set(self.words[before.end : event.start]) <= self.lists.place_joins:
            self.draft.take(event, rank_delta=before.slots["sign"] * event.slots["places"])

    def _becomes(self, event: Mention) -> None:
        self.draft.take(
            event,
            score=event.slots["score"],
            score_delta=event.slots["sign"] * event.slots["amount"],
            unit=self._unit(event),
        )

    def _from_to_score(self, event: Mention) -> None:
        slots = event.slots
        if (
            not (slots.get("mark") or slots.get("m"))
            and float(slots["score"]).is_integer()
            and float(slots["prev_score"]).is_integer()
        ):
            return
        if not self._grounded(event) or self._in_other_unit(event):
            return
        if "score" in self.draft.slots:
            self._close(weak=True)
        self.draft.take(event, score=slots["score"], prev_score=slots["prev_score"], unit=self._unit(event))
        self._over_span(event)
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
                self.draft.take(event, rank_group=self.document.text(*event.spans["grade"]))
            return
        span = event.spans.get("tier")
        if self._tells_of_others(event) or self._is_left_tier(event):
            return
        if not (self.draft.has_figures or self.draft.subjects or any(e.type == "index" for e in self.events)):
            return
        self.draft.take(event, rank_group=self.document.text(*span) if span else self.document.of(event))

    def _is_left_tier(self, event: Mention) -> bool:
        """Whether a unit left a tier, or a colour only stands for it: "rời nhóm A", "đậm nhất là nhóm A"."""
        lattice = self.document.reading.lattice
        near = lattice.begins("leaving", max(self.sentence.start, event.start - _DEFINED), event.start)
        left = any(m.end == event.start for place in near for m in lattice.of(place, "leaving"))
        return left or (not self.draft.subjects and self.words[event.start - 1] in self.lists.holder_links)

    def _tells_of_others(self, event: Mention) -> bool:
        """Whether a tier heads a list of others, or is only defined: "nhóm A đạt trên 90%", "32 tỉnh thuộc nhóm B"."""
        after = self.words[event.end] if event.end < self.sentence.end else ""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        led = following is not None and following.type == "index" and following.start == event.end + 1
        if after in self.lists.links and not led:
            return True
        if following is not None and following.type == "threshold" and following.start - event.end <= _DEFINED:
            return True
        near = max(self.sentence.start + 1, event.start - _NEAR_COUNT)
        lattice = self.document.reading.lattice
        units = (*lattice.begins("ranked_unit", near, event.start), *lattice.begins("part_head", near, event.start))
        return any(self.words[place - 1].isdigit() for place in units)

"""Lists of units that share a list of figures: "A và B lần lượt đạt x và y", "ba vị trí đầu lần lượt là A, B, C"."""

from govscrape.extract.lattice import Mention
from govscrape.extract.places import QUOTES
from govscrape.extract.ranks import Ranks
from govscrape.extract.series import SeriesReader
from govscrape.extract.statements import Named

_KINDS = {"score": ("score", "bare_score"), "rank": ("rank",), "delta": ("delta",)}
_LEAD = 6
"""Tokens that may stand between "lần lượt" and its list of numbers."""


class Deals(Ranks):
    """Reads the words that pair two lists. Lists of unequal length are refused."""

    series: SeriesReader

    def _top_list(self, event: Mention) -> None:
        """First places: the units after "lần lượt" get the ranks; without that word their order is only implied.

        Units before it that share one score ("A, B và C là 3 tỉnh dẫn đầu, đạt 100%") tie.
        """
        self._close()
        self.top_first = self._next_place() if "next" in event.slots else 1
        self.top_count = event.slots["count"] if self.top_first else 0
        before = self._before()
        led = (
            before is not None and before.type == "subject" and self.words[before.end : event.start] == [self.links[0]]
        )
        if led and len(self.draft.subjects) > 1:
            self.draft.shared = self.tied = True

    def _next_place(self) -> int:
        """The place behind those told of the first units, in this sentence or the one before; 0 where none were."""
        told = self.done or self.topic.units
        ranks = [d.slots["rank"] for d in told if "rank" in d.slots and not (d.component or d.scope)]
        return len(ranks) + 1 if ranks and ranks == list(range(1, len(ranks) + 1)) else 0

    def _respectively(self, event: Mention) -> None:
        """Lines units up for figures ("A và B lần lượt đạt x và y"), or ranks for units; unequal counts are refused."""
        rest = [e for e in self.events[self.at + 1 :] if ";" not in self.words[event.end : e.start]]
        if self.top_count and sum(e.type == "subject" for e in rest) >= self.top_count:
            self._close()
            self.draft.subjects = []
            self.deal_size = self.top_count if self.top_first == 1 else 0
            self.deal = list(range(self.top_first, self.top_first + self.top_count))
            self.top_count = 0
            return
        if len(self.draft.subjects) > 1 and not self.draft.has_figures and self._line_up(event, rest):
            return
        if self._ranks_of_told(rest) or self._line_up_parts(event, rest) or self._line_up_these(event):
            return
        before = [e for e in self.events[: self.at] if e.type == "rank"]
        after = [e for e in rest if e.type == "subject"]
        if len(before) > 1 and len(before) == len(after):
            self.done = [d for d in self.done if d.tokens and d.tokens[-1] < before[0].start]
            self.draft = self.draft.heir(subjects=[])
            self.deal = [e.slots["rank"] for e in before]
        elif not (before or after or self.draft.subjects):
            near = self.document.reading.lattice.begins("number_list", event.end, event.end + _LEAD)
            self.muted = bool(near)  # of whom the figures are, nobody can tell

    def _ranks_of_told(self, rest: list[Mention]) -> bool:
        """Lines up statements for places told after them: "A 90,8 điểm và B 90,5 điểm lần lượt thứ 2, thứ 3"."""
        ranks = sum(e.type == "rank" for e in rest)
        told = [*self.done, self.draft][-ranks:] if ranks > 1 else []
        fit = all("score" in d.slots and "rank" not in d.slots and len(d.subjects) == 1 for d in told)
        if len(told) != ranks or not told or not fit or any(e.type in ("subject", "score") for e in rest):
            return False
        self.waiting = {"rank": list(told)}
        return True

    def _line_up_parts(self, event: Mention, rest: list[Mention]) -> bool:
        """Lines up parts for figures told after them: "A và B lần lượt xếp thứ 11 và thứ 4"."""
        parts: list[Mention] = []
        for other in reversed(self.events[: self.at]):
            between = set(self.words[other.end : parts[0].start if parts else event.start])
            joined = between <= self.lists.joins | QUOTES and not (parts and between <= QUOTES)
            if other.type not in ("component", "named_part") or not joined:
                break
            parts.insert(0, other)
        index = self.draft.index
        own = rest[: next((i for i, e in enumerate(rest) if e.type in ("component", "subject", "index")), len(rest))]
        kinds = [kind for kind, types in _KINDS.items() if sum(e.type in types for e in own) == len(parts)]
        if len(parts) < 2 or not kinds or index is None:
            return False
        at = self.document.reading.lattice.at
        lined = []
        for part in parts:
            options = [m for m in at[part.start].get("component", ()) if m.end == part.end]
            code = next((m.slots["code"] for m in options if m.slots["index"] == index.code), None)
            draft = self.draft.heir(component=Named(code, self.document.of(part)), tokens=[part.start])
            lined.append(draft)
        self._close()
        self.waiting = {kind: list(lined) for kind in kinds}
        return True

    def _line_up_these(self, event: Mention) -> bool:
        """Deals a list to the units of the sentence before: "Điểm của ba địa phương này lần lượt là …"."""
        told = [draft for draft in self.topic.units if draft.subjects and draft.component is None]
        pointed = self.document.reading.lattice.begins("these_units", self.sentence.start, event.start)
        run = self.series.run_near(event.end, event.end + _LEAD, len(told), self.sentence) if pointed else None
        if run is None or len({draft.subjects[-1].name for draft in told}) != len(told):
            return False
        slot, values, numbers = run
        for before, value in zip(told, values, strict=True):
            draft = self.draft.heir(subjects=before.subjects, tokens=[numbers.start, numbers.end], index=before.index)
            draft.year, draft.rule = before.year, f"figure.series.{slot}"
            draft.slots[slot] = int(value) if slot == "rank" else value
            self.done.append(draft)
        self.used.update(i for i, e in enumerate(self.events) if e.start < numbers.end and e.end > numbers.start)
        return True

    def _line_up(self, event: Mention, rest: list[Mention]) -> bool:
        """Gives each unit its figure of every kind of which the sentence goes on to tell as many as there are units."""
        units = self.draft.subjects
        own = rest[: next((i for i, e in enumerate(rest) if e.type == "subject"), len(rest))]
        kinds = [kind for kind, types in _KINDS.items() if sum(e.type in types for e in own) == len(units)]
        lined = [self.draft.heir(subjects=[unit], tokens=self.draft.tokens[:1]) for unit in units]
        if kinds:
            self.waiting = {kind: list(lined) for kind in kinds}
            return True
        run = self.series.run_near(event.end, event.end + _LEAD, len(units), self.sentence)
        if run is None:
            self.muted = any(e.type in types for e in own for types in _KINDS.values())  # as many as units, or none
            return False
        slot, values, numbers = run
        total = self._total(numbers) if slot == "rank" else None
        sign = self._moves(event, numbers)
        for draft, value in zip(lined, values, strict=True):
            if sign:
                places = slot == "rank"
                draft.slots["rank_delta" if places else "score_delta"] = sign * (int(value) if places else value)
            else:
                draft.slots[slot] = int(value) if slot == "rank" else value
            if total:
                draft.slots["rank_of"] = total
            draft.tokens.extend((numbers.start, numbers.end))
            draft.rule = f"figure.series.{slot}"
        self.done.extend(lined)
        self.draft = lined[-1].heir()
        self.used.update(i for i, e in enumerate(self.events) if e.start < numbers.end and e.end > numbers.start)
        return True

    def _total(self, numbers: Mention) -> int | None:
        """What follows the slash of the last number ("15, 22 và 40/63")."""
        words = self.words[numbers.start : numbers.end]
        return int(words[-1]) if len(words) > 2 and words[-2] == "/" and words[-1].isdecimal() else None

    def _moves(self, event: Mention, numbers: Mention) -> int:
        """+1 or -1 when a verb of movement stands before or after "lần lượt", else 0."""
        at = self.document.reading.lattice.at
        for place in (*range(event.end, numbers.start), *range(event.start - 1, event.start - 3, -1)):
            for type_, sign in (("up", 1), ("down", -1)):
                if type_ in at.get(place, {}):
                    return sign
        return 0

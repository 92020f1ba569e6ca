"""Reads one sentence from left to right: hands each figure to the statement it belongs to."""

from govscrape.extract.context import Reach
from govscrape.extract.deals import Deals
from govscrape.extract.lattice import Mention
from govscrape.extract.sentence_state import NEAR
from govscrape.extract.series import SeriesReader
from govscrape.extract.statements import Draft, Named, Subject

_TOLD = frozenset({"score", "rank", "score_delta", "rank_delta", "score_max", "prev_score"})
_MANY = 3
_STATUSES = ("target", "projection")


class SentenceReader(Deals):
    """``read`` is the only entry. Each mention type has a method of its name."""

    def read(self, series: SeriesReader) -> list[Draft]:
        """The statements of the sentence; the topic moves on."""
        self.series = series
        self.span = series.span_of(self.sentence)
        self._read_series(series)
        for at, event in enumerate(self.events):
            self.at = at
            self._leave_brackets(event.start)
            self._leave_side(event)
            self._heed_status(event)
            self._enter_brackets(event)
            if self.at not in self.used:
                getattr(self, f"_{event.type}")(event)
        self._close()
        if self.outer:
            self._keep(self.outer)
            self.topic.subject = self.outer_subject or self.topic.subject
        for draft in self.done:
            place = max(draft.tokens) - 1
            aims = self.context.every(place, "target")
            if aims:
                draft.status = "target"
                draft.year = draft.year or next(filter(None, map(self._aimed_at, aims)), None)
            elif self.context.at(place, "projection"):
                draft.status = "projection"
        self._settle_years()
        return [] if self._are_weights() else self.done

    def _are_weights(self) -> bool:
        """Whether the sentence tells what parts may bring: round points, one after another, that nobody attained."""
        parts = [d for d in self.done if d.component and "score" in d.slots]
        round_points = all(float(2 * d.slots["score"]).is_integer() and len(d.slots.keys() & _TOLD) == 1 for d in parts)
        if len(parts) < _MANY or len(parts) < len(self.done) or not round_points:
            return False
        lattice = self.document.reading.lattice
        scores = [e for e in self.events if e.type in ("score", "bare_score") and "score_max" not in e.slots]
        attained = any(lattice.begins("attain_verb", e.start - 2, e.start + 1) for e in scores)
        return len(scores) >= len(parts) and not attained

    def _aimed_at(self, aim: Reach) -> int | None:
        """The year of an aim: that of its own sentence, else of the heading or sentence that says it is one."""
        cue = self.document.sentence_of[aim.at[0]]
        for sentence in (self.sentence, cue):
            if sentence is None:
                continue
            places = self.document.reading.lattice.begins("year_number", sentence.start, sentence.end)
            behind = [place for place in places if place >= aim.at[1]] or places
            compared = {p for e in self.events if e.type == "baseline" for p in range(e.start, e.end)}
            own = next((place for place in behind if place not in compared), None)
            if own is not None:
                return int(self.words[own])
        return None

    def _heed_status(self, event: Mention) -> None:
        """A result, a target and a projection are never one statement."""
        held = (category for category in _STATUSES if self.context.at(event.start, category))
        status = next(held, "result")
        if status != self.status and self.draft.has_figures:
            self._close()
        self.status = status

    def _read_series(self, series: SeriesReader) -> None:
        """Figures told as one list with the years they are of; what stands before says of whom."""
        told = any(event.type == "respectively" for event in self.events)
        about = self.draft.heir(subjects=self._first_subjects(), index=self._first_index())
        found, used = series.read(self.sentence, about, told=told)
        if not found:
            self._read_index_series(series)
            return
        self.done.extend(found)
        start, end = min(m.start for m in used), max(m.end for m in used)
        self.used.update(
            i
            for i, e in enumerate(self.events)
            if any((m.start <= e.start and e.end <= m.end + 1) or (m.start < e.end and e.start < m.end) for m in used)
        )
        self.used.update(
            i
            for i, e in enumerate(self.events)
            if e.type in ("respectively", "unchanged") and start - NEAR <= e.start < end
        )

    def _read_index_series(self, series: SeriesReader) -> None:
        """Reads "PCI, PAPI và SIPAS lần lượt là 30, 51 và 19" as one figure for each index; parts of one likewise."""
        told = next((event for event in self.events if event.type == "respectively"), None)
        if told is None:
            return
        before = [event for event in self.events if event.end <= told.start]
        done = max((e.end for e in before if e.type in ("rank", "score", "bare_score")), default=self.sentence.start)
        before = [event for event in before if event.start >= done]
        for about in (self._indices(before), self._parts(before)):
            run = series.of_indices(self.sentence, len(about)) if len(about) > 1 else None
            if run is None or run[2].start < told.end:
                continue
            slot, values, numbers = run
            totals = series.totals(numbers) if slot == "rank" else []
            sign = self._moves(told, numbers)
            for at, ((event, index, part), value) in enumerate(zip(about, values, strict=True)):
                draft = self.draft.heir(subjects=self._first_subjects(), tokens=[event.start, numbers.end])
                draft.index, draft.component = index, part
                if sign:
                    draft.slots["rank_delta" if slot == "rank" else "score_delta"] = sign * value
                else:
                    draft.slots[slot] = int(value) if slot == "rank" else value
                if at < len(totals) and totals[at]:
                    draft.slots["rank_of"] = totals[at]
                draft.rule = f"figure.series.{slot}"
                self.done.append(draft)
            read = {id(event) for event, _, part in about if part}
            self.used.update(
                i
                for i, e in enumerate(self.events)
                if id(e) in read or (e.start >= told.start and e.start < numbers.end)
            )
            return

    def _indices(self, events: list[Mention]) -> list[tuple[Mention, Named | None, Named | None]]:
        named = [event for event in events if event.type == "index"]
        return [(event, Named(event.slots["code"], self.document.of(event)), self.draft.component) for event in named]

    def _parts(self, events: list[Mention]) -> list[tuple[Mention, Named | None, Named | None]]:
        """The parts of the index spoken of, each once."""
        index = self._first_index()
        found: dict[str, tuple[Mention, Named | None, Named | None]] = {}
        for event in events:
            options = self.document.reading.lattice.at[event.start].get("component", ())
            known = (m for m in options if index and m.end == event.end and m.slots["index"] == index.code)
            match = next(known, None) if event.type == "component" else None
            if event.type == "named_part" and index and not self._holds_known(event):
                found.setdefault(self.document.of(event), (event, index, self._name_as_written(event)))
            elif match:
                part = Named(match.slots["code"], self.document.of(event))
                found.setdefault(part.key, (event, index, part))
        return list(found.values())

    def _first_subjects(self) -> list[Subject]:
        found = (self.subjects.of(event) for event in self.events if event.type == "subject")
        return [subject for subject in found if subject][:1]

    def _first_index(self) -> Named | None:
        found = (Named(event.slots["code"], self.document.of(event)) for event in self.events if event.type == "index")
        return next(found, self.topic.index)

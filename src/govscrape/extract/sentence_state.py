"""What is known while a sentence is read, and how a statement ends and the next begins."""

from dataclasses import replace

from govscrape.extract.context import Context
from govscrape.extract.document import Document, Sentence
from govscrape.extract.index_words import IndexWords
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import BELOW, Draft, Named, Subject, Topic
from govscrape.extract.subjects import SubjectReader

_COMPARED = frozenset({"score_delta", "rank_delta", "unchanged", "prev_score", "prev_rank"})
NEAR = 12
"""Tokens within which two mentions speak of one thing; a region that names the field of a rank was never farther."""


class SentenceState:
    """The mentions of a sentence, the statements made of them so far, and the one being made."""

    def __init__(
        self,
        document: Document,
        context: Context,
        sentence: Sentence,
        events: list[Mention],
        topic: Topic,
        subjects: SubjectReader,
        lists: IndexWords,
    ) -> None:
        self.document, self.context, self.sentence = document, context, sentence
        self.topic, self.subjects, self.lists = topic, subjects, lists
        self.words = document.reading.tokens.words
        self.events = [event for event in events if "opening" not in event.slots or self._opens(event)]
        self.done: list[Draft] = []
        self.deal: list[int] = []
        self.deal_size = 0
        self.top_count, self.top_first = 0, 1
        self.tied = False
        self.running: int | None = None
        self.total: Mention | None = None
        self.region_told: tuple[Mention, int | None] | None = None
        self.waiting: dict[str, list[Draft]] = {}
        self.outer: Draft | None = None
        self.outer_subject: Subject | None = None
        self.acting: set[int] = set()
        self.beside_mean: list[Subject] = []
        self.told_subject, self.told_index = topic.subject, topic.index
        self.baseline: int | None = None
        self.last_baseline: Mention | None = None
        self.muted = False
        self.aside: set[int] = set()
        self.side: tuple[int, int | None] | None = None
        self.status = "result"
        lattice = document.reading.lattice
        self.named = any(self._names_index(event) or self._is_known_part(event) for event in self.events)
        if not self.named and topic.distance <= 1:
            self.named = bool(lattice.begins("same_index", sentence.start, sentence.end))
        self.ranked = any(event.type in ("rank", "from_to_rank") or "places" in event.slots for event in self.events)
        elsewhere = () if self.named else lattice.begins("other_world", sentence.start, sentence.end)
        self.other_world = any("last" not in lattice.at[place] for place in elsewhere)
        self.other_time = bool(lattice.begins("other_time", sentence.start, sentence.end))
        self.span: Mention | None = None
        self.led: Mention | None = None
        self.dated_rank: Mention | None = None
        self.at = 0
        self.used: set[int] = set()
        self.draft = Draft(index=self._own_index(), year=None, component=self._own_part(), block=topic.block)

    def _names_index(self, event: Mention) -> bool:
        """Whether ``event`` names an index of the catalogue, or points back to a part of one."""
        return event.type == "same_part" or (event.type == "index" and event.slots["code"] in self.lists.units)

    def _is_known_part(self, event: Mention) -> bool:
        """Whether ``event`` is a part of an index that the article names."""
        if event.type != "component":
            return False
        options = self.document.reading.lattice.at[event.start].get("component", ())
        return any(m.end == event.end and m.slots["index"] in self.topic.codes for m in options)

    def _opens(self, event: Mention) -> bool:
        """Whether a word that is a place only at the head of a list stands there."""
        before = self.words[event.start - 1] if event.start > self.sentence.start else ":"
        return before == ":" or before in self.lists.clause_openers

    def _unit_between(self, start: int, end: int) -> bool:
        between = [e for e in self.events if start <= e.start < end]
        units = (e for e in between if e.type == "subject" and e.slots["level"] != "home")
        return any(units) or any(e.type in ("score", "index") for e in between)

    def _before(self) -> Mention | None:
        """The mention before the one being read."""
        return self.events[self.at - 1] if self.at else None

    def _own_index(self) -> Named | None:
        """The topic's index, unless the sentence names one after its first figure ("đứng thứ 2 về PAPI")."""
        figures = [event for event in self.events if event.type in ("rank", "score", "delta")]
        for event in self.events:
            if event.type != "index":
                continue
            between = self.words[figures[0].end : event.start] if figures and figures[0].end <= event.start else []
            linked = (
                bool(between)
                and between[-1] in self.lists.index_links
                and ";" not in between
                and (not self._unit_between(figures[0].end, event.start) or self._closes_ranking(event))
            )
            if (self.topic.index is None and ";" not in between) or linked:
                return Named(event.slots["code"], self.document.of(event))
            break
        return self.topic.index

    def _own_part(self) -> Named | None:
        """The topic's part; the one told last, where the sentence speaks of "this result" or of nothing else."""
        told, lattice, start = self.topic.told, self.document.reading.lattice, self.sentence.start
        if told and lattice.begins("same_index", start, self.sentence.end) and "fronting" not in lattice.at[start]:
            return told
        said = {event.type for event in self.events}
        alone = said.isdisjoint(("named_part", "component")) and not any(map(self._names_other, self.events))
        alone = alone and (self.topic.focus or "subject" not in said)
        about = self.topic.about if alone and said & {"score", "bare_score"} else None
        return about or self.topic.component

    def _names_other(self, event: Mention) -> bool:
        """Whether ``event`` names another index than the one spoken of."""
        return event.type == "index" and (self.topic.index is None or event.slots["code"] != self.topic.index.code)

    def _closes_ranking(self, index: Mention) -> bool:
        """Whether the only index stands behind the places of several units: "A thứ 38, B thứ 52 về PAR INDEX"."""
        types = {e.type for e in self.events if e.start < index.start} - {"baseline", "year", "region"}
        alone = sum(e.type == "index" for e in self.events) == 1
        behind = any(e.type in ("rank", "score", "delta") and e.start > index.start for e in self.events)
        return alone and types == {"rank", "subject"} and not behind

    @property
    def links(self) -> tuple[str, ...]:
        """Words that tie a rank to the unit after it."""
        return self.lists.links

    def _unit(self, event: Mention) -> str | None:
        lattice = self.document.reading.lattice
        bare = event.type == "bare_score"  # its unit stands behind it: "chỉ đạt 61,2" + "điểm"
        if lattice.begins("percent_unit", event.start, event.end + bare):
            return "percent"
        told = "mark" in event.slots or "score_max" in event.slots or (bare and lattice.of(event.end, "mark"))
        return "points" if told else None

    def _in_brackets(self, event: Mention) -> bool:
        before = self.words[self.sentence.start : event.start]
        return before.count("(") > before.count(")")

    def _led_on(self, event: Mention, last: int) -> None:
        """A place told before what it is of holds for the next of a list: "đứng đầu PGI với 26 điểm và SIPAS với …"."""
        following = self.events[self.at + 1] if self.at + 1 < len(self.events) else None
        before = self._before()
        if self.led and before and before.type == "index" and ":" in self.words[self.led.end : before.start]:
            last = before.end  # "đứng đầu cả 3 chỉ số: PCI, PAPI và SIPAS"
        between = self.words[last : event.start]
        ranked = following is not None and following.type == "rank"
        if self.led and between and set(between) <= self.lists.joins | {")"} and not ranked:
            self.draft.take(self.led, rank=self.led.slots["rank"], rank_of=self.led.slots.get("rank_of"))

    def _next_start(self, type_: str) -> int | None:
        return next((e.start for e in self.events[self.at + 1 :] if e.type == type_), None)

    def _only_links(self, start: int, end: int | None) -> bool:
        return (
            end is not None
            and end - start <= 2
            and all(word in self.links for word in self.words[start:end])
            and end > start
        )

    def _is_local(self, draft: Draft) -> bool:
        return any(subject.level in BELOW for subject in draft.subjects)

    def _holder(self, event: Mention) -> Subject | None:
        """The unit after "dẫn đầu là", "vị trí số một thuộc về", "thứ 2 là", whose subject event is then used up."""
        following = next(
            (
                (i, e)
                for i, e in enumerate(self.events[self.at + 1 :], self.at + 1)
                if e.type in ("subject", "score", "rank")
            ),
            None,
        )
        if following is None or following[1].type != "subject" or following[1].slots["level"] in ("home", "skip"):
            return None
        between = self.words[event.end : following[1].start]
        last = self.words[event.end - 1]
        tied = (
            last in self.links
            or any(word in self.links for word in between)
            or (not between and last in self.lists.bare_links)
        )
        named = not {" ".join(between[-1:]), " ".join(between[-2:])}.isdisjoint(self.lists.holder_links)
        if (
            len(between) <= NEAR
            and tied
            and all(
                word in self.links
                or word == ","
                or word in self.lists.fillers
                or word in self.lists.index_links
                or self._is_word_of("index", word)
                or (named and self._is_word_of("region", word))
                or self._is_year(word)
                for word in between
            )
        ):
            self.used.add(following[0])
            subject = self.subjects.of(following[1])
            self.topic.subject = subject or self.topic.subject
            return subject
        return None

    def _is_year(self, word: str) -> bool:
        return word.isdecimal() and any(e.slots["year"] == int(word) for e in self.events if e.type == "year")

    def _is_word_of(self, type_: str, word: str) -> bool:
        return any(word in self.document.of(e).lower().split() for e in self.events if e.type == type_)

    def _hand_out(self, event: Mention, kind: str, **slots: object) -> bool:
        """Deals a figure of ``kind`` to the next of the units that "lần lượt" lined up."""
        queue = self.waiting.get(kind)
        if not queue:
            return False
        draft = queue.pop(0)
        draft.take(event, **slots)
        if not any(other is draft for other in self.done):
            self.done.append(draft)
        self.draft = draft
        if not any(self.waiting.values()):
            self.draft, self.waiting = draft.heir(), {}
        return True

    def _keep(self, draft: Draft) -> None:
        skipped = bool(draft.subjects) and draft.subjects[-1].level == "skip"
        if draft.has_figures and draft.tokens and not skipped:
            self.done.append(draft)
            self.done.extend(replace(draft, year=year, also=[], slots=dict(draft.slots)) for year in draft.also)
            draft.also = []

    def _close(self, weak: bool = False) -> None:
        """Ends the statement that is being read and begins another about the same thing."""
        if self.draft.has_figures and self.draft not in self.done:
            self._keep(self.draft)
        if self.draft.has_figures:
            self.draft = self.draft.heir(weak=weak)
        self.draft.tokens = []

    def _again(self, event: Mention) -> None:
        """A second figure of a kind: of the year of comparison when one was just named, else doubtful."""
        told = self.last_baseline
        apart = told is not None and ";" in self.words[told.end : event.start]
        if told and not apart and self.draft.tokens and told.start >= min(self.draft.tokens) and told.slots["year"] > 0:
            self._close()
            self.draft.year = told.slots["year"]
            self.last_baseline = None
        else:
            self._close(weak=True)

    def _after_dated(self) -> None:
        """A second figure behind one of an earlier year is of the running year: "dẫn đầu năm 2018 nhưng nay thứ 20"."""
        told, now = self.dated_rank, self.topic.year
        if told is not None and told.slots["year"] == self.draft.year and (now is None or told.slots["year"] < now):
            self._close()
            self.draft.year = self.dated_rank = None

    def _index_near(self, draft: Draft) -> Named | None:
        """The first index of the sentence, unless only behind a semicolon: "xếp thứ 1/7 cụm thi đua; PCI đạt …"."""
        last = max(draft.tokens, default=self.sentence.start)
        named = next((e for e in self.events if e.type == "index"), None)
        if named is None or ";" in self.words[last : named.start]:
            return None
        return Named(named.slots["code"], self.document.of(named))

    def _of_several(self, draft: Draft) -> Named | None:
        """The only one of several indices spoken of that measures ministries, where one is told."""
        if not draft.subjects or draft.subjects[-1].level != "ministry":
            return None
        fit = {named.code: named for named in self.topic.several if named.code in self.lists.of_ministries}
        return next(iter(fit.values())) if len(fit) == 1 else None

    def _share_baseline(self) -> None:
        """Changes of a sentence share its year of comparison, those of the same year."""
        told = {draft.year for draft in self.done if "baseline_year" in draft.slots}
        for draft in self.done:
            compared = "baseline_year" not in draft.slots and not _COMPARED.isdisjoint(draft.slots)
            if self.baseline and compared and (not told or draft.year in told):
                draft.slots["baseline_year"] = self.baseline

    def _over_span(self, event: Mention) -> None:
        """From one value to another over a span of years: the last is the year measured, the first the one before."""
        span = self.span
        if (
            span is None
            or span.start > event.start
            or (self.draft.year is not None and self.draft.year not in span.slots.values())
        ):
            return
        outside = (e for e in self.events if e.type in ("year", "baseline") and not e.overlaps(span))
        if not any(outside):
            self.draft.year, self.draft.also = span.slots["last"], []
            self.draft.slots.setdefault("baseline_year", span.slots["first"])

    def _settle_years(self) -> None:
        """Statements without a year take the sentence's only one, else the topic's."""
        told = (e for e in self.events if e.type == "year" and self.topic.takes_year(e, self.lists.continuous))
        years = {e.slots["year"] for e in told if not self.context.at(e.start, "target")} - self.aside
        named = any(e.type == "index" for e in self.events)
        if years and (self.done or named):
            kept = (draft.year for draft in self.done if draft.year is not None and draft.year == self.topic.year)
            held = self.topic.year is not None and not named
            if self.dated_rank is not None:
                kept = (draft.year for draft in self.done if draft.year is not None and draft.status != "target")
            self.topic.year = max([*years, *kept, self.topic.year or 0]) if held else max([*years, *kept])
        for draft in self.done:
            if draft.year is None and draft.status != "target":
                own = years - {draft.slots.get("baseline_year")}
                draft.year = next(iter(own)) if len(own) == 1 else self.topic.year
            if draft.year is not None and draft.index and draft.status != "target":
                self.topic.years[draft.index.code] = draft.year
            if not draft.subjects:
                before = self.told_subject
                fallback = before if before and before.level != "skip" else self.topic.home or self.topic.mean
                draft.subjects = [fallback] if fallback else []
            if draft.index is None:
                draft.index = self._index_near(draft) or self.told_index or self._of_several(draft)
        self._share_baseline()

"""Who a directive is addressed to: lists of units, where a unit's name ends, and who only takes part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from govscrape.extract.standing import Words

Span = tuple[int, int]
"""Tokens [start, end)."""

_UNIT_TYPES = ("told", "told_body", "organisation", "title")
_ROW_NAME = 4
_SYLLABLE, _EXTEND, _OPEN, _RELATIVE = 2, 6, 10, 25
_SIGNS = frozenset({",", "-", "–", "/", ":"})
_BREAKS = frozenset({";", ":", ".", "(", "“", "”", '"'})


@dataclass
class Addressees:
    """Units that are told, units that take part, and where the task goes on."""

    units: list[Span]
    end: int
    coordinating: list[Span] = field(default_factory=list)


class Units:
    """Reads units and lists of them from the mentions of a document."""

    def __init__(self, words: Words, persons: Mapping[int, int]) -> None:
        self.at, self.persons = words, persons
        self.words = words.words

    def unit(self, place: int, limit: int) -> int | None:
        """Where the unit that begins at ``place`` ends, or None."""
        if place >= limit:
            return None
        ends = [end for type_ in _UNIT_TYPES if (end := self.at.end(type_, place)) is not None]
        end = min(max(ends, default=place), limit)
        if self.persons.get(place, 0) >= end and place in self.persons:
            return min(self.persons[place], limit)
        end = self._without_false_tail(place, end)
        if end <= place or not self._told(place, end):
            return None
        return self._whole_name(place, end, limit)

    def _without_false_tail(self, place: int, end: int) -> int:
        """Cuts a unit before a word that only looks like a part of it."""
        for at in range(place + 2, end):
            joint = self.words[at - 1] == "," or self.at.end("told_and", at - 1) is not None
            if joint and not self.at.lower(at) and (self.at.end("told_body", at) or 0) > end:
                end = at
                break
        for at in range(place, end):
            block = self.at.end("told_block", at)
            if block is not None and block > end:
                end = at
                break
            if block is not None and at == place and block == end:
                return place
        for at in range(place + 1, end):
            task = self.at.end("task_verb", at) if self.at.lower(at) else None
            if task is not None and (task > end or (task == end and self._whole_at(place, at))):
                end = at
                break
        while end > place and (
            self.words[end - 1] in _SIGNS
            or self.at.end("told_and", end - 1)
            or (self.at.lower(end - 1) and self.at.end("told_plural", end - 1))
        ):
            end -= 1
        return end

    def _whole_at(self, start: int, place: int) -> bool:
        """Whether a name may be over at ``place``, so that a verb in lower case there is a task and no part of it."""
        known = ("told_org", "told_kind", "told_runs_on")
        if any((self.at.end(type_, at) or 0) > place for type_ in known for at in range(start, place)):
            return False
        return any(
            self.at.start(type_, place) is not None
            for type_ in ("told_org", "told_place", "told_tail", "told_party", "told_field")
        )

    def closes(self, start: int, place: int, kind: str) -> bool:
        """Whether a unit that begins in [start, place) ends at ``place``."""
        found = self.at.start(kind, place)
        return found is not None and found >= start

    def _told(self, place: int, end: int) -> bool:
        """Whether the words name a unit: a bare kind must be one that a text may point back to."""
        if self.at.end("told_kind", place) == self.at.end("task_verb", place) is not None:
            return False
        if self.at.end("told_bare", place) == end:
            heads = self.words[end : end + 1] == [":"] or self._begins_task(end, len(self.words))
            return heads or self.at.end("task_verb", place) != end
        if self.at.end("told_plural", place) == end or (end - place == 1 and self.at.lower(place)):
            return False
        if self.at.end("told_kind", place) == end or self.at.end("told_org", place) == end:
            return self.at.end("task_verb", place) != end and (end - place > 1 or not self.at.lower(place))
        return True

    def _whole_name(self, place: int, end: int, limit: int) -> int:
        """Goes on to the task where a name or a clause about the unit goes on."""
        end = self._bracket(self._named_by_verb(end, limit), limit)
        of = self.at.end("directive_of", end) if end < limit else None
        if of is not None:
            end = self.at.end("told_body", of) or end
        if end < limit and self.words[end - 1] == ")":
            end = self.at.end("told_body", end) or end
        if end >= limit or self.at.end("directive_modal", end) is not None:
            return end
        relative = self.at.end("told_relative", end) if self.at.start("told_pointed", end) is None else None
        if relative and (self.at.end("task_verb", end) or 0) <= relative and not self.at.end("directive_passive", end):
            negated = self.at.end("directive_negation", end) == end + 1 and self.at.end("told_open", end) is None
            stop = None if negated or not self._of_many(place, end) else self._modal(end, limit)
            if stop is None and self.at.end("told_open", end) is not None:
                stop = self._task(self._share(end + 1, limit), limit, reach=_OPEN)
            if stop is not None:
                return stop
        end = self._more_names(place, self._to_nation(end, limit), limit)
        runs_on = any(self.at.end(type_, place) is not None for type_ in ("told_plural", "told_runs_on"))
        if runs_on and self._of_tier(place, end) and end < limit and self.at.unheard(end, limit):
            return end
        if (runs_on or not self.at.lower(end - 1)) and self.at.lower(end) and not self._goes_on(end):
            stop = self._task(end, limit, reach=_EXTEND if runs_on else _SYLLABLE)
            if stop is not None and not self._done(end, stop):
                return stop
        return end

    def _of_tier(self, place: int, end: int) -> bool:
        """Whether one body's name is over with its tier: "Ban Quản lý Khu kinh tế tỉnh"."""
        tier = self.at.start("told_place", end)
        one = self.at.end("told_plural", place) is None
        return one and tier is not None and tier > place + 1 and self.at.lower(tier)

    def _to_nation(self, end: int, limit: int) -> int:
        """Past a name that goes on in small letters to the nation: "Cục Đường | cao tốc Việt Nam | kiểm tra"."""
        if self.at.lower(end - 1):
            return end
        for at in range(end, min(end + _EXTEND, limit)):
            nation = self.at.end("told_nation", at)
            if nation is not None:
                over = nation < limit and (self._begins_task(nation, limit) or self.at.unheard(nation, limit))
                return nation if at > end and over else end
            joint = self.at.end("told_and", at) is not None or self.at.end("told_nation", at + 1) is not None
            if not joint and (not self.words[at][0].isalpha() or self._goes_on(at) or self.at.end("told_stop", at)):
                return end
        return end

    def _done(self, end: int, stop: int) -> bool:
        """Whether what stands before a known verb is no name's: a number, or one word: "Đội Cảnh sát … | đứng chốt"."""
        if any(word[0].isdigit() for word in self.words[end:stop]):
            return True
        return stop == end + 1 and any(self.at.start(type_, end) is not None for type_ in ("told_field", "told_place"))

    def _share(self, place: int, limit: int) -> int:
        """Past the share that tells which units are meant: "có tỷ lệ giải ngân dưới 50% | giải trình"."""
        near = range(place, min(place + _OPEN + 2, limit - 1))
        return next((at + 1 for at in near if self.words[at] == "%"), place)

    def _of_many(self, place: int, end: int) -> bool:
        """Whether a clause may tell which of the units is meant: several are named, or a kind in lower case."""
        which = self.at.end("told_which", end) is not None
        head = self.at.end("told_office", place) is not None and self.at.lower(end - 1)
        return which or head or self.at.lower(place) or self.at.any("told_plural", place, end)

    def _named_by_verb(self, end: int, limit: int) -> int:
        """Past a verb that is the unit's name where the task's own verb follows it: "các trạm bơm | vận hành"."""
        task = self.at.end("told_trade", end) if end < limit else None
        if task is None or not self.at.closes_kind(end):
            return end
        for at in range(task, min(task + _ROW_NAME, limit)):
            if self.words[at] in _BREAKS or self.words[at] == "," or self.at.end("told_stop", at) is not None:
                break
            if self.at.end("task_verb", at) is not None and self.at.lower(at) and not self.at.inside("task_verb", at):
                return at
        return end

    def _more_names(self, place: int, end: int, limit: int) -> int:
        """Past further names of a plural: "các huyện Mường Tè, Nậm Nhùn"."""
        several = any(self.at.any(type_, place, end) for type_ in ("told_plural", "told_place"))
        if self.at.lower(end - 1) or not several:
            return end
        if end + 2 < limit and self.words[end] == ":" and not self.at.lower(end + 1) and self.words[end + 2] != ":":
            return end
        while end + 1 < limit and (self.words[end] == "," or self.at.end("told_and", end) is not None):
            stop = end + 1
            while stop < limit and not self.at.lower(stop) and self.words[stop][0].isalpha():
                if stop in self.persons or any(self.at.end(type_, stop) is not None for type_ in _UNIT_TYPES):
                    return end
                stop += 1
            if stop == end + 1:
                return end
            end = stop
        return end

    def _goes_on(self, place: int) -> bool:
        """Whether what stands here is no part of a name: a task, a duty, a joint."""
        types = (
            "task_verb",
            "task_adverb",
            "directive_modal",
            "directive_negation",
            "directive_passive",
            "directive_report",
            "task_with",
            "directive_verb",
            "directive_agent",
        )
        return self.at.end("told_and", place) is not None or any(
            self.at.end(type_, place) is not None for type_ in types
        )

    def _bracket(self, end: int, limit: int) -> int:
        """Past a bracket, or past "- what this unit is" up to the task."""
        if end < limit and self.words[end] == "(":
            for place in range(end, min(end + 20, limit)):
                if self.words[place] == ")":
                    return place + 1
        if end + 1 < limit and self.words[end] in ("-", "–") and not self.at.lower(end + 1):
            stop = self._task(end + 1, limit, reach=14)
            if stop is not None:
                return stop
        return end

    def _modal(self, place: int, limit: int) -> int | None:
        for at in range(place + 1, min(place + _RELATIVE, limit)):
            if self.words[at] == ";":
                return None
            then = self.at.end("directive_then", at)
            must = self.at.end("directive_must", at) is not None or (then is not None and self.at.task_at(then, limit))
            if must and self.at.lower(at):
                return at
        return None

    def _task(self, place: int, limit: int, reach: int = _EXTEND) -> int | None:
        for at in range(place, min(place + reach, limit)):
            if self.words[at] in (",", ";", ":", ".", "(") or self.at.end("told_stop", at) is not None:
                return None
            if self.at.end("directive_modal", at) is not None or (self.at.lower(at) and self.at.task_at(at, limit)):
                return at
        return None

    def listed(self, place: int, limit: int) -> Addressees | None:
        """The units in a row from ``place``, those that take part, and where the task begins."""
        while (skip := self.at.end("directive_to", place)) is not None and self.unit(place, limit) is None:
            place = skip
        units, place = self._row(place, limit)
        if not units:
            return None
        found = Addressees(units, self._past_speaker(place, limit))
        return self.partners(found, limit)

    def _past_speaker(self, place: int, limit: int) -> int:
        """Past ", theo bà Lương," between units and their duty."""
        if place >= limit or self.words[place] != "," or self.at.end("directive_according", place + 1) is None:
            return place
        near = range(place + 2, min(place + _OPEN, limit - 1))
        close = next((at for at in near if self.words[at] == ","), None)
        duty = close is not None and self.at.end("directive_modal", close + 1) is not None
        return close + 1 if close is not None and duty else place

    def open(self, place: int, limit: int) -> Addressees | None:
        """Units of no known name straight before a task or duty: several, a kind's head, or a name in capitals."""
        heads = ("told_plural", "told_kind", "told_org", "told_office", "told_runs_on", "told_place")
        known = any(self.at.end(type_, place) is not None for type_ in heads)
        if place >= limit or self._begins_task(place, limit):
            return None
        if not known and (not self.words[place][0].isalpha() or self.at.lower(place)):
            return None
        stop = next((at for at in range(place + 1, min(place + _OPEN, limit)) if self._begins_task(at, limit)), None)
        stop = stop or (self._name_over(place, limit) if known else None)
        if stop is None or any(self.words[at] in _BREAKS for at in range(place, stop)):
            return None
        if stop == self.at.end("told_plural", place):
            return None
        told = ("directive_report", "directive_perfect", "directive_verb", "directive_passive")
        if any(self.at.end(type_, at) is not None for at in range(place, stop) for type_ in told):
            return None
        return self.partners(Addressees([(place, stop)], stop), limit)

    def _name_over(self, place: int, limit: int) -> int | None:
        """Where capitals behind the kind of a unit end and a verb that no rule knows follows."""
        capitals = [at for at in range(place + 1, min(place + _OPEN, limit)) if self.at.capital(at)]
        first = next((at for at in capitals if self.at.lower(at - 1)), limit)
        stop = next((at for at in range(first, min(place + _OPEN, limit)) if self.at.lower(at)), None)
        return stop if stop is not None and self.at.unheard(stop, limit) else None

    def _begins_task(self, place: int, limit: int) -> bool:
        if place >= limit:
            return False
        duty = self.at.end("directive_modal", place) is not None
        return duty or (self.at.lower(place) and self.at.task_at(place, limit))

    def unknown(self, place: int, limit: int) -> Addressees | None:
        """A name in capitals, of no known unit, straight before a task."""
        if place >= limit or self.at.lower(place) or self.at.task_at(place, limit):
            return None
        stop = self._task(place + 1, limit, reach=_EXTEND)
        told = ("directive_report", "directive_perfect", "told_and")
        if stop is None or any(self.at.end(type_, at) is not None for at in range(place, stop) for type_ in told):
            return None
        return Addressees([(place, stop)], stop)

    def named(self, place: int, limit: int) -> Addressees | None:
        """A name in capitals, of no known unit, that must do something: "Thủ Đức phải …"."""
        stop = place
        while stop < limit and stop - place < _ROW_NAME and self.at.capital(stop):
            stop += 1
        duty = place < stop < limit and self.at.end("directive_hard", stop) is not None
        return Addressees([(place, stop)], stop) if duty and place not in self.persons else None

    def bodied(self, start: int, end: int) -> bool:
        """Whether a unit is a body or the head of one rather than an office told without its body."""
        bare = self.at.end("told_office", start) == end
        return not bare or start in self.persons

    def staff(self, units: list[Span]) -> bool:
        """Whether all that is named is people of a unit: whom its head sends, not whom an order is for."""
        return all(
            self.at.end("told_staff", start) is not None or self.at.end("told_hand", start) == end
            for start, end in units
        )

    def _row(self, place: int, limit: int) -> tuple[list[Span], int]:
        units: list[Span] = []
        end = place
        while (stop := self.unit(place, limit)) is not None:
            units.append((place, stop))
            end = stop
            place = self._joint(stop, limit)
            if place == stop:
                break
        if units and place > end and (stop := self._one_more(place, limit)) is not None:
            units.append((place, stop))
            end = stop
        return units, end

    def _one_more(self, place: int, limit: int) -> int | None:
        """Where a name in capitals, of no known unit, ends that "và" joins to a row before its task."""
        if place >= limit or self.at.end("told_and", place - 1) is None or place in self.persons:
            return None
        stop = place
        while stop < limit and stop - place < _ROW_NAME and self.at.capital(stop):
            stop += 1
        return stop if place < stop < limit and self.at.lower(stop) and self.at.task_at(stop, limit) else None

    def _joint(self, place: int, limit: int) -> int:
        """Past ",", "và", ";" and their pairs."""
        at = place
        while at < limit and (self.words[at] in (",", ";") or self.at.end("told_and", at)):
            at += 1
        return at

    def partners(self, found: Addressees, limit: int) -> Addressees:
        """In "chủ trì, phối hợp với X" before the task, X takes part."""
        place = found.end
        while place < limit and self.words[place] == ",":
            place += 1
        after = self.at.end("task_with", place)
        units, end = self._row(after, limit) if after is not None else ([], place)
        if units and end < limit and self.words[end] == "," and self.at.task_at(end + 1, limit):
            end += 1
        if units and end < limit and self.words[end] not in (",", ".", ";"):
            found.coordinating, found.end = units, end
        return found

"""Titles and names in one sentence, as atoms in the order of the text."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from govscrape.extract.capitals import NAME_LENGTH, Capitals
from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.extract.listed import Words, role_verb

Kind = Literal["title", "name", "honorific", "rank", "degree"]
_OPEN_LENGTH = 16
_GUEST = 3
_CLOSED, _OPEN, _PRIVATE = "title", "title_open", "title_private"
_PLACES = frozenset({"legal_kind", "place_name", "place_head", "index", "country", "wider_area", "lower_level"})
_ANCHORS = frozenset({_CLOSED, _OPEN, _PRIVATE, "honorific", "military_rank", "degree", "person", "familiar"})
_MARKS = frozenset({"honorific", "military_rank", "degree"})
_OPENERS = frozenset({";", ":"})
_STOPS = frozenset({",", ";", ")", "-", "–"})
_SIGNS_INSIDE = {"-", "–", "&", "."}


@dataclass
class Atom:
    """Tokens [start, end) that are a title, a name, an honorific, a rank or a degree.

    ``many``: it stands for several people. ``private``: the office is no public one. ``unit``: the body's tokens.
    """

    kind: Kind
    start: int
    end: int
    many: bool = False
    private: bool = False
    unit: tuple[int, int] | None = None
    rule: str = "officials"


class Reader(Capitals):
    """Reads the atoms of a document's sentences.

    ``stops`` are the tokens of the document that are anchors or follow a mark of a list.
    """

    def __init__(self, document: Document, words: Words) -> None:
        super().__init__(document, words)
        anchors = {place for type_ in _ANCHORS for place in self.lattice.places.get(type_, ())}
        self.guests = self._guests()
        openers = {at + 1 for at, word in enumerate(self.tokens.words) if word in _OPENERS}
        self.stops = sorted(anchors | openers | self.guests)

    def atoms(self, start: int, end: int) -> list[Atom]:
        """Every atom of the tokens [start, end), none overlapping another."""
        out: list[Atom] = []
        place = start
        while place < end:
            atom = self._atom(place, end, out[-1] if out else None)
            if atom is None:
                place = self._next(place + 1, out)
            else:
                out.append(atom)
                place = atom.end
        return out

    def _next(self, place: int, out: list[Atom]) -> int:
        """The next token where an atom can begin: an anchor stands there, or what comes before lets a name follow."""
        if out and place - out[-1].end <= 1:
            return place
        index = bisect_left(self.stops, place)
        return self.stops[index] if index < len(self.stops) else len(self.tokens)

    def _atom(self, place: int, end: int, before: Atom | None) -> Atom | None:
        title = self._title(place, end, before) or self._charge(place, end)
        if title:
            return title
        if self._familiar(place):
            return Atom("honorific", place, place + 1)
        honorific = self.at(place, "honorific")
        if honorific:
            private = honorific.slots.get("value") == "private"
            return Atom("honorific", place, honorific.end, many=honorific.slots.get("value") == "many", private=private)
        rank, degree = self.at(place, "military_rank"), self.at(place, "degree")
        if rank:
            return Atom("rank", place, rank.end)
        if degree:
            return Atom("degree", place, degree.end)
        return self._name(place, end, before)

    def _familiar(self, place: int) -> bool:
        """Whether what anyone may be called stands before a whole name: "chị Trần Thị Lan", not "huyện Cô Tô"."""
        if self.at(place, "familiar") is None or place + 1 >= len(self.tokens) or not self.capital(place + 1):
            return False
        return self.at(place + 1, "person") is not None and not (place and self.capital(place - 1))

    def _name(self, place: int, end: int, before: Atom | None) -> Atom | None:
        """A name: by its surname, or by the title, rank, honorific or list mark that it follows."""
        if not self.capital(place):
            return None
        near = before is not None and self._follows(before, place)
        if self.at(place, "person") and not self._places(place):
            run = self.run(place, end)
            if run - place >= 2:
                return Atom("name", place, run)
        if near and before is not None:
            return self._named_after(before, place, end)
        return self._listed(place, end)

    def _guests(self) -> set[int]:
        """Where names without a known surname begin before an office of another country: "tiếp Emma Ly, Tham tán"."""
        out: set[int] = set()
        words = self.tokens.words
        for title in self.lattice.places.get("foreign_office", ()):
            start = end = title - 1
            while start > 0 and (words[start - 1][0].isalpha() or words[start - 1] == "-") and self._named(start - 1):
                start -= 1
            known = start > 0 and (
                role_verb(self.lattice, start - 1) or self.words.has("guest_before", words[start - 1])
            )
            if end - start >= _GUEST - 1 and known and self.words.has("name_separators", words[end]):
                out.add(start)
        return out

    def _named(self, at: int) -> bool:
        """Whether a capital, or a hyphen between capitals, goes on with a name."""
        return self.capital(at) or (self.tokens.words[at] == "-" and self.capital(at - 1))

    def _abroad(self, title: int, tier: int, stop: int) -> int:
        """Where the place of a guest's office ends before his name: "Thị trưởng thành phố Leipzig | Burkhard Jung"."""
        run = self.run(tier, len(self.tokens))
        whole = stop == run and run - tier in (_GUEST, _GUEST + 1) and self.at(title, "foreign_office") is not None
        return run - 2 if whole else stop

    def _follows(self, before: Atom, place: int) -> bool:
        gap = self.tokens.words[before.end : place]
        return not gap or (gap in ([":"], ["."]) and before.kind != "name")

    def _named_after(self, before: Atom, place: int, end: int) -> Atom | None:
        run = self.run(place, end)
        if before.kind == "honorific":
            own = run - place == 1 or (not before.many and self._surname_end(place) > place)
            return Atom("name", place, run) if own or not self._places(place) else None
        if before.kind in ("rank", "degree"):
            return Atom("name", place, run)
        if run - place == 1 and before.unit is None and before.kind == "title":
            told = self._apposed(before.start) and before.start > 1 and self.capital(before.start - 2)
            return None if told else self._given(place, end)
        if run - place < 2 or before.private or self._bodies(place, run):
            return None
        if self._places(place) and not self._of_province(place):
            return None
        if run - place == 2 and before.unit and not self.at(place, "person") and self._apposed(before.start):
            return None
        return Atom("name", place, run)

    def _of_province(self, place: int) -> bool:
        """Whether behind the tier of provinces stands what is no province, so a person: "UBND tỉnh Mai Sơn"."""
        tier = self.words.has("province_tier", self.tokens.words[place - 1])
        return tier and self._surname_end(place) > place and self.at(place, "province") is None

    def _given(self, place: int, end: int) -> Atom | None:
        """A given name alone, behind a bare office and before what its holder does: "Bí thư Thăng nói"."""
        if place + 1 >= end or self._places(place) or self._acronym(place):
            return None
        acts = role_verb(self.lattice, place + 1) or self.words.has("role_between", self.tokens.words[place + 1])
        return Atom("name", place, place + 1) if acts else None

    def _bodies(self, place: int, run: int) -> bool:
        """Whether the capitals name a body: short forms in them, and no surname."""
        plain = any(not self._upper(at) for at in range(place, run))
        return self._acronym(place) or (plain and any(self._acronym(at) for at in range(place, run)))

    def _listed(self, place: int, end: int) -> Atom | None:
        """A name without a known surname: it opens an item of a list, and a title follows."""
        previous = self.tokens.words[place - 1] if place else ";"
        sentence = self.document.sentence_of[place]
        opens = previous in (";", ":") or (sentence is not None and sentence.start == place)
        if not (opens or place in self.guests) or self._places(place):
            return None
        run = self.run(place, end)
        if run - place < 2 or run + 1 >= end or not self.words.has("name_separators", self.tokens.words[run]):
            return None
        after = self.at(run + 1, _CLOSED) or self.at(run + 1, _OPEN)
        return Atom("name", place, run) if after else None

    def _places(self, place: int) -> bool:
        """Whether a place or a body begins here."""
        kinds = self.lattice.edges[place]
        if "unit" in kinds or "private_head" in kinds or ("open_head" in kinds and not self._surnamed(place)):
            return True
        if self._surname_end(place) > place + 1:
            return False
        if not _PLACES.isdisjoint(kinds) and not self._runs_past(place) and not self._headed(place):
            return True
        province = self.at(place, "province")
        return province is not None and province.end >= self.run(place, place + NAME_LENGTH)

    def _headed(self, place: int) -> bool:
        """Whether a surname only looks like the head of a place: "Cù Huy Tập", not "Cù lao Dung"."""
        kinds = self.lattice.edges[place]
        if {kind for kind in _PLACES if kind in kinds} != {"place_head"} or self._surname_end(place) == place:
            return False
        return self.run(place, place + NAME_LENGTH) - place in (3, 4)

    def _surnamed(self, place: int) -> bool:
        """Whether a word that heads bodies is a surname here: "UBND tỉnh Đoàn Ngọc Lâm", not "Trung ương Đoàn"."""
        head = self.at(place, "open_head")
        whole = [m for at in range(max(place - 2, 0), place + 1) for m in self.lattice.of(at, "committee")]
        if head is None or head.end > place + 1 or self._surname_end(place) == place:
            return False
        if any(m.end > place and not any(other.end == m.start for other in whole) for m in whole):
            return False
        return self.run(place, place + NAME_LENGTH) - place in (3, 4, 5)

    def _apposed(self, title: int) -> bool:
        """Whether a title tells what the person named before it is."""
        return title > 0 and self.words.has("name_separators", self.tokens.words[title - 1])

    def _told(self, title: int, before: Atom | None) -> bool:
        """Whether a title tells what one person is who was named just before it: "ông Lê Văn An, Chủ tịch UBND …"."""
        if before is None or before.kind != "name" or before.end != title - 1 or not self._apposed(title):
            return False
        near = (mention for at in range(max(before.start - 2, 0), before.start) for mention in self._honorifics(at))
        return any(mention.end == before.start and mention.slots.get("value") != "many" for mention in near)

    def _honorifics(self, place: int) -> Iterator[Mention]:
        yield from self.lattice.of(place, "honorific")
        yield from self.lattice.of(place, "familiar")

    def _title(self, place: int, end: int, before: Atom | None) -> Atom | None:
        kinds = (_PRIVATE, _CLOSED, _OPEN)
        found = [m for type_ in kinds for m in self._titles(place, type_) if not self._half_verb(m)]
        if not found or self._inside_other(place):
            return None
        best = max(found, key=lambda mention: (mention.end, mention.type == _PRIVATE, mention.type == _OPEN))
        unit = best.spans.get("unit")
        stop = min(best.end, end)
        if best.type in (_OPEN, _PRIVATE):
            stop = self._open_end(best, end)
            unit = (unit[0], stop) if unit and stop > best.end else None
        elif tier := self._tier_end(best.end):
            stop = self._twin(self._place_end(tier, end, self._told(place, before)), end)
            stop = self._abroad(place, tier, stop)
            unit = (unit[0], stop) if unit else None
        elif unit:
            stop = self._tail(best, unit[0], self._run_on(best, stop, end), end)
            stop = self._twin(self._named_place(place, stop, unit[0], end), end)
            unit = (unit[0], stop)
        else:
            stop = self._short_body(place, stop, end)
            unit = (best.end, stop) if stop > best.end else None
        private = best.type == _PRIVATE or self._of_firm(best, stop)
        return Atom("title", place, stop, self._many(place), private, unit, best.rule or "officials.title.gazetteer")

    def _of_firm(self, title: Mention, stop: int) -> bool:
        """Whether an office is said to be one of some firm: "trưởng phòng xuất nhập khẩu của một công ty may"."""
        of_some = bool(self.lattice.begins("some_firm", title.start, stop + 1))
        return of_some and (title.type == _OPEN or "unit" not in title.spans)

    def _charge(self, place: int, end: int) -> Atom | None:
        """An office told only by what is in its charge: "Phụ trách Phòng Y tế huyện", no verb in a sentence."""
        found = self.at(place, "title_charge")
        opens = self.capital(place) or (place > 0 and self.words.has("name_separators", self.tokens.words[place - 1]))
        if found is None or not opens:
            return None
        unit = found.spans["unit"]
        stop = self._named_place(place, min(found.end, end), unit[0], end)
        return Atom("title", place, stop, unit=(unit[0], stop), rule=found.rule or "officials.title.charge")

    def _inside_other(self, place: int) -> bool:
        """Whether the first syllable belongs to a word before it ("chức vụ | trưởng ban")."""
        return place > 0 and any(other.end > place for other in self.lattice.of(place - 1, "title_homograph"))

    def _tier_end(self, end: int) -> int | None:
        """Where the tier ends; a country's syllable behind it begins a place's name: "huyện Đức Cơ", "huyện Ý Yên"."""
        if self._tier(end):
            return end
        return end - 1 if self.at(end - 1, "country") is not None and self._tier(end - 1) else None

    def _tier(self, end: int) -> bool:
        """Whether the title ends with a tier after which a place's name follows ("UBND huyện", "Huyện ủy")."""
        last, before = self.tokens.words[end - 1], self.tokens.words[end - 2]
        return self.words.has("named_levels", last) or (
            self.at(end - 2, "party") is not None and self.words.has("named_parties", before)
        )

    def _short_body(self, place: int, stop: int, end: int) -> int:
        """A body's short form behind a bare office: "Chủ tịch SFOM Vũ Nhữ Thăng", "A, Giám đốc CDC tỉnh"."""
        at = stop
        while at < end and at - stop < 4 and self.tokens.words[at][0].isalpha() and self._acronym(at):
            at += 1
            joined = at + 1 < end and self.tokens.words[at] in ("&", "-") and self.tokens.words[at + 1][0].isalpha()
            if joined and self._acronym(at + 1):
                at += 1
        if at > stop and self._apposed(place):
            tier = self.at(at, "lower_level") if at < end else None
            return tier.end if tier is not None and not self.capital(at) else at
        named = at > stop and at < end and self.at(at, "person") is not None and self.capital(at)
        return at if named else stop

    def _half_verb(self, title: Mention) -> bool:
        """Whether what looks like a body begins what someone does: "Phó Trưởng Ban | báo cáo tiến độ"."""
        unit = title.spans.get("unit")
        if unit is None or self.capital(unit[0]):
            return False
        return any(mention.end > unit[1] for mention in self.lattice.of(unit[0], "role_verb"))

    def _titles(self, place: int, type_: str) -> Iterator[Mention]:
        found = self.lattice.of(place, type_)
        if found:
            yield found[0] if len(found) == 1 else min(found, key=lambda mention: (-mention.end, mention.rule is None))

    def _many(self, place: int) -> bool:
        at = place - 1 if place and self.words.has("office_classifiers", self.tokens.words[place - 1]) else place
        return at > 0 and self.words.has("plural_before", self.tokens.words[at - 1])

    def _open_end(self, title: Mention, end: int) -> int:
        """Where the name of a body ends that is not put together from known parts."""
        at = title.end
        while at < end and at - title.end < _OPEN_LENGTH:
            word = self.tokens.words[at]
            if not word[0].isalnum() and word not in _SIGNS_INSIDE:
                break
            numbered = at + 1 < end and self.words.has("numbering", word) and self.tokens.words[at + 1].isdigit()
            if (self.words.has("unit_stops", word) and not numbered) or self._begins_other(at, title):
                break
            at += 1
        while at > title.end and (
            not self.tokens.words[at - 1][0].isalnum() or self.words.has("joint_words", self.tokens.words[at - 1])
        ):
            at -= 1
        return at if at - title.end < _OPEN_LENGTH else title.end

    def _run_on(self, title: Mention, stop: int, end: int) -> int:
        """A body whose name goes on in small letters up to the person ("dự án các công trình giao thông NAME")."""
        if stop >= end or not self.tokens.words[stop][0].isalpha():
            return stop
        if self.capital(stop) and (self.run(stop, end) > stop + 1 or self.at(stop, "title") is not None):
            return stop
        further = self._open_end(title, end)
        named = further < end and self.at(further, "person") is not None and self.capital(further)
        return further if named else stop

    def _named_place(self, title: int, stop: int, unit: int, end: int) -> int:
        """Capitals that name the body before the person ("Khu kinh tế Vũng Áng | Lê Trung Phước") or the verb."""
        if stop >= end or not self.capital(stop) or self.at(stop, "person") or self._places(stop):
            return stop
        run = self.run(stop, end)
        named = [at for at in range(stop + 1, run) if self.at(at, "person") and run - at in (3, 4)]
        if named:
            return min(named, key=lambda at: abs(at - stop - 2))
        if self.at(unit, "open_head") is None or run >= end - 1:
            return run if self._apposed(title) and run - stop == 2 else stop
        after = self.tokens.words[run]
        return run if role_verb(self.lattice, run) or after in _STOPS else stop

    def _tail(self, title: Mention, unit: int, stop: int, end: int) -> int:
        """More of a board's name than is known, when it ends cleanly ("Tiểu ban An toàn | thông tin mạng")."""
        if stop != title.end or stop >= end or self.at(unit, "open_head") is None:
            return stop
        if (
            self.capital(stop)
            or not self.tokens.words[stop][0].isalnum()
            or self.words.has("joint_words", self.tokens.words[stop])
        ):
            return stop
        further = self._open_end(title, end)
        after = self.tokens.words[further] if further < end else ";"
        clean = further < end and (role_verb(self.lattice, further) or self.words.has("joint_words", after))
        return further if clean or (not after[0].isalnum() and further - stop <= 4) else stop

    def _begins_other(self, at: int, title: Mention) -> bool:
        kinds = self.lattice.edges[at]
        if not _MARKS.isdisjoint(kinds) or (not self.capital(at) and role_verb(self.lattice, at)):
            return True
        if "title" in kinds and at > title.end:
            return True
        if "person" not in kinds or not self.capital(at):
            return False
        run = self.run(at, at + 2 * NAME_LENGTH)
        length = run - at
        if any(self.at(later, "person") and run - later in (3, 4) for later in range(at + 2, run)):
            return False  # the institution's namesake, then the person
        return length >= 3 or (length == 2 and self._short(at))

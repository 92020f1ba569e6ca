"""Runs of capitals, which may be a person's name, a place's, or one after the other."""

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.extract.listed import Words, role_verb

NAME_LENGTH = 6
"""The most words of a person's name."""
_PLACE = (1.0, 0.0, 1.5, 0.3)
"""How likely the name of a place before a person's is, by how many words it has."""
_LONGEST_PLACE = 3
"""The most words that a place's name has when nothing else tells it from a person's."""
_OFFICE = 12
"""How many tokens back an office may begin."""


class Capitals:
    """Tells where a run of capitals ends, and where in it a place's name ends and a person's begins."""

    def __init__(self, document: Document, words: Words) -> None:
        self.document, self.words = document, words
        self.tokens = document.reading.tokens
        self.lattice = document.reading.lattice
        self._told_places: set[str] | None = None

    def at(self, place: int, type_: str) -> Mention | None:
        """The longest mention of a type at a place."""
        found = self.lattice.of(place, type_)
        return found[0] if found else None

    def capital(self, place: int) -> bool:
        """Whether the token begins with a capital letter."""
        return self.tokens.text[self.tokens.starts[place]].isupper()

    def _acronym(self, place: int) -> bool:
        """All capitals, and no surname: a body's short form."""
        end = self.tokens.ends[place]
        return (
            end - self.tokens.starts[place] > 1
            and self.tokens.text[self.tokens.starts[place] : end].isupper()
            and not self.at(place, "surname")
        )

    def _surname_end(self, place: int) -> int:
        return max((mention.end for mention in self.lattice.of(place, "surname")), default=place)

    def run(self, place: int, end: int) -> int:
        """Where the capitals that begin at ``place`` end: at most a name's length, and before a title."""
        at, size = place, len(self.tokens)
        end = min(end, size)
        hyphens = 0
        while at < end and at - place - hyphens < 2 * NAME_LENGTH:
            if self._joins(at, end):
                at += 3
            elif at > place and self._particle(at, end):
                at += 1
            elif at > place and self._hyphened(at, end):
                at, hyphens = at + 2, hyphens + 2
            elif (
                self.tokens.words[at][0].isalpha() and self.capital(at) and not (at > place and self._stops(at, place))
            ):
                at += 1
            else:
                break
        return min(at, end)

    def _joins(self, at: int, end: int) -> bool:
        """An apostrophe after a name's first letters: K'Brôs, H’Lich."""
        return (
            at + 2 < end + 1
            and at + 1 < len(self.tokens)
            and self.at(at + 1, "apostrophe") is not None
            and self.capital(at)
            and len(self.tokens.words[at]) <= 3
        )

    def _particle(self, at: int, end: int) -> bool:
        """A small word inside a foreign name: "Kees van Baar"."""
        if at + 1 >= end or not self.words.has("name_particles", self.tokens.words[at]):
            return False
        return not self.capital(at) and self.tokens.words[at + 1][0].isalpha() and self.capital(at + 1)

    def _hyphened(self, at: int, end: int) -> bool:
        """A hyphen without spaces inside a foreign name: "Kim Doo-gyeom"; an office may follow such a hyphen too."""
        if at + 1 >= end or self.tokens.words[at] != "-" or not self.tokens.words[at + 1][0].isalpha():
            return False
        starts, ends = self.tokens.starts, self.tokens.ends
        tight = ends[at - 1] == starts[at] and ends[at] == starts[at + 1]
        return tight and not self.capital(at + 1) and self.at(at + 1, "title") is None

    def _stops(self, at: int, place: int) -> bool:
        kinds = self.lattice.edges[at]
        if at < self._surname_end(place):
            return False
        if "title" in kinds or "title_open" in kinds or "honorific" in kinds or "lower_level" in kinds:
            return True
        if at - place >= 2 and (
            "name_stop" in kinds or (self._upper(place) and self._upper(place + 1) and not self._upper(at))
        ):
            return True
        role = role_verb(self.lattice, at)
        return role is not None and role.end - at > 1 and self.tokens.raw(at, role.end).isupper()

    def _upper(self, place: int) -> bool:
        return self.tokens.text[self.tokens.starts[place] : self.tokens.ends[place]].isupper()

    def _twin(self, stop: int, end: int) -> int:
        """A second place of the body before the person: "khu vực Châu Thành - Thoại Sơn | Trần Hùng Cường"."""
        if stop + 1 >= end or self.tokens.words[stop] not in ("-", "–") or not self.capital(stop + 1):
            return stop
        place, run = stop + 1, self.run(stop + 1, end)
        first = place + (2 if self.at(place, "place_head") else 1)
        named = [at for at in range(first, run) if self.at(at, "person") and run - at in (3, 4)]
        if not named or (self.at(place, "person") is not None and run - place <= 4):
            return stop
        return min(named, key=lambda at: abs(at - place - 2))

    def _short(self, at: int) -> bool:
        """Whether names with this surname or mark are often of two parts."""
        surname = self.at(at, "surname")
        return self.at(at + 1, "apostrophe") is not None or (surname is not None and surname.slots.get("short") == "1")

    def _place_end(self, start: int, end: int, apposed: bool = False) -> int:
        """After a tier ("huyện") the name of the place, but not the name of the person that may follow it.

        ``apposed``: the office tells what the person named before it is, so no second person need follow.
        """
        words = self.tokens.words
        if start < end and words[start].isdigit() and self.words.has("numbered_levels", words[start - 1]):
            return start + 1
        run = self.run(start, end)
        if run == start:
            return start
        known = self.at(start, "place_name") or self.at(start, "namesake")
        if known and known.end <= run:
            return start if self._runs_past(start, known) else known.end
        if (apposed and run - start <= _LONGEST_PLACE) or self._is_told_place(self._lower(start, run)):
            return run
        best, best_score = run, self._alone(run - start)
        count = 0
        for at in range(start, run):
            if at > start and self.at(at - 1, "apostrophe") is None and self.at(at, "apostrophe") is None:
                count += 1
            if count > len(_PLACE) - 1:
                break
            score = self._person_score(at, run) + _PLACE[count]
            if score > best_score:
                best, best_score = at, score
        return best

    def _lower(self, start: int, end: int) -> str:
        return " ".join(self.tokens.words[start:end])

    def _is_told_place(self, name: str) -> bool:
        """Whether the article elsewhere names this as a place, behind a tier, in no office: "UBND xã Lê Minh Xuân"."""
        if self._told_places is None:
            self._told_places = self._places_told()
        return name in self._told_places

    def _places_told(self) -> set[str]:
        out = set()
        for place in self.lattice.places.get("lower_level", ()):
            start = max((mention.end for mention in self.lattice.of(place, "lower_level")), default=place)
            if start < len(self.tokens) and self.capital(start) and not self._in_office(start):
                out.add(self._lower(start, self.run(start, len(self.tokens))))
        return out

    def _in_office(self, end: int) -> bool:
        """Whether an office reaches up to a tier's end, so that its holder may follow."""
        near = range(max(end - _OFFICE, 0), end)
        kinds = ("title", "title_open", "title_private")
        return any(mention.end >= end for at in near for kind in kinds for mention in self.lattice.of(at, kind))

    def _runs_past(self, place: int, known: Mention | None = None) -> bool:
        """Whether a place's name only begins a person's: "Đồng Văn" in "Đồng Văn Thanh Bình"."""
        known = known or self.at(place, "place_name")
        if known is None or self._surname_end(place) == place:
            return False
        run = self.run(place, place + NAME_LENGTH)
        return known.end < run <= place + 4 and self.at(known.end, "person") is None

    def _alone(self, length: int) -> float:
        return 2.0 if length <= 2 else 1.2 if length == 3 else 0.5

    def _person_score(self, at: int, run: int) -> float:
        """How much the capitals [at, run) look like a person's name.

        A short surname may be a clan's, with which the person's name begins: "Ia Mơ Nông", then "Ksor Blâm".
        """
        if not self.at(at, "person"):
            return -9.0
        clan = self.at(at + 1, "surname") if at + 1 < run and len(self.tokens.words[at + 1]) > 1 else None
        common = self.words.has("common_surnames", self.tokens.words[at])
        if clan is not None and clan.slots.get("short") == "1" and run - at == 3 and not common:
            return 0.4
        length = sum(1 for place in range(at, run) if self.tokens.words[place][0].isalpha())
        if length == 2 and self._short(at):
            return 1.6
        return {2: 0.4, 3: 3.0, 4: 3.0, 5: 1.0}.get(length, -9.0)

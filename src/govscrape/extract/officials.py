"""The officials of an article, and who a title stands for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from govscrape.extract.document import Document
from govscrape.extract.headline import behind_tier, named_in_title
from govscrape.extract.listed import Words
from govscrape.extract.offices import People, TitleKeys, same_office
from govscrape.extract.people import Block, read_blocks
from govscrape.extract.pronouns import Recent
from govscrape.extract.roles import Roles
from govscrape.extract.titles import Atom
from govscrape.models.records import Evidence, Official, Role
from govscrape.rules.ruleset import RuleSet
from govscrape.text.fold import fold

_NEAR = 24
"""How far before a bare office the head of the same body may stand."""


@dataclass
class _Person:
    """What is known of one person while the article is read."""

    name: tuple[int, int] | None
    key: str
    honorific: tuple[int, int] | None = None
    titles: list[Atom] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    headline: tuple[str, ...] = ()
    """Offices that only the headline tells."""


@dataclass(frozen=True)
class _Seen:
    block: Block
    role: Role
    acts: bool


@lru_cache(maxsize=8)
def _lists(ruleset: RuleSet) -> tuple[Words, TitleKeys]:
    """What is worked out of a rule set once."""
    return Words(ruleset), TitleKeys(ruleset.table("title_spelling"))


class _Assembly:
    """Gathers the blocks of an article into persons and unnamed offices."""

    def __init__(self, document: Document, ruleset: RuleSet) -> None:
        self.document, self.ruleset = document, ruleset
        self.words, self.key = _lists(ruleset)
        self.optional = frozenset(ruleset.list("title_optional"))
        self.persons: list[_Person] = []
        self.by_key: dict[str, _Person] = {}
        self.offices: list[Atom] = []
        self._titled: list[tuple[str, list[str]]] | None = None

    def read(self) -> People:
        seen = self._seen()
        self.offices = [title for item in seen for title in item.block.titles]
        for item in seen:
            if item.block.name:
                self._named(item)
        self._join_short_names()
        self.persons = [person for person in self.persons if self._official(person) or self._in_headline(person)]
        recent: Recent[_Person] = Recent(self.document, self.words)
        self.offices = [item.block.titles[0] for item in seen if not item.block.name and len(item.block.titles) == 1]
        for item in seen:
            person = self._refer(item, recent)
            if person is not None and not self._quoted(item.block.start):
                recent.see(person, item.block, person.honorific)
        return self._people()

    def _seen(self) -> list[_Seen]:
        out: list[_Seen] = []
        inherited: str | None = None
        groups = iter(read_blocks(self.document, self.words))
        for passage in self.document.passages:
            if passage.kind != "list_item":
                inherited = None
            for sentence in passage.sentences:
                blocks = next(groups)
                roles = Roles(self.document, self.words, blocks, sentence.start, sentence.end)
                goes_on = inherited if inherited and self._lists(blocks, sentence.start, passage.kind) else None
                out.extend(
                    _Seen(block, role, acts) for block, (role, acts) in zip(blocks, roles.read(goes_on), strict=True)
                )
                if self.document.reading.tokens.words[sentence.end - 1] == ":":
                    inherited = roles.heading() or inherited
                elif roles.listing and passage.kind != "list_item":
                    inherited = "attendee"
        return out

    def _lists(self, blocks: list[Block], start: int, kind: str) -> bool:
        """Whether a sentence goes on with the list of the one before: a list item, or "Lãnh đạo huyện có …"."""
        if kind == "list_item":
            return True
        words = self.document.reading.tokens.words[start : blocks[0].start] if blocks else []
        return any(self.words.has("list_openers", word) for word in words[-3:])

    def _raw(self, span: tuple[int, int]) -> str:
        return self.document.text(*span)

    def _named(self, item: _Seen) -> None:
        block = item.block
        if block.name is None:
            return
        words = [word for word in self.document.reading.tokens.words[block.name[0] : block.name[1]] if word.isalpha()]
        key = fold(" ".join(words))
        if len(words) < 2:
            return
        person = self.by_key.get(key)
        if person is None:
            person = self.by_key[key] = _Person(block.name, key)
            self.persons.append(person)
        elif self._raw(person.name or block.name).isupper():
            person.name = block.name
        self._add(person, item)

    def _add(self, person: _Person, item: _Seen) -> None:
        block = item.block
        person.blocks.append(block)
        person.roles.append(item.role)
        person.honorific = person.honorific or block.honorific
        for title in block.titles:
            self._add_title(person, title)

    def _add_title(self, person: _Person, title: Atom) -> None:
        key = self.key(self._raw((title.start, title.end)))
        for index, other in enumerate(person.keys):
            if key == other or (same_office(key, other, self.optional) and not title.private):
                if len(key) > len(other) or self._raw((person.titles[index].start, person.titles[index].end)).isupper():
                    person.titles[index], person.keys[index] = title, key
                return
        person.titles.append(title)
        person.keys.append(key)

    def _join_short_names(self) -> None:
        """Takes "đồng chí Hoàng Thao" for "Nguyễn Hoàng Thao" when both hold the same office."""
        for short in list(self.persons):
            for full in self.persons:
                if short.name and full.key.endswith(f" {short.key}") and self._share_office(short, full):
                    full.blocks.extend(short.blocks)
                    full.roles.extend(short.roles)
                    full.honorific = full.honorific or short.honorific
                    self.persons.remove(short)
                    self.by_key[short.key] = full
                    break

    def _share_office(self, one: _Person, other: _Person) -> bool:
        return any(same_office(a, b, self.optional) for a in one.keys for b in other.keys)

    def _official(self, person: _Person) -> bool:
        """A public office makes an official; a title of a firm or an association does not."""
        return any(not title.private for title in person.titles) and self._known_body(person)

    def _in_headline(self, person: _Person) -> bool:
        """Whether the headline alone tells someone's office; the body names him without one."""
        if person.titles or any(behind_tier(self.document, block.start) for block in person.blocks):
            return False
        person.headline = next((tuple(titles) for name, titles in self._named_above() if fold(name) == person.key), ())
        return bool(person.headline)

    def _named_above(self) -> list[tuple[str, list[str]]]:
        """Who is named in the headline, with titles."""
        if self._titled is None:
            self._titled = named_in_title(self.document, self.words)
        return self._titled

    def _known_body(self, person: _Person) -> bool:
        """A bare "giám đốc" says nothing of the state; any body, or an office that is one, does."""
        return any(
            not title.private
            and (title.unit or not self.words.has("office_needs_body", self._last_word(title)) or self._bodied(title))
            for title in person.titles
        ) or any(self._leads_for_body(block) for block in person.blocks)

    def _leads_for_body(self, block: Block) -> bool:
        """Whether a body that is no firm stands before "do đồng chí X, Trưởng ban, dẫn đầu"."""
        lattice, sentence = self.document.reading.lattice, self.document.sentence_of[block.start]
        if sentence is None or not any(m.end == block.start for m in lattice.of(block.start - 1, "role_agent")):
            return False
        bodies = [body for at in range(sentence.start, block.start) for body in lattice.of(at, "organisation")]
        inside = {at for body in bodies for at in range(body.start, body.end)}
        apart = set(range(sentence.start, block.start)) - inside
        return bool(bodies) and not any(lattice.of(at, "private_head") for at in apart)

    def _bodied(self, title: Atom) -> bool:
        """Whether the article tells the body of a bare office: a longer form of it, or its head's just before."""
        key = self.key(self._raw((title.start, title.end)))
        for other in self.offices:
            if other.unit is None or other.private or other is title:
                continue
            longer = self.key(self._raw((other.start, other.end)))
            if same_office(key, longer, self.optional):
                return True
            head = self._raw((other.start, other.unit[0])).lower().split()
            if 0 < title.start - other.end <= _NEAR and head[-1:] == list(key[-1:]):
                return True
        return False

    def _last_word(self, title: Atom) -> str:
        return " ".join(self.document.reading.tokens.words[title.start : title.end][-2:])

    def _refer(self, item: _Seen, recent: Recent[_Person]) -> _Person | None:
        """A later short form: a given name, a title, a pronoun. An acting office without holder is a new record."""
        block = item.block
        if block.name:
            key = fold(
                " ".join(
                    word for word in self.document.reading.tokens.words[block.name[0] : block.name[1]] if word.isalpha()
                )
            )
            known = self.by_key.get(key)
            if known is not None and known in self.persons:
                return known
            person = self._given(block, key) or (self._office(item) if block.titles and not block.honorific else None)
        elif block.titles:
            person = self._office(item)
        else:
            person = recent.meant(block)
        if person is not None and not block.many:
            self._mention(person, item)
            return person
        return None

    def _given(self, block: Block, key: str) -> _Person | None:
        """The person of "ông Nam" or "Bí thư Nam": the given name, and the office where one stands before it."""
        found = [person for person in self.persons if person.name and (f" {person.key}").endswith(f" {key}")]
        if not block.honorific:
            keys = [self.key(self._raw((title.start, title.end))) for title in block.titles]
            found = [p for p in found if any(same_office(k, o, self.optional) for k in keys for o in p.keys)]
        return found[-1] if found else None

    def _office(self, item: _Seen) -> _Person | None:
        title = item.block.titles[0]
        if item.block.many or title.private:
            return None
        member = self.words.has("member_offices", " ".join(self.document.reading.tokens.words[title.start :][:2]))
        key = self.key(self._raw((title.start, title.end)))
        holders = [person for person in self.persons if self._holds(person, key)] or self._leader(key)
        if holders:
            return self._meant(holders, item.block.start)
        if (
            member
            or not item.acts
            or item.role == "mentioned"
            or self._quoted(item.block.start)
            or not self._definite(title)
        ):
            return None
        person = _Person(None, "")
        title, key = self._fullest(title, key)
        person.titles, person.keys = [title], [key]
        self.persons.append(person)
        return person

    def _meant(self, holders: list[_Person], place: int) -> _Person:
        """Which of those who hold an office it means: who was told of last in the paragraph, else who chairs."""
        before = [person for person in holders if person.blocks[0].start < place] or holders[-1:]
        if not before[1:]:
            return before[0]
        told = [max(block.start for block in person.blocks if block.start < place) for person in before]
        passage = self.document.passage_of[place]
        chairs = [person for person in before if not {"chair", "cochair"}.isdisjoint(person.roles)]
        near = not chairs or passage is None or max(told) >= passage.start
        return before[told.index(max(told))] if near else chairs[-1]

    def _fullest(self, title: Atom, key: tuple[str, ...]) -> tuple[Atom, tuple[str, ...]]:
        """The longest form of the office written before: "Chủ tịch UBND huyện A" for a later "Chủ tịch huyện"."""
        for other in self.offices:
            if other.start >= title.start:
                break
            longer = self.key(self._raw((other.start, other.end)))
            if len(longer) > len(key) and same_office(key, longer, self.optional):
                title, key = other, longer
        return title, key

    def _leader(self, key: tuple[str, ...]) -> list[_Person]:
        """Who leads the delegation that the article tells of, for "đồng chí Trưởng đoàn"."""
        seat = " ".join(key[:2])
        if not self.words.has("leading_offices", seat):
            return []
        return [person for person in self.persons if person.name and {"chair", "cochair"} & set(person.roles)][:1]

    def _definite(self, title: Atom) -> bool:
        """An office without its body is one person's only with a capital ("Phó Chủ tịch Thường trực")."""
        tokens = self.document.reading.tokens
        return title.unit is not None or tokens.text[tokens.starts[title.start]].isupper()

    def _holds(self, person: _Person, key: tuple[str, ...]) -> bool:
        if any(same_office(key, other, self.optional) for other in person.keys):
            return True
        for phrase in self.ruleset.list("head_of"):
            head = tuple(phrase.split())
            if key[: len(head)] == head:
                body = key[len(head) :]
                return any(
                    tuple(office.split()) + body == other[: len(office.split()) + len(body)]
                    for office in self.ruleset.list("heads")
                    for other in person.keys
                )
        return False

    def _quoted(self, place: int) -> bool:
        """Whether the token stands inside quotation marks of its paragraph."""
        passage = self.document.passage_of[place]
        if passage is None:
            return False
        before = self.document.reading.tokens.words[passage.start : place]
        plain = sum(1 for word in before if word == '"') % 2 == 1
        return plain or sum(word == "“" for word in before) > sum(word == "”" for word in before)

    def _mention(self, person: _Person, item: _Seen) -> None:
        if item.block not in person.blocks:
            person.blocks.append(item.block)
            person.roles.append(item.role)
            person.honorific = person.honorific or item.block.honorific

    def _people(self) -> People:
        people = People(key=self.key, optional=self.optional)
        order = self.words.order
        for person in sorted(self.persons, key=lambda person: person.blocks[0].start):
            index = len(people.records)
            record = self._record(person, min(person.roles, key=lambda role: order[role]))
            people.records.append(self._by_title(record, person))
            for block in person.blocks:
                people.at[block.start] = index
                people.ends[block.start] = block.end
        return people

    def _by_title(self, record: Official, person: _Person) -> Official:
        """An office that only the headline names the holder of."""
        if record.name is not None or any(other.name for other in self.persons if other.keys == person.keys):
            return record
        for name, titles in self._named_above():
            keys = [self.key(title) for title in titles]
            if any(same_office(key, mine, self.optional) for key in keys for mine in person.keys):
                return record.model_copy(update={"name": name})
        return record

    def _record(self, person: _Person, role: Role) -> Official:
        titles = [title for title in person.titles if not title.private]
        mentions = tuple(self._evidence(person.blocks))
        unit = next((title.unit for title in reversed(titles) if title.unit), None)
        return Official(
            name=self._raw(person.name) if person.name else None,
            honorific=self._honorific(person),
            titles=person.headline or tuple(self._raw((title.start, title.end)) for title in titles),
            organisation=self._raw(unit) if unit else None,
            role=role,
            acting=self._acting(titles) or self._stands_in(person.blocks),
            mentions=mentions,
            evidence=mentions[0],
            rule=next((title.rule for title in titles if title.rule), "officials"),
            confidence=0.9 if person.name else 0.75,
        )

    def _evidence(self, blocks: Iterable[Block]) -> Iterable[Evidence]:
        for block in sorted(blocks, key=lambda block: block.start):
            yield self.document.evidence(block.start, block.end)

    def _honorific(self, person: _Person) -> str | None:
        if person.honorific is None:
            return None
        raw = self._raw(person.honorific)
        words = raw if raw.isupper() and self._degree(person.honorific[0]) else raw.lower()
        return self.ruleset.table("honorific_single").get(words, words)

    def _degree(self, place: int) -> bool:
        return bool(self.document.reading.lattice.of(place, "degree"))

    def _stands_in(self, blocks: Iterable[Block]) -> str | None:
        """How it is held, said after the title: "…, được phân công phụ trách"."""
        for block in blocks:
            for place in (block.end, block.end + 1):
                for phrase in self.document.reading.lattice.of(place, "acting_phrase"):
                    return str(phrase.slots["value"])
        return None

    def _acting(self, titles: list[Atom]) -> str | None:
        table = self.ruleset.table("acting")
        for title in titles:
            end = title.unit[0] if title.unit else title.end
            words = f" {' '.join(self.document.reading.tokens.words[title.start : end])} "
            for word, value in table.items():
                if f" {word} " in words:
                    return value
        return None


def read_officials(document: Document, ruleset: RuleSet) -> People:
    """One record per person or unnamed office that acts."""
    document.reading.apply("officials")
    return _Assembly(document, ruleset).read()

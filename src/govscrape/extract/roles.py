"""What a person does at an event: the verb after the name, the words that open the clause, what stands before."""

from collections.abc import Sequence
from typing import get_args

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.extract.listed import Words, role_verb
from govscrape.extract.people import Block
from govscrape.models.records import Role

ROLES: dict[str, Role] = {role: role for role in get_args(Role)}
"""The roles by name, as the rules write them."""

_SEATS = ("chair", "cochair")
_NEAR = 7
_COMPANY = 24
_LEAD = 250
_DATELINE = 12
_CLOSE = 30
_BEHALF = 14
_ASIDE = 16
_ASIDES = {"(": ")", ",": ",", "-": "-", "–": "–", "—": "—"}


class Roles:
    """The roles of the blocks of one sentence."""

    def __init__(self, document: Document, words: Words, blocks: list[Block], start: int, end: int) -> None:
        self.document, self.words, self.blocks = document, words, blocks
        self.tokens, self.lattice = document.reading.tokens.words, document.reading.lattice
        self.start, self.end = start, end
        self.used: set[int] = set()
        self.listing = False

    def read(self, inherited: str | None = None) -> list[tuple[Role, bool]]:
        """For each block its role, and whether it is an agent: one who does what the sentence tells.

        ``inherited`` is the role that a list's heading gives.
        """
        after = [self._after(index) for index in range(len(self.blocks))]
        out: list[tuple[Role, bool]] = []
        for index, block in enumerate(self.blocks):
            found = list(after[index])
            by = "signer" if block.signs else self._by(block)
            if by:
                found.append(by)
            acts = bool(found) and not self._object(block)
            lead = self._lead(index) or inherited
            lead = None if lead in _SEATS and self._ends_before(block.start, "role_task") else lead
            if lead:
                found.append(self._shared(lead, index))
                self.listing = self.listing or (not after[index] and lead == "attendee")
            out.append((self._most(found), acts))
        return out

    def heading(self) -> str | None:
        """The role that this sentence gives to the list below it."""
        found = [
            mention
            for place in range(self.start, self.end)
            for mention in self._at(place, "role_lead")
            if place not in self.used
        ]
        return str(found[-1].slots["value"]) if found else None

    def _at(self, place: int, type_: str) -> Sequence[Mention]:
        return self.lattice.of(place, type_)

    def _most(self, found: list[str]) -> Role:
        order = self.words.order
        return ROLES[min(found, key=lambda role: order[role], default="mentioned")]

    def _group_end(self, index: int) -> int:
        """The last block of the group of subjects that ``index`` belongs to."""
        while index + 1 < len(self.blocks):
            gap = self.tokens[self.blocks[index].end : self.blocks[index + 1].start]
            if self._mere_name(index) or len(gap) > 3 or not all(self.words.has("role_joint", word) for word in gap):
                break
            index += 1
        return index

    def _mere_name(self, index: int) -> bool:
        """Whether capitals of no known office stand before one who has an office: "hồ Ka Pét, Chủ tịch UBND …"."""
        block, after = self.blocks[index], self.blocks[index + 1]
        plain = not (block.titles or block.honorific or block.listed)
        return plain and any(title.start < (after.name or (after.end, 0))[0] for title in after.titles)

    def _after(self, index: int) -> list[str]:
        """The roles that the verbs after a block (or its group) give."""
        last = self._group_end(index)
        joined = self._grouped(index) and self.words.has("role_joint", self.tokens[self.blocks[index].start - 1])
        if self._object(self.blocks[index]) and not joined:
            return []
        begin = self.blocks[last].end
        limit = self._next_subject(last, begin)
        found: list[str] = ["speaker"] if self._quoted_after(self.blocks[index]) else []
        near = self._near(begin, limit)
        if not near and self.blocks[index].name:
            near = self._company(begin, limit)
        if near:
            found.append(
                self._shared(str(near.slots["value"]), index)
                if last > index or self._grouped(index)
                else str(near.slots["value"])
            )
            self.used.update(range(near.start, near.end))
        elif self.blocks[index].name is None:
            return []
        if not near or not self._tasks(near):
            found.extend(self._again(near.end if near else begin, limit))
        return found or self._tail(begin)

    def _tail(self, begin: int) -> list[str]:
        """The verb at the end of a list of people: "A; B; lãnh đạo các sở … dự hội nghị"."""
        for place in range(begin, self.end):
            tail = self._at(place, "role_tail")
            if tail and role_verb(self.lattice, place) and place not in self.used and self._listing(place):
                return [str(verb.slots["value"]) for verb in self._at(place, "role_verb")[:1]]
        return []

    def _listing(self, place: int) -> bool:
        """Whether the verb closes the list rather than belonging to somebody's clause."""
        return (
            not any(role_verb(self.lattice, other) for other in range(self.blocks[-1].end, place))
            if self.blocks
            else False
        )

    def _tasks(self, verb: Mention) -> bool:
        """Whether tasks for others follow the verb, so that later verbs are theirs."""
        return any(mention.end == verb.end for mention in self._at(verb.start, "role_task"))

    def _quoted_after(self, block: Block) -> bool:
        """A quotation after a colon, and the answer of an interview, which begins with the name."""
        if self.tokens[block.end : block.end + 1] != [":"] or block.name is None:
            return False
        after = self.tokens[block.end + 1] if block.end + 1 < len(self.tokens) else ""
        return self.words.has("quote_marks", after) or (block.start == self.start and block.end + 1 < self.end)

    def _grouped(self, index: int) -> bool:
        return index > 0 and self._group_end(index - 1) >= index

    def _near(self, begin: int, limit: int) -> Mention | None:
        """The verb that follows directly, with only adverbs and signs between."""
        place, last = begin, begin + _NEAR + 4
        while place < min(last, limit):
            verb = role_verb(self.lattice, place)
            if verb:
                return verb
            if self._at(place, "on_behalf"):
                near = range(place, min(place + _BEHALF, limit))
                return next((found for at in near if (found := role_verb(self.lattice, at))), None)
            passed = self._passed(place, limit)
            if passed is not None:
                place, last = passed, max(last, passed + _NEAR)
            elif self.words.has("role_between", self.tokens[place]):
                place += 1
            else:
                return None
        return None

    def _passed(self, place: int, limit: int) -> int | None:
        """Past what stands between a subject and its verb: what he acts on, a paper, an aside in brackets or dashes."""
        phrase = self._at(place, "acting_phrase")
        cited = self._at(place + 1, "legal") if self.words.has("citing", self.tokens[place]) else []
        if phrase or cited:
            return (phrase or cited)[0].end
        closing = _ASIDES.get(self.tokens[place])
        opens = closing == ")" or (place + 1 < limit and self.words.has("role_aside", self.tokens[place + 1]))
        if closing is None or not opens:
            return None
        close = next((at for at in range(place + 2, min(place + _ASIDE, limit)) if self.tokens[at] == closing), None)
        told = close is not None and closing == ")" and any(role_verb(self.lattice, at) for at in range(place, close))
        return None if close is None or told else close + 1

    def _company(self, begin: int, limit: int) -> Mention | None:
        """The verb after others who do the same: "… và lãnh đạo Sở Y tế trao quà"."""
        if begin >= limit or not self.words.has("role_joint", self.tokens[begin]):
            return None
        place = begin
        while place < min(begin + _COMPANY, limit):
            body = self._at(place, "organisation")
            verb = role_verb(self.lattice, place)
            if verb:
                return verb
            if body:
                place = body[0].end
            elif self.words.has("role_company", self.tokens[place]):
                place += 1
            else:
                return None
        return None

    def _again(self, begin: int, limit: int) -> list[str]:
        """Later verbs of the same subject: after a comma, "và" and the like."""
        out = []
        for place in range(begin, limit):
            if (
                place in self.used
                or place == self.start
                or self._heads(place)
                or not self.words.has("role_again", self.tokens[place - 1])
            ):
                continue
            verb = role_verb(self.lattice, place)
            if verb:
                out.append(str(verb.slots["value"]))
                self.used.update(range(place, verb.end))
                if self._tasks(verb):
                    break
        return out

    def _heads(self, place: int) -> bool:
        """Whether the verb opens a list of others: "; tham gia có các đồng chí …"."""
        return any(
            self.words.has("list_openers", self.tokens[mention.end])
            for mention in self._at(place, "role_lead")
            if mention.end < self.end
        )

    def _next_subject(self, last: int, begin: int) -> int:
        floor = self._passed(begin, self.end) if begin < self.end else None
        for block in self.blocks[last + 1 :]:
            if block.start >= (floor or begin) and not self._object(block):
                return block.start
        return self.end

    def _object(self, block: Block) -> bool:
        """Whether something is done to the block: it is asked, given a task, reported to."""
        return self._ends_before(block.start, "role_object")

    def _ends_before(self, start: int, type_: str) -> bool:
        near = self.lattice.begins(type_, max(start - 4, 0), start)
        return any(mention.end == start for place in near for mention in self._at(place, type_))

    def _by(self, block: Block) -> str | None:
        for place in range(max(block.start - 5, 0), block.start):
            for mention in self._at(place, "role_by"):
                if mention.end == block.start:
                    return str(mention.slots["value"])
        return None

    def _lead(self, index: int) -> str | None:
        """The nearest head of a list, or of a clause, before the block that is no other block's verb."""
        start = self.blocks[index].start
        known = (at for at, block in enumerate(self.blocks) if block.titles or block.honorific)
        first = next((at for at in known if not self._object(self.blocks[at])), 0)
        opening = self._opening(start) if index == first else None
        if opening is not None:
            return opening
        for place in range(start - 1, max(self.start - 1, start - _LEAD), -1):
            for mention in (*self._at(place, "role_lead"), *self._at(place, "role_side")):
                if mention.end > start or (self._close(mention) and start - mention.end > _CLOSE):
                    continue
                if mention.start not in self.used and self._opens(mention):
                    return str(mention.slots["value"])
            if self._breaks(place, index):
                return None
        return None

    def _close(self, mention: Mention) -> bool:
        """Whether the words lead only to who stands beside them: "dưới sự chủ trì của X"."""
        return self.words.has("leads_near", " ".join(self.tokens[mention.start : mention.end]))

    def _opening(self, start: int) -> str | None:
        """The lead in capitals that a sentence begins with, a dateline before it or not: "Chủ trì hội nghị, …"."""
        tokens = self.document.reading.tokens
        for place in range(self.start, min(self.start + _DATELINE, start)):
            lead = self._at(place, "role_opening") or self._at(place, "role_lead")
            if lead and tokens.text[tokens.starts[place]].isupper() and place not in self.used:
                return str(lead[0].slots["value"])
        return None

    def _opens(self, mention: Mention) -> bool:
        """The longest reading counts: "chủ trì" inside "đồng chủ trì" is not one of its own."""
        return not any(
            other.start < mention.start and other.end >= mention.end
            for place in range(max(mention.start - 4, 0), mention.start)
            for other in self._at(place, "role_lead")
        )

    def _breaks(self, place: int, index: int) -> bool:
        """A subject with its own verb before the block ends the search, so that its object is no subject."""
        return place in self.used and any(block.start < place for block in self.blocks[:index])

    def _shared(self, role: str, index: int) -> str:
        """A seat that several take is shared."""
        return self.words.ruleset.table("role_shared").get(role, role) if self._members(index) > 1 else role

    def _members(self, index: int) -> int:
        first = index
        while first > 0 and self._group_end(first - 1) >= index:
            first -= 1
        return self._group_end(first) - first + 1

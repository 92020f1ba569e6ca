"""Who is named in a sentence: names joined with the titles, ranks and honorifics around them."""

from dataclasses import dataclass, field

from govscrape.extract.capitals import NAME_LENGTH
from govscrape.extract.document import Document, Passage
from govscrape.extract.listed import Words, role_verb
from govscrape.extract.titles import Atom, Reader

_LINE = 14
"""The most tokens a line of a signature has."""
_HEADING = 7
"""How far the colon of a list's heading may be from its honorific."""
_PAPER = 24
"""The most tokens that a cited document has, with its date."""
_SIGNATURE = 3
"""The most lines from the title to the name."""


@dataclass
class Block:
    """One person or office at one place: tokens [start, end) with the name, the honorific and the titles inside."""

    start: int
    end: int
    name: tuple[int, int] | None = None
    honorific: tuple[int, int] | None = None
    titles: list[Atom] = field(default_factory=list)
    many: bool = False
    listed: bool = False
    signs: bool = False

    @property
    def public(self) -> bool:
        """Whether one of its titles is a public office."""
        return any(not title.private for title in self.titles)


@dataclass
class Header:
    """What heads a list of people: titles and an honorific that hold for each of them, up to token ``end``."""

    titles: list[Atom]
    honorific: tuple[int, int] | None
    end: int


class Joiner:
    """Joins the atoms of one sentence into blocks."""

    def __init__(self, document: Document, words: Words, atoms: list[Atom], header: Header | None) -> None:
        self.document, self.words, self.atoms, self.header = document, words, atoms, header
        self.tokens = document.reading.tokens.words
        self.taken: set[int] = set()
        self.blocks: list[Block] = []

    def join(self, end: int) -> list[Block]:
        """The blocks in the order of the text; ``end`` is where the sentence ends."""
        for index, atom in enumerate(self.atoms):
            if atom.kind == "name":
                self._person(index)
            elif atom.many and not self._person_follows(index):
                self._open_list(index, end)
        for index, atom in enumerate(self.atoms):
            if atom.kind == "title" and index not in self.taken:
                self._office(index)
            elif atom.kind == "honorific" and index not in self.taken and not atom.private:
                self.blocks.append(Block(atom.start, atom.end, honorific=(atom.start, atom.end), many=atom.many))
        self.blocks.sort(key=lambda block: block.start)
        return self.blocks

    def _gap(self, left: Atom, right: Atom) -> list[str]:
        return self.tokens[left.end : right.start]

    def _person_follows(self, index: int) -> bool:
        """Whether the plural at ``index`` stands directly before a name ("các Phó Chủ tịch UBND tỉnh Nguyễn Văn A")."""
        return (
            index + 1 < len(self.atoms)
            and self.atoms[index + 1].kind == "name"
            and not self._gap(self.atoms[index], self.atoms[index + 1])
        )

    def _open_list(self, index: int, end: int) -> None:
        """A plural honorific or title that heads a list, with the titles after it up to the colon."""
        honorific, titles, last = None, [], self.atoms[index]
        before = self.atoms[index - 1] if index else None
        if last.kind == "honorific":
            honorific = (last.start, last.end)
        elif before and before.kind == "honorific" and before.many and before.end == last.start:
            return
        for at in range(index, len(self.atoms)):
            atom = self.atoms[at]
            if at > index and (atom.kind != "title" or not self._joined(last, atom)):
                break
            if atom.kind == "title":
                titles.append(atom)
            last = atom
        if not self._colon(last) and (titles or not self._colon_near(last)):
            return
        for at in range(index, len(self.atoms)):
            if self.atoms[at].end <= last.end:
                self.taken.add(at)
        self.header = Header(titles, honorific, end)

    def _colon(self, last: Atom) -> bool:
        after = self.tokens[last.end : last.end + 1]
        return after in ([":"], ["-"], ["–"])

    def _colon_near(self, last: Atom) -> bool:
        """Whether only a few plain words stand before the colon: "các đồng chí lãnh đạo tỉnh:"."""
        after = self.tokens[last.end : last.end + _HEADING]
        return ":" in after and all(word[0].isalpha() for word in after[: after.index(":")])

    def _joined(self, left: Atom, right: Atom) -> bool:
        gap = self._gap(left, right)
        return len(gap) <= 2 and all(self.words.has("title_joiners", word) and word != ";" for word in gap)

    def _person(self, index: int) -> None:
        name = self.atoms[index]
        block = Block(name.start, name.end, (name.start, name.end))
        private = False
        at = index - 1
        while at >= 0 and self.atoms[at].kind in ("honorific", "rank", "degree") and self._touches(at, block.start):
            private = private or self.atoms[at].private
            self._take_before(at, block)
            at -= 1
        self._titles_before(at, block)
        self._titles_after(index, block)
        if self.header and name.start < self.header.end:
            self._under_header(block)
        self._from_group(block)
        if not private:
            self.blocks.append(block)

    def _touches(self, at: int, start: int) -> bool:
        """Whether an honorific, rank or degree stands at the name; a comma may stand beside a degree."""
        gap = self.tokens[self.atoms[at].end : start]
        beside = {self.atoms[at].kind, self.atoms[at + 1].kind}
        signs = ([], ["."], [":"], [","], [".", ","]) if "degree" in beside else ([], ["."], [":"])
        return at not in self.taken and gap in signs

    def _take_before(self, at: int, block: Block) -> None:
        atom = self.atoms[at]
        self.taken.add(at)
        block.start = atom.start
        if atom.kind == "rank":
            block.titles.append(atom)
        elif atom.kind == "honorific":
            block.many = atom.many
            block.honorific = (atom.start, atom.end)
        else:
            block.honorific = (atom.start, block.honorific[1] if block.honorific else atom.end)

    def _titles_before(self, at: int, block: Block) -> None:
        """The title that touches the name, and the ones chained before it."""
        first = True
        while at >= 0 and at not in self.taken and self.atoms[at].kind == "title":
            gap = self.tokens[self.atoms[at].end : block.start]
            if (first and gap and not self._beside(at, block, gap)) or (not first and not self._chain(gap)):
                break
            if not first and (self._on_behalf(self.atoms[at].start) or self._author(self.atoms[at].start)):
                break
            self.taken.add(at)
            block.titles.insert(0, self.atoms[at])
            block.start = self.atoms[at].start
            first = False
            at -= 1
        if at >= 0 and not first and self.atoms[at].kind in ("honorific", "rank") and self._touches(at, block.start):
            self._take_before(at, block)

    def _beside(self, at: int, block: Block, gap: list[str]) -> bool:
        """Whether the title before a sign is the named person's."""
        return self._line(at, block, gap) or self._apposed(at, block, gap) or self._dashed(at, block, gap)

    def _dashed(self, at: int, block: Block, gap: list[str]) -> bool:
        """An office and, behind a dash, who holds it: "Chủ tịch UBND huyện – Lê Văn A cho biết"."""
        if len(gap) != 1 or gap[0] not in ("-", "–", "—") or block.many or self.atoms[at].many:
            return False
        lattice = self.document.reading.lattice
        person = lattice.of(block.start, "person")
        title_after = any(atom.kind == "title" and 0 <= atom.start - block.end <= 1 for atom in self.atoms)
        before = self.atoms[at - 1] if at else None
        free = before is None or before.kind != "name" or self.atoms[at].start - before.end > 1
        dash = block.end < len(self.tokens) and self.tokens[block.end] in ("-", "–", "—")
        acts = role_verb(lattice, block.end + dash) is not None
        return bool(person or block.honorific) and free and not title_after and acts

    def _apposed(self, at: int, block: Block, gap: list[str]) -> bool:
        """An office and, behind a comma, who holds it: "Chủ tịch UBND phường, ông X cho hay"."""
        ranked = bool(block.titles) and block.titles[0].kind == "rank" and block.titles[0].start == block.start
        if gap != [","] or not (block.honorific or ranked) or block.many or self.atoms[at].many:
            return False
        opens = self.tokens[self.atoms[at].start - 1 : self.atoms[at].start]
        sentence = self.document.sentence_of[self.atoms[at].start]
        if sentence is None or (sentence.start < self.atoms[at].start and not self._opens_clause(opens)):
            return False
        before = self.atoms[at - 1] if at else None
        if before is not None and (
            before.end == self.atoms[at].start or self._chain(self._gap(before, self.atoms[at]))
        ):
            return False
        after = next((atom for atom in self.atoms if atom.start >= block.end), None)
        return after is None or after.kind != "title" or not self._separates(self.tokens[block.end : after.start])

    def _opens_clause(self, before: list[str]) -> bool:
        """Whether after these words a subject or an item of a list begins."""
        lists = ("pronoun_before", "list_openers", "quote_marks", "passive_agents")
        return any(self.words.has(name, word) or word == ";" for word in before for name in lists)

    def _on_behalf(self, start: int) -> bool:
        lattice = self.document.reading.lattice
        near = lattice.begins("on_behalf", max(start - 5, 0), start)
        return any(found.end == start for place in near for found in lattice.of(place, "on_behalf"))

    def _author(self, start: int) -> bool:
        """Whether an office only tells whose paper it is: "Thực hiện Công điện số … của Thủ tướng, Chủ tịch UBND …"."""
        lattice = self.document.reading.lattice
        of = next(
            (at for at in range(max(start - 2, 0), start) if any(m.end == start for m in lattice.of(at, "legal_by"))), 0
        )
        near = range(max(of - _PAPER, 0), of)
        return any(mention.end == of for at in near for mention in lattice.of(at, "legal"))

    def _line(self, at: int, block: Block, gap: list[str]) -> bool:
        """A line of its own: "Chủ tịch UBND tỉnh: Nguyễn Văn A"; a headline's "Chủ tịch: Ông A phải …" is none."""
        if len(gap) > 2 and gap[0] == "(" and gap[-1] == ")":
            return len(gap) <= _HEADING
        passage = self.document.passage_of[block.start]
        if gap != [":"] or block.honorific or self.atoms[at].many or passage is None or block.end < passage.end - 1:
            return False
        words = " ".join(self.tokens[self.atoms[at].start : self.atoms[at].end])
        return not self.words.has("masthead", words)

    def _chain(self, gap: list[str]) -> bool:
        return 0 < len(gap) <= 2 and all(self.words.has("title_joiners", word) and word != ";" for word in gap)

    def _titles_after(self, index: int, block: Block) -> None:
        at = index + 1
        while at < len(self.atoms) and self.atoms[at].kind in ("title", "rank", "degree"):
            gap = self.tokens[block.end : self.atoms[at].start]
            if not self._separates(gap) or self._before_name(at):
                break
            self.taken.add(at)
            block.end = self.atoms[at].end
            if self.atoms[at].kind == "degree":
                at += 1
                continue
            if self.atoms[at].many or self.header is not None:
                self._share_back(self.atoms[at], block)
            block.titles.append(self.atoms[at])
            at += 1

    def _share_back(self, title: Atom, last: Block) -> None:
        """Gives a title to each name of the row before it: "A, B, các Phó Chủ tịch", in a list "A, B - T"."""
        for other in reversed(self.blocks):
            gap = self.tokens[other.end : last.start]
            row = title.many or (0 < len(gap) <= 2 and all(self.words.has("role_joint", word) for word in gap))
            if other.titles or other.name is None or not row or ";" in gap:
                break
            other.titles.append(title)
            last = other

    def _separates(self, gap: list[str]) -> bool:
        if not gap or len(gap) > 6 or ";" in gap:
            return False
        words = [word for word in gap if not self.words.has("name_separators", word) and not word.isdigit()]
        return all(
            self.words.has("name_separator_words", word) or self.words.has("plural_before", word) for word in words
        )

    def _before_name(self, at: int) -> bool:
        """Whether the title at ``at`` touches a name that follows, with or without an honorific."""
        last = self.atoms[at]
        for atom in self.atoms[at + 1 :]:
            if self._gap(last, atom):
                return False
            if atom.kind == "name":
                return True
            last = atom
        return False

    def _under_header(self, block: Block) -> None:
        if self.header is None:
            return
        known = {(title.start, title.end) for title in block.titles}
        block.titles = [title for title in self.header.titles if (title.start, title.end) not in known] + block.titles
        block.honorific = block.honorific or self.header.honorific
        block.listed = True

    def _from_group(self, block: Block) -> None:
        """What heads the first name of a list holds for the next: "các đồng chí A, B và C", "các Phó Chủ tịch A, B"."""
        if not self.blocks or (block.titles and block.honorific):
            return
        previous = self.blocks[-1]
        gap = self.tokens[previous.end : block.start]
        if not gap or len(gap) > 2 or not all(self.words.has("role_joint", word) for word in gap):
            return
        if previous.many and block.honorific is None:
            block.honorific, block.many = previous.honorific, True
        if not block.titles and previous.titles and self._shares(previous):
            block.titles = [title for title in previous.titles if title.many] or previous.titles[:1]

    def _shares(self, block: Block) -> bool:
        """Whether the title before a name is meant for the names after it too."""
        if block.titles[0].many:
            return True
        headed = block.honorific is not None and block.honorific[1] == block.titles[0].start
        return block.many and headed and block.name is not None and block.titles[0].end == block.name[0]

    def _office(self, index: int) -> None:
        """A title without a name."""
        atom = self.atoms[index]
        block = Block(atom.start, atom.end, titles=[atom], many=atom.many)
        before = self.atoms[index - 1] if index else None
        beside = before is not None and before.kind == "honorific" and before.end == atom.start
        if before and beside and not before.private and index - 1 not in self.taken:
            self.taken.add(index - 1)
            block.start, block.honorific = before.start, (before.start, before.end)
            block.many = block.many or before.many
            self.blocks = [other for other in self.blocks if other.honorific != block.honorific]
        self.taken.add(index)
        if index and self.atoms[index - 1].kind == "title" and self._chain(self._gap(self.atoms[index - 1], atom)):
            block.many = block.many or any(
                other.many and other.end == self.atoms[index - 1].end for other in self.blocks
            )
        self.blocks.append(block)


def read_blocks(document: Document, words: Words) -> list[list[Block]]:
    """The blocks of each sentence of the document, in its order."""
    reader = Reader(document, words)
    out: list[list[Block]] = []
    header: Header | None = None
    for passage in document.passages:
        if passage.kind != "list_item":
            header = None
        for sentence in passage.sentences:
            joiner = Joiner(document, words, reader.atoms(sentence.start, sentence.end), header)
            out.append(joiner.join(sentence.end))
            header = _carried(document, joiner.header, sentence.end, passage.end)
    _sign(document, words, out)
    return out


def _sign(document: Document, words: Words, sentences: list[list[Block]]) -> None:
    """A line with a title and, a few lines below, a line with a name: the signature of a document."""
    lines = iter(sentences)
    office: Block | None = None
    since = 0
    for passage in document.passages:
        rows = [next(lines) for _ in passage.sentences]
        since += 1
        if office and since <= _SIGNATURE and not any(rows) and _bare_name(document, passage, office):
            rows[0].append(Block(passage.start, passage.end, (passage.start, passage.end)))
        blocks = [block for row in rows for block in row]
        if len(blocks) != 1 or passage.end - passage.start > _LINE:
            continue
        block = blocks[0]
        if block.name and not block.many and passage.end - block.end <= 1 and block.start == passage.start:
            if office and since <= _SIGNATURE and not any(title.unit for title in block.titles):
                block.titles.extend(office.titles)
                block.signs = True
                office.many = True
            office = None
        elif (
            block.titles
            and not block.name
            and passage.end == block.end
            and _formula(document, words, passage.start, block.start)
        ):
            office, since = block, 0


def _bare_name(document: Document, passage: Passage, office: Block) -> bool:
    """Whether a line below an office in capitals is a name alone, by whatever surname."""
    tokens = document.reading.tokens
    spelled = tokens.spelled[passage.start : passage.end]
    alone = len(passage.sentences) == 1 and 1 < len(spelled) <= NAME_LENGTH
    return alone and document.text(office.start, office.end).isupper() and all(word[0].isupper() for word in spelled)


def _formula(document: Document, words: Words, start: int, end: int) -> bool:
    """Whether only a formula of signing stands before the title: "KT.", "TM."."""
    return all(
        not word[0].isalnum() or words.has("signed_by", word) for word in document.reading.tokens.words[start:end]
    )


def _carried(document: Document, header: Header | None, sentence_end: int, passage_end: int) -> Header | None:
    """A header goes on over the list items below when its sentence ends with a colon or it was carried already."""
    if header is None:
        return None
    size = len(document.reading.tokens)
    if header.end > sentence_end:
        return header
    if sentence_end == passage_end and document.reading.tokens.words[sentence_end - 1] == ":":
        return Header(header.titles, header.honorific, size)
    return None

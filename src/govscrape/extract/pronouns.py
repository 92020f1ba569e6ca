"""Whom a pronoun means: the person told of last who may be called so."""

from typing import Generic, TypeVar

from govscrape.extract.document import Document
from govscrape.extract.listed import Words
from govscrape.extract.people import Block

P = TypeVar("P")
_REACH = 4


class Recent(Generic[P]):
    """The people an article has told of so far, each time with what they were called."""

    def __init__(self, document: Document, words: Words) -> None:
        self.document, self.words = document, words
        self.told: list[tuple[P, str]] = []

    def see(self, person: P, block: Block, honorific: tuple[int, int] | None) -> None:
        """Notes a person told of at ``block``; not one who is only spoken to or with, once somebody else acts."""
        if not self.told or not self._beside(block.start):
            self.told.append((person, self._word(honorific)))

    def meant(self, block: Block) -> P | None:
        """The person whom the honorific alone of ``block`` means, or None when it is no pronoun."""
        if not self._pronoun(block):
            return None
        called = self._word(block.honorific)
        fits = (person for person, other in reversed(self.told) if not self._unlike(called, other))
        return next(fits, self.told[-1][0] if self.told else None)

    def _word(self, honorific: tuple[int, int] | None) -> str:
        return " ".join(self.document.reading.tokens.words[slice(*honorific)]) if honorific else ""

    def _unlike(self, one: str, other: str) -> bool:
        """Whether a man is called one and a woman the other."""
        return one != other and self.words.has("called_by_sex", one) and self.words.has("called_by_sex", other)

    def _beside(self, start: int) -> bool:
        lattice = self.document.reading.lattice
        near = lattice.begins("role_beside", max(start - _REACH, 0), start)
        return any(mention.end == start for place in near for mention in lattice.of(place, "role_beside"))

    def _pronoun(self, block: Block) -> bool:
        if block.many or block.honorific is None or self.document.reading.lattice.of(block.end, "role_seat"):
            return False
        sentence = self.document.sentence_of[block.start]
        return sentence is not None and (
            sentence.start == block.start
            or self.words.has("pronoun_before", self.document.reading.tokens.words[block.start - 1])
        )

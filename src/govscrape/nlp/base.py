"""What a language model must offer here, without any model: words and entities with offsets into the text as given.

Pure: implementations live beside this file and are passed in.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Word:
    """A word of one or more syllables; ``source[start:end]`` is how the text spells it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entity:
    """A name the model saw: ``kind`` is person, place or organisation; half-open offsets in code points."""

    start: int
    end: int
    kind: str


class Tokenizer(Protocol):
    """Splits text into words."""

    def words(self, text: str) -> list[Word]:
        """The words in text order; together they cover every character that is not white space."""
        ...


class NameFinder(Protocol):
    """Finds names of persons, places and organisations."""

    def entities(self, text: str) -> list[Entity]:
        """The names in text order, without overlap."""
        ...

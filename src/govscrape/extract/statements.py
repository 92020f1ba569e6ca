"""What a statement about an index is made of while it is being read, and the subjects it can have."""

from dataclasses import dataclass, field, replace
from typing import Any

from govscrape.extract.lattice import Mention

FIGURES = ("score", "rank", "score_delta", "rank_delta", "rank_group")
CORE = ("score", "rank", "score_delta", "rank_delta")
MEANT = frozenset({"home", "named_before"})
"""Levels of mentions that name no unit: the province or district is meant that was spoken of."""
BELOW = frozenset({"department", "district", "commune", "ministry"})
"""Levels of units that are measured inside a province, or inside the government."""


@dataclass(frozen=True)
class Subject:
    """Who is measured. ``level`` ``skip`` is a mean or region whose figures are no one's result.

    ``text`` is None where the words name no unit ("tỉnh", or nothing).
    """

    name: str
    text: str | None
    level: str
    codes: tuple[str | None, str | None] = (None, None)

    def same(self, other: "Subject | None") -> bool:
        """Whether both are one unit."""
        return other is not None and (self.name, self.level) == (other.name, other.level)


@dataclass(frozen=True)
class Named:
    """An index or component as named: its code, and the words."""

    code: str | None
    text: str

    @property
    def key(self) -> str:
        """What makes two mentions the same: the code, or the words where no catalogue knows them."""
        return self.code or self.text.casefold()


@dataclass
class Draft:
    """A record in the making: who and what, the figures met so far, and the tokens they stand on."""

    index: Named | None = None
    component: Named | None = None
    subjects: list[Subject] = field(default_factory=list)
    year: int | None = None
    scope: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    tokens: list[int] = field(default_factory=list)
    rule: str | None = None
    status: str = "result"
    weak: bool = False
    extreme: int = 0
    shared: bool = False
    also: list[int] = field(default_factory=list)
    sentence: int = 0
    heading: bool = False
    block: str | None = None

    @property
    def has_figures(self) -> bool:
        """Whether any figure was taken in."""
        return any(slot in self.slots for slot in FIGURES)

    def heir(self, **changes: Any) -> "Draft":
        """An empty draft about the same thing."""
        fresh = replace(
            self,
            slots={},
            tokens=[],
            rule=None,
            weak=False,
            scope=None,
            extreme=0,
            also=[],
            shared=False,
            subjects=list(self.subjects),
        )
        return replace(fresh, **changes)

    def take(self, mention: Mention, **slots: Any) -> None:
        """Takes figures in; a slot that is filled stays as it is."""
        for slot, value in slots.items():
            if value is not None:
                self.slots.setdefault(slot, value)
        self.tokens.extend((mention.start, mention.end))
        if self.rule is None or "score" in slots or "rank" in slots:
            self.rule = mention.rule if self.rule is None or not self.rule.startswith("figure.score") else self.rule


class Topic:
    """What the text speaks of when a sentence does not say: the last index, part, subject, year and block.

    ``several`` are the indices of which one is meant, ``told`` is the part of the last figure, ``about`` the only part
    that a sentence before without figures spoke of; ``focus``: it ended with that part; ``units``
    are the statements of the sentence before, each of a unit of its own; ``bracketed``: the year of what stands in
    brackets, where the article says so.
    """

    def __init__(self, home: Subject | None, codes: frozenset[str]) -> None:
        """``codes``: the indices that the article names anywhere."""
        self.home, self.codes = home, codes
        self.index: Named | None = None
        self.headline: Named | None = None
        self.several: list[Named] = []
        self.subject: Subject | None = None
        self.component: Named | None = None
        self.last_component: Named | None = None
        self.told: Named | None = None
        self.about: Named | None = None
        self.focus = False
        self.units: list[Draft] = []
        self.bracketed: int | None = None
        self.year: int | None = None
        self.years: dict[str | None, int] = {}
        self.block: str | None = None
        self.block_level: str | None = None
        self.distance = 0
        self.mean: Subject | None = None
        self._headlines: set[str | None] = set()

    def name(self, index: Named) -> None:
        """Takes an index of the headline: the first is spoken of; the only one is so again in each new paragraph."""
        self.index = self.index or index
        self._headlines.add(index.code)
        self.headline = index if len(self._headlines) == 1 else None

    def enter(self, kind: str) -> None:
        """A new paragraph forgets the subject; a list goes on with what its heading said."""
        self.component = self.last_component = self.told = self.about = None
        if kind == "text" and self.headline and (self.index is None or self.index.code != self.headline.code):
            self.index = self.headline
        if kind != "list_item":
            self.subject = self.mean = None
            self.block = self.block_level = None

    def takes_year(self, year: Mention, continuous: frozenset[str]) -> bool:
        """Whether a year can be the one measured; that of a day of reading only for an index measured without pause."""
        return "as_of" not in year.slots or bool(self.index and self.index.code in continuous)

"""Word lists of the rules, and verbs that give a role, for the readers of people."""

from dataclasses import dataclass, field

from govscrape.extract.lattice import Lattice, Mention
from govscrape.rules.ruleset import RuleSet

_TITLE = 12
"""How many tokens back an office may begin."""


@dataclass
class Words:
    """The word lists that the rules give for titles and names."""

    ruleset: RuleSet
    cache: dict[str, frozenset[str]] = field(default_factory=dict)
    order: dict[str, int] = field(init=False)
    """Roles by activity, the most active first."""

    def __post_init__(self) -> None:
        self.order = {role: place for place, role in enumerate(self.ruleset.list("role_order"))}

    def has(self, name: str, word: str) -> bool:
        """Whether ``word`` stands in the list ``name``."""
        if name not in self.cache:
            self.cache[name] = frozenset(self.ruleset.list(name))
        return word in self.cache[name]


def _closes_title(lattice: Lattice, place: int) -> bool:
    """Whether an office or a body ends here: its last syllable begins no other word ("Bí thư Đảng ủy xã | giao")."""
    return any(
        mention.end == place
        for start in range(max(place - _TITLE, 0), place - 1)
        for type_ in ("title", "title_open", "organisation")
        for mention in lattice.of(start, type_)
    )


def role_verb(lattice: Lattice, place: int) -> Mention | None:
    """The verb at ``place`` that gives its subject a role; not a part of another word ("giao" in "giao thông")."""
    found = lattice.of(place, "role_verb")
    if not found:
        return None
    for start in range(max(place - 2, 0), place + 1):
        for other in lattice.of(start, "role_homograph"):
            longer = other.end > place and (start < place or other.end >= found[0].end)
            if longer and not (start == place - 1 and _closes_title(lattice, place)):
                return None
    return found[0]

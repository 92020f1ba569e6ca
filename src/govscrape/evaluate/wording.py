"""What the comparison with gold takes for the same: folding, and the word lists of rules/lexicon/scoring.yaml."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from govscrape.text.fold import fold as bare
from govscrape.text.normalize import nfc

_OTHER = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=1 << 16)
def _folded(text: str) -> str:
    return _OTHER.sub(" ", bare(nfc(text))).strip()


def fold(value: object) -> str:
    """Lower case, without accents, everything but letters and digits one space; "" for None.

    Coarser than :func:`govscrape.text.fold.fold`: it is for comparing, and keeps no offsets.
    """
    return "" if value is None else _folded(str(value))


def number(value: Any) -> float | None:
    """A number to four decimals, so that 82.17 and "82.170" are one; None for what is none."""
    try:
        return round(float(value), 4)
    except (TypeError, ValueError):
        return None


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(fold(phrase)) for phrase in phrases)


@dataclass(frozen=True)
class Wording:
    """The word lists, folded. Two wordings that these make equal count as the same answer."""

    bodies: re.Pattern[str]
    unit_kinds: re.Pattern[str]
    subjects: Mapping[str, str]
    national: frozenset[str]
    short_forms: tuple[tuple[str, str], ...]
    honorifics: re.Pattern[str]
    grades: re.Pattern[str]
    standing: tuple[str, ...]
    task_leads: re.Pattern[str]
    targets: tuple[str, ...]

    def subject(self, value: object) -> str:
        """A unit without its kind ("the province of"), by one of its names."""
        text = self.unit_kinds.sub("", self.bodies.sub("", fold(value)))
        return self.subjects.get(text, text)

    def office(self, value: object) -> str:
        """An office or unit without honorific, in the usual short forms."""
        text = self.honorifics.sub("", fold(value))
        for long, short in self.short_forms:
            text = text.replace(long, short)
        return text

    def grade(self, office: str) -> set[str]:
        """What may not differ between two titles: former, acting, deputy, in charge, standing."""
        match = self.grades.match(office)
        found = {group.strip() for group in match.groups() if group} if match else set()
        return found | {word for word in self.standing if word in office}

    def is_regional(self, record: Mapping[str, Any]) -> bool:
        """Whether the rank is one among fewer than the whole country."""
        return fold(record.get("rank_scope")) not in self.national


class Lists(Protocol):
    """What a RuleSet offers of the rules' word lists."""

    def table(self, name: str) -> dict[str, str]:
        """The table of that name; RuleError when there is none."""
        ...

    def list(self, name: str) -> tuple[str, ...]:
        """The list of that name; RuleError when there is none."""
        ...


def wording_of(ruleset: Lists) -> Wording:
    """The lists of ``rules/lexicon/scoring.yaml``. Raises RuleError when one is missing."""
    phrases = {name: _any_of(ruleset.list(f"scoring_{name}")) for name in _PATTERNS}
    folded = {name: tuple(map(fold, ruleset.list(f"scoring_{name}"))) for name in ("national", "standing", "targets")}
    return Wording(
        bodies=re.compile(f"^({phrases['bodies']}) "),
        unit_kinds=re.compile(f"^({phrases['unit_kinds']}) "),
        subjects={fold(name): fold(short) for name, short in ruleset.table("scoring_subjects").items()},
        national=frozenset({"", *folded["national"]}),
        short_forms=tuple((fold(a), fold(b)) for a, b in ruleset.table("scoring_short_forms").items()),
        honorifics=re.compile(f"^(?:(?:{phrases['plurals']}) )?(?:{phrases['honorifics']}) "),
        grades=re.compile(f"((?:{phrases['acting']}) )?((?:{phrases['deputy']}) )?"),
        standing=folded["standing"],
        task_leads=re.compile(f"(?:{phrases['task_leads']}) "),
        targets=folded["targets"],
    )


_PATTERNS = ("bodies", "unit_kinds", "plurals", "honorifics", "acting", "deputy", "task_leads")

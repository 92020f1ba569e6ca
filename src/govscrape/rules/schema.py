"""The rule language's files as models. rules/README.md is its reference."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from govscrape.models.base import Frozen

Scope = Literal["clause", "sentence", "paragraph", "body"]


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


OneOrMore = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Example(Frozen):
    """A text and what the rule must give for it: each named slot with this value (a subset of what is found)."""

    text: str
    gives: dict[str, Any] = Field(default_factory=dict)
    province: str | None = None
    published_at: str | None = None


class CounterExample(Frozen):
    """A text in which the rule must find nothing, and the mistake this guards against."""

    text: str
    why: str


class Rule(Frozen):
    """One construction.

    ``finds`` names the mention type it makes; other rules may use that type in their patterns. ``pattern`` is one
    pattern or several alternatives (see :mod:`govscrape.rules.compile`). ``within`` bounds a match. ``where`` limits
    slots ("1..150", "a|b"; "who.city" looks into a gazetteer row) or compares two ("<= rank_of"). ``gives`` adds
    constant slots. Mentions of one ``layer`` do not overlap: the longest wins, then the one whose rule ``overrides``
    the other.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
    finds: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    pattern: OneOrMore
    within: Scope = "clause"
    where: dict[str, str] = Field(default_factory=dict)
    gives: dict[str, Any] = Field(default_factory=dict)
    layer: str | None = None
    overrides: tuple[str, ...] = ()
    note: str | None = None
    examples: tuple[Example, ...] = Field(min_length=1)
    counter: tuple[CounterExample, ...] = Field(default=(), alias="not")


class Cue(Frozen):
    """Words that change what a statement is (ConText): ``category`` over ``scope``, until a terminator.

    ``pseudo`` phrases hold a cue's words and are none ("vượt mục tiêu").
    ``scope`` sentence: with the list or section that the sentence leads; own_sentence: without; list: to the end of the
    list under the heading that holds the cue.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
    category: str
    phrases: tuple[str, ...] = Field(min_length=1)
    direction: Literal["forward", "backward", "both"] = "forward"
    scope: Literal["clause", "sentence", "own_sentence", "paragraph", "list"] = "sentence"
    terminators: tuple[str, ...] = ()
    pseudo: tuple[str, ...] = ()
    examples: tuple[Example, ...] = Field(min_length=1)
    counter: tuple[CounterExample, ...] = Field(default=(), alias="not")


class Component(Frozen):
    """A part of an index: code, names, and the top of its own scale."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    maximum: float | None = None
    valid_from: int | None = None
    valid_to: int | None = None


class Index(Frozen):
    """An index as it is published: spellings, scale, how many are ranked, its parts."""

    code: str
    name: dict[Literal["vi", "en"], str]
    aliases: tuple[str, ...]
    level: str = "province"
    publisher: str | None = None
    unit: Literal["percent", "points", "ratio"] | None = None
    maximum: float | None = None
    ranked: dict[str, int] = Field(default_factory=dict)
    components: tuple[Component, ...] = ()
    since: int | None = None
    verification: str
    source: str


class RecordExample(Frozen):
    """A text and all the records that the whole extraction must give for it, by kind; a kind left out is not looked at.

    An expected record names only the slots that matter. Nothing more may be found of a kind that is named.
    """

    text: str
    why: str
    title: str | None = None
    province: str | None = None
    published_at: str | None = None
    indices: tuple[dict[str, Any], ...] | None = None
    officials: tuple[dict[str, Any], ...] | None = None
    directives: tuple[dict[str, Any], ...] | None = None
    legal_refs: tuple[dict[str, Any], ...] | None = None


class RuleFile(Frozen):
    """One YAML file: any of a lexicon, rules, cues, an index, whole examples.

    ``lexicon`` classes become mention types; ``words`` are lists and tables that a module of the code reads by name;
    ``read_by_code`` names the lexicon classes that code reads and no pattern does.
    """

    about: str
    read_by_code: tuple[str, ...] = ()
    lexicon: dict[str, dict[str, str | None] | tuple[str, ...]] = Field(default_factory=dict)
    words: dict[str, dict[str, str] | tuple[str, ...]] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    cues: tuple[Cue, ...] = ()
    index: Index | None = None
    records: tuple[RecordExample, ...] = ()


CONDITION = re.compile(
    r"^(?:(?P<low>-?[\d.]+)?\.\.(?P<high>-?[\d.]+)?|(?P<op><=|>=|<|>|!=) *(?P<slot>[a-z_]+)|(?P<any>[^<>=.][^<>=]*))$"
)
"""A ``where`` value: a range "1..150", a comparison "<= rank_of", or alternatives "a|b"."""

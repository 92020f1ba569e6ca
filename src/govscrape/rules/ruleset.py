"""All rule files as one value: lexicon, gazetteers, compiled rules in the order of their use, cues, indices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, TypeAlias

from govscrape.errors import RuleError
from govscrape.rules import cache
from govscrape.rules.compile import Automaton, compile_pattern
from govscrape.rules.gazetteer import table
from govscrape.rules.load import read_yaml, rules_dir, validate
from govscrape.rules.schema import CONDITION, Cue, Index, RecordExample, Rule, RuleFile
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise

BUILT_IN = frozenset({"int", "num", "dec", "dotted", "word", "cap", "upper", "any"})
CUE = "cue:"
"""Before a cue's id: the type of its phrases; with ``:end`` of its terminators, with ``:not`` of mere look-alikes."""
Phrase: TypeAlias = tuple[str, Mapping[str, Any]]
"""What the words of a phrase are found as: a mention type and slots."""
_NOT_RULES = {"pages", "portals", "published"}
_READ_ELSEWHERE = {"lexicon/page.yaml", "gazetteer/organisation_words.yaml"}  # by rules.portals, rules.organisations


@dataclass(frozen=True)
class Entry:
    """A phrase of a lexicon class or gazetteer: its mention type and what it stands for.

    ``fold``: accents may be missing. ``proper``: a name, met only with capitals.
    """

    phrase: str
    type: str
    slots: Mapping[str, Any]
    fold: bool = False
    proper: bool = False


@dataclass(frozen=True)
class CompiledRule:
    """A rule, its automata, the file that holds it, and the folder of rules/ where that lies."""

    rule: Rule
    automata: tuple[Automaton, ...]
    where: str
    folder: str


@dataclass(eq=False)
class RuleSet:
    """Everything under ``rules/`` that reading an article needs. ``version`` is a digest of the files' bytes.

    Equal only to itself: what is worked out of a set may be kept by it.
    """

    version: str = "none"
    entries: list[Entry] = field(default_factory=list)
    rules: list[CompiledRule] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    indices: dict[str, Index] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    records: list[RecordExample] = field(default_factory=list)
    gazetteer: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    read_by_code: set[str] = field(default_factory=set)

    @cached_property
    def strata(self) -> list[list[CompiledRule]]:
        """The rules in steps: each uses only the lexicon and what earlier steps find. Raises RuleError on a circle."""
        sorter = TopologicalSorter(self._uses)
        try:
            sorter.prepare()
        except CycleError as error:
            raise RuleError(f"rules build on each other in a circle: {' → '.join(error.args[1])}") from error
        strata = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            strata.append([compiled for name in ready for compiled in self._makers[name]])
            sorter.done(*ready)
        return strata

    @cached_property
    def _makers(self) -> dict[str, list[CompiledRule]]:
        makers: dict[str, list[CompiledRule]] = {}
        for compiled in self.rules:
            makers.setdefault(compiled.rule.finds, []).append(compiled)
        return makers

    @cached_property
    def _uses(self) -> dict[str, set[str]]:
        """For each type that rules find the others that those rules use."""
        return {
            name: {used for compiled in makers for automaton in compiled.automata for used in automaton.types}
            & self._makers.keys()
            for name, makers in self._makers.items()
        }

    def needed_for(self, types: Iterable[str]) -> frozenset[str]:
        """The types that rules must find for these to be found: themselves, and all that they build on."""
        needed: set[str] = set()
        stack = [name for name in types if name in self._makers]
        while stack:
            name = stack.pop()
            if name not in needed:
                needed.add(name)
                stack.extend(self._uses[name])
        return frozenset(needed)

    def found_under(self, folder: str) -> frozenset[str]:
        """The types that the rules of ``rules/<folder>`` find."""
        return frozenset(compiled.rule.finds for compiled in self.rules if compiled.folder == folder)

    @cached_property
    def phrases(self) -> dict[str, list[Phrase]]:
        """Lexicon, gazetteers and cues by their words, normalised and joined by single spaces."""
        found: dict[str, list[Phrase]] = {}
        for entry in self.entries:
            if not entry.fold:
                found.setdefault(_words(entry.phrase), []).append((entry.type, entry.slots))
        for cue in self.cues:
            for phrases, suffix in ((cue.phrases, ""), (cue.terminators, ":end"), (cue.pseudo, ":not")):
                for phrase in phrases:
                    found.setdefault(_words(phrase), []).append((f"{CUE}{cue.id}{suffix}", {}))
        return found

    @cached_property
    def folded_phrases(self) -> dict[str, list[Phrase]]:
        """As :attr:`phrases`, without accents: those that may be met so."""
        found: dict[str, list[Phrase]] = {}
        for entry in self.entries:
            if entry.fold:
                found.setdefault(fold(_words(entry.phrase)), []).append((entry.type, entry.slots))
        return found

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Every word that a pattern asks for."""
        return frozenset(word for compiled in self.rules for automaton in compiled.automata for word in automaton.words)

    @cached_property
    def types(self) -> frozenset[str]:
        """All mention types that a pattern may use."""
        return BUILT_IN | {entry.type for entry in self.entries} | {compiled.rule.finds for compiled in self.rules}

    def table(self, name: str) -> dict[str, str]:
        """The ``words`` table of that name. Raises RuleError when no file has it."""
        found = self.words.get(name)
        if not isinstance(found, dict):
            raise RuleError(f"no table {name!r} under words: in any rule file")
        return found

    def list(self, name: str) -> tuple[str, ...]:
        """The ``words`` list of that name. Raises RuleError when no file has it."""
        found = self.words.get(name)
        if not isinstance(found, tuple):
            raise RuleError(f"no list {name!r} under words: in any rule file")
        return found


def load_ruleset(path: Path | None = None) -> RuleSet:
    """Reads, validates and compiles every rule file of ``path``. Raises RuleError.

    By default those of :func:`rules_dir`, which are kept compiled between runs (:mod:`govscrape.rules.cache`).
    """
    root = path or rules_dir()
    if not root.is_dir():
        raise RuleError("no such folder", str(root))
    files = [
        file
        for file in sorted(root.rglob("*"))
        if file.suffix in {".yaml", ".csv"} and _is_rules(file.relative_to(root))
    ]
    version = cache.digest(root, files)
    if path is None and isinstance(known := cache.load(root, version), RuleSet):
        return known
    ruleset = RuleSet(version=version[:12])
    for file in files:
        if file.suffix == ".csv":
            _add_gazetteer(ruleset, file)
        else:
            content = validate(RuleFile, read_yaml(file), str(file))
            _add_file(ruleset, content, str(file), file.parent.relative_to(root).as_posix())
    _check_types(ruleset)
    if path is None:
        _ = ruleset.phrases, ruleset.folded_phrases, ruleset.spoken, ruleset.strata  # kept with it
        cache.save(root, version, ruleset)
    return ruleset


def _words(phrase: str) -> str:
    return " ".join(tokenise(normalise(phrase).text).words)


def _is_rules(file: Path) -> bool:
    return file.parts[0] not in _NOT_RULES and file.as_posix() not in _READ_ELSEWHERE


def _add_file(ruleset: RuleSet, content: RuleFile, where: str, folder: str) -> None:
    for name, phrases in content.lexicon.items():
        _claim(ruleset, f"class {name}", where)
        pairs = phrases.items() if isinstance(phrases, dict) else ((phrase, None) for phrase in phrases)
        ruleset.entries.extend(
            Entry(phrase, name, {} if value is None else {"value": _value(value)}) for phrase, value in pairs
        )
    ruleset.read_by_code.update(content.read_by_code)
    for name, words in content.words.items():
        _claim(ruleset, f"words {name}", where)
        ruleset.words[name] = words
    for rule in content.rules:
        _claim(ruleset, f"rule {rule.id}", where)
        at = f"{where}, rule {rule.id}"
        automata = tuple(compile_pattern(pattern, at) for pattern in rule.pattern)
        _check_where(rule, automata, at)
        gives = {slot: _value(value) if isinstance(value, str) else value for slot, value in rule.gives.items()}
        ruleset.rules.append(CompiledRule(rule.model_copy(update={"gives": gives}), automata, at, folder))
    for cue in content.cues:
        _claim(ruleset, f"cue {cue.id}", where)
        ruleset.cues.append(cue)
    if content.index:
        _claim(ruleset, f"index {content.index.code}", where)
        _add_index(ruleset, content.index)
    ruleset.records.extend(content.records)


def _claim(ruleset: RuleSet, name: str, where: str) -> None:
    if name in ruleset.homes:
        raise RuleError(f"{name} stands already in {ruleset.homes[name]}", where)
    ruleset.homes[name] = where


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _add_index(ruleset: RuleSet, index: Index) -> None:
    ruleset.indices[index.code] = index
    names = dict.fromkeys((index.name["vi"], *index.aliases))
    ruleset.entries.extend(Entry(name, "index", {"code": index.code}, fold=name.isascii()) for name in names)
    for part in index.components:
        slots = {"index": index.code, "code": part.code}
        ruleset.entries.extend(Entry(name, "component", slots) for name in dict.fromkeys((part.name, *part.aliases)))


def _add_gazetteer(ruleset: RuleSet, file: Path) -> None:
    """A CSV with a column ``name`` and, separated by "|", ``aliases``: its stem is the mention type, a row its slots.

    ``proper`` 1 marks names that count only with capitals ("Hòa Bình" is a province, "hòa bình" is peace).
    """
    rows = [row for _, row in table(file)]
    if not rows or "name" not in rows[0] or "aliases" not in rows[0]:
        raise RuleError("a gazetteer needs the columns name and aliases", f"{file}:1")
    ruleset.gazetteer[file.stem] = rows
    for row in rows:
        slots = {key: value for key, value in row.items() if value and key not in {"aliases", "proper"}}
        proper = row.get("proper") == "1"
        names = dict.fromkeys(name for name in (row["name"], *row["aliases"].split("|")) if name)
        ruleset.entries.extend(Entry(name, file.stem, slots, proper=proper) for name in names)


def _check_where(rule: Rule, automata: Iterable[Automaton], at: str) -> None:
    slots = frozenset().union(*(automaton.slots for automaton in automata))
    for slot, condition in rule.where.items():
        match = CONDITION.match(condition)
        if not match:
            raise RuleError(f"where {slot}: cannot read {condition!r}", at)
        for name in filter(None, (slot.partition(".")[0], match["slot"])):
            if name not in slots:
                raise RuleError(f"where: no slot {name!r} in the pattern", at)


def _check_types(ruleset: RuleSet) -> None:
    ids = {compiled.rule.id for compiled in ruleset.rules}
    for compiled in ruleset.rules:
        home = ruleset.homes.get(f"class {compiled.rule.finds}")
        if home:
            raise RuleError(f"finds {compiled.rule.finds!r}, which is a lexicon class of {home}", compiled.where)
    for compiled in ruleset.rules:
        for automaton in compiled.automata:
            unknown = sorted(automaton.types - ruleset.types)
            if unknown:
                raise RuleError(f"no mention type {unknown[0]!r}", compiled.where)
        for other in compiled.rule.overrides:
            if other not in ids:
                raise RuleError(f"overrides {other!r}, which is no rule", compiled.where)

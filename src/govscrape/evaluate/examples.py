"""Runs what stands in the rule files: every example must give its slots, every counter-example nothing.

Also refused: a lexicon class that no rule, cue or code reads, an entry that stands twice in its class, and two rules
that claim one text with different answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govscrape.extract.extractor import Extractor
from govscrape.extract.mentions import Reading, Window
from govscrape.parse import article_from_text
from govscrape.rules.ruleset import CUE, CompiledRule, RuleSet
from govscrape.rules.schema import RecordExample
from govscrape.text.normalize import normalise
from govscrape.text.tokens import tokenise

_KINDS = ("indices", "officials", "directives", "legal_refs")


@dataclass(frozen=True)
class Failure:
    """What does not hold: the rule (or class) and its file, the text, and what was found instead."""

    rule: str
    where: str
    text: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.text!r}: {self.message}"


def check_rules(ruleset: RuleSet, only: str | None = None) -> tuple[list[Failure], int]:
    """The failures, and how many examples were run. ``only`` is a rule id, or the beginning of some."""
    extractor = Extractor(ruleset)
    failures: list[Failure] = []
    count = 0
    for name, failure in _all(ruleset, extractor):
        if only and not name.startswith(only):
            continue
        count += 1
        if failure:
            failures.append(failure)
    return failures, count


def _all(ruleset: RuleSet, extractor: Extractor) -> Iterator[tuple[str, Failure | None]]:
    for compiled in ruleset.rules:
        yield from _rule(compiled, extractor)
    for cue in ruleset.cues:
        where = ruleset.homes[f"cue {cue.id}"]
        for text, wanted, why in [
            *((example.text, True, "the cue is not found") for example in cue.examples),
            *((example.text, False, example.why) for example in cue.counter),
        ]:
            found = any(_read(extractor, text).lattice.all(f"{CUE}{cue.id}"))
            failed = found is not wanted
            yield cue.id, Failure(cue.id, where, text, why) if failed else None
    for number, example in enumerate(ruleset.records, 1):
        yield from _records(f"records.{number}", example, extractor)
    yield from _lexicon(ruleset)
    yield from _claims(ruleset)


def _read(extractor: Extractor, text: str) -> Reading:
    return extractor.recogniser.read(tokenise(normalise(text).text), Window({}))


def _rule(compiled: CompiledRule, extractor: Extractor) -> Iterator[tuple[str, Failure | None]]:
    rule = compiled.rule
    for example in rule.examples:
        found = [m for m in _read(extractor, example.text).mentions(rule.finds) if m.rule == rule.id]
        if any(agrees(m.slots, example.gives) for m in found):
            yield rule.id, None
            continue
        got = "; ".join(shown(m.slots) for m in found) or "nothing"
        yield rule.id, Failure(rule.id, compiled.where, example.text, f"expected {shown(example.gives)}, found {got}")
    for counter in rule.counter:
        reading = _read(extractor, counter.text)
        found = [m for m in reading.mentions(rule.finds) if m.rule == rule.id]
        message = f"must find nothing ({counter.why}), found {'; '.join(reading.raw(m) for m in found)!r}"
        yield rule.id, Failure(rule.id, compiled.where, counter.text, message) if found else None


def agrees(slots: Mapping[str, Any], gives: Mapping[str, Any]) -> bool:
    """Whether every expected slot has its value; numbers compare as numbers, a gazetteer row by its name."""
    return all(_same(slots.get(slot), value) for slot, value in gives.items())


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, Mapping):
        found = found.get("name", found.get("code"))
    if isinstance(wanted, list | tuple):
        return isinstance(found, list | tuple) and len(found) == len(wanted) and all(map(_same, found, wanted))
    if found is None or wanted is None:
        return found is None and wanted is None
    try:
        return float(found) == float(wanted)
    except (TypeError, ValueError):
        return str(found) == str(wanted)


def shown(slots: Mapping[str, Any]) -> str:
    """Slots in one line, for people."""
    pairs = []
    for slot, value in slots.items():
        shorter = value.get("name", value.get("code", "…")) if isinstance(value, Mapping) else value
        pairs.append(f"{slot}={shorter}")
    return ", ".join(pairs) or "the mention"


def _records(name: str, example: RecordExample, extractor: Extractor) -> Iterator[tuple[str, Failure | None]]:
    """A whole extraction: per kind exactly the expected records, each with the named slots."""
    published = datetime.fromisoformat(example.published_at) if example.published_at else None
    article = article_from_text(example.text, title=example.title, province=example.province, published_at=published)
    found = extractor.extract(article).model_dump(mode="json")
    for kind in _KINDS:
        wanted = getattr(example, kind)
        if wanted is None:
            continue
        rest = list(found[kind])
        missing = []
        for record in wanted:
            match = next((r for r in rest if agrees(r, record)), None)
            if match is None:
                missing.append(record)
            else:
                rest.remove(match)
        if missing or rest:
            spare = "; ".join(
                shown({k: r.get(k) for k in (missing or wanted or ({},))[0]}) or str(r["rule"]) for r in rest
            )
            message = f"{kind}: missing {[shown(m) for m in missing]}, not expected [{spare}] ({example.why})"
            yield name, Failure(name, "records", example.text, message)
        else:
            yield name, None


def _lexicon(ruleset: RuleSet) -> Iterator[tuple[str, Failure | None]]:
    """Every class is read by something, and no phrase stands twice in it."""
    used = {name for compiled in ruleset.rules for automaton in compiled.automata for name in automaton.types}
    used |= ruleset.read_by_code
    seen: dict[tuple[str, str], str] = {}
    classes = {entry.type: f"class {entry.type}" for entry in ruleset.entries if f"class {entry.type}" in ruleset.homes}
    for type_, name in classes.items():
        message = "no rule or cue uses this class, and read_by_code does not name it"
        yield name, Failure(name, ruleset.homes[name], type_, message) if type_ not in used else None
    for entry in ruleset.entries:
        if entry.type not in classes:
            continue
        name, home = classes[entry.type], ruleset.homes[classes[entry.type]]
        key = (entry.type, " ".join(tokenise(normalise(entry.phrase).text).words))
        failed = key in seen or not key[1]
        message = f"stands already as {seen.get(key)!r}" if key[1] else "has no word"
        yield name, Failure(name, home, entry.phrase, message) if failed else None
        seen[key] = entry.phrase


def _claims(ruleset: RuleSet) -> Iterator[tuple[str, Failure | None]]:
    """Two rules that find the same type must not read one example differently."""
    claims: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    for compiled in ruleset.rules:
        rule = compiled.rule
        for example in rule.examples:
            other, gives = claims.setdefault((rule.finds, example.text), (rule.id, example.gives))
            common = gives.keys() & example.gives.keys()
            if other != rule.id and any(not _same(gives[slot], example.gives[slot]) for slot in common):
                message = f"{other} reads this text as {shown(gives)}, this rule as {shown(example.gives)}"
                yield rule.id, Failure(rule.id, compiled.where, example.text, message)

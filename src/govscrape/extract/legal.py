"""Legal documents cited in a text."""

import re
from collections.abc import Mapping
from datetime import date

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.models.records import LegalRef
from govscrape.rules.ruleset import RuleSet

_SPACES = re.compile(r"\s+")
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")


def read_legal_refs(document: Document, ruleset: RuleSet) -> list[LegalRef]:
    """One record per document and article cited, in the order of the text.

    A document that is cited with and without an article is one record, with the article.
    """
    found: dict[tuple[str, str | None], LegalRef] = {}
    for mention in document.reading.mentions("legal"):
        record = _record(document, mention, ruleset)
        if record is None:
            continue
        key = _key(record)
        same = next((k for k in found if k[0] == key[0] and (None in (k[1], key[1]) or k[1] == key[1])), None)
        if same is None:
            found[key] = record
        else:
            merged = _merged(found[same], record)
            found = {(_key(merged) if k == same else k): (merged if k == same else v) for k, v in found.items()}
    return list(found.values())


def number_of(document: Document, mention: Mention) -> str | None:
    """The number that a ``legal`` mention cites, without spaces; None for a law named by title."""
    span = mention.spans.get("number")
    return _SPACES.sub("", document.text(*span)) if span else None


def _key(record: LegalRef) -> tuple[str, str | None]:
    name = record.number or record.title or ""
    return name.lower(), record.article.lower() if record.article else None


def _record(document: Document, mention: Mention, ruleset: RuleSet) -> LegalRef | None:
    number = number_of(document, mention)
    if number and not ruleset_marks(ruleset).isdisjoint(re.split(r"[^\w]+", number.lower())):
        return None
    words = document.reading.tokens.words
    if not number and mention.start and words[mention.start - 1] in ruleset.list("legal_drafts"):
        return None
    return LegalRef(
        kind=_kind(mention, ruleset),
        number=number,
        title=_title(document, mention, number),
        article=document.text(*mention.spans["article"]) if "article" in mention.spans else None,
        issued_on=_issued(document, mention),
        evidence=document.evidence(mention.start, mention.end),
        rule=mention.rule or "legal",
        confidence=0.95 if "kind" in mention.spans or "law" in mention.spans else 0.85,
    )


def ruleset_marks(ruleset: RuleSet) -> frozenset[str]:
    """Marks of numbers that are no legal documents (licences, standards)."""
    return frozenset(ruleset.list("not_documents"))


def _kind(mention: Mention, ruleset: RuleSet) -> str:
    for slot in ("kind", "law"):
        if isinstance(mention.slots.get(slot), str):
            return str(mention.slots[slot])
    number = mention.slots.get("number")
    code = number.get("code") if isinstance(number, Mapping) else None
    return str(code or ruleset.table("legal_default")["number" if number is not None else "title"])


def _title(document: Document, mention: Mention, number: str | None) -> str | None:
    """A law's name with the year it may carry; numbered papers of other kinds have none."""
    if number:
        return document.text(*mention.spans["law"]) if "law" in mention.spans else None
    return document.text(mention.spans["law"][0], mention.end)


def _issued(document: Document, mention: Mention) -> date | None:
    day = mention.slots.get("issued")
    if not isinstance(day, Mapping):
        return None
    year, month, number = day.get("year"), day.get("month"), day.get("day")
    if "issued" in mention.spans and None in (year, month, number):
        dotted = _DOTTED.match(document.text(*mention.spans["issued"]).split()[-1])
        if not dotted:
            return None
        number, month, year = map(int, dotted.groups())
    try:
        return date(int(year or 0), int(month or 0), int(number or 0))
    except ValueError:
        return None


def _merged(first: LegalRef, second: LegalRef) -> LegalRef:
    """One record of two mentions of a document; the one with an article gives the evidence."""
    best, other = (second, first) if second.article and not first.article else (first, second)
    updates = {slot: getattr(other, slot) for slot in ("title", "issued_on", "issuer") if getattr(best, slot) is None}
    return best.model_copy(update=updates)

"""Legal documents cited in a text."""

import re
from collections.abc import Mapping
from datetime import date

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.extract.legal_issuers import Issuers
from govscrape.models.records import Issue, LegalRef
from govscrape.rules.ruleset import RuleSet

_LEADING = re.compile(r"(\d+)(.*)", re.DOTALL)
_SPACES = re.compile(r"\s+")
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")


def read_legal_refs(document: Document, ruleset: RuleSet) -> list[LegalRef]:
    """One record per document and article cited, in the order of the text.

    A document that is cited with and without an article is one record, with the article. "Điều 5 Nghị định này" is an
    article of the last decree named before it.
    """
    found: dict[tuple[str, str | None], LegalRef] = {}
    mentions = [*document.reading.mentions("legal"), *_unsigned(document)]
    if not mentions:
        return []
    issuers = Issuers(document, ruleset)
    cited: list[tuple[Mention, LegalRef]] = []
    for mention in sorted((*mentions, *document.reading.mentions("legal_back")), key=lambda m: (m.start, -m.end)):
        if mention.type == "legal_back":
            record = _pointed(document, mention, cited, ruleset)
        else:
            record = _record(document, mention, ruleset, issuers)
        if record is None:
            continue
        cited.append((mention, record))
        key = _key(record)
        same = next((k for k in found if k[0] == key[0] and (None in (k[1], key[1]) or k[1] == key[1])), None)
        if same is None:
            found[key] = record
        else:
            merged = _merged(found[same], record)
            found = {(_key(merged) if k == same else k): (merged if k == same else v) for k, v in found.items()}
    return list(found.values())


def _unsigned(document: Document) -> list[Mention]:
    """Papers told by kind and number alone ("Chỉ thị số 05"), where the article nowhere gives the whole number."""
    found = document.reading.mentions("legal_short")
    whole = (
        [(str(m.slots.get("kind")), number_of(document, m)) for m in document.reading.mentions("legal")]
        if found
        else []
    )
    halves = {(kind, _halves(number)[0]) for kind, number in whole if number}
    followed = {mention.start for mention in document.reading.mentions("legal")} if found else set()
    return [
        mention
        for mention in found
        if mention.start not in followed
        and (str(mention.slots["kind"]), _halves(number_of(document, mention) or "")[0]) not in halves
    ]


def _pointed(
    document: Document, mention: Mention, cited: list[tuple[Mention, LegalRef]], ruleset: RuleSet
) -> LegalRef | None:
    """The document of "Điều 5 Nghị định này" with that article; a pointer without an article adds nothing."""
    if "article" not in mention.spans or (cited and mention.start < cited[-1][0].end):
        return None
    record = _last(mention, [record for _, record in cited], ruleset)
    if record is None:
        return None
    return record.model_copy(
        update={
            "article": document.text(*mention.spans["article"]),
            "evidence": document.evidence(mention.start, mention.end),
            "rule": mention.rule or record.rule,
            "confidence": 0.8,
        }
    )


def _last(mention: Mention, before: list[LegalRef], ruleset: RuleSet) -> LegalRef | None:
    """The last document of the kind that a pointer names."""
    kind = str(mention.slots["kind"])
    whole = kind in ruleset.list("legal_any")
    return next((record for record in reversed(before) if whole or record.kind == kind), None)


def read_pointers(document: Document, refs: list[LegalRef], ruleset: RuleSet) -> dict[int, str]:
    """For each "Nghị định này", by the token where it begins, the number (or title) of the document that it means."""
    out = {}
    for mention in document.reading.mentions("legal_back") if refs else ():
        place = document.evidence(mention.start, mention.end).start
        record = _last(mention, [ref for ref in refs if ref.evidence.start < place], ruleset)
        name = (record.number or record.title) if record is not None else None
        if name is not None:
            out[mention.start] = name
    return out


def number_of(document: Document, mention: Mention) -> str | None:
    """The number that a ``legal`` mention cites, without spaces; None for a law named by title."""
    span = mention.spans.get("number")
    return _SPACES.sub("", document.text(*span)) if span else None


def _key(record: LegalRef) -> tuple[str, str | None]:
    name = record.number or record.title or ""
    return name.lower(), record.article.lower() if record.article else None


def _record(document: Document, mention: Mention, ruleset: RuleSet, issuers: Issuers) -> LegalRef | None:
    number = number_of(document, mention)
    if number and not ruleset_marks(ruleset).isdisjoint(re.split(r"[^\w]+", number.lower())):
        return None
    words = document.reading.tokens.words
    if not number and mention.start and words[mention.start - 1] in ruleset.list("legal_drafts"):
        return None
    kind = _kind(mention, number, ruleset, issuers)
    return LegalRef(
        kind=kind,
        number=number,
        title=_title(document, mention, number),
        article=document.text(*mention.spans["article"]) if "article" in mention.spans else None,
        issued_on=_issued(document, mention),
        issuer=issuers.of(mention, kind, number),
        evidence=document.evidence(mention.start, mention.end),
        rule=mention.rule or "legal",
        confidence=0.95 if "kind" in mention.spans or "law" in mention.spans else 0.85,
    )


def ruleset_marks(ruleset: RuleSet) -> frozenset[str]:
    """Marks of numbers that are no legal documents (licences, standards)."""
    return frozenset(ruleset.list("not_documents"))


def _kind(mention: Mention, number: str | None, ruleset: RuleSet, issuers: Issuers) -> str:
    for slot in ("kind", "law"):
        if isinstance(mention.slots.get(slot), str):
            return str(mention.slots[slot])
    told = issuers.kind(number) if number is not None else None
    return told or ruleset.table("legal_default")["number" if number is not None else "title"]


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


def title_disagrees(document: Document, refs: list[LegalRef]) -> list[Issue]:
    """Documents that the title cites by another number than the text: one of the two is a slip."""
    if document.title is None:
        return []
    known = {_plain(ref.number) for ref in refs if ref.number}
    out = []
    for mention in document.title.mentions("legal"):
        span = mention.spans.get("number")
        number = _SPACES.sub("", document.title.tokens.raw(*span)) if span else None
        if number is None or _plain(number) in known:
            continue
        other = next((ref for ref in refs if ref.number and _alike(number, ref.number)), None)
        if other is not None:
            message = f"the title cites {number}, the text {other.number}"
            out.append(Issue(code="legal_title_disagrees", message=message, where=other.evidence.text))
    return out


def _plain(number: str) -> str:
    return number.casefold().replace("–", "-")


def _alike(one: str, other: str) -> bool:
    """Whether two numbers differ in their digits alone, or in their letters alone."""
    (digits, letters), (digits2, letters2) = (_halves(number) for number in (one, other))
    return (digits == digits2) != (letters == letters2)


def _halves(number: str) -> tuple[str, str]:
    match = _LEADING.match(_plain(number))
    return (match[1].lstrip("0"), match[2]) if match else ("", number)

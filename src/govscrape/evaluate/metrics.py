"""One article's records scored against its gold, and the sum over many articles. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from govscrape.evaluate.act_scoring import score_directives, score_legal_refs, score_officials
from govscrape.evaluate.case import Case
from govscrape.evaluate.index_scoring import SLOTS, score_indices
from govscrape.evaluate.sheet import Sheet, Tally
from govscrape.evaluate.wording import Wording

MEASURES: Mapping[str, str] = {
    "index": "index results found",
    "index_slots": "their figures (score, rank, change, year …)",
    **{f"slot:{slot}": f"— {slot.replace('_', ' ')}" for slot in SLOTS},
    "official": "officials found",
    "official_named": "officials with a name",
    "slot:title": "their titles",
    "slot:role": "their role",
    "directive": "directives found",
    "slot:addressee": "their addressees",
    "slot:deadline": "their deadlines",
    "slot:issuer": "their issuer",
    "legal_ref": "legal references",
    **{
        f"{reading}:{field}": f"{about}, {how}"
        for reading, how in (("selectors", "by the portal's selectors"), ("generic", "by no selectors"))
        for field, about in (("title", "title"), ("date", "date"), ("author", "author"), ("body", "words of the body"))
    },
}
"""Every measure and what it says, in the order of reports."""

PARTLY = frozenset({"index", "official", "directive", "legal_ref", "slot:title", "slot:addressee", "slot:issuer"})
"""The measures in which an answer can be partly right; a number, a day or a role is right or wrong."""

KINDS = ("index", "official", "directive", "legal_ref")


def score_case(case: Case, found: Mapping[str, Any], words: Wording) -> Sheet:
    """Compare ``found`` (an extraction as JSON data) with the gold of ``case``; kinds not annotated are passed over."""
    sheet = Sheet()
    if case.gold_indices is not None:
        quotes = [quote.model_dump() for quote in case.ambiguous]
        score_indices(case.gold_indices, found.get("indices", ()), quotes, words, sheet)
    if case.gold_officials is not None:
        score_officials(case.gold_officials, found.get("officials", ()), words, sheet)
    if case.gold_directives is not None:
        score_directives(case.gold_directives, found.get("directives", ()), words, sheet)
    if case.gold_legal_refs is not None:
        score_legal_refs(case.gold_legal_refs, found.get("legal_refs", ()), sheet)
    return sheet


def totals(sheets: Iterable[Sheet]) -> dict[str, Tally]:
    """The counts of all sheets by measure, in the order of ``MEASURES``; measures nobody met are left out."""
    joined: dict[str, Tally] = {}
    for sheet in sheets:
        for name, tally in sheet.counts.items():
            joined.setdefault(name, Tally()).join(tally)
    figures = Tally()
    for slot in SLOTS:
        figures.join(joined.get(f"slot:{slot}", Tally()))
    if figures.gold:
        joined["index_slots"] = figures
    return {name: joined[name] for name in MEASURES if name in joined}

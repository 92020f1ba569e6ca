"""Who issued a cited document: told beside it, else by the letters after its number. And one key for one document."""

import re
from functools import lru_cache

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.models.records import LegalRef
from govscrape.rules.ruleset import RuleSet
from govscrape.text.fold import fold

_PARTS = re.compile(r"[/\-–]")
_NOT_LETTERS = re.compile(r"[^\w]|\d+$")
_YEAR = re.compile(r"(?:19|20)\d\d")


def canonical_key(ref: LegalRef) -> str:
    """One key for one document: number without zeros in front, issuer, and the year where the number has none.

    "09-NQ/TU" and "9-NQ/TU" of one province are one document, "12/QĐ-UBND" of two provinces are two. A law named by
    title goes by its title.
    """
    if not ref.number:
        return fold(" ".join((ref.title or ref.kind).split())).replace(" ", "-")
    number = re.sub(r"^0+(?=\d)", "", ref.number.upper().replace("–", "-"))
    year = None if _YEAR.search(number) or ref.issued_on is None else str(ref.issued_on.year)
    return "|".join(part for part in (number, ref.issuer, year) if part)


@lru_cache(maxsize=8)
def _codes(ruleset: RuleSet) -> dict[str, str]:
    """By the letters after a number the kind of document."""
    return {entry.phrase: str(entry.slots["value"]) for entry in ruleset.entries if entry.type == "legal_code"}


class Issuers:
    """Finds the issuer of a document that an article cites."""

    def __init__(self, document: Document, ruleset: RuleSet) -> None:
        self.document, self.ruleset = document, ruleset
        self.codes = _codes(ruleset)
        self.place = self._place()

    def of(self, mention: Mention, kind: str, number: str | None) -> str | None:
        """Who issued the document of ``mention``; None where neither the text nor the number tells."""
        if number is None:
            return self.ruleset.table("legal_issuer_kind").get(kind)
        marks = self._marks(number)
        told = self._told(mention, marks[0] if marks else "")
        coded = self.ruleset.table("legal_issuer_coded").get("/".join(self._letters(number)[:2]))
        names = [coded] if coded else [name for mark in marks if (name := self._named(mark)) is not None]
        if told is not None and (
            coded or not any(self._spelling(name).startswith(self._spelling(told)) for name in names)
        ):
            return told
        return ", ".join(names) or told

    def kind(self, number: str) -> str | None:
        """What kind of document the letters of a number tell."""
        mark = next(iter(self._letters(number)), "")
        return self.codes.get(mark) or self.ruleset.table("legal_mark_kind").get(mark)

    def _marks(self, number: str) -> list[str]:
        """The issuer's letters in a number: ["cp"] of 61/2018/NĐ-CP, ["ubnd"] of 2221/UBND-TH."""
        letters = self._letters(number)
        joint = bool(letters) and letters[0] in self.ruleset.list("legal_joint")
        if len(letters) > 1 and letters[0] in self.codes:
            letters = letters[1:]
        return letters if joint else letters[:1]

    @staticmethod
    def _letters(number: str) -> list[str]:
        """The groups of letters in a number, without signs and terms: ["nq", "ubtvqh"] of 1365/NQ-UBTVQH15."""
        parts = (part for part in _PARTS.split(number.lower()) if part and not part[0].isdigit())
        return [_NOT_LETTERS.sub("", part) for part in parts]

    def _named(self, mark: str) -> str | None:
        """The body that a mark stands for, with the province where each has one."""
        central = self.ruleset.table("legal_issuer").get(mark)
        if central is not None:
            return central
        kind, place = self.place
        local = self.ruleset.table("legal_issuer_local").get(mark)
        if local is not None:
            return " ".join(part for part in (local, kind, place) if part)
        party = self.ruleset.table("legal_issuer_party").get(mark)
        if party is None:
            return None
        if self._city():
            for name, other in self.ruleset.table("legal_city_party").items():
                party = re.sub(re.escape(name), other, party, flags=re.IGNORECASE)
        return f"{party} {place}" if place else party

    def _place(self) -> tuple[str | None, str | None]:
        """The kind and name of the province whose portal the article stands in."""
        name = self.document.article.province
        row = next((row for row in self.ruleset.gazetteer.get("province", ()) if name and row["name"] == name), None)
        return (row["kind_63"] or row["kind_34"] or None, name) if row else (None, name)

    def _city(self) -> bool:
        rows = self.ruleset.gazetteer.get("province", ())
        return any(row["name"] == self.place[1] and row["city"] for row in rows)

    def _told(self, mention: Mention, mark: str) -> str | None:
        """The body behind "của", or one before the document that its mark may mean: "UBND huyện A … 12/KH-UBND"."""
        words = self.document.reading.tokens.words
        at = self.document.reading.lattice
        by = at.of(mention.end, "legal_by") if mention.end < len(words) else []
        sentence = self.document.sentence_of[mention.start]
        bodies = self.document.reading.mentions("organisation", "national")
        if by:
            behind = [body for body in bodies if body.start == by[0].end]
            if behind:
                return self.document.of(max(behind, key=lambda body: body.end))
        name = self.ruleset.table("legal_issuer_local").get(mark) or self.ruleset.table("legal_issuer_party").get(mark)
        if name is None or sentence is None:
            return None
        wanted = self._spelling(name)
        near = (body for body in reversed(bodies) if sentence.start <= body.start and body.end <= mention.start)
        for body in near:
            text = self.document.of(body)
            if self._spelling(text).startswith(wanted) and len(self._spelling(text)) > len(wanted):
                return text
        return None

    def _spelling(self, text: str) -> str:
        out = " ".join(text.lower().split())
        for long, short in self.ruleset.table("legal_issuer_same").items():
            out = out.replace(long, short)
        return out

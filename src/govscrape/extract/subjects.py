"""From a mention of a unit to its canonical name, level and codes."""

from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache

from govscrape.extract.document import Document
from govscrape.extract.index_words import index_words
from govscrape.extract.lattice import Mention
from govscrape.extract.statements import Subject
from govscrape.rules.ruleset import RuleSet
from govscrape.text.fold import fold
from govscrape.text.normalize import normalise

_OWN = frozenset({"province", "home"})


class SubjectReader:
    """Resolves subjects of one document; ``home`` is the portal's province, or None when nobody told."""

    def __init__(self, document: Document, ruleset: RuleSet) -> None:
        self.document = document
        self.nation = ruleset.list("nation_name")[0]
        self.plurals = index_words(ruleset).plurals
        self.links = ruleset.list("link_words")[:2]
        self._named: dict[str, list[Mention]] | None = None
        home = self._spoken_of() or _home(document.article.province, ruleset)
        self.home = replace(home, text=None) if home else None
        self.in_city = home is not None and home.name in _cities(ruleset)

    def of(self, mention: Mention) -> Subject | None:
        """The subject that ``mention`` stands for; None for the portal's own province when that is unknown."""
        level = mention.slots["level"]
        if level == "home" and not self.in_city and (named := self._named_before(mention)):
            return replace(named, text=self.document.text(*mention.spans["called"]))
        if level == "home":
            return replace(self.home, text=self.document.text(*mention.spans["called"])) if self.home else None
        if level == "named_before":
            named = self._named_before(mention)
            return replace(named, text=self.document.text(*mention.spans["called"])) if named else None
        text = self.document.of(mention)
        if "stop" in mention.spans or "bare" in mention.slots:
            return Subject(text, text, level)
        if level == "province":
            return _province(mention.slots["who"], text)
        if level == "national_average":
            return Subject(self.nation, text, level)
        if level in ("district", "commune"):
            kind = mention.slots["kind"]
            first, last = mention.spans["kind"][1], mention.spans.get("d", (0, mention.end))[1]
            return Subject(f"{kind} {self.document.text(first, last)}", self.document.text(mention.start, last), level)
        return Subject(text, text, level)

    def region(self, mention: Mention) -> str:
        """A region as written; for "khu vực", "vùng" alone the nearest one that the article names, if any."""
        if isinstance(mention.slots["who"], str):
            return self.document.text(*mention.spans["who"])
        named = [m for m in self.document.reading.mentions("region") if isinstance(m.slots["who"], str)]
        nearest = min(named, key=lambda m: (m.start > mention.start, abs(m.start - mention.start)), default=mention)
        return self.document.text(*nearest.spans["who"])

    def beside(self, mention: Mention) -> Subject | None:
        """The last province of a "beside" mention."""
        slot = "b" if "b" in mention.slots else "a"
        return _province(mention.slots[slot], self.document.text(*mention.spans[slot]))

    def _named_before(self, mention: Mention) -> Subject | None:
        """The district of the kind that is meant which the text named last; the department for "Sở" alone."""
        called = self.document.text(*mention.spans["called"])
        if "office" in mention.slots and self._is_plural(mention):
            return None
        if self._named is None:
            self._named = self._by_kind()
        named = self._named.get(called if "office" in mention.slots else called.lower(), [])
        before = bisect_left(named, mention.start, key=lambda other: other.start)
        return self.of(named[before - 1]) if before else None

    def _by_kind(self) -> dict[str, list[Mention]]:
        """The districts by their kind and the departments by their first word, in the order of the text."""
        found: dict[str, list[Mention]] = {}
        for mention in self.document.reading.lattice.all("subject"):
            level, name = mention.slots["level"], None
            if level == "district":
                name = mention.slots["kind"]
            elif level == "department" and " " in self.document.of(mention):
                name = self.document.of(mention).split(" ", 1)[0]
            if name is not None and (
                name not in found or found[name][-1].start < mention.start
            ):  # the longest of a place
                found.setdefault(name, []).append(mention)
        return found

    def _is_plural(self, mention: Mention) -> bool:
        return mention.start > 0 and self.document.reading.tokens.words[mention.start - 1] in self.plurals

    def _spoken_of(self) -> Subject | None:
        """The province that "tỉnh" means when the article is about one only, and never names the portal's own."""
        readings = [*([self.document.title] if self.document.title else []), self.document.reading]
        found = [m for reading in readings for m in reading.mentions("subject")]
        rows = [m.slots["who"] for m in found if m.slots["level"] == "province"]
        first = next((m for m in found if m.slots["level"] in _OWN), None)
        single = bool(rows) and len({row["name"] for row in rows}) == 1
        if not single or first is None or first.slots["level"] == "home" or self._in_passing(first):
            return None
        return _province(rows[0], rows[0]["name"])

    def _in_passing(self, mention: Mention) -> bool:
        """Whether a name is a rival's or a place: in brackets, behind "dẫn đầu là", or in "Tại Hà Nội, …"."""
        if self.document.title and mention in self.document.title.mentions("subject"):
            return False
        words = self.document.reading.tokens.words
        sentence = self.document.sentence_of[mention.start]
        before = words[sentence.start if sentence else mention.start : mention.start]
        if before and before[-1] in self.links:
            return True
        opens = sentence is not None and mention.start - 1 == sentence.start
        there = opens and "place_of_event" in self.document.reading.lattice.at.get(mention.start - 1, {})
        return (there and words[mention.end : mention.end + 1] == [","]) or before.count("(") > before.count(")")


def _province(row: dict[str, str], text: str | None) -> Subject:
    return Subject(row["name"], text, "province", (row.get("code_63"), row.get("code_34")))


@lru_cache(maxsize=256)
def _home(name: str | None, ruleset: RuleSet) -> Subject | None:
    """The province that an article's portal belongs to."""
    if not name:
        return None
    wanted = fold(normalise(name).text)
    for row in ruleset.gazetteer.get("province", []):
        names = [row["name"], *filter(None, row["aliases"].split("|"))]
        if any(wanted == fold(n) or wanted.endswith(" " + fold(n)) for n in names):
            return _province(row, row["name"])
    return Subject(name, name, "province")


@lru_cache(maxsize=4)
def _cities(ruleset: RuleSet) -> frozenset[str]:
    """The provinces that are cities."""
    return frozenset(row["name"] for row in ruleset.gazetteer.get("province", []) if row["city"] == "1")

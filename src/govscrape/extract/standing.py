"""What stands at a place of the text, by where it starts or ends, and whether a task may begin there."""

from bisect import bisect_left
from collections.abc import Iterator

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention

_TASKS = ("task_verb", "task_adverb", "directive_negation")
_NO_VERBS = (
    "directive_report",
    "directive_perfect",
    "directive_no_task",
    "directive_of",
    "directive_tells",
    "directive_burden",
    "directive_reply",
    "directive_fault",
    "told_stop",
    "told_and",
    "told_tail",
    "told_relative",
    "told_kind",
    "told_place",
    "directive_speech",
    "task_noun",
)


class Words:
    """What stands at a place of the text: mentions of lexicon classes, looked up by where they start or end."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lattice = document.reading.lattice
        self.words = document.reading.tokens.words
        self._edges = self.lattice.edges
        self._size = len(self._edges)
        self._ends: dict[str, dict[int, int]] = {}

    def end(self, type_: str, place: int) -> int | None:
        """Where the longest mention of ``type_`` at ``place`` ends."""
        if not 0 <= place < self._size:
            return None
        ways = self._edges[place].get(type_)
        return place + ways[0][0] if ways else None

    def mention(self, type_: str, place: int) -> Mention | None:
        """The longest mention of ``type_`` at ``place``."""
        found = self.lattice.of(place, type_)
        return found[0] if found else None

    def start(self, type_: str, place: int) -> int | None:
        """Where the longest mention of ``type_`` that ends at ``place`` starts."""
        if type_ not in self._ends:
            ends = self._ends[type_] = {}
            for start in self.lattice.places.get(type_, ()):
                for way in self._edges[start][type_]:
                    ends.setdefault(start + way[0], start)
        return self._ends[type_].get(place)

    def within(self, type_: str, start: int, end: int) -> Iterator[Mention]:
        """The mentions of ``type_`` that lie in [start, end), the longest at each place."""
        places = self.lattice.places.get(type_, [])
        for index in range(bisect_left(places, start), bisect_left(places, end)):
            found = next((m for m in self.lattice.of(places[index], type_) if m.end <= end), None)
            if found is not None:
                yield found

    def any(self, type_: str, start: int, end: int) -> bool:
        """Whether a mention of ``type_`` lies in [start, end)."""
        near = self.lattice.begins(type_, start, end)
        return any(place + way[0] <= end for place in near for way in self._edges[place][type_])

    def lower(self, place: int) -> bool:
        """Whether the token is a word that begins in lower case."""
        tokens = self.document.reading.tokens
        return place < len(tokens.starts) and tokens.text[tokens.starts[place]].islower()

    def capital(self, place: int) -> bool:
        """Whether the token is a word that begins with a capital."""
        return self.words[place][0].isalpha() and not self.lower(place)

    def task_at(self, place: int, limit: int) -> bool:
        """Whether a word that a task may begin with stands here, in lower case unless it opens a sentence."""
        if place >= limit or self.inside("task_block", place):
            return False
        found = max(self.end(type_, place) or 0 for type_ in _TASKS)
        if (self.end("task_block", place) or 0) > found or self.end("directive_of", found) is not None:
            return False
        return any(self.end(type_, place) is not None for type_ in _TASKS)

    def unheard(self, place: int, limit: int) -> bool:
        """Whether a verb that no rule knows may begin a task here: a word in lower case that is nothing else."""
        if place >= limit or not (self.lower(place) or self._opens_item(place)):
            return False
        return all(self.end(type_, place) is None for type_ in _NO_VERBS)

    def _opens_item(self, place: int) -> bool:
        """Whether the word is the first of a list's item, behind its mark."""
        passage = self.document.passage_of[place]
        if passage is None or passage.kind != "list_item" or not self.words[place][0].isalpha():
            return False
        return not any(word[0].isalpha() and len(word) > 1 for word in self.words[passage.start : place])

    def closes_kind(self, place: int) -> bool:
        """Whether a kind of unit, without more of its name, ends here."""
        return any(self.start(type_, place) is not None for type_ in ("told_runs_on", "told_kind"))

    def inside(self, type_: str, place: int) -> bool:
        """Whether the token is a later word of a mention of ``type_``."""
        return place > 0 and (self.end(type_, place - 1) or 0) > place

    def opening_at(self, place: int) -> bool:
        """Whether a sentence that only names a task may begin here."""
        task = max(self.end("task_opening", place) or 0, self.end("task_verb", place) or 0)
        return task >= max(self.end("task_block", place) or 0, 1) and self.end("directive_of", task) is None

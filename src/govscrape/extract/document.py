"""An article made ready for the extractors: segmented, tokenised, read for mentions, with the way back to offsets."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import cast

from govscrape.extract.lattice import Mention
from govscrape.extract.mentions import Reading, Recogniser, Window
from govscrape.models.article import Article, ParagraphKind
from govscrape.models.records import Evidence
from govscrape.text.normalize import Normalised, nfc, normalise
from govscrape.text.segment import SegmentRules, segment
from govscrape.text.tokens import tokenise

_DATED_LINES, _LONGEST_DATELINE = 3, 30
_DATE_SIGNS = frozenset("/-.")


@dataclass(frozen=True)
class Sentence:
    """Tokens [start, end) and the clauses inside, as token ranges."""

    start: int
    end: int
    clauses: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Passage:
    """A paragraph: its kind, tokens [start, end), and its sentences."""

    kind: ParagraphKind
    start: int
    end: int
    sentences: tuple[Sentence, ...]


@dataclass
class Document:
    """What every extractor reads. Token places are those of ``reading.tokens``; evidence is in offsets of the body."""

    article: Article
    normalised: Normalised
    reading: Reading
    passages: list[Passage]
    title: Reading | None = None
    sentence_of: list[Sentence | None] = field(init=False)
    """For each token the sentence that holds it."""
    passage_of: list[Passage | None] = field(init=False)
    """For each token the passage that holds it."""
    told_in: int | None = field(init=False)
    """The year in which the article was published; where nobody says, that of a day in its first short lines."""

    def __post_init__(self) -> None:
        self.told_in = self._year_told()
        self.sentence_of = [None] * len(self.reading.tokens)
        self.passage_of = [None] * len(self.reading.tokens)
        for passage in self.passages:
            self.passage_of[passage.start : passage.end] = [passage] * (passage.end - passage.start)
            for sentence in passage.sentences:
                self.sentence_of[sentence.start : sentence.end] = [sentence] * (sentence.end - sentence.start)

    def evidence(self, start: int, end: int) -> Evidence:
        """The body's own characters from token ``start`` up to but without token ``end``."""
        first, last = self._span(start, end)
        return Evidence(start=first, end=last, text=self.article.body[first:last])

    def _span(self, start: int, end: int) -> tuple[int, int]:
        tokens = self.reading.tokens
        first, last = tokens.starts[start], tokens.ends[end - 1]
        return (first, last) if self.normalised.identical_offsets else self.normalised.to_source(first, last)

    def _year_told(self) -> int | None:
        if self.article.published_at is not None:
            return self.article.published_at.year
        words = self.reading.tokens.words
        lines = (p for p in self.passages[:_DATED_LINES] if p.end - p.start <= _LONGEST_DATELINE)
        for place in (place for line in lines for place in range(line.start + 4, line.end)):
            day, sign, month, again, year = words[place - 4 : place + 1]
            if (
                sign == again
                and sign in _DATE_SIGNS
                and all(w.isdigit() for w in (day, month, year))
                and len(year) == 4
            ):
                return int(year)
        return None

    def text(self, start: int, end: int) -> str:
        """As :meth:`evidence`, only the text; empty for an empty range."""
        if end <= start:
            return ""
        first, last = self._span(start, end)
        return self.article.body[first:last]

    def of(self, mention: Mention) -> str:
        """A mention's words as the article spells them."""
        return self.text(mention.start, mention.end)


def read_document(article: Article, recogniser: Recogniser, rules: SegmentRules) -> Document:
    """Segments, tokenises and reads ``article``. Never raises on any text."""
    normalised = normalise(article.body)
    tokens = tokenise(normalised.text)
    if normalised.identical_offsets:
        starts = tokens.starts
    else:
        starts = [normalised.to_source(start, end)[0] for start, end in zip(tokens.starts, tokens.ends, strict=True)]

    def place(offset: int) -> int:
        return bisect_left(starts, offset)

    passages = []
    for block in segment(article.body, article.paragraphs, rules):
        sentences = []
        for part in block.sentences:
            clauses = tuple((place(c.start), place(c.end)) for c in part.clauses)
            sentences.append(Sentence(place(part.start), place(part.end), tuple(c for c in clauses if c[0] < c[1])))
        passages.append(
            Passage(
                cast(ParagraphKind, block.kind),
                place(block.start),
                place(block.end),
                tuple(s for s in sentences if s.start < s.end),
            )
        )
    every = [sentence for passage in passages for sentence in passage.sentences]
    window = Window(
        {
            "paragraph": [(p.start, p.end) for p in passages],
            "sentence": [(s.start, s.end) for s in every],
            "clause": [clause for s in every for clause in s.clauses],
        }
    )
    title = None
    if article.title:
        head = tokenise(normalise(nfc(article.title)).text)
        title = recogniser.read(head, Window({}))
    return Document(article, normalised, recogniser.read(tokens, window), passages, title)

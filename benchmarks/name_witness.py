"""What a second witness, underthesea's names, adds to the officials that rules find.

usage: python benchmarks/name_witness.py [GOLD...]    (default: the articles that rules were written with)

A sentence is unsure when capitals stand beside an office and no official was found there. Only such sentences are sent
to the model; a person it sees beside the office becomes an official. Prints the share of sentences sent; precision,
recall and F1 of the named officials without and with the model; articles a second of both (CPU time of this process,
models loaded before); and every name that the model added, right or wrong. Asserts nothing.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from govscrape.evaluate.case import Case
from govscrape.evaluate.gold import load_cases
from govscrape.extract.document import Document, Sentence, read_document
from govscrape.extract.extractor import Extractor
from govscrape.extract.offices import People
from govscrape.extract.officials import read_officials
from govscrape.nlp.vi import Underthesea
from govscrape.parse import article_from_text
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words
from govscrape.text.fold import fold

GOLD = [Path(__file__).parents[1] / "tests" / "fixtures" / "gold" / "dev"]
NEAR = 2
"""How many tokens may stand between an office and the capitals beside it: a comma, a bracket, a dash."""


@dataclass
class Tally:
    """Named officials found and not found, over all articles."""

    right: int = 0
    found: int = 0
    gold: int = 0
    seconds: float = 0.0
    added: list[str] = field(default_factory=list)

    def line(self, name: str, articles: int) -> str:
        """A row of the table."""
        precision, recall = self.right / max(self.found, 1), self.right / max(self.gold, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        speed = articles / max(self.seconds, 1e-9)
        return f"{name:<22} {precision:9.4f} {recall:7.4f} {f1:7.4f} {speed:11.1f}"


def unsure(document: Document, people: People) -> Iterator[Sentence]:
    """The sentences in which capitals stand beside an office without an official."""
    known = {at for start, end in people.ends.items() for at in range(start, end)}
    for mention in document.reading.mentions("title", "title_open"):
        sentence = document.sentence_of[mention.start]
        if sentence is None:
            continue
        after = range(mention.end, min(mention.end + NEAR, sentence.end - 1))
        before = range(max(mention.start - NEAR - 1, sentence.start), mention.start - 1)
        if any(_name(document, at) and not {at, at + 1} & known for at in (*after, *before)):
            yield sentence


def _name(document: Document, at: int) -> bool:
    """Two words with capitals, neither of them all capitals."""
    pair = [document.reading.tokens.raw(place, place + 1) for place in (at, at + 1)]
    return all(word[0].isupper() and word[1:].islower() for word in pair)


def seen(document: Document, sentences: list[Sentence], model: Underthesea) -> set[str]:
    """The persons that the model sees in these sentences, beside an office."""
    out = set()
    tokens = document.reading.tokens
    offices = [
        (tokens.starts[m.start], tokens.ends[m.end - 1]) for m in document.reading.mentions("title", "title_open")
    ]
    for sentence in dict.fromkeys((s.start, s.end) for s in sentences):
        first, last = tokens.starts[sentence[0]], tokens.ends[sentence[1] - 1]
        text = tokens.text[first:last]
        for entity in model.entities(text):
            start, end = first + entity.start, first + entity.end
            beside = any(-1 <= start - stop <= 3 or -1 <= begin - end <= 3 for begin, stop in offices)
            if entity.kind == "person" and beside and len(text[entity.start : entity.end].split()) > 1:
                out.add(fold(text[entity.start : entity.end]))
    return out


def measure(cases: list[Case], extractor: Extractor, model: Underthesea) -> None:
    """Reads every article with and without the model, and prints what came of it."""
    rules, both, sent, sentences = Tally(), Tally(), 0, 0
    words = load_page_words()
    for case in cases:
        article = article_from_text(case.text, title=case.title, province=case.province, words=words)
        began = time.process_time()
        document = read_document(article, extractor.recogniser, extractor.segmentation)
        people = read_officials(document, extractor.ruleset)
        names = {fold(official.name) for official in people.records if official.name}
        middle = time.process_time()
        asked = list(unsure(document, people))
        more = seen(document, asked, model) - names
        rules.seconds += middle - began
        both.seconds += time.process_time() - began
        sent += len({sentence.start for sentence in asked})
        sentences += sum(len(passage.sentences) for passage in document.passages)
        named = [record for record in case.gold_officials or () if record.get("name")]
        either = {fold(record["name"]) for record in named if record.get("optional")}
        gold = {fold(record["name"]) for record in named} - either
        for tally, found in ((rules, names - either), (both, (names | more) - either)):
            tally.right += len(gold & found)
            tally.found += len(found)
            tally.gold += len(gold)
        both.added += [f"{'right' if name in gold else 'wrong'}: {name} ({case.id})" for name in sorted(more)]
    share = 100 * sent / max(sentences, 1)
    print(f"{len(cases)} articles, {sentences} sentences, {sent} sent to the model ({share:.2f} %)")
    print(f"{'named officials':<22} {'precision':>9} {'recall':>7} {'F1':>7} {'articles/s':>11}")
    print(rules.line("rules", len(cases)))
    print(both.line("rules and the model", len(cases)))
    print(*both.added, sep="\n")


def main() -> None:
    """Measures on the gold named on the command line."""
    folders = [Path(name) for name in sys.argv[1:]] or GOLD
    model = Underthesea()
    model.entities("Chủ tịch UBND tỉnh Nguyễn Văn An phát biểu.")
    cases = [case for case in load_cases(folders) if case.gold_officials is not None]
    measure(cases, Extractor(load_ruleset()), model)


if __name__ == "__main__":
    main()

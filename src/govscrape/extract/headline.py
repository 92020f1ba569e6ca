"""Who the headline names. It is no part of the body, so a name there has no place of its own: it completes a record."""

from govscrape.extract.document import Document, Passage, Sentence
from govscrape.extract.listed import Words
from govscrape.extract.people import read_blocks
from govscrape.text.normalize import nfc, normalise


def named_in_title(document: Document, words: Words) -> list[tuple[str, list[str]]]:
    """Names in the article's title, as written there, each with the offices beside it."""
    reading, title = document.title, nfc(document.article.title or "")
    if reading is None:
        return []
    size = len(reading.tokens)
    reading.apply("officials")
    sentence = Sentence(0, size, ((0, size),))
    normalised = normalise(title)
    head = Document(document.article, normalised, reading, [Passage("text", 0, size, (sentence,))])

    def raw(start: int, end: int) -> str:
        first, last = normalised.to_source(reading.tokens.starts[start], reading.tokens.ends[end - 1])
        return title[first:last]

    blocks = [block for group in read_blocks(head, words) for block in group]
    return [
        (raw(*block.name), [raw(office.start, office.end) for office in block.titles])
        for block in blocks
        if block.name is not None and block.name[1] - block.name[0] > 1 and block.public
    ]


def behind_tier(document: Document, place: int) -> bool:
    """Whether a tier stands right before capitals, so that they are a place's: "UBND xã Đinh Văn Lâm Hà họp"."""
    lattice = document.reading.lattice
    return any(mention.end == place for mention in lattice.of(place - 1, "lower_level"))

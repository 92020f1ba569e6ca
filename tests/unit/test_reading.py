"""Texts that are too much for the memory of a worker: what of them is read all the same, and that it is told."""

import pytest

from govscrape.models.article import Article, Paragraph
from govscrape.models.records import Extraction
from govscrape.reading import PARTS, TRUNCATED, extract, first_part


class Small:
    """Stands in for an extractor in a process without much memory: ``most`` characters fit."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[int] = []

    def extract(self, article: Article) -> Extraction:
        self.asked.append(len(article.body))
        if len(article.body) > self.most:
            raise MemoryError
        return Extraction(article=article)


def article(*lengths: int) -> Article:
    """Paragraphs of ten-letter words, so many characters long."""
    texts = [("mười chữ ạ " * (length // 11 + 1))[:length] for length in lengths]
    body, paragraphs = "", []
    for text in texts:
        body += "\n\n" if body else ""
        paragraphs.append(Paragraph(start=len(body), end=len(body) + len(text), kind="text"))
        body += text
    return Article(url="https://a.test/1", title="Bài", body=body, paragraphs=tuple(paragraphs))


def test_what_fits_is_read_whole() -> None:
    """However long: a bound on characters alone would cut plain reports that cost little."""
    whole, small = article(900_000), Small(1_000_000)
    found = extract(small, whole)
    assert (small.asked, found.article, found.issues) == ([900_000], whole, ())


@pytest.mark.parametrize("fits", PARTS)
def test_a_text_too_large_is_read_in_part_and_kept_whole(fits: int) -> None:
    """The article was lost as a whole; now its text is stored, and how much of it was read for records."""
    whole = article(*[9_000] * 40)
    small = Small(fits)
    found = extract(small, whole)
    assert found.article == whole
    (issue,) = found.issues
    assert (issue.code, issue.where) == (TRUNCATED, whole.url)
    assert f"the first {small.asked[-1]} of {len(whole.body)} characters" in issue.message
    assert fits - 9_002 < small.asked[-1] <= fits
    assert whole.body[small.asked[-1] :].startswith("\n\n")


def test_no_part_is_tried_that_is_no_part() -> None:
    """A short text for which the memory does not suffice is told as that."""
    small = Small(10)
    with pytest.raises(MemoryError):
        extract(small, article(2_000))
    assert small.asked == [2_000]


def test_a_paragraph_longer_than_the_part_is_cut_between_words() -> None:
    """One endless line is the usual case; half a number at its end would be another number."""
    part = first_part(article(300_000), 100_000)
    assert part.body == article(300_000).body[: len(part.body)]
    assert 99_900 < len(part.body) <= 100_000
    assert article(300_000).body[len(part.body)] == " "
    assert [(found.start, found.end) for found in part.paragraphs] == [(0, len(part.body))]


def test_a_text_without_a_space_is_cut_too() -> None:
    """Else the whole of it would be tried again."""
    whole = Article(title="Bài", body="x" * 300_000, paragraphs=(Paragraph(start=0, end=300_000, kind="text"),))
    assert len(first_part(whole, 100_000).body) == 50_000

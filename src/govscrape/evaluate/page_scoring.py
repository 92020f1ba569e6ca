"""How an article was read off its page, against gold: title, date and author exactly, the body by its words. Pure."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from govscrape.evaluate.page_case import PageCase
from govscrape.evaluate.sheet import Miss, Sheet
from govscrape.models.article import Article
from govscrape.text.normalize import nfc
from govscrape.text.tokens import tokenise

FIELDS = ("title", "date", "author", "body")


def score_page(case: PageCase, article: Article | None, reading: str) -> Sheet:
    """Compare ``article`` (None: nothing was read) with ``case``; the counts are named after ``reading``."""
    sheet = Sheet()
    wanted = {"title": _line(case.title), "date": _moment(case), "author": _line(case.author)}
    given = {
        "title": _line(article.title if article else None),
        "date": article.published_at.isoformat() if article and article.published_at else None,
        "author": _line(article.author if article else None),
    }
    for field, expected in wanted.items():
        got = given[field]
        right = expected == got
        sheet.counts[f"{reading}:{field}"].add(
            int(right and expected is not None), int(not right and got is not None), int(not right and bool(expected))
        )
        if not right:
            sheet.misses.append(_miss(field, expected, got))
    _score_body(case, article, f"{reading}:body", sheet)
    return sheet


def _line(text: str | None) -> str | None:
    return " ".join(nfc(text).split()) or None if text else None


def _moment(case: PageCase) -> str | None:
    return case.published_at.isoformat() if case.published_at else None


def _score_body(case: PageCase, article: Article | None, name: str, sheet: Sheet) -> None:
    read = [article.body[part.start : part.end] for part in article.paragraphs] if article else []
    wanted, given = words_of(case.body), words_of(read)
    shared = (wanted & given).total()
    sheet.counts[name].add(shared, given.total() - shared, wanted.total() - shared)
    if wanted != given:
        known = {_line(part) for part in case.body}
        found = {_line(part) for part in read}
        lost = [part for part in case.body if _line(part) not in found]
        sheet.misses.append(_miss("body", lost, [part for part in read if _line(part) not in known]))


def words_of(paragraphs: Iterable[str]) -> Counter[str]:
    """The words and numbers of a text, each with how often it stands there; spaces and signs do not count."""
    text = " ".join(nfc(part) for part in paragraphs)
    return Counter(word for word in tokenise(text).words if any(char.isalnum() for char in word))


def _miss(field: str, expected: Any, got: Any) -> Miss:
    error = "missing_value" if not got else "extra_value" if not expected else "wrong_value"
    return Miss("page", error, slot=field, expected=expected, got=got)

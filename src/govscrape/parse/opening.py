"""What stands between a page's headline and its text, where no selector tells it: the date and the summary."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from govscrape.parse.blocks import Block
from govscrape.parse.fields import FORMATS
from govscrape.text.dates import parse_datetime

_DATE_CHARS = 80
_SUMMARY_CHARS = 60
_SUMMARY_BLOCKS = 3
_HEAD = 3
_ENDS_IN_TIME = re.compile(r"\d(?:\s*[AaPp][Mm]|\s*GMT\s*\+?\s*\d+)?[)\]]?$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LABEL_WORDS = 7  # a weekday and a label; a sentence that ends in a deadline has more


@dataclass(frozen=True)
class Opening:
    """The time told there, the paragraphs that the text lacks, and the places of those that are only such a time."""

    date: datetime | None = None
    summary: tuple[Block, ...] = ()
    datelines: frozenset[int] = frozenset()


def read_opening(page: Iterable[Block], title: str | None, body: Sequence[Block]) -> Opening:
    """Looks from the last headline before the text ``body`` up to the text; a header's clock stands before that.

    ``page`` is all blocks of the page.
    """
    datelines = _datelines(body)
    between = _between(page, title, body)
    times = [_time(block) for block in (*between, *(body[place] for place in sorted(datelines)))]
    known = {block.text for block in body}
    summary = [
        block
        for block in between
        if len(block.text) >= _SUMMARY_CHARS
        and block.kind != "image"
        and not block.is_link_list
        and block.text not in known
    ]
    return Opening(next(filter(None, times), None), tuple(summary[:_SUMMARY_BLOCKS]), datelines)


def _between(page: Iterable[Block], title: str | None, body: Sequence[Block]) -> list[Block]:
    first = next((block.text for block in body if block.kind != "image"), None)
    if not title or first is None:
        return []
    headline = title.casefold()
    between: list[Block] | None = None
    for block in page:
        if block.text.casefold() == headline:
            between = []
        elif between is not None and block.text != first:
            between.append(block)
        if between is not None and block.text == first:
            return between
    return []


def _datelines(body: Sequence[Block]) -> frozenset[int]:
    """The places of the first blocks that tell only when the article was published."""
    return frozenset(
        place
        for place, block in enumerate(body[:_HEAD])
        if _ENDS_IN_TIME.search(block.text)
        and len(_WORD.findall(block.text)) <= _LABEL_WORDS
        and _time(block) is not None
    )


def _time(block: Block) -> datetime | None:
    return parse_datetime(block.text, FORMATS) if len(block.text) <= _DATE_CHARS else None

"""By when a task is due: deadline mentions resolved to a day, or to how often they come back.

A period ends on its last day. A day or month without year is the earliest one that is not before the article's own
date.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_args

from govscrape.extract.document import Document
from govscrape.extract.lattice import Mention
from govscrape.models.records import Recurring

_DOTTED = re.compile(r"(\d{1,2})[.](\d{1,2})(?:[.](\d{4}))?")
_DATELINE_TOKENS = 22
_PARTS = {"half1": (6, 30), "nine": (9, 30), "year": (12, 31)}


@dataclass(frozen=True)
class Deadline:
    """Tokens [start, end) that set a deadline; ``day`` when it can be told, ``recurring`` when it comes back."""

    start: int
    end: int
    day: date | None
    recurring: Recurring | None
    plain: bool
    """A mere frequency ("hằng tuần"): part of the task rather than its end."""


def dateline(document: Document) -> date | None:
    """The article's own day: when it was published, else the first date (at least a month) near a line's beginning."""
    if document.article.published_at:
        return document.article.published_at.date()
    papers = [(mention.start, mention.end) for mention in document.reading.mentions("legal")]
    written = sorted(_written(document))
    for passage in document.passages[:4]:
        for place, day in written:
            near = passage.start <= place < min(passage.end, passage.start + _DATELINE_TOKENS)
            if near and not any(start <= place < end for start, end in papers):
                return day
    return None


def _written(document: Document) -> Iterator[tuple[int, date]]:
    """Every day, or month of a year, that the article writes in full, with its token."""
    for mention in document.reading.mentions("date", "period"):
        slots = mention.slots
        day = _day(slots["year"], slots["month"], slots.get("day") or 1) if _whole(slots) else None
        if day is not None:
            yield mention.start, day
    words = document.reading.tokens.words
    for place in document.reading.lattice.places.get("dotted", ()):
        match = _DOTTED.fullmatch(words[place])
        day = _day(int(match[3]), int(match[2]), int(match[1])) if match and match[3] else None
        if day is not None:
            yield place, day


def _whole(slots: Mapping[str, Any]) -> bool:
    return bool(slots.get("year") and slots.get("month"))


def read_deadlines(document: Document) -> list[Deadline]:
    """Every deadline of the document in the order of the text."""
    mentions = document.reading.mentions("deadline")
    anchor = dateline(document) if mentions else None
    return [found for mention in mentions if (found := _resolve(document, mention, anchor)) is not None]


def _resolve(document: Document, mention: Mention, anchor: date | None) -> Deadline | None:
    slots = mention.slots
    recurring = slots.get("frequency")
    if recurring is None and slots.get("each"):
        recurring = "daily" if mention.length > 3 else None
    if recurring is not None or "each" in slots:
        plain = slots.keys().isdisjoint(("day", "hour", "weekday"))
        known = recurring if recurring in get_args(Recurring) else None
        return Deadline(mention.start, mention.end, None, known, plain)
    day: date | None = None
    if "dotted" in mention.spans:
        match = _DOTTED.fullmatch(document.reading.tokens.raw(*mention.spans["dotted"]))
        if not match:
            return None
        day = _of_day(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, anchor)
    elif isinstance(slots.get("date"), Mapping):
        parts = slots["date"]
        day = _of_day(parts["day"], parts["month"], parts.get("year"), anchor)
    elif "month_of" in slots:
        month, year = divmod(round(float(slots["month_of"]) * 10_000), 10_000)
        day = _month_end(year, month) if 1990 <= year <= 2100 and 1 <= month <= 12 else None
    elif isinstance(slots.get("period"), Mapping):
        day = _end_of(slots["period"], anchor)
    elif isinstance(slots.get("period"), str) and anchor:
        day = _end_now(slots["period"], anchor)
    return Deadline(mention.start, mention.end, day, None, False)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _of_day(day: int, month: int, year: int | None, anchor: date | None) -> date | None:
    if year:
        return _day(year, month, day)
    if not anchor:
        return None
    found = _day(anchor.year, month, day)
    return found if found is None or found >= anchor else _day(anchor.year + 1, month, day)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _end_of(period: Mapping[str, Any], anchor: date | None) -> date | None:
    """The last day of a month, quarter, year or part of one."""
    year = period.get("year") or (anchor.year + 1 if anchor and period.get("next") else None)
    month = period.get("month") or (int(period["quarter"]) * 3 if period.get("quarter") else None)
    part = str(period.get("part") or "")
    if part in _PARTS:
        month, last = _PARTS[part]
        return _day(year or (anchor.year if anchor else 0), month, last)
    if month is None:
        if part.startswith("month") and anchor:
            return _end_now(part, anchor)
        return _day(year, 12, 31) if year else None
    if year:
        return _month_end(int(year), int(month))
    if not anchor:
        return None
    found = _month_end(anchor.year, int(month))
    return found if found >= anchor else _month_end(anchor.year + 1, int(month))


def _end_now(unit: str, anchor: date) -> date | None:
    if unit == "year":
        return date(anchor.year, 12, 31)
    if unit == "quarter":
        return _month_end(anchor.year, (anchor.month + 2) // 3 * 3)
    if unit == "week":
        return anchor + timedelta(days=6 - anchor.weekday())
    return _month_end(anchor.year, anchor.month)

"""A range of days of a listing, walked from the newest item to the range's beginning over as many runs as it takes."""

from datetime import date, datetime
from typing import Self

from pydantic import model_validator

from govscrape.models.base import Frozen
from govscrape.models.run import RunReport

GIVEN_UP = "given_up"
"""The reason of a back-fill that somebody let go: it is no fault any more, and is taken up again only when asked."""

_BOUNDED = frozenset({"halted", "max_pages"})


class Span(Frozen):
    """Days in Vietnam, both included."""

    since: date
    until: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since > self.until:
            raise ValueError(f"{self.since} is after {self.until}")
        return self

    def __str__(self) -> str:
        """The days as people write them."""
        return f"{self.since} to {self.until}"

    def holds(self, day: date) -> bool:
        """Whether a day lies in the range."""
        return self.since <= day <= self.until


class Place(Frozen):
    """Where a walk stands: the last page read, by number or, where links are followed, by address.

    ``middle`` is the middle day of the last dated page, for judging the order; ``old_pages`` counts how many pages in a
    row lay wholly before the range; ``holes`` stayed empty, ``without_link`` counts items that lead nowhere.
    """

    number: int | None = None
    url: str | None = None
    middle: date | None = None
    old_pages: int = 0
    holes: tuple[str, ...] = ()
    without_link: int = 0


class BackFill(Frozen):
    """How far a listing was walked for a range, and whether that closes it: the certificate of a back-fill.

    ``closed``: walked from the newest item to the range's beginning without a hole. ``reason`` is why the walk stopped:
    older (two pages in a row before the range, in a listing that is in the order of days), end (of the listing), else
    as in ``Certificate.reason``, hole, item_without_link, few_links, halted or given_up; null while a run is at work
    and where one was killed. ``items`` counts what was listed,
    ``wanted`` what lies in the range or may, ``undated`` what neither listing nor article gives a day for, ``missing``
    what is wanted and could not be had, ``oldest`` is the earliest day seen. ``ordered``: the listing goes from new to
    old as far as it was seen.
    """

    listing: str
    span: Span
    pages: int = 0
    items: int = 0
    wanted: int = 0
    undated: int = 0
    missing: int = 0
    expected: int | None = None
    oldest: date | None = None
    ordered: bool = True
    closed: bool = False
    reason: str | None = None
    detail: str | None = None
    place: Place = Place()

    @property
    def complete(self) -> bool:
        """Whether the range is closed on both sides and all of it is stored."""
        return self.closed and not self.missing

    @property
    def share(self) -> float | None:
        """How much of the range was walked, from 0 to 1, by its days or by the list's own total; null if none tells."""
        if self.closed:
            return 1.0
        if self.ordered and self.place.middle:
            days = (self.span.until - self.span.since).days + 1
            return min(1.0, max(0.0, (self.span.until - self.place.middle).days / days))
        return min(1.0, self.items / self.expected) if self.expected else None


class Filled(Frozen):
    """A back-fill as it is stored; ``finished_at`` is null while something of the range is missing."""

    walk: BackFill
    updated_at: datetime
    finished_at: datetime | None = None

    @property
    def bounded(self) -> bool:
        """Whether its last run ended as it was meant to: it was told how far to go, or to stop."""
        return self.walk.reason in _BOUNDED

    @property
    def open(self) -> bool:
        """Whether somebody must still go on with it."""
        return self.finished_at is None and self.walk.reason != GIVEN_UP


BackFillReport = RunReport[BackFill]

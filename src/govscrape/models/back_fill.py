"""A range of days of a listing, walked from the newest item to the range's beginning over as many runs as it takes."""

from datetime import date
from typing import Self

from pydantic import model_validator

from govscrape.models.base import Frozen
from govscrape.models.run import Counts


class Span(Frozen):
    """Days in Vietnam, both included."""

    since: date
    until: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since > self.until:
            raise ValueError(f"{self.since} is after {self.until}")
        return self

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
    as in ``Certificate.reason``, hole, item_without_link, few_links or halted. ``items`` counts what was listed,
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


class PortalBackFill(Frozen):
    """One portal's part of a run that fills a range; ``reason`` says why it is partial and is null when it is not."""

    portal: str
    listings: tuple[BackFill, ...] = ()
    counts: Counts = Counts()
    requests: int = 0
    reason: str | None = None

    @property
    def partial(self) -> bool:
        """Whether something of the range is still missing."""
        return self.reason is not None

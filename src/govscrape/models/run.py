"""What a run says of itself: how each listing was walked, what became of the articles, and why it is partial, if so."""

from typing import Generic, Literal, TypeVar

from govscrape.models.base import Frozen
from govscrape.models.records import Issue


class Certificate(Frozen):
    """What a walk over a listing proves. ``closed``: nothing is missed between the newest and the oldest ever seen.

    ``reason`` is why the walk stopped: overlap, end, repeated_page, no_new_link, max_pages, feed_window, empty, failed,
    not_read, short or the code of a refused page (login, blocked, soft_404). A first walk is closed where its limit or
    the listing ends it; a later one only when it also met something known. ``holes`` are pages that stayed empty
    between others. ``expected`` is how many items the listing says it has; short: it ended with fewer.
    """

    listing: str
    pages: int
    items: int
    overlap: int
    closed: bool
    reason: str
    holes: tuple[str, ...] = ()
    without_link: int = 0
    detail: str | None = None
    expected: int | None = None


def counted(number: int, noun: str) -> str:
    """How many of something, for people: "1 article", "2 articles"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Event(Frozen):
    """Where a run stands. ``total`` is null while it is not known; ``url`` is what was just done."""

    portal: str
    stage: Literal["listing", "article", "done"]
    done: int
    total: int | None = None
    url: str | None = None


class Counts(Frozen):
    """What became of the articles of a portal or of a re-extraction, and of the ``files`` they link to.

    Of ``truncated`` ones, among those stored, only the first part was read for records.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    failed: int = 0
    gone: int = 0
    issues: int = 0
    files: int = 0
    files_lost: int = 0
    truncated: int = 0

    def plus(self, **more: int) -> "Counts":
        """These counts with some raised."""
        return self.model_copy(update={name: getattr(self, name) + by for name, by in more.items()})

    @property
    def asked(self) -> int:
        """How many articles were asked for."""
        return self.new + self.changed + self.same + self.failed + self.gone


Walk = TypeVar("Walk", bound=Frozen)
"""How a listing was walked: a ``Certificate`` by a crawl, a ``BackFill`` for a range of days."""


class PortalReport(Frozen, Generic[Walk]):
    """One portal's run; ``reason`` says why it is partial and is null when it is not."""

    portal: str
    listings: tuple[Walk, ...] = ()
    counts: Counts = Counts()
    requests: int = 0
    reason: str | None = None

    @property
    def partial(self) -> bool:
        """Whether the run saw, or read, less than it should."""
        return self.reason is not None


class RunReport(Frozen, Generic[Walk]):
    """Every portal of a run, in the order given."""

    portals: tuple[PortalReport[Walk], ...]

    @property
    def partial(self) -> bool:
        """Whether any portal's run is partial."""
        return any(report.partial for report in self.portals)


CrawlReport = RunReport[Certificate]


class ReextractReport(Frozen):
    """What reading the archive again changed; ``faults`` are pages that could not be read, or not to their end."""

    counts: Counts
    faults: tuple[Issue, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether some archived page could not be read, or not to its end."""
        return bool(self.faults)

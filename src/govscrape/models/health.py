"""What the store remembers of a portal, and what that means for whoever runs the crawler."""

from datetime import datetime
from typing import Literal

from govscrape.models.back_fill import Filled
from govscrape.models.base import Frozen

HALTED = "halted: "
"""Opens the reason of a run that was asked to stop: it is partial, but nothing is wrong with the portal."""

AlarmCode = Literal[
    "never_crawled",
    "overdue",
    "killed",
    "partial",
    "back_fill",
    "silent",
    "no_extraction",
    "selectors_miss",
    "selectors_disagree",
]


class History(Frozen):
    """What is stored of one portal. Times have a zone; null where nothing of the kind was ever seen.

    ``status`` is that of the newest run, ``unfinished`` counts how many runs in a row were killed or halted up to now,
    ``runs_partial`` how many of the last ``runs_seen`` were partial. ``last_extraction`` is when an article was last
    read by the portal's own selectors; of the ``read`` newest articles ``missed`` were read without them and
    ``disagreed`` otherwise than the generic reading. ``last_article`` is when the newest article came out; ``week``
    counts those of the last seven days, ``weeks`` those of each week before, the newest first, as far as the stored
    articles reach back.
    """

    portal: str
    status: Literal["running", "complete", "partial"] | None = None
    reason: str | None = None
    last_start: datetime | None = None
    last_complete: datetime | None = None
    unfinished: int = 0
    runs_seen: int = 0
    runs_partial: int = 0
    articles: int = 0
    last_article: datetime | None = None
    week: int = 0
    weeks: tuple[int, ...] = ()
    last_extraction: datetime | None = None
    read: int = 0
    missed: int = 0
    disagreed: int = 0

    @property
    def halted(self) -> bool:
        """Whether the newest run was asked to stop."""
        return self.status == "partial" and (self.reason or "").startswith(HALTED)

    @property
    def miss_rate(self) -> float | None:
        """Share of the newest articles whose selectors found no body; null before the first article."""
        return self.missed / self.read if self.read else None

    @property
    def disagree_rate(self) -> float | None:
        """Share of the newest articles where selectors and generic reading differ; null before the first article."""
        return self.disagreed / self.read if self.read else None


class Alarm(Frozen):
    """Something an operator must look at; docs/operate.md says what each code means."""

    portal: str
    code: AlarmCode
    message: str


class Usual(Frozen):
    """How many articles a portal publishes in a week: as its file says, or ``learned`` from so many weeks."""

    per_week: float
    learned_from: int | None = None


class Health(Frozen):
    """One portal's state; ``due_at`` is when it may next be visited, quiet hours counted in.

    ``usual`` is null while nobody knows how much the portal publishes; ``filled`` are its back-fills, the newest first.
    """

    portal: str
    history: History
    due_at: datetime
    usual: Usual | None = None
    at_work: bool = False
    filled: tuple[Filled, ...] = ()
    alarms: tuple[Alarm, ...] = ()

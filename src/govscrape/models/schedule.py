"""When a portal may be visited: how often, and at which hours of Vietnam not at all."""

from datetime import datetime, time, timedelta, timezone

from pydantic import Field, field_validator

from govscrape.models.base import Frozen

# Asia/Ho_Chi_Minh: no summer time since 1975, so that no time zone data is needed.
VIETNAM = timezone(timedelta(hours=7))


class Schedule(Frozen):
    """``every_h`` hours between two visits; ``quiet_hours`` like "08:00-11:30" (Vietnam, the end not included)."""

    every_h: float = Field(default=12.0, gt=0)
    quiet_hours: tuple[str, ...] = ()

    @field_validator("quiet_hours")
    @classmethod
    def _readable(cls, quiet_hours: tuple[str, ...]) -> tuple[str, ...]:
        for span in quiet_hours:
            _span(span)
        return quiet_hours

    def is_quiet(self, moment: datetime) -> bool:
        """Whether the portal must be left alone at ``moment``, which has a time zone. A span may pass midnight."""
        now = moment.astimezone(VIETNAM).time()
        return any(_within(now, *_span(span)) for span in self.quiet_hours)

    def free_from(self, moment: datetime) -> datetime:
        """The first moment from ``moment`` on that is not quiet; quiet hours that fill the day give a quiet one."""
        for _ in range(2 * len(self.quiet_hours)):
            now = moment.astimezone(VIETNAM)
            ends = [end for start, end in map(_span, self.quiet_hours) if _within(now.time(), start, end)]
            if not ends:
                break
            end = datetime.combine(now.date(), ends[0], VIETNAM)
            moment = end if end > now else end + timedelta(days=1)
        return moment


def _span(text: str) -> tuple[time, time]:
    start, dash, end = text.partition("-")
    try:
        span = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError as error:
        raise ValueError(f"{text!r} is no span of hours like 08:00-11:30") from error
    if not dash or span[0] == span[1] or any(part.tzinfo for part in span):
        raise ValueError(f"{text!r} is no span of hours like 08:00-11:30")
    return span


def _within(now: time, start: time, end: time) -> bool:
    return start <= now < end if start < end else now >= start or now < end

"""Quiet hours: read in Vietnam's time, whatever the clock of the machine says."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from govscrape.models.schedule import Schedule


@pytest.mark.parametrize(
    ("hours", "utc", "quiet"),
    [
        ("08:00-11:30", "01:00", True),
        ("08:00-11:30", "00:59", False),
        ("08:00-11:30", "04:30", False),
        ("22:00-05:00", "16:00", True),
        ("22:00-05:00", "21:59", True),
        ("22:00-05:00", "22:00", False),
    ],
    ids=["first minute", "a minute before", "the end is free", "before midnight", "after midnight", "end of the night"],
)
def test_quiet(hours: str, utc: str, quiet: bool) -> None:
    """A server on UTC must not crawl at nine in the morning of Hanoi."""
    moment = datetime.fromisoformat(f"2026-03-02T{utc}").replace(tzinfo=UTC)
    assert Schedule(quiet_hours=(hours,)).is_quiet(moment) is quiet


@pytest.mark.parametrize("hours", ["8-11", "08:00", "08:00-25:00", "08:00-08:00", "08:00Z-09:00", ""])
def test_what_is_no_span_is_refused(hours: str) -> None:
    """A typing error must not mean "never quiet"."""
    with pytest.raises(ValidationError, match="no span of hours"):
        Schedule(quiet_hours=(hours,))

"""Who is due: decided from cadence, id, history and time alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govscrape.models.health import History
from govscrape.models.portal import Portal
from govscrape.models.schedule import VIETNAM, Schedule
from govscrape.schedule.due import RESUME_AFTER, Visit, phase, plan

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # ten in the morning in Vietnam
HOUR = timedelta(hours=1)


def portal(id: str = "a", every_h: float = 12, *quiet: str) -> Portal:
    return Portal(
        id=id,
        name=id,
        province="X",
        base_url="https://a.example",
        listings=(),
        schedule=Schedule(every_h=every_h, quiet_hours=quiet),
    )


def visit(described: Portal, now: datetime = NOW, **past: object) -> Visit:
    return plan([described], {described.id: History.model_validate({"portal": described.id, **past})}, now)[0]


def finished(start: datetime) -> dict[str, object]:
    return {"status": "complete", "last_start": start, "last_complete": start}


def test_a_portal_never_visited_is_due_at_once() -> None:
    """A new portal file must not wait for its turn on the grid."""
    assert plan([portal()], {}, NOW)[0].state == "due"


def test_the_shift_is_the_ids_and_spreads_portals() -> None:
    """Hash randomisation or the order of the files must not move visits; all at one minute would be a burst."""
    assert phase("gialai") == pytest.approx(0.013174, abs=0.000001)
    assert len({int(phase(f"portal-{number}") * 10) for number in range(100)}) == 10


@given(
    st.text("abc_", min_size=1, max_size=8), st.floats(0.25, 24 * 40), st.timedeltas(timedelta(), timedelta(days=400))
)
def test_the_next_visit_is_half_to_one_and_a_half_cadences_off(id: str, every_h: float, ago: timedelta) -> None:
    """Never two visits in a short time because the grid point was near, never a visit skipped."""
    start = NOW - ago
    due = plan([portal(id, every_h)], {id: History(portal=id, status="complete", last_start=start)}, start)[0].due_at
    every = timedelta(hours=every_h)
    slack = timedelta(seconds=1)
    assert every / 2 - slack <= due - start <= every * 1.5 + slack


def test_visits_do_not_drift() -> None:
    """A run that begins late every time must not move the visits through the day."""
    start = NOW
    first = visit(portal(), start, **finished(start)).due_at
    moment = first
    for _ in range(50):
        begun = moment + timedelta(minutes=7)
        moment = visit(portal(), begun, **finished(begun)).due_at
    assert moment == first + 50 * 12 * HOUR


def test_due_only_when_the_time_has_come() -> None:
    """The second start right after the first finds nothing to do."""
    due = visit(portal(), NOW, **finished(NOW)).due_at
    assert visit(portal(), due - timedelta(seconds=1), **finished(NOW)).state == "waiting"
    assert visit(portal(), due, **finished(NOW)).state == "due"
    assert visit(portal(), due + timedelta(days=900), **finished(NOW)).state == "due"


@pytest.mark.parametrize(
    ("quiet", "free"),
    [
        (("08:00-11:30",), (2, 11, 30)),
        (("22:00-10:01",), (2, 10, 1)),
        (("09:00-11:00", "11:00-13:00"), (2, 13, 0)),
        (("09:00-22:00", "22:00-05:00"), (3, 5, 0)),
    ],
    ids=["office hours", "night that began yesterday", "spans that touch", "past midnight"],
)
def test_quiet_hours_put_a_visit_off_to_their_end(quiet: tuple[str, ...], free: tuple[int, int, int]) -> None:
    """Put off, not dropped: the visit is due the minute they end."""
    found = visit(portal("a", 12, *quiet))
    assert found.state == "quiet"
    assert found.due_at == datetime(2026, 3, *free, tzinfo=VIETNAM)
    assert visit(portal("a", 12, *quiet), found.due_at).state == "due"


def test_quiet_hours_all_day_end_the_reckoning() -> None:
    """A portal file that allows no hour means never, and no endless loop."""
    assert visit(portal("a", 12, "00:00-12:00", "12:00-00:00")).state == "quiet"


def test_a_killed_run_is_taken_up_again_soon_but_not_in_a_loop() -> None:
    """A run that dies of the portal itself (memory) would else ask it every quarter of an hour for ever."""
    starts = [NOW, NOW + RESUME_AFTER]
    waits = [visit(portal(), NOW, status="running", last_start=NOW, unfinished=n).due_at - NOW for n in (1, 2, 3, 99)]
    assert starts[0] + waits[0] == starts[1]
    assert waits == [RESUME_AFTER, 2 * RESUME_AFTER, 4 * RESUME_AFTER, 12 * HOUR]


def test_resuming_never_waits_longer_than_the_cadence() -> None:
    """A portal visited every ten minutes is not put off to a quarter of an hour by a kill."""
    every = timedelta(minutes=10)
    assert visit(portal("a", 1 / 6), NOW, status="running", last_start=NOW, unfinished=1).due_at - NOW == every


def test_a_partial_run_waits_its_turn() -> None:
    """Errors must never make the crawler ask more often."""
    whole = visit(portal(), NOW, **finished(NOW))
    assert visit(portal(), NOW, status="partial", last_start=NOW) == whole


def test_a_start_in_the_future_does_not_block_a_portal() -> None:
    """One night with a wrong clock must not silence a portal for years."""
    assert visit(portal(), NOW, **finished(NOW + timedelta(days=3000))).state == "due"


def test_the_longest_due_comes_first() -> None:
    """When a run is cut short every time, no portal may starve at the alphabet's end."""
    pasts = {
        "a": History(portal="a", status="complete", last_start=NOW - timedelta(days=2)),
        "z": History(portal="z", status="complete", last_start=NOW - timedelta(days=9)),
    }
    assert [found.portal.id for found in plan([portal("a"), portal("z")], pasts, NOW)] == ["z", "a"]

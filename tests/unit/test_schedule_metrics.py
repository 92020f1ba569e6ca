"""The metrics file: whole or old, never half; and a format that a collector reads."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from govscrape.errors import StoreError
from govscrape.models.back_fill import GIVEN_UP, BackFill, Filled, Place, Span
from govscrape.models.health import Alarm, Health, History
from govscrape.schedule.metrics import render, write

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LINE = re.compile(r'[a-z_:]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? -?[0-9.e+]+')


def health(portal: str, **past: object) -> Health:
    history = History.model_validate({"portal": portal, **past})
    alarm = Alarm(portal=portal, code="silent", message="m")
    return Health(portal=portal, history=history, due_at=NOW, alarms=(alarm,))


def test_every_line_is_of_the_format() -> None:
    """A collector drops the whole file for one bad line; a quote in an id must not make one."""
    text = render([health('a"\\\n', last_start=NOW, read=4, missed=1), health("b")], NOW, {})
    lines = text.splitlines()
    assert text.endswith("\n")
    assert [line for line in lines if not line.startswith("#") and not LINE.fullmatch(line)] == []
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert 'govscrape_portal_alarm{portal="b",code="silent"} 1' in lines
    assert 'govscrape_portal_selector_miss_ratio{portal="a\\"\\\\\\n"} 0.25' in lines


def test_what_is_not_known_is_not_zero() -> None:
    """A last crawl in 1970 or a miss rate of nought would be a lie about a portal never seen."""
    text = render([health("b")], NOW, {})
    assert 'last_complete_timestamp_seconds{portal="b"}' not in text
    assert 'miss_ratio{portal="b"}' not in text


def test_replaced_as_a_whole_and_readable_by_others(tmp_path: Path) -> None:
    """The collector is another user and reads at any moment; a draft must not look like metrics."""
    path = tmp_path / "new" / "govscrape.prom"
    write(path, "old\n")
    kept = path.open()
    write(path, "new\n")
    with kept:
        assert kept.read() == "old\n"
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [found.name for found in path.parent.iterdir()] == ["govscrape.prom"]


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A folder in the file's place; no draft is left behind."""
    (tmp_path / "m.prom").mkdir()
    with pytest.raises(StoreError, match=r"m\.prom: Is a directory"):
        write(tmp_path / "m.prom", "x\n")
    assert [found.name for found in tmp_path.iterdir()] == ["m.prom"]


def test_ranges_to_be_filled_are_seen_until_they_are_whole() -> None:
    """A dashboard knew of crawls alone: a back-fill could stand still for months."""
    span = Span(since=date(2025, 1, 1), until=date(2025, 1, 10))
    walk = BackFill(listing="n", span=span, wanted=9, missing=2, place=Place(middle=date(2025, 1, 5)), reason="failed")
    fills = (
        Filled(walk=walk, updated_at=NOW),
        Filled(walk=walk.model_copy(update={"reason": GIVEN_UP}), updated_at=NOW),
        Filled(walk=walk, updated_at=NOW, finished_at=NOW),
    )
    lines = render([], NOW, {"b": fills}).splitlines()
    label = '{portal="b",listing="n",since="2025-01-01",until="2025-01-10"}'
    told = [line.partition("govscrape_back_fill_")[2] for line in lines if line.startswith("govscrape_back_fill_")]
    assert told == [
        f"progress_ratio{label} 0.5",
        f"articles{label} 7",
        f"missing{label} 2",
        f"last_run_timestamp_seconds{label} {NOW.timestamp()!r}",
        f"failed{label} 1",
    ]
    assert f'govscrape_portal_last_back_fill_timestamp_seconds{{portal="b"}} {NOW.timestamp()!r}' in lines

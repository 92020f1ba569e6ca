"""The state of the portals for Prometheus' textfile collector."""

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from govscrape.errors import StoreError
from govscrape.models.back_fill import Filled
from govscrape.models.health import Health
from govscrape.schedule.health import is_filling

_Value = Callable[[Health], float | int | None]


def _moment(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


_PER_PORTAL: Sequence[tuple[str, str, _Value]] = (
    ("last_start_timestamp_seconds", "Start of the newest run.", lambda h: _moment(h.history.last_start)),
    ("last_complete_timestamp_seconds", "End of the last whole crawl.", lambda h: _moment(h.history.last_complete)),
    ("last_article_timestamp_seconds", "When the newest article came out.", lambda h: _moment(h.history.last_article)),
    (
        "last_extraction_timestamp_seconds",
        "When an article was last read by the portal's selectors.",
        lambda h: _moment(h.history.last_extraction),
    ),
    ("due_timestamp_seconds", "When the portal may next be visited.", lambda h: _moment(h.due_at)),
    ("articles", "Articles stored.", lambda h: h.history.articles),
    ("articles_7d", "Articles of the last seven days.", lambda h: h.history.week if h.history.articles else None),
    ("usual_articles_7d", "Articles of a usual week.", lambda h: h.usual.per_week if h.usual else None),
    ("runs_partial", "Partial runs among the last ten.", lambda h: h.history.runs_partial),
    ("selector_miss_ratio", "Newest articles read without selectors.", lambda h: h.history.miss_rate),
    ("selector_disagree_ratio", "Newest articles read differently without.", lambda h: h.history.disagree_rate),
    ("alarms", "Alarms that stand.", lambda h: len(h.alarms)),
    ("at_work", "Whether the portal is being crawled.", lambda h: int(h.at_work)),
)


_PER_RANGE: Sequence[tuple[str, str, Callable[[Filled], float | int | None]]] = (
    ("progress_ratio", "How much of the range was walked.", lambda fill: fill.walk.share),
    ("articles", "Articles of the range that are stored, or gone.", lambda fill: fill.walk.wanted - fill.walk.missing),
    ("missing", "Articles of the range that were listed and could not be had.", lambda fill: fill.walk.missing),
    ("last_run_timestamp_seconds", "When it last came further.", lambda fill: _moment(fill.updated_at)),
)
"""Of ranges of days that are neither whole nor given up."""


def render(
    healths: Sequence[Health],
    now: datetime,
    filled: Mapping[str, Sequence[Filled]],
    at_work_since: datetime | None = None,
) -> str:
    """The text format of Prometheus; a value that is not known has no line. ``filled`` are back-fills by portal."""
    lines: list[str] = []
    for name, about, value in _PER_PORTAL:
        samples = [(health.portal, found) for health in healths if (found := value(health)) is not None]
        lines += _metric(f"govscrape_portal_{name}", about, (([("portal", key)], found) for key, found in samples))
    standing = [alarm for health in healths for alarm in health.alarms]
    labels = (([("portal", alarm.portal), ("code", alarm.code)], 1) for alarm in standing)
    lines += _metric("govscrape_portal_alarm", "1 for each alarm that stands.", labels)
    lines += _back_fills(filled, at_work_since)
    lines += _metric("govscrape_written_timestamp_seconds", "When this file was written.", [([], now.timestamp())])
    return "".join(f"{line}\n" for line in lines)


def _back_fills(filled: Mapping[str, Sequence[Filled]], at_work_since: datetime | None) -> Iterable[str]:
    last = ((portal, [fill.finished_at for fill in fills if fill.finished_at]) for portal, fills in filled.items())
    done = (([("portal", portal)], max(moments).timestamp()) for portal, moments in last if moments)
    yield from _metric("govscrape_portal_last_back_fill_timestamp_seconds", "When a range was last filled whole.", done)
    open_ = [(portal, fill) for portal, fills in filled.items() for fill in fills if fill.open]
    for name, about, value in _PER_RANGE:
        samples = ((_range(portal, fill), found) for portal, fill in open_ if (found := value(fill)) is not None)
        yield from _metric(f"govscrape_back_fill_{name}", about, samples)
    failed = (
        (_range(portal, fill), int(not (fill.bounded or is_filling(fill, at_work_since)))) for portal, fill in open_
    )
    yield from _metric("govscrape_back_fill_failed", "Whether the last run of the range failed or broke off.", failed)


def _range(portal: str, fill: Filled) -> Sequence[tuple[str, str]]:
    span = fill.walk.span
    days = [("since", span.since.isoformat()), ("until", span.until.isoformat())]
    return [("portal", portal), ("listing", fill.walk.listing), *days]


def write(path: Path, text: str) -> None:
    """Replaces the file at once, so that a collector never reads half of it. StoreError when that fails."""
    # The collector reads *.prom only, so that the name must end otherwise until the file is whole.
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise StoreError(f"{path}: {error.strerror or error}") from error


def _metric(name: str, about: str, samples: Iterable[tuple[Sequence[tuple[str, str]], float | int]]) -> Iterable[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"{name}{'{' + inside + '}' if inside else ''} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

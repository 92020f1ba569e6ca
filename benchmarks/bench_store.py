"""How many articles a second the database takes, with search, panel, people, bodies and documents kept up to date.

usage: python -m benchmarks.bench_store [--articles N] [--rounds N] [--write PAGE]

The articles are made before the clock starts (make_dataset.py: ten records each, and their texts); they are saved in
transactions of a thousand, as a run over an archive does, into a new file each round. Once more they are saved after
all of them are there, when nothing may change. CPU and wall time of the best round; the log's last copy into the file
is in them. Prints, asserts nothing.
"""

import argparse
import gc
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bench_written import write
from benchmarks.make_dataset import BATCH, groups, made

from govscrape.models.records import Extraction
from govscrape.store import Store

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def save(path: Path, articles: Sequence[Extraction]) -> tuple[float, float]:
    """CPU and wall seconds until all are stored and the file is closed."""
    cpu, wall = time.process_time(), time.perf_counter()
    with Store.open(path) as store, store.batch(BATCH, seconds=600):
        for extraction in articles:
            store.save(extraction, fetched_at=NOW, ruleset_version="made", code_version="made")
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="also put what was printed between the marks of this page")
    options = parser.parse_args()
    articles = list(made(options.articles))
    records = sum(len(group) for found in articles for group in groups(found))
    letters = sum(len(found.article.body) for found in articles)
    gc.freeze()
    new: list[tuple[float, float]] = []
    again: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            path = Path(folder) / f"{number}.db"
            new.append(save(path, articles))
            again.append(save(path, articles))
        size = path.stat().st_size
    count = len(articles)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [
        f"{count:,} articles of {letters / count:,.0f} characters and {records / count:.1f} records, "
        f"{size / count:,.0f} bytes each in the file; SQLite {sqlite3.sqlite_version}, load {load}"
    ]
    for name, rounds in (("new", new), ("the same again", again)):
        cpu, wall = min(cpu for cpu, _ in rounds), min(wall for _, wall in rounds)
        lines.append(f"  {name:15} {count / cpu:6,.0f} articles/s of CPU, {count / wall:6,.0f} by the clock")
    print("\n".join(lines))
    if options.write:
        write(options.write, "store", "\n".join(["```text", *lines, "```"]))


if __name__ == "__main__":
    main()

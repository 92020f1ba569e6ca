"""How long `govscrape --help` and `extract` of one page take, beside a bare interpreter. Prints; asserts nothing."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.bench_pages import portal_pages, sample_pages

ROUNDS = 10


def seconds(*arguments: str) -> tuple[float, float]:
    """The median wall and CPU time of a fresh interpreter with these arguments, after one run that is not counted."""
    walls, cpus = [], []
    for _ in range(ROUNDS + 1):
        begin, before = time.perf_counter(), os.times()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        walls.append(time.perf_counter() - begin)
        after = os.times()
        cpus.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return statistics.median(walls[1:]), statistics.median(cpus[1:])


def main() -> None:
    """Measure and print."""
    page, portal = portal_pages(sample_pages()[:1])[0]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_bytes(page.body)
        lanes = {
            "bare interpreter": ("-c", "pass"),
            "govscrape --help": ("-m", "govscrape", "--help"),
            "govscrape extract, one page": ("-m", "govscrape", "extract", str(file), "--province", portal.province),
        }
        found = {name: seconds(*arguments) for name, arguments in lanes.items()}
    bare = found["bare interpreter"][1]
    for name, (wall, cpu) in found.items():
        print(f"{name:28} {wall * 1000:5.0f} ms, CPU {cpu * 1000:5.0f} ms (x {cpu / bare:.1f})")


if __name__ == "__main__":
    main()

"""More articles, more processes, more machines: whether time and memory stay in proportion.

usage: python -m benchmarks.bench_scale [growth|jobs|dask ...] [--articles N ...] [--rounds N] [--write PAGE]

growth  1,000, 10,000, 100,000 articles through `extract --from jsonl`: CPU time an article, peak memory.
jobs    one process and two, on as many cores: wall time, and the most memory that any process took.
dask    twenty WARC files by one process and by a local dask cluster of two workers: wall and CPU time. What the engine
        costs beside a pool that does nothing else is told by the CPU time that the pieces themselves took.

The articles are the sample portals', repeated. Prints, asserts nothing; the machine's load is told with the figures.
"""

import argparse
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench_pages import portal_pages, sample_pages
from benchmarks.bench_written import write
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from govscrape import demo

MIB = 1024 * 1024
FILES = 20
PROGRAM = (
    "import resource, subprocess, sys;"
    "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    "print(used.ru_utime + used.ru_stime, used.ru_maxrss);"
    "sys.exit(code)"
)


def load() -> str:
    """The load of the machine, to be told with every wall time."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def run(*arguments: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds of all processes, and MiB of the largest of them."""
    command = [sys.executable, "-m", "govscrape", "extract", *arguments]
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", PROGRAM, *command], check=True, capture_output=True, text=True)
    wall = time.perf_counter() - begin
    cpu, memory = done.stdout.split()[-2:]
    return wall, float(cpu), int(memory) * 1024 / MIB


def write_corpus(path: Path, count: int) -> None:
    """So many articles, one a line."""
    texts = [(article.body, article.portal) for article in demo.sample_articles()]
    with path.open("w", encoding="utf-8") as out:
        for number, (text, _) in zip(range(count), itertools.cycle(texts), strict=False):
            out.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")


class Told:
    """Says lines at once and keeps them."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        """Say one line."""
        print(line, flush=True)
        self.lines.append(line)


def growth(say: Told, folder: Path, counts: Sequence[int]) -> None:
    """CPU time and memory for more and more articles."""
    say("growth: extract --from jsonl, one process")
    say(f"  {'articles':>9}{'CPU s':>9}{'ms each':>9}{'MiB':>7}")
    corpus = folder / "corpus.jsonl"
    write_corpus(corpus, 10)
    _, start, _ = run("--from", "jsonl", str(corpus))
    for count in counts:
        write_corpus(corpus, count)
        _, cpu, memory = run("--from", "jsonl", str(corpus))
        say(f"  {count:9,}{cpu:9.1f}{(cpu - start) / count * 1000:9.2f}{memory:7.0f}")


def jobs(say: Told, folder: Path, count: int, rounds: int) -> None:
    """Two processes beside one; start-up is in both."""
    corpus = folder / "corpus.jsonl"
    write_corpus(corpus, count)
    found: dict[int, list[tuple[float, float, float]]] = {1: [], 2: []}
    for _ in range(rounds):
        for number, results in found.items():
            results.append(run("--from", "jsonl", str(corpus), "--jobs", str(number)))
    best = {number: min(results) for number, results in found.items()}
    ratios = [one[0] / two[0] for one, two in zip(found[1], found[2], strict=True)]
    say(f"jobs: {count:,} articles, {os.cpu_count()} cores, load {load()}")
    for number, (wall, cpu, memory) in best.items():
        say(f"  --jobs {number}: {wall:6.1f} s, CPU {cpu:6.1f} s, largest process {memory:4.0f} MiB")
    say(f"  two beside one: best {best[1][0] / best[2][0]:.2f}, in the rounds {min(ratios):.2f} to {max(ratios):.2f}")
    cpu = min(cpu for _, cpu, _ in found[1]) / min(cpu for _, cpu, _ in found[2])
    say(f"  as much as the CPU time allows on two idle cores: {2 * cpu:.2f}")


def write_archives(folder: Path) -> None:
    """Twenty gzipped WARC files of pages as of a portal."""
    pages = portal_pages(sample_pages())
    folder.mkdir()
    for number in range(FILES):
        with (folder / f"{number:02}.warc.gz").open("wb") as out:
            writer = WARCWriter(out, gzip=True)
            for page, _ in pages:
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
                payload, length = io.BytesIO(page.body), len(page.body)
                url = f"https://portal-{number}.example/{page.url.partition('://')[2]}"
                writer.write_record(
                    writer.create_warc_record(url, "response", payload=payload, length=length, http_headers=head)
                )


def by_engine(archives: Path, out: Path, *options: str) -> tuple[float, float, float, dict[str, int]]:
    """Wall and CPU seconds of a whole command, the CPU seconds of its pieces, and the rows it wrote."""
    wall, cpu, _ = run("--from", "warc", f"{archives}/*.warc.gz", "--format", "parquet", "-o", str(out), *options)
    summary = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return wall, cpu, float(summary["cpu_s"]), summary["rows"]


def dask(say: Told, folder: Path, rounds: int) -> None:
    """The same archives by both engines."""
    archives = folder / "archives"
    write_archives(archives)
    lanes: dict[str, tuple[str, ...]] = {"one process": (), "dask, 2 workers": ("--engine", "dask", "--jobs", "2")}
    found: dict[str, list[tuple[float, float, float, dict[str, int]]]] = {name: [] for name in lanes}
    for number in range(rounds):
        for name, options in lanes.items():
            found[name].append(by_engine(archives, folder / f"{len(options)}-{number}", *options))
    say(f"dask: {FILES} WARC files, {rounds} rounds, load {load()}")
    for name, results in found.items():
        wall, cpu, pieces, rows = min(results, key=lambda result: result[0])
        told = f"{wall:6.1f} s, CPU {cpu:6.1f} s, of which the pieces {pieces:6.1f} s"
        say(f"  {name:16} {told}; {sum(rows.values())} rows")
    one, two = (min(results, key=lambda result: result[1]) for results in found.values())
    say(f"  same rows: {'yes' if one[3] == two[3] else 'NO'}")
    say(f"  pieces under dask beside alone: {two[2] / one[2]:.2f}")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["growth", "jobs", "dask", []])
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="also put what was printed between the marks of this page")
    options = parser.parse_args()
    steps: dict[str, Callable[[Told, Path], None]] = {
        "growth": lambda say, folder: growth(say, folder, options.articles),
        "jobs": lambda say, folder: jobs(say, folder, min(options.articles[-1], 4_000), options.rounds),
        "dask": lambda say, folder: dask(say, folder, options.rounds),
    }
    for name, step in steps.items():
        if not options.what or name in options.what:
            say = Told()
            with tempfile.TemporaryDirectory() as folder:
                step(say, Path(folder))
            if options.write:
                write(options.write, name, "\n".join(["```text", *say.lines, "```"]))


if __name__ == "__main__":
    main()

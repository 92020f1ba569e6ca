"""HTML to records beside other ways to read the same pages, in CPU time, as ratios.

usage: python -m benchmarks.bench_speed [--rounds N] [--named N] [--write PAGE]

Pages: the sample portals' articles inside a real portal's furniture (bench_pages.py: 60 to 150 kB), and the same pages
as the sample portals send them. Each contender is a process of its own; in each round each reads all pages, one after
the other, so that whatever else the machine does falls on all alike. A ratio is taken within a round; the median of
the rounds is told, with the smallest and the largest. Both trafilaturas are installed under benchmarks/.cache on first
use. Asserts nothing.
"""

import argparse
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.bench_pages import portal_pages, sample_pages
from benchmarks.bench_written import write

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"
OLD = "trafilatura-2.0.0"
NEW = "trafilatura-newest"
# lxml_html_clean: what trafilatura's own justext needs and does not ask for.
PACKAGES = {OLD: ("trafilatura==2.0.0", "lxml_html_clean"), NEW: ("trafilatura", "lxml_html_clean")}
OURS = "ours"


@dataclass(frozen=True)
class Lane:
    """A contender as it runs: what it is called here, its name in bench_contenders.py, and whose packages it sees."""

    name: str
    contender: str
    packages: str | None = None
    about: str = ""
    target: str = ""


LANES = (
    Lane(OURS, "ours", about="HTML to records"),
    Lane("parse", "ours-parse", about="of which HTML to article"),
    Lane("generic", "ours-generic", about="HTML to records, portal unknown"),
    Lane("floor", "floor", about="selectolax: parse and select only", target=">= 0.15"),
    Lane("trafilatura old", "text", OLD, "trafilatura.extract", ">= 2"),
    Lane("trafilatura new", "text", NEW, "trafilatura.extract", ">= 2"),
    Lane("words", "words", OLD, "trafilatura + word_tokenize", ">= 10"),
    Lane("names", "names", OLD, "trafilatura + ner", ">= 100"),
)


class Runner:
    """One contender's process."""

    def __init__(self, lane: Lane, pages: Path) -> None:
        paths = [str(CACHE / lane.packages)] if lane.packages else []
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")])}
        command = [sys.executable, str(HERE / "bench_contenders.py"), lane.contender, str(pages)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._in, self._out = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        self.versions: dict[str, str] = self._answer()

    def seconds(self, pages: int) -> list[float]:
        """CPU seconds for each of the first ``pages`` pages, 0 for all."""
        print(pages, file=self._in, flush=True)
        return cast("list[float]", self._answer())

    def _answer(self) -> Any:
        line = self._out.readline()
        if not line:
            raise SystemExit(f"a contender ended with code {self._process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """Let the process end."""
        self._in.close()
        self._process.wait()


def prepare() -> None:
    """Installs what is compared with, each version into a folder of its own, once."""
    for name, packages in PACKAGES.items():
        if not (CACHE / name / "trafilatura").is_dir():
            print(f"installing {packages[0]} into {CACHE / name}", file=sys.stderr)
            command = [sys.executable, "-m", "pip", "install", "-qq", "--target", str(CACHE / name), *packages]
            subprocess.run(command, check=True)


def measure(pages: list[Any], rounds: int, named: int) -> tuple[dict[str, list[list[float]]], dict[str, str]]:
    """Per lane and round the CPU seconds of each page, and each lane's versions in words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.pickle"
        file.write_bytes(pickle.dumps(pages))
        runners = {lane.name: Runner(lane, file) for lane in LANES}
        spent: dict[str, list[list[float]]] = {name: [] for name in runners}
        for _ in range(rounds):
            for name, runner in runners.items():
                spent[name].append(runner.seconds(named if name == "names" else 0))
        versions = {name: ", ".join(f"{k} {v}" for k, v in runner.versions.items()) for name, runner in runners.items()}
        for runner in runners.values():
            runner.close()
    return spent, versions


def ratios(spent: dict[str, list[list[float]]], name: str) -> list[float]:
    """In each round, how many times our time this lane needs for the same pages."""
    return [sum(theirs) / sum(ours[: len(theirs)]) for theirs, ours in zip(spent[name], spent[OURS], strict=True)]


def table(title: str, pages: list[Any], spent: dict[str, list[list[float]]], versions: dict[str, str]) -> list[str]:
    """One table as lines of Markdown, which a terminal shows as well."""
    size = sum(len(page.body) for page, _ in pages) / len(pages) / 1000
    about = f"{title}: {len(pages)} pages of {size:.0f} kB on average, {len(spent[OURS])} rounds"
    head = f"| {'':34} | ms a page | pages/s | x ours | spread | wanted | versions |"
    lines = [about, "", head, "|---|---:|---:|---:|---|---|---|"]
    for lane in LANES:
        middle = statistics.median(sum(seconds) / len(seconds) for seconds in spent[lane.name])
        times = sorted(ratios(spent, lane.name))
        spread = f"{times[0]:.2f} to {times[-1]:.2f}"
        lines.append(
            f"| {lane.about:34} | {middle * 1000:9.2f} | {1 / middle:7.0f} | {statistics.median(times):6.2f} | {spread}"
            f" | {lane.target} | {versions[lane.name]} |"
        )
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--named", type=int, default=6, help="pages that the slowest contender reads")
    parser.add_argument("--write", type=Path, help="also put the tables between the marks of this page")
    options = parser.parse_args()
    prepare()
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load}; CPU time"]
    print(lines[0])
    samples = sample_pages()
    for title, pages in (("Pages as of a portal", portal_pages(samples)), ("Sample pages", samples)):
        found = table(title, pages, *measure(pages, options.rounds, options.named))
        print("\n" + "\n".join(found))
        lines += ["", *found]
    if options.write:
        write(options.write, "speed", "\n".join(lines))


if __name__ == "__main__":
    main()

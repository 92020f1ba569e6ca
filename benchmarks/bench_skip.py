"""How fast an archive is gone through whose pages are other hosts': what most of a web crawl is to us.

usage: python -m benchmarks.bench_skip [FOLDER] [--write PAGE]    (default: WARC files of pages as of a portal)

CPU time; MB are those of the gzipped files and of what is in them. Prints, asserts nothing.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.bench_pages import portal_pages, sample_pages
from benchmarks.bench_scale import write_archives
from benchmarks.bench_written import write

from govscrape.archive.ranges import read_range
from govscrape.scale.partition import host_filter

ROUNDS = 5


def seconds(files: list[Path]) -> float:
    """CPU seconds to go through all files and take nothing."""
    begin = time.process_time()
    for path in files:
        with path.open("rb") as stream:
            for _ in read_range(stream, path.name, 0, path.stat().st_size, host_filter(("gov.vn",))):
                raise AssertionError(path)
    return time.process_time() - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--write", type=Path, help="also put what was printed between the marks of this page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.folder:
            files, raw = sorted(options.folder.glob("*.warc.gz")), None
        else:
            write_archives(Path(name) / "archives")
            files = sorted((Path(name) / "archives").iterdir())
            raw = len(files) * sum(len(page.body) for page, _ in portal_pages(sample_pages())) / 1e6
        packed = sum(path.stat().st_size for path in files) / 1e6
        times = sorted(seconds(files) for _ in range(ROUNDS))
    middle = statistics.median(times)
    inside = f", {raw / middle:.0f} MB/s of what is in them" if raw else ""
    lines = [
        f"{len(files)} files, {packed:.0f} MB gzipped: {packed / middle:.0f} MB/s a core{inside}",
        f"slowest of {ROUNDS} rounds {packed / times[-1]:.0f} MB/s, fastest {packed / times[0]:.0f} MB/s",
    ]
    print("\n".join(lines))
    if options.write:
        write(options.write, "skip", "\n".join(["```text", *lines, "```"]))


if __name__ == "__main__":
    main()

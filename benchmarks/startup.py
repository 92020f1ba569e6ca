"""How long `govscrape --help` takes, and how that compares with a bare interpreter. Prints; asserts nothing."""

import statistics
import subprocess
import sys
import time

ROUNDS = 10


def seconds(*arguments: str) -> float:
    """The median wall time of a fresh interpreter with these arguments."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    bare = seconds("-c", "pass")
    helped = seconds("-m", "govscrape", "--help")
    print(f"bare interpreter {bare * 1000:.0f} ms, govscrape --help {helped * 1000:.0f} ms (x {helped / bare:.1f})")


if __name__ == "__main__":
    main()

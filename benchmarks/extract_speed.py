"""Articles a second and peak memory of `govscrape extract --from jsonl`, one process on one core.

usage: python benchmarks/extract_speed.py [ARTICLES] [CASES_DIR]    (default: 1000 from ../shared/cases, repeated)

Prints, asserts nothing. A tenth of the articles is run too: it tells start-up apart, and whether memory grows
with the corpus.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


def write_corpus(target: Path, cases: Path, count: int) -> int:
    """A corpus of ``count`` articles; its size in bytes."""
    texts = []
    for path in sorted(cases.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if "text" in case:
            texts.append((case["text"], case.get("province")))
    with target.open("w", encoding="utf-8") as out:
        for number, (text, province) in enumerate(itertools.islice(itertools.cycle(texts), count)):
            out.write(json.dumps({"id": number, "text": text, "province": province}, ensure_ascii=False) + "\n")
    return target.stat().st_size


def run(corpus: Path) -> tuple[float, float]:
    """Wall seconds and peak memory in MiB of one extraction."""
    program = (
        "import resource, subprocess, sys;"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
        "sys.exit(code)"
    )
    command = [sys.executable, "-m", "govscrape", "extract", "--from", "jsonl", str(corpus), "--format", "jsonl"]
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *command], check=True, capture_output=True, text=True)
    return time.perf_counter() - begin, int(done.stdout) * 1024 / MIB


def main() -> int:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    cases = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT.parent / "shared" / "cases"
    if not cases.is_dir():
        print(f"{cases}: no cases", file=sys.stderr)
        return 1
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.jsonl", Path(folder) / "large.jsonl"
        write_corpus(small, cases, count // 10)
        size = write_corpus(large, cases, count)
        small_s, small_mib = run(small)
        large_s, large_mib = run(large)
    rate = (count - count // 10) / max(large_s - small_s, 1e-9)
    print(
        f"{count} articles of {size / count / 1000:.1f} kB in {large_s:.1f} s; {rate:.0f} articles/s without start-up"
    )
    print(f"peak memory {large_mib:.0f} MiB, x {large_mib / small_mib:.2f} of what a tenth of the corpus takes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

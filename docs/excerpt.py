"""Writes the beginning of what the demo prints into README.md, between its two marks."""

import os
import re
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "README.md"
OPEN, CLOSE = "<!-- demo -->", "<!-- /demo -->"
LINES = 18


def demo() -> str:
    """The first lines of the demo, run into a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "govscrape", "demo", "--port", "0", "--db", str(Path(folder) / "demo.db")],
            env={**os.environ, "COLUMNS": "100"},
            check=True,
            capture_output=True,
            text=True,
        )
    shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8763", done.stdout)  # the port that the demo takes by default
    return "\n".join(["```text", *(line.rstrip() for line in islice(shown.splitlines(), LINES)), "  …", "```"])


def main() -> int:
    """Run and rewrite; exit code 1 where README.md has not one of each mark."""
    text = PAGE.read_text(encoding="utf-8")
    if text.count(OPEN) != 1 or text.count(CLOSE) != 1:
        print(f"README.md: expected one {OPEN} and one {CLOSE}", file=sys.stderr)
        return 1
    before, rest = text.split(OPEN)
    PAGE.write_text(f"{before}{OPEN}\n{demo()}\n{CLOSE}{rest.split(CLOSE)[1]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

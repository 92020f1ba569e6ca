"""Writes into README.md what only a run can tell: the accuracy table and an excerpt of the demo.

usage: python benchmarks/readme.py [SHARED_DIR]    (default: ../shared beside the project; holds score.py and cases/)
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "README.md"
EXCERPT_LINES = 18
NAMES = {
    "index": "index results found",
    "index_slots": "their figures (score, rank, change, year …)",
    "official": "officials found",
    "official_named": "officials with a name",
    "slot:title": "their titles",
    "slot:role": "their role",
    "directive": "directives found",
    "slot:addressee": "their addressees",
    "slot:deadline": "their deadlines",
    "slot:issuer": "their issuer",
    "legal_ref": "legal references",
}


def measure(shared: Path) -> dict[str, dict[str, Any]]:
    """Runs the scorer on all cases; precision, recall, F1 and the number of gold records for each measure."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        subprocess.run(
            [sys.executable, str(shared / "score.py"), str(shared / "cases"), "--json", str(out)],
            env={**os.environ, "GOVSCRAPE": f"{sys.executable} -m govscrape"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        scores: dict[str, dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return scores


def table(scores: dict[str, dict[str, Any]], cases: int) -> str:
    """The Markdown table."""
    rows = ["| measure | precision | recall | F1 | gold |", "|---|---:|---:|---:|---:|"]
    rows += [
        f"| {label} | {scores[key]['p']:.3f} | {scores[key]['r']:.3f} | {scores[key]['f1']:.3f} | {scores[key]['n']} |"
        for key, label in NAMES.items()
        if key in scores
    ]
    return "\n".join([*rows, "", f"{cases} annotated cases; the rules were written with these cases in view."])


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
    lines = islice(shown.splitlines(), EXCERPT_LINES)
    return "\n".join(["```text", *(line.rstrip() for line in lines), "  …", "```"])


def rewrite(text: str, mark: str, content: str) -> str:
    """``text`` with what stands between the two marks replaced. Raises ValueError where they are not."""
    first, last = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    if text.count(first) != 1 or text.count(last) != 1:
        raise ValueError(f"README.md: expected one {first} and one {last}")
    before, rest = text.split(first)
    return f"{before}{first}\n{content}\n{last}{rest.split(last)[1]}"


def main() -> int:
    """Run, rewrite, tell; exit code 1 when there are no cases."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    if not (shared / "score.py").is_file():
        print(f"{shared}: no score.py; give the folder that holds score.py and cases/", file=sys.stderr)
        return 1
    result = table(measure(shared), len(list((shared / "cases").glob("*.json"))))
    text = rewrite(PAGE.read_text(encoding="utf-8"), "accuracy", result)
    PAGE.write_text(rewrite(text, "demo", demo()), encoding="utf-8")
    print(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())

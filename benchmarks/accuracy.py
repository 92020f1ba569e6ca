"""Measures extraction against annotated cases and rewrites the table between the accuracy marks of README.md.

usage: python benchmarks/accuracy.py [SHARED_DIR]    (default: ../shared beside the project; holds score.py and cases/)
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OPEN, CLOSE = "<!-- accuracy -->", "<!-- /accuracy -->"
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
    command = f"{sys.executable} -m govscrape"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        subprocess.run(
            [sys.executable, str(shared / "score.py"), str(shared / "cases"), "--json", str(out)],
            env={**os.environ, "GOVSCRAPE": command},
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


def main() -> int:
    """Measure, rewrite, tell; exit code 1 when there are no cases or no marks."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    if not (shared / "score.py").is_file():
        print(f"{shared}: no score.py; give the folder that holds score.py and cases/", file=sys.stderr)
        return 1
    page = ROOT / "README.md"
    text = page.read_text(encoding="utf-8")
    if text.count(OPEN) != 1 or text.count(CLOSE) != 1:
        print(f"README.md: expected one {OPEN} and one {CLOSE}", file=sys.stderr)
        return 1
    result = table(measure(shared), len(list((shared / "cases").glob("*.json"))))
    before, rest = text.split(OPEN)
    page.write_text(f"{before}{OPEN}\n{result}\n{CLOSE}{rest.split(CLOSE)[1]}", encoding="utf-8")
    print(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Puts what a bench printed between the marks ``<!-- name -->`` and ``<!-- /name -->`` of a page, so none is copied."""

import re
from pathlib import Path


def write(page: Path, name: str, text: str) -> None:
    """Replaces what stands between the marks. SystemExit names the page that has no such marks."""
    found = page.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marks.search(found):
        raise SystemExit(f"{page}: no marks <!-- {name} -->")
    page.write_text(marks.sub(lambda match: match[1] + text.rstrip() + "\n" + match[2], found), encoding="utf-8")

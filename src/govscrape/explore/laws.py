"""What a legal document is called, and the sentence in which an article cites it."""

import re
from typing import Any

from govscrape.dataset import bodies

Row = dict[str, Any]

_STOP = re.compile(r"[.!?…]+[”\"')]*\s+|\n+")


def name_of(law: Row) -> str:
    """What a document is called on its page: kind and number, or its title."""
    kind = law["kind"][:1].upper() + law["kind"][1:]
    return f"{kind} {law['number']}" if law["number"] else law["title"] or kind


def sentence(row: Row) -> tuple[str, str, str]:
    """The sentence with the words of a citation: before them, they themselves, behind them."""
    words, start = row["words"] or "", row["from"]
    end = start + row["length"]
    if words[start:end] != row["evidence"]:
        return "", row["evidence"], ""
    stops = [found for found in _STOP.finditer(words) if _ends_sentence(words, found)]
    first = max((found.end() for found in stops if found.end() <= start), default=0)
    last = min((found.end() for found in stops if found.start() >= end), default=len(words))
    before, behind = words[first:start].lstrip(), words[end:last].rstrip()
    if first == 0 and start >= bodies.AROUND:
        before = f"… {before.partition(' ')[2]}"
    if last == len(words) and last - end >= bodies.AROUND:
        behind = f"{behind.rpartition(' ')[0]} …"
    return before, words[start:end], behind


def _ends_sentence(words: str, stop: re.Match[str]) -> bool:
    return "\n" in stop[0] or not words[stop.end() : stop.end() + 1].islower()

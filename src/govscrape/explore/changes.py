"""What changed between two versions of a text: paragraphs with the words taken out and put in."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

TEXT_MAX = 100_000
PARAGRAPHS_MAX = 400
_PARTS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """A stretch of a paragraph: ``kind`` is same, taken or put."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[tuple[Change, ...]] | None:
    """The paragraphs that differ, each as its stretches; None where the texts are too long to be compared."""
    old, new = _paragraphs(before), _paragraphs(after)
    if max(len(before), len(after)) > TEXT_MAX or max(len(old), len(new)) > PARAGRAPHS_MAX:
        return None
    found: list[tuple[Change, ...]] = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += _blocks(old[first:last], new[start:end])
    return found


def _paragraphs(text: str) -> list[str]:
    return [line for line in (" ".join(part.split()) for part in text.split("\n")) if line]


def _blocks(old: list[str], new: list[str]) -> list[tuple[Change, ...]]:
    if len(old) == len(new):
        return [_words(*pair) for pair in zip(old, new, strict=True)]
    return [*((Change("taken", text),) for text in old), *((Change("put", text),) for text in new)]


def _words(old: str, new: str) -> tuple[Change, ...]:
    a, b = _PARTS.findall(old), _PARTS.findall(new)
    found: list[Change] = []
    for tag, first, last, start, end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Change("same", "".join(a[first:last])))
            continue
        if first < last:
            found.append(Change("taken", "".join(a[first:last])))
        if start < end:
            found.append(Change("put", "".join(b[start:end])))
    return tuple(found)

"""Officials, directives and legal references against gold.

The rules of this module are those of docs/annotation.md, "What is counted".
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from govscrape.evaluate.pairing import Pairing, overlap, pair, pair_best
from govscrape.evaluate.sheet import Outcome, Record, Sheet
from govscrape.evaluate.wording import Wording, fold

_TITLE = 0.8
_UNIT = 0.6
_TASK = 0.6
_OTHER = 0.5
_PARTLY = 0.3  # of the words: enough for an answer to be about the same thing


def options(gold: Record, slot: str) -> list[Any]:
    """The gold value of a slot, then what else is right there."""
    return [gold.get(slot), *(gold.get("also") or {}).get(slot, [])]


def title_likeness(wanted: object, given: object, words: Wording, acting: str | None = None) -> float:
    """How alike two titles are; 0 when one is former, acting or deputy and the other is not.

    One that goes on where the other ends ("chair of the committee", "chair of the committee of the province") is right.
    """
    one, other = words.office(wanted), words.office(given)
    if not one or not other or (words.grade(one) ^ words.grade(other)) - {fold(acting)}:
        return 0.0
    same = overlap(one, other)
    longer = (" " in one and other.startswith(f"{one} ")) or (" " in other and one.startswith(f"{other} "))
    return max(same, _TITLE) if longer else same


def _result(golds: Sequence[Record], pairing: Pairing) -> list[int]:
    """The gold records that were missed and had to be found."""
    return [i for i in pairing.missed if not golds[i].get("optional")]


def _book(
    kind: str, lists: tuple[Sequence[Record], Sequence[Record]], pairing: Pairing, wrong: dict[int, int], sheet: Sheet
) -> None:
    golds, founds = lists
    right = [Outcome(kind, "right", golds[i], founds[j], wrong.get(i, 0)) for i, j in pairing.pairs]
    missed = [golds[i] for i in _result(golds, pairing)]
    sheet.records(kind, right, missed, [founds[j] for j in pairing.spurious])


def score_officials(golds: Sequence[Record], founds: Sequence[Record], words: Wording, sheet: Sheet) -> None:
    """People by name, unnamed offices by title; then their titles and role."""

    def alike(gold: Record, found: Record) -> float:
        if gold.get("name"):
            return float(fold(gold["name"]) == fold(found.get("name")))
        if found.get("name"):
            return 0.0
        wanted = words.office(" ".join(gold["titles"]))
        titles = [" ".join(found.get("titles", [])), *found.get("titles", [])]
        return max(overlap(wanted, words.office(title)) for title in titles)

    pairing = pair(golds, founds, alike, _OTHER)
    sheet.counts["official_named"].add(
        sum(bool(golds[i].get("name")) for i, _ in pairing.pairs),
        sum(bool(founds[j].get("name")) for j in pairing.spurious),
        sum(bool(golds[i].get("name")) for i in _result(golds, pairing)),
    )
    wrong = {
        i: _titles(golds[i], founds[j], words, sheet) + _role(golds[i], founds[j], sheet)
        for i, j in pairing.pairs
        if not golds[i].get("optional")
    }
    _book("official", (golds, founds), pairing, wrong, sheet)


def _titles(gold: Record, found: Record, words: Wording, sheet: Sheet) -> int:
    given = found.get("titles", [])
    choices = [choice or [] for choice in options(gold, "titles")]
    best = pair_best(choices, given, lambda x, y: title_likeness(x, y, words, found.get("acting")), _TITLE)
    sheet.counts["slot:title"].add(
        len(best.pairs), len(best.spurious), len(best.missed), _near(choices, given, best, words)
    )
    if not best.missed and not best.spurious:
        return 0
    sheet.slot("official", "titles", (gold, found), (gold.get("titles"), given))
    return 1


def _near(choices: list[list[str]], given: list[str], strict: Pairing, words: Wording) -> int:
    """How many of the entries left alone are the right one in part."""
    if not strict.missed or not strict.spurious:
        return 0
    loose = pair_best(choices, given, lambda x, y: overlap(words.office(x), words.office(y)), _PARTLY)
    return min(max(0, len(loose.pairs) - len(strict.pairs)), len(strict.missed), len(strict.spurious))


def _role(gold: Record, found: Record, sheet: Sheet) -> int:
    if not gold.get("role_in_event"):
        return 0
    holds = found.get("role") in options(gold, "role_in_event")
    sheet.counts["slot:role"].add(int(holds), int(not holds), int(not holds))
    if holds:
        return 0
    sheet.slot("official", "role", (gold, found), (gold["role_in_event"], found.get("role")))
    return 1


def task_likeness(gold: Record, found: Record, words: Wording) -> float:
    """Words shared by two tasks; a deadline, or who leads and who helps, may lie inside or outside."""
    deadlines = [_nfc(r["deadline_text"]) for r in (gold, found) if r.get("deadline_text")]

    def forms(task: str | None) -> list[str]:
        text = _nfc(task or "")
        return [text, *(text.replace(deadline, " ") for deadline in deadlines)]

    def likeness(one: str, other: str) -> float:
        first, second = fold(one), fold(other)
        lead = any(
            short and long.endswith(f" {short}") and words.task_leads.match(long)
            for long, short in ((first, second), (second, first))
        )
        return max(overlap(one, other), 0.9 if lead else 0.0)

    given = forms(found.get("action"))
    return max(likeness(x, y) for task in options(gold, "action") for x in forms(task) for y in given)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def score_directives(golds: Sequence[Record], founds: Sequence[Record], words: Wording, sheet: Sheet) -> None:
    """Tasks by their words; then addressees, deadline and issuer."""
    pairing = pair(golds, founds, lambda g, p: task_likeness(g, p, words), _TASK)
    wrong = {
        i: _addressees(golds[i], founds[j], words, sheet)
        + _deadline(golds[i], founds[j], sheet)
        + _issuer(golds[i], founds[j], words, sheet)
        for i, j in pairing.pairs
        if not golds[i].get("optional")
    }
    _book("directive", (golds, founds), pairing, wrong, sheet)


def _addressees(gold: Record, found: Record, words: Wording, sheet: Sheet) -> int:
    given = found.get("addressees") or []
    choices = [choice or [] for choice in options(gold, "addressees")]
    best = pair_best(choices, given, lambda x, y: overlap(words.office(x), words.office(y)), _UNIT)
    sheet.counts["slot:addressee"].add(
        len(best.pairs), len(best.spurious), len(best.missed), _near(choices, given, best, words)
    )
    if not best.missed and not best.spurious:
        return 0
    sheet.slot("directive", "addressees", (gold, found), (gold.get("addressees"), given))
    return 1


def _deadline(gold: Record, found: Record, sheet: Sheet) -> int:
    wanted, given = gold.get("deadline_iso"), found.get("deadline")
    if not wanted and not given:
        return 0
    holds = (given or None) in options(gold, "deadline_iso")
    sheet.counts["slot:deadline"].add(int(holds), int(not holds and bool(given)), int(not holds and bool(wanted)))
    if holds:
        return 0
    sheet.slot("directive", "deadline", (gold, found), (wanted, given))
    return 1


def _issuer(gold: Record, found: Record, words: Wording, sheet: Sheet) -> int:
    written = gold.get("issuer_name") or gold.get("issuer_title")
    if not fold(written):
        return 0
    name, title = found.get("issuer_name"), found.get("issuer_title")
    wanted = [written, *options(gold, "issuer")[1:]]
    holds = any(
        fold(one) in (fold(name), fold(title)) or title_likeness(one, title, words) >= _TITLE for one in wanted if one
    ) or (None in wanted and not name and not title)
    near = not holds and any(overlap(one, other) >= _PARTLY for one in wanted if one for other in (name, title))
    sheet.counts["slot:issuer"].add(int(holds), int(not holds), int(not holds), int(near))
    if holds:
        return 0
    sheet.slot("directive", "issuer", (gold, found), (written, name or title))
    return 1


def score_legal_refs(golds: Sequence[Record], founds: Sequence[Record], sheet: Sheet) -> None:
    """Documents by number; those without one by their title or the words that name them."""

    def alike(gold: Record, found: Record) -> float:
        if gold.get("number"):
            return float(fold(gold["number"]) == fold(found.get("number")))
        said = (found.get("evidence") or {}).get("text")
        return max(
            overlap(gold.get("evidence"), said),
            overlap(gold.get("title"), found.get("title")),
            overlap(gold.get("evidence"), found.get("title")),
        )

    _book("legal_ref", (golds, founds), pair(golds, founds, alike, _OTHER), {}, sheet)

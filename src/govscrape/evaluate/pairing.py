"""Which found record answers which gold record: one to one, the most alike first."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from govscrape.evaluate.wording import fold

G = TypeVar("G")
P = TypeVar("P")


class Pairing(NamedTuple):
    """Places in the two lists: the pairs, the gold left alone, the found left alone."""

    pairs: list[tuple[int, int]]
    missed: list[int]
    spurious: list[int]


def pair(gold: Sequence[G], found: Sequence[P], alike: Callable[[G, P], float], least: float) -> Pairing:
    """Pairs by falling likeness, none below ``least``; ties go to the earlier gold, then the earlier found record."""
    candidates = sorted(
        ((alike(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(found)), key=lambda c: -c[0]
    )
    pairs: list[tuple[int, int]] = []
    golds, founds = set(range(len(gold))), set(range(len(found)))
    for likeness, i, j in candidates:
        if likeness >= least and i in golds and j in founds:
            golds.remove(i)
            founds.remove(j)
            pairs.append((i, j))
    return Pairing(pairs, sorted(golds), sorted(founds))


def pair_best(
    choices: Sequence[Sequence[G]], found: Sequence[P], alike: Callable[[G, P], float], least: float
) -> Pairing:
    """The pairing with that of several right lists which leaves least alone."""
    tries = [pair(choice, found, alike, least) for choice in choices]
    return min(tries, key=lambda t: len(t.missed) + len(t.spurious))


def overlap(one: object, other: object) -> float:
    """F1 of the words that two texts share, 0 to 1; 0 when one is empty."""
    first, rest = fold(one).split(), fold(other).split()
    if not first or not rest:
        return 0.0
    total, shared = len(first) + len(rest), 0
    for word in first:
        if word in rest:
            rest.remove(word)
            shared += 1
    return 2 * shared / total

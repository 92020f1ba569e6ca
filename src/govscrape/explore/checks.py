"""The page that holds claims against published results, and shows what was published and nobody told."""

from collections import Counter
from typing import Any

from govscrape import dataset
from govscrape.explore.addresses import Address
from govscrape.explore.book import Book, Page
from govscrape.explore.words import Words

Row = dict[str, Any]

VERDICTS = ("differs", "unpublished", "rounds", "agrees")
STATES = ("reported", "told_elsewhere", "silent", "not_covered")
ROWS_MAX = 200


def reconcile(book: Book, _address: Address, words: Words) -> Page:
    """Each verdict with its claims, and the map of silence."""
    claims: dataset.Verdicts = book.kept("claims", lambda: dataset.verdicts(book.db, ROWS_MAX))
    states: list[Row] = book.kept("states", lambda: _with_eras(book, dataset.silence(book.db)))
    silent: dict[str, Counter[str]] = {}
    for row in states:
        silent.setdefault(row["index"], Counter())[row["state"]] += 1
    return Page(
        "reconcile.html",
        words("reconcile.title"),
        {
            "verdicts": VERDICTS,
            "states": STATES,
            "totals": {verdict: sum(found[verdict] for found in claims.counts.values()) for verdict in VERDICTS},
            "rows": {verdict: book.with_articles(claims.rows.get(verdict, [])) for verdict in VERDICTS},
            "most": ROWS_MAX,
            "counts": sorted(claims.counts.items()),
            "silent_counts": sorted(silent.items()),
            "silent_totals": Counter(row["state"] for row in states),
            "silent": [row for row in states if row["state"] in ("silent", "told_elsewhere")][:ROWS_MAX],
            "map": {
                "kind": "tiles",
                "grids": book.grids,
                "states": {state: words(f"state.{state}") for state in STATES},
                "rows": [
                    {
                        "name": row["province"],
                        "era": row["era"],
                        "index": row["index"],
                        "year": row["year"],
                        "state": row["state"],
                    }
                    for row in states
                ],
                "labels": {"value": words("reconcile.state")},
            },
        },
    )


def _with_eras(book: Book, rows: list[Row]) -> list[Row]:
    """The rows, each with the era that its published result is of; both come in the same order."""
    eras: dict[tuple[str, int, str], list[int]] = {}
    for result in book.truth.results:
        if result.level == "province" and result.component is None:
            eras.setdefault((result.index, result.year, result.subject), []).append(result.era)
    found = []
    for row in rows:
        left = eras[row["index"], row["year"], row["province"]]
        era = left.pop(0) if len(left) > 1 else left[0]
        found.append(row | {"era": era, "province": book.name_in(row["province"], era)})
    return found

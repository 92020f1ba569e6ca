"""An index result's figures as people read them: score, rank and change in a cell each."""

from typing import Any

from govscrape.cli.output import Row

_BOUNDS = {"min": "≥ ", "max": "≤ ", "approx": "~ "}


def figures(result: Row) -> dict[str, Any]:
    """The cells ``score``, ``rank`` and ``change`` of a result with the records' fields.

    A rank has its scope beside it: the third of a region's five is not the third of the country.
    """
    score = None
    if result["score"] is not None:
        score = f"{_BOUNDS.get(result.get('score_bound') or '', '')}{result['score']:g}"
    rank = result["rank"]
    return {
        "score": _of(score, result["score_max"], result["unit"]),
        "rank": result["rank_group"] if rank is None else _of(rank, result["rank_of"], result.get("rank_scope")),
        "change": _change(result),
    }


def _of(value: object, total: object, note: object) -> str | None:
    if value is None:
        return None
    whole = f"{value}/{total:g}" if isinstance(total, int | float) else str(value)
    return f"{whole} {note}" if note else whole


def _change(result: Row) -> str:
    parts = []
    if result.get("score_delta") is not None:
        parts.append(f"score {result['score_delta']:+g}")
    if result.get("rank_delta") is not None:
        parts.append(f"rank {result['rank_delta']:+d}" if result["rank_delta"] else "rank kept")
    return "\n".join(parts)

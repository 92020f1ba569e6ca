"""What a database holds, for a user whose question found nothing."""

from dataclasses import dataclass
from pathlib import Path

from govscrape.store import explained, open_readonly

_COUNTED = ("articles", "index_results", "officials", "directives", "legal_refs", "issues")


@dataclass(frozen=True)
class Overview:
    """Rows by table, results by index code, articles by province, and the first and last year measured."""

    rows: dict[str, int]
    indices: dict[str, int]
    provinces: dict[str, int]
    years: tuple[int, int] | None


def overview(path: str | Path) -> Overview:
    """What the database holds; ``indices`` and ``years`` are of visible versions. Raises StoreError as a query does."""
    file = Path(path)
    db = open_readonly(file)
    try:
        with explained(file):
            rows = {table: db.table(table).count for table in _COUNTED}
            visible = "index_results AS r JOIN current_articles AS a ON a.version_id = r.version_id"
            first, last = db.conn.execute(f"SELECT min(r.year), max(r.year) FROM {visible}").fetchone()  # noqa: S608 (no input)
            by_index = f'SELECT r."index", count(*) FROM {visible} GROUP BY 1 ORDER BY 1'  # noqa: S608 (no input)
            by_province = "SELECT province, count(*) FROM articles WHERE province IS NOT NULL GROUP BY 1 ORDER BY 1"
            return Overview(
                rows=rows,
                indices=dict(db.conn.execute(by_index).fetchall()),
                provinces=dict(db.conn.execute(by_province).fetchall()),
                years=None if first is None else (first, last),
            )
    finally:
        db.close()

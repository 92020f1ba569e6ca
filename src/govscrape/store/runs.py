"""What every crawl of a portal did: its counts, whether it saw all it should, and each listing's certificate."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from govscrape.errors import StoreError
from govscrape.store import connection, rows


class Certificate(NamedTuple):
    """How a listing was walked. ``overlap``: known items met at its end; ``closed``: no hole is possible.

    ``reason`` says why the walk ended or why it is open, ``expected`` how many items the listing says it has.
    """

    pages: int
    items: int
    overlap: int
    closed: bool
    reason: str | None = None
    expected: int | None = None


class Runs:
    """The runs of a database; a run that is still ``running`` after its process died was killed."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db

    def start_run(self, portal: str, *, started_at: datetime) -> int:
        """Notes that a crawl of ``portal`` begins; gives the run's id."""
        row = {"portal": portal, "started_at": rows.utc(started_at), "status": "running", "counts": "{}"}
        with connection.explained(self.path), connection.immediate(self.db):
            return rows.insert(self.db, "runs", row)

    def finish_run(
        self,
        run_id: int,
        *,
        finished_at: datetime,
        counts: Mapping[str, int],
        partial: bool,
        certificates: Mapping[str, Certificate] | None = None,
        reason: str | None = None,
    ) -> None:
        """Closes a run. ``certificates`` are by listing id; ``reason`` says why a run is partial.

        Raises StoreError on an unknown id.
        """
        row = {
            "finished_at": rows.utc(finished_at),
            "status": "partial" if partial else "complete",
            "reason": reason,
            "counts": json.dumps(dict(counts), sort_keys=True),
        }
        with connection.explained(self.path), connection.immediate(self.db):
            if self.db.conn.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is None:
                raise StoreError(f"{self.path}: no run {run_id}")
            rows.update(self.db, "runs", run_id, row)
            self.db.conn.execute("DELETE FROM run_listings WHERE run_id = ?", (run_id,))
            for listing, certificate in (certificates or {}).items():
                cells = {**certificate._asdict(), "closed": int(certificate.closed)}
                rows.insert(self.db, "run_listings", {"run_id": run_id, "listing": listing, **cells})

"""How writes become transactions: each its own, or many in one. What is kept beside the records is computed in them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlite_utils import Database

from govscrape.store.connection import immediate
from govscrape.store.facts import Stale

Result = TypeVar("Result")


@dataclass
class _Batch:
    """How many writes share a transaction, how long at most, and those of the open one."""

    size: int
    seconds: float
    writes: list[Callable[[], object]] = field(default_factory=list)
    begun: float = 0.0

    def is_full(self) -> bool:
        return len(self.writes) >= self.size or time.monotonic() - self.begun >= self.seconds


class Transactions:
    """The transactions of one connection. ``stale`` is noted by writes and refreshed before each commit."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.stale = Stale()
        self._batch: _Batch | None = None

    def run(self, write: Callable[[], Result]) -> Result:
        """What ``write`` returns, with all or nothing of what it wrote; in a batch it may be asked again."""
        if self._batch is None:
            with immediate(self.db):
                result = write()
                self.stale.refresh(self.db)
            return result
        return self._in_batch(self._batch, write)

    @contextmanager
    def batch(self, size: int, seconds: float) -> Iterator[None]:
        """Writes of the block share transactions. Raises ValueError inside another batch or for a size below 1."""
        if size < 1 or self._batch:
            raise ValueError(f"a batch of {size}, or one inside another")
        self._batch = _Batch(size, seconds)
        try:
            yield
        finally:
            self._batch = None
            self._commit()

    def _in_batch(self, batch: _Batch, write: Callable[[], Result]) -> Result:
        if not self.db.conn.in_transaction:
            self.db.conn.execute("BEGIN IMMEDIATE")
            batch.writes, batch.begun = [], time.monotonic()
        try:
            result = write()
        except BaseException:
            self._again(batch.writes)
            raise
        batch.writes.append(write)
        if batch.is_full():
            self._commit()
        return result

    def _again(self, writes: list[Callable[[], object]]) -> None:
        # No savepoints: at each the full-text search writes out all that it has, which halves the speed.
        self._undo()
        if writes:
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                for write in writes:
                    write()
            except BaseException:
                self._undo()
                raise
            self._commit()

    def _commit(self) -> None:
        if not self.db.conn.in_transaction:
            return
        try:
            self.stale.refresh(self.db)
            self.db.conn.execute("COMMIT")
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        self.stale = Stale()
        # A full disk may have undone everything already.
        if self.db.conn.in_transaction:
            self.db.conn.execute("ROLLBACK")

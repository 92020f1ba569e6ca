"""How writes become transactions: each its own, or many in one. What is kept beside the records is computed in them."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlite_utils import Database

from govscrape.errors import told
from govscrape.store.connection import immediate
from govscrape.store.facts import Stale
from govscrape.store.incoming import Incoming

Result = TypeVar("Result")


class _Write(NamedTuple, Generic[Result]):
    """A write, and what it is about."""

    act: Callable[[], Result]
    about: str | None


@dataclass
class _Batch:
    """How many writes share a transaction, how long at most, those of the open one, and what no caller was told yet."""

    size: int
    seconds: float
    writes: list[_Write[Any]] = field(default_factory=list)
    begun: float = 0.0
    refused: list[sqlite3.IntegrityError] = field(default_factory=list)

    def is_full(self) -> bool:
        return len(self.writes) >= self.size or time.monotonic() - self.begun >= self.seconds


class Transactions:
    """The transactions of one connection.

    ``incoming`` takes new articles, ``stale`` is noted by writes; both are seen to before each commit.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.stale = Stale()
        self.incoming = Incoming(db)
        self._batch: _Batch | None = None

    def run(self, write: Callable[[], Result]) -> Result:
        """What ``write`` returns, with all or nothing of what it wrote; in a batch it may be asked again.

        It finds in the tables all that came before it.
        """

        def settled() -> Result:
            self.settle()
            return write()

        return self.add(settled, None)

    def add(self, write: Callable[[], Result], about: str | None) -> Result:
        """The same for a write that looks to ``incoming``; errors of SQLite name ``about`` beside their reason."""
        if self._batch is None:
            return self._alone(write, about)
        return self._in_batch(self._batch, _Write(write, about))

    @contextmanager
    def batch(self, size: int, seconds: float) -> Iterator[None]:
        """Writes of the block share transactions. Raises ValueError inside another batch or for a size below 1.

        A row that a table refuses only when its writer has gone on takes its own article with it, and no other; all
        such are told in one IntegrityError at the end, or in notes of the block's own error.
        """
        if size < 1 or self._batch:
            raise ValueError(f"a batch of {size}, or one inside another")
        self._batch = batch = _Batch(size, seconds)
        try:
            yield
        except BaseException as error:
            self._end(batch)
            for refused in batch.refused:
                error.add_note(told(refused))
            raise
        self._end(batch)
        if batch.refused:
            raise sqlite3.IntegrityError("; ".join(map(told, batch.refused)))

    def settle(self) -> None:
        """Puts new articles into their tables, for whoever reads or changes these inside the open transaction."""
        self.incoming.write(self.stale)

    def _end(self, batch: _Batch) -> None:
        self._batch = None
        self._commit(batch, None, None)

    def _alone(self, write: Callable[[], Result], about: str | None) -> Result:
        try:
            with immediate(self.db):
                result = write()
                self._finish()
            return result
        except BaseException as error:
            self._forget()
            if about:
                error.add_note(about)
            raise

    def _in_batch(self, batch: _Batch, write: _Write[Result]) -> Result:
        if not self.db.conn.in_transaction:
            self.db.conn.execute("BEGIN IMMEDIATE")
            batch.writes, batch.begun = [], time.monotonic()
        try:
            result = write.act()
        except sqlite3.IntegrityError:
            # It may be the row of an article before that is written only now.
            self._undo()
            return cast("Result", self._one_by_one(batch, write))
        except BaseException:
            self._again(batch)
            raise
        batch.writes.append(write)
        return self._commit(batch, write, result) if batch.is_full() else result

    def _again(self, batch: _Batch) -> None:
        # No savepoints: at each the full-text search writes out all that it has, which halves the speed.
        self._undo()
        if batch.writes:
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                for write in batch.writes:
                    write.act()
            except BaseException:
                self._undo()
                raise
            self._commit(batch, None, None)

    def _commit(self, batch: _Batch, own: _Write[Result] | None, result: Result) -> Result:
        """``result``, or what the caller's ``own`` write returns when all had to be done again."""
        if not self.db.conn.in_transaction:
            return result
        try:
            self._finish()
            self.db.conn.execute("COMMIT")
        except sqlite3.IntegrityError:
            self._undo()
            return cast("Result", self._one_by_one(batch, own))
        except BaseException:
            self._undo()
            raise
        return result

    def _one_by_one(self, batch: _Batch, own: _Write[Result] | None) -> Any:
        """What ``own``, the last, returns or raises. What else is refused waits for the end of the block."""
        for write in batch.writes:
            if write is not own:
                try:
                    self._alone(write.act, write.about)
                except sqlite3.IntegrityError as error:
                    batch.refused.append(error)
        return None if own is None else self._alone(own.act, own.about)

    def _finish(self) -> None:
        self.settle()
        self.stale.refresh(self.db)

    def _undo(self) -> None:
        self._forget()
        # A full disk may have undone everything already.
        if self.db.conn.in_transaction:
            self.db.conn.execute("ROLLBACK")

    def _forget(self) -> None:
        self.stale = Stale()
        self.incoming.forget()

"""One run at a time for each database: a lock that the kernel lets go of when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from govscrape.errors import Busy, StoreError


def lock_file(db: Path) -> Path:
    """Where the lock of a database lies. The file stays; only a held lock means anything."""
    return db.with_name(db.name + ".lock")


@contextmanager
def held(db: Path) -> Iterator[None]:
    """Holds the lock while the block runs. Busy at once when another process has it; StoreError: no such folder."""
    path = lock_file(db)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read(20).decode("ascii", "replace").strip()
            raise Busy(f"{path}: another run is at work (process {holder or 'unknown'}); nothing was done") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
        file.flush()
        yield


def held_since(db: Path) -> datetime | None:
    """Since when a run is at work on a database, None when none is; looking leaves no file behind."""
    try:
        file = lock_file(db).open("rb")
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            # Whoever takes the lock writes its process into the file, and nobody writes it after that.
            return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    return None

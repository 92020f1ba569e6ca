"""govscrape: governance indices, officials and directives from Vietnam's provincial portals, each with its evidence."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from govscrape.dataset.session import Dataset

__version__ = "0.1.0"


def open(path: "str | Path | None" = None) -> "Dataset":
    """A database to ask in Python: that at ``path``, else what ``GOVSCRAPE_DB`` names, else db/govscrape.db.

    Raises StoreError, when asked, on an unusable database, and InputError on a wrong setting.
    """
    from govscrape.dataset.session import Dataset  # noqa: PLC0415 - the command line must start without it

    return Dataset(path)

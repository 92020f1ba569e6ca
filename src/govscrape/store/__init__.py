"""The database of articles and records: the one door to sqlite-utils. See db/README.md for the tables."""

from govscrape.store.runs import Certificate
from govscrape.store.writer import SaveOutcome, Store, StoredPage, open_readonly

__all__ = ["Certificate", "SaveOutcome", "Store", "StoredPage", "open_readonly"]

"""The database of articles and records: the one door to sqlite-utils. See db/README.md for the tables."""

from sqlite_utils import Database

from govscrape.store.connection import explained
from govscrape.store.runs import Certificate
from govscrape.store.writer import SaveOutcome, Store, StoredPage, open_readonly

__all__ = ["Certificate", "Database", "SaveOutcome", "Store", "StoredPage", "explained", "open_readonly"]

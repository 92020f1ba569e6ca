"""Getting pages: politely, within caps, and never from a private address."""

from govscrape.fetch.back_fill import walk_back
from govscrape.fetch.browser import fetcher_for
from govscrape.fetch.client import Fetcher, HttpFetcher, require_contact, silence_retry_library
from govscrape.fetch.discover import Discovery, discover
from govscrape.fetch.politeness import Spacing

__all__ = [
    "Discovery",
    "Fetcher",
    "HttpFetcher",
    "Spacing",
    "discover",
    "fetcher_for",
    "require_contact",
    "silence_retry_library",
    "walk_back",
]

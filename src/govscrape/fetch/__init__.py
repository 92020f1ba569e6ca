"""Getting pages: politely, within caps, and never from a private address."""

from govscrape.fetch.client import Fetcher, HttpFetcher
from govscrape.fetch.discover import Certificate, Discovery, discover
from govscrape.fetch.politeness import Spacing

__all__ = ["Certificate", "Discovery", "Fetcher", "HttpFetcher", "Spacing", "discover"]

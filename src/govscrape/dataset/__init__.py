"""Reading what is stored, and nothing but reading."""

from govscrape.dataset.overview import Overview, overview
from govscrape.dataset.query import (
    COLUMNS,
    Filters,
    query,
    query_articles,
    query_directives,
    query_indices,
    query_issues,
    query_officials,
    stored_provinces,
)
from govscrape.dataset.reconcile import RECONCILED, SILENCE, Scope, reconcile, silence
from govscrape.dataset.search import FOUND, search

__all__ = [
    "COLUMNS",
    "FOUND",
    "RECONCILED",
    "SILENCE",
    "Filters",
    "Overview",
    "Scope",
    "overview",
    "query",
    "query_articles",
    "query_directives",
    "query_indices",
    "query_issues",
    "query_officials",
    "reconcile",
    "search",
    "silence",
    "stored_provinces",
]

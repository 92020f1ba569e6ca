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
)

__all__ = [
    "COLUMNS",
    "Filters",
    "Overview",
    "overview",
    "query",
    "query_articles",
    "query_directives",
    "query_indices",
    "query_issues",
    "query_officials",
]

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
from govscrape.dataset.views import UNIT_COLUMNS, VIEWS, panel_by_units, query_view, with_units

__all__ = [
    "COLUMNS",
    "FOUND",
    "RECONCILED",
    "SILENCE",
    "UNIT_COLUMNS",
    "VIEWS",
    "Filters",
    "Overview",
    "Scope",
    "overview",
    "panel_by_units",
    "query",
    "query_articles",
    "query_directives",
    "query_indices",
    "query_issues",
    "query_officials",
    "query_view",
    "reconcile",
    "search",
    "silence",
    "stored_provinces",
    "with_units",
]

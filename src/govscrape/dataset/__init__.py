"""Reading what is stored, and nothing but reading."""

from govscrape.dataset.overview import Overview, overview
from govscrape.dataset.query import COLUMNS, Filters, query, stored_provinces
from govscrape.dataset.reconcile import RECONCILED, SILENCE, Scope, Verdicts, reconcile, silence, verdicts
from govscrape.dataset.search import FOUND, search
from govscrape.dataset.units import UNIT_COLUMNS, panel_by_units, with_units

__all__ = [
    "COLUMNS",
    "FOUND",
    "RECONCILED",
    "SILENCE",
    "UNIT_COLUMNS",
    "Filters",
    "Overview",
    "Scope",
    "Verdicts",
    "overview",
    "panel_by_units",
    "query",
    "reconcile",
    "search",
    "silence",
    "stored_provinces",
    "verdicts",
    "with_units",
]

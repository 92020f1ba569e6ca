"""govscrape: governance indices, officials and directives from Vietnam's provincial portals, each with its evidence."""

__version__ = "0.1.0"

"""Responses as they came, kept as WARC/1.1."""

from govscrape.archive.warc import Archive, Fault

__all__ = ["Archive", "Fault"]

"""Responses as they came, kept as WARC/1.1."""

from govscrape.archive.commit import GroupCommit
from govscrape.archive.warc import Archive, Fault

__all__ = ["Archive", "Fault", "GroupCommit"]

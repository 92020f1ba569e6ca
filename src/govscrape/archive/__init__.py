"""Responses as they came, kept as WARC/1.1."""

from govscrape.archive.commit import GroupCommit
from govscrape.archive.warc import Archive, Fault, pack, pack_revisit

__all__ = ["Archive", "Fault", "GroupCommit", "pack", "pack_revisit"]

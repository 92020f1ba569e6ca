"""Waiting for the disk once for all responses that came meanwhile, beside the event loop."""

import asyncio

from govscrape.archive.warc import Archive
from govscrape.models.page import ArchiveRef, Page, Send


class GroupCommit:
    """Writes responses of one crawl; nothing may be told as stored before :meth:`durable` returned."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._written = 0
        self._safe = 0
        self._flight: asyncio.Task[None] | None = None

    def write(self, page: Page, sent: Send | None = None) -> ArchiveRef:
        """Append one response, which from now on outlives this process, and start on its way to the disk."""
        ref = self._archive.write(page, sent)
        self._begun()
        return ref

    def revisit(self, page: Page, earlier: Page) -> None:
        """Append that a response is as an earlier one, likewise."""
        self._archive.revisit(page, earlier)
        self._begun()

    def _begun(self) -> None:
        self._written += 1
        self._start()

    async def durable(self) -> None:
        """Return when all that was written before this call outlives a power cut too. ArchiveError: it will not."""
        wanted = self._written
        while self._safe < wanted:
            await asyncio.shield(self._start())

    def _start(self) -> "asyncio.Task[None]":
        if self._flight is None:
            self._flight = asyncio.create_task(self._sync())
            self._flight.add_done_callback(lambda flight: flight.cancelled() or flight.exception())
        return self._flight

    async def _sync(self) -> None:
        upto = self._written
        try:
            await asyncio.to_thread(self._archive.syncs())
            self._safe = upto
        finally:
            self._flight = None

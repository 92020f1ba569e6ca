"""Waiting for the disk once for all responses that came meanwhile, beside the event loop."""

import asyncio

from govscrape.archive.warc import Archive, Packed, pack
from govscrape.models.page import ArchiveRef, Page, Send

LARGE = 300_000
"""Bytes from which on compressing takes so long that it is done beside the event loop."""


class GroupCommit:
    """Writes responses of one crawl; nothing may be told as stored before :meth:`durable` returned."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._written = 0
        self._safe = 0
        self._flight: asyncio.Task[None] | None = None

    async def write(self, page: Page, sent: Send | None = None) -> ArchiveRef:
        """Append one response, which then outlives this process, and start it on its way to the disk."""
        large = len(page.body) >= LARGE
        return self.append(await asyncio.to_thread(pack, page, sent) if large else pack(page, sent))

    def append(self, packed: Packed) -> ArchiveRef:
        """As :meth:`write`, of what was packed before."""
        ref = self._archive.append(packed)
        self._written += 1
        self._start()
        return ref

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

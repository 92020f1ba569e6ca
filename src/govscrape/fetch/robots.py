"""robots.txt (RFC 9309): asked once per host and run; what cannot be read is taken as a no."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from govscrape.errors import Blocked, FetchError
from govscrape.models.page import Page

AGENT = "govscrape"
DELAY_MAX_S = 120.0


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: Protego | None
    refusal: str | None


class Robots:
    """``get`` fetches one URL without asking here again."""

    def __init__(self, get: Callable[[str], Awaitable[Page]]) -> None:
        self._get = get
        self._known: dict[str, _Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: str) -> None:
        """Return when robots.txt allows the URL; Blocked when it forbids it or cannot be read (5xx, timeout)."""
        found = await self._of(url)
        if found.refusal:
            raise Blocked(f"{url}: {found.refusal}")
        if found.rules and not found.rules.can_fetch(url, AGENT):
            raise Blocked(f"{url}: robots.txt disallows it")

    def delay(self, url: str) -> float:
        """Crawl-delay in seconds of the host's robots.txt as far as it was read, at most two minutes; else 0."""
        found = self._known.get(_origin(url))
        asked = found.rules.crawl_delay(AGENT) if found and found.rules else None
        return min(max(asked or 0.0, 0.0), DELAY_MAX_S)

    async def _of(self, url: str) -> _Rules:
        origin = _origin(url)
        if origin in self._known:
            return self._known[origin]
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._known:
                self._known[origin] = await self._read(f"{origin}/robots.txt")
            return self._known[origin]

    async def _read(self, url: str) -> _Rules:
        try:
            page = await self._get(url)
        except FetchError as error:
            return _Rules(None, f"robots.txt cannot be read ({error})")
        if page.status >= 500 or page.status == 429:
            return _Rules(None, f"robots.txt cannot be read (HTTP {page.status})")
        if page.status >= 300:
            return _Rules(None, None)
        return _Rules(Protego.parse(page.body.decode("utf-8-sig", "replace")), None)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

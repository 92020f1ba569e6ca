"""How often a host is asked, and when a failed request is worth another try."""

import ssl
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2
from aiolimiter import AsyncLimiter

from govscrape.errors import GovscrapeError

RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524})


class Spacing:
    """At most one request per host and delay. Shared by all fetchers of a run, so two portals on one host add up.

    A host with and without ``www.`` is one.
    """

    def __init__(self) -> None:
        self._limiters: dict[str, AsyncLimiter] = {}

    async def wait(self, host: str, delay_s: float) -> None:
        """Return when ``host`` may be asked again; the longest delay ever named for a host counts."""
        host = host.removeprefix("www.")
        if delay_s <= 0 and host not in self._limiters:
            return
        limiter = self._limiters.get(host)
        if limiter is None or limiter.time_period < delay_s:
            longer = AsyncLimiter(1, delay_s)
            if limiter is not None:
                await longer.acquire()
            self._limiters[host] = limiter = longer
        await limiter.acquire()

    def delay(self, host: str) -> float:
        """Seconds between two requests to ``host`` as last set."""
        limiter = self._limiters.get(host.removeprefix("www."))
        return limiter.time_period if limiter else 0.0


class Again(GovscrapeError):
    """A failure that may pass. ``after`` is what the server asked for in seconds, or None."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds asked by a Retry-After header, given as a number or as a date; None when absent or unreadable."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max((when - now).total_seconds(), 0.0) if when.tzinfo else None


def may_pass(error: httpx2.TransportError) -> bool:
    """Whether a transport error may be gone at the next try; a bad certificate or URL will not be."""
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return False
        cause = cause.__cause__ or cause.__context__
    return True

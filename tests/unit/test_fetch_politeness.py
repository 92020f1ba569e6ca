"""When to ask again, and how often at most."""

import asyncio
import ssl
from datetime import UTC, datetime

import httpx2
import pytest

from govscrape.fetch.politeness import Spacing, may_pass, retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), (" 5 ", 5), ("0", 0), ("Sun, 01 Mar 2026 12:01:30 GMT", 90), ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sunday, 01-Mar-26 12:00:10 GMT", 10), ("Sun, 01 Mar 2026 19:01:00 +0700", 60),
        (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("٣", None),
    ],
)  # fmt: skip
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    """A date in the past is no negative wait; what cannot be read is as if absent."""
    assert retry_after(value, NOW) == seconds


def _caused(error: httpx2.TransportError, cause: Exception) -> httpx2.TransportError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "may"),
    [
        (httpx2.ConnectTimeout("slow"), True),
        (httpx2.ReadError("reset"), True),
        (httpx2.UnsupportedProtocol("gopher"), False),
        (httpx2.LocalProtocolError("bad header"), False),
        (_caused(httpx2.ConnectError("tls"), ssl.SSLCertVerificationError("expired")), False),
    ],
)
def test_what_may_pass(error: httpx2.TransportError, may: bool) -> None:
    """An expired certificate is not better a second later."""
    assert may_pass(error) is may


def test_the_longest_delay_of_a_host_counts_for_all() -> None:
    """Two portals on one host, or a robots.txt that asks for more than the portal's file."""

    async def go() -> None:
        spacing = Spacing()
        await spacing.wait("a", 0)
        assert spacing.delay("a") == 0
        await spacing.wait("a", 0.01)
        await spacing.wait("a", 0.02)
        await spacing.wait("a", 0)
        await spacing.wait("www.a", 0.03)
        assert (spacing.delay("a"), spacing.delay("www.a"), spacing.delay("b")) == (0.03, 0.03, 0)

    asyncio.run(go())

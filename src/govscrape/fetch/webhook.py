"""Telling somebody: a JSON document posted to an address that the operator set. The address is never shown."""

import asyncio

import httpx2

from govscrape.errors import FetchError
from govscrape.fetch.guard import GuardedTransport, check_url

TIME_MAX_S = 30.0


async def post_json(url: str, body: bytes, *, agent: str, private: bool = False, what: str = "webhook") -> None:
    """Post ``body`` once, without following redirects. ``private`` allows addresses of the operator's own network.

    FetchError names the host and what went wrong, never the rest of the URL, which may hold a secret.
    """
    host = "unknown host"
    try:
        host = check_url(url).host
        transport = httpx2.AsyncHTTPTransport() if private else GuardedTransport(allow_loopback=False)
        headers = {"User-Agent": agent, "Content-Type": "application/json; charset=utf-8"}
        async with (
            asyncio.timeout(TIME_MAX_S),
            httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            status = response.status_code
    except (FetchError, httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, UnicodeError) as error:
        raise FetchError(f"{what} on {host}: {_reason(error)}") from None
    if status >= 300:
        raise FetchError(f"{what} on {host}: HTTP {status}")


def _reason(error: Exception) -> str:
    if isinstance(error, FetchError):
        return "refused: a private address, a bad URL or a name that does not resolve"
    return type(error).__name__

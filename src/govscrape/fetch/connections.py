"""The connections to one server: HTTP/2 where both agree on it, HTTP/1.1 from the first time that it goes wrong.

The HTTP library leaves three things of HTTP/2 to its callers, and here they are done. A response that is left before
its end would go on coming and use up what the connection may carry: the connection is closed. What breaks the protocol
while a body comes is no error of the library's: it becomes one. Header fields are not checked: those that could not
stand in an HTTP/1.1 message (RFC 9113, 8.2.1) are refused, since that is how the archive keeps them.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import cast

import httpx2
from h2.exceptions import H2Error

_log = logging.getLogger(__name__)
_LIMITS = httpx2.Limits(max_connections=4, max_keepalive_connections=2)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\r\n\0]*")
# What the library raises of an HTTP/2 server that it does not understand: h2's own, a status that is no number.
_NOT_UNDERSTOOD = (H2Error, ValueError)


class Connections(httpx2.AsyncBaseTransport):
    """Asks one server over its own pool of connections, HTTP/2 only with ``http2`` and TLS.

    A server whose HTTP/2 failed is asked in HTTP/1.1 from then on, as long as it answers that. Raises
    httpx2.TransportError.
    """

    def __init__(self, tls: ssl.SSLContext, *, http2: bool) -> None:
        self._tls = tls
        self._http2 = self._may_http2 = http2
        self._pool = self._open()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """As the transport's; the body's end must be read, or the connection is lost."""
        if not self._http2:
            return await self._plainly(request)
        pool, spoken = self._pool, _Spoken()
        request.extensions = {**request.extensions, "trace": spoken.note}
        try:
            response = await pool.handle_async_request(request)
            if spoken.http2:
                _check(response.headers.raw)
        except (httpx2.TransportError, *_NOT_UNDERSTOOD) as error:
            if not spoken.http2:
                raise
            await self._failed(pool, request, error)
            if theirs := _not_told(error):
                raise theirs from error
            raise
        except BaseException:
            if spoken.http2:
                await self._leave(pool)
            raise
        if spoken.http2:
            body = cast("httpx2.AsyncByteStream", response.stream)
            response.stream = _Body(body, partial(self._failed, pool, request), partial(self._leave, pool))
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def _plainly(self, request: httpx2.Request) -> httpx2.Response:
        pool = self._pool
        try:
            return await pool.handle_async_request(request)
        except httpx2.TransportError:
            if self._may_http2:
                # One page that broke HTTP/2 must not cost the others of a server that speaks nothing else.
                self._http2 = True
                await self._leave(pool)
            raise

    def _open(self) -> httpx2.AsyncHTTPTransport:
        return httpx2.AsyncHTTPTransport(verify=self._tls, limits=_LIMITS, http2=self._http2)

    async def _failed(self, pool: httpx2.AsyncHTTPTransport, request: httpx2.Request, error: Exception) -> None:
        _log.info("%s: HTTP/2 failed (%s), HTTP/1.1 from now on", request.headers.get("host"), error)
        self._http2 = False
        await self._leave(pool)

    async def _leave(self, pool: httpx2.AsyncHTTPTransport) -> None:
        """Close what was used; the next request opens anew."""
        if pool is self._pool:
            self._pool = self._open()
        await pool.aclose()


class _Spoken:
    """Whether a request went out in HTTP/2."""

    def __init__(self) -> None:
        self.http2 = False

    async def note(self, event: str, _: Mapping[str, object]) -> None:
        """Told each step of a request by the library."""
        self.http2 = self.http2 or event.startswith("http2.")


class _Body(httpx2.AsyncByteStream):
    """A response's body; ``failed`` when it breaks the protocol, ``left`` when nobody reads to its end."""

    def __init__(
        self,
        inner: httpx2.AsyncByteStream,
        failed: Callable[[Exception], Awaitable[None]],
        left: Callable[[], Awaitable[None]],
    ) -> None:
        self._inner = inner
        self._failed = failed
        self._left = left
        self._over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._inner:
                yield chunk
                # One read may hold thousands of frames of no bytes; others must have their turn between them.
                await asyncio.sleep(0)
        except (httpx2.TransportError, *_NOT_UNDERSTOOD) as error:
            self._over = True
            await self._failed(error)
            if theirs := _not_told(error):
                raise theirs from error
            raise
        self._over = True

    async def aclose(self) -> None:
        await self._inner.aclose()
        if not self._over:
            self._over = True
            await self._left()


def _check(fields: list[tuple[bytes, bytes]]) -> None:
    for name, value in fields:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError(f"header field {name[:40]!r} has characters that none may have")


def _not_told(error: Exception) -> httpx2.RemoteProtocolError | None:
    """The server's fault that the library takes for another's, or for none; None where it is told as it is."""
    if isinstance(error, httpx2.TransportError) and not isinstance(error, httpx2.LocalProtocolError):
        return None
    return httpx2.RemoteProtocolError(f"HTTP/2: {error}")

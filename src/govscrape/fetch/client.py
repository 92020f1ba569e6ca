"""One HTTP client for everything that leaves this machine: honest, slow, bounded, and suspicious of addresses."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlencode

import httpx2
import stamina

from govscrape.clock import Clock
from govscrape.errors import FetchError, TooLarge
from govscrape.fetch.coding import CodingError, Decoder, decoders, unpack
from govscrape.fetch.guard import GuardedTransport, Resolver, check_url, resolve
from govscrape.fetch.politeness import RETRIED_STATUS, Again, Spacing, may_pass, retry_after
from govscrape.fetch.robots import Robots
from govscrape.models.page import HTTP_1_1, Page, Send
from govscrape.models.portal import Portal
from govscrape.settings import Settings

_log = logging.getLogger(__name__)
_NOTHING = Send()
_PROTOCOLS = {"HTTP/2": "h2", "HTTP/1.0": "http/1.0"}
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def require_contact(portals: Iterable[Portal], settings: Settings) -> None:
    """Raises FetchError when one of the portals is real and the settings do not say who asks."""
    if settings.contact or settings.user_agent:
        return
    for portal in portals:
        if not portal.allow_loopback:
            raise FetchError(f"{portal.id}: set GOVSCRAPE_CONTACT to a mail address or URL before asking a real portal")


class Fetcher(Protocol):
    """Whatever turns a URL into a Page."""

    async def fetch(self, url: str, send: Send | None = None) -> Page:
        """The response, whatever its status below 500; FetchError when there is none. ``send``: form and headers."""
        ...


class HttpFetcher:
    """Fetches for one portal; use as ``async with``. ``requests`` counts what was sent, ``retries`` the repeats.

    ``on_the_way`` is given what :meth:`fetch` met and does not return: robots.txt, redirects.
    """

    def __init__(
        self,
        portal: Portal,
        settings: Settings,
        clock: Clock,
        *,
        spacing: Spacing | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        require_contact((portal,), settings)
        self._limits = portal.limits
        self._settings = settings
        self._clock = clock
        self._spacing = spacing or Spacing()
        self._robots = Robots(self._follow_unchecked)
        self._client = httpx2.AsyncClient(
            transport=GuardedTransport(
                allow_loopback=portal.allow_loopback, tls=portal.tls, http2=portal.http2, resolver=resolver
            ),
            headers={
                "User-Agent": settings.agent,
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
                "Accept-Language": "vi,en;q=0.3",
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=httpx2.Timeout(portal.limits.timeout_s),
            follow_redirects=False,
            trust_env=False,
        )
        self.requests = 0
        self.retries = 0
        self.on_the_way: Callable[[Page], object] = lambda _: None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(self, url: str, send: Send | None = None) -> Page:
        """Fetch a URL, following redirects; a form is posted again only where the server asks for that (307, 308).

        Blocked: robots.txt, a private address or another scheme, at any hop. TooLarge: a cap on bytes, headers, time
        or redirects. FetchError: no usable answer after the allowed number of tries.
        """
        return await self._follow(url, self._robots, send or _NOTHING)

    async def fetch_again(self, url: str, previous: Page) -> Page:
        """As :meth:`fetch`, asking for the page only if it changed since ``previous``; status 304 when it did not."""
        names = (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
        unless = tuple((ask, value) for ask, told in names if (value := previous.header(told)))
        return await self._follow(url, self._robots, Send(headers=unless))

    def forget_session(self) -> None:
        """Drop the cookies: the next request is a stranger's."""
        self._client.cookies.clear()

    async def _follow_unchecked(self, url: str) -> Page:
        page = await self._follow(url, None, _NOTHING)
        self.on_the_way(page)
        return page

    async def _follow(self, url: str, robots: Robots | None, send: Send) -> Page:
        current = url
        for _ in range(self._limits.max_redirects + 1):
            target = check_url(current)
            if robots:
                await robots.check(current)
            page = await self._retried(current, send)
            location = page.header("location")
            if page.status not in (301, 302, 303, 307, 308) or not location:
                return page.model_copy(update={"url": url})
            self.on_the_way(page)
            try:
                current = str(target.join(location))
            except (httpx2.InvalidURL, ValueError) as error:
                raise FetchError(f"{current}: redirects to {location!r}, which is no URL") from error
            if page.status in (301, 302, 303):
                send = send.model_copy(update={"form": None})
        raise TooLarge(f"{url}: more than {self._limits.max_redirects} redirects")

    async def _retried(self, url: str, send: Send) -> Page:
        attempts = stamina.retry_context(
            on=self._backoff(url),
            attempts=self._settings.attempts,
            timeout=None,
            wait_initial=self._settings.retry_wait_s,
            wait_max=self._settings.retry_wait_max_s,
            wait_jitter=min(1.0, self._settings.retry_wait_s),
        )
        try:
            async for attempt in attempts:
                with attempt:
                    self.retries += attempt.num > 1
                    return await self._once(url, send)
        except Again as error:
            raise FetchError(f"{url}: {error.reason}, given up") from error
        raise AssertionError("a retry loop ends by returning or raising")  # pragma: no cover

    def _backoff(self, url: str) -> Callable[[Exception], bool | float | timedelta]:
        def wait(error: Exception) -> bool | float | timedelta:
            if not isinstance(error, Again):
                return False
            _log.info("%s: %s", url, error.reason)
            if error.after is None:
                return True
            return error.after if error.after <= self._settings.retry_after_max_s else False

        return wait

    async def _once(self, url: str, send: Send) -> Page:
        host = check_url(url).netloc.decode("ascii")
        await self._spacing.wait(host, max(self._limits.delay_s, self._robots.delay(url)))
        self.requests += 1
        try:
            async with asyncio.timeout(self._settings.response_time_max_s):
                return await self._read(url, send)
        except TimeoutError as error:
            raise TooLarge(f"{url}: took longer than {self._settings.response_time_max_s:g} s") from error
        except httpx2.TransportError as error:
            reason = f"{type(error).__name__} {error}".strip()
            if may_pass(error):
                raise Again(reason) from error
            raise FetchError(f"{url}: {reason}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise FetchError(f"{url}: {type(error).__name__} {error}") from error

    async def _read(self, url: str, send: Send) -> Page:
        form = None if send.form is None else urlencode(send.form).encode("ascii")
        headers = dict(send.headers) | ({} if form is None else {"Content-Type": _FORM})
        method = "GET" if form is None else "POST"
        async with self._client.stream(method, url, headers=headers, content=form) as response:
            if response.status_code in RETRIED_STATUS:
                asked = retry_after(response.headers.get("retry-after"), self._clock.now())
                raise Again(f"HTTP {response.status_code}", asked)
            self._check_headers(url, response)
            body = await self._body(url, response)
            return Page(
                url=url,
                final_url=url,
                status=response.status_code,
                headers=tuple((name.lower(), value) for name, value in response.headers.multi_items()),
                body=body,
                fetched_at=self._clock.now(),
                protocol=_PROTOCOLS.get(response.http_version, HTTP_1_1),
            )

    def _check_headers(self, url: str, response: httpx2.Response) -> None:
        size = sum(len(name) + len(value) for name, value in response.headers.raw)
        if size > self._settings.header_bytes_max:
            raise TooLarge(f"{url}: {size} bytes of headers, the cap is {self._settings.header_bytes_max}")
        coding = response.headers.get("content-encoding", "").strip().lower()
        length = response.headers.get("content-length", "")
        if not coding and length.isdigit() and int(length) > self._limits.max_bytes:
            raise TooLarge(f"{url}: {length} bytes, the cap is {self._limits.max_bytes}")

    async def _body(self, url: str, response: httpx2.Response) -> bytes:
        body = bytearray()
        try:
            layers = decoders(response.headers.get("content-encoding", ""))
            async for chunk in response.aiter_raw():
                self._take(url, layers, chunk, body)
            for layer in layers:
                layer.end()
        except CodingError as error:
            raise Again(str(error)) from error
        return bytes(body)

    def _take(self, url: str, layers: list[Decoder], chunk: bytes, body: bytearray) -> None:
        for piece in unpack(layers, chunk):
            body += piece
            if len(body) > self._limits.max_bytes:
                raise TooLarge(f"{url}: more than {self._limits.max_bytes} bytes after decoding")


def silence_retry_library() -> None:
    """Stop stamina's own lines about every retry, for the whole process; ours name the URL."""
    stamina.instrumentation.set_on_retry_hooks(())

"""Pages that scripts write: a Chromium that reaches the network only through our own client.

The browser has no network of its own. Each thing that a page asks for is fetched by :class:`HttpFetcher`, with its
robots.txt, delays, caps and address guard, and handed to the browser; pictures, fonts, films and sockets are refused.
What is archived and read is the page as the scripts left it. Extra ``browser``; the browser itself is the system's.
"""

import logging
import os
import shutil
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl

from govscrape.clock import Clock
from govscrape.errors import FetchError, GovscrapeError, TooLarge
from govscrape.fetch.client import HttpFetcher
from govscrape.fetch.politeness import Spacing
from govscrape.models.page import Page, Send
from govscrape.models.portal import Portal, Rendering
from govscrape.settings import Settings

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

_log = logging.getLogger(__name__)
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_NEEDED = frozenset({"document", "script", "xhr", "fetch", "stylesheet"})
_HTML = ("text/html", "application/xhtml+xml")
# Whatever is not routed to us goes to a proxy that is none, loopback included.
_NOWHERE = "http://127.0.0.1:9"
_QUIET = (
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
    *("--disable-gpu", "--disable-dev-shm-usage", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"),
)
RENDERED = "x-govscrape-rendered"
"""The header of a page that scripts wrote; its value is the browser."""


class BrowserFetcher(HttpFetcher):
    """As :class:`HttpFetcher`, but HTML comes as the browser shows it. Forms and other files are not rendered."""

    def __init__(
        self,
        portal: Portal,
        settings: Settings,
        clock: Clock,
        *,
        rendering: Rendering,
        spacing: Spacing | None = None,
    ) -> None:
        super().__init__(portal, settings, clock, spacing=spacing)
        self._rendering = rendering
        self._closing = AsyncExitStack()
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._browser = await _launch(self._closing, self._settings)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()
        await super().__aexit__(kind, error, trace)

    async def fetch(self, url: str, send: Send | None = None) -> Page:
        """As :meth:`HttpFetcher.fetch`; FetchError also when the page does not settle in time."""
        page = await super().fetch(url, send)
        return page if send is not None and send.form is not None else await self._rendered(page)

    async def fetch_again(self, url: str, previous: Page) -> Page:
        """As :meth:`HttpFetcher.fetch_again`."""
        return await self._rendered(await super().fetch_again(url, previous))

    async def _rendered(self, page: Page) -> Page:
        if page.status != 200 or not (page.header("content-type") or "").lower().startswith(_HTML):
            return page
        # Loaded here: the browser is an extra.
        from playwright.async_api import Error  # noqa: PLC0415

        try:
            html, version = await self._shown(page)
        except Error as error:
            raise FetchError(f"{page.url}: not rendered: {error.message.splitlines()[0]}") from error
        body = html.encode()
        if len(body) > self._limits.max_bytes:
            raise TooLarge(f"{page.url}: more than {self._limits.max_bytes} bytes after rendering")
        kept = tuple((name, value) for name, value in page.headers if name not in ("content-type", "content-encoding"))
        headers = (*kept, ("content-type", "text/html; charset=utf-8"), (RENDERED, f"Chromium {version}"))
        return page.model_copy(update={"body": body, "headers": headers})

    async def _shown(self, page: Page) -> tuple[str, str]:
        """The page after its scripts have run, and the browser's version."""
        if self._browser is None:
            raise FetchError(f"{page.url}: the browser is not open")
        context = await self._browser.new_context(
            user_agent=self._settings.agent, locale="vi-VN", service_workers="block", accept_downloads=False
        )
        try:
            context.set_default_timeout(self._rendering.timeout_s * 1000)
            await context.route("**/*", lambda route: self._answer(route, page))
            await context.route_web_socket("**/*", lambda socket: socket.close())
            tab = await context.new_page()
            await tab.goto(page.final_url, wait_until="networkidle")
            if self._rendering.wait_for:
                await tab.wait_for_selector(self._rendering.wait_for, state="attached")
            return await tab.content(), self._browser.version
        finally:
            await context.close()

    async def _answer(self, route: "Route", page: Page) -> None:
        """Gives the browser what it asks for, or nothing."""
        request = route.request
        if request.resource_type not in _NEEDED or request.method not in ("GET", "POST"):
            await route.abort()
            return
        try:
            if request.url.partition("#")[0] == page.final_url.partition("#")[0] and request.is_navigation_request():
                found = page
            else:
                found = await super().fetch(request.url, _sent(request.method, request.post_data))
        except GovscrapeError as error:
            _log.info("%s: asked for %s: %s", page.url, request.url, error)
            await route.abort()
            return
        headers = {name: value for name, value in found.headers if name not in ("content-encoding", "content-length")}
        await route.fulfill(status=found.status, headers=headers, body=found.body)


def fetcher_for(portal: Portal, settings: Settings, clock: Clock, *, spacing: Spacing | None = None) -> HttpFetcher:
    """The fetcher that a portal needs: a browser where its file says that scripts write its pages."""
    if portal.rendering:
        return BrowserFetcher(portal, settings, clock, rendering=portal.rendering, spacing=spacing)
    return HttpFetcher(portal, settings, clock, spacing=spacing)


def _sent(method: str, data: str | None) -> Send | None:
    """A form as scripts post it. FetchError for anything else: what is no form may change something."""
    if method == "GET":
        return None
    try:
        return Send(form=tuple(parse_qsl(data or "", strict_parsing=bool(data), keep_blank_values=True)))
    except ValueError as error:
        raise FetchError("a script posts what is no form") from error


async def _launch(closing: AsyncExitStack, settings: Settings) -> "Browser":
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415
    except ImportError as error:
        raise FetchError("a portal's pages need a browser: pip install 'govscrape[browser]'") from error
    program = settings.browser or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise FetchError(f"a portal's pages need a browser: install one of {', '.join(_PROGRAMS)}")
    playwright = await closing.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(
        executable_path=program,
        args=list(_QUIET),
        chromium_sandbox=os.geteuid() != 0,  # Chromium's sandbox refuses root
        proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
    )
    closing.push_async_callback(browser.close)
    return browser

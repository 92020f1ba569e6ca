"""A real Chromium for pages that govscrape writes: what they log as errors and what they ask for is watched."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
INSIDE = {"file", "data", "blob", "about"}
LOOPBACK = {"127.0.0.1", "localhost"}


@dataclass
class Visit:
    """A page in the browser, its errors, and the addresses outside this machine that it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in INSIDE and parts.hostname not in LOOPBACK:
            self.outside.append(url)

    def watch(self) -> None:
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))


# One for each module: while it is open its event loop runs in this thread, so that asyncio.run fails everywhere else.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; tests are skipped only where no Chromium is installed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A fresh window without memory of other tests; an error on the page or a request to the outside fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, locale="vi-VN")
    context.set_default_timeout(10_000)
    seen = Visit(context.new_page())
    seen.watch()
    yield seen
    context.close()
    assert (seen.errors, seen.outside) == ([], [])

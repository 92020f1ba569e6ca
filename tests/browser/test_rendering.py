"""A portal whose pages scripts write is read through a real Chromium that has no network of its own."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from govscrape.clock import SystemClock
from govscrape.errors import FetchError
from govscrape.fetch.browser import _PROGRAMS, RENDERED, BrowserFetcher, fetcher_for
from govscrape.fetch.client import HttpFetcher
from govscrape.models.page import Page
from govscrape.models.portal import Limits, Listing, Portal, Rendering
from govscrape.parse import parse_article
from govscrape.settings import Settings

pytestmark = pytest.mark.skipif(not any(map(shutil.which, _PROGRAMS)), reason="no Chromium is installed")

SHELL = """<!doctype html><html><head><title>Cổng thông tin</title><script src="/app.js" defer></script>
<link rel=preconnect href="http://127.0.0.1:{spy}/"></head><body><div id=app></div>
<img src="/logo.png"><img src="http://127.0.0.1:{spy}/pixel.gif"></body></html>"""
APP = """
try {{ new WebSocket('ws://127.0.0.1:{spy}/socket'); }} catch (refused) {{}}
navigator.sendBeacon('http://127.0.0.1:{spy}/beacon', 'x');
fetch('/api/change', {{method: 'POST', body: JSON.stringify({{a: 1}})}}).catch(() => 0);
fetch('http://169.254.169.254/latest').catch(() => 0);
fetch('/private/draft.json').catch(() => 0);
fetch('/api/article.json').then(r => r.json()).then(article => {{
  document.getElementById('app').innerHTML = '<h1>' + article.title + '</h1><article>' + article.body + '</article>';
}});
"""
BODY = "<p>" + "Năm 2023, Chỉ số PAPI của tỉnh đạt 43,5 điểm, xếp thứ 12 cả nước. " * 6 + "</p>"
ARTICLE = json.dumps({"title": "Tỉnh công bố kết quả", "body": BODY})


@dataclass
class Site:
    """A server on loopback and the paths it was asked for."""

    answers: dict[str, tuple[str, str]]
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self) -> ThreadingHTTPServer:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(f"{self.command} {self.path}")
                kind, text = site.answers.get(self.path, ("text/plain", ""))
                self.send_response(200 if text else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[Site, Site]]:
    """A portal, and another host that its page tries to reach."""
    spy = Site({})
    spying = spy.serve()
    portal = Site(
        {
            "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /private/\n"),
            "/bai/1.html": ("text/html; charset=utf-8", SHELL.format(spy=spy.port)),
            "/app.js": ("text/javascript", APP.format(spy=spy.port)),
            "/api/article.json": ("application/json", ARTICLE),
            "/bai/2.html": ("text/html", "<script>setInterval(() => fetch('/app.js?' + Math.random()), 50)</script>"),
            "/van-ban.pdf": ("application/pdf", "%PDF-1.4"),
        }
    )  # fmt: skip
    serving = portal.serve()
    yield portal, spy
    for server in (spying, serving):
        server.shutdown()
        server.server_close()


def rendered(site: Site, *paths: str, **rendering: Any) -> list[Page]:
    """The pages as a portal with ``rendering`` has them."""
    base = f"http://127.0.0.1:{site.port}"
    portal = Portal(
        id="a", name="A", province="Gia Lai", base_url=base, listings=(Listing(id="l", url=base),), allow_loopback=True,
        rendering=Rendering(reason="its pages are empty without scripts", **rendering), limits=Limits(delay_s=0),
    )  # fmt: skip

    async def go() -> list[Page]:
        async with fetcher_for(portal, Settings(attempts=1), SystemClock()) as fetcher:
            assert isinstance(fetcher, BrowserFetcher)
            return [await fetcher.fetch(base + path) for path in paths]

    return asyncio.run(go())


def test_scripts_write_the_page_and_the_browser_reaches_nothing_by_itself(
    sites: tuple[Site, Site],
) -> None:
    """Unrendered it holds no word of the article; rendered freely it could reach the operator's own network."""
    portal, spy = sites
    page, file = rendered(portal, "/bai/1.html", "/van-ban.pdf", wait_for="h1")
    article, _ = parse_article(page, None)
    assert article.title == "Tỉnh công bố kết quả"
    assert "xếp thứ 12 cả nước" in article.body
    assert (page.header(RENDERED) or "").startswith("Chromium")
    assert (file.header(RENDERED), file.body) == (None, b"%PDF-1.4")
    assert "GET /api/article.json" in portal.asked
    refused = {"GET /private/draft.json", "POST /api/change", "GET /logo.png"}
    assert refused.isdisjoint(portal.asked), "robots.txt, posts that are no form, pictures"
    assert spy.asked == [], "sockets, beacons, pictures and early connections of another host"


def test_a_page_that_never_settles_is_an_error_that_names_it(sites: tuple[Site, Site]) -> None:
    with pytest.raises(FetchError, match=r"/bai/2\.html: not rendered: .*Timeout"):
        rendered(sites[0], "/bai/2.html", timeout_s=2)


def test_other_portals_need_no_browser() -> None:
    portal = Portal(
        id="a", name="A", province="Gia Lai", base_url="http://127.0.0.1", listings=(Listing(id="l", url="http://127.0.0.1"),),
        allow_loopback=True,
    )  # fmt: skip
    assert type(fetcher_for(portal, Settings(), SystemClock())) is HttpFetcher


def test_a_missing_browser_is_told(sites: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(FetchError, match="install one of chromium"):
        rendered(sites[0], "/bai/1.html")

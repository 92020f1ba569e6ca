"""The loopback server: four sites under one address, each below its own path."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from govscrape.demo.liferay import LiferaySite
from govscrape.demo.nukeviet import NukeVietSite
from govscrape.demo.sharepoint import SharePointSite
from govscrape.demo.site import Request, Response, Site
from govscrape.demo.vhv import VhvSite

ROBOTS = b"User-agent: *\nDisallow: /gialai/noi-bo/\nDisallow: /dongnai/vi/news/print/\nAllow: /\n"

VHV_LIST = "/api/Content/Article/selectAll"
"""Where a VHV site's lists are asked for by a form: at the root of its host, which here is everybody's."""


@dataclass(frozen=True)
class Served:
    """Where the sites are."""

    host: str
    port: int

    @property
    def base_url(self) -> str:
        """The address of the server, without a trailing slash."""
        return f"http://{self.host}:{self.port}"


def sites() -> dict[str, Site]:
    """The sample sites by the first part of their path."""
    made: list[Site] = [
        VhvSite("/gialai"),
        SharePointSite("/quangninh"),
        LiferaySite("/thuathienhue"),
        NukeVietSite("/dongnai"),
    ]
    return {site.prefix.lstrip("/"): site for site in made}


class App:
    """Answers a request target; keeps the counters, so that one instance is one running server."""

    def __init__(self) -> None:
        self._sites = sites()
        self._visits = count(1)

    def answer(self, target: str, form: str = "") -> Response:
        """The response to ``GET target``, or to a POST of a form."""
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return Response(ROBOTS, "text/plain; charset=utf-8")
        path = f"/gialai{parts.path}" if parts.path == VHV_LIST else parts.path
        name, _, rest = path.lstrip("/").partition("/")
        site = self._sites.get(name)
        if site is None:
            return Response(b"Not Found", "text/plain; charset=utf-8", 404)
        query = dict(parse_qsl(f"{parts.query}&{form}", keep_blank_values=True))
        return site.respond(Request("/" + unquote(rest), query, next(self._visits)))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    app: App

    def do_GET(self) -> None:
        """Answer with headers and body."""
        self._send(self.app.answer(self.path), with_body=True)

    def do_POST(self) -> None:
        """Answer to a form."""
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        self._send(self.app.answer(self.path, form), with_body=True)

    def do_HEAD(self) -> None:
        """Answer with headers only."""
        self._send(self.app.answer(self.path), with_body=False)

    def _send(self, response: Response, *, with_body: bool) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the crawl is what the reader wants to see."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event here; anything else is a mistake of ours and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(port: int = 0) -> Iterator[Served]:
    """Serves the sample portals on 127.0.0.1 while the block runs; port 0 takes a free one.

    OSError: the port is taken.
    """
    handler = type("Handler", (_Handler,), {"app": App()})
    server = _Server(("127.0.0.1", port), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo", daemon=True)
    thread.start()
    try:
        yield Served("127.0.0.1", server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

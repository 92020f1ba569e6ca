"""A site of faults on loopback: each path misbehaves in one named way and counts how often it was asked."""

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, TypeVar, TypeVarTuple, Unpack

import pytest

from govscrape.errors import GovscrapeError
from govscrape.models.article import Article
from govscrape.models.portal import Limits, Listing, Portal
from govscrape.models.records import Extraction
from govscrape.reading import Extracts, open_pool
from govscrape.settings import Settings
from govscrape.workers import Pool

HTML = "text/html; charset=utf-8"
Answer = Callable[["Handler"], None]
Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class InProcess:
    """Stands in for the workers: reads here, without rules, so that a test measures only the way of the data."""

    def __init__(self, version: str = "test-1") -> None:
        self.version = version

    def extract(self, article: Article) -> Extraction:
        return Extraction(article=article)

    def greeting(self) -> str:
        return self.version

    async def ready(self) -> str:
        return self.version

    async def run(
        self,
        function: Callable[[Extracts, Unpack[Arguments]], Result],
        *arguments: *Arguments,
        seconds: float | None = None,  # noqa: ARG002
        memory: int | None = None,  # noqa: ARG002
    ) -> Result:
        return function(self, *arguments)

    def map(
        self,
        function: Callable[[Extracts, Unpack[Arguments]], Result],
        tasks: Iterable[tuple[*Arguments]],
        *,
        seconds: float | None = None,  # noqa: ARG002
        memory: int | None = None,  # noqa: ARG002
    ) -> Iterator[Result | GovscrapeError]:
        for task in tasks:
            try:
                yield function(self, *task)
            except GovscrapeError as error:
                yield error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "FaultServer"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        with self.server.site.lock:
            self.server.site.asked[self.path] += 1
        self.server.site.agents.add(self.headers.get("User-Agent", ""))
        self.server.site.answers.get(path, not_found)(self)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send(
        self, body: bytes, status: int = 200, content_type: str = HTML, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class FaultServer(ThreadingHTTPServer):
    daemon_threads = True
    site: "Site"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def not_found(handler: Handler) -> None:
    handler.send(b"<h1>404</h1>", 404)


def page(text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return lambda handler: handler.send(text.encode(), headers=headers)


def versioned(text: str, tag: str) -> Answer:
    """A page that is not sent again to who has it."""

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == tag:
            handler.send_response(304)
            handler.end_headers()
        else:
            handler.send(text.encode(), headers={"ETag": tag})

    return answer


def robots(text: str) -> Answer:
    return lambda handler: handler.send(text.encode(), content_type="text/plain")


def status_then(status: int, times: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    left = [times]

    def answer(handler: Handler) -> None:
        left[0] -= 1
        if left[0] >= 0:
            handler.send(b"", status, headers=headers)
        else:
            handler.send(text.encode())

    return answer


def redirect(target: str) -> Answer:
    return lambda handler: handler.send(b"", 302, headers={"Location": target})


def big(size: int) -> Answer:
    """More than announced caps, sent without a length, so that only counting helps."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(size // 1000):
            handler.wfile.write(b"x" * 1000)
        handler.close_connection = True

    return answer


def bomb(size: int) -> Answer:
    packed = gzip.compress(b"\0" * size)
    return lambda handler: handler.send(packed, headers={"Content-Encoding": "gzip"})


def drop(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


def slow(seconds: float) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(int(seconds / 0.05)):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)
        handler.close_connection = True

    return answer


@dataclass
class Site:
    base: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def portal(self, *listings: Listing, **limits: float) -> Portal:
        return Portal(
            id="faults",
            name="Faults",
            province="Test",
            base_url=self.base,
            listings=listings or (Listing(id="news", url="/news?page={page}", item="li"),),
            limits=Limits.model_validate({"delay_s": 0, "timeout_s": 5, **limits}),
            allow_loopback=True,
        )


@pytest.fixture
def site() -> Iterator[Site]:
    server = FaultServer(("127.0.0.1", 0), Handler)
    server.site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def workers() -> Iterator[Pool[Extracts]]:
    """The real ones with the real rules; started by the first test that asks them."""
    with open_pool(Settings()) as pool:
        yield pool


@pytest.fixture
def settings() -> Settings:
    return Settings(contact="test@example.org", attempts=3, retry_wait_s=0, response_time_max_s=10)

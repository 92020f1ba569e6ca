"""HTTP/2 against a real server on loopback: what holds for HTTP/1.1 holds there too, and its own faults end alike."""

import asyncio
import gzip
import io
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from h2.errors import ErrorCodes
from tests.integration.conftest import InProcess
from tests.integration.faults import wire
from tests.integration.faults.http2 import (
    Answer,
    Http2Site,
    Peer,
    Server,
    endless,
    endless_fields,
    endless_pings,
    garbage,
    half_then,
    hang_up,
    no_bytes,
    page,
    stop,
)
from warcio.archiveiterator import ArchiveIterator

from govscrape.archive import Archive
from govscrape.clock import SystemClock
from govscrape.errors import Blocked, FetchError, TooLarge
from govscrape.fetch import HttpFetcher, Spacing, connections, guard
from govscrape.models.page import Page, Send
from govscrape.models.portal import Limits, Listing, PageVersion, Portal, TlsException
from govscrape.models.run import Certificate, PortalReport
from govscrape.pipeline import Mode, crawl
from govscrape.settings import Settings
from govscrape.store import Store

pytestmark = pytest.mark.skipif(wire.OPENSSL is None, reason="no openssl to make a certificate with")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return wire.certificate(tmp_path_factory.mktemp("tls"), "good")


@pytest.fixture
def h2(signed: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Http2Site]:
    """A site at a public name and address, whose certificate is trusted and whose address leads here."""
    trusting = ssl.create_default_context(cafile=str(signed[1]))
    monkeypatch.setattr(guard, "_tls_context", lambda _: trusting)
    wire.lead_home(monkeypatch, wire.Names())
    site = Http2Site()
    with Server(site, signed):
        yield site


def portal(site: Http2Site, **more: Any) -> Portal:
    limits = Limits.model_validate({"delay_s": 0, "timeout_s": 0.5, "max_redirects": 3, **more.pop("limits", {})})
    base = f"https://{wire.HOST}:{site.port}"
    return Portal(
        **{"id": "h2", "name": "h2", "province": "Test", "base_url": base, "listings": ()} | more, limits=limits
    )


def get(site: Http2Site, settings: Settings, *paths: str, send: Send | None = None, **more: Any) -> list[Page]:
    """The pages, asked one after the other by one fetcher."""
    asked = portal(site, **more)

    async def go() -> list[Page]:
        async with HttpFetcher(asked, settings, SystemClock()) as fetcher:
            return [await fetcher.fetch(asked.base_url + path, send) for path in paths]

    return asyncio.run(go())


def test_pages_come_by_http2_over_one_connection(h2: Http2Site, settings: Settings) -> None:
    """The pinned address must not stand in the way: name in TLS, authority and certificate are the portal's."""
    h2.answers |= {"/a": page(b"first"), "/b": page(b"second")}
    pages = get(h2, settings, "/a", "/b")
    assert [(found.body, found.protocol, found.status) for found in pages] == [
        (b"first", "h2", 200),
        (b"second", "h2", 200),
    ]
    assert h2.connections == {"h2": 1}
    assert h2.names == {(wire.HOST, f"{wire.HOST}:{h2.port}")}


def test_a_form_is_posted(h2: Http2Site, settings: Settings) -> None:
    """Lists that are asked for by POST must be so in HTTP/2 as well, with the form whole."""
    h2.answers["/api"] = lambda peer: peer.send(peer.fields[":method"].encode() + b" " + peer.body)
    (found,) = get(h2, settings, "/api", send=Send(form=(("page", "1"), ("name", "Hà Nội"))))
    assert found.body == b"POST page=1&name=H%C3%A0+N%E1%BB%99i"


@pytest.mark.parametrize(
    "more",
    [{"http2": False}, {"tls": TlsException(reason="an old server of the province", security_level=1)}],
    ids=["the portal's file", "a TLS exception"],
)
def test_http_1_1_where_the_portal_says_so(h2: Http2Site, settings: Settings, more: dict[str, Any]) -> None:
    """What an old server needs HTTP/2 forbids; and a server with a broken HTTP/2 must stay readable."""
    h2.plain["/a"] = b"plain"
    (found,) = get(h2, settings, "/a", **more)
    assert (found.body, found.protocol) == (b"plain", "http/1.1")
    assert not h2.connections["h2"]


def test_an_address_is_refused_before_anything_is_said(
    h2: Http2Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard stands before both protocols, at each hop."""
    h2.answers["/a"] = lambda peer: peer.send(b"", 302, [("location", f"https://inside.test:{h2.port}/b")])
    names = wire.Names()
    names.answers["inside.test"] = [["10.0.0.1"]]
    monkeypatch.setattr("socket.getaddrinfo", names.getaddrinfo)
    with pytest.raises(Blocked, match=r"10\.0\.0\.1"):
        get(h2, settings, "/a")
    assert h2.asked["h2", "/b"] == 0


def test_every_request_waits_for_its_turn(h2: Http2Site, settings: Settings) -> None:
    """HTTP/2 could carry a hundred requests at once; a server's budget is the same as ever."""
    waited = []

    class Turns(Spacing):
        async def wait(self, host: str, delay_s: float) -> None:
            waited.append(host)
            await super().wait(host, delay_s)

    h2.answers |= {f"/{n}": page(b"x") for n in range(4)}
    asked, turns = portal(h2), Turns()

    async def go() -> None:
        fetchers = [HttpFetcher(asked, settings, SystemClock(), spacing=turns) for _ in range(2)]
        await asyncio.gather(*(fetchers[n % 2].fetch(f"{asked.base_url}/{n}") for n in range(4)))
        for fetcher in fetchers:
            await fetcher.__aexit__(None, None, None)

    asyncio.run(go())
    # A robots.txt per fetcher, and the four.
    assert waited == [f"{wire.HOST}:{h2.port}"] * sum(h2.asked.values()) == [f"{wire.HOST}:{h2.port}"] * 6


CAPS: dict[str, Answer] = {
    "endless body": endless,
    "gzip bomb": page(gzip.compress(b"\0" * 20_000_000), [("content-encoding", "gzip")]),
    "announced size": page(b"x" * 700_000),
    "redirect loop": lambda peer: peer.send(b"", 302, [("location", "/a")]),
    "headers over the cap": page(b"x", [(f"x-{n}", "y" * 900) for n in range(68)]),
    "questions without end": endless_pings,
    "frames without a byte": no_bytes,
}


@pytest.mark.parametrize("name", CAPS)
def test_the_caps_hold(h2: Http2Site, settings: Settings, name: str) -> None:
    """Size, redirects, headers and time are bounded as in HTTP/1.1, while they come."""
    h2.answers["/a"] = CAPS[name]
    bounds = settings.model_copy(update={"response_time_max_s": 1.5, "header_bytes_max": 60_000})
    with pytest.raises(TooLarge):
        get(h2, bounds, "/a", limits={"max_bytes": 600_000})
    assert h2.asked["http/1.1", "/a"] == 0


BREAKS: dict[str, Answer] = {
    "reset": lambda peer: peer.reset(),
    "reset in the middle": half_then(lambda peer: peer.reset()),
    "HTTP/1.1 demanded": lambda peer: peer.reset(ErrorCodes.HTTP_1_1_REQUIRED),
    "going away": lambda peer: peer.go_away(),
    "going away in the middle": half_then(lambda peer: peer.go_away()),
    "hung up": hang_up,
    "hung up in the middle": half_then(hang_up),
    "no frame": garbage,
    "no frame in the middle": half_then(garbage),
    "stopped": stop,
    "stopped in the middle": half_then(stop),
    "shorter than announced": half_then(lambda peer: peer.data(b"x", end=True)),
    "header without end": endless_fields,
    "huge header": page(b"x", [(f"x-{n}", "y" * 900) for n in range(90)]),
    "status that is no number": lambda peer: peer.head("two hundred", end=True),
    "line break in a header": page(b"x", [("x-a", "1\r\nx-b: 2")]),
    "colon in a name": page(b"x", [("x-a: 1", "2")]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_http2_is_asked_in_http_1_1(h2: Http2Site, settings: Settings, name: str) -> None:
    """A server whose HTTP/2 is broken still has the article; and it must be told only once to leave it."""
    h2.answers |= {"/a": BREAKS[name], "/b": page(b"by HTTP/2")}
    h2.plain |= {"/a": b"by HTTP/1.1", "/b": b"the next too"}
    pages = get(h2, settings, "/a", "/b")
    assert [(found.body, found.protocol) for found in pages] == [
        (b"by HTTP/1.1", "http/1.1"),
        (b"the next too", "http/1.1"),
    ]
    assert (h2.asked["h2", "/a"], h2.asked["h2", "/b"]) == (1, 0)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_answer_is_given_up_as_in_http_1_1(h2: Http2Site, settings: Settings, name: str) -> None:
    """Never an exception that ends the crawl, never half a page: after its tries a failed request, as in HTTP/1.1."""
    h2.answers["/a"] = BREAKS[name]
    h2.plain["/robots.txt"] = b""
    both = settings.model_copy(update={"attempts": 1})
    with pytest.raises(FetchError, match="given up") as raised:
        get(h2, both, "/a")
    assert not isinstance(raised.value, TooLarge | Blocked)


@pytest.mark.parametrize("name", ["endless body", "questions without end"])
def test_an_answer_that_is_left_holds_up_nothing(h2: Http2Site, settings: Settings, name: str) -> None:
    """What nobody reads any more would fill the connection that the next page needs."""
    h2.answers |= {"/a": CAPS[name], "/b": page(b"y" * 100_000)}
    asked = portal(h2, limits={"max_bytes": 600_000})
    bounds = settings.model_copy(update={"response_time_max_s": 1.0})

    async def go() -> Page:
        async with HttpFetcher(asked, bounds, SystemClock()) as fetcher:
            with pytest.raises(TooLarge):
                await fetcher.fetch(asked.base_url + "/a")
            return await fetcher.fetch(asked.base_url + "/b")

    found = asyncio.run(go())
    assert (len(found.body), found.protocol, h2.connections) == (100_000, "h2", {"h2": 2})


def test_others_have_their_turn_between_two_frames() -> None:
    """One read may bring thousands of frames; as long as they last, no other portal would be served."""

    class Frames(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b""

    async def go() -> int:
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async def nothing(*_: object) -> None:
            pass

        task = asyncio.create_task(other())
        async for _ in connections._Body(Frames(), nothing, nothing):
            pass
        task.cancel()
        return turns

    assert asyncio.run(go()) >= 100


def test_a_server_that_went_away_between_two_pages(h2: Http2Site, settings: Settings) -> None:
    """Idle connections are closed by every server; the next page must come without a retry, in HTTP/2."""

    def last(peer: Peer) -> None:
        peer.send(b"last")
        peer.go_away()

    h2.answers |= {"/a": last, "/b": page(b"next")}
    pages = get(h2, settings, "/a", "/b")
    assert [(found.body, found.protocol) for found in pages] == [(b"last", "h2"), (b"next", "h2")]
    assert (h2.connections["h2"], h2.asked["h2", "/b"]) == (2, 1)


def test_the_archive_tells_the_protocol(h2: Http2Site, settings: Settings, tmp_path: Path) -> None:
    """HTTP/2 has no status line and no text; any reader must find an HTTP/1.1 message, and what it came by."""
    h2.answers["/a"] = page(gzip.compress("Hà Nội".encode()), [("content-encoding", "gzip"), ("set-cookie", "a=1")])
    (found,) = get(h2, settings, "/a")
    with Archive(tmp_path) as archive:
        ref = archive.write(found)
        assert archive.read(ref) == found
        assert archive.verify() == ()
    (path,) = tmp_path.glob("*.warc.gz")
    records = [
        (record.rec_headers.get_header("WARC-Protocol"), record.http_headers.to_str(), record.content_stream().read())
        for record in ArchiveIterator(io.BytesIO(path.read_bytes()))
        if record.rec_type == "response"
    ]
    ((protocol, head, body),) = records
    assert (protocol, head.splitlines()[0].strip(), body.decode()) == ("h2", "HTTP/1.1 200", "Hà Nội")
    assert ":status" not in head


def test_a_whole_visit_by_http2(h2: Http2Site, settings: Settings, tmp_path: Path) -> None:
    """Listing, articles, a form's answer and what has not changed: stored, archived and told as what they came by."""
    html = "<html><body><h1>Bài {n}</h1><div class='body'><p>" + "Hôm nay tỉnh công bố kết quả. " * 10 + "</p></div>"
    links = "".join(f"<li><a href='/bai/{n}'>Bài {n}</a></li>" for n in (3, 2, 1))
    h2.answers["/news"] = page(f"<html><body><ul>{links}</ul></body></html>".encode())
    h2.answers |= {f"/bai/{n}": page(html.format(n=n).encode(), [("etag", '"1"')]) for n in (1, 2, 3)}
    asked = portal(
        h2,
        versions=(PageVersion(title=("h1",), body=("div.body",)),),
        listings=[Listing(id="news", url="/news", method="POST", form={"a": "1"}, item="li")],
    )
    with Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive:

        def visit(mode: Mode) -> PortalReport[Certificate]:
            going = crawl([asked], store=store, archive=archive, workers=InProcess(), settings=settings, mode=mode)
            return asyncio.run(going).portals[0]

        first, again = visit("new"), visit("refresh")
        assert (first.counts.new, first.reason, again.counts.same, again.reason) == (3, None, 3, None)
        assert archive.verify() == ()
    told = {
        (record.rec_type, record.rec_headers.get_header("WARC-Protocol"))
        for path in (tmp_path / "warc").glob("*.warc.gz")
        for record in ArchiveIterator(io.BytesIO(path.read_bytes()))
    }
    assert told == {("warcinfo", None), ("response", "h2"), ("request", "h2"), ("revisit", "h2")}
    assert set(h2.connections) == {"h2"}

"""A small HTTP/2 server behind TLS whose answers may break every rule of the protocol."""

import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import H2Error
from tests.integration.conftest import Handler, Site, not_found

from . import wire as wires

HTML = "text/html; charset=utf-8"
Fields = Iterable[tuple[str, str]]
Answer = Callable[["Peer"], None]


@dataclass
class Peer:
    """One request, as its answer sees it: the connection, its stream, what was asked."""

    site: "Http2Site"
    wire: ssl.SSLSocket
    http: H2Connection
    stream: int
    fields: dict[str, str]
    body: bytes = b""

    def flush(self) -> None:
        """Put on the wire what the connection has to say."""
        self.wire.sendall(self.http.data_to_send())

    def head(self, status: object = 200, fields: Fields = (), *, end: bool = False) -> None:
        """Begin an answer; nothing of it is checked."""
        told = [(":status", str(status)), ("content-type", HTML), *fields]
        self.http.send_headers(self.stream, told, end_stream=end)
        self.flush()

    def data(self, body: bytes, *, end: bool = False) -> None:
        """A part of the body, as fast as the client takes it."""
        view = memoryview(body)
        while view:
            room = min(self.http.local_flow_control_window(self.stream), self.http.max_outbound_frame_size)
            if not room:
                self.hear()
                continue
            self.http.send_data(self.stream, bytes(view[:room]), end_stream=end and room >= len(view))
            view = view[room:]
            self.flush()

    def send(self, body: bytes, status: int = 200, fields: Fields = ()) -> None:
        """A whole answer."""
        self.head(status, [("content-length", str(len(body))), *fields], end=not body)
        self.data(body, end=True)

    def hear(self) -> None:
        """Take in what the client says meanwhile, such as room for more."""
        heard = self.wire.recv(65_536)
        if not heard:
            raise ConnectionError("the client has left")
        self.http.receive_data(heard)

    def reset(self, code: ErrorCodes = ErrorCodes.INTERNAL_ERROR) -> None:
        """Give up this answer alone."""
        self.http.reset_stream(self.stream, code)
        self.flush()

    def go_away(self) -> None:
        """Give up the connection."""
        self.http.close_connection(ErrorCodes.ENHANCE_YOUR_CALM, last_stream_id=self.stream)
        self.flush()
        raise ConnectionError("gone away")


@dataclass
class Sends:
    """Stands in for the handler of an HTTP/1.1 site's answer that does nothing but send."""

    path: str
    headers: Mapping[str, str]
    status: int = 404
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def send(
        self, body: bytes, status: int = 200, content_type: str = HTML, headers: Mapping[str, str] | None = None
    ) -> None:
        """What is to be answered."""
        self.body, self.status = body, status
        more = tuple((name.lower(), text) for name, text in (headers or {}).items())
        self.fields = (("content-type", content_type), *more)


@dataclass
class Http2Site:
    """``answers`` by path over HTTP/2, ``plain`` bodies by path over HTTP/1.1; ``offers`` is what TLS agrees to.

    All else is answered by the site ``behind``, over both.
    """

    offers: tuple[str, ...] = ("h2", "http/1.1")
    answers: dict[str, Answer] = field(default_factory=dict)
    plain: dict[str, bytes] = field(default_factory=dict)
    behind: Site = field(default_factory=lambda: Site(""))
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    connections: Counter[str] = field(default_factory=Counter)
    names: set[tuple[str | None, str]] = field(default_factory=set)
    """The server name in TLS and the authority asked for, per request."""
    port: int = 0

    def page(self, path: str, headers: Mapping[str, str]) -> Sends:
        """What the site behind says."""
        sends = Sends(path, headers)
        self.behind.answers.get(path.partition("?")[0], not_found)(cast("Handler", sends))
        return sends


class Server:
    """Serves a site on loopback with a key and certificate; use as ``with``."""

    def __init__(self, site: Http2Site, signed: tuple[Path, Path]) -> None:
        self.site = site
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(signed[1], signed[0])
        self._context.set_alpn_protocols(list(site.offers))
        self._context.sni_callback = _remember_name
        self._listening = socket.create_server(("127.0.0.1", 0))
        site.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []

    def __enter__(self) -> "Server":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self._context.wrap_socket(connection, server_side=True) as wire:
                agreed = wire.selected_alpn_protocol() or "http/1.1"
                self.site.connections[agreed] += 1
                if agreed == "h2":
                    _speak(self.site, wire)
                elif agreed in self.site.offers:
                    _speak_plainly(self.site, wire)
        except (OSError, H2Error, ValueError):  # the client left, or the answer was meant to break something
            connection.close()


def _remember_name(wire: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
    wire.name = name  # type: ignore[attr-defined]


def _speak(site: Http2Site, wire: ssl.SSLSocket) -> None:
    lax = H2Configuration(client_side=False, header_encoding="utf-8", validate_outbound_headers=False)
    http = H2Connection(lax)
    http.initiate_connection()
    wire.sendall(http.data_to_send())
    peers: dict[int, Peer] = {}
    while heard := wire.recv(65_536):
        for event in http.receive_data(heard):
            if isinstance(event, RequestReceived):
                fields = {_text(name): _text(value) for name, value in event.headers}
                peers[event.stream_id] = Peer(site, wire, http, event.stream_id, fields)
            elif isinstance(event, DataReceived):
                peers[event.stream_id].body += event.data
            elif isinstance(event, StreamEnded):
                _answer(site, peers.pop(event.stream_id))
        wire.sendall(http.data_to_send())


def _text(field: str | bytes) -> str:
    return field if isinstance(field, str) else field.decode()


def _answer(site: Http2Site, peer: Peer) -> None:
    path = peer.fields[":path"]
    site.asked["h2", path] += 1
    site.names.add((getattr(peer.wire, "name", None), peer.fields[":authority"]))
    site.answers.get(path, behind)(peer)


def _speak_plainly(site: Http2Site, wire: ssl.SSLSocket) -> None:
    heard = b""
    while not heard.endswith(b"\r\n\r\n"):
        heard += wire.recv(65_536)
    path = heard.split()[1].decode()
    site.asked["http/1.1", path] += 1
    found = site.page(path, {})
    if path in site.plain:
        found.send(site.plain[path])
    fields = (*found.fields, ("connection", "close"), ("content-length", str(len(found.body))))
    head = "".join(f"{name}: {text}\r\n" for name, text in fields)
    wire.sendall(f"HTTP/1.1 {found.status} x\r\n{head}\r\n".encode() + found.body)


@contextmanager
def in_front(site: Site, path: str, fault: Answer, folder: Path, *, alone: bool) -> Iterator[tuple[int, Path]]:
    """A site over TLS with one fault of HTTP/2, in HTTP/1.1 healthy if it speaks that: its port and certificate."""
    signed = wires.certificate(folder, "good")
    front = Http2Site(("h2",) if alone else ("h2", "http/1.1"), {path: fault}, behind=site)
    with Server(front, signed):
        yield front.port, signed[1]


# What may go wrong.


def behind(peer: Peer) -> None:
    """As the site behind has it."""
    found = peer.site.page(peer.fields[":path"], peer.fields)
    told = [(":status", str(found.status)), *found.fields, ("content-length", str(len(found.body)))]
    peer.http.send_headers(peer.stream, told, end_stream=not found.body)
    peer.flush()
    peer.data(found.body, end=True)


def page(body: bytes, fields: Fields = ()) -> Answer:
    """A page without a fault."""
    return lambda peer: peer.send(body, fields=fields)


def half_then(fault: Answer) -> Answer:
    """Half a page, and then the fault."""

    def answer(peer: Peer) -> None:
        peer.head(fields=[("content-length", "2000")])
        peer.data(b"x" * 1000)
        fault(peer)

    return answer


def hang_up(_: Peer) -> None:
    """The connection ends without a word."""
    raise ConnectionError("hung up")


def stop(_: Peer) -> None:
    """Nothing more comes."""
    time.sleep(2)


def endless(peer: Peer) -> None:
    """A body without end."""
    peer.head()
    while True:
        peer.data(b"x" * 16_000)


def endless_pings(peer: Peer) -> None:
    """Questions instead of an answer."""
    while True:
        peer.http.ping(b"12345678")
        peer.flush()
        time.sleep(0.001)


def no_bytes(peer: Peer) -> None:
    """A body of frames without a byte, thousands in every read."""
    peer.head()
    frames = (b"\x00\x00\x00\x00\x00" + peer.stream.to_bytes(4, "big")) * 5000
    while True:
        peer.wire.sendall(frames)


def endless_fields(peer: Peer) -> None:
    """A header that is continued for ever."""
    frame = b"\x00\x00\x04\x01\x00" + peer.stream.to_bytes(4, "big") + b"\x88\x88\x88\x88"
    peer.wire.sendall(frame)
    more = (4000).to_bytes(3, "big") + b"\x09\x00" + peer.stream.to_bytes(4, "big") + b"\x88" * 4000
    while True:
        peer.wire.sendall(more)


def garbage(peer: Peer) -> None:
    """Bytes that are no frame of this protocol."""
    peer.wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n" * 50)
    time.sleep(0.2)

"""Faults of HTTP/2 by name. The server speaks HTTP/1.1 as well, and well, unless HTTP/2 stands alone."""

from tests.integration.faults import http2

from .catalogue import ONE_LOST, Fault, Setup
from .news import COUNT


def _nothing(*_: object) -> None:
    """The site behind is healthy."""


_HEALTHY: Setup = _nothing


def _passes(name: str, answer: http2.Answer) -> Fault:
    """Overcome by asking in HTTP/1.1."""
    return Fault(f"HTTP/2: {name}", _HEALTHY, COUNT, http2=answer)


def _sick(name: str, answer: http2.Answer, code: str, *, alone: bool = False) -> Fault:
    return Fault(f"HTTP/2: {name}", _HEALTHY, ONE_LOST, True, code, http2=answer, http2_alone=alone)


def _reset(peer: http2.Peer) -> None:
    peer.reset()


def _go_away(peer: http2.Peer) -> None:
    peer.go_away()


HTTP2_FAULTS = (
    _passes("stream reset", _reset),
    _passes("stream reset mid-body", http2.half_then(_reset)),
    _passes("connection given up mid-body", http2.half_then(_go_away)),
    _passes("server that stops mid-body", http2.half_then(http2.stop)),
    _passes("body shorter than announced", http2.half_then(lambda peer: peer.data(b"x", end=True))),
    _passes("no frame of the protocol", http2.garbage),
    _passes("header without end", http2.endless_fields),
    _passes("line break in a header", http2.page(b"x", [("x-a", "1\r\nx-b: 2")])),
    _passes("status that is no number", lambda peer: peer.head("two hundred", end=True)),
    _sick("endless body", http2.endless, "too_large"),
    _sick("frames without a byte", http2.no_bytes, "too_large"),
    _sick("questions without end", http2.endless_pings, "too_large"),
    _sick("stream reset, and no HTTP/1.1", _reset, "fetch_failed", alone=True),
)

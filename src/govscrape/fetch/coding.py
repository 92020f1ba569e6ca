"""Undoing a response's content coding, a bounded piece at a time: a small answer can unpack to a full memory.

The HTTP library's own decoders unpack a whole chunk at once and take a stream that was cut off for a whole one.
"""

import zlib
from collections.abc import Iterator

CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_PIECE = 1_000_000
_GZIP = zlib.MAX_WBITS | 16
_BARE = -zlib.MAX_WBITS


class CodingError(ValueError):
    """Bytes that are not what their content coding says, or end too early."""


class Decoder:
    """One ``gzip`` or ``deflate`` layer; ``deflate`` also without its zlib header, as some servers send it."""

    def __init__(self, coding: str) -> None:
        self._bare = coding == "deflate"
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS if self._bare else _GZIP)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` unpacks to, in pieces of at most a megabyte. CodingError when it does not unpack."""
        while data and not self._zlib.eof:
            try:
                piece = self._zlib.decompress(data, _PIECE)
            except zlib.error as error:
                if not self._bare or self._begun:
                    raise CodingError(str(error)) from error
                self._bare, self._zlib = False, zlib.decompressobj(_BARE)
                continue
            self._begun = True
            data = self._zlib.unconsumed_tail
            if piece:
                yield piece

    def end(self) -> None:
        """Say that nothing more comes. CodingError when the stream had not come to its end."""
        if self._begun and not self._zlib.eof:
            raise CodingError("the compressed body was cut off")


def decoders(header: str) -> list[Decoder]:
    """The layers named by a Content-Encoding header, the outermost first. CodingError for a coding not known here."""
    names = [name for part in header.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    unknown = [name for name in names if name not in CODINGS]
    if unknown:
        raise CodingError(f"content coding {unknown[0]!r} was not asked for")
    return [Decoder(name) for name in reversed(names)]


def unpack(layers: list[Decoder], data: bytes) -> Iterator[bytes]:
    """``data`` through all layers."""
    if not layers:
        yield data
        return
    for piece in layers[0].feed(data):
        yield from unpack(layers[1:], piece)

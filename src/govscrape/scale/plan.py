"""Which files there are, and how they are cut into pieces of work."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple, cast

from fsspec.core import url_to_fs

from govscrape.errors import InputError

PIECE_BYTES = 64_000_000


class Piece(NamedTuple):
    """The records of ``path`` that begin in the bytes ``start``..``end``; ``size`` is the whole file's."""

    path: str
    start: int
    end: int
    size: int

    @property
    def name(self) -> str:
        """The piece in one word, for messages."""
        return f"{self.path}[{self.start}:{self.end}]"


def pieces(paths: Iterable[str], *, piece_bytes: int = PIECE_BYTES, sample: float = 1.0) -> Iterator[Piece]:
    """The pieces of all files; a path may be local, ``s3://…`` or ``http…`` and hold ``*``. Each has a length > 0.

    ``sample`` keeps about that share of the pieces, the same ones every time. Raises InputError naming the path.
    """
    for path, size in _files(paths):
        for start in range(0, size, piece_bytes):
            piece = Piece(path, start, min(start + piece_bytes, size), size)
            if sample >= 1 or _draw(piece) < sample:
                yield piece


def _draw(piece: Piece) -> float:
    digest = hashlib.sha256(f"{piece.path} {piece.start}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _files(paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    for path in paths:
        try:
            storage, inside = url_to_fs(path)
            found = sorted(storage.glob(inside)) if "*" in inside else [inside]
            sizes = [(storage.unstrip_protocol(name) if "://" in path else name, storage.size(name)) for name in found]
        except (OSError, ValueError, ImportError) as error:
            raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
        if not sizes:
            raise InputError(f"{path}: no such file")
        for name, size in sizes:
            if size is None:
                raise InputError(f"{name}: its server does not tell how large it is")
            yield name, int(size)


def open_piece(piece: Piece) -> BinaryIO:
    """The piece's file, to be used in a ``with`` block; read ahead in large blocks where it is remote."""
    storage, inside = url_to_fs(piece.path)
    options = {"block_size": 8_000_000, "cache_type": "readahead"} if "://" in piece.path else {}
    return cast("BinaryIO", storage.open(inside, "rb", **options))

"""Compiled rules and portals kept between runs, so that reading one page does not begin with compiling everything.

One file for each folder, in the user's cache folder (``XDG_CACHE_HOME``, else ``~/.cache``). It is used only when it
was made from these very rules by this very code, belongs to this user and can be written by nobody else; and it is read
by a reader that knows our own classes and nothing besides, so that no file, whoever wrote it, can run anything.
Whatever is wrong with it, rules are compiled as if there were none; where it cannot be written, nothing is said.
"""

import gc
import hashlib
import io
import os
import pickle
import platform
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pydantic

_OURS = ("govscrape.rules.", "govscrape.models.")
_PLAIN = {("builtins", "set"), ("builtins", "frozenset")} | {
    ("datetime", name) for name in ("date", "datetime", "time")
}


def digest(root: Path, files: Iterable[Path]) -> str:
    """What tells one state of some files below ``root`` from another: SHA-256 of their names and bytes."""
    found = hashlib.sha256()
    for file in files:
        found.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def load(root: Path, version: str) -> Any:
    """What :func:`save` kept for this state of a folder, or None."""
    file = _file(root)
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            held = os.fstat(stream.fileno())
            if held.st_uid != os.getuid() or held.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            key = _key(root, version)
            if stream.read(len(key)) != key:
                return None
            return _unpickled(stream.read())
    except Exception:  # noqa: BLE001 - a damaged cache is no cache
        return None


def _unpickled(kept: bytes) -> Any:
    """What was kept. No cycles are looked for meanwhile: all of it stays, and there is very much of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return _Reader(io.BytesIO(kept)).load()
    finally:
        if was_on:
            gc.enable()


def save(root: Path, version: str, value: Any) -> None:
    """Keeps what was made of a folder for the next run, instead of what was kept for it before."""
    file = _file(root)
    if file is None:
        return
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
            made.write(_key(root, version) + pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        Path(made.name).replace(file)


def _file(root: Path) -> Path | None:
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # no home
        return None
    return base / "govscrape" / f"rules-{name}.bin" if hasattr(os, "getuid") else None


def _key(root: Path, version: str) -> bytes:
    told = f"{version} {root.resolve()} {_code()} {platform.python_version()} {pydantic.VERSION}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).digest()


@cache
def _code() -> str:
    """A digest of the code that makes compiled rules what they are."""
    package = Path(__file__).resolve().parent.parent
    files = sorted([*package.glob("rules/*.py"), *package.glob("text/*.py"), *package.glob("models/*.py")])
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


class _Reader(pickle.Unpickler):
    """Knows the classes of rules and portals."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuses everything else: that is what could do harm."""
        if (module, name) in _PLAIN or (module.startswith(_OURS) and "." not in name):
            found = super().find_class(module, name)
            # Not what our modules have imported from elsewhere.
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of rules")

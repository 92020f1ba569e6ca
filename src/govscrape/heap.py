"""Memory that large pages leave behind, given back to the system.

The C library keeps what was freed for later. After one page of 20 MB it does so with blocks of that size too, and a
crawler that met a few of them holds 80 MB more for the rest of its life.
"""

import ctypes

_LIBRARY = ctypes.CDLL(None)


def give_back() -> None:
    """Return what is free; nothing happens where the C library is not glibc."""
    trim = getattr(_LIBRARY, "malloc_trim", None)
    if trim is not None:
        trim(0)

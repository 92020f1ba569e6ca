"""A crawler runs for years: what it no longer needs must not stay its own."""

import platform
from pathlib import Path

import pytest

from govscrape.heap import give_back

BLOCKS = 400
SIZE = 100_000


def resident_kb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked for it")
def test_freed_blocks_below_one_that_stays_go_back() -> None:
    """A single small object above them keeps them all, until somebody asks."""
    blocks = [b"x" * SIZE for _ in range(BLOCKS)]
    kept = blocks.pop()
    held = resident_kb()
    blocks.clear()
    give_back()
    assert resident_kb() < held - BLOCKS * SIZE // 1024 // 2
    assert len(kept) == SIZE

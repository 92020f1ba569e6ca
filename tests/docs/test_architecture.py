"""ARCHITECTURE.md and the code name each other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "govscrape"
MODULES = sorted(
    path.relative_to(PACKAGE).as_posix()
    for path in PACKAGE.rglob("*.py")
    if path.name not in {"__init__.py", "__main__.py"}
)
PAGE = ROOT / "ARCHITECTURE.md"


def named() -> set[str]:
    return set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.py)`", PAGE.read_text(encoding="utf-8")))


def test_every_module_is_named() -> None:
    """A module that the picture does not show is one that nobody finds (python docs/generate.py lists it)."""
    assert not set(MODULES) - named()


def test_every_named_module_exists() -> None:
    """A picture of what was once there is worse than none."""
    assert not named() - set(MODULES)


def test_every_folder_of_the_layout_exists() -> None:
    """The layout block lists real folders."""
    for folder in re.findall(r"^(\w+)/ ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        assert (ROOT / folder).is_dir() or (PACKAGE / folder).is_dir(), folder

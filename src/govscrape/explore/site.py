"""The static edition: every page of the book as a file, with the assets and an index for searching in the browser."""

import shutil
from collections.abc import Callable
from pathlib import Path

from govscrape.dataset.pages import together
from govscrape.errors import InputError
from govscrape.explore.addresses import LANGUAGES
from govscrape.explore.book import Book
from govscrape.explore.render import ASSETS, Press
from govscrape.explore.search_index import write_index

MARK = ".govscrape-site"
_FRONT = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="0; url=vi/index.html">
<title>govscrape</title>
<p><a href="vi/index.html" lang="vi" hreflang="vi">govscrape vi</a>
<p><a href="en/index.html" lang="en" hreflang="en">govscrape en</a>
</html>
"""


def write(book: Book, folder: Path, told: Callable[[int, int], None]) -> int:
    """Writes all pages below ``folder`` and gives the number of files; ``told`` hears how many of how many are done.

    All show the database in one state, whatever is written meanwhile. Raises InputError when ``folder`` holds something
    else, StoreError when the database cannot be used.
    """
    with together(book.db):
        _prepare(folder)
        _write_pages(book, folder, told)
        write_index(book.db, folder / "search")
    (folder / "index.html").write_text(_FRONT, encoding="utf-8", newline="\n")
    return sum(path.is_file() for path in folder.rglob("*")) - 1


def _write_pages(book: Book, folder: Path, told: Callable[[int, int], None]) -> None:
    press = Press(book)
    addresses = list(book.addresses())
    total = len(addresses) * len(LANGUAGES)
    paths = (f"{language}/{address.path}" for language in LANGUAGES for address in addresses)
    for done, path in enumerate(paths, 1):
        html = press.page(path)
        if html is not None:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(html, encoding="utf-8", newline="\n")
        told(done, total)


def _prepare(folder: Path) -> None:
    """An empty folder with the assets. Raises InputError when there are files that are not an earlier edition."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: not a folder")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise InputError(f"{folder}: holds other files; give a new or empty folder")
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    shutil.copytree(ASSETS, folder / "assets")

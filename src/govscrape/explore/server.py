"""Starts Datasette on a database of ours, read-only, with our pages in front of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from govscrape.dataset.codebook import load_codebook
from govscrape.dataset.pages import reading
from govscrape.errors import GovscrapeError, InputError
from govscrape.explore import plugin
from govscrape.explore.addresses import LANGUAGES
from govscrape.explore.book import Book
from govscrape.explore.render import ASSETS, TEMPLATES, Press
from govscrape.rules.load import read_yaml, rules_dir

SHOWN = frozenset(
    "articles article_versions index_results officials directives legal_refs people posts organisations legal_documents"
    " runs issues".split()
)
"""The tables that visitors are shown first, beside the views; the others are one click away."""

SETTINGS = {
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "num_sql_threads": 3,
    "allow_download": False,
    "default_cache_ttl": 0,
    "trace_debug": False,
}


def application(book: Book, archive: Path, *, sql: bool = False) -> Any:
    """The ASGI application: the book's pages, and under ``/data`` the tables and the questions of rules/pages.

    ``sql`` lets visitors write SQL of their own, read-only and for at most two seconds. Raises StoreError when the
    database cannot be used.
    """
    with reading(book.db) as db:
        tables: dict[str, dict[str, Any]] = {name: {"hidden": name not in SHOWN} for name in db.table_names()}
    for table in load_codebook().tables:
        columns = {one.name: _both(one.meaning) for one in table.variables}
        tables[table.name] = tables.get(table.name, {}) | {"description": _both(table.meaning), "columns": columns}
    plugin.desk.press, plugin.desk.archive = Press(book), archive
    if not pm.has_plugin(plugin.NAME):
        pm.register(plugin, plugin.NAME)
    served = Datasette(
        [],
        settings={**SETTINGS, "default_allow_sql": sql},
        metadata={"title": "govscrape", "databases": {plugin.DATABASE: {"queries": _questions(), "tables": tables}}},
        template_dir=str(TEMPLATES / "datasette"),
        static_mounts=[("assets", str(ASSETS))],
    )
    served.add_database(Database(served, path=str(book.db), is_mutable=True), name=plugin.DATABASE)
    asyncio.run(served.invoke_startup())
    return served.app()


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that holds the address. Raises InputError when it cannot be used."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((host, port))
        except OSError as error:
            raise InputError(f"{host}:{port} cannot be used ({error.strerror}); give another --port") from error
        yield held


def serve(app: Any, held: socket.socket) -> None:
    """Serves until interrupted. The pages that count everything are made meanwhile, so that nobody waits for them."""
    threading.Thread(target=_warm, daemon=True).start()
    uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on")).run(sockets=[held])


def _warm() -> None:
    for path in ("index", "reconcile"):
        with suppress(GovscrapeError):
            plugin.desk.press.page(f"{LANGUAGES[0]}/{path}.html")


def _both(meaning: Mapping[str, str]) -> str:
    """Vietnamese and English side by side: Datasette's pages are in no language of ours."""
    return " · ".join(meaning[language] for language in LANGUAGES)


def _questions() -> dict[str, dict[str, Any]]:
    """The canned questions: rules/pages/queries.yaml."""
    found: dict[str, dict[str, str]] = read_yaml(rules_dir() / "pages" / "queries.yaml")
    return {name: {**question, "hide_sql": True} for name, question in found.items()}

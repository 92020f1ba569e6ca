"""Starts Datasette on a database of ours, read-only, with our pages in front of its own."""

import asyncio
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from govscrape.explore import plugin
from govscrape.explore.book import Book
from govscrape.explore.render import ASSETS, TEMPLATES, Press
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.store import open_readonly

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
    open_readonly(book.db).close()
    plugin.desk.press, plugin.desk.archive = Press(book), archive
    if not pm.has_plugin(plugin.NAME):
        pm.register(plugin, plugin.NAME)
    served = Datasette(
        [],
        settings={**SETTINGS, "default_allow_sql": sql},
        metadata={"title": "govscrape", "databases": {plugin.DATABASE: {"queries": _questions()}}},
        template_dir=str(TEMPLATES / "datasette"),
        static_mounts=[("assets", str(ASSETS))],
    )
    served.add_database(Database(served, path=str(book.db), is_mutable=True), name=plugin.DATABASE)
    asyncio.run(served.invoke_startup())
    return served.app()


def serve(app: Any, host: str, port: int) -> None:
    """Serves until interrupted."""
    uvicorn.run(app, host=host, port=port, log_level="warning", lifespan="on")


def _questions() -> dict[str, dict[str, str]]:
    """The canned questions: rules/pages/queries.yaml."""
    found: dict[str, dict[str, str]] = read_yaml(rules_dir() / "pages" / "queries.yaml")
    return {name: dict(question) for name, question in found.items()}

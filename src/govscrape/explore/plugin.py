"""The pages as a plugin of Datasette: its routes, what its own pages look like, and headers for all of them."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from datasette import NotFound, Response, hookimpl

from govscrape.dataset.query import words_in_sql
from govscrape.errors import GovscrapeError
from govscrape.explore.addresses import LANGUAGES
from govscrape.explore.archived import archived_copy
from govscrape.explore.render import CONTENT_POLICY, Press

NAME = "govscrape"
DATABASE = "data"
LENGTH_MAX = 20_000_000
"""Bytes of a text or blob that a question of a visitor may make."""

_THEIR_POLICY = CONTENT_POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
_PATH = r"^/(?P<path>(?:vi|en)/.*)$"


class Desk:
    """What the routes need: the press, the archive's folder. One per process, set before the server starts."""

    press: Press
    archive: Path


desk = Desk()
_log = logging.getLogger(__name__)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our addresses; they go before Datasette's own."""
    return [
        (r"^/$", _front),
        (r"^/(?P<language>vi|en)/?$", _start),
        (_PATH, _page),
        (r"^/archived/(?P<number>[1-9]\d{0,17})$", _archived),
    ]


@hookimpl
def prepare_connection(conn: Any, database: str) -> None:
    """A visitor's question cannot write, nor fill the memory with one value; it can ask for words."""
    if database != DATABASE:
        return
    words_in_sql(conn)
    conn.execute("PRAGMA query_only = ON")
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LENGTH_MAX)


@hookimpl(hookwrapper=True)
def handle_exception(request: Any, exception: Exception) -> Generator[None, Any, None]:
    """What is refused or cannot be found is told in one line, as a page of ours or as JSON.

    It takes the place of Datasette's answer, which prints all variables to the terminal.
    """

    async def answer() -> Any:
        status = _status(exception)
        if status >= 500:
            _log.error("path=%s error=%r", request.path, exception)
        return _told(request, status, getattr(exception, "title", None) or str(exception) or type(exception).__name__)

    outcome = yield
    outcome.force_result([answer])


@hookimpl
def forbidden(request: Any, message: str) -> Any:
    """The same for what Datasette does not allow."""
    return _told(request, 403, message)


def _told(request: Any, status: int, said: str) -> Any:
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "status": status, "error": said}, status=status)
    key = {403: "message.refused", 404: "message.missing"}.get(status, "message.failed")
    return _html(desk.press.message(key, LANGUAGES[0], from_path=request.path.lstrip("/"), detail=said), status)


def _status(exception: Exception) -> int:
    return 404 if isinstance(exception, NotFound) else int(getattr(exception, "status", None) or 500)


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """A content policy without outside hosts on every answer that has none."""

    def wrap(app: Any) -> Any:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            await app(scope, receive, _guarded(send))

        return wrapped

    return wrap


def _guarded(send: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
    async def guarded(message: Any) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message["headers"]}
            extra = {
                "content-security-policy": _THEIR_POLICY,
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
            }
            added = [(name.encode(), value.encode()) for name, value in extra.items() if name.encode() not in names]
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return guarded


async def _front(request: Any) -> Any:
    asked = [part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    language = next((part for part in asked if part in LANGUAGES), LANGUAGES[0])
    return Response.redirect(f"/{language}/index.html")


async def _start(request: Any) -> Any:
    return Response.redirect(f"/{request.url_vars['language']}/index.html")


async def _page(request: Any) -> Any:
    path = unquote(request.url_vars["path"])
    language = path[:2]
    asked = {"query": (request.args.get("q") or "")[:1000]} if path.endswith("/search.html") else {}
    try:
        html = await asyncio.to_thread(desk.press.page, path, **asked)
    except GovscrapeError as error:
        return _html(desk.press.message("message.failed", language, from_path=path, detail=str(error)), 500)
    if html is None:
        return _html(desk.press.message("message.missing", language, from_path=path), 404)
    return _html(html, 200)


async def _archived(request: Any) -> Any:
    try:
        copy = await asyncio.to_thread(archived_copy, desk.press.book.db, desk.archive, int(request.url_vars["number"]))
    except GovscrapeError as error:
        return Response.text(str(error), status=404)
    if copy is None:
        return Response.text("no such page", status=404)
    kind = copy.headers.pop("content-type")
    return Response(copy.body, status=200, headers=copy.headers, content_type=kind)


def _html(text: str, status: int) -> Any:
    headers = {"content-security-policy": CONTENT_POLICY + "; frame-ancestors 'none'"}
    return Response.html(text, status=status, headers=headers)

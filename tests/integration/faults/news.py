"""A healthy little portal of six articles in two pages, for faults to be put into."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tests.integration.conftest import HTML, Answer, Handler, Site

from govscrape.models.portal import Expect, Limits, Listing, PageVersion, Portal, Refusals, UrlRules

from .wire import HOST

COUNT = 6
PER_PAGE = 3
SICK = 2
"""The article that article faults befall; it stands on the second page of the listing."""
FILE = "Văn bản"
"""The text of a link to a file, and so the file's title."""
TEXT = "Hôm nay tỉnh công bố kết quả của năm, và mọi người đều vui mừng với bài số {n}. " * 5


def article(number: int, text: str | None = None) -> str:
    """One article's page."""
    body = text or TEXT.format(n=number)
    head = f"<head><title>Bài {number}</title></head>"
    return f"<html>{head}<body><h1>Bài {number}</h1><div class='body'><p>{body}</p></div></body></html>"


def link(number: int) -> str:
    """One item of the listing."""
    return f"<li><a href='/bai/{number}'>Bài {number}</a></li>"


def listing(items: str) -> str:
    """One page of the listing."""
    return f"<html><body><h2>Tin</h2><ul>{items}</ul></body></html>"


def numbers(page: int) -> list[int]:
    """The articles on a page, newest first."""
    return list(range(COUNT, 0, -1))[(page - 1) * PER_PAGE : page * PER_PAGE]


def page_of(handler: Handler) -> int:
    """The page that a request asks for."""
    return int(parse_qs(urlsplit(handler.path).query).get("page", ["1"])[0])


def whole(handler: Handler) -> None:
    """The listing as it should be."""
    handler.send(listing("".join(link(number) for number in numbers(page_of(handler)))).encode())


def on_page(number: int, answer: Answer) -> Answer:
    """The listing with one page that misbehaves."""
    return lambda handler: (answer if page_of(handler) == number else whole)(handler)


def rows(items: Mapping[int, str]) -> Answer:
    """The listing with other pages: their items' markup by page."""
    return lambda handler: handler.send(listing(items.get(page_of(handler), "")).encode())


def healthy(site: Site) -> None:
    """Every article and the listing, without a fault."""
    site.answers["/news"] = whole
    for number in range(1, COUNT + 1):
        site.answers[f"/bai/{number}"] = html(article(number))


def html(text: str, content_type: str = HTML, encoding: str = "utf-8") -> Answer:
    """A page in some encoding."""
    return lambda handler: handler.send(text.encode(encoding), content_type=content_type)


def portal(port: int) -> Portal:
    """The portal as it would be described; it does not allow loopback."""
    return Portal(
        id="faults",
        name="Faults",
        province="Test",
        base_url=f"http://{HOST}:{port}",
        listings=(Listing(id="news", url="/news?page={page}", item="li", max_pages=20),),
        versions=(PageVersion(title=("h1",), body=("div.body",)),),
        urls=UrlRules(article=r"/bai/|/vi/tin/", exclude=("/print/",)),
        refusals=Refusals(login=("form.login",), soft_404=("div.gone",)),
        limits=Limits(delay_s=0, timeout_s=0.3, max_bytes=600_000, max_redirects=4),
        expect=Expect(),
    )


# What a server of sockets can do and http.server would not.


def raw(*parts: bytes, wait_s: float = 0.0, forever: bool = False) -> Answer:
    """Bytes on the wire as they are, then the end; ``forever`` repeats the last part until the client leaves."""

    def answer(handler: Handler) -> None:
        handler.close_connection = True
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(wait_s)
        while forever:
            handler.wfile.write(parts[-1])
            handler.wfile.flush()
            time.sleep(wait_s)

    return answer


def reset(handler: Handler) -> None:
    """Half a body, then the connection is reset instead of closed."""
    import socket
    import struct

    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<html>" + b"x" * 1000)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def silent(handler: Handler) -> None:
    """Accepts the request and says nothing for longer than anybody waits."""
    time.sleep(0.6)
    handler.close_connection = True


def once(first: Answer, then: Answer) -> Answer:
    """``first`` to the first question, ``then`` ever after."""
    asked: list[bool] = []

    def answer(handler: Handler) -> None:
        asked.append(True)
        (first if len(asked) == 1 else then)(handler)

    return answer


def cookie_wall(inside: Answer) -> Answer:
    """Sends who has no cookie to fetch one at the same address."""

    def answer(handler: Handler) -> None:
        if "seen=1" in (handler.headers.get("Cookie") or ""):
            inside(handler)
        else:
            handler.send(b"", 302, headers={"Location": handler.path, "Set-Cookie": "seen=1; Path=/"})

    return answer


def given_to_seen(file: bytes, otherwise: Answer) -> Answer:
    """A PDF for who comes from its page and has its cookie."""

    def answer(handler: Handler) -> None:
        if "seen=1" in (handler.headers.get("Cookie") or "") and "/bai/" in (handler.headers.get("Referer") or ""):
            handler.send(file, content_type="application/pdf")
        else:
            otherwise(handler)

    return answer

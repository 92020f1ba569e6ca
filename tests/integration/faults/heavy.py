"""Faults of size: what a page may weigh by default, 20 MB, used against the reader.

benchmarks/fault_site.py goes through all of them, the tests through ``QUICK``.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import cache

from tests.integration.conftest import HTML, Answer, page

from govscrape.models.portal import Limits, Portal

from .catalogue import BAI, OK, ONE_LOST, Fault
from .news import article, numbers, on_page, raw

SIZE = 19_000_000
PARAGRAPH = "<p>Hôm nay trời đẹp, mọi người đều vui.</p>"
SENTENCE = "PAPI năm 2023 của tỉnh Gia Lai đạt 40,32 điểm, xếp thứ 51/61, và ông A yêu cầu Sở B báo cáo. "


def _as_deployed(portal: Portal) -> Portal:
    """With the limits of a real portal, but for the delay."""
    return portal.model_copy(update={"limits": Limits(delay_s=0, timeout_s=10)})


def _filled(unit: str) -> str:
    """An article's page of 19 MB that consists of one thing."""
    return f"<html><body><h1>Bài 2</h1><div class='body'>{unit * (SIZE // len(unit.encode()))}</div></body></html>"


@cache
def _gigabyte() -> bytes:
    """A gigabyte of zeros, a thousandth of it on the wire."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(10_000_000)) for _ in range(100)) + packer.flush()


def _bomb() -> Answer:
    packed = _gigabyte()
    return lambda handler: handler.send(packed, content_type=HTML, headers={"Content-Encoding": "gzip"})


def _sick(name: str, make: Callable[[], Answer], code: str | None) -> Fault:
    """A fault whose answer is made only where the site is served: the crawler must not hold it too."""
    return Fault(name, lambda site, _: site.answers.update({BAI: make()}), ONE_LOST, True, code, _as_deployed)


def _full_of(unit: str) -> Callable[[], Answer]:
    return lambda: page(_filled(unit))


def _blocks() -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    yield b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


RESPONSE_S = 60.0
"""What a page of such a size may take."""

HEAVY = (
    _sick("gzip bomb of 1 GB", _bomb, "too_large"),
    _sick("endless chunked body, up to the default cap", lambda: raw(*_blocks(), forever=True), "too_large"),
    _sick("19 MB of short paragraphs", _full_of(PARAGRAPH), None),
    _sick("19 MB of empty elements", _full_of("<i></i>"), None),
    _sick("19 MB of table cells", _full_of("<table><tr><td>1<td>2</table>"), None),
    _sick("19 MB of statements", _full_of(f"<p>{SENTENCE * 20}</p>"), None),
    _sick("19 MB of one line", _full_of(SENTENCE), None),
    Fault(
        "2 MB of statements in one line",
        lambda site, _: site.answers.update({BAI: page(article(2, SENTENCE * 15_000))}),
        partial=True,
        code="text_truncated",
        change=_as_deployed,
    ),
    Fault(
        "a listing of 19 MB",
        lambda site, _: site.answers.update(
            {"/news": on_page(2, page("<html><body><ul>" + "<li>Bài viết</li>" * (SIZE // 22)))}
        ),
        len(numbers(1)),
        True,
        "listing_open",
        _as_deployed,
    ),
)

QUICK = HEAVY[:2]
"""What neither takes long nor weighs on who serves it: the tests do that in the crawler's own process."""

"""What the four sample sites share: request and response, the chrome of a page, counters and the markup of blocks."""

import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from html import escape
from html.entities import codepoint2name
from importlib.resources import files
from string import Template
from threading import Lock

from govscrape.demo.articles import MARK, Block, SampleArticle, articles, blocks
from govscrape.demo.pdf import small_pdf

HTML = "text/html; charset=utf-8"
VIETNAM = timezone(timedelta(hours=7))
CLOCK_START = datetime(2025, 12, 1, 7, 0, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Request:
    """A GET: ``path`` below the site's prefix, decoded; ``visit`` counts all requests of this server."""

    path: str
    query: Mapping[str, str]
    visit: int

    @property
    def clock(self) -> datetime:
        """The time that page headers show: another at every request, the same in every run."""
        return CLOCK_START + timedelta(minutes=self.visit)

    def number(self, key: str, default: int = 1) -> int:
        """A positive number of the query; ``default`` where there is none."""
        text = self.query.get(key, "")
        return int(text) if text.isdecimal() and int(text) > 0 else default


@dataclass(frozen=True)
class Response:
    """What is sent back."""

    body: bytes
    content_type: str = HTML
    status: int = 200


def html_response(text: str, *, status: int = 200, before: str = "") -> Response:
    """A page; ``before`` stands in front of its doctype (a byte order mark, a blank line)."""
    return Response((before + text).encode(), status=status)


class Site(ABC):
    """One sample portal. A subclass is one CMS family: it knows the paths and the markup."""

    id: str
    page_size = 5

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.articles = articles(self.id)
        self._seen: Counter[str] = Counter()
        self._lock = Lock()

    @abstractmethod
    def respond(self, request: Request) -> Response:
        """The answer to a request of this site."""

    def views(self, article: SampleArticle) -> int:
        """The article's view counter, one higher at every call."""
        with self._lock:
            self._seen[article.id] += 1
            return article.views + self._seen[article.id]

    def article(self, key: str) -> SampleArticle | None:
        """The article of that id."""
        return next((article for article in self.articles if article.id == key), None)

    def section(self, name: str) -> tuple[SampleArticle, ...]:
        """The articles of a section, newest first."""
        return tuple(article for article in self.articles if article.section == name)

    def slice(self, found: tuple[SampleArticle, ...], page: int) -> tuple[SampleArticle, ...]:
        """Page ``page`` (from 1) of a listing."""
        return found[(page - 1) * self.page_size : page * self.page_size]

    def pages(self, found: tuple[SampleArticle, ...]) -> int:
        """How many pages a listing has."""
        return max(1, -(-len(found) // self.page_size))

    def file(self, name: str) -> Response | None:
        """The attachment of that name as a PDF."""
        known = any(file.name == name for article in self.articles for file in article.attachments)
        return Response(small_pdf(name), "application/pdf") if known else None

    def page(self, request: Request, *, title: str, main: str, head: str = "") -> str:
        """The site's page around ``main``."""
        clock = request.clock
        return self.fill(
            "page.html",
            title=escape(title),
            head=head,
            main=main,
            mark=MARK,
            clock=f"{clock:%H:%M}",
            today=f"{clock:%d/%m/%Y}",
            weekday=weekday(clock),
            online=17 + request.visit % 40,
            total=1_204_311 + request.visit,
        )

    def fill(self, name: str, /, **values: object) -> str:
        """The site's template of that name with its values; ``prefix`` is always known."""
        return _template(self.id, name).substitute(values, prefix=self.prefix)


@cache
def _template(site: str, name: str) -> Template:
    return Template((files("govscrape.demo") / "templates" / site / name).read_text("utf-8"))


def weekday(day: datetime) -> str:
    """The Vietnamese name of the day."""
    return ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")[day.weekday()]


BlockMarkup = Callable[[Block], str]


def table(block: Block) -> str:
    """A table whose cells wrap a paragraph, as editors paste it from a word processor."""
    rows = "".join(
        "<tr>" + "".join(f'<td><p dir="ltr">{escape(c)}</p></td>' for c in row) + "</tr>" for row in block.rows
    )
    return f'<table border="1" cellpadding="0"><tbody>{rows}</tbody></table>'


def plain(block: Block, image: BlockMarkup, *, tag: str = "p") -> str:
    """The markup that all families share; ``image`` is the family's own way with pictures."""
    if block.kind == "image":
        return image(block)
    if block.kind == "table":
        return table(block)
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in block.lines) + "</ul>"
    text = escape(block.lines[0])
    return f"<{tag}><strong>{text}</strong></{tag}>" if block.kind == "heading" else f"<{tag}>{text}</{tag}>"


def picture(block: Block) -> tuple[str, str]:
    """A picture's file name and its caption, escaped; the caption is empty when there is none."""
    return block.lines[0], escape(block.lines[1]) if len(block.lines) > 1 else ""


def body_markup(article: SampleArticle, image: BlockMarkup) -> str:
    """The body of an article with the faults that its ``quirks`` name."""
    found = blocks(article.body)
    if "breaks" in article.quirks:
        return spelled(article, "<br /><br />".join(plain(block, image, tag="span") for block in found))
    tag = "div" if "divs" in article.quirks else "p"
    return spelled(article, "\n".join(plain(block, image, tag=tag) for block in found))


def spelled(article: SampleArticle, markup: str) -> str:
    """The same text in the article's odd spelling: named entities, no-break spaces, decomposed letters."""
    if "entities" in article.quirks:
        markup = "".join(
            f"&{codepoint2name[ord(c)]};" if ord(c) > 160 and ord(c) in codepoint2name else c for c in markup
        )
    if "nbsp" in article.quirks:
        markup = markup.replace(" điểm", "&nbsp;điểm").replace(". ", ".&nbsp; ").replace("thứ ", "thứ&nbsp;")
    return unicodedata.normalize("NFD", markup) if "nfd" in article.quirks else markup

"""Draws a page: the one place where the book meets its templates."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from govscrape.dataset import pages
from govscrape.explore import bodies, checks, laws, people, places, texts
from govscrape.explore.addresses import LANGUAGES, Address, link, of_key, official, parse, root, slug
from govscrape.explore.book import Book, Builder, Page
from govscrape.explore.words import Words, load_words

HERE = Path(__file__).resolve().parent
ASSETS = HERE / "assets"
TEMPLATES = HERE / "templates"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""What a page may load: only what comes with it, no script but our files. The charts write styles into their SVG."""

BUILDERS: Mapping[str, Builder] = {
    "index": places.start,
    "provinces": places.provinces,
    "province": places.province,
    "measure": places.measure,
    "officials": people.officials,
    "official": people.person,
    "organisations": bodies.organisations,
    "organisation": bodies.organisation,
    "documents": bodies.documents,
    "document": bodies.document,
    "calendar": people.calendar,
    "article": texts.article,
    "reconcile": checks.reconcile,
    "search": texts.search,
}


class Press:
    """Turns paths into HTML. One for a book; safe to use from several threads."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.words = load_words()
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, path: str, **asked: str) -> str | None:
        """The HTML of the page at a path such as ``vi/province/gia-lai.html``; None when there is none.

        ``asked`` is what a form asks of the page (``query``). Raises GovscrapeError as the questions do.
        """
        found = parse(path)
        if found is None:
            return None
        language, address = found
        words = self.words[language]
        with pages.together(self.book.db):
            if address.kind == "search":
                page: Page | None = texts.search(self.book, address, words, **asked)
            else:
                page = BUILDERS[address.kind](self.book, address, words)
            return None if page is None else self._drawn(page, path, address, words, samples=self.book.samples())

    def message(self, title_key: str, language: str, *, from_path: str, detail: str = "") -> str:
        """A page that says what went wrong."""
        words = self.words[language]
        page = Page("message.html", words(title_key), {"detail": detail})
        return self._drawn(page, from_path, Address("index"), words)

    def _drawn(self, page: Page, path: str, address: Address, words: Words, *, samples: bool = False) -> str:
        other = next(language for language in LANGUAGES if language != words.language)
        tools = _tools(self.book, path, words)
        return self._templates.get_template(page.template).render(
            **page.shown,
            **tools,
            page=page,
            path=path,
            address=address,
            words=words,
            t=words,
            live_server=self.book.live,
            samples=samples,
            policy=CONTENT_POLICY,
            other=other,
            other_words=self.words[other],
            other_link=link(address, other, from_path=path),
            codes=self.book.codes,
            titles=self.book.titles,
            as_of=self.book.today.isoformat(),
        )


def _tools(book: Book, path: str, words: Words) -> dict[str, Callable[..., Any]]:
    """What templates call: links from this page, and data for the scripts."""

    def to(kind: str, key: object = "", name: str = "") -> str:
        return link(Address(kind, str(key), name), words.language, from_path=path)

    def to_person(name: str | None, province: str | None, number: int = 1) -> str | None:
        address = official(name, province, number)
        return link(address, words.language, from_path=path) if address else None

    def to_key(kind: str, key: str) -> str:
        return link(of_key(kind, key), words.language, from_path=path)

    def to_body(written: str | None, province: str | None) -> str | None:
        key = book.body(written, province)
        return to_key("organisation", key) if key else None

    def to_province(name: str | None) -> str | None:
        return to("province", slug(name)) if book.place(name) else None

    def to_index(code: str) -> str | None:
        return to("measure", slug(code)) if code in codes else None

    def from_root(rest: str) -> str:
        return root(path) + rest

    codes = frozenset(book.codes())
    links: dict[str, Callable[..., Any]] = {
        "to": to,
        "to_person": to_person,
        "to_key": to_key,
        "to_body": to_body,
        "to_province": to_province,
        "to_index": to_index,
    }
    return {**links, "from_root": from_root, "slug": slug, "data": _data, "law_name": laws.name_of}


def _data(value: object) -> Markup:
    """JSON for a script element: nothing in it can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704 (escaped)

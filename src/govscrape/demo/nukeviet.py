"""Đồng Nai: NukeViet.

A feed, print copies, a clock in the header, dates of other articles below the body.
"""

from email.utils import format_datetime
from html import escape

from govscrape.demo.articles import MARK, Block, SampleArticle
from govscrape.demo.site import Request, Response, Site, body_markup, html_response, picture, weekday

CATEGORIES = {"Chi-dao-dieu-hanh": "Chỉ đạo - Điều hành", "Kinh-te-Xa-hoi": "Kinh tế - Xã hội"}
WRONG_URL = Response(b"Wrong URL")


class NukeVietSite(Site):
    """``/vi/news/<category>/page-n/``, ``/vi/news/<category>/<slug>-<id>.html``, ``/vi/news/rss/<category>/``."""

    id = "dongnai"

    def respond(self, request: Request) -> Response:
        """A file that is asked for without its page is nine bytes with status 200; pages past a list's end are 404."""
        parts = request.path.strip("/").split("/")
        if parts in ([""], ["vi", "news"]):
            return self._listing(request, next(iter(CATEGORIES)), 1)
        if parts[:2] != ["vi", "news"]:
            return (self.file(parts[-1]) if parts[0] == "uploads" else None) or WRONG_URL
        match parts[2:]:
            case ["rss", *below]:
                return self._feed(below[0] if below else "")
            case ["print" | "savefile", *below]:
                return self._print(request, below[-1] if below else "")
            case [category, *below] if category in CATEGORIES:
                return self._below(request, category, below[0] if below else "page-1")
        return self._missing(request)

    def _below(self, request: Request, category: str, name: str) -> Response:
        if name.startswith("page-") and name[5:].isdecimal():
            return self._listing(request, category, int(name[5:]))
        found = self._named(name)
        return self._article(request, category, found) if found else self._missing(request)

    def _named(self, name: str) -> SampleArticle | None:
        return self.article(name.removesuffix(".html").rsplit("-", 1)[-1])

    def _missing(self, request: Request) -> Response:
        return html_response(self.page(request, title="Không tìm thấy", main=self.fill("missing.html")), status=404)

    def _path(self, article: SampleArticle, *, under: str = "") -> str:
        category = next(key for key, name in CATEGORIES.items() if name == article.section)
        return f"{self.prefix}/vi/news/{under}{category}/{article.slug}-{article.id}.html"

    def _listing(self, request: Request, category: str, page: int) -> Response:
        found = self.section(CATEGORIES[category])
        if not 1 <= page <= self.pages(found):
            return self._missing(request)
        base = f"{self.prefix}/vi/news/{category}/"
        main = self.fill(
            "listing.html",
            name=CATEGORIES[category],
            items="".join(self._item(article) for article in self.slice(found, page)),
            numbers="".join(f'<li><a href="{base}page-{n}/">{n}</a></li>' for n in range(1, self.pages(found) + 1)),
        )
        return html_response(self.page(request, title=CATEGORIES[category], main=main))

    def _item(self, article: SampleArticle) -> str:
        return self.fill(
            "item.html",
            path=self._path(article),
            title=escape(article.title),
            date=f"{article.published_at:%d/%m/%Y %H:%M}",
            brief=escape(article.summary or ""),
        )

    def _feed(self, category: str) -> Response:
        found = self.section(CATEGORIES[category]) if category in CATEGORIES else self.articles
        items = (
            self.fill(
                "feed_item.xml",
                title=escape(article.title),
                path=self._path(article),
                id=article.id,
                brief=article.summary or "",
                date=format_datetime(article.published_at),
            )
            for article in found
        )
        text = self.fill("feed.xml", items="".join(items), mark=MARK)
        return Response(text.encode(), "application/rss+xml; charset=utf-8")

    def _article(self, request: Request, category: str, article: SampleArticle) -> Response:
        at = article.published_at
        older = (other for other in self.section(article.section) if other.published_at < at)
        main = self.fill(
            "article.html",
            category=category,
            name=CATEGORIES[category],
            title=escape(article.title),
            date=f"{weekday(at)} - {at:%d/%m/%Y  %H:%M}",
            print=self._path(article, under="print/"),
            save=self._path(article, under="savefile/"),
            views=self.views(article),
            brief=escape(article.summary or ""),
            body=self._body(article),
            others="".join(self._other(other) for other in older),
        )
        head = f'<link rel="canonical" href="{self._path(article)}">'
        title = f"{article.title} - {CATEGORIES[category]}"
        return html_response(self.page(request, title=title, main=main, head=head))

    def _body(self, article: SampleArticle) -> str:
        folder = f"{self.prefix}/uploads/news/{article.published_at:%Y_%m}"
        files = "".join(f'<li><a href="{folder}/{f.name}">{escape(f.title)}</a></li>' for f in article.attachments)
        attached = f'<ul class="attach">{files}</ul>' if files else ""
        author = f'<p class="author"><strong>Tác giả:</strong> {escape(article.author)}</p>' if article.author else ""
        return f"{body_markup(article, self._image)}{author}{attached}"

    def _other(self, article: SampleArticle) -> str:
        link = f'<a href="{self._path(article)}">{escape(article.title)}</a>'
        return f'<li>{link} <span class="date">({article.published_at:%d/%m/%Y})</span></li>'

    def _print(self, request: Request, name: str) -> Response:
        found = self._named(name)
        if found is None:
            return self._missing(request)
        main = self.fill(
            "print.html",
            title=escape(found.title),
            date=f"{found.published_at:%d/%m/%Y %H:%M}",
            brief=escape(found.summary or ""),
            body=body_markup(found, self._image),
            path=self._path(found),
        )
        head = f'<link rel="canonical" href="{self._path(found)}">'
        return html_response(self.page(request, title=found.title, main=main, head=head))

    def _image(self, block: Block) -> str:
        name, caption = picture(block)
        text = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure><img src="{self.prefix}/uploads/news/{name}" alt="{caption}">{text}</figure>'

"""Thừa Thiên Huế: Liferay.

``?redirect=`` doubles every link, a locale suffix answers the listing, letters come as entities behind a byte order
mark.
"""

from hashlib import md5
from html import escape
from urllib.parse import quote
from uuid import UUID

from govscrape.demo.articles import Block, SampleArticle
from govscrape.demo.site import Request, Response, Site, body_markup, html_response, picture

PAGES = {"tin-tuc": "Tin tức", "doi-song": "Đời sống"}
INSTANCE = "101_INSTANCE_Yk3T"
BOM = "\ufeff"


class LiferaySite(Site):
    """``/<page>?…_cur=n`` and ``/<page>/-/view_content/<id>-<slug>.html``.

    Past the end a list repeats its last page.
    """

    id = "thuathienhue"

    def respond(self, request: Request) -> Response:
        """Every path answers 200: a missing resource is a status page, an article's path with more behind it a list."""
        parts = request.path.strip("/").split("/")
        if parts[0] == "documents":
            return (self.file(parts[3]) if len(parts) == 5 else None) or self._status(request)
        name = parts[0] or "tin-tuc"
        if name not in PAGES:
            return self._status(request)
        if len(parts) == 4 and parts[2] == "view_content":
            found = self.article(parts[3].split("-", 1)[0])
            return self._article(request, name, found) if found else self._status(request)
        # <article>.html/en answers the listing, whose relative links then add /en again: a trap without end.
        return self._listing(request, name, trap=len(parts) > 4)

    def _status(self, request: Request) -> Response:
        return html_response(self.page(request, title="Trạng thái", main=self.fill("status.html")))

    def _listing(self, request: Request, name: str, *, trap: bool) -> Response:
        found = self.section(PAGES[name])
        page = min(request.number(f"_{INSTANCE}_cur"), self.pages(found))
        base = f"{self.prefix}/{name}?p_p_id={INSTANCE}&p_p_lifecycle=0&p_p_state=normal&_{INSTANCE}_cur="
        back = quote(f"{base}{page}", safe="")
        last = page >= self.pages(found)
        main = self.fill(
            "listing.html",
            name=PAGES[name],
            items="".join(self._item(name, article, back, trap=trap) for article in self.slice(found, page)),
            more="" if last else f'<li><a href="{escape(base)}{page + 1}">Tiếp →</a></li>',
        )
        return html_response(self.page(request, title=PAGES[name], main=main), before=BOM)

    def _path(self, name: str, article: SampleArticle) -> str:
        return f"{self.prefix}/{name}/-/view_content/{article.id}-{article.slug}.html"

    def _item(self, name: str, article: SampleArticle, back: str, *, trap: bool) -> str:
        return self.fill(
            "item.html",
            path=f"en/{article.id}" if trap else f"{self._path(name, article)}?redirect={back}",
            title=escape(article.title),
            date=f"{article.published_at:%d/%m/%Y | %I:%M %p}",
            views=article.views,
            brief=escape(article.summary or ""),
        )

    def _article(self, request: Request, name: str, article: SampleArticle) -> Response:
        summary = escape(article.summary or "")
        others = (other for other in self.section(article.section) if other.id != article.id)
        main = self.fill(
            "article.html",
            name=PAGES[name],
            title=escape(article.title),
            date=f"{article.published_at:%d/%m/%Y | %I:%M %p}",
            views=self.views(article),
            brief=f'<p class="text-justify"><strong class="text-muted">{summary}</strong></p>' if summary else "",
            body=self._body(article),
            others="".join(f'<li><a href="{self._path(name, o)}">{escape(o.title)}</a></li>' for o in others),
        )
        head = f'<link rel="canonical" href="{self._path(name, article)}"><meta name="description" content="{summary}">'
        page = self.page(request, title=f"{article.title} - Tin tức", main=main, head=head)
        return html_response(page, before=BOM)

    def _body(self, article: SampleArticle) -> str:
        author = f'<p class="article-author">Tác giả: {escape(article.author)}</p>' if article.author else ""
        links = (f'<a href="{self._file_path(f.name)}">{escape(f.title)}</a>' for f in article.attachments)
        return body_markup(article, self._image) + "".join(f'<p class="file">{link}</p>' for link in links) + author

    def _file_path(self, name: str) -> str:
        mark = UUID(md5(name.encode(), usedforsecurity=False).hexdigest())
        return f"{self.prefix}/documents/20182/7411/{name}/{mark}?t=1711933200000"

    def _image(self, block: Block) -> str:
        name, caption = picture(block)
        number = int(md5(name.encode(), usedforsecurity=False).hexdigest()[:5], 16)
        src = f"{self.prefix}/image/journal/article?img_id={number}&amp;t=1711933200000"
        shown = f'<p style="text-align:center"><img alt="" src="{src}" /></p>'
        return shown + (f'<p class="caption" style="text-align:center"><em>{caption}</em></p>' if caption else "")

"""Quảng Ninh: SharePoint publishing.

A "Sign In" bar, picture names that stand as text, and a removed article that still is listed and answers 200.
"""

from datetime import datetime
from hashlib import md5
from html import escape

from govscrape.demo.articles import Block, SampleArticle
from govscrape.demo.site import VIETNAM, Request, Response, Site, body_markup, html_response, picture, spelled

LIST = "/Trang/tin-tuc-su-kien.aspx"
DETAIL = "/Trang/ChiTietTinTuc.aspx"
CATEGORIES = {"82": "Hoạt động của chính quyền", "85": "Kinh tế - Xã hội"}
REMOVED = ("88001", "Thông báo lịch tiếp công dân định kỳ", datetime(2023, 2, 20, 8, 0, tzinfo=VIETNAM), "")


class SharePointSite(Site):
    """``/Trang/tin-tuc-su-kien.aspx?Cat=&page=`` and ``/Trang/ChiTietTinTuc.aspx?nid=``.

    Past the end a list is empty.
    """

    id = "quangninh"

    def respond(self, request: Request) -> Response:
        """Every path answers 200: what is not there is a page that says so."""
        if request.path.startswith("/Lists/TinTuc/Attachments/"):
            return self.file(request.path.rsplit("/", 1)[-1]) or self._gone(request)
        if request.path == DETAIL:
            found = self.article(request.query.get("nid", ""))
            return self._article(request, found) if found else self._gone(request)
        if request.path == "/_layouts/15/Authenticate.aspx":
            return html_response(self.page(request, title="Sign In", main=self.fill("login.html")))
        category = request.query.get("Cat", "82")
        if request.path in {"", "/", LIST} and category in CATEGORIES:
            return self._listing(request, category)
        return self._gone(request)

    def _gone(self, request: Request) -> Response:
        return html_response(self.page(request, title="Thông báo", main=self.fill("gone.html")))

    def _listing(self, request: Request, category: str) -> Response:
        name, page = CATEGORIES[category], request.number("page")
        found = self.section(name)
        rows = [(a.id, a.title, a.published_at, a.summary or "") for a in self.slice(found, page)]
        if category == "82" and page == 1:
            rows.append(REMOVED)
        base = f"{self.prefix}{LIST}?Cat={category}&amp;page="
        main = self.fill(
            "listing.html",
            name=name,
            items="".join(self._item(*row) for row in rows),
            numbers="".join(f'<a href="{base}{n}">{n}</a>' for n in range(1, self.pages(found) + 1)),
        )
        return html_response(self.page(request, title=name, main=main))

    def _item(self, nid: str, title: str, at: datetime, brief: str) -> str:
        path = f"{self.prefix}{DETAIL}?nid={nid}"
        return self.fill(
            "item.html", path=path, nid=nid, title=escape(title), date=f"{at:%d/%m/%Y}", brief=escape(brief)
        )

    def _article(self, request: Request, article: SampleArticle) -> Response:
        brief = spelled(article, f'<p class="news-sapo">{escape(article.summary)}</p>') if article.summary else ""
        signature = f"<strong>{escape(article.author)}</strong>" if article.author else ""
        author = f'<p class="news-author" style="text-align:right">{signature}</p>' if signature else ""
        main = self.fill(
            "article.html",
            title=spelled(article, escape(article.title)),
            date=f"{article.published_at:%d-%m-%Y, %H:%M}",
            views=self.views(article),
            brief=brief,
            random_class="ExternalClass" + md5(article.id.encode(), usedforsecurity=False).hexdigest().upper(),
            body=body_markup(article, self._image) + author,
            attachments=self._attachments(article),
        )
        head = f'<meta property="og:title" content="{escape(article.title)}">'
        return html_response(self.page(request, title="Chi tiết tin tức", main=main, head=head))

    def _attachments(self, article: SampleArticle) -> str:
        folder = f"{self.prefix}/Lists/TinTuc/Attachments/{article.id}"
        files = "".join(f'<li><a href="{folder}/{f.name}">{escape(f.title)}</a></li>' for f in article.attachments)
        return f'<div class="news-attachments"><ul>{files}</ul></div>' if files else ""

    def _image(self, block: Block) -> str:
        name, caption = picture(block)
        centre = 'style="text-align:center"'
        shown = f'<p {centre}><img src="{self.prefix}/HinhAnhBaiViet/{name}" alt="{name}"><br>{name}</p>'
        return shown + (f'<p class="news-caption" {centre}><em>{caption}</em></p>' if caption else "")

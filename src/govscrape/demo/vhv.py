"""Gia Lai: the VHV family.

Its ``?page`` beyond the end answers page 1 for ever, and the body's element also holds share bars and related news.
"""

import json
from html import escape

from govscrape.demo.articles import Block, SampleArticle
from govscrape.demo.site import Request, Response, Site, body_markup, html_response, picture

CATEGORY_IDS = {"6411": "cai-cach-hanh-chinh", "6412": "tin-tuc-su-kien"}
SECTIONS = {"cai-cach-hanh-chinh": "Cải cách hành chính", "tin-tuc-su-kien": "Tin tức - Sự kiện"}
SITE_ID = "1000412"
MOVED_FILE = Response(b"<!-- moved --> Duong dan tep tin khong con ton tai. Vui long lien he quan tri he thong.")


class VhvSite(Site):
    """``/tin-tuc/<section>?page=n``, ``/tin-tuc/<section>/<slug>.html`` and the JSON list of the same."""

    id = "gialai"

    def respond(self, request: Request) -> Response:
        """A missing file is a short text with status 200; any other unknown path a real 404."""
        parts = request.path.strip("/").split("/")
        if parts[0] == "upload":
            return self.file(parts[-1]) or MOVED_FILE
        if request.path == "/api/Content/Article/selectAll":
            return self._api(request)
        if parts == [""]:
            return self._listing(request, "tin-tuc-su-kien")
        if parts[0] == "tin-tuc" and len(parts) == 2 and parts[1] in SECTIONS:
            return self._listing(request, parts[1])
        found = self._named(parts)
        if found is not None:
            return self._article(request, found)
        main = '<div class="page-404"><h2>Không tìm thấy trang</h2></div>'
        return html_response(self.page(request, title="Không tìm thấy trang", main=main), status=404)

    def _named(self, parts: list[str]) -> SampleArticle | None:
        if parts[0] != "tin-tuc" or len(parts) != 3:
            return None
        return next((a for a in self.section(parts[1]) if f"{a.slug}.html" == parts[2]), None)

    def _path(self, article: SampleArticle) -> str:
        return f"{self.prefix}/tin-tuc/{article.section}/{article.slug}.html"

    def _listing(self, request: Request, section: str) -> Response:
        found = self.section(section)
        asked = request.number("page")
        page = asked if asked <= self.pages(found) else 1
        base = f"{self.prefix}/tin-tuc/{section}?page="
        main = self.fill(
            "listing.html",
            name=SECTIONS[section],
            items="".join(self._item(article) for article in self.slice(found, page)),
            numbers="".join(f'<a href="{base}{n}">{n}</a>' for n in range(1, self.pages(found) + 1)),
            next=f"{base}{asked + 1}",
        )
        return html_response(self.page(request, title=SECTIONS[section], main=main), before="\n")

    def _api(self, request: Request) -> Response:
        """The family's list as JSON: ``items`` is an object keyed by id, times are unix seconds."""
        found = self.section(CATEGORY_IDS.get(request.query.get("categoryId", ""), ""))
        items = {
            article.id: {
                "title": article.title,
                "rewriteURL": self._path(article),
                "publishTime": int(article.published_at.timestamp()),
            }
            for article in self.slice(found, request.number("pageNo"))
        }
        answer = json.dumps({"status": "SUCCESS", "totalItems": len(found), "items": items}, ensure_ascii=False)
        return Response(answer.encode(), "application/json; charset=utf-8")

    def _item(self, article: SampleArticle) -> str:
        return self.fill(
            "item.html",
            path=self._path(article),
            title=escape(article.title),
            date=f"{article.published_at:%d/%m/%Y %H:%M}",
            brief=escape(article.summary or ""),
        )

    def _article(self, request: Request, article: SampleArticle) -> Response:
        main = self.fill(
            "article.html",
            section=article.section,
            section_name=SECTIONS[article.section],
            title=escape(article.title),
            date=f"{article.published_at:%d/%m/%Y %H:%M:%S}",
            views=self.views(article),
            brief="" if "sapo_in_body" in article.quirks else escape(article.summary or ""),
            body=self._body(article),
            others="".join(self._other(other) for other in self.section(article.section) if other.id != article.id),
        )
        # The family's pages begin with a blank line before their doctype.
        return html_response(self.page(request, title=article.title, main=main, head=self._head(article)), before=" \n")

    def _body(self, article: SampleArticle) -> str:
        in_body = "sapo_in_body" in article.quirks and article.summary
        sapo = f"<p><strong>{escape(article.summary or '')}</strong></p>" if in_body else ""
        folder = f"{self.prefix}/upload/{SITE_ID}/{article.published_at:%Y%m%d}"
        links = (f'<a href="{folder}/{f.name}">{escape(f.title)}</a>' for f in article.attachments)
        files = "".join(f"<p>{link}</p>" for link in links)
        author = (
            f'<p style="text-align: right;"><strong>{escape(article.author)}</strong></p>' if article.author else ""
        )
        return f"{sapo}{body_markup(article, self._image)}{files}{author}"

    def _other(self, article: SampleArticle) -> str:
        link = f'<a href="{self._path(article)}">{escape(article.title)}</a>'
        return f"<li>{link} <span>({article.published_at:%d/%m/%Y})</span></li>"

    def _image(self, block: Block) -> str:
        name, caption = picture(block)
        text = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="image"><img src="{self.prefix}/upload/{SITE_ID}/{name}" alt="{caption}">{text}</figure>'

    def _head(self, article: SampleArticle) -> str:
        at = article.published_at
        return self.fill(
            "head.html",
            brief=escape((article.summary or article.title)[:90]),
            title=escape(article.title),
            path=self._path(article),
            day=f"{at:%Y-%m-%d}",
            time=f"{at:%H:%M:%S}",
        )

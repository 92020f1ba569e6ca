"""Pages to measure on: the sample portals' articles as crawled, and the same inside the furniture of a real portal.

A government portal's article is one or two kilobytes of text in a page of 60 to 150 kB: inline styles and scripts, a
menu of hundreds of links, boxes of other news with their teasers, a footer with every unit's address. Here that is
made around the sample articles, from their own titles and summaries, the same at every run. As on real pages there are
about seven elements to the kilobyte, links are long, and half of the sites name their boxes so that nobody could tell
what they are for.
"""

import random
import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urljoin

from govscrape import demo
from govscrape.demo.server import App
from govscrape.demo.site import CLOCK_START, Response
from govscrape.errors import NotAnArticle
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse import canonical_url, parse_article
from govscrape.parse.urls import is_article

PORT = 8763
SMALLEST, LARGEST = 60_000, 150_000
SEED = 20
_LINK = re.compile(r"""(?:href=|"rewriteURL": |<link>)"?([^"<>]+)""")
_MENU = (
    "Giới thiệu;Tin tức - Sự kiện;Chỉ đạo điều hành;Thông tin tuyên truyền;Chiến lược, quy hoạch;Văn bản pháp luật;"
    "Dịch vụ công trực tuyến;Báo cáo, thống kê;Công khai ngân sách;Dự án, hạng mục đầu tư;Lấy ý kiến góp ý;Hỏi đáp;"
    "Cải cách hành chính;Chuyển đổi số;Phòng, chống thiên tai;Người phát ngôn;Lịch làm việc;Thư viện ảnh;Du lịch"
).split(";")


def sample_pages() -> list[tuple[Page, Portal]]:
    """Every article page of the sample portals as their server answers it, with its portal."""
    app, portals = App(), demo.sample_portals(PORT)
    found: dict[str, tuple[Page, Portal]] = {}
    waiting = [listing.url.replace("{page}", str(n)) for p in portals for listing in p.listings for n in range(1, 5)]
    seen = set(waiting)
    while waiting:
        url = waiting.pop()
        portal = next(portal for portal in portals if url.startswith(portal.base_url + "/"))
        answer = app.answer(url.removeprefix(f"http://127.0.0.1:{PORT}"))
        if is_article(url, portal):
            if (page := _article(url, answer, portal)) is not None:
                found[url] = (page, portal)
            continue
        links = {canonical_url(urljoin(url, link), portal) for link in _LINK.findall(answer.body.decode("utf-8"))}
        waiting += sorted(link for link in links if is_article(link, portal) and link not in seen)
        seen |= links
    return [found[url] for url in sorted(found)]


def _article(url: str, answer: Response, portal: Portal) -> Page | None:
    page = Page(url=url, final_url=url, status=answer.status, body=answer.body, fetched_at=CLOCK_START)
    try:
        parse_article(page, portal)
    except NotAnArticle:
        return None
    return page


def portal_pages(samples: Sequence[tuple[Page, Portal]]) -> list[tuple[Page, Portal]]:
    """The sample pages, each inside as much furniture as makes it 60 to 150 kB."""
    chance = random.Random(SEED)
    teasers = [(article.title, article.summary or article.body[:180]) for article in demo.sample_articles()]
    out = []
    for page, portal in samples:
        target = chance.randint(SMALLEST, LARGEST)
        out.append((page.model_copy(update={"body": _inflate(page.body, target, teasers, chance)}), portal))
    return out


def _link(chance: random.Random) -> str:
    a, b = chance.randint(10_000, 99_999), chance.choice(("chi-tiet-tin-tuc", "thong-tin-chi-dao-dieu-hanh", "tin-tuc"))
    return f"/web/cong-thong-tin/{b}/-/asset_publisher/Yk3T{a}/content/bai-viet-so-{a}?inheritRedirect=false"


def _inflate(body: bytes, target: int, teasers: list[tuple[str, str]], chance: random.Random) -> bytes:
    text = body.decode("utf-8")
    wanted = target - len(body)
    names = chance.choice((("menu-top", "sidebar", "footer"), ("portlet-12", "col-md-4 zone-2", "block-9")))
    head = _styles(wanted * 14 // 100, chance) + _scripts(wanted * 24 // 100, chance)
    top = _menu(wanted * 18 // 100, names[0], chance)
    aside = _boxes(wanted * 26 // 100, names[1], teasers, chance)
    bottom = _footer(wanted * 8 // 100, names[2], chance) + _scripts(wanted * 10 // 100, chance)
    text = text.replace("</head>", head + "</head>", 1)
    text = re.sub(r"(<body[^>]*>)", lambda match: match[1] + top, text, count=1)
    return text.replace("</body>", aside + bottom + "</body>", 1).encode("utf-8")


def _until(size: int, part: Iterator[str]) -> str:
    """So many parts that they fill ``size`` bytes of UTF-8."""
    out, length = [], 0
    while length < size:
        out.append(next(part))
        length += len(out[-1].encode("utf-8"))
    return "".join(out)


def _styles(size: int, chance: random.Random) -> str:
    def rules() -> Iterator[str]:
        while True:
            a, b = chance.randint(1, 900), chance.randint(0, 0xFFFFFF)
            yield f".portlet-{a} .box > li a:hover{{color:#{b:06x};margin:0 {a % 40}px;background:url(/img/{a}.png)}}\n"

    return f'<style type="text/css">{_until(size, rules())}</style>'


def _scripts(size: int, chance: random.Random) -> str:
    def lines() -> Iterator[str]:
        while True:
            a = chance.randint(1, 9_999)
            yield f"if(a<{a}&&document.getElementById('slide{a}')){{$('#slide{a}').owlCarousel({{items:{a % 9}}});}}\n"

    return f'<script type="text/javascript">{_until(size, lines())}</script>'


def _menu(size: int, name: str, chance: random.Random) -> str:
    def entries() -> Iterator[str]:
        while True:
            head, inner = chance.choice(_MENU), ""
            for _ in range(chance.randint(3, 9)):
                a, sub = chance.randint(10, 999), chance.choice(_MENU)
                link = f'<a href="{_link(chance)}" title="{sub}" target="_self" data-item="{a}">{sub}</a>'
                inner += f'        <li class="dropdown-item item-{a}">{link}</li>\n'
            link = f'<a href="{_link(chance)}" data-toggle="dropdown"><span>{head}</span><b class="caret"></b></a>'
            yield f'    <li class="nav-item dropdown">{link}\n      <ul role="list">\n{inner}      </ul>\n    </li>\n'

    return f'<div id="top" class="container"><div class="{name}">\n  <ul>{_until(size, entries())}</ul>\n</div></div>\n'


def _boxes(size: int, name: str, teasers: list[tuple[str, str]], chance: random.Random) -> str:
    def boxes() -> Iterator[str]:
        while True:
            items = ""
            for place, (title, summary) in enumerate(chance.sample(teasers, 8)):
                a, link = chance.randint(1, 9_999), f'<a href="{_link(chance)}" title="{escape(title)}"'
                image = f'{link} class="thumb"><img src="/documents/10180/{a}/anh-{a}.jpg?t=17000{a}" width="120"></a>'
                teaser = "" if place else f"\n      <p>{escape(summary[:150])}</p>"
                text = f"<h4>{link}>{escape(title)}</a></h4>{teaser}"
                date = f'<span class="date">0{a % 9 + 1}/11/2025</span>'
                items += f'    <div class="item clearfix">\n      {image}\n      {text}\n      {date}\n    </div>\n'
            yield f'  <div class="box col-md-4">\n    <h3>{chance.choice(_MENU)}</h3>\n{items}  </div>\n'

    return f'<div class="{name}">\n{_until(size, boxes())}</div>\n'


def _footer(size: int, name: str, chance: random.Random) -> str:
    def units() -> Iterator[str]:
        while True:
            a = chance.randint(1, 399)
            site = f"https://xaphuong{a}.example.gov.vn/web/trang-chu/lien-he"
            unit = f'<td><a href="{site}" target="_blank">Ủy ban nhân dân phường số {a}</a></td>'
            phone = f"<td>Điện thoại: 0269.3{a:03d}.{a % 90 + 10}</td>"
            yield f"  <tr>\n    {unit}\n    {phone}\n  </tr>\n"

    return f'<div id="bottom" class="{name}">\n<table><tbody>\n{_until(size, units())}</tbody></table></div>\n'

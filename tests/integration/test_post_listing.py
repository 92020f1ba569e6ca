"""Lists that are asked for by POST, walked over loopback as a crawl walks them."""

import asyncio
import json
from urllib.parse import parse_qs, parse_qsl

import pytest

from govscrape.clock import SystemClock
from govscrape.fetch import Discovery, HttpFetcher, discover
from govscrape.models.page import ListingPage, Page, Send
from govscrape.models.portal import FormSource, Listing, Portal
from govscrape.parse import form_values, parse_listing
from govscrape.rules.portals import load_families
from govscrape.settings import Settings

from .conftest import Answer, Handler, Site, page


def posted(handler: Handler) -> bytes:
    return handler.rfile.read(int(handler.headers.get("Content-Length", "0")))


async def read(page: Page, portal: Portal, listing: Listing) -> ListingPage:
    return parse_listing(page, portal, listing)


async def read_form(page: Page, listing: Listing) -> tuple[tuple[str, str], ...]:
    return form_values(page, listing)


def walk(site: Site, settings: Settings, listing: Listing) -> Discovery:
    portal = site.portal(listing)

    async def go() -> Discovery:
        async with HttpFetcher(portal, settings, SystemClock()) as fetcher:
            return await discover(
                portal,
                listing,
                fetcher,
                lambda _: False,
                read=read,
                read_form=read_form,
                trust_overlap=False,
            )

    return asyncio.run(go())


def send(site: Site, settings: Settings, path: str, what: Send) -> Page:
    async def go() -> Page:
        async with HttpFetcher(site.portal(), settings, SystemClock()) as fetcher:
            return await fetcher.fetch(site.base + path, what)

    return asyncio.run(go())


def test_the_json_list_of_vhv(site: Site, settings: Settings) -> None:
    """Pages share one URL and differ by their form; the walk must see all of them and end behind the last."""
    asked: list[dict[str, str]] = []

    def answer(handler: Handler) -> None:
        form = dict(parse_qsl(posted(handler).decode()))
        asked.append(form)
        first = (int(form["pageNo"]) - 1) * 2
        rows = {str(n): {"title": f"Bài {n}", "rewriteURL": f"/tin/{n}.html"} for n in range(first, first + 2) if n < 5}
        handler.send(json.dumps({"items": rows or []}).encode(), content_type="application/json")

    site.answers["/api/Content/Article/selectAll"] = answer
    shape = load_families()["vhv"].listings["select_all"].model_dump()
    shape["form"] |= {"categoryId": "6411"}
    found = walk(site, settings, Listing.model_validate(shape | {"id": "news"}))
    assert [item.title for item in found.items] == [f"Bài {n}" for n in range(5)]
    assert (found.certificate.closed, found.certificate.reason) == (True, "end")
    assert {form["categoryId"] for form in asked} == {"6411"}
    assert len(set(found.pages)) == len(found.pages)


def test_a_form_with_values_of_the_page(site: Site, settings: Settings) -> None:
    """One CMS wants back what its page has encrypted, what it has shown so far, and a script's headers."""
    refused: list[str] = []

    def answer(handler: Handler) -> None:
        form = parse_qs(posted(handler).decode())
        if form.get("Catname") != ["Zm9v+/="] or handler.headers.get("X-Requested-With") != "XMLHttpRequest":
            refused.append(str(form))
        shown = {int(number) for number in form["DataIds[]"]}
        rows = [n for n in range(1, 7) if n not in shown][:2]
        text = "".join(f'<div class="box-stream-item" data-id={n}><a href="/bai-{n}">Bài {n}</a></div>' for n in rows)
        handler.send(f"<div>{text or '<p>Không còn tin nào khác</p>'}</div>".encode())

    site.answers["/api/NewsZone/NewsZone"] = answer
    site.answers["/tin"] = page('<input id=cat value="Zm9v+/="><div data-id=1></div><div data-id=2></div>')
    shape = load_families()["vccorp"].listings["news_zone"].model_dump()
    shape["form_from"] |= {"Catname": FormSource(css="#cat").model_dump()}
    found = walk(site, settings, Listing.model_validate(shape | {"id": "news", "form_page": "/tin"}))
    assert [item.title for item in found.items] == ["Bài 3", "Bài 4", "Bài 5", "Bài 6"]
    assert not refused
    assert found.certificate.closed


def test_a_form_that_cannot_be_filled_is_no_empty_list(site: Site, settings: Settings) -> None:
    """A redesigned page hides every article; the run must be partial."""
    site.answers["/tin"] = page("<p>Trang mới</p>")
    listing = Listing(
        id="news", url="/api", method="POST", form_page="/tin", form_from={"Catname": FormSource(css="#cat")}
    )
    found = walk(site, settings, listing)
    assert (found.certificate.closed, found.certificate.reason) == (False, "not_read")
    assert "Catname" in (found.certificate.detail or "")


@pytest.mark.parametrize(("status", "method"), [(303, "GET"), (302, "GET"), (307, "POST")])
def test_a_redirect_of_a_form(site: Site, settings: Settings, status: int, method: str) -> None:
    """As browsers do: "see other" is read, only 307 and 308 post again."""
    seen: list[tuple[str, bytes]] = []

    def there(handler: Handler) -> None:
        seen.append((handler.command, posted(handler)))
        handler.send(b"there")

    def moved(handler: Handler) -> None:
        posted(handler)
        handler.send(b"", status, headers={"Location": "/there"})

    answers: dict[str, Answer] = {"/there": there, "/form": moved}
    site.answers.update(answers)
    got = send(site, settings, "/form", Send(form=(("q", "điểm"), ("q", "2"))))
    assert got.body == b"there"
    assert seen == [(method, b"q=%C4%91i%E1%BB%83m&q=2" if method == "POST" else b"")]


class Grid:
    """Three pages of an ASP.NET grid at one address, each reached only with the form of the page before it."""

    def __init__(self, *, forgets: int | None = None) -> None:
        self.forgets = forgets
        self.refused = 0

    def __call__(self, handler: Handler) -> None:
        form = dict(parse_qsl(posted(handler).decode(), keep_blank_values=True))
        shown = int(form.get("__VIEWSTATE", "page 0").removeprefix("page "))
        if form and (form.get("__EVENTTARGET") != "dnn$grid$next" or form.get("__EVENTVALIDATION") != f"for {shown}"):
            self.refused += 1
        number = 1 if shown == self.forgets else shown + 1
        hidden = {"__VIEWSTATE": f"page {number}", "__EVENTVALIDATION": f"for {number}", "__EVENTTARGET": ""}
        fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in hidden.items())
        rows = "".join(f'<tr class="rgRow"><td><a href="/tin/{number}-{n}">Bài</a></td></tr>' for n in range(2))
        stop = "return false;" if number == 3 else ""
        button = f"""<input type="button" class="rgPageNext" onclick="{stop}__doPostBack('dnn$grid$next','')">"""
        handler.send(
            f"<html><body><form method=post>{fields}<table>{rows}</table>{button}</form></body></html>".encode()
        )


def test_a_grid_that_sends_its_form_back(site: Site, settings: Settings) -> None:
    """Each page is asked for with the state of the one before; at the last the walk is whole."""
    grid = Grid()
    site.answers["/van-ban.aspx"] = grid
    shape = load_families()["dotnetnuke"].listings["grid"].model_dump()
    found = walk(site, settings, Listing.model_validate(shape | {"id": "grid", "url": "/van-ban.aspx"}))
    paths = [item.url.removeprefix(site.base) for item in found.items]
    assert paths == [f"/tin/{number}-{n}" for number in (1, 2, 3) for n in range(2)]
    assert (found.certificate.closed, found.certificate.reason, grid.refused) == (True, "end", 0)
    assert found.pages == tuple(f"{site.base}/van-ban.aspx{more}" for more in ("", " page 2", " page 3"))


@pytest.mark.parametrize("after", [1, 2])
def test_a_grid_that_shows_its_first_page_again_is_not_whole(site: Site, settings: Settings, after: int) -> None:
    """A session that is lost, a button renamed: the answer is page one, and the older articles are hidden."""
    site.answers["/van-ban.aspx"] = Grid(forgets=after)
    shape = load_families()["dotnetnuke"].listings["grid"].model_dump()
    found = walk(site, settings, Listing.model_validate(shape | {"id": "grid", "url": "/van-ban.aspx"}))
    assert (len(found.items), found.certificate.closed) == (2 * after, False)

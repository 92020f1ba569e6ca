"""A range of days filled from a list whose pages are reached only by sending the page before them back."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from govscrape.models.portal import Listing, PageVersion
from govscrape.settings import Settings
from govscrape.store import Store

from .conftest import Handler, Site
from .test_back_fill import DATE, PER_PAGE, Filling, News, day_of, only

GRID = Listing(id="grid", url="/van-ban.aspx", item="li", date=DATE, next=".next", postback=True)


class Grid(News):
    """The same articles, asked for by the state of the page before."""

    def __init__(self, site: Site, count: int) -> None:
        super().__init__(site, count)
        site.answers["/van-ban.aspx"] = self.grid

    def grid(self, handler: Handler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        number = int(dict(parse_qsl(body.decode())).get("__VIEWSTATE", "0")) + 1
        shown = self.numbers[(number - 1) * PER_PAGE : number * PER_PAGE]
        items = "".join(
            f"<li><a href='{self.path(n)}'>Bài {n}</a><time>{day_of(n):%d/%m/%Y}</time></li>" for n in shown
        )
        pager = "" if number * PER_PAGE >= len(self.numbers) else '<input type=submit class=next name=next value=">">'
        state = f'<input type=hidden name=__VIEWSTATE value="{number}">'
        handler.send(f"<html><body><ul>{items}</ul><form method=post>{state}{pager}</form></body></html>".encode())


@pytest.fixture
def filling(site: Site, tmp_path: Path, settings: Settings) -> Iterator[Filling]:
    version = PageVersion(title=("h1",), body=("div.body",), date=DATE)
    portal = site.portal(GRID).model_copy(update={"versions": (version,)})
    with Store.open(tmp_path / "test.db") as store:
        yield Filling(portal, store, tmp_path / "archive", settings)


def test_a_range_is_filled_through_a_grid(site: Site, filling: Filling) -> None:
    """The first page by its address again and again would be no walk."""
    news = Grid(site, 40)
    walk = only(filling.fill(10, 19))
    assert (walk.closed, filling.stored()) == (True, list(range(10, 20)))
    assert news.asked() == list(range(10, 20))


def test_a_bounded_walk_is_gone_on_with(site: Site, filling: Filling) -> None:
    """The state of yesterday's page is worth nothing today: the walk begins above, and no article is fetched twice."""
    news = Grid(site, 40)
    assert not only(filling.fill(1, 29, max_pages=4)).closed
    for _ in range(4):
        walk = only(filling.fill(1, 29, max_pages=20))
        if walk.closed:
            break
    assert (walk.closed, filling.stored()) == (True, list(range(1, 30)))
    assert news.asked() == list(range(1, 30))

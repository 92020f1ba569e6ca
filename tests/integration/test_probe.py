"""``govscrape portals probe`` of a site that answers."""

import asyncio
import json
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from click.testing import CliRunner

from govscrape.cli.portals import portals
from govscrape.clock import SystemClock
from govscrape.errors import Blocked, InputError
from govscrape.fetch import Discovery, HttpFetcher, discover
from govscrape.models.portal import Limits
from govscrape.rules.portals import load_portal
from govscrape.settings import Settings

from .conftest import Answer, Handler, Site, page
from .test_post_listing import read, read_form

LISTING = Path(__file__).parents[1] / "fixtures" / "portals" / "drupal" / "listing.html"


def test_a_front_page(site: Site) -> None:
    """Fetched as a crawl would: robots first, and the list on the page becomes the proposal's first listing."""
    site.answers["/tin"] = page(LISTING.read_text(encoding="utf-8"))
    told = CliRunner().invoke(portals, ["probe", f"{site.base}/tin", "--loopback"])
    assert told.exit_code == 0
    assert "family: drupal" in told.stdout
    assert f"url: {site.base}/tin" in told.stdout
    assert site.asked["/robots.txt"] == 1


def test_a_portal_of_nobody_knows_whom_is_refused(site: Site, tmp_path: Path) -> None:
    """A file with '?' passed its check, and each of its articles would have been read for no province."""
    site.answers["/tin"] = page(LISTING.read_text(encoding="utf-8"))
    told = CliRunner().invoke(portals, ["probe", f"{site.base}/tin", "--loopback"])
    assert "province: neither the address nor" in told.stderr
    (file := tmp_path / "new_portal.yaml").write_text(told.stdout, encoding="utf-8")
    checked = CliRunner().invoke(portals, ["check", str(file)])
    assert checked.exit_code == 1
    assert f"{file}:3: province: '?' stands for none; write the province's name" in checked.stderr
    file.write_text(told.stdout.replace("'?'", "Gialai"), encoding="utf-8")
    checked = CliRunner().invoke(portals, ["check", str(file)])
    assert f"{file}: province: 'Gialai' is no province" in checked.stderr


def test_what_is_not_there_is_no_family(site: Site) -> None:
    """An error page shows its server's design, not the portal's."""
    told = CliRunner().invoke(portals, ["probe", f"{site.base}/none", "--loopback"])
    assert isinstance(told.exception, InputError)


def test_the_operators_own_network_is_not_asked(site: Site) -> None:
    """Only --loopback opens this machine."""
    told = CliRunner(env={"GOVSCRAPE_CONTACT": "test@example.org"}).invoke(portals, ["probe", f"{site.base}/tin"])
    assert isinstance(told.exception, Blocked)
    assert not site.asked


VHV = (
    '<ul><li data-id="6411"><a href="/tin-tuc">Tin tức</a></li><li data-id="9"><a href="/khac">Khác</a></li></ul>'
    '<article class="article-news"><a class="article-title common-title" href="/tin/9.html">Bài</a></article>'
)
VCCORP = (
    '<input id="Catname" value="Zm9v+/="><script>p = {LanguageId: "bGFu", Site: "c2l0"};</script>'
    '<div class="box-stream-item" data-id="7">'
    '<a class="box-stream-link-title" href="/a-123456789012345678.htm">A</a></div>'
)


def select_all(handler: Handler) -> None:
    form = dict(parse_qsl(handler.rfile.read(int(handler.headers["Content-Length"])).decode()))
    numbers = range(2) if form.get("categoryId") == "6411" and form["pageNo"] == "1" else ()
    rows = {str(n): {"title": f"Bài {n}", "rewriteURL": f"/tin/{n}.html"} for n in numbers}
    handler.send(json.dumps({"items": rows or []}).encode(), content_type="application/json")


def news_zone(handler: Handler) -> None:
    form = parse_qs(handler.rfile.read(int(handler.headers["Content-Length"])).decode())
    told = [form.get(name) for name in ("Catname", "LanguageId", "Site")] == [["Zm9v+/="], ["bGFu"], ["c2l0"]]
    numbers = range(2) if told and form["PageIndex"] == ["0"] else ()
    link = (
        '<div class="box-stream-item"><a class="box-stream-link-title" href="/b-{n}12345678901234567.htm">{n}</a></div>'
    )
    items = (link.format(n=n) for n in numbers)
    handler.send(f"<div>{''.join(items) or '<p>Hết</p>'}</div>".encode())


@pytest.mark.parametrize(
    ("section", "path", "answer"),
    [(VHV, "/api/Content/Article/selectAll", select_all), (VCCORP, "/api/NewsZone/NewsZone", news_zone)],
    ids=["VHV", "VCCorp"],
)
def test_a_list_by_form_needs_nothing_by_hand(
    site: Site, settings: Settings, tmp_path: Path, section: str, path: str, answer: Answer
) -> None:
    """What probe prints for a section's page is a file that a crawl walks: its values are the right ones."""
    site.answers |= {"/tin-tuc": page(f"<title>Tỉnh Gia Lai</title>{section}"), path: answer}
    told = CliRunner().invoke(portals, ["probe", f"{site.base}/tin-tuc", "--loopback"])
    (tmp_path / "new_portal.yaml").write_text(told.stdout, encoding="utf-8")
    assert CliRunner().invoke(portals, ["check", str(tmp_path)]).exit_code == 0
    hosts = (urlsplit(site.base).netloc,)
    portal = load_portal(tmp_path / "new_portal.yaml").model_copy(
        update={"allow_loopback": True, "limits": Limits(delay_s=0), "hosts": hosts}
    )

    async def go() -> Discovery:
        async with HttpFetcher(portal, settings, SystemClock()) as fetcher:
            listing = portal.listings[0]
            return await discover(
                portal, listing, fetcher, lambda _: False, read=read, read_form=read_form, trust_overlap=False
            )

    found = asyncio.run(go())
    assert (len(found.items), found.certificate.closed) == (2, True), found.certificate

"""Portal files: a mistake in one is told with its file, line and key; the shipped ones have none."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from govscrape.cli.crawl import choose
from govscrape.cli.portals import portals as portals_command
from govscrape.errors import InputError, RuleError
from govscrape.models.portal import Listing
from govscrape.parse import canonical_url
from govscrape.parse.selectors import check
from govscrape.rules.load import rules_dir
from govscrape.rules.portals import load_page_words, load_portal, load_portals

FIXTURES = Path(__file__).parents[1] / "fixtures" / "portals"
GOOD = """\
id: mau
name: Mẫu
province: Gia Lai
base_url: https://a.gov.vn
family: vhv
listings:
  - {id: l, url: "https://a.gov.vn", item: '.item'}
verified: null
"""


def _write(folder: Path, text: str, name: str = "mau.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_family_is_merged_in(tmp_path: Path) -> None:
    """A portal says only what is its own."""
    portal = load_portal(_write(tmp_path, GOOD + "urls:\n  identity: [id]\n"))
    assert portal.versions[0].body[0] == ".article-content"
    assert portal.urls.identity == ("id",)
    assert portal.urls.exclude
    assert portal.refusals.soft_404
    assert portal.verified is None
    assert portal.words == load_page_words()


def test_own_versions_replace_the_familys(tmp_path: Path) -> None:
    """Selectors of two designs must not mix."""
    portal = load_portal(_write(tmp_path, GOOD + "versions:\n  - {title: [h1], body: [main]}\n"))
    assert [version.body for version in portal.versions] == [("main",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "colour: red\n", r"mau\.yaml:9: colour: unknown key"),
        (GOOD.replace("family: vhv", "family: no_such"), r"mau\.yaml:5: family: unknown family 'no_such'"),
        (GOOD.replace("item: '", "itm: '"), r"mau\.yaml:7: listings\.0\.itm: unknown key"),
        (GOOD + "limits: {delay_s: soon}\n", r"mau\.yaml:9: limits\.delay_s: "),
        (GOOD + "id: mau\n", r"mau\.yaml:9: .*stands twice"),
        (GOOD.replace("id: mau", "id: khac"), r"mau\.yaml:1: id: 'khac' is not the file's name"),
        ("- a\n", r"mau\.yaml:1: must be a mapping"),
        (GOOD.replace("province: Gia Lai\n", ""), r"mau\.yaml:1: province: "),
        (
            GOOD.replace("id: l", "like: no_such, id: l"),
            r"mau\.yaml:7: like: no shape 'no_such' in the family; .*select_all",
        ),
        (GOOD.replace("id: l", "form: {a: b}, id: l"), r"mau\.yaml:7: listings\.0: .*a form needs method POST"),
        (GOOD.replace("id: l", "headers: {User-agent: x}, id: l"), r"mau\.yaml:7: listings\.0\.headers: .*User-agent"),
        (GOOD + "schedule: {quiet_hours: [8-11]}\n", r"mau\.yaml:9: schedule\.quiet_hours: .*'8-11'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """A checker mends a YAML file; the error must lead to the line."""
    with pytest.raises(RuleError, match=message):
        load_portal(_write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace(".item", "div[["), r"listings\.0\.item: 'div\[\[' is no CSS selector"),
        (GOOD + "versions:\n  - {title: [h1], body: [main, 'p:nope(']}\n", r"versions\.0\.body\.1: 'p:nope\('"),
        (GOOD + "versions:\n  - {title: [h1], body: [main], date: {css: '>>'}}\n", r"versions\.0\.date\.css"),
        (GOOD + "refusals: {login: ['']}\n", r"refusals\.login\.0: ''"),
        (GOOD + "urls: {article: '(('}\n", r"urls\.article: '\(\(' is no pattern"),
    ],
)
def test_a_bad_selector_is_told_with_its_key(tmp_path: Path, text: str, message: str) -> None:
    """Unchecked, it would fail on the first page of a night's crawl."""
    portal = load_portal(_write(tmp_path, text))
    with pytest.raises(RuleError, match=message):
        check(portal)


def _listing(tmp_path: Path, family: str, listing: str) -> Listing:
    text = f"id: mau\nname: M\nprovince: P\nbase_url: https://a.gov.vn\nfamily: {family}\nlistings: [{listing}]\n"
    return load_portal(_write(tmp_path, text)).listings[0]


def test_a_listing_has_its_familys_selectors(tmp_path: Path) -> None:
    """A portal of a known CMS is one line per list."""
    listing = _listing(tmp_path, "liferay", "{id: l, url: /tin}")
    assert (listing.item, listing.link) == (".asset-abstract", "h3.asset-title a")
    assert listing.next


def test_a_listing_with_its_own_link_has_none_of_them(tmp_path: Path) -> None:
    """The family's item around the portal's own link would find nothing."""
    listing = _listing(tmp_path, "liferay", "{id: l, url: /tin, link: a.mine}")
    assert (listing.item, listing.link, listing.next) == (None, "a.mine", None)


def test_a_listing_that_counts_pages_follows_no_link(tmp_path: Path) -> None:
    """Both at once would leave the walk on whichever of them is broken."""
    listing = _listing(tmp_path, "vhv", "{id: l, url: '/tin?page={page}'}")
    assert listing.item
    assert listing.next is None


def test_a_named_shape_is_completed_by_the_portal(tmp_path: Path) -> None:
    """The family knows the form, the portal its section's number."""
    listing = _listing(tmp_path, "vhv", "{id: l, like: select_all, form: {categoryId: '6411', itemsPerPage: '10'}}")
    assert (listing.kind, listing.method, listing.json_items) == ("json", "POST", "items")
    assert listing.form["categoryId"] == "6411"
    assert listing.form["itemsPerPage"] == "10"
    assert listing.form["pageNo"] == "{page}"


def test_old_tls_can_be_told_in_a_file(tmp_path: Path) -> None:
    """Every scalar of a file is a string; the level must be read as a number all the same."""
    tls = "tls: {reason: the server is of 2009, security_level: 1}\n"
    portal = load_portal(_write(tmp_path, GOOD + tls))
    assert portal.tls is not None
    assert (portal.tls.security_level, portal.tls.verify) == (1, True)


def test_addresses_on_a_host_that_moved(tmp_path: Path) -> None:
    """Feeds go on naming the host from before the merger: two addresses would be two articles."""
    portal = load_portal(_write(tmp_path, GOOD + "moved_hosts: [cu.gov.vn]\n"))
    assert canonical_url("http://www.cu.gov.vn/tin/1.html", portal) == "https://a.gov.vn/tin/1.html"


def test_shipped_portals_are_fit() -> None:
    """What the wheel carries must load; none was checked live yet, and none may claim so."""
    shipped = load_portals()
    for portal in shipped.values():
        check(portal)
        assert portal.verified is None
        assert portal.base_url.startswith("https://")
        assert portal.family
        assert portal.evidence


def test_every_province_of_today_and_before_the_mergers_has_a_portal() -> None:
    """A province without one is silently not watched."""
    shipped = load_portals()
    with (rules_dir() / "gazetteer" / "province.csv").open(encoding="utf-8", newline="") as rows:
        provinces = [row for row in csv.DictReader(rows) if row["kind_63"] or row["kind_34"]]
    live = {portal.province for portal in shipped.values() if not portal.archive}
    kept = {portal.province for portal in shipped.values() if portal.archive}
    today = {row["name"] for row in provinces if row["kind_34"]}
    assert len(today) == 34
    assert live == today
    missing = {row["name"] for row in provinces if row["kind_63"]} - live - kept
    assert not missing
    assert all(shipped[portal.successor].archive is False for portal in shipped.values() if portal.successor)


def test_archives_are_crawled_only_when_named() -> None:
    """Thirty dead hosts a night would make every run partial."""
    shipped = load_portals()
    assert len(choose(shipped, ())) == sum(not portal.archive for portal in shipped.values())
    assert [portal.id for portal in choose(shipped, ("binh_dinh",))] == ["binh_dinh"]


def test_commands(tmp_path: Path) -> None:
    """The list names each portal; the check fails loudly and names every wrong file."""
    runner = CliRunner()
    listed = runner.invoke(portals_command, ["list", "--format", "csv"])
    assert listed.exit_code == 0
    assert "gia_lai" in listed.output
    assert runner.invoke(portals_command, ["check"]).exit_code == 0
    _write(tmp_path, GOOD)
    _write(tmp_path, GOOD.replace(".item", "div[[").replace("id: mau", "id: hai"), "hai.yaml")
    checked = runner.invoke(portals_command, ["check", str(tmp_path)])
    assert isinstance(checked.exception, RuleError)
    assert str(checked.exception) == "1 of 2 portal files cannot be used"
    assert isinstance(runner.invoke(portals_command, ["check", "no_such"]).exception, InputError)


def test_check_reads_fixtures(tmp_path: Path) -> None:
    """A selector that is sound and finds nothing is told by a saved page alone."""
    fixture = tmp_path / "vhv"
    shutil.copytree(FIXTURES / "vhv", fixture)
    runner = CliRunner()
    good = runner.invoke(portals_command, ["check", "gia_lai", "--fixtures", str(tmp_path)])
    assert "fixtures" not in good.output
    sample = fixture / "vhv_sample.yaml"
    sample.write_text(sample.read_text(encoding="utf-8").replace("a.article-title", "a.other"), encoding="utf-8")
    bad = runner.invoke(portals_command, ["check", "--fixtures", str(tmp_path)])
    assert isinstance(bad.exception, RuleError)
    assert "listing.items" in bad.stderr
    (fixture / "page.html").unlink()
    assert "no such page" in runner.invoke(portals_command, ["check", "--fixtures", str(tmp_path)]).stderr


def test_an_archive_needs_its_successor(tmp_path: Path) -> None:
    """Who asks for a merged province must be led on; a name that leads nowhere is a mistake."""
    runner = CliRunner()
    for more, message in (("archive: true\n", "successor"), ("archive: true\nsuccessor: gone\n", "'gone'")):
        bad = runner.invoke(portals_command, ["check", str(_write(tmp_path, GOOD + more))])
        assert isinstance(bad.exception, RuleError)
        assert message in bad.stderr


def test_show_gives_the_whole_portal(tmp_path: Path) -> None:
    """What it prints is itself a portal file, with the family's selectors in it."""
    shown = CliRunner().invoke(portals_command, ["show", "hung_yen"])
    again = load_portal(_write(tmp_path, shown.output, "hung_yen.yaml"))
    assert again == load_portals()["hung_yen"]
    assert again.versions


def test_new_drafts_a_file_that_loads_and_overwrites_none(tmp_path: Path) -> None:
    """The first try of a newcomer must pass the check, and must not cost a file."""
    runner = CliRunner()
    call = ["new", "so_y_te", "--base-url", "https://syt.gialai.gov.vn/", "--family", "vhv", "--dir", str(tmp_path)]
    made = runner.invoke(portals_command, call)
    assert made.exit_code == 0
    portal = load_portal(tmp_path / "so_y_te.yaml")
    assert (portal.province, portal.base_url, portal.verified) == ("Gia Lai", "https://syt.gialai.gov.vn", None)
    assert portal.listings[0].item
    assert isinstance(runner.invoke(portals_command, call).exception, InputError)


@pytest.mark.parametrize(
    "options",
    [
        ["A-b", "--base-url", "https://gialai.gov.vn"],
        ["a", "--base-url", "gialai.gov.vn"],
        ["a", "--base-url", "https://unknown.example"],
        ["a", "--base-url", "https://gialai.gov.vn", "--family", "no_such"],
    ],
    ids=["id", "address", "province", "family"],
)
def test_new_refuses_what_cannot_be(tmp_path: Path, options: list[str]) -> None:
    """One line tells what is missing, and no file is left."""
    refused = CliRunner().invoke(portals_command, ["new", *options, "--dir", str(tmp_path)])
    assert isinstance(refused.exception, InputError)
    assert not list(tmp_path.iterdir())


def test_probe_proposes_a_file_that_loads(tmp_path: Path) -> None:
    """What it prints on stdout is the file; what it rests on goes to stderr."""
    page = FIXTURES / "wordpress" / "page.html"
    runner = CliRunner()
    told = runner.invoke(portals_command, ["probe", str(page), "--url", "https://so.gialai.gov.vn/x", "--id", "so"])
    portal = load_portal(_write(tmp_path, told.stdout, "so.yaml"))
    assert (portal.family, portal.province, portal.base_url) == ("wordpress", "Gia Lai", "https://so.gialai.gov.vn")
    assert portal.listings[0].kind == "rss"
    assert "wordpress: meta" in told.stderr
    assert isinstance(
        runner.invoke(portals_command, ["probe", str(FIXTURES / "vhv" / "page.html")]).exception, InputError
    )
    assert isinstance(runner.invoke(portals_command, ["probe", str(tmp_path / "none.html")]).exception, InputError)


def test_a_list_whose_form_is_not_filled_is_told(tmp_path: Path) -> None:
    """Asked without its section such a list answers with another one; the file names the field and who finds it."""
    lists = "  - {id: l, like: select_all}\n"
    path = _write(tmp_path, GOOD.replace("  - {id: l, url: \"https://a.gov.vn\", item: '.item'}\n", lists))
    told = CliRunner().invoke(portals_command, ["check", str(path)])
    assert (told.exit_code, "listings.l: form.categoryId missing" in told.stderr) == (1, True)
    assert "portals probe" in told.stderr
    path.write_text(path.read_text().replace("select_all}", 'select_all, form: {categoryId: "6411"}}'))
    assert CliRunner().invoke(portals_command, ["check", str(path)]).exit_code == 0

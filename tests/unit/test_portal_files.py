"""Portal files: a mistake in one is told with its file, line and key; the shipped ones have none."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from govscrape.cli.portals import portals as portals_command
from govscrape.errors import RuleError
from govscrape.parse.selectors import check
from govscrape.rules.portals import load_page_words, load_portal, load_portals

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


def test_shipped_portals_are_fit() -> None:
    """What the wheel carries must load; none was checked live yet, and none may claim so."""
    shipped = load_portals()
    assert {"gia_lai", "quang_ninh", "dong_nai"} <= set(shipped)
    for portal in shipped.values():
        check(portal)
        assert portal.verified is None
        assert portal.base_url.startswith("https://")


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

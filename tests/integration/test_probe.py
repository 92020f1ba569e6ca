"""``govscrape portals probe`` of a site that answers."""

from pathlib import Path

from click.testing import CliRunner

from govscrape.cli.portals import portals
from govscrape.errors import Blocked, InputError

from .conftest import Site, page

LISTING = Path(__file__).parents[1] / "fixtures" / "portals" / "drupal" / "listing.html"


def test_a_front_page(site: Site) -> None:
    """Fetched as a crawl would: robots first, and the list on the page becomes the proposal's first listing."""
    site.answers["/tin"] = page(LISTING.read_text(encoding="utf-8"))
    told = CliRunner().invoke(portals, ["probe", f"{site.base}/tin", "--loopback"])
    assert told.exit_code == 0
    assert "family: drupal" in told.stdout
    assert f"url: {site.base}/tin" in told.stdout
    assert site.asked["/robots.txt"] == 1


def test_what_is_not_there_is_no_family(site: Site) -> None:
    """An error page shows its server's design, not the portal's."""
    told = CliRunner().invoke(portals, ["probe", f"{site.base}/none", "--loopback"])
    assert isinstance(told.exception, InputError)


def test_the_operators_own_network_is_not_asked(site: Site) -> None:
    """Only --loopback opens this machine."""
    told = CliRunner(env={"GOVSCRAPE_CONTACT": "test@example.org"}).invoke(portals, ["probe", f"{site.base}/tin"])
    assert isinstance(told.exception, Blocked)
    assert not site.asked

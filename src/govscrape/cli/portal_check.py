"""What ``govscrape portals check`` finds: files that cannot be used, fixtures that are read otherwise than expected."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govscrape.errors import GovscrapeError, InputError, RuleError
from govscrape.fetch.paging import page_url
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse import parse_article, parse_listing
from govscrape.parse.selectors import check as check_selectors
from govscrape.rules.gazetteer import provinces
from govscrape.rules.load import rules_dir
from govscrape.rules.portals import load_portal

EXPECTED = "expected.json"
_SAVED = datetime(2024, 1, 1, tzinfo=UTC)


def check_file(path: Path) -> Portal:
    """The portal of a file that can be used. Raises RuleError."""
    portal = load_portal(path)
    check_selectors(portal, str(path))
    if portal.province not in provinces():
        known = "rules/gazetteer/province.csv has the names"
        raise RuleError(f"province: {portal.province!r} is no province; {known}", str(path))
    if portal.archive and portal.successor is None:
        raise RuleError("archive: the portal that publishes today is missing (successor)", str(path))
    if portal.successor is not None and not path.with_name(f"{portal.successor}.yaml").is_file():
        raise RuleError(f"successor: no portal {portal.successor!r} beside this file", str(path))
    if not portal.listings and not portal.archive:
        raise RuleError("listings: a portal without a list cannot be crawled", str(path))
    for listing in portal.listings:
        if listing.missing:
            fields = ", ".join(f"form.{name}" for name in listing.missing)
            ask = f"`govscrape portals probe` of the section's page (now {listing.form_page or portal.base_url})"
            raise RuleError(f"listings.{listing.id}: {fields} missing, which {ask} finds where it is shown", str(path))
    return portal


def default_fixtures() -> Path | None:
    """The clone's own saved pages; an installed wheel has none."""
    folder = rules_dir().parent / "tests" / "fixtures" / "portals"
    return folder if folder.is_dir() else None


def fixture_portal(folder: Path) -> Path:
    """The portal file that reads a fixture: the one in its folder, else the shipped one of the folder's name."""
    beside = sorted(folder.glob("*.yaml"))
    return beside[0] if beside else rules_dir() / "portals" / f"{folder.name}.yaml"


def check_fixture(folder: Path) -> Iterator[str]:
    """One line for each thing that is read otherwise than ``expected.json`` says."""
    where = folder / EXPECTED
    try:
        expected = json.loads(where.read_text(encoding="utf-8"))
        portal = load_portal(fixture_portal(folder))
        for key, wanted, got in (*_article(folder, portal, expected), *_listing(folder, portal, expected)):
            if wanted != got:
                yield f"{where}: {key}: expected {_short(wanted)}, read {_short(got)}"
    except (OSError, ValueError, KeyError) as error:
        yield f"{where}: cannot be used: {type(error).__name__} {error}"
    except GovscrapeError as error:
        yield f"{where}: {error}"


def _article(folder: Path, portal: Portal, expected: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    article, issues = parse_article(_page(folder / "page.html", expected["url"]), portal)
    yield "title", expected["title"], article.title
    yield "published_at", expected["published_at"], article.published_at and article.published_at.isoformat()
    texts = [article.body[part.start : part.end] for part in article.paragraphs]
    yield "paragraphs", [text for _, text in expected["paragraphs"]], texts
    yield "issues", expected["issues"], [issue.code for issue in issues]


def _listing(folder: Path, portal: Portal, expected: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    listing, wanted = portal.listings[0], expected["listing"]
    url = page_url(portal, listing, listing.first_page)
    found = parse_listing(_page(folder / "listing.html", url), portal, listing)
    rows = [[item.url, item.title, item.published_at and item.published_at.isoformat()] for item in found.items]
    yield "listing.items", wanted["items"], rows
    yield "listing.next_url", wanted["next_url"], found.next_url
    yield "listing.without_link", wanted["without_link"], found.without_link
    least = portal.expect.links_per_listing
    yield f"at least {least} links", True, len(rows) >= least


def _page(path: Path, url: str) -> Page:
    if not path.is_file():
        raise InputError(f"{path}: no such page")
    return Page(url=url, final_url=url, status=200, body=path.read_bytes(), fetched_at=_SAVED)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."

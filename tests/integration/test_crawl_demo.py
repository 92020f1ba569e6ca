"""The whole way with the real rules, over the sample portals of four CMS families."""

import asyncio
from pathlib import Path

import pytest

from govscrape import demo
from govscrape.archive import Archive
from govscrape.pipeline import crawl
from govscrape.reading import Runs
from govscrape.reextraction import reextract
from govscrape.settings import Settings
from govscrape.store import Store

NUMBERED = {
    "organisations": "organisation_id",
    "organisation_names": None,
    "organisation_links": None,
    "legal_documents": "document_id",
    "document_forms": "form_id",
    "document_links": None,
}
"""Tables of bodies and documents, and by what others refer to them: their numbers follow which portal was faster."""


def stored(store: Store) -> list[str]:
    """All that a database holds; bodies and documents without their numbers."""
    owned = tuple(f'INSERT INTO "{table}"' for table in NUMBERED)
    lines = [line for line in store.db.conn.iterdump() if not line.startswith(owned)]
    meant: dict[str, dict[object, str]] = {}
    for table, column in NUMBERED.items():
        told: dict[object, str] = {}
        for place, row in enumerate(store.db.query(f"SELECT * FROM {table}")):
            number = row.pop("id", place)
            told[number] = f"{table} {row | {name: meant[name].get(row[name]) for name in row.keys() & meant.keys()}}"
        lines += sorted(told.values())
        if column:
            meant[column] = told
    return lines


@pytest.mark.slow
def test_the_sample_portals_are_crawled_whole_once_and_read_again_alike(tmp_path: Path, workers: Runs) -> None:
    """Every article of every family, no hole, nothing asked twice, and the archive gives the same records again."""
    with demo.serve() as served, Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive:
        portals = demo.sample_portals(served.port)

        def go() -> list[tuple[str, int, str | None]]:
            report = asyncio.run(
                crawl(portals, store=store, archive=archive, workers=workers, settings=Settings(retry_wait_s=0))
            )
            assert all(walk.closed for portal in report.portals for walk in portal.listings)
            return [(portal.portal, portal.counts.new, portal.reason) for portal in report.portals]

        first = go()
        assert sum(new for _, new, _ in first) == len(demo.sample_articles())
        assert [reason for _, _, reason in first] == [None] * 4
        assert sum(new for _, new, _ in go()) == 0
        assert archive.verify() == ()
        known = {row["url"] for row in store.db.query("SELECT url FROM articles")}
        asked = {page.url for _, page in archive.pages() if page.as_article and page.status == 200}
        # One page that is asked as an article says itself that there is none.
        assert (len(asked & known), len(asked - known)) == (len(demo.sample_articles()), 1)
        before = stored(store)
        report = reextract(
            store=store,
            archive=archive,
            workers=workers,
            portals={portal.id: portal for portal in portals},
            settings=Settings(),
        )
        assert (report.counts.same, report.partial) == (len(demo.sample_articles()), False)
        assert stored(store) == before

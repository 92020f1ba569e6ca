"""Corrections through the whole way: crawled, judged on a page, crawled again, read again from the archive."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape import demo
from govscrape.archive import Archive
from govscrape.evaluate.audit import Made, draw
from govscrape.evaluate.verdicts import Edit, corrections_of
from govscrape.pipeline import crawl
from govscrape.reading import Runs
from govscrape.reextraction import reextract
from govscrape.settings import Settings
from govscrape.store import Store

NOW = datetime(2025, 1, 2, tzinfo=UTC)


@pytest.mark.slow
def test_corrections_stay_through_crawls_and_re_extractions(tmp_path: Path, workers: Runs) -> None:
    """What people put right must not come back wrong with the next visit or the next rules."""
    settings = Settings(retry_wait_s=0)
    with demo.serve() as served, Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive:
        portal = demo.sample_portals(served.port)[0]

        def visit() -> None:
            asyncio.run(
                crawl([portal], store=store, archive=archive, workers=workers, settings=settings, mode="refresh")
            )

        visit()
        page = draw(store, size=500, by=("rule",), seed=1, made=Made(NOW, "r", "1"))
        edited, gone, *_ = (item for item in page.file.items if item.record.get("score"))
        score = edited.record["score"]
        right = edited.model_copy(
            update={"verdict": "wrong", "at": NOW, "edits": (Edit(slot="score", expected=score, new=1.25),)}
        )
        withdrawn = gone.model_copy(update={"verdict": "wrong", "at": NOW, "withdrawn": True})
        store.corrections.add(list(corrections_of(page.file.model_copy(update={"items": (right, withdrawn)}), "A")))
        before = {one.url: store.load(one.url) for one in (edited.locator, gone.locator)}
        found = before[edited.locator.url]
        assert found is not None
        assert 1.25 in [record.score for record in found.indices]

        visit()
        report = reextract(
            store=store, archive=archive, workers=workers, portals={portal.id: portal}, settings=settings
        )
        assert (report.counts.changed, report.counts.new, report.partial) == (0, 0, False)
        assert {url: store.load(url) for url in before} == before
        assert [stored.status for stored in store.corrections.all()] == ["applied", "applied"]
        assert store.corrections.voided == []

"""Each named fault, put into a healthy portal that is crawled whole: it ends as the catalogue says, and never silently.

The portal is a public one to the crawler: its name resolves to a public address and it does not allow loopback.
"""

import asyncio
import resource
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from tests.integration.conftest import FaultServer, Handler, Site

from govscrape.archive import Archive
from govscrape.back_fill import back_fill
from govscrape.fetch import guard
from govscrape.models.portal import Portal
from govscrape.models.run import Certificate, PortalReport
from govscrape.pipeline import crawl
from govscrape.reading import Runs
from govscrape.settings import Settings
from govscrape.store import Store

from . import news, wire
from .catalogue import BAI, FAULTS, LISTING_FAULTS, Fault
from .heavy import HEAVY, QUICK, RESPONSE_S
from .http2 import in_front
from .http2_faults import HTTP2_FAULTS

BLOCKED_MAX_S = 2.0
MEMORY_MAX_KB = 300_000
GROWTH_MAX_KB = 100_000
SETTINGS = Settings(contact="test@example.org", attempts=2, retry_wait_s=0, response_time_max_s=1.0)

EVERY = (*FAULTS, *HTTP2_FAULTS, *HEAVY)
TESTED = (*FAULTS, *QUICK, *HTTP2_FAULTS)


def patience(fault: Fault) -> Settings:
    """Small answers are given up quickly, so that slow ones are; a large one takes its time."""
    return SETTINGS.model_copy(update={"response_time_max_s": RESPONSE_S}) if fault in HEAVY else SETTINGS


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> wire.Names:
    answers = wire.Names()
    wire.lead_home(monkeypatch, answers)
    return answers


@pytest.fixture
def server() -> Iterator[FaultServer]:
    made = FaultServer(("127.0.0.1", 0), Handler)
    made.site = Site(f"http://{wire.HOST}:{made.server_port}")
    yield made
    made.server_close()


@pytest.fixture
def serving(server: FaultServer) -> Iterator[Site]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.site
    server.shutdown()
    thread.join()


async def with_heartbeat(
    portal: Portal, store: Store, archive: Archive, workers: Runs, settings: Settings = SETTINGS
) -> tuple[PortalReport[Certificate], float]:
    """A crawl's report, and the longest time in seconds for which the event loop did nothing else."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    heart = asyncio.create_task(beat())
    report = await crawl([portal], store=store, archive=archive, workers=workers, settings=settings)
    heart.cancel()
    return report.portals[0], longest


@pytest.mark.parametrize("fault", TESTED, ids=lambda fault: fault.name)
def test_a_fault_ends_as_the_catalogue_says(
    fault: Fault, server: FaultServer, names: wire.Names, workers: Runs, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What is stored, which issue says what was not, whether the run owns up to it, and nothing else stood still."""
    portal = fault.change(news.portal(server.server_port))
    # The peak is the process's, so in a long session of tests only its growth is this fault's.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if fault.tls:
        portal = _over_tls(fault.tls, server, portal, tmp_path, request)
    site: Site = request.getfixturevalue("serving")
    news.healthy(site)
    fault.setup(site, names)
    patch = request.getfixturevalue("monkeypatch")
    with (
        _over_http2(fault, site, portal, tmp_path, patch) as crawled,
        Store.open(tmp_path / "faults.db") as store,
        Archive(tmp_path / "warc") as archive,
    ):
        report, blocked_s = asyncio.run(with_heartbeat(crawled, store, archive, workers, patience(fault)))
        stored = store.db.conn.execute("SELECT title FROM current_articles").fetchall()
        codes = {
            code for (code,) in store.db.conn.execute("SELECT code FROM issues UNION SELECT code FROM article_issues")
        }
        assert archive.verify() == ()
    assert (len(stored), report.partial) == (fault.stored, fault.partial), (report.reason, codes)
    assert fault.code is None or fault.code in codes, (codes, report.reason)
    assert {title for (title,) in stored} <= {f"Bài {number}" for number in range(1, news.COUNT + 1)} | {news.FILE}
    assert len(set(stored)) == len(stored)
    assert blocked_s < BLOCKED_MAX_S
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak < MEMORY_MAX_KB or peak - before < GROWTH_MAX_KB


def _over_tls(kind: str, server: FaultServer, portal: Portal, folder: Path, request: pytest.FixtureRequest) -> Portal:
    if wire.OPENSSL is None:
        pytest.skip("no openssl to make a certificate with")
    server.socket, made = wire.serve_tls(server.socket, folder, kind)
    if kind != "unsigned":
        trusting = ssl.create_default_context(cafile=made)
        request.getfixturevalue("monkeypatch").setattr(guard, "_tls_context", lambda _: trusting)
    return portal.model_copy(update={"base_url": portal.base_url.replace("http://", "https://")})


@contextmanager
def _over_http2(fault: Fault, site: Site, portal: Portal, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The portal behind a server that speaks HTTP/2, if that is where the fault lies."""
    if fault.http2 is None:
        yield portal
        return
    if wire.OPENSSL is None:
        pytest.skip("no openssl to make a certificate with")
    with in_front(site, BAI, fault.http2, folder, alone=fault.http2_alone) as (port, made):
        trusting = ssl.create_default_context(cafile=made)
        patch.setattr(guard, "_tls_context", lambda _: trusting)
        yield portal.model_copy(update={"base_url": f"https://{wire.HOST}:{port}"})


def test_what_hides_an_article_is_never_a_clean_run() -> None:
    """The catalogue itself keeps the promise, and it is long enough to mean something."""
    hiding = [fault for fault in EVERY if fault.hides and fault.stored < news.COUNT]
    assert [fault.name for fault in hiding if not fault.partial] == []
    assert len({fault.name for fault in EVERY}) == len(EVERY) >= 40


def test_the_portal_without_a_fault_is_read_whole(
    serving: Site, names: wire.Names, workers: Runs, tmp_path: Path
) -> None:
    """Else every fault above would prove nothing."""
    news.healthy(serving)
    portal = news.portal(int(serving.base.rpartition(":")[2]))
    assert names.answers[wire.HOST] == [[wire.PUBLIC]]
    with Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive:
        report, _ = asyncio.run(with_heartbeat(portal, store, archive, workers))
    assert (report.counts.new, report.reason) == (news.COUNT, None)


@pytest.mark.parametrize("fault", LISTING_FAULTS, ids=lambda fault: fault.name)
def test_a_back_fill_is_not_fooled_either(
    fault: Fault, server: FaultServer, names: wire.Names, workers: Runs, tmp_path: Path, serving: Site
) -> None:
    """It walks lists in its own way; what hides articles leaves its range open."""
    news.healthy(serving)
    fault.setup(serving, names)
    with Store.open(tmp_path / "a.db") as store, Archive(tmp_path / "warc") as archive:
        report = asyncio.run(
            back_fill(
                [fault.change(news.portal(server.server_port))],
                since=date(2000, 1, 1),
                store=store,
                archive=archive,
                workers=workers,
                settings=SETTINGS,
            )
        )
        stored = store.db.conn.execute("SELECT count(*) FROM current_articles").fetchone()[0]
    assert (stored, report.partial) == (fault.stored, fault.partial), report

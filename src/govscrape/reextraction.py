"""Reading the archive again with today's rules; the network is not touched.

The same bytes and rules give the same records, so only what differs is written.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from govscrape import __version__
from govscrape.archive import Archive
from govscrape.attachments import Records
from govscrape.errors import ArchiveError, GovscrapeError, NotAnArticle, TaskLost
from govscrape.models.article import Article
from govscrape.models.page import ArchiveRef, Page
from govscrape.models.portal import Portal
from govscrape.models.records import Extraction, Issue
from govscrape.models.run import Counts, Event, ReextractReport
from govscrape.parse.files import is_file
from govscrape.reading import GONE, TRUNCATED, Runs, lost, packed, read_file, read_page
from govscrape.settings import Settings
from govscrape.store import Store
from govscrape.store.pending import unread

ARTICLES_A_TRANSACTION = 100


class _Stored(NamedTuple):
    """An address and where its newest response lies."""

    url: str
    portal: str | None
    ref: ArchiveRef


@dataclass
class _Again:
    """One reading of a whole archive."""

    store: Store
    archive: Archive
    workers: Runs
    version: str
    progress: Callable[[Event], None]
    total: int = 0
    done: int = 0
    counts: Counts = field(default_factory=Counts)
    faults: list[Issue] = field(default_factory=list)
    files: list[_Stored] = field(default_factory=list)
    sent: deque[tuple[_Stored, datetime]] = field(default_factory=deque)

    def open(self, stored: _Stored) -> Page | None:
        try:
            return self.archive.read(stored.ref)
        except ArchiveError as error:
            self.fail(stored, "archive", str(error))
            return None

    def pages(self, stored: Iterable[_Stored], portals: Mapping[str, Portal]) -> Iterator[tuple[Page, bytes]]:
        """The tasks of everything but files, which wait until the articles that link to them are read."""
        known = {name: packed(portal) for name, portal in portals.items()}
        nobody = packed(None)
        for one in stored:
            page = self.open(one)
            if page is None:
                continue
            if is_file(page.body):
                self.files.append(one)
                continue
            self.sent.append((one, page.fetched_at))
            yield page, known.get(one.portal or "", nobody)

    def attached(self, records: Records) -> Iterator[tuple[Page, Article]]:
        """The tasks of the files."""
        for one in self.files:
            page = self.open(one)
            if page is None:
                continue
            record = records.linking(page)
            if record is None:
                self.fail(one, "not_html", f"{one.url}: a file that no stored article links to")
                continue
            self.sent.append((one, page.fetched_at))
            yield page, record

    def take(self, outcome: Extraction | GovscrapeError, kind: str | None = None) -> None:
        """Store what came back for the oldest task."""
        stored, fetched_at = self.sent.popleft()
        if isinstance(outcome, TaskLost):
            outcome = lost(stored.url, outcome)
        if isinstance(outcome, NotAnArticle):
            self.fail(stored, outcome.code, str(outcome))
            return
        if isinstance(outcome, GovscrapeError):
            raise outcome
        change = self.store.save(
            outcome,
            page=stored.ref,
            fetched_at=fetched_at,
            ruleset_version=self.version,
            code_version=__version__,
        )
        cut = [issue for issue in outcome.issues if issue.code == TRUNCATED]
        self.faults += cut
        self.counts = self.counts.plus(**{kind or change: 1, "issues": len(outcome.issues), "truncated": len(cut)})
        self.tell(stored)

    def fail(self, stored: _Stored, code: str, message: str) -> None:
        if self.store.known(stored.url):
            self.faults.append(Issue(code=code, message=message, where=stored.url))
        self.counts = self.counts.plus(gone=1) if code in GONE else self.counts.plus(failed=1)
        self.tell(stored)

    def tell(self, stored: _Stored) -> None:
        self.done += 1
        where = stored.portal or ""
        self.progress(Event(portal=where, stage="article", done=self.done, total=self.total, url=stored.url))


def reextract(
    *,
    store: Store,
    archive: Archive,
    workers: Runs,
    portals: Mapping[str, Portal],
    settings: Settings,
    progress: Callable[[Event], None] = lambda _: None,
) -> ReextractReport:
    """Read every stored article's newest page again from the archive with the workers' rules.

    A stored article whose page cannot be read is a fault in the report and stays as it is. Pages that never gave an
    article are tried too. RuleError: the workers' rules are wrong.
    """
    again = _Again(store, archive, workers, workers.greeting(), progress)
    stored = [_Stored(*page) for page in store.iter_pages()]
    stored += _never_read(store, archive)
    again.total = len(stored)
    records = Records(store)
    with store.batch(ARTICLES_A_TRANSACTION):
        for outcome in workers.map(read_page, again.pages(stored, portals)):
            if isinstance(outcome, Extraction):
                records.add(outcome.article)
            again.take(outcome)
        for outcome in workers.map(
            read_file,
            again.attached(records),
            seconds=settings.attachment_time_max_s,
            memory=settings.attachment_memory_max,
        ):
            again.take(outcome, "files")
    store.find_bodies()
    return ReextractReport(counts=again.counts, faults=tuple(again.faults))


def _never_read(store: Store, archive: Archive) -> list[_Stored]:
    """The newest archived responses of addresses that gave no article so far: a mended selector may read them now."""
    wanted = unread(store)
    newest = {page.url: ref for ref, page in archive.pages() if page.url in wanted} if wanted else {}
    return [_Stored(url, wanted[url], ref) for url, ref in newest.items()]

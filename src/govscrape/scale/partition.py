"""One piece of work: the pages in a range of a WARC file as rows of Parquet files, whatever is wrong with a page."""

import gc
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.core import url_to_fs

from govscrape import __version__
from govscrape.archive.ranges import read_range
from govscrape.errors import ArchiveError, InputError, NotAnArticle
from govscrape.extract import Extractor
from govscrape.models.page import Page
from govscrape.models.portal import Portal
from govscrape.parse import parse_article
from govscrape.parse.responses import LISTS, left_out
from govscrape.rules import load_ruleset
from govscrape.rules.portals import load_page_words, load_portals
from govscrape.scale.plan import Piece, open_piece
from govscrape.scale.tables import rows, schema

MANIFEST = "manifest"
_ROWS_AT_A_TIME = 5_000
Entry = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """What all pieces of a run share. ``hosts``: only pages of hosts that end so are read; empty: of any host.

    ``output`` is a folder that every worker reaches by that name: a path or a URL that fsspec can write.
    """

    output: str
    ruleset_version: str
    hosts: tuple[str, ...] = ()
    code_version: str = __version__

    def file_of(self, piece: Piece) -> str:
        """The name of the piece's files: a digest of all that decides what is in them."""
        told = json.dumps([self.ruleset_version, self.code_version, self.hosts, *piece])
        return hashlib.sha256(told.encode()).hexdigest()[:20]


class _Known:
    """Rules and portals, loaded once in each process."""

    def __init__(self) -> None:
        # As the command sets it: an article makes thousands of small objects and no cycles.
        gc.set_threshold(50_000, 20, 50)
        ruleset = load_ruleset()
        self.version = ruleset.version
        self.extractor = Extractor(ruleset)
        self.words = load_page_words()
        self._by_host: dict[str, Portal] = {}
        for portal in load_portals().values():
            self._by_host |= dict.fromkeys(_hosts(portal), portal)

    def portal(self, url: str) -> Portal | None:
        return self._by_host.get(urlsplit(url).hostname or "")


_known = cache(_Known)


def _hosts(portal: Portal) -> tuple[str, ...]:
    return (*portal.hosts, urlsplit(portal.base_url).hostname or "")


@dataclass
class _Rows:
    """Rows on their way into one Parquet file per table, written in batches so that memory stays bounded."""

    folder: str
    name: str
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.storage, self.root = url_to_fs(self.folder)

    def add(self, table: str, row: dict[str, Any]) -> None:
        self.waiting.setdefault(table, []).append(row)
        self.counts[table] += 1
        if len(self.waiting[table]) >= _ROWS_AT_A_TIME:
            self._write(table)

    def _write(self, table: str) -> None:
        if table not in self.writers:
            self.storage.makedirs(f"{self.root}/{table}", exist_ok=True)
            self.writers[table] = pq.ParquetWriter(
                f"{self.root}/{table}/{self.name}.part", schema(table), filesystem=self.storage, compression="zstd"
            )
        self.writers[table].write_table(pa.Table.from_pylist(self.waiting.pop(table), schema=schema(table)))

    def finish(self) -> dict[str, int]:
        """Closes the files and gives them their names; the rows of each."""
        for table in list(self.waiting):
            self._write(table)
        for table, writer in self.writers.items():
            writer.close()
            made = f"{self.root}/{table}/{self.name}"
            self.storage.mv(f"{made}.part", f"{made}.parquet")
        return dict(self.counts)


def do(job: Job, piece: Piece) -> Entry:
    """Reads the piece, writes its rows and then its entry of the manifest, which is returned.

    Raises InputError when this process has other rules than the run, ArchiveError naming the file when not one record
    could be read; a file that breaks off later gives what it has, and its entry says ``broken``.
    """
    known = _known()
    if known.version != job.ruleset_version:
        raise InputError(f"{piece.name}: this worker has ruleset {known.version}, the run {job.ruleset_version}")
    began = time.process_time()
    out = _Rows(job.output, job.file_of(piece))
    versions = {"ruleset_version": job.ruleset_version, "code_version": job.code_version}
    counts, broken = Counter[str](), None
    wanted = host_filter(job.hosts)
    try:
        with open_piece(piece) as stream:
            for _, page in read_range(stream, piece.path, piece.start, piece.end, wanted):
                _read(page, known, out, versions, counts)
    except ArchiveError as error:
        broken = str(error)
    entry: Entry = {
        "piece": piece._asdict(),
        "job": {key: value for key, value in asdict(job).items() if key != "output"},
        "counts": dict(sorted(counts.items())),
        "rows": dict(sorted(out.finish().items())),
        "broken": broken,
    }
    _write_entry(out, entry | {"cpu_s": round(time.process_time() - began, 3)})
    return entry


def _read(page: Page, known: _Known, out: _Rows, versions: Mapping[str, str], counts: Counter[str]) -> None:
    counts["responses"] += 1
    portal = known.portal(page.final_url)
    if (reason := left_out(page, portal)) is not None:
        counts["listing" if reason == LISTS else "other"] += 1
        return
    try:
        article, _ = parse_article(page, portal, None if portal else known.words)
        found = known.extractor.extract(article)
    except NotAnArticle as error:
        counts[error.code] += 1
        return
    except Exception:  # noqa: BLE001 - one page of millions must not end the run; it is counted
        counts["fault"] += 1
        return
    counts["articles"] += 1
    for table, row in rows(page, found, versions):
        out.add(table, row)


def _write_entry(out: _Rows, entry: Entry) -> None:
    out.storage.makedirs(f"{out.root}/{MANIFEST}", exist_ok=True)
    made = f"{out.root}/{MANIFEST}/{out.name}"
    with out.storage.open(f"{made}.part", "w", encoding="utf-8") as file:
        json.dump(entry, file, ensure_ascii=False)
    out.storage.mv(f"{made}.part", f"{made}.json")


def host_filter(hosts: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a URL's host is one of ``hosts`` or below it; any host when there are none."""
    if not hosts:
        return bool
    whole = frozenset(hosts)
    endings = tuple(f".{host}" for host in whole)

    def wanted(url: str) -> bool:
        host = (urlsplit(url).hostname or "").rstrip(".")
        return host in whole or host.endswith(endings)

    return wanted


def ruleset_version() -> str:
    """The version of the rules that this process reads by. Raises RuleError when they are wrong."""
    return _known().version


def portal_hosts() -> tuple[str, ...]:
    """The hosts of all portals in rules/portals."""
    found = load_portals().values()
    return tuple(
        sorted({host for portal in found for host in (*portal.hosts, urlsplit(portal.base_url).hostname or "")})
    )

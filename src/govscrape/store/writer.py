"""The store: one transaction per article, and saving the same thing twice changes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self

from pydantic_core import PydanticSerializationError
from sqlite_utils import Database

from govscrape.errors import InputError, StoreError
from govscrape.models.article import Article
from govscrape.models.page import ArchiveRef
from govscrape.models.records import Extraction, Issue
from govscrape.store import connection, facts, migrations, rows
from govscrape.store.audits import Audits
from govscrape.store.back_fills import BackFills
from govscrape.store.confidence import carry
from govscrape.store.correcting import Corrected
from govscrape.store.corrections import Corrections
from govscrape.store.incoming import insert_records
from govscrape.store.runs import Runs
from govscrape.store.transactions import Transactions

SaveOutcome = Literal["new", "changed", "same"]


class StoredPage(NamedTuple):
    """The newest archived response of an article; ``url`` is the article's identity."""

    url: str
    portal: str | None
    ref: ArchiveRef


class Store:
    """A govscrape database. Use ``Store.open``; close it, or use it in a ``with`` block.

    Every method raises StoreError with one line that names the file.
    """

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db
        self.runs = Runs(path, db)
        self.back_fills = BackFills(path, db)
        self.transactions = Transactions(db)
        self.audits = Audits(path, db, self.transactions)
        self.corrections = Corrections(path, db, self.transactions)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        create: bool = True,
        readonly: bool = False,
        timeout_s: float = connection.BUSY_TIMEOUT_S,
    ) -> Self:
        """Opens the database, and brings it to the newest schema unless ``readonly``.

        ``create`` makes the file and its folder; ``timeout_s`` is how long to wait for another process's lock.
        Raises StoreError: no such file, not ours, newer than this program, read-only, locked, damaged.
        """
        file = Path(path)
        if readonly:
            return cls(file, open_readonly(file, timeout_s=timeout_s))
        db = connection.open_writable(file, create=create, timeout_s=timeout_s)
        try:
            with connection.explained(file):
                migrations.migrate(db, file, timeout_s=timeout_s)
        except BaseException:
            db.close()
            raise
        return cls(file, db)

    def close(self) -> None:
        """Closes the connection; the store cannot be used after it."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def batch(self, size: int, *, seconds: float = 1.0) -> Iterator[None]:
        """What the block writes shares transactions: one for ``size`` articles, or as many as come in ``seconds``.

        Each article is still all or nothing, but on disk only when its transaction ends: a killed process loses the
        open one and nothing else. After an error, what was written before it is kept. Whoever reads the tables
        themselves, not by a method of the store, sees the articles of a transaction when it ends.

        A row that a table refuses is told in the StoreError of its own article's ``save``, or at the end of the block
        when that had returned before it showed: one error that names all such articles. The others are stored.
        """
        with connection.explained(self.path), self.transactions.batch(size, seconds):
            yield

    def known(self, url: str) -> bool:
        """Whether an article was stored under that URL, be it canonical or as fetched."""
        with connection.explained(self.path):
            return self.transactions.incoming.knows([url]) or self._article_id(url) is not None

    def save(
        self,
        extraction: Extraction,
        *,
        page: ArchiveRef | None = None,
        fetched_at: datetime,
        ruleset_version: str,
        code_version: str,
    ) -> SaveOutcome:
        """Stores an article with its records, all or nothing.

        ``new``: the article was not known. ``changed``: its text, its details or its records differ from what is
        stored; a new text makes a new version, whose records are the visible ones. ``same``: no stored version or
        record is touched; a response not seen before is still noted, for re-extraction. Views and the time of the
        last change do not count. A response older than the stored text changes nothing: what is newer stays visible.
        Standing corrections of the article are put on the records first (see ``store.corrections``).
        Raises InputError when the article has no URL or holds half a character, StoreError when the database refuses.
        """
        article = extraction.article
        if identity(article) is None:
            raise InputError(f"article without a URL cannot be stored: {article.title or article.body[:60]!r}")
        seen = rows.utc(fetched_at)
        made_by: rows.Row = {"ruleset_version": ruleset_version, "code_version": code_version}
        try:
            with connection.explained(self.path):
                return self.transactions.add(lambda: self._save(extraction, page, seen, made_by), identity(article))
        except (UnicodeEncodeError, PydanticSerializationError) as error:
            raise InputError(f"{identity(article)}: text that is no Unicode: it holds half a character") from error

    def load(self, url: str) -> Extraction | None:
        """The visible version of an article with its records, or None when the URL is unknown."""
        with connection.explained(self.path):
            self.transactions.settle()
            article_id = self._article_id(url)
            if article_id is None:
                return None
            sql = "SELECT current_version_id FROM articles WHERE id = ?"
            return rows.read_extraction(self.db, int(self.db.conn.execute(sql, (article_id,)).fetchone()[0]))

    def mark_withdrawn(self, url: str, at: datetime) -> bool:
        """Notes that the portal no longer shows an article, which stays. False when unknown or marked before."""
        sql = "UPDATE articles SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL"

        def mark() -> bool:
            return self.db.conn.execute(sql, (rows.utc(at), self._article_id(url))).rowcount > 0

        with connection.explained(self.path):
            return self.transactions.run(mark)

    def save_issue(
        self, issue: Issue, *, seen_at: datetime, portal: str | None = None, run_id: int | None = None
    ) -> None:
        """Notes an issue of a run or a page; the same issue again only moves ``last_seen_at`` and counts up."""
        row = {"portal": portal, **issue.model_dump(), "run_id": run_id}
        with connection.explained(self.path):
            self.transactions.run(lambda: rows.note_issue(self.db, row, rows.utc(seen_at)))

    def iter_pages(self) -> Iterator[StoredPage]:
        """The newest archived response of every article that has one, in the order the articles were first stored."""
        sql = """
            SELECT a.url, a.portal, p.archive_file, p.archive_offset, p.sha256 FROM articles AS a
            JOIN pages AS p ON p.id = (
              SELECT id FROM pages WHERE article_id = a.id ORDER BY fetched_at DESC, id DESC LIMIT 1
            ) ORDER BY a.id
        """
        with connection.explained(self.path):
            self.transactions.settle()
            # Read whole: the caller saves while it goes through them.
            found = self.db.conn.execute(sql).fetchall()
        for url, portal, file, offset, sha256 in found:
            yield StoredPage(url, portal, ArchiveRef(file=file, offset=offset, sha256=sha256))

    def find_bodies(self) -> None:
        """Finds anew which bodies and documents all records mean: what the lists of the rules say may have changed."""
        with connection.explained(self.path), connection.immediate(self.db):
            facts.rebuild_bodies(self.db)

    def counts(self) -> Mapping[str, int]:
        """How many rows each table holds."""
        tables = ("articles", "article_versions", *rows.RECORD_TABLES, "issues", "runs")
        with connection.explained(self.path):
            self.transactions.settle()
            return {table: self.db.table(table).count for table in tables}

    def _save(self, extraction: Extraction, page: ArchiveRef | None, seen: str, made_by: rows.Row) -> SaveOutcome:
        article = extraction.article
        urls = list(dict.fromkeys(url for url in (article.canonical_url, article.url) if url))
        if self.transactions.incoming.knows(urls):
            self.transactions.settle()
        article_id = next((found for found in map(self._article_id, urls) if found is not None), None)
        if article_id is None:
            self.transactions.incoming.add(extraction, urls, page, seen, made_by)
            if self.transactions.incoming.is_corrected(urls):
                self.transactions.settle()
                self._save_known(self._article_id(urls[0]) or 0, urls, extraction, page, seen, made_by)
            return "new"
        self.transactions.settle()
        changed = self._save_known(article_id, urls, extraction, page, seen, made_by)
        return "changed" if changed else "same"

    def _article_id(self, url: str) -> int | None:
        found = self.db.conn.execute("SELECT article_id FROM article_urls WHERE url = ?", (url,)).fetchone()
        return None if found is None else int(found[0])

    def _save_known(
        self,
        article_id: int,
        urls: Iterable[str],
        extraction: Extraction,
        page: ArchiveRef | None,
        seen: str,
        made_by: rows.Row,
    ) -> bool:
        """Saves an article that is there; whether anything differs."""
        add_url = "INSERT OR IGNORE INTO article_urls VALUES (?, ?)"
        self.db.conn.executemany(add_url, [(url, article_id) for url in urls])
        returned = "UPDATE articles SET withdrawn_at = NULL WHERE id = ? AND withdrawn_at < ?"
        self.db.conn.execute(returned, (article_id, seen))
        page_id = None if page is None else rows.page_id(self.db, page)
        if page is not None and page_id is None:
            page_id = rows.insert(self.db, "pages", rows.page_row(article_id, page, seen))
        corrected = self.corrections.on(article_id, extraction)
        return self._save_version(article_id, page_id, corrected, seen, made_by)

    def _save_version(
        self, article_id: int, page_id: int | None, corrected: Corrected, seen: str, made_by: rows.Row
    ) -> bool:
        sql = """
            SELECT v.id, v.version, v.text_hash, v.details_hash, v.records_hash, v.fetched_at
            FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id WHERE a.id = ?
        """
        current = self.db.conn.execute(sql, (article_id,)).fetchone()
        extraction, article = corrected.extraction, corrected.extraction.article
        if seen < current[5]:
            return False
        stale, version_id = self.transactions.stale, int(current[0])
        if current[2] != rows.text_hash(article):
            stale.note(self.db, [version_id])
            version_id = self._add_version(article_id, page_id, int(current[1]) + 1, extraction, seen, made_by)
            self.corrections.settle(article_id, version_id, corrected)
            carry(self.db, [version_id])
            stale.versions.add(version_id)
            return True
        details_differ: bool = current[3] != rows.details_hash(article)
        records_hash = rows.records_hash(extraction)
        records_differ: bool = current[4] != records_hash
        if details_differ or records_differ:
            stale.note(self.db, [version_id])
        if details_differ:
            rows.update(self.db, "article_versions", version_id, rows.details_row(article))
            rows.update(self.db, "articles", article_id, rows.visible_row(article))
        if records_differ:
            rows.delete_records(self.db, version_id)
            insert_records(self.db, version_id, extraction, made_by)
            rows.update(self.db, "article_versions", version_id, {"records_hash": records_hash, **made_by})
        settled = self.corrections.settle(article_id, version_id, corrected)
        if settled or records_differ:
            carry(self.db, [version_id])
        if settled or records_differ or details_differ:
            stale.versions.add(version_id)
        return details_differ or records_differ

    def _add_version(
        self, article_id: int, page_id: int | None, number: int, extraction: Extraction, seen: str, made_by: rows.Row
    ) -> int:
        """Another text of an article that is there."""
        article = extraction.article
        named = {"article_id": article_id, "version": number, "page_id": page_id, "fetched_at": seen}
        said = {**rows.version_row(article), "records_hash": rows.records_hash(extraction), **made_by}
        version_id = rows.insert(self.db, "article_versions", named | said)
        self.transactions.stale.texts.append(version_id)
        insert_records(self.db, version_id, extraction, made_by)
        visible = {"current_version_id": version_id, "fetched_at": seen, **rows.visible_row(article)}
        rows.update(self.db, "articles", article_id, visible)
        return version_id


def identity(article: Article) -> str | None:
    """The URL that an article is stored under: the canonical one, else the one it was fetched from."""
    return article.canonical_url or article.url


def open_readonly(path: Path, *, timeout_s: float = connection.BUSY_TIMEOUT_S) -> Database:
    """A read-only connection to a database of ours with the present schema.

    Raises StoreError as ``Store.open`` does, and when the schema is older than this program's.
    """
    db = None
    with connection.explained(path):
        db = connection.open_readonly(path, timeout_s=timeout_s)
        try:
            version = migrations.check(db, path)
            if version < len(migrations.steps()):
                what = "an empty database" if version == 0 else f"schema version {version} is old"
                raise StoreError(f"{path}: {what}; `govscrape crawl` brings it up to date")
        except BaseException:
            db.close()
            raise
    return db

"""New articles of an open transaction: each has its number at once, and all are written together, table by table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from govscrape.models.page import ArchiveRef
from govscrape.models.records import Extraction, Official
from govscrape.store import confidence, rows
from govscrape.store.facts import Stale

_NUMBERED = ("articles", "article_versions", "pages", "officials")
_ORDER = (
    "articles",
    "article_urls",
    "pages",
    "article_versions",
    *rows.RECORD_TABLES,
    "official_mentions",
    "article_issues",
)
"""Tables in the order in which they may be filled: what a row names is there before it."""


@dataclass
class Waiting:
    """Rows on their way into the tables, by table and columns. Officials get their numbers here, for their mentions."""

    db: Database
    cells: dict[str, dict[tuple[str, ...], list[tuple[object, ...]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    last: dict[str, int] = field(default_factory=dict)

    def number(self, table: str) -> int:
        """The id of a row that the caller puts there; nobody else may insert until all is written."""
        if not self.last:
            highest = ", ".join(f"(SELECT max(id) FROM {name})" for name in _NUMBERED)  # noqa: S608 (our tables)
            found = self.db.conn.execute(f"SELECT {highest}").fetchone()
            self.last = {name: number or 0 for name, number in zip(_NUMBERED, found, strict=True)}
        self.last[table] += 1
        return self.last[table]

    def add(self, table: str, row: rows.Row) -> None:
        """One row."""
        self.cells[table][tuple(row)].append(tuple(row.values()))

    def add_records(self, version_id: int, extraction: Extraction, made_by: rows.Row) -> None:
        """All records and issues of a version; ``made_by`` holds ruleset_version and code_version."""
        groups = (extraction.indices, extraction.officials, extraction.directives, extraction.legal_refs)
        made = tuple(made_by.values())
        for (table, model), records in zip(rows.RECORD_TABLES.items(), groups, strict=True):
            if records and table != "officials":
                names = ("version_id", "position", *rows.columns(model), *made_by)
                self.cells[table][names] += [
                    (version_id, position, *rows.record_row(record), *made) for position, record in enumerate(records)
                ]
        if extraction.officials:
            officials = self.cells["officials"]["id", "version_id", "position", *rows.columns(Official), *made_by]
            mentions = self.cells["official_mentions"]["official_id", "position", "start", "end", "text"]
            for position, official in enumerate(extraction.officials):
                number = self.number("officials")
                officials.append((number, version_id, position, *rows.record_row(official), *made))
                mentions += [(number, at, one.start, one.end, one.text) for at, one in enumerate(official.mentions)]
        for position, issue in enumerate(extraction.issues):
            self.add("article_issues", {"version_id": version_id, "position": position, **issue.model_dump()})

    def write(self) -> None:
        """Inserts all that waits, and nothing waits any more."""
        for table in _ORDER:
            for names, cells in self.cells[table].items():
                self.db.conn.executemany(rows.insertion(table, names), cells)
        self.cells.clear()
        self.last.clear()


def insert_records(db: Database, version_id: int, extraction: Extraction, made_by: rows.Row) -> None:
    """Stores all records and issues of a version that is there."""
    waiting = Waiting(db)
    waiting.add_records(version_id, extraction, made_by)
    waiting.write()


class Incoming:
    """Articles that no stored URL is known of, until they are written."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._waiting = Waiting(db)
        self._urls: set[str] = set()
        self._pages: dict[tuple[str, int], int] = {}
        self._versions: list[int] = []
        self._corrections: bool | None = None

    def knows(self, urls: Sequence[str]) -> bool:
        """Whether an article with one of these URLs is among them."""
        return not self._urls.isdisjoint(urls)

    def is_corrected(self, urls: Sequence[str]) -> bool:
        """Whether any correction names one of these URLs. That there is none at all is asked once a transaction."""
        if self._corrections is None:
            self._corrections = bool(self.db.conn.execute("SELECT EXISTS (SELECT 1 FROM corrections)").fetchone()[0])
        named = "SELECT EXISTS (SELECT 1 FROM corrections WHERE url = ?)"
        return self._corrections and any(self.db.conn.execute(named, (url,)).fetchone()[0] for url in urls)

    def add(
        self, extraction: Extraction, urls: Sequence[str], page: ArchiveRef | None, seen: str, made_by: rows.Row
    ) -> None:
        """Takes an article; ``urls`` are all that it is known by, its identity first; ``seen`` is when it was fetched.

        Raises UnicodeEncodeError, and takes nothing, when it holds half a character.
        """
        article, waiting = extraction.article, self._waiting
        version = {**rows.version_row(article), "records_hash": rows.records_hash(extraction), **made_by}
        article_id, version_id = waiting.number("articles"), waiting.number("article_versions")
        seen_at = {"first_seen_at": seen, "fetched_at": seen}
        named = {"id": article_id, "url": urls[0], "current_version_id": version_id}
        waiting.add("articles", {**named, **rows.visible_row(article), **seen_at})
        for url in urls:
            waiting.add("article_urls", {"url": url, "article_id": article_id})
        numbered = {"id": version_id, "article_id": article_id, "version": 1}
        at = {"page_id": self._page(article_id, page, seen), "fetched_at": seen}
        waiting.add("article_versions", {**numbered, **at, **version})
        waiting.add_records(version_id, extraction, made_by)
        self._urls.update(urls)
        self._versions.append(version_id)

    def write(self, stale: Stale) -> None:
        """Stores all that came, marks what depends on it, and knows no article any more."""
        self._corrections = None  # whoever adds one has all written first
        if not self._versions:
            return
        self._waiting.write()
        confidence.carry(self.db, self._versions)
        stale.texts += self._versions
        stale.versions.update(self._versions)
        self.forget()

    def forget(self) -> None:
        """Drops all that was not written."""
        self._waiting = Waiting(self.db)
        self._urls, self._pages, self._versions, self._corrections = set(), {}, [], None

    def _page(self, article_id: int, page: ArchiveRef | None, seen: str) -> int | None:
        if page is None:
            return None
        place = (page.file, page.offset)
        found = self._pages.get(place) or rows.page_id(self.db, page)
        if found is None:
            found = self._waiting.number("pages")
            self._waiting.add("pages", {"id": found, **rows.page_row(article_id, page, seen)})
        self._pages[place] = found
        return found

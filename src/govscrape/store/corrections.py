"""A database's corrections: kept, put on every extraction that is saved, reported when they no longer fit."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue
from sqlite_utils import Database

from govscrape.clock import Clock, SystemClock
from govscrape.models.correction import FIELDS, Correction
from govscrape.models.records import Extraction
from govscrape.store import connection, rows
from govscrape.store.confidence import carry
from govscrape.store.correcting import Corrected, Outcome, correct, correction_id
from govscrape.store.incoming import insert_records
from govscrape.store.transactions import Transactions

VOID = "correction_void"
"""Code of the issue that reports a correction which no longer fits."""

_STANDING = "status IN ('waiting', 'applied', 'agreed', 'void')"
_COLUMNS = 'id, url, kind, "key", evidence, passage, slot, expected, new, reason, "by", at, status, status_reason'


@dataclass(frozen=True)
class StoredCorrection:
    """A correction with what became of it: waiting (no such article yet), applied, agreed, void, superseded, lifted."""

    id: str
    correction: Correction
    status: str
    reason: str | None = None


class Corrections:
    """The corrections of a database. ``voided`` tells, a line each, which became void since it was opened."""

    def __init__(self, path: Path, db: Database, transactions: Transactions, clock: Clock | None = None) -> None:
        self.path = path
        self.db = db
        self.transactions = transactions
        self.clock = clock or SystemClock()
        self.voided: list[str] = []

    def add(self, corrections: Iterable[Correction]) -> list[StoredCorrection]:
        """Keeps new corrections, applies them to what is stored, and gives each with what became of it.

        A correction that is known already is not kept twice. A later one of the same slot supersedes the earlier, one
        of a whole record all of that record.
        """
        wanted = list(corrections)

        def write() -> list[StoredCorrection]:
            ids = [self._keep(correction) for correction in wanted]
            for article_id in self._articles_of(ids):
                self._reapply(article_id)
            known = {stored.id: stored for stored in self._select("1")}
            return [known[number] for number in dict.fromkeys(ids)]

        with connection.explained(self.path):
            return self.transactions.run(write)

    def lift(self, number: str) -> bool:
        """Takes a correction back: the rules' own value returns. False when there is none that stands by that id."""

        def write() -> bool:
            found = self._select(f"id = ? AND {_STANDING}", number)
            if found:
                self._set_status(number, "lifted", None)
                for article_id in self._articles_of([number]):
                    self._reapply(article_id)
            return bool(found)

        with connection.explained(self.path):
            return self.transactions.run(write)

    def all(self) -> list[StoredCorrection]:
        """Every correction, the standing and the others, by article and time."""
        with connection.explained(self.path):
            return self._select("1")

    def on(self, article_id: int, extraction: Extraction) -> Corrected:
        """The extraction of an article with its standing corrections. Nothing is written."""
        of_article = "url IN (SELECT url FROM article_urls WHERE article_id = ?)"
        standing = self._select(f"{of_article} AND {_STANDING}", article_id)
        return correct(extraction, {stored.id: stored.correction for stored in standing})

    def settle(self, article_id: int, version_id: int, corrected: Corrected) -> bool:
        """Notes what became of the corrections of an article whose visible version was just saved.

        True when other corrections are applied than before.
        """
        for number, outcome in corrected.outcomes.items():
            self._settle(number, outcome, article_id)
        marks = [(version_id, mark.correction_id, mark.kind, mark.position, mark.slot) for mark in corrected.marks]
        stored = self.db.conn.execute(
            "SELECT version_id, correction_id, kind, position, slot FROM applied_corrections WHERE version_id = ?",
            (version_id,),
        ).fetchall()
        if sorted(marks, key=str) == sorted(stored, key=str):
            return False
        self.db.conn.execute("DELETE FROM applied_corrections WHERE version_id = ?", (version_id,))
        self.db.conn.execute("DELETE FROM uncorrected WHERE version_id = ?", (version_id,))
        self.db.conn.executemany("INSERT INTO applied_corrections VALUES (?, ?, ?, ?, ?)", marks)
        if marks:
            raw = corrected.raw.model_dump_json(include=set(FIELDS.values()))
            self.db.conn.execute("INSERT INTO uncorrected VALUES (?, ?)", (version_id, raw))
        return True

    def uncorrected(self, url: str) -> tuple[str, Extraction] | None:
        """An article's identity and its visible version as the rules gave it, or None when the URL is unknown."""
        sql = """
            SELECT a.url, a.current_version_id FROM articles AS a JOIN article_urls AS u ON u.article_id = a.id
            WHERE u.url = ?
        """
        with connection.explained(self.path):
            self.transactions.settle()
            found = self.db.conn.execute(sql, (url,)).fetchone()
            return None if found is None else (str(found[0]), self._raw(int(found[1])))

    def _raw(self, version_id: int) -> Extraction:
        """A stored version as the rules gave it, with the confidence that they state."""
        stored = rows.read_extraction(self.db, version_id, as_stated=True)
        sql = "SELECT records FROM uncorrected WHERE version_id = ?"
        found = self.db.conn.execute(sql, (version_id,)).fetchone()
        if found is None:
            return stored
        return Extraction.model_validate_json(
            json.dumps(
                {**stored.model_dump(mode="json", include={"article", "issues"}), **json.loads(found[0])},
                ensure_ascii=False,
            )
        )

    def _keep(self, correction: Correction) -> str:
        number = correction_id(correction)
        known = self._select("id = ?", number)
        is_standing = bool(known) and known[0].status not in ("superseded", "lifted")
        if is_standing or (known and known[0].correction.at >= correction.at):
            return number
        before = [
            stored
            for stored in self._select(f"url = ? AND {_STANDING}", correction.url)
            if stored.correction.locator == correction.locator and _meets(stored.correction, correction)
        ]
        self.db.conn.execute("DELETE FROM corrections WHERE id = ?", (number,))
        rows.insert(self.db, "corrections", self._row(number, correction))
        later = next((stored for stored in before if stored.correction.at > correction.at), None)
        if later:
            self._set_status(number, "superseded", f"by {later.id}")
            return number
        for stored in before:
            self._set_status(stored.id, "superseded", f"by {number}")
        return number

    def _row(self, number: str, correction: Correction) -> rows.Row:
        found = self.db.conn.execute("SELECT article_id FROM article_urls WHERE url = ?", (correction.url,)).fetchone()
        values: dict[str, Any] = correction.model_dump(mode="json")
        for name in ("key", "expected", "new"):
            values[name] = _json(values[name])
        values |= {"at": rows.utc(correction.at), "article_id": None if found is None else found[0]}
        return {"id": number, **values, "status": "waiting", "status_at": rows.utc(self.clock.now())}

    def _articles_of(self, ids: Sequence[str]) -> list[int]:
        sql = "SELECT u.article_id FROM corrections AS c JOIN article_urls AS u ON u.url = c.url WHERE c.id = ?"
        found = (self.db.conn.execute(sql, (number,)).fetchone() for number in ids)
        return list(dict.fromkeys(int(row[0]) for row in found if row))

    def _reapply(self, article_id: int) -> None:
        sql = """
            SELECT id, records_hash, ruleset_version, code_version FROM article_versions
            WHERE id = (SELECT current_version_id FROM articles WHERE id = ?)
        """
        version_id, stored_hash, ruleset, code = self.db.conn.execute(sql, (article_id,)).fetchone()
        corrected = self.on(article_id, self._raw(version_id))
        records_hash = rows.records_hash(corrected.extraction)
        self.transactions.stale.note(self.db, [version_id])
        if stored_hash != records_hash:
            made_by: rows.Row = {"ruleset_version": ruleset, "code_version": code}
            rows.delete_records(self.db, version_id)
            insert_records(self.db, version_id, corrected.extraction, made_by)
            rows.update(self.db, "article_versions", version_id, {"records_hash": records_hash})
        self.settle(article_id, version_id, corrected)
        carry(self.db, [version_id])

    def _settle(self, number: str, outcome: Outcome, article_id: int) -> None:
        sql = "SELECT status, status_reason, article_id FROM corrections WHERE id = ?"
        before = self.db.conn.execute(sql, (number,)).fetchone()
        if before == (outcome.status, outcome.reason, article_id):
            return
        self.db.conn.execute("UPDATE corrections SET article_id = ? WHERE id = ?", (article_id, number))
        self._set_status(number, outcome.status, outcome.reason)
        if outcome.status == "void":
            (stored,) = self._select("id = ?", number)
            self._report(stored)

    def _report(self, stored: StoredCorrection) -> None:
        line = told(stored)
        # A transaction may be written twice.
        if (told_of := f"{stored.correction.url}: {line}") not in self.voided:
            self.voided.append(told_of)
        sql = "SELECT portal FROM articles WHERE id = (SELECT article_id FROM corrections WHERE id = ?)"
        portal = self.db.conn.execute(sql, (stored.id,)).fetchone()[0]
        rows.note_issue(
            self.db,
            {"portal": portal, "code": VOID, "message": line, "where": stored.correction.url, "run_id": None},
            rows.utc(self.clock.now()),
        )

    def _set_status(self, number: str, status: str, reason: str | None) -> None:
        values = (status, reason, rows.utc(self.clock.now()), number)
        self.db.conn.execute("UPDATE corrections SET status = ?, status_reason = ?, status_at = ? WHERE id = ?", values)

    def _select(self, condition: str, *values: object) -> list[StoredCorrection]:
        sql = f"SELECT {_COLUMNS} FROM corrections WHERE {condition} ORDER BY url, at, id"  # noqa: S608 (our own text)
        return [_stored(row) for row in self.db.query(sql, values)]


def told(stored: StoredCorrection) -> str:
    """A correction and what became of it, in one line."""
    correction = stored.correction
    what = "withdrawn" if correction.slot is None else f"{correction.slot} {_json(correction.expected)}"
    change = what if correction.slot is None else f"{what} → {_json(correction.new)}"
    reason = f": {stored.reason}" if stored.reason else ""
    return f"correction {stored.id} ({correction.kind}: {change}) is {stored.status}{reason}"


def _meets(earlier: Correction, later: Correction) -> bool:
    """Whether two corrections of one record cannot both stand."""
    return earlier.slot is None or later.slot is None or earlier.slot == later.slot


def _stored(row: dict[str, Any]) -> StoredCorrection:
    fields = {name: row[name] for name in Correction.model_fields}
    for name in ("key", "expected", "new"):
        fields[name] = json.loads(fields[name])
    return StoredCorrection(row["id"], Correction.model_validate(fields), row["status"], row["status_reason"])


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)

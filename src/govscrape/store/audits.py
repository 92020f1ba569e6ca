"""What audits found: verdicts of people on sampled records, and the precision of each rule that follows from them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from sqlite_utils import Database

from govscrape.models.correction import Kind
from govscrape.store import connection, facts, rows
from govscrape.store.confidence import TABLES, carry
from govscrape.store.transactions import Transactions

Verdict = Literal["right", "wrong", "unsure"]

_MEMBERS = """
    SELECT '{kind}', a.url, r.position, r.rule, coalesce(a.portal, '-'), coalesce(a.province, '-'), {index}
    FROM {records} AS r JOIN articles AS a ON a.current_version_id = r.version_id
    WHERE NOT EXISTS (
      SELECT 1 FROM applied_corrections AS c
      WHERE c.version_id = r.version_id AND c.kind = '{kind}' AND c.position = r.position
    )
"""


class Audit(NamedTuple):
    """A page that was made. ``sampled``: its records were drawn at random, so that they say something of the rest."""

    id: str
    made_at: datetime
    sampled: bool
    strata_by: tuple[str, ...]
    seed: int
    ruleset_version: str
    code_version: str


class Stratum(NamedTuple):
    """A part of the records: how many there were, and how many of them were drawn."""

    name: str
    population: int
    sampled: int


class Judged(NamedTuple):
    """A verdict on one record. ``item`` is its number on the page."""

    item: str
    stratum: str
    url: str
    kind: Kind
    rule: str
    portal: str | None
    evidence: str
    verdict: Verdict
    note: str | None
    by: str
    at: datetime


class Member(NamedTuple):
    """A visible record: its article, its place among those of its kind, and what it may be grouped by."""

    kind: Kind
    url: str
    position: int
    rule: str
    portal: str
    province: str
    measured: str


class Sampled(NamedTuple):
    """A verdict with what an estimate needs to know of its audit."""

    audit_id: str
    made_at: str
    ruleset_version: str
    stratum: str
    population: int
    kind: Kind
    rule: str
    verdict: Verdict
    at: str


class RulePrecision(NamedTuple):
    """How often a rule's records are right, by audits: the share, Wilson's interval of 95 %, and the counts.

    ``effective`` is how many equally weighted verdicts it is worth.
    """

    kind: Kind
    rule: str
    right: int
    wrong: int
    unsure: int
    precision: float
    low: float
    high: float
    effective: float
    ruleset_version: str
    judged_at: str


class Audits:
    """The audits of a database."""

    def __init__(self, path: Path, db: Database, transactions: Transactions) -> None:
        self.path = path
        self.db = db
        self.transactions = transactions

    def population(self, kinds: Sequence[Kind]) -> list[Member]:
        """The visible records of these kinds that nobody has corrected, by article. What is not known is "-"."""
        parts = [_MEMBERS.replace("{kind}", kind).replace("{records}", TABLES[kind]) for kind in kinds]
        parts = [part.replace("{index}", 'r."index"' if "index_results" in part else "'-'") for part in parts]
        with connection.explained(self.path):
            found = self.db.conn.execute(f"{' UNION ALL '.join(parts)} ORDER BY 2, 1, 3").fetchall()
        return [Member(*row) for row in found]

    def save(self, audit: Audit, strata: Iterable[Stratum], verdicts: Iterable[Judged]) -> int:
        """Keeps an audit's verdicts; gives how many are new or other than before. A later verdict replaces one."""
        row = audit._asdict() | {"made_at": rows.utc(audit.made_at), "strata_by": rows.cell(audit.strata_by)}
        parts, judgements = list(strata), list(verdicts)

        def write() -> int:
            self._insert("audits", {**row, "sampled": int(audit.sampled)})
            for part in parts:
                named = {"stratum": part.name, "population": part.population, "sampled": part.sampled}
                self._insert("audit_strata", {"audit_id": audit.id, **named})
            return sum(self._judge(audit.id, judged) for judged in judgements)

        with connection.explained(self.path):
            return self.transactions.run(write)

    def sampled(self) -> list[Sampled]:
        """All verdicts on records that were drawn at random."""
        sql = """
            SELECT v.audit_id, a.made_at, a.ruleset_version, v.stratum, s.population, v.kind, v.rule, v.verdict, v.at
            FROM audit_verdicts AS v JOIN audits AS a ON a.id = v.audit_id
            JOIN audit_strata AS s ON s.audit_id = v.audit_id AND s.stratum = v.stratum
            WHERE a.sampled ORDER BY a.made_at, v.audit_id, v.item
        """
        with connection.explained(self.path):
            return [Sampled(*row) for row in self.db.conn.execute(sql)]

    def precision(self) -> list[RulePrecision]:
        """What is known of each rule."""
        columns = ", ".join(f'"{name}"' for name in RulePrecision._fields)
        sql = f"SELECT {columns} FROM rule_precision ORDER BY kind, rule"  # noqa: S608 (names of our own schema)
        with connection.explained(self.path):
            return [RulePrecision(*row) for row in self.db.conn.execute(sql)]

    def set_precision(self, found: Sequence[RulePrecision]) -> bool:
        """Replaces what is known of the rules and carries it to the confidence of all records. False: nothing new."""
        if sorted(found) == sorted(self.precision()):
            return False

        def write() -> bool:
            self.db.conn.execute("DELETE FROM rule_precision")
            for known in found:
                rows.insert(self.db, "rule_precision", known._asdict())
            carry(self.db)
            facts.rebuild(self.db)
            return True

        with connection.explained(self.path):
            return self.transactions.run(write)

    def _insert(self, table: str, row: rows.Row) -> None:
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (names of our own schema)
        self.db.conn.execute(sql, tuple(row.values()))

    def _judge(self, audit_id: str, judged: Judged) -> int:
        row = {"audit_id": audit_id, **judged._asdict(), "at": rows.utc(judged.at)}
        names = [f'"{name}"' for name in row]
        other = ", ".join(f"{name} = excluded.{name}" for name in names)
        sql = f"""
            INSERT INTO audit_verdicts ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})
            ON CONFLICT (audit_id, item) DO UPDATE SET {other} WHERE excluded.at > audit_verdicts.at
        """  # noqa: S608 (names of our own schema)
        return self.db.conn.execute(sql, tuple(row.values())).rowcount

"""How far to trust a stored record: what audits found of its rule, and whether people corrected it."""

import json
from collections.abc import Sequence

from sqlite_utils import Database

from govscrape.models.correction import KINDS
from govscrape.store import rows

STATED_WEIGHT = 3.8416
"""How many verdicts the confidence that a rule states counts for: the square of 1.96, the weight with which Wilson's
interval of 95 % draws a share towards one half (Agresti and Coull 1998). Here it draws towards what the rule states."""

TABLES = dict(zip(KINDS, rows.RECORD_TABLES, strict=True))

_CARRY = (
    """
    UPDATE {records} SET confidence = stated_confidence, stated_confidence = NULL
    WHERE stated_confidence IS NOT NULL {of}
    """,
    """
    UPDATE {records} SET stated_confidence = confidence, confidence = 1 FROM applied_corrections AS c
    WHERE c.version_id = {records}.version_id AND c.kind = :kind AND c.position = {records}.position {of}
    """,
    """
    UPDATE {records} SET stated_confidence = confidence,
      confidence = round((p.effective * p."precision" + :weight * confidence) / (p.effective + :weight), 4)
    FROM rule_precision AS p
    WHERE p.kind = :kind AND p.rule = {records}.rule AND stated_confidence IS NULL {of}
    """,
)
_GIVEN = "IN (SELECT value FROM json_each(:versions))"
_CONCERNED = " OR ".join(
    (
        "SELECT EXISTS (SELECT 1 FROM rule_precision)",
        f"EXISTS (SELECT 1 FROM applied_corrections WHERE version_id {_GIVEN})",  # noqa: S608 (ours)
        *(
            f"EXISTS (SELECT 1 FROM {table} WHERE version_id {_GIVEN} AND stated_confidence IS NOT NULL)"  # noqa: S608
            for table in rows.RECORD_TABLES
        ),
    )
)
"""Whether carrying can change anything in a version: the thousands of which nobody says anything cost little."""


def carry(db: Database, versions: Sequence[int] | None = None) -> None:
    """Sets the confidence of the records of versions, or of all: by audits of their rule, 1 where people corrected it.

    ``stated_confidence`` keeps what the rules state; records of rules without an audit have that alone.
    """
    given = json.dumps(versions)
    if versions is not None and not db.conn.execute(_CONCERNED, {"versions": given}).fetchone()[0]:
        return
    for kind, table in TABLES.items():
        of = "" if versions is None else f"AND {table}.version_id {_GIVEN}"
        for template in _CARRY:
            sql = template.replace("{records}", table).replace("{of}", of)
            db.conn.execute(sql, {"versions": given, "kind": kind, "weight": STATED_WEIGHT})

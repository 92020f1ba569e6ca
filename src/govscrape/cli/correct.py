"""``govscrape correct``: reads verdicts and corrections back, lists them, takes one back, exports them."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govscrape.cli.options import db_option
from govscrape.cli.output import Format, cell_text, format_option, write_rows
from govscrape.errors import InputError
from govscrape.models.correction import KINDS

if TYPE_CHECKING:
    from govscrape.store import Store
    from govscrape.store.corrections import StoredCorrection

ALARM = 3

_COLUMNS = ("id", "status", "kind", "slot", "expected", "new", "evidence", "reason", "by", "at", "status_reason", "url")
_PRECISION = (
    *("kind", "rule", "precision", "low", "high", "right", "wrong", "unsure", "effective", "judged_at"),
    "ruleset_version",
)
_SHARE = ("precision", "right", "wrong", "unsure", "judged")
_TABLE = ("id", "status", "correction", "evidence", "by")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE.json]...", type=click.Path(path_type=Path))
@click.option("--by", "name", metavar="NAME", help="Who judged, for a file that does not say so.")
@click.option("--list", "listed", is_flag=True, help="Print all corrections and what became of them.")
@click.option("--lift", metavar="ID", multiple=True, help="Take a correction back. Repeatable.")
@click.option("--precision", is_flag=True, help="Print how often each rule's records are right, by audits so far.")
@click.option(
    "--export", "exported", type=click.Path(dir_okay=False, path_type=Path), help="Write all that stand there."
)
@click.option(
    "--export-gold",
    "gold",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Draft a gold case there of each corrected article, for a person to finish.",
)
@db_option
@format_option
def correct(
    files: tuple[Path, ...],
    name: str | None,
    listed: bool,
    lift: tuple[str, ...],
    precision: bool,
    exported: Path | None,
    gold: Path | None,
    db: Path,
    form: Format,
) -> int:
    """Read verdicts of a govscrape audit page, or corrections written by --export, into the database.

    Corrections are put on the records at once and at every later extraction. One whose text or record has changed is
    void: it is reported and not applied. Verdicts of a random sample set the confidence of each rule's records. Reading
    a file again changes nothing. Exit code 3: some of the corrections are void.
    """
    from govscrape.store import Store

    if not (files or listed or lift or precision or exported or gold):
        raise click.UsageError("give a file, --list, --precision, --lift, --export or --export-gold")
    read = _read(files, name)
    with Store.open(db, create=False) as store:
        void = sum(_take(store, path, content, by) for path, content, by in read)
        for number in lift:
            if not store.corrections.lift(number):
                raise InputError(f"{db}: no standing correction {number!r}; govscrape correct --list shows them")
            click.echo(f"{number} taken back")
        if exported:
            _export(store, exported)
        if gold:
            _export_gold(store, gold)
        if listed:
            _list(store, form)
        if precision:
            _show_precision(store, form)
    return ALARM if void else 0


Read = tuple[Path, object, str]


def _read(files: Sequence[Path], name: str | None) -> list[Read]:
    """All files, before the first is stored: a bad one changes nothing."""
    from govscrape.evaluate.verdicts import AuditFile, read_file

    read: list[Read] = []
    for path in files:
        content = read_file(path)
        by = (name or content.by) if isinstance(content, AuditFile) else ""
        if isinstance(content, AuditFile) and not by:
            raise InputError(f"{path}: does not say who judged; give --by NAME")
        read.append((path, content, by))
    return read


def _take(store: "Store", path: Path, content: object, by: str) -> int:
    """Stores a file and says what came of it; gives how many of its corrections are void."""
    from govscrape.evaluate.precision import by_rule
    from govscrape.evaluate.verdicts import AuditFile, CorrectionFile, audit_of, corrections_of, judged

    if isinstance(content, AuditFile):
        audit, strata = audit_of(content)
        fresh = store.audits.save(audit, strata, judged(content, by))
        store.audits.set_precision(by_rule(store.audits.sampled()))
        verdicts = Counter(item.verdict for item in content.items if item.verdict)
        said = ", ".join(f"{verdicts[one]} {one}" for one in ("right", "wrong", "unsure"))
        click.echo(f"{path}: {sum(verdicts.values())} of {len(content.items)} judged ({said}), {fresh} new verdicts")
        wanted = list(corrections_of(content, by))
    else:
        assert isinstance(content, CorrectionFile)  # noqa: S101 (the only other kind)
        wanted = list(content.corrections)
    known = {stored.id for stored in store.corrections.all()}
    added = store.corrections.add(wanted)
    if added or not isinstance(content, AuditFile):
        states = Counter(stored.status for stored in added)
        told = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none"
        new = sum(stored.id not in known for stored in added)
        click.echo(f"{path}: {len(added)} corrections, {new} new ({told})")
    return _warn([stored for stored in added if stored.status == "void"])


def _warn(void: Sequence["StoredCorrection"]) -> int:
    from govscrape.store.corrections import told

    for stored in void:
        click.secho(cell_text(f"{stored.correction.url}: {told(stored)}"), fg="yellow", err=True)
    return len(void)


def _export(store: "Store", path: Path) -> None:
    from govscrape.evaluate.verdicts import corrections_file, file_text

    standing = [one.correction for one in store.corrections.all() if one.status not in ("superseded", "lifted")]
    _write(path, file_text(corrections_file(standing)))
    click.echo(f"{path}: {len(standing)} corrections")


def _export_gold(store: "Store", folder: Path) -> None:
    from govscrape.evaluate.gold_drafts import gold_drafts

    drafts = gold_drafts(store)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror or error}") from error
    kept = 0
    for name, draft in drafts.items():
        path = folder / f"{name}.json"
        if path.exists():
            kept += 1
            continue
        _write(path, json.dumps(draft, ensure_ascii=False, indent=2) + "\n")
    there = f", {kept} were there already and stay" if kept else ""
    click.echo(f"{folder}: {len(drafts) - kept} drafts of gold cases{there}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def _show_precision(store: "Store", form: Format) -> None:
    from govscrape.evaluate.precision import estimate

    verdicts = store.audits.sampled()
    rows: list[dict[str, Any]] = [known._asdict() for known in store.audits.precision()]
    whole = estimate(verdicts, lambda verdict: verdict.kind)
    rows += [{"kind": kind, "rule": None, **found._asdict()} for kind, found in sorted(whole.items())]
    rows.sort(key=lambda row: (KINDS.index(row["kind"]), row["rule"] is None, row["rule"] or ""))
    if form == "table":
        write_rows([_share_for_people(row) for row in rows], ("kind", "rule", *_SHARE), form)
    else:
        write_rows(rows, _PRECISION, form)
    if not rows:
        click.echo(f"no verdicts in {store.path}; govscrape audit makes a page, govscrape correct reads it", err=True)


def _share_for_people(row: dict[str, Any]) -> dict[str, Any]:
    share = f"{row['precision']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
    return {**row, "rule": row["rule"] or "all audited rules", "precision": share, "judged": _day(row.get("judged_at"))}


def _day(moment: str | None) -> str | None:
    return moment[:10] if moment else None


def _list(store: "Store", form: Format) -> None:
    rows = []
    for stored in store.corrections.all():
        correction = stored.correction
        row = correction.model_dump(mode="json")
        rows.append({**row, "id": stored.id, "status": stored.status, "status_reason": stored.reason})
    if form == "table":
        shown = [_for_people(row) for row in rows]
        write_rows(shown, _TABLE, form)
    else:
        write_rows(rows, _COLUMNS, form)
    if not rows:
        click.echo(f"no corrections in {store.path}", err=True)


def _for_people(row: dict[str, object]) -> dict[str, object]:
    change = "withdrawn"
    if row["slot"] is not None:
        change = f"{row['slot']}: {json.dumps(row['expected'], ensure_ascii=False)} → "
        change += json.dumps(row["new"], ensure_ascii=False)
    why = [f"{row['status']}", *([f"{row['status_reason']}"] if row["status_reason"] else [])]
    reason = f"\n{row['reason']}" if row["reason"] else ""
    return {
        "id": row["id"],
        "status": "\n".join(why),
        "correction": f"{row['kind']} {change}{reason}",
        "evidence": f"{row['evidence']}\n{row['url']}",
        "by": f"{row['by']}\n{str(row['at'])[:10]}",
    }

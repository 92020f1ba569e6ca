"""``govscrape reconcile``: what articles claim beside what was published, and what nobody told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import click

from govscrape.cli.options import db_option, years
from govscrape.cli.output import Format, Row, format_option, write_rows

_TABLE = ("verdict", "index", "subject", "year", "measure", "claimed", "published", "certainty", "evidence")
_SILENT_TABLE = ("state", "province", "index", "year", "published_score", "published_rank", "certainty", "url")


@click.command()
@click.option("--index", multiple=True, help='Code or any name of the index: PAPI, "par index". May be given again.')
@click.option("--province", multiple=True, help='Who was measured, accents optional: "gia lai". May be given again.')
@click.option("--year", "years", metavar="YEAR|FROM..TO", callback=years, help="Year measured: 2023 or 2019..2023.")
@click.option("--silence", is_flag=True, help="Instead: which published result no article of the province reports.")
@click.option("--state", help="Only this verdict, as below; with --silence only this state.")
@db_option
@format_option
def reconcile(silence: bool, state: str | None, db: Path, form: Format, **asked: Any) -> None:
    """Compare every claimed result with the published one.

    agrees: the same number. rounds: the same with fewer decimals. differs: another. unpublished: none is known. Both
    are shown, with the article's words and the published one's source. With --silence: reported by the province's own
    portal, told_elsewhere, silent, or not_covered (no articles of that time).
    """
    from govscrape import dataset
    from govscrape.dataset.reconcile import Silence, Verdict

    known = get_args(Silence if silence else Verdict)
    if state not in (None, *known):
        raise click.BadParameter(f"{state!r} is none of {', '.join(known)}", param_hint="--state")
    scope = dataset.Scope(index=asked["index"], province=asked["province"], years=asked["years"])
    ask = dataset.silence if silence else dataset.reconcile
    word, columns = ("state", dataset.SILENCE) if silence else ("verdict", dataset.RECONCILED)
    rows = [row for row in ask(db, scope) if state in (None, row[word])]
    counts = _counted(rows, word)
    if form == "table":
        shown = [row for row in rows if state or row[word] != "not_covered"]
        write_rows((_for_people(row) for row in shown), _SILENT_TABLE if silence else _TABLE, form)
    else:
        write_rows(rows, columns, form)
    click.echo(counts or "nothing to compare", err=True)


def _counted(rows: Sequence[Row], word: str) -> str:
    found: dict[str, int] = {}
    for row in rows:
        found[row[word]] = found.get(row[word], 0) + 1
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(found.items()))


def _for_people(row: Row) -> Row:
    evidence = "\n".join(str(row[name]) for name in ("evidence", "url") if row.get(name))
    subject = " ".join(filter(None, (row.get("subject"), row.get("component"))))
    certainty = "\n".join(filter(None, (row.get("certainty"), row.get("source"), row.get("note"))))
    return {**row, "evidence": evidence, "subject": subject, "certainty": certainty}

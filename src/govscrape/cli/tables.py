"""Records as tables for reading in a terminal: the fields that tell most; the rest is in the JSON."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from govscrape.cli.figures import figures
from govscrape.cli.output import Row, cell_text, write_rows
from govscrape.cli.reading import BadItem, Item
from govscrape.models.records import Directive, Extraction, IndexResult, Issue, LegalRef, Official


def _index(record: IndexResult) -> Row:
    return {
        "index": record.index,
        "component": record.component_text or record.component,
        "subject": record.subject,
        "year": record.year,
        "status": record.status,
        **figures(record.model_dump(exclude={"evidence"})),
        "evidence": record.evidence.text,
    }


def _official(record: Official) -> Row:
    return {
        "name": record.name,
        "titles": record.titles,
        "organisation": record.organisation,
        "role": record.role,
    }


def _directive(record: Directive) -> Row:
    return {
        "issuer": record.issuer_name or record.issuer_title,
        "kind": record.verb_class,
        "addressees": record.addressees,
        "action": record.action,
        "deadline": record.deadline or record.deadline_text,
    }


def _legal_ref(record: LegalRef) -> Row:
    return {
        "kind": record.kind,
        "number": record.number,
        "title": record.title,
        "article": record.article,
        "issued_on": record.issued_on,
        "issuer": record.issuer,
    }


def _issue(record: Issue) -> Row:
    return {"code": record.code, "message": record.message, "where": record.where}


KINDS: tuple[tuple[str, str, Callable[[Any], Row]], ...] = (
    ("indices", "Index results", _index),
    ("officials", "Officials", _official),
    ("directives", "Directives", _directive),
    ("legal_refs", "Legal references", _legal_ref),
    ("issues", "Issues", _issue),
)


def tables(found: Extraction) -> list[tuple[str, Sequence[Row]]]:
    """A heading and rows for each kind of record that the article has."""
    kinds = ((heading, [row(record) for record in getattr(found, kind)]) for kind, heading, row in KINDS)
    return [(heading, rows) for heading, rows in kinds if rows]


def show(outcome: tuple[Item, Extraction] | BadItem) -> None:
    """Print one article's tables, or why it could not be read."""
    if isinstance(outcome, BadItem):
        where = f"line {outcome.line}" if outcome.line else str(outcome.id)
        click.secho(cell_text(f"{where}: {outcome.message}"), fg="red")
        return
    item, found = outcome
    name = found.article.title or ("" if item.id == "-" else item.id)
    if name:
        click.secho(f"{cell_text(name)}\n", bold=True)
    shown = tables(found)
    for heading, rows in shown:
        click.echo(heading)
        write_rows(rows, list(rows[0]), "table")
        click.echo()
    if not shown:
        click.echo("nothing found\n")

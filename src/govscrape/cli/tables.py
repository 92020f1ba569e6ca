"""Records as tables for reading in a terminal: the fields that tell most; the rest is in the JSON."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.cli.reading import BadItem, Item
from govscrape.models.records import Directive, Extraction, IndexResult, LegalRef, Official

EMPTY = "·"


def _cell(value: Any) -> Text:
    """A value as plain text: what an article says is never read as markup or as terminal commands."""
    if value is None or value == ():
        return Text(EMPTY, style="dim")
    if isinstance(value, tuple):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, float):
        value = f"{value:g}"
    return Text("".join(char if char.isprintable() else " " for char in str(value)))


def _table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _index(record: IndexResult) -> list[Any]:
    rank = f"{record.rank}/{record.rank_of}" if record.rank and record.rank_of else record.rank
    code = f"{record.index}: {record.component_text or record.component}" if record.component else record.index
    return [
        code, record.subject, record.year, record.score, rank, record.score_delta, record.rank_delta, record.status,
        record.evidence.text,
    ]  # fmt: skip


def _official(record: Official) -> list[Any]:
    return [record.name, record.titles, record.organisation, record.role]


def _directive(record: Directive) -> list[Any]:
    issuer = record.issuer_name or record.issuer_title
    return [issuer, record.verb_class, record.addressees, record.action, record.deadline or record.deadline_text]


def _legal(record: LegalRef) -> list[Any]:
    return [record.kind, record.number, record.title, record.article, record.issued_on]


def tables(found: Extraction) -> list[Table]:
    """One table per kind of record that the article has."""
    kinds: list[tuple[str, list[str], list[list[Any]]]] = [
        (
            "Index results",
            ["index", "subject", "year", "score", "rank", "score change", "rank change", "status", "evidence"],
            [_index(record) for record in found.indices],
        ),
        ("Officials", ["name", "titles", "organisation", "role"], [_official(record) for record in found.officials]),
        (
            "Directives",
            ["issuer", "kind", "addressees", "action", "deadline"],
            [_directive(record) for record in found.directives],
        ),
        (
            "Legal references",
            ["kind", "number", "title", "article", "issued on"],
            [_legal(record) for record in found.legal_refs],
        ),
        ("Issues", ["code", "message", "where"], [[issue.code, issue.message, issue.where] for issue in found.issues]),
    ]
    return [_table(title, columns, rows) for title, columns, rows in kinds if rows]


def show(outcome: tuple[Item, Extraction] | BadItem) -> None:
    """Print one article's tables, or why it could not be read."""
    console = Console(highlight=False)
    if isinstance(outcome, BadItem):
        where = f"line {outcome.line}" if outcome.line else str(outcome.id)
        console.print(Text(f"{where}: {outcome.message}", style="red"))
        return
    item, found = outcome
    console.print(Text(str(found.article.title or item.id), style="bold"))
    shown = tables(found)
    for table in shown:
        console.print(table)
    if not shown:
        console.print("nothing found")

"""``govscrape legal``: the documents that a text cites, without the rest of what it states."""

import sys
from pathlib import Path

import click

from govscrape.cli.options import known_province
from govscrape.cli.output import Format, Row, format_option, write_rows
from govscrape.cli.reading import read_text
from govscrape.errors import InputError

_COLUMNS = ("kind", "number", "title", "article", "issued_on", "issuer", "key", "start", "end", "text")
_SHOWN = ("kind", "number", "title", "article", "issued_on", "issuer")


@click.command()
@click.argument("text")
@click.option(
    "--province", callback=known_province, help="Whose portal the text stands in: it completes marks such as UBND."
)
@format_option
def legal(text: str, province: str | None, form: Format) -> None:
    """List the legal documents cited in TEXT: words, the name of a text file, or "-" for stdin.

    JSON and CSV also hold a key that is the same for every citation of one document, and where it stands in the text.
    """
    from govscrape.legal import find

    rows: list[Row] = [
        {
            **ref.model_dump(mode="json", include=set(_COLUMNS)),
            "start": ref.evidence.start,
            "end": ref.evidence.end,
            "text": ref.evidence.text,
        }
        for ref in find(_read(text), province=province)
    ]
    if form == "table" and not rows:
        click.echo("no legal document is cited")
        return
    write_rows(rows, _SHOWN if form == "table" else _COLUMNS, form)


def _read(text: str) -> str:
    """The argument itself, the file that it names, or what stands on stdin."""
    if text == "-":
        text = sys.stdin.read()
    elif _is_file(text):
        text = read_text(text)
    if not text.strip():
        raise InputError("legal: the text is empty")
    return text


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # longer than a name may be, or with a NUL
        return False

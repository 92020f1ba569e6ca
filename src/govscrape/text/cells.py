"""Values as cells of a CSV file or a Markdown table: lists joined, nothing that would be run or rendered."""

import re
from collections.abc import Iterable

_MARKUP = re.compile(r"([\\|<>`*_\[\]])")
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def joined(value: object) -> str:
    """A value as text; items of a list stand "; " apart, None is empty."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return str(value)


def safe_for_spreadsheet(value: object) -> object:
    """The value of a CSV cell; numbers stay numbers, a formula becomes text."""
    if isinstance(value, int | float):
        return value
    text = joined(value)
    return "'" + text if _FORMULA.match(text) else text


def markdown_line(cells: Iterable[str]) -> str:
    """A row of a Markdown table; nothing in a cell is markup."""
    escaped = (cell if cell == "---" else _MARKUP.sub(r"\\\1", " ".join(cell.split())) for cell in cells)
    return f"| {' | '.join(escaped)} |"

"""Values as cells of a CSV file: lists joined, nothing that a spreadsheet would run."""

import re

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

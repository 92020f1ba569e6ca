"""Publication times as portals print them, and the few sums that dates in a text need.

A time without a zone is Vietnam's (+07:00). Nothing is guessed: a date that is not there, or is no date, is None.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

__all__ = [
    "VIETNAM",
    "from_unix",
    "iso_or_none",
    "last_day",
    "last_day_of_month",
    "parse_datetime",
    "quarter_end",
    "resolve_year",
]

VIETNAM = timezone(timedelta(hours=7))

# Before the first portal a date is a default value of some system (0001, 1900, 1970), not a date.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# CLDR's day periods of English and of Vietnamese, the latter as .NET prints them.
_DAY_PERIODS = {"am": 0, "sa": 0, "pm": 12, "ch": 12}
_PERIOD = r"[ \u00a0]?(?P<a>[AP]\.?M\b|SA\b|CH\b)"
_ZONE = r"(?P<zone>Z\b|(?:GMT|UTC)?\s?[+-][0-9]{1,2}(?::?[0-9]{2})?|GMT\b|UTC\b)"

_TOKENS: dict[str, str] = {
    "d": "(?P<day>[0-9]{1,2})",
    "M": "(?P<month>[0-9]{1,2})",
    "y": "(?P<year>[0-9]{4})",
    "H": "(?P<hour>[0-9]{1,2})",
    "h": "(?P<hour>[0-9]{1,2})",
    "m": "(?P<minute>[0-9]{1,2})",
    "s": "(?P<second>[0-9]{1,2})",
    "S": "[0-9]{1,9}",
    "a": _PERIOD,
    "E": r"[^\W\d_]+\.?(?:\s[^\W\d_]+|\s[2-8])?",
    "X": _ZONE,
    "Z": _ZONE,
    "z": _ZONE,
}
_TOKEN = re.compile(
    r"'(?P<quoted>[^']*)'|(?P<token>([dMyHhmsSaEXZz])\3*)|(?P<gap>[\s,|\-–]*\s[\s,|\-–]*)|(?P<other>.)", re.DOTALL
)
_DATE_MARKS = "/.-"


def parse_datetime(text: str, formats: Sequence[str]) -> datetime | None:
    """The first time in ``text``, in +07:00, that one of ``formats`` finds, tried in order; None when none does.

    Formats use Unicode tokens (``dd/MM/yyyy HH:mm``, ``hh:mm a``, ``yyyy-MM-dd'T'HH:mm:ssZ``) or are the words ``iso``
    and ``unix``. The words around a date do not matter; a space of the format stands for any run of spaces, commas,
    bars and dashes; ``/``, ``-`` and ``.`` between day, month and year are one. A format without a time gives midnight.
    A date outside 1990..2100 (a system's default, as 1/1/0001) is passed over.
    """
    for form in formats:
        if form in _WHOLE:
            found = _WHOLE[form](text)
        else:
            found = next(filter(None, map(_from_match, _pattern(form).finditer(text))), None)
        if found is not None:
            return found
    return None


def iso_or_none(text: str) -> datetime | None:
    """``text`` as an ISO 8601 date or time, in +07:00 (which a time without a zone is taken to be), or None."""
    text = text.strip()
    if not re.match(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ]|$)", text, re.ASCII):
        return None
    try:
        return _in_vietnam(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def from_unix(seconds: str | float) -> datetime | None:
    """Seconds (from twelve digits on: milliseconds) since 1970 as a time in +07:00; None for what is no such number."""
    try:
        value = float(seconds)
        if abs(value) >= 1e11:
            value /= 1000
        return _in_vietnam(datetime.fromtimestamp(value, UTC))
    except (ValueError, OverflowError, OSError):
        return None


_WHOLE: dict[str, Callable[[str], datetime | None]] = {"iso": iso_or_none, "unix": from_unix}


def _in_vietnam(moment: datetime) -> datetime | None:
    local = moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
    return local if _FIRST_YEAR <= local.year <= _LAST_YEAR else None


@lru_cache(maxsize=256)
def _pattern(form: str) -> re.Pattern[str]:
    """The pattern of a format. Raises ValueError for one that names no day, month and year."""
    parts: list[str] = []
    seen: set[str] = set()
    last_of_time = 0
    for match in _TOKEN.finditer(form):
        token = match["token"]
        if token is None:
            parts.append(_literal(match))
            continue
        parts.append(_field(token))
        seen.add(token[0])
        if token[0] in "Hhms":
            last_of_time = len(parts)
    if not {"d", "M", "y"} <= seen:
        raise ValueError(f"date format {form!r} names no day (d), month (M) and year (yyyy)")
    if last_of_time and "a" not in seen:
        parts.insert(last_of_time, f"(?:{_PERIOD})?")
    return re.compile(rf"(?<![0-9])(?:{''.join(parts)})(?![0-9])", re.IGNORECASE)


def _field(run: str) -> str:
    if run == "MMM":
        return f"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
    if run == "yy":
        return "(?P<year>[0-9]{2})"
    return _TOKENS[run[0]]


def _literal(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        return re.escape(match["quoted"] or "'")
    if match["gap"] is not None:
        return r"[\s,|\-–]*"
    return r"\s?[/.\-]\s?" if match["other"] in _DATE_MARKS else re.escape(match["other"])


def _from_match(match: re.Match[str]) -> datetime | None:
    fields = match.groupdict()
    year, month = int(fields["year"]), fields["month"].lower()
    try:
        moment = datetime(
            year + 2000 if len(fields["year"]) == 2 else year,
            _MONTHS.index(month) + 1 if month in _MONTHS else int(month),
            int(fields["day"]),
            _hour(int(fields.get("hour") or 0), fields.get("a")),
            int(fields.get("minute") or 0),
            int(fields.get("second") or 0),
            tzinfo=_zone(fields.get("zone")),
        )
        return _in_vietnam(moment)
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, period: str | None) -> int:
    if period is None or hour > 12:
        return hour
    return hour % 12 + _DAY_PERIODS[period.lower().replace(".", "")]


def _zone(text: str | None) -> timezone:
    if text is None:
        return VIETNAM
    match = re.search(r"([+-])([0-9]{1,2}):?([0-9]{2})?", text)
    if match is None:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)


def resolve_year(day: int, month: int, published: date, *, future: bool) -> date | None:
    """The date that a day and month without a year mean in a text of ``published``; None when no year has that day.

    A report means the latest one not later than the day after publication (news is stamped early at times);
    ``future``, for deadlines, means the earliest one not before publication.
    """
    earliest, latest = (published, date.max) if future else (date.min, _next_day(published))
    years = range(published.year, published.year + 9) if future else range(latest.year, published.year - 9, -1)
    for year in years:  # nine years hold a leap day, also around 1900 and 2100
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if earliest <= found <= latest:
            return found
    return None


def _next_day(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def last_day_of_month(year: int, month: int) -> date:
    """The last day of a month. Raises ValueError for a month that is none."""
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)


def quarter_end(year: int, quarter: int) -> date:
    """The last day of quarter 1..4. Raises ValueError for any other."""
    if not 1 <= quarter <= 4:
        raise ValueError(f"quarter {quarter} is not 1..4")
    return last_day_of_month(year, quarter * 3)


def last_day(year: int, *, month: int | None = None, quarter: int | None = None) -> date:
    """The last day of a year, or of its month or quarter when one is given. Raises ValueError for one that is none."""
    if month is not None:
        return last_day_of_month(year, month)
    return quarter_end(year, 4 if quarter is None else quarter)

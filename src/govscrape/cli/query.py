"""``govscrape query``: asks the database, each row with the words that say so and their URL."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from govscrape.cli.options import db_option, years
from govscrape.cli.output import Format, Row, format_option, write_rows
from govscrape.models.records import Status

if TYPE_CHECKING:
    from govscrape.dataset import Filters

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_STATUSES = get_args(Status)

# Columns of a table for people; the other formats have all.
_TABLE: Mapping[str, tuple[str, ...]] = {
    "indices": ("index", "component", "subject", "year", "status", "score", "rank", "change", "evidence"),
    "officials": ("name", "titles", "role", "organisation", "province", "published", "evidence"),
    "directives": ("issuer", "verb", "addressees", "action", "deadline", "published", "evidence"),
    "articles": ("published", "province", "title", "indices", "officials", "directives", "evidence"),
    "panel": ("index", "component", "province", "year", "score", "rank", "claims", "evidence"),
    "disagreements": (
        "index",
        "component",
        "province",
        "year",
        "measure",
        "value_a",
        "value_b",
        "evidence_a",
        "evidence_b",
    ),
    "posts": ("name", "title", "acting", "province", "first_seen", "last_seen", "articles", "evidence"),
    "calendar": ("deadline", "issuer", "action", "addressees", "province", "evidence"),
    "issues": ("portal", "code", "message", "where", "times", "last_seen_at"),
}

Command = Callable[..., None]


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(function: Command) -> Command:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_common = _options(
    db_option,
    format_option,
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N rows."),
    click.option("--sort", metavar="COLUMNS", help='Columns to sort by, comma between; "-" before one for descending.'),
)
_of_articles = _options(
    click.option("--province", multiple=True, help='Province, accents optional: "gia lai". May be given again.'),
    click.option("--text", help="Words in a row that the article has, accents optional."),
    click.option("--since", type=_DAY, help="Published on or after this day."),
    click.option("--until", type=_DAY, help="Published on or before this day."),
)
_province = _options(
    click.option("--province", multiple=True, help='Province, accents optional: "gia lai". May be given again.'),
)
_of_index = _options(
    click.option(
        "--index", multiple=True, help='Code or any name of the index: PAPI, "par index". May be given again.'
    ),
    click.option("--component", help="Words of the dimension's code or name."),
    click.option("--year", "years", metavar="YEAR|FROM..TO", callback=years, help="Year measured: 2023 or 2019..2023."),
)
_days = _options(
    click.option("--since", type=_DAY, help="On or after this day."),
    click.option("--until", type=_DAY, help="On or before this day."),
)
_geography = click.option(
    "--geography",
    type=click.Choice(["63", "34"]),
    default="63",
    show_default=True,
    help="The provinces as reported, or today's units with the old provinces' values side by side, never averaged.",
)
_name = click.option("--name", help='Words of the name, accents optional: "van tho".')
_title = click.option("--title", help="Words of the title, accents optional.")


@click.group()
def query() -> None:
    """Ask the database; every row comes with its evidence and URL."""


@query.command()
@_of_index
@click.option("--status", type=click.Choice(_STATUSES), help="Only measured results, targets or projections.")
@_title
@_of_articles
@_geography
@_common
def indices(db: Path, form: Format, geography: str, **filters: Any) -> None:
    """Index results: who scored what, which rank, in which year. --title looks in the article's title."""
    _answer("indices", db, form, filters, by_units=geography == "34")


@query.command()
@_of_index
@_province
@_geography
@click.option("--wide", is_flag=True, help="One row per province and year, a column for each index.")
@_common
def panel(db: Path, form: Format, geography: str, wide: bool, **filters: Any) -> None:
    """Province, year, index: one row each, with the best evidence and how many say so."""
    if geography == "34":
        _answer_by_units(db, form, filters)
    else:
        _answer_view("wide" if wide else "panel", db, form, filters)


@query.command()
@_of_index
@_province
@_common
def disagreements(db: Path, form: Format, **filters: Any) -> None:
    """Two articles, two values for one thing: both, with the words of both."""
    _answer_view("disagreements", db, form, filters)


@query.command()
@_name
@_title
@_province
@_days
@_common
def posts(db: Path, form: Format, **filters: Any) -> None:
    """Who was told to hold which post, from when to when. --since and --until: last seen then."""
    _answer_view("posts", db, form, filters)


@query.command()
@_name
@_title
@_province
@_days
@_common
def calendar(db: Path, form: Format, **filters: Any) -> None:
    """Directives by their deadline. --since and --until: due then; --name and --title are the issuer's."""
    _answer_view("calendar", db, form, filters)


@query.command()
@_common
def health(db: Path, form: Format, **filters: Any) -> None:
    """Each portal: how much is stored, when it was last seen, how the last crawl went."""
    _answer_view("health", db, form, filters)


@query.command()
@_name
@_title
@_of_articles
@_common
def officials(db: Path, form: Format, **filters: Any) -> None:
    """People in office, with their titles and what they did in the article."""
    _answer("officials", db, form, filters)


@query.command()
@_name
@_title
@_of_articles
@_common
def directives(db: Path, form: Format, **filters: Any) -> None:
    """Who told whom to do what by when. --name and --title are the issuer's."""
    _answer("directives", db, form, filters)


@query.command()
@_title
@_of_articles
@_common
def articles(db: Path, form: Format, **filters: Any) -> None:
    """Articles, with how many records each gave."""
    _answer("articles", db, form, filters)


@query.command()
@_common
def issues(db: Path, form: Format, **filters: Any) -> None:
    """What crawls saw and could not settle."""
    _answer("issues", db, form, filters)


def _asked(filters: Mapping[str, Any]) -> "Filters":
    from govscrape.dataset import Filters

    asked: dict[str, Any] = {
        name: value.date() if isinstance(value, datetime) else value for name, value in filters.items()
    }
    return Filters(**asked)


def _answer(kind: str, db: Path, form: Format, filters: Mapping[str, Any], *, by_units: bool = False) -> None:
    from govscrape.dataset import COLUMNS, query, with_units

    rows = query(kind, db, _asked(filters))
    columns, shown = COLUMNS[kind], _TABLE[kind]
    if by_units:
        rows, columns, shown = with_units(rows), ("unit_34", "code_34", *columns), ("unit_34", *shown)
    if form == "table":
        write_rows((_for_people(row) for row in rows), shown, form)
    else:
        write_rows(rows, columns, form)
    if not rows:
        click.echo(_nothing_found(kind, db), err=True)


def _answer_view(kind: str, db: Path, form: Format, filters: Mapping[str, Any]) -> None:
    from govscrape.dataset import VIEWS, query_view

    rows = query_view(kind, db, _asked(filters))
    columns = VIEWS[kind][1]
    if form == "table":
        write_rows((_view_for_people(row) for row in rows), _TABLE.get(kind, columns), form)
    else:
        write_rows(rows, columns, form)
    if not rows:
        click.echo(f"no {kind} in {db}", err=True)


def _answer_by_units(db: Path, form: Format, filters: Mapping[str, Any]) -> None:
    from govscrape.dataset import UNIT_COLUMNS, panel_by_units

    rows = panel_by_units(db, _asked(filters))
    without = "old_provinces" if form in ("json", "jsonl") else "parts"
    write_rows(rows, [column for column in UNIT_COLUMNS if column != without], form)
    if not rows:
        click.echo(f"no panel in {db}", err=True)


def _view_for_people(row: Row) -> Row:
    out = dict(row)
    for side in ("", "_a", "_b"):
        said = [str(row[name]) for name in (f"evidence{side}", f"url{side}") if row.get(name)]
        out[f"evidence{side}"] = "\n".join(said)
    if "rank_of" in row:
        out["score"] = _of(_bounded(row), row["score_max"], row["unit"])
        out["rank"] = row["rank_group"] if row["rank"] is None else _of(row["rank"], row["rank_of"], None)
    if "issuer_name" in row:
        out["issuer"] = "\n".join(filter(None, (row["issuer_name"], row["issuer_title"])))
        out["deadline"] = row["deadline"] or row["recurring"]
    return out


def _for_people(row: Row) -> Row:
    out = dict(row)
    out["published"] = _day(row.get("published_at"))
    out["evidence"] = "\n".join(str(row[name]) for name in ("evidence", "url") if row.get(name))
    if row.get("corrected"):
        out["evidence"] += f"\ncorrected by a person: {', '.join(row['corrected'])}"
    if "rank" in row:
        out["score"] = _of(_bounded(row), row.get("score_max"), row.get("unit"))
        out["rank"] = row["rank_group"] if row["rank"] is None else _of(row["rank"], row["rank_of"], row["rank_scope"])
        out["change"] = _change(row)
    if "issuer_name" in row:
        out["issuer"] = "\n".join(filter(None, (row["issuer_name"], row["issuer_title"])))
        out["deadline"] = row["deadline"] or row["deadline_text"] or row["recurring"]
    return out


def _bounded(row: Row) -> str | None:
    if row["score"] is None:
        return None
    sign = {"min": "≥ ", "max": "≤ ", "approx": "~ "}.get(row.get("score_bound") or "", "")
    return f"{sign}{row['score']:g}"


def _of(value: object, total: object, note: object) -> str | None:
    if value is None:
        return None
    whole = f"{value}/{total:g}" if isinstance(total, int | float) else str(value)
    return f"{whole} {note}" if note else whole


def _change(row: Row) -> str:
    parts = []
    if row["score_delta"] is not None:
        parts.append(f"score {row['score_delta']:+g}")
    if row["rank_delta"] is not None:
        parts.append(f"rank {row['rank_delta']:+d}" if row["rank_delta"] else "rank kept")
    return "\n".join(parts)


def _day(moment: str | None) -> str | None:
    return None if moment is None else date.fromisoformat(moment[:10]).isoformat()


def _nothing_found(kind: str, db: Path) -> str:
    from govscrape.dataset import overview

    seen = overview(db)
    if not seen.rows["articles"]:
        return f"no {kind}: {db} is empty; fill it with `govscrape crawl`, or try `govscrape demo`"
    indices = ", ".join(f"{code} ({count})" for code, count in seen.indices.items()) or "none"
    years = "none" if seen.years is None else f"{seen.years[0]}..{seen.years[1]}"
    provinces = ", ".join(f"{name} ({count})" for name, count in seen.provinces.items()) or "none"
    return (
        f"no {kind} match; {db} holds {seen.rows['articles']} articles; indices: {indices}; years: {years}; "
        f"provinces: {provinces}; `govscrape crawl` adds more"
    )

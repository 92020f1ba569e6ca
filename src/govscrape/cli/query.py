"""``govscrape query``: asks the database, each row with the words that say so and their URL."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import click

from govscrape.cli.options import db_option, years
from govscrape.cli.output import Format, Row, format_option, write_rows
from govscrape.models.records import Status

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_STATUSES = get_args(Status)

# Columns of a table for people; the other formats have all.
_TABLE: Mapping[str, tuple[str, ...]] = {
    "indices": ("index", "component", "subject", "year", "status", "score", "rank", "change", "evidence"),
    "officials": ("name", "titles", "role", "organisation", "province", "published", "evidence"),
    "directives": ("issuer", "verb", "addressees", "action", "deadline", "published", "evidence"),
    "articles": ("published", "province", "title", "indices", "officials", "directives", "evidence"),
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
_name = click.option("--name", help='Words of the name, accents optional: "van tho".')
_title = click.option("--title", help="Words of the title, accents optional.")


@click.group()
def query() -> None:
    """Ask the database; every row comes with its evidence and URL."""


@query.command()
@click.option("--index", multiple=True, help='Code or any name of the index: PAPI, "par index". May be given again.')
@click.option("--component", help="Words of the dimension's code or name.")
@click.option("--year", "years", metavar="YEAR|FROM..TO", callback=years, help="Year measured: 2023 or 2019..2023.")
@click.option("--status", type=click.Choice(_STATUSES), help="Only measured results, targets or projections.")
@_title
@_of_articles
@_common
def indices(db: Path, form: Format, **filters: Any) -> None:
    """Index results: who scored what, which rank, in which year. --title looks in the article's title."""
    _answer("indices", db, form, filters)


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


def _answer(kind: str, db: Path, form: Format, filters: Mapping[str, Any]) -> None:
    from govscrape.dataset import COLUMNS, Filters, query

    asked: dict[str, Any] = {
        name: value.date() if isinstance(value, datetime) else value for name, value in filters.items()
    }
    rows = query(kind, db, Filters(**asked))
    if form == "table":
        write_rows((_for_people(row) for row in rows), _TABLE[kind], form)
    else:
        write_rows(rows, COLUMNS[kind], form)
    if not rows:
        click.echo(_nothing_found(kind, db), err=True)


def _for_people(row: Row) -> Row:
    out = dict(row)
    out["published"] = _day(row.get("published_at"))
    out["evidence"] = "\n".join(str(row[name]) for name in ("evidence", "url") if row.get(name))
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

"""``govscrape query``: asks the database, each row with the words that say so and their URL.

One command for each question of ``dataset.questions``, made from what that question can be narrowed by.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from govscrape.cli.figures import figures
from govscrape.cli.options import DAY, db_option, years
from govscrape.cli.output import Format, Row, format_option, write_rows
from govscrape.dataset.questions import QUESTIONS, Question
from govscrape.models.records import Status

if TYPE_CHECKING:
    from govscrape.dataset import Filters

_STATUSES = get_args(Status)
_LEVELS = ("central", "province", "district", "commune")

_ABOUT: Mapping[str, str] = {
    "indices": "Index results: who scored what, which rank, in which year. --title looks in the article's title.",
    "panel": "Province, year, index: one row each, with the best evidence and how many say so.",
    "disagreements": "Two articles, two values for one thing: both, with the words of both.",
    "posts": "Who was told to hold which post, from when to when. --since and --until: last seen then.",
    "calendar": "Directives by their deadline. --since and --until: due then; --name and --title are the issuer's.",
    "health": "Each portal: how much is stored, when it was last seen, how the last crawl went.",
    "officials": "People in office, with their titles and what they did in the article.",
    "directives": "Who told whom to do what by when. --name and --title are the issuer's.",
    "articles": "Articles, with how many records each gave.",
    "organisations": "Bodies that are told, that tell, or that officials speak for; one for all its spellings.",
    "documents": "Legal documents: how often they are cited, and how many directives rest on them.",
    "issues": "What crawls saw and could not settle.",
}

# Columns of a table for people; the other formats have all.
_TABLE: Mapping[str, tuple[str, ...]] = {
    "indices": ("index", "component", "subject", "year", "status", "score", "rank", "change", "evidence"),
    "officials": ("name", "titles", "role", "organisation", "province", "published", "evidence"),
    "directives": ("issuer", "verb", "addressees", "action", "deadline", "published", "evidence"),
    "articles": ("published", "province", "title", "indices", "officials", "directives", "evidence"),
    "panel": ("index", "component", "province", "year", "score", "rank", "claims", "evidence"),
    "disagreements": (
        *("index", "component", "province", "year", "measure", "value_a", "value_b", "evidence_a", "evidence_b"),
    ),
    "posts": ("name", "title", "acting", "province", "identity", "first_seen", "last_seen", "articles", "evidence"),
    "calendar": ("deadline", "issuer", "action", "addressees", "province", "evidence"),
    "organisations": (
        *("name", "province", "kind", "articles", "addressed", "coordinated", "issued", "officials", "last_seen"),
    ),
    "documents": (
        *("kind", "number", "title", "issuer", "issued_on", "province", "articles", "directives", "last_cited"),
    ),
    "issues": ("portal", "code", "message", "where", "times", "last_seen_at"),
}

_from_option = click.option(
    "--from",
    "source",
    nargs=2,
    type=(click.Choice(["parquet"]), click.Path(path_type=Path)),
    metavar="parquet DIR",
    help="Ask the Parquet files of a release, or of an extraction over many machines, instead of the database.",
)
_geography_option = click.option(
    "--geography",
    type=click.Choice(["63", "34"]),
    default="63",
    show_default=True,
    help="The provinces as reported, or today's units with the old provinces' values side by side, never averaged.",
)
_wide_option = click.option("--wide", is_flag=True, help="One row per province and year, a column for each index.")


@click.group(invoke_without_command=True)
@click.option(
    "--sql", metavar="SELECT", help="Ask in SQL instead: one SELECT over the tables and views of db/README.md."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="With --sql: at most N rows; 10000 unless told.")
@_from_option
@db_option
@format_option
@click.pass_context
def query(
    context: click.Context, sql: str | None, limit: int | None, source: tuple[str, Path] | None, db: Path, form: Format
) -> None:
    """Ask the database; every row comes with its evidence and URL."""
    if context.invoked_subcommand is not None:
        if sql:
            raise click.UsageError("--sql goes without a command")
        return
    if not sql:
        click.echo(context.get_help())
        raise click.exceptions.Exit(2)
    from govscrape.dataset.sql import ROWS_MAX, ask_sql

    columns, rows, cut = ask_sql(source[1] if source else db, sql, limit=limit or ROWS_MAX)
    write_rows(rows, columns, form)
    if cut or not rows:
        click.echo(f"more than {len(rows)} rows; the rest is left out" if cut else "no rows", err=True)


def _named(question: Question) -> str:
    if question.folded:
        return "Words of the name, number or title, in any spelling, accents optional."
    return 'Words of the name, accents optional: "van tho".'


def _dated(question: Question) -> str:
    return "Year of issue" if question.source.startswith("legal_documents") else "Year measured"


def _narrowing(question: Question) -> Iterator[click.Option]:
    """An option for each thing that narrows a question down."""
    words = {*question.words, *(["title"] if question.titles else [])}
    offered: tuple[tuple[object, list[str], dict[str, Any]], ...] = (
        (
            question.index,
            ["--index"],
            {"multiple": True, "help": 'Code or any name of the index: PAPI, "par index". May be given again.'},
        ),
        ("component" in words, ["--component"], {"help": "Words of the dimension's code or name."}),
        (
            question.year,
            ["--year", "years"],
            {
                "metavar": "YEAR|FROM..TO",
                "callback": years,
                "help": f"{_dated(question)}: 2023 or 2019..2023.",
            },
        ),
        (
            question.status,
            ["--status"],
            {"type": click.Choice(_STATUSES), "help": "Only measured results, targets or projections."},
        ),
        ("name" in words, ["--name"], {"help": _named(question)}),
        ("title" in words, ["--title"], {"help": "Words of the title, accents optional."}),
        (
            question.province,
            ["--province"],
            {"multiple": True, "help": 'Province, accents optional: "gia lai". May be given again.'},
        ),
        ("kind" in words, ["--kind"], {"help": 'Words of the kind, accents optional: "so", "nghi dinh".'}),
        ("level" in words, ["--level"], {"type": click.Choice(_LEVELS), "help": "The tier that a body belongs to."}),
        (question.to, ["--to"], {"help": "A body that is told or takes part: name, short form or words of it."}),
        (
            question.issuer,
            ["--issuer"],
            {"help": "Who tells: a body by name, short form or words of it, or words of a person's name."},
        ),
        (question.cites, ["--cites"], {"help": "Words of the number or title of a document that is cited."}),
        (question.version, ["--text"], {"help": "Words in a row that the article has, accents optional."}),
        (question.on, ["--on"], {"type": DAY, "help": "Held on this day: seen so then, or before and after."}),
        (question.day, ["--since"], {"type": DAY, "help": "On or after this day."}),
        (question.day, ["--until"], {"type": DAY, "help": "On or before this day."}),
    )
    return (click.Option(names, **settings) for wanted, names, settings in offered if wanted)


def _command(kind: str) -> click.Command:
    def answer(
        db: Path,
        form: Format,
        source: tuple[str, Path] | None,
        geography: str = "63",
        wide: bool = False,
        **filters: Any,
    ) -> None:
        asked = source[1] if source else db
        if kind == "panel" and geography == "34":
            _answer_by_units(asked, form, filters)
        else:
            _answer("wide" if wide else kind, asked, form, filters, by_units=geography == "34")

    limits = (
        click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N rows."),
        click.option("--sort", metavar="COLUMNS", help='Columns to sort by, comma between; "-" before for descending.'),
    )
    own = {"indices": (_geography_option,), "panel": (_geography_option, _wide_option)}.get(kind, ())
    command: Callable[..., None] = answer
    for option in reversed((*own, db_option, _from_option, format_option, *limits)):
        command = option(command)
    made = click.command(kind, help=_ABOUT[kind])(command)
    made.params = [*_narrowing(QUESTIONS[kind]), *made.params]
    return made


for _kind in _ABOUT:
    query.add_command(_command(_kind))


def _asked(filters: Mapping[str, Any]) -> "Filters":
    from govscrape.dataset import Filters

    asked: dict[str, Any] = {
        name: value.date() if isinstance(value, datetime) else value for name, value in filters.items()
    }
    return Filters(**asked)


def _answer(kind: str, db: Path, form: Format, filters: Mapping[str, Any], *, by_units: bool) -> None:
    from govscrape.dataset import COLUMNS, query, with_units

    rows = query(kind, db, _asked(filters))
    columns = COLUMNS[kind]
    shown = _TABLE.get(kind, columns)
    if by_units:
        rows, columns, shown = with_units(rows), ("unit_34", "code_34", *columns), ("unit_34", *shown)
    if form == "table":
        write_rows((_for_people(row) for row in rows), shown, form)
    else:
        write_rows(rows, columns, form)
    if not rows:
        click.echo(_nothing_found(kind, db), err=True)


def _answer_by_units(db: Path, form: Format, filters: Mapping[str, Any]) -> None:
    from govscrape.dataset import UNIT_COLUMNS, panel_by_units

    rows = panel_by_units(db, _asked(filters))
    without = "old_provinces" if form in ("json", "jsonl") else "parts"
    write_rows(rows, [column for column in UNIT_COLUMNS if column != without], form)
    if not rows:
        click.echo(f"no panel in {db}", err=True)


def _for_people(row: Row) -> Row:
    out = dict(row)
    out["published"] = _day(row.get("published_at"))
    for side in ("", "_a", "_b"):
        out[f"evidence{side}"] = "\n".join(
            str(row[name]) for name in (f"evidence{side}", f"url{side}") if row.get(name)
        )
    if row.get("corrected"):
        out["evidence"] += f"\ncorrected by a person: {', '.join(row['corrected'])}"
    if "rank_of" in row:
        out |= figures(row)
    if "issuer_name" in row:
        out["issuer"] = "\n".join(filter(None, (row["issuer_name"], row["issuer_title"])))
        out["deadline"] = row["deadline"] or row["deadline_text"] or row["recurring"]
    return out


def _day(moment: str | None) -> str | None:
    return None if moment is None else date.fromisoformat(moment[:10]).isoformat()


def _nothing_found(kind: str, db: Path) -> str:
    from govscrape.dataset import overview

    if db.is_dir():
        return f"no {kind} match in {db}"
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

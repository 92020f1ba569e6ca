"""``govscrape audit``: a page on which people judge stored records, and what their verdicts say of the rules."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govscrape.cli.options import db_option
from govscrape.errors import InputError
from govscrape.models.correction import KINDS, Kind

if TYPE_CHECKING:
    from govscrape.evaluate.audit import Page
    from govscrape.evaluate.audit_page import Aids
    from govscrape.rules.ruleset import RuleSet


def _groupings(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    from govscrape.evaluate.audit import GROUPINGS

    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in GROUPINGS:
            raise click.BadParameter(f"{name!r}; records can be grouped by {', '.join(GROUPINGS)}")
    if not names:
        raise click.BadParameter(f"nothing given; records can be grouped by {', '.join(GROUPINGS)}")
    return names


@click.command()
@click.option("--n", "size", type=click.IntRange(1, 5000), default=50, show_default=True, help="How many records.")
@click.option(
    "--by",
    default="rule,portal",
    show_default=True,
    callback=_groupings,
    help="What to draw them from: each value of the first makes a group of its own, the others are spread over.",
)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only records of this kind. Repeatable.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number draws other records.")
@click.option("--url", "urls", multiple=True, help="No sample: all records of this article, to correct. Repeatable.")
@click.option("--lang", "language", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("audit.html"),
    show_default=True,
    help="The page.",
)
@click.option("--force", is_flag=True, help="Replace a page that is there already.")
@db_option
def audit(
    size: int,
    by: tuple[str, ...],
    kinds: tuple[Kind, ...],
    seed: int,
    urls: tuple[str, ...],
    language: str,
    output: Path,
    force: bool,
    db: Path,
) -> None:
    """Draw stored records at random and write one offline page on which a person judges them.

    Open the page in a browser, judge by keyboard (? shows the keys), save the file, and read it with govscrape correct.
    Records that people have corrected are not drawn again.
    """
    if output.exists() and not force:
        raise InputError(f"{output} is there already; -o writes another page, --force replaces it")
    from govscrape import __version__
    from govscrape.clock import SystemClock
    from govscrape.evaluate.audit import Made, draw, of_articles
    from govscrape.evaluate.audit_page import audit_page
    from govscrape.rules import load_ruleset
    from govscrape.settings import load_settings
    from govscrape.store import Store

    with Store.open(db, readonly=True) as store:
        ruleset = load_ruleset(load_settings().rules)
        made = Made(SystemClock().now(), ruleset.version, __version__)
        if urls:
            page = of_articles(store, urls, made=made)
        else:
            page = draw(store, size=size, by=by, seed=seed, kinds=kinds or KINDS, made=made)
    text = audit_page(page, language, _aids(ruleset, language))
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output}: {error.strerror or error}") from error
    click.echo(_said(page, output))


def _said(page: "Page", output: Path) -> str:
    shown = len(page.shown)
    if not page.file.audit.sampled:
        return f"{output}: all {shown} records of the chosen articles; read the verdicts with govscrape correct FILE"
    left_out = page.strata - len(page.file.strata)
    missing = f"; {left_out} groups have none, a larger --n reaches them" if left_out else ""
    drawn = f"{shown} of {page.population} records from {len(page.file.strata)} of {page.strata} groups"
    return f"{output}: {drawn}{missing}; read the verdicts with govscrape correct FILE"


def _aids(ruleset: "RuleSet", language: str) -> "Aids":
    from govscrape.dataset.codebook import load_codebook
    from govscrape.dataset.geography import load_crosswalk
    from govscrape.evaluate.audit_page import Aids

    variables = {v.name: v for table in load_codebook().tables for v in table.variables}
    codes: dict[str, Sequence[str]] = {}
    for unit in load_crosswalk().units:
        codes |= {part.name: (part.code, unit.code) for part in unit.parts}
        codes[unit.name] = codes.get(unit.name, (unit.code, unit.code))
    choices = {"index": sorted(ruleset.indices), "subject": sorted(codes)}
    return Aids({name: variable.meaning[language] for name, variable in variables.items()}, choices, codes)

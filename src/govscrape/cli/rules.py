"""``govscrape rules list|check|show``: what the rules are, whether they hold, one of them in full."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from govscrape.cli.portal_check import check_file
from govscrape.errors import RuleError
from govscrape.evaluate.examples import Failure, check_rules, shown
from govscrape.evaluate.name_examples import check_names
from govscrape.rules import RuleSet, load_ruleset
from govscrape.rules.load import rules_dir
from govscrape.rules.ruleset import CompiledRule

_path = click.option(
    "--rules", "path", type=click.Path(path_type=Path), help="Folder of rules (default: the ones in use)."
)


@click.group()
def rules() -> None:
    """Rules: list them, run their examples, show one."""


@rules.command("list")
@click.argument("beginning", default="")
@_path
def list_(beginning: str, path: Path | None) -> None:
    """List the rules whose id or type starts with BEGINNING."""
    ruleset = load_ruleset(path)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("rule", "finds", "examples", "not", "first example"):
        table.add_column(column, overflow="fold", justify="right" if column in ("examples", "not") else "left")
    chosen = [c for c in ruleset.rules if c.rule.id.startswith(beginning) or c.rule.finds == beginning]
    if not chosen:
        raise RuleError(f"no rule or type begins with {beginning!r}; all: govscrape rules list")
    for compiled in sorted(chosen, key=lambda c: c.rule.id):
        rule = compiled.rule
        cells = (rule.id, rule.finds, str(len(rule.examples)), str(len(rule.counter)), rule.examples[0].text)
        table.add_row(*(Text(cell) for cell in cells))
    console = Console()
    console.print(table)
    cues, indices = len(ruleset.cues), len(ruleset.indices)
    console.print(f"{len(chosen)} rules; {cues} cues, {indices} indices; ruleset {ruleset.version}", highlight=False)


@rules.command()
@click.argument("beginning", default="")
@_path
def check(beginning: str, path: Path | None) -> None:
    """Run every example both ways (of the rules that start with BEGINNING), and check the portals' files without it.

    Exit code 1: something does not hold.
    """
    ruleset = load_ruleset(path)
    failures, count = check_rules(ruleset, beginning or None)
    named, names = check_names(beginning or None, path)
    failures, count = [*failures, *named], count + names
    if not beginning:
        wrong, files = _check_portals(path or rules_dir())
        failures, count = [*failures, *wrong], count + files
    console = Console(soft_wrap=True)
    for failure in failures:
        console.print(Text(failure.rule, "bold red"), Text(f" in {failure.where}", "dim"), sep="")
        if failure.text:
            console.print(Text(f"  {failure.text}"))
        console.print(Text(f"  {failure.message}", "yellow"))
    if failures:
        raise RuleError(f"{len(failures)} of {count} checks do not hold")
    if not count:
        raise RuleError(f"nothing to check: no rule begins with {beginning!r}")
    console.print(f"{count} checks hold: {len(ruleset.rules)} rules, ruleset {ruleset.version}", highlight=False)


def _check_portals(folder: Path) -> tuple[list[Failure], int]:
    """What is wrong with the portals' files, and how many there are."""
    files = sorted((folder / "portals").glob("*.yaml"))
    wrong = []
    for file in files:
        try:
            check_file(file)
        except RuleError as error:
            where = error.where or str(file)
            wrong.append(Failure(file.stem, where, "", str(error).removeprefix(f"{where}: ")))
    return wrong, len(files)


@rules.command()
@click.argument("rule_id")
@_path
def show(rule_id: str, path: Path | None) -> None:
    """Show one rule: pattern, conditions, examples both ways, and the file that holds it."""
    ruleset = load_ruleset(path)
    compiled = next((c for c in ruleset.rules if c.rule.id == rule_id), None)
    if compiled is None:
        raise RuleError(f"no rule {rule_id!r}{_close(rule_id, ruleset)}")
    _print_rule(compiled, Console(soft_wrap=True))


def _close(wanted: str, ruleset: RuleSet) -> str:
    from rapidfuzz import process

    found = process.extract(wanted, [c.rule.id for c in ruleset.rules], limit=3, score_cutoff=60)
    return f"; close to it: {', '.join(name for name, _, _ in found)}" if found else ""


def _print_rule(compiled: CompiledRule, console: Console) -> None:
    rule = compiled.rule
    console.print(Text(rule.id, "bold"), Text(f" finds {rule.finds}", "cyan"), sep="")
    console.print(Text(compiled.where.split(", rule ")[0], "dim"))
    for pattern in rule.pattern:
        console.print(Text(f"  pattern  {pattern}"))
    console.print(Text(f"  within   {rule.within}"))
    for name, values in (("where", rule.where), ("gives", rule.gives)):
        if values:
            console.print(Text(f"  {name:<8} {shown(values)}"))
    if rule.layer:
        console.print(Text(f"  layer    {rule.layer}"))
    if rule.overrides:
        console.print(Text(f"  over     {', '.join(rule.overrides)}"))
    for example in rule.examples:
        console.print(Text("  yes  ", "green"), Text(example.text), Text(f"  → {shown(example.gives)}", "dim"), sep="")
    for counter in rule.counter:
        console.print(Text("  no   ", "red"), Text(counter.text), Text(f"  ({counter.why})", "dim"), sep="")

"""The command ``govscrape``: finds the verb, sets up logs, turns errors into one line and an exit code.

Exit codes: 0 done, 1 failed or a check failed, 2 wrong usage, 3 partial run or an alarm stands, 4 another run is at
work, 130 interrupted, 141 nobody reads stdout any more.
A verb's file is imported only when that verb runs, so that ``--help`` stays instant; the table below is all it needs.
"""

import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import NoReturn

import click

from govscrape import __version__
from govscrape.errors import Busy, GovscrapeError, told

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("govscrape.cli.demo:demo", "Crawl sample portals on this machine and show what was found."),
    "extract": ("govscrape.cli.extract:extract", "Read pages, texts, a corpus or an archive; print the records."),
    "explain": ("govscrape.cli.explain:explain", "Show which rule fired on a text, and why others did not."),
    "legal": ("govscrape.cli.legal:legal", "List the legal documents that a text cites."),
    "crawl": ("govscrape.cli.crawl:crawl", "Visit portals, archive their news and store the records."),
    "reextract": ("govscrape.cli.crawl:reextract", "Read the archive again with today's rules, without the network."),
    "archive": ("govscrape.cli.archive:archive", "Check the archive of responses."),
    "run": ("govscrape.cli.schedule:run", "Visit the portals that are due, one run at a time."),
    "schedule": ("govscrape.cli.schedule:schedule", "Say who is due; loop for ever; print units for systemd or cron."),
    "status": (
        "govscrape.cli.status:status",
        "Show each portal's state and alarms; exit code 3 when something is wrong.",
    ),
    "issues": ("govscrape.cli.status:issues", "List what crawls and readings could not settle."),
    "query": ("govscrape.cli.query:query", "Ask the database: results, officials, directives, articles."),
    "search": ("govscrape.cli.search:search", "Find bodies, documents and articles by words, accents optional."),
    "reconcile": ("govscrape.cli.reconcile:reconcile", "Compare claimed results with published ones."),
    "export": ("govscrape.cli.export:export", "Write a release of the dataset, with codebook and checksums."),
    "audit": ("govscrape.cli.audit:audit", "Draw stored records onto a page where people judge them."),
    "correct": (
        "govscrape.cli.correct:correct",
        "Read verdicts back; corrections outlive every new extraction.",
    ),
    "explore": ("govscrape.cli.explore:explore", "Show the dataset as pages in a browser, on this machine."),
    "site": ("govscrape.cli.site:site", "Write the same pages as files, which need no server."),
    "portals": ("govscrape.cli.portals:portals", "List and check the portals' files."),
    "evaluate": ("govscrape.cli.evaluate:evaluate", "Compare the records with annotated articles; find errors."),
    "fixture": ("govscrape.cli.fixture:fixture", "Draft and check annotated pages and articles."),
    "rehearse": ("govscrape.cli.rehearse:rehearse", "Show what a change of the rules does to a corpus's records."),
    "rules": ("govscrape.cli.rules:rules", "Check the rules: every example is run both ways."),
    "schema": ("govscrape.cli.schema:schema", "Print the JSON Schema of the records."),
}


class LazyGroup(click.Group):
    """A group that knows its verbs by the table and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The verb's command, imported now; None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        module, attribute = VERBS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        if not gc.isenabled():  # by main()
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of verbs without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in VERBS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-v", "--verbose", count=True, help="Log more to stderr: -v what is done, -vv every detail.")
@click.version_option(f"{__version__}{', compiled' if find_spec('govscrape__mypyc') else ''}", prog_name="govscrape")
def cli(verbose: int) -> None:
    """Governance indices, officials and directives from Vietnam's provincial portals, each with its evidence."""
    from govscrape.cli.logs import configure

    configure(verbose)


def _show(error: BaseException) -> None:
    line = told(error) or type(error).__name__
    click.secho(f"error: {line}", fg="red", err=True)


def _use_utf8() -> None:
    """Vietnamese is printed as UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace" if stream is sys.stderr else "strict")


def _quiet_stdout() -> None:
    """Let the interpreter's last flush go nowhere: nobody reads stdout any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _SparePandas(MetaPathFinder):
    """Hides pandas from sqlite-utils, which loads it where it is there, for values that no verb stores: 65 MB."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        """No answer, so that others find the module; ModuleNotFoundError while sqlite-utils is being loaded."""
        asking = sys.modules.get("sqlite_utils.db")
        if fullname == "pandas" and asking is not None and not hasattr(asking, "Database"):
            raise ModuleNotFoundError(fullname)


def run(args: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    try:
        # Not cli.main(), which answers a broken pipe itself, with exit code 1.
        with cli.make_context("govscrape", list(sys.argv[1:] if args is None else args)) as context:
            result = cli.invoke(context)
        sys.stdout.flush()
    except BrokenPipeError:
        _quiet_stdout()
        return 141
    except Busy as error:
        _show(error)
        return 4
    except GovscrapeError as error:
        _show(error)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as choice:
        return choice.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    return result if isinstance(result, int) else 0


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Entry point of the installed command."""
    _use_utf8()
    # An article makes thousands of small objects and no cycles; the default (700) looks for cycles all the time.
    gc.set_threshold(50_000, 20, 50)
    # Until the verb is imported: all that stays, and looking for cycles among it takes a tenth of the time.
    gc.disable()
    sys.meta_path.insert(0, _SparePandas())
    # pydantic would read what every installed package says of itself in search of its plugins; we have none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    sys.exit(run(args))

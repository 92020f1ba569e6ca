"""How `govscrape extract` turns each input into its answer, in this process or in several.

What is read from files or stdin becomes a task: raw bytes and where they stood. A :class:`Reader` answers tasks. With
several jobs each worker has a reader of its own and is handed a few tasks at a time, enough that handing them over
costs little; when a worker dies of them, each is tried again alone, so that only the one that kills is lost.
"""

import gc
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from govscrape.cli.pages import Portals, archived_item, archived_pages, page_item
from govscrape.cli.reading import BadItem, Given, Item, as_text, lines, open_bytes, plain_item, read_bytes, read_line
from govscrape.errors import GovscrapeError, TaskLost
from govscrape.extract import Extractor
from govscrape.models.page import Page
from govscrape.models.records import Extraction
from govscrape.rules import load_ruleset

Outcome = tuple[Item, Extraction] | BadItem
_AT_A_TIME = 16
_SECONDS = 60.0


class Task(NamedTuple):
    """One input: ``read`` makes it an article, inside the process that answers it; ``name`` is what it is known by."""

    read: "Callable[[Reader], Item | BadItem]"
    name: Any
    line: int | None = None


class Answer(NamedTuple):
    """What is printed for a task: one JSON object, and for tables the outcome itself. ``lost``: a worker died of it.

    Of a list of articles (``is_list``) nothing is printed.
    """

    text: str
    bad: bool = False
    fault: bool = False
    lost: bool = False
    is_list: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every task of a run. ``whole``: answers carry their outcome."""

    given: Given
    portal: str | None = None
    whole: bool = False


class Reader:
    """Reads and extracts, with rules and portals loaded once."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.extractor = Extractor(load_ruleset())
        self._portals: Portals | None = None

    @property
    def portals(self) -> Portals:
        """All portals; loaded when the first page asks for one."""
        if self._portals is None:
            self._portals = Portals()
        return self._portals

    def answer(self, task: Task) -> Answer:
        """What is to be printed for one task. Raises GovscrapeError when the input cannot be read at all."""
        item = task.read(self)
        outcome = item if isinstance(item, BadItem) else self._extract(item)
        bad = isinstance(outcome, BadItem)
        fault = isinstance(outcome, BadItem) and outcome.fault
        is_list = isinstance(outcome, BadItem) and outcome.is_list
        kept = outcome if self.options.whole else None
        return Answer(as_line(outcome), bad, fault, is_list=is_list, outcome=kept)

    def _extract(self, item: Item) -> Outcome:
        try:
            found = self.extractor.extract(item.article)
        except Exception as error:
            # A fault of ours in one article of a million must not cost the others; it is told, and the exit code is 1.
            logging.getLogger(__name__).exception("id=%r line=%s", item.id, item.line)
            message = f"fault of govscrape: {type(error).__name__}: {error}"
            return BadItem(item.id, item.line, " ".join(message.split()), fault=True)
        if item.issues:
            found = found.model_copy(update={"issues": (*item.issues, *found.issues)})
        return item, found


def as_line(outcome: Outcome) -> str:
    """One JSON object on one line: ``id`` and the records, or ``id`` and ``error``."""
    if isinstance(outcome, BadItem):
        error = {"line": outcome.line, "message": outcome.message}
        return json.dumps({"id": outcome.id, "error": error}, ensure_ascii=False)
    item, found = outcome
    return f'{{"id":{json.dumps(item.id, ensure_ascii=False)},{found.model_dump_json()[1:]}'


def tasks_of(source: str, paths: Iterable[str], options: Options, counts: Counter[str] | None = None) -> Iterator[Task]:
    """The inputs of all paths in order, each read when it is asked for. Raises InputError naming a path.

    ``counts`` is told what of archives is no article, by reason.
    """
    kinds: dict[str, Callable[[str], Iterator[Task]]] = {
        "jsonl": _corpus,
        "text": partial(_whole, _read_text),
        "page": partial(_whole, _read_page),
        "warc": partial(_archive, options, Counter() if counts is None else counts),
    }
    try:
        for path in paths:
            yield from kinds[source](path)
    except GovscrapeError as error:
        # In its place, so that what stands before it is answered first.
        yield Task(partial(_fail, error), None)


def answers(tasks: Iterable[Task], options: Options, *, jobs: int) -> Iterator[Answer]:
    """The answers in the order of the tasks, which are read only a little ahead."""
    if jobs == 1:
        yield from map(Reader(options).answer, tasks)
        return
    from govscrape.workers import Pool

    with Pool(partial(_reader, options), jobs=jobs, seconds=_SECONDS) as pool:
        sent: list[list[Task]] = []
        for outcome in pool.map(_answer_all, _handed_out(tasks, sent)):
            together = sent.pop(0)
            if isinstance(outcome, TaskLost) and len(together) > 1:
                alone = pool.map(_answer_all, (([task],) for task in together))
                for task, one in zip(together, alone, strict=True):
                    yield from _told([task], one)
            else:
                yield from _told(together, outcome)


def _handed_out(tasks: Iterable[Task], sent: list[list[Task]]) -> Iterator[tuple[list[Task]]]:
    waiting = iter(tasks)
    while together := list(islice(waiting, _AT_A_TIME)):
        sent.append(together)
        yield (together,)


def _told(tasks: list[Task], outcome: "list[Answer | GovscrapeError] | GovscrapeError") -> Iterator[Answer]:
    """The answers to a handful; the error of a single task is raised unless it only cost that task."""
    for task, found in zip(tasks, outcome if isinstance(outcome, list) else [outcome] * len(tasks), strict=True):
        if isinstance(found, TaskLost):
            bad = BadItem(task.name, task.line, f"not read: {found}")
            yield Answer(as_line(bad), bad=True, lost=True, outcome=bad)
        elif isinstance(found, GovscrapeError):
            raise found
        else:
            yield found


def _reader(options: Options) -> tuple[Reader, str]:
    """A worker's state."""
    gc.set_threshold(50_000, 20, 50)
    reader = Reader(options)
    return reader, reader.extractor.ruleset.version


def _answer_all(reader: Reader, tasks: list[Task]) -> list[Answer | GovscrapeError]:
    """A worker's task: the answers up to the first input that cannot be read, and its error."""
    found: list[Answer | GovscrapeError] = []
    for task in tasks:
        try:
            found.append(reader.answer(task))
        except GovscrapeError as error:
            found.append(error)
    return found


def _corpus(path: str) -> Iterator[Task]:
    with open_bytes(path) as stream:
        for number, raw in lines(stream):
            if raw is None or raw.strip():
                yield Task(partial(_read_line, raw, number), None, number)


def _read_line(raw: bytes | None, number: int, reader: Reader) -> Item | BadItem:
    return read_line(raw, number, reader.options.given)


def _whole(read: Callable[[str, bytes, Reader], Item], path: str) -> Iterator[Task]:
    yield Task(partial(read, path, read_bytes(path)), path)


def _read_text(path: str, data: bytes, reader: Reader) -> Item:
    return plain_item(path, as_text(path, data), reader.options.given)


def _read_page(path: str, data: bytes, reader: Reader) -> Item:
    options = reader.options
    portals = reader.portals if options.portal or options.given.url else None
    return page_item(path, data, portals, options.portal, options.given)


def _archive(options: Options, counts: Counter[str], path: str) -> Iterator[Task]:
    """The pages that are articles."""
    portals = Portals()
    named = portals.named(options.portal) if options.portal else None
    for page in archived_pages(path, portals, named, counts):
        if isinstance(page, BadItem):
            yield Task(partial(_bad, page), path)
        else:
            yield Task(partial(_read_response, page), page.url)


def _read_response(page: Page, reader: Reader) -> Item | BadItem:
    options = reader.options
    portal = reader.portals.named(options.portal) if options.portal else reader.portals.of(page.final_url)
    return archived_item(page, portal, options.given)


def _fail(error: GovscrapeError, _: Reader) -> Item:
    raise error


def _bad(item: BadItem, _: Reader) -> BadItem:
    return item

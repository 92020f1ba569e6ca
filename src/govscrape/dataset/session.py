"""The dataset in Python: ``govscrape.open(path).indices(index="PAPI", years=range(2019, 2024)).rows()``."""

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from govscrape.dataset.query import COLUMNS, Filters, query
from govscrape.dataset.reconcile import RECONCILED, Scope, reconcile
from govscrape.dataset.search import FOUND, search
from govscrape.errors import InputError
from govscrape.settings import load_settings

Row = dict[str, Any]
Words = str | Iterable[str] | None


@dataclass(frozen=True)
class Answer:
    """A question that is asked when its rows are wanted; ``columns`` are what each row has, in order."""

    columns: tuple[str, ...]
    ask: Callable[[], list[Row]]

    def rows(self) -> list[Row]:
        """The rows, each a dictionary; None is absent."""
        return self.ask()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows())

    def to_pandas(self) -> Any:
        """A pandas DataFrame. Raises InputError when pandas is not installed."""
        return _library("pandas").DataFrame(self.rows(), columns=list(self.columns))

    def to_polars(self) -> Any:
        """A Polars DataFrame. Raises InputError when Polars is not installed."""
        return _library("polars").DataFrame(self.rows(), schema=list(self.columns), infer_schema_length=None)


class Dataset:
    """A database, read-only: that at ``path``, else the one that the command line would ask.

    Names are as a person types them, one or several; years are all that are wanted.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = load_settings(db=path).db

    def indices(
        self,
        index: Words = None,
        *,
        province: Words = None,
        years: int | Iterable[int] | None = None,
        component: str | None = None,
        status: str | None = None,
    ) -> Answer:
        """Index results with their evidence, as ``govscrape query indices``."""
        filters = Filters(index=_words(index), province=_words(province), component=component, status=status)
        return self._query("indices", filters, _years(years))

    def panel(self, index: Words = None, *, province: Words = None, years: int | Iterable[int] | None = None) -> Answer:
        """One row per province, year and index, never a mean."""
        return self._query("panel", Filters(index=_words(index), province=_words(province)), _years(years))

    def officials(self, name: str | None = None, *, title: str | None = None, province: Words = None) -> Answer:
        """Officials as articles show them."""
        return self._query("officials", Filters(name=name, title=title, province=_words(province)))

    def directives(
        self,
        *,
        province: Words = None,
        text: str | None = None,
        since: date | None = None,
        until: date | None = None,
        to: str | None = None,
        issuer: str | None = None,
        cites: str | None = None,
    ) -> Answer:
        """Directives of articles published from ``since`` to ``until``.

        ``to`` are words of a body that is told or takes part, ``issuer`` of a body or of a person's name that tells,
        ``cites`` of a document that the directive rests on.
        """
        filters = Filters(
            province=_words(province), text=text, since=since, until=until, to=to, issuer=issuer, cites=cites
        )
        return self._query("directives", filters)

    def articles(self, text: str | None = None, *, province: Words = None, cites: str | None = None) -> Answer:
        """Articles with the number of their records; ``cites`` are words of a document's number or title."""
        return self._query("articles", Filters(text=text, province=_words(province), cites=cites))

    def organisations(
        self, name: str | None = None, *, province: Words = None, kind: str | None = None, level: str | None = None
    ) -> Answer:
        """Bodies under all their spellings, with what articles show them as; ``name`` is words of any spelling."""
        return self._query("organisations", Filters(name=name, province=_words(province), kind=kind, level=level))

    def documents(
        self,
        name: str | None = None,
        *,
        kind: str | None = None,
        province: Words = None,
        years: int | Iterable[int] | None = None,
    ) -> Answer:
        """Legal documents with how often they are cited; ``name`` is words of number or title, ``years`` of issue."""
        return self._query("documents", Filters(name=name, kind=kind, province=_words(province)), _years(years))

    def posts(
        self, name: str | None = None, *, title: str | None = None, province: Words = None, on: date | None = None
    ) -> Answer:
        """Who was told to hold which post, from when to when; ``on`` takes those seen in it before and after a day."""
        return self._query("posts", Filters(name=name, title=title, province=_words(province), on=on))

    def reconcile(self, index: Words = None, *, province: Words = None) -> Answer:
        """Each claimed value beside the published one."""
        scope = Scope(index=_words(index), province=_words(province))
        return Answer(RECONCILED, lambda: reconcile(self.path, scope))

    def search(self, text: str, *, limit: int = 20) -> Answer:
        """Articles by their words, accents optional."""
        return Answer(FOUND, lambda: search(self.path, text, limit=limit).rows)

    def _query(self, kind: str, filters: Filters, years: frozenset[int] | None = None) -> Answer:
        return Answer(COLUMNS[kind], lambda: _of_years(query(kind, self.path, filters), years))


def _of_years(rows: Sequence[Row], years: frozenset[int] | None) -> list[Row]:
    return [row for row in rows if years is None or row["year"] in years]


def _years(years: int | Iterable[int] | None) -> frozenset[int] | None:
    if years is None:
        return None
    return frozenset([years] if isinstance(years, int) else years)


def _words(words: Words) -> tuple[str, ...]:
    if words is None:
        return ()
    return (words,) if isinstance(words, str) else tuple(words)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(f"{name} is not installed; `pip install {name}`, or use rows()") from error

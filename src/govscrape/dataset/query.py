"""Questions to the database, read-only, in bounded time: rows for people, with their evidence and article's URL."""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from govscrape.dataset import parquet
from govscrape.dataset.geography import load_crosswalk
from govscrape.dataset.meant import bodies_like, distinct, documents_like, keys_of, like, people_like, unpadded
from govscrape.dataset.names import begins, contains, index_vocabulary, named_places, plain, province_vocabulary
from govscrape.dataset.questions import (
    AS_WORDS,
    GIVEN_FEW,
    GIVEN_MANY,
    LISTS,
    QUESTIONS,
    TELLS_FEW,
    TELLS_MANY,
    Question,
)
from govscrape.errors import InputError, RuleError, StoreError
from govscrape.store import Database, explained, open_readonly

Row = dict[str, Any]

SECONDS_MAX = 60.0
_STEPS = 10_000  # of SQLite's machine, between two looks at the clock
_MANY = 3000  # records of bodies: more are looked for in the order of the answer
_SHORT = 300  # longer texts are not worth remembering
_BOUND_MAX = 500
_BELOW_PROVINCE = "x.subject_level IN ('department', 'district', 'commune')"


@dataclass(frozen=True)
class Filters:
    """What rows must have; an empty filter asks nothing.

    ``index`` and ``province`` are names as a user types them, any one of which may match; ``years`` are the first and
    the last year; ``name``, ``title`` and ``text`` are words in a row, where accents count only if some are given;
    ``since`` and ``until`` are days, both included: of publication, for the calendar of the deadline, for posts of the
    newest article; ``on`` is a day that a post was held; ``to`` is a body that is told, ``issuer`` one that tells, by
    its name, a short form or words of it, or a person's name; ``cites`` are words of a document that is cited or rested
    on; ``sort`` names columns, comma between, "-" for descending. A question lets pass what it
    does not know (portals have no years).
    """

    index: tuple[str, ...] = ()
    component: str | None = None
    province: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    status: str | None = None
    name: str | None = None
    title: str | None = None
    text: str | None = None
    since: date | None = None
    until: date | None = None
    on: date | None = None
    kind: str | None = None
    level: str | None = None
    to: str | None = None
    issuer: str | None = None
    cites: str | None = None
    limit: int | None = None
    sort: str | None = None


@dataclass
class _Where:
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.values.extend(values)

    def one_of(self, expression: str, names: Collection[str]) -> None:
        """Few names are bound one by one: only then does SQLite take the order of an index, and look into a view."""
        if len(names) > _BOUND_MAX:
            self.add(f"{expression} IN (SELECT value FROM json_each(?))", json.dumps(sorted(names)))  # noqa: S608 (ours)
        elif len(names) == 1:
            self.add(f"{expression} = ?", *names)
        else:
            self.add(f"{expression} IN ({', '.join('?' * len(names))})", *sorted(names))

    def sql(self) -> str:
        return " AND ".join(f"({condition})" for condition in self.conditions) or "1"


def query(kind: str, path: str | Path, filters: Filters | None = None, *, seconds: float = SECONDS_MAX) -> list[Row]:
    """The rows of a question (a key of QUESTIONS) that pass the filters, from the visible version of each article.

    Raises InputError on an index, province, body, document or sort column that does not exist and on an answer that
    takes longer than ``seconds``, StoreError on an unusable database.
    """
    wanted = filters or Filters()
    with source(Path(path), kind, wanted, seconds) as db:
        return ask(db, kind, wanted)


def ask(db: Database, kind: str, filters: Filters) -> list[Row]:
    """As ``query``, over an open connection."""
    question = QUESTIONS[kind]
    words_in_sql(db.conn)
    where = _Where()
    for add in (_by_index, _by_province, _by_words, _by_links, _by_text, _by_time):
        add(db, question, filters, where)
    columns = ", ".join(f'{question.sql(column)} AS "{column}"' for column in question.columns)
    order = _order(kind, question, filters.sort or question.order)
    sql = f"SELECT {columns} FROM {question.source} WHERE {where.sql()} ORDER BY {order}"  # noqa: S608 (ours)
    if filters.limit is not None:  # without one SQLite sorts in a quicker way
        sql += f" LIMIT {int(filters.limit)}"
    names = tuple(question.columns)
    rows = [dict(zip(names, row, strict=True)) for row in db.conn.execute(sql, where.values)]
    for name in LISTS.intersection(names):
        for row in rows:
            row[name] = [] if row[name] == "[]" else json.loads(row[name])
    return rows


def words_in_sql(connection: sqlite3.Connection) -> None:
    """Lets SQL ask for words: ``plain(text)`` without accents and case, ``has_words(text, words)``, ``begins_with``.

    ``unpadded(text)`` has no noughts in front of its numbers: 05/2020 is the same document as 5/2020.
    """
    connection.create_function("plain", 1, _plain, deterministic=True)
    connection.create_function("has_words", 2, _has_words, deterministic=True)
    connection.create_function("begins_with", 2, begins, deterministic=True)
    connection.create_function("unpadded", 1, unpadded, deterministic=True)


@contextmanager
def source(path: Path, kind: str | None, filters: Filters | None, seconds: float = SECONDS_MAX) -> Iterator[Database]:
    """A connection to the database at ``path``, or to what ``kind`` needs of the Parquet files in the folder there."""
    if not path.is_dir():
        with reading(path, seconds) as db:
            yield db
        return
    wanted = filters or Filters()
    if wanted.text:
        raise InputError(f"{path}: Parquet files hold no texts to look for words in")
    question = QUESTIONS.get(kind or "")
    narrowed = question is not None and question.index
    indices = _indices(parquet.index_names(path), wanted.index) if narrowed and wanted.index else set()
    years = wanted.years if question is not None and question.year else None
    if kind in ("issues", "health"):
        raise InputError(f"{path}: Parquet files tell nothing of crawls")
    linked = bool(wanted.to or wanted.issuer or wanted.cites)
    with parquet.loaded(path, kind, indices=indices, years=years, linked=linked) as db:
        late = limit_time(db, seconds)
        with _in_time(path, seconds, late):
            yield db


@contextmanager
def reading(path: Path, seconds: float = SECONDS_MAX) -> Iterator[Database]:
    """A read-only connection on which nothing takes longer than ``seconds``. Raises as ``query`` does."""
    db = open_readonly(path)
    late = limit_time(db, seconds)
    try:
        with _in_time(path, seconds, late), explained(path):
            yield db
    finally:
        db.close()


@contextmanager
def _in_time(path: Path, seconds: float, late: Callable[[], bool]) -> Iterator[None]:
    try:
        yield
    except (StoreError, sqlite3.Error) as error:
        if late():
            raise InputError(f"{path}: no answer within {seconds:g} s; ask for less, or set a limit") from error
        raise


def limit_time(db: Database, seconds: float) -> Callable[[], bool]:
    """Ends whatever a connection does after ``seconds``; gives whether that time is over."""
    end = time.monotonic() + seconds

    def late() -> bool:
        return time.monotonic() > end

    db.conn.set_progress_handler(late, _STEPS)
    return late


def stored_provinces(path: str | Path, wanted: Sequence[str]) -> list[str]:
    """The stored articles' provinces that a user means. Raises InputError on a name that nobody knows."""
    with reading(Path(path)) as db:
        stored = distinct(db, "articles", "province")
    return _meant(stored, stored, wanted)


def _meant(stored: Iterable[str], known: Iterable[str], wanted: Sequence[str]) -> list[str]:
    vocabulary = province_vocabulary(known)
    names = named_places(vocabulary, wanted)
    # A broken rule file is for `govscrape rules check` to tell; stored records can be read without it.
    with suppress(RuleError):
        names = load_crosswalk().same_place(names)
    return [text for text in stored if vocabulary.find(text) & names]


def _by_index(db: Database, question: Question, filters: Filters, where: _Where) -> None:
    if not (question.subject and filters.province):
        _measured(db, question.index, question.year, filters, where)
    if question.status and filters.status:
        where.add(f"{question.status} = ?", filters.status)


def _measured(db: Database, index: str | None, year: str | None, filters: Filters, where: _Where) -> None:
    if index and filters.index:
        where.one_of(index, _indices(db.conn.execute("SELECT * FROM index_names"), filters.index))
    if year and filters.years:
        where.add(f"{year} BETWEEN ? AND ?", *filters.years)


def _indices(names: Iterable[tuple[str, str | None]], wanted: Sequence[str]) -> set[str]:
    """The codes that a user means, by the rules' names and by those that articles give them."""
    stored: dict[str, list[str]] = {}
    for code, text in names:
        stored.setdefault(code, []).extend([text] if text else [])
    vocabulary = index_vocabulary(stored)
    return set().union(*(vocabulary.resolve(text) for text in wanted))


def _by_province(db: Database, question: Question, filters: Filters, where: _Where) -> None:
    if not (question.province and filters.province):
        return
    of_articles = distinct(db, "articles", "province")
    of_subjects = distinct(db, "index_results", "subject", "subject_level = 'province'")
    known = {*of_articles, *of_subjects}
    if not question.subject:
        where.one_of(question.province, _meant(known, known, filters.province))
        return
    own, others = _Where(["x.subject_level = 'province'"]), _Where([f"x.subject IS NULL OR {_BELOW_PROVINCE}"])
    own.one_of("x.subject", _meant(of_subjects, known, filters.province))
    others.one_of("b.province", _meant(of_articles, known, filters.province))
    _measured(db, 'x."index"', "x.year", filters, own)
    _measured(db, '+x."index"', "x.year", filters, others)  # the sign: not by the index's results everywhere
    of_others = "articles AS b CROSS JOIN index_results AS x ON x.version_id = b.current_version_id"
    where.add(
        f"r.id IN (SELECT x.id FROM index_results AS x WHERE {own.sql()}"  # noqa: S608 (our own SQL)
        f" UNION ALL SELECT x.id FROM {of_others} WHERE {others.sql()})",
        *own.values,
        *others.values,
    )


def _by_words(db: Database, question: Question, filters: Filters, where: _Where) -> None:
    for name, expressions in question.words.items():
        wanted = getattr(filters, name)
        either = " OR ".join(f"has_words({expression}, ?)" for expression in expressions)
        if wanted and name == "name" and question.folded:
            keys = keys_of(wanted)
            values = [like(wanted), *[wanted] * len(expressions), *keys]
            where.add(f"{question.folded} AND ({either})" + ' OR r."key" LIKE ?' * len(keys), *values)
        elif wanted and name == "name":
            where.one_of(expressions[0], people_like(db, wanted, issuers="directive" in question.source))
        elif wanted:
            where.add(either, *[wanted] * len(expressions))
    if question.titles and filters.title:
        told = f"EXISTS (SELECT 1 FROM json_each({question.titles}) AS t WHERE has_words(t.value, ?))"  # noqa: S608 (ours)
        where.add(told, filters.title)


def _by_links(db: Database, question: Question, filters: Filters, where: _Where) -> None:
    if question.cites and filters.cites:
        documents = documents_like(db, filters.cites)
        if not documents:
            raise InputError(f"no document like {filters.cites!r}; see `govscrape query documents --name`")
        where.add(question.cites, json.dumps(documents))
    if question.to and filters.to:
        found = bodies_like(db, filters.to)
        if not found:
            raise InputError(f"no body like {filters.to!r}; see `govscrape query organisations --name`")
        many = filters.limit is not None and sum(told for _, told, _ in found) > _MANY
        where.add(TELLS_MANY if many else TELLS_FEW, json.dumps([body for body, _, _ in found]))
    if question.issuer and filters.issuer:
        found, people = bodies_like(db, filters.issuer), people_like(db, filters.issuer, issuers=True)
        if not found and not people:
            raise InputError(f"nobody like {filters.issuer!r} told anybody to do anything")
        many = filters.limit is not None and sum(issued for _, _, issued in found) > _MANY
        given = json.dumps([body for body, _, _ in found]), json.dumps(people)
        where.add(GIVEN_MANY if many else GIVEN_FEW, *given)


def _by_text(_db: Database, question: Question, filters: Filters, where: _Where) -> None:
    if not (question.version and filters.text):
        return
    words = plain(filters.text)
    if not words:
        raise InputError(f"nothing to look for in {filters.text!r}")
    found = "SELECT rowid FROM article_search WHERE article_search MATCH ?"
    where.add(f"{question.version} IN ({found})", f'"{words}"')
    if words != " ".join(filters.text.lower().split()):
        texts = "coalesce(v.title, '') || char(10) || coalesce(v.summary, '') || char(10) || v.body"
        exact = f"SELECT 1 FROM article_versions AS v WHERE v.id = {question.version} AND has_words({texts}, ?)"  # noqa: S608 (ours)
        where.add(f"EXISTS ({exact})", filters.text)


def _by_time(_db: Database, question: Question, filters: Filters, where: _Where) -> None:
    if question.day and filters.since:
        where.add(f"{question.day} >= ?", filters.since.isoformat())
    if question.day and filters.until:
        where.add(f"substr({question.day}, 1, 10) <= ?", filters.until.isoformat())
    if question.on and filters.on:
        where.add(f"? BETWEEN {question.on[0]} AND {question.on[1]}", filters.on.isoformat())


def _order(kind: str, question: Question, sort: str) -> str:
    terms = []
    for part in sort.split(","):
        column, descending = part.strip().lstrip("-"), part.strip().startswith("-")
        if column not in question.columns:
            raise InputError(f"cannot sort {kind} by {column!r}; columns: {', '.join(question.columns)}")
        value = question.sql(column)
        key = f"plain({value})" if column in AS_WORDS else value
        terms.append(f"{key} DESC" if descending else f"{key} NULLS LAST")
    return ", ".join([*terms, question.ties] if question.ties else terms)


@lru_cache(100_000)
def _plain(text: str | None) -> str | None:
    return None if text is None else plain(str(text))


def _has_words(text: str | None, wanted: str) -> bool:
    return contains(text, wanted) if text is None or len(text) > _SHORT else _short_has_words(text, wanted)


@lru_cache(100_000)
def _short_has_words(text: str, wanted: str) -> bool:
    return contains(text, wanted)


COLUMNS: Mapping[str, tuple[str, ...]] = {kind: tuple(question.columns) for kind, question in QUESTIONS.items()}
"""What each question answers, in this order. ``corrected`` names the slots whose values people put right."""

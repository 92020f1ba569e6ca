"""A release of the dataset: tables, codebook, checksums and how to cite it; the same bytes when made again.

The articles' texts are the portals' and not ours to license: no format carries them unless ``texts`` asks for it, and
then only the SQLite file does. Each record keeps the words that say so, with their address.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from govscrape.dataset.codebook import LANGUAGES, Codebook, Coverage, Table, load_codebook
from govscrape.dataset.geography import load_crosswalk
from govscrape.dataset.package import CITED, DATABASE, citation, datapackage, sha256
from govscrape.dataset.pages import of_samples
from govscrape.dataset.questions import RECORD_KINDS, corrected
from govscrape.dataset.writers import ROWS_OF_A_SHEET, TABLE_FILES, WORKBOOK, Columns, TableFile, Workbook
from govscrape.errors import InputError, StoreError
from govscrape.store import Database, explained, open_readonly
from govscrape.store.snapshot import drop_texts, snapshot

FORMATS = ("csv", "jsonl", "parquet", "xlsx", "sqlite")
SUMS = "SHA256SUMS"
_CHUNK = 2000
_OF_ARTICLE = {"province": "a.province", "published_at": "a.published_at", "url": "a.url"}
_RENAMED = {"evidence": "r.evidence_text"}
# When an issue was seen last, and how often, changes with every crawl: a release would not be the same again.
_SOURCES = {
    "articles": "current_articles",
    "issues": """(
        SELECT portal, code, message, "where", NULL AS url, first_seen_at FROM issues
        UNION ALL
        SELECT a.portal, i.code, i.message, i."where", a.url, v.fetched_at
        FROM article_issues AS i JOIN articles AS a ON a.current_version_id = i.version_id
        JOIN article_versions AS v ON v.id = i.version_id
    )""",
}


def export(
    path: str | Path,
    folder: str | Path,
    *,
    formats: Sequence[str] = ("csv", "jsonl"),
    as_of: date | None = None,
    texts: bool = False,
) -> dict[str, int]:
    """Writes a release of the database at ``path`` into ``folder`` and gives the rows of each table.

    ``as_of`` takes the texts fetched by the end of that day; ``texts`` leaves the articles' texts in the SQLite file.
    Everything is written beside the folder first, so that a failure leaves the old release. Raises InputError on a
    format that does not exist, a library that is missing or a folder with other files, StoreError on an unusable
    database or a folder that cannot be written.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise InputError(f"no such format: {', '.join(unknown) or 'none given'}; there are {', '.join(FORMATS)}")
    target = Path(folder)
    old = _old_files(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as made:
            rows = _write(Path(path), Path(made), formats, as_of, texts)
            _replace(target, Path(made), old)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written ({error.strerror or error})") from error
    return rows


def _write(path: Path, folder: Path, formats: Sequence[str], as_of: date | None, texts: bool) -> dict[str, int]:
    codebook = load_codebook()
    kept = folder / DATABASE
    keeps = "sqlite" in formats
    with snapshot(path, kept, as_of=as_of) if as_of or keeps else _reading(path) as db:
        day = as_of.isoformat() if as_of else _newest_day(db)
        samples = of_samples(db)
        coverage = _write_tables(codebook, db, folder, formats, day)
        if keeps and not texts:
            drop_texts(db)
    if not keeps:
        kept.unlink(missing_ok=True)
    for language in LANGUAGES:
        _write_text(folder / f"codebook.{language}.md", codebook.markdown(language, coverage))
    _write_text(folder / CITED, citation(codebook, day, samples=samples))
    _write_text(folder / "datapackage.json", datapackage(codebook, folder, day, samples=samples))
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    sums = "".join(f"{sha256(file)}  {file.relative_to(folder).as_posix()}\n" for file in files)
    _write_text(folder / SUMS, sums)
    return {name: seen.rows for name, seen in coverage.items()}


@contextmanager
def _reading(path: Path) -> Iterator[Database]:
    """The database as one moment shows it, whatever is written meanwhile."""
    db = open_readonly(path)
    try:
        with explained(path):
            db.conn.execute("BEGIN")
            yield db
    finally:
        db.close()


def _write_tables(
    codebook: Codebook, db: Database, folder: Path, formats: Sequence[str], day: str
) -> dict[str, Coverage]:
    coverage: dict[str, Coverage] = {}
    (folder / "data").mkdir()
    with ExitStack() as stack:
        book = stack.enter_context(Workbook(folder / WORKBOOK, day)) if "xlsx" in formats else None
        if book:
            book.about(_sheets(codebook, db))
        for table in codebook.tables:
            with ExitStack() as files:
                writers: list[TableFile] = [
                    files.enter_context(TABLE_FILES[form](folder / "data" / f"{table.name}.{form}", table))
                    for form in sorted(set(formats) & set(TABLE_FILES))
                ]
                if book and _rows_of(db, table) <= ROWS_OF_A_SHEET:
                    writers.append(book.table(table))
                coverage[table.name] = _copy(_columns(db, table), table, writers)
    if not any((folder / "data").iterdir()):
        (folder / "data").rmdir()
    return coverage


def _copy(chunks: Iterable[Columns], table: Table, writers: Sequence[TableFile]) -> Coverage:
    seen = Coverage()
    names = [variable.name for variable in table.variables]
    for columns in chunks:
        seen.add(names, columns)
        for writer in writers:
            writer.write(columns)
    return seen


def _sheets(codebook: Codebook, db: Database) -> Iterator[tuple[str, str]]:
    yield "govscrape", codebook.title["en"]
    for table in codebook.tables:
        rows = _rows_of(db, table)
        left_out = (
            f" Not in this workbook: {rows} rows; read the CSV or Parquet file." if rows > ROWS_OF_A_SHEET else ""
        )
        yield table.name, f"{table.meaning['en']}{left_out}"


def _rows_of(db: Database, table: Table) -> int:
    if table.source == "crosswalk":
        return sum(1 for _ in _crosswalk(table))
    counted = {"articles": "articles", "records": _of_visible(table)}.get(table.source) or _source(table)
    return int(db.conn.execute(f"SELECT count(*) FROM {counted}").fetchone()[0])  # noqa: S608 (our names)


def _columns(db: Database, table: Table) -> Iterator[Columns]:
    """The rows of a table, a chunk at a time, column by column; lists as lists."""
    names = [variable.name for variable in table.variables]
    lists = [at for at, variable in enumerate(table.variables) if variable.type == "list"]
    rows = _crosswalk(table) if table.source == "crosswalk" else iter(db.conn.execute(_select(db, table, names)))
    while chunk := list(islice(rows, _CHUNK)):
        columns: list[Sequence[Any]] = list(zip(*chunk, strict=True))
        for at in lists:
            columns[at] = [[] if cell == "[]" else json.loads(cell) for cell in columns[at]]
        yield columns


def _select(db: Database, table: Table, names: Sequence[str]) -> str:
    if table.source == "records":
        known = {**_OF_ARTICLE, **_RENAMED, "corrected": _corrected(db, table)}
        columns = ", ".join(known.get(name) or f'r."{name}"' for name in names)
        return f"SELECT {columns} FROM {_of_visible(table)} ORDER BY a.url, r.position"  # noqa: S608 (codebook's names)
    columns = ", ".join(f'"{name}"' for name in names)
    order = "url" if table.source == "articles" else columns
    return f"SELECT {columns} FROM {_source(table)} ORDER BY {order}"  # noqa: S608 (names of the codebook)


def _source(table: Table) -> str:
    return _SOURCES.get(table.name, table.name)


def _corrected(db: Database, table: Table) -> str:
    any_is = db.conn.execute("SELECT EXISTS (SELECT 1 FROM applied_corrections)").fetchone()[0]
    return corrected(RECORD_KINDS[table.name]) if any_is else "'[]'"


def _of_visible(table: Table) -> str:
    return f"{table.name} AS r JOIN articles AS a ON a.current_version_id = r.version_id"


def _crosswalk(table: Table) -> Iterator[tuple[Any, ...]]:
    for row in load_crosswalk().rows():
        yield tuple(row[variable.name] for variable in table.variables)


def _newest_day(db: Database) -> str:
    newest = db.conn.execute("SELECT max(fetched_at) FROM articles").fetchone()[0]
    return str(newest)[:10] if newest else ""


def _old_files(folder: Path) -> list[str]:
    """The files of the release that the folder holds; none for an empty or missing folder."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder")
    if not any(folder.iterdir()):
        return []
    sums = folder / SUMS
    if not sums.is_file():
        raise InputError(f"{folder}: holds other files and no {SUMS} of a release; name a new or empty folder")
    return [line.partition("  ")[2] for line in sums.read_text(encoding="utf-8").splitlines()]


def _replace(folder: Path, made: Path, old: Iterable[str]) -> None:
    for name in (*old, SUMS):
        file = folder / name
        if name and file.resolve().is_relative_to(folder.resolve()):
            file.unlink(missing_ok=True)
    for file in sorted(path for path in made.rglob("*") if path.is_file()):
        target = folder / file.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, target)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def describe(rows: Mapping[str, int]) -> str:
    """How many rows each table has, in words."""
    return ", ".join(f"{count} {name}" for name, count in rows.items())

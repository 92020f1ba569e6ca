"""A release of the dataset: tables, codebook, checksums and how to cite it; the same bytes when made again."""

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from govscrape.dataset.codebook import LANGUAGES, Codebook, Coverage, Table, load_codebook
from govscrape.dataset.geography import load_crosswalk
from govscrape.errors import InputError, StoreError
from govscrape.store import Database
from govscrape.store.snapshot import snapshot
from govscrape.text.cells import safe_for_spreadsheet

Row = dict[str, Any]

FORMATS = ("csv", "jsonl", "sqlite")
SUMS = "SHA256SUMS"
_DATABASE = "govscrape.db"
_LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}
_OF_ARTICLE = {"province": "a.province", "published_at": "a.published_at", "url": "a.url"}
_RENAMED = {"evidence": "r.evidence_text"}
_KEYS = {"articles": "url"}


def export(
    path: str | Path,
    folder: str | Path,
    *,
    formats: Sequence[str] = ("csv", "jsonl"),
    as_of: date | None = None,
) -> dict[str, int]:
    """Writes a release of the database at ``path`` into ``folder`` and gives the rows of each table.

    ``as_of`` takes the texts fetched by the end of that day. Everything is written beside the folder first, so that a
    failure leaves the old release. Raises InputError on a format that does not exist or a folder with other files,
    StoreError on an unusable database or a folder that cannot be written.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise InputError(f"no such format: {', '.join(unknown) or 'none given'}; there are {', '.join(FORMATS)}")
    target = Path(folder)
    old = _old_files(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as made:
            rows = _write(Path(path), Path(made), formats, as_of)
            _replace(target, Path(made), old)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written ({error.strerror or error})") from error
    return rows


def _write(path: Path, folder: Path, formats: Sequence[str], as_of: date | None) -> dict[str, int]:
    codebook = load_codebook()
    coverage: dict[str, Coverage] = {}
    kept = folder / _DATABASE
    with snapshot(path, kept, as_of=as_of) as db:
        day = as_of.isoformat() if as_of else _newest_day(db)
        for table in codebook.tables:
            coverage[table.name] = _write_table(table, _rows(db, table), folder, formats)
    if "sqlite" not in formats:
        kept.unlink()
    for language in LANGUAGES:
        _write_text(folder / f"codebook.{language}.md", codebook.markdown(language, coverage))
    _write_text(folder / "CITATION.cff", _citation(codebook, day))
    _write_text(folder / "datapackage.json", _datapackage(codebook, folder, day))
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    sums = "".join(f"{_sha256(file)}  {file.relative_to(folder).as_posix()}\n" for file in files)
    _write_text(folder / SUMS, sums)
    return {name: seen.rows for name, seen in coverage.items()}


def _rows(db: Database, table: Table) -> Iterator[Row]:
    lists = {variable.name for variable in table.variables if variable.type == "list"}
    if table.source == "crosswalk":
        yield from _crosswalk()
        return
    names = [variable.name for variable in table.variables]
    for cells in db.conn.execute(_select(table, names)):
        row = dict(zip(names, cells, strict=True))
        yield row | {name: json.loads(row[name]) for name in lists}


def _select(table: Table, names: Sequence[str]) -> str:
    if table.source == "records":
        columns = ", ".join(_OF_ARTICLE.get(name) or _RENAMED.get(name) or f'r."{name}"' for name in names)
        joined = f"{table.name} AS r JOIN current_articles AS a ON a.version_id = r.version_id"
        return f"SELECT {columns} FROM {joined} ORDER BY a.url, r.position"  # noqa: S608 (names of the codebook)
    source = "current_articles" if table.source == "articles" else table.name
    columns = ", ".join(f'"{name}"' for name in names)
    order = "url" if table.source == "articles" else columns
    return f"SELECT {columns} FROM {source} ORDER BY {order}"  # noqa: S608 (names of the codebook)


def _crosswalk() -> Iterator[Row]:
    pairs = [(part, unit) for unit in load_crosswalk().units for part in unit.parts]
    for old, unit in sorted(pairs, key=lambda pair: pair[0].code):
        new = {"code_34": unit.code, "name_34": unit.name, "name_34_en": unit.name_en}
        yield {"code_63": old.code, "name_63": old.name, **new}


def _write_table(table: Table, rows: Iterable[Row], folder: Path, formats: Sequence[str]) -> Coverage:
    names = [variable.name for variable in table.variables]
    seen = Coverage()
    with ExitStack() as stack:
        files: dict[str, TextIO] = {}
        for form in sorted(set(formats) & {"csv", "jsonl"}):
            file = folder / "data" / f"{table.name}.{form}"
            file.parent.mkdir(exist_ok=True)
            files[form] = stack.enter_context(file.open("w", encoding="utf-8", newline=""))
        writer = csv.writer(files["csv"], lineterminator="\n") if "csv" in files else None
        if writer:
            writer.writerow(names)
        for row in rows:
            seen.add(row)
            if writer:
                writer.writerow([safe_for_spreadsheet(row[name]) for name in names])
            if "jsonl" in files:
                files["jsonl"].write(json.dumps(row, ensure_ascii=False) + "\n")
    return seen


def _datapackage(codebook: Codebook, folder: Path, day: str) -> str:
    resources = [
        _resource(table, folder / "data" / f"{table.name}.{form}", folder)
        for table in codebook.tables
        for form in ("csv", "jsonl")
    ]
    package: dict[str, Any] = {
        "name": "govscrape",
        "title": codebook.title["en"],
        "description": "Each record carries the words that say so and their address; see codebook.en.md.",
        "version": day,
        "profile": "data-package",
        "licenses": [_LICENCE],
        "resources": [resource for resource in resources if resource],
    }
    database = folder / _DATABASE
    if database.exists():
        package["resources"].append({"name": "database", "format": "sqlite", **_file(database, folder)})
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(table: Table, file: Path, folder: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    about: dict[str, Any] = {"title": table.meaning["en"], **_file(file, folder)}
    if file.suffix == ".jsonl":
        return {"name": f"{table.name}-jsonl".replace("_", "-"), "format": "jsonl", **about}
    schema: dict[str, Any] = {"fields": [variable.as_field() for variable in table.variables], "missingValues": [""]}
    if table.name in _KEYS:
        schema["primaryKey"] = [_KEYS[table.name]]
    elif table.source == "records":
        schema["foreignKeys"] = [{"fields": ["url"], "reference": {"resource": "articles", "fields": ["url"]}}]
    name = table.name.replace("_", "-")
    return {
        "name": name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        **about,
        "schema": schema,
    }


def _file(file: Path, folder: Path) -> dict[str, Any]:
    path = file.relative_to(folder).as_posix()
    return {"path": path, "bytes": file.stat().st_size, "hash": f"sha256:{_sha256(file)}"}


def _citation(codebook: Codebook, day: str) -> str:
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite this dataset by its version, and a single result also by the address of its article.",
        "type: dataset",
        f"title: {json.dumps(codebook.title['en'], ensure_ascii=False)}",
        "authors:",
        "  - name: govscrape contributors",
        f'version: "{day}"',
        f"date-released: {day}" if day else "",
        f"license: {_LICENCE['name']}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _newest_day(db: Database) -> str:
    newest = db.conn.execute("SELECT max(fetched_at) FROM current_articles").fetchone()[0]
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


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def describe(rows: Mapping[str, int]) -> str:
    """How many rows each table has, in words."""
    return ", ".join(f"{count} {name}" for name, count in rows.items())

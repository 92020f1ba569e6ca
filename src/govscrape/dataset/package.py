"""What a release says of itself: a Data Package (datapackage.json), and how to cite it (CITATION.cff)."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govscrape.dataset.codebook import Codebook, Table
from govscrape.dataset.writers import WORKBOOK

CITED = "CITATION.cff"
DATABASE = "govscrape.db"
SAMPLES = "Sample data: people and remarks are invented."
_DESCRIPTION = "Each record carries the words that say so and their address; see codebook.en.md."
_LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}
_KEYS = {"articles": "url", "organisations": "key", "legal_documents": "key"}
_OF_ARTICLE = ("url", "articles", "url")
_FOREIGN = {
    "organisation_roles": (("organisation", "organisations", "key"), _OF_ARTICLE),
    "document_citations": (("document", "legal_documents", "key"), _OF_ARTICLE),
}
# Readers that take every table for one of theirs would need a library for each format: only CSV is offered as such.
_PLAIN = {
    "jsonl": {"type": "file", "format": "jsonl", "mediatype": "application/x-ndjson", "encoding": "utf-8"},
    "parquet": {"type": "file", "format": "parquet", "mediatype": "application/vnd.apache.parquet"},
}
_WHOLE = {
    WORKBOOK: {
        "name": "workbook",
        "title": "The tables as sheets of a workbook",
        "type": "file",
        "format": "xlsx",
        "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    DATABASE: {
        "name": "database",
        "title": "The tables and views as an SQLite database",
        "type": "file",
        "format": "sqlite",
        "mediatype": "application/vnd.sqlite3",
    },
}


def datapackage(codebook: Codebook, folder: Path, day: str, *, samples: bool) -> str:
    """The Data Package (v1) of the files in ``folder``; only CSV tables are tabular resources with a schema."""
    package: dict[str, Any] = {
        "name": "govscrape",
        "title": codebook.title["en"],
        "description": f"{f'{SAMPLES} ' if samples else ''}{_DESCRIPTION}",
        "version": day,
        "profile": "data-package",
        "licenses": [_LICENCE],
        "resources": list(_resources(codebook, folder)),
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def citation(codebook: Codebook, day: str, *, samples: bool) -> str:
    """The release's CITATION.cff; its version and date are the day of the newest article."""
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite this dataset by its version, and a single result also by the address of its article.",
        "type: dataset",
        f"title: {json.dumps(codebook.title['en'], ensure_ascii=False)}",
        *([f"abstract: {json.dumps(SAMPLES)}"] if samples else []),
        "authors:",
        "  - name: govscrape contributors",
        f'version: "{day}"',
        f"date-released: {day}" if day else "",
        f"license: {_LICENCE['name']}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def sha256(path: Path) -> str:
    """The digest of a file's bytes (hex)."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _resources(codebook: Codebook, folder: Path) -> Iterator[dict[str, Any]]:
    for table in codebook.tables:
        name = table.name.replace("_", "-")
        for form in ("csv", *_PLAIN):
            file = folder / "data" / f"{table.name}.{form}"
            if file.exists() and form == "csv":
                yield _tabular(name, table, _file(file, folder))
            elif file.exists():
                yield {"name": f"{name}-{form}", "title": table.meaning["en"], **_PLAIN[form], **_file(file, folder)}
    for file_name, about in _WHOLE.items():
        if (folder / file_name).exists():
            yield {**about, **_file(folder / file_name, folder)}


def _tabular(name: str, table: Table, file: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [variable.as_field() for variable in table.variables], "missingValues": [""]}
    if table.name in _KEYS:
        schema["primaryKey"] = [_KEYS[table.name]]
    foreign = (_OF_ARTICLE,) if table.source == "records" else _FOREIGN.get(table.name, ())
    if foreign:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": other.replace("_", "-"), "fields": [key]}}
            for name, other, key in foreign
        ]
    return {
        "name": name,
        "title": table.meaning["en"],
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **file,
        "schema": schema,
    }


def _file(file: Path, folder: Path) -> dict[str, Any]:
    path = file.relative_to(folder).as_posix()
    return {"path": path, "bytes": file.stat().st_size, "hash": f"sha256:{sha256(file)}"}

"""Records as rows of the release's tables, written as Parquet: names, order and meaning are the codebook's."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyarrow as pa

from govscrape.dataset.codebook import Table, load_codebook
from govscrape.models.page import Page
from govscrape.models.records import Extraction, Record

_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
    "list": pa.list_(pa.string()),
}
_RECORDS = {
    "index_results": "indices",
    "officials": "officials",
    "directives": "directives",
    "legal_refs": "legal_refs",
}
_OF_EVIDENCE = {"evidence": "text", "evidence_start": "start", "evidence_end": "end"}
Row = dict[str, Any]


@cache
def tables() -> Mapping[str, Table]:
    """The tables that an extraction fills, by name. Raises RuleError on a broken codebook."""
    return {table.name: table for table in load_codebook().tables if table.name in {"articles", *_RECORDS}}


@cache
def schema(name: str) -> pa.Schema:
    """The columns of a table."""
    return pa.schema([(variable.name, _TYPES[variable.type]) for variable in tables()[name].variables])


def rows(page: Page, found: Extraction, versions: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
    """Each row of one page with its table; ``versions`` holds ruleset_version and code_version."""
    article = found.article
    url = article.canonical_url or article.url or page.url
    seen = _utc(page.fetched_at)
    shared = {"url": url, "province": article.province, "published_at": _utc(article.published_at)}
    yield (
        "articles",
        {
            **{name: getattr(article, name) for name in ("portal", "title", "section", "author")},
            **shared,
            "fetched_at": seen,
            "first_seen_at": seen,
            "withdrawn_at": None,
            "version": 1,
        },
    )
    for table, field in _RECORDS.items():
        for record in getattr(found, field):
            yield table, {**_record_row(table, record), **shared, **versions}


def _record_row(table: str, record: Record) -> Row:
    out: Row = {}
    for variable in tables()[table].variables:
        if variable.name in _OF_EVIDENCE:
            out[variable.name] = getattr(record.evidence, _OF_EVIDENCE[variable.name])
        elif variable.name in type(record).model_fields:
            out[variable.name] = getattr(record, variable.name)
    return out


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)

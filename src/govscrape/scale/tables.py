"""Records as rows of the release's tables, written as Parquet: names, order and meaning are the codebook's."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from govscrape.dataset.arrow import schema, tables
from govscrape.models.page import Page
from govscrape.models.records import Extraction, Record

__all__ = ["TABLES", "Row", "rows", "schema"]

_RECORDS = {
    "index_results": "indices",
    "officials": "officials",
    "directives": "directives",
    "legal_refs": "legal_refs",
}
TABLES = ("articles", *_RECORDS)
_OF_EVIDENCE = {"evidence": "text", "evidence_start": "start", "evidence_end": "end"}
Row = dict[str, Any]


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
        elif variable.name == "corrected":
            out[variable.name] = []
    return out


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)

"""The release's tables as Arrow: one schema for Parquet, whoever writes it. Libraries come with the extra `export`."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from govscrape.dataset.codebook import Table, load_codebook

_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
    "list": pa.list_(pa.string()),
}
"""Arrow type of each kind of variable of the codebook."""


@cache
def tables() -> Mapping[str, Table]:
    """The release's tables by name. Raises RuleError on a broken codebook."""
    return {table.name: table for table in load_codebook().tables}


@cache
def schema(name: str) -> pa.Schema:
    """The columns of a table."""
    return pa.schema([(variable.name, _TYPES[variable.type]) for variable in tables()[name].variables])


def batch(name: str, columns: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Columns of cells as the database holds them; days and times are ISO 8601 texts, lists are lists."""
    found = schema(name)
    arrays = [_array(values, field.type) for values, field in zip(columns, found, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=found)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)

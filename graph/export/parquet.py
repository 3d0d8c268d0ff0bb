"""A table as Parquet, typed, for DuckDB, R, Spark or pandas."""

from __future__ import annotations

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from droitcommun import __version__
from droitcommun.graph.catalogue import Column, Table

_TYPES = {
    "integer": pa.int64(),
    "gYear": pa.int32(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def to_parquet(table: Table) -> bytes:
    """Return the rows as one Parquet file: codes and texts are strings, decimals are float64, unknown is null.

    Each field carries its unit and its description; the file says its question, its contract and its warnings
    (fictitious data among them). A float64 holds cents exactly up to 90 000 billion euros.
    """
    arrays = [pa.array([_value(row[c.name]) for row in table.rows], _type(c)) for c in table.query.columns]
    meta = {
        "titre": table.query.title,
        "contrat": table.contrat,
        "parametres": ", ".join(f"{name}={value}" for name, value in table.parameters.items()),
        "avertissements": " ".join(table.warnings),
        "programme": f"droitcommun {__version__}",
    }
    schema = pa.schema([_field(c) for c in table.query.columns], metadata=meta)
    target = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), target, compression="zstd")
    return target.getvalue()


def _type(column: Column) -> pa.DataType:
    return _TYPES.get(column.type, pa.string())


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, _type(column), metadata={"unite": column.unit, "description": column.description})


def _value(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value

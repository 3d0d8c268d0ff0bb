"""Tables of the catalogue as typed pandas DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from droitcommun.graph.catalogue import Column, Table
from droitcommun.graph.store import Store

_TYPES = {
    "integer": "Int64",
    "gYear": "Int64",
    "decimal": "Float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "text": "string",
    "iri": "string",
}
_ORDRES = "SELECT ?chose ?ordre { ?chose skos:notation ?code ; cdv:ordre ?ordre }"
Orders = Mapping[str, Mapping[str, int]]


def to_frame(table: Table, ordres: Orders) -> pd.DataFrame:
    """Return *table* as a DataFrame.

    integer and year: Int64; decimal: Float64 (EUR exact to the cent up to 90 000 billion); boolean: boolean; date:
    datetime64; text: string; code: category, ordered when one list of *ordres* ranks
    every code (see read_orders). Unknown is <NA>, never 0.
    attrs: titre, contrat, parametres, unites (by column), descriptions (by column), avertissements.
    """
    frame = pd.DataFrame({c.name: _series(c, [row[c.name] for row in table.rows], ordres) for c in table.query.columns})
    frame.attrs = {
        "titre": table.query.title,
        "contrat": table.contrat,
        "parametres": dict(table.parameters),
        "unites": {c.name: c.unit for c in table.query.columns if c.unit},
        "descriptions": {c.name: c.description for c in table.query.columns},
        "avertissements": list(table.warnings),
    }
    return frame


def _series(column: Column, values: Sequence[object], ordres: Orders) -> Any:
    if column.type == "code":
        codes = sorted({str(v) for v in values if v is not None})
        ranks = _ranks(column.name.replace("_", "-"), codes, ordres)
        if ranks:
            codes.sort(key=lambda code: (ranks[code], code))
        kind = pd.CategoricalDtype(codes, ordered=bool(ranks))
        return pd.Series([None if v is None else str(v) for v in values], dtype=kind)
    plain = [float(v) if isinstance(v, Decimal) else pd.Timestamp(v) if isinstance(v, date) else v for v in values]
    return pd.Series(plain, dtype=_TYPES[column.type])


def _ranks(name: str, codes: Sequence[str], ordres: Orders) -> Mapping[str, int]:
    """Return the ranks of the list that a column takes its codes from: its name begins the list's, or the reverse."""
    kinds = sorted(k for k in ordres if k.startswith(name) or name.startswith(k))
    return next((ordres[k] for k in kinds if codes and all(code in ordres[k] for code in codes)), {})


def read_orders(store: Store) -> Orders:
    """Return the rank (cdv:ordre) of each code, by kind: a scheme of codes, or ambition, pilier … of the contract."""
    found: dict[str, dict[str, int]] = {}
    for row in store.select(_ORDRES):
        kind, code = row["chose"].value.split("/")[-2:]
        found.setdefault(kind, {})[code] = int(row["ordre"].value)
    return found

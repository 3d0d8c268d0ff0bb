"""A list that is not a question of the catalogue (dérogations, links, returns …), as a table that can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from droitcommun.graph.catalogue import Column, Query, Table


def listing(
    name: str,
    title: str,
    description: str,
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, object]],
    contrat: str,
    annee: int,
    notes: Sequence[str] = (),
) -> Table:
    """Return a Table of *rows*. A column is (name, type, what it holds); a missing value is unknown."""
    fields = tuple(Column(column, kind, "", text) for column, kind, text in columns)
    query = Query(name, title, description, "", (), fields, "")
    filled = [{field.name: row.get(field.name) for field in fields} for row in rows]
    return Table(query, contrat, {"annee": annee}, filled, tuple(notes))

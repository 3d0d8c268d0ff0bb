"""Typed reading of the rows of a catalogue table: unknown stays None, and a sum of nothing known is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

Row = Mapping[str, object]


def texte(row: Row, column: str) -> str:
    """Return a cell as text, "" when unknown."""
    value = row.get(column)
    return "" if value is None else str(value)


def entier(row: Row, column: str) -> int:
    """Return a count; a count that the query leaves out is 0 (a sum is never read this way)."""
    value = row.get(column)
    return int(str(value)) if value is not None else 0


def entier_ou_rien(row: Row, column: str) -> int | None:
    """Return a whole number, None when unknown."""
    value = row.get(column)
    return None if value is None else int(str(value))


def montant(row: Row, column: str) -> Decimal | None:
    """Return a number, None when unknown."""
    value = row.get(column)
    return None if value is None else Decimal(str(value))


def somme(rows: Iterable[Row], column: str) -> Decimal | None:
    """Return the sum of what is known, None when nothing is."""
    return total(montant(row, column) for row in rows)


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the known values, None when there is none."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None

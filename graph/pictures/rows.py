"""Typed reading of the rows of a catalogue table: unknown stays None, and a sum of nothing known is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from droitcommun.graph.langue import _

Row = Mapping[str, object]


class Masque(str):
    """What stands in a cell, or in place of a figure, that a profile hides: words to show, and never a number.

    Hidden is neither unknown (None) nor zero: products print these words.
    """

    __slots__ = ()


def texte(row: Row, column: str) -> str:
    """Return a cell as text, "" when unknown."""
    value = row.get(column)
    return "" if value is None else str(value)


def entier(row: Row, column: str) -> int:
    """Return a count; a count that the query leaves out is 0 (a sum is never read this way)."""
    value = _nu(row, column)
    return int(str(value)) if value is not None else 0


def entier_ou_rien(row: Row, column: str) -> int | None:
    """Return a whole number, None when unknown or hidden."""
    value = _nu(row, column)
    return None if value is None else int(str(value))


def montant(row: Row, column: str) -> Decimal | None:
    """Return a number, None when unknown or hidden."""
    value = _nu(row, column)
    return None if value is None else Decimal(str(value))


def masque(row: Row, column: str) -> Masque | None:
    """Return the words of a cell that the profile hides, None for any other cell."""
    value = row.get(column)
    return value if isinstance(value, Masque) else None


def _nu(row: Row, column: str) -> object:
    value = row.get(column)
    return None if isinstance(value, Masque) else value


def somme(rows: Iterable[Row], column: str) -> Decimal | None:
    """Return the sum of what is known, None when nothing is."""
    return total(montant(row, column) for row in rows)


def somme_dite(rows: Sequence[Row], column: str) -> tuple[Decimal | None, str]:
    """Return the sum of what is known and, when there is none to show, the words for it.

    A sum without what the profile hides would not be the sum: it is hidden too.
    """
    hidden = next((words for row in rows if (words := masque(row, column))), None)
    value = None if hidden else somme(rows, column)
    return value, "" if value is not None else str(hidden or _("sans information"))


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the known values, None when there is none."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None

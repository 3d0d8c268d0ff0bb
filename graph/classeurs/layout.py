"""How wide a column and how high a row must be for its text to be seen whole, in the units of a spreadsheet."""

from __future__ import annotations

import math
from collections.abc import Iterable

from droitcommun.graph.classeurs.form import Field

GUIDE_WIDTH, CODE_WIDTH = 92, 14
_WIDTHS = {
    "texte": 34,
    "entier": 13,
    "decimal": 15,
    "mesure": 15,
    "date": 14,
    "annee": 10,
    "oui-non": 13,
    "code": 24,
    "quantite": 16,
    "visa": 34,
    "contrat": 30,
}
_WIDE, _SHORT, _LABEL = 38, 10, 70
_LINE = 15


def column_width(field: Field) -> int:
    """Return the width of a column, in characters."""
    if field.kind == "libelle":
        return _LABEL
    if field.kind == "chose":
        return _SHORT if field.title == "Code" else _WIDE
    return _WIDTHS[field.kind]


def height_of(cells: Iterable[tuple[Field, object]]) -> int:
    """Return the height, in points, of a row whose every text is seen whole."""
    return max((row_height(str(value), column_width(field)) for field, value in cells), default=_LINE)


def row_height(text: str, width: int) -> int:
    """Return a row height in points that shows the whole of a wrapped text (LibreOffice does not adjust it)."""
    return _LINE * max(1, math.ceil(len(text) / (width * 0.9)))

"""What people do to a workbook: insert, move, rename, hide, copy. Addresses are those of the file as it is left."""

from __future__ import annotations

import io
from copy import copy
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from droitcommun.graph.demo.saisie import FIRST_ROW, stable_bytes


class Feuille:
    """One sheet; `header` is the row of its titles."""

    def __init__(self, page: Worksheet) -> None:
        self.page = page
        self.header = FIRST_ROW - 1

    def cell(self, row: int, titre: str) -> Cell:
        """Return the cell of a row under a title."""
        for cell in self.page[self.header]:
            if cell.value == titre:
                return self._at(row, cell.column)
        raise KeyError(titre)

    def premiere(self) -> int:
        """Return the first row of data."""
        return self.header + 1

    def ligne(self, texte: str, n: int = 1) -> int:
        """Return the *n*-th row of data that has a cell beginning with *texte*."""
        for row in range(self.premiere(), self.page.max_row + 1):
            if any(str(cell.value or "").startswith(texte) for cell in self.page[row]):
                n -= 1
                if not n:
                    return row
        raise KeyError(texte)

    def inserer_au_dessus(self, n: int, texte: str) -> None:
        """Insert *n* rows above everything, the first with a text."""
        self.page.insert_rows(1, n)
        self.page.cell(1, 2).value = texte
        self.header += n

    def inserer_blanc(self, row: int) -> None:
        """Insert a blank row."""
        self.page.insert_rows(row)

    def renommer(self, titre: str, nouveau: str) -> str:
        """Change a title and return its address."""
        cell = self.cell(self.header, titre)
        cell.value = nouveau
        return str(cell.coordinate)

    def deplacer(self, titre: str, avant: str) -> None:
        """Move a column before another, with all it holds."""
        moved, before = (int(self.cell(self.header, t).column) for t in (titre, avant))
        order = [c for c in range(1, self.page.max_column + 1) if c != moved]
        order.insert(order.index(before), moved)
        for row in range(self.header, self.page.max_row + 1):
            contents = [(self._at(row, c).value, copy(self._at(row, c)._style)) for c in order]
            for column, (value, style) in enumerate(contents, 1):
                cell = self._at(row, column)
                cell.value, cell._style = value, style

    def dupliquer(self, row: int) -> None:
        """Copy a row at the end of the data."""
        last = max(r for r in range(self.premiere(), self.page.max_row + 1) if any(c.value for c in self.page[r]))
        for cell in self.page[row]:
            self._at(last + 1, int(cell.column)).value = cell.value

    def masquer(self, row: int) -> None:
        """Hide a row."""
        self.page.row_dimensions[row].hidden = True

    def ajouter_colonne(self, titre: str, texte: str) -> str:
        """Add a column at the right with a text on the first row of data, and return the address of its title."""
        column = max(int(cell.column) for cell in self.page[self.header] if cell.value) + 1
        cell = self._at(self.header, column)
        cell.value = titre
        self._at(self.premiere(), column).value = texte
        return str(cell.coordinate)

    def _at(self, row: int, column: int) -> Cell:
        cell = self.page.cell(row, column)
        assert isinstance(cell, Cell)  # noqa: S101 - our workbooks hold no merged cell
        return cell


class Geste:
    """One workbook in somebody's hands."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._sheets: dict[str, Feuille] = {}

    def feuille(self, name: str) -> Feuille:
        """Return a sheet."""
        return self._sheets.setdefault(name, Feuille(self.book[name]))

    def ajouter_feuille(self, name: str, texte: str) -> None:
        """Add a sheet with a text."""
        self.book.create_sheet(name).cell(1, 1).value = texte

    def octets(self) -> bytes:
        """Return the workbook as it is left."""
        return stable_bytes(self.book)


def ouvrir(path: Path) -> Geste:
    """Open a workbook."""
    return Geste(load_workbook(io.BytesIO(path.read_bytes())))

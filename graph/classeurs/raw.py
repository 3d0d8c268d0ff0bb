"""What a received file holds before anything is interpreted: sheets, rows and cells with their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from droitcommun.graph.classeurs.cells import EXCEL_EPOCH, CellError
from droitcommun.graph.classeurs.form import FormName
from droitcommun.graph.classeurs.problems import Problem

CellValue = str | bool | int | float | date | datetime | time | timedelta | CellError


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell that holds something. `column` is its letter (of a JSON record, its key), `text` what it says."""

    address: str
    column: str
    value: CellValue
    text: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row that holds something; `number` is its place in the file, from 1.

    A record of a JSON file has a `pointer` (RFC 6901), by which its cells are addressed.
    """

    number: int
    cells: tuple[RawCell, ...]
    pointer: str | None = None

    def cell(self, column: str) -> RawCell | None:
        """Return the cell of a column, or None when it is empty."""
        for cell in self.cells:
            if cell.column == column:
                return cell
        return None

    def place(self, column: str) -> str:
        """Return the address of a cell of the row, filled or not."""
        return f"{column}{self.number}" if self.pointer is None else f"{self.pointer}/{column}"

    def owns(self, cell: RawCell) -> bool:
        """Tell whether a cell stands in this row; one that was merged from a row above does not."""
        return cell.address == self.place(cell.column)


@dataclass(frozen=True, order=True)
class Merge:
    """Cells merged into one: rows from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class RawSheet:
    """The rows of a sheet that hold something; rows left out are empty in the file."""

    name: str
    rows: tuple[RawRow, ...]
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True)
class Model:
    """What the hidden sheet `_modele` says: which workbook this is, and whose."""

    genre: FormName
    version: str
    contrat: str
    annee: int
    organisme: str | None
    service: str | None


@dataclass(frozen=True)
class RawClasseur:
    """A received file. `model` is None when it is not one of our workbooks; `epoch` is the origin of serial dates."""

    path: Path
    sha256: str
    model: Model | None
    sheets: dict[str, RawSheet]
    format: str
    epoch: date = EXCEL_EPOCH
    problems: tuple[Problem, ...] = ()

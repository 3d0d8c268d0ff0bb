"""Titles of columns that stand on several rows or in merged cells, and data merged over several rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from droitcommun.graph.classeurs.cells import clean, letter
from droitcommun.graph.classeurs.raw import Merge, RawCell, RawRow, RawSheet

_SEARCHED_ROWS = 40


@dataclass(frozen=True)
class Header:
    """A row that may hold the titles. `groups` gives by column what stands over it: « 2025 » over « Montant »."""

    number: int
    cells: tuple[RawCell, ...]
    groups: Mapping[str, str]

    def whole(self, cell: RawCell) -> str:
        """Return a title with what stands over it."""
        return f"{self.groups.get(cell.column, '')} {clean(cell.text)}".strip()


def headers(sheet: RawSheet) -> Iterator[Header]:
    """Yield the first rows, highest first, as rows of titles: with the titles merged down to them."""
    spread = _spread(sheet.merges)
    above: dict[int, dict[str, RawCell]] = {}
    for row in sheet.rows[:_SEARCHED_ROWS]:
        own = {cell.column: cell for cell in row.cells}
        over = above.get(row.number - 1, {})
        down = {column: cell for column, cell in over.items() if (row.number, column) in spread.down}
        cells = {**down, **own}
        above[row.number] = {**cells, **_widened(row, spread.across)}
        groups = {column: clean(cell.text) for column, cell in over.items() if column not in down and column in own}
        yield Header(row.number, tuple(cells[column] for column in sorted(cells, key=_order)), groups)


@dataclass(frozen=True)
class _Spread:
    """The cells that a merge covers: down from the row above, or across, with how far the first of them goes."""

    down: frozenset[tuple[int, str]]
    across: Mapping[tuple[int, str], int]


def _spread(merges: tuple[Merge, ...]) -> _Spread:
    """Look at the merges of the first rows only, and at no more columns than a table of titles has."""
    near = [m for m in merges if m.top <= 4 * _SEARCHED_ROWS]
    down = {
        (row, letter(column))
        for m in near
        for row in range(m.top + 1, min(m.bottom, m.top + 8) + 1)
        for column in range(m.left, min(m.right, m.left + 60) + 1)
    }
    across = {(m.top, letter(m.left)): min(m.right - m.left, 60) for m in near if m.right > m.left}
    return _Spread(frozenset(down), across)


def _widened(row: RawRow, across: Mapping[tuple[int, str], int]) -> dict[str, RawCell]:
    wide: dict[str, RawCell] = {}
    for cell in row.cells:
        for step in range(1, across.get((row.number, cell.column), 0) + 1):
            column = letter(_order(cell.column)[1] + step)
            wide[column] = replace(cell, column=column)
    return wide


def _order(column: str) -> tuple[bool, int, str]:
    """Return a key by which columns stand as in the sheet; the keys of JSON records keep their alphabetical order."""
    if not (column.isascii() and column.isalpha() and column.isupper() and len(column) <= 3):
        return (True, 0, column)
    number = 0
    for char in column:
        number = number * 26 + ord(char) - 64
    return (False, number - 1, column)


def data_rows(sheet: RawSheet, header: int) -> tuple[RawRow, ...]:
    """Return the rows under the titles. What is merged down is read in each of its rows, at the address it has."""
    rows = tuple(row for row in sheet.rows if row.number > header)
    merges = [m for m in sheet.merges if m.top > header and m.bottom > m.top]
    if not merges:
        return rows
    tops = {row.number: row for row in rows}
    filled: dict[int, list[RawCell]] = {}
    for merge in merges:
        column = letter(merge.left)
        top = tops[merge.top].cell(column) if merge.top in tops else None
        if top is None:
            continue
        for row in rows:
            if merge.top < row.number <= merge.bottom and row.cell(column) is None:
                filled.setdefault(row.number, []).append(top)
    return tuple(
        replace(row, cells=tuple(sorted((*row.cells, *filled[row.number]), key=lambda c: _order(c.column))))
        if row.number in filled
        else row
        for row in rows
    )

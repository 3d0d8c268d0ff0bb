"""How a sheet is printed: columns as wide as their texts ask, on the smallest paper where they can be read.

A page is as wide as its sheet: a sheet too wide is shrunk by the program that prints it. Columns are narrowed, and
their texts wrapped, until a text of 10 points is printed in 7,5 points at least; A3 is for what A4 cannot hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from droitcommun.graph.export.measure import lignes

MARGE, _BAS = 0.4, 0.6  # inches; the foot is under the text
_A4, _A3 = 9, 8
# What is tried in turn: a paper, its width in inches when it lies, and how narrow a column of texts may be.
_PAGES = ((_A4, 11.69, 22), (_A3, 16.54, 22), (_A3, 16.54, 13))
_ECHELLE = 0.78  # LibreOffice makes columns some 5 % wider than Excel
_PAR_POUCE = 96  # pixels
# A column of n characters of the default font takes 7 n + 5 pixels.
_PIXELS, _BORDS = 7, 5
_LARGE = 60  # where a text wraps, at most
_MOT = 30  # a longer word is broken
_PRUDENCE = 0.96  # programs do not cut lines alike
_FILTRE = 3  # room in a head for the mark of the filter


@dataclass(frozen=True)
class Colonne:
    """What a column shows: its head, its texts, and whether they may be cut in lines (a number may not)."""

    entete: str
    textes: Sequence[str]
    coupable: bool = True


def layout(columns: Sequence[Colonne]) -> tuple[list[int], int]:
    """Return the width of each column in characters, and the paper of the sheet (its number in a workbook)."""
    wanted = [_wanted(column) for column in columns]
    least: list[int] = []
    for paper, inches, narrow in _PAGES:
        least = [min(_least(column, narrow), want) for column, want in zip(columns, wanted, strict=True)]
        widths = _narrowed(wanted, least, (inches - 2 * MARGE) / _ECHELLE * _PAR_POUCE)
        if widths is not None:
            return widths, paper
    return least, _A3


def _head(column: Colonne) -> int:
    return max((len(word) for word in column.entete.split()), default=0) + _FILTRE


def _wanted(column: Colonne) -> int:
    longest = max(map(len, column.textes), default=0) + 1
    return max(_head(column), min(longest, _LARGE) if column.coupable else longest)


def _least(column: Colonne, narrow: int) -> int:
    if not column.coupable:
        return _wanted(column)
    words = max((len(word) for text in column.textes for word in text.split()), default=0) + 1
    return max(_head(column), min(words, _MOT), min(_wanted(column), narrow))


def _narrowed(wanted: Sequence[int], least: Sequence[int], pixels: float) -> list[int] | None:
    """Take from the widest column, one character at a time, until all hold; None when they cannot."""
    widths = list(wanted)
    while _width(widths) > pixels:
        free = [n for n, width in enumerate(widths) if width > least[n]]
        if not free:
            return None
        widths[max(free, key=widths.__getitem__)] -= 1
    return widths


def _width(widths: Iterable[int]) -> int:
    return sum(_PIXELS * width + _BORDS for width in widths)


def set_paper(sheet: Worksheet, paper: int = _A4) -> None:
    """Print a sheet lying, one page wide, however many pages long."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(paper)
    sheet.set_margins(left=MARGE, right=MARGE, top=MARGE, bottom=_BAS)


def lines(text: str, width: float, points: float = 10) -> int:
    """Return how many lines *text* takes in a cell of *width* characters of the default font, or a little more."""
    room = (_PIXELS * width - _BORDS) / _PAR_POUCE * _PRUDENCE
    return sum(lignes(line, points, room) for line in text.split("\n"))

"""The values of a cell that may hold several: « A1.1 ; A1.2 »."""

from __future__ import annotations

import re
from collections.abc import Callable

from droitcommun.graph.classeurs.cells import clean

# Tried in turn on what « ; » does not cut; « Du 3/15 » is one district, so a stroke stands between spaces.
_OTHER_MARKS = tuple(re.compile(mark) for mark in (",", r"\s/\s", r"\s(?:et|&|\+)\s", r",|\s(?:et|&)\s"))


def pieces(text: str, is_known: Callable[[str], bool] = lambda _text: False) -> list[str]:
    """Return the values of a cell that may hold several, separated by `;` or line breaks.

    Values whose own label holds a `;` are put together again when the whole *is_known*.
    """
    parts = [piece for piece in (clean(part) for part in re.split(r"[;\n\r]+", text)) if piece]
    found: list[str] = []
    while parts:
        n = next((n for n in range(len(parts), 1, -1) if is_known("; ".join(parts[:n]))), 1)
        found.append("; ".join(parts[:n]))
        del parts[:n]
    return found


def known_pieces(
    text: str, is_known: Callable[[str], bool], is_whole: Callable[[str], bool] = lambda _text: False
) -> list[str]:
    """Return the values of a cell whose column has a list of values.

    « A1.1, A1.2 », « A1.1 / A1.2 » and « A1.1 et A1.2 » are cut too, when each part *is_known* and the whole is not.
    *is_whole* tells whether a text is the whole label of one value.
    """
    return [part for piece in pieces(text, is_whole) for part in _cut(piece, is_known)]


def _cut(text: str, is_known: Callable[[str], bool]) -> list[str]:
    if is_known(text):
        return [text]
    for mark in _OTHER_MARKS:
        cut = [part.strip() for part in mark.split(text)]
        if len(cut) > 1 and all(is_known(part) for part in cut):
            return cut
    return [text]

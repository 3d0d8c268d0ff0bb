"""What every workbook written for people shares: texts that stay texts, names, heads, heights and paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Protocol

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from droitcommun.graph.langue import _

# A workbook says nothing of when it was made: the same content gives the same bytes.
MADE = datetime(2000, 1, 1)
HEAD_ROW = 1
# A text stays a text, whatever it looks like.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# What a spreadsheet could take for a formula when a cell is edited or saved as CSV.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = {"history", "historique"}  # Excel keeps the first for itself
_MAXIMUM, _NAME = 32767, 31
_PIED = 200  # Excel keeps 255 characters for a foot, its codes included


class Styles(Protocol):
    """The formats that the functions of this module write with."""

    @property
    def titre(self) -> Format:
        """The title of a sheet."""
        ...

    @property
    def tete(self) -> Format:
        """The title of a column."""
        ...

    @property
    def texte(self) -> Format:
        """A text."""
        ...

    @property
    def litteral(self) -> Format:
        """A text that a program could take for a formula."""
        ...


def write_text(sheet: Worksheet, row: int, column: int, text: str, styles: Styles, style: Format | None = None) -> None:
    """Write a text as a text: what looks like a formula is marked so that no program ever runs it."""
    clean = _CONTROL.sub("", text)[:_MAXIMUM]
    if style is None:
        style = styles.litteral if _FORMULA.match(clean) else styles.texte
    sheet.write_string(row, column, clean, style)


def fit(sheet: Worksheet, row: int, texts: Iterable[tuple[str, int]]) -> None:
    """Give a row the height its wrapped texts need, from (text, width in characters): not every program does it."""
    lines = max((sum(ceil(max(len(line), 1) / width) for line in text.split("\n")) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, min(13.5 * lines, 409))


def heading(sheet: Worksheet, title: str, fictif: bool, styles: Styles, mention: str = "") -> None:
    """Row 1: the title, and « Données fictives » on every sheet when they are. The sheet prints on landscape A4.

    *mention* (contract, campagne, publication, profile, fingerprint) follows the title and is at the foot of each
    printed page, with its number.
    """
    if fictif:
        title = _("Données fictives – {titre}").format(titre=title)
    if mention:
        foot = _("Données fictives – {titre}").format(titre=mention) if fictif else mention
        sheet.set_footer(f"&L&8{_CONTROL.sub('', foot)[:_PIED].replace('&', '&&')}&R&8&P / &N")
        title = f"{title}   ({mention})"
    write_text(sheet, 0, 0, title, styles, styles.titre)
    sheet.set_row(0, 22)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)


def head(sheet: Worksheet, titles: Sequence[str], n_rows: int, styles: Styles) -> None:
    """Row 2: the column titles, frozen, filtered; rows 1 and 2 are repeated on each printed page.

    LibreOffice draws the next row under a repeated one that is not the first of the sheet.
    """
    for column, title in enumerate(titles):
        write_text(sheet, HEAD_ROW, column, title, styles, styles.tete)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(0, HEAD_ROW)
    sheet.autofilter(HEAD_ROW, 0, max(HEAD_ROW + n_rows, HEAD_ROW + 1), len(titles) - 1)


def sheet_name(label: str, taken: set[str]) -> str:
    """Return a name that every spreadsheet accepts, near *label*, and add it to *taken*: 31 characters, unique."""
    base = _FORBIDDEN.sub(" ", label).strip(" '") or "_"
    if base.lower() in _RESERVED:
        base += "_"
    name, n = _cut(base, _NAME), 1
    while name.lower() in taken:
        n += 1
        mark = f" ({n})"
        name = _cut(base, _NAME - len(mark)) + mark
    taken.add(name.lower())
    return name


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip(" '") + "…"

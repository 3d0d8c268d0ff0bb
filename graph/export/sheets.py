"""What every workbook written for people shares: texts that stay texts, names, heads, heights and paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from droitcommun.graph.export.paper import lines, set_paper
from droitcommun.graph.langue import _

# A workbook says nothing of when it was made: the same content gives the same bytes.
MADE = datetime(2000, 1, 1)
HEAD_ROW = 1
# A font that every system has, or one as wide: the width of the columns, hence the size of what is printed, depends on
# it.
FONT, SIZE = "Arial", 10
# What a spreadsheet could take for a formula when a cell is edited or saved as CSV.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = {"history", "historique"}  # Excel keeps the first for itself
_MAXIMUM, _NAME = 32767, 31
_TITRE = 13  # the size of a title
_LIGNE, _HAUT = 13, 17  # the height of a line of text, and of a title, in points
_PIED = 200  # Excel keeps 255 characters for a foot, its codes included


def options() -> dict[str, object]:
    """Return how every workbook is written: a text stays a text, whatever it looks like. XlsxWriter alters them."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    }


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


def format_maker(book: Workbook) -> Callable[..., Format]:
    """Return what makes a format of *book* in the font of our workbooks, from the properties of XlsxWriter."""

    def make(**properties: object) -> Format:
        made: Format = book.add_format({"font_name": FONT, "font_size": SIZE, "valign": "top", **properties})
        return made

    return make


def shared_formats(make: Callable[..., Format], line: Mapping[str, object] | None = None) -> dict[str, Format]:
    """Return the formats of Styles, and that of a link; *line* is what draws the line under a row."""
    under = line or {}
    return {
        "titre": make(bold=True, font_size=_TITRE, font_color="#16213A", text_wrap=True),
        "tete": make(bold=True, text_wrap=True, bg_color="#16213A", font_color="#FFFFFF", border=1),
        "texte": make(text_wrap=True, **under),
        "litteral": make(text_wrap=True, quote_prefix=True, **under),
        "lien": make(font_color="#1D4E89", underline=1, **under),
    }


def write_text(sheet: Worksheet, row: int, column: int, text: str, styles: Styles, style: Format | None = None) -> None:
    """Write a text as a text: what looks like a formula is marked so that no program ever runs it."""
    clean = _CONTROL.sub("", text)[:_MAXIMUM]
    if style is None:
        style = styles.litteral if _FORMULA.match(clean) else styles.texte
    sheet.write_string(row, column, clean, style)


def fit(sheet: Worksheet, row: int, texts: Iterable[tuple[str, int]]) -> None:
    """Give a row the height its wrapped texts need, from (text, width in characters): not every program does it."""
    tallest = max((lines(text, width) for text, width in texts), default=1)
    if tallest > 1:
        sheet.set_row(row, min(_LIGNE * tallest + 1, 409))


def heading(
    sheet: Worksheet, title: str, fictif: bool, styles: Styles, mention: str = "", widths: Sequence[int] = ()
) -> None:
    """Row 1: the title, and « Données fictives » on every sheet when they are. The sheet prints on landscape A4.

    *mention* (contract, campagne, publication, profile, fingerprint) follows the title and is at the foot of each
    printed page, with its number. *widths* are those of the columns: a longer title wraps above them.
    """
    if fictif:
        title = _("Données fictives – {titre}").format(titre=title)
    if mention:
        foot = _("Données fictives – {titre}").format(titre=mention) if fictif else mention
        sheet.set_footer(f"&L&8{_CONTROL.sub('', foot)[:_PIED].replace('&', '&&')}&R&8&P / &N")
        title = f"{title}   ({mention})"
    tall = lines(title, sum(widths), _TITRE) if widths else 1
    if tall > 1 and len(widths) > 1:
        sheet.merge_range(0, 0, 0, len(widths) - 1, "", styles.titre)
    write_text(sheet, 0, 0, title, styles, styles.titre)
    sheet.set_row(0, _HAUT * tall + 5)
    set_paper(sheet)


def head(sheet: Worksheet, titles: Sequence[str], n_rows: int, styles: Styles) -> None:
    """Row 2: the column titles, frozen, filtered; rows 1 and 2 are repeated on each printed page.

    LibreOffice draws the next row under a repeated one that is not the first of the sheet.
    """
    sheet.set_row(HEAD_ROW, _LIGNE + 3)
    for column, title in enumerate(titles):
        write_text(sheet, HEAD_ROW, column, title, styles, styles.tete)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(0, HEAD_ROW)
    sheet.autofilter(HEAD_ROW, 0, max(HEAD_ROW + n_rows, HEAD_ROW + 1), len(titles) - 1)


def note(sheet: Worksheet, row: int, text: str, styles: Styles, style: Format, widths: Sequence[int]) -> None:
    """Write a text under a table, as wide as its columns *widths*."""
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
    write_text(sheet, row, 0, text, styles, style)
    sheet.set_row(row, _LIGNE * lines(text, sum(widths)) + 2)


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

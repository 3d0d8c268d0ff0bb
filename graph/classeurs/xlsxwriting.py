"""Write a planned workbook as XLSX (Excel, LibreOffice). The same plan always gives the same bytes."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from droitcommun.graph.classeurs.held import Cell
from droitcommun.graph.classeurs.layout import CODE_WIDTH, GUIDE_WIDTH, column_width, height_of, row_height
from droitcommun.graph.classeurs.plan import (
    FIRST_ROW,
    GUIDE_SHEET,
    HEADER_ROW,
    LISTS_SHEET,
    TITLE_ROW,
    Menu,
    Missing,
    Plan,
    PlannedColumn,
    PlannedRow,
    PlannedSheet,
    seances_length,
)
from droitcommun.graph.classeurs.words import MODEL_SHEET

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4, _A3 = 9, 8
_ON_A4 = 210  # characters across a landscape A4 page, printed at 70 % of their size


def write_xlsx(plan: Plan) -> bytes:
    """Return the bytes of the workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        made = datetime.combine(plan.made, time())
        book.set_properties({"title": plan.title, "created": made, "author": "droitcommun", "comments": plan.subject})
        _Writer(book, plan).write()
    return buffer.getvalue()


class _Writer:
    """One workbook being written."""

    def __init__(self, book: xlsxwriter.Workbook, plan: Plan) -> None:
        self.book, self.plan = book, plan
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#1F3864"})
        self.help = book.add_format({"italic": True, "font_size": 10, "font_color": "#595959"})
        common = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "font_color": "#FFFFFF"}
        self.required = book.add_format({**common, "bg_color": "#1F3864"})
        self.optional = book.add_format({**common, "bg_color": "#5B7DB1"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.given = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2"})
        self.date = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        self.number = book.add_format({"num_format": "#,##0.##", "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        # Hatched and framed: what is missing is not said by colour alone.
        self.missing = book.add_format({"pattern": 14, "fg_color": "#9C5700", "bg_color": "#FFF2CC", "border": 1})

    def write(self) -> None:
        """Write every sheet: the guide first, the hidden ones last."""
        self._guide()
        for sheet in self.plan.sheets:
            self._sheet(sheet)
        self._lists()
        self._model()

    def _guide(self) -> None:
        page = self.book.add_worksheet(GUIDE_SHEET)
        page.hide_gridlines(2)
        page.set_column(0, 0, GUIDE_WIDTH, self.text)
        styles = {"titre": self.title, "note": self.help, "texte": self.text}
        for row, (style, line) in enumerate(self.plan.guide):
            page.write_string(row, 0, line, styles[style])
            page.set_row(row, 22 if style == "titre" else row_height(line, GUIDE_WIDTH))
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)

    def _sheet(self, sheet: PlannedSheet) -> None:
        page = self.book.add_worksheet(sheet.sheet.name)
        first = sheet.visible[0]
        help_line = f"   {sheet.sheet.title_help}"
        page.write_rich_string(TITLE_ROW, first, self.title, sheet.heading, self.help, help_line, self.plain)
        page.set_row(TITLE_ROW, 24)
        page.set_row(HEADER_ROW, 36)
        for n, column in enumerate(sheet.columns):
            header = self.required if column.field.required else self.optional
            page.write_string(HEADER_ROW, n, column.field.header, header)
            if column.field.hidden:
                page.set_column(n, n, CODE_WIDTH, self.plain, {"hidden": True})
                continue
            style = self.date if column.field.kind == "date" else self.text
            page.set_column(n, n, column_width(column.field), style)
            page.write_comment(HEADER_ROW, n, column.comment, {"x_scale": 2, "author": "droitcommun"})
            self._validation(page, sheet, column, n)
        page.freeze_panes(FIRST_ROW, first + 1)
        page.set_landscape()
        shown = sum(column_width(column.field) for column in sheet.columns if not column.field.hidden)
        page.set_paper(_A3 if shown > _ON_A4 else _A4)
        page.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(TITLE_ROW, HEADER_ROW)
        for n, row in enumerate(sheet.rows):
            self._row(page, sheet, FIRST_ROW + n, row)
        for missing in sheet.missing:
            self._hatch(page, sheet, missing)

    def _validation(self, page: Any, sheet: PlannedSheet, column: PlannedColumn, n: int) -> None:
        """Give the column its drop-down list when it has one, and its help as an input message."""
        options: dict[str, Any] = {
            "validate": "any",
            "input_title": column.help_title,
            "input_message": column.help,
        }
        if column.menu:
            # A warning, never a refusal: several values, « Ne sait pas » or a pasted label are read as well.
            options |= {"validate": "list", "source": self._source(column.menu), "error_type": "warning"}
            options |= {
                "error_title": "Hors de la liste",
                "error_message": "Cette valeur n'est pas dans la liste. La garder quand même ?",
                "show_error": not column.field.multiple,
            }
        page.data_validation(FIRST_ROW, n, FIRST_ROW + sheet.length - 1, n, options)

    def _source(self, menu: Menu) -> str | list[str]:
        if menu.values:
            return list(menu.values)
        if menu.column:
            name, n = menu.column
            letter = xl_col_to_name(n)
            length = next(s.length for s in self.plan.sheets if s.sheet.name == name)
            return f"={name}!${letter}${FIRST_ROW + 1}:${letter}${FIRST_ROW + length}"
        letter = xl_col_to_name(list(self.plan.lists).index(menu.liste))
        length = len(self.plan.lists[menu.liste]) or seances_length()
        return f"='{LISTS_SHEET}'!${letter}$2:${letter}${length + 1}"

    def _row(self, page: Any, sheet: PlannedSheet, row: int, planned: PlannedRow) -> None:
        page.set_row(row, height_of(planned.shown(sheet)))
        for n, column in enumerate(sheet.columns):
            value = planned.cells.get(column.field.title)
            if value is not None:
                given = column.field.title in planned.given
                _write(page, row, n, value, {str: self.given if given else self.text, date: self.date}, self.number)

    def _hatch(self, page: Any, sheet: PlannedSheet, missing: Missing) -> None:
        row, last = FIRST_ROW + 1, FIRST_ROW + sheet.length - 1
        cell = f"${xl_col_to_name(missing.column)}{row}"
        said = []
        for n, words in missing.because:
            other = f"${xl_col_to_name(n)}{row}"
            quoted = ['"' + word.replace('"', '""') + '"' for word in words]
            said += [f"{other}={word}" for word in quoted] or [f'{other}<>""']
        criteria = f'=AND({cell}="",OR({",".join(said)}))'
        options = {"type": "formula", "criteria": criteria, "format": self.missing}
        page.conditional_format(FIRST_ROW, missing.column, last, missing.column, options)
        for n, planned in enumerate(sheet.rows):
            for m, column in enumerate(sheet.columns):
                if column.field.title in planned.to_fill:
                    blank = {"type": "blanks", "format": self.missing}
                    page.conditional_format(FIRST_ROW + n, m, FIRST_ROW + n, m, blank)

    def _lists(self) -> None:
        page = self.book.add_worksheet(LISTS_SHEET)
        page.hide()
        for n, (name, values) in enumerate(self.plan.lists.items()):
            page.write_string(0, n, name, self.optional)
            for row, value in enumerate(values, 1):
                page.write_string(row, n, value)
            if name == self.plan.seances:
                self._seances(page, n)

    def _seances(self, page: Any, column: int) -> None:
        """Write the list of meetings as formulas: the body and the date of each row of the sheet Séances."""
        for n in range(seances_length()):
            row = FIRST_ROW + 1 + n
            body, day = f"'Séances'!$A${row}", f"'Séances'!$B${row}"
            text = f'RIGHT("0"&DAY({day}),2)&"/"&RIGHT("0"&MONTH({day}),2)&"/"&YEAR({day})'
            page.write_formula(n + 1, column, f'=IF(OR({body}="",{day}=""),"",{body}&" – "&{text})', None, "")

    def _model(self) -> None:
        page = self.book.add_worksheet(MODEL_SHEET)
        page.hide()
        for row, (key, value) in enumerate(self.plan.model):
            page.write_string(row, 0, key)
            page.write_string(row, 1, value)


def _write(page: Any, row: int, column: int, value: Cell, formats: dict[type, Any], number: Any) -> None:
    if isinstance(value, str):
        page.write_string(row, column, value, formats[str])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime.combine(value, time()), formats[date])
    else:
        page.write_number(row, column, float(value) if isinstance(value, Decimal) else value, number)

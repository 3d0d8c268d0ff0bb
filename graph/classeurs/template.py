"""Write an empty or prefilled workbook from its form shapes (XLSX, for Excel and LibreOffice).

The workbook is in French whatever the language of the program: sheet names, titles and codes travel between versions.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from droitcommun.graph.classeurs.context import Choice, EngagementRow, TemplateContext, build_context
from droitcommun.graph.classeurs.form import Field, Form, Sheet
from droitcommun.graph.classeurs.guide import guide_lines
from droitcommun.graph.classeurs.words import MODEL_SHEET, NE_SAIT_PAS, OUI_NON
from droitcommun.graph.files import write_atomic
from droitcommun.graph.names import CDV, code_iri

__all__ = ["Choice", "EngagementRow", "TemplateContext", "build_context", "render_template", "write_template"]

GUIDE_SHEET = "Mode d'emploi"
LISTS_SHEET = "_listes"
TITLE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2

_ROWS = {"Identité": 1, "Contacts": 20, "Actions": 500, "Moyens": 2000, "Séances": 60, "Présences": 1500}
_DEFAULT_ROWS = 60
_WIDTHS = {"texte": 34, "entier": 13, "decimal": 15, "date": 14, "oui-non": 13, "code": 24, "quantite": 16, "visa": 34}
_WIDE, _CODE, _LABEL = 38, 10, 70
_GUIDE_WIDTH = 92
_INPUT_TITLE, _INPUT_TEXT = 32, 255


def write_template(form: Form, target: Path, context: TemplateContext) -> None:
    """Write the workbook of *form*, prefilled with *context*. The same context always gives the same bytes.

    Raises WriteFailed.
    """
    write_atomic(target, render_template(form, context))


def render_template(form: Form, context: TemplateContext) -> bytes:
    """Return the bytes of the workbook of *form*."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        made = datetime.combine(context.made, time())
        book.set_properties(
            {"title": form.title, "created": made, "author": "droitcommun", "comments": _subject(context)}
        )
        _Writer(book, form, context).write()
    return buffer.getvalue()


def _subject(context: TemplateContext) -> str:
    parts = [context.titre, f"campagne {context.annee}"]
    return " – ".join((["Données fictives"] if context.fictif else []) + parts)


class _Writer:
    """One workbook being written."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form, context: TemplateContext) -> None:
        self.book, self.form, self.context = book, form, context
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#1F3864"})
        self.help = book.add_format({"italic": True, "font_size": 10, "font_color": "#595959"})
        common = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "font_color": "#FFFFFF"}
        self.required = book.add_format({**common, "bg_color": "#1F3864"})
        self.optional = book.add_format({**common, "bg_color": "#5B7DB1"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.given = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2"})
        self.date = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        self.plain = book.add_format({"valign": "top"})
        self.lists: dict[str, tuple[str, ...]] = {}

    def write(self) -> None:
        """Write every sheet: the guide first, the hidden ones last."""
        self._guide()
        for sheet in self.form.sheets:
            self._sheet(sheet)
        self._lists()
        self._model()

    def _guide(self) -> None:
        page = self.book.add_worksheet(GUIDE_SHEET)
        page.hide_gridlines(2)
        page.set_column(0, 0, _GUIDE_WIDTH, self.text)
        styles = {"titre": self.title, "note": self.help, "texte": self.text}
        for row, (style, line) in enumerate(guide_lines(self.form, self.context)):
            page.write_string(row, 0, line, styles[style])
            page.set_row(row, 22 if style == "titre" else _height(line, _GUIDE_WIDTH))
        page.set_paper(9)
        page.fit_to_pages(1, 0)

    def _sheet(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.name)
        visible = [n for n, field in enumerate(sheet.fields) if not field.hidden]
        heading = f"Données fictives – {sheet.title}" if self.context.fictif else sheet.title
        page.write_rich_string(
            TITLE_ROW, visible[0], self.title, heading, self.help, f"   {sheet.title_help}", self.plain
        )
        page.set_row(TITLE_ROW, 24)
        page.set_row(HEADER_ROW, 36)
        for column, field in enumerate(sheet.fields):
            page.write_string(HEADER_ROW, column, field.header, self.required if field.required else self.optional)
            if field.hidden:
                page.set_column(column, column, 14, self.plain, {"hidden": True})
                continue
            page.set_column(column, column, self._width(field), self.date if field.kind == "date" else self.text)
            page.write_comment(HEADER_ROW, column, field.help, {"x_scale": 2, "author": "droitcommun"})
            self._validation(page, sheet, field, column)
        page.freeze_panes(FIRST_ROW, visible[0] + 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(TITLE_ROW, HEADER_ROW)
        self._prefill(page, sheet)

    def _width(self, field: Field) -> int:
        if field.kind == "libelle":
            return _LABEL
        if field.kind == "chose":
            return _CODE if field.title == "Code" else _WIDE
        return _WIDTHS[field.kind]

    def _validation(self, page: Any, sheet: Sheet, field: Field, column: int) -> None:
        """Give the column its drop-down list when it has one, and its help as an input message."""
        options: dict[str, Any] = {
            "validate": "any",
            "input_title": _shortened(field.title, _INPUT_TITLE),
            "input_message": _shortened(field.help, _INPUT_TEXT),
        }
        source = self._source(field)
        if source:
            # A warning, never a refusal: several values, « Ne sait pas » or a pasted label are read as well.
            options |= {"validate": "list", "source": source, "error_type": "warning"}
            options |= {
                "error_title": "Hors de la liste",
                "error_message": "Cette valeur n'est pas dans la liste. La garder quand même ?",
                "show_error": not field.multiple,
            }
        last = FIRST_ROW + _ROWS.get(sheet.name, _DEFAULT_ROWS) - 1
        page.data_validation(FIRST_ROW, column, last, column, options)

    def _source(self, field: Field) -> str | list[str] | None:
        if field.kind == "oui-non":
            return [*OUI_NON, NE_SAIT_PAS]
        if field.path == CDV + "action":
            column = xl_col_to_name(_position(self.form.sheet("Actions"), "http://purl.org/dc/terms/title"))
            return f"=Actions!${column}${FIRST_ROW + 1}:${column}${FIRST_ROW + _ROWS['Actions']}"
        if field.path == CDV + "seance":
            return self._range("Séances", ())
        values = self._values(field)
        return self._range(field.title, values) if values else None

    def _values(self, field: Field) -> tuple[str, ...]:
        context = self.context
        if field.kind == "code" and field.codes:
            values = context.codes.get(field.codes, ())
        elif field.path == CDV + "ambitionPrincipale":
            values = tuple(str(choice) for choice in context.ambitions)
        elif field.path == CDV + "autreAmbition":
            return tuple(str(choice) for choice in context.ambitions + context.axes)
        elif field.path == CDV + "qpv":
            return tuple(str(choice) for choice in context.qpv + context.communes)
        elif field.path == CDV + "qpvDuMontant":
            values = tuple(str(choice) for choice in context.qpv)
        elif field.path == CDV + "instance":
            return tuple(choice.label for choice in context.instances)
        elif field.path == CDV + "organisme" and context.organisme is None:
            return tuple(choice.label for choice in context.organismes)
        else:
            return ()
        return (*values, NE_SAIT_PAS) if values and field.accepts_unknown else values

    def _range(self, name: str, values: tuple[str, ...]) -> str:
        """Return the address of a list of the hidden sheet; it is written at the end."""
        self.lists.setdefault(name, values)
        column = xl_col_to_name(list(self.lists).index(name))
        length = len(values) or _ROWS["Séances"]
        return f"='{LISTS_SHEET}'!${column}$2:${column}${length + 1}"

    def _prefill(self, page: Any, sheet: Sheet) -> None:
        context = self.context
        if sheet.target_class == CDV + "Contribution" and context.organisme:
            self._row(page, sheet, 0, {"organisme": context.organisme.label, "service": context.service})
        elif sheet.target_class == CDV + "SuiviEngagement":
            for n, line in enumerate(context.engagements):
                given = {"typeEngagement": line.code, "": line.label, "modalite": line.modalite}
                self._row(page, sheet, n, given)
        elif sheet.target_class == CDV + "Positionnement":
            for n, choice in enumerate(context.ambitions):
                self._row(page, sheet, n, {"ambition": choice.code, "": choice.label})
        elif sheet.target_class == CDV + "Qualification":
            for n, label in enumerate(context.codes.get(code_iri("source-financement", "").rstrip("/"), ())):
                self._row(page, sheet, n, {"source": label})

    def _row(self, page: Any, sheet: Sheet, n: int, values: dict[str, str]) -> None:
        page.set_row(FIRST_ROW + n, _height(values.get("", ""), _LABEL))
        for column, field in enumerate(sheet.fields):
            key = "" if field.kind == "libelle" else field.path.removeprefix(CDV)
            if values.get(key):
                page.write_string(FIRST_ROW + n, column, values[key], self.given)

    def _lists(self) -> None:
        page = self.book.add_worksheet(LISTS_SHEET)
        page.hide()
        for column, (name, values) in enumerate(self.lists.items()):
            page.write_string(0, column, name, self.optional)
            for row, value in enumerate(values, 1):
                page.write_string(row, column, value)
            if not values:
                self._seances(page, column)

    def _seances(self, page: Any, column: int) -> None:
        """Write the list of meetings as formulas: the body and the date of each row of the sheet Séances."""
        for n in range(_ROWS["Séances"]):
            row = FIRST_ROW + 1 + n
            body, day = f"'Séances'!$A${row}", f"'Séances'!$B${row}"
            date = f'RIGHT("0"&DAY({day}),2)&"/"&RIGHT("0"&MONTH({day}),2)&"/"&YEAR({day})'
            page.write_formula(n + 1, column, f'=IF(OR({body}="",{day}=""),"",{body}&" – "&{date})', None, "")

    def _model(self) -> None:
        page = self.book.add_worksheet(MODEL_SHEET)
        page.hide()
        context = self.context
        rows: Sequence[tuple[str, str]] = (
            ("modele", self.form.template),
            ("version", self.form.version),
            ("contrat", context.contrat),
            ("campagne", str(context.annee)),
            ("organisme", context.organisme.code if context.organisme else ""),
            ("service", context.service if context.organisme else ""),
            ("fait-le", context.made.isoformat()),
            ("fictif", OUI_NON[0] if context.fictif else OUI_NON[1]),
        )
        for row, (key, value) in enumerate(rows):
            page.write_string(row, 0, key)
            page.write_string(row, 1, value)


def _position(sheet: Sheet, path: str) -> int:
    return next(n for n, field in enumerate(sheet.fields) if field.path == path)


def _height(text: str, width: int) -> int:
    """Return a row height in points that shows the whole of a wrapped text (LibreOffice does not adjust it)."""
    return 15 * max(1, math.ceil(len(text) / (width * 0.9)))


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"

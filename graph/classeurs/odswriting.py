"""Write a planned workbook as ODS (LibreOffice, Collabora). The same plan always gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

from odf import config, dc, meta, number, office, style, table, text
from odf.opendocument import OpenDocumentSpreadsheet
from xlsxwriter.utility import xl_col_to_name

from droitcommun.graph.classeurs.held import Cell
from droitcommun.graph.classeurs.layout import CODE_WIDTH, GUIDE_WIDTH, column_width, height_of, row_height
from droitcommun.graph.classeurs.plan import (
    FIRST_ROW,
    GUIDE_SHEET,
    LISTS_SHEET,
    Menu,
    Missing,
    Plan,
    PlannedColumn,
    PlannedRow,
    PlannedSheet,
    seances_length,
)
from droitcommun.graph.classeurs.words import MODEL_SHEET

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CM_PER_CHARACTER = 0.2
_ROOT = re.compile(rb"(<[\w-]+:[\w-]+)((?: [\w:-]+=\"[^\"]*\")*)")
_NAMESPACE = re.compile(rb"( xmlns:([\w-]+)=\"[^\"]*\")")
_FRAME = "0.06pt solid #7F7F7F"


def write_ods(plan: Plan) -> bytes:
    """Return the bytes of the workbook."""
    written = io.BytesIO()
    _Writer(plan).document().write(written)
    stable = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(stable, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(zipfile.ZipInfo(info.filename, _ZIP_DATE), _stable(source.read(info)), info.compress_type)
    return stable.getvalue()


def _stable(part: bytes) -> bytes:
    """Return a part with the namespaces it uses, sorted: odfpy declares all those that the process has ever used."""
    root = _ROOT.search(part)
    if root is None:
        return part
    rest = part[: root.start()] + part[root.end() :]
    used = sorted(set(_NAMESPACE.findall(root[0])))
    kept = b"".join(declared for declared, prefix in used if prefix + b":" in rest or prefix + b":" in root[1])
    return part[: root.start()] + root[1] + kept + _NAMESPACE.sub(b"", root[2]) + part[root.end() :]


class _Writer:
    """One document being written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.doc = OpenDocumentSpreadsheet()
        self.validations = table.ContentValidations()
        self._columns: dict[tuple[int, bool], str] = {}
        self._rows: dict[int, str] = {}
        self._conditional: dict[tuple[str, str, str], str] = {}
        self._cell_styles()

    def document(self) -> Any:
        """Make every sheet, the guide first, the hidden ones last."""
        self.doc.meta.addElement(dc.Title(text=self.plan.title))
        self.doc.meta.addElement(dc.Description(text=self.plan.subject))
        self.doc.meta.addElement(meta.CreationDate(text=f"{self.plan.made.isoformat()}T00:00:00"))
        self.doc.spreadsheet.addElement(self.validations)
        self._guide()
        for sheet in self.plan.sheets:
            self._sheet(sheet)
        self._lists()
        self._model()
        self._freeze()
        return self.doc

    # ---- styles ----

    def _cell_styles(self) -> None:
        wrap = {"wrapoption": "wrap", "verticalalign": "top"}
        header = {"wrapoption": "wrap", "verticalalign": "middle", "border": _FRAME}
        white = {"fontweight": "bold", "color": "#ffffff"}
        self._style("titre", {}, {"fontweight": "bold", "fontsize": "14pt", "color": "#1f3864"})
        self._style("note", wrap, {"fontstyle": "italic", "fontsize": "10pt", "color": "#595959"})
        self._style("texte", wrap, {})
        self._style("donne", {**wrap, "backgroundcolor": "#f2f2f2"}, {})
        self._style("obligatoire", {**header, "backgroundcolor": "#1f3864"}, white)
        self._style("facultatif", {**header, "backgroundcolor": "#5b7db1"}, white)
        # Framed: what is missing is not said by colour alone.
        self._style("manque", {**wrap, "backgroundcolor": "#fff2cc", "border": "2.0pt dashed #9c5700"}, {})
        day = number.DateStyle(name="jour")
        parts = (number.Day, number.Month, number.Year)
        for n, part in enumerate(parts):
            day.addElement(part(style="long"))
            if n < len(parts) - 1:
                day.addElement(number.Text(text="/"))
        self.doc.automaticstyles.addElement(day)
        amount = number.NumberStyle(name="nombre-fr")
        amount.addElement(number.Number(decimalplaces="2", minintegerdigits="1", grouping="true"))
        self.doc.automaticstyles.addElement(amount)
        self._style("date", wrap, {}, "jour")
        self._style("nombre", wrap, {}, "nombre-fr")
        for name, shown in (("feuille", "true"), ("feuille-masquee", "false")):
            made = style.Style(name=name, family="table", masterpagename="Default")
            made.addElement(style.TableProperties(display=shown))
            self.doc.automaticstyles.addElement(made)

    def _style(self, name: str, cell: dict[str, str], letters: dict[str, str], data: str | None = None) -> None:
        named = {"datastylename": data} if data else {}
        made = style.Style(name=name, family="table-cell", **named)
        if cell:
            made.addElement(style.TableCellProperties(**cell))
        if letters:
            made.addElement(style.TextProperties(**letters))
        # Named, not automatic: a condition may only apply a named style.
        self.doc.styles.addElement(made)

    def _column(self, width: int, hidden: bool = False) -> Any:
        name = self._columns.get((width, hidden))
        if name is None:
            name = self._columns[width, hidden] = f"colonne-{len(self._columns)}"
            made = style.Style(name=name, family="table-column")
            made.addElement(style.TableColumnProperties(columnwidth=f"{width * _CM_PER_CHARACTER:.2f}cm"))
            self.doc.automaticstyles.addElement(made)
        visibility = {"visibility": "collapse"} if hidden else {}
        return table.TableColumn(stylename=name, **visibility)

    def _new_row(self, height: int) -> Any:
        name = self._rows.get(height)
        if name is None:
            name = self._rows[height] = f"ligne-{height}"
            made = style.Style(name=name, family="table-row")
            made.addElement(style.TableRowProperties(rowheight=f"{height}pt", useoptimalrowheight="false"))
            self.doc.automaticstyles.addElement(made)
        return table.TableRow(stylename=name)

    # ---- sheets ----

    def _guide(self) -> None:
        page = table.Table(name=GUIDE_SHEET, stylename="feuille")
        page.addElement(self._column(GUIDE_WIDTH))
        for kind, line in self.plan.guide:
            row = self._new_row(22 if kind == "titre" else row_height(line, GUIDE_WIDTH))
            row.addElement(_text_cell(line, kind))
            page.addElement(row)
        self.doc.spreadsheet.addElement(page)

    def _sheet(self, sheet: PlannedSheet) -> None:
        page = table.Table(name=sheet.sheet.name, stylename="feuille")
        for column in sheet.columns:
            hidden = column.field.hidden
            page.addElement(self._column(CODE_WIDTH if hidden else column_width(column.field), hidden))
        page.addElement(self._title_row(sheet))
        page.addElement(self._header_row(sheet))
        validations = [self._validation(sheet, n) for n in range(len(sheet.columns))]
        conditional = [self._styles_of(sheet, n) for n in range(len(sheet.columns))]
        for planned in sheet.rows:
            page.addElement(self._row(sheet, planned, validations, conditional))
        if sheet.length > len(sheet.rows):
            blank = self._new_row(15)
            blank.setAttribute("numberrowsrepeated", str(sheet.length - len(sheet.rows)))
            for n in range(len(sheet.columns)):
                blank.addElement(self._cell(None, conditional[n], validations[n]))
            page.addElement(blank)
        self.doc.spreadsheet.addElement(page)

    def _title_row(self, sheet: PlannedSheet) -> Any:
        row = self._new_row(24)
        for _hidden in range(sheet.visible[0]):
            row.addElement(table.TableCell())
        row.addElement(_text_cell(f"{sheet.heading}   {sheet.sheet.title_help}", "titre"))
        return row

    def _header_row(self, sheet: PlannedSheet) -> Any:
        row = self._new_row(36)
        for column in sheet.columns:
            cell = _text_cell(column.field.header, "obligatoire" if column.field.required else "facultatif")
            if not column.field.hidden:
                note = office.Annotation()
                note.addElement(text.P(text=column.comment))
                cell.insertBefore(note, cell.firstChild)
            row.addElement(cell)
        return row

    def _row(
        self, sheet: PlannedSheet, planned: PlannedRow, validations: list[str], conditional: list[dict[str, str]]
    ) -> Any:
        row = self._new_row(height_of(planned.shown(sheet)))
        for n, column in enumerate(sheet.columns):
            value = planned.cells.get(column.field.title)
            styles = conditional[n]
            if value is None and column.field.title in planned.to_fill:
                styles = {"": "manque"}
            elif column.field.title in planned.given:
                styles = {"": "donne"}
            row.addElement(self._cell(value, styles, validations[n]))
        return row

    def _cell(self, value: Cell | None, styles: dict[str, str], validation: str) -> Any:
        kind = (
            "date" if isinstance(value, date) else "nombre" if value is not None and not isinstance(value, str) else ""
        )
        named: dict[str, str] = {"contentvalidationname": validation} if validation else {}
        if value is None:
            return table.TableCell(stylename=styles[""], **named)
        if isinstance(value, str):
            return _text_cell(value, styles[""], **named)
        if isinstance(value, date):
            return table.TableCell(valuetype="date", datevalue=value.isoformat(), stylename=styles[kind], **named)
        return table.TableCell(valuetype="float", value=str(value), stylename=styles.get(kind, kind), **named)

    def _styles_of(self, sheet: PlannedSheet, n: int) -> dict[str, str]:
        """Return the styles of the cells of a column, by kind of value: framed while they are missing."""
        column = sheet.columns[n].field
        base = "date" if column.kind == "date" else "texte"
        missing = [m for m in sheet.missing if m.column == n]
        if not missing:
            return {"": base, "date": "date", "nombre": "nombre"}
        name = f"manque-{len(self._conditional)}"
        self._conditional[sheet.sheet.name, column.title, base] = name
        data = {"datastylename": "jour"} if base == "date" else {}
        made = style.Style(name=name, family="table-cell", parentstylename=base, **data)
        for rule in missing:
            made.addElement(
                style.Map(
                    condition=f"is-true-formula({_formula(sheet, rule)})",
                    applystylename="manque",
                    basecelladdress=f"{_quoted(sheet.sheet.name)}.{xl_col_to_name(n)}{FIRST_ROW + 1}",
                )
            )
        self.doc.automaticstyles.addElement(made)
        return {"": name, "date": name, "nombre": "nombre"}

    def _validation(self, sheet: PlannedSheet, n: int) -> str:
        """Declare the drop-down list and the help of a column; return its name, empty for a hidden column."""
        column: PlannedColumn = sheet.columns[n]
        if column.field.hidden:
            return ""
        name = f"aide-{len(self.validations.childNodes)}"
        options: dict[str, Any] = {"name": name, "allowemptycell": "true"}
        options["basecelladdress"] = f"{_quoted(sheet.sheet.name)}.{xl_col_to_name(n)}{FIRST_ROW + 1}"
        if column.menu:
            options["condition"] = f"of:cell-content-is-in-list({self._source(column.menu)})"
            options["displaylist"] = "unsorted"
        made = table.ContentValidation(**options)
        message = table.HelpMessage(title=column.help_title, display="true")
        message.addElement(text.P(text=column.help))
        made.addElement(message)
        if column.menu:
            # A warning, never a refusal: several values, « Ne sait pas » or a pasted label are read as well.
            shown = "false" if column.field.multiple else "true"
            error = table.ErrorMessage(title="Hors de la liste", display=shown, messagetype="warning")
            error.addElement(text.P(text="Cette valeur n'est pas dans la liste. La garder quand même ?"))
            made.addElement(error)
        self.validations.addElement(made)
        return name

    def _source(self, menu: Menu) -> str:
        if menu.values:
            return ";".join('"' + value.replace('"', '""') + '"' for value in menu.values)
        if menu.column:
            name, n = menu.column
            length = next(s.length for s in self.plan.sheets if s.sheet.name == name)
            letter = xl_col_to_name(n)
            return f"[{_quoted(name)}.${letter}${FIRST_ROW + 1}:.${letter}${FIRST_ROW + length}]"
        letter = xl_col_to_name(list(self.plan.lists).index(menu.liste))
        length = len(self.plan.lists[menu.liste]) or seances_length()
        return f"[{_quoted(LISTS_SHEET)}.${letter}$2:.${letter}${length + 1}]"

    # ---- hidden sheets ----

    def _lists(self) -> None:
        page = table.Table(name=LISTS_SHEET, stylename="feuille-masquee")
        columns = [self._list(name, values) for name, values in self.plan.lists.items()]
        for n in range(max((len(column) for column in columns), default=0)):
            row = table.TableRow()
            for column in columns:
                row.addElement(column[n] if n < len(column) else table.TableCell())
            page.addElement(row)
        self.doc.spreadsheet.addElement(page)

    def _list(self, name: str, values: tuple[str, ...]) -> list[Any]:
        cells = [_text_cell(name, "facultatif"), *(_text_cell(value, "texte") for value in values)]
        if name == self.plan.seances:
            cells += [_seance(FIRST_ROW + 1 + n) for n in range(seances_length())]
        return cells

    def _model(self) -> None:
        page = table.Table(name=MODEL_SHEET, stylename="feuille-masquee")
        for pair in self.plan.model:
            row = table.TableRow()
            for said in pair:
                row.addElement(_text_cell(said, "texte"))
            page.addElement(row)
        self.doc.spreadsheet.addElement(page)

    def _freeze(self) -> None:
        """Keep title rows and first columns in sight."""
        views = config.ConfigItemMapNamed(name="Tables")
        for sheet in self.plan.sheets:
            entry = config.ConfigItemMapEntry(name=sheet.sheet.name)
            columns = sheet.visible[0] + 1
            for key, value in (
                ("HorizontalSplitMode", 2),
                ("VerticalSplitMode", 2),
                ("HorizontalSplitPosition", columns),
                ("VerticalSplitPosition", FIRST_ROW),
                ("ActiveSplitRange", 3),
                ("PositionLeft", 0),
                ("PositionRight", columns),
                ("PositionTop", 0),
                ("PositionBottom", FIRST_ROW),
            ):
                kind = "short" if key.endswith(("Mode", "Range")) else "int"
                entry.addElement(config.ConfigItem(name=key, type=kind, text=str(value)))
            views.addElement(entry)
        view = config.ConfigItemMapEntry()
        view.addElement(config.ConfigItem(name="ViewId", type="string", text="view1"))
        view.addElement(views)
        indexed = config.ConfigItemMapIndexed(name="Views")
        indexed.addElement(view)
        settings = config.ConfigItemSet(name="ooo:view-settings")
        settings.addElement(indexed)
        self.doc.settings.addElement(settings)


def _text_cell(value: str, stylename: str, **more: str) -> Any:
    cell = table.TableCell(valuetype="string", stylename=stylename, **more)
    for line in value.split("\n"):
        cell.addElement(text.P(text=line))
    return cell


def _seance(row: int) -> Any:
    """Return one meeting as a formula: the body and the date of a row of the sheet Séances."""
    body, day = f"[$'Séances'.$A${row}]", f"[$'Séances'.$B${row}]"
    shown = f'RIGHT("0"&DAY({day});2)&"/"&RIGHT("0"&MONTH({day});2)&"/"&YEAR({day})'
    formula = f'of:=IF(OR({body}="";{day}="");"";{body}&" – "&{shown})'
    return table.TableCell(formula=formula, valuetype="string", stringvalue="")


def _formula(sheet: PlannedSheet, missing: Missing) -> str:
    row = FIRST_ROW + 1
    cell = f"[.${xl_col_to_name(missing.column)}{row}]"
    said = []
    for n, words in missing.because:
        other = f"[.${xl_col_to_name(n)}{row}]"
        quoted = ['"' + word.replace('"', '""') + '"' for word in words]
        said += [f"{other}={word}" for word in quoted] or [f'{other}<>""']
    return f'AND({cell}="";OR({";".join(said)}))'


def _quoted(name: str) -> str:
    return "$'" + name.replace("'", "''") + "'"

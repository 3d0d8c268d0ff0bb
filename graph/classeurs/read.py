"""Read a received file into rows of cells that keep the addresses of the file. Nothing is interpreted.

Workbooks (xlsx, ods, xls), text tables and JSON are told by their content. Formulas give the value that the spreadsheet
last saved; macros and external links are never followed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import python_calamine

from droitcommun.graph.classeurs.cells import EXCEL_EPOCH, CellError, address, clean, letter
from droitcommun.graph.classeurs.csvtable import CSV_SHEET, read_csv
from droitcommun.graph.classeurs.form import form_of_template
from droitcommun.graph.classeurs.jsontable import JSON_SHEET, looks_like_json, read_json
from droitcommun.graph.classeurs.package import (
    MAX_FILE,
    SheetMarks,
    check_area,
    inspect_package,
    protected,
    too_large,
    unreadable,
)
from droitcommun.graph.classeurs.problems import ClasseurRefuse, Problem, blocking
from droitcommun.graph.classeurs.raw import CellValue, Merge, Model, RawCell, RawClasseur, RawRow, RawSheet
from droitcommun.graph.classeurs.words import MODEL_SHEET, OWN_SHEETS
from droitcommun.graph.files import sha256_hex
from droitcommun.graph.langue import _

__all__ = [
    "CSV_SHEET",
    "JSON_SHEET",
    "CellValue",
    "Model",
    "RawCell",
    "RawClasseur",
    "RawRow",
    "RawSheet",
    "is_lock_file",
    "read_classeur",
    "read_sheet",
]

_EPOCH_1904 = date(1904, 1, 1)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOCKS = ("~$", ".~lock.")
_WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls")


def is_lock_file(name: str) -> bool:
    """Tell whether a file is the mark that Excel or LibreOffice leaves beside a workbook that is open."""
    return name.startswith(_LOCKS)


def read_classeur(path: Path, data: bytes | None = None) -> RawClasseur:
    """Read a file, whatever its name says it is; *data* are its bytes when they have been read already.

    Raises ClasseurRefuse (unreadable, hostile, unknown format).
    """
    data = path.read_bytes() if data is None else data
    if len(data) > MAX_FILE:
        raise too_large(_("il pèse plus de {n} Mo").format(n=MAX_FILE // 1_000_000))
    if is_lock_file(path.name):
        raise _lock_file(path.name)
    if not data.strip():
        raise unreadable(_("il est vide"))
    sha256 = sha256_hex(data)
    if data.startswith(b"PK"):
        package = inspect_package(data)
        sheets = _read_sheets(data, package.marks)
        epoch = _EPOCH_1904 if package.date1904 else EXCEL_EPOCH
        problems = (_macros_ignored(),) if package.macros else ()
        return RawClasseur(path, sha256, _read_model(sheets), _data_sheets(sheets), package.kind, epoch, problems)
    if data.startswith(_OLE):
        if _OLE_ENCRYPTED in data:
            raise protected()
        sheets = _read_sheets(data, {})
        problems = (_macros_ignored(),) if _OLE_MACROS in data else ()
        return RawClasseur(path, sha256, _read_model(sheets), _data_sheets(sheets), "xls", problems=problems)
    if looks_like_json(data):
        return RawClasseur(path, sha256, None, {JSON_SHEET: read_json(data)}, "json")
    table = read_csv(data)
    if path.suffix.lower() in _WORKBOOKS and all(len(row.cells) < 2 for row in table.rows):
        raise unreadable(_("son contenu n'est pas celui d'un classeur"))
    return RawClasseur(path, sha256, None, {CSV_SHEET: table}, "csv")


def read_sheet(path: Path, name: str) -> RawSheet | None:
    """Read one sheet of a file that was received, hence looked into, already; None when it has no such sheet.

    The same cells as read_classeur, without the time that its other sheets take. Raises ClasseurRefuse.
    """
    data = path.read_bytes()
    if not data.startswith(b"PK"):
        return read_classeur(path, data).sheets.get(name)
    return _data_sheets(_read_sheets(data, inspect_package(data, (name,)).marks, name)).get(name)


def every_sheet(data: bytes) -> tuple[RawSheet, ...]:
    """Return every sheet of a workbook, hidden ones too, as values. Raises ClasseurRefuse."""
    return tuple(_read_sheets(data, {}).values())


def _lock_file(name: str) -> ClasseurRefuse:
    return ClasseurRefuse(
        [
            blocking(
                "fichier-illisible",
                _(
                    "« {nom} » n'est pas un classeur : c'est le fichier de verrou qu'Excel crée tant qu'un classeur "
                    "est ouvert."
                ).format(nom=name),
                _("Fermez le classeur dans Excel, et donnez le fichier du même nom sans « ~$ »."),
            )
        ]
    )


# ---- workbooks ----


def _read_sheets(data: bytes, marks: dict[str, SheetMarks], only: str | None = None) -> dict[str, RawSheet]:
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            names = [m.name for m in book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
            names = [name for name in names if only in (None, name)]
            return {name: _read_sheet(book.get_sheet_by_name(name), marks.get(name)) for name in names}
    except python_calamine.PasswordError as error:
        raise protected() from error
    except ClasseurRefuse:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader's own panics are not Exceptions
        raise unreadable(_("une de ses feuilles ne peut pas être lue")) from error


def _read_sheet(sheet: python_calamine.CalamineSheet, marks: SheetMarks | None) -> RawSheet:
    errors = dict(marks.errors) if marks else {}
    percent = marks.percent if marks else set()
    check_area(sheet.name, sheet.total_height, sheet.total_width)
    origin = sheet.start or (0, 0)
    rows: dict[int, dict[int, RawCell]] = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), origin[0]):
        for column, value in enumerate(values, origin[1]):
            cell = _cell(address(row, column), letter(column), value, percent)
            if cell:
                rows.setdefault(row, {})[column] = cell
    for place, text in errors.items():
        row, column = _coordinates(place)
        rows.setdefault(row, {})[column] = RawCell(place, letter(column), CellError(text), text)
    merges = marks.merges if marks and marks.merges else _merges(sheet)
    return RawSheet(sheet.name, tuple(_rows(rows)), tuple(merges))


def _merges(sheet: python_calamine.CalamineSheet) -> list[Merge]:
    ranges = sheet.merged_cell_ranges or []
    return sorted(Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


def _rows(rows: dict[int, dict[int, RawCell]]) -> Iterator[RawRow]:
    for number in sorted(rows):
        yield RawRow(number + 1, tuple(rows[number][column] for column in sorted(rows[number])))


def _coordinates(place: str) -> tuple[int, int]:
    letters = place.rstrip("0123456789")
    column = 0
    for char in letters:
        column = column * 26 + ord(char) - 64
    return int(place[len(letters) :]) - 1, column - 1


def _cell(place: str, column: str, value: CellValue, percent: set[str]) -> RawCell | None:
    if isinstance(value, str):
        return RawCell(place, column, value, value) if clean(value) else None
    if isinstance(value, (int, float)) and place in percent:
        shown = _percent(value)
        return RawCell(place, column, shown, shown)
    return RawCell(place, column, value, _shown(value))


def _percent(value: float) -> str:
    number = Decimal(f"{value:.15g}") * 100
    return f"{number.normalize():f}".replace(".", ",") + " %"


def _shown(value: CellValue) -> str:
    """Return a value as a French reader would write it."""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}" if value.time() != time() else f"{value:%d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _data_sheets(sheets: dict[str, RawSheet]) -> dict[str, RawSheet]:
    return {name: sheet for name, sheet in sheets.items() if name not in OWN_SHEETS}


def _read_model(sheets: dict[str, RawSheet]) -> Model | None:
    sheet = sheets.get(MODEL_SHEET)
    if sheet is None:
        return None
    pairs = [row.cells[:2] for row in sheet.rows if len(row.cells) > 1]
    said = {key.text: value.text for key, value in pairs if not isinstance(value.value, CellError)}
    genre = form_of_template(said.get("modele", ""))
    annee = said.get("campagne", "")
    if genre is None or not (len(annee) == 4 and annee.isascii() and annee.isdecimal()) or not said.get("contrat"):
        return None
    return Model(
        genre=genre,
        version=said.get("version", ""),
        contrat=said["contrat"],
        annee=int(annee),
        organisme=said.get("organisme"),
        service=said.get("service"),
    )


def _macros_ignored() -> Problem:
    return Problem(
        "info",
        "macros-ignorees",
        None,
        None,
        None,
        None,
        _("Ce classeur contient des macros : elles n'ont pas été exécutées."),
        _("Rien à faire."),
    )

"""Read a received file into rows of cells that keep the addresses of the file: xlsx, ods, csv. Nothing is interpreted.

Formulas give the value that the spreadsheet last saved; macros and external links are never followed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import python_calamine

from droitcommun.graph.classeurs.cells import EXCEL_EPOCH, CellError, address, clean, letter
from droitcommun.graph.classeurs.form import FormName, form_of_template
from droitcommun.graph.classeurs.package import (
    MAX_FILE,
    Package,
    SheetMarks,
    inspect_package,
    protected,
    too_large,
    unknown_format,
    unreadable,
)
from droitcommun.graph.classeurs.problems import ClasseurRefuse, Problem, blocking
from droitcommun.graph.classeurs.words import MODEL_SHEET, OWN_SHEETS
from droitcommun.graph.files import sha256_hex
from droitcommun.graph.langue import _

CSV_SHEET = "csv"
_DELIMITERS = (";", ",", "\t", "|")
_EPOCH_1904 = date(1904, 1, 1)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_CSV_CELLS = 2_000_000
_LOCKS = "~$"
_WORKBOOKS = (".xlsx", ".xlsm", ".ods")
# What no text holds: a file with one of these bytes is something else, even where it could be decoded.
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1f]")

CellValue = str | bool | int | float | date | datetime | time | timedelta | CellError


@dataclass(frozen=True)
class RawCell:
    """A cell that holds something. `column` is its letter, `text` what it says."""

    address: str
    column: str
    value: CellValue
    text: str


@dataclass(frozen=True)
class RawRow:
    """A row that holds something; `number` is its place in the file, from 1."""

    number: int
    cells: tuple[RawCell, ...]

    def cell(self, column: str) -> RawCell | None:
        """Return the cell of a column, or None when it is empty."""
        return next((cell for cell in self.cells if cell.column == column), None)


@dataclass(frozen=True)
class RawSheet:
    """The rows of a sheet that hold something; rows left out are empty in the file."""

    name: str
    rows: tuple[RawRow, ...]


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


def read_classeur(path: Path, data: bytes | None = None) -> RawClasseur:
    """Read a file, whatever its name says it is; *data* are its bytes when they have been read already.

    Raises ClasseurRefuse (unreadable, hostile, unknown format).
    """
    data = path.read_bytes() if data is None else data
    if len(data) > MAX_FILE:
        raise too_large(_("il pèse plus de {n} Mo").format(n=MAX_FILE // 1_000_000))
    if path.name.startswith(_LOCKS):
        raise _lock_file(path.name)
    if not data.strip():
        raise unreadable(_("il est vide"))
    sha256 = sha256_hex(data)
    if data.startswith(b"PK"):
        package = inspect_package(data)
        sheets = _read_sheets(data, package)
        epoch = _EPOCH_1904 if package.date1904 else EXCEL_EPOCH
        problems = (_macros_ignored(),) if package.macros else ()
        return RawClasseur(path, sha256, _read_model(sheets), _data_sheets(sheets), package.kind, epoch, problems)
    if data.startswith(_OLE):
        raise protected()
    table = _read_csv(data)
    if path.suffix.lower() in _WORKBOOKS and all(len(row.cells) < 2 for row in table.rows):
        raise unreadable(_("son contenu n'est pas celui d'un classeur"))
    return RawClasseur(path, sha256, None, {CSV_SHEET: table}, "csv")


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


def _read_sheets(data: bytes, package: Package) -> dict[str, RawSheet]:
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            names = [m.name for m in book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
            return {name: _read_sheet(book.get_sheet_by_name(name), package.marks.get(name)) for name in names}
    except python_calamine.PasswordError as error:
        raise protected() from error
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader's own panics are not Exceptions
        raise unreadable(_("une de ses feuilles ne peut pas être lue")) from error


def _read_sheet(sheet: python_calamine.CalamineSheet, marks: SheetMarks | None) -> RawSheet:
    errors = dict(marks.errors) if marks else {}
    percent = marks.percent if marks else set()
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
    return RawSheet(sheet.name, tuple(_rows(rows)))


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


# ---- CSV ----


def _read_csv(data: bytes) -> RawSheet:
    text = _decoded(data)
    records = _records(text)
    rows = []
    count = 0
    for number, record in enumerate(records, 1):
        cells = tuple(
            RawCell(f"{letter(n)}{number}", letter(n), value, value) for n, value in enumerate(record) if clean(value)
        )
        count += len(cells)
        if count > _MAX_CSV_CELLS:
            raise too_large(_("il contient plus de {n} cellules").format(n=_MAX_CSV_CELLS))
        if cells:
            rows.append(RawRow(number, cells))
    return RawSheet(CSV_SHEET, tuple(rows))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data:
        raise unknown_format()
    else:
        if _NO_TEXT.search(data[:4096]):
            raise unreadable(_("son contenu n'est pas celui d'un classeur"))
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unknown_format()


def _records(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False))
    except csv.Error as error:
        raise unreadable(_("ses colonnes ne peuvent pas être séparées")) from error


def _delimiter(text: str) -> str:
    """Return the separator that cuts the first lines most evenly; `;` wins a draw."""
    sample = text[:20_000].splitlines()[:50]
    scores = {delimiter: _evenness(csv.reader(sample, delimiter=delimiter)) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: scores[delimiter])


def _evenness(records: Iterable[list[str]]) -> tuple[float, int]:
    widths = Counter(len(record) for record in records if record)
    if not widths or widths.most_common(1)[0][0] < 2:
        return (0.0, 0)
    width, rows = widths.most_common(1)[0]
    return (rows / widths.total(), width)

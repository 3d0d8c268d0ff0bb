"""Look into a workbook's package before any reader opens it: hostile files stop here, and marks are kept for later.

The marks are what the cell reader does not tell: cells in error, formulas without a value, percentages.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from droitcommun.graph.classeurs.cells import address
from droitcommun.graph.classeurs.problems import ClasseurRefuse, blocking
from droitcommun.graph.classeurs.raw import Merge
from droitcommun.graph.langue import _

MAX_FILE = 50_000_000
_MAX_PARTS = 5_000
_MAX_UNPACKED = 400_000_000
_MAX_RATIO, _RATIO_FLOOR = 200, 20_000_000
_MAX_CELLS, _MAX_AREA, _MAX_TEXT = 2_000_000, 10_000_000, 50_000_000

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_BUILTIN_PERCENT = {"9", "10"}
# Kept as raw text in the graph: the same in every language.
_NO_VALUE = "formule sans valeur"


@dataclass
class SheetMarks:
    """What the cell reader does not tell of one sheet: by address, the text of errors and the percentages; of an ODS,
    the merged cells."""

    errors: dict[str, str] = field(default_factory=dict)
    percent: set[str] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)


# What a sheet of an XLSX has when a cell of it bears a mark other than a percentage: a formula, or an error.
_MARKED = re.compile(rb"""<(\w+:)?f[\s/>]|\bt\s*=\s*["']e["']""")


@dataclass(frozen=True)
class Package:
    """A package that is safe to read. `date1904` says that its serial dates count from 1904."""

    kind: Literal["xlsx", "ods"]
    marks: dict[str, SheetMarks]
    date1904: bool = False
    macros: bool = False


def inspect_package(data: bytes, only: Collection[str] | None = None) -> Package:
    """Return the marks of a workbook given as the bytes of a zip.

    With *only*, those of the sheets named, of a workbook that was accepted before: it is not measured again.
    Raises ClasseurRefuse.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if only is None:
                _refuse_bombs(archive)
            names = set(archive.namelist())
            parts = {name.lower(): name for name in archive.namelist()}
            if "xl/workbook.xml" in parts:
                return _inspect_xlsx(archive, parts, only)
            if "content.xml" in names and b"spreadsheet" in archive.read("mimetype")[:80]:
                return _inspect_ods(archive, names)
    except ClasseurRefuse:
        raise
    except DefusedXmlException as error:
        raise _hostile(_("il contient des entités XML")) from error
    except zipfile.BadZipFile as error:
        raise unreadable(_("son archive ZIP est coupée ou abîmée")) from error
    except Exception as error:  # the border: a damaged package fails in as many ways as there are bytes
        if type(error) is RuntimeError:  # what zipfile says of an encrypted part
            raise protected() from error
        raise unreadable(_("son contenu n'est pas celui d'un classeur")) from error
    raise unknown_format()


def unreadable(reason: str) -> ClasseurRefuse:
    """Return the refusal of a file that cannot be read."""
    return ClasseurRefuse(
        [
            blocking(
                "fichier-illisible",
                _("Le fichier est abîmé ou incomplet ({raison}).").format(raison=reason),
                _("Ouvrez-le dans Excel ou LibreOffice, enregistrez-le sous un autre nom, et redonnez cette copie."),
            )
        ]
    )


def protected() -> ClasseurRefuse:
    """Return the refusal of a file protected by a password."""
    return ClasseurRefuse(
        [
            blocking(
                "fichier-protege",
                _("Le fichier est protégé par un mot de passe."),
                _("Retirez le mot de passe, enregistrez-le au format .xlsx ou .ods, et redonnez-le."),
            )
        ]
    )


def unknown_format() -> ClasseurRefuse:
    """Return the refusal of a file that is no workbook."""
    return ClasseurRefuse(
        [
            blocking(
                "format-inconnu",
                _("Ce fichier n'est ni un classeur (.xlsx, .ods, .xls), ni une table .csv ou .json."),
                _("Enregistrez-le dans l'un de ces formats, et redonnez-le."),
            )
        ]
    )


def too_large(what: str) -> ClasseurRefuse:
    """Return the refusal of a file beyond all reason."""
    return _hostile(what)


def _hostile(reason: str) -> ClasseurRefuse:
    return ClasseurRefuse(
        [
            blocking(
                "fichier-hostile",
                _("Le fichier n'a pas été ouvert, par prudence : {raison}.").format(raison=reason),
                _(
                    "Copiez ses feuilles dans un classeur neuf et redonnez-le ; "
                    "si vous n'attendiez pas ce fichier, supprimez-le."
                ),
            )
        ]
    )


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Unpack every part once, counting what really comes out: the sizes that a package declares may lie."""
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS:
        raise _hostile(_("il contient {n} parties").format(n=len(parts)))
    total = 0
    for part in parts:
        size = 0
        with archive.open(part) as stream:
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if total + size > _MAX_UNPACKED:
                    raise _hostile(_("il se déploie sans fin (bombe de décompression)"))
                if size > _RATIO_FLOOR and size > _MAX_RATIO * max(part.compress_size, 1):
                    raise _hostile(_("il se déploie sans fin (bombe de décompression)"))
        total += size


class _Budget:
    """Count cells and text of a workbook, and refuse beyond reason."""

    def __init__(self) -> None:
        self.cells = self.text = 0

    def add(self, cells: int, text: int) -> None:
        self.cells += cells
        self.text += text
        if self.cells > _MAX_CELLS or self.text > _MAX_TEXT:
            raise _hostile(_("il contient plus de {n} cellules, ou trop de texte").format(n=_MAX_CELLS))


def check_area(sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet that stands for more cells than a machine can hold. Raises ClasseurRefuse."""
    if rows * columns > _MAX_AREA:
        last = address(rows - 1, columns - 1)
        raise _hostile(
            _("la feuille « {feuille} » s'étend jusqu'à {cellule} ; supprimez les lignes et colonnes inutiles").format(
                feuille=sheet, cellule=last
            )
        )


def _elements(archive: zipfile.ZipFile, part: str, *tags: str) -> Iterator[Element]:
    """Yield the elements of a part whose local name is one of *tags*, then forget them."""
    with archive.open(part) as stream:
        for _event, element in iterparse(stream, events=("end",)):
            if _local(element) in tags:
                yield element
                element.clear()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


# ---- XLSX ----


def _inspect_xlsx(archive: zipfile.ZipFile, parts: dict[str, str], only: Collection[str] | None) -> Package:
    """Mark the sheets; *parts* gives the names of the parts by their lower case, for case does not count in them."""
    if len(parts) < len(archive.namelist()):
        raise unreadable(_("deux parties ont le même nom"))
    rels = parts["xl/_rels/workbook.xml.rels"]
    targets = {e.get("Id", ""): e.get("Target", "") for e in _elements(archive, rels, "Relationship")}
    sheets: dict[str, str] = {}
    date1904 = False
    for element in _elements(archive, parts["xl/workbook.xml"], "sheet", "workbookPr"):
        if _local(element) == "workbookPr":
            date1904 = element.get("date1904") in ("1", "true")
            continue
        target = targets.get(element.get(_R + "id") or _strict_id(element), "")
        sheets[element.get("name", "")] = _part_name(target, parts)
    percent = _percent_styles(archive, parts["xl/styles.xml"]) if "xl/styles.xml" in parts else set()
    lengths = _shared_lengths(archive, parts["xl/sharedstrings.xml"]) if "xl/sharedstrings.xml" in parts else []
    budget = _Budget()
    marks = {
        name: _xlsx_marks(archive, part, name, percent, lengths, budget)
        for name, part in sheets.items()
        if only is None or (name in only and (percent or _MARKED.search(archive.read(part))))
    }
    return Package("xlsx", marks, date1904, macros="xl/vbaproject.bin" in parts)


def _part_name(target: str, parts: dict[str, str]) -> str:
    """Return the name of the part that a sheet points to; without it nothing of the sheet can be trusted."""
    absolute = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if absolute.lower() not in parts:
        raise unreadable(_("la partie {nom} manque").format(nom=absolute))
    return parts[absolute.lower()]


def _strict_id(element: Element) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


def _percent_styles(archive: zipfile.ZipFile, part: str) -> set[str]:
    """Return the indexes of the cell styles that show a percentage."""
    formats: set[str] = set(_BUILTIN_PERCENT)
    styles: list[str] = []
    for element in _elements(archive, part, "numFmt", "cellXfs"):
        if _local(element) == "numFmt":
            code = re.sub(r'"[^"]*"|\\.', "", element.get("formatCode", ""))
            if "%" in code:
                formats.add(element.get("numFmtId", ""))
        else:
            styles = [xf.get("numFmtId", "") for xf in element]
    return {str(n) for n, number_format in enumerate(styles) if number_format in formats}


def _shared_lengths(archive: zipfile.ZipFile, part: str) -> list[int]:
    return [sum(len(t) for t in si.itertext()) for si in _elements(archive, part, "si")]


def _xlsx_marks(
    archive: zipfile.ZipFile, part: str, name: str, percent: set[str], lengths: list[int], budget: _Budget
) -> SheetMarks:
    marks = SheetMarks()
    row = column = last_row = last_column = 0
    for element in _elements(archive, part, "row"):
        row = int(element.get("r") or row + 1)
        column = 0
        for cell in element:
            if _local(cell) != "c":
                continue
            reference = cell.get("r")
            column = _column_number(reference) if reference else column + 1
            if not len(cell):
                continue
            content = {_local(child): child for child in cell}
            if not content.keys() & {"v", "is", "f"}:
                continue
            place = address(row - 1, column - 1)
            last_row, last_column = max(last_row, row), max(last_column, column)
            budget.add(1, _xlsx_cell(cell, content, place, percent, lengths, marks))
        check_area(name, last_row, last_column)
    return marks


def _xlsx_cell(
    cell: Element, content: dict[str, Element], place: str, percent: set[str], lengths: list[int], marks: SheetMarks
) -> int:
    """Note what is special in one cell; return the length of its text."""
    kind = cell.get("t", "n")
    value = (content["v"].text or "") if "v" in content else ""
    if kind == "e":
        marks.errors[place] = value or "#ERR"
    elif "f" in content and not value and kind != "str":
        marks.errors[place] = _NO_VALUE
    if cell.get("s") in percent and kind == "n":
        marks.percent.add(place)
    if kind == "s" and value.isdigit():
        return lengths[int(value)] if int(value) < len(lengths) else 0
    return len(value)


def _column_number(reference: str) -> int:
    """Return 28 for AB12. Raises ValueError on anything else."""
    number = 0
    letters = re.match(r"[A-Z]{1,3}(?=\d+$)", reference.upper())
    if not letters:
        raise ValueError(reference)
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number


# ---- ODS ----


def _inspect_ods(archive: zipfile.ZipFile, names: set[str]) -> Package:
    budget = _Budget()
    marks: dict[str, SheetMarks] = {}
    with archive.open("content.xml") as stream:
        reader = _OdsReader(budget, marks)
        for event, element in iterparse(stream, events=("start-ns", "start", "end")):
            if event == "start-ns":
                _check_prefix(*element)
            else:
                reader.feed(event, element)
    return Package("ods", marks, macros=any(n.startswith(("Basic/", "Scripts/")) for n in names))


def _check_prefix(prefix: str, uri: str) -> None:
    """Refuse a prefix that means something else here than to the cell reader, which only looks at prefixes."""
    if f"{{{uri}}}" != {"office": _OFFICE, "table": _TABLE}.get(prefix, f"{{{uri}}}"):
        raise _hostile(_("ses espaces de noms XML sont faux"))


class _OdsReader:
    """Follow the rows of content.xml; repeated cells and rows are counted as many times as they stand for."""

    def __init__(self, budget: _Budget, marks: dict[str, SheetMarks]) -> None:
        self.budget, self.marks = budget, marks
        self.sheet, self.row, self.last_row, self.last_column = "", 0, 0, 0

    def feed(self, event: str, element: Element) -> None:
        if event == "start":
            if element.tag == _TABLE + "table":
                self.sheet, self.row, self.last_row, self.last_column = element.get(_TABLE + "name", ""), 0, 0, 0
                self.marks[self.sheet] = SheetMarks()
        elif element.tag == _TABLE + "table-row":
            self._row(element)
            element.clear()

    def _row(self, element: Element) -> None:
        repeated = _repeated(element, "rows")
        column = 0
        for cell in element:
            if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
                continue
            times = _repeated(cell, "columns")
            self._merge(cell, column)
            if any(name.startswith(_OFFICE) or name == _TABLE + "formula" for name in cell.attrib):
                text = "".join(cell.itertext())
                # Before any mark is made: a few bytes may stand for millions of cells.
                self.budget.add(times * repeated, len(text) * times * repeated)
                self.last_row, self.last_column = self.row + repeated, max(self.last_column, column + times)
                check_area(self.sheet, self.last_row, self.last_column)
                self._mark(cell, text, column, times, repeated)
            column += times
        self.row += repeated

    def _merge(self, cell: Element, column: int) -> None:
        down, across = (int(cell.get(f"{_TABLE}number-{what}-spanned", "1")) for what in ("rows", "columns"))
        if down > 1 or across > 1:
            merge = Merge(self.row + 1, column, self.row + down, column + across - 1)
            self.marks[self.sheet].merges.append(merge)

    def _mark(self, cell: Element, text: str, column: int, times: int, repeated: int) -> None:
        error = cell.get(_CALCEXT + "value-type") == "error" or (
            cell.get(_TABLE + "formula") is not None and re.match(r"#[A-Z/0!?]+$|Err:\d+$", text) is not None
        )
        if error or cell.get(_OFFICE + "value-type") == "percentage":
            marks = self.marks[self.sheet]
            for row in range(self.row, self.row + repeated):
                for n in range(column, column + times):
                    if error:
                        marks.errors[address(row, n)] = text or "#ERR"
                    else:
                        marks.percent.add(address(row, n))


def _repeated(element: Element, what: Literal["rows", "columns"]) -> int:
    """Return how many rows or columns an element stands for. Raises ValueError."""
    times = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    if times < 0:
        raise ValueError(times)
    return times

"""Files become cells that keep the addresses, and say when they cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pytest

from droitcommun.graph.classeurs import package
from droitcommun.graph.classeurs.cells import CellError
from droitcommun.graph.classeurs.problems import ClasseurRefuse
from droitcommun.graph.classeurs.read import read_classeur, read_sheet
from droitcommun.graph.langue import set_langue

Write = Callable[..., bytes]


def cells(path: Path, sheet: str) -> dict[str, object]:
    whole = read_classeur(path).sheets[sheet]
    assert read_sheet(path, sheet) == whole
    return {c.address: c.value for row in whole.rows for c in row.cells}


def refused(path: Path) -> str:
    with pytest.raises(ClasseurRefuse) as caught:
        read_classeur(path)
    (problem,) = caught.value.problems
    assert problem.gravite == "bloquant" and problem.message and problem.correction
    return problem.code


def test_addresses_survive_blank_hidden_and_skipped_rows(tmp_path: Path, write_book: Write) -> None:
    grid = [
        [],
        [],
        [None, None, "titre"],
        [],
        ["a", None, 12.5],
        [],
        [],
        [None, "caché"],
        [None, None, date(2026, 3, 1)],
    ]
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book({"F": grid}, None, {"F": [7]}))
    assert cells(path, "F") == {"C3": "titre", "A5": "a", "C5": 12.5, "B8": "caché", "C9": date(2026, 3, 1)}
    assert [row.number for row in read_classeur(path).sheets["F"].rows] == [3, 5, 8, 9]


def test_formulas_give_their_saved_value_and_errors_are_not_blank(
    tmp_path: Path, write_book: Write, kinds: dict[str, type]
) -> None:
    formula = kinds["formula"]
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        write_book({"F": [[formula("=1+1", 2), formula("=1/0", "#DIV/0!"), formula("=REF", "#REF!")]]}, None)
    )
    assert cells(path, "F") == {"A1": 2.0, "B1": CellError("#DIV/0!"), "C1": CellError("#REF!")}


def test_a_formula_never_computed_is_an_error_and_not_a_blank(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx", "Sheet") == {"B2": CellError("formule sans valeur")}


def test_what_is_kept_of_a_cell_is_the_same_in_every_language(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    french = cells(tmp_path / "a.xlsx", "Sheet")
    set_langue("en")
    try:
        assert cells(tmp_path / "a.xlsx", "Sheet") == french
    finally:
        set_langue("fr")


def test_bytes_already_read_are_not_read_again(tmp_path: Path, write_book: Write) -> None:
    raw = read_classeur(tmp_path / "absent.xlsx", write_book({"F": [["x"]]}, None))
    assert [cell.text for row in raw.sheets["F"].rows for cell in row.cells] == ["x"]
    assert raw.path == tmp_path / "absent.xlsx"


def test_a_percentage_is_read_as_it_is_shown(tmp_path: Path, write_book: Write, kinds: dict[str, type]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book({"F": [[kinds["percent"](0.25), 0.25, kinds["percent"](0.005)]]}, None))
    assert cells(path, "F") == {"A1": "25 %", "B1": 0.25, "C1": "0,5 %"}


def test_our_own_sheets_are_not_data(tmp_path: Path, write_book: Write, models: dict[str, dict[str, str]]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book({"F": [["x"]], "_listes": [["y"]], "Mode d'emploi": [["z"]]}, models["recensement"]))
    raw = read_classeur(path)
    assert list(raw.sheets) == ["F"]
    model = raw.model
    assert model is not None
    assert (model.genre, model.contrat, model.annee, model.organisme) == (
        "recensement",
        "val-d-essai",
        2026,
        "essai-caf",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"modele": "autre"},
        {"campagne": "deux mille"},
        {"campagne": "202²"},
        {"campagne": "٢٠٢٦"},
        {"campagne": "9" * 5000},
        {"contrat": ""},
    ],
)
def test_a_damaged_model_is_no_model(
    tmp_path: Path, write_book: Write, models: dict[str, dict[str, str]], change: dict[str, str]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book({"F": [["x"]]}, {**models["recensement"], **change}))
    assert read_classeur(path).model is None


def test_ods_repeated_rows_and_cells_keep_their_addresses(tmp_path: Path) -> None:
    def cell(text: str | None, **attributes: object) -> odf.table.TableCell:
        made = odf.table.TableCell(valuetype="string" if text else None, **attributes)
        if text:
            made.addElement(odf.text.P(text=text))
        return made

    document = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name="F")
    blank = odf.table.TableRow(numberrowsrepeated=4)
    blank.addElement(cell(None, numbercolumnsrepeated=3))
    row = odf.table.TableRow(numberrowsrepeated=2)
    row.addElement(cell(None, numbercolumnsrepeated=2))
    row.addElement(cell("x", numbercolumnsrepeated=2))
    for part in (blank, row):
        table.addElement(part)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    assert cells(tmp_path / "a.ods", "F") == {"C5": "x", "D5": "x", "C6": "x", "D6": "x"}


def test_one_sheet_alone_is_read_without_the_others(
    tmp_path: Path, write_book: Write, kinds: dict[str, type], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    grid = [[kinds["percent"](0.25), kinds["formula"]("=1/0", "#DIV/0!"), "x"]]
    path.write_bytes(write_book({"F": grid, "G": [["y"] * 40] * 40}, None))
    monkeypatch.setattr(package, "_MAX_CELLS", 10)  # the other sheet, looked into when it came, is not counted again
    alone = read_sheet(path, "F")
    assert alone is not None
    assert [(c.address, c.value, c.text) for c in alone.rows[0].cells] == [
        ("A1", "25 %", "25 %"),
        ("B1", CellError("#DIV/0!"), "#DIV/0!"),
        ("C1", "x", "x"),
    ]
    assert read_sheet(path, "absente") is None


# ---- CSV ----


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_of_any_usual_sort(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["intitulé", "montant", "commune"], ["Été à Liévin", "12 €", "Lens"], [], ["", "3", "x"]]
    text = "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert cells(tmp_path / "a.csv", "csv") == {
        "A1": "intitulé",
        "B1": "montant",
        "C1": "commune",
        "A2": "Été à Liévin",
        "B2": "12 €",
        "C2": "Lens",
        "B4": "3",
        "C4": "x",
    }


def test_csv_quoted_delimiters_and_line_breaks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a;b\n"x;y";"deux\nlignes"\nfin;1\n', encoding="utf-8")
    assert cells(tmp_path / "a.csv", "csv") == {
        "A1": "a",
        "B1": "b",
        "A2": "x;y",
        "B2": "deux\nlignes",
        "A3": "fin",
        "B3": "1",
    }


def test_commas_inside_texts_do_not_fool_the_separator(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("nom;lieu\nA, B, C;x\nD, E;y\nF;z\n", encoding="utf-8")
    assert cells(tmp_path / "a.csv", "csv")["A2"] == "A, B, C"


# ---- damaged, foreign and hostile files ----


def test_random_bytes_and_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    assert refused(tmp_path / "a.xlsx") == "format-inconnu"


def test_the_content_counts_and_not_the_name(tmp_path: Path, write_book: Write) -> None:
    (tmp_path / "a.csv").write_bytes(write_book({"F": [["x"]]}, None))
    assert read_classeur(tmp_path / "a.csv").format == "xlsx"


def test_another_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refused(tmp_path / "a.xlsx") == "format-inconnu"


@pytest.mark.parametrize("kept", [10, 200, 2000, -30, -500])
def test_a_truncated_workbook_is_refused(tmp_path: Path, write_book: Write, kept: int) -> None:
    data = write_book({"F": [["x"] * 50] * 50}, None)
    (tmp_path / "a.xlsx").write_bytes(data[:kept])
    assert refused(tmp_path / "a.xlsx") == "fichier-illisible"


def test_a_password_protected_file_says_so(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    (tmp_path / "a.xlsx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert refused(tmp_path / "a.xlsx") == "fichier-protege"
    (tmp_path / "b.xlsx").write_bytes(ole)
    assert refused(tmp_path / "b.xlsx") == "fichier-illisible"


def repacked(data: bytes, part: str, content: bytes) -> bytes:
    """Return a workbook whose *part* has been replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return buffer.getvalue()


SHEET = (
    b'<?xml version="1.0"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>%s</sheetData></worksheet>"
)


def test_xml_entities_are_refused(tmp_path: Path, write_book: Write) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    sheet = SHEET % (bomb, b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>')
    data = repacked(write_book({"F": [["x"]]}, None), "xl/worksheets/sheet1.xml", sheet)
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refused(tmp_path / "a.xlsx") == "fichier-hostile"


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path, write_book: Write) -> None:
    data = repacked(write_book({"F": [["x"]]}, None), "xl/media/image1.xml", b"\0" * 60_000_000)
    assert len(data) < 200_000
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refused(tmp_path / "a.xlsx") == "fichier-hostile"


def test_a_cell_in_the_last_corner_does_not_eat_the_memory(tmp_path: Path, write_book: Write) -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = repacked(write_book({"F": [["x"]]}, None), "xl/worksheets/sheet1.xml", SHEET % (b"", rows))
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refused(tmp_path / "a.xlsx") == "fichier-hostile"


def ods(rows: str, table: str = "urn:oasis:names:tc:opendocument:xmlns:table:1.0") -> bytes:
    """Return a workbook of one sheet, F, of the rows given as XML."""
    content = (
        f'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        f'xmlns:table="{table}"><office:body><office:spreadsheet><table:table table:name="F">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "holds", ['office:value-type="float" office:value="1"', 'office:value="1"', 'table:formula="=1"']
)
def test_ods_cells_repeated_a_million_times_are_refused(tmp_path: Path, holds: str) -> None:
    cell = f'<table:table-cell table:number-columns-repeated="1000" {holds}/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    (tmp_path / "a.ods").write_bytes(ods(row))
    assert refused(tmp_path / "a.ods") == "fichier-hostile"


@pytest.mark.parametrize("times", ["1000001", "400000"])
def test_ods_marks_are_charged_before_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: str
) -> None:
    """A row of percentages, each repeated: the addresses made never go beyond what a workbook may hold."""
    made = 0

    def counted(row: int, column: int) -> str:
        nonlocal made
        made += 1
        assert made <= package._MAX_CELLS
        return ""

    monkeypatch.setattr(package, "address", counted)
    cell = (
        f'<table:table-cell table:number-columns-repeated="{times}" office:value-type="percentage" office:value="1"/>'
    )
    (tmp_path / "a.ods").write_bytes(ods(f"<table:table-row>{cell * 20}</table:table-row>"))
    assert refused(tmp_path / "a.ods") == "fichier-hostile"


def test_a_negative_repetition_does_not_pay_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, int]] = []
    monkeypatch.setattr(package, "address", lambda row, column: str(made.append((row, column))))
    cell = '<table:table-cell table:number-columns-repeated="{n}" office:value-type="percentage" office:value="1"/>'
    (tmp_path / "a.ods").write_bytes(ods(f"<table:table-row>{cell.format(n=-9)}{cell.format(n=9)}</table:table-row>"))
    assert refused(tmp_path / "a.ods") == "fichier-illisible"
    assert made == []


def test_ods_prefixes_that_lie_are_refused(tmp_path: Path) -> None:
    """The cell reader goes by prefixes: what it would read must be what was charged."""
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    (tmp_path / "a.ods").write_bytes(ods(row, table="urn:autre"))
    assert refused(tmp_path / "a.ods") == "fichier-hostile"


def renamed(data: bytes, names: dict[str, str]) -> bytes:
    """Return a workbook whose parts have other names in the package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(names.get(name, name), old.read(name))
    return buffer.getvalue()


def test_the_case_of_part_names_does_not_count(tmp_path: Path, write_book: Write, kinds: dict[str, type]) -> None:
    data = write_book({"F": [[kinds["percent"](0.25), kinds["formula"]("=1/0", "#DIV/0!"), "x"]]}, None)
    names = {
        "xl/worksheets/sheet1.xml": "xl/Worksheets/Sheet1.xml",
        "xl/styles.xml": "xl/Styles.xml",
        "xl/sharedStrings.xml": "xl/SharedStrings.xml",
    }
    (tmp_path / "a.xlsx").write_bytes(renamed(data, names))
    assert cells(tmp_path / "a.xlsx", "F") == {"A1": "25 %", "B1": CellError("#DIV/0!"), "C1": "x"}


def test_two_parts_of_one_name_are_refused(tmp_path: Path, write_book: Write) -> None:
    data = repacked(write_book({"F": [["x"]]}, None), "xl/Styles.xml", b"<styleSheet/>")
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refused(tmp_path / "a.xlsx") == "fichier-illisible"


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "WORKSHEETS/sheet1.xml"])
def test_every_way_to_point_to_a_sheet_keeps_its_marks(
    tmp_path: Path, write_book: Write, kinds: dict[str, type], target: str
) -> None:
    data = write_book({"F": [[kinds["percent"](0.25)]]}, None)
    rels = zipfile.ZipFile(io.BytesIO(data)).read("xl/_rels/workbook.xml.rels")
    changed = rels.replace(b'"worksheets/sheet1.xml"', f'"{target}"'.encode())
    assert changed != rels
    (tmp_path / "a.xlsx").write_bytes(repacked(data, "xl/_rels/workbook.xml.rels", changed))
    assert cells(tmp_path / "a.xlsx", "F") == {"A1": "25 %"}


def test_a_sheet_without_its_part_is_refused(write_book: Write) -> None:
    data = renamed(
        write_book({"F": [["x"]], "G": [["y"]]}, None), {"xl/worksheets/sheet2.xml": "xl/worksheets/autre.xml"}
    )
    with pytest.raises(ClasseurRefuse) as caught:
        package.inspect_package(data)
    assert [p.code for p in caught.value.problems] == ["fichier-illisible"]
    assert "xl/worksheets/sheet2.xml" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("vide.xlsx", b"", "vide"),
        ("vide.csv", b" \r\n", "vide"),
        ("image.ods", b"\x89PNG\r\n\x1a\n", "classeur"),
        ("texte.xlsx", b"bonjour\n", "classeur"),
        ("coupe.xlsx", b"PK\x03\x04 coupe", "archive ZIP"),
        ("~$caf.xlsx", b"verrou d'Excel", "verrou"),
    ],
)
def test_what_is_no_workbook_is_unreadable_in_french(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ClasseurRefuse) as caught:
        read_classeur(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.code == "fichier-illisible" and word in problem.message and problem.correction
    assert "zip file" not in problem.message


def test_macros_are_told_and_not_run(tmp_path: Path, write_book: Write) -> None:
    (tmp_path / "a.xlsx").write_bytes(
        repacked(write_book({"F": [["x"]]}, None), "xl/vbaProject.bin", b"Sub Auto_Open()")
    )
    raw = read_classeur(tmp_path / "a.xlsx")
    assert [(p.gravite, p.code) for p in raw.problems] == [("info", "macros-ignorees")]
    assert cells(tmp_path / "a.xlsx", "F") == {"A1": "x"}


def test_every_xlsx_byte_flipped_is_read_or_refused(tmp_path: Path, write_book: Write) -> None:
    """Damage that no one designed: never anything but a reading or a refusal."""
    data = bytearray(write_book({"F": [["x", 1, "y"]]}, None))
    for position in range(0, len(data), 97):
        damaged = bytearray(data)
        damaged[position] ^= 0xFF
        (tmp_path / "a.xlsx").write_bytes(bytes(damaged))
        try:
            read_classeur(tmp_path / "a.xlsx")
        except ClasseurRefuse as error:
            assert error.problems

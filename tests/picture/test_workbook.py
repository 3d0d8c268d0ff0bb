"""The workbook, read back by two other programs than its writer."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.workbook import Workbook

from droitcommun.graph.export.paper import Colonne, layout
from droitcommun.graph.export.workbook import workbook_bytes, write_workbook
from droitcommun.graph.picture import Picture
from droitcommun.graph.words import colonnes

from .reading import plain


@pytest.fixture(scope="module")
def data(picture: Picture) -> bytes:
    """Return the bytes of the workbook of Deux-Rives."""
    return workbook_bytes(picture)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    """Return the workbook read by openpyxl."""
    return openpyxl.load_workbook(BytesIO(data))


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    """Return the rows of a sheet by column title (row 2)."""
    head, *lines = book[name].iter_rows(min_row=2, values_only=True)
    return [dict(zip((str(h) for h in head), line, strict=True)) for line in lines]


def test_contents_then_a_sheet_a_table(book: Workbook, picture: Picture) -> None:
    assert book.sheetnames[:3] == ["Sommaire", "Phrases", "Chiffres"]
    assert len(book.sheetnames) == 3 + len(picture.tables)
    listed = [cell.value for cell in book["Sommaire"]["A"] if cell.hyperlink]
    assert listed == book.sheetnames[1:]
    targets = [cell.hyperlink.location for cell in book["Sommaire"]["A"] if cell.hyperlink]
    assert targets == [f"'{name}'!A1" for name in listed]


def test_descriptions_say_the_years(book: Workbook) -> None:
    texts = [str(cell.value) for cell in book["Sommaire"]["B"]]
    assert any("campagnes 2025 et 2026" in text for text in texts)
    assert not any("$" in text for text in texts)


def test_a_row_is_as_high_as_its_longest_text(book: Workbook) -> None:
    sheet = book["Phrases"]
    assert sheet.row_dimensions[3].height == pytest.approx(2 * 13 + 1, abs=0.5)
    assert sheet.row_dimensions[5].height == pytest.approx(3 * 13 + 1, abs=0.5)


def test_every_sheet_says_fictitious_freezes_and_filters_its_head(book: Workbook) -> None:
    for sheet in book:
        assert str(sheet["A1"].value).startswith("Données fictives – ")
        assert sheet.freeze_panes == "B3"
        assert sheet.auto_filter.ref.startswith("A2:")


def test_every_sheet_and_every_printed_page_bears_its_frame(book: Workbook, picture: Picture) -> None:
    wanted = (
        "Contrat de ville des Deux-Rives",
        "campagne 2026",
        "provisoire",
        picture.empreinte[:12],
        "profil interne",
    )
    for sheet in book:
        for said in (str(sheet["A1"].value), str(sheet.oddFooter.left.text)):
            assert [w for w in wanted if w not in said] == [], sheet.title
        assert "Données fictives" in str(sheet.oddFooter.left.text)
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) in (("landscape", 9), ("landscape", 8))
        assert sheet.print_title_rows == "$1:$2"


def test_real_data_is_not_called_fictitious(picture: Picture) -> None:
    contexte = replace(picture.contexte, fictif=False)
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(replace(picture, contexte=contexte, avertissements=()))))
    assert not any("fictives" in str(cell.value) for sheet in book for row in sheet for cell in row)


def test_numbers_are_numbers_with_their_unit_in_the_title(book: Workbook) -> None:
    found = {r["Ambition"]: r for r in rows(book, "Ambitions réalisé 2025")}
    assert found["A1.1"]["Droit commun (€)"] == 12345.67
    assert found["A1.1"]["Prestations légales (à part) (€)"] == 500000
    assert found["A1.1"]["Équivalents temps plein (ETP)"] == 1.5
    assert found["A2.1"]["Droit commun (€)"] == 0
    assert found["A1.3"]["Droit commun (€)"] is None
    assert {r["Ambition"]: r["Droit commun (€)"] for r in rows(book, "Ambitions prévu 2026")}["A1.1"] == 12000.5


def test_dates_and_words(book: Workbook) -> None:
    found = {r["Code de l'institution"]: r for r in rows(book, "Réponses")}
    assert found["agglo"]["Date de réponse"] == datetime(2026, 2, 3)
    assert found["agglo"]["Statut"] == "Signataire"
    assert {code: row["État"] for code, row in found.items()} == {
        "agglo": "a répondu",
        "ars": "pas de réponse",
        "bailleur": "a répondu",
        "caf": "a répondu",
        "ville": "néant déclaré",
    }


def test_figures_bear_their_id_and_lead_to_their_sheet(book: Workbook, picture: Picture) -> None:
    found = {r["Repère"]: r for r in rows(book, "Chiffres")}
    assert set(found) == set(picture.figures)
    assert (found["F-euros-1"]["Valeur"], found["F-euros-1"]["Unité"]) == (12345.67, "€")
    assert found["F-euros-7"]["Valeur"] is None
    assert {str(r["Feuille"]) for r in found.values()} <= set(book.sheetnames)


def test_sentences_are_those_of_the_picture(book: Workbook, picture: Picture) -> None:
    assert [r["Phrase"] for r in rows(book, "Phrases")] == [phrase.texte for phrase in picture.phrases]


def test_nothing_is_a_formula(book: Workbook, data: bytes) -> None:
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    hostile = [c for s in book for row in s for c in row if str(c.value).startswith("=HYPERLINK")]
    assert hostile
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in hostile)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(n) for n in archive.namelist() if "worksheets/sheet" in n)
        assert not any("externalLink" in name for name in archive.namelist())


def test_calamine_reads_the_same(data: bytes, book: Workbook) -> None:
    read = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    assert read.sheet_names == book.sheetnames
    lines = read.get_sheet_by_name("Crédits par source").to_python()
    assert lines[1][:2] == ["Exercice", "Phase"]
    amounts = sorted(float(str(line[5])) for line in lines[2:] if line[4] == "Droit commun" and line[5] != "")
    assert amounts == [12000.5, 12345.67]


def test_the_same_picture_gives_the_same_bytes(picture: Picture, data: bytes, tmp_path: Path) -> None:
    write_workbook(picture, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == data


def test_sheet_names_fit_a_spreadsheet(book: Workbook) -> None:
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len(set(book.sheetnames)) == len(book.sheetnames)


def test_an_empty_picture_makes_a_workbook(nothing: Picture) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(nothing)))
    assert [r["Droit commun (€)"] for r in rows(book, "Ambitions réalisé 2025")] == [None] * 5


def test_a_sheet_that_holds_two_exercices_says_both(silent: Picture) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(silent)))
    sheet = book["QPV et lieux réalisé"]  # its rows are of 2025 and, imported, of 2026
    assert "– réalisé 2025, réalisé 2026 (" in plain(str(sheet["A1"].value))
    heads = [cell.value for cell in sheet[2]]
    actions = heads.index("Actions")
    assert {row[actions].value for row in sheet.iter_rows(min_row=3)} == {None, 1}  # unknown, but for the imported line


def test_every_sheet_is_printed_at_a_size_that_is_read(book: Workbook) -> None:
    """10 points in columns of 7 pixels a character and 5 more, on a page 0,8 inch less wide than the paper lying: 7 or
    more. Only what is under the columns is printed, titles and notes included."""
    papers = {9: 11.69, 8: 16.54}
    for sheet in book:
        columns = [d for d in sheet.column_dimensions.values() for _n in range(d.min, d.max + 1)]
        inches = sum(round(d.width * 7) for d in columns) / 96
        points = 10 * min(1, (papers[int(sheet.page_setup.paperSize)] - 0.8) / inches)
        assert points >= 7, sheet.title
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert (sheet.page_margins.left, sheet.page_margins.right) == (0.4, 0.4)
        last = openpyxl.utils.get_column_letter(len(columns))
        assert re.fullmatch(rf".*!\$A\$1:\${last}\${max(sheet.max_row, 3)}", str(sheet.print_area)), sheet.title


def test_every_column_has_a_title_in_french(picture: Picture) -> None:
    raw = [c.name for table in picture.tables.values() for c in table.query.columns if c.name not in colonnes()]
    assert raw == []


def test_columns_narrow_before_the_paper_grows() -> None:
    """A short column keeps its word and the room of its filter, a number is never cut, long texts share what is left:
    at 78 %, A4 lying holds (11,69 − 0,8) / 0,78 × 96 = 1 340 pixels, that is 188 characters in 4 columns."""
    short, number = Colonne("Code", ["A1"]), Colonne("Montant (€)", ["1 234 567,00 €"], coupable=False)
    assert layout([short, number]) == ([7, 15], 9)
    texts = Colonne("Action", ["mot " * 40])
    assert layout([short, number, texts, texts]) == ([7, 15, 60, 60], 9)
    assert layout([texts] * 4) == ([47, 47, 47, 47], 9)
    assert layout([texts] * 10)[1] == 8
    assert layout([Colonne("Code", ["x" * 100])]) == ([60], 9)
    widths, paper = layout([Colonne("Code", ["x" * 100])] * 12)
    assert (set(widths), paper) == ({30}, 8)


def test_a_long_title_wraps_above_its_columns(book: Workbook) -> None:
    sheet = book["Ambitions isolées"]
    assert "A1:D1" in {str(r) for r in sheet.merged_cells.ranges}
    assert sheet["A1"].alignment.wrap_text and sheet.row_dimensions[1].height >= 2 * 17

"""The workbook, read back by two other programs than its writer."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.workbook import Workbook

from droitcommun.graph.export.workbook import workbook_bytes, write_workbook
from droitcommun.graph.picture import Picture

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
    assert sheet.row_dimensions[3].height == 2 * 13.5
    assert sheet.row_dimensions[5].height == 3 * 13.5


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
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
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

"""The findings as a workbook and as CSV, read back by other programs than their writers."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
import python_calamine
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook import Workbook

from droitcommun.graph.checks.findings import CheckReport, Source
from droitcommun.graph.export.constats.csvreport import COLUMNS, render_csv
from droitcommun.graph.export.constats.groups import place, sentence
from droitcommun.graph.export.constats.xlsxreport import render_xlsx
from droitcommun.graph.export.sheets import sheet_name


@pytest.fixture(scope="module")
def data(report: CheckReport) -> bytes:
    return render_xlsx(report, passes=True)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    """Return the rows of a sheet by column title (row 2), up to the first empty line."""
    head, *lines = book[name].iter_rows(min_row=2, values_only=True)
    kept = []
    for line in lines:
        if not any(line):
            break
        kept.append(dict(zip((str(h) for h in head), line, strict=True)))
    return kept


def test_a_sheet_a_body_with_its_own_lines_only(book: Workbook) -> None:
    bourg = rows(book, "Commune de Bourg")
    assert [r["Identifiant"] for r in bourg] == [f"{n:016x}" for n in (1, 2, 8, 3, 4, 5, 6, 7)]
    assert [r["À faire"] for r in bourg] == [
        *("à corriger", "à corriger", "à corriger", "à compléter", "pour information"),
        *("à venir", "à l'essai", "dérogation accordée"),
    ]
    first = bourg[0]
    assert (first["Fichier"], first["Feuille"], first["Case"]) == ("bourg.xlsx", "Actions", "E1")
    assert first["Qui peut agir"] == "l'institution"
    assert bourg[6]["Qui peut agir"] == "copilotes"
    assert bourg[1]["Case"] == "B4\nB9"


def test_names_of_sheets_are_short_unique_and_listed(book: Workbook) -> None:
    assert book.sheetnames == [
        *("Sommaire", "À venir", "Dérogations", "Commune de Bourg", "Direction territoriale de la p…"),
        *("Direction territoriale de… (2)", "Les Toits", "Contrat, territoires et gouver…", "Non vérifié"),
    ]
    links = [cell.hyperlink.location for cell in book["Sommaire"]["A"] if cell.hyperlink]
    assert sorted(links) == sorted(f"'{name}'!A1" for name in book.sheetnames[1:])
    assert book["Sommaire"]["C3"].value == "7 règles satisfaites sur 12 (58\u00a0%) · pas encore dues : 1"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("A/B: [C]*?\\", "A B   C"),
        ("'cité'", "cité"),
        ("History", "History_"),
        ("", "_"),
        ("x" * 40, "x" * 30 + "…"),
        ("Sommaire", "Sommaire (2)"),
        ("SOMMAIRE", "SOMMAIRE (2)"),
    ],
)
def test_any_label_gives_a_name_that_spreadsheets_accept(label: str, name: str) -> None:
    taken = {"sommaire"}
    assert sheet_name(label, taken) == name
    assert len(name) <= 31
    assert sheet_name(label, taken) != name


def test_what_is_to_come_and_what_is_waived_have_their_sheets(book: Workbook) -> None:
    (coming,) = rows(book, "À venir")
    assert (coming["Institution"], coming["Identifiant"]) == ("Commune de Bourg", f"{5:016x}")
    waived = rows(book, "Dérogations")
    assert [(w["Motif"], w["Jusqu'au"]) for w in waived] == [
        ("Vu au copil ; sans suite", datetime(2026, 12, 31)),
        ("Ancien accord", datetime(2026, 1, 31)),
    ]


def test_every_sheet_says_fictitious_is_filtered_and_frozen(book: Workbook) -> None:
    for sheet in book:
        assert str(sheet["A1"].value).startswith("Données fictives – "), sheet.title
        assert sheet.freeze_panes == "B3"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.column_dimensions["B"].width >= 12


def test_rows_are_high_enough_for_their_text(report: CheckReport) -> None:
    long = replace(report.findings[0], message="mot " * 100)
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(replace(report, findings=(long,)))))["Commune de Bourg"]
    assert sheet.row_dimensions[3].height == 8 * 13 + 1  # « Action 1 : » and 400 characters, 60 a line


def test_what_is_printed_can_be_read_and_ends_with_the_last_line(book: Workbook) -> None:
    sheet = book["Commune de Bourg"]
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.print_area.endswith(f"!$A$1:$F${sheet.max_row}")  # « À faire » to « Case »
    assert sheet["F2"].value == "Case"
    assert book["Dérogations"].print_area.endswith("!$A$1:$H$4")
    for sheet in (book["Commune de Bourg"], book["Dérogations"], book["À venir"]):
        assert sheet.page_setup.paperSize == 9 and sheet.page_setup.orientation == "landscape"
        last = column_index_from_string(sheet.print_area.split("$")[3])
        inches = sum(sheet.column_dimensions[get_column_letter(n)].width * 7 + 5 for n in range(1, last + 1)) / 96
        assert 10 * min(1, (11.69 - 0.8) / inches) >= 7  # points
    assert book["Dérogations"]["E2"].value == "Que faire"


def test_no_formula_no_link_no_control_character(data: bytes, book: Workbook) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", errors="replace")
            assert "<f>" not in text and "\x0b" not in text
            assert "exemple.invalid" not in text or "sharedStrings" in name
    cells = [cell for sheet in book for line in sheet for cell in line]
    hostile = [cell for cell in cells if str(cell.value).startswith("=")]
    assert hostile and all(cell.data_type == "s" and cell.quotePrefix for cell in hostile)


def test_a_reader_of_french_meets_no_iri_and_no_english(book: Workbook) -> None:
    for sheet in book:
        text = "\n".join(str(cell.value) for line in sheet for cell in line if cell.value is not None)
        text = text.replace("https://exemple.invalid", "")
        assert not re.search(r"w3id|http|_:|\b(the|and|violation|warning|None|True|False|ouvert)\b", text), sheet.title


def test_passes_are_below_the_findings(book: Workbook) -> None:
    texts = [cell.value for cell in book["Commune de Bourg"]["B"]]
    at = texts.index("Satisfait (1)")
    assert texts[at + 1] == "Lieu de l'action [R-T1]"
    assert book["Commune de Bourg"].auto_filter.ref == "A2:K10"


def test_the_same_report_gives_the_same_bytes(report: CheckReport, data: bytes) -> None:
    assert render_xlsx(report, passes=True) == data
    assert "Les Toits" not in openpyxl.load_workbook(io.BytesIO(render_xlsx(report))).sheetnames


def test_calamine_reads_the_same(data: bytes) -> None:
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert read.get_sheet_by_name("Commune de Bourg").to_python()[2][5] == "E1"


def test_csv_has_one_line_a_finding(report: CheckReport) -> None:
    text = render_csv(report)
    assert text.startswith("\ufeffid;regle;")
    assert "\r\n" in text
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert len(lines) == len(report.findings)
    assert tuple(lines[0]) == COLUMNS
    assert [line["id"] for line in lines] == [f.id for f in report.findings]
    second = lines[1]
    assert second["libelle"].startswith("'=HYPERLINK")
    assert (second["cellule"], second["fichier"]) == ("B4 | B9", "bourg.xlsx | bourg.xlsx")
    assert second["texte"].startswith("'=")
    assert (lines[6]["derogation_motif"], lines[6]["derogation_expire"]) == ("Vu au copil ; sans suite", "2026-12-31")
    assert (lines[6]["etat"], lines[6]["a_faire"]) == ("deroge", "dérogation accordée")
    assert (lines[10]["organisme"], lines[10]["libelle_organisme"]) == ("", "")
    assert {line["avertissement"] for line in lines} == {"Données fictives"}
    assert {f["avertissement"] for f in csv_lines(replace(report, fictif=False))} == {""}


def csv_lines(report: CheckReport) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(report).removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_a_message_led_by_its_subject_takes_no_capital_and_no_endless_text(report: CheckReport) -> None:
    one, long = report.findings[0], "Cité " * 40
    assert sentence(one) == "Action 1 : la forme de l'action 1 manque."
    proper = replace(one, message="Commune de Bourg déclare un moyen de Toits.")
    assert sentence(proper) == "Action 1 : Commune de Bourg déclare un moyen de Toits."
    cell = replace(one, message=f"Feuille « Actions », cellule G3 : « {long} » (« X » : valeur absente de la liste).")
    cell = replace(cell, sources=(Source("bourg.xlsx", "Actions", "G3", long),))
    assert "Action 1 : feuille « Actions », cellule G3 : « Cité Cité" in sentence(cell)
    assert len(sentence(cell)) < 200 and sentence(cell).endswith("… » (« X » : valeur absente de la liste).")
    assert place(cell.sources[0]).startswith("bourg.xlsx › Actions › G3 : « Cité") and len(place(cell.sources[0])) < 130
    assert place(Source("", "Identité", "G3", "")) == "classeur à remplir › Identité › G3"

"""Workbooks that lost their hidden sheet, or that come from the campagne before."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.campagnes import close_campagne, open_campagne
from droitcommun.graph.ingest import FileReport, ingest_files
from droitcommun.graph.workspace import Workspace

from .conftest import ROWS, TODAY

Filled = Callable[..., Path]


def take(workspace: Workspace, path: Path, annee: int | None = None) -> FileReport:
    return ingest_files(workspace, None, [path], annee=annee, today=TODAY).fichiers[0]


def edited(path: Path, edit: Callable[[openpyxl.Workbook], object], name: str) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path.with_name(name))
    return path.with_name(name)


def without_model(book: openpyxl.Workbook) -> None:
    del book["_modele"]


def test_a_workbook_without_its_hidden_sheet_asks_for_which_campagne(workspace: Workspace, filled: Filled) -> None:
    path = edited(filled("caf.xlsx", ROWS), without_model, "copie.xlsx")
    refused = take(workspace, path)
    assert (refused.etat, [p.code for p in refused.problemes]) == ("refuse", ["modele-absent"])
    assert "--campagne" in refused.problemes[0].correction


def test_with_the_campagne_it_says_the_same_as_the_original(workspace: Workspace, filled: Filled) -> None:
    original = filled("caf.xlsx", ROWS)
    copied = take(workspace, edited(original, without_model, "copie.xlsx"), 2026)
    assert (copied.etat, copied.organisme, copied.campagne) == ("accepte", "essai-caf", 2026)
    assert [(p.gravite, p.code) for p in copied.problemes] == [("info", "modele-absent")]
    assert take(workspace, original).etat == "inchange"
    assert workspace.rebuild() == workspace.graphs.fingerprint()


def test_a_body_that_cannot_be_told_is_refused_with_the_likely_one(workspace: Workspace, filled: Filled) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        without_model(book)
        book["Identité"]["A3"] = "Caf d'Essay"

    refused = take(workspace, edited(filled("caf.xlsx", ROWS), rename, "copie.xlsx"), 2026)
    (problem,) = refused.problemes
    assert (refused.etat, problem.code, problem.cellule) == ("refuse", "mauvais-organisme", "A3")
    assert "Caf d'Essai" in problem.correction


def test_one_sheet_saved_as_csv_is_told_from_any_other_table(workspace: Workspace, tmp_path: Path) -> None:
    table = "Action*;Période*;Nature et unité*;Quantité*;Dispositif ou source*\nA;Prévu N;Subvention (€);1;P147\n"
    (tmp_path / "moyens.csv").write_text(table, encoding="utf-8-sig")
    (problem,) = take(workspace, tmp_path / "moyens.csv", 2026).problemes
    assert problem.code == "classeur-inconnu" and "« Moyens »" in problem.message


@pytest.mark.parametrize(
    ("day", "etat", "code"),
    [(date(2027, 2, 1), "accepte", "modele-ancien"), (date(2026, 3, 12), "refuse", "mauvaise-campagne")],
)
def test_last_years_workbook_is_read_only_when_it_answers_this_year(
    workspace: Workspace, filled: Filled, day: date, etat: str, code: str
) -> None:
    """Used again for 2027 it is dated since its opening; last year's answer, sent again, is not."""

    def dated(book: openpyxl.Workbook) -> None:
        sheet = book["Identité"]
        column = next(c.column for c in sheet[2] if str(c.value).startswith("Date de réponse"))
        sheet.cell(3, column).value = day

    path = edited(filled("caf.xlsx", ROWS), dated, "reprise.xlsx")
    close_campagne(workspace, None, 2026, le=date(2026, 12, 1))
    open_campagne(workspace, None, 2027, date(2027, 1, 4), date(2027, 6, 30), today=date(2027, 1, 4))
    report = take(workspace, path, 2027)
    assert report.etat == etat and code in {p.code for p in report.problemes}
    if etat == "accepte":
        (contribution,) = workspace.graphs.entries("contribution")
        assert contribution.annee == 2027
        assert workspace.rebuild() == workspace.graphs.fingerprint()
    assert take(workspace, path).etat == "refuse", "nobody asked for another campagne than its own, which is closed"


def test_accents_of_a_file_name_in_either_form_are_one_import(workspace: Workspace, tmp_path: Path) -> None:
    """macOS decomposes accents (NFD), Windows does not (NFC): the second file is the first."""
    head = "dispositif,id_poste,raison_sociale,annee,montant,code_cv\n"
    line = "fonjep,D1,X,2025,7164,CN00000X\n"
    names = [unicodedata.normalize(form, "Postes financés.csv") for form in ("NFC", "NFD")]
    etats = []
    for name in names:
        (tmp_path / name).write_text(head + line, encoding="utf-8")
        (report,) = ingest_files(workspace, None, [tmp_path / name], mapping="postes-anct", today=TODAY).fichiers
        etats.append(report.etat)
    assert etats == ["accepte", "inchange"]


def test_a_long_path_is_read_and_kept_under_a_short_name(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["un dossier partagé au nom interminable"] * 7)
    folder.mkdir(parents=True)
    path = folder / f"{'Réponse du service ' * 5}.csv"
    path.write_text("a;b\n1;2\n", encoding="cp1252")
    assert len(str(path)) > 260
    report = take(workspace, path)
    assert report.etat == "refuse" and report.problemes[0].code == "classeur-inconnu"
    assert workspace.originals.read(report.empreinte) == path.read_bytes()

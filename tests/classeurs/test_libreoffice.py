"""A real LibreOffice opens our workbook, a person fills it, and it is saved as xlsx and ods."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.classeurs.context import build_context
from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.map import MapContext, Mapped, map_pilotage, map_recensement
from droitcommun.graph.classeurs.read import read_classeur
from droitcommun.graph.classeurs.template import write_template
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.names import contract_thing
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
RSA = "bd196406be"
TODAY = date(2026, 3, 20)

GESTURES: list[list[object]] = [
    ["text", "Identité", "C3", "Conseillère technique"],
    ["formula", "Identité", "E3", "2026-03-12"],
    ["text", "Identité", "F3", "Directrice, 20/03/2026"],
    ["text", "Identité", "G3", "Actions déclarées"],
    ["text", "Engagements", "D3", "Constaté"],
    ["text", "Positionnement", "C4", "Oui"],
    ["text", "Contacts", "A3", "Ada Martin"],
    # Actions: three rows inserted above, a title reworded, a hidden row, a blank row between the lines.
    ["insert-rows", "Actions", 0, 3],
    ["text", "Actions", "B1", "À rendre avant le 15 mars"],
    ["text", "Actions", "C5", "Ambition principale (obligatoire)"],
    ["text", "Actions", "B6", "Permanences RSA"],
    ["text", "Actions", "C6", "A1.1 – Apprendre"],
    ["text", "Actions", "E6", "Renforcée"],
    ["text", "Actions", "F6", "Dans un QPV"],
    ["text", "Actions", "G6", "QN00001X ; Les Érables"],
    ["formula", "Actions", "I6", "=100+20"],
    ["hide-row", "Actions", 6, 0],
    ["text", "Actions", "B9", "Bus santé"],
    ["text", "Actions", "C9", "A9.9"],
    ["text", "Actions", "E9", "Nouvelle"],
    ["text", "Actions", "F9", "Agglomération"],
    ["formula", "Actions", "I9", "=1/0"],
    ["text", "Moyens", "B3", "Permanences RSA"],
    ["text", "Moyens", "C3", "Réalisé N-1 définitif"],
    ["text", "Moyens", "D3", "Subvention (€)"],
    ["number", "Moyens", "E3", 12350.1],
    ["text", "Moyens", "F3", "Budget ordinaire"],
    ["percent", "Moyens", "G3", 0.25],
    ["text", "Moyens", "H3", "Population"],
    ["text", "Moyens", "B4", "Permanences RSA"],
    ["text", "Moyens", "C4", "Prévu N"],
    ["text", "Moyens", "D4", "Personnel (ETP)"],
    ["text", "Moyens", "E4", "1,5"],
    ["text", "Moyens", "F4", "Budget ordinaire"],
]


@pytest.fixture(scope="module")
def reference() -> Store:
    store = reference_store()
    store.load(HERE.parent / "contrats" / "val-d-essai.ttl")
    return store


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, reference: Store) -> dict[str, Path]:
    """Return the filled workbook as LibreOffice saved it, by format."""
    folder = tmp_path_factory.mktemp("libreoffice")
    context = build_context(reference, "val-d-essai", 2026, "essai-caf", "Action sociale", date(2026, 1, 15), True)
    write_template(load_form("recensement"), folder / "vide.xlsx", context)
    targets = {kind: folder / f"rempli.{kind}" for kind in ("xlsx", "ods")}
    fill(folder, folder / "vide.xlsx", GESTURES, *targets.values())
    return targets


def fill(folder: Path, source: Path, gestures: list[list[object]], *targets: Path) -> None:
    """Let LibreOffice do the gestures on *source* and save the result."""
    if shutil.which("soffice") is None or subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], check=False).returncode:
        pytest.skip("LibreOffice et python3-uno absents")
    (folder / "gestes.json").write_text(json.dumps(gestures), encoding="utf-8")
    script = [SYSTEM_PYTHON, HERE / "libreoffice_remplit.py", source, folder / "gestes.json"]
    subprocess.run([*script, *targets], check=True, timeout=180)


def mapped(path: Path, reference: Store) -> Mapped:
    raw = read_classeur(path)
    document = contract_thing("val-d-essai", "source", raw.sha256)
    context = MapContext(reference, "val-d-essai", 2026, None, document, raw.sha256, path.name, date(2026, 3, 20))
    return map_recensement(raw, context)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_was_filled_is_read_and_faults_are_where_they_stand(
    saved: dict[str, Path], reference: Store, said: Any, kind: str
) -> None:
    result = mapped(saved[kind], reference)
    assert [(p.gravite, p.code, p.feuille, p.cellule) for p in result.problems] == [
        ("info", "colonne-supposee", "Actions", "C5"),
        ("reserve", "code-inconnu", "Actions", "C9"),
        ("reserve", "cellule-en-erreur", "Actions", "I9"),
    ]
    assert (result.read, result.kept, result.reserves) == (7, 6, 1)
    node = said(result).of("contribution/2026/essai-caf/action-sociale")
    assert (node["dateReponse"], node["visaDate"], node["reponse"]) == (
        ["2026-03-12"],
        ["2026-03-20"],
        ["actions-declarees"],
    )
    action = said(result).of(RSA)
    assert (action["ambitionPrincipale"], action["qpv"]) == (["A1.1"], ["QN00001X", "QN00002X"])
    assert action["habitantsTouches"] == ["120"]
    moyens = [said(result).of(n) for n in said(result).all("Moyen")]
    euros = next(m for m in moyens if m["unite"] == ["EUR"])
    assert (euros["centimes"], euros["partQPV"], euros["exercice"]) == (["1235010"], ["25"], ["2025"])
    staff = next(m for m in moyens if m["unite"] == ["ETP"])
    assert (staff["quantite"], staff["exercice"]) == (["1.5"], ["2026"])
    assert result.personal and result.service == "Action sociale"


def test_both_formats_say_the_same(saved: dict[str, Path], reference: Store) -> None:
    told = [
        {
            (s.value, p.value, str(o))
            for s, p, o in mapped(path, reference).triples
            if "/source/" not in s.value and "/source/" not in o.value
        }
        for path in saved.values()
    ]
    assert told[0] == told[1]


def test_libreoffice_kept_lists_hidden_sheets_and_the_hidden_column(saved: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(saved["xlsx"])
    assert {s.title for s in book if s.sheet_state != "visible"} == {"_listes", "_modele"}
    assert book["Actions"].column_dimensions["A"].hidden
    lists = [v for v in book["Moyens"].data_validations.dataValidation if v.type == "list"]
    assert any("Actions" in v.formula1 for v in lists) and len(lists) >= 6
    assert str(book["Actions"]["B4"].value).startswith("Données fictives")


def test_a_csv_made_from_the_workbook_is_refused_with_what_to_do(
    saved: dict[str, Path], tmp_path: Path, reference: Store
) -> None:
    """A CSV holds one sheet and no `_modele`: nobody can tell whose it is."""
    (tmp_path / "actions.csv").write_text("Intitulé;Ambition\nPermanences;A1.1\n", encoding="cp1252")
    result = mapped(tmp_path / "actions.csv", reference)
    assert [(p.gravite, p.code) for p in result.problems] == [("bloquant", "modele-absent")]
    assert "droitcommun template" in result.problems[0].correction


def test_the_workbook_of_another_year_is_not_taken(saved: dict[str, Path], reference: Store) -> None:
    raw = read_classeur(saved["ods"])
    context = MapContext(reference, "val-d-essai", 2027, None, "http://x/d", raw.sha256, "a.ods", date(2026, 3, 20))
    assert [p.code for p in map_recensement(raw, context).problems] == ["mauvaise-campagne"]
    assert map_recensement(raw, replace(context, annee=2026)).kept == 6


def test_the_list_of_meetings_follows_the_sheet_of_meetings(tmp_path: Path, reference: Store, said: Any) -> None:
    """What the drop-down list of Présences offers, as LibreOffice computes it, is read back as that meeting."""
    context = build_context(reference, "val-d-essai", 2026, None, "", date(2026, 1, 15), False)
    write_template(load_form("pilotage"), tmp_path / "vide.xlsx", context)
    gestures: list[list[object]] = [
        ["text", "Séances", "A3", "Comité de pilotage"],
        ["formula", "Séances", "B3", "2026-03-05"],
        ["text", "Présences", "A3", "Comité de pilotage – 05/03/2026"],
        ["text", "Présences", "B3", "Caf d'Essai"],
        ["text", "Présences", "C3", "Présent"],
    ]
    fill(tmp_path, tmp_path / "vide.xlsx", gestures, tmp_path / "rempli.xlsx")
    lists = openpyxl.load_workbook(tmp_path / "rempli.xlsx", data_only=True)["_listes"]
    offered = {cell.value for row in lists.iter_rows(min_row=2) for cell in row}
    assert "Comité de pilotage – 05/03/2026" in offered
    raw = read_classeur(tmp_path / "rempli.xlsx")
    document = contract_thing("val-d-essai", "source", raw.sha256)
    result = map_pilotage(
        raw, MapContext(reference, "val-d-essai", 2026, None, document, raw.sha256, "p.xlsx", date(2026, 3, 20))
    )
    assert result.problems == () and said(result).all("Presence") == ["presence/2026/copil-2026-03-05/essai-caf"]


def test_filled_in_libreoffice_sent_again_and_saved_again_nothing_changes(tmp_path: Path) -> None:
    """Template, LibreOffice, ingest, template, LibreOffice (saved as it is), ingest: the second changes nothing."""
    workspace = Workspace.create(tmp_path / "espace", str(HERE.parent / "contrats" / "val-d-essai.ttl"), today=TODAY)
    open_campagne(workspace, None, 2026, today=TODAY)

    def template(folder: str) -> Path:
        (path,) = write_templates(
            workspace,
            None,
            2026,
            organisme="essai-caf",
            service="Action sociale",
            out=tmp_path / folder,
            today=TODAY,
            file_format="ods",
        )
        return path

    fill(tmp_path, template("premier"), GESTURES, tmp_path / "retour.ods")
    (first,) = ingest_files(workspace, None, [tmp_path / "retour.ods"], today=TODAY).fichiers
    assert first.etat == "accepte-avec-reserves", first.problemes
    before = workspace.graphs.fingerprint()
    fill(tmp_path, template("second"), [], tmp_path / "encore.ods", tmp_path / "encore.xlsx")
    for name in ("encore.ods", "encore.xlsx"):
        (again,) = ingest_files(workspace, None, [tmp_path / name], today=TODAY).fichiers
        assert (again.etat, workspace.graphs.fingerprint()) == ("inchange", before)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_registers_are_filled_in_libreoffice_and_read_back(
    tmp_path: Path, reference: Store, said: Any, kind: str
) -> None:
    """Each register is filled from its drop-down lists; a fault is told at its cell."""
    context = build_context(reference, "val-d-essai", 2026, None, "", date(2026, 1, 15), True)
    write_template(load_form("pilotage"), tmp_path / "vide.xlsx", context)
    gestures: list[list[object]] = [
        ["text", "Séances", "A3", "Comité de pilotage"],
        ["formula", "Séances", "B3", "2026-03-05"],
        ["text", "Séances", "E3", "tenue"],
        ["text", "Séances", "G3", "Q1 – Qu'avons-nous fait ?"],
        ["text", "Dépôts", "B3", "Caf d'Essai"],
        ["text", "Dépôts", "C3", "Document cadre partagé"],
        ["text", "Dépôts", "D3", "Schéma des familles"],
        ["formula", "Dépôts", "E3", "2026-02-03"],
        ["text", "Évaluation", "B3", "Gouvernance"],
        ["text", "Évaluation", "D3", "Décidons-nous ensemble ?"],
        ["text", "Évaluation", "E3", "effet – Effet"],
        ["text", "Évaluation", "F3", "Comité de pilotage – 05/03/2026"],
        ["text", "Candidatures", "B3", "Les Iris"],
        ["text", "Candidatures", "C3", "00002 – Essai-le-Bas"],
        ["number", "Candidatures", "D3", 420],
        ["number", "Candidatures", "F3", 12350.5],
        ["text", "Critères", "B3", "Les Iris"],
        ["text", "Critères", "C3", "a – Moins de 500 habitants"],
        ["text", "Critères", "D3", "Peut-être"],
        ["number", "Enveloppe", "A3", 1000000],
        ["insert-rows", "Décisions", 2, 2],
        ["text", "Décisions", "B5", "Ouvrir un lieu"],
        ["text", "Décisions", "E5", "En cours"],
    ]
    fill(tmp_path, tmp_path / "vide.xlsx", gestures, tmp_path / f"rempli.{kind}")
    raw = read_classeur(tmp_path / f"rempli.{kind}")
    document = contract_thing("val-d-essai", "source", raw.sha256)
    result = map_pilotage(
        raw, MapContext(reference, "val-d-essai", 2026, None, document, raw.sha256, "p.xlsx", date(2026, 3, 20))
    )
    assert [(p.gravite, p.code, p.feuille, p.cellule) for p in result.problems] == [
        ("reserve", "code-inconnu", "Critères", "D3")
    ]
    found = said(result)
    (candidature,) = [found.of(n) for n in found.all("Candidature")]
    assert (candidature["nombre"], candidature["centimes"], candidature["commune"]) == (["420"], ["1235050"], ["00002"])
    assert len(candidature["verification"]) == len(found.all("VerificationCritere")) == 1
    assert found.of("seance/2026/copil-2026-03-05")["pointTraite"] == ["Q1"]
    assert found.of(found.all("ObjetEvalue")[0])["valideEn"] == ["copil-2026-03-05"]
    assert found.of(found.all("Depot")[0])["date"] == ["2026-02-03"]
    assert found.of("enveloppe/2026/enveloppe")["enveloppeP147"] == ["100000000"]
    assert found.of(found.all("Decision")[0])["wasDerivedFrom"][0].endswith("decisions-5")

"""A second contract goes through the whole corridor: same engine and shapes, other parameters, other findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import Finding
from droitcommun.graph.contratmodele import write_modele
from droitcommun.graph.dataset import activate
from droitcommun.graph.export.products import picture_products, write_products
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.network import organisme_ambition
from droitcommun.graph.picture import build_picture
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ROWS, TODAY, VAL_D_ESSAI, Rows, fill, whole_contract

AFTER = date(2026, 6, 1)
COPIL = {"Instance": "Comité de pilotage", "Date*": date(2026, 3, 3), "Statut": "tenue", "Compte rendu": "CR 1"}
CANDIDATURE = {
    "Territoire*": "Les Iris",
    "Commune*": "00002 – Essai-le-Bas",
    "Habitants": 600,
    "Diagnostic signé par": "Agglomération d'Essai",
    "Crédits P147 de l'année (€)": 40_000,
    "Décision": "Retenue",
    "Décidé en séance": "Comité de pilotage – 03/03/2026",
}
CRITERE = {"Candidature": "Les Iris", "Satisfait*": "Oui", "Preuve (texte ou lien)": "Insee"}
PILOTAGE: Rows = {
    "Séances": [COPIL],
    "Présences": [{"Séance": "Comité de pilotage – 03/03/2026", "Organisme": "Caf d'Essai", "Présence": "Présent"}],
    "Évaluation": [
        {
            "Objet*": "Gouvernance",
            "Question évaluée*": "Décidons-nous ensemble ?",
            "Critères*": "effet",
            "Décidé en séance": "Comité de pilotage – 03/03/2026",
            "Restitué en séance": "Comité de pilotage – 03/03/2026",
        }
    ],
    "Candidatures": [CANDIDATURE],
    "Critères": [{**CRITERE, "Critère*": "a – Moins de 500 habitants"}, {**CRITERE, "Critère*": "b"}],
    "Enveloppe": [{"Enveloppe départementale P147 (€)*": 1_000_000}],
}
# What a contract says otherwise: the same workbooks then give other findings.
OTHER = {
    "cdv:frequenceMin 2 ; cdv:frequenceMax 2": "cdv:frequenceMin 1 ; cdv:frequenceMax 1",
    "cdv:seuil 500": "cdv:seuil 1000",
    "cdv:plafondTerritoiresVulnerables 5.0": "cdv:plafondTerritoiresVulnerables 3.5",
    "cdv:evaluationsGouvernanceParAn 2": "cdv:evaluationsGouvernanceParAn 1",
    "cdv:attestePar o:essai-caf": "cdv:attestePar o:essai-agglo",
    'cdv:dateFin "2029-12-31"': 'cdv:dateFin "2025-12-31"',
}


def corridor(folder: Path, contract: Path, make: Callable[[Path, Path, Rows], Path] = fill) -> dict[str, Finding]:
    """Send a workbook of each kind through a workspace of *contract*, and return what check finds, by rule."""
    workspace = Workspace.create(folder / "espace", str(contract), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    (caf,) = write_templates(workspace, None, 2026, organisme="essai-caf", out=folder / "modeles", today=TODAY)
    (own,) = write_templates(workspace, None, 2026, pilotage=True, out=folder / "modeles", today=TODAY)
    files = [make(caf, folder / "recus" / "caf.xlsx", ROWS), make(own, folder / "recus" / "pilotage.xlsx", PILOTAGE)]
    report = ingest_files(workspace, None, files, annee=2026, today=TODAY)
    assert [(f.etat, f.problemes) for f in report.fichiers] == [("accepte", ())] * 2
    dataset = activate(workspace, None, 2026)
    check = check_campagne(dataset, AFTER, originals=workspace.originals.path)
    picture = build_picture(dataset, check, workspace.graphs.fingerprint())
    products = picture_products(picture, {"organisme-ambition": organisme_ambition(dataset)})
    write_products(products, folder / "sorties")
    return {f.regle: f for f in check.findings if not f.regle.startswith(("R-E0", "R-E1"))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the corridor of the contract as it is."""
    return tmp_path_factory.mktemp("val")


@pytest.fixture(scope="module")
def own(folder: Path) -> dict[str, Finding]:
    """Return the findings under the contract's own parameters; the contract itself comes from a workbook."""
    write_modele(folder / "contrat.xlsx", TODAY, str(whole_contract(folder)))
    return corridor(folder, folder / "contrat.xlsx")


@pytest.fixture(scope="module")
def pictured(folder: Path, own: dict[str, Finding]) -> str:
    """Return the pages that the hackathon opens, one after the other."""
    assert own
    pages = sorted((folder / "sorties").glob("*.html"))
    assert pages
    return "".join(page.read_text(encoding="utf-8") for page in pages)


def test_its_own_parameters_give_its_own_findings(own: dict[str, Finding]) -> None:
    assert "au moins 2" in own["R-G1"].message
    assert "questions de gouvernance : 1 ; le contrat en propose 2" in own["R-EV1b"].message
    assert own["R-TV1a"].message.endswith("600 habitants, alors que le critère a (moins de 500) est dit satisfait.")
    assert own["R-TV3"].message.endswith("signatures manquantes : Caf d'Essai.")
    assert own["R-G5"].message.endswith("0 sur 1.")
    assert not {"R-TV1", "R-TV2", "R-TV4", "R-TV4b", "R-TV5", "R-S9", "R-EV2b", "R-EV4", "R-G1b"} & set(own)


def test_its_picture_is_made_and_names_no_other_contract(pictured: str) -> None:
    assert "Contrat de ville du Val d'Essai" in unescape(pictured) and "Se soigner" in pictured
    assert not [word for word in ("Lens", "Liévin", "CALL", "A3.2") if word in pictured]


def test_a_finding_gives_the_cell_of_the_steering_workbook(own: dict[str, Finding]) -> None:
    places = {name: [(s.fichier, s.feuille, s.cellule) for s in own[name].sources] for name in ("R-TV1a", "R-TV3")}
    assert places == {
        "R-TV1a": [("pilotage.xlsx", "Candidatures", "D3")],
        "R-TV3": [("pilotage.xlsx", "Candidatures", "E3")],
    }
    assert own["R-TV3"].libelle == "Les Iris" and own["R-TV3"].destinataire == "copilotes"


def test_other_parameters_give_other_findings_with_the_same_shapes(tmp_path: Path) -> None:
    text = VAL_D_ESSAI.read_text(encoding="utf-8")
    for before, after in OTHER.items():
        assert before in text
        text = text.replace(before, after)
    contract = tmp_path / "autre.ttl"
    contract.write_text(text, encoding="utf-8")
    found = corridor(tmp_path, contract)
    assert found["R-TV4"].message.endswith("(3,5 %) : 40\u202f000\xa0€, soit 4,0 % de l'enveloppe.")
    assert found["R-S9"].message == "La campagne 2026 est hors de la durée du contrat (2024-2025)."
    assert not {"R-G1", "R-EV1b", "R-TV1a", "R-TV3"} & set(found)

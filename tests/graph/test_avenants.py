"""Avenants: entered through the co-pilots' workbook, applied from their date on, to their campagne and those after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate, load_contract
from droitcommun.graph.diff import compare
from droitcommun.graph.ingest import IngestReport, ingest_files
from droitcommun.graph.store import Store
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, VAL_D_ESSAI, Rows, fill

CONTRAT = "val-d-essai"
COPIL = {"Instance": "Comité de pilotage", "Date*": date(2026, 6, 2), "Statut": "tenue", "Compte rendu": "CR 1"}
AVENANT = {
    "Intitulé*": "Avenant n° 1",
    "Date d'effet*": date(2026, 9, 1),
    "Validé en séance*": "Comité de pilotage – 02/06/2026",
}
SCISSION = [
    {"Effet*": "Ambition scindée", "Élément concerné": "A1.1", "Nouveau code": "A1.4", "Nouveau libellé": "Lire"},
    {"Effet*": "Ambition scindée", "Élément concerné": "A1.1", "Nouveau code": "A1.5", "Nouveau libellé": "Compter"},
]
ALL = [
    *SCISSION,
    {"Effet*": "Ambition renommée", "Élément concerné": "A1.2 – Se soigner", "Nouveau libellé": "Aller bien"},
    {
        "Effet*": "Ambitions fusionnées",
        "Élément concerné": "A2.1 ; A2.2",
        "Nouveau code": "A2.3",
        "Nouveau libellé": "Coopérer",
        "Libellé court": "Coopérer",
    },
    {
        "Effet*": "QPV qui entre",
        "Nouveau code": "QN00004X",
        "Nouveau libellé": "Les Iris",
        "Rattachement": "00002 – Essai-le-Bas",
        "Nombre": 700,
    },
    {"Effet*": "QPV qui sort", "Élément concerné": "QN00003X"},
    {"Effet*": "Population d'un QPV", "Élément concerné": "QN00001X", "Nombre": 1100},
    {
        "Effet*": "Organismes fusionnés",
        "Élément concerné": "Caf d'Essai ; Commune d'Essai-le-Haut",
        "Nouveau code": "essai-uni",
        "Nouveau libellé": "Maison commune d'Essai",
    },
    {
        "Effet*": "Organisme qui entre",
        "Nouveau code": "essai-region",
        "Nouveau libellé": "Région d'Essai",
        "Type d'organisme": "Région",
        "Statut": "signataire",
        "Catégorie légale": "signe",
        "Signataire obligatoire": "Oui",
    },
    {"Effet*": "Fréquence d'une instance", "Élément concerné": "Comité de pilotage", "Nombre": 3},
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "espace", str(VAL_D_ESSAI), today=date(2025, 1, 2))
    open_campagne(workspace, None, 2025)
    open_campagne(workspace, None, 2026)
    return workspace


def answer(workspace: Workspace, annee: int, body: str, rows: Rows, ambition: str | None = None) -> IngestReport:
    """Fill the workbook of a body and send it."""
    folder = workspace.folder.parent / "envois"
    today = date(annee, 12, 1)
    (path,) = write_templates(workspace, None, annee, organisme=body, out=folder / f"{annee}", today=today)
    given = {**rows}
    if ambition:
        given["Actions"] = [{**ACTION, "Ambition principale*": ambition}]
    return ingest_files(workspace, None, [fill(path, folder / f"recu-{annee}-{body}.xlsx", given)], today=today)


def amend(
    workspace: Workspace,
    effects: list[dict[str, object]],
    avenant: Mapping[str, object] = AVENANT,
    seance: Mapping[str, object] = COPIL,
    annee: int = 2026,
) -> IngestReport:
    """Enter an avenant through the co-pilots' workbook."""
    folder = workspace.folder.parent / "envois"
    (path,) = write_templates(workspace, None, annee, pilotage=True, out=folder, today=date(annee, 12, 1))
    rows: Rows = {
        "Séances": [dict(seance)],
        "Avenants": [dict(avenant)],
        "Effets des avenants": [{"Avenant*": "Avenant n° 1", **effect} for effect in effects],
    }
    received = fill(path, folder / f"pilotage-recu-{annee}.xlsx", rows)
    return ingest_files(workspace, None, [received], today=date(annee, 12, 1))


def accepted(report: IngestReport) -> None:
    assert [(f.etat, f.problemes) for f in report.fichiers] == [("accepte", ())]


def codes(store: Store, name: str) -> list[str]:
    rows = store.select(f"SELECT DISTINCT ?code {{ ?x a cdv:{name} ; skos:notation ?code }} ORDER BY ?code")
    return [row["code"].value for row in rows]


def one(store: Store, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(term.value for term in row.values()) for row in store.select(query))


def state(workspace: Workspace, day: str) -> set[tuple[str, ...]]:
    found = run(find_query("etat-du-contrat"), _Loaded(CONTRAT, load_contract(workspace, CONTRAT)), {"date": day})
    shown = ("genre", "code", "libelle", "debut", "fin", "population")
    return {tuple(str(row[c]) for c in shown) for row in found.rows}


class _Loaded:
    def __init__(self, contrat: str, store: Store) -> None:
        self.contrat, self.store = contrat, store


def test_the_campagne_after_sees_the_new_contract_and_the_one_before_the_old(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    before, after = (activate(workspace, None, annee).store for annee in (2025, 2026))
    assert codes(before, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    assert codes(after, "Ambition") == ["A1.2", "A1.3", "A1.4", "A1.5", "A2.3"]
    assert codes(before, "QPV") == ["QN00001X", "QN00002X", "QN00003X"]
    assert codes(after, "QPV") == ["QN00001X", "QN00002X", "QN00004X"]
    label = 'SELECT ?l { ?a skos:notation "A1.2" ; skos:prefLabel ?l }'
    assert (one(before, label), one(after, label)) == ([("Se soigner",)], [("Aller bien",)])
    people = "SELECT ?n { ?p a cdv:Population ; cdv:territoire ?q ; cdv:nombre ?n . ?q skos:notation 'QN00001X' }"
    assert (one(before, people), one(after, people)) == ([("1000",)], [("1000",), ("1100",)])
    active = (
        "SELECT ?code { ?c cdv:annee ?y ; cdv:partieActive/cdv:organisme/skos:notation ?code FILTER(STR(?y) = '%s') }"
    )
    assert one(before, active % 2025) == [("commune-00001",), ("essai-agglo",), ("essai-caf",), ("essai-etat",)]
    assert one(after, active % 2026) == [("essai-agglo",), ("essai-etat",), ("essai-region",), ("essai-uni",)]
    # Merged with a body that was obligatory, the new one is.
    bound = "SELECT ?b { ?p cdv:organisme/skos:notation 'essai-uni' ; cdv:obligatoire ?b }"
    assert one(after, bound) == [("true",)]
    often = "SELECT ?n ?m { ?i a cdv:Instance ; cdv:frequenceMin ?n ; cdv:frequenceMax ?m }"
    assert (one(before, often), one(after, often)) == ([("2", "2")], [("3", "3")])
    assert codes(after, "AncienElement") == ["A1.1", "A2.1", "A2.2", "QN00003X"]


def test_the_contract_amended_has_no_fault_of_structure(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    report = check_campagne(activate(workspace, None, 2026, alone=True), date(2027, 3, 1))
    structure = [f for f in report.findings if f.regle.startswith(("R-S", "R-P1"))]
    assert [(f.regle, f.message) for f in structure] == []


def test_state_before_and_after_differ_by_what_the_avenant_changed(workspace: Workspace) -> None:
    accepted(amend(workspace, [*SCISSION, ALL[2]]))
    eve, day = state(workspace, "2026-08-31"), state(workspace, "2026-09-01")
    assert {row[:3] for row in eve - day} == {
        ("version", "1", "None"),
        ("ambition", "A1.1", "Apprendre"),
        ("ambition", "A1.2", "Se soigner"),
    }
    entered = {row[:3] for row in day - eve if row[0] != "avenant"}
    assert len(day - eve) == len(entered) + 1 and entered == {
        ("version", "2", "Avenant n° 1"),
        ("ambition", "A1.2", "Aller bien"),
        ("ambition", "A1.4", "Lire"),
        ("ambition", "A1.5", "Compter"),
    }


def test_rebuild_gives_the_same_graphs(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    accepted(answer(workspace, 2026, "essai-agglo", {"Identité": [IDENTITE], "Moyens": [MOYEN]}, "A1.5 – Compter"))
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    again = amend(workspace, [])
    assert [f.etat for f in again.fichiers] == ["inchange"]

"""An avenant entered through the co-pilots' workbook, and what is then read of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.dataset import load_contract
from droitcommun.graph.ingest import IngestReport, ingest_files
from droitcommun.graph.store import Store
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, Rows, fill

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
# The commitments that bind by right, by body, in the only campagne of the store.
DE_FAIT = """SELECT ?o ?t { ?e a cdv:Engagement ; cdv:modalite/skos:notation "de-fait" ; cdv:campagne/cdv:annee ?y ;
  cdv:organisme/skos:notation ?o ; cdv:typeEngagement/skos:notation ?t }"""
# What makes a party of a municipality.
PLACE = {"Statut": "Signataire", "Catégorie légale": "Conclut le contrat", "Signataire obligatoire": "Oui"}


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
    (contrat,) = workspace.contrats()
    found = run(find_query("etat-du-contrat"), Loaded(contrat, load_contract(workspace, contrat)), {"date": day})
    shown = ("genre", "code", "libelle", "debut", "fin", "population")
    return {tuple(str(row[c]) for c in shown) for row in found.rows}


def dispositions(workspace: Workspace, day: str) -> dict[tuple[str, str], str]:
    """Return what the contract says of each thing on a day, by kind and code."""
    (contrat,) = workspace.contrats()
    found = run(find_query("etat-du-contrat"), Loaded(contrat, load_contract(workspace, contrat)), {"date": day})
    return {(str(row["genre"]), str(row["code"])): str(row["dispositions"] or "") for row in found.rows}


class Loaded:
    def __init__(self, contrat: str, store: Store) -> None:
        self.contrat, self.store = contrat, store


def parties(store: Store, annee: int) -> list[str]:
    query = f"SELECT ?o ?y {{ ?c cdv:annee ?y ; cdv:partieActive/cdv:organisme ?o FILTER(STR(?y) = '{annee}') }}"
    return [body.rpartition("/")[2] for body, _year in one(store, query)]

"""Campagnes: opened with the list of those who are expected, closed, listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from droitcommun.graph.errors import CampagneAChoisir, CampagneExists, CampagneInconnue, CampagneState, DatesInvalid
from droitcommun.graph.history import contract_reference
from droitcommun.graph.langue import _
from droitcommun.graph.names import contrat_iri
from droitcommun.graph.store import Term, iri, literal
from droitcommun.graph.workspace import Workspace

_EXPECTED = """
SELECT DISTINCT $contrat $reference ?code WHERE {
  ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:organisme ?organisme ; cdv:statutPartie ?statut .
  ?organisme skos:notation ?code .
  FILTER(?statut IN (<https://w3id.org/droit-commun/codes/statut-partie/signataire>,
                     <https://w3id.org/droit-commun/codes/statut-partie/partenaire>))
  OPTIONAL { ?partie cdv:dateDebut ?debut }
  OPTIONAL { ?partie cdv:dateFin ?fin }
  FILTER(!BOUND(?debut) || ?debut <= $reference)
  FILTER(!BOUND(?fin) || ?fin >= $reference)
}
ORDER BY ?code
"""


@dataclass(frozen=True)
class CampagneInfo:
    """One campagne of one contract, with how many bodies are expected and have answered."""

    contrat: str
    annee: int
    statut: str
    ouverture: date
    cloture: date
    reference: date
    n_attendus: int
    n_recus: int


def open_campagne(
    workspace: Workspace,
    contrat: str | None,
    annee: int,
    ouverture: date | None = None,
    cloture: date | None = None,
    reference: date | None = None,
    today: date | None = None,
) -> CampagneInfo:
    """Open campagne *annee* and freeze the bodies expected: signatories and partners at the reference date.

    Dates default to 1 January, 31 December, and the closing date for the reference.
    Raises CampagneExists, DatesInvalid, ContratInconnu.
    """
    code = workspace.choose_contrat(contrat)
    ouverture = ouverture or date(annee, 1, 1)
    cloture = cloture or date(annee, 12, 31)
    reference = reference or cloture
    if ouverture > cloture:
        raise DatesInvalid(_("la clôture ({c}) précède l'ouverture ({o})").format(c=cloture, o=ouverture))
    with workspace.lock():
        if any(e.annee == annee for e in workspace.graphs.entries("campagne", code)):
            raise CampagneExists(annee)
        bindings: dict[str, Term] = {
            "contrat": iri(contrat_iri(code)),
            "reference": literal(reference.isoformat(), "date"),
        }
        rows = contract_reference(workspace.graphs, code).select(_EXPECTED, bindings)
        details = {
            "contrat": code,
            "annee": annee,
            "ouverture": ouverture.isoformat(),
            "cloture": cloture.isoformat(),
            "reference": reference.isoformat(),
            "attendus": [row["code"].value for row in rows],
            "fictif": workspace.fictif,
        }
        workspace.commit("campagne-ouverte", today or ouverture, details)
    return find_campagne(workspace, code, annee)


def close_campagne(workspace: Workspace, contrat: str | None, annee: int, le: date) -> CampagneInfo:
    """Close campagne *annee*: no workbook is accepted after. Raises CampagneInconnue, CampagneState."""
    info = find_campagne(workspace, contrat, annee)
    if info.statut != "ouverte":
        raise CampagneState(annee, info.statut, "ouverte")
    with workspace.lock():
        workspace.commit("campagne-close", le, {"contrat": info.contrat, "annee": annee})
    return find_campagne(workspace, info.contrat, annee)


def list_campagnes(workspace: Workspace, contrat: str | None = None) -> list[CampagneInfo]:
    """Return the campagnes of one contract (of all when None), oldest first."""
    codes = [workspace.choose_contrat(contrat)] if contrat else workspace.contrats()
    infos: dict[tuple[str, int], CampagneInfo] = {}
    for event in workspace.journal.events():
        data = event.data
        if event.kind == "campagne-ouverte" and data["contrat"] in codes:
            key = (data["contrat"], data["annee"])
            infos[key] = CampagneInfo(
                contrat=data["contrat"],
                annee=data["annee"],
                statut="ouverte",
                ouverture=date.fromisoformat(data["ouverture"]),
                cloture=date.fromisoformat(data["cloture"]),
                reference=date.fromisoformat(data["reference"]),
                n_attendus=len(data["attendus"]),
                n_recus=_answered(workspace, data["contrat"], data["annee"]),
            )
        elif event.kind == "campagne-close" and (data["contrat"], data["annee"]) in infos:
            key = (data["contrat"], data["annee"])
            infos[key] = replace(infos[key], statut="close")
    return [infos[key] for key in sorted(infos)]


def find_campagne(workspace: Workspace, contrat: str | None, annee: int) -> CampagneInfo:
    """Return one campagne. Raises CampagneInconnue with those that exist."""
    code = workspace.choose_contrat(contrat)
    known = list_campagnes(workspace, code)
    for info in known:
        if info.annee == annee:
            return info
    raise CampagneInconnue(annee, [info.annee for info in known])


def chosen_campagne(workspace: Workspace, contrat: str | None, annee: int | None) -> CampagneInfo:
    """Return campagne *annee*, or the one that is open when *annee* is None.

    Raises CampagneInconnue, and CampagneAChoisir when none or several are open.
    """
    if annee is not None:
        return find_campagne(workspace, contrat, annee)
    known = list_campagnes(workspace, workspace.choose_contrat(contrat))
    still_open = [info for info in known if info.statut == "ouverte"]
    if len(still_open) != 1:
        raise CampagneAChoisir([info.annee for info in known])
    return still_open[0]


def _answered(workspace: Workspace, contrat: str, annee: int) -> int:
    entries = workspace.graphs.entries("contribution", contrat)
    return len({e.organisme for e in entries if e.annee == annee})

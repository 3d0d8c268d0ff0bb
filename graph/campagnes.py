"""Campagnes: opened with the list of those who are expected, closed, opened again, listed with their publications."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from droitcommun.graph.contractreference import contract_reference
from droitcommun.graph.errors import CampagneAChoisir, CampagneExists, CampagneInconnue, CampagneState, DatesInvalid
from droitcommun.graph.fingerprints import Logiciel, current_logiciel
from droitcommun.graph.history import STATUTS
from droitcommun.graph.journal import Event
from droitcommun.graph.langue import _
from droitcommun.graph.names import contrat_iri
from droitcommun.graph.published import PUBLIEE, Parution, parution_of
from droitcommun.graph.store import Term, fingerprint, iri, literal
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
class Versions:
    """What a campagne was opened with: the program and its rules, and the SHA-256 of the contract's graph."""

    contrat: str
    logiciel: Logiciel


@dataclass(frozen=True)
class CampagneInfo:
    """One campagne of one contract, with how many bodies are expected and have answered.

    `versions` is None for a campagne opened before they were kept; `motif` says why it was opened again, until its
    next publication.
    """

    contrat: str
    annee: int
    statut: str
    ouverture: date
    cloture: date
    reference: date
    n_attendus: int
    n_recus: int
    versions: Versions | None = None
    motif: str | None = None
    parutions: tuple[Parution, ...] = ()


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

    The versions of the program, its rules and the contract are journalled, so that a later change can be told.
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
        rows = contract_reference(workspace.graphs, code, annee, reference).select(_EXPECTED, bindings)
        versions = {"contrat": contract_fingerprint(workspace, code), "logiciel": current_logiciel().to_data()}
        details = {
            "contrat": code,
            "annee": annee,
            "ouverture": ouverture.isoformat(),
            "cloture": cloture.isoformat(),
            "reference": reference.isoformat(),
            "attendus": [row["code"].value for row in rows],
            "fictif": workspace.fictif,
            "versions": versions,
        }
        workspace.commit("campagne-ouverte", today or ouverture, details)
    return find_campagne(workspace, code, annee)


def contract_fingerprint(workspace: Workspace, contrat: str) -> str:
    """Return the SHA-256 of the graph of a contract as it was added, avenants apart: they are data of the campagnes."""
    return fingerprint(workspace.graphs.path(e.iri).read_bytes() for e in workspace.graphs.entries("contrat", contrat))


def opening_changes(workspace: Workspace, info: CampagneInfo) -> tuple[str, ...]:
    """Return in words what has changed since the campagne was opened: the program, its rules, the contract."""
    if info.versions is None:
        return ()
    changes = current_logiciel().changes_since(info.versions.logiciel)
    same = contract_fingerprint(workspace, info.contrat) == info.versions.contrat
    return changes if same else (*changes, _("contrat"))


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
    infos: dict[tuple[Any, Any], CampagneInfo] = {}
    for event in workspace.journal.events():
        key = (event.data.get("contrat"), event.data.get("annee"))
        if event.kind == "campagne-ouverte" and event.data["contrat"] in codes:
            infos[key] = _opened(event, _answered(workspace, event.data["contrat"], event.data["annee"]))
        elif event.kind in STATUTS and key in infos:
            infos[key] = _moved(infos[key], event)
    return [infos[key] for key in sorted(infos)]


def _opened(event: Event, n_recus: int) -> CampagneInfo:
    data = event.data
    said = data.get("versions")
    return CampagneInfo(
        contrat=data["contrat"],
        annee=data["annee"],
        statut="ouverte",
        ouverture=date.fromisoformat(data["ouverture"]),
        cloture=date.fromisoformat(data["cloture"]),
        reference=date.fromisoformat(data["reference"]),
        n_attendus=len(data["attendus"]),
        n_recus=n_recus,
        versions=Versions(said["contrat"], Logiciel.from_data(said["logiciel"])) if said else None,
    )


def _moved(info: CampagneInfo, event: Event) -> CampagneInfo:
    """Return a campagne after an event that changes its status."""
    statut = STATUTS[event.kind]
    if event.kind == "campagne-rouverte":
        return replace(info, statut=statut, motif=event.data["motif"])
    if event.kind == PUBLIEE:
        return replace(info, statut=statut, motif=None, parutions=(*info.parutions, parution_of(event)))
    return replace(info, statut=statut)


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

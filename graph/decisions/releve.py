"""The relevé de décisions: who does what, by when, and how far it has got."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from droitcommun.graph.campagnes import CampagneInfo, chosen_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.decisions.texts import impersonal
from droitcommun.graph.errors import DecisionInconnue, OrganismeInconnu, SeanceInconnue
from droitcommun.graph.langue import _
from droitcommun.graph.names import contract_thing, local_code
from droitcommun.graph.store import Row, Store, iri
from droitcommun.graph.workspace import Workspace

ETATS = ("a-faire", "en-cours", "realisee", "abandonnee")
_OPEN = ETATS[:2]
_DECISIONS = """
SELECT $campagne ?d ?code ?titre ?responsable ?libelle ?echeance ?etat ?seance ?rang WHERE {
  ?d a cdv:Decision ; cdv:campagne $campagne .
  OPTIONAL { ?d skos:notation ?code }
  OPTIONAL { ?d dcterms:title ?titre }
  OPTIONAL { ?d cdv:organisme ?o . ?o skos:notation ?responsable
    OPTIONAL { ?o skos:prefLabel ?libelle . FILTER(LANG(?libelle) = "fr") } }
  OPTIONAL { ?d cdv:echeance ?echeance }
  OPTIONAL { ?d cdv:etatDecision ?etat }
  OPTIONAL { ?d cdv:seance ?seance }
  OPTIONAL { ?d prov:wasDerivedFrom ?ligne . ?ligne cdv:rangJournal ?rang }
}
"""
_SEANCES = """
SELECT $campagne ?s WHERE { ?s a cdv:Seance ; cdv:campagne $campagne } ORDER BY ?s
"""
_BODIES = "SELECT ?code WHERE { ?o a cdv:Organisme ; skos:notation ?code } ORDER BY ?code"


@dataclass(frozen=True)
class DecisionLine:
    """One décision of a campagne. `etat` is one of ETATS; `en_retard`: open, and its day is past.

    `par_commande` is False for one of the classeur de pilotage, which is changed there. Unknown is None.
    """

    code: str
    titre: str
    responsable: str | None
    libelle_responsable: str | None
    echeance: date | None
    etat: str
    seance: str | None
    en_retard: bool
    par_commande: bool


def take_decision(
    workspace: Workspace,
    contrat: str | None,
    annee: int | None,
    titre: str,
    today: date,
    responsable: str | None = None,
    echeance: date | None = None,
    seance: str | None = None,
) -> DecisionLine:
    """Add one décision to a campagne, to be done, and return it with its code (D1, D2 …).

    Raises TexteRefuse, OrganismeInconnu, SeanceInconnue, CampagneAChoisir, CampagneInconnue.
    """
    text = impersonal(titre, _("La décision"))
    info = chosen_campagne(workspace, contrat, annee)
    said = _said(workspace, info, responsable, echeance, seance)
    with workspace.lock():
        taken = [e for e in workspace.journal.events() if e.kind == "decision-prise"]
        mine = [e for e in taken if (e.data["contrat"], e.data["annee"]) == (info.contrat, info.annee)]
        code = f"D{len(mine) + 1}"
        details = {**_named(info, code), "titre": text, **said, "etat": "a-faire"}
        workspace.commit("decision-prise", today, details)
    return _one(workspace, info, code, today)


def follow_decision(
    workspace: Workspace,
    contrat: str | None,
    annee: int | None,
    code: str,
    today: date,
    etat: str | None = None,
    responsable: str | None = None,
    echeance: date | None = None,
    seance: str | None = None,
) -> DecisionLine:
    """Change what is given of one décision, and leave the rest. Raises as take_decision, and DecisionInconnue."""
    info = chosen_campagne(workspace, contrat, annee)
    found = _one(workspace, info, code, today, to_change=True)
    said = _said(workspace, info, responsable, echeance, seance)
    if etat is not None:
        said["etat"] = etat
    with workspace.lock():
        workspace.commit("decision-suivie", today, {**_named(info, found.code), **said})
    return _one(workspace, info, found.code, today)


def withdraw_decision(
    workspace: Workspace, contrat: str | None, annee: int | None, code: str, today: date
) -> DecisionLine:
    """Take back a décision entered by mistake. Raises DecisionInconnue."""
    info = chosen_campagne(workspace, contrat, annee)
    found = _one(workspace, info, code, today, to_change=True)
    with workspace.lock():
        workspace.commit("decision-retiree", today, _named(info, found.code))
    return found


def list_decisions(workspace: Workspace, contrat: str | None, annee: int | None, today: date) -> list[DecisionLine]:
    """Return the décisions of a campagne, of the workbook and of commands, by due date (those without one last)."""
    info = chosen_campagne(workspace, contrat, annee)
    return _lines(activate(workspace, info.contrat, info.annee, alone=True).store, info, today)


def _lines(store: Store, info: CampagneInfo, today: date) -> list[DecisionLine]:
    campagne = contract_thing(info.contrat, "campagne", info.annee)
    rows: dict[str, Row] = {row["d"].value: row for row in store.select(_DECISIONS, {"campagne": iri(campagne)})}
    lines = [_line(row, today) for row in rows.values()]
    return sorted(lines, key=lambda d: (d.echeance or date.max, _rank(d.code)))


def _line(row: Row, today: date) -> DecisionLine:
    def text(name: str) -> str | None:
        return row[name].value if name in row else None

    due = date.fromisoformat(row["echeance"].value[:10]) if "echeance" in row else None
    etat = local_code(text("etat") or "a-faire")
    seance = text("seance")
    return DecisionLine(
        code=text("code") or local_code(row["d"].value),
        titre=text("titre") or _("décision sans intitulé"),
        responsable=text("responsable"),
        libelle_responsable=text("libelle"),
        echeance=due,
        etat=etat,
        seance=local_code(seance) if seance else None,
        en_retard=etat in _OPEN and due is not None and due < today,
        par_commande="rang" in row,
    )


def _one(workspace: Workspace, info: CampagneInfo, code: str, today: date, to_change: bool = False) -> DecisionLine:
    lines = list_decisions(workspace, info.contrat, info.annee, today)
    found = next((d for d in lines if d.code.lower() == code.strip().lower()), None)
    if found is None:
        raise DecisionInconnue(code, [d.code for d in lines])
    if to_change and not found.par_commande:
        raise DecisionInconnue(found.code, [], in_workbook=True)
    return found


def _said(
    workspace: Workspace, info: CampagneInfo, responsable: str | None, echeance: date | None, seance: str | None
) -> dict[str, str]:
    """Return what is given, checked against what the campagne holds, as the journal keeps it."""
    said: dict[str, str] = {}
    if echeance is not None:
        said["echeance"] = echeance.isoformat()
    if responsable is None and seance is None:
        return said
    store = activate(workspace, info.contrat, info.annee, alone=True).store
    if responsable is not None:
        known = [row["code"].value for row in store.select(_BODIES)]
        if responsable not in known:
            raise OrganismeInconnu(responsable, known)
        said["responsable"] = responsable
    if seance is not None:
        campagne = iri(contract_thing(info.contrat, "campagne", info.annee))
        seances = {local_code(row["s"].value): row["s"].value for row in store.select(_SEANCES, {"campagne": campagne})}
        if seance not in seances:
            raise SeanceInconnue(seance, list(seances))
        said["seance"] = seances[seance]
    return said


def _named(info: CampagneInfo, code: str) -> dict[str, str | int]:
    return {"contrat": info.contrat, "annee": info.annee, "code": code}


def _rank(code: str) -> tuple[str, int]:
    """Order D2 before D10."""
    number = re.search(r"\d+$", code)
    return (code[: number.start()] if number else code, int(number[0]) if number else 0)

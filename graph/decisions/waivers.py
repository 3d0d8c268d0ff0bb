"""Dérogations: a finding that people decide to leave as it is, for a reason and until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from droitcommun.graph.campagnes import chosen_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import Finding
from droitcommun.graph.checks.nodes import StoreNodes
from droitcommun.graph.checks.waivers import granted, named_by
from droitcommun.graph.dataset import activate
from droitcommun.graph.decisiongraph import derogation_iri
from droitcommun.graph.decisions.texts import impersonal
from droitcommun.graph.errors import ConstatInconnu, DatesInvalid, RienAAnnuler
from droitcommun.graph.formats import date_courte
from droitcommun.graph.langue import _
from droitcommun.graph.workspace import Workspace

SHORTEST = 4


@dataclass(frozen=True)
class Waived:
    """One dérogation. `finding` is what it names today, None when nothing does any more.

    `etat`: en-vigueur, expiree, or sans-objet (the finding is gone, or its data changed). `par_commande` is False for
    one of the classeur de pilotage.
    """

    annee: int
    constat: str
    motif: str
    expire: date
    etat: str
    par_commande: bool
    finding: Finding | None


def waive_finding(
    workspace: Workspace,
    contrat: str | None,
    annee: int | None,
    constat: str,
    motif: str,
    expire: date,
    today: date,
) -> Waived:
    """Waive the finding whose identity is, or begins with, *constat*, up to *expire* (that day included).

    Waived again, the reason and the day are the new ones. A closed campagne can be waived too: what was not done in
    time is settled after it.
    Raises ConstatInconnu, DatesInvalid (a day already past), TexteRefuse, CampagneAChoisir, CampagneInconnue.
    """
    if expire < today:
        raise DatesInvalid(_("le dernier jour de la dérogation ({jour}) est passé").format(jour=date_courte(expire)))
    why = impersonal(motif, _("Le motif"))
    info = chosen_campagne(workspace, contrat, annee)
    found = find_finding(_findings(workspace, info.contrat, info.annee, today), constat, info.annee)
    details = {
        "contrat": info.contrat,
        "annee": info.annee,
        "constat": found.id,
        "regle": found.regle,
        "organisme": found.organisme,
        "motif": why,
        "expire": expire.isoformat(),
    }
    with workspace.lock():
        workspace.commit("derogation-accordee", today, details)
    return Waived(info.annee, found.id, why, expire, "en-vigueur", True, found)


def lift_waiver(workspace: Workspace, contrat: str | None, annee: int | None, constat: str, today: date) -> Waived:
    """Lift the dérogation that a command granted to the finding *constat* (its identity, or the beginning of it).

    Raises RienAAnnuler with those that can be lifted.
    """
    info = chosen_campagne(workspace, contrat, annee)
    ours = [w for w in list_waivers(workspace, info.contrat, info.annee, today) if w.par_commande]
    found = [w for w in ours if len(constat) >= SHORTEST and w.constat.startswith(constat.strip().lower())]
    if len(found) != 1:
        known = ", ".join(w.constat for w in ours) or _("aucune")
        raise RienAAnnuler(
            _("« {constat} » ne désigne pas une seule dérogation accordée par commande (celles-ci : {connues})").format(
                constat=constat, connues=known
            )
        )
    with workspace.lock():
        details = {"contrat": info.contrat, "annee": info.annee, "constat": found[0].constat}
        workspace.commit("derogation-levee", today, details)
    return found[0]


def list_waivers(workspace: Workspace, contrat: str | None, annee: int | None, today: date) -> list[Waived]:
    """Return the dérogations of a campagne, those of the classeur de pilotage too, soonest to expire first."""
    info = chosen_campagne(workspace, contrat, annee)
    dataset = activate(workspace, info.contrat, info.annee, alone=True)
    held = granted(StoreNodes(dataset.store), dataset.campagne)
    if not held:
        return []
    findings = {f.id: f for f in check_campagne(dataset, today).findings}
    found = []
    for one in held:
        named_id = named_by(one, list(findings))
        etat = "sans-objet" if named_id is None else "en-vigueur" if today <= one.expire else "expiree"
        ours = one.iri == derogation_iri(info.contrat, info.annee, one.constat)
        finding = findings[named_id] if named_id else None
        found.append(Waived(info.annee, one.constat, one.motif, one.expire, etat, ours, finding))
    return sorted(found, key=lambda w: (w.expire, w.constat))


def find_finding(findings: tuple[Finding, ...], asked: str, annee: int) -> Finding:
    """Return the finding whose identity is or begins with *asked* (four characters at least).

    Raises ConstatInconnu with the nearest, or with all that begin so.
    """
    wanted = asked.strip().lower()
    begin = [f for f in findings if len(wanted) >= SHORTEST and f.id.startswith(wanted)]
    if len(begin) == 1:
        return begin[0]
    close = get_close_matches(wanted, [f.id for f in findings], n=3, cutoff=0.5)
    near = begin or [f for f in findings if f.id in close]
    raise ConstatInconnu(asked, annee, [named(f) for f in near[:5]], several=len(begin) > 1)


def named(finding: Finding) -> str:
    """Return a finding in few words, as « 3f2a… (R-A1, Permanences emploi) »."""
    return f"{finding.id} ({finding.regle}, {finding.libelle})"


def _findings(workspace: Workspace, contrat: str, annee: int, today: date) -> tuple[Finding, ...]:
    return check_campagne(activate(workspace, contrat, annee, alone=True), today).findings

"""Known faults: each changes one node of a faultless contract and names the one finding that it has to give.

A fault is refused (None) where it would also touch another rule; a node bears one fault at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contrat import COMMENT, DERIVED, SOURCE, TYPE, Contract, number, text, year
from fautes_contrat import ON_BODIES, ON_CAMPAGNE, ON_CONTRACT, Made

from droitcommun.graph.names import cdv, code_iri

SHARE = 0.08


@dataclass(frozen=True)
class Fault:
    """A finding that the check of one campagne has to give."""

    contrat: str
    campagne: int
    regle: str
    sujet: str


def add_faults(c: Contract) -> list[Fault]:
    """Put faults on about eight nodes in a hundred of *c*, and return the findings they have to give."""
    found: list[Fault] = []
    for annee in c.campagnes:
        touched: set[str] = set(c.kept)
        for kind, makers in ANNUAL.items():
            nodes = list(c.of_type(kind, annee))
            c.rng.shuffle(nodes)
            wanted, rank = round(SHARE * len(nodes)), 0
            for node in nodes:
                if rank == wanted:
                    break
                if touched & set(_around(c, node)):
                    continue
                turns = (makers[(rank + turn) % len(makers)] for turn in range(len(makers)))
                made = next((found_here for make in turns if (found_here := make(c, annee, node))), None)
                if made:
                    touched.update(_around(c, node))
                    found.append(Fault(c.code, annee, *made))
                    rank += 1
        for on_body in ON_BODIES:
            body = c.rng.choice(c.bodies)
            made = on_body(c, annee, body)
            if made:
                found.append(Fault(c.code, annee, *made))
        for on_campagne in ON_CAMPAGNE:
            made = on_campagne(c, annee)
            if made:
                found.append(Fault(c.code, annee, *made))
    for on_contract in ON_CONTRACT:
        made = on_contract(c)
        if made:
            found += [Fault(c.code, annee, *made) for annee in c.campagnes]
    return sorted(found, key=lambda f: (f.campagne, f.regle, f.sujet))


def _around(c: Contract, node: str) -> list[str]:
    """Return a node, and its action: the finding on a resource must not depend on a fault of its action."""
    return [node, *c.keys(node, cdv("action"))]


# ---- any node ----


def _no_place(c: Contract, annee: int, node: str) -> Made:
    c.set(node, DERIVED)
    return "R-S8", node


# ---- actions ----


def _no_form(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("forme"))
    return "R-A1", node


def _no_ambition(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("ambitionPrincipale"))
    return "R-A1", node


def _more_women_than_people(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("habitantsTouches"), number(10))
    c.set(node, cdv("dontFemmes"), number(11))
    return "R-A1", node


def _no_district(c: Contract, annee: int, node: str) -> Made:
    if not c.keys(node, cdv("qpv")):
        return None
    c.set(node, cdv("qpv"))
    return "R-T1", node


def _unreadable_form(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("forme"))
    reserve = c.thing("source", f"r{len(c.nodes):06d}")
    c.say(reserve, TYPE, cdv("Reserve"))
    c.say(reserve, cdv("sujet"), node)
    c.say(reserve, cdv("chemin"), cdv("forme"))
    for term, value in (
        ("feuille", "Actions"),
        ("cellule", "E9"),
        ("texteBrut", "?!"),
        ("codeProbleme", "code-inconnu"),
    ):
        c.say(reserve, cdv(term), text(value))
    c.say(reserve, SOURCE, c.thing("source", annee))
    return "R-A6", node


def _address_in_text(c: Contract, annee: int, node: str) -> Made:
    c.say(node, COMMENT, text("Écrire à prenom.nom@exemple.fr"))
    return "R-R1", node


def _elsewhere(c: Contract, annee: int, node: str) -> Made:
    home = next((b.commune for b in c.bodies if b.iri in c.keys(node, cdv("declarant"))), None)
    away = [commune for commune in c.qpv.values() if commune != home]
    if home is None or not c.keys(node, cdv("commune")):
        return None
    c.set(node, cdv("commune"), c.rng.choice(away))
    return "R-T5", node


# ---- resources ----


def _no_amount(c: Contract, annee: int, node: str) -> Made:
    if not c.keys(node, cdv("centimes")):
        return None
    c.set(node, cdv("centimes"))
    return "R-M1", node


def _no_source(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("source"))
    return "R-M1", node


def _wrong_unit(c: Contract, annee: int, node: str) -> Made:
    if not c.keys(node, cdv("quantite")):
        return None
    c.set(node, cdv("unite"), code_iri("unite", "EUR"))
    c.set(node, cdv("quantite"))
    c.say(node, cdv("centimes"), number(1000))
    return "R-M2", node


def _actual_too_early(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("exercice"), year(annee))
    c.set(node, cdv("phase"), code_iri("phase", "realise-provisoire"))
    return "R-M6", node


def _of_another(c: Contract, annee: int, node: str) -> Made:
    if c.keys(node, cdv("source")) == [code_iri("source-financement", "p147")]:
        return None  # credits of the State in the name of another are also to be cross-checked (R-M10)
    others = [b.iri for b in c.bodies if b.iri not in c.keys(node, cdv("apporteur"))]
    c.set(node, cdv("apporteur"), c.rng.choice(others))
    return "R-M7", node


def _twice(c: Contract, annee: int, node: str) -> Made:
    if not all(c.keys(node, cdv(term)) for term in ("apporteur", "nature", "source", "exercice", "phase")):
        return None
    copy = node + "b"  # after the first in the order of identifiers, which is where the finding stands
    c.nodes[copy] = {predicate: list(values) for predicate, values in c.nodes[node].items()}
    return "R-M8", copy


def _no_share(c: Contract, annee: int, node: str) -> Made:
    if not c.keys(node, cdv("partQPV")):
        return None
    c.set(node, cdv("partQPV"))
    c.set(node, cdv("originePart"))
    return "R-T3", node


def _district_not_listed(c: Contract, annee: int, node: str) -> Made:
    listed = [qpv for action in c.keys(node, cdv("action")) for qpv in c.keys(action, cdv("qpv"))]
    others = [qpv for qpv in c.qpv if qpv not in listed]
    if not listed or not others:
        return None
    c.set(node, cdv("qpvDuMontant"), c.rng.choice(others))
    return "R-T2", node


# ---- answers, commitments, meetings ----


def _no_referent(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("fonctionReferent"))
    return "R-E04", node


def _wrong_answer(c: Contract, annee: int, node: str) -> Made:
    said = c.keys(node, cdv("reponse"))
    other = "neant" if said == [code_iri("reponse", "actions-declarees")] else "actions-declarees"
    c.set(node, cdv("reponse"), code_iri("reponse", other))
    return "R-C2", node


def _no_evidence(c: Contract, annee: int, node: str) -> Made:
    if not c.keys(node, cdv("preuve")):
        return None
    del c.nodes[c.keys(node, cdv("preuve"))[0]]
    c.set(node, cdv("preuve"))
    return "R-E00", node


def _no_minutes(c: Contract, annee: int, node: str) -> Made:
    c.set(node, cdv("compteRendu"))
    return "R-G4", node


ANNUAL: dict[str, tuple[Callable[[Contract, int, str], Made], ...]] = {
    "Action": (
        *(_no_form, _no_ambition, _more_women_than_people, _no_district, _unreadable_form, _address_in_text),
        *(_elsewhere, _no_place),
    ),
    "Moyen": (
        *(_no_source, _no_amount, _wrong_unit, _actual_too_early, _of_another, _twice, _no_share),
        *(_district_not_listed, _no_place),
    ),
    "Contribution": (_no_referent, _wrong_answer, _no_place, _address_in_text),
    "SuiviEngagement": (_no_place, _no_evidence),
    "Positionnement": (_no_place,),
    "Presence": (_no_place,),
    "Seance": (_no_minutes,),
}

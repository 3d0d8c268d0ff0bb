"""Known faults of a body, of a campagne and of the contract itself, one of each at most."""

from __future__ import annotations

from collections.abc import Callable

from annee import add_presence, add_seance
from contrat import (
    DERIVED,
    LABEL,
    NOTATION,
    TITLE,
    TYPE,
    Body,
    Contract,
    add_party,
    add_qpv,
    french,
    number,
    text,
    year,
)

from droitcommun.graph.names import cdv, code_iri, contrat_iri, shared_iri

Made = tuple[str, str] | None  # (rule, focus) of the finding to come


# ---- bodies: what one of them did not do ----


def _presences(c: Contract, annee: int, instance: str, body: Body) -> list[str]:
    """Return the rows of *body* in the attendance lists of the meetings of *instance*."""
    return [
        node
        for node in c.of_type("Presence", annee)
        if body.iri in c.keys(node, cdv("organisme")) and f"/{instance}-{annee}-" in c.keys(node, cdv("seance"))[0]
    ]


def _absent_from(instance: str, engagement: str, rule: str) -> Callable[[Contract, int, Body], Made]:
    def make(c: Contract, annee: int, body: Body) -> Made:
        state = c.thing("suivi", annee, body.code, "siege", engagement)
        if not body.obligatoire or state not in c.nodes:
            return None
        for node in _presences(c, annee, instance, body):
            c.set(node, cdv("etatPresence"), code_iri("presence", "absent"))
        c.set(state, cdv("etatEngagement"), code_iri("etat-engagement", "pas-encore"))
        return rule, c.thing("engagement", annee, body.code, engagement)

    return make


def _no_priority(c: Contract, annee: int, body: Body) -> Made:
    if not body.obligatoire:
        return None
    for node in c.of_type("Positionnement", annee):
        if body.iri in c.keys(node, cdv("organisme")):
            c.set(node, cdv("prioritaire"))
    state = c.thing("suivi", annee, body.code, "siege", "E11")
    c.set(state, cdv("etatEngagement"), code_iri("etat-engagement", "en-cours"))
    return "R-E11", c.thing("engagement", annee, body.code, "E11")


def _no_state(c: Contract, annee: int, body: Body) -> Made:
    """Take away the state of the one commitment that nothing else shows: no deposit, no meeting."""
    state = c.thing("suivi", annee, body.code, "siege", "E03")
    if not body.obligatoire or not c.keys(state, cdv("preuve")):
        return None
    c.set(state, cdv("etatEngagement"))
    c.set(state, cdv("preuve"))
    return "R-E0", body.iri


ON_BODIES: tuple[Callable[[Contract, int, Body], Made], ...] = (
    _absent_from("copil", "E01", "R-E01"),
    _absent_from("hackathon", "E02", "R-E02b"),
    _absent_from("gtp", "E05", "R-E05"),
    _absent_from("copil-local", "E14", "R-E14"),
    _no_priority,
    _no_state,
)


# ---- the campagne, and the contract itself ----


def _silent(c: Contract, annee: int) -> Made:
    body = Body(f"muet-{c.code}-{annee}", "association", False)
    add_party(c, body)
    c.say(c.thing("campagne", annee), cdv("attend"), body.iri)
    return "R-E02", body.iri


def _too_many_meetings(c: Contract, annee: int) -> Made:
    if c.rng.random() < 0.5:
        return None
    # Somebody who was at the others: one who was at none (R-E01) would no longer be missing.
    here = code_iri("presence", "present")
    present = next(
        body
        for body in c.bodies
        if any(here in c.keys(row, cdv("etatPresence")) for row in _presences(c, annee, "copil", body))
    )
    for month in (1, 11):
        add_presence(c, annee, add_seance(c, annee, "copil", month), present)
    return "R-G1b", c.thing("instance", "copil")


def _p147_as_common(c: Contract, annee: int) -> Made:
    if c.rng.random() < 0.5:
        return None
    node = c.thing("qualification", annee, "p147")
    c.say(node, TYPE, cdv("Qualification"))
    c.say(node, cdv("campagne"), c.thing("campagne", annee))
    c.say(node, cdv("contrat"), contrat_iri(c.code))
    c.say(node, cdv("source"), code_iri("source-financement", "p147"))
    c.say(node, cdv("qualification"), code_iri("qualification", "droit-commun"))
    return "R-M3", node


def _imported_too(c: Contract, annee: int) -> Made:
    """Import a resource that stands in a workbook too, of an exercice that no other campagne of the contract sees."""
    exercice = {c.campagnes[0]: annee - 1, c.campagnes[-1]: annee}.get(annee)
    ordinary, home = code_iri("source-financement", "budget-ordinaire"), c.thing("campagne", annee)
    declared = [
        node
        for node in c.nodes
        if cdv("Moyen") in c.keys(node, TYPE)
        and home in c.keys(node, cdv("campagne"))
        and c.keys(node, cdv("exercice")) == [str(exercice)]
        and c.keys(node, cdv("source")) == [ordinary]
    ]
    if not declared:
        return None
    apporteur = c.keys(c.rng.choice(declared), cdv("apporteur"))[0]
    action, moyen = c.thing("import", "action", annee), c.thing("import", "moyen", annee)
    for node, kind in ((action, "Action"), (moyen, "Moyen")):
        c.say(node, TYPE, cdv(kind))
        c.say(node, cdv("contrat"), contrat_iri(c.code))
        c.say(node, cdv("import"), c.thing("import", annee))
        c.say(node, cdv("exercice"), year(int(str(exercice))))
        c.say(node, DERIVED, c.thing("source", f"import-{annee}"))
    c.say(action, TITLE, text("Poste importé"))
    c.say(moyen, cdv("action"), action)
    c.say(moyen, cdv("apporteur"), apporteur)
    c.say(moyen, cdv("phase"), code_iri("phase", "realise-definitif" if exercice != annee else "prevu"))
    c.say(moyen, cdv("nature"), code_iri("nature-moyen", "subvention"))
    c.say(moyen, cdv("unite"), code_iri("unite", "EUR"))
    c.say(moyen, cdv("centimes"), number(7_777_777))
    c.say(moyen, cdv("source"), ordinary)
    return "R-M9", min(node for node in declared if apporteur in c.keys(node, cdv("apporteur")))


ON_CAMPAGNE: tuple[Callable[[Contract, int], Made], ...] = (
    *(_silent, _too_many_meetings, _p147_as_common, _imported_too),
)


def _one_in_three(make: Callable[[Contract], Made]) -> Callable[[Contract], Made]:
    return lambda c: make(c) if c.rng.random() < 1 / 3 else None


def _wrong_number(c: Contract) -> Made:
    c.set(contrat_iri(c.code), cdv("nombreAxes"), number(9))
    return "R-S2", contrat_iri(c.code)


def _wrong_number_of_districts(c: Contract) -> Made:
    c.set(contrat_iri(c.code), cdv("nombreQPV"), number(99))
    return "R-S4", contrat_iri(c.code)


def _wrong_total(c: Contract) -> Made:
    printed = c.thing("total-imprime", 2024)
    c.set(printed, cdv("nombre"), number(1))
    return "R-S5", printed


def _wrong_code(c: Contract) -> Made:
    qpv = c.rng.choice(list(c.qpv))
    c.set(qpv, NOTATION, text("QP1"))
    return "R-S3", qpv


def _incomplete_party(c: Contract) -> Made:
    partie = c.thing("partie", c.rng.choice(c.bodies).code)
    c.set(partie, cdv("dateDebut"))
    return "R-P1", partie


def _source_not_qualified(c: Contract) -> Made:
    del c.nodes[c.thing("qualification", "contrat", "ctg")]
    return "R-M5", code_iri("source-financement", "ctg")


def _ambition_without_action(c: Contract) -> Made:
    node = c.thing("ambition", "A1.9")
    c.nodes[node] = {
        predicate: list(values) for predicate, values in c.nodes[c.ambitions[0]].items() if predicate != NOTATION
    }
    c.set(node, LABEL, french("Ambition 1.9"))
    c.say(node, NOTATION, text("A1.9"))
    c.set(contrat_iri(c.code), cdv("nombreAmbitions"), number(len(c.ambitions) + 1))
    return "R-A3", node


def _district_without_action(c: Contract) -> Made:
    commune = next(iter(c.qpv.values()))
    before = c.keys(c.thing("total-imprime", 2024), cdv("nombre"))[0]
    code = f"QN{c.code.removeprefix('ville-')}99Z"
    people = add_qpv(c, code, commune)
    if int(before) > 1:
        c.set(c.thing("total-imprime", 2024), cdv("nombre"), number(int(before) + people))
    if c.keys(contrat_iri(c.code), cdv("nombreQPV")) != ["99"]:
        c.set(contrat_iri(c.code), cdv("nombreQPV"), number(len(c.qpv)))
    return "R-T6", shared_iri("qpv", code)


ON_CONTRACT: tuple[Callable[[Contract], Made], ...] = tuple(
    _one_in_three(make)
    for make in (
        *(_wrong_number, _wrong_number_of_districts, _wrong_total, _wrong_code, _incomplete_party),
        *(_source_not_qualified, _ambition_without_action, _district_without_action),
    )
)

"""Effects on the territory: districts, their populations and outlines; municipalities that join, leave or merge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from droitcommun.graph.avenanteffets.contrat import (
    RDF_TYPE,
    Contrat,
    Effet,
    NonApplicable,
    attached,
    concerned,
    labelled,
    rename,
)
from droitcommun.graph.avenanteffets.organismes import (
    end_parties,
    merge_into,
    new_organisme,
    new_partie,
    require_place,
)
from droitcommun.graph.names import body_of_commune, cdv, code_iri, contract_thing, local_code, shared_iri
from droitcommun.graph.store import iri, literal

# ---- districts ----


def _enter_qpv(contrat: Contrat, effet: Effet) -> None:
    code = effet.nouveau[0]
    thing = contrat.check_code(code, "qpv", "QPV")
    label, short = labelled(effet)
    communes = attached(contrat, effet, "Commune")
    contrat.enter(thing, "QPV", effet)
    contrat.describe(thing, code, label, short)
    contrat.add(thing, "contrat", contrat.node)
    contrat.add(thing, "perimetre", code_iri("perimetre-qpv", "dans-contrat"))
    for commune in communes:
        contrat.add(thing, "commune", commune)
    if effet.nombre is not None:
        _populate(contrat, thing, effet, effet.nombre)
    contrat.count("nombreQPV", 1)
    _forget_printed_totals(contrat)


def _remove_qpv(contrat: Contrat, effet: Effet) -> None:
    things = concerned(contrat, effet, "QPV", most=None)
    for thing in things:
        contrat.end(thing, effet)
    contrat.count("nombreQPV", -len(things))
    _forget_printed_totals(contrat)


def _rename_qpv(contrat: Contrat, effet: Effet) -> None:
    rename(contrat, effet, "QPV")


def _populate_qpv(contrat: Contrat, effet: Effet) -> None:
    (thing,) = concerned(contrat, effet, "QPV")
    if effet.nombre is None:
        raise NonApplicable("nombre-manquant")
    _populate(contrat, thing, effet, effet.nombre)


def _populate(contrat: Contrat, qpv: str, effet: Effet, number: int) -> None:
    node = contract_thing(contrat.code, "population", f"{local_code(qpv)}-{effet.le.year}")
    contrat.add(node, RDF_TYPE, cdv("Population"))
    contrat.add(node, "contrat", contrat.node)
    contrat.add(node, "territoire", qpv)
    contrat.add(node, "annee", literal(str(effet.le.year), "gYear"))
    contrat.add(node, "dateDebut", literal(effet.le.isoformat(), "date"))
    contrat.add(node, "instituePar", effet.avenant)
    contrat.replace(node, "nombre", literal(number))


def _redraw_qpv(contrat: Contrat, effet: Effet) -> None:
    (thing,) = concerned(contrat, effet, "QPV")
    communes = attached(contrat, effet, "Commune")
    contrat.change(thing, "commune", effet, *(iri(commune) for commune in communes))


def _forget_printed_totals(contrat: Contrat) -> None:
    """Take back the totals printed in the contract as signed: they were of other districts."""
    for node in list(contrat.store.subjects(RDF_TYPE, cdv("TotalImprime"))):
        if contrat.node in contrat.values(node, "contrat"):
            contrat.replace(node, RDF_TYPE, iri(cdv("AncienElement")))


# ---- municipalities ----


def _enter_commune(contrat: Contrat, effet: Effet) -> None:
    """Make a municipality join the intercommunality of the contract, and the contract.

    It is named by its INSEE code; its body, when nobody knows it yet, takes the code commune-INSEE.
    """
    code = effet.nouveau[0]
    commune = contrat.named(code, "commune")
    known = contrat.is_a(commune, "Commune")
    label, short = (contrat.label(commune), "") if known and not effet.nouveau[1] else labelled(effet)
    require_place(effet)
    bodies = _bodies(contrat, [commune])
    body = bodies[0] if bodies else shared_iri("organisme", f"commune-{code}")
    if contrat.parties(body, effet.le):
        raise NonApplicable("code-deja-pris")
    if not known:
        contrat.enter(commune, "Commune", effet)
        contrat.describe(commune, code, label, short)
    contrat.change(commune, "epci", effet, *contrat.values(contrat.node.value, "epci"))
    _describe_body(contrat, effet, body, commune, label, short)
    new_partie(contrat, effet, body, effet.valeurs)


def _remove_commune(contrat: Contrat, effet: Effet) -> None:
    """Make municipalities leave the intercommunality, and the contract."""
    bodies = concerned(contrat, effet, "Organisme", most=None)
    communes = _communes(contrat, bodies)
    for body in bodies:
        end_parties(contrat, effet, body)
    for commune in communes:
        _leave_epci(contrat, effet, commune)


def _merge_communes(contrat: Contrat, effet: Effet) -> None:
    """Merge municipalities into a new one, with their bodies; their districts are then of the new one.

    The new one may bear the code of one of them, as the law lets it.
    """
    bodies = concerned(contrat, effet, "Organisme", least=2, most=None)
    communes = _communes(contrat, bodies)
    code = effet.nouveau[0]
    new = contrat.named(code, "commune")
    kept = new in communes
    if not kept and contrat.is_a(new, "Commune"):
        raise NonApplicable("code-deja-pris")
    label, short = effet.nouveau[1:] if kept else labelled(effet)
    body = next((b for b in bodies if iri(new) in contrat.values(b, "competence")), None)
    own = replace(effet, nouveaux=((code, body_of_commune(label), short or label),)) if label else effet
    merged = merge_into(contrat, own, local_code(body) if body else f"commune-{code}", inherited=("typeOrganisme",))
    if not kept:
        contrat.enter(new, "Commune", effet)
        contrat.describe(new, code, label, short)
        contrat.change(new, "epci", effet, *contrat.values(contrat.node.value, "epci"))
        contrat.add(merged, "competence", new)
    elif label:
        contrat.rename(new, effet, label, short)
    for old in communes:
        contrat.follow(old, new)
        if old != new:
            _leave_epci(contrat, effet, old)
    gone = {iri(old) for old in communes}
    for qpv in contrat.of_class("QPV"):
        around = contrat.values(qpv, "commune")
        if contrat.in_force(qpv, effet.le) and gone & set(around):
            contrat.change(qpv, "commune", effet, *(o for o in around if o not in gone), iri(new))


def _communes(contrat: Contrat, bodies: Sequence[str]) -> list[str]:
    """Return the municipality of each body. Raises NonApplicable when one is the body of none."""
    found = [[o.value for o in contrat.values(b, "competence") if contrat.is_a(o.value, "Commune")] for b in bodies]
    if not all(len(of) == 1 for of in found):
        raise NonApplicable("element-autre-nature")
    return [of[0] for of in found]


def _bodies(contrat: Contrat, communes: Sequence[str]) -> list[str]:
    found = {s for commune in communes for s in contrat.store.subjects(cdv("competence"), commune)}
    return sorted(body for body in found if contrat.is_a(body, "Organisme"))


def _describe_body(contrat: Contrat, effet: Effet, body: str, commune: str, label: str, short: str) -> None:
    new_organisme(contrat, effet, body, local_code(body), body_of_commune(label), short or label)
    if not contrat.values(body, "typeOrganisme"):
        contrat.add(body, "typeOrganisme", code_iri("type-organisme", "commune"))
    if not contrat.values(body, "competence"):
        contrat.add(body, "competence", commune)


def _leave_epci(contrat: Contrat, effet: Effet, commune: str) -> None:
    own = contrat.values(contrat.node.value, "epci")
    contrat.change(commune, "epci", effet, *(o for o in contrat.values(commune, "epci") if o not in own))


TERRITOIRES: dict[str, Callable[[Contrat, Effet], None]] = {
    "qpv-entre": _enter_qpv,
    "qpv-sorti": _remove_qpv,
    "qpv-renomme": _rename_qpv,
    "qpv-population": _populate_qpv,
    "qpv-contour": _redraw_qpv,
    "commune-entre": _enter_commune,
    "commune-sortie": _remove_commune,
    "commune-fusionnee": _merge_communes,
}

"""Effects on the frame: duration and caps of the contract, commitments, bodies of governance."""

from __future__ import annotations

from collections.abc import Callable

from droitcommun.graph.avenanteffets.contrat import (
    Contrat,
    Effet,
    NonApplicable,
    attached,
    concerned,
    enter_element,
    rename,
)
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import iri, literal

_CONCEPT, _MEMBER = (PREFIXES["skos"] + term for term in ("Concept", "member"))
_OF_ENGAGEMENT = ("appliqueA", "prouvePar", "dureePreuve", "dansLaMesureDuPossible", "preuvesCumulees")


# ---- the contract itself ----


def _change_end(contrat: Contrat, effet: Effet) -> None:
    """Give the contract another last day, after the amendment takes effect."""
    if effet.fin is None:
        raise NonApplicable("date-manquante")
    if effet.fin < effet.le:
        raise NonApplicable("date-impossible")
    contrat.fin = effet.fin
    contrat.change(contrat.node.value, "dateFin", effet, literal(effet.fin.isoformat(), "date"))


def _change_cap(contrat: Contrat, effet: Effet) -> None:
    if "taux" not in effet.valeurs:
        raise NonApplicable("taux-manquant")
    contrat.change(contrat.node.value, "plafondTerritoiresVulnerables", effet, *effet.valeurs["taux"])


def _change_number(term: str) -> Callable[[Contrat, Effet], None]:
    def apply(contrat: Contrat, effet: Effet) -> None:
        if effet.nombre is None:
            raise NonApplicable("nombre-manquant")
        contrat.change(contrat.node.value, term, effet, literal(effet.nombre))

    return apply


# ---- commitments ----


def _add_engagement(contrat: Contrat, effet: Effet) -> None:
    """Add a commitment, to a family where the contract has some; it binds every body when the row names no kind."""
    asked = bool(effet.rattachement or contrat.of_class("FamilleEngagement"))
    families = attached(contrat, effet, "FamilleEngagement") if asked else []
    if len(families) > 1:
        raise NonApplicable("rattachement-manquant")
    thing = enter_element(contrat, effet, "type-engagement", "TypeEngagement", _CONCEPT)
    for family in families:
        contrat.add(thing, "famille", family)
        contrat.add(family, _MEMBER, thing)
    for term in _OF_ENGAGEMENT:
        for value in effet.valeurs.get(term, ()):
            contrat.add(thing, term, value)


def _change_engagement(contrat: Contrat, effet: Effet) -> None:
    """Change whom a commitment binds, what proves it, its label or its family: what the row leaves blank stays."""
    (thing,) = concerned(contrat, effet, "TypeEngagement")
    given = {term: effet.valeurs[term] for term in _OF_ENGAGEMENT if term in effet.valeurs}
    families = attached(contrat, effet, "FamilleEngagement") if effet.rattachement else []
    _code, label, short = effet.nouveau
    if not (given or families or label):
        raise NonApplicable("rien-a-changer")
    if len(families) > 1:
        raise NonApplicable("rattachement-manquant")
    if label:
        contrat.rename(thing, effet, label, short)
    for term, values in given.items():
        contrat.change(thing, term, effet, *values)
    if families:
        contrat.change(thing, "famille", effet, iri(families[0]))
        contrat.add(families[0], _MEMBER, thing)


def _bind_all(contrat: Contrat, effet: Effet) -> None:
    """Make a commitment bind every body, whatever its kind: a blank cell could not say it."""
    (thing,) = concerned(contrat, effet, "TypeEngagement")
    contrat.change(thing, "appliqueA", effet)


def _remove_engagement(contrat: Contrat, effet: Effet) -> None:
    for thing in concerned(contrat, effet, "TypeEngagement", most=None):
        contrat.end(thing, effet)


# ---- bodies of governance ----


def _add_instance(contrat: Contrat, effet: Effet) -> None:
    _check_frequency(effet)
    thing = enter_element(contrat, effet, "instance", "Instance")
    for term, number in (("frequenceMin", effet.nombre), ("frequenceMax", effet.nombre_au_plus)):
        if number is not None:
            contrat.add(thing, term, literal(number))


def _rename_instance(contrat: Contrat, effet: Effet) -> None:
    rename(contrat, effet, "Instance")


def _remove_instance(contrat: Contrat, effet: Effet) -> None:
    for thing in concerned(contrat, effet, "Instance", most=None):
        contrat.end(thing, effet)


def _change_frequency(contrat: Contrat, effet: Effet) -> None:
    """Change how often a body of governance meets; a maximum below the new minimum follows it."""
    (thing,) = concerned(contrat, effet, "Instance")
    if effet.nombre is None:
        raise NonApplicable("nombre-manquant")
    _check_frequency(effet)
    contrat.change(thing, "frequenceMin", effet, literal(effet.nombre))
    most = effet.nombre_au_plus or max((int(o.value) for o in contrat.values(thing, "frequenceMax")), default=None)
    if most is not None:
        contrat.change(thing, "frequenceMax", effet, literal(max(most, effet.nombre)))


def _check_frequency(effet: Effet) -> None:
    if effet.nombre is not None and effet.nombre_au_plus is not None and effet.nombre_au_plus < effet.nombre:
        raise NonApplicable("nombres-inverses")


CADRE: dict[str, Callable[[Contrat, Effet], None]] = {
    "contrat-fin": _change_end,
    "contrat-plafond": _change_cap,
    "contrat-evaluations-gouvernance": _change_number("evaluationsGouvernanceParAn"),
    "contrat-evaluations-ambition": _change_number("evaluationsAmbitionParAn"),
    "engagement-ajoute": _add_engagement,
    "engagement-modifie": _change_engagement,
    "engagement-etendu": _bind_all,
    "engagement-retire": _remove_engagement,
    "frequence-modifiee": _change_frequency,
    "instance-ajoutee": _add_instance,
    "instance-renommee": _rename_instance,
    "instance-retiree": _remove_instance,
}

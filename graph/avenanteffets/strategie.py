"""Effects on the strategy: pillars, ambitions, cross-cutting axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from droitcommun.graph.avenanteffets.contrat import (
    BROADER,
    SCHEME,
    Contrat,
    Effet,
    NonApplicable,
    attached,
    concerned,
    enter_element,
    rank,
    rename,
)
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import literal

_CONCEPT = PREFIXES["skos"] + "Concept"


# ---- pillars ----


def _rename_pilier(contrat: Contrat, effet: Effet) -> None:
    rename(contrat, effet, "Pilier")


def _add_pilier(contrat: Contrat, effet: Effet) -> None:
    enter_element(contrat, effet, "pilier", "Pilier", _CONCEPT)
    contrat.count("nombrePiliers", 1)


def _remove_pilier(contrat: Contrat, effet: Effet) -> None:
    """Remove pillars under which no ambition is left: an ambition needs one."""
    things = concerned(contrat, effet, "Pilier", most=None)
    ambitions = [a for a in contrat.of_class("Ambition") if contrat.in_force(a, effet.le)]
    if {o.value for a in ambitions for o in contrat.values(a, BROADER)} & set(things):
        raise NonApplicable("pilier-occupe")
    for thing in things:
        contrat.end(thing, effet)
    contrat.count("nombrePiliers", -len(things))


# ---- ambitions ----


def _rename_ambition(contrat: Contrat, effet: Effet) -> None:
    rename(contrat, effet, "Ambition")


def _remove_ambition(contrat: Contrat, effet: Effet) -> None:
    things = concerned(contrat, effet, "Ambition", most=None)
    for thing in things:
        contrat.end(thing, effet)
    contrat.count("nombreAmbitions", -len(things))


def _new_ambitions(contrat: Contrat, effet: Effet, old: Sequence[str], pilier: str) -> None:
    """Make the new ambitions of an effect, where the old ones stood."""
    given = effet.nouveaux or (effet.nouveau,)
    made = [(contrat.check_code(new[0], "ambition", "Ambition"), *new) for new in given]
    if not all(label for _thing, _code, label, _short in made):
        raise NonApplicable("libelle-manquant")
    if len({thing for thing, *_rest in made}) < len(made):
        raise NonApplicable("code-deja-pris")
    ranks = [int(o.value) for thing in old for o in contrat.values(thing, "ordre")]
    ambitions = contrat.of_class("Ambition")
    place = min(ranks) if ranks else rank(contrat, ambitions)
    schemes = {o.value for thing in ambitions for o in contrat.values(thing, SCHEME)}
    for thing, code, label, short in made:
        contrat.enter(thing, "Ambition", effet)
        contrat.describe(thing, code, label, short)
        contrat.add(thing, "contrat", contrat.node)
        contrat.add(thing, BROADER, pilier)
        contrat.add(thing, "ordre", literal(place))
        for scheme in schemes:
            contrat.add(thing, SCHEME, scheme)
        for one in old:
            contrat.follow(one, thing)
    for one in old:
        contrat.end(one, effet)
    contrat.count("nombreAmbitions", len(made) - len(old))


def _pilier(contrat: Contrat, effet: Effet, old: Sequence[str]) -> str:
    """Return the pillar given, or the one that the old ambitions share."""
    if effet.rattachement:
        found = attached(contrat, effet, "Pilier")
    else:
        found = sorted({o.value for thing in old for o in contrat.values(thing, BROADER)})
    if len(found) != 1:
        raise NonApplicable("rattachement-manquant")
    return found[0]


def _add_ambition(contrat: Contrat, effet: Effet) -> None:
    _new_ambitions(contrat, effet, (), _pilier(contrat, effet, ()))


def _split_ambition(contrat: Contrat, effet: Effet) -> None:
    old = concerned(contrat, effet, "Ambition")
    if len(effet.nouveaux) < 2:
        raise NonApplicable("scission-seule")
    _new_ambitions(contrat, effet, old, _pilier(contrat, effet, old))


def _merge_ambitions(contrat: Contrat, effet: Effet) -> None:
    old = concerned(contrat, effet, "Ambition", least=2, most=None)
    _new_ambitions(contrat, effet, old, _pilier(contrat, effet, old))


# ---- cross-cutting axes ----


def _rename_axe(contrat: Contrat, effet: Effet) -> None:
    rename(contrat, effet, "AxeTransversal", "SousAxe")


def _add_axe(contrat: Contrat, effet: Effet) -> None:
    """Add an axis, or a part of the axis that the row gives."""
    if not effet.rattachement:
        enter_element(contrat, effet, "axe", "AxeTransversal", _CONCEPT)
        contrat.count("nombreAxes", 1)
        return
    axes = attached(contrat, effet, "AxeTransversal")
    if len(axes) > 1:
        raise NonApplicable("rattachement-manquant")
    part = enter_element(contrat, effet, "sous-axe", "SousAxe", _CONCEPT)
    contrat.add(part, BROADER, axes[0])


def _remove_axe(contrat: Contrat, effet: Effet) -> None:
    """Remove axes with their parts, or parts alone."""
    things = concerned(contrat, effet, "AxeTransversal", "SousAxe", most=None)
    axes = [thing for thing in things if contrat.is_a(thing, "AxeTransversal")]
    parts = [s for axe in axes for s in contrat.store.subjects(BROADER, axe) if contrat.is_a(s, "SousAxe")]
    for thing in dict.fromkeys((*things, *(s for s in sorted(parts) if contrat.in_force(s, effet.le)))):
        contrat.end(thing, effet)
    contrat.count("nombreAxes", -len(axes))


STRATEGIE: dict[str, Callable[[Contrat, Effet], None]] = {
    "pilier-renomme": _rename_pilier,
    "pilier-ajoute": _add_pilier,
    "pilier-retire": _remove_pilier,
    "ambition-renommee": _rename_ambition,
    "ambition-ajoutee": _add_ambition,
    "ambition-retiree": _remove_ambition,
    "ambition-scindee": _split_ambition,
    "ambition-fusionnee": _merge_ambitions,
    "axe-renomme": _rename_axe,
    "axe-ajoute": _add_axe,
    "axe-retire": _remove_axe,
}

"""Effects on the parties: bodies that join, leave, merge, change their name or their place in the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from droitcommun.graph.avenanteffets.contrat import Contrat, Effet, NonApplicable, concerned, labelled, rename
from droitcommun.graph.names import contract_thing, local_code
from droitcommun.graph.store import Term

_INHERITED = ("typeOrganisme", "competence")
_OF_PARTIE = ("statutPartie", "categorieLegale", "obligatoire")

Values = Mapping[str, tuple[Term, ...]]


def require_place(effet: Effet, *more: str) -> None:
    """Ask for what makes a party: its status and its legal category (and *more*). Raises NonApplicable."""
    if any(term not in effet.valeurs for term in (*more, *_OF_PARTIE[:2])):
        raise NonApplicable("partie-incomplete")


def _enter_organisme(contrat: Contrat, effet: Effet) -> None:
    code, label, short = effet.nouveau
    if effet.concerne:
        (thing,) = effet.concerne if len(effet.concerne) == 1 else (None,)
        if thing is None:
            raise NonApplicable("plusieurs-elements")
        if not contrat.is_a(thing, "Organisme"):
            raise NonApplicable("element-autre-nature")
        if contrat.parties(thing, effet.le):
            raise NonApplicable("code-deja-pris")
        require_place(effet)
    else:
        thing = contrat.check_body(code, effet.le)
        label, short = labelled(effet)
        require_place(effet, "typeOrganisme")
        new_organisme(contrat, effet, thing, code, label, short)
    new_partie(contrat, effet, thing, effet.valeurs)


def new_organisme(contrat: Contrat, effet: Effet, thing: str, code: str, label: str, short: str) -> None:
    """Describe a body that nobody knew yet."""
    if contrat.is_a(thing, "Organisme"):
        return
    contrat.enter(thing, "Organisme", effet)
    contrat.describe(thing, code, label, short)
    for kind in effet.valeurs.get("typeOrganisme", ()):
        contrat.add(thing, "typeOrganisme", kind)


def new_partie(contrat: Contrat, effet: Effet, organisme: str, said: Values) -> None:
    """Make a body a party to the contract from the effective date on."""
    node = contract_thing(contrat.code, "partie", f"{local_code(organisme)}-{effet.le.isoformat()}")
    contrat.enter(node, "Partie", effet, key=f"Partie {organisme}")
    contrat.add(node, "contrat", contrat.node)
    contrat.add(node, "organisme", organisme)
    for term in _OF_PARTIE:
        for value in said.get(term, ()):
            contrat.add(node, term, value)


def end_parties(contrat: Contrat, effet: Effet, organisme: str) -> None:
    """Make a body a party no longer."""
    for partie in contrat.parties(organisme, effet.le):
        contrat.end(partie, effet)


def _remove_organisme(contrat: Contrat, effet: Effet) -> None:
    for thing in concerned(contrat, effet, "Organisme", most=None):
        end_parties(contrat, effet, thing)


def _rename_organisme(contrat: Contrat, effet: Effet) -> None:
    rename(contrat, effet, "Organisme")


def _merge_organismes(contrat: Contrat, effet: Effet) -> None:
    concerned(contrat, effet, "Organisme", least=2, most=None)
    merge_into(contrat, effet, effet.nouveau[0], inherited=_INHERITED)


def merge_into(contrat: Contrat, effet: Effet, code: str, inherited: Iterable[str]) -> str:
    """Merge bodies into a new one, or into one of them, which then keeps its place; return its IRI.

    A new one is given the properties *inherited* of those before. Raises NonApplicable before anything is written.
    """
    old = effet.concerne
    _code, label, short = effet.nouveau
    kept = next((thing for thing in old if local_code(thing) == code), None)
    thing = kept or contrat.check_body(code, effet.le)
    if kept is None:
        label, short = labelled(effet)
        new_organisme(contrat, effet, thing, code, label, short)
        for term in inherited:
            said = [] if term in effet.valeurs else [o for one in old for o in contrat.values(one, term)]
            for value in said[:1] if term == "typeOrganisme" else said:
                contrat.add(thing, term, value)
        new_partie(contrat, effet, thing, {**_shared(contrat, effet, old), **effet.valeurs})
    elif label:
        contrat.rename(thing, effet, label, short)
    for one in old:
        contrat.follow(one, thing)
        if one != thing:
            end_parties(contrat, effet, one)
    return thing


def _shared(contrat: Contrat, effet: Effet, old: Iterable[str]) -> dict[str, tuple[Term, ...]]:
    """Return what the merged bodies were in the contract: obligatory as soon as one of them was."""
    said: dict[str, tuple[Term, ...]] = {}
    for term in _OF_PARTIE:
        parties = [p for one in old for p in contrat.parties(one, effet.le)]
        values = [o for p in parties for o in contrat.values(p, term)]
        if values:
            said[term] = (max(values, key=lambda o: o.value) if term == "obligatoire" else values[0],)
    return said


def _change_place(contrat: Contrat, effet: Effet) -> None:
    """Change the status, the legal category or the obligation of a party: what the row leaves blank stays."""
    (thing,) = concerned(contrat, effet, "Organisme")
    given = {term: effet.valeurs[term] for term in _OF_PARTIE if term in effet.valeurs}
    if not given:
        raise NonApplicable("rien-a-changer")
    for partie in contrat.parties(thing, effet.le):
        for term, values in given.items():
            contrat.change(partie, term, effet, *values)


ORGANISMES: dict[str, Callable[[Contrat, Effet], None]] = {
    "organisme-entre": _enter_organisme,
    "organisme-sorti": _remove_organisme,
    "organisme-renomme": _rename_organisme,
    "organisme-fusionne": _merge_organismes,
    "organisme-place": _change_place,
}

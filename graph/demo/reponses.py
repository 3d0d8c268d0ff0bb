"""What the invented contributors answer beside their actions: state of each commitment, position on each ambition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from droitcommun.graph.demo.modele import Contribution
from droitcommun.graph.demo.montants import tirage

_TOUJOURS = {"E01", "E02", "E04", "E11"}
_PERSONNEL = {"personnel", "permanences"}
# What is sent or held during the year: done and quoted by everybody, but where the story says otherwise.
_TRANSMIS = {"E03", "E07", "E08", "E09", "E10", "E15"}
_PREUVES = (
    "Délibération annexée au contrat",
    "Feuille de route transmise au groupe technique",
    "Note de service diffusée aux équipes",
    "Compte rendu partagé dans l'espace commun",
    "Tableau de bord annuel",
)


@dataclass(frozen=True)
class Suivi:
    """The answer on one commitment; `modalite` and `etat` are codes."""

    modalite: str
    etat: str
    preuve: str | None
    precision: str | None


@dataclass(frozen=True)
class Position:
    """The answer on one ambition."""

    prioritaire: bool
    neant: bool


def suivi_de(contribution: Contribution, code: str, natures: Collection[str]) -> Suivi:
    """Return what a body says of a commitment, given the natures of the moyens it declares.

    E12 is about field staff and E13 about the property tax abatement: the answer agrees with the moyens.
    """
    draw = tirage("engagement", contribution.organisme, code)
    if code in contribution.etats:
        return Suivi("declare", contribution.etats[code], None, None)
    if code == "E12" and not _PERSONNEL & set(natures):
        return Suivi("non-pris", "sans-objet", None, "Aucun personnel dédié à ces quartiers")
    if code == "E13":
        if "depense-tfpb" in natures:
            return Suivi("declare", "constate", "Convention d'abattement signée", None)
        # Says it takes the commitment, and declares no such expense: the check must ask about it.
        return Suivi("declare", "pas-encore" if contribution.neant else "en-cours", None, None)
    if code == "E14":
        return Suivi("declare", "en-cours", None, "Comité local réuni avec les chefs de projet")
    if code not in _TOUJOURS and draw.randint(1, 6) == 1:
        return Suivi("non-pris", "sans-objet", None, None)
    rank = draw.randint(1, 10) + (1 if contribution.annee == 2026 else 0)
    if code in _TOUJOURS | _TRANSMIS or rank >= 6:
        return Suivi("declare", "constate", draw.choice(_PREUVES), None)
    return Suivi("declare", "en-cours" if rank >= 3 else "pas-encore", None, None)


def position_de(contribution: Contribution, ambition: str) -> Position:
    """Return what a service says of an ambition: a priority where it acts, sometimes nothing where it does not."""
    acted = {action.ambition for action in contribution.actions}
    if ambition in acted:
        return Position(prioritaire=True, neant=False)
    if ambition in contribution.priorites:
        return Position(prioritaire=True, neant=False)
    served = {code for action in contribution.actions for code in action.autres}
    draw = tirage("position", contribution.organisme, contribution.service, ambition)
    return Position(prioritaire=False, neant=ambition not in served and draw.randint(1, 4) == 1)

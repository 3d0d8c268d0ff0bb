"""Which named graphs are current for a campagne: one active dataset that checks and queries read."""

from __future__ import annotations

from dataclasses import dataclass

from droitcommun.graph.campagnes import find_campagne
from droitcommun.graph.derive import derive
from droitcommun.graph.history import contract_reference
from droitcommun.graph.names import contract_thing
from droitcommun.graph.store import Store
from droitcommun.graph.workspace import Workspace

# Personal data is left out here, once: no query, check or product can show what is not loaded.
ACTIFS = ("campagne", "contribution", "pilotage", "import", "decisions")


@dataclass(frozen=True)
class ActiveDataset:
    """One contract seen from one campagne: reference, contract, every current graph, and what is derived."""

    contrat: str
    annee: int
    campagne: str
    store: Store


def activate(workspace: Workspace, contrat: str | None, annee: int, alone: bool = False) -> ActiveDataset:
    """Return the active dataset of campagne *annee*.

    The default graph holds the current graphs of all campagnes of the contract, so that years can be compared; with
    *alone*, of that campagne only (and the imports, which have no campagne), which is what a check needs.
    Raises ContratInconnu, CampagneInconnue.
    """
    info = find_campagne(workspace, contrat, annee)
    store = load_contract(workspace, info.contrat, annee if alone else None)
    return ActiveDataset(info.contrat, annee, contract_thing(info.contrat, "campagne", annee), store)


def load_contract(workspace: Workspace, contrat: str, annee: int | None = None) -> Store:
    """Return the current graphs of one contract and what derives from them, in the default graph.

    With *annee*, those of other campagnes are left out.
    """
    store = contract_reference(workspace.graphs, contrat)
    _load_active(workspace, contrat, store, annee)
    derive(store)
    return store


def load_contracts(workspace: Workspace) -> Store:
    """Return the same for every contract the workspace holds, in one store: for questions that set them side by side.

    It must hold one contract at least.
    """
    first, *others = workspace.contrats()
    store = contract_reference(workspace.graphs, first)
    for contrat in others:
        for entry in workspace.graphs.entries("contrat", contrat):
            workspace.graphs.load_unnamed(entry, store)
    for contrat in (first, *others):
        _load_active(workspace, contrat, store, None)
    derive(store)
    return store


def _load_active(workspace: Workspace, contrat: str, store: Store, annee: int | None) -> None:
    for genre in ACTIFS:
        for entry in workspace.graphs.entries(genre, contrat):
            # A deposit of an earlier campagne may still be evidence (cdv:dureePreuve): rules do not see the rest of it.
            earlier = annee is not None and genre == "pilotage" and (entry.annee or annee) < annee
            if annee is None or entry.annee in (None, annee) or earlier:
                workspace.graphs.load_unnamed(entry, store)

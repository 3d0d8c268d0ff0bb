"""Which named graphs are current for a campagne: one active dataset that checks and queries read."""

from __future__ import annotations

from dataclasses import dataclass

from droitcommun.graph.avenants import apply_avenants
from droitcommun.graph.campagnes import find_campagne
from droitcommun.graph.contractreference import contract_reference, reference_date
from droitcommun.graph.derive import derive
from droitcommun.graph.names import contract_thing
from droitcommun.graph.store import Store
from droitcommun.graph.workspace import Workspace

# Personal data is left out here, once: no query, check or product can show what is not loaded.
ACTIFS = ("campagne", "contribution", "pilotage", "import", "decisions")
# Graphs of which the cells are seldom asked for, and are a third of all that is said.
_WITH_MANY_CELLS = ("contribution", "import")


@dataclass(frozen=True)
class ActiveDataset:
    """One contract seen from one campagne: reference, contract in force then, current graphs, what is derived."""

    contrat: str
    annee: int
    campagne: str
    store: Store


def activate(workspace: Workspace, contrat: str | None, annee: int, alone: bool = False) -> ActiveDataset:
    """Return the active dataset of campagne *annee*.

    The default graph holds the current graphs of all campagnes of the contract, so that years can be compared; with
    *alone*, of that campagne only (and the imports, which have no campagne), which is what a check needs; the cells
    that contributions and imports were read from are then in the graph store.CELLS, not in the default graph.
    Raises ContratInconnu, CampagneInconnue.
    """
    info = find_campagne(workspace, contrat, annee)
    store = _contract_store(workspace, info.contrat, annee, annee if alone else None, cells_aside=alone)
    return ActiveDataset(info.contrat, annee, contract_thing(info.contrat, "campagne", annee), store)


def load_contract(workspace: Workspace, contrat: str, annee: int | None = None) -> Store:
    """Return the current graphs of one contract and what derives from them, in the default graph.

    With *annee*, those of other campagnes are left out, and the contract is that in force at its reference date.
    Without, it holds all that was ever in force, with its dates, under its last name.
    """
    return _contract_store(workspace, contrat, annee, annee)


def _contract_store(
    workspace: Workspace, contrat: str, annee: int | None, only: int | None, cells_aside: bool = False
) -> Store:
    """Return the contract in force in campagne *annee* and the graphs of campagne *only* (of all when None)."""
    store = contract_reference(workspace.graphs, contrat, avenants=False)
    _load_active(workspace, contrat, store, only, cells_aside)
    on = reference_date(workspace.graphs, contrat, annee) if annee is not None else None
    apply_avenants(store, contrat, on, annee)
    derive(store)
    return store


def load_contracts(workspace: Workspace) -> Store:
    """Return the same for every contract the workspace holds, in one store: for questions that set them side by side.

    It must hold one contract at least.
    """
    first, *others = workspace.contrats()
    store = contract_reference(workspace.graphs, first, avenants=False)
    for contrat in others:
        for entry in workspace.graphs.entries("contrat", contrat):
            workspace.graphs.load_unnamed(entry, store)
    for contrat in (first, *others):
        _load_active(workspace, contrat, store, None)
        apply_avenants(store, contrat, None)
    derive(store)
    return store


def _load_active(
    workspace: Workspace, contrat: str, store: Store, annee: int | None, cells_aside: bool = False
) -> None:
    for genre in ACTIFS:
        for entry in workspace.graphs.entries(genre, contrat):
            # A deposit of an earlier campagne may still be evidence (cdv:dureePreuve): rules do not see the rest of it.
            earlier = annee is not None and genre == "pilotage" and (entry.annee or annee) < annee
            if annee is None or entry.annee in (None, annee) or earlier:
                workspace.graphs.load_unnamed(entry, store, cells_aside and genre in _WITH_MANY_CELLS)

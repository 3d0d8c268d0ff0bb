"""The demonstration seen three ways: its scenario, its workspace, and the same workspace with intact workbooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from droitcommun.graph.dataset import ActiveDataset, activate
from droitcommun.graph.demo.modele import ANNEES, Scenario
from droitcommun.graph.demo.scenario import build_scenario
from droitcommun.graph.demo.terrain import Terrain, read_terrain
from droitcommun.graph.reference import contract_files, load_reference
from droitcommun.graph.store import Store
from droitcommun.graph.workspace import Workspace


@pytest.fixture(scope="session")
def terrain() -> Terrain:
    """Return what the contract gives to the scenario."""
    store = Store()
    load_reference(store)
    for file in contract_files("call-2024"):
        store.load_bytes(file.read_bytes(), ".ttl", name=file.name)
    return read_terrain(store, "call-2024")


@pytest.fixture(scope="session")
def scenario(terrain: Terrain) -> Scenario:
    """Return the story of the demonstration."""
    return build_scenario(terrain)


@pytest.fixture(scope="session")
def espace(demo: Path) -> Workspace:
    """Return the demonstration workspace; read it only."""
    return Workspace.open(demo)


@pytest.fixture(scope="session")
def intact(intact_folder: Path) -> Workspace:
    """Return the workspace without damages, built by another process with another order of sets; read it only."""
    return Workspace.open(intact_folder)


@pytest.fixture(scope="session")
def datasets(espace: Workspace) -> dict[int, ActiveDataset]:
    """Return the active dataset of each campagne of the demonstration."""
    return {annee: activate(espace, None, annee) for annee in ANNEES}

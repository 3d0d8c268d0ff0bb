"""Cells set aside when one campagne is loaded: nothing is lost."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from droitcommun.graph.checks.nodes import Nodes, StoreNodes
from droitcommun.graph.dataset import activate
from droitcommun.graph.names import PREFIXES, cdv
from droitcommun.graph.store import CELLS, Store
from droitcommun.graph.workspace import Workspace

TYPE = PREFIXES["rdf"] + "type"
SOURCE = "https://w3id.org/droit-commun/id/essai/source/"
GRAPH = "https://w3id.org/droit-commun/graph/essai/v1"
NAMES = (
    *(f"{SOURCE}aa", f"{SOURCE}aa#actions-4", f"{SOURCE}aa#reserve-actions-c9", f"{SOURCE}bb#moyens-12"),
    *("urn:a", "urn:z"),
)
LINES = [(name, said) for name in NAMES for said in ('<urn:p> "un"', '<urn:p> "é"', '<urn:q> "un"')]


def kinds(store: Store, graph: str | None) -> set[str]:
    return {t[2].value.rpartition("#")[2] for t in store.triples(graph) if t[1].value == TYPE}


def test_only_cells_are_set_aside(demo: Path) -> None:
    workspace = Workspace.open(demo)
    store = activate(workspace, None, 2026, alone=True).store
    assert kinds(store, CELLS) == {"Localisation", "Colonne", "DocumentSource"}
    assert {"Reserve", "Action", "Moyen", "Contribution"} <= kinds(store, None)
    whole = Store()
    for entry in workspace.graphs.entries("contribution"):
        if entry.annee == 2026:
            workspace.graphs.load_unnamed(entry, whole)
    kept = {*store.triples(), *store.triples(CELLS)}
    assert not [t for t in whole.triples() if t not in kept]


def test_who_looks_at_a_node_sees_its_cells(demo: Path) -> None:
    store = activate(Workspace.open(demo), None, 2026, alone=True).store
    every, asked = Nodes([*store.triples(), *store.triples(CELLS)]), StoreNodes(store)
    for node in (*every.subjects(TYPE, cdv("Reserve")), *every.subjects(TYPE, cdv("Localisation"))[:50]):
        assert {p: sorted(map(str, v)) for p, v in asked.said(node).items()} == {
            p: sorted(map(str, v)) for p, v in every.said(node).items()
        }
        document = every.key(node, PREFIXES["dcterms"] + "source") or ""
        assert asked.typed(cdv("Colonne"), PREFIXES["dcterms"] + "source", document) == every.typed(
            cdv("Colonne"), PREFIXES["dcterms"] + "source", document
        )
    assert set(asked) == set(every)
    assert "12,5" not in asked


@given(st.sets(st.sampled_from(LINES)))
def test_no_line_is_lost(lines: set[tuple[str, str]]) -> None:
    data = "".join(sorted(f"<{name}> {said} <{GRAPH}> .\n" for name, said in lines)).encode()
    whole, parted = Store(), Store()
    whole.load_unnamed(data, GRAPH)
    parted.load_unnamed(data, GRAPH, cells=SOURCE)
    aside = set(parted.triples(CELLS))
    assert aside | set(parted.triples()) == set(whole.triples())
    cells = {name for name, _said in lines if name.startswith(SOURCE) and "#reserve-" not in name}
    assert {t[0].value for t in aside} == cells
